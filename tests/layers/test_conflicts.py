"""What was declared and what the coordinates say differ: an issue, and the worse of the two."""

import numpy as np

from tests.layers.conftest import at, joined, node, signal, truth

URUMQI, XINING = at(43.8, 87.6), at(36.62, 101.78)


def test_disagreeing_subdivision_takes_the_worse_both_ways() -> None:
    for subdivision, where in (("CN-QH", URUMQI), ("CN-XJ", XINING)):
        found = joined(node(country="CHN", subdivision=subdivision, **where))
        row = found.signals[found.signals["layer"] == "uflpa_region"].iloc[0]
        assert (row["truth"], row["certainty"]) == ("T", "conflicting")
        (issue,) = found.issues
        assert (issue.code, issue.level) == ("subdivision-coordinates-disagree", "warning")
        assert (issue.file, issue.row, issue.column) == ("facilities.csv", 7, "subdivision")


def test_part_and_whole_do_not_disagree() -> None:
    assert not joined(node(country="GIN", subdivision="GN-B", **at(11.09, -13.79))).issues
    assert not joined(node(country="GIN", subdivision="GN-BK", **at(11.09, -13.79))).issues
    assert not joined(node(country="COD", subdivision="CD-LU", **at(-10.7, 25.5))).issues


def test_outside_the_country_both_places_count() -> None:
    found = joined(node(country="BRA", **at(8.3, -62.7)))
    by_layer = found.signals.set_index("layer")
    assert by_layer["truth"]["eu_cahra"] == "T"
    wgi = by_layer.loc["wgi_political_stability"]
    apart = [signal("wgi_political_stability", country=c) for c in ("BRA", "VEN")]
    assert wgi["value"] == min(a["value"] for a in apart)
    assert wgi["low"] == min(a["low"] for a in apart)
    assert wgi["high"] == max(a["high"] for a in apart)
    assert [(i.code, i.level) for i in found.issues] == [("outside-country", "error")]


def test_outside_in_an_unknown_country_has_no_value() -> None:
    found = signal("wgi_political_stability", country="BRA", **at(6.0, -59.0))
    assert found["place"] == "BRA"
    assert np.isnan(found["value"])


def test_swapped_coordinates_are_not_used() -> None:
    found = joined(node(country="IND", **at(83.03, 18.83)))
    assert [(i.code, i.level) for i in found.issues] == [("swapped-coordinates", "error")]
    assert found.signals.set_index("layer")["truth"]["eu_cahra"] == "U"
    assert truth(country="IND", subdivision="IN-CG", **at(83.03, 18.83)) == "T"


def test_just_across_a_border_is_no_error_but_not_false() -> None:
    """Declared in Kenya, some kilometres into Somalia's Gedo, which is listed."""
    found = joined(node(country="KEN", **at(3.9, 41.95)))
    row = found.signals.set_index("layer").loc["eu_cahra"]
    assert (row["truth"], row["certainty"]) == ("U", "conflicting")
    assert 0 < row["distance_km"] < 30
    assert not found.issues


def test_a_subdivision_of_another_country_is_not_false() -> None:
    found = signal("uflpa_region", country="IND", subdivision="CN-XJ")
    assert (found["truth"], found["certainty"]) == ("T", "conflicting")
    assert signal("eu_cahra", country="IND", subdivision="CN-QH")["truth"] == "U"
