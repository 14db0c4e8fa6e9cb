"""What the numbers of listed entries are: of a company, a vessel, an aircraft, or of a person's own documents.

Only the first kinds are kept: what a supplier file can hold. The number of a person's passport or identity card
matches nothing here and is not ours to spread; that there is one stays in the remarks (decision 0030).
"""

import re
from typing import NamedTuple

from risk_graph.model.lei import is_lei

DOCUMENT = "document"
"""Kind of a number that belongs to a person and is not kept."""

_LABELS: tuple[tuple[str, str], ...] = (
    ("Vessel Registration Identification", "imo"),
    ("MMSI", "mmsi"),
    ("Vessel Call Sign", "call_sign"),
    ("SWIFT/BIC", "swift"),
    ("BIK (RU)", "bik"),
    ("D-U-N-S Number", "duns"),
    ("ISIN", "isin"),
    ("Legal Entity Identifier", "lei"),
    ("LEI", "lei"),
    ("Aircraft Tail Number", "tail"),
    ("Previous Aircraft Tail Number", "tail"),
    ("Aircraft Manufacturer's Serial Number (MSN)", "msn"),
    ("Aircraft Construction Number (also called L/N or S/N or F/N)", "construction"),
    ("Aircraft Mode S Transponder Code", "transponder"),
    *(
        (label, "tax")
        for label in (
            "Tax ID No.",
            "Tax ID Number",
            "NIT #",
            "R.F.C. #",
            "R.F.C.",
            "RFC",
            "RUC #",
            "RIF #",
            "V.A.T. Number",
            "V.A.T. No.",
            "VAT Number",
            "US FEIN",
            "C.U.I.T.",
            "C.I.F.",
            "RTN",
            "C.N.P.J.",
            "CNPJ",
            "Fiscal Code",
            "Italian Fiscal Code",
            "Numero Unico de Identificacao Tributaria (NUIT)",
            "Romanian Tax Registration",
            "Paraguayan tax identification number",
        )
    ),
    *(
        (label, "registration")
        for label in (
            "Registration ID",
            "Registration Number",
            "Registration No.",
            "Company Number",
            "UK Company Number",
            "Business Registration Document #",
            "Business Registration Number",
            "Business Number",
            "Commercial Registry Number",
            "Commercial Registration Number",
            "Unified Social Credit Code (USCC)",
            "United Social Credit Code Certificate (USCCC)",
            "Government Gazette Number",
            "Organization Code",
            "Trade License No.",
            "Chamber of Commerce Number",
            "Dubai Chamber of Commerce Membership No.",
            "C.R. No.",
            "C.R. Number",
            "Enterprise Number",
            "Certificate of Incorporation Number",
            "Folio Mercantil No.",
            "Matricula Mercantil No",
            "Branch Unit Number",
            "Registered Charity No.",
            "Public Registration Number",
            "Economic Register Number (CBLS)",
            "Legal Entity Number",
            "RSIN",
            "MSB Registration Number",
            "Istanbul Chamber of Comm. No.",
            "Tourism License No.",
            "Central Registration System Number",
            "Registro Mercantil",
            "Tarjeta Mercantil",
            "License",
            "File Number",
        )
    ),
    *(
        (label, DOCUMENT)
        for label in (
            "Document",
            "Passport",
            "Diplomatic Passport",
            "Stateless Person Passport",
            "Travel Document Number",
            "National ID No.",
            "National ID Number",
            "National Foreign ID Number",
            "Tazkira National ID Card",
            "Identification Number",
            "Turkish Identification Number",
            "Personal ID Card",
            "Citizen's Card Number",
            "Kenyan ID No.",
            "Bosnian Personal ID No.",
            "Numero de Identidad",
            "Cedula No.",
            "Cedula de Residencia",
            "SSN",
            "Driver's License No.",
            "Pilot License Number",
            "C.U.R.P. #",
            "C.U.R.P.",
            "C.U.I.P.",
            "C.U.I.",
            "D.N.I.",
            "I.F.E.",
            "LE Number",
            "Electoral Registry No.",
            "Credencial electoral",
            "Cartilla de Servicio Militar Nacional",
            "Residency Number",
            "Birth Certificate Number",
            "Public Security and Immigration No.",
            "Immigration No.",
            "VisaNumberID",
            "SRE Permit No.",
            "Tarjeta de Identidad",
            "Military Registration Number",
            "Romanian Permanent Resident",
            "Moroccan Personal ID No.",
            "Stateless Person ID Card",
            "British National Overseas Passport",
            "Seafarer's Identification Document",
            "N.I.E.",
            "Email Address",
            "Email",
            "Phone Number",
            "Telephone No.",
            "Telephone",
            "Phone No.",
            "Fax No.",
            "Fax",
        )
    ),
)
_KINDS = {label.casefold(): kind for label, kind in _LABELS}
_CONTACT = frozenset(
    {"email", "email address", "phone number", "telephone no.", "telephone", "phone no.", "fax no.", "fax"}
)
_LABEL_AT_START = re.compile(
    "(?:alt\\. )?(?P<label>"
    + "|".join(re.escape(label) for label, _ in sorted(_LABELS, key=lambda pair: -len(pair[0])))
    + ")(?![A-Za-z])[:. ]*(?P<value>.*)",
    re.IGNORECASE | re.DOTALL,
)
_PERSONAL = (
    r"\b(?:ID|Identification|Identity|Passport|Permit|Card|deportation|Code\)|Profesional|Serial|No\.|Number)"
)
_LOOKS_PERSONAL = re.compile(_PERSONAL, re.IGNORECASE)
_PERSONAL_AT_START = re.compile(
    rf"(?P<label>[^0-9]*?{_PERSONAL}[^0-9]*?) ?(?P<value>[A-Z]{{0,2}}-?[0-9].*)", re.DOTALL
)
"""Numbers of persons under labels that nobody listed: rather one number less than one of somebody's papers more."""

_TAIL = re.compile(r"(?: \((?P<country>[A-Z][^()]*)\))?(?: issued [^;()]*)?(?: expires [^;()]*)?\s*\Z")
_IMO = re.compile(r"(?:IMO\s*)?([0-9]{7})\Z", re.IGNORECASE)


class Number(NamedTuple):
    """A number with its kind (DOCUMENT: not to be kept) and the country that gave it, as printed."""

    label: str
    kind: str
    value: str
    country: str


def numbered(text: str, person: bool) -> Number | None:
    """What `Registration ID 2600 (Iran)` says; None if it begins with no label that is known."""
    found = _LABEL_AT_START.match(text) or (_PERSONAL_AT_START.match(text) if person else None)
    if found is None or not found["value"]:
        return None
    tail = _TAIL.search(found["value"])
    value = found["value"][: tail.start()] if tail else found["value"]
    return number(found["label"], value, (tail["country"] or "") if tail else "", person)


def number(label: str, value: str, country: str, person: bool) -> Number | None:
    """The number that a list prints under `label`; None if the label is not one of a number.

    What is a document of a person is a registration of a company (Iran gives companies a national id).
    """
    plain = label.strip(" :").casefold()
    kind = _KINDS.get(plain) or (DOCUMENT if person and _LOOKS_PERSONAL.search(label) else None)
    if kind is None:
        return None
    if kind == DOCUMENT and not person and "passport" not in plain:
        if plain in _CONTACT:
            return None
        kind = "registration"
    return Number(label.strip(" :"), *_checked(kind, value.strip()), country.strip())


def _checked(kind: str, value: str) -> tuple[str, str]:
    """An IMO number without its prefix; a vessel's other registrations and a LEI under another label."""
    if kind == "imo":
        found = _IMO.match(value)
        return ("imo", found[1]) if found else ("registration", value)
    if kind in ("registration", "tax") and is_lei(value):
        return "lei", value
    return kind, value


def kept_silent(found: Number) -> str:
    """What remains in the remarks of a number that is not kept."""
    country = f" ({found.country})" if found.country else ""
    what = "not kept" if found.label.casefold() in _CONTACT else "number not kept"
    return f"{found.label}{country}, {what}"
