"""`risk-graph sources changes`: what two editions of a list at hand differ in."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.source import Licence, sources
from tests.cli.helpers import copy_of, no_traceback, risk_graph

pytestmark = pytest.mark.slow


def un_list(folder: Path, day: str, names: dict[int, str]) -> Path:
    """A list in the UN's form with made-up organisations."""
    entries = "".join(
        f"<ENTITY><DATAID>{n}</DATAID><FIRST_NAME>{name}</FIRST_NAME><UN_LIST_TYPE>DRC</UN_LIST_TYPE>"
        f"<REFERENCE_NUMBER>CDe.{n:03}</REFERENCE_NUMBER><LISTED_ON>2020-01-01</LISTED_ON></ENTITY>"
        for n, name in names.items()
    )
    path = folder / f"{day}.xml"
    path.write_text(
        f'<CONSOLIDATED_LIST dateGenerated="{day}T00:00:00Z"><ENTITIES>{entries}</ENTITIES></CONSOLIDATED_LIST>'
    )
    return path


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three editions of a list that may be passed on, unlike the UN's own."""
    shelf = {**sources(), "un_sc": replace(sources()["un_sc"], licence=Licence("open", "made up", True))}
    monkeypatch.setattr("ingest.source.sources", lambda: shelf)
    project = copy_of("trace_loop", tmp_path)
    names = {n: f"MADE UP COMPANY {n}" for n in range(700)}
    for day, change in (
        ("2026-01-01", {}),
        ("2026-06-01", {5: "RENAMED"}),
        ("2026-11-01", {5: "RENAMED", 900: "NEW ONE"}),
    ):
        now = {**names, **change}
        if day == "2026-11-01":
            del now[7]
        path = un_list(tmp_path, day, now)
        assert risk_graph("sources", "update", str(project), "un_sc", "--file", str(path)).exit_code == 0
    return project


def test_the_two_newest_editions(project: Path) -> None:
    result = risk_graph("sources", "changes", str(project), "un_sc", "--format", "csv")
    no_traceback(result)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "layer,change,key,name,column,before,after",
        "un_sc,removed,UN-CDe.007,MADE UP COMPANY 7,,,",
        "un_sc,added,UN-CDe.900,NEW ONE,,,",
    ]
    assert "edition 2026-06-01 to 2026-11-01: 1 added, 1 removed, 0 changed" in result.stderr


def test_editions_by_name(project: Path) -> None:
    result = risk_graph(
        "sources", "changes", str(project), "un_sc", "--from", "2026-01-01", "--to", "2026-06-01", "--format", "json"
    )  # fmt: skip
    rows = json.loads(result.stdout)
    assert [(r["change"], r["column"], r["before"], r["after"]) for r in rows] == [
        ("changed", "name", "MADE UP COMPANY 5", "RENAMED"),
        ("changed", "names", "", "RENAMED (primary)"),
        ("changed", "names", "MADE UP COMPANY 5 (primary)", ""),
    ]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["un_sc", "--from", "1999"], "Edition '1999' of un_sc is not at hand. At hand: 2026-01-01"),
        (["un_sc", "--to", "2026-01-01"], "Two editions of un_sc are needed"),
        (["ofac_sdn"], "Two editions of ofac_sdn are needed. At hand: none"),
        (["nobody"], "There is no source 'nobody'"),
    ],
)
def test_what_is_not_at_hand_is_said(project: Path, options: list[str], words: str) -> None:
    result = risk_graph("sources", "changes", str(project), *options)
    no_traceback(result)
    assert result.exit_code == 4
    assert words in " ".join(result.stderr.split())
    assert result.stdout == ""
