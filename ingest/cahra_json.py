"""The JSON of the CAHRA list, as the API answers it or as it was archived by others, to countries and regions.

Knows no code of a place.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from risk_graph.errors import SourceError

EXPECTED = (
    "expected is the JSON of cahraslist.net: a list of countries, each with country_code, country_name and reports of "
    "title, is_country_level and included_regions (name, code, conflict_affected, high_risk)"
)


@dataclass(frozen=True)
class Region:
    name: str
    code: str
    status: str


@dataclass(frozen=True)
class Country:
    """`whole`: the list names the country as a whole."""

    code: str
    name: str
    whole: bool
    regions: tuple[Region, ...]


@dataclass(frozen=True)
class Report:
    """The list as its file has it. `title` names month and year, `updated` is a time with its zone."""

    title: str
    updated: str
    countries: tuple[Country, ...]


def report_of(path: Path, largest_mb: int) -> Report:
    """The list in a file; SourceError, naming what was expected, if it has another shape."""
    if path.stat().st_size > largest_mb << 20:
        raise SourceError(f"{path.name} is larger than {largest_mb} MB; {EXPECTED}.")
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError, OSError):
        raise SourceError(f"{path.name} is no JSON in UTF-8; {EXPECTED}.") from None
    try:
        return _archived(found) if isinstance(found, dict) else _published(found)
    except _OtherShape as error:
        raise SourceError(f"{path.name}: {error}; {EXPECTED}.") from None


class _OtherShape(Exception):
    """What was found instead."""


def _published(found: Any) -> Report:
    """As the API answers. A country that has no report names nothing."""
    named = [_country(c) for c in _list(found, "the file")]
    if not named:
        raise _OtherShape("it names no country")
    reports = [r for c in found for r in c["reports"]]
    titles = sorted({_text(r, "title", "a report") for r in reports})
    if len(titles) != 1:
        raise _OtherShape(
            f"{len(titles)} titles of reports ({', '.join(titles) or 'none'}), one edition has one"
        )
    updated = max((str(r.get("updated_at") or r.get("created_at") or "") for r in reports), default="")
    return Report(titles[0], updated, tuple(named))


def _country(found: Any) -> Country:
    name = _text(found, "country_name", "a country")
    reports = _list(found.get("reports"), f"`reports` of {name}")
    whole, regions = False, []
    for report in reports:
        level = _flag(report, "is_country_level", name)
        whole |= level
        listed = report.get("included_regions")
        inside = [] if level and listed is None else _list(listed, f"`included_regions` of {name}")
        if not level and not inside:
            raise _OtherShape(f"a report of {name} names neither the country nor a region")
        if not level:
            regions += [_region(r, name, ("conflict_affected", "high_risk")) for r in inside]
    return Country(_text(found, "country_code", name), name, whole, tuple(regions))


def _archived(found: dict[str, Any]) -> Report:
    """As archived: `meta` with version and reportsUpdated, `entries` with their regions."""
    meta = found.get("meta")
    if not isinstance(meta, dict) or "entries" not in found:
        raise _OtherShape("the keys are " + (", ".join(list(map(str, found))[:6]) or "none"))
    named = []
    for entry in _list(found["entries"], "`entries`"):
        name = _text(entry, "countryName", "an entry")
        whole = _flag(entry, "wholeCountry", name)
        listed = [] if whole else _list(entry.get("regions"), f"`regions` of {name}")
        if not whole and not listed:
            raise _OtherShape(f"{name} is neither listed as a whole nor has regions")
        regions = tuple(_region(r, name, ("conflictAffected", "highRisk")) for r in listed)
        named.append(Country(_text(entry, "iso3", name), name, whole, regions))
    if not named:
        raise _OtherShape("it names no country")
    return Report(_text(meta, "version", "meta"), str(meta.get("reportsUpdated") or ""), tuple(named))


def _region(found: Any, country: str, flags: tuple[str, str]) -> Region:
    name, code = (
        _text(found, "name", f"a region of {country}"),
        _text(found, "code", f"a region of {country}"),
    )
    words = ("conflict-affected", "high-risk")
    given = [word for word, flag in zip(words, flags, strict=True) if _flag(found, flag, name)]
    return Region(name, code.upper(), " and ".join(given))


def _list(found: Any, what: str) -> list[Any]:
    if not isinstance(found, list):
        raise _OtherShape(f"{what} is no list")
    return found


def _text(found: Any, key: str, what: str) -> str:
    text = found.get(key) if isinstance(found, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise _OtherShape(f"`{key}` of {what} is missing")
    return text.strip()


def _flag(found: Any, key: str, what: str) -> bool:
    flag = found.get(key) if isinstance(found, dict) else None
    if not isinstance(flag, bool):
        raise _OtherShape(f"`{key}` of {what} is neither true nor false")
    return flag
