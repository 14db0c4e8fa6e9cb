"""What a new edition is held against: the rows that are expected of it, and the editions at hand."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ingest.editions import Held, digest, held
from ingest.source import Draft, Edition, Source
from risk_graph.errors import SourceError
from risk_graph.model.issue import Issue
from risk_graph.model.table import fact_tables


def check(source: Source, edition: Edition, at_hand: list[Held]) -> list[Issue]:
    """What is odd about an edition; SourceError if it must not be used: too few rows, a layer is absent, or less than
    half of what the newest older edition `at_hand` (of the source) has.
    """
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
    for draft in edition.drafts:
        _check_half(at_hand, edition, draft)
    return odd


def _check_half(at_hand: list[Held], edition: Edition, draft: Draft) -> None:
    """SourceError if a layer shrank to less than half: of a list its entries, of country values the countries."""
    day = edition.released.isoformat() if edition.released else "9999-12-31"
    older = [
        h for h in at_hand if draft.id in h.rows and h.released <= day and h.published_as != edition.edition
    ]
    if not older or draft.kind not in ("entities", "listing", "country_value"):
        return
    before, what, now = older[-1].rows[draft.id], "entries", len(draft.rows)
    if draft.kind == "country_value":
        values = _whole(older[-1], f"{draft.id}/values.csv")
        before = pd.read_csv(values, usecols=["country"], keep_default_na=False)["country"].nunique()
        what, now = "countries", draft.rows["country"].nunique()
    if 2 * now < before:
        raise SourceError(
            f"Edition {edition.edition} of {draft.id} has {now:,} {what}, less than half of the {before:,} in edition "
            f"{older[-1].edition}. Editions at hand stay in use. Is it the whole file? If it is, take the folder "
            f"{older[-1].folder} away first."
        )


def production(root: Path) -> pd.DataFrame:
    """Rows of the production layers at hand, the newest edition of each source; none if there is none.

    Two sources are never added up: a commodity of a country and year comes from the first source by name that has it.
    """
    table = fact_tables()["production"]
    newest = {h.source: h for h in held(root)}
    parts = [part for _, h in sorted(newest.items()) for part in _production(h)]
    if not parts:
        return table.empty()
    out, key = parts[0], ["country", "year", "commodity"]
    for part in parts[1:]:
        known = pd.MultiIndex.from_frame(out[key])
        out = pd.concat([out, part[~pd.MultiIndex.from_frame(part[key]).isin(known)]], ignore_index=True)
    return table.conform(out)


def _production(edition: Held) -> Iterator[pd.DataFrame]:
    """Rows of its production layers; SourceError if they are not as they were written: left out, nothing would be odd."""
    for layer in edition.rows:
        about, values = f"{layer}/layer.toml", f"{layer}/values.csv"
        if (
            values in edition.files
            and tomllib.loads(_whole(edition, about).read_text(encoding="utf-8")).get("kind") == "production"
        ):
            frame = pd.read_csv(_whole(edition, values), dtype=str, keep_default_na=False)
            frame["mass_t"] = pd.to_numeric(frame["mass_t"].replace("", None))
            yield frame.assign(
                year=frame["year"].astype("int64"), retrieved=pd.to_datetime(frame["retrieved"])
            )


def _whole(edition: Held, name: str) -> Path:
    file = edition.folder / name
    if not file.is_file() or digest(file) != edition.files.get(name):
        raise SourceError(
            f"{edition.folder} is damaged ({name} is not as it was written): bring the edition again with `risk-graph "
            f"sources update DIR {edition.source}`, or remove the folder."
        )
    return file
