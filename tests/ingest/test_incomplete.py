"""A rejected row improves nothing: which ids are marked (docs/trace.md, 13)."""

from pathlib import Path

import pytest

from ingest.load import load
from risk_graph.model.chain import Chain
from tests.ingest.project import FACILITIES, FLOWS, PRODUCTS, SUPPLIERS, Rows, as_csv, spoil, write_clean

CASES: dict[str, tuple[dict[str, Rows], dict[str, int]]] = {
    "nothing": ({}, {}),
    "both ends of a flow": ({"flows": spoil(FLOWS, 3, mass="-1")}, {"F1": 1, "F2": 1}),
    "the end that is known": ({"flows": spoil(FLOWS, 3, from_id="F9")}, {"F2": 1}),
    "the end that can be read": ({"flows": spoil(FLOWS, 3, from_id="")}, {"F2": 1}),
    "no end can be read": ({"flows": spoil(FLOWS, 3, from_id="", to_id="")}, {"": 1}),
    "a ragged flow": ({"flows": [*FLOWS, ["L4", "F1", "F2"]]}, {"F1": 1, "F2": 1}),
    "a ragged flow without known ends": ({"flows": [*FLOWS, ["L4", "F8"]]}, {"": 1}),
    "a ragged site": ({"facilities": [*FACILITIES, ["F9", "S2"]]}, {"S2": 1}),
    "a lost site and its flow": (
        {"facilities": spoil(FACILITIES, 2, stage="mine")},
        {"F1": 1, "S1": 1},
    ),
    "a differing copy of a supplier": ({"suppliers": [*SUPPLIERS, ["S1", "Other", "CHN", ""]]}, {"S1": 1}),
    "an identical copy of a supplier": ({"suppliers": [*SUPPLIERS, SUPPLIERS[1]]}, {}),
    "a differing copy of a flow": (
        {"flows": [*FLOWS, ["L1", *FLOWS[2][1:]]]},
        {"F1": 1, "F2": 1},
    ),
    "an identical copy of a flow": ({"flows": [*FLOWS, FLOWS[1]]}, {}),
    "an id in two tables": ({"products": [*PRODUCTS, ["F1", "Sheet", "S2"]]}, {"F1": 1}),
    "ownership": ({"ownership": [["owner_id", "owned_id", "share"], ["S1", "S2", "7"]]}, {}),
    "a subdivision of another country": (
        {"facilities": spoil(FACILITIES, 3, subdivision="CN-XJ")},
        {"F1": 1},
    ),
    "a subdivision that is no code": (
        {"facilities": spoil(FACILITIES, 3, subdivision="Xinjiang")},
        {"F1": 1},
    ),
    "two rows": (
        {"flows": spoil(spoil(FLOWS, 3, mass="-1"), 4, unit="tons")},
        {"F1": 1, "F2": 2, "P1": 1},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_incomplete(name: str, tmp_path: Path, aluminium: Chain) -> None:
    tables, expected = CASES[name]
    assert load(write_clean(tmp_path / "in", **tables), aluminium).incomplete == expected


def test_rows_swallowed_by_a_quote_may_name_any_id(tmp_path: Path, aluminium: Chain) -> None:
    folder = write_clean(tmp_path / "in")
    lines = as_csv(FLOWS).splitlines()
    lines[1] = lines[1].replace("bauxite", '"bauxite')
    lines[2] = lines[2].replace("alumina", 'alumina"')
    (folder / "flows.csv").write_text("\n".join(lines))
    loaded = load(folder, aluminium)
    assert loaded.incomplete[""] >= 1
    assert loaded.rows["flows"].rejected == 1
