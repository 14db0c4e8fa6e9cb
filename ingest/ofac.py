"""OFAC's lists in every form that OFAC gives them: three CSV files, the legacy XML and the advanced XML.

The two lists of OFAC (`ingest/sources`) differ in name alone. Ids are OFAC's own (`ent_num`, `uid`, `FixedRef`: one
number), so an entry keeps its id from edition to edition and from form to form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree.ElementTree import Element

from ingest.archive import files_in
from ingest.listed import Entry, ListOf, Log, draft_of
from ingest.listed_edition import edition_of
from ingest.ofac_advanced import AdvancedReader
from ingest.ofac_csv import read_csv_files
from ingest.ofac_xml import read_entry
from ingest.source import Asked, Edition
from ingest.xml_safe import open_xml, text_of
from risk_graph.errors import SourceError

LARGEST_MB = 400

_SHORT_OF_BLOCKING = frozenset(
    {
        "UKRAINE-EO13662",
        "NS-PLC",
        "CMIC-EO13959",
        "561-Related",
        "NS-MBS",
        "FSE-IR",
        "FSE-SY",
        "13599",
        "CAPTA",
    }
)
"""Programmes of nearly all entries of the consolidated list, and of next to none of the SDN list."""
_JUDGED = 50
"""Entries from which on the programmes tell the lists apart; a list with fewer is refused for that."""
_LEGACY, _ADVANCED = "sdnList", "Sanctions"
_PARTS = (
    "publshInformation",  # OFAC's own spelling
    "sdnEntry",
    "DateOfIssue",
    "ReferenceValueSets",
    "Location",
    "IDRegDocument",
    "DistinctParty",
    "ProfileRelationship",
    "SanctionsEntry",
)


@dataclass(frozen=True)
class OfacList:
    """One of the two lists: the layer, its short name, the prefix of its ids and the keys of layer.toml. `blocks`: the
    SDN list.
    """

    layer: str
    name: str
    prefix: str
    about: Mapping[str, Any]
    blocks: bool


def read_ofac(path: Path, asked: Asked, which: OfacList) -> Edition:
    """An edition from an XML file, alone or in a zip, the primary CSV file, or a zip of the CSV files."""
    log = Log(path.name)
    with TemporaryDirectory() as folder:
        xml = _xml(path, Path(folder))
        if xml is not None:
            entries, released = _read_xml(xml, which, log)
        else:
            entries, released = read_csv_files(path, which.prefix, log, LARGEST_MB), None
    _check_programmes(path, entries, which)
    edition, day = edition_of(asked, released, log)
    draft = draft_of(ListOf(which.layer, which.name, path.name, edition, asked, which.about), entries, log)
    return Edition(edition, day, (draft,), tuple(log.issues))


def _check_programmes(path: Path, entries: list[Entry], which: OfacList) -> None:
    """SourceError if it is the other list: the two have the same form, and one would take the place of the other."""
    short = sum(not _SHORT_OF_BLOCKING.isdisjoint(e.programmes) for e in entries)
    if len(entries) >= _JUDGED and (2 * short > len(entries)) == which.blocks:
        other = "consolidated list" if which.blocks else "SDN list"
        raise SourceError(
            f"{path.name} is OFAC's {other}, by the programmes of its entries; {which.name} was expected. Editions at hand "
            "stay in use."
        )


def _xml(path: Path, folder: Path) -> Path | None:
    """The XML file: `path` itself, or the one in a zip, unpacked into the folder; None if it is no XML."""
    with path.open("rb") as file:
        start = file.read(512).removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        return path
    if not start.startswith(b"PK"):
        return None
    found = list(files_in(path, (".xml",), LARGEST_MB))
    if len(found) > 1:
        raise SourceError(f"{path.name} holds {len(found)} XML files; one was expected.")
    for name, data in found:
        unpacked = folder / Path(name).name
        unpacked.write_bytes(data)
        return unpacked
    return None


def _read_xml(path: Path, which: OfacList, log: Log) -> tuple[list[Entry], date | None]:
    what = f"OFAC's {which.name} as XML"
    file = open_xml(path, (_LEGACY, _ADVANCED), _PARTS, what, LARGEST_MB)
    if file.root == _ADVANCED:
        advanced = AdvancedReader(which.prefix, log)
        for part in file.parts:
            advanced.add(part)
        return advanced.entries(path.name), advanced.released
    entries: list[Entry] = []
    released, count = None, 0
    for part in file.parts:
        if part.tag == "publshInformation":
            released, count = _published(part, path.name)
        elif part.tag == "sdnEntry":
            entries.append(read_entry(part, which.prefix))
    if released is None:
        raise SourceError(f"{path.name} has no <publshInformation> with a <Publish_Date>; {what} has one.")
    if len(entries) < count:
        raise SourceError(
            f"{path.name} says that it has {count:,} entries and has {len(entries):,}: it was cut off or changed."
        )
    return entries, released


def _published(part: Element, file: str) -> tuple[date, int]:
    day, count = text_of(part, "Publish_Date"), text_of(part, "Record_Count")
    try:
        return datetime.strptime(day, "%m/%d/%Y").date(), int(count or 0)
    except ValueError:
        raise SourceError(
            f"{file}: <Publish_Date> is {day!r}, a day as 11/20/2026 was expected; <Record_Count> a number."
        ) from None
