"""The bundled aluminium chain: facts of the real world, each with its source, that hold together."""

import re
import tomllib
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "aluminium"
TRADE = ROOT / "data" / "layers" / "baci_trade"

COLUMNS = {
    "suppliers": "supplier_id name country lei duns registration_id membership_class member_since source",
    "facilities": "facility_id supplier_id name stage country subdivision latitude longitude location_precision "
    "capacity_t_per_year opened_on closed_on source",
    "flows": "flow_id from_id to_id material mass unit period_start period_end coc_mass coc_model evidence source",
    "products": "product_id name buyer_id source",
    "certificates": "certificate_id standard version level status holder_id issued_on expires_on certified_since "
    "auditor source",
    "certificate_scope": "certificate_id covers_id activities materials",
    "ownership": "owner_id owned_id share valid_from valid_to source",
}
REQUIRED = {
    "suppliers": "supplier_id name country source",
    "facilities": "facility_id supplier_id name stage country location_precision source",
    "flows": "flow_id from_id to_id material mass unit period_start period_end evidence source",
    "products": "product_id name buyer_id source",
    "certificates": "certificate_id standard holder_id issued_on expires_on source",
    "certificate_scope": "certificate_id covers_id",
    "ownership": "owner_id owned_id share source",
}
SIDE_FILES = [
    "links_without_quantity",
    "quantities_without_destination",
    "certificates_without_dates",
    "published_figures",
]
TONNES = {
    "t": 1.0,
    "kt": 1e3,
    "Mt": 1e6,
    "kg": 1e-3,
    "lb": 0.00045359237,
    "short_ton": 0.90718474,
    "long_ton": 1.0160469088,
}
# alpha-3 to alpha-2 for the countries of the data, from ISO 3166-1
ISO = dict(
    pair.split(":")
    for pair in [
        "ARE:AE",
        "AUS:AU",
        "BEL:BE",
        "BHR:BH",
        "BRA:BR",
        "CAN:CA",
        "CHE:CH",
        "CHN:CN",
        "CMR:CM",
        "DEU:DE",
        "ESP:ES",
        "FRA:FR",
        "GBR:GB",
        "GGY:GG",
        "GHA:GH",
        "GIN:GN",
        "GRC:GR",
        "GUY:GY",
        "HUN:HU",
        "IDN:ID",
        "IND:IN",
        "IRL:IE",
        "ISL:IS",
        "ITA:IT",
        "JAM:JM",
        "JPN:JP",
        "MOZ:MZ",
        "NGA:NG",
        "NLD:NL",
        "NOR:NO",
        "NZL:NZ",
        "OMN:OM",
        "RUS:RU",
        "SAU:SA",
        "SUR:SR",
        "SWE:SE",
        "UKR:UA",
        "USA:US",
        "ZAF:ZA",
    ]
)


def read(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def tables():
    return {name: read(DATA / "inputs" / f"{name}.csv") for name in COLUMNS}


def ids_of(tables):
    return (
        list(tables["suppliers"].supplier_id)
        + list(tables["facilities"].facility_id)
        + list(tables["products"].product_id)
    )


def day(text, empty):
    return date.fromisoformat(text) if text else empty


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_are_those_of_the_interface(tables, name):
    assert list(tables[name].columns) == COLUMNS[name].split()


@pytest.mark.parametrize("name", REQUIRED)
def test_no_required_cell_is_empty(tables, name):
    for column in REQUIRED[name].split():
        assert (tables[name][column].str.strip() != "").all(), column


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.csv")), ids=lambda path: path.stem)
def test_files_are_plain_utf8_without_stray_blanks_or_twin_rows(path):
    raw = path.read_bytes()
    assert b"\r" not in raw
    assert not raw.startswith(b"\xef\xbb\xbf")
    table = read(path)
    assert not table.duplicated().any()
    assert all((table[column] == table[column].str.strip()).all() for column in table.columns)


@pytest.mark.parametrize("name", SIDE_FILES)
def test_side_files_have_sources(name):
    assert (read(DATA / f"{name}.csv").source != "").all()


def test_enough_facilities(tables):
    assert len(tables["facilities"]) >= 90


def test_ids_are_unique_over_all_three_kinds(tables):
    ids = ids_of(tables)
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z0-9-]+", i) for i in ids)
    assert tables["flows"].flow_id.is_unique
    assert tables["certificates"].certificate_id.is_unique


def test_every_reference_resolves(tables):
    known = set(ids_of(tables))
    suppliers = set(tables["suppliers"].supplier_id)
    assert set(tables["facilities"].supplier_id) <= suppliers
    assert set(tables["products"].buyer_id) <= suppliers
    assert set(tables["ownership"].owner_id) <= suppliers
    assert set(tables["certificates"].holder_id) <= suppliers
    assert set(tables["flows"].from_id) <= known
    assert set(tables["flows"].to_id) <= known
    assert set(tables["ownership"].owned_id) <= known
    assert set(tables["certificate_scope"].covers_id) <= known
    assert set(tables["certificate_scope"].certificate_id) == set(tables["certificates"].certificate_id)


def test_references_of_side_files_resolve(tables):
    known = set(ids_of(tables))
    parts = lambda series: {part for cell in series for part in cell.split("|") if part}  # noqa: E731
    links = read(DATA / "links_without_quantity.csv")
    undated = read(DATA / "certificates_without_dates.csv")
    assert parts(links.from_id) | parts(links.to_id) <= known
    assert parts(read(DATA / "quantities_without_destination.csv").site_id) <= known
    assert parts(undated.covers) | set(undated.holder_id) <= known
    assert not set(undated.certificate_id) & set(tables["certificates"].certificate_id)
    assert set(read(DATA / "published_figures.csv").subject_id) <= known | set(tables["flows"].flow_id)


def test_countries_are_iso_3166_1(tables):
    assert set(tables["suppliers"].country) | set(tables["facilities"].country) <= set(ISO)


def test_subdivisions_lie_in_their_country(tables):
    for row in tables["facilities"].itertuples():
        if row.subdivision:
            assert re.fullmatch(ISO[row.country] + r"-[A-Z0-9]{1,3}", row.subdivision), row.facility_id


def test_withdrawn_subdivision_codes_are_not_used(tables):
    used = set(tables["facilities"].subdivision)
    assert not used & {"IN-CT", "IN-OR", "NO-12", "NO-10", "NO-09", "CN-45", "CN-52", "CN-41", "CN-50"}


def test_subdivisions_are_in_the_gazetteer(tables):
    codes = set(read(ROOT / "data" / "reference" / "iso3166_2.csv")["code"])
    assert set(tables["facilities"].subdivision) - {""} <= codes


def test_coordinates_come_in_pairs_and_match_the_precision(tables):
    for row in tables["facilities"].itertuples():
        assert bool(row.latitude) == bool(row.longitude)
        if row.latitude:
            assert -90 <= float(row.latitude) <= 90
            assert -180 <= float(row.longitude) <= 180
            assert row.location_precision == "site", row.facility_id
        else:
            assert row.location_precision == ("subdivision" if row.subdivision else "country"), (
                row.facility_id
            )


@pytest.mark.slow
def test_coordinates_are_within_30_km_of_their_country(tables):
    world = gpd.read_parquet(ROOT / "data" / "boundaries" / "countries.parquet").set_index("country")
    sites = tables["facilities"].query("latitude != ''")
    for country, group in sites.groupby("country"):
        land = gpd.GeoSeries([world.loc[[country]].geometry.make_valid().union_all()], crs=4326)
        points = gpd.GeoSeries.from_xy(group.longitude.astype(float), group.latitude.astype(float), crs=4326)
        for identity, point in zip(group.facility_id, points, strict=True):
            here = f"+proj=aeqd +lat_0={point.y} +lon_0={point.x}"
            window = land.intersection(point.buffer(5)).to_crs(here)
            assert not window.is_empty.all(), identity
            assert window.distance(type(point)(0, 0)).min() <= 30_000, identity


def test_capacities_are_tonnes_a_year(tables):
    capacities = [float(c) for c in tables["facilities"].capacity_t_per_year if c]
    assert len(capacities) >= 60
    assert all(10_000 <= c <= 40_000_000 for c in capacities)


def test_masses_and_periods(tables):
    for row in tables["flows"].itertuples():
        assert float(row.mass) > 0, row.flow_id
        assert row.unit in TONNES, row.flow_id
        assert date.fromisoformat(row.period_start) <= date.fromisoformat(row.period_end), row.flow_id
        assert row.evidence in ("reported", "modelled"), row.flow_id
        assert ("quantity modelled" in row.source) == (row.evidence == "modelled"), row.flow_id
        assert row.from_id != row.to_id


def test_flows_follow_the_chain(tables):
    chain = tomllib.loads((ROOT / "data" / "chains" / "aluminium.toml").read_text(encoding="utf-8"))
    stages = dict(zip(tables["facilities"].facility_id, tables["facilities"].stage, strict=True))
    stages |= dict.fromkeys(tables["products"].product_id, "product")
    allowed = {(a, b, m) for f in chain["flows"] for a in f["from"] for b in f["to"] for m in f["materials"]}
    assert set(tables["facilities"].stage) <= set(chain["stages"])
    assert set(tables["flows"].material) <= set(chain["materials"])
    for row in tables["flows"].itertuples():
        if row.from_id in stages and row.to_id in stages:
            assert (stages[row.from_id], stages[row.to_id], row.material) in allowed, row.flow_id


def test_no_flow_lies_outside_the_life_of_its_site(tables):
    life = {row.facility_id: (row.opened_on, row.closed_on) for row in tables["facilities"].itertuples()}
    for row in tables["flows"].itertuples():
        for end in (row.from_id, row.to_id):
            opened, closed = life.get(end, ("", ""))
            assert row.period_end >= opened, (row.flow_id, end)
            assert not closed or row.period_start <= closed, (row.flow_id, end)


def test_a_refinery_never_gives_more_alumina_than_its_declared_bauxite_where_the_supply_is_complete(tables):
    flows = tables["flows"].assign(t=lambda f: f.mass.astype(float) * f.unit.map(TONNES))
    for refinery, years in {
        "damanjodi-refinery": range(2008, 2020),
        "friguia-refinery": (2010, 2011, 2012, 2018, 2019),
        "ewarton-refinery": range(2014, 2020),
    }.items():
        for year in years:
            now = flows[flows.period_end.str.startswith(str(year))]
            bauxite = now[now.to_id == refinery].t.sum()
            alumina = now[now.from_id == refinery].t.sum()
            assert 2 < bauxite / alumina < 6, (refinery, year)


def test_a_smelter_never_gives_more_metal_than_half_its_alumina(tables):
    flows = tables["flows"].assign(t=lambda f: f.mass.astype(float) * f.unit.map(TONNES))
    alumina = flows[flows.to_id == "angul-smelter"].set_index("period_end").t
    metal = flows[flows.from_id == "angul-smelter"].set_index("period_end").t
    ratio = alumina / metal
    assert len(ratio) == 12
    assert ratio.notna().all()
    assert ratio.between(1.85, 2.4).all(), ratio.to_dict()


def test_the_nalco_chain_holds_the_published_figures(tables):
    flows = tables["flows"].set_index("flow_id")
    assert flows.mass["panchpatmali-damanjodi-fy2019"] == "7230546"
    assert flows.mass["damanjodi-export-fy2019"] == "1244256"
    assert float(flows.mass["damanjodi-angul-fy2019"]) == 2152500 - 1244256
    assert flows.mass["angul-export-fy2019"] == "38463"
    assert flows.period_start["angul-export-fy2019"] == "2018-04-01"
    assert flows.period_end["angul-export-fy2019"] == "2019-03-31"


def test_shares_of_one_thing_never_exceed_the_whole_on_any_day(tables):
    early, late = date.min, date.max
    for owned, group in tables["ownership"].groupby("owned_id"):
        spans = [
            (day(r.valid_from, early), day(r.valid_to, late), float(r.share)) for r in group.itertuples()
        ]
        assert all(a <= b and 0 < share <= 1 for a, b, share in spans), owned
        for moment, _, _ in spans:
            assert sum(share for a, b, share in spans if a <= moment <= b) <= 1 + 1e-9, (owned, moment)


def test_cbg_look_through(tables):
    share = tables["ownership"].set_index(["owner_id", "owned_id"]).share.astype(float)
    assert share["sup-rio-tinto", "sup-halco"] * share["sup-halco", "sup-cbg"] == pytest.approx(0.2295)
    assert share["sup-dadco", "sup-halco"] * share["sup-halco", "sup-cbg"] == pytest.approx(0.051)
    assert share["sup-halco", "sup-cbg"] + share["sup-republic-of-guinea", "sup-cbg"] == pytest.approx(1)


def test_certificate_dates_are_in_order(tables):
    for row in tables["certificates"].itertuples():
        assert date.fromisoformat(row.issued_on) <= date.fromisoformat(row.expires_on)
    dates = tables["certificates"].set_index("certificate_id")
    assert dates.expires_on["asi-326"] == "2024-12-17"
    assert dates.level["asi-326"] == "provisional"


def test_opened_before_closed(tables):
    for row in tables["facilities"].itertuples():
        assert day(row.opened_on, date.min) <= day(row.closed_on, date.max), row.facility_id


def test_contradictions_are_kept_side_by_side():
    figures = read(DATA / "published_figures.csv")
    deal = figures[figures.subject_id == "ega-bmw-landshut-2021"]
    assert {"43000", "3000"} <= set(deal.value)
    assert len(figures) >= 6


def test_no_known_link_is_both_with_and_without_a_quantity_for_one_period(tables):
    links = read(DATA / "links_without_quantity.csv")
    flows = tables["flows"]
    for link in links.query("period_start != '' and period_end != ''").itertuples():
        same = flows[
            (flows.from_id == link.from_id) & (flows.to_id == link.to_id) & (flows.material == link.material)
        ]
        overlap = (same.period_start <= link.period_end) & (same.period_end >= link.period_start)
        assert not overlap.any(), (link.from_id, link.to_id)


def test_settings():
    settings = tomllib.loads((DATA / "risk-graph.toml").read_text(encoding="utf-8"))
    assert settings["project"]["chain"] == "aluminium"
    assert settings["run"]["as_of"] == date(2026, 6, 30)


def test_trade_layer_matches_its_description():
    layer = tomllib.loads((TRADE / "layer.toml").read_text(encoding="utf-8"))
    values = read(TRADE / "values.csv")
    assert list(values.columns) == [
        "year",
        "hs6",
        "exporter",
        "importer",
        "value_kusd",
        "mass_t",
        "retrieved",
        "note",
    ]
    assert len(values) == layer["expect"]["rows"]
    assert [values.year.astype(int).min(), values.year.astype(int).max()] == layer["expect"]["years"]
    assert not values.duplicated(["year", "hs6", "exporter", "importer"]).any()
    assert set(values.hs6) == {"260600", "760110"}
    assert values.exporter.str.fullmatch("[A-Z]{3}|S19").all()
    assert values.importer.str.fullmatch("[A-Z]{3}|S19").all()
    assert (values.value_kusd.astype(float) >= 0).all()
    masses = values.mass_t[values.mass_t != ""].astype(float)
    assert len(values) - len(masses) == 128
    assert (masses >= 0).all()


def test_the_flagged_trade_record_still_stands_out():
    values = read(TRADE / "values.csv").query(
        "hs6 == '260600' and year == '2023' and exporter == 'GIN' and mass_t != ''"
    )
    price = values.value_kusd.astype(float) * 1000 / values.mass_t.astype(float)
    large = values.mass_t.astype(float) > 200_000
    china = values.importer == "CHN"
    assert values.note[china].str.startswith("unreliable").all()
    assert 6 < price[china].iloc[0] / price[large & ~china].max() < 8


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.csv")), ids=lambda path: path.stem)
def test_every_row_cites_a_year_or_says_that_there_is_none(path):
    table = read(path)
    if "source" in table:
        silent = ~table.source.str.contains(r"\b(?:19|20)\d\d|undated|n\.d\.", regex=True)
        assert not silent.any(), table[silent].iloc[:, 0].tolist()


def number(text):
    return float(text.replace(",", ""))


def test_the_arithmetic_that_a_modelled_flow_states_gives_its_mass(tables):
    """Where a quantity is worked out from two published figures, the row names both."""
    checked = 0
    for row in tables["flows"].query("evidence == 'modelled'").itertuples():
        less = re.search(r"production ([\d,]+) t less export ([\d,]+) t", row.source)
        share = re.search(r"share, ([\d.]+) Mt \(dry\), here divided by ([\d.]+)\.", row.source)
        plan = re.search(r"([\d.]+) Mt a year in (\d+) years less the ([\d.]+) Mt", row.source)
        if less:
            assert number(row.mass) == number(less[1]) - number(less[2]), row.flow_id
        if share:
            assert number(row.mass) == pytest.approx(number(share[1]) / number(share[2]), abs=0.005)
        if plan:
            assert number(row.mass) == pytest.approx(number(plan[1]) * int(plan[2]) - number(plan[3]))
        checked += any((less, share, plan))
    assert checked == 18


# Of these sites no delivery of the same period is published: their need is unknown, and the declared input looks like all.
INPUT_WITHOUT_OUTPUT = {
    "al-taweelah-refinery",
    "albras-smelter",
    "bmw-landshut",
    "korba-casthouse",
    "lanjigarh-refinery",
    "paranam-refinery",
    "ras-al-khair-refinery",
    "ras-al-khair-smelter",
    "wagerup-refinery",
    "worsley-refinery",
}


def test_sites_whose_input_alone_is_known_are_known(tables):
    """A new one needs an output (a product) or a place on this list and in docs/data-aluminium.md."""
    flows, sites = tables["flows"], set(tables["facilities"].facility_id)
    given = set(zip(flows.from_id, flows.period_start, flows.period_end, strict=True))
    found = {f.to_id for f in flows.itertuples() if (f.to_id, f.period_start, f.period_end) not in given}
    assert found & sites == INPUT_WITHOUT_OUTPUT


def test_undated_certificates_have_no_date_of_issue_or_expiry():
    """The day of an announcement is not the day of issue."""
    undated = read(DATA / "certificates_without_dates.csv")
    assert (undated.issued_on == "").all()
    assert (undated.expires_on == "").all()
    assert (undated.status == "unknown").all()
    silent = undated[undated.announced_on == ""]
    assert silent.source.str.contains(r"undated|\(20\d\d\)", regex=True).all()


def test_no_company_stands_for_a_listed_place_on_an_old_report_alone(tables):
    """Whoever is flagged for a site in a listed region has it from a source of the last ten years."""
    listed = set(read(ROOT / "data/layers/eu_cahra/values.csv").code) - {""}
    flagged = tables["facilities"][tables["facilities"].subdivision.isin(listed)]
    assert len(flagged) >= 6
    for row in flagged.itertuples():
        years = [int(year) for year in re.findall(r"\((20\d\d)", row.source)]
        assert max(years) >= 2015, row.facility_id


def test_the_operators_that_changed_stand_beside_those_of_the_reports(tables):
    operators = read(DATA / "published_figures.csv").query("figure == 'operator'")
    now = dict(zip(tables["facilities"].facility_id, tables["facilities"].supplier_id, strict=True))
    assert {s: now[s] for s in operators.subject_id} == {
        "gac-sangaredi-mine": "sup-nimba-mining",
        "nikolaev-refinery": "sup-mykolaiv-alumina",
        "zaporozhye-refinery": "sup-zalk",
    }
    assert operators.groupby("subject_id").value.nunique().eq(2).all()
    assert operators.groupby("subject_id").source.nunique().eq(2).all()


def test_a_row_with_other_published_figures_says_so_where_it_is_read(tables):
    figures = set(read(DATA / "published_figures.csv").subject_id)
    keys = {"facilities": "facility_id", "flows": "flow_id", "suppliers": "supplier_id"}
    found = 0
    for name, key in keys.items():
        rows = tables[name][tables[name][key].isin(figures)]
        assert rows.source.str.contains("published_figures.csv", regex=False).all(), name
        found += len(rows)
    assert found == len(figures)


# Smelters and refineries on the shore, and sites of Sweden, the United Kingdom, Italy and New Zealand, of which no
# subdivisions are bundled (no list names one there).
IN_NO_SUBDIVISION = {
    *("alouette-smelter", "aughinish-refinery", "bell-bay-smelter", "fjardaal-smelter", "lista-smelter"),
    *("anglesey-smelter", "lochaber-smelter", "lynemouth-smelter", "kubal-smelter", "eurallumina-refinery"),
    "tiwai-point-smelter",
}
# The outline has no code, because it was split or merged since about 2012.
IN_AN_UNCODED_OUTLINE = {"awaso-mine", "isal-smelter", "mosjoen-smelter", "soral-smelter"}


def test_the_declared_subdivision_is_the_one_at_the_coordinates(tables):
    """One site disagrees with its report (Al Ba'itha); its subdivision is left empty."""
    sites = tables["facilities"].query("latitude != ''")
    points = gpd.GeoSeries.from_xy(sites.longitude.astype(float), sites.latitude.astype(float), crs=4326)
    outlines = gpd.read_parquet(ROOT / "data/boundaries/subdivisions.parquet")[["codes", "geometry"]]
    sites = gpd.GeoDataFrame(sites[["facility_id", "subdivision"]], geometry=points.values, crs=4326)
    found = gpd.sjoin(sites, outlines, how="left", predicate="within")
    parent = read(ROOT / "data/reference/iso3166_2.csv").set_index("code").parent
    outside, uncoded, other = set(), set(), set()
    for row in found.itertuples():
        codes = set(str(row.codes).split())
        if pd.isna(row.index_right):
            outside.add(row.facility_id)
        elif not row.codes:
            uncoded.add(row.facility_id)
        elif row.subdivision not in (codes | {parent[code] for code in codes}) - {""}:
            other.add(row.facility_id)
    assert outside == IN_NO_SUBDIVISION
    assert uncoded == IN_AN_UNCODED_OUTLINE
    assert other == {"al-baitha-mine"}
