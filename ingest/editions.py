"""Editions of public sources on disk: each whole, side by side, never changed.

<sources>/<source>/<edition>/edition.json          what it is and what its file's checksum was
<sources>/<source>/<edition>/raw/<file>            the file as the publisher gave it
<sources>/<source>/<edition>/<layer>/layer.toml, values.csv or values.parquet, names.parquet
<sources>/<source>/.fetch/                         downloads under way

An edition is written beside its place and moved there in one step: a reader meets all of it or nothing.
"""

import hashlib
import json
import re
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import tomli_w

from ingest.source import Draft, Edition, Source
from risk_graph.errors import SourceError
from risk_graph.model.issue import Issue
from risk_graph.model.table import fact_tables

ABOUT = "edition.json"
WITH_OUTLINES = ("areas", "boundaries")
_CSV = ("country_value", "listing", "trade", "production")


@dataclass(frozen=True)
class Held:
    """An edition at hand. `origin` is the address or the file that it came from; days are ISO text."""

    source: str
    edition: str
    released: str
    retrieved: str
    origin: str
    file: str
    sha256: str
    size: int
    licence: str
    rows: dict[str, int]
    issues: list[dict[str, Any]]
    folder: Path

    def whole(self) -> bool:
        """Is the raw file still what was fetched?"""
        path = self.folder / "raw" / self.file
        return path.is_file() and path.stat().st_size == self.size and digest(path) == self.sha256


def held(root: Path, source_id: str = "*") -> list[Held]:
    """The editions at hand, oldest first within a source; a folder that was damaged raises SourceError."""
    found = [_read(path) for path in root.glob(f"{source_id}/*/{ABOUT}")]
    return sorted(found, key=lambda h: (h.source, h.released or h.retrieved, h.edition))


def _read(path: Path) -> Held:
    try:
        return Held(**json.loads(path.read_text(encoding="utf-8")), folder=path.parent)
    except (OSError, ValueError, TypeError):
        raise SourceError(
            f"{path.parent} is damaged: remove it and fetch the source again with `risk-graph sources update`."
        ) from None


def production(root: Path) -> pd.DataFrame:
    """Rows of the production layers at hand, the newest edition of each source; none if there is none.

    Two sources are never added up: a commodity of a country and year comes from the first source by name that has it.
    """
    table = fact_tables()["production"]
    newest = {h.source: h for h in held(root)}
    files = [f for _, h in sorted(newest.items()) for f in sorted(h.folder.glob("*/values.csv"))]
    parts = [_production(f) for f in files if _is_production(f)]
    if not parts:
        return table.empty()
    out, key = parts[0], ["country", "year", "commodity"]
    for part in parts[1:]:
        known = pd.MultiIndex.from_frame(out[key])
        out = pd.concat([out, part[~pd.MultiIndex.from_frame(part[key]).isin(known)]], ignore_index=True)
    return table.conform(out)


def _is_production(values: Path) -> bool:
    about = tomllib.loads((values.with_name("layer.toml")).read_text(encoding="utf-8"))
    return bool(about.get("kind") == "production")


def _production(values: Path) -> pd.DataFrame:
    frame = pd.read_csv(values, dtype=str, keep_default_na=False)
    frame["mass_t"] = pd.to_numeric(frame["mass_t"].replace("", None))
    return frame.assign(year=frame["year"].astype("int64"), retrieved=pd.to_datetime(frame["retrieved"]))


def check(source: Source, edition: Edition) -> list[Issue]:
    """What is odd about an edition; SourceError if it must not be used: too few rows, or a layer is absent."""
    odd = []
    for layer_id, expected in source.expected.items():
        rows = next((len(d.rows) for d in edition.drafts if d.id == layer_id), 0)
        if rows < expected.fewest:
            raise SourceError(
                f"{source.title}: {rows:,} rows of {layer_id} in edition {edition.edition}, at least {expected.fewest:,} "
                "are expected. Editions at hand stay in use. Is it the whole file, in the publisher's own form?"
            )
        if rows > expected.most:
            message = f"{rows:,} rows of {layer_id}, at most {expected.most:,} are expected."
            remedy = "Look at what was added before you rest a decision on it."
            odd.append(Issue("too-many-rows", "warning", source.file, "", 0, "", message, remedy))
    return odd


def keep(root: Path, source: Source, edition: Edition, raw: Path, origin: str, retrieved: date) -> Held:
    """Writes a checked edition beside the others; the same edition again replaces itself.

    Raises SourceError if the edition is at hand already from another file: two editions need two names.
    """
    name = folder_name(edition.folder or edition.edition)
    about = Held(
        source=source.id,
        edition=edition.edition,
        released=edition.released.isoformat() if edition.released else "",
        retrieved=retrieved.isoformat(),
        origin=origin,
        file=source.file,
        sha256=digest(raw),
        size=raw.stat().st_size,
        licence="; ".join(
            dict.fromkeys(d.about.get("licence", source.licence.terms) for d in edition.drafts)
        ),
        rows={draft.id: len(draft.rows) for draft in edition.drafts},
        issues=[asdict(issue) for issue in edition.issues],
        folder=root / source.id / name,
    )
    with _beside(root / source.id) as new:
        (new / "raw").mkdir()
        shutil.copyfile(raw, new / "raw" / source.file)
        for draft in edition.drafts:
            _write(new / draft.id, source, edition, draft, retrieved)
        said = {k: v for k, v in asdict(about).items() if k != "folder"}
        (new / ABOUT).write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
        _swap(new, about.folder)
    return about


def folder_name(edition: str) -> str:
    """A folder for an edition, whatever its name holds."""
    plain = re.sub(r"[^0-9A-Za-z._-]+", "-", edition).strip("-.")
    return plain or hashlib.sha256(edition.encode()).hexdigest()[:12]


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _beside(parent: Path) -> Iterator[Path]:
    """A folder to write into, gone afterwards unless it was moved away."""
    parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=parent))
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _swap(new: Path, place: Path) -> None:
    """The new folder at its place; an older one of the same edition gives way."""
    old = place.with_name(f".old-{new.name}")
    if place.exists():
        place.rename(old)
    new.chmod(0o755)
    new.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def _write(folder: Path, source: Source, edition: Edition, draft: Draft, retrieved: date) -> None:
    folder.mkdir()
    about = dict(draft.about)
    expect: dict[str, Any] = {"rows": len(draft.rows)}
    expect |= {key: about.pop(key) for key in ("min", "max") if key in about}
    released = {"released": edition.released} if edition.released else {}
    meta = {
        "id": draft.id,
        "kind": draft.kind,
        "publisher": source.publisher,
        "source": f"{source.publisher}, {source.title}, edition {edition.edition}",
        "url": source.url,
        "licence": source.licence.terms,
        "redistribution": source.licence.redistribution,
        "edition": edition.edition,
        **released,
        "retrieved": retrieved,
        "direction": "none",
        "unit": "",
        **about,
        "expect": expect,
    }
    (folder / "layer.toml").write_text(tomli_w.dumps(meta), encoding="utf-8")
    _write_rows(folder, draft)


def _write_rows(folder: Path, draft: Draft) -> None:
    table = fact_tables()[draft.kind]
    if draft.kind in _CSV:
        _days_as_text(table.conform(draft.rows)).to_csv(
            folder / "values.csv", index=False, lineterminator="\n"
        )
    elif draft.kind in WITH_OUTLINES:
        rows = table.conform(draft.rows).assign(geometry=draft.rows["geometry"].to_numpy())
        gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326").to_parquet(folder / "values.parquet")
    else:
        pq.write_table(table.to_arrow(draft.rows), folder / "values.parquet")
    if draft.names is not None:
        pq.write_table(fact_tables()["names"].to_arrow(draft.names), folder / "names.parquet")


def _days_as_text(frame: pd.DataFrame) -> pd.DataFrame:
    days = frame.select_dtypes("datetime").columns
    return frame.assign(**{c: frame[c].dt.strftime("%Y-%m-%d") for c in days})
