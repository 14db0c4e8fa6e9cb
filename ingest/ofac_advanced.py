"""OFAC's advanced XML (sdn_advanced.xml, cons_advanced.xml): parts that refer to each other by number.

Reference values, locations and documents come before the parties, the programmes after them.
"""

from datetime import date
from xml.etree.ElementTree import Element

from ingest.listed import Entry, Log, Name
from ingest.ofac_xml import KINDS, add_labelled, alias_kind, birth_countries
from ingest.xml_safe import text_of, texts_of
from risk_graph.errors import SourceError

_COUNTRY_FEATURES = (
    "nationality country",
    "citizenship country",
    "nationality of registration",
    "vessel flag",
)
_SETS = {
    "AliasType": "AliasTypeValues/AliasType",
    "Country": "CountryValues/Country",
    "Detail": "DetailReferenceValues/DetailReference",
    "Feature": "FeatureTypeValues/FeatureType",
    "Document": "IDRegDocTypeValues/IDRegDocType",
    "LocPart": "LocPartTypeValues/LocPartType",
    "NamePart": "NamePartTypeValues/NamePartType",
    "PartySubType": "PartySubTypeValues/PartySubType",
    "PartyType": "PartyTypeValues/PartyType",
    "Relation": "RelationTypeValues/RelationType",
    "SanctionsType": "SanctionsTypeValues/SanctionsType",
}
_ADDRESS = ("ADDRESS1", "ADDRESS2", "ADDRESS3", "CITY", "STATE/PROVINCE", "POSTAL CODE", "REGION")


class AdvancedReader:
    """Takes the parts of a file one by one; `entries` gives the result when all were added."""

    def __init__(self, prefix: str, log: Log) -> None:
        self.released: date | None = None
        self._prefix = prefix
        self._log = log
        self._values: dict[str, dict[str, str]] = {}
        self._party_type: dict[str, str] = {}
        self._places: dict[str, tuple[str, str]] = {}
        self._documents: dict[str, list[tuple[str, str, str]]] = {}
        self._entries: dict[str, Entry] = {}

    def add(self, part: Element) -> None:
        """One part, in the order of the file."""
        match part.tag:
            case "DateOfIssue":
                self.released = _day(part)
            case "ReferenceValueSets":
                self._add_values(part)
            case "Location":
                self._places[part.get("ID", "")] = self._place(part)
            case "IDRegDocument":
                self._add_document(part)
            case "DistinctParty":
                self._add_party(part)
            case "ProfileRelationship":
                self._add_relation(part)
            case "SanctionsEntry":
                self._add_sanctions(part)

    def entries(self, file: str) -> list[Entry]:
        """The entries; SourceError if the file lacks what gives them meaning."""
        if self.released is None or not self._values.get("AliasType"):
            raise SourceError(
                f"{file} has no <DateOfIssue> or no <ReferenceValueSets> with <AliasTypeValues>; "
                "OFAC's advanced XML has both."
            )
        bare = [e.entry_id for e in self._entries.values() if not e.programmes]
        if bare:
            self._log.add(
                "missing-value",
                "warning",
                f"{len(bare)} entries have no programme, first {bare[0]}.",
                "Nothing to do: they are kept. If it is many, the file may be cut off: fetch it again.",
            )
        return list(self._entries.values())

    def _add_values(self, part: Element) -> None:
        for name, path in _SETS.items():
            self._values[name] = {e.get("ID", ""): text_of(e) for e in part.iterfind(path)}
        for element in part.iterfind(_SETS["PartySubType"]):
            self._party_type[element.get("ID", "")] = element.get("PartyTypeID", "")

    def _value(self, kind: str, id_: str | None) -> str:
        return self._values.get(kind, {}).get(id_ or "", "")

    def _place(self, part: Element) -> tuple[str, str]:
        """Address without and with its country."""
        lines: dict[str, str] = {}
        for piece in part.iterfind("LocationPart"):
            label = self._value("LocPart", piece.get("LocPartTypeID")).upper()
            values = texts_of(piece, "LocationPartValue/Value")
            if label and values:
                lines[label] = values[0]
        country = part.find("LocationCountry")
        name = self._value("Country", country.get("CountryID")) if country is not None else ""
        known = [lines.pop(label) for label in _ADDRESS if label in lines]
        return ", ".join((*known, *lines.values())), name

    def _add_document(self, part: Element) -> None:
        issuer = part.find("IssuedBy")
        country = self._value("Country", issuer.get("CountryID")) if issuer is not None else ""
        label = self._value("Document", part.get("IDRegDocTypeID")) or "Document"
        said = (label, text_of(part, "IDRegistrationNo"), country)
        self._documents.setdefault(part.get("IdentityID", ""), []).append(said)

    def _add_party(self, party: Element) -> None:
        profile = party.find("Profile")
        uid = party.get("FixedRef", "")
        entry = Entry(f"{self._prefix}-{uid}" if uid else "", "", "other")
        self._entries[profile.get("ID", uid) if profile is not None else uid] = entry
        entry.remarks += texts_of(party, "Comment")
        if profile is None:
            return
        sub_type = profile.get("PartySubTypeID", "")
        type_ = self._value("PartyType", self._party_type.get(sub_type)).casefold()
        entry.kind = KINDS.get(type_) or KINDS.get(self._value("PartySubType", sub_type).casefold(), "other")
        for identity in profile.iterfind("Identity"):
            self._add_names(identity, entry)
            for label, value, country in self._documents.get(identity.get("ID", ""), ()):
                add_labelled(entry, label, value, country)
        for feature in (*profile.iterfind("Feature"), *party.iterfind("Feature")):
            self._add_feature(feature, entry)

    def _add_names(self, identity: Element, entry: Entry) -> None:
        groups = {
            g.get("ID", ""): self._value("NamePart", g.get("NamePartTypeID"))
            for g in identity.iterfind("NamePartGroups/MasterNamePartGroup/NamePartGroup")
        }
        for alias in identity.iterfind("Alias"):
            type_ = self._value("AliasType", alias.get("AliasTypeID"))
            weak = alias.get("LowQuality") == "true"
            for number, documented in enumerate(alias.iterfind("DocumentedName")):
                name = _documented(documented, groups)
                if alias.get("Primary") == "true" and not number and not entry.name:
                    entry.name = name
                else:
                    entry.names.append(Name(name, alias_kind(type_, weak)))

    def _add_feature(self, feature: Element, entry: Entry) -> None:
        label = self._value("Feature", feature.get("FeatureTypeID")) or "Feature"
        for version in feature.iterfind("FeatureVersion"):
            for found in version.iterfind("VersionLocation"):
                address, country = self._places.get(found.get("LocationID", ""), ("", ""))
                self._add_location(entry, label, address, country)
            for found in version.iterfind("VersionDetail"):
                value = text_of(found) or self._value("Detail", found.get("DetailReferenceID"))
                add_labelled(entry, label, value, "")
            if period := version.find("DatePeriod"):
                entry.remarks.append(f"{label} {_period(period)}")

    def _add_location(self, entry: Entry, label: str, address: str, country: str) -> None:
        whole = ", ".join(text for text in (address, country) if text)
        if label.casefold() == "place of birth":
            entry.remarks.append(f"POB {whole}")
            entry.countries += birth_countries(whole)
            return
        if country:
            entry.countries.append(country)
        if label.casefold() == "location":
            entry.addresses.append(whole)
        elif label.casefold() not in _COUNTRY_FEATURES or address:
            entry.remarks.append(f"{label} {whole}")

    def _add_relation(self, part: Element) -> None:
        """`Owned or Controlled By: NAME` in the remarks of the one that is related."""
        entry = self._entries.get(part.get("From-ProfileID", ""))
        other = self._entries.get(part.get("To-ProfileID", ""))
        if entry is not None and other is not None:
            former = "formerly " if part.get("Former") == "true" else ""
            kind = self._value("Relation", part.get("RelationTypeID")) or "Linked To"
            entry.remarks.append(f"{former}{kind}: {other.name}")

    def _add_sanctions(self, part: Element) -> None:
        entry = self._entries.get(part.get("ProfileID", ""))
        if entry is None:
            self._log.add(
                "unknown-reference",
                "warning",
                f"The programmes of profile {part.get('ProfileID')} belong to no entry.",
                "Fetch the file again: it may be cut off.",
            )
            return
        programmes = [
            text_of(measure, "Comment")
            for measure in part.iterfind("SanctionsMeasure")
            if self._value("SanctionsType", measure.get("SanctionsTypeID")).casefold() == "program"
        ]
        entry.programmes = [*entry.programmes, *programmes]
        days = [day for event in part.iterfind("EntryEvent/Date") if (day := _day(event))]
        entry.listed_on = min([*days, *([entry.listed_on] if entry.listed_on else [])], default=None)


def _documented(documented: Element, groups: dict[str, str]) -> str:
    """`LAST, First Middle` for a person, as OFAC's other forms print it."""
    last: list[str] = []
    others: list[str] = []
    for value in documented.iterfind("DocumentedNamePart/NamePartValue"):
        part = groups.get(value.get("NamePartGroupID", ""), "").casefold()
        (last if part == "last name" else others).append(text_of(value))
    return ", ".join(text for text in (" ".join(last), " ".join(others)) if text)


def _day(part: Element) -> date | None:
    try:
        return date(*(int(text_of(part, tag)) for tag in ("Year", "Month", "Day")))
    except (ValueError, OverflowError):
        return None


def _period(period: Element) -> str:
    """The days of a period as far as they are given: `1965-03-12`, or `1960 to 1962`."""
    ends = [_partial(period.find(path)) for path in ("Start/From", "Start/To", "End/From", "End/To")]
    known = list(dict.fromkeys(end for end in ends if end))
    return known[0] if len(known) == 1 else f"{min(known)} to {max(known)}" if known else "unknown"


def _partial(element: Element | None) -> str:
    if element is None:
        return ""
    parts = [text_of(element, tag) for tag in ("Year", "Month", "Day")]
    return "-".join(part.zfill(2) for part in parts if part)
