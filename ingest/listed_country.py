"""The countries that lists of names print, as ISO 3166-1 alpha-3.

Lists invert names (`Korea, North`), prefix what is no country (`Region: Crimea`) and have words for nothing known.
"""

from risk_graph.model.gazetteer import understand_country

_NOTHING = frozenset(
    {"", "-", "-0-", "00", "na", "n/a", "none", "none identified", "undetermined", "unknown", "worldwide"}
)
"""Words that say that no country is known."""

_LISTS_SAY = {
    "hong kong": "HKG",
    "bahamas, the": "BHS",
    "palestinian": "PSE",
    "west bank": "PSE",
    "gaza": "PSE",
    "region: gaza": "PSE",
    "cote d ivoire": "CIV",
    "czech republic": "CZE",
    "democratic people's republic of korea": "PRK",
    "the gambia": "GMB",
    "macau": "MAC",
    "virgin islands, british": "VGB",
    "virgin islands, u.s.": "VIR",
    "st. vincent and the grenadines": "VCT",
    "st. kitts & nevis": "KNA",
    "st. kitts and nevis": "KNA",
    "united kingdom of great britain and northern ireland": "GBR",
    "china, hong kong special administrative region": "HKG",
    "china, macao special administrative region": "MAC",
    "the netherlands": "NLD",
}
"""What they print and no table of names of countries has. Gaza and the West Bank are what ISO 3166-1 calls PS; parts
of a country (`Region: Northern Mali`) and disputed ones (`Region: Crimea`) stay out."""


class Countries:
    """Understands countries and remembers what it did not understand."""

    def __init__(self) -> None:
        self._unknown: dict[str, list[str]] = {}

    def understand(self, text: str, entry_id: str) -> str | None:
        """Alpha-3, or None: nothing is said, or it is not understood and remembered with the entry."""
        plain = " ".join(text.split()).strip(" .")
        if plain.casefold() in _NOTHING:
            return None
        code = code_of(plain)
        if code is None:
            self._unknown.setdefault(plain, []).append(entry_id)
        return code

    def unknown(self) -> list[tuple[str, str, int]]:
        """What was not understood: the text, the first entry that has it, how many do."""
        return [(text, ids[0], len(set(ids))) for text, ids in sorted(self._unknown.items())]


def code_of(text: str) -> str | None:
    """Alpha-3 of a country as a list prints it, or None."""
    known = _LISTS_SAY.get(text.casefold().replace("’", "'"))
    if known or (known := understand_country(text)):
        return known
    before, comma, after = text.partition(", ")
    return understand_country(f"{after} {before}") if comma else None
