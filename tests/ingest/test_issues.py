"""Every issue code that ingest raises: on the row and column where the fault is, with its effect."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from ingest.codes import CODES
from ingest.load import load
from ingest.source_codes import SOURCE_CODES
from ingest.validate import Loaded
from risk_graph.model.chain import Chain
from risk_graph.model.issue import Issue
from tests.ingest.dirty import DIRTY
from tests.ingest.project import CLEAN, FACILITIES, FLOWS, PRODUCTS, SUPPLIERS, Rows, spoil, write_clean

Load = Callable[..., Loaded]

OWNERSHIP: Rows = [["owner_id", "owned_id", "share", "valid_from", "valid_to"], ["S2", "S1", "0.51", "", ""]]
CERTIFICATES: Rows = [
    ["certificate_id", "standard", "holder_id", "issued_on", "expires_on"],
    ["C1", "ASI PS", "S1", "2023-05-02", "2026-05-01"],
]


@pytest.fixture
def run(tmp_path: Path, aluminium: Chain) -> Load:
    return lambda **tables: load(write_clean(tmp_path / "inputs", **tables), aluminium)


@dataclass(frozen=True)
class Case:
    """Cells spoilt in one row of one table; what must be said where, and whether the row is lost."""

    code: str
    table: str
    row: int
    column: str
    cells: dict[str, str]
    lost: bool = True
    level: str = "error"


def _flow(
    code: str, column: str, value: str, *, lost: bool = True, level: str = "error", **more: str
) -> Case:
    return Case(code, "flows", 3, column, {column: value, **more}, lost, level)


def _site(
    code: str, column: str, value: str, *, lost: bool = False, level: str = "error", **more: str
) -> Case:
    return Case(code, "facilities", 3, column, {column: value, **more}, lost, level)


TABLES = {**CLEAN, "ownership": OWNERSHIP, "certificates": CERTIFICATES}

CASES = [
    _flow("missing-value", "mass", ""),
    _flow("missing-value", "unit", " "),
    _flow("bad-number", "mass", "about 30"),
    _flow("bad-number", "mass", "1,2,3"),
    _flow("bad-number", "coc_mass", "x", lost=False),
    _flow("not-finite", "mass", "inf"),
    _flow("not-finite", "mass", "NaN"),
    _flow("not-finite", "mass", "1e999"),
    _flow("negative-mass", "mass", "-12"),
    _flow("negative-mass", "coc_mass", "-1", lost=False),
    _flow("zero-mass", "mass", "0", lost=False, level="warning"),
    _flow("coc-exceeds-mass", "coc_mass", "99999", lost=False),
    _flow("bad-unit", "unit", "tons"),
    _flow("bad-unit", "unit", "mt"),
    _flow("converted-unit", "unit", "kt", lost=False, level="info"),
    _flow("bad-date", "period_start", "03/04/2026"),
    _flow("bad-date", "period_end", "2024-02-30"),
    _flow("bad-date", "period_start", "45292"),
    _flow("period-reversed", "period_end", "2023-12-31"),
    _flow("unknown-material", "material", "aluminum"),
    _flow("unknown-reference", "from_id", "F-999"),
    _flow("unknown-reference", "to_id", "f2"),
    _flow("unknown-reference", "from_id", "P1"),
    _flow("self-flow", "to_id", "F1"),
    _flow("against-chain", "material", "bauxite"),
    _flow("origin-with-inflow", "to_id", "M1", lost=False, level="warning"),
    _flow("bad-evidence", "evidence", "audited", lost=False),
    _flow("bad-id", "flow_id", "L\u200b2"),
    _flow("duplicate-id", "flow_id", "L1"),
    _flow("bad-text", "source", "a\x07b", lost=False),
    Case(
        "example-row", "suppliers", 2, "name", {"name": "Example Alumina Ltd (synthetic)"}, False, "warning"
    ),
    _site("bad-country", "country", "Congo", lost=True),
    _site("bad-country", "country", "Xinjiang", lost=True),
    _site("bad-country", "country", "AU-WA", lost=True),
    _site("understood-country", "country", "Australia", level="info"),
    _site("understood-country", "country", "AU", level="info"),
    _site("bad-subdivision", "subdivision", "Western Australia"),
    _site("subdivision-not-in-country", "subdivision", "CN-XJ"),
    _site("understood-subdivision", "subdivision", "IN-CT", country="IND", level="info"),
    _site("bad-latitude", "latitude", "-132.5", longitude="115.97"),
    _site("bad-latitude", "latitude", "91"),
    _site("bad-latitude", "latitude", "-90.5"),
    _site("bad-longitude", "longitude", "215.97"),
    _site("swapped-coordinates", "latitude", "115.97", longitude="-32.63"),
    _site("half-coordinates", "longitude", ""),
    _site("half-coordinates", "latitude", ""),
    _site("unknown-stage", "stage", "refinery", lost=True),
    _site("unknown-reference", "supplier_id", "S9", lost=True),
    _site("period-reversed", "closed_on", "1990-01-01", opened_on="2000-01-01"),
    _site("bad-number", "capacity_t_per_year", "-5"),
    _site("duplicate-id", "facility_id", "S1", lost=True),
    _site("missing-value", "name", "", lost=True),
    Case("bad-lei", "suppliers", 2, "lei", {"lei": "5493001KJTIIGC8Y1R13"}, lost=False),
    Case("duplicate-id", "products", 2, "product_id", {"product_id": "F1"}),
    Case("bad-share", "ownership", 2, "share", {"share": "51%"}),
    Case("bad-share", "ownership", 2, "share", {"share": "51"}),
    Case("self-flow", "ownership", 2, "owned_id", {"owned_id": "S2"}),
    Case(
        "period-reversed", "ownership", 2, "valid_to", {"valid_from": "2024-02-01", "valid_to": "2024-01-01"}
    ),
    Case("period-reversed", "certificates", 2, "expires_on", {"expires_on": "2020-01-01"}),
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.code} {c.table} {c.cells}")
def test_cell(case: Case, run: Load) -> None:
    rows = TABLES[case.table]
    loaded = run(**{case.table: spoil(rows, case.row, **case.cells)})
    found = [i for i in loaded.issues if i.code == case.code and i.file == f"{case.table}.csv"]
    assert [(i.row, i.column, i.level) for i in found] == [(case.row, case.column, case.level)], loaded.issues
    expected = len(rows) - 1 - case.lost
    assert loaded.rows[case.table].loaded == expected, loaded.issues
    assert not loaded.refused


def test_clean_project_has_no_issue(run: Load) -> None:
    assert run(ownership=OWNERSHIP, certificates=CERTIFICATES).issues == []


RAISED_ELSEWHERE = {
    "journal-lost",
    "closed-loop",
    "outside-country",
    "subdivision-coordinates-disagree",
    "bad-choice",
}
"""By the run, the trace and the layers; bad-choice waits for a table with another closed list than `evidence`."""


def test_every_code_is_tested() -> None:
    dirty = {code for d in DIRTY.values() for code in d.codes}
    own = set(CODES) - set(SOURCE_CODES)
    assert {c.code for c in CASES} | dirty | RAISED_ELSEWHERE | {"closed-before-flow"} == own


def _only(loaded: Loaded, code: str) -> Issue:
    (issue,) = [i for i in loaded.issues if i.code == code]
    return issue


def _row(frame: pd.DataFrame, key: str) -> pd.Series:
    return frame[frame.iloc[:, 0] == key].iloc[0]


def test_dropped_values_do_not_improve_an_answer(run: Load) -> None:
    loaded = run(flows=spoil(FLOWS, 3, evidence="audited"))
    assert _row(loaded.tables["flows"], "L2")["evidence"] == "modelled"
    assert pd.isna(_row(loaded.tables["flows"], "L1")["evidence"])
    loaded = run(facilities=spoil(FACILITIES, 3, latitude="95.5", longitude="115.97"))
    site = _row(loaded.tables["facilities"], "F1")
    assert pd.isna(site["latitude"])
    assert pd.isna(site["longitude"])


@pytest.mark.parametrize(
    ("table", "cells", "words"),
    [
        ("flows", {"period_start": "45292"}, "2024-01-01"),
        ("flows", {"unit": "mt"}, "Mt is a million"),
        ("flows", {"material": "aluminum"}, "cast_aluminium"),
        ("facilities", {"subdivision": "Western Australia"}, "AU-WA"),
        ("facilities", {"country": "Congo"}, "COD (DR Congo) or COG"),
    ],
)
def test_remedies_say_what_to_write(table: str, cells: dict[str, str], words: str, run: Load) -> None:
    loaded = run(**{table: spoil(CLEAN[table], 3, **cells)})
    assert any(words in i.remedy for i in loaded.issues), loaded.issues


@pytest.mark.parametrize("share", ["51%", "51", "51 %"])
def test_a_share_in_percent(share: str, run: Load) -> None:
    assert "0.51" in _only(run(ownership=spoil(OWNERSHIP, 2, share=share)), "bad-share").remedy


def test_closed_before_flow(run: Load) -> None:
    loaded = run(facilities=spoil(spoil(FACILITIES, 3, closed_on="2022-06-30"), 4, opened_on="2025-01-01"))
    found = [(i.row, i.column, i.level) for i in loaded.issues]
    assert found == [
        (2, "to_id", "warning"),
        (3, "from_id", "warning"),
        (3, "to_id", "warning"),
        (4, "from_id", "warning"),
    ]
    assert {i.code for i in loaded.issues} == {"closed-before-flow"}
    assert loaded.rows["flows"].loaded == 3


def test_a_supplier_as_an_end_may_be_of_any_stage(run: Load) -> None:
    assert run(flows=spoil(FLOWS, 3, from_id="S1")).issues == []
    assert run(flows=spoil(FLOWS, 2, from_id="S1", to_id="S2")).issues == []
    against = run(flows=spoil(FLOWS, 3, from_id="S1", material="bauxite"))
    assert _only(against, "against-chain").row == 3


def test_issues_of_one_kind_are_capped_and_counted(run: Load) -> None:
    flows = [FLOWS[0], *([f"L{n}", *FLOWS[2][1:4], "-1", *FLOWS[2][5:]] for n in range(1_500))]
    loaded = run(flows=flows)
    assert len(loaded.issues) == 1_001
    assert loaded.issues[0].row == 0
    assert loaded.issues[0].message.startswith("500 more rows")
    assert loaded.rows["flows"].rejected == 1_500


def test_a_country_is_understood_once_a_value(run: Load) -> None:
    sites = spoil(spoil(FACILITIES, 2, country="Australia"), 3, country="Australia")
    issue = _only(run(facilities=sites), "understood-country")
    assert issue.row == 2
    assert "in 2 rows" in issue.message


def test_namibia_is_not_missing(run: Load) -> None:
    loaded = run(suppliers=spoil(SUPPLIERS, 2, country="NA"))
    assert loaded.tables["suppliers"]["country"].to_list() == ["NAM", "DEU"]


def test_cascades_name_the_row_that_was_lost(run: Load) -> None:
    loaded = run(suppliers=spoil(SUPPLIERS, 2, country="Nowhere"))
    lost = [i for i in loaded.issues if i.file == "facilities.csv"]
    assert [i.row for i in lost] == [2, 3]
    assert "row 2 of suppliers.csv, which was not loaded" in lost[0].message
    assert PRODUCTS[1][2] in loaded.tables["products"]["buyer_id"].to_list()
