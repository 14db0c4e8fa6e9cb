"""European Union, consolidated list of persons, groups and entities under financial sanctions (FSF)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import Element

from ingest.eu_entities import (
    Detail,
    add_address,
    add_birth,
    add_citizenship,
    add_name,
    add_number,
    entity,
    eu_day,
    settle_name,
)
from ingest.listed import Entry, ListOf, Log, draft_of
from ingest.listed_edition import edition_of
from ingest.listed_table import read_table
from ingest.source import Asked, Edition, Expected, Licence, Source
from ingest.xml_safe import open_xml, texts_of
from risk_graph.errors import SourceError

LAYER = "eu_sanctions"
ABOUT = {
    "title": "EU consolidated list of financial sanctions",
    "meaning": "Persons, groups and entities whose funds are frozen in the European Union",
    "notes": (
        "Days of listing are given only where the file gives a day of designation. What an entry owns to more than "
        "50 percent or controls is meant too without being listed. Numbers of persons' documents are not kept."
    ),
}
_WHAT = "the EU's consolidated list (FSF) as XML 1.1"
_LARGEST_MB = 200

_PARTS: dict[str, Callable[[Entry, Detail], None]] = {
    "nameAlias": add_name,
    "address": add_address,
    "birthdate": add_birth,
    "citizenship": add_citizenship,
    "identification": add_number,
}
_GROUPS = {
    "NameAlias": add_name,
    "Address": add_address,
    "BirthDate": add_birth,
    "Citizenship": add_citizenship,
    "Identification": add_number,
}
_RENAMED = {"birthDate": "birthdate", "typeCode": "identificationTypeCode"}
_RENAMED |= {"typeDescription": "identificationTypeDescription"}
_NEEDED = ("Entity_LogicalId", "Entity_EU_ReferenceNumber", "Entity_SubjectType", "NameAlias_WholeName")


def read(path: Path, asked: Asked) -> Edition:
    """An edition from the XML 1.1 or the CSV."""
    log = Log(path.name)
    with path.open("rb") as file:
        is_xml = file.read(512).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
    entries, released = _read_xml(path, log) if is_xml else _read_csv(path, log)
    for entry in entries:
        settle_name(entry)
    edition, day = edition_of(asked, released, log)
    draft = draft_of(ListOf(LAYER, "EU FSF", path.name, edition, asked, ABOUT), entries, log)
    return Edition(edition, day, (draft,), tuple(log.issues))


def _read_xml(path: Path, log: Log) -> tuple[list[Entry], date]:
    file = open_xml(path, ("export",), ("sanctionEntity",), _WHAT, _LARGEST_MB)
    entries = [_entity(part, log) for part in file.parts]
    generated = file.attributes.get("generationDate", "")
    try:
        return entries, eu_day(generated)
    except ValueError:
        raise SourceError(
            f"{path.name}: generationDate of <export> is {generated!r}; a day as 2026-08-05 was expected."
        ) from None


def _entity(part: Element, log: Log) -> Entry:
    subject = part.find("subjectType")
    kinds = (subject.get("code", ""), subject.get("classificationCode", "")) if subject is not None else ()
    regulations = part.findall("regulation")
    reference = part.get("euReferenceNumber") or part.get("logicalId") or ""
    entry = entity(
        reference, kinds, part.get("designationDate", ""), [r.get("programme", "") for r in regulations], log
    )
    for child in part:
        if child.tag in _PARTS:
            detail = {key: " ".join(value.split()) for key, value in child.attrib.items()}
            _add(entry, _PARTS[child.tag], {**detail, "remark": "; ".join(texts_of(child, "remark"))})
    entry.remarks += texts_of(part, "remark")
    entry.remarks += [part.get("designationDetails", "")]
    entry.remarks += [
        f"Regulation {r.get('numberTitle')}, published {r.get('publicationDate')}" for r in regulations
    ]
    if part.get("unitedNationId"):
        entry.remarks.append(f"UN {part.get('unitedNationId')}")
    return entry


def _add(entry: Entry, add: Callable[[Entry, Detail], None], detail: Detail) -> None:
    """A detail and its remark; those of a person's documents print their numbers."""
    add(entry, detail)
    if detail.get("remark") and not (add is add_number and entry.kind == "person"):
        entry.remarks.append(detail["remark"])


def _read_csv(path: Path, log: Log) -> tuple[list[Entry], date | None]:
    table = read_table(path, ";", _NEEDED, "the EU's consolidated list (FSF) as CSV", log, _LARGEST_MB)
    entries: dict[str, Entry] = {}
    released = None
    for row, cells in table:
        released = released or _generated(cells.get("fileGenerationDate", ""))
        key = cells["Entity_EU_ReferenceNumber"] or cells["Entity_LogicalId"]
        if key not in entries:
            entries[key] = _csv_entity(key, row, cells, log)
        entry = entries[key]
        programme = cells.get("Entity_Regulation_Programme", "")
        entry.programmes = [*entry.programmes, programme]
        for group, add in _GROUPS.items():
            if detail := _detail(cells, group):
                _add(entry, add, detail)
    return list(entries.values()), released


def _csv_entity(key: str, row: int, cells: Detail, log: Log) -> Entry:
    kinds = (cells["Entity_SubjectType"], cells.get("Entity_SubjectType_ClassificationCode", ""))
    entry = entity(key, kinds, cells.get("Entity_DesignationDate", ""), [], log, row)
    entry.remarks += [cells.get(k, "") for k in ("Entity_Remark", "Entity_DesignationDetails")]
    if cells.get("Entity_Regulation_NumberTitle"):
        entry.remarks.append(
            f"Regulation {cells['Entity_Regulation_NumberTitle']}, "
            f"published {cells.get('Entity_Regulation_PublicationDate', '')}"
        )
    if cells.get("Entity_UnitedNationId"):
        entry.remarks.append(f"UN {cells['Entity_UnitedNationId']}")
    return entry


def _detail(cells: Detail, group: str) -> Detail:
    """The cells of a group under the names that the XML gives them: `Address_ZipCode` is `zipCode`."""
    found = {}
    for column, value in cells.items():
        head, _, tail = column.partition("_")
        if head == group and value and tail and "_" not in tail:
            name = tail[0].lower() + tail[1:]
            found[_RENAMED.get(name, name)] = value
    return {} if set(found) <= {"logicalId", "regulationLanguage"} else found


def _generated(text: str) -> date | None:
    try:
        return eu_day(text)
    except ValueError:
        return None


SOURCE = Source(
    id="eu_sanctions",
    title="EU consolidated list of financial sanctions (FSF)",
    publisher="European Commission, DG FISMA",
    licence=Licence("attribution", "reuse of Commission documents, Decision 2011/833/EU", verified=False),
    url="https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content",
    file="xmlFullSanctionsList_1_1.xml",
    rhythm="several times a month",
    expected={LAYER: Expected(3_000, 20_000)},
    read=read,
    by_hand="Download the XML 1.1 (or CSV 1.1) with an EU Login from webgate.ec.europa.eu/fsd/fsf; its address there holds the token.",
    secret="EU_FSF_TOKEN",
    token_parameter="token",
    largest_mb=_LARGEST_MB,
)
