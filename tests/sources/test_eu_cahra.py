"""The CAHRA list: the API's JSON (synthetic), its damage, and the real list of June 2026."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ingest import cahra_names
from ingest.changes import KEYS, changes
from ingest.editions import keep
from ingest.listed import Log
from ingest.source import Asked, Edition, source_of
from risk_graph.errors import SourceError
from risk_graph.layers.layer import load_layer, load_layers
from risk_graph.layers.library import load_library
from risk_graph.model.gazetteer import subdivisions
from tests.reference import reference_file
from tests.sources.lists import FILES

SYNTHETIC = FILES / "eu_cahra" / "cahras.json"
RETRIEVED = date(2026, 7, 14)


def read(path: Path, edition: str = "") -> Edition:
    return source_of("eu_cahra").read(path, Asked(RETRIEVED, edition))


def rows_of(edition: Edition) -> dict[str, dict[str, Any]]:
    rows = edition.drafts[0].rows.to_dict("records")
    return {row["code"] or row["country"]: row for row in rows}


def test_what_the_api_answers() -> None:
    found = read(SYNTHETIC)
    rows = rows_of(found)
    assert (found.edition, found.released) == ("2031-06", date(2031, 6, 28))
    assert sorted(rows) == ["ERI", "IN-CG", "ML-5", "UA-30", "UA-32", "UA-35", "UA-74"]
    assert (rows["IN-CG"]["listed_code"], rows["IN-CG"]["status"]) == (
        "IN-CT",
        "conflict-affected and high-risk",
    )
    assert (rows["ERI"]["whole_country"], rows["ERI"]["code"]) == ("true", "")
    assert {code for code, row in rows.items() if row["certain"] == "false"} == {"UA-30", "UA-32", "UA-35"}
    assert [(i.code, "UA-35" in i.message) for i in found.issues] == [("bad-subdivision", True)]
    assert rows["ML-5"]["source"] == "EU indicative CAHRA list, report June 2031, entry Mali, Mopti (ML-5)"


def _edited(tmp_path: Path, edit: Callable[[Any], Any]) -> Path:
    data = json.loads(SYNTHETIC.read_text(encoding="utf-8"))
    path = tmp_path / "cahras.json"
    path.write_text(json.dumps(edit(data)), encoding="utf-8")
    return path


def _set(*keys: Any, value: Any) -> Callable[[Any], Any]:
    def edit(data: Any) -> Any:
        part = data
        for key in keys[:-1]:
            part = part[key]
        if value is None:
            del part[keys[-1]]
        else:
            part[keys[-1]] = value
        return data

    return edit


REPORT = (0, "reports", 0)
REGION = (*REPORT, "included_regions", 0)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda _: [], "names no country"),
        (lambda _: {"message": "Forbidden"}, "the keys are message"),
        (lambda _: "blocked", "the file is no list"),
        (_set(0, "reports", value=None), "`reports` of Ukraine is no list"),
        (_set(0, "country_code", value="UA"), "UA of Ukraine is no country of ISO 3166-1"),
        (_set(*REPORT, "is_country_level", value="no"), "`is_country_level` of Ukraine is neither"),
        (_set(*REPORT, "included_regions", value=[]), "names neither the country nor a region"),
        (_set(*REGION, "code", value=None), "`code` of a region of Ukraine is missing"),
        (_set(*REGION, "high_risk", value=None), "`high_risk` of Kiev is neither"),
        (_set(*REPORT, "title", value="Report: March 2031"), "2 titles of reports"),
    ],
)
def test_another_shape_is_refused_with_what_was_expected(
    tmp_path: Path, edit: Callable[[Any], Any], said: str
) -> None:
    with pytest.raises(SourceError, match=f"{said}.*expected is the JSON of cahraslist.net") as error:
        read(_edited(tmp_path, edit))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["", "<html>403 Forbidden</html>", "[" * 100_000, '[{"country'])
def test_what_is_no_json_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cahras.json"
    path.write_text(text)
    with pytest.raises(SourceError, match="no JSON in UTF-8; expected is"):
        read(path)


def test_the_edition_is_what_the_file_says(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="report of June 2031, edition 2031-06, not 2031-03"):
        read(SYNTHETIC, "2031-03")
    unnamed = json.loads(SYNTHETIC.read_text(encoding="utf-8").replace("June 2031", "summer"))
    with pytest.raises(SourceError, match="names no month and year"):
        read(_edited(tmp_path, lambda _: unnamed))


def test_a_day_that_is_none_is_said(tmp_path: Path) -> None:
    data = json.loads(SYNTHETIC.read_text(encoding="utf-8"))
    for country in data:
        for report in country["reports"]:
            report["updated_at"] = "soon"
    found = read(_edited(tmp_path, lambda _: data))
    assert found.released is None
    assert "bad-date" in [i.code for i in found.issues]


def test_a_name_that_nobody_has_leaves_the_whole_country_unknown(tmp_path: Path) -> None:
    """The name is what people read, the code what programs read: with neither sure, nothing there is clear."""
    found = read(_edited(tmp_path, _set(2, "reports", 0, "included_regions", 0, "name", value="Nowhereland")))
    mali = [r for r in rows_of(found).values() if r["country"] == "MLI"]
    assert {r["code"] for r in mali} == {c for c, home in subdivisions().items() if home == "MLI"}
    assert {r["certain"] for r in mali} == {"false"}


def test_a_name_of_another_code_leaves_both_unknown() -> None:
    home = [c for c, country in subdivisions().items() if country == "MLI"]
    log = Log("x")
    found = cahra_names.places_of("ML-5", "Tombouctou", home, log)
    assert {(p.code, p.certain) for p in found} == {("ML-5", False), ("ML-6", False)}
    assert [i.code for i in log.issues] == ["bad-subdivision"]


@pytest.mark.parametrize(
    ("code", "name", "country"),
    [("CD-NK", "South Kivu", "COD"), ("SS-EE", "Western Equatoria", "SSD"), ("SD-DN", "South Darfur", "SDN")],
)
def test_names_that_differ_in_a_direction_are_not_alike(code: str, name: str, country: str) -> None:
    home = [c for c, owner in subdivisions().items() if owner == country]
    found = cahra_names.places_of(code, name, home, Log("x"))
    assert not any(place.certain for place in found)
    assert code in {place.code for place in found}


def test_an_expected_header_is_sent() -> None:
    assert {"Origin", "Referer"} <= set(source_of("eu_cahra").headers)


def test_the_real_list_is_the_bundled_layer_row_for_row(tmp_path: Path) -> None:
    path = reference_file("conflict/eu_cahra_2026Q2.json")
    found = read(path)
    assert (found.edition, found.released) == ("2026-06", date(2026, 6, 28))
    held = keep(tmp_path, source_of("eu_cahra"), found, path, "file", RETRIEVED)
    fetched, bundled = load_layer(held.folder / "eu_cahra"), load_layers()["eu_cahra"]
    pd.testing.assert_frame_equal(fetched.values, bundled.values)
    assert fetched.released == bundled.released


def test_the_real_list_in_the_shape_of_the_api(tmp_path: Path) -> None:
    """The archive's entries put back as the API answers them give the same rows."""
    archived = json.loads(reference_file("conflict/eu_cahra_2026Q2.json").read_text(encoding="utf-8"))
    title, updated = archived["meta"]["version"], archived["meta"]["reportsUpdated"]
    answer = []
    for entry in archived["entries"]:
        flags = [
            {
                "name": r["name"],
                "code": r["code"],
                "conflict_affected": r["conflictAffected"],
                "high_risk": r["highRisk"],
            }
            for r in entry["regions"] or []
        ]
        whole = {"title": title, "updated_at": updated, "is_country_level": True, "included_regions": []}
        each = [{**whole, "is_country_level": False, "included_regions": [f]} for f in flags]
        answer.append(
            {
                "country_code": entry["iso3"],
                "country_name": entry["countryName"],
                "reports": [whole] if entry["wholeCountry"] else each,
            }
        )
    path = tmp_path / "cahras.json"
    path.write_text(json.dumps(answer), encoding="utf-8")
    pd.testing.assert_frame_equal(
        read(path).drafts[0].rows, read(reference_file("conflict/eu_cahra_2026Q2.json")).drafts[0].rows
    )


def test_changes_between_two_editions(tmp_path: Path) -> None:
    found = read(SYNTHETIC)
    keep(tmp_path, source_of("eu_cahra"), found, SYNTHETIC, "file", RETRIEVED)
    editions = load_library(tmp_path, date(2031, 7, 1)).editions["eu_cahra"]
    assert [e.edition for e in editions] == ["2026-06", "2031-06"]
    table = changes(editions[0].values, editions[1].values, KEYS["listing"])
    assert "MLI ML-6 ML-6" in set(table[table["change"] == "removed"]["key"])
    kept = table[table["key"] == "IND IN-CG IN-CT"]
    assert kept[["column", "before", "after"]].to_numpy().tolist() == [
        ["status", "conflict-affected", "conflict-affected and high-risk"]
    ]
