"""Files, settings and limits."""

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ingest import xlsx_file
from ingest.encoding import to_utf8
from ingest.load import load
from ingest.options import parse_options
from ingest.raw import Refusal
from risk_graph.errors import ProjectError
from risk_graph.model.chain import Chain, load_chain
from tests.conftest import ORACLES
from tests.ingest import dirty_books
from tests.ingest.dirty_text import ambiguous, encoded
from tests.ingest.project import FLOWS, SUPPLIERS, spoil, write_clean, write_csv


@pytest.mark.parametrize("name", ["trace_loop", "trace_ranges"])
def test_oracles_load_without_error(name: str) -> None:
    project = ORACLES / name
    loaded = load(project / "inputs", load_chain("chain.toml", project))
    assert not loaded.refused
    assert {i.level for i in loaded.issues} <= {"info"}
    assert not loaded.incomplete
    assert len(loaded.digests) == 4


@pytest.mark.parametrize("encoding", ["cp1252", "gb18030", "utf-8", "utf-16"])
def test_text_survives(encoding: str, tmp_path: Path, aluminium: Chain) -> None:
    encoded(tmp_path, encoding, ";", ",")
    loaded = load(tmp_path, aluminium)
    name = loaded.tables["suppliers"]["name"].iat[0]
    assert name in ("中国铝业股份有限公司", "Aluminiumhütte Größe Süd")
    assert loaded.tables["flows"]["mass"].to_list() == [3000.5, 1500.25, 700.0]
    assert loaded.tables["facilities"]["latitude"].to_list() == [-32.95, -32.63, 51.12]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Größe", "cp1252"),
        ("Señor Núñez, São João", "cp1252"),
        ("Île d’Oléron – “été” €", "cp1252"),
        ("铝", "gb18030"),
        ("河南中孚铝业有限公司", "gb18030"),
        ("氧化铝（三门峡）", "gb18030"),
    ],
)
def test_guessed_encoding(text: str, encoding: str) -> None:
    found = to_utf8(f"id,name\n1,{text}\n".encode(encoding))
    assert (found.encoding, found.guessed) == (encoding, True)
    assert text in found.data.decode()
    assert not found.example.isascii()


def test_settings_decide(tmp_path: Path, aluminium: Chain) -> None:
    ambiguous(tmp_path)
    for sign, mass in ((".", 3000.0), (",", 3.0)):
        options = parse_options({"decimal": sign})
        assert load(tmp_path, aluminium, options).tables["flows"]["mass"].iat[0] == mass
    options = parse_options({"decimal": ".", "files": {"flows.csv": {"decimal": ","}}})
    assert load(tmp_path, aluminium, options).tables["flows"]["mass"].iat[0] == 3.0


def test_a_setting_for_all_files_spares_those_that_show_their_sign(tmp_path: Path, aluminium: Chain) -> None:
    ambiguous(tmp_path)
    loaded = load(tmp_path, aluminium, parse_options({"decimal": ","}))
    assert loaded.tables["facilities"]["latitude"].to_list() == [-32.95, -32.63, 51.12]
    assert not [i for i in loaded.issues if i.level == "error"]
    final = parse_options({"files": {"facilities.csv": {"decimal": ","}, "flows.csv": {"decimal": ","}}})
    assert "bad-number" in {i.code for i in load(tmp_path, aluminium, final).issues}


def test_the_setting_is_named(tmp_path: Path, aluminium: Chain) -> None:
    ambiguous(tmp_path)
    (issue,) = load(tmp_path, aluminium).issues
    assert '[input.files."flows.csv"] decimal' in issue.remedy
    assert "3,000" in issue.message


def test_encoding_and_delimiter_can_be_set(tmp_path: Path, aluminium: Chain) -> None:
    write_clean(tmp_path)
    write_csv(tmp_path / "suppliers.csv", spoil(SUPPLIERS, 2, name="アルミ"), "|", "shift_jis")
    options = parse_options({"files": {"suppliers.csv": {"encoding": "shift_jis", "delimiter": "|"}}})
    assert load(tmp_path, aluminium, options).tables["suppliers"]["name"].iat[0] == "アルミ"
    options = parse_options({"encoding": "ascii"})
    assert "unreadable-file" in {i.code for i in load(tmp_path, aluminium, options).issues}


@pytest.mark.parametrize(
    "raw",
    [
        {"decimal": ";"},
        {"encoding": "klingon"},
        {"encoding": 3},
        {"delimiter": "x"},
        {"colour": "red"},
        {"files": "flows.csv"},
        {"files": {"flows.csv": ","}},
    ],
)
def test_bad_settings(raw: Mapping[str, Any]) -> None:
    with pytest.raises(ProjectError, match="input"):
        parse_options(raw)


def test_ids_keep_leading_zeros(tmp_path: Path, aluminium: Chain) -> None:
    write_clean(tmp_path, suppliers=spoil(SUPPLIERS, 2, duns="007"))
    assert load(tmp_path, aluminium).tables["suppliers"]["duns"].iat[0] == "007"


@pytest.mark.slow
def test_dates_of_workbooks(tmp_path: Path, aluminium: Chain) -> None:
    dirty_books.dates(tmp_path / "a")
    dirty_books.dates_1904(tmp_path / "b")
    for folder in ("a", "b"):
        flows = load(tmp_path / folder, aluminium).tables["flows"]
        assert set(flows["period_start"].dt.strftime("%Y-%m-%d")) == {"2024-01-01"}
        assert set(flows["period_end"].dt.strftime("%Y-%m-%d")) == {"2024-12-31"}


def test_rows_of_a_table_below_a_gap(tmp_path: Path, aluminium: Chain) -> None:
    dirty_books.offset(tmp_path)
    (issue,) = load(tmp_path, aluminium).issues
    assert (issue.sheet, issue.row, issue.column) == ("flows", 7, "mass")


def test_provenance(tmp_path: Path, aluminium: Chain) -> None:
    write_clean(tmp_path)
    os.utime(tmp_path / "flows.csv", (1_700_000_000, 1_700_000_000))
    flows = load(tmp_path, aluminium).tables["flows"]
    assert flows["source_file"].unique().tolist() == ["flows.csv"]
    assert flows["source_row"].to_list() == [2, 3, 4]
    assert set(flows["retrieved_on"].dt.strftime("%Y-%m-%d")) == {"2023-11-14"}


def test_a_file_that_may_not_be_read(
    tmp_path: Path, aluminium: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_clean(tmp_path)
    original = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path.name == "flows.csv":
            raise PermissionError(13, "Permission denied")
        return original(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    (issue,) = load(tmp_path, aluminium).issues
    assert issue.code == "unreadable-file"
    assert "Permission denied" in issue.message


@pytest.mark.parametrize(
    ("returncode", "code"), [(-signal.SIGABRT, "file-too-large"), (3, "unreadable-file")]
)
def test_the_parser_dies(returncode: int, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(command, returncode)

    dirty_books.one_sheet_a_file(tmp_path / "in")
    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(Refusal) as refusal:
        xlsx_file.read_xlsx(tmp_path / "in" / "flows.xlsx", {"flows"})
    assert refusal.value.code == code


def test_the_parser_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **_: object) -> None:
        raise subprocess.TimeoutExpired(command, 1)

    dirty_books.one_sheet_a_file(tmp_path / "in")
    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(Refusal) as refusal:
        xlsx_file.read_xlsx(tmp_path / "in" / "flows.xlsx", {"flows"})
    assert refusal.value.code == "file-too-large"


def test_a_workbook_past_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dirty_books.one_sheet_a_file(tmp_path / "in")
    monkeypatch.setattr(xlsx_file, "LARGEST", 1_000)
    with pytest.raises(Refusal) as refusal:
        xlsx_file.read_xlsx(tmp_path / "in" / "flows.xlsx", {"flows"})
    assert refusal.value.code == "file-too-large"


def test_text_cells_of_a_workbook_have_a_decimal_sign_typed_ones_have_none(
    tmp_path: Path, aluminium: Chain
) -> None:
    write_clean(tmp_path, without="flows")
    book = openpyxl.Workbook()
    book.active.title = "flows"
    for row in FLOWS:
        book.active.append(row)
    book.active["E2"], book.active["E3"], book.active["E4"] = 1.234, "2,5", "1.000,25"
    book.save(tmp_path / "flows.xlsx")
    assert load(tmp_path, aluminium).tables["flows"]["mass"].to_list() == [1.234, 2.5, 1000.25]


def test_progress_is_told(tmp_path: Path, aluminium: Chain) -> None:
    write_clean(tmp_path)
    told: list[tuple[str, float]] = []
    load(tmp_path, aluminium, progress=lambda step, share: told.append((step, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert "reading flows.csv" in [step for step, _ in told]
