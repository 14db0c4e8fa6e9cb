"""Published results, to the last digit that they print.

MIT-licensed and printed numbers stand here or in fixtures/oracles; INFORM (European Commission JRC) and World Mining Data are
read where they are at hand, for their terms do not let them stand in this repository.
"""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kurtosis, skew

from risk_graph.assess.comparison import half_up, rank, z_score
from risk_graph.assess.composite import AGGREGATIONS, geometric, inverted_geometric
from risk_graph.assess.geopolrisk import geopolrisk
from risk_graph.assess.outranking import copeland, outranking
from risk_graph.assess.sensitivity import sobol
from risk_graph.trace.concentration import hhi_bounds, threshold_sets
from tests.assess import asem
from tests.reference import published_file, reference_file

VECTOR = np.array([2.0, 4, 4, 5, 7, 9, 11, 60])

INFORM_CUTS = (2.2, 3.2, 5.1, 6.9)
INFORM_CLASSES = np.array(["Very Low", "Low", "Medium", "High", "Very High"])
INFORM_DIMENSIONS = {
    "HAZARD & EXPOSURE": ("Natural", "Human"),
    "VULNERABILITY": ("Socio-Economic Vulnerability", "Vulnerable Groups"),
    "LACK OF COPING CAPACITY": ("Institutional", "Infrastructure"),
}


@pytest.fixture(scope="module")
def inform() -> pd.DataFrame:
    table = pd.read_csv(published_file("inform_risk_2025_v070_subset.csv"), keep_default_na=False)
    assert len(table) == 191
    return table


def of(table: pd.DataFrame, columns: object) -> np.ndarray:
    return table[list(columns)].to_numpy(dtype=float)


@pytest.mark.parametrize("dimension", INFORM_DIMENSIONS)
def test_inform_dimensions_of_191_countries(dimension, inform):
    parts = of(inform, INFORM_DIMENSIONS[dimension])
    found = half_up(inverted_geometric(parts, np.ones(2), worst=10), 1)
    assert found.tolist() == inform[dimension].tolist()


def test_inform_risk_and_classes_of_191_countries(inform):
    risk = half_up(geometric(of(inform, INFORM_DIMENSIONS), np.ones(3)), 1)
    assert risk.tolist() == inform["INFORM RISK"].tolist()
    classes = INFORM_CLASSES[np.searchsorted(INFORM_CUTS, risk, side="right")]
    assert classes.tolist() == inform["RISK CLASS"].tolist()


@pytest.mark.parametrize(
    ("name", "low", "aggregation"),
    [("minmax0100_amean", 0, "arithmetic"), ("minmax1100_gmean", 1, "geometric"), ("minmax1100_hmean", 1, "harmonic")],
)  # fmt: skip
def test_asem_in_three_aggregations(name, low, aggregation):
    data, meta, expected = asem.read("iData", "uCode"), asem.read("iMeta", "iCode"), asem.read(name, "uCode")
    indicators = asem.indicators(meta).index
    assert (len(data), len(indicators), data[indicators].isna().sum().sum()) == (51, 49, 63)
    found = asem.aggregated(asem.normalised(data[indicators], meta, low), meta, aggregation)
    assert set(expected.index) == set(data.index)
    assert np.abs((found.loc[expected.index, expected.columns] - expected).to_numpy()).max() < 1e-10


def test_asem_full_example():
    """Denominated, filled, winsorised, min-max, arithmetic: 51 countries, all levels, to the 8 digits printed."""
    data, meta = asem.read("iData", "uCode"), asem.read("iMeta", "iCode")
    expected = asem.read("build_example_coin_results", "uCode")
    found = asem.full_example(data, meta).loc[expected.index]
    levels = [c for c in expected.columns if c != "Rank"]
    assert len(expected) == 51
    assert np.abs((found[levels] - expected[levels]).to_numpy()).max() <= 0.5e-8
    assert rank(-found["Index"].to_numpy()).tolist() == expected["Rank"].tolist()


def test_T4_the_aggregation_decides_who_is_ahead():
    """GBR is ahead of FRA where good makes up for bad, and behind where it does not."""
    gap = {}
    for name in ("minmax0100_amean", "minmax1100_gmean", "minmax1100_hmean"):
        index = asem.read(name, "uCode")["Index"]
        gap[name] = index["GBR"] - index["FRA"]
    assert gap["minmax0100_amean"] > 3
    assert 0 < gap["minmax1100_gmean"] < 3
    assert gap["minmax1100_hmean"] < -1


def test_small_vectors():
    assert z_score(VECTOR)[[0, -1]] == pytest.approx([-0.556560614, 2.446278046], abs=5e-10)
    assert rank(VECTOR).tolist() == [1, 2, 2, 4, 5, 6, 7, 8]
    assert skew(VECTOR, bias=False) == pytest.approx(2.70129987, abs=5e-9)
    assert kurtosis(VECTOR, bias=False) == pytest.approx(7.45211679, abs=5e-9)
    assert asem.winsorised(VECTOR).tolist() == [2, 4, 4, 5, 7, 9, 11, 11]
    means = {
        name: aggregate(np.array([[1.0, 2, 4]]), np.array([1.0, 1, 2])).item()
        for name, aggregate in AGGREGATIONS.items()
    }
    assert means["arithmetic"] == 2.75
    assert means["geometric"] == pytest.approx(2.37841423, abs=5e-9)
    assert means["harmonic"] == pytest.approx(2.0, abs=1e-12)
    assert means["quadratic"] == pytest.approx(3.041381265, abs=5e-10)


def test_outranking():
    x, weights = np.array([[9.0, 2, 4], [7, 6, 5], [3, 8, 9], [5, 5, 1]]), np.array([0.5, 0.3, 0.2])
    e = outranking(x, weights)
    assert [e[0, 1], e[0, 3], e[1, 3], e[2, 3]] == pytest.approx([0.5, 0.7, 1.0, 0.5])
    assert copeland(x, weights).tolist() == [1, 1, 0, -2]


WORLD = [f"{metal} {year}" for metal in ("Bauxite", "Aluminium") for year in range(2018, 2023)]


@pytest.mark.parametrize("case", WORLD)
def test_hhi_of_world_production(case):
    expected = json.loads(published_file("hhi_wmd.json").read_text(encoding="utf-8"))[case]
    table = pd.read_csv(reference_file("trade/wmd_production_bauxite_aluminium_2018_2024.csv"))
    metal, year = case.split()
    rows = table[(table["commodity"] == metal) & (table["year"] == int(year)) & (table["tonnes"] > 0)]
    assert rows["tonnes"].sum() == pytest.approx(expected["total"], abs=0.5)
    assert hhi_bounds(rows["tonnes"].to_numpy())[0] == pytest.approx(expected["hhi_0_1"], abs=1e-12)


def test_T21_one_number_two_words():
    """World bauxite 2022: 1,834 points. Whoever may choose the set of thresholds chooses the word."""
    assert {name: s.word(0.18342380) for name, s in threshold_sets().items()} == {
        "doj_ftc_1992": "highly concentrated",
        "doj_ftc_2010": "moderately concentrated",
        "doj_ftc_2023": "highly concentrated",
    }


# USA 2022, the test case of geopolrisk-py as printed: HHI, sum of risk x imports, imports and domestic production in t, price
# in USD/kg; import risk (WTA), score, characterisation factor.
USA_2022 = {
    "nickel": (0.267490077, 21.179740942, 37.495, 17500, 4.806774237, 0.001207683, 0.000323043, 0.003792739),
    "manganese": (
        0.203518337,
        191198.003477,
        350700.567,
        0,
        0.400734884,
        0.545188749,
        0.110955908,
        0.108604046,
    ),
    "graphite": (0.470663479, 50585.910847, 86586.111, 0, 2.226906957, 0.584226619, 0.274974133, 1.495658142),
}


def five_producers(hhi: float) -> np.ndarray:
    """Four equal shares and a fifth whose squares sum to it."""
    equal = (8 - np.sqrt(64 - 80 * (1 - hhi))) / 40
    return np.array([equal] * 4 + [1 - 4 * equal])


@pytest.mark.parametrize("material", USA_2022)
def test_geopolrisk_of_printed_sums(material):
    hhi, weighted, imports, domestic, price, wta, score, factor = USA_2022[material]
    found = geopolrisk(five_producers(hhi), np.array([imports]), np.array([weighted / imports]), domestic)
    assert found.hhi == pytest.approx(hhi, abs=1e-12)
    assert found.import_risk.value == pytest.approx(wta, abs=1e-9)
    assert found.score.value == pytest.approx(score, abs=1e-9)
    assert found.characterisation(price).value == pytest.approx(factor, rel=1e-6)


@pytest.mark.parametrize("material", USA_2022)
def test_geopolrisk_of_every_producer_and_exporter(material):
    case = (
        pd.read_csv(published_file("geopolrisk_testcase.csv")).set_index("Raw Material").loc[material.title()]
    )
    trade = pd.read_csv(published_file("geopolrisk_trade.csv"))
    trade = trade[trade["rawMaterial"] == material.title()]
    table = pd.read_csv(published_file(f"geopolrisk_prod_{material}.csv"), encoding="utf-8")
    produced = table[table["Country_ISO"] != "DELETE"]["2022"].dropna().to_numpy(dtype=float)
    imports, risks = trade["Quantity (mTonnes)"].to_numpy(), trade["WGI"].to_numpy(dtype=float)
    price = trade["Trade Value (1000 USD)"].sum() / imports.sum()
    found = geopolrisk(produced, imports, risks, case["Domestic Production"])
    assert found.hhi == pytest.approx(case["HHI"], abs=1e-12)
    assert found.import_risk.value == pytest.approx(case["Import Risk (WTA)"], abs=1e-12)
    assert found.score.value == pytest.approx(case["GeoPolRisk Score"], abs=1e-12)
    assert found.characterisation(price).value == pytest.approx(case["CF"], abs=1e-12)


def test_T5_geopolrisk_does_not_take_the_unknown_for_the_most_stable():
    """The published table gives Taiwan (490, "Other Asia") a risk of 0, for it has no value: it is unknown here."""
    trade = pd.read_csv(published_file("geopolrisk_trade.csv"))
    trade = trade[trade["rawMaterial"] == "Graphite"]
    assert trade.loc[trade["WGI"] == 0, "Exporting Country"].tolist() == [490]
    imports, risks = trade["Quantity (mTonnes)"].to_numpy(), trade["WGI"].replace(0, np.nan).to_numpy()
    found = geopolrisk(np.ones(1), imports, risks, 0)
    assert found.import_risk.low == pytest.approx(0.5842266185959466, abs=1e-12)
    assert found.import_risk.high - found.import_risk.low == pytest.approx(0.495 / 86586.111, abs=1e-9)
    assert found.import_risk.value == found.import_risk.high


def ishigami(x: np.ndarray) -> np.ndarray:
    """With a = 7 and b = 0.1."""
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami():
    bounds = dict.fromkeys(("x1", "x2", "x3"), (-np.pi, np.pi))
    found = sobol(ishigami, bounds, seed=7, samples=4096)
    first, total = np.array([0.3139052, 0.4424111, 0.0]), np.array([0.5575889, 0.4424111, 0.2436837])
    assert found.variance == pytest.approx(13.8445879, rel=0.02)
    assert (np.abs(found.first - first) <= found.first_conf).all()
    assert (np.abs(found.total - total) <= found.total_conf).all()
    assert found.first_conf.max() < 0.06
    assert found.total_conf.max() < 0.06
