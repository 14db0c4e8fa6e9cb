"""Downloads leave the project: what may not be passed on is left out of each."""

import ast
from pathlib import Path

import pandas as pd
import pytest

from dashboards import widgets
from risk_graph.act.export import Withheld

VIEWS = sorted((Path(widgets.__file__).parent).rglob("*.py"))


class Run:
    withheld = Withheld({"secret": "edition 1, CC BY-NC"}, frozenset({"R"}), frozenset({"t"}))


def test_a_download_leaves_out_what_may_not_be_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    files: list[str] = []
    said: list[str] = []
    monkeypatch.setattr(widgets.st, "download_button", lambda *_, data, **__: files.append(data().decode()))
    monkeypatch.setattr(widgets.st, "caption", said.append)
    rows = pd.DataFrame({"layer": ["secret", "open"], "value": [7.25, 6.5], "detail": ["is 7.25", "is 6.5"]})
    widgets.download(rows, ["value", "detail"], "x", "x", Run())  # type: ignore[arg-type]  # all that is asked of a run
    assert files == ["value,detail\n,withheld: may not be passed on\n6.5,is 6.5\n"]
    assert "CC BY" in said[0]


def test_a_table_with_a_download_needs_the_run() -> None:
    with pytest.raises(TypeError, match="needs the run"):
        widgets.table(pd.DataFrame({"a": [1]}), {"a": widgets.number("A")}, "A", "a", "name")


@pytest.mark.parametrize("path", VIEWS, ids=lambda p: p.name)
def test_no_page_has_another_way_out(path: Path) -> None:
    calls = [
        n.func.attr
        for n in ast.walk(ast.parse(path.read_text()))
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
    ]
    assert calls.count("download_button") == (path.name == "widgets.py")
