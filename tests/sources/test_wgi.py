"""Worldwide Governance Indicators: estimates alone, of one edition; a rank is never read as an estimate."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.wgi_files import DIMENSIONS
from risk_graph.errors import SourceError
from risk_graph.layers.layer import load_layers
from tests.reference import reference_file
from tests.sources.country_files import FILES, codes, packed, read, rows_of, said, workbook

HEADER = [
    "Economy (code)",
    "Economy (name)",
    "Year",
    "Governance estimate (approx. -2.5 to +2.5)",
    "Standard error",
]
PV = "wgi_political_stability"
CODES = ["AFG", "AGO", "ALB", "ARE", "ARG", "ARM", "AUS", "AUT", "AZE", "BDI", "BEL", "BEN", "BFA", "BGD", "BGR", "BHR", "BIH", "BLR", "BOL", "BRA", "BRN", "BTN", "BWA", "CAF", "CAN", "CHE", "CHL", "CHN", "CIV", "CMR", "COD", "COG", "COL", "CRI", "CUB", "CYP", "CZE", "DEU", "DNK", "DOM"]  # fmt: skip


def answers(**changes: Any) -> dict[str, str]:
    """The twelve answers of the API, some of them changed by a function of the parsed JSON."""
    out = {}
    for file in sorted((FILES / "wgi").glob("*.json")):
        parsed = json.loads(file.read_text())
        change = changes.get(file.stem.replace(".", "_"), changes.get("each"))
        out[file.name] = json.dumps(change(parsed) if change else parsed)
    return out


def spread(shift: float = 0.0) -> list[float]:
    """Forty estimates with mean 0 and standard deviation 1."""
    values = np.linspace(-1.6, 1.6, len(CODES))
    return [float(v) for v in np.round((values - values.mean()) / values.std() + shift, 5)]


def long(values: dict[int, list[float]], ranks: dict[int, list[float]] | None = None) -> str:
    lines = ["code,countryname,year,indicator,estimate,stddev,nsource,pctrank"]
    for year, numbers in values.items():
        for at, (code, value) in enumerate(zip(CODES, numbers, strict=True)):
            rank = ranks[year][at] if ranks else ""
            lines.append(f"{code},x,{year},pv,{value},0.2,6,{rank}")
    return "\n".join(lines) + "\n"


def test_the_answers_of_the_api_give_six_layers_of_one_edition(tmp_path: Path) -> None:
    found = read("wgi", packed(tmp_path / "wgi.zip", answers()))
    assert [d.id for d in found.drafts] == [layer for layer, _ in DIMENSIONS.values()]
    assert found.edition == "2025"
    assert str(found.released) == "2025-10-29"
    guinea = rows_of(found, PV)["GIN", 2024]
    assert guinea["estimate"] == pytest.approx(-0.3777)
    assert guinea["standard_error"] == pytest.approx(0.21)
    assert math.isnan(guinea["low"])
    assert guinea["source"] == "World Bank, Worldwide Governance Indicators, edition 2025, PV.EST"
    assert ("XKX", 2023) in rows_of(found, PV)
    assert codes(found) == []  # the group of countries has no value


def test_groups_of_countries_are_not_taken_and_a_code_nobody_knows_is_said(tmp_path: Path) -> None:
    def change(parsed: Any) -> Any:
        parsed[1][-1] |= {"value": 0.1}
        parsed[1][0] |= {"countryiso3code": "QQQ"}
        return parsed

    found = read("wgi", packed(tmp_path / "wgi.zip", answers(PV_EST=change)))
    assert ("AFE", 2023) not in rows_of(found, PV)
    assert "AFE is a group of countries" in said(found)
    assert "QQQ is no country that is understood" in said(found)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda p: [
                {"message": [{"id": "120", "key": "Invalid value", "value": "The indicator was not found"}]}
            ],
            "was not found",
        ),
        (lambda p: [p[0] | {"total": 900}, p[1]], "pages are missing"),
        (lambda p: {"x": 1}, "a list of the page and its rows"),
        (lambda p: [p[0] | {"lastupdated": "soon"}, p[1]], "a day as 2025-10-29"),
    ],
)
def test_a_damaged_answer_is_refused_in_one_line(tmp_path: Path, change: Any, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        read("wgi", packed(tmp_path / "wgi.zip", answers(PV_EST=change)))
    assert "\n" not in str(caught.value)


def test_answers_of_two_days_are_two_editions(tmp_path: Path) -> None:
    def older(parsed: Any) -> Any:
        return [parsed[0] | {"lastupdated": "2024-11-05"}, parsed[1]]

    with pytest.raises(SourceError, match="two editions are never mixed"):
        read("wgi", packed(tmp_path / "wgi.zip", answers(CC_EST=older)))


def test_a_cut_off_answer_and_a_page_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "PV.json"
    path.write_text((FILES / "wgi" / "PV.EST.json").read_text()[:400])
    with pytest.raises(SourceError, match="no valid JSON"):
        read("wgi", path)
    path.write_text("<html>Service unavailable</html>")
    with pytest.raises(SourceError):
        read("wgi", path)


def test_the_workbook_gives_the_same(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["GIN", "Guinea", 2024, -0.3777, 0.21],
        ["ZAR", "Congo", 2024, -2.1, 0.2],
        ["NOR", "Norway", 2024, "..", ".."],
    ]
    path = workbook(
        tmp_path / "wgidataset_with_sourcedata-2025.xlsx", {code.lower(): rows for code in DIMENSIONS}
    )
    found = read("wgi", path)
    assert found.edition == "2025"
    assert len(found.drafts) == 6
    assert set(rows_of(found, "wgi_rule_of_law")) == {("GIN", 2024), ("COD", 2024)}
    assert codes(found) == []


def test_the_bulk_form_has_a_row_for_all_years(tmp_path: Path) -> None:
    years = (2021, 2022, 2023, 2024)
    values = {year: [v**3 / 2 for v in spread()] for year in years}
    lines = ["Country Name,Country Code,Indicator Name,Indicator Code," + ",".join(map(str, years))]
    for at, country in enumerate(CODES):
        score = [65.894 + 17.082 * values[y][at] for y in years]
        ranks = [100 * at / 39] * 2 + score[2:]
        for code, numbers in (
            ("PV.EST", [values[y][at] for y in years]),
            ("PV.STD.ERR", [0.2] * 4),
            ("PV.PER.RNK", ranks),
            ("PV.NO.SRC", [6] * 4),
        ):
            lines.append(f"x,{country},y,{code}," + ",".join(map(str, numbers)))
    path = tmp_path / "WGICSV.csv"
    path.write_text("\n".join(lines))
    found = read("wgi", path)
    rows = rows_of(found, PV)
    assert {year for _, year in rows} == {2023, 2024}
    assert rows["DEU", 2024]["estimate"] == pytest.approx(values[2024][CODES.index("DEU")])
    assert rows["DEU", 2024]["standard_error"] == 0.2


def test_estimates_without_standard_errors_are_said(tmp_path: Path) -> None:
    found = read("wgi", FILES / "wgi" / "PV.EST.json")
    assert codes(found) == ["missing-column"]
    assert math.isnan(rows_of(found, PV)["GIN", 2024]["standard_error"])
    header = [*HEADER[:4], "Standard error of the governance estimate (new name)"]
    rows = [header, ["GIN", "Guinea", 2024, -0.3777, 0.21]]
    renamed = read("wgi", workbook(tmp_path / "wgi.xlsx", {"pv": rows}), "2026")
    assert rows_of(renamed, PV)["GIN", 2024]["standard_error"] == 0.21


def test_a_workbook_of_another_layout_names_what_was_expected(tmp_path: Path) -> None:
    path = workbook(tmp_path / "wgi.xlsx", {"pv": [["Country", "2024"], ["GIN", 1]]})
    with pytest.raises(SourceError, match=r"economy \(code\) or code"):
        read("wgi", path)


def test_a_rank_in_the_place_of_the_estimate_is_caught(tmp_path: Path) -> None:
    path = tmp_path / "pv.csv"
    path.write_text(long({2024: [2.5 * n for n in range(40)]}))
    with pytest.raises(SourceError, match="A rank or the 0-100 score"):
        read("wgi", path)
    path.write_text(
        long({2024: [round(n / 39, 3) for n in range(40)]})
    )  # a rank as a share lies within the range
    with pytest.raises(SourceError, match=r"mean 0\.50 and standard deviation 0.30"):
        read("wgi", path)


def test_two_editions_in_one_file_are_told_by_the_rank(tmp_path: Path) -> None:
    percentile = [100 * n / 39 for n in range(40)]
    values = {year: [v**3 / 2 for v in spread()] for year in (2021, 2022, 2023, 2024)}
    score = [65.894 + 17.082 * v for v in values[2023]]
    ranks = {2021: percentile, 2022: percentile, 2023: score, 2024: score}
    path = tmp_path / "pv.csv"
    path.write_text(long(values, ranks))
    found = read("wgi", path)
    assert {year for _, year in rows_of(found, PV)} == {2023, 2024}
    assert "mixed-editions" in codes(found)
    assert "80 older values are not" in said(found)
    path.write_text(long(values, dict.fromkeys(values, score)))
    assert {year for _, year in rows_of(read("wgi", path), PV)} == {2021, 2022, 2023, 2024}


def test_a_step_between_years_is_said_where_no_rank_tells(tmp_path: Path) -> None:
    moved = [v + (0.3 if n % 2 else -0.3) for n, v in enumerate(spread())]
    values = {
        2020: spread(),
        2021: spread(0.05),
        2022: spread(),
        2023: moved,
        2024: [v + 0.05 for v in moved],
    }
    path = tmp_path / "pv.csv"
    path.write_text(long(values))
    assert "from 2022 to 2023" in said(read("wgi", path))


def test_a_zero_that_stands_for_a_missing_value_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "pv.csv"
    values = spread()
    values[3] = values[7] = 0.0
    path.write_text(long({2024: values}))
    found = read("wgi", path)
    assert f"0 stands for a missing value of {CODES[3]}, {CODES[7]} in 2024" in said(found)
    assert (CODES[3], 2024) not in rows_of(found, PV)
    assert (CODES[7], 2024) not in rows_of(found, PV)
    assert len(rows_of(found, PV)) == 38
    path.write_text(long({2024: spread()}).replace(",0.2,6,", ",,6,") + "ERI,x,2024,pv,0.0,,0,\n")
    assert ("ERI", 2024) not in rows_of(read("wgi", path), PV)


def test_two_things_under_one_code_leave_the_country_unknown(tmp_path: Path) -> None:
    text = long({2023: spread(), 2024: spread()})
    path = tmp_path / "pv.csv"
    path.write_text(text + "AFG,again,2023,pv,0.5,0.2,3,\n")
    found = read("wgi", path)
    assert not any(country == "AFG" for country, _ in rows_of(found, PV))
    assert "duplicate-id" in codes(found)


def test_a_value_out_of_range_and_an_error_that_is_none_are_said(tmp_path: Path) -> None:
    lines = long({2023: spread(), 2024: spread(), 2022: spread()}).splitlines()
    lines[1] = lines[1].replace(lines[1].split(",")[4], "48.2")
    lines[2] = lines[2].replace(",0.2,", ",0,")
    path = tmp_path / "pv.csv"
    path.write_text("\n".join(lines))
    found = read("wgi", path)
    assert ("AFG", 2023) not in rows_of(found, PV)
    assert math.isnan(rows_of(found, PV)["AGO", 2023]["standard_error"])
    assert codes(found).count("bad-number") == 2


def test_the_real_file_gives_the_edition_that_ships() -> None:
    path = reference_file("country/wgi_political_stability_1996_2024.csv")
    found = read("wgi", path)
    ours = load_layers()[PV].values
    theirs = rows_of(found, PV)
    assert found.edition == "2025"
    assert len(theirs) == len(ours) == 424
    for row in ours.itertuples():
        assert theirs[row.country, row.year]["estimate"] == row.estimate
        assert theirs[row.country, row.year]["standard_error"] == row.standard_error
    assert "a percentile to 2022 and the 0-100 score from 2023" in said(found)


def test_the_other_real_file_is_of_one_edition() -> None:
    path = reference_file("country/wgi_voice_accountability_1996_2023.csv")
    found = read("wgi", path)
    assert found.edition == "2024"
    assert len(rows_of(found, "wgi_voice_accountability")) == 5170
    assert codes(found) == ["bad-country", "missing-value"]


def test_the_year_in_the_publishers_name_goes_before_what_the_user_says(tmp_path: Path) -> None:
    """So that an update refuses it: it is not what was asked for."""
    files = {p.name: p.read_bytes() for p in (FILES / "wgi").iterdir()}
    assert read("wgi", packed(tmp_path / "wgidataset-2025.zip", files), "2024").edition == "2025"
    assert read("wgi", packed(tmp_path / "wgidataset.zip", files), "2024").edition == "2024"
