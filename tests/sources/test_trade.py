"""BACI and the production tables as their publishers give them."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from ingest import expectations
from ingest.source import Expected, source_of
from ingest.sources.baci import products
from ingest.update import Wish, update
from risk_graph.errors import SourceError
from risk_graph.layers.library import load_library
from tests.reference import REFERENCE, reference_file
from tests.sources.country_files import DAY, FILES, codes, packed, read, said, workbook

BACI = {p.name: p.read_text() for p in sorted((FILES / "baci").iterdir())}
USGS = FILES / "usgs_production" / "MCS2025_World_Data.csv"
Y2023 = "BACI_HS92_Y2023_V202601.csv"


def archive(tmp_path: Path, **changes: str) -> Path:
    return packed(tmp_path / "BACI_HS92_V202601.zip", {**BACI, "Readme.txt": "x", **changes})


def test_the_chain_says_which_products_are_taken() -> None:
    assert {"260600", "281820", "760110", "760200", "7604"} <= set(products())
    assert "8708" not in products()  # parts of cars


def test_baci_is_read_with_its_own_codes_of_countries(tmp_path: Path) -> None:
    found = read("baci", archive(tmp_path))
    (draft,) = found.drafts
    rows = draft.rows
    assert (found.edition, draft.id, draft.kind) == ("HS92 V202601", "baci_trade", "trade")
    assert set(rows["hs6"]) == {"260600", "760110"}
    assert len(rows) == 16
    assert {"FRA", "IND", "S19"} <= set(rows["importer"])  # 251, 699, and a code that is no ISO country
    assert "S19 Other Asia, nes is no ISO country; 2 records keep the code" in said(found)
    unknown = rows[(rows["importer"] == "FRA") & (rows["exporter"] == "GIN") & (rows["year"] == 2023)]
    assert math.isnan(unknown["mass_t"].iloc[0])
    assert "1 records have no mass: it is unknown, not zero." in said(found)


def test_the_odd_record_is_told_by_the_data_alone(tmp_path: Path) -> None:
    rows = read("baci", archive(tmp_path)).drafts[0].rows
    noted = rows[rows["note"] != ""]
    assert [(r.exporter, r.importer, r.year) for r in noted.itertuples()] == [("GIN", "CHN", 2023)]
    assert "464 USD a tonne is 7.8 times what 9 of Guinea" in noted["note"].iloc[0]
    assert noted["mass_t"].iloc[0] == 13785076  # nothing is changed


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"country_codes_V202601.csv": "a,b\n1,2\n"}, "country_code"),
        ({Y2023: "t,i,j,k,v\n2023,324,156,260600,1\n"}, "t, i, j, k, v, q are expected"),
        ({Y2023: "t,i,j,k,v,q\n2023,324,156\n"}, "is damaged"),
        ({"BACI_HS92_Y2024_V202501.csv": "t,i,j,k,v,q\n"}, "two editions are never mixed"),
        ({"BACI_HS17_Y2024_V202601.csv": "t,i,j,k,v,q\n"}, "two editions are never mixed"),
    ],
)
def test_a_damaged_archive_is_refused(tmp_path: Path, changes: dict[str, str], message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read("baci", archive(tmp_path, **changes))


def test_another_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="country_codes"):
        read("baci", packed(tmp_path / "a.zip", {"x.csv": "1"}))
    (tmp_path / "b.zip").write_bytes(archive(tmp_path).read_bytes()[:300])
    with pytest.raises(SourceError, match="expected"):
        read("baci", tmp_path / "b.zip")


def test_a_code_and_a_mass_that_nobody_knows_are_said(tmp_path: Path) -> None:
    changed = BACI[Y2023].replace("324,276,260600", "324,997,260600").replace("1962790", "-5")
    found = read("baci", archive(tmp_path, **{Y2023: changed}))
    assert "?997" in set(found.drafts[0].rows["importer"])
    assert "mass_t '-5' of GIN to IRL is no number" in said(found)


def test_usgs_labels_are_mapped_one_by_one() -> None:
    found = read("usgs_production", USGS)
    rows = {(r.country, r.year, r.commodity): r for r in found.drafts[0].rows.itertuples()}
    assert found.edition == "2025"
    assert rows["GIN", 2023, "Bauxite"].mass_t == 123e6
    assert rows["GIN", 2024, "Alumina"].mass_t == 310e3
    assert math.isnan(rows["USA", 2023, "Aluminium"].mass_t)  # withheld is not zero
    assert rows["USA", 2024, "Aluminium"].note == "Estimated by the USGS."
    assert len(rows) == 8
    assert "Bauxite dug in a new way is not known" in said(found)
    assert "Other countries is no country" in said(found)
    assert "Atlantis is no country that is understood" in said(found)
    assert not any("apacity" in i.message or "opper" in i.message for i in found.issues)


def test_another_table_is_no_usgs_release(tmp_path: Path) -> None:
    path = tmp_path / "MCS2025.csv"
    path.write_text("COMMODITY,COUNTRY,TYPE,UNIT_MEAS,2023\nAluminum,China,Smelter production,t,1\n")
    with pytest.raises(SourceError, match="PROD_<year>"):
        read("usgs_production", path)
    path.write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match="holds 0 tables"):
        read("usgs_production", path)


def test_a_unit_that_is_not_known_is_no_mass(tmp_path: Path) -> None:
    path = tmp_path / USGS.name
    path.write_text(USGS.read_text().replace("thousand metric dry tons", "long tons"))
    found = read("usgs_production", path)
    assert "Bauxite" not in set(found.drafts[0].rows["commodity"])
    assert "bad-unit" in codes(found)


@pytest.mark.slow
def test_the_workbook_of_world_mining_data(tmp_path: Path) -> None:
    bauxite = [
        ["Bauxite (synthetic)"],
        ["Country", "unit", 2023, 2024, "data source"],
        ["Guinea", "metr. t", 123456, 130000, "r"],
    ]
    aluminium = [
        ["Country", "unit", 2023, 2024],
        ["China", "metr. t", 41600000, ""],
        ["Total", "metr. t", 7e7, 7e7],
    ]
    path = workbook(tmp_path / "wmd.xlsx", {"Bauxite": bauxite, "Aluminium": aluminium, "Copper": [["x"]]})
    found = read("world_mining_data", path)
    rows = {(r.country, r.year, r.commodity): r.mass_t for r in found.drafts[0].rows.itertuples()}
    assert rows["GIN", 2024, "Bauxite"] == 130000
    assert math.isnan(rows["CHN", 2024, "Aluminium"])
    assert "Total is no country" in said(found)
    with pytest.raises(SourceError, match="no sheet Bauxite or Aluminium"):
        read(
            "world_mining_data",
            workbook(tmp_path / "other.xlsx", {"Copper": [["Country", "2024"], ["Chile", 5]]}),
        )


def test_two_figures_for_one_country_and_year_are_none(tmp_path: Path) -> None:
    path = tmp_path / "wmd.csv"
    path.write_text(
        "commodity,Country,Country_ISO,unit,data_source,year,tonnes\nBauxite,Guinea,GIN,metr. t,r,2023,5\n"
        "Bauxite,Guinea,GIN,metr. t,r,2023,6\nBauxite,Ghana,GHA,metr. t,r,2023,0\n"
    )
    found = read("world_mining_data", path)
    rows = {r.country: r.mass_t for r in found.drafts[0].rows.itertuples()}
    assert math.isnan(rows["GIN"])
    assert rows["GHA"] == 0
    assert "duplicate-id" in codes(found)


def test_the_concentration_of_production_is_the_published_one() -> None:
    """Herfindahl-Hirschman index, total and three largest shares of 2018 to 2022."""
    found = read("world_mining_data", reference_file("trade/wmd_production_bauxite_aluminium_2018_2024.csv"))
    rows = found.drafts[0].rows
    oracle = json.loads((REFERENCE.parent / "oracles" / "hhi_wmd.json").read_text())
    assert len(oracle) == 10
    for name, expected in oracle.items():
        commodity, year = name.split()
        mass = rows[(rows["commodity"] == commodity) & (rows["year"] == int(year))].set_index("country")[
            "mass_t"
        ]
        shares = (mass / mass.sum()).sort_values(ascending=False)
        assert mass.sum() == expected["total"]
        assert (shares**2).sum() == pytest.approx(expected["hhi_0_1"], abs=1e-12)
        assert [[c, round(s, 6)] for c, s in shares.head(3).items()] == expected["top3"]
    known = rows.set_index(["commodity", "country", "year"])["mass_t"]
    assert known["Bauxite", "GIN", 2022] == 103_525_513
    assert known["Bauxite", "CIV", 2022] == known["Bauxite", "SLB", 2022] == 0


def test_the_compiled_tables_of_the_usgs() -> None:
    found = read(
        "usgs_production", reference_file("trade/usgs_production_bauxite_alumina_aluminium_milovanoff.csv")
    )
    rows = {(r.country, r.year, r.commodity): r.mass_t for r in found.drafts[0].rows.itertuples()}
    assert rows["GIN", 2017, "Bauxite"] == 46_200_000
    assert math.isnan(rows["MEX", 2017, "Bauxite"])
    assert ("BIH", 2017, "Bauxite") in rows
    assert "Serbia and Montenegro is no country that is understood" in said(found)


def test_trade_is_set_against_the_production_at_hand(tmp_path: Path) -> None:
    root = tmp_path / "sources"
    wish = Wish(archive(tmp_path))
    baci, usgs = source_of("baci"), source_of("usgs_production")
    baci = replace(baci, expected={"baci_trade": Expected(10, 20)})
    usgs = replace(usgs, expected={})
    alone = update(baci, root, wish, DAY, {}, lambda _s, _d: None)
    assert any("Production or a part of the exports is unknown" in i.message for i in alone.issues)
    less = tmp_path / USGS.name
    less.write_text(USGS.read_text().replace('"123,000"', "12000"))
    update(usgs, root, Wish(less), DAY, {}, lambda _s, _d: None)
    found = update(baci, root, wish, DAY, {}, lambda _s, _d: None)
    assert any(
        "Guinea exported 22,053,295 t of HS 260600 in 2023, and produced 12,000,000 t" in i.message
        for i in found.issues
    )
    layer = load_library(root, DAY, {"baci_trade": found.held.edition}).layers["baci_trade"]
    noted = layer.values[layer.values["note"].str.contains("exported 22,053,295 t")]
    assert set(noted["exporter"]) == {"GIN"}
    assert set(noted["year"]) == {2023}
    assert len(expectations.production(root)) == 8


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\x00", "x = [", "x = 1"])
@pytest.mark.parametrize("name", ["layer.toml", "values.csv"])
def test_production_that_is_damaged_is_said_and_not_left_out(tmp_path: Path, name: str, text: str) -> None:
    """Left out, no export would exceed it."""
    root, baci = tmp_path / "sources", replace(source_of("baci"), expected={"baci_trade": Expected(10, 20)})
    usgs = replace(source_of("usgs_production"), expected={})
    held = update(usgs, root, Wish(USGS), DAY, {}, lambda _s, _d: None).held
    (held.folder / "usgs_production" / name).write_text(text)
    with pytest.raises(
        SourceError, match=rf"is damaged \(usgs_production/{name}.*update DIR usgs_production"
    ):
        update(baci, root, Wish(archive(tmp_path)), DAY, {}, lambda _s, _d: None)
