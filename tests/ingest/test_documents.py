"""Templates and documentation follow the declarations."""

import ast
import re
from pathlib import Path

import openpyxl
import pytest

from ingest.codes import CODES, issues_markdown
from ingest.load import load
from ingest.pages import tables_markdown
from ingest.template import example_rows, write_templates
from risk_graph.model.chain import Chain, load_chain
from risk_graph.model.table import input_tables
from risk_graph.pipeline import check
from risk_graph.project import open_project
from tests.conftest import ORACLES
from tests.layers.conftest import AS_OF, joined, node

DOCS = Path(__file__).parents[2] / "docs"
INTERFACE = """
missing-file unreadable-file encrypted-file empty-file file-too-large missing-column unknown-column missing-value
bad-number ambiguous-decimal not-finite negative-mass zero-mass bad-unit bad-date period-reversed bad-country
bad-subdivision subdivision-not-in-country bad-latitude bad-longitude swapped-coordinates half-coordinates
outside-country unknown-stage unknown-material unknown-reference duplicate-id self-flow against-chain
origin-with-inflow closed-loop bad-share bad-lei bad-evidence converted-unit understood-country closed-before-flow
"""


def test_issues_page_is_current() -> None:
    assert (DOCS / "issues.md").read_text(encoding="utf-8") == issues_markdown()


def test_input_page_is_current() -> None:
    assert (DOCS / "input.md").read_text(encoding="utf-8") == tables_markdown()


@pytest.mark.slow
def test_issues_that_are_raised_elsewhere_are_those_that_the_page_describes(tmp_path: Path) -> None:
    """The layers and the trace know nothing of ingest: their levels and remedies are held against its catalogue."""
    places = joined(
        node("outside", country="AUS", latitude=43.8, longitude=87.6),
        node("swapped", country="IND", latitude=83.03, longitude=18.83),
        node("other", country="CHN", subdivision="CN-QH", latitude=43.8, longitude=87.6),
    )
    project = open_project(ORACLES / "trace_ranges", {})
    loops = [i for i in check(project, AS_OF).issues if i.code == "closed-loop"]
    found = {i.code: i for i in [*places.issues, *loops]}
    assert set(found) >= {
        "swapped-coordinates",
        "outside-country",
        "subdivision-coordinates-disagree",
        "closed-loop",
    }
    for code, issue in found.items():
        assert (issue.level, issue.remedy) == (CODES[code].level, CODES[code].remedy), code


NO_CODES = {
    "conflict-affected", "high-risk", "non-state", "one-sided", "state-based", "sub-list",
}  # fmt: skip
"""What is spelt like an issue code in the program and is none."""


def test_every_code_that_the_program_can_say_has_an_entry_with_an_example_and_a_remedy() -> None:
    """Also those of sources, which word their issues themselves: whatever is spelt like a code is one."""
    said = {
        node.value
        for part in ("ingest", "risk_graph")
        for file in (DOCS.parent / part).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"[a-z]+(-[a-z]+)+", node.value)
    }
    assert {"too-many-rows", "odd-trade", "bad-number"} < said
    assert said - NO_CODES == set(CODES)
    page = (DOCS / "issues.md").read_text(encoding="utf-8")
    for code in CODES:
        entry = page.partition(f"### `{code}`")[2].partition("###")[0]
        assert re.search(r"- Example: .+\n- Effect: .+\n- What to do: .+", entry), code


def test_every_code_of_the_interface_is_documented() -> None:
    assert set(INTERFACE.split()) <= set(CODES)
    for kind in CODES.values():
        assert kind.title
        assert kind.example
        assert kind.remedy


@pytest.mark.slow
def test_examples_make_a_valid_project(tmp_path: Path, aluminium: Chain) -> None:
    for format_ in ("csv", "xlsx"):
        folder = tmp_path / format_
        write_templates(folder, format_, aluminium)
        loaded = load(folder, aluminium)
        assert {i.code for i in loaded.issues if i.level != "info"} == {"example-row"}, loaded.issues
        assert not loaded.refused
        assert all(count.loaded for count in loaded.rows.values())


@pytest.mark.parametrize("name", ["trace_loop", "trace_ranges"])
def test_examples_follow_any_chain(name: str, tmp_path: Path) -> None:
    chain = load_chain("chain.toml", ORACLES / name)
    write_templates(tmp_path, "csv", chain)
    loaded = load(tmp_path, chain)
    assert {i.code for i in loaded.issues if i.level != "info"} == {"example-row"}, loaded.issues


def test_declared_examples_are_used(aluminium: Chain) -> None:
    for name, table in input_tables().items():
        assert example_rows(aluminium)[name][0] == {c.name: c.example for c in table.columns}


def test_everybody_in_the_examples_is_invented(aluminium: Chain) -> None:
    for rows in example_rows(aluminium).values():
        for row in rows:
            assert "synthetic" in row.get("name", "synthetic")


def test_workbook_explains_and_offers(tmp_path: Path, aluminium: Chain) -> None:
    (path,) = write_templates(tmp_path, "xlsx", aluminium)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [*input_tables(), "about"]
    header = {cell.value: cell for cell in book["flows"][1]}
    assert header["mass"].comment.text.startswith("Required. Mass in `unit`")
    offered = {
        next(iter(v.sqref.ranges)).min_col: v.formula1 for v in book["flows"].data_validations.dataValidation
    }
    columns = {header[name].column: name for name in ("material", "unit", "evidence")}
    assert set(offered) == set(columns)
    for at, name in columns.items():
        cells = [cell.value for (cell,) in book["about"][offered[at].partition("!")[2].replace("$", "")]]
        expected = {"material": list(aluminium.materials), "evidence": ["verified", "reported", "modelled"]}
        assert cells == expected.get(name, cells)
        assert None not in cells


def test_workbook_is_the_same_each_time(tmp_path: Path, aluminium: Chain) -> None:
    (first,) = write_templates(tmp_path / "a", "xlsx", aluminium)
    (second,) = write_templates(tmp_path / "b", "xlsx", aluminium)
    assert first.read_bytes() == second.read_bytes()
