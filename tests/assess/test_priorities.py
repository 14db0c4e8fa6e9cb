"""What comes first, and what must have no part in it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_graph.assess.harm import severity
from risk_graph.assess.impacts import issue_of_rule, issues
from risk_graph.assess.priorities import ORDERINGS, priorities
from risk_graph.assess.regime import shipped
from risk_graph.assess.rule import rules
from risk_graph.errors import RegimeError
from risk_graph.model.tables.impacts import ISSUES
from tests.assess.regimes import AS_OF, FLOWS, SITES, make, truths
from tests.assess.test_regime_rules import impact

SEVERE = {"scale": 4, "scope": 2, "irremediability": 3}
FRESH = {"assessed_on": "2026-05-01", "observed_on": "2026-04-01"}


def ordered(facts, rule, table=None):
    """(subject, issue) -> first and last rank."""
    table = priorities(facts) if table is None else table
    table = table[(table["rule"] == rule) & (table["subject_id"] != "*")]
    keys = zip(table["subject_id"], table["issue"], strict=True)
    return dict(zip(keys, zip(table["rank_low"], table["rank_high"], strict=True), strict=True))


def row(facts, rule, subject_id, issue):
    table = priorities(facts).set_index(["rule", "subject_id", "issue"])
    return table.loc[(rule, subject_id, issue)]


@pytest.mark.parametrize(
    ("components", "expected"),
    [
        ((1, 4, 0), (4, 4, "scope")),
        ((2, 2, 2), (2, 2, "scale, scope, irremediability")),
        ((3, None, 1), (3, 4, "scale (incomplete)")),
        ((None, None, None), (0, 4, " (incomplete)")),
        ((0, 0, 0), (0, 0, "scale, scope, irremediability")),
    ],
)
def test_severity_is_the_largest_component_and_a_missing_one_leaves_it_open(components, expected):
    """UNGP-SEV: never a mean; a missing component never lowers the upper bound."""
    found = severity([None if c is None else (c, c) for c in components])
    assert (found.low, found.high, found.set_by) == expected


grades = st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=3, max_size=3)


@given(grades, st.integers(0, 2))
def test_losing_a_component_never_lowers_the_upper_bound(components, lost):
    def of(values):
        return severity([None if v is None else (float(v), float(v)) for v in values])

    before = of(components)
    after = of([None if at == lost else v for at, v in enumerate(components)])
    assert after.high >= before.high
    assert after.low <= before.low


def test_severity_comes_before_likelihood_and_equals_are_ties():
    facts = make(
        impacts=[
            impact("suspected", "wages", "A", scale=1, scope=1, irremediability=1, likelihood=4),
            impact("suspected", "child_labour", "M", scale=4, scope=1, irremediability=1, likelihood=1),
            impact("suspected", "land_rights", "M", scale=2, scope=4, irremediability=1, likelihood=1),
        ]
    )
    for rule in ("UNGP-PRIO", "CSDDD-PRIO"):
        found = ordered(facts, rule)
        assert found["M", "child_labour"] == found["M", "land_rights"] == (1, 2)
        assert found["A", "wages"] == (3, 3)


def test_an_incomplete_item_stands_at_its_upper_bound():
    facts = make(
        impacts=[
            impact("suspected", "wages", "A", scale=1, likelihood=4),
            impact("suspected", "child_labour", "M", scale=3, scope=1, irremediability=1, likelihood=4),
        ]
    )
    assert ordered(facts, "UNGP-PRIO") == {("A", "wages"): (1, 1), ("M", "child_labour"): (2, 2)}
    assert "scope, irremediability" in row(facts, "UNGP-PRIO", "A", "wages")["missing"]


def test_T1_opposite_verified_facts_in_one_country_give_different_classes():
    sites = [*SITES, ("M2", "S2", "bauxite_mine", "GIN")]
    clean = {"scale": 0, "scope": 0, "irremediability": 0}
    facts = make(
        sites=sites,
        listed={"uflpa_region": {"M": "U", "M2": "U"}},
        impacts=[
            {**impact("verified", "forced_labour", "M", **SEVERE, **FRESH), "impact_id": "I-1"},
            {**impact("verified", "forced_labour", "M2", **clean, **FRESH), "impact_id": "I-2"},
        ],
    )
    table = priorities(facts).set_index(["rule", "subject_id", "issue"])["severity_high"]
    assert table["LKSG-ABS", "GIN/bauxite_mine", "forced_labour"] == 4
    assert table["LKSG-CON", "S0", "forced_labour"] == 4
    assert table["LKSG-CON", "S2", "forced_labour"] == 0
    found = ordered(facts, "UNGP-PRIO")
    assert found["M", "forced_labour"] == (1, 1)
    assert found["M2", "forced_labour"] == (2, 2)


def test_T2_a_verified_severe_finding_in_a_quiet_country_comes_before_a_clean_place_in_a_listed_area():
    facts = make(
        listed={"eu_cahra": {"M": "T"}},
        impacts=[impact("verified", "forced_labour", "A", **SEVERE, **FRESH)],
    )
    for rule in ("UNGP-PRIO", "CSDDD-PRIO"):
        found = ordered(facts, rule)
        assert found["A", "forced_labour"] == (1, 1)
        assert found["M", "gross_abuses"] == (2, 2)


def test_what_is_old_or_only_suspected_never_lowers_what_a_rule_says():
    clean = {"scale": 0, "scope": 0, "irremediability": 0, "likelihood": 0}
    for status, day in (("suspected", "2026-05-01"), ("verified", "2025-01-01"), ("closed", "2026-05-01")):
        told = impact(status, "gross_abuses", "M", **clean, assessed_on=day)
        facts = make(listed={"eu_cahra": {"M": "T"}}, impacts=[told])
        assert row(facts, "UNGP-PRIO", "M", "gross_abuses")["severity_high"] == 4, status


CASE = {
    "sites": [*SITES, ("M2", "S2", "bauxite_mine", "GIN"), ("A2", "S2", "smelter", "AUS")],
    "listed": {"eu_cahra": {"M": "T", "A2": "U"}, "uflpa_region": {"M2": "U", "A": "U"}},
    "impacts": [impact("reasonable", "wages", "R", scale=2, likelihood=3)],
}
MORE = [
    ("M2", "R", "bauxite", 50.0, "reported", "t", *FLOWS[0][6:]),
    ("A2", "P0", "molten_aluminium", 90.0, "reported", "t", *FLOWS[0][6:]),
]


def check_no_rank_changes(masses, more):
    """Other tonnes, other tiers, other direct suppliers: the same ranks of everybody."""
    flows = [(*flow[:3], mass, *flow[4:]) for flow, mass in zip(FLOWS, masses, strict=True)]
    before, after = make(**CASE), make(**CASE, flows=[*flows, *more])
    tables = [priorities(facts) for facts in (before, after)]
    for rule in ("UNGP-PRIO", "CSDDD-PRIO", "CSDDD-MAP"):
        then, now = (ordered(None, rule, table) for table in tables)
        assert then == now
        assert len(then) >= 4
    assert truths(before, "CSDDD-DEEP") == truths(after, "CSDDD-DEEP")


def test_T15_spend_tier_and_leverage_change_no_rank_under_ungp_and_csddd():
    check_no_rank_changes([900.0, 0.2, 70.0], MORE)


@pytest.mark.slow
@given(
    st.lists(st.floats(0.1, 1e6), min_size=3, max_size=3),
    st.sampled_from([[], MORE[:1], MORE[1:], MORE]),
)
def test_T15_whatever_the_tonnes_and_tiers_are(masses, more):
    check_no_rank_changes(masses, more)


def test_T15_the_lksg_may_order_by_influence_and_contribution():
    case = {**CASE, "listed": {"uflpa_region": {"M2": "U", "A": "U"}}}
    alone = ordered(make(**case), "LKSG-W")
    delivering = ordered(make(**case, flows=[*FLOWS, MORE[1]]), "LKSG-W")
    assert alone["S1", "forced_labour"] == (1, 1)  # delivers to the product, the other does not
    assert delivering["S2", "forced_labour"] == (1, 1)  # now it delivers most
    assert row(make(**case), "LKSG-W", "S1", "forced_labour")["severity_high"] == 4


def test_a_regime_cannot_order_by_what_its_law_forbids():
    wrong = replace(shipped()["ungp"], orderings=("LKSG-W",))
    with pytest.raises(RegimeError, match="influence"):
        priorities(make(regimes=(wrong,)))
    with pytest.raises(RegimeError, match="NO-SUCH"):
        priorities(make(regimes=(replace(wrong, orderings=("NO-SUCH",)),)))


def test_the_lksg_has_a_vector_and_says_of_which_positions_nothing_is_known():
    table = priorities(make(listed={"uflpa_region": {"M": "U"}}))
    table = table[table["rule"] == "LKSG-ABS"].set_index("issue")
    assert len(table) == 13
    assert table.loc["forced_labour", "subject_id"] == "GIN/bauxite_mine"
    unknown = table[table["subject_id"] == "*"]
    assert len(unknown) == 12
    assert (unknown["severity_low"] == 0).all()
    assert (unknown["severity_high"] == 4).all()
    assert unknown["missing"].str.contains("nothing is known").all()


def test_areas_are_a_country_a_stage_and_an_issue():
    facts = make(
        sites=[*SITES, ("M2", "S2", "bauxite_mine", "GIN")], listed={"eu_cahra": {"M": "T", "M2": "U"}}
    )
    found = row(facts, "CSDDD-MAP", "GIN/bauxite_mine", "gross_abuses")
    assert found["evidence"].startswith("2 of its places")
    assert found["likelihood_low"] == 2


def test_nothing_found_clears_nobody_and_says_so():
    table = priorities(make())
    whole = table[table["rule"] == "UNGP-PRIO"].iloc[0]
    assert whole["subject_id"] == "*"
    assert "clears nobody" in whole["evidence"]


def test_a_regime_without_rules_of_its_own_orders_what_the_rules_of_places_find():
    facts = make(listed={"eu_cahra": {"M": "T"}}, regimes=(shipped()["ungp"],))
    assert ordered(facts, "UNGP-PRIO") == {("M", "gross_abuses"): (1, 1)}


@pytest.mark.slow
@given(
    st.dictionaries(st.sampled_from(["M", "R", "A"]), st.sampled_from("FTU")),
    st.sampled_from(["M", "R", "A"]),
)
def test_losing_what_is_known_of_a_place_never_lowers_its_upper_bounds(said, lost):
    def bounds(listed):
        table = priorities(make(listed={"eu_cahra": listed}))
        table = table[(table["rule"] == "UNGP-PRIO") & (table["subject_id"] != "*")].set_index("subject_id")
        return table[["severity_high", "likelihood_high"]]

    before, after = bounds(said), bounds({**said, lost: "U"})
    assert (after.reindex(before.index) >= before).all(axis=None)
    assert lost in after.index


def test_the_issues_of_the_table_are_those_of_the_standard():
    assert tuple(issues()) == ISSUES
    assert set(issue_of_rule()) <= set(rules())
    assert set(issue_of_rule().values()) <= set(ISSUES)
    for issue in issues().values():
        for low, high in (issue.scale, issue.scope, issue.irremediability):
            assert 0 <= low <= high <= 4
    assert {i.annex_ii for i in issues().values()} == {"", *"ABCDEF"}


def test_every_ordering_belongs_to_a_regime():
    named = [id_ for regime in shipped().values() for id_ in regime.orderings]
    assert sorted(named) == sorted(ORDERINGS)
    assert AS_OF.year == 2026
