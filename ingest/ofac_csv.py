"""OFAC's CSV files: the list itself, addresses, aliases and the rest of long remarks; no header, `-0-` for nothing.

Told apart by their number of columns, so that their names do not matter (OFAC's specification of 2023-09-25:
12, 6, 5 and 2 columns). One download is one of them; a zip holds them together.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from ingest.archive import files_in
from ingest.encoding import to_utf8
from ingest.listed import Entry, Log, Name
from ingest.listed_ids import DOCUMENT, kept_silent, numbered
from ingest.ofac_xml import alias_kind, birth_countries
from ingest.raw import Refusal
from ingest.words import shown
from risk_graph.errors import SourceError

PRIMARY, ADDRESSES, ALIASES, COMMENTS = 12, 6, 5, 2
_FILES = {PRIMARY: "sdn.csv or cons_prim.csv", ADDRESSES: "add.csv", ALIASES: "alt.csv", COMMENTS: "comments"}
_LONGEST_REMARKS = 1000
"""OFAC cuts remarks here and goes on in the file of comments."""

_KINDS = {"individual": "person", "vessel": "vessel", "aircraft": "aircraft", "": "organisation"}
_NATIONS = (
    "nationality of registration ",
    "nationality ",
    "citizen ",
    "other vessel flag ",
    "former vessel flag ",
)

Row = tuple[int, list[str]]


def read_csv_files(path: Path, prefix: str, log: Log, largest_mb: int) -> list[Entry]:
    """The entries of the primary file, with what its companions add.

    Raises SourceError if there is no primary file, or one is no such file or is cut off.
    """
    files = _files(path, largest_mb)
    if PRIMARY not in files:
        raise SourceError(
            f"{path.name} holds no list: 12 columns without a header ({_FILES[PRIMARY]}) were expected."
        )
    entries = {}
    for number, cells in _rows(files[PRIMARY], PRIMARY, log):
        key = cells[0] if cells[0] not in entries else f"{cells[0]} in row {number}"
        entries[key] = _entry(number, cells, prefix)
    _add_comments(files.get(COMMENTS), entries, log)
    _add_addresses(files.get(ADDRESSES), entries, log)
    _add_aliases(files.get(ALIASES), entries, log)
    for entry in entries.values():
        _read_remarks(entry)
    _say_what_is_missing(files, log)
    return list(entries.values())


def _say_what_is_missing(files: dict[int, tuple[str, bytes]], log: Log) -> None:
    missing = [_FILES[kind] for kind in (ALIASES, ADDRESSES) if kind not in files]
    if missing:
        log.add(
            "missing-file",
            "warning",
            f"{' and '.join(missing)} are not there: the entries have no aliases or addresses from them, and names are "
            "missed for it.",
            "Put the three files in one zip or folder and give that with --file, or take the XML.",
        )


def _files(path: Path, largest_mb: int) -> dict[int, tuple[str, bytes]]:
    """Name and bytes of each file by its number of columns."""
    found: dict[int, tuple[str, bytes]] = {}
    for name, data in files_in(path, (".csv", ".txt"), largest_mb):
        width = _width(name, data)
        if width in found:
            raise SourceError(
                f"{path.name} holds {found[width][0]} and {name}, both with {width} columns; one list was expected."
            )
        if width in _FILES:
            found[width] = name, data
    return found


def _text(name: str, data: bytes) -> str:
    """The text; OFAC ends its files with 0x1A, the end mark of old systems."""
    try:
        text = to_utf8(data.rstrip(b"\x1a\r\n \0")).data.decode("utf-8")
    except Refusal as refusal:
        raise SourceError(f"{name} cannot be read: {refusal.values.get('what', refusal.code)}.") from None
    if not text.strip():
        raise SourceError(f"{name} is empty; a list of OFAC as CSV was expected.")
    return text


def _width(name: str, data: bytes) -> int:
    return len(next(csv.reader(io.StringIO(_text(name, data), newline="")), []))


def _rows(file: tuple[str, bytes] | None, width: int, log: Log) -> Iterator[Row]:
    """Rows of as many cells, `-0-` as nothing; others are an Issue. SourceError if the last one is torn."""
    if file is None:
        return
    name, data = file
    torn: Row | None = None
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(_text(name, data), newline=""), strict=True), 1
        ):
            if not any(cell.strip() for cell in cells) or cells[0].strip().casefold() == "ent_num":
                continue
            torn = None
            plain = ["" if (text := " ".join(cell.split())) == "-0-" else text for cell in cells]
            if len(plain) == width and plain[0].isdecimal():
                yield number, plain
            else:
                torn = number, plain
                _misfit(name, number, plain, width, log)
    except csv.Error as error:
        raise SourceError(f"{name} is cut off or damaged ({error}). Fetch it again.") from None
    if torn:
        raise SourceError(
            f"{name} ends in row {torn[0]:,} with {len(torn[1])} of {width} columns: it was cut off. Fetch it again."
        )


def _misfit(name: str, number: int, cells: list[str], width: int, log: Log) -> None:
    log.add(
        "unreadable-file",
        "error",
        f"{name}: a row has {len(cells)} columns or no number, {width} columns were expected; it is left out: "
        f"{shown(', '.join(cells))}",
        "Fetch the file again; look the entry up on the publisher's page.",
        number,
    )


def _entry(number: int, cells: list[str], prefix: str) -> Entry:
    _, name, kind, programmes, title, call_sign, type_, tonnage, gross, flag, owner, remarks = cells
    entry = Entry(
        entry_id=f"{prefix}-{cells[0]}",
        name=name,
        kind=_KINDS.get(kind.casefold(), "other"),
        programmes=[p.strip() for p in programmes.split("] [")],
        countries=[flag],
        identifiers=[("call_sign", call_sign)],
        remarks=[remarks],
        row=number,
    )
    labelled = (
        ("Title", title),
        ("Vessel type", type_),
        ("Tonnage", tonnage),
        ("Gross tonnage", gross),
        ("Vessel owner", owner),
    )
    entry.remarks += [f"{label}: {text}" for label, text in labelled if text]
    return entry


def _of(
    entries: dict[str, Entry], rows: Iterable[Row], what: str, log: Log
) -> Iterator[tuple[Entry, list[str]]]:
    for number, cells in rows:
        if cells[0] in entries:
            yield entries[cells[0]], cells
        else:
            log.add(
                "unknown-reference",
                "warning",
                f"{what} belongs to entry {cells[0]}, which is not in the list: are the files of one day?",
                "Fetch all of them again on one day.",
                number,
            )


def _add_addresses(file: tuple[str, bytes] | None, entries: dict[str, Entry], log: Log) -> None:
    for entry, cells in _of(entries, _rows(file, ADDRESSES, log), "An address", log):
        _, _, street, city, country, remarks = cells
        entry.addresses.append(", ".join(text for text in (street, city, country) if text))
        entry.countries.append(country)
        if remarks:
            entry.remarks.append(f"Address: {remarks}")


def _add_aliases(file: tuple[str, bytes] | None, entries: dict[str, Entry], log: Log) -> None:
    for entry, cells in _of(entries, _rows(file, ALIASES, log), "An alias", log):
        _, _, type_, name, remarks = cells
        entry.names.append(Name(name, alias_kind(type_, weak=False)))
        if remarks:
            entry.remarks.append(f"{name}: {remarks}")


def _add_comments(file: tuple[str, bytes] | None, entries: dict[str, Entry], log: Log) -> None:
    for entry, cells in _of(entries, _rows(file, COMMENTS, log), "A comment", log):
        between = "" if len(entry.remarks[0]) == _LONGEST_REMARKS else " "
        entry.remarks[0] += between + cells[1]
    cut = [e for e in entries.values() if len(e.remarks[0]) >= _LONGEST_REMARKS - 1]
    if file is None and cut:
        log.add(
            "missing-file",
            "warning",
            f"The remarks of {len(cut)} entries are cut off at {_LONGEST_REMARKS:,} characters, first {cut[0].entry_id}: "
            "aliases and identifiers at their end are missing.",
            "Add OFAC's file of comments (sdn_comments.csv) to the zip or folder, or take the XML.",
            cut[0].row,
        )


def _read_remarks(entry: Entry) -> None:
    """Weak aliases, numbers and nationalities out of the remarks, a list of parts with semicolons between."""
    said = entry.remarks[0].rstrip(".")
    entry.remarks[0] = "; ".join(_part(entry, part.strip()) for part in said.split(";") if part.strip())


def _part(entry: Entry, part: str) -> str:
    """Takes from one part of the remarks what it says; returns what is kept of it as text."""
    plain = part.removeprefix("alt. ").removeprefix("Alt. ")
    for label in ("a.k.a. ", "f.k.a. ", "n.k.a. "):
        if plain.startswith(label):
            entry.names.append(Name(plain.removeprefix(label).strip("'\" "), alias_kind(label, weak=True)))
            return part
    for label in _NATIONS:
        if plain.casefold().startswith(label):
            entry.countries.append(plain[len(label) :])
            return part
    if plain.startswith("POB"):
        entry.countries += birth_countries(plain)
        return part
    found = numbered(plain, entry.kind == "person")
    if found is None:
        return part
    if found.country:
        entry.countries.append(found.country)
    if found.kind == DOCUMENT:
        return kept_silent(found)
    entry.identifiers.append((found.kind, found.value))
    return part
