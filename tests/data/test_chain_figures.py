"""The aluminium chain's numbers follow from the published figures that its sources name."""

import re

import pandas as pd
import pytest

from risk_graph import data_dir
from risk_graph.model.chain import load_chain

AL_IN_ALUMINA = 2 * 26.9815 / 101.961
WORLD_BAUXITE_A_TONNE_OF_ALUMINA = [2.75, 3.0, 259 / 91.6, 308 / 129, 327 / 131]
TONNES = {"t": 1.0, "kt": 1e3, "Mt": 1e6}


@pytest.fixture(scope="module")
def chain():
    return load_chain("aluminium")


@pytest.fixture(scope="module")
def flows():
    table = pd.read_csv(data_dir() / "aluminium/inputs/flows.csv", dtype=str, keep_default_na=False)
    return table.assign(mass_t=table["mass"].astype(float) * table["unit"].map(TONNES))


def bauxite_a_tonne_of_alumina(chain, bound):
    """Bauxite needed: with poor ore and a poor yield (0), nominal (1), rich ore and nothing lost (2)."""
    ore, refinery = chain.materials["bauxite"], chain.stages["alumina_refinery"]
    return chain.materials["alumina"].content[1] / (ore.content[bound] * refinery.yield_[bound])


def test_bauxite_content_is_that_of_the_published_grades(chain):
    low, nominal, high = chain.materials["bauxite"].content
    assert low == pytest.approx(0.277 * AL_IN_ALUMINA, abs=1e-3)
    assert low <= 0.277 * AL_IN_ALUMINA
    assert nominal == pytest.approx(0.473 * AL_IN_ALUMINA, abs=1e-3)
    assert high == pytest.approx(0.6574 * AL_IN_ALUMINA, abs=1e-3)
    assert high >= 0.6574 * AL_IN_ALUMINA


def test_refinery_yield_is_that_of_the_published_world_averages(chain):
    ore, alumina = chain.materials["bauxite"].content[1], chain.materials["alumina"].content[1]
    low, nominal, high = chain.stages["alumina_refinery"].yield_
    mean = sum(WORLD_BAUXITE_A_TONNE_OF_ALUMINA) / len(WORLD_BAUXITE_A_TONNE_OF_ALUMINA)
    assert nominal == pytest.approx(alumina / ore / mean, abs=0.01)
    assert low == pytest.approx(alumina / ore / max(WORLD_BAUXITE_A_TONNE_OF_ALUMINA), abs=0.005)
    assert high == 1


@pytest.mark.parametrize("refinery", ["damanjodi-refinery", "ewarton-refinery", "friguia-refinery"])
def test_a_refinery_whose_bauxite_is_all_published_lies_inside_the_range(chain, flows, refinery):
    """All of a year's ore and alumina are published: the chain's range must not call any of it impossible."""
    most, _, least = (bauxite_a_tonne_of_alumina(chain, bound) for bound in range(3))
    bauxite = flows[flows["to_id"] == refinery].groupby("period_end")["mass_t"].sum()
    alumina = flows[flows["from_id"] == refinery].groupby("period_end")["mass_t"].sum()
    ratios = (bauxite / alumina).dropna()
    assert len(ratios) >= 5
    assert ratios.between(least, most).all(), ratios.to_dict()


def test_the_poorest_published_ore_lies_inside_the_range(chain, flows):
    """Worsley: 18.8 Mt of bauxite for 4.6 Mt of alumina a year."""
    bauxite_t = flows.set_index("flow_id")["mass_t"]["boddington-worsley-2024"]
    assert bauxite_t / 4.6e6 < bauxite_a_tonne_of_alumina(chain, 0)


def test_smelter_yield_covers_two_tonnes_of_alumina_a_tonne_of_metal(chain):
    low, nominal, high = chain.stages["smelter"].yield_
    alumina = chain.materials["alumina"].content[1]
    assert low == pytest.approx(1.99 / (3.97 * alumina), abs=0.005)
    assert 1 / (nominal * alumina) == pytest.approx(1.936, abs=0.001)
    assert high == 1


def test_the_lowest_alloy_contents_are_those_of_the_named_alloys(chain):
    aa_390 = 1 - (0.18 + 0.05 + 0.013 + 0.0065 + 0.0065)
    aa_4032 = 1 - (0.135 + 0.013 * 3 + 0.010 + 0.006)
    lows = {m.id: m.content[0] for m in chain.materials.values()}
    assert lows["cast_aluminium"] == pytest.approx(aa_390, abs=0.005)
    assert lows["semi_product"] == pytest.approx(aa_4032, abs=0.005)
    assert lows["component"] == lows["pre_consumer_scrap"] == lows["cast_aluminium"]
    assert lows["post_consumer_scrap"] == pytest.approx(lows["cast_aluminium"] * 0.94, abs=0.01)


def test_two_stages_leave_the_published_share_of_the_metal_in_products(chain):
    both = chain.stages["semi_fabricator"].yield_[1] * chain.stages["component_maker"].yield_[1]
    assert 0.50 < both < 0.59


def test_what_is_called_verified_rests_on_no_assumption_and_the_rest_says_what_it_assumes(chain):
    entries = [*chain.stages.values(), *chain.materials.values()]
    assert {e.id for e in entries if e.verified} == {"alumina_refinery", "bauxite", "molten_aluminium"}
    for entry in entries:
        if entry.source:
            assert ("assumption" in entry.source) != entry.verified, entry.id


def test_codes_are_headings_or_subheadings_of_the_harmonised_system(chain):
    codes = [code for material in chain.materials.values() for code in material.hs]
    assert all(re.fullmatch(r"(26|28|76|87)\d\d(\d\d)?", code) for code in codes)
    trade = pd.read_csv(data_dir() / "layers/baci_trade/values.csv", usecols=["hs6"], dtype=str)
    assert set(trade["hs6"]) <= set(codes)
