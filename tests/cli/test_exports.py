"""What may not be passed on stands on the screen and in no export; what may, stands in both.

Two layers that ship are given newer, made-up editions under a licence that forbids passing them on, so that the rules,
the scorer and the explanations that there are rest on them.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from ingest.source import Asked, Draft, Edition, Expected, Licence
from risk_graph.model.table import fact_tables
from risk_graph.project import open_project
from risk_graph.session import Session, open_session
from tests.cli.helpers import copy_of, no_traceback, risk_graph
from tests.sources.made_up import ABOUT, SOURCE

pytestmark = pytest.mark.slow

NUMBER, SECRET = -1.23456789, "SECRETLAND"
SAID = re.compile(r"1\.2345|1\.23\b|SECRETLAND|74\.69|58\.")
"""The value, its words, the theme's score (2.5 + 1.23456789) / 5, and the bounds that one standard error gives."""
SHARED = {"edition": "2026", "retrieved": pd.Timestamp("2026-01-05"), "source": "made up, entry 1"}
FREE = "Law of the made-up land"


def read(path: Path, asked: Asked) -> Edition:
    value = pd.DataFrame(
        {"country": ["AUS", "GIN", "DEU"], "year": 2024, "estimate": NUMBER, "standard_error": 0.5}
    )
    listed = pd.DataFrame(
        {"code": "", "listed_code": "GN", "name": [SECRET], "country": "GIN", "status": SECRET, "whole_country": "true",
         "certain": "true", "listed_from": pd.Timestamp("2026-01-01")}
    )  # fmt: skip
    scale = {"direction": "higher is better", "scale": [-2.5, 2.5], "min": -3.0, "max": 3.0, "unit": "points"}
    return Edition(
        "2026",
        date(2026, 7, 20),
        (
            Draft("wgi_political_stability", "country_value", {**ABOUT, **scale}, value.assign(**SHARED)),
            Draft(
                "eu_cahra",
                "listing",
                {**ABOUT, "direction": "none"},
                fact_tables()["listing"].conform(listed.assign(**SHARED)),
            ),
        ),
    )


@pytest.fixture(scope="module", params=["non_commercial", "attribution"])
def licence(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, licence: str) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("export")
    project = copy_of("trace_loop", folder)
    (folder / "x").write_text("x")
    source = replace(
        SOURCE, read=read, expected={"eu_cahra": Expected(1, 1)}, licence=Licence(licence, "TERMS", True)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.source.sources", lambda: {"example": source})
        for command in (["sources", "update", project, "example", "--file", folder / "x"], ["run", project]):
            result = risk_graph(*command)
            assert result.exit_code == 0, result.stderr
        yield project


SIGNALS = "MATCH (s:Signal) RETURN s"
EXPORTS = {
    "findings csv": ["findings", "{}", "--format", "csv"],
    "findings json": ["findings", "{}", "--format", "json"],
    "scores csv": ["scores", "{}", "--format", "csv"],
    "scores json": ["scores", "{}", "--format", "json"],
    "ranks": ["scores", "{}", "--ranks", "--format", "json"],
    "exposure csv": ["exposure", "{}", "B", "--format", "csv"],
    "exposure json": ["exposure", "{}", "B", "--format", "json"],
    "explain": ["explain", "{}", "S3", "--json"],
    "explain a site": ["explain", "{}", "M2", "--json"],
    "what if csv": ["whatif", "{}", "--remove", "M2", "--format", "csv"],
    "what if json": ["whatif", "{}", "--weight", "governance=1", "--remove", "M1", "--format", "json"],
    "nodes": ["query", "{}", SIGNALS, "--format", "json"],
    "nodes csv": ["query", "{}", SIGNALS, "--format", "csv"],
    "lists of nodes": ["query", "{}", "MATCH (s:Signal) RETURN collect(s) AS everyone", "--format", "json"],
    "nodes in nodes": ["query", "{}", "MATCH (s:Signal) RETURN {a: s} AS m", "--format", "json"],
    "ways": ["query", "{}", "MATCH p = (:Facility)-[:HAS_SIGNAL]->(:Signal) RETURN p", "--format", "json"],
    "nodes as text": ["query", "{}", "MATCH (s:Signal) RETURN CAST(s, 'STRING') AS t", "--format", "csv"],
    "findings as nodes": ["query", "{}", "MATCH (s:Finding) RETURN s", "--format", "json"],
    "scores as nodes": ["query", "{}", "MATCH (s:Score) RETURN s", "--format", "json"],
}


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_holds_what_may_be_passed_on_alone(project: Path, licence: str, name: str) -> None:
    result = risk_graph(*(part.format(project) if part == "{}" else part for part in EXPORTS[name]))
    no_traceback(result)
    assert result.exit_code == 0, result.stderr
    free = licence == "attribution"
    where = SAID.search(result.stdout)
    assert bool(where) == (free and name != "ranks"), (
        where and result.stdout[where.start() - 200 : where.end() + 50]
    )
    said = "Left out, for it may not be passed on" in result.stderr
    assert said == (not free)
    assert result.stdout.count("\n") > 2
    if not free:
        assert (
            "eu_cahra (edition 2026, TERMS); wgi_political_stability (edition 2026, TERMS)" in result.stderr
        )


def test_a_picture_holds_what_may_be_passed_on_alone(project: Path, licence: str, tmp_path: Path) -> None:
    result = risk_graph("explain", project, "M2", "--picture", tmp_path / "m2.svg")
    assert result.exit_code == 0, result.stderr
    drawn = (tmp_path / "m2.svg").read_text(encoding="utf-8")
    free = licence == "attribution"
    assert bool(SAID.search(drawn)) == free
    assert ("left out: may not be passed on" in drawn) == (not free)
    assert "Overall value" in drawn


def test_the_rows_stand_there_and_say_why_they_are_empty(project: Path, licence: str) -> None:
    rows = json.loads(risk_graph("findings", project, "--format", "json").stdout)
    held = "withheld: may not be passed on"
    by_rule = {rule: [r for r in rows if r["rule"] == rule] for rule in ("OECD-RF-L1", "UFLPA-XUAR")}
    assert {r["truth"] for r in by_rule["OECD-RF-L1"]} >= {"T"}
    assert any(r["evidence"] == held for r in by_rule["OECD-RF-L1"]) == (licence != "attribution")
    assert not any(held in (r["evidence"], r["missing"]) for r in by_rule["UFLPA-XUAR"])
    told = json.loads(risk_graph("explain", project, "M2", "--json").stdout)
    assert ("withheld" in told) == (licence != "attribution")
    scores = {r["theme"]: r for r in told["scores"]}
    assert (scores["conflict"]["value"] is None) == (licence != "attribution")
    assert scores["overall"]["value"] is not None
    assert scores["forced_labour"]["value"] is not None


QUERIES = [
    "MATCH (s:Signal) RETURN s.value",
    "MATCH (s:Signal) RETURN avg(s.low)",
    "MATCH (s:Signal) WHERE s.`high` > 0 RETURN s.subject_id",
    "MATCH (s:Signal) RETURN s['value']",
    "MATCH (s:Signal) WITH 'val' + 'ue' AS k, s RETURN s[k]",
    "MATCH (s:Signal) RETURN s {.*}",
    "MATCH (s:Signal) RETURN properties(s)",
    "MATCH (f:Finding) RETURN f.evidence",
]


@pytest.mark.parametrize("cypher", QUERIES)
def test_a_query_that_could_compute_it_is_refused_as_an_export(
    project: Path, licence: str, cypher: str
) -> None:
    if licence == "attribution":
        cypher = QUERIES[0]
    result = risk_graph("query", project, cypher, "--format", "csv")
    no_traceback(result)
    assert result.exit_code == (0 if licence == "attribution" else 2)
    if licence != "attribution":
        assert "Ask it with --format table" in result.stderr
        assert result.stdout == ""


def test_queries_about_something_else_are_answered(project: Path) -> None:
    for cypher in (
        "MATCH (f:Facility)-[:HAS_SIGNAL]->(s:Signal) WHERE s.layer IN ['eu_cahra', 'x'] RETURN f.name, s.truth, s.source",
        "MATCH (a:Facility)-[f:FLOWS_TO]->(b:Facility) RETURN sum(f.mass * 2) AS t, [1, 2] AS l",
        "MATCH (f:Facility) WHERE f.name <> 'value' RETURN f.name // value",
    ):
        result = risk_graph("query", project, cypher, "--format", "csv")
        assert result.exit_code == 0, result.stderr


def test_the_screen_shows_everything(project: Path) -> None:
    shown = risk_graph(
        "query", project, "MATCH (s:Signal) WHERE s.layer = 'wgi_political_stability' RETURN s.value"
    )
    assert "-1.23" in shown.stdout
    assert SECRET in risk_graph("explain", project, "M2").stdout


def session(project: Path) -> Session:
    return open_session(open_project(project, {}))


def test_what_a_rule_read_is_known(project: Path) -> None:
    table = session(project).snapshot.tables["findings"].fillna({"layers": ""})
    read = table.groupby("rule")["layers"].unique().map(list).to_dict()
    assert read["OECD-RF-L1"] == ["eu_cahra"]
    assert read["UFLPA-XUAR"] == ["uflpa_region"]
    assert read["OECD-RF-U"] == [""]


def test_what_changed_between_editions_is_content_too(project: Path, licence: str) -> None:
    result = risk_graph("sources", "changes", project, "example", "--format", "csv")
    no_traceback(result)
    assert result.exit_code == 0, result.stderr
    assert (SECRET in result.stdout) == (licence == "attribution")
    assert SECRET in risk_graph("sources", "changes", project, "example").stdout
