"""United Nations Security Council, consolidated list of all sanctions committees, as XML."""

from datetime import date
from pathlib import Path
from xml.etree.ElementTree import Element

from ingest.listed import Entry, ListOf, Log, Name, draft_of
from ingest.listed_edition import edition_of
from ingest.source import Asked, Edition, Expected, Licence, Source
from ingest.xml_safe import open_xml, text_of, texts_of
from risk_graph.errors import SourceError

LAYER = "un_sc"
ABOUT = {
    "title": "UN Security Council consolidated list",
    "meaning": "Persons and organisations under sanctions that every member state has to enforce",
    "notes": "Numbers of persons' documents are not kept. The list does not mark vessels.",
}
_WHAT = "the UN Security Council's consolidated list as XML"
_LARGEST_MB = 100

_NAMES = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_ADDRESS = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY")
_QUALITIES = {"good": "alias", "a.k.a.": "alias", "": "alias", "low": "weak", "f.k.a.": "former"}
_OF_ALIAS = ("DATE_OF_BIRTH", "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH", "NOTE")
_TEXTS = (("DESIGNATION/VALUE", "Designation"), ("TITLE/VALUE", "Title"), ("GENDER", "Gender"))


def read(path: Path, asked: Asked) -> Edition:
    """An edition from consolidated.xml."""
    file = open_xml(path, ("CONSOLIDATED_LIST",), ("INDIVIDUAL", "ENTITY"), _WHAT, _LARGEST_MB)
    log = Log(path.name)
    entries = [_entry(part, log) for part in file.parts]
    edition, released = edition_of(asked, _generated(path, file.attributes.get("dateGenerated", "")), log)
    draft = draft_of(ListOf(LAYER, "UN SC", path.name, edition, asked, ABOUT), entries, log)
    return Edition(edition, released, (draft,), tuple(log.issues))


def _generated(path: Path, text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise SourceError(
            f"{path.name}: dateGenerated of <CONSOLIDATED_LIST> is {text!r}; a day as 2026-02-27 was expected."
        ) from None


def _entry(part: Element, log: Log) -> Entry:
    person = part.tag == "INDIVIDUAL"
    reference = text_of(part, "REFERENCE_NUMBER") or text_of(part, "DATAID")
    entry = Entry(
        entry_id=f"UN-{reference}" if reference else "",
        name=" ".join(text for tag in _NAMES if (text := text_of(part, tag))),
        kind="person" if person else "organisation",
        programmes=[text_of(part, "UN_LIST_TYPE")],
        listed_on=_day(part, "LISTED_ON", reference, log),
        delisted_on=_day(part, "DELISTED_ON", reference, log),
    )
    if ";" in entry.name:  # two names in one field
        entry.names += [Name(name.strip()) for name in entry.name.split(";")]
    if original := text_of(part, "NAME_ORIGINAL_SCRIPT"):
        entry.names.append(Name(original))
    for alias in part.iterfind(f"{part.tag}_ALIAS"):
        quality = text_of(alias, "QUALITY").casefold()
        name = text_of(alias, "ALIAS_NAME")
        entry.names.append(Name(name, _QUALITIES.get(quality, "alias")))
        if besides := [text for tag in _OF_ALIAS for text in texts_of(alias, tag)]:
            entry.remarks.append(f"Alias {name}: {', '.join(besides)}")
    _add_places(part, entry)
    entry.remarks += [f"{label}: {text}" for path, label in _TEXTS for text in texts_of(part, path)]
    entry.remarks += [_birth(found) for found in part.iterfind("INDIVIDUAL_DATE_OF_BIRTH")]
    for document in part.iterfind(f"{part.tag}_DOCUMENT"):
        entry.remarks.append(_document(document))
        entry.countries += texts_of(document, "ISSUING_COUNTRY") + texts_of(document, "COUNTRY_OF_ISSUE")
    entry.remarks += texts_of(part, "COMMENTS1")
    if updated := texts_of(part, "LAST_DAY_UPDATED/VALUE"):
        entry.remarks.append(f"Last updated {max(updated)}")
    return entry


def _day(part: Element, tag: str, reference: str, log: Log) -> date | None:
    text = text_of(part, tag)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        log.add(
            "bad-date",
            "warning",
            f"{tag} of {reference} is {text!r}, no day; the entry is kept without it.",
            "Nothing to do: an entry without a day counts as listed all the time.",
        )
        return None


def _add_places(part: Element, entry: Entry) -> None:
    entry.countries += texts_of(part, "NATIONALITY/VALUE")
    for address in part.iterfind(f"{part.tag}_ADDRESS"):
        entry.countries.append(text_of(address, "COUNTRY"))
        line = ", ".join(text for tag in _ADDRESS if (text := text_of(address, tag)))
        note = text_of(address, "NOTE")
        entry.addresses.append(f"{line} ({note})" if line and note else line or note)
    for place in part.iterfind("INDIVIDUAL_PLACE_OF_BIRTH"):
        entry.countries.append(text_of(place, "COUNTRY"))
        line = ", ".join(text for tag in (*_ADDRESS, "NOTE") if (text := text_of(place, tag)))
        entry.remarks.append(f"POB {line}" if line else "")


def _birth(found: Element) -> str:
    day = text_of(found, "DATE") or text_of(found, "YEAR")
    if not day and text_of(found, "FROM_YEAR"):
        day = f"{text_of(found, 'FROM_YEAR')} to {text_of(found, 'TO_YEAR')}"
    about = text_of(found, "TYPE_OF_DATE").casefold()
    circa = "circa " if about == "approximately" else ""
    note = text_of(found, "NOTE")
    return f"DOB {circa}{day}{f' ({note})' if note else ''}" if day or note else ""


def _document(document: Element) -> str:
    label = text_of(document, "TYPE_OF_DOCUMENT") or text_of(document, "TYPE_OF_DOCUMENT2")
    country = text_of(document, "ISSUING_COUNTRY") or text_of(document, "COUNTRY_OF_ISSUE")
    if not label:
        return "Document, number not kept" if text_of(document, "NUMBER") else ""
    return f"{label} ({country}), number not kept" if country else f"{label}, number not kept"


SOURCE = Source(
    id="un_sc",
    title="UN Security Council consolidated list",
    publisher="United Nations Security Council",
    licence=Licence("own_terms", "United Nations, terms of use of the website", verified=False),
    url="https://scsanctions.un.org/resources/xml/en/consolidated.xml",
    file="consolidated.xml",
    rhythm="whenever a committee decides",
    expected={LAYER: Expected(600, 3_000)},
    read=read,
    by_hand="Download the XML of the consolidated list from main.un.org/securitycouncil/en/content/un-sc-consolidated-list.",
    largest_mb=_LARGEST_MB,
)
