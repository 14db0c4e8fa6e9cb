"""What the pages show is what the run says."""

import pandas as pd
import pytest

from dashboards import charts, maps, theme
from dashboards.answers import origins, overview, supplier, upstream
from dashboards.text import UNIT
from risk_graph.act.dossier import dossier
from risk_graph.assess.scorer import OVERALL
from risk_graph.model.table import input_tables
from risk_graph.session import Session
from risk_graph.store import Snapshot
from risk_graph.trace.origins import trace
from tests.dashboards.runs import example_tables, session_of


def test_coverage_is_the_trace_of_the_products(session):
    found = overview.coverage(session)
    assert (found.products, found.mass_t) == (1, pytest.approx(70.0))
    assert found.unknown_t == pytest.approx(12.0)
    assert found.modelled_t == pytest.approx(10.0)


def test_a_product_without_a_tonnage_weighs_nothing_and_is_counted_apart(session):
    tables = example_tables()
    more = pd.DataFrame([{"product_id": "Q", "name": "Quiet", "buyer_id": "S1"}])
    tables["products"] = pd.concat(
        [tables["products"], input_tables()["products"].conform(more)], ignore_index=True
    )
    run = session_of(tables, session.chain)
    found = overview.coverage(run)
    assert (found.products, found.silent, found.mass_t) == (1, 1, pytest.approx(70.0))
    quiet = overview.products(run).set_index("product_id").loc["Q"]
    assert pd.isna(quiet["mass_t"])
    assert quiet["unknown"] == 1.0
    (label, *_) = charts.product_bars(overview.products(run), theme.LIGHT)["yAxis"]["data"]
    assert label == "Quiet\nno tonnage declared"


def test_everybody_is_counted_once_by_the_worst_answer_about_a_place(session):
    counts = overview.about_places(session)
    assert sum(counts) == len(session.snapshot.tables["suppliers"])
    found = session.snapshot.tables["findings"]
    harm = found[found["rule"].isin(overview.FIRST) & found["subject_id"].isin(["S1", "S2", "S3"])]
    assert counts[0] == harm.loc[harm["truth"] == "T", "subject_id"].nunique()
    assert counts[2] == sum(set(rows["truth"]) == {"F"} for _, rows in harm.groupby("subject_id"))


def test_a_supplier_without_an_answer_is_not_cleared(session):
    tables = {**session.snapshot.tables}
    found = tables["findings"]
    tables["findings"] = found[found["subject_id"] != "S1"]
    before, after = (
        overview.about_places(session),
        overview.about_places(Session(Snapshot("g", tables), session.chain, None)),
    )
    assert sum(after) == 3
    assert after[1] >= before[1]
    assert after[2] <= before[2]


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
    assert places.set_index("facility_id").loc[["M1", "M2"], "told"].tolist() == ["F", "T"]


def test_a_red_flag_is_never_left_out_of_the_map(session, monkeypatch):
    monkeypatch.setattr(maps, "MOST", 2)
    places = overview.places(session)
    flagged = places[(places["told"] == "T") & (places["placing"] != "none")]
    assert maps.on_map(places)["facility_id"].iat[-1] in set(flagged["facility_id"])


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
    declared, modelled, unknown = charts.product_bars(products, theme.LIGHT)["series"]
    assert declared["data"] == pytest.approx([100 * 48 / 70])
    assert modelled["data"] == pytest.approx([100 * 10 / 70])
    assert modelled["itemStyle"]["borderType"] == "dashed"
    assert unknown["data"] == pytest.approx([100 * 12 / 70])


def test_periods_are_the_years_of_the_flows(session):
    assert list(origins.periods(session)) == ["all", "2024"]


def test_synthetic_data_is_recognised(session):
    assert not overview.is_synthetic(session)


def test_pass_through_counts_a_place_once(session):
    sites = upstream.through(session, "S3", "node").set_index("id")
    assert sites.loc["R", "share"] == pytest.approx(60 / 70)
    assert sites.loc["C", "share"] == pytest.approx(1.0)
    assert sites.loc["M2", "flag"] == "⚑ OECD-RF-L1"
    assert sites.loc["R", "flag"] == ""
    countries = upstream.through(session, "S3", "country").set_index("id")["share"]
    assert countries["AUS"] == pytest.approx(30 / 70)
    assert "B" not in set(upstream.through(session, "B", "node")["id"])


def test_single_points_name_what_could_stop_and_what_could_taint_it(session):
    points, taint = (text.replace(UNIT, " ") for text in upstream.single_points(session, "B"))
    assert points.startswith("the largest shares of its metal pass these sites: ")
    assert "Refinery (86 %)" in points
    assert taint.startswith("places with a red flag of their own: Mine two (26 %, ⚑ OECD-RF-L1).")
    assert "What the 17 % of unknown origin passes nobody can say." in taint


def test_nothing_upstream_has_no_single_point(session):
    points, taint = upstream.single_points(session, "M1")
    assert points == "nothing that is declared lies upstream, so no single point can be named."
    assert taint == ""


def test_a_trace_goes_down_to_input_rows(session):
    rows = upstream.flow_rows(session, "B")
    assert rows.loc[rows["to_id"] == "B", "share"].sum() == pytest.approx(1.0)
    assert rows["row"].str.fullmatch(r"flows\.csv, row \d+").all()
    origins_ = set(trace(session.network, "B").rows.query("kind == 'origin'")["origin_id"])
    for origin in origins_:
        share = trace(session.network, "B").rows.query("origin_id == @origin")["share"].sum()
        assert rows.loc[rows["from_id"] == origin, "share"].sum() == pytest.approx(share)


def test_what_the_dossier_says_and_no_more(session):
    found = dossier(session.facts, session.scorer, session.snapshot.tables, "S3")
    own = found.explanation.contributions
    assert len(supplier.contributions(session, "S3")) == (own["within"] == OVERALL).sum()
    assert supplier.answers(session, "S3")["truth"].tolist() == sorted(
        found.findings["truth"], key="TUF".index
    )
