"""Whatever stands in a file: nothing is raised, and nothing is dropped silently."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.load import load
from risk_graph.model.chain import Chain, load_chain
from tests.ingest.project import FACILITIES, FLOW_HEADER, FLOWS, as_csv, write_clean
from tests.ingest.test_dirty import check_books

pytestmark = pytest.mark.slow
ALUMINIUM: Chain = load_chain("aluminium")

plain = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
cells = st.one_of(
    plain,
    st.sampled_from(
        ["", "F1", "F2", "M1", "P1", "S1", "alumina", "bauxite", "t", "kt", "2024-01-01", "2024-12-31"]
    ),
    st.sampled_from(
        ["1", "1.5", "1,5", "-3", "inf", "NA", "nan", "1e999", "45292", '"', "\n", "a,b", "=1+1"]
    ),
)


def loads(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        inputs = write_clean(Path(folder) / "inputs")
        (inputs / name).write_bytes(data)
        check_books(load(inputs, ALUMINIUM))


@given(st.binary(max_size=400), st.sampled_from(["flows.csv", "flows.parquet", "flows.xlsx", "book.xlsm"]))
def test_random_bytes(data: bytes, name: str) -> None:
    loads(name, data)


@given(
    st.binary(max_size=100),
    st.sampled_from([b"PK\x03\x04", b"PAR1", b"\xff\xfe", b"\xef\xbb\xbf", b"flow_id,mass\n"]),
)
def test_random_bytes_with_a_signature(data: bytes, start: bytes) -> None:
    for name in ("flows.csv", "flows.parquet", "flows.xlsx"):
        loads(name, start + data)


@given(st.lists(st.lists(cells, min_size=8, max_size=8), max_size=6))
def test_random_cells(rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        inputs = write_clean(Path(folder) / "inputs", flows=[FLOW_HEADER, *rows])
        loaded = load(inputs, ALUMINIUM)
    check_books(loaded)
    if loaded.refused:
        return
    filled = {n for n, row in enumerate(rows, start=2) if any(_holds(cell) for cell in row)}
    kept = set(loaded.tables["flows"]["source_row"])
    wrong = {i.row for i in loaded.issues if i.level == "error" and i.file == "flows.csv"}
    assert filled <= kept | wrong
    assert loaded.rows["flows"].read <= len(rows)


def _holds(cell: str) -> bool:
    return bool(cell.strip())


@given(st.lists(st.lists(cells, max_size=12), max_size=6))
def test_random_ragged_rows(rows: list[list[str]]) -> None:
    loads("flows.csv", as_csv([FLOW_HEADER, *rows]).encode())


@given(st.integers(0, len(FACILITIES[0]) - 1), st.integers(1, len(FACILITIES) - 1), cells)
def test_one_random_cell_of_a_site(column: int, row: int, value: str) -> None:
    sites = [list(r) for r in FACILITIES]
    sites[row][column] = value
    loads("facilities.csv", as_csv(sites).encode())


@given(st.permutations(FLOWS[1:]))
def test_order_of_rows_changes_nothing(rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        inputs = write_clean(Path(folder) / "inputs", flows=[FLOWS[0], *rows])
        assert load(inputs, ALUMINIUM).issues == []


@pytest.mark.parametrize("run", range(2))
def test_loading_twice_says_the_same(run: int, tmp_path: Path) -> None:
    inputs = write_clean(tmp_path / "in", flows=[*FLOWS, ["L9", "F9", "F2", "x", "y", "z", "", "1"]])
    first, second = load(inputs, ALUMINIUM), load(inputs, ALUMINIUM)
    assert first.issues == second.issues
    assert first.digests == second.digests
    assert first.incomplete == second.incomplete
