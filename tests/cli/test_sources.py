"""`risk-graph sources`: a made-up source from a local server to a signal in the graph, editions, pins, damage."""

import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock

from tests.cli.helpers import copy_of, no_traceback, risk_graph
from tests.sources.made_up import SOURCE, VALUE
from tests.sources.server import Site, serving

LIST = "source_id,title,publisher,licence,licence_class,redistribution,verified,layers,rhythm,url,by_hand"
STATUS = "layer,edition,released,retrieved,age_days,rows,licence,redistribution,source_id,state,used"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A server with the file of the made-up source, which stands on the shelf."""
    with serving(Site(b"2025,GIN,FRA")) as site:
        monkeypatch.setattr("ingest.source.sources", lambda: {"example": replace(SOURCE, url=site.url)})
        yield site


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_of("trace_loop", tmp_path)


def ok(*arguments: object) -> str:
    result = risk_graph(*arguments)
    no_traceback(result)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def asked(*arguments: object) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(ok(*arguments, "--format", "csv")), keep_default_na=False)


def described(project: Path) -> dict[str, object]:
    run: dict[str, object] = json.loads(ok("run", project, "--json"))["run"]
    return run


def country(project: Path) -> str:
    """A country in which a facility of the example lies."""
    return str(pd.read_csv(project / "inputs" / "facilities.csv")["country"].iat[0])


@pytest.mark.slow
def test_from_a_server_to_a_signal_in_the_graph(project: Path, site: Site) -> None:
    site.body = f"2025,{country(project)},ZWE".encode()
    told = json.loads(ok("sources", "update", project, "example", "--json"))
    assert (told["edition"], told["rows"], told["is_new"], told["origin"]) == (
        "2025",
        {"example": 2},
        True,
        site.url,
    )
    run = described(project)
    assert json.loads(str(run["layers"]))["example"] == "2025"
    question = "MATCH (f:Facility)-[:HAS_SIGNAL]->(s:Signal) WHERE s.layer = 'example' RETURN s.value, s.edition, f.facility_id"
    shown = ok("query", project, question)
    assert f"{VALUE:.2f}" in shown
    layers = asked(
        "query",
        project,
        "MATCH (l:Layer) WHERE l.layer = 'example' RETURN l.edition, l.redistribution, l.licence",
    )
    assert layers.astype(str).to_numpy().tolist() == [["2025", "False", "CC BY-NC 4.0"]]


@pytest.mark.slow
def test_two_editions_of_one_indicator_are_never_mixed_in_a_run(project: Path, site: Site) -> None:
    here = country(project)
    for year in (2024, 2025):
        site.body = f"{year},{here}={year - 2020},ZWE".encode()
        ok("sources", "update", project, "example")

    def editions() -> tuple[str, set[str], set[float]]:
        run = described(project)
        rows = json.loads(
            ok(
                "query",
                project,
                "MATCH (s:Signal) WHERE s.layer = 'example' RETURN s.signal_id AS id, s.edition AS edition",
                "--format",
                "json",
            )
        )
        shown = ok(
            "query",
            project,
            "MATCH (s:Signal) WHERE s.layer = 'example' AND s.value > 0 RETURN DISTINCT s.value AS v",
        )
        assert rows
        return (
            json.loads(str(run["layers"]))["example"],
            {str(r["edition"]) for r in rows},
            {float(v) for v in re.findall(r"^\s*(\d\.\d\d)$", shown, re.MULTILINE)},
        )

    settings = project / "risk-graph.toml"
    text = settings.read_text()
    assert editions() == ("2025", {"2025"}, {5.0})
    settings.write_text(f'{text}\n[layers]\nexample = "2024"\n')
    assert editions() == ("2024", {"2024"}, {4.0})
    settings.write_text(
        re.sub(r"as_of *=.*\n", "", text).replace("[run]", "") + "\n[run]\nas_of = 2024-06-30\n"
    )
    assert editions() == ("2024", {"2024"}, {4.0})


@pytest.mark.slow
def test_the_run_is_named_after_what_an_edition_says_and_not_after_its_name_alone(
    tmp_path: Path, site: Site
) -> None:
    """Two people who fetched "2025" on either side of a silent correction have two runs."""
    runs = []
    for n, body in enumerate((b"2025,GIN=3,FRA", b"2025,GIN=4,FRA", b"2025,GIN=3,FRA")):
        project = copy_of("trace_loop", tmp_path / str(n))
        site.body = body
        ok("sources", "update", project, "example")
        runs.append(described(project))
    assert {json.loads(str(r["layers"]))["example"] for r in runs} == {"2025"}
    assert runs[0]["run_id"] == runs[2]["run_id"] != runs[1]["run_id"]


@pytest.mark.slow
def test_fetching_the_same_again_changes_no_run(project: Path, site: Site) -> None:
    ok("sources", "update", project, "example")
    before = described(project)
    result = risk_graph("sources", "update", project, "example")
    assert "It was at hand already" in result.stderr
    assert described(project) == before


def test_columns_are_stable(project: Path, site: Site) -> None:
    assert ok("sources", "list", "--format", "csv").splitlines()[0] == LIST
    assert ok("sources", "status", project, "--format", "csv").splitlines()[0] == STATUS


def test_status_states_no_day_that_nobody_knows(project: Path, site: Site) -> None:
    rows = asked("sources", "status", project).astype(str).set_index("layer")
    wgi, cahra = rows.loc["wgi_political_stability"], rows.loc["eu_cahra"]
    assert (wgi["released"], cahra["released"]) == ("", "2026-06-28")
    assert cahra["age_days"].lstrip("-").isdigit()
    assert wgi["age_days"] == "" or int(wgi["age_days"]) >= 0


@pytest.mark.slow
def test_a_run_of_a_day_that_has_not_come_says_so(project: Path, site: Site) -> None:
    words = "has not come: the answers are what is known on"
    result = risk_graph("run", project, "--as-of", "9999-12-31")
    no_traceback(result)
    assert (result.exit_code, words in result.stderr) == (0, True)
    assert words not in risk_graph("run", project, "--as-of", "2024-12-31").stderr


@pytest.mark.slow
def test_status_tells_which_edition_counts_and_what_is_damaged(project: Path, site: Site) -> None:
    for year in (2024, 2025):
        site.body = f"{year},GIN,FRA".encode()
        ok("sources", "update", project, "example")
    rows = asked("sources", "status", project)
    mine = rows[rows["source_id"] == "example"]
    assert mine[["edition", "state", "used"]].astype(str).to_numpy().tolist() == [
        ["2024", "ok", "False"], ["2025", "ok", "True"]
    ]  # fmt: skip
    assert set(rows.loc[rows["source_id"] == "", "state"]) == {"bundled"}
    folder = project / "sources" / "example"
    (folder / "2024" / "raw" / "example.csv").write_text("another")
    changed = risk_graph("sources", "status", project)
    assert changed.exit_code == 0
    assert "example, edition 2024: the publisher's file in raw/ is not what was fetched" in changed.stderr
    shutil.rmtree(folder / "2025" / "example")
    result = risk_graph("sources", "status", project, "--format", "csv")
    no_traceback(result)
    assert result.exit_code == 4
    assert "2025 is damaged" in result.stderr
    assert "example,2024" in result.stdout
    refused = risk_graph("run", project)
    assert refused.exit_code == 4
    assert "risk-graph sources update DIR example" in refused.stderr
    ok("sources", "update", project, "example")
    ok("run", project)


def test_a_pin_that_is_not_at_hand_is_said_beside_what_is(project: Path, site: Site) -> None:
    ok("sources", "update", project, "example")
    with (project / "risk-graph.toml").open("a") as file:
        file.write('\n[layers]\nexample = "1999"\n')
    for command in (["sources", "status", project], ["run", project]):
        result = risk_graph(*command)
        no_traceback(result)
        assert result.exit_code == 4
        assert "'1999', which is not at hand. At hand: 2025" in result.stderr


def test_a_busy_source_is_exit_3(project: Path, site: Site) -> None:
    locks = project / "sources" / ".locks"
    locks.mkdir(parents=True)
    with FileLock(locks / "example"):
        result = risk_graph("sources", "update", project, "example")
    no_traceback(result)
    assert (result.exit_code, "busy" in result.stderr) == (3, True)


FAILURES: dict[str, tuple[list[str], bytes, str]] = {
    "no such source": (["nothing"], b"", "The sources are example"),
    "no such file": (["example", "--file", "none.csv"], b"", "Download example.csv from nowhere."),
    "too few rows": (["example"], b"2025,GIN", "at least 2 are expected. Editions at hand stay in use."),
    "another form": (["example"], b"<html>", "a year was expected"),
    "another checksum": (["example", "--sha256", "0" * 64], b"2025,GIN,FRA", "another checksum"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_one_line_and_exit_4(project: Path, site: Site, name: str) -> None:
    arguments, site.body, words = FAILURES[name]
    result = risk_graph("sources", "update", project, *arguments)
    no_traceback(result)
    assert result.exit_code == 4
    assert words in result.stderr
    assert [
        line for line in result.stderr.splitlines() if line.startswith("Error")
    ] == result.stderr.splitlines()[-1:]
    assert result.stdout == ""


def test_without_network_one_line_says_what_to_do(
    project: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = replace(SOURCE, url="http://127.0.0.1:1/x")
    monkeypatch.setattr("ingest.source.sources", lambda: {"example": gone})
    result = risk_graph("sources", "update", project, "example")
    assert result.exit_code == 4
    assert result.stderr.splitlines()[-1] == (
        "Error: 127.0.0.1 cannot be reached (no connection: is there a network?). Download example.csv from nowhere. "
        "Then: `risk-graph sources update DIR example --file FILE`."
    )
