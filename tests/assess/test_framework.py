"""What makes a risk score wrong or harmful (T3 ...: the numbers of our list of criticisms), as properties and examples."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_graph import data_dir
from risk_graph.assess.explain import explain
from risk_graph.assess.exposure import LEVELS, exposure
from risk_graph.assess.facts import Facts
from risk_graph.assess.reader import Signal, read_signal, readers
from risk_graph.assess.residual import certified, left_of
from risk_graph.assess.scorer import NOT_ASSESSED
from risk_graph.assess.scorer_file import scorers
from risk_graph.assess.scores import BANDS, score, theme_values
from risk_graph.errors import LayerError
from risk_graph.layers.layer import load_layer
from risk_graph.model.graph import build_graph
from risk_graph.model.table import input_tables
from tests.assess.facts import facts_of_layers, place_ids, random_said
from tests.trace.strategies import CHAIN, graph_of, random_cases, random_parts, tables_of

NINE = scorers()["nine_themes"]
LAYERS = {
    s.layer: s.goalposts if readers()[s.kind].has_goalposts else None
    for t in NINE.themes
    for s in t.signals
    if s.layer
}
EVERY = {layer: ("F" if goalposts is None else float(goalposts[0])) for layer, goalposts in LAYERS.items()}
_TINY = 1e-9

pytestmark = pytest.mark.slow


def all_clear(ids, **other):
    """Every layer at hand, saying the best of every place; `other[layer]` says otherwise of some."""
    return {layer: {**dict.fromkeys(ids, said), **other.get(layer, {})} for layer, said in EVERY.items()}


CHAIN_OF_TWO = (
    [("M", "S0", "mine", "AUS"), ("F", "S1", "maker", "DEU")],
    [("M", "F", "metal", 5), ("F", "P0", "metal", 5)],
    ("P0",),
)


def scored(facts, scorer=NINE):
    return score(facts, scorer).set_index("score_id")


@st.composite
def cases(draw):
    case = draw(random_cases())
    ids = place_ids(case.graph())
    return case.graph(), draw(random_said(ids, LAYERS)), ids


def never_better(before, after):
    """No bound is lower, no class better: a word may only give way to a worse one, or to none."""
    after = after.loc[before.index]
    for column in ("high", "value", "residual", "residual_high"):
        assert (after[column] >= before[column] - _TINY).all(), column
    assert (after["low"] <= before["low"] + _TINY).all()
    assert (after["coverage"] <= before["coverage"] + _TINY).all()
    for was, now in zip(before["band"], after["band"], strict=True):
        assert now == NOT_ASSESSED or was == NOT_ASSESSED or BANDS.index(now) >= BANDS.index(was)


@given(cases(), st.data())
def test_T5_deleting_layers_and_signals_never_lowers_a_bound_or_improves_a_class(case, data):
    graph, said, ids = case
    tables = certificates("F0", {})
    before = scored(facts_of_layers(graph, said, certificates=certified(tables)))
    gone = data.draw(st.sets(st.sampled_from(sorted(LAYERS))))
    blank = data.draw(st.sets(st.tuples(st.sampled_from(sorted(LAYERS)), st.sampled_from(ids))))
    less = {
        layer: {
            i: (("U" if LAYERS[layer] is None else None) if (layer, i) in blank else v)
            for i, v in answers.items()
        }
        for layer, answers in said.items()
        if layer not in gone
    }
    never_better(before, scored(facts_of_layers(graph, less, certificates=certified(tables))))
    never_better(before, scored(facts_of_layers(graph, said)))  # nor does losing a certificate


@given(cases(), st.data())
def test_T5_deleting_layers_never_narrows_an_exposure(case, data):
    graph, said, _ = case
    gone = data.draw(st.sets(st.sampled_from(sorted(LAYERS))))
    less = {layer: answers for layer, answers in said.items() if layer not in gone}
    subject = data.draw(st.sampled_from(sorted(graph.suppliers["supplier_id"])))
    before, after = (exposure(facts_of_layers(graph, s), NINE, subject).rows for s in (said, less))
    assert (after["or_worse_most"].fillna(1) >= before["or_worse_most"].fillna(1) - _TINY).all()
    assert (after["or_worse_least"].fillna(0) <= before["or_worse_least"].fillna(0) + _TINY).all()


@given(cases())
def test_T5_losing_the_bounds_of_a_number_never_narrows(case):
    graph, said, _ = case
    facts = facts_of_layers(graph, said)
    bare = replace(facts, signals=facts.signals.assign(low=np.nan, high=np.nan))
    before, after = scored(facts, scorers()["places"]), scored(bare, scorers()["places"])
    assert (after["high"] >= before["high"] - _TINY).all()
    assert (after["low"] <= before["low"] + _TINY).all()


def test_T5_a_theme_without_any_layer_is_not_assessed_at_the_worst():
    graph = graph_of(*CHAIN_OF_TWO)
    said = all_clear(place_ids(graph))
    del said["child_labour"]
    table = scored(facts_of_layers(graph, said))
    row = table.loc["child_labour|P0"]
    assert (row["low"], row["value"], row["high"], row["coverage"], row["band"]) == (
        0,
        100,
        100,
        0,
        NOT_ASSESSED,
    )
    assert table.at["forced_labour|P0", "high"] < 100
    assert table.at["overall|P0", "band"] != "low"


def test_T6_a_missing_number_is_unknown_and_lowers_the_coverage():
    graph = graph_of(*CHAIN_OF_TWO)
    said = all_clear(place_ids(graph), child_labour={"M": None})
    row = scored(facts_of_layers(graph, said)).loc["child_labour|P0"]
    assert (row["low"], row["value"], row["coverage"]) == (0, 100, 0)
    assert row["from_missing"] == 100


@given(st.floats(0, 40), st.floats(0, 40))
def test_T3_nothing_good_lowers_the_class_of_a_listed_place(one, other):
    """A place on a list is never averaged away by the numbers of its country."""
    graph = graph_of(*CHAIN_OF_TWO)
    ids = place_ids(graph)
    said = all_clear(
        ids, eu_cahra={"M": "T"}, wgi_political_stability={"M": 2.5 - one / 8}, ucdp_ged={"M": other}
    )
    row = scored(facts_of_layers(graph, said)).loc["conflict|P0"]
    assert (row["low"], row["value"], row["high"], row["band"]) == (100, 100, 100, "very high")


def test_T1_numbers_of_a_country_say_no_more_than_their_cap():
    graph = graph_of(*CHAIN_OF_TWO)
    said = all_clear(place_ids(graph), vdem_forced_labour={"M": 0.0, "F": 0.0})
    assert scored(facts_of_layers(graph, said)).at["forced_labour|P0", "value"] == pytest.approx(50)


def test_T7_an_old_edition_widens_its_bounds_and_is_named():
    graph = graph_of(*CHAIN_OF_TWO)
    ids = place_ids(graph)
    said = all_clear(ids, child_labour=dict.fromkeys(ids, 20.0))
    fresh = facts_of_layers(graph, said, released={"child_labour": date(2024, 1, 1)})
    stale = facts_of_layers(graph, said, released={"child_labour": date(2016, 6, 30)})
    new, old = (scored(f).loc["child_labour|P0"] for f in (fresh, stale))
    assert (old["value"], new["value"]) == (50, 50)
    assert old["high"] == pytest.approx(
        new["high"] + 40, abs=0.1
    )  # 10 years old, 6 allowed, 10 points a year
    assert old["low"] == pytest.approx(new["low"] - 40, abs=0.1)
    told = explain(stale, NINE, "P0").contributions
    assert told.loc[told["layer"] == "child_labour", "detail"].str.contains("2016-06-30").all()


def test_T9_two_editions_in_one_layer_are_refused(tmp_path):
    shipped = data_dir() / "layers" / "wgi_political_stability"
    folder = tmp_path / shipped.name
    folder.mkdir()
    (folder / "layer.toml").write_bytes((shipped / "layer.toml").read_bytes())
    values = pd.read_csv(shipped / "values.csv", dtype=str, keep_default_na=False)
    values.loc[7, "edition"] = "2024"
    values.to_csv(folder / "values.csv", index=False)
    with pytest.raises(LayerError, match="One layer holds one edition"):
        load_layer(folder)


@given(random_parts())
def test_T19_unrelated_nodes_change_nobodys_score(parts):
    facilities, flows, products = parts
    alone_graph = graph_of(facilities, flows, products)
    alone = scored(facts_of_layers(alone_graph, all_clear(place_ids(alone_graph))))
    more = [*facilities, ("X1", "S9", "mine", "DEU"), ("X2", "S9", "maker", "DEU")]
    graph = graph_of(more, [*flows, ("X1", "X2", "metal", 7.0)], products)
    said = all_clear(place_ids(graph), eu_cahra={"X1": "T"}, child_labour={"X2": 40.0})
    together = scored(facts_of_layers(graph, said)).loc[alone.index]
    for column in ("low", "value", "high", "coverage", "residual"):
        np.testing.assert_array_equal(together[column], alone[column])


@given(cases())
def test_T13_contributions_name_their_signal_and_sum_to_every_value(case):
    graph, said, _ = case
    facts = facts_of_layers(graph, said)
    table = score(facts, NINE).set_index(["subject_id", "theme"])
    layers = {t.id: {*t.layers, ""} for t in NINE.themes}
    for subject_id in facts.subjects.ids[:4]:
        told = explain(facts, NINE, subject_id)
        for theme, value in told.values.items():
            points = told.contributions[told.contributions["within"] == theme]
            assert points["points"].sum() == pytest.approx(value, abs=_TINY)
            assert value == pytest.approx(table.at[(subject_id, theme), "value"], abs=_TINY)
            for cause in ("known", "missing", "unknown"):
                part = points.loc[points["cause"] == cause, "points"].sum()
                assert part == pytest.approx(table.at[(subject_id, theme), f"from_{cause}"], abs=_TINY)
            assert told.residual[theme] == pytest.approx(table.at[(subject_id, theme), "residual"], abs=_TINY)
            assert theme == "overall" or set(points["layer"]) <= layers[theme]


def test_T13_two_signals_of_one_place_are_told_apart():
    graph = graph_of(*CHAIN_OF_TWO)
    said = all_clear(place_ids(graph), wgi_political_stability={"M": 0.0}, wgi_rule_of_law={"M": -2.5})
    told = explain(facts_of_layers(graph, said), NINE, "P0").contributions
    points = told[told["within"] == "governance"].groupby("layer")["points"].sum()
    assert points.to_dict() == pytest.approx({"wgi_political_stability": 12.5, "wgi_rule_of_law": 35.0})


def certificates(facility, changes, scope=None):
    """One certificate of the ASI Performance Standard in force on the day of the facts, but for `changes`."""
    row = {
        "certificate_id": "C1", "standard": "ASI PS", "version": "V3", "level": "full", "status": "active", "holder_id": "S1",
        "issued_on": "2025-01-01", "expires_on": "2027-12-31", "source_file": "certificates.csv", "source_row": 2,
    } | changes  # fmt: skip
    frame = pd.DataFrame([row]).astype({"issued_on": "datetime64[s]", "expires_on": "datetime64[s]"})
    covers = pd.DataFrame([{"certificate_id": "C1", "covers_id": facility, **(scope or {})}])
    tables = input_tables()
    return {
        "certificates": tables["certificates"].conform(frame),
        "certificate_scope": tables["certificate_scope"].conform(covers),
    }


def at_a_bad_site(changes=None, scope=None, covers="F", said=None) -> Facts:
    """M delivers to F (a maker); all that is said of F is bad, of M is good."""
    graph = graph_of(*CHAIN_OF_TWO)
    bad = {
        layer: {"F": "T" if goalposts is None else float(goalposts[1])} for layer, goalposts in LAYERS.items()
    }
    answers = said or all_clear(place_ids(graph), **bad)
    return facts_of_layers(graph, answers, certificates=certified(certificates(covers, changes or {}, scope)))


def test_T16_a_certificate_in_force_lowers_its_topics_at_the_site_by_what_is_stated():
    table = scored(at_a_bad_site())
    left = {t.id: table.at[f"{t.id}|P0", "value"] - table.at[f"{t.id}|P0", "residual"] for t in NINE.themes}
    stated = {theme: points for theme, (points, _) in NINE.standards[0].lowers.items()}
    assert left == pytest.approx({t.id: stated.get(t.id, 0.0) for t in NINE.themes})
    overall = table.loc["overall|P0"]
    assert overall["value"] - overall["residual"] == pytest.approx(
        sum(t.weight * left[t.id] for t in NINE.themes)
    )
    told = explain(at_a_bad_site(), NINE, "P0")
    row = told.certificates[told.certificates["theme"] == "environment"].iloc[0]
    assert (row["certificate_id"], row["risk"], row["residual"], row["source_file"], row["source_row"]) == (
        "C1",
        100,
        80,
        "certificates.csv",
        2,
    )
    assert told.residual["overall"] == pytest.approx(overall["residual"])


@pytest.mark.parametrize(
    ("changes", "scope", "why"),
    [
        ({"expires_on": "2026-06-29"}, {}, "not on 2026-06-30"),
        ({"issued_on": "2026-07-01"}, {}, "not on 2026-06-30"),
        ({"status": "suspended"}, {}, "status is suspended"),
        ({"status": "withdrawn"}, {}, "status is withdrawn"),
        ({"status": "expired"}, {}, "status is expired"),
        ({"status": None}, {}, "status is not known"),
        ({"version": "V1"}, {}, "version is V1"),
        ({"level": "member"}, {}, "level is member"),
        ({"level": None}, {}, "level is not known"),
        ({}, {"activities": "Bauxite Mining"}, "not the stage maker"),
        ({}, {"activities": "something else"}, "not the stage maker"),
        ({}, {"materials": "ore"}, "delivers metal too"),
    ],
)  # fmt: skip
def test_T16_a_certificate_out_of_force_or_scope_has_no_effect_and_says_why(changes, scope, why):
    facts = at_a_bad_site(changes, scope)
    table = scored(facts)
    pd.testing.assert_series_equal(table["residual"], table["value"], check_names=False)
    assert explain(facts, NINE, "P0").certificates["why_not"].str.contains(why).all()


@pytest.mark.parametrize(
    "scope", [{"activities": "maker"}, {"activities": "Smelting; maker", "materials": "ore, metal"}]
)
def test_T16_a_scope_that_holds_the_stage_and_the_materials_counts(scope):
    assert scored(at_a_bad_site(scope=scope)).at["environment|P0", "residual"] == 80


@pytest.mark.parametrize("covers", ["S1", "P0", "M"])
def test_T16_a_certificate_of_a_company_a_product_or_another_site_does_nothing_for_the_site(covers):
    table = scored(at_a_bad_site(covers=covers))
    pd.testing.assert_series_equal(table["residual"], table["value"], check_names=False)


@pytest.mark.parametrize("changes", [{"standard": "ASI CoC"}, {"standard": "ASI membership"}])
def test_T16_chain_of_custody_and_membership_lower_nothing(changes):
    table = scored(at_a_bad_site(changes))
    pd.testing.assert_series_equal(table["residual"], table["value"], check_names=False)


def corrected(changes):
    row = {
        "action_id": "A1", "facility_id": "F", "theme": "child_labour", "action": "school", "verified_on": "2025-06-30",
        "verified_by": "somebody", "source_file": "corrective_actions.csv", "source_row": 2,
    } | changes  # fmt: skip
    frame = pd.DataFrame([row]).astype({"verified_on": "datetime64[s]"})
    actions = input_tables()["corrective_actions"].conform(frame)
    return replace(at_a_bad_site({"status": "expired"}), actions=actions)


def test_T16_verified_corrective_action_lowers_its_theme_at_its_facility():
    table = scored(corrected({}))
    less = table["value"] - table["residual"]
    assert less["child_labour|P0"] == pytest.approx(10)
    assert less["child_labour|M"] == 0
    assert less["environment|P0"] == 0
    told = explain(corrected({}), NINE, "P0").certificates.set_index("certificate_id")
    assert told.loc["A1", ["theme", "risk", "residual", "source_row"]].tolist() == [
        "child_labour",
        100,
        90,
        2,
    ]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"verified_on": None}, "nobody is named"),
        ({"verified_by": None}, "nobody is named"),
        ({"verified_on": "2026-07-01"}, "counts for 2 years"),
        ({"verified_on": "2024-06-29"}, "counts for 2 years"),
        ({"theme": "forced_labour"}, "nothing lowers forced_labour"),
        ({"theme": "conflict"}, "nothing lowers conflict"),
    ],
)
def test_T16_corrective_action_that_is_not_verified_old_or_of_the_gravest_kind_has_no_effect(changes, why):
    table = scored(corrected(changes))
    pd.testing.assert_series_equal(table["residual"], table["value"], check_names=False)
    told = explain(corrected(changes), NINE, "P0").certificates.set_index("certificate_id")
    assert why in told.at["A1", "why_not"]


def test_T16_what_is_missing_is_not_lowered():
    graph = graph_of(*CHAIN_OF_TWO)
    blank = {layer: "U" if goalposts is None else None for layer, goalposts in LAYERS.items()}
    nothing = {layer: dict.fromkeys(place_ids(graph), answer) for layer, answer in blank.items()}
    table = scored(at_a_bad_site(said=nothing))
    pd.testing.assert_series_equal(table["residual"], table["value"], check_names=False)
    half = all_clear(place_ids(graph), protected_areas={"F": "U"}, nd_gain_vulnerability={"F": 1.0})
    row = scored(at_a_bad_site(said=half)).loc["environment|P0"]
    assert (row["value"], row["residual"]) == (
        100,
        80,
    )  # 50 are known: they fall to 30; 50 are missing and stay


def test_T16_a_provisional_certificate_earns_the_stated_part():
    assert scored(at_a_bad_site({"level": "Provisional"})).at["environment|P0", "residual"] == 90


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100), st.floats(0, 100))
def test_T16_never_below_the_floor_never_more_than_stated_and_order_stays(risk, more, points, floor):
    left = left_of(risk, points, floor)
    assert min(risk, floor) <= left <= risk
    assert risk - left <= points + _TINY
    worse = max(risk, more)
    assert left_of(worse, points, floor) >= left
    assert left_of(worse, points, floor) - left <= worse - risk + _TINY  # so that what is missing stays worse


@given(cases(), st.data())
def test_T23_exposed_shares_and_the_unknown_sum_to_one(case, data):
    graph, said, _ = case
    facts = facts_of_layers(graph, said)
    subject = data.draw(st.sampled_from(list(facts.subjects.ids)))
    found = exposure(facts, NINE, subject)
    for _, rows in found.rows.groupby("theme"):
        assert list(rows["level"]) == list(LEVELS)
        assert rows["share"].sum() == pytest.approx(1, abs=_TINY)
        assert (rows["share"] >= 0).all()
        known = rows.iloc[: len(BANDS)]
        or_worse = known["share"].cumsum().iloc[:-1]
        assert (known["or_worse_least"].iloc[:-1] <= or_worse + _TINY).all()
        assert (known["or_worse_most"].iloc[:-1] >= or_worse - _TINY).all()
        assert (known["or_worse_least"].diff().iloc[1:] >= -_TINY).all()
        assert (known["or_worse_most"].diff().iloc[1:] >= -_TINY).all()
    np.testing.assert_allclose(found.rows["mass_t"], found.rows["share"] * found.subject.mass_t)


SIGNALS = [
    (t.id, s)
    for scorer in scorers().values()
    for t in scorer.themes
    for s in t.signals
    if readers()[s.kind].has_goalposts
]


@pytest.mark.parametrize(("theme", "signal"), SIGNALS, ids=lambda v: v if isinstance(v, str) else v.layer)
@given(values=st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=2))
def test_T24_a_worse_number_never_has_a_lower_risk(theme, signal: Signal, values):
    graph = graph_of(*CHAIN_OF_TWO)
    best, worst = signal.goalposts
    worse_first = sorted(values, reverse=worst > best)
    ids = pd.Index(["M", "F"])
    facts = facts_of_layers(graph, {signal.layer: dict(zip(ids, worse_first, strict=True))})
    risks = read_signal(facts, signal, ids)
    for column in (risks.low, risks.value, risks.high):
        assert column[0] >= column[1]
    assert (risks.low <= risks.value).all()
    assert (risks.value <= risks.high).all()
    ends = facts_of_layers(graph, {signal.layer: {"M": float(worst), "F": float(best)}})
    assert list(read_signal(ends, signal, ids).value) == [100, 0]


def test_theme_values_are_the_columns_of_the_scores():
    facts = at_a_bad_site()
    values = theme_values(facts, NINE)
    table = scored(facts)
    for row, subject in enumerate(facts.subjects.ids):
        for column, theme in enumerate(NINE.themes):
            assert list(values[row, column]) == list(
                table.loc[f"{theme.id}|{subject}", ["low", "value", "high"]]
            )


def test_exposure_counts_each_tonne_at_the_worst_place_it_meets_though_the_mean_hides_it():
    sites = [("M", "S0", "mine", "AUS"), ("N", "S0", "mine", "GIN"), ("F", "S1", "maker", "DEU")]
    flows = [("M", "F", "metal", 6), ("N", "F", "metal", 2), ("F", "P0", "metal", 10)]
    graph = build_graph(tables_of(sites, flows, ("P0",)), CHAIN)
    ids = place_ids(graph)
    said = all_clear(ids, child_labour={"M": 4.0, "N": 38.0, "F": 15.0})
    rows = exposure(facts_of_layers(graph, said), NINE, "P0", "child_labour").rows.set_index("level")
    assert rows.at["very high", "share"] == pytest.approx(0.2)
    assert rows.at["very high", "mass_t"] == pytest.approx(2.0)
    assert (rows.at["very high", "worst_id"], rows.at["very high", "way"]) == ("N", "N > F > P0")
    assert rows.at["moderate", "share"] == pytest.approx(0.8)  # all of it meets F, 37.5
    assert rows.at["very high", "or_worse_least"] == pytest.approx(0.2)
    assert rows.at["very high", "or_worse_most"] == pytest.approx(0.4)  # the undeclared fifth may be as bad
