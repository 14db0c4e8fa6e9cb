"""The EU's financial sanctions file (FSF) in its two forms: XML 1.1 and the CSV with one row a detail.

Both hold the same attributes; each row of the CSV carries one alias, address, birth, number or citizenship of its
entity, in columns that are named after the XML's attributes. A row or an element becomes `Detail`s, and these an entry.
"""

from collections.abc import Mapping
from datetime import date, datetime

from ingest.listed import Entry, Log, Name
from ingest.listed_ids import DOCUMENT

Detail = Mapping[str, str]

KINDS = {"person": "person", "p": "person", "enterprise": "organisation", "e": "organisation"}
_NUMBERS = {
    "regnumber": "registration",
    "tradelic": "registration",
    "swiftbic": "swift",
    "bic": "swift",
    "taxid": "tax",
    "fiscalcode": "tax",
    "fiscal": "tax",
    "imo": "imo",
    "lei": "lei",
}
_ADDRESS = ("street", "poBox", "zipCode", "city", "place", "region", "countryDescription")


def country(detail: Detail) -> list[str]:
    """The country of a detail: its name, else its code; the EU writes 00 or UNKNOWN for none."""
    code, name = detail.get("countryIso2Code", ""), detail.get("countryDescription", "")
    return [text for text in (code if code not in ("", "00") else name,) if text]


def entity(
    reference: str, kinds: tuple[str, ...], designated: str, programmes: list[str], log: Log, row: int = 0
) -> Entry:
    """An entry without its details."""
    kind = next((KINDS[k.casefold()] for k in kinds if k.casefold() in KINDS), "other")
    return Entry(
        entry_id=reference,
        name="",
        kind=kind,
        programmes=programmes,
        listed_on=_day(designated, reference, log, row),
        row=row,
    )


def _day(text: str, reference: str, log: Log, row: int) -> date | None:
    if not text:
        return None
    try:
        return eu_day(text)
    except ValueError:
        log.add(
            "bad-date",
            "warning",
            f"The day of designation of {reference} is {text!r}, no day; the entry is kept without it.",
            "Nothing to do: an entry without a day counts as listed all the time.",
            row,
        )
        return None


def eu_day(text: str) -> date:
    """`2022-04-08` (with a time behind it) in the XML, `08/04/2022` in the CSV; ValueError for anything else."""
    return datetime.strptime(text, "%d/%m/%Y").date() if "/" in text else date.fromisoformat(text[:10])


def add_name(entry: Entry, detail: Detail) -> None:
    """The first strong name is the primary one; `strong="false"` is weak."""
    parts = (detail.get(k, "") for k in ("firstName", "middleName", "lastName"))
    name = detail.get("wholeName") or " ".join(p for p in parts if p)
    weak = detail.get("strong", "").casefold() == "false"
    if not name:
        return
    if not entry.name and not weak:
        entry.name = name
    else:
        entry.names.append(Name(name, "weak" if weak else "alias"))
    for key, label in (("title", "Title"), ("function", "Function"), ("gender", "Gender")):
        if detail.get(key):
            entry.remarks.append(f"{label}: {detail[key]}")


def settle_name(entry: Entry) -> None:
    """An entity that has weak names alone goes by the first of them."""
    if not entry.name and entry.names:
        entry.name = entry.names.pop(0).text


def add_address(entry: Entry, detail: Detail) -> None:
    entry.addresses.append(", ".join(detail[k] for k in _ADDRESS if detail.get(k) and detail[k] != "UNKNOWN"))
    entry.countries += country(detail)
    if detail.get("contactInfo"):
        entry.remarks.append(f"Contact: {detail['contactInfo']}")


def add_birth(entry: Entry, detail: Detail) -> None:
    years = [detail[k] for k in ("yearRangeFrom", "yearRangeTo") if detail.get(k)]
    day = detail.get("birthdate") or detail.get("year") or " to ".join(years)
    circa = "circa " if detail.get("circa") == "true" else ""
    place = ", ".join(
        detail[k]
        for k in ("city", "place", "region", "countryDescription")
        if detail.get(k) and detail[k] != "UNKNOWN"
    )
    entry.remarks += [f"DOB {circa}{day}" if day else "", f"POB {place}" if place else ""]
    entry.countries += country(detail)


def add_citizenship(entry: Entry, detail: Detail) -> None:
    entry.countries += country(detail)


def add_number(entry: Entry, detail: Detail) -> None:
    """Numbers of organisations, and those a person trades under; a person's documents are named without number."""
    code = detail.get("identificationTypeCode", "").casefold()
    value = detail.get("number") or detail.get("latinNumber") or ""
    label = detail.get("identificationTypeDescription") or detail.get("identificationTypeCode") or "Number"
    entry.countries += country(detail)
    kind = _NUMBERS.get(code, DOCUMENT if entry.kind == "person" or "passport" in code else "registration")
    if kind == DOCUMENT:
        where = detail.get("countryDescription", "")
        place = f" ({where})" if where and where != "UNKNOWN" else ""
        entry.remarks.append(f"{label}{place}, number not kept")
    elif value:
        entry.identifiers.append((kind, value.removeprefix("IMO").strip() if kind == "imo" else value))
        entry.remarks.append(f"{label} {value}")
