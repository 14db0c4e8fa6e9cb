"""The UFLPA Entity List: a page with a table a section, free text in its cells, and CSV."""

from pathlib import Path

import pytest

from ingest.company_names import split_companies, understand_company
from ingest.listed import Name
from risk_graph.errors import SourceError
from tests.reference import reference_file
from tests.sources.lists import FILES, day, read

PAGE = FILES / "uflpa_entities" / "page.html"


def test_a_row_with_its_section_date_and_alias() -> None:
    found = read("uflpa_entities", PAGE, "2026-08-03")
    entry = found.entry("UFLPA-example-silicon-industry-shanshan-co-ltd.i")
    assert entry["name"] == "Example Silicon Industry (Shanshan) Co., Ltd"
    assert (entry["kind"], entry["countries"]) == ("organisation", "CHN")
    assert entry["programme"] == "UFLPA 2(d)(2)(B)(i)"
    assert day(entry["listed_on"]) == "2022-06-21"
    assert entry["remarks"].endswith("Exemplary Silicon Industry (Shanshan) Co.) and subsidiaries")
    assert found.names(entry["entry_id"])["Exemplary Silicon Industry (Shanshan) Co."] == "alias"


def test_former_names_and_odd_blanks() -> None:
    (entry,) = read("uflpa_entities", PAGE).named("Made Up Energy")
    assert entry["name"] == "Made Up Energy Co., Ltd."
    assert read("uflpa_entities", PAGE).names(entry["entry_id"]) == {
        "Made Up Energy Co., Ltd.": "primary",
        "First Energy Co., Ltd.": "former",
        "Second Energy’s Co., Ltd.": "former",
    }


def test_a_subsidiary_is_an_entry_not_an_alias() -> None:
    found = read("uflpa_entities", PAGE)
    subsidiaries = found.named("Zhuhai")
    assert [s["name"] for s in subsidiaries] == [
        "Zhuhai One Co., Ltd.",
        "Zhuhai Two Co. Ltd.",
        "Zhuhai Three Co., Ltd.",
    ]
    assert all("Named as a subsidiary of Printer Corporation" in s["remarks"] for s in subsidiaries)
    assert found.names(found.named("Printer")[0]["entry_id"]) == {"Printer Corporation": "primary"}


def test_a_company_in_two_sections_is_two_entries_and_both_sections_count() -> None:
    twice = read("uflpa_entities", PAGE).named("Twice Listed")
    assert [(t["entry_id"], day(t["listed_on"])) for t in twice] == [
        ("UFLPA-twice-listed-co-ltd.i", "2022-06-21"),
        ("UFLPA-twice-listed-co-ltd.v", "2024-11-25"),
    ]


def test_ids_do_not_move_when_rows_or_full_stops_do(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    text = PAGE.read_text(encoding="utf-8").replace("Twice Listed Co., Ltd.", "Twice Listed Co. Ltd")
    path.write_text(text, encoding="utf-8")
    ids = {row["entry_id"] for row in read("uflpa_entities", path).rows}
    assert ids == {row["entry_id"] for row in read("uflpa_entities", PAGE).rows}


def test_what_is_not_certain_is_said() -> None:
    found = read("uflpa_entities", PAGE, "2026-08-03")
    said = [(i.code, i.message) for i in found.edition.issues]
    assert [code for code, _ in said] == ["bad-date", "missing-value"]
    assert "someday" in said[0][1]
    assert "Exporter Co." in said[1][1]
    assert {n["name"] for n in found.named("Exporter")} == {"Exporter Co."}
    assert day(found.named("Shoes Co.")[0]["listed_on"]) == ""


def test_other_tables_of_the_page_are_left_alone() -> None:
    assert len(read("uflpa_entities", PAGE).rows) == 11


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<table", "<ul", "has no table with the columns 'name of entity' or 'entity name'.*it has no table"),
        ("<p>Name of Entity</p>", "<p>Listed party</p>", "has the header Listed party . Effective Date"),
        ("Entity Name", "Company", "has the header Company"),
    ],
)
def test_a_page_that_was_laid_out_anew_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(SourceError, match=said):
        read("uflpa_entities", path)


def test_a_missing_section_is_said(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    text = PAGE.read_text(encoding="utf-8").replace("<p>Section 2(d)(2)(B)(v)</p>", "<p>More</p>")
    path.write_text(text, encoding="utf-8")
    found = read("uflpa_entities", path, "2026")
    assert any("2(d)(2)(B)(v)" in i.message for i in found.edition.issues)
    assert found.named("Aluminum Foil")[0]["programme"] == "UFLPA"


def test_a_csv_with_the_columns_of_the_page(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "Section,Name of Entity,Effective Date\n"
        '(v),"Foil Co., Ltd. (also known as Foil)","January 15, 2025"\n'
        "2(d)(2)(B)(i),Mine Co.,2025-01-15\n"
    )
    found = read("uflpa_entities", path, "2025-01-15")
    assert found.entry("UFLPA-foil-co-ltd.v")["programme"] == "UFLPA 2(d)(2)(B)(v)"
    assert day(found.entry("UFLPA-mine-co.i")["listed_on"]) == "2025-01-15"
    path.write_text("company,since\nA,2025-01-15\n")
    with pytest.raises(SourceError, match=r"lacks the columns 'name of entity' or .* it has company, since"):
        read("uflpa_entities", path)


@pytest.mark.parametrize(
    ("text", "name", "others", "subsidiaries", "certain"),
    [
        ("A Co., Ltd.", "A Co., Ltd.", {}, [], True),
        ("A Corps (including three aliases: AC; The A; and Aa) and its subordinate and affiliated entities",
         "A Corps", {"AC": "alias", "The A": "alias", "Aa": "alias"}, [], True),
        ("A Co. (and one alias: B)", "A Co.", {"B": "alias"}, [], True),
        ("A Co. (including two aliases: B Co., Ltd., and C Co., Ltd.)", "A Co.",
         {"B Co., Ltd.": "alias", "C Co., Ltd.": "alias"}, [], True),
        ("A Co. (including two aliases: Food and Drink Co., Ltd. and B)", "A Co.",
         {"Food and Drink Co., Ltd.": "alias", "B": "alias"}, [], True),
        ("A Co. (also known as B; and formerly known as C)", "A Co.", {"B": "alias", "C": "former"}, [], True),
        ("A (Akasu) Co. (a.k.a. B)", "A (Akasu) Co.", {"B": "alias"}, [], True),
        ("A Co. (also known as Food and Drink)", "A Co.", {"Food and Drink": "alias"}, [], False),
        ("A (Xinjiang) Co. and its subsidiary B Co.", "A (Xinjiang) Co.", {}, ["B Co."], True),
        ("A Group Co. Ltd, and Subsidiaries", "A Group Co. Ltd", {}, [], True),
    ],
)  # fmt: skip
def test_the_names_in_a_cell(
    text: str, name: str, others: dict[str, str], subsidiaries: list[str], certain: bool
) -> None:
    said = understand_company(text)
    assert said.name == name
    assert said.names == [Name(text, kind) for text, kind in others.items()]
    assert said.subsidiaries == subsidiaries
    assert said.certain is certain


def test_companies_are_told_apart_at_legal_forms_alone() -> None:
    assert split_companies("A Co., Ltd. and B Co., Ltd.") == (["A Co., Ltd.", "B Co., Ltd."], True)
    assert split_companies("Inner Group Agriculture, Industry, and Trade Co., Ltd.") == (
        ["Inner Group Agriculture, Industry, and Trade Co., Ltd."],
        False,
    )


def test_the_twelve_names_at_hand() -> None:
    found = read("uflpa_entities", reference_file("sanctions/uflpa_partial_12_of_144.csv"), "2025-01-15")
    assert len(found.rows) == 12
    (joinworld,) = found.named("Xinjiang Zhonghe")
    assert found.names(joinworld["entry_id"])["Xinjiang Joinworld Co., Ltd."] == "alias"
    assert day(joinworld["listed_on"]) == "2024-11-25"
    (east_hope,) = found.named("East Hope")
    assert list(found.names(east_hope["entry_id"]).values()) == ["primary"], (
        "the alias was taken off the list"
    )
    assert "removed Nov 2024" in east_hope["remarks"]
    (daqo,) = found.named("Daqo")
    assert len(found.names(daqo["entry_id"])) == 4


@pytest.mark.parametrize(
    "text", ["A Co. (including one alias: B", "A Co. also known as B", "A Co. with two subsidiaries: B; C"]
)
def test_a_cell_that_is_not_understood_says_so(text: str) -> None:
    assert not understand_company(text).certain
