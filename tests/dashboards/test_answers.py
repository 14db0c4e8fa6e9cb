"""What the pages show is what the run says."""

import pandas as pd
import pytest

from dashboards import charts, maps, theme
from dashboards.answers import origins, overview, supplier
from risk_graph.act.dossier import dossier
from risk_graph.assess.scorer import OVERALL


def test_coverage_is_the_trace_of_the_products(session):
    found = overview.coverage(session)
    assert (found.products, found.mass_t) == (1, pytest.approx(70.0))
    assert found.unknown_t == pytest.approx(12.0)


def test_declared_and_modelled_are_summed_apart(session):
    sums = overview.flows_by_evidence(session).set_index("evidence")
    assert sums.loc["modelled", "metal_t"] == pytest.approx(10.0)
    assert sums["metal_t"].sum() == pytest.approx(session.network.graph.flows["metal"].sum())


def test_every_answer_is_counted_once(session):
    counts = overview.rule_counts(session)
    assert counts[["T", "U", "F"]].to_numpy().sum() == len(session.snapshot.tables["findings"])


def test_red_flags_about_people_come_first(session):
    rules = overview.red_flags(session)["rule"].tolist()
    assert rules[0] == "OECD-RF-L1"
    assert rules == sorted(rules, key=lambda r: r not in overview.FIRST)


def test_no_place_is_dropped(session):
    places = overview.places(session)
    assert len(places) == len(session.snapshot.tables["facilities"])
    assert places.set_index("facility_id")["placing"].to_dict() == {
        "M1": "known", "R": "known", "M2": "estimated", "S": "known", "C": "none", "F": "none", "PCS": "none",
    }  # fmt: skip
    assert len(maps.on_map(places)) == 4


def test_the_map_asks_no_other_machine(session):
    places = overview.places(session).assign(supplier="@@=fetch", name="@@#x")
    spec = maps.facility_map(places, False, theme.LIGHT).to_json()
    assert "http" not in spec
    assert "@@=fetch" not in spec
    assert "@@#x" not in spec
    assert maps.BASEMAP_URL in spec
    assert f'"iconAtlas": "{maps.MARKERS_URL}"' in spec


def test_certificates_are_told_by_their_dates(session):
    rows = supplier.certificates(session, "S3").set_index("certificate_id")
    assert rows["state"].to_dict() == {"C1": "valid by its dates", "C2": "expired", "C3": "not yet valid"}
    assert rows.loc["C1", "covers"] == "Refinery"
    assert rows.loc["C2", "covers"] == "not stated"
    assert len(supplier.certificates(session, "S1")) == 0


def test_the_last_day_is_included():
    first, last = pd.Timestamp("2025-01-01"), pd.Timestamp("2026-06-30")
    assert supplier.validity(first, last, last.date()) == "valid by its dates"
    assert supplier.validity(first, pd.NaT, last.date()) == "dates missing"


def test_ownership_is_direct_and_dated(session):
    rows = supplier.ownership(session, "S3")
    assert rows["relation"].tolist() == ["owner", "owned"]
    assert rows["in_force"].tolist() == [True, False]


def test_look_through_shares_name_their_owners(session):
    rows = supplier.look_through(session, "S3")
    assert rows[["owner_id", "direct", "share"]].to_numpy().tolist() == [["S1", 0.6, 0.6]]
    assert rows["name"].notna().all()


@pytest.mark.parametrize("most", [2, 100])
def test_contributions_sum_to_the_value(session, most):
    rows = supplier.contributions(session, "S3", most)
    scores = supplier.scores(session, "S3")
    value = scores.loc[scores["theme"] == OVERALL, "value"].iat[0]
    assert rows["points"].sum() == pytest.approx(value)
    assert charts.shown_contributions(rows, most)["points"].sum() == pytest.approx(value)
    spec = charts.contribution_bars(rows, most, theme.LIGHT)
    drawn = [d["value"] for s in spec["series"] for d in s["data"] if d["value"] != "-"]
    assert sum(drawn) == pytest.approx(value)


def test_scores_are_drawn_from_low_to_high(session):
    rows = supplier.scores(session, "S3")
    assert rows["theme"].iat[0] == OVERALL
    gaps, spans, marks = charts.score_intervals(rows, False, theme.LIGHT)["series"]
    for row, gap, span, mark in zip(
        rows.iloc[::-1].itertuples(), gaps["data"], spans["data"], marks["data"], strict=True
    ):
        assert (gap, mark) == (row.low, row.value)
        assert span["value"] == pytest.approx(max(row.high - row.low, 0.6))


def test_bars_have_the_numbers_of_their_tables(session):
    counts = overview.rule_counts(session)
    spec = charts.rule_bars(counts, theme.LIGHT)
    for at in range(len(counts)):
        assert sum(s["data"][at]["value"] for s in spec["series"]) == pytest.approx(100.0)
    products = overview.products(session)
    known, unknown = charts.product_bars(products, theme.LIGHT)["series"]
    assert unknown["data"] == pytest.approx([100 * 12 / 70])
    assert known["data"][0] + unknown["data"][0] == pytest.approx(100.0)


def test_periods_are_the_years_of_the_flows(session):
    assert list(origins.periods(session)) == ["all", "2024"]


def test_synthetic_data_is_recognised(session):
    assert not overview.is_synthetic(session)


def test_pass_through_counts_a_place_once(session):
    sites = supplier.through(session, "S3", "node").set_index("id")["share"]
    assert sites["R"] == pytest.approx(60 / 70)
    assert sites["C"] == pytest.approx(1.0)
    countries = supplier.through(session, "S3", "country").set_index("id")["share"]
    assert countries["AUS"] == pytest.approx(30 / 70)


def test_what_the_dossier_says_and_no_more(session):
    found = dossier(session.facts, session.scorer, session.snapshot.tables, "S3")
    own = found.explanation.contributions
    assert len(supplier.contributions(session, "S3")) == (own["within"] == OVERALL).sum()
    assert supplier.answers(session, "S3")["truth"].tolist() == sorted(
        found.findings["truth"], key="TUF".index
    )
