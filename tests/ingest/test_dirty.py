"""Dirty files: nothing crashes, everything is said, what is good is loaded."""

from pathlib import Path

import pytest

from ingest.load import load
from ingest.validate import Loaded
from risk_graph.model.chain import Chain
from risk_graph.model.table import input_tables
from tests.ingest.dirty import CLEAN_ROWS, DIRTY

pytestmark = pytest.mark.slow


def check_books(loaded: Loaded) -> None:
    """What must hold for every load."""
    for name, count in loaded.rows.items():
        assert count.read == count.loaded + count.rejected
        assert len(loaded.tables[name]) == count.loaded
        assert list(loaded.tables[name].columns) == input_tables()[name].names
    keys = [(i.file, i.sheet, i.row, i.column, i.code) for i in loaded.issues]
    assert keys == sorted(keys)
    for issue in loaded.issues:
        assert issue.message
        assert issue.remedy
        assert issue.message.isprintable()


NAMES = list(DIRTY)


@pytest.mark.parametrize("name", NAMES)
def test_dirty_input(name: str, tmp_path: Path, aluminium: Chain) -> None:
    dirty = DIRTY[name]
    folder = tmp_path / "inputs"
    dirty.build(folder)
    loaded = load(folder, aluminium)
    check_books(loaded)
    found = {i.code for i in loaded.issues}
    assert dirty.codes <= found, loaded.issues
    assert loaded.refused is dirty.fatal, loaded.issues
    if dirty.fatal:
        assert any(i.level == "error" for i in loaded.issues)
        return
    assert loaded.rows["flows"].loaded == dirty.flows, loaded.issues
    for table in ("suppliers", "facilities", "products"):
        assert loaded.rows[table].loaded == CLEAN_ROWS[table]
    if not dirty.codes:
        assert [i for i in loaded.issues if i.level != "info"] == []


def test_there_are_enough() -> None:
    assert len(DIRTY) >= 45
