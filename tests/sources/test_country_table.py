"""Any table of countries by a mapping: three shapes, three codes; nothing that is not understood is dropped silently."""

import math
import re
from datetime import date
from pathlib import Path

import pytest

from ingest import editions
from ingest.source import source_of
from ingest.update import Wish, update
from risk_graph.errors import SourceError
from risk_graph.layers.layer import load_layer
from risk_graph.layers.library import load_library
from tests.sources.country_files import DAY, FILES, codes, packed, read, rows_of, said, workbook

FOLDER = FILES / "country_table"


def copied(
    tmp_path: Path, name: str, mapping: dict[str, str] | None = None, data: dict[str, str] | None = None
) -> Path:
    """Mapping and table in a folder of their own, with texts in them replaced; each text must be there."""
    for suffix, changes in ((".toml", mapping), (".csv", data)):
        text = (FOLDER / f"{name}{suffix}").read_text()
        for old, new in (changes or {}).items():
            assert old in text
            text = text.replace(old, new)
        (tmp_path / f"{name}{suffix}").write_text(text)
    return tmp_path / f"{name}.toml"


def test_one_release_a_file_with_a_title_above_the_header() -> None:
    found = read("country_table", FOLDER / "inform.toml")
    assert found.edition == "inform_risk 2026"
    rows = rows_of(found, "inform_risk")
    assert {k: r["estimate"] for k, r in rows.items()} == {
        ("COD", 2026): 7.7,
        ("GIN", 2026): 4.9,
        ("NOR", 2026): 1.9,
    }
    assert rows["GIN", 2026]["source"].endswith("INFORM Risk Index, edition 2026, inform.csv, row 3")
    (issue,) = found.issues
    assert (issue.code, issue.row, issue.column) == ("bad-country", 7, "country")
    assert "ZZZ" in issue.message


def test_years_as_columns_with_decimal_commas_and_two_letter_codes() -> None:
    found = read("country_table", FOLDER / "hdi.toml")
    rows = rows_of(found, "hdi")
    assert rows["NAM", 2023]["estimate"] == 0.665  # NA is Namibia
    assert len(rows) == 9
    assert codes(found) == []  # the world is no country, as the mapping says; the rank's column is no year


def test_long_rows_with_numeric_codes_and_a_band() -> None:
    found = read("country_table", FOLDER / "cpi.toml")
    rows = rows_of(found, "cpi")
    assert set(rows) == {(c, y) for c in ("GIN", "NOR", "COL") for y in (2012, 2024)}
    assert (rows["GIN", 2024]["low"], rows["GIN", 2024]["high"]) == (25, 31)
    assert "999 is no country" in said(found)
    assert "3 values of years before 2012 are not taken" in said(found)
    assert found.drafts[0].about["redistribution"] is False


def test_two_scales_in_one_file_are_refused(tmp_path: Path) -> None:
    path = copied(tmp_path, "cpi", {"first_year    = 2012\n": ""})
    with pytest.raises(
        SourceError, match=r"from 2011 to 2012 .* two scales in one file\. Say first_year = 2012"
    ):
        read("country_table", path)


def test_a_workbook(tmp_path: Path) -> None:
    lines = [line.split(",") for line in (FOLDER / "inform.csv").read_text().splitlines()]
    rows = [[float(c) if c.replace(".", "").isdigit() else c for c in line] for line in lines]
    workbook(tmp_path / "inform.xlsx", {"About": [["x"]], "INFORM Risk 2026": rows})
    path = copied(tmp_path, "inform", {'"inform.csv"': '"inform.xlsx"\nsheet = "INFORM Risk 2026"'})
    found = read("country_table", path)
    assert rows_of(found, "inform_risk")["COD", 2026]["estimate"] == 7.7
    assert [i.row for i in found.issues] == [7]
    path = copied(tmp_path, "inform", {'"inform.csv"': '"inform.xlsx"\nsheet = "Other"'})
    with pytest.raises(SourceError, match="has no sheet 'Other'"):
        read("country_table", path)


def test_names_that_two_countries_answer_to_are_issues(tmp_path: Path) -> None:
    names = {"GIN": "Guinea", "COD": "Congo", "NAM": "Namibia", "NOR": "norvège"}
    path = copied(tmp_path, "inform", {'"alpha3"': '"name"'}, {f",{k},": f",{v}," for k, v in names.items()})
    found = read("country_table", path)
    assert {c for c, _ in rows_of(found, "inform_risk")} == {"GIN", "NOR"}
    assert "Congo is no country that is understood" in said(found)
    path = copied(
        tmp_path,
        "inform",
        {
            '"alpha3"': '"name"',
            'value   = "INFORM RISK"': 'value = "INFORM RISK"\n[countries]\nCongo = "COD"',
        },
        {",COD,": ",Congo,"},
    )
    assert ("COD", 2026) in rows_of(read("country_table", path), "inform_risk")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({'"INFORM RISK"': '"Risk rank"'}, "is a rank"),
        ({'"INFORM RISK"': '"Risk"'}, "the column 'Risk' is expected"),
        ({'"higher is worse"': '"higher"'}, "direction"),
        ({"[0, 10]": "[10, 0]"}, "scale is .low, high."),
        ({"[0, 10]": "[0, 1]"}, "another scale, a rank"),
        ({'"own_terms"': '"free"'}, "licence_class"),
        ({'"inform_risk"': '"Inform Risk"'}, "id"),
        ({'"inform.csv"': '"../inform.csv"'}, "without a folder"),
        ({'"inform.csv"': '"other.csv"'}, "does not stand beside it"),
        ({"year    = 2026": ""}, "give year"),
        ({"header_row    = 2": "header_row = 90"}, "fewer than 90 lines"),
        ({"header_row    = 2": "colour = 2"}, "colour"),
        ({"[columns]": "[columns"}, "no valid TOML"),
        (
            {"header_row    = 2": "header_row = 2\ncountries_expected = [100, 200]"},
            "at least 100 are expected",
        ),
    ],
)
def test_a_wrong_mapping_is_refused_in_one_line(tmp_path: Path, change: dict[str, str], message: str) -> None:
    path = copied(tmp_path, "inform", change)
    with pytest.raises(SourceError, match=message) as caught:
        read("country_table", path)
    assert "\n" not in str(caught.value)


def test_a_cell_that_is_no_number_is_unknown_and_said(tmp_path: Path) -> None:
    path = copied(tmp_path, "inform", data={"4.9": "about 5"})
    found = read("country_table", path)
    assert ("GIN", 2026) not in rows_of(found, "inform_risk")
    assert "about 5 of GIN 2026 is no finite number" in said(found)


def test_a_decimal_point_under_a_decimal_comma_is_no_number(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="another decimal sign"):
        read("country_table", copied(tmp_path, "hdi", data={"0,": "0."}))


def test_the_command_keeps_mapping_and_table_together(tmp_path: Path) -> None:
    root = tmp_path / "sources"
    source = source_of("country_table")
    for name in ("inform", "hdi", "cpi"):
        assert update(source, root, Wish(FOLDER / f"{name}.toml"), DAY, {}, lambda _s, _d: None).is_new
    assert not update(source, root, Wish(FOLDER / "hdi.toml"), DAY, {}, lambda _s, _d: None).is_new
    held = editions.held(root)
    assert [h.edition for h in held] == ["cpi 2024", "hdi 2025", "inform_risk 2026"]
    assert all(h.whole() for h in held)
    layer = load_layer(held[0].folder / "cpi")
    assert layer.publisher == "Transparency International"
    assert (layer.licence, layer.redistribution, layer.scale) == ("CC BY-ND 4.0", False, (0.0, 100.0))
    assert layer.retrieved == date(2026, 11, 20)
    assert math.isnan(layer.values["standard_error"].iloc[0])
    assert {"hdi", "inform_risk", "cpi"} <= set(load_library(root, DAY).layers)
    again = read("country_table", held[0].folder / "raw" / held[0].file)  # the kept archive reads the same
    assert again.drafts[0].rows.equals(read("country_table", FOLDER / "cpi.toml").drafts[0].rows)


def test_without_a_file_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="Write a mapping"):
        update(source_of("country_table"), tmp_path, Wish(), DAY, {}, lambda _s, _d: None)


def test_an_archive_without_its_table_is_refused(tmp_path: Path) -> None:
    mapping = (FOLDER / "hdi.toml").read_bytes()
    with pytest.raises(SourceError, match="does not stand beside it"):
        read("country_table", packed(tmp_path / "a.zip", {"hdi.toml": mapping}))
    with pytest.raises(SourceError, match="holds 0 mappings"):
        read("country_table", packed(tmp_path / "b.zip", {"hdi.csv": b"a\n1\n"}))


def test_the_mapping_of_the_documentation_is_one(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "country-tables.md").read_text(encoding="utf-8")
    (mapping,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    copied(tmp_path, "cpi")
    (tmp_path / "cpi.toml").write_text(mapping, encoding="utf-8")
    found = read("country_table", tmp_path / "cpi.toml").drafts[0].rows
    assert found["estimate"].equals(read("country_table", FOLDER / "cpi.toml").drafts[0].rows["estimate"])
