"""Templates and documentation follow the declarations."""

from pathlib import Path

import openpyxl
import pytest

from ingest.codes import CODES, issues_markdown
from ingest.load import load
from ingest.pages import tables_markdown
from ingest.template import example_rows, write_templates
from risk_graph.model.chain import Chain, load_chain
from risk_graph.model.table import input_tables
from tests.conftest import ORACLES

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


def test_every_code_of_the_interface_is_documented() -> None:
    assert set(INTERFACE.split()) <= set(CODES)
    for kind in CODES.values():
        assert kind.title
        assert kind.example
        assert kind.remedy


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
