"""Look-through shares: the published case, dates, circles."""

from datetime import date

import pandas as pd
import pytest

from risk_graph import data_dir
from risk_graph.model.table import input_tables
from risk_graph.trace.ownership import owners_above, owners_of
from tests.conftest import read_tables

DAY = date(2026, 6, 30)


def ownership(rows):
    frame = pd.DataFrame(rows, columns=["owner_id", "owned_id", "share", "valid_from", "valid_to"])
    for column in ("valid_from", "valid_to"):
        frame[column] = pd.to_datetime(frame[column])
    return input_tables()["ownership"].conform(frame)


def shares(rows, entity, as_of=DAY):
    found = owners_of(ownership(rows), entity, as_of)
    return dict(zip(found["owner_id"], found["share"], strict=True))


def test_the_shares_in_cbg_are_those_published():
    """Halco 51 % (Rio Tinto 45, Alcoa 45, Dadco 10) and Guinea 49 %: Rio Tinto 22.95 %, Dadco 5.1 %."""
    declared = read_tables(data_dir() / "aluminium" / "inputs")["ownership"]
    found = owners_of(declared, "sup-cbg", DAY).set_index("owner_id")
    assert found.at["sup-rio-tinto", "share"] == pytest.approx(0.2295)
    assert found.at["sup-alcoa", "share"] == pytest.approx(0.2295)
    assert found.at["sup-dadco", "share"] == pytest.approx(0.051)
    assert found.at["sup-halco", "direct"] == pytest.approx(0.51)
    assert found.at["sup-rio-tinto", "direct"] == 0


def test_ways_are_summed_and_days_matter():
    rows = [
        ("A", "B", 0.5, None, None),
        ("A", "C", 0.2, None, None),
        ("B", "C", 0.4, "2020-01-01", "2021-12-31"),
    ]
    assert shares(rows, "C", date(2021, 12, 31)) == pytest.approx({"A": 0.4, "B": 0.4})
    assert shares(rows, "C", date(2022, 1, 1)) == pytest.approx({"A": 0.2})


def test_a_circle_is_solved():
    rows = [("B", "C", 0.5, None, None), ("C", "B", 0.5, None, None), ("A", "B", 0.5, None, None)]
    assert shares(rows, "C") == pytest.approx({"B": 2 / 3, "A": 1 / 3})


def test_nobody_owns_what_nobody_declared():
    assert shares([], "C") == {}


def test_a_circle_that_nobody_else_owns_leaves_the_direct_shares():
    for back in (1.0, 1.5):
        table = owners_of(ownership([("B", "C", 1.0, None, None), ("C", "B", back, None, None)]), "C", DAY)
        assert table["owner_id"].to_list() == ["B"]
        assert table["direct"].to_list() == [1.0]
        assert table["share"].isna().all()


def test_a_closed_circle_of_others_does_not_matter():
    circle = [("X", "Y", 1.0, None, None), ("Y", "X", 1.0, None, None)]
    table = owners_of(ownership([("B", "C", 0.5, None, None), *circle]), "C", DAY)
    assert table.to_dict("records") == [{"owner_id": "B", "direct": 0.5, "share": 0.5}]


def test_owners_above_are_those_of_any_depth_on_the_day():
    rows = [("A", "B", 0.5, None, None), ("B", "C", 0.5, None, None), ("C", "B", 0.1, None, None),
            ("D", "C", 1.0, None, "2020-01-01"), ("E", "F", 1.0, None, None)]  # fmt: skip
    assert owners_above(ownership(rows), ["C"], DAY) == {"A", "B"}
    assert owners_above(ownership(rows), ["C", "F"], DAY) == {"A", "B", "E"}
    assert owners_above(ownership(rows), ["nobody"], DAY) == set()
