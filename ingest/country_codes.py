"""What publishers of country tables write for a country, as ISO 3166-1 alpha-3."""

from collections.abc import Mapping
from typing import Literal

from risk_graph.model.gazetteer import countries, understand_country

Scheme = Literal["any", "alpha3", "alpha2", "m49", "name"]

FORMER: Mapping[str, str] = {
    "ADO": "AND",
    "IMY": "IMN",
    "KSV": "XKX",
    "ROM": "ROU",
    "TMP": "TLS",
    "WBG": "PSE",
    "XKO": "XKX",
    "ZAR": "COD",
}
"""Three letters that the World Bank and others use or used, and that are no alpha-3 code of another country."""

AGGREGATES: frozenset[str] = frozenset(
    {
        "AFE", "AFR", "AFW", "ARB", "CEB", "CSS", "EAP", "EAR", "EAS", "ECA", "ECS", "EMU", "EUU", "FCS", "HIC", "HPC",
        "IBD", "IBT", "IDA", "IDB", "IDX", "INX", "LAC", "LCN", "LDC", "LIC", "LMC", "LMY", "LTE", "MEA", "MIC", "MNA",
        "NAC", "OED", "OSS", "PRE", "PSS", "PST", "SAS", "SSA", "SSF", "SST", "TEA", "TEC", "TLA", "TMN", "TSA", "TSS",
        "UMC", "WLD",
    }
)  # fmt: skip
"""Codes of the World Bank for groups of countries."""


def understand(text: str, scheme: Scheme = "any") -> str | None:
    """Alpha-3 of what a cell says under a scheme; None if it is unknown, ambiguous or of another scheme.

    `any` takes alpha-3, alpha-2 and names, never numbers: M49 has to be said.
    """
    said = text.strip()
    code = said.upper()
    match scheme:
        case "alpha3":
            return code if code in countries() else FORMER.get(code)
        case "alpha2":
            return understand_country(said) if len(said) == 2 else None
        case "m49":
            return _m49(said)
        case "name":
            return understand_country(said) if len(said) > 3 else None
        case "any":
            return understand_country(said) or FORMER.get(code)


def _m49(text: str) -> str | None:
    """Alpha-3 of a numeric code of ISO 3166-1 (M49), with or without leading zeros; CLDR knows them."""
    from babel.core import get_global  # slow to import, and few files hold numbers

    number = text.removesuffix(".0")
    if not (number.isascii() and number.isdigit() and len(number) <= 3):
        return None
    found = get_global("territory_aliases").get(number.zfill(3), [])
    return understand_country(found[0]) if len(found) == 1 else None
