"""A layer that is not what it says is refused, and the message names the file and what to do."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from risk_graph.errors import LayerError
from risk_graph.layers.layer import load_layers
from tests.layers.conftest import LAYERS


def test_what_ships() -> None:
    assert {k: (v.kind, len(v.values)) for k, v in LAYERS.items()} == {
        "baci_trade": ("trade", 7156),
        "eu_cahra": ("listing", 241),
        "uflpa_region": ("listing", 1),
        "wgi_political_stability": ("country_value", 424),
    }
    for layer in LAYERS.values():
        assert layer.licence
        assert layer.edition
        assert layer.meaning


def test_what_may_be_passed_on_says_so() -> None:
    """The lists are single facts, the rest is under an open licence: all of it may be passed on, with attribution."""
    for layer in LAYERS.values():
        assert layer.redistribution, layer.id
        assert layer.attribution, layer.id


def test_wgi_holds_one_edition_and_no_doubtful_country() -> None:
    values = LAYERS["wgi_political_stability"].values
    assert set(values["year"]) == {2023, 2024}
    assert not values["country"].isin(["GUY", "R20"]).any()
    assert values["standard_error"].gt(0).all()


def test_cahra_holds_every_entry() -> None:
    values = LAYERS["eu_cahra"].values
    regions = values[~values["whole_country"]]
    assert regions["listed_code"].nunique() == 234
    assert set(values[values["whole_country"]]["country"]) == {"BDI", "ERI", "LBY", "VEN", "ZWE"}
    assert set(regions[~regions["certain"]]["code"]) == {"UA-30", "UA-32", "UA-35"}
    assert regions.set_index("listed_code")["code"]["IN-CT"] == "IN-CG"
    assert values["source"].str.contains("report June 2026, entry").all()


def _with_band(path: Path) -> None:
    """A band above the estimate of the first row."""
    head, first, *rest = path.read_text(encoding="utf-8").splitlines()
    rows = [f"{head},low,high", f"{first},9,9.5", *(f"{row},," for row in rest)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _edit(file: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        changed = re.sub(old, new, text, count=1, flags=re.MULTILINE)
        assert changed != text
        path.write_text(changed, encoding="utf-8")

    return edit


def _rank_column(folder: Path) -> None:
    path = folder / "wgi_political_stability/values.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text(
        "\n".join([lines[0] + ",rank", *(line + ",48.2" for line in lines[1:])]), encoding="utf-8"
    )


WGI, CAHRA, CN, BACI = "wgi_political_stability", "eu_cahra", "uflpa_region", "baci_trade"
SPOILED = {
    "unknown key": (_edit(f"{WGI}/layer.toml", r"^unit ", "units "), "unknown key units"),
    "no licence": (_edit(f"{WGI}/layer.toml", r"^licence .*$", ""), "licence is missing"),
    "empty licence": (_edit(f"{WGI}/layer.toml", r"^licence .*$", 'licence = " "'), "licence is missing"),
    "no edition": (_edit(f"{WGI}/layer.toml", r"^edition .*$", ""), "edition is missing"),
    "no date": (_edit(f"{WGI}/layer.toml", r"^retrieved .*$", ""), "retrieved is missing"),
    "licence as text": (
        _edit(f"{WGI}/layer.toml", r"^redistribution .*$", 'redistribution = "false"'),
        "redistribution is no truth value",
    ),
    "date as text": (_edit(f"{WGI}/layer.toml", r"^retrieved .*$", 'retrieved = "today"'), "retrieved"),
    "kind": (_edit(f"{WGI}/layer.toml", r'"country_value"', '"weather"'), "Choose one of"),
    "scale": (_edit(f"{WGI}/layer.toml", r"^scale .*$", "scale = [2.5, -2.5]"), "goalposts"),
    "other id": (_edit(f"{WGI}/layer.toml", r"^id .*$", 'id = "wgi"'), "folder's name"),
    "no toml": (_edit(f"{WGI}/layer.toml", r"^id .*$", "id ="), "no valid TOML"),
    "no row count": (_edit(f"{CN}/layer.toml", r"^rows.*$", ""), "rows is missing"),
    "no range": (_edit(f"{WGI}/layer.toml", r"^min .*$", ""), "min and max"),
    "odd expectation": (
        _edit(f"{WGI}/layer.toml", r"^min ", "mean = 0\nmin "),
        "unknown key in .expect.: mean",
    ),
    "row count": (_edit(f"{WGI}/values.csv", r"^ABW,2023.*\n", ""), "423 rows, 424 expected"),
    "listing row count": (_edit(f"{CAHRA}/values.csv", r"^AF-BAM,.*\n", ""), "240 rows, 241 expected"),
    "region gone": (_edit(f"{CN}/values.csv", r"^CN-XJ,.*\n", ""), "0 rows, 1 expected"),
    "trade row count": (_edit(f"{BACI}/values.csv", r"^2022,260600,ARE,ETH,.*\n", ""), "7155 rows, 7156"),
    "trade in kilograms": (
        _edit(f"{BACI}/values.csv", r"^(2022,260600,AUS,CHN,[^,]*),[^,]*", r"\1,34811828111.0"),
        "lies outside 0 to 150000000",
    ),
    "negative trade": (_edit(f"{BACI}/values.csv", r",0.093,0.001,", ",0.093,-0.001,"), "lies outside 0"),
    "trade of another year": (_edit(f"{BACI}/values.csv", r"^2022,", "2021,"), "year 2021 lies outside"),
    "out of range": (
        _edit(f"{WGI}/values.csv", r"ABW,2023,1.3362", "ABW,2023,89.1"),
        "row 2: 89.1 lies outside",
    ),
    "no number": (
        _edit(f"{WGI}/values.csv", r"ABW,2023,1.3362", "ABW,2023,#N/A"),
        "row 2: estimate is '#N/A'",
    ),
    "empty estimate": (
        _edit(f"{WGI}/values.csv", r"ABW,2023,1.3362", "ABW,2023,"),
        "row 2: estimate is empty",
    ),
    "negative error": (
        _edit(f"{WGI}/values.csv", r"1.3362,0.2986", "1.3362,-0.2986"),
        "standard error is negative",
    ),
    "the rank trap": (_rank_column, "unknown column rank"),
    "band beside its estimate": (
        lambda folder: _with_band(folder / WGI / "values.csv"),
        "does not hold its estimate",
    ),
    "column gone": (_edit(f"{WGI}/values.csv", r"standard_error", "stderr"), "unknown column stderr"),
    "two editions": (_edit(f"{WGI}/values.csv", r"0.2986,2025", "0.2986,2024"), "edition 2024, 2025"),
    "older year": (_edit(f"{WGI}/values.csv", r"ABW,2023", "ABW,2022"), "year 2022 lies outside"),
    "twice": (_edit(f"{WGI}/values.csv", r"ABW,2024", "ABW,2023"), "row 3: ABW 2023 stands there twice"),
    "listed twice": (_edit(f"{CAHRA}/values.csv", r"^AF-BAM,", "AF-BAL,"), "stands there twice"),
    "certain": (_edit(f"{CAHRA}/values.csv", r"false,true", "false,perhaps"), "certain is 'perhaps'"),
    "whole with code": (_edit(f"{CAHRA}/values.csv", r"high-risk,false", "high-risk,true"), "has no code"),
    "two dates": (_edit(f"{CAHRA}/values.csv", r"2026-06-28", "2026-03-28"), "more than one date"),
    "no such date": (_edit(f"{CN}/values.csv", r"117-78,,", "117-78,2022-21-06,"), "listed_from is no date"),
}


@pytest.mark.parametrize("case", SPOILED)
def test_spoiled_layers_are_refused(own_layers: Path, case: str) -> None:
    spoil, message = SPOILED[case]
    spoil(own_layers)
    with pytest.raises(LayerError, match=message) as caught:
        load_layers(own_layers)
    assert str(own_layers) in str(caught.value)


def test_missing_files_are_named(own_layers: Path) -> None:
    (own_layers / CN / "values.csv").unlink()
    with pytest.raises(LayerError, match=r"values\.csv: cannot be read"):
        load_layers(own_layers)
    (own_layers / CN / "layer.toml").unlink()
    with pytest.raises(LayerError, match=r"needs a layer\.toml"):
        load_layers(own_layers)
    with pytest.raises(LayerError, match="no such folder"):
        load_layers(own_layers / "nowhere")


def test_a_layer_is_one_folder(own_layers: Path) -> None:
    """Adding one needs a folder and nothing else."""
    (own_layers / "mine").mkdir()
    toml = (own_layers / CN / "layer.toml").read_text(encoding="utf-8")
    (own_layers / "mine/layer.toml").write_text(toml.replace('"uflpa_region"', '"mine"'), encoding="utf-8")
    (own_layers / "mine/values.csv").write_bytes((own_layers / CN / "values.csv").read_bytes())
    assert load_layers(own_layers)["mine"].kind == "listing"
