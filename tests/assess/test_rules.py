"""Rules against their definition (docs/scores.md), subject by subject."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_graph.assess.rule import findings, rules
from risk_graph.model.truth import Truth
from risk_graph.trace.subject import subject_of
from risk_graph.trace.upstream import upstream_of
from tests.assess.facts import LISTINGS, facts_of, random_case_facts, random_facts
from tests.trace.strategies import graph_of

RULE_OF = {"eu_cahra": "OECD-RF-L1", "uflpa_region": "UFLPA-XUAR"}


@given(random_case_facts())
def test_rules_follow_their_definition(parts):
    case, truth, values = parts
    reference = case.reference()
    table = findings(facts_of(case.graph(), truth, values)).set_index(["rule", "subject_id"])["truth"]
    for subject_id in {*reference.nodes, *reference.suppliers}:
        for layer in LISTINGS:
            expected = reference.location_rule(subject_id, truth[layer])
            assert table[RULE_OF[layer], subject_id] == expected, (layer, subject_id)
        assert table["OECD-RF-U", subject_id] == reference.unknown_rule(subject_id)


@given(random_facts())
def test_a_flag_names_its_nearest_witness_and_the_way(parts):
    graph, truth, values = parts
    facts = facts_of(graph, truth, values)
    table = findings(facts)
    for row in table[
        (table["rule"] == "OECD-RF-L1") & (table["truth"] == "T") & (table["hops"] >= 0)
    ].itertuples():
        assert truth["eu_cahra"][row.witness_id] == "T"
        assert row.witness_id in row.evidence
        assert f"said of {row.witness_id}" in row.evidence
        nodes = upstream_of(facts.network, subject_of(facts.network, row.subject_id).nodes)
        assert row.witness_id in set(graph.nodes["node_id"][nodes])


@given(random_facts(), st.integers(0, 30))
def test_losing_an_answer_never_clears_anybody(parts, which):
    graph, truth, values = parts
    before = findings(facts_of(graph, truth, values)).set_index("finding_id")["truth"]
    ids = sorted(truth["eu_cahra"])
    lost = ids[which % len(ids)]
    blanked = {layer: {**answers, lost: "U"} for layer, answers in truth.items()}
    after = findings(facts_of(graph, blanked, values)).set_index("finding_id")["truth"]
    whole = after[after.index.str.endswith("|*")].rename(lambda id_: id_.removesuffix("|*"))
    for finding_id, truth_before in before.items():
        if finding_id in after.index:
            truth_after = after[finding_id]
        else:  # a work list and rules with one row for everybody name others now; nobody is cleared by that
            truth_after = whole.get(finding_id.split("|")[0], "gone")
        assert truth_before == "F" or truth_after != "F", finding_id


def test_since_is_the_day_by_which_the_whole_way_had_begun():
    graph = graph_of([("M", "S0", "mine", "GIN"), ("F", "S1", "maker", "DEU")], [("M", "F", "metal", 5)])
    table = findings(facts_of(graph, {"eu_cahra": {"M": "T"}}, {})).set_index(["rule", "subject_id"])
    assert f"{table.at[('OECD-RF-L1', 'F'), 'since']:%Y-%m-%d}" == "2024-01-01"
    assert table.at[("OECD-RF-L1", "F"), "hops"] == 1


def test_a_supplier_without_any_site_is_judged_by_its_country_and_never_cleared():
    graph = graph_of([("M", "S0", "mine", "DEU")], [])
    table = findings(facts_of(graph, {"eu_cahra": {"S1": "T"}}, {})).set_index(["rule", "subject_id"])[
        "truth"
    ]
    assert table["OECD-RF-L1", "S1"] == "T"
    assert table["OECD-RF-L1", "S2"] == "U"
    assert table["OECD-RF-U", "S2"] == "T"
    assert table["OECD-RF-L1", "S0"] == "F"


def test_a_rejected_row_that_names_a_supplier_keeps_it_from_being_cleared():
    graph = graph_of([("M", "S0", "mine", "DEU")], [], incomplete={"S0": 2})
    table = findings(facts_of(graph, {}, {})).set_index(["rule", "subject_id"])["truth"]
    assert table["OECD-RF-L1", "S0"] == "U"
    assert table["OECD-RF-L1", "M"] == "F"


def test_every_rule_has_its_source_and_says_what_clears_it():
    assert {"OECD-RF-L1", "OECD-RF-U", "UFLPA-XUAR", "LME-RFA", "CSDDD-DEEP"} < set(rules())
    for rule in rules().values():
        assert rule.source
        assert rule.clears


@pytest.mark.parametrize("a", list(Truth))
@pytest.mark.parametrize("b", list(Truth))
def test_truth_is_kleenes(a, b):
    assert ~(a & b) == (~a | ~b)
    assert (a & Truth.FALSE) is Truth.FALSE
    assert (a | Truth.TRUE) is Truth.TRUE
    assert ~Truth.UNKNOWN is Truth.UNKNOWN


def test_suppliers_alone_are_screened_by_their_country_and_never_cleared():
    facts = facts_of(graph_of([], []), {"eu_cahra": {"S1": "T"}}, {})
    truth = findings(facts).set_index(["rule", "subject_id"])["truth"]
    assert truth["OECD-RF-L1"].to_dict() == {"S0": "U", "S1": "T", "S2": "U"}
    assert truth["OECD-RF-U"].to_dict() == {"S0": "T", "S1": "T", "S2": "T"}


def test_what_is_called_clear_says_what_nothing_is_known_of():
    sites = [("M", "S0", "mine", "AUS"), ("N", "S0", "maker", "AUS"), ("F", "S1", "maker", "DEU")]
    table = findings(facts_of(graph_of(sites, [("M", "F", "metal", 5)]), {}, {})).set_index(
        ["rule", "subject_id"]
    )
    for rule in ("OECD-RF-L1", "OECD-RF-U", "UFLPA-XUAR"):
        assert table.at[(rule, "S0"), "truth"] == "F"
        assert "one of its own sites" in table.at[(rule, "S0"), "missing"]
        assert "own sites" not in str(table.at[(rule, "M"), "missing"])
