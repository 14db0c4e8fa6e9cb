"""Editions of public sources on disk: each whole, side by side, never changed.

<sources>/<source>/<edition>/edition.json          what it is, and the checksum of each of its files
<sources>/<source>/<edition>/raw/<file>            the file as the publisher gave it
<sources>/<source>/<edition>/<layer>/layer.toml, values.csv or values.parquet, names.parquet
<sources>/<source>/.fetch/                         downloads under way

An edition is written beside its place and moved there in one step: a reader meets all of it or nothing.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from ingest.layer_files import content_of, named, write_layer
from ingest.source import Edition, Source
from ingest.turn import NEW, OLD
from risk_graph.errors import SourceError

ABOUT = "edition.json"
Proof = Callable[[Path], object]
"""Reads a layer folder as a run would; raises SourceError if it cannot be used."""


@dataclass(frozen=True)
class Held:
    """An edition at hand. `edition` is its name here, `published_as` the publisher's, `slot` what tells apart two
    that bear one name. `origin` is the address or the
    file that it came from; days are ISO text; `content` is the hash of what it says; `files` are checksums by path.
    """

    source: str
    edition: str
    published_as: str
    slot: str
    released: str
    retrieved: str
    origin: str
    file: str
    sha256: str
    size: int
    licence: str
    rows: dict[str, int]
    issues: list[dict[str, Any]]
    content: str
    files: dict[str, str]
    folder: Path

    def state(self) -> Literal["ok", "changed", "damaged"]:
        """Are all files as they were written? changed: one has other bytes, or is one more; damaged:
        one is absent.
        """
        there = {p.relative_to(self.folder).as_posix(): p for p in self.folder.rglob("*") if p.is_file()}
        if not self.files.keys() <= there.keys():
            return "damaged"
        same = all(digest(there[name]) == known for name, known in self.files.items())
        return "ok" if same and there.keys() == {*self.files, ABOUT} else "changed"

    def whole(self) -> bool:
        """Is every file still as it was written?"""
        return self.state() == "ok"


_HELD = TypeAdapter(Held)


def held(root: Path, source_id: str = "*") -> list[Held]:
    """The editions at hand, oldest first within a source; a folder that does not say any more what it is, is no edition."""
    found = [h for folder in _folders(root, source_id) if (h := _read(folder)) is not None]
    return sorted(found, key=lambda h: (h.source, h.released or h.retrieved, h.retrieved, h.edition))


def _folders(root: Path, source_id: str) -> list[Path]:
    found = sorted(root.glob(f"{source_id}/*"))
    return [f for f in found if f.is_dir() and not any(p.startswith(".") for p in f.relative_to(root).parts)]


def _read(folder: Path) -> Held | None:
    try:
        said = Held(**json.loads((folder / ABOUT).read_text(encoding="utf-8")), folder=folder)
        return _HELD.validate_python(vars(said))
    except (OSError, ValueError, TypeError):
        return None


def keep(
    root: Path,
    source: Source,
    edition: Edition,
    raw: Path,
    origin: str,
    retrieved: date,
    proof: Proof = lambda _: None,
) -> Held:
    """The edition, beside the others.

    What is at hand with the same content stays as it is (and is written anew if it was damaged). Under the same name
    but with another content it is kept as `<name>+2`: neither is lost, and a run names the one that it used.
    """
    content = content_of(edition)
    name, place, same = _place(root, source.id, edition, content)
    if same is not None and same.whole():
        return same
    if same is not None:
        retrieved = date.fromisoformat(same.retrieved)
    published, edition = edition, named(edition, name)
    with _beside(place.parent) as new:
        file = Path(source.file).stem + (raw.suffix or Path(source.file).suffix)
        (new / "raw").mkdir()
        shutil.copyfile(raw, new / "raw" / file)
        for draft in edition.drafts:
            _write(new / draft.id, source, edition, draft.id, retrieved, proof)
        about = Held(
            source=source.id,
            edition=name,
            published_as=published.edition,
            slot=_slot(published),
            released=edition.released.isoformat() if edition.released else "",
            retrieved=retrieved.isoformat(),
            origin=origin,
            file=file,
            sha256=digest(raw),
            size=raw.stat().st_size,
            licence=_licences(source, edition),
            rows={draft.id: len(draft.rows) for draft in edition.drafts},
            issues=[asdict(issue) for issue in edition.issues],
            content=content,
            files={p.relative_to(new).as_posix(): digest(p) for p in sorted(new.rglob("*")) if p.is_file()},
            folder=place,
        )
        said = {k: v for k, v in asdict(about).items() if k != "folder"}
        (new / ABOUT).write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
        _swap(new, place)
    return about


def _place(root: Path, source_id: str, edition: Edition, content: str) -> tuple[str, Path, Held | None]:
    """Name and folder of an edition, and the one at hand of the same content that it then is."""
    bearing = (edition.edition, _slot(edition))
    namesakes = [h for h in held(root, source_id) if (h.published_as, h.slot) == bearing]
    same = next((h for h in namesakes if h.content == content), None)
    if same is not None:
        return same.edition, same.folder, same
    for number in count(1):
        again = f"+{number}" if number > 1 else ""
        name, folder = edition.edition + again, root / source_id / folder_name(_slot(edition) + again)
        if name not in {h.edition for h in namesakes} and not _is_held(folder):
            return name, folder, None
    raise AssertionError("there is always another number")


def _is_held(folder: Path) -> bool:
    """One that was removed leaves its number free; one that does not say any more what it is gives way."""
    return _read(folder) is not None


def _slot(edition: Edition) -> str:
    return edition.folder or edition.edition


def _licences(source: Source, edition: Edition) -> str:
    return "; ".join(dict.fromkeys(d.about.get("licence", source.licence.terms) for d in edition.drafts))


def _write(
    folder: Path, source: Source, edition: Edition, layer_id: str, retrieved: date, proof: Proof
) -> None:
    """A layer, as a run will be able to read it; SourceError if it will not."""
    draft = next(d for d in edition.drafts if d.id == layer_id)
    try:
        write_layer(folder, source, edition, draft, retrieved)
        proof(folder)
    except UnicodeEncodeError:
        raise SourceError(
            f"{source.title}: {layer_id} holds text that is no Unicode. Editions at hand stay in use."
        ) from None
    except SourceError as error:
        text = str(error).replace(f"{folder}{os.sep}", f"{layer_id} ")
        raise SourceError(
            f"{source.title}, edition {edition.edition}: {text} Editions at hand stay in use."
        ) from None


def folder_name(edition: str) -> str:
    """A folder for an edition, whatever its name holds; two names never share one."""
    plain = re.sub(r"[^0-9A-Za-z._+-]+", "-", edition).strip("-.")[:80]
    if plain == edition:
        return plain
    mark = hashlib.sha256(edition.encode(errors="surrogatepass")).hexdigest()[:8]
    return f"{plain}-{mark}" if plain else mark


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _beside(parent: Path) -> Iterator[Path]:
    """A folder to write into, gone afterwards unless it was moved away."""
    parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=NEW, dir=parent))
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _swap(new: Path, place: Path) -> None:
    """The new folder at its place, on the disk for good; a damaged one of the same edition gives way."""
    for path in (*new.rglob("*"), new):
        _sync(path)
    old = place.with_name(f"{OLD}{place.name}")
    if place.exists():
        place.rename(old)
    new.chmod(0o755)
    new.rename(place)
    _sync(place.parent)
    shutil.rmtree(old, ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
