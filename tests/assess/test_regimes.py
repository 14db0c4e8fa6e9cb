"""Regimes as data: what ships is sound, what is wrong is named, and the page is that of the files."""

from datetime import date
from pathlib import Path

import pytest

from risk_graph.assess.priorities import ORDERINGS
from risk_graph.assess.regime import chosen, read_regime, shipped
from risk_graph.assess.regime_page import regimes_markdown
from risk_graph.assess.rule import applied, findings, rules, rules_table, ruleset
from risk_graph.errors import RegimeError
from tests.assess.regimes import make, said, truths

OWN = """
id = "own"
title = "Our policy"
version = "3"
text = "Policy of 2026"
article = "2"
[applies]
metals = "all"
reason = "it is about all that we buy."
[rules.OECD-RF-U]
threshold = 0.5
"""


def own(folder: Path, text: str = OWN) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_that_ship_are_chosen_by_default_and_claim_every_rule_once(tmp_path):
    found = chosen(None, tmp_path)
    assert {r.id for r in found} == {
        "oecd_minerals", "lme", "uflpa", "eu_flr", "csddd", "ungp", "lksg", "ch_ddtro", "eu_2017_821", "dodd_frank_1502",
    }  # fmt: skip
    claimed = [id_ for r in found for id_ in r.rules]
    assert sorted(claimed) == sorted(rules())
    assert list(applied(found)) == list(rules())


def test_the_page_is_that_of_the_files():
    page = Path(__file__).parents[2] / "docs" / "regimes.md"
    assert page.read_text(encoding="utf-8") == regimes_markdown(), (
        "python -m risk_graph.assess.regime_page > docs/regimes.md"
    )


def test_every_rule_says_what_it_asks_and_names_its_law():
    text = regimes_markdown()
    for rule in rules().values():
        assert rule.evaluate.__doc__, rule.id
        assert rule.source in text
    for ordering in ORDERINGS.values():
        assert ordering.source in text


@pytest.mark.parametrize(
    ("id_", "metal", "day", "state"),
    [
        ("eu_flr", "Al", date(2027, 12, 13), "not yet in force"),
        ("eu_flr", "Al", date(2027, 12, 14), "in force"),
        ("eu_2017_821", "Al", date(2026, 6, 30), "not applicable"),
        ("eu_2017_821", "Sn", date(2026, 6, 30), "in force"),
        ("dodd_frank_1502", "Al", date(2026, 6, 30), "not applicable"),
        ("uflpa", "Al", date(2022, 6, 20), "not yet in force"),
    ],
)
def test_a_regime_is_in_force_on_its_days_and_for_its_metals(id_, metal, day, state):
    found, why = shipped()[id_].state(metal, day)
    assert found == state
    assert why.endswith(".")
    assert state != "not applicable" or "because" in why


def test_an_ended_regime_says_so(tmp_path):
    path = own(tmp_path, OWN.replace("[applies]", "effective_to = 2025-12-31\n[applies]"))
    assert read_regime(path).state("Al", date(2026, 1, 1))[0] == "no longer in force"


def test_a_regime_of_ones_own_replaces_parameters(tmp_path):
    own(tmp_path)
    found = chosen(["own.toml", "uflpa"], tmp_path)
    assert [r.id for r in found] == ["own", "uflpa"]
    gap = [("M", "R", "bauxite", 8.0), ("R", "A", "alumina", 2.0), ("A", "P0", "molten_aluminium", 1.5)]
    assert truths(make(flows=gap), "OECD-RF-U")["P0"] == "T"  # about a third is unknown
    facts = make(flows=gap, regimes=found)
    assert truths(facts, "OECD-RF-U")["P0"] == "F"
    assert set(findings(facts)["rule"]) == {"OECD-RF-U", "UFLPA-ENT", "UFLPA-PRI", "UFLPA-XUAR"}
    assert "OECD-RF-L1" not in ruleset(found)


def test_a_rule_of_a_regime_that_was_not_chosen_is_answered_where_another_needs_it():
    facts = make(regimes=(shipped()["lme"],))
    assert set(findings(facts)["rule"]) == {"LME-RFA"}
    assert "OECD-RF-L3" in said(facts, "LME-RFA", "*")["missing"]
    assert said(facts, "LME-RFA", "*")["layers"] == " ".join(
        sorted({"eu_cahra", "usgs_production", "world_mining_data"})
    )


def test_the_rules_of_a_run_are_kept_with_law_and_state():
    facts = make()
    table = rules_table(facts).set_index("rule")
    assert table.at["FLR-RISK", "state"] == "not yet in force"
    assert "2027-12-14" in table.at["FLR-RISK", "why"]
    assert table.at["EU821-SCOPE", "state"] == "not applicable"
    assert table.at["OECD-RF-S2", "parameters"] == '{"months": 12}'
    assert table.at["OECD-RF-L1", "verified"] == "false"
    assert set(findings(facts)["rule"]) == set(table.index)


WRONG = {
    "no text": (OWN.replace('text = "Policy of 2026"', ""), "text is missing"),
    "unknown key": (OWN.replace("version", "verison"), "no key 'verison'"),
    "no reason": (OWN.replace('reason = "it is about all that we buy."', ""), "reason is missing"),
    "metals": (OWN.replace('metals = "all"', 'metals = "Al"'), "list of symbols"),
    "day": (OWN.replace("[applies]", 'effective_from = "2026"\n[applies]'), "effective_from"),
    "verified": (OWN.replace("[applies]", 'verified = "yes"\n[applies]'), "verified is true or false"),
    "criteria": (OWN + '[order]\ncriteria = ["likelihood", "severity"]', "in this order"),
    "syntax": (OWN + "[", "not valid TOML"),
    "rules": (OWN.replace("[rules.OECD-RF-U]\nthreshold = 0.5", "[rules]\nOECD-RF-U = 1"), "one table each"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_regime_that_is_wrong_is_named(name, tmp_path):
    text, words = WRONG[name]
    with pytest.raises(RegimeError, match=words):
        read_regime(own(tmp_path, text))


def test_a_wrong_choice_is_named(tmp_path):
    with pytest.raises(RegimeError, match="no regime 'nope'"):
        chosen(["nope"], tmp_path)
    with pytest.raises(RegimeError, match="cannot be read"):
        chosen(["nope.toml"], tmp_path)
    own(tmp_path)
    with pytest.raises(RegimeError, match="two of the chosen regimes"):
        chosen(["own.toml", "oecd_minerals"], tmp_path)
    for change, words in (("OECD-RF-U", "NO-RULE"), ("threshold", "treshold")):
        own(tmp_path, OWN.replace(change, words))
        with pytest.raises(RegimeError, match=words):
            applied(chosen(["own.toml"], tmp_path))
