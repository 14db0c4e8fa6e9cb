"""Chain files: what ships is sound, what is wrong is named."""

import pytest

from risk_graph import data_dir
from risk_graph.errors import ChainError
from risk_graph.model.chain import PRODUCT, load_chain, parse_chain

SOUND = """
id = "x"
title = "X"
metal = "X"
[stages.mine]
kind = "origin"
[stages.works]
kind = "process"
[materials.ore]
content = [0.1, 0.2, 0.3]
[[flows]]
from = ["mine"]
to = ["works", "product"]
materials = ["ore"]
"""


def test_aluminium_has_the_promised_stages_and_materials(aluminium):
    assert list(aluminium.stages) == [
        "bauxite_mine",
        "scrap_collector",
        "alumina_refinery",
        "smelter",
        "remelter",
        "casthouse",
        "semi_fabricator",
        "component_maker",
    ]
    assert set(aluminium.materials) == {
        "bauxite",
        "alumina",
        "molten_aluminium",
        "cast_aluminium",
        "semi_product",
        "component",
        "pre_consumer_scrap",
        "post_consumer_scrap",
    }
    assert [s.id for s in aluminium.stages.values() if s.is_origin] == ["bauxite_mine", "scrap_collector"]
    for material in aluminium.materials.values():
        assert material.source, material.id
        assert material.hs, material.id
    for stage in aluminium.stages.values():
        assert stage.source or stage.yield_ == (1, 1, 1), stage.id
    assert ("casthouse", PRODUCT, "cast_aluminium") in aluminium.allowed
    assert ("bauxite_mine", "smelter", "bauxite") not in aluminium.allowed


@pytest.mark.parametrize("path", sorted((data_dir() / "chains").glob("*.toml")), ids=lambda p: p.stem)
def test_every_shipped_chain_loads_and_every_process_can_be_fed(path):
    chain = load_chain(path.stem)
    fed = {target for _, target, _ in chain.allowed}
    for stage in chain.stages.values():
        assert stage.is_origin or stage.id in fed, stage.id


def test_yields_default_to_no_loss():
    assert parse_chain(SOUND).stages["works"].yield_ == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('id = "x"', "", "'id'"),
        ('kind = "origin"', 'kind = "start"', "mine"),
        ("[0.1, 0.2, 0.3]", "[0.3, 0.2, 0.1]", "low <= nominal"),
        ("[0.1, 0.2, 0.3]", "[0.0, 0.2, 0.3]", "low"),
        ("[0.1, 0.2, 0.3]", "[0.1, 0.2]", "three numbers"),
        ('from = ["mine"]', 'from = ["quarry"]', "quarry"),
        ('materials = ["ore"]', "", "materials"),
        ('title = "X"', "title = X", "TOML"),
        ('from = ["mine"]', 'from = "mine"', "list of ids"),
        ('kind = "process"', 'kind = "process"\nyeild = [0.5, 0.6, 0.7]', "yield meant"),
        ("[stages.mine]", "[stages]\nquarry = 3\n[stages.mine]", "stages are written as one table each"),
    ],
)
def test_a_wrong_chain_is_named(before, after, words):
    with pytest.raises(ChainError, match=words):
        parse_chain(SOUND.replace(before, after, 1))


def test_an_unknown_chain_names_those_that_ship():
    with pytest.raises(ChainError, match="aluminium"):
        load_chain("unobtainium")


def test_essential_inputs_are_said_or_all():
    text = 'id = "x"\ntitle = "X"\nmetal = "X"\n[stages.mine]\nkind = "origin"\n[stages.works]\nkind = "process"\n%s\n'
    text += "[materials.ore]\ncontent = [1, 1, 1]\n[materials.gas]\ncontent = [1, 1, 1]\n"
    text += '[[flows]]\nfrom = ["mine"]\nto = ["works"]\nmaterials = ["ore", "gas"]\n'
    silent, said, none = (parse_chain(text % line) for line in ("", 'essential = ["ore"]', "essential = []"))
    assert silent.is_essential("gas", "works")
    assert (said.is_essential("ore", "works"), said.is_essential("gas", "works")) == (True, False)
    assert not none.is_essential("ore", "works")
    assert said.is_essential("gas", "")  # a product, or a site without a stage
    for wrong, words in (('essential = ["wood"]', "wood"), ('essential = "ore"', "list of ids")):
        with pytest.raises(ChainError, match=words):
            parse_chain(text % wrong)
