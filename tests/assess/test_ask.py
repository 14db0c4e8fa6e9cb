"""Ask next: an answer gives a result inside the stated range, and the shortest list is the shortest."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from risk_graph.assess.ask import COLUMNS, ask, halving
from risk_graph.assess.facts import Facts
from risk_graph.assess.residual import certified
from risk_graph.assess.rule import findings
from risk_graph.assess.scorer import OVERALL
from risk_graph.assess.scorer_file import scorers
from risk_graph.assess.scores import score, theme_numbers
from risk_graph.model.graph import build_graph
from tests.assess.facts import LISTINGS, facts_of, random_case_facts
from tests.trace.strategies import _YEAR, CHAIN, PRODUCTS, SUPPLIERS, graph_of, tables_of

SCORER = scorers()["places"]
NEAR = 1e-7
"""Points and shares that solving twice may differ by: answers are declared in floating point."""

MINES = [("M", "S0", "mine", "GIN"), ("R", "S1", "refiner", "DEU"), ("K", "S2", "maker", "DEU")]


def asked(facts: Facts, tables, subject, scorer=SCORER):
    return ask(facts, scorer, {**tables, "findings": findings(facts)}, subject)


def asked_of(facilities, flows, subject, truth=None, values=None, products=("P",)):
    tables = tables_of(facilities, flows, products)
    graph = build_graph(tables, CHAIN)
    return asked(facts_of(graph, truth or {}, values or {}), tables, subject)


def numbers_of(facts, subject):
    """(theme, low/value/high) of a subject."""
    table = score(facts, SCORER).set_index(["subject_id", "theme"]).loc[subject]
    return table[["low", "value", "high"]]


def inside(rows, after):
    for row in rows.to_dict("records"):
        for name in ("low", "value", "high"):
            got = after.at[row["theme"], name]
            assert row[f"{name}_best"] - NEAR <= got <= row[f"{name}_worst"] + NEAR, (row, name, got)


@st.composite
def answers(draw, at):
    """Newcomers who deliver everything that is missing at some nodes: (facility, flows, listing, value) each."""
    found = []
    for number, (node, missing, evidence) in enumerate(at):
        parts = draw(st.lists(st.floats(0.05, 1.0), min_size=1, max_size=3))
        for k, part in enumerate(parts):
            stage = draw(st.sampled_from(["mine", "maker"]))
            material, content = draw(st.sampled_from([("metal", 1.0), ("ore", 0.25), ("alloy", 1.0)]))
            mass = missing * (part / sum(parts)) / content
            facility = (f"N{number}{k}", "S9", stage, draw(st.sampled_from(["DEU", "GIN"])))
            said = {layer: draw(st.sampled_from("FTU")) for layer in LISTINGS}
            value = draw(st.one_of(st.none(), st.floats(-3, 3)))
            found.append((facility, (facility[0], node, material, mass, evidence, "t"), said, value))
    return found


def answered(case, truth, values, newcomers):
    days = case.period or _YEAR
    flows = [*case.flows, *((*flow, *days) for _, flow, _, _ in newcomers)]
    facilities = [*case.facilities, *(facility for facility, _, _, _ in newcomers)]
    tables = tables_of(facilities, flows, PRODUCTS, (*SUPPLIERS, "S9"))
    graph = build_graph(tables, CHAIN, case.period, case.rejected, case.without_modelled)
    truth = {
        layer: {**truth[layer], **{f[0]: said[layer] for f, _, said, _ in newcomers}} for layer in LISTINGS
    }
    return facts_of(graph, truth, {**values, **{f[0]: value for f, _, _, value in newcomers}})


@pytest.mark.slow
@given(random_case_facts(), st.data())
def test_an_answer_about_an_input_gives_a_result_inside_the_range(parts, data):
    case, truth, values = parts
    facts = facts_of(case.graph(), truth, values)
    subject = data.draw(st.sampled_from(sorted(facts.subjects.ids[~facts.subjects.homeless])))
    found = asked(facts, case.tables, subject)
    table = found.rows[(found.rows["question"] == "input")]
    assume(len(table))
    wanted = data.draw(st.sampled_from(sorted(table["node_id"].unique())))
    rows = table[table["node_id"] == wanted]
    missing = rows["missing_t"].iat[0]
    amount = missing if missing > 0 else data.draw(st.floats(0.5, 5.0))
    newcomers = data.draw(answers([(wanted, amount, "verified")]))
    after = answered(case, truth, values, newcomers)
    row = list(after.subjects.ids).index(subject)
    first = rows.iloc[0]
    assert first["unknown_best"] - NEAR <= after.unknown_share[row, 1] <= first["unknown_worst"] + NEAR
    inside(rows, numbers_of(after, subject))


@pytest.mark.slow
@given(random_case_facts(), st.data())
def test_answers_to_several_inputs_take_away_the_sum_at_best(parts, data):
    case, truth, values = parts
    facts = facts_of(case.graph(), truth, values)
    subject = data.draw(st.sampled_from(sorted(facts.subjects.ids[~facts.subjects.homeless])))
    found = asked(facts, case.tables, subject).questions
    table = found[(found["question"] == "input") & (found["missing_t"] > 0)]
    assume(len(table))
    at = [(r.node_id, r.missing_t, "reported") for r in table.itertuples()]
    at = at[: data.draw(st.integers(1, len(at)))]
    after = answered(case, truth, values, data.draw(answers(at)))
    unknown = after.unknown_share[list(after.subjects.ids).index(subject), 1]
    best = table["share"].iloc[: len(at)].sum()
    assert found["unknown_now"].iat[0] - best - NEAR <= unknown <= found["unknown_now"].iat[0] + NEAR


@pytest.mark.slow
@given(random_case_facts(), st.data())
def test_what_is_told_about_places_gives_a_result_inside_the_range(parts, data):
    case, truth, values = parts
    graph = case.graph()
    facts = facts_of(graph, truth, values)
    subject = data.draw(st.sampled_from(sorted(facts.subjects.ids[~facts.subjects.homeless])))
    found = asked(facts, case.tables, subject)
    table = found.rows[found.rows["question"].isin(["place", "indicator"])]
    assume(len(table))
    wanted = data.draw(st.sampled_from(sorted(set(table["order"]))))
    rows = table[table["order"] == wanted]
    if rows["question"].iat[0] == "place":
        node = rows["node_id"].iat[0]
        said = {
            layer: {**t, node: data.draw(st.sampled_from("TF"))} if t.get(node) == "U" else t
            for layer, t in truth.items()
        }
        after = facts_of(graph, said, values)
    else:
        country = rows["node_id"].iat[0]
        nodes = graph.nodes
        ids = nodes.loc[(nodes["country"] == country) & (nodes["kind"] == "facility"), "node_id"]
        told = {i: data.draw(st.floats(-3, 3)) for i in ids if values[i] is None}
        after = facts_of(graph, truth, {**values, **told})
    assert set(rows["unknown_best"]) == set(rows["unknown_worst"]) == set(rows["unknown_now"])
    inside(rows, numbers_of(after, subject))


@pytest.mark.slow
@given(random_case_facts(), st.data())
def test_now_is_what_the_scores_say_and_unknown_is_what_the_trace_says(parts, data):
    case, truth, values = parts
    facts = facts_of(case.graph(), truth, values)
    subject = data.draw(st.sampled_from(sorted(facts.subjects.ids)))
    found = asked(facts, case.tables, subject)
    table = numbers_of(facts, subject)
    for row in found.rows.to_dict("records"):
        for name in ("low", "value", "high"):
            assert row[f"{name}_now"] == pytest.approx(table.at[row["theme"], name], abs=1e-9)
            assert row[f"{name}_best"] <= row[f"{name}_worst"] + 1e-9
    inputs = found.questions[found.questions["question"] == "input"]
    assert inputs["share"].sum() == pytest.approx(found.unknown, abs=1e-9)


@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=8))
def test_no_shorter_list_halves_the_unknown(shares):
    shares = sorted(shares, reverse=True)
    total = sum(shares)
    count = halving(shares, total)
    assert sum(shares[:count]) >= total / 2 * (1 - 1e-9)
    for fewer in range(count):
        assert all(sum(some) < total / 2 for some in combinations(shares, fewer))


def test_an_unrelated_supplier_changes_nothing():
    flows = [("M", "R", "metal", 60.0), ("R", "K", "metal", 95.0), ("K", "P", "metal", 100.0)]
    before = asked_of(MINES, flows, "P").rows
    more = [*MINES, ("X", "S1", "maker", "CHN"), ("Y", "S0", "mine", "GIN")]
    after = asked_of(
        more, [*flows, ("Y", "X", "metal", 5.0), ("X", "Q", "metal", 50.0)], "P", products=("P", "Q")
    )
    pd.testing.assert_frame_equal(before, after.rows)


def test_the_questions_of_a_small_chain():
    # K needs 100 and has 95; R needs 95 / 0.95 = 100 and has 60: of the product 5 % and 0.95 * 40 % are unknown.
    flows = [("M", "R", "metal", 60.0), ("R", "K", "metal", 95.0), ("K", "P", "metal", 100.0)]
    found = asked_of(MINES, flows, "P", {"eu_cahra": {"M": "U"}})
    table = found.questions
    assert list(table.columns) == COLUMNS
    assert list(table["order"]) == [1, 2, 3]
    assert list(table["question"]) == ["input", "place", "input"]
    assert list(table["node_id"]) == ["R", "M", "K"]
    assert list(table["in_shortest_list"]) == [True, False, False]
    assert list(table["share"]) == pytest.approx([0.38, 0.57, 0.05])
    assert list(table["missing_t"].fillna(-1)) == pytest.approx([40.0, -1.0, 5.0])
    assert list(table["ask_id"]) == ["S1", "S0", "S2"]
    assert list(table["unknown_best"]) == pytest.approx([0.05, 0.43, 0.38])
    assert list(table["unknown_worst"]) == pytest.approx([0.43] * 3)
    place = found.rows[(found.rows["node_id"] == "M") & (found.rows["theme"] == "conflict")].iloc[0]
    # 0.57 of the metal passes M: proven 0 now, at worst 100 x (0.57 + 0.43 of unknown origin)
    assert (place["low_now"], place["low_best"]) == pytest.approx((0.0, 0.0))
    assert place["value_best"] == pytest.approx(43.0)
    assert place["value_worst"] == pytest.approx(100.0)


def test_nothing_is_asked_where_nothing_is_missing():
    flows = [("M", "K", "metal", 100.0), ("K", "P", "metal", 100.0)]
    found = asked_of(MINES, flows, "P")
    assert len(found.rows) == 0
    assert found.unknown == 0


def test_an_unspecified_site_may_turn_out_to_be_anything():
    flows = [
        ("S1", "K", "metal", 40.0),
        ("M", "K", "metal", 60.0),
        ("M", "S1", "metal", 40.0),
        ("K", "P", "metal", 100.0),
    ]
    found = asked_of(MINES, flows, "P")
    assert list(found.questions["question"]) == ["site"]
    row = found.questions.iloc[0]
    assert (row["share"], row["unknown_best"], row["unknown_worst"]) == pytest.approx((0.4, 0.0, 0.4))
    unknown = found.rows[found.rows["theme"] == "conflict"].iloc[0]
    assert (unknown["low_now"], unknown["high_now"], unknown["high_worst"]) == pytest.approx((0.0, 0.0, 40.0))
    assert "OECD-RF-L1 F>T" in row["could_turn"]


def test_who_can_answer_for_a_product_is_its_buyer():
    row = asked_of(MINES, [("M", "K", "metal", 1.0)], "P").questions.iloc[0]
    assert (row["question"], row["node_id"], row["ask_id"]) == ("input", "P", "S0")
    assert np.isnan(row["missing_t"]) or row["missing_t"] == 0


def test_of_a_supplier_of_whom_nothing_is_declared_everything_is_asked():
    found = asked_of([MINES[0]], [("M", "P", "metal", 1.0)], "S2")
    row = found.questions.iloc[0]
    assert (len(found.questions), row["ask_id"], row["share"], row["unknown_best"], row["unknown_worst"]) == (
        1, "S2", 1.0, 0.0, 1.0,
    )  # fmt: skip


def test_a_rejected_row_may_change_both_its_ends():
    tables = tables_of(MINES, [("M", "K", "metal", 100.0), ("K", "P", "metal", 100.0)], ("P",))
    graph = build_graph(tables, CHAIN, incomplete={"K": 1, "M": 1})
    table = asked(facts_of(graph, {}, {}), tables, "P").questions
    assert list(table["question"]) == ["rejected", "rejected"]
    assert set(table["ask_name"]) == {"your own input"}
    assert set(table["unknown_now"]) == set(table["unknown_best"]) == {0.0}
    assert set(table["unknown_worst"]) == {1.0}


def test_a_certificate_without_scope_says_what_it_could_lower_at_most():
    tables = tables_of(MINES, [("M", "R", "metal", 100.0), ("R", "P", "metal", 95.0)], ("P",))
    held = {"certificate_id": "C1", "standard": "X", "status": "active", "holder_id": "S1", "level": "full"}
    dates = {"issued_on": pd.Timestamp("2025-01-01"), "expires_on": pd.Timestamp("2027-01-01")}
    from risk_graph.model.table import input_tables

    shelf = input_tables()
    tables = {**tables, "certificates": shelf["certificates"].conform(pd.DataFrame([held | dates]))}
    from risk_graph.assess.scorer import Standard

    standard = Standard("X", frozenset(), {}, {}, {"governance": (10.0, 20.0)}, False, "")
    scorer = replace(SCORER, standards=(standard,))
    graph = build_graph(tables, CHAIN)
    values = {"R": -2.0, "M": 2.0}
    facts = replace(facts_of(graph, {}, values), certificates=certified(tables))
    found = asked(facts, tables, "P", scorer)
    assert list(found.questions["question"]) == ["scope"]
    row = found.rows[found.rows["theme"] == "governance"].iloc[0]
    assert row["share"] == pytest.approx(1.0)
    assert (row["value_now"], row["value_best"], row["value_worst"]) == pytest.approx((90.0, 80.0, 90.0))
    # The answer itself: the residual that the scores then show lies inside.
    scope = shelf["certificate_scope"].conform(pd.DataFrame([{"certificate_id": "C1", "covers_id": "R"}]))
    told = replace(facts, certificates=certified({**tables, "certificate_scope": scope}))
    at = list(told.subjects.ids).index("P")
    theme = [t.id for t in scorer.themes].index("governance")
    assert theme_numbers(told, scorer)[at, theme, 8] == pytest.approx(80.0)
    assert len(asked(told, {**tables, "certificate_scope": scope}, "P", scorer).rows) == 0


def test_the_overall_row_is_the_weighted_mean_of_the_themes():
    found = asked_of(
        MINES, [("M", "K", "metal", 60.0), ("K", "P", "metal", 100.0)], "P", {"eu_cahra": {"M": "U"}}
    )
    for _, rows in found.rows.groupby("order"):
        by_theme = rows.set_index("theme")
        for column in ("low_best", "value_worst", "high_now"):
            mean = sum(t.weight * by_theme.at[t.id, column] for t in SCORER.themes)
            assert by_theme.at[OVERALL, column] == pytest.approx(mean)
    assert graph_of(MINES, []).size == 3
