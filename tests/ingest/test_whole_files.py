"""One clear issue for what is wrong with a whole file, however many rows rest on it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.encoding import to_utf8
from ingest.load import load
from ingest.template import example_rows, write_templates
from ingest.validate import Loaded
from risk_graph.model.chain import Chain
from tests.ingest import dirty_books
from tests.ingest.project import FACILITIES, FLOWS, PRODUCTS, SUPPLIERS, Rows, spoil, write_clean, write_csv

OWNERSHIP: Rows = [["owner_id", "owned_id", "share"], ["S2", "S1", "0.51"]]
SCOPE: Rows = [["certificate_id", "covers_id"], ["C1", "F1"]]
CERTIFICATES: Rows = [
    ["certificate_id", "standard", "holder_id", "issued_on", "expires_on"],
    ["C1", "ASI PS", "S1", "2023-05-02", "2026-05-01"],
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_clean(tmp_path / "inputs")


def _errors(loaded: Loaded) -> list[tuple[str, str]]:
    return [(i.code, i.file) for i in loaded.issues if i.level == "error"]


@pytest.mark.parametrize(
    ("spoil_it", "code"),
    [
        (lambda path: path.write_bytes(b""), "empty-file"),
        (lambda path: path.write_bytes(b"\0" * 100), "unreadable-file"),
        (lambda path: path.write_bytes(b"supplier_id,name\nS1,Alumina Ltd\n"), "missing-column"),
    ],
    ids=["empty", "damaged", "missing column"],
)
def test_rows_that_name_an_unread_table_are_no_issues_of_their_own(
    spoil_it: Callable[[Path], None], code: str, folder: Path, aluminium: Chain
) -> None:
    spoil_it(folder / "suppliers.csv")
    loaded = load(folder, aluminium)
    assert _errors(loaded) == [(code, "suppliers.csv")]
    assert loaded.refused


def test_nor_are_they_if_the_decimal_sign_cannot_be_decided(folder: Path, aluminium: Chain) -> None:
    header = ["facility_id", "supplier_id", "name", "stage", "country", "capacity_t_per_year"]
    sites = [[f, "S1", f, "smelter", "AUS", "1.234"] for f in ("M1", "F1", "F2")]
    write_csv(folder / "facilities.csv", [header, *sites])
    assert _errors(load(folder, aluminium)) == [("ambiguous-decimal", "facilities.csv")]


def test_a_damaged_workbook_may_have_held_any_table(folder: Path, aluminium: Chain) -> None:
    (folder / "suppliers.csv").unlink()
    (folder / "all.xlsx").write_bytes(b"no workbook")
    assert _errors(load(folder, aluminium)) == [("unreadable-file", "all.xlsx")]


@pytest.mark.parametrize("kind", [".xls", ".ods", ".xlsb", ".json"])
def test_a_table_in_a_form_that_is_not_read_is_not_missed(kind: str, folder: Path, aluminium: Chain) -> None:
    (folder / "flows.csv").rename(folder / f"flows{kind}")
    loaded = load(folder, aluminium)
    assert _errors(loaded) == [("unreadable-file", f"flows{kind}")]
    assert loaded.refused


def test_an_encrypted_workbook_whose_directory_stands_at_its_end(folder: Path, aluminium: Chain) -> None:
    data = dirty_books.OLE2 + bytes(2 << 20) + "EncryptedPackage".encode("utf-16-le") + bytes(512)
    (folder / "flows.csv").unlink()
    (folder / "flows.xlsx").write_bytes(data)
    assert _errors(load(folder, aluminium)) == [("encrypted-file", "flows.xlsx")]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_example_of_a_guessed_encoding_is_one_cell(separator: str) -> None:
    assert to_utf8(f"id{separator}Größe AG{separator}DEU\n".encode("cp1252")).example == "Größe AG"


def test_a_table_that_others_need_and_nobody_gave(folder: Path, aluminium: Chain) -> None:
    (folder / "suppliers.csv").unlink()
    found = [i for i in load(folder, aluminium).issues if i.code == "missing-file"]
    assert [i.message for i in found] == [
        "No file holds the table suppliers, which facilities and products name."
    ]


@pytest.mark.parametrize("name", ["flows", "ownership", "certificates", "products"])
def test_a_table_that_nobody_needs_may_be_missing(name: str, tmp_path: Path, aluminium: Chain) -> None:
    loaded = load(write_clean(tmp_path / "in", without=name, flows=FLOWS[:3]), aluminium)
    assert not [i for i in loaded.issues if i.code == "missing-file"]


@pytest.mark.parametrize(("name", "rows"), [("ownership", OWNERSHIP), ("certificate_scope", SCOPE)])
def test_a_table_given_twice_counts_once(name: str, rows: Rows, folder: Path, aluminium: Chain) -> None:
    write_csv(folder / "certificates.csv", CERTIFICATES)
    write_csv(folder / f"{name}.csv", rows)
    write_csv(folder / f"{name}.txt", rows)
    loaded = load(folder, aluminium)
    assert len(loaded.tables[name]) == 1
    assert _errors(loaded) == [("duplicate-id", f"{name}.txt")]
    assert not loaded.incomplete


def test_two_shares_of_one_owner_at_different_times_are_no_copies(folder: Path, aluminium: Chain) -> None:
    header = ["owner_id", "owned_id", "share", "valid_from", "valid_to"]
    rows = [["S2", "S1", "0.5", "2020-01-01", "2020-12-31"], ["S2", "S1", "0.5", "2021-01-01", ""]]
    write_csv(folder / "ownership.csv", [header, *rows])
    loaded = load(folder, aluminium)
    assert len(loaded.tables["ownership"]) == 2
    assert not _errors(loaded)


def test_a_reference_to_a_lost_row_says_which_row_to_correct(folder: Path, aluminium: Chain) -> None:
    write_csv(folder / "suppliers.csv", spoil(SUPPLIERS, 3, country="Atlantis"))
    found = [i for i in load(folder, aluminium).issues if i.file == "products.csv"]
    assert [i.remedy for i in found] == ["Correct row 3 of suppliers.csv first."]


def test_a_product_that_delivers_has_one_issue(folder: Path, aluminium: Chain) -> None:
    write_csv(folder / "flows.csv", spoil(FLOWS, 3, from_id=PRODUCTS[1][0]))
    found = [(i.code, i.remedy) for i in load(folder, aluminium).issues]
    assert found == [("unknown-reference", "Name one of facilities or suppliers.")]


def test_a_flow_from_a_site_to_itself_has_one_issue(folder: Path, aluminium: Chain) -> None:
    write_csv(folder / "flows.csv", spoil(FLOWS, 3, from_id="F2"))
    assert _errors(load(folder, aluminium)) == [("self-flow", "flows.csv")]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("flow.csv", "rename it to flows.csv"),
        ("flows 2024.csv", "rename it to flows.csv"),
        ("2024_Facilities_v2.txt", "rename it to facilities.txt"),
        ("supplier.parquet", "rename it to suppliers.parquet"),
        ("notes.csv", "Nothing, if it is not meant to be read."),
        ("flows.bak", "Nothing, if it is not meant to be read."),
    ],
)
def test_a_name_that_is_nearly_a_table(file: str, words: str, folder: Path, aluminium: Chain) -> None:
    (folder / file).write_text("x")
    (found,) = [i for i in load(folder, aluminium).issues if i.code == "unknown-file"]
    assert words in found.remedy


def test_a_file_that_is_not_there_is_not_to_be_opened_and_saved(folder: Path, aluminium: Chain) -> None:
    (folder / "flows.csv").unlink()
    (folder / "flows.csv").symlink_to("nowhere.csv")
    (found,) = [i for i in load(folder, aluminium).issues if i.code == "unreadable-file"]
    assert "put a copy" in found.remedy


def test_example_rows_that_were_forgotten_are_named(folder: Path, aluminium: Chain) -> None:
    rows = example_rows(aluminium)["suppliers"]
    example = [[row[c] for c in SUPPLIERS[0]] for row in rows[:1]]
    write_csv(folder / "suppliers.csv", [*SUPPLIERS, *example])
    found = [i for i in load(folder, aluminium).issues if i.code == "example-row"]
    assert [(i.level, i.row, i.column) for i in found] == [("warning", 4, "name")]


def test_the_templates_are_all_examples(tmp_path: Path, aluminium: Chain) -> None:
    write_templates(tmp_path, "csv", aluminium)
    loaded = load(tmp_path, aluminium)
    assert not _errors(loaded)
    named = [i for i in loaded.issues if i.code == "example-row"]
    assert len(named) == sum(len(t) for name, t in loaded.tables.items() if name != "certificate_scope")


def test_a_country_that_is_none_has_one_issue(tmp_path: Path, aluminium: Chain) -> None:
    sites = spoil([*FACILITIES, ["F3", "S1", "Works", "smelter", "Atlantis", "AU-WA", "", ""]], 2)
    assert _errors(load(write_clean(tmp_path / "in", facilities=sites), aluminium)) == [
        ("bad-country", "facilities.csv")
    ]
