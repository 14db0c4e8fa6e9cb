"""A listing through time: editions that differ, and the days on which metal left a site."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_graph.layers.history import in_force
from risk_graph.layers.join import History, join
from risk_graph.layers.layer import Layer
from tests.layers.conftest import LAYERS, joined, node, nodes

LAYER = LAYERS["eu_cahra"]
AS_OF = date(2026, 6, 30)
CODES = ["UA-74", "UA-14", "UA-46", "PH-12", "ML-6"]
HOME = {"UA": "UKR", "PH": "PHL", "ML": "MLI"}


def edition(name: str, start: date, codes: list[str], unsure: tuple[str, ...] = ()) -> Layer:
    rows = [
        {
            "code": code,
            "listed_code": code,
            "name": code,
            "country": HOME[code[:2]],
            "status": "high-risk",
            "whole_country": False,
            "certain": code not in unsure,
            "note": "",
            "edition": name,
            "listed_from": pd.Timestamp(start),
            "retrieved": "2026-07-14",
            "source": f"EU indicative CAHRA list, edition {name}, entry {code}",
        }
        for code in [*codes, *unsure]
    ]
    values = pd.DataFrame(rows, columns=LAYER.values.columns)
    values["listed_from"] = pd.to_datetime(values["listed_from"])
    values = values.astype({"whole_country": bool, "certain": bool})
    return replace(LAYER, edition=name, released=start, values=values)


def deliveries(*spans: tuple[str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(spans, columns=["node_id", "first", "last"])
    return frame.assign(first=pd.to_datetime(frame["first"]), last=pd.to_datetime(frame["last"]))


def signals(
    editions: list[Layer], left: pd.DataFrame, *sites: str, as_of: date = AS_OF, counting: int = -1
) -> pd.DataFrame:
    places = nodes(*(node(s, country=HOME[s[:2]], subdivision=s) for s in sites))
    history = History({"eu_cahra": tuple(editions)}, left)
    return join(places, {"eu_cahra": editions[counting]}, as_of, history).signals.set_index("subject_id")


# What was listed when, as domain facts have it: Chernihiv left the list in June 2025 and was back in June 2026;
# Soccsksargen came in June 2025 and was gone in June 2026.
SEPTEMBER_2024 = edition("2024-09", date(2024, 9, 15), ["UA-74", "UA-14"])
JUNE_2025 = edition("2025-06", date(2025, 6, 15), ["UA-14", "PH-12"])
JUNE_2026 = edition("2026-06", date(2026, 6, 28), ["UA-14", "UA-74"])
THREE = [SEPTEMBER_2024, JUNE_2025, JUNE_2026]


def test_a_place_that_left_the_list_stays_listed_for_the_metal_that_left_it_before() -> None:
    left = deliveries(("PH-12", "2025-07-01", "2025-12-31"))
    found = signals(THREE, left, "PH-12").loc["PH-12"]
    assert (found["truth"], found["edition"]) == ("T", "2025-06")
    assert "Edition 2025-06 was in force when metal left here (2025-07-01 to 2025-12-31)." in found["detail"]
    assert "Edition 2026-06, which counts as of 2026-06-30: Soccsksargen (Region XII)" in found["detail"]
    assert found["source"].startswith("EU indicative CAHRA list, edition 2025-06")


def test_metal_that_left_before_and_after_it_was_listed() -> None:
    before = deliveries(("PH-12", "2024-10-01", "2025-06-14"))
    assert signals(THREE, before, "PH-12")["truth"].tolist() == ["F"]
    after = deliveries(("PH-12", "2026-06-28", "2026-06-30"))
    assert signals(THREE, after, "PH-12")["truth"].tolist() == ["F"]
    first_day = deliveries(("PH-12", "2025-06-15", "2025-06-15"))
    assert signals(THREE, first_day, "PH-12")["truth"].tolist() == ["T"]


def test_a_place_that_flaps() -> None:
    """Chernihiv: on the list, off, on again. As of a day in between, the metal of 2024 still counts."""
    left = deliveries(("UA-74", "2024-10-01", "2024-12-31"))
    between = date(2025, 12, 31)
    found = signals(THREE, left, "UA-74", as_of=between, counting=1).loc["UA-74"]
    assert (found["truth"], found["edition"]) == ("T", "2024-09")
    none = signals(THREE, deliveries(), "UA-74", as_of=between, counting=1).loc["UA-74"]
    assert (none["truth"], none["edition"]) == ("F", "2025-06")
    now = signals(THREE, left, "UA-74").loc["UA-74"]
    assert (now["truth"], now["edition"]) == ("T", "2026-06")
    assert (
        "As of 2026-06-30 edition 2026-06 counts; deliveries: 2024-09 for 2024-10-01 to 2024-12-31."
        in now["detail"]
    )


def test_an_edition_that_appeared_after_the_runs_date_says_nothing() -> None:
    left = deliveries(("PH-12", "2025-01-01", "2025-12-31"))
    found = signals(THREE, left, "PH-12", as_of=date(2025, 6, 14), counting=0).loc["PH-12"]
    assert (found["truth"], found["edition"]) == ("F", "2024-09")


def test_days_before_the_first_edition_at_hand_are_said() -> None:
    left = deliveries(("PH-12", "2023-01-01", "2023-12-31"))
    found = signals(THREE, left, "PH-12").loc["PH-12"]
    assert found["truth"] == "F"
    assert (
        "Of the days 2023-01-01 to 2023-12-31 no edition is at hand (the first begins on 2024-09-15)"
        in (found["detail"])
    )


def test_days_after_the_run_are_said() -> None:
    """What is planned is judged by what is known, and said to be."""
    left = deliveries(("PH-12", "2026-06-29", "2027-12-31"))
    found = signals(THREE, left, "PH-12").loc["PH-12"]
    assert found["truth"] == "F"
    assert "Of the days 2026-07-01 to 2027-12-31, after 2026-06-30, nothing is known yet." in found["detail"]
    within = deliveries(("PH-12", "2026-06-29", "2026-06-30"))
    assert "known yet" not in signals(THREE, within, "PH-12").loc["PH-12"]["detail"]


def test_what_was_uncertain_then_is_unknown_now() -> None:
    unsure = edition("2025-06", date(2025, 6, 15), ["UA-14"], unsure=("UA-46",))
    left = deliveries(("UA-46", "2025-07-01", "2025-07-01"))
    found = signals([unsure, JUNE_2026], left, "UA-46").loc["UA-46"]
    assert (found["truth"], found["edition"]) == ("U", "2025-06")


@pytest.mark.parametrize("as_of", [AS_OF, date(2026, 6, 1)])
def test_one_edition_stays_the_same_bytes(as_of: date) -> None:
    sites = [
        node("a", country="UKR", subdivision="UA-35"),
        node("b", country="MLI"),
        node("c", country="AUS"),
    ]
    left = deliveries(("a", "2020-01-01", "2026-06-30"), ("c", "2020-01-01", "2020-01-01"))
    history = History({k: (v,) for k, v in LAYERS.items()}, left)
    with_history = join(nodes(*sites), LAYERS, as_of, history)
    pd.testing.assert_frame_equal(with_history.signals, joined(*sites, as_of=as_of).signals)
    assert with_history.also == {}


def test_the_editions_in_force_follow_each_other_without_a_gap() -> None:
    periods = in_force(THREE, AS_OF)
    assert [p.layer.edition for p in periods] == ["2024-09", "2025-06", "2026-06"]
    for one, other in pairwise(periods):
        assert one.last + np.timedelta64(1, "D") == other.first
    assert periods[-1].last == np.datetime64(AS_OF)


DAYS = st.integers(0, 1200).map(lambda n: date(2023, 6, 1) + timedelta(days=n))


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Layer], pd.DataFrame, date]:
    starts = sorted(draw(st.lists(DAYS, min_size=1, max_size=4, unique=True)))
    editions = []
    for start in starts:
        listed = draw(st.sets(st.sampled_from(CODES), min_size=1))
        unsure = draw(st.sets(st.sampled_from(CODES)))
        editions.append(edition(str(start), start, sorted(listed - unsure), tuple(sorted(unsure & listed))))
    spans = draw(st.lists(st.tuples(st.sampled_from(CODES), DAYS, st.integers(0, 400)), max_size=6))
    left = deliveries(*((c, str(d), str(d + timedelta(days=n))) for c, d, n in spans))
    return editions, left, draw(DAYS)


@pytest.mark.slow
@settings(max_examples=20)
@given(histories())
def test_history_is_kleenes_or_over_the_days(history: tuple[list[Layer], pd.DataFrame, date]) -> None:
    """Against a day-by-day reading: never better than the edition that counts, and exactly the worst of all days."""
    editions, left, as_of = history
    counting = max((i for i, e in enumerate(editions) if e.released <= as_of), default=0)
    found = signals(editions, left, *CODES, as_of=as_of, counting=counting)
    alone = [
        join(
            nodes(*(node(c, country=HOME[c[:2]], subdivision=c) for c in CODES)), {"eu_cahra": e}, as_of
        ).signals.set_index("subject_id")["truth"]
        for e in editions
    ]
    order = {"F": 0, "U": 1, "T": 2}
    for code in CODES:
        truths = {alone[counting][code]}
        for span in left[left["node_id"] == code].itertuples():
            day = span.first.date()
            while day <= min(span.last.date(), as_of):
                newest = [i for i, e in enumerate(editions) if e.released <= day]
                truths |= {alone[newest[-1]][code]} if newest else set()
                day += timedelta(days=1)
        assert found["truth"][code] == max(truths, key=order.__getitem__)


def test_T8_a_listing_is_read_as_of_the_day_of_the_flow_where_it_flaps() -> None:
    """Chernihiv and Soccsksargen flap: each is judged by the edition of the day on which the metal left."""
    while_listed = deliveries(("UA-74", "2024-10-01", "2024-12-31"), ("PH-12", "2025-07-01", "2025-12-31"))
    assert signals(THREE, while_listed, "PH-12", "UA-74", counting=1)["truth"].to_dict() == {
        "PH-12": "T",
        "UA-74": "T",
    }
    while_off = deliveries(("UA-74", "2025-07-01", "2025-12-31"), ("PH-12", "2024-10-01", "2024-12-31"))
    between = signals(THREE, while_off, "UA-74", as_of=date(2025, 12, 31), counting=1)
    assert between["truth"].to_dict() == {"UA-74": "F"}
    assert signals(THREE, while_off, "PH-12")["truth"].to_dict() == {"PH-12": "F"}
