"""Each rule of a regime on a tiny graph: when it is true, when false, when unknown. Unknown is never false."""

from datetime import date

import pytest

from risk_graph.assess.rule import findings
from risk_graph.model.chain import parse_chain
from tests.assess.regimes import AS_OF, FLOWS, SITES, layer, make, said, truths
from tests.trace.strategies import CHAIN_TEXT

ALL_LOCATIONS = {"transit_countries": {}}


def production(mass_t, year=2025, country="GIN"):
    given = [{"country": country, "year": y, "commodity": "Bauxite", "mass_t": mass_t} for y in (year, 2026)]
    return layer("world_mining_data", "production", given)


def known(listed=None, **more):
    """Facts in which every location rule can be asked: production and transit countries are at hand."""
    more.setdefault("layers", [production(1e9)])
    return make(listed={**ALL_LOCATIONS, **(listed or {})}, **more)


@pytest.mark.parametrize(("produced", "expected"), [(0.0, "T"), (1.0, "T"), (1e6, "F"), (None, "U")], ids=str)
def test_more_than_a_country_produces_is_a_flag(produced, expected):
    found = truths(make(layers=[production(produced)]), "OECD-RF-L2")
    assert found == dict.fromkeys(("M", "R", "A", "P0", "S0", "S1"), expected) | {"S2": "U"}


def test_production_is_compared_by_calendar_year_and_in_tonnes_of_material():
    """8 t in seven months from September: 122 of 212 days lie in 2025."""
    both = layer(
        "world_mining_data",
        "production",
        [
            {"country": "GIN", "year": 2025, "commodity": "Bauxite", "mass_t": 8 * 122 / 212 - 1e-9},
            {"country": "GIN", "year": 2026, "commodity": "Bauxite", "mass_t": 100.0},
        ],
    )
    row = said(make(layers=[both]), "OECD-RF-L2", "P0")
    assert row["truth"] == "T"
    assert "in 2025" in row["evidence"]
    assert row["layers"] == "world_mining_data"
    exactly = layer(
        "world_mining_data", "production", [{**one, "mass_t": 8.0} for one in both.values.to_dict("records")]
    )
    assert truths(make(layers=[exactly]), "OECD-RF-L2")["P0"] == "F"


def test_without_a_layer_of_production_one_row_says_what_is_missing():
    assert truths(make(), "OECD-RF-L2") == {"*": "U"}
    assert "world_mining_data" in said(make(), "OECD-RF-L2", "*")["missing"]


def test_a_transit_country_is_a_flag_of_origins_alone():
    assert truths(make(), "OECD-RF-L3") == {"*": "U"}
    assert truths(make(listed={"transit_countries": {"M": "T"}}), "OECD-RF-L3")["P0"] == "T"
    assert truths(make(listed={"transit_countries": {"R": "T"}}), "OECD-RF-L3")["P0"] == "F"
    assert truths(make(listed={"transit_countries": {"M": "U"}}), "OECD-RF-L3")["P0"] == "U"


OWNED = [{"owner_id": "S2", "owned_id": "S3", "share": 0.3, "valid_from": "2020-01-01"},
         {"owner_id": "S3", "owned_id": "M", "share": 0.5}]  # fmt: skip
FOUR = ("S0", "S1", "S2", "S3")


def test_a_holding_over_any_number_of_steps_is_a_flag():
    facts = known({"eu_cahra": {"M": "T"}}, ownership=OWNED, suppliers=FOUR)
    assert truths(facts, "OECD-RF-S1") == {"S2": "T", "S3": "T", "*": "U"}
    evidence = said(facts, "OECD-RF-S1", "S2")["evidence"]
    assert evidence == "S2 holds 30 % of S3 since 2020-01-01, S3 holds 50 % of M."


def test_a_holding_counts_on_its_days_and_above_nothing():
    for change in ({"valid_to": "2025-01-01"}, {"valid_from": "2027-01-01"}, {"share": 0.0}):
        facts = known(
            {"eu_cahra": {"M": "T"}}, ownership=[{**OWNED[0]}, {**OWNED[1], **change}], suppliers=FOUR
        )
        assert truths(facts, "OECD-RF-S1") == {"*": "U"}


def test_an_upstream_company_with_a_holding_is_a_flag():
    """S2 runs the smelter that S1 buys from; the place itself is not upstream of S1."""
    sites = [
        *SITES[:1],
        ("A", "S2", "smelter", "AUS"),
        ("C", "S1", "casthouse", "AUS"),
        ("X", "S0", "bauxite_mine", "MLI"),
    ]
    flows = [
        ("M", "A", "alumina", 2.0),
        ("A", "C", "molten_aluminium", 1.0),
        ("C", "P0", "cast_aluminium", 0.9),
    ]
    owned = [{"owner_id": "S2", "owned_id": "X", "share": 1.0}]
    facts = known({"eu_cahra": {"X": "T"}}, sites=sites, flows=flows, ownership=owned)
    found = truths(facts, "OECD-RF-S1")
    assert found["S1"] == "T"
    assert found["S2"] == "T"
    assert "upstream" in said(facts, "OECD-RF-S1", "S1")["evidence"]


def test_no_holding_is_in_question_where_no_place_is():
    assert truths(known(suppliers=("S0", "S1")), "OECD-RF-S1") == {"*": "F"}
    assert truths(known({"eu_cahra": {"M": "U"}}, suppliers=("S0", "S1")), "OECD-RF-S1") == {"*": "U"}


def test_what_was_sourced_in_the_last_twelve_months_is_a_flag():
    found = truths(known({"eu_cahra": {"M": "T"}}), "OECD-RF-S2")
    assert (found["S0"], found["S1"]) == ("T", "T")
    evidence = said(known({"eu_cahra": {"M": "T"}}), "OECD-RF-S2", "S1")["evidence"]
    assert "M delivered to it in 2025-09-01 to 2026-03-31" in evidence


def test_the_look_back_ends_twelve_months_before_the_day():
    for day, expected in ((date(2027, 3, 30), "T"), (date(2027, 3, 31), "U"), (date(2025, 8, 31), "U")):
        assert truths(known({"eu_cahra": {"M": "T"}}, as_of=day), "OECD-RF-S2")["S1"] == expected, day


def test_an_old_delivery_to_one_and_a_new_one_to_another_flag_the_other_alone():
    sites = [*SITES, ("R2", "S2", "alumina_refinery", "AUS"), ("M2", "S0", "bauxite_mine", "AUS")]
    old = (date(2019, 1, 1), date(2019, 12, 31))
    new = FLOWS[0][6:]
    flows = [
        ("M", "R", "bauxite", 4.0, "reported", "t", *old),
        ("M2", "R", "bauxite", 4.0, "reported", "t", *new),
        ("R", "A", "alumina", 2.0, "reported", "t", *new),
        ("A", "P0", "molten_aluminium", 1.0, "reported", "t", *new),
        ("M", "R2", "bauxite", 4.0, "reported", "t", *new),
    ]
    mined = [
        {"country": c, "year": y, "commodity": "Bauxite", "mass_t": 1e9}
        for c in ("GIN", "AUS")
        for y in (2019, 2025, 2026)
    ]
    made = [layer("world_mining_data", "production", mined)]
    found = truths(known({"eu_cahra": {"M": "T"}}, sites=sites, flows=flows, layers=made), "OECD-RF-S2")
    assert found == {"S0": "T", "S1": "F", "S2": "T"}


def test_nobody_is_cleared_of_the_look_back_while_a_location_rule_cannot_be_asked():
    assert truths(known(), "OECD-RF-S2") == {"S0": "F", "S1": "F", "S2": "U"}
    assert truths(known({"eu_cahra": {"M": "U"}}), "OECD-RF-S2") == dict.fromkeys(("S0", "S1", "S2"), "U")
    assert truths(make(), "OECD-RF-S2") == {"*": "U"}
    assert truths(make(listed={"eu_cahra": {"M": "T"}}), "OECD-RF-S2") == {"S0": "T", "S1": "T", "*": "U"}


def trade(note, hs6="260600", year=2025):
    given = [
        {"exporter": "GIN", "importer": "AUS", "year": y, "hs6": hs6, "mass_t": 9.0, "note": note}
        for y in (year, 2026)
    ]
    return layer("baci_trade", "trade", given)


@pytest.mark.parametrize(("note", "expected"), [("Unit value is far off.", "T"), ("", "F")])
def test_a_delivery_on_an_odd_record_of_trade_is_a_flag(note, expected):
    found = truths(make(layers=[trade(note)]), "OECD-RF-C")
    assert found == {"R": expected}


def test_a_delivery_that_no_record_knows_is_unknown_and_what_is_not_covered_is_said():
    other = layer("baci_trade", "trade", [
        {"exporter": "GIN", "importer": "CHN", "year": y, "hs6": "260600", "mass_t": 9.0, "note": ""} for y in (2025, 2026)
    ])  # fmt: skip
    assert truths(make(layers=[other]), "OECD-RF-C") == {"R": "U"}
    assert truths(make(layers=[trade("", year=2011)]), "OECD-RF-C") == {"R": "U"}  # of 2025 there is none
    assert truths(make(layers=[trade("", hs6="760110")]), "OECD-RF-C") == {"*": "U"}
    assert truths(make(), "OECD-RF-C") == {"*": "U"}


def impact(status="reasonable", issue="forced_labour", subject="M", **more):
    return {
        "impact_id": f"I-{issue}-{status}",
        "subject_id": subject,
        "issue": issue,
        "status": status,
        **more,
    }


@pytest.mark.parametrize(
    ("status", "expected"), [("verified", "T"), ("reasonable", "T"), ("suspected", "U"), ("closed", "F")]
)
def test_a_serious_abuse_asks_for_suspension_here_and_of_suppliers_downstream(status, expected):
    found = truths(make(impacts=[impact(status)]), "OECD-S3-DISENGAGE")
    downstream = {} if expected == "F" else {"S0": expected, "S1": expected}
    assert found == {"M": expected, **downstream}


def test_nobody_having_assessed_anything_is_unknown():
    assert truths(make(), "OECD-S3-DISENGAGE") == {"*": "U"}
    assert truths(make(), "OECD-S3-MITIGATE") == {"*": "U"}
    later = impact(observed_on="2026-07-01", assessed_on="2026-07-02")
    assert truths(make(impacts=[later]), "OECD-S3-DISENGAGE") == {"*": "U"}


def test_T18_only_serious_abuse_asks_to_suspend_and_says_what_stays_owed():
    facts = make(impacts=[impact("verified", "bribery"), impact("verified", "occupational_safety", "A")])
    assert truths(facts, "OECD-S3-DISENGAGE") == {"*": "U"}
    evidence = said(make(impacts=[impact()]), "OECD-S3-DISENGAGE", "M")["evidence"]
    for word in ("person decides", "mitigation", "remedy", "Nothing is blocked"):
        assert word in evidence


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({"plan_on": "2025-12-29"}, "T"),
        ({"plan_on": "2025-12-30"}, "F"),
        ({"plan_on": "2025-01-01", "improved_on": "2025-05-01"}, "F"),
        ({"plan_on": "2025-01-01", "improved_on": "2024-05-01"}, "T"),
        ({"plan_on": "2025-01-01", "improved_on": "2026-07-01"}, "T"),
        ({}, "U"),
        ({"plan_on": "2026-07-01"}, "U"),
    ],
    ids=str,
)
def test_a_plan_has_six_months_to_show_an_improvement(days, expected):
    facts = make(impacts=[impact("reasonable", "bribery", **days)])
    assert truths(facts, "OECD-S3-MITIGATE") == {"M": expected}


def test_the_plan_of_a_closed_impact_is_done_and_the_worst_of_two_counts():
    closed = impact("closed", "bribery")
    assert truths(make(impacts=[closed]), "OECD-S3-MITIGATE") == {"M": "F"}
    both = [closed, impact("reasonable", "unpaid_taxes")]
    assert truths(make(impacts=both), "OECD-S3-MITIGATE") == {"M": "U"}


def audit(**more):
    valid = {"standard": "ASI PS", "level": "full", "status": "active", "holder_id": "S1"}
    days = {"issued_on": "2025-01-01", "expires_on": "2027-12-31"}
    return [{"certificate_id": "C", **valid, **days, **more}]


def covered(*ids):
    return [{"certificate_id": "C", "covers_id": id_} for id_ in ids]


def test_a_choke_point_needs_a_valid_audit_in_scope():
    done = make(certificates=audit(), certificate_scope=covered("R", "A"))
    assert truths(done, "OECD-S4-AUDIT") == {"R": "F", "A": "F", "*": "F"}
    half = make(certificates=audit(), certificate_scope=covered("R"))
    assert truths(half, "OECD-S4-AUDIT") == {"R": "F", "A": "T", "*": "T"}
    assert said(half, "OECD-S4-AUDIT", "*")["evidence"].startswith("1 of 2 choke points")
    provisional = make(certificates=audit(level="provisional"), certificate_scope=covered("R", "A"))
    assert truths(provisional, "OECD-S4-AUDIT") == {"R": "U", "A": "U", "*": "U"}
    assert truths(make(sites=SITES[:1], flows=[], products=()), "OECD-S4-AUDIT") == {"*": "U"}


@pytest.mark.parametrize(
    "more",
    [
        {"expires_on": "2026-06-29"},
        {"issued_on": "2026-07-01"},
        {"status": "suspended"},
        {"status": "Withdrawn"},
        {"standard": "ISO 9001"},
        {"expires_on": None},
    ],
    ids=str,
)
def test_T16_a_certificate_counts_only_in_its_scope_and_days(more):
    facts = make(certificates=audit(**more), certificate_scope=covered("R", "A"))
    assert truths(facts, "OECD-S4-AUDIT") == {"*": "T"}
    other = [{**audit()[0], "certificate_id": "D"}]
    beside = make(certificates=[*audit(**more), *other],
                  certificate_scope=[*covered("R"), {"certificate_id": "D", "covers_id": "A"}])  # fmt: skip
    assert truths(beside, "OECD-S4-AUDIT") == {"R": "T", "A": "F", "*": "T"}
    holder_alone = make(certificates=audit(), certificate_scope=covered("S1"))
    assert truths(holder_alone, "OECD-S4-AUDIT") == {"*": "T"}


def test_T16_the_last_day_of_a_certificate_counts():
    facts = make(certificates=audit(expires_on="2026-06-30"), certificate_scope=covered("R", "A"))
    assert truths(facts, "OECD-S4-AUDIT")["*"] == "F"


@pytest.mark.parametrize(
    ("last", "expected"),
    [(None, "U"), (date(2025, 6, 29), "T"), (date(2025, 6, 30), "F"), (date(2026, 7, 1), "U")],
    ids=str,
)
def test_the_report_is_yearly(last, expected):
    assert truths(make(last_report=last), "OECD-S5-REPORT") == {"*": expected}


def test_the_lme_asks_for_an_audit_where_a_flag_is_true_or_unknown():
    pair = ("S0", "S1")
    assert truths(known({"eu_cahra": {"M": "T"}}, suppliers=pair), "LME-RFA") == {"A": "T"}
    assert truths(known(suppliers=pair), "LME-RFA") == {"A": "F"}
    unknown = known({"eu_cahra": {"M": "U"}}, suppliers=pair)
    assert truths(unknown, "LME-RFA") == {"A": "T"}
    assert "treated as higher risk" in said(unknown, "LME-RFA", "A")["evidence"].lower()
    assert truths(make(), "LME-RFA") == {"*": "T"}  # without tables of production and transit
    assert truths(make(listed={"eu_cahra": {"M": "T"}}), "LME-RFA") == {"A": "T", "*": "T"}
    assert truths(make(sites=SITES[:2], flows=FLOWS[:1], products=()), "LME-RFA") == {"*": "U"}


def match(outcome, subject="M", via="name", **more):
    return {"match_id": f"{subject}|{outcome}|{via}", "subject_id": subject, "list": "uflpa_entities",
            "outcome": outcome, "via": via, "reason": f"{outcome} by {via}", **more}  # fmt: skip


ENTITIES = layer("uflpa_entities", "entities")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], "F"),
        ([match("match")], "T"),
        ([match("linked", via="operator")], "T"),
        ([match("linked", via="owner")], "U"),
        ([match("possible")], "U"),
        ([match("possibly_linked", via="operator")], "U"),
        ([match("not_screened")], "U"),
        ([match("no_match")], "F"),
        ([match("delisted")], "F"),
        ([match("possible"), match("match")], "T"),
        ([match("match", list="ofac_sdn")], "F"),
    ],
    ids=lambda given: str([m["match_id"] for m in given]) if isinstance(given, list) else given,
)
def test_a_listed_entity_at_any_tier_is_a_flag(given, expected):
    facts = make(layers=[ENTITIES], matches=given)
    found = truths(facts, "UFLPA-ENT")
    assert found["P0"] == expected
    assert found["S2"] == "U"  # without any site
    if expected == "T":
        assert "Way: M > R > A > P0" in said(facts, "UFLPA-ENT", "P0")["evidence"]


def test_no_list_of_entities_is_unknown():
    assert truths(make(matches=[]), "UFLPA-ENT") == {"*": "U"}


def test_priority_sectors_count_from_their_day():
    mined = {
        "sites": SITES[:2],
        "flows": FLOWS[:1],
        "products": (),
    }  # no code of the chapter, but a Bayer refinery
    assert truths(make(as_of=date(2024, 7, 8)), "UFLPA-PRI") == {"*": "F"}
    assert truths(make(as_of=date(2024, 7, 9)), "UFLPA-PRI") == {"*": "T"}
    assert truths(make(as_of=date(2024, 7, 9), **mined), "UFLPA-PRI") == {"*": "F"}
    facts = make(as_of=date(2025, 1, 1), **mined)
    assert truths(facts, "UFLPA-PRI") == {"*": "T"}
    assert "caustic soda" in said(facts, "UFLPA-PRI", "*")["evidence"]
    assert truths(make(flows=[]), "UFLPA-PRI")["*"] == "T"  # the refinery's soda
    assert truths(make(sites=SITES[:1], flows=[]), "UFLPA-PRI") == {"*": "U"}


def test_the_forced_labour_database_is_unknown_until_it_is_at_hand():
    assert truths(make(), "FLR-RISK") == {"*": "U"}
    for letter in "TUF":
        assert truths(make(listed={"eu_forced_labour_risk": {"M": letter}}), "FLR-RISK")["P0"] == letter


CLASSES = "unicef_childrens_rights"


def test_T20_the_label_says_one_thing_and_the_whole_chain_another():
    facts = make(numbers={CLASSES: {"M": 3.0, "R": 1.0, "A": 1.0}})
    assert truths(facts, "CH-CL") == {"P0": "F"}
    assert "Upstream differs" in said(facts, "CH-CL", "P0")["evidence"]
    assert truths(facts, "CH-CL-UPSTREAM") == {"P0": "T"}
    assert "M in GIN" in said(facts, "CH-CL-UPSTREAM", "P0")["evidence"]


def test_classes_of_countries_are_true_false_or_unknown():
    assert truths(make(), "CH-CL") == truths(make(), "CH-CL-UPSTREAM") == {"*": "U"}
    cases = [
        ((1.0, 1.0, 1.0), "F", "F"),
        ((1.0, 1.0, 2.0), "T", "T"),
        ((1.0, 1.0, None), "U", "U"),
        ((None, 1.0, 1.0), "F", "U"),
    ]
    for values, label, upstream in cases:
        facts = make(numbers={CLASSES: dict(zip("MRA", values, strict=True))})
        assert truths(facts, "CH-CL") == {"P0": label}
        assert truths(facts, "CH-CL-UPSTREAM") == {"P0": upstream}


@pytest.mark.parametrize(("metal", "expected"), [("Al", "F"), ("Sn", "T"), ("X", "U")])
def test_the_laws_of_four_metals_say_whether_they_apply(metal, expected):
    chain = parse_chain(CHAIN_TEXT.replace('metal = "X"', f'metal = "{metal}"'))
    facts = make(sites=[("M", "S0", "mine", "GIN")], flows=[], products=(), chain=chain)
    for rule in ("EU821-SCOPE", "SEC1502-SCOPE"):
        assert truths(facts, rule) == {"*": expected}
    if metal == "Al":
        assert "because" in said(facts, "EU821-SCOPE", "*")["evidence"]


def test_T17_the_work_list_is_where_harm_is_or_is_unclear_and_never_everybody():
    assert truths(make(), "CSDDD-DEEP") == {"*": "U"}
    flagged = {"eu_cahra": {"M": "T"}}
    sites = [*SITES, ("M2", "S2", "bauxite_mine", "GIN"), ("M3", "S2", "bauxite_mine", "AUS")]
    assert truths(make(sites=sites, listed=flagged), "CSDDD-DEEP") == {"M": "T", "M2": "T"}
    unclear = {"eu_cahra": {"M": "U"}}
    assert truths(make(sites=sites, listed=unclear), "CSDDD-DEEP") == {"M": "U", "M2": "U"}


@pytest.mark.parametrize(("day", "expected"), [("2025-07-01", "F"), ("2025-06-30", "T"), ("2026-07-01", "T")])
def test_an_assessment_of_the_last_twelve_months_takes_a_place_off_the_work_list(day, expected):
    done = impact("suspected", "gross_abuses", assessed_on=day, observed_on="2025-01-01")
    assert truths(make(listed={"eu_cahra": {"M": "T"}}, impacts=[done]), "CSDDD-DEEP") == {"M": expected}


def test_rules_say_nothing_of_a_chain_whose_metal_their_regime_does_not_bind():
    chain = parse_chain(CHAIN_TEXT.replace('metal = "X"', 'metal = "Au"'))
    facts = make(sites=[("M", "S0", "mine", "GIN")], flows=[], products=(), chain=chain)
    assert truths(facts, "LME-RFA") == {"*": "F"}
    assert "Not applicable to Au, because" in said(facts, "LME-RFA", "*")["evidence"]


def test_every_finding_of_a_tiny_chain_is_dated_and_has_its_rule():
    facts = make()
    assert said(facts, "OECD-RF-L1", "P0")["as_of"].date() == AS_OF


FULL = {
    "listed": {"eu_cahra": {"M": "T"}, "transit_countries": {}, "eu_forced_labour_risk": {"R": "U"}},
    "numbers": {CLASSES: {"M": 3.0, "R": 1.0, "A": 1.0}},
    "layers": [production(1e9), ENTITIES, trade("odd")],
    "matches": [match("possible")],
    "ownership": [{"owner_id": "S2", "owned_id": "M", "share": 0.2}],
    "certificates": audit(),
    "certificate_scope": covered("R"),
    "impacts": [impact("reasonable", "bribery", "R", plan_on="2025-01-01"), impact("suspected")],
    "last_report": date(2025, 1, 1),
}
LOST = {
    "a place": {"listed": {**FULL["listed"], "eu_cahra": {"M": "U"}}},
    "another place": {"listed": {**FULL["listed"], "eu_cahra": {"M": "T", "A": "U"}}},
    "the transit countries": {"listed": {"eu_cahra": {"M": "T"}, "eu_forced_labour_risk": {"R": "U"}}},
    "the database": {"listed": {"eu_cahra": {"M": "T"}, "transit_countries": {}}},
    "the classes": {"numbers": {}},
    "a class": {"numbers": {CLASSES: {"M": 3.0, "A": 1.0}}},
    "the production": {"layers": [ENTITIES, trade("odd")]},
    "the list": {"layers": [production(1e9), trade("odd")]},
    "the trade": {"layers": [production(1e9), ENTITIES]},
    "the owners": {"ownership": []},
    "the certificates": {"certificates": []},
    "their scope": {"certificate_scope": []},
    "the plan": {"impacts": [impact("reasonable", "bribery", "R"), impact("suspected")]},
    "the impacts": {"impacts": []},
    "the report": {"last_report": None},
    "a row": {"incomplete": {"M": 1}},
}


@pytest.mark.slow
@pytest.mark.parametrize("what", LOST)
def test_losing_an_input_turns_no_answer_into_false(what):
    def answers(**given):
        table = findings(make(**given))
        return dict(zip(table["finding_id"], table["truth"], strict=True))

    before, after = answers(**FULL), answers(**{**FULL, **LOST[what]})
    assert set(before.values()) == {"T", "U", "F"}
    for finding_id, truth in before.items():
        rule = finding_id.split("|")[0]
        now = after.get(finding_id, after.get(f"{rule}|*", "said of nobody"))
        assert truth == "F" or now != "F", finding_id
    assert [id_ for id_, truth in after.items() if truth == "F" and before.get(id_, truth) != "F"] == []
