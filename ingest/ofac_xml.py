"""An entry of OFAC's legacy XML (sdn.xml, consolidated.xml)."""

from xml.etree.ElementTree import Element

from ingest.listed import Entry, Name
from ingest.listed_country import code_of
from ingest.listed_ids import DOCUMENT, kept_silent, number
from ingest.xml_safe import text_of, texts_of

KINDS = {"individual": "person", "entity": "organisation", "vessel": "vessel", "aircraft": "aircraft"}

_ADDRESS = ("address1", "address2", "address3", "city", "stateOrProvince", "postalCode", "country")
_VESSEL = (
    ("vesselType", "Vessel type"),
    ("vesselOwner", "Vessel owner"),
    ("tonnage", "Tonnage"),
    ("grossRegisteredTonnage", "Gross tonnage"),
)
_DAYS = (("issueDate", "issued"), ("expirationDate", "expires"))
_COUNTRIES = (
    "addressList/address/country",
    "nationalityList/nationality/country",
    "citizenshipList/citizenship/country",
    "vesselInfo/vesselFlag",
)


def alias_kind(type_: str, weak: bool) -> str:
    """Kind of an alias from OFAC's type (a.k.a., f.k.a., n.k.a.) and whether OFAC calls it weak."""
    if weak:
        return "weak"
    return "former" if type_.casefold().replace(".", "") == "fka" else "alias"


def read_entry(part: Element, prefix: str) -> Entry:
    """A `<sdnEntry>`; a person's name is `LAST, First`, as in the CSV files."""
    uid = text_of(part, "uid")
    kind = KINDS.get(text_of(part, "sdnType").casefold(), "other")
    entry = Entry(
        entry_id=f"{prefix}-{uid}" if uid else "",
        name=_name(part),
        kind=kind,
        programmes=texts_of(part, "programList/program"),
        names=[
            Name(_name(aka), alias_kind(text_of(aka, "type"), text_of(aka, "category") == "weak"))
            for aka in part.iterfind("akaList/aka")
        ],
        countries=[country for path in _COUNTRIES for country in texts_of(part, path)],
        addresses=[
            ", ".join(line for tag in _ADDRESS if (line := text_of(address, tag)))
            for address in part.iterfind("addressList/address")
        ],
    )
    if title := text_of(part, "title"):
        entry.remarks.append(f"Title: {title}")
    _add_births(part, entry)
    _add_vessel(part, entry)
    for found in part.iterfind("idList/id"):
        _add_number(found, entry)
    if remarks := text_of(part, "remarks"):
        entry.remarks.append(remarks)
    return entry


def _name(part: Element) -> str:
    return ", ".join(text for tag in ("lastName", "firstName") if (text := text_of(part, tag)))


def _add_births(part: Element, entry: Entry) -> None:
    entry.remarks += [f"DOB {d}" for d in texts_of(part, "dateOfBirthList/dateOfBirthItem/dateOfBirth")]
    for place in texts_of(part, "placeOfBirthList/placeOfBirthItem/placeOfBirth"):
        entry.remarks.append(f"POB {place}")
        entry.countries += birth_countries(place)


def birth_countries(place: str) -> list[str]:
    """The country that a place of birth ends with; often it ends with a town."""
    last = place.rpartition(",")[2].strip()
    return [last] if code_of(last) else []


def _add_vessel(part: Element, entry: Entry) -> None:
    vessel = part.find("vesselInfo")
    if vessel is None:
        return
    if call_sign := text_of(vessel, "callSign"):
        entry.identifiers.append(("call_sign", call_sign))
    entry.remarks += [f"{label}: {text}" for tag, label in _VESSEL if (text := text_of(vessel, tag))]


def _add_number(found: Element, entry: Entry) -> None:
    label, value, country = (text_of(found, tag) for tag in ("idType", "idNumber", "idCountry"))
    days = [f"{said} {day}" for tag, said in _DAYS if (day := text_of(found, tag))]
    add_labelled(entry, label, value, country, " ".join(days))


def add_labelled(entry: Entry, label: str, value: str, country: str, days: str = "") -> None:
    """What OFAC gives with a label: an identifier, a country, or a remark."""
    said = " ".join(text for text in (label, value, country and f"({country})", days) if text)
    known = number(label, value, country, entry.kind == "person")
    if country:
        entry.countries.append(country)
    if known is None:
        entry.remarks.append(said)
    elif known.kind == DOCUMENT:
        entry.remarks.append(kept_silent(known))
    else:
        entry.identifiers.append((known.kind, known.value))
        entry.remarks.append(said)
    if label.casefold() == "place of birth":
        entry.countries += birth_countries(value)
    if label.casefold().startswith(
        ("nationality of registration", "other vessel flag", "former vessel flag")
    ):
        entry.countries.append(value)
