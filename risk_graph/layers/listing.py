"""Reading a listing in a situation: what was declared, what the coordinates say, and the worse of the two.

Declared subdivision, else point in polygon; whole-country entries by country (docs/layers.md). Unknown is never false.
"""

from risk_graph.layers.place import MAX_SNAP_KM, Atlas, load_atlas
from risk_graph.layers.region import Found, Listing, merged, related
from risk_graph.layers.situation import Certainty, How, Reading, Situation
from risk_graph.model.gazetteer import country_name, subdivision_name
from risk_graph.model.truth import Truth

_WHY_UNUSED = {
    "estimated": "The coordinates are an estimate and are not used.",
    "swapped": "Latitude and longitude seem to be swapped and are not used.",
    "off": "No outline at hand holds the coordinates.",
    "elsewhere": f"The coordinates lie more than {MAX_SNAP_KM:.0f} km from every place.",
}


def read_listing(listing: Listing, at: Situation) -> Reading:
    """What the listing says of a node in the situation."""
    if listing.too_early:
        source = listing.layer.source
        return Reading("none", "none", at.subdivision or at.country, listing.too_early, source, Truth.UNKNOWN)
    declared = _declared(listing, at)
    if not at.placed:
        return declared
    point = _by_point(listing, at, load_atlas())
    if at.state == "elsewhere" or disagrees(at):
        return _worse(declared, point)
    if point.truth != declared.truth and _abroad(at):
        return _doubted(declared, point)
    if at.subdivision or declared.how in ("country", "whole_country"):
        return declared
    return point


def disagrees(at: Situation) -> bool:
    """Do the declared subdivision and the coordinates name different places of one country?"""
    if not (at.subdivision and at.placed) or at.state == "elsewhere":
        return False
    atlas = load_atlas()
    named = [code for p in at.at for code in atlas.codes[p]]
    blank = any(not atlas.codes[p] for p in at.at)
    return bool(named) and not blank and not any(related(at.subdivision, code) for code in named)


def where(at: Situation) -> str:
    """Where the coordinates lie, in words."""
    atlas = load_atlas()
    polygon = at.at[0]
    country = " or ".join(country_name(c) for c in atlas.countries[polygon])
    codes = atlas.codes[polygon]
    if not atlas.fine[polygon] or not codes:
        return country
    name = subdivision_name(codes[0]) if len(codes) == 1 else atlas.names[polygon]
    return f"{name} ({' or '.join(codes)}), {country}"


def _declared(listing: Listing, at: Situation) -> Reading:
    found = listing.of_code(at.subdivision) if at.subdivision else listing.of_country(at.country)
    how: How = "subdivision" if at.subdivision else "country" if found.truth is Truth.FALSE else "none"
    certainty: Certainty = "none" if how == "none" else "declared"
    if found.whole and found.truth is Truth.TRUE:
        how, certainty = "whole_country", "declared"
    detail = [found.detail]
    if at.said:
        detail.append(f"The declared subdivision {at.said} is no known code.")
    if at.subdivision and at.home != at.country:
        other = listing.of_country(at.country)
        certainty = "conflicting"
        detail.append(f"{at.subdivision} does not lie in the declared country. {other.detail}")
        found = max(found, other, key=lambda f: f.truth)
    if not at.placed:
        detail.append(_WHY_UNUSED.get(at.state, ""))
    if at.kind == "supplier":
        detail.append("Site unspecified: judged by the supplier's country.")
    text = " ".join(d for d in detail if d)
    return Reading(how, certainty, at.subdivision or at.country, text, found.source, found.truth)


def _by_point(listing: Listing, at: Situation, atlas: Atlas) -> Reading:
    found = [listing.of_places(atlas.codes[p], atlas.countries[p], atlas.names[p]) for p in at.at]
    same = len({f.truth for f in found}) == 1
    answer = found[0] if same else _undecided(found)
    missing = _undrawn(listing, at.country, atlas) if at.state == "near" else []
    if missing and answer.truth is Truth.FALSE:
        why = f"No outline is at hand of {', '.join(missing)}, which the list names and which may lie nearer."
        answer = Found(Truth.UNKNOWN, why, answer.source)
    inside = at.state == "inside"
    lead = "The coordinates lie in" if inside or at.state == "elsewhere" else "The coordinates lie nearest to"
    codes = atlas.codes[at.at[0]]
    place = codes[0] if len(codes) == 1 else " or ".join(codes or atlas.countries[at.at[0]])
    how: How = "nearest_polygon" if at.state == "near" else "point_in_polygon"
    return Reading(
        how, "computed", place, f"{lead} {where(at)}. {answer.detail}", answer.source, answer.truth
    )


def _undrawn(listing: Listing, country: str, atlas: Atlas) -> list[str]:
    """Places of the country that the list names and no polygon shows."""
    drawn = atlas.drawn
    return [c for c in listing.named_in(country) if c not in drawn and not any(related(c, d) for d in drawn)]


def _abroad(at: Situation) -> bool:
    """Is a polygon in question that does not belong to the declared country?"""
    atlas = load_atlas()
    return bool(at.country) and any(at.country not in atlas.countries[p] + atlas.accepts[p] for p in at.at)


def _doubted(declared: Reading, point: Reading) -> Reading:
    """Just across a border, or in a country without an outline: a false answer is no longer certain."""
    if declared.truth is not Truth.FALSE:
        return declared
    detail = f"{declared.detail} But: {point.detail}"
    return Reading(point.how, "conflicting", declared.place, detail, point.source, Truth.UNKNOWN)


def _undecided(found: list[Found]) -> Found:
    both = merged(found, "What lies there")
    near = f"Places within {MAX_SNAP_KM:.0f} km of the coordinates have different answers. {both.detail}"
    return Found(Truth.UNKNOWN, near, both.source)


def _worse(declared: Reading, point: Reading) -> Reading:
    """The higher of the two truths, with both reasons."""
    assert declared.truth is not None
    assert point.truth is not None
    worse = point if point.truth > declared.truth else declared
    detail = f"Declared and coordinates disagree. {declared.detail} {point.detail}"
    return Reading(worse.how, "conflicting", worse.place, detail, worse.source, worse.truth)
