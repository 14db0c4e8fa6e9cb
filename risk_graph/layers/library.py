"""Which edition of each layer a run uses: those that ship, and those that were fetched.

One edition a layer: two are never mixed. Listings keep the others at hand, for a flow is judged by the edition of
its day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from risk_graph.errors import LayerError
from risk_graph.layers.layer import Layer, load_layer, load_layers


@dataclass(frozen=True, eq=False)
class Library:
    """`layers`: the edition that counts, by layer id; `editions`: all that are at hand, oldest first."""

    layers: dict[str, Layer]
    editions: dict[str, tuple[Layer, ...]]


def load_library(fetched: Path | None, as_of: date, pins: Mapping[str, str] | None = None) -> Library:
    """The layers that ship and those in `fetched` (a project's sources/), each in the edition that counts.

    That is the pinned one, else the newest that had appeared on the day, else the oldest. Raises LayerError if a
    pinned edition is not at hand.
    """
    at_hand: dict[str, list[Layer]] = {}
    for layer in [*load_layers().values(), *_fetched(fetched)]:
        at_hand.setdefault(layer.id, []).append(layer)
    editions = {id_: _in_order(found) for id_, found in sorted(at_hand.items())}
    pins = pins or {}
    unknown = sorted(set(pins) - set(editions))
    if unknown:
        raise LayerError(
            f"[layers] names {', '.join(unknown)}, which is not at hand. At hand are {', '.join(editions)}."
        )
    return Library({id_: _chosen(found, as_of, pins.get(id_)) for id_, found in editions.items()}, editions)


def _fetched(root: Path | None) -> Iterable[Layer]:
    if root is None or not root.is_dir():
        return
    for file in sorted(root.glob("*/*/*/layer.toml")):
        if not any(part.startswith(".") for part in file.relative_to(root).parts):
            yield load_layer(file.parent)


def _in_order(found: list[Layer]) -> tuple[Layer, ...]:
    """One layer an edition, oldest first; a fetched one stands for the bundled one of the same edition. Of two that
    appeared on one day the one that was retrieved later counts as newer.
    """
    by_edition = {layer.edition: layer for layer in found}
    return tuple(
        sorted(by_edition.values(), key=lambda layer: (layer.released, layer.retrieved, layer.edition))
    )


def _chosen(found: tuple[Layer, ...], as_of: date, pinned: str | None) -> Layer:
    if pinned is not None:
        for layer in found:
            if layer.edition == pinned:
                return layer
        at_hand = ", ".join(layer.edition for layer in found)
        raise LayerError(
            f"{found[0].id} is pinned to edition {pinned!r}, which is not at hand. At hand: {at_hand}."
        )
    out = [layer for layer in found if layer.released <= as_of]
    return out[-1] if out else found[0]
