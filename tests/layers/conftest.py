"""Nodes built inline; layers and polygons are those that ship, unless a test writes its own."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from risk_graph.layers import country, listing, place, situation
from risk_graph.layers.join import Joined, join
from risk_graph.layers.layer import Layer, load_layers
from risk_graph.layers.place import Atlas

AS_OF = date(2026, 6, 30)

LAYERS = load_layers()


def node(node_id: str = "n", **known: Any) -> dict[str, Any]:
    blank = {"country": "", "subdivision": "", "latitude": None, "longitude": None, "location_precision": ""}
    where = {"source_file": "facilities.csv", "source_sheet": "", "source_row": 7}
    return {"node_id": node_id, "kind": "facility", **blank, **where, **known}


def at(lat: float, lon: float) -> dict[str, Any]:
    return {"latitude": lat, "longitude": lon}


def nodes(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    return frame.astype({"latitude": "float64", "longitude": "float64"})


def joined(*rows: dict[str, Any], layers: dict[str, Layer] | None = None, as_of: date = AS_OF) -> Joined:
    return join(nodes(*rows), layers or LAYERS, as_of)


def signal(layer: str, as_of: date = AS_OF, **known: Any) -> pd.Series:
    """The signal of one layer about one node."""
    signals = joined(node(**known), as_of=as_of).signals
    return signals[signals["layer"] == layer].iloc[0]


def truth(layer: str = "eu_cahra", **known: Any) -> str:
    return str(signal(layer, **known)["truth"])


@pytest.fixture
def use_atlas(monkeypatch: pytest.MonkeyPatch) -> Callable[[Atlas], None]:
    """A function that puts another set of polygons in place of the one that ships."""

    def put(atlas: Atlas) -> None:
        for module in (situation, listing, country, place):
            monkeypatch.setattr(module, "load_atlas", lambda: atlas)

    return put


@pytest.fixture
def own_layers(tmp_path: Path) -> Path:
    """Copies of the bundled layers that a test may spoil."""
    import shutil

    from risk_graph import data_dir

    for name in LAYERS:
        shutil.copytree(data_dir() / "layers" / name, tmp_path / name)
    return tmp_path
