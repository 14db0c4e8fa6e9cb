"""What changed: split into what made it change; the parts sum to the difference, in no order."""

import json
from math import fsum

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_graph.runs.shapley import shapley, subsets
from tests.cli.helpers import no_traceback, risk_graph
from tests.runs.chain import edit, kept, rows_of, run, write_chain

FACTORS = ["data", "topology", "layers", "method", "day", "program"]


@given(st.lists(st.floats(-100, 100), min_size=16, max_size=16), st.permutations(["a", "b", "c", "d"]))
def test_parts_sum_to_the_difference_whatever_the_order(values, order):
    at = {s: np.array([v]) for s, v in zip(subsets(["a", "b", "c", "d"]), values, strict=True)}
    parts = shapley(at.__getitem__, order)
    total = at[frozenset("abcd")] - at[frozenset()]
    assert fsum(p[0] for p in parts.values()) == pytest.approx(total[0], abs=1e-9)
    again = shapley(at.__getitem__, ["a", "b", "c", "d"])
    assert {f: p[0] for f, p in parts.items()} == pytest.approx({f: p[0] for f, p in again.items()}, abs=1e-9)


def test_a_factor_without_effect_has_no_part_and_alike_ones_have_alike_parts():
    """The glove game: a left glove and one of two right ones make a pair. Shapley: 4/6, 1/6, 1/6."""
    pair = {s: np.array([float("l" in s and bool(s & {"r", "q"}))]) for s in subsets(["l", "r", "q", "x"])}
    parts = {f: p[0] for f, p in shapley(pair.__getitem__, ["l", "r", "q", "x"]).items()}
    assert parts == pytest.approx({"l": 4 / 6, "r": 1 / 6, "q": 1 / 6, "x": 0.0}, abs=1e-12)


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Runs of one project: as it is; a mass and a place changed; a flow more too; another day and scorer weights too."""
    project = write_chain(tmp_path_factory.mktemp("diff") / "project")
    ids = {"first": run(project)}
    edit(project, "flows", lambda t: t.assign(mass=t["mass"].where(t["flow_id"] != "L5", "700")))
    edit(
        project, "facilities", lambda t: t.assign(country=t["country"].where(t["facility_id"] != "M2", "COD"))
    )
    later = lambda t: t["period_start"].where(t["flow_id"] != "L4", "2025-06-01")  # noqa: E731
    edit(project, "flows", lambda t: t.assign(period_start=later(t)))
    ids["data"] = run(project)
    more = {
        "flow_id": "L10",
        "from_id": "R4",
        "to_id": "SM",
        "material": "alumina",
        "mass": "400",
        "unit": "t",
    }
    days = {"period_start": "2025-01-01", "period_end": "2025-12-31"}
    edit(project, "flows", lambda t: pd.concat([t[t["flow_id"] != "L8"], pd.DataFrame([{**more, **days}])]))
    site = {
        "facility_id": "M9",
        "supplier_id": "S1",
        "name": "New",
        "stage": "bauxite_mine",
        "country": "AUS",
        "subdivision": "",
    }
    edit(project, "facilities", lambda t: pd.concat([t, pd.DataFrame([site])]))
    ids["topology"] = run(project)
    ids["day"] = run(project, "--as-of", "2024-01-01", "--period", "2025-01-01:2025-06-30")
    return project, ids


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after", "factors"),
    [
        ("first", "data", {"data"}),
        ("data", "topology", {"topology"}),
        ("topology", "day", {"method", "day"}),
        ("first", "day", {"data", "topology", "method", "day"}),
        ("day", "first", {"data", "topology", "method", "day"}),
    ],
)
def test_the_parts_are_those_of_what_differs_and_sum_to_the_difference(history, before, after, factors):
    project, ids = history
    rows = rows_of("diff", project, ids[before], ids[after])
    then, now = kept(project, ids[before]), kept(project, ids[after])
    both = rows[rows["before"].notna() & rows["after"].notna()]
    np.testing.assert_allclose(both[FACTORS].sum(axis=1), both["difference"], atol=1e-9)
    assert {f for f in FACTORS if (both[f].abs() > 1e-9).any()} == factors
    np.testing.assert_allclose(rows["before"], then["value"].reindex(rows.index), equal_nan=True)
    np.testing.assert_allclose(rows["after"], now["value"].reindex(rows.index), equal_nan=True)
    same = (then["value"] - now["value"]).abs() < 1e-9
    moved = set(same.index[~same])  # an index of only one of the two is not the same
    assert moved <= set(rows.index)
    alone = rows[rows["before"].isna() | rows["after"].isna()]
    # Some rules name whom they are about.
    of_everybody = alone[alone.index.get_level_values("measure") != "finding"]
    assert set(of_everybody.index.get_level_values("subject_id")) <= {"M9"}
    assert (alone[FACTORS].isna()).all().all()


@pytest.mark.slow
def test_a_diff_backwards_has_the_opposite_parts(history):
    project, ids = history
    there, back = (
        rows_of("diff", project, *pair) for pair in ((ids["first"], ids["day"]), (ids["day"], ids["first"]))
    )
    assert there.index.equals(back.index)
    np.testing.assert_allclose(there[[*FACTORS, "difference"]], -back[[*FACTORS, "difference"]], atol=1e-9)


@pytest.mark.slow
def test_diff_says_what_differs_and_json_is_whole(history):
    project, ids = history
    done = risk_graph("diff", project, "previous", "latest", "--format", "json", "--subject", "P1")
    no_traceback(done)
    found = json.loads(done.stdout)
    assert (found["before"], found["after"]) == (ids["topology"], ids["day"])
    assert "the period" in found["factors"]["method"]
    assert found["factors"]["day"] == "as of 2026-06-30, then 2024-01-01"
    assert {row["subject_id"] for row in found["rows"]} == {"P1"}
    same = risk_graph("diff", project, "latest", "latest")
    assert "Nothing that the results stand on differs" in same.stderr


@pytest.mark.slow
def test_what_a_run_of_another_program_gave_is_a_part_of_its_own(history, monkeypatch):
    project, ids = history
    from risk_graph.assess import evaluate

    answer = evaluate.scored

    def other(facts, scorer):
        tables = answer(facts, scorer)
        table = tables["scores"]
        return {**tables, "scores": table.assign(value=(table["value"] + 1).clip(upper=100))}

    edit(project, "flows", lambda t: t.assign(mass=t["mass"].where(t["flow_id"] != "L5", "701")))
    monkeypatch.setattr(evaluate, "scored", other)
    odd = run(project)
    monkeypatch.undo()
    rows = rows_of("diff", project, ids["topology"], odd)
    assert (rows["program"].abs() > 0.5).any()
    np.testing.assert_allclose(rows[FACTORS].sum(axis=1), rows["difference"], atol=1e-9)
