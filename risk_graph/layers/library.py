"""Which edition of each layer a run uses: those that ship, and those that were fetched.

One edition a layer: two are never mixed. Listings keep the others at hand, for a flow is judged by the edition of
its day.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from risk_graph.errors import LayerError
from risk_graph.layers.layer import Layer, file_digests, load_layer, load_layers


@dataclass(frozen=True, eq=False)
class Library:
    """`layers`: the edition that counts, by layer id; `editions`: all that are at hand, oldest first."""

    layers: dict[str, Layer]
    editions: dict[str, tuple[Layer, ...]]


def load_library(fetched: Path | None, as_of: date, pins: Mapping[str, str] | None = None) -> Library:
    """The layers that ship and those in `fetched` (a project's sources/), each in the edition that counts.

    Raises LayerError if an edition at hand is damaged or a pinned one is not at hand.
    """
    editions, damage = layers_at_hand(fetched)
    if damage:
        raise damage[0]
    return Library(choose(editions, as_of, pins or {}), editions)


def layers_at_hand(fetched: Path | None) -> tuple[dict[str, tuple[Layer, ...]], list[LayerError]]:
    """Every edition by layer id, oldest first, and what is wrong with those that cannot be read."""
    bundled = load_layers()
    at_hand: dict[str, list[Layer]] = {id_: [layer] for id_, layer in bundled.items()}
    damage = []
    for folder in edition_folders(fetched) if fetched is not None else []:
        try:
            layers = load_edition(folder)
        except LayerError as error:
            damage.append(error)
            continue
        for layer in layers:
            at_hand.setdefault(layer.id, []).append(layer)
    return {id_: _in_order(found, bundled.get(id_)) for id_, found in sorted(at_hand.items())}, damage


def choose(
    editions: Mapping[str, tuple[Layer, ...]], as_of: date, pins: Mapping[str, str]
) -> dict[str, Layer]:
    """The edition of each layer that counts on a day: the pinned one, else the newest that had appeared by then, else
    the oldest. LayerError if a pinned layer or edition is not at hand.
    """
    unknown = sorted(set(pins) - set(editions))
    if unknown:
        raise LayerError(
            f"[layers] names {', '.join(unknown)}, which is not at hand. At hand are {', '.join(editions)}."
        )
    return {id_: _chosen(found, as_of, pins.get(id_)) for id_, found in editions.items()}


def edition_folders(root: Path) -> list[Path]:
    """The folders of the fetched editions, <root>/<source>/<edition>, without what is being written."""
    found = sorted(root.glob("*/*"))
    return [f for f in found if f.is_dir() and not any(p.startswith(".") for p in f.relative_to(root).parts)]


def load_edition(folder: Path) -> list[Layer]:
    """The layers of a fetched edition. LayerError if one is absent or is not as it was written: left out, an older
    edition would take its place without a word. A folder with neither edition.json nor raw/ was made by hand: its
    layers say themselves what they are.
    """
    if not (folder / "edition.json").exists() and not (folder / "raw").exists():
        return [load_layer(file.parent) for file in sorted(folder.glob("*/layer.toml"))]
    try:
        about = json.loads((folder / "edition.json").read_text(encoding="utf-8"))
        layers, files = list(about["rows"]), dict(about["files"])
    except (OSError, ValueError, KeyError, TypeError):
        raise _damaged(folder, "edition.json is absent or cut off") from None
    for layer in layers:
        known = {name: sha for name, sha in files.items() if name.startswith(f"{layer}/")}
        try:
            found = {f"{layer}/{name}": sha for name, sha in file_digests(folder / layer).items()}
        except OSError:
            raise _damaged(folder, f"{layer} is absent") from None
        if found != known:
            raise _damaged(folder, f"{layer} is not as it was written")
    return [load_layer(folder / layer) for layer in layers]


def _damaged(folder: Path, what: str) -> LayerError:
    return LayerError(
        f"{folder} is damaged ({what}): bring the edition again with `risk-graph sources update DIR {folder.parent.name}`, "
        "or remove the folder."
    )


def _in_order(found: list[Layer], bundled: Layer | None) -> tuple[Layer, ...]:
    """One layer an edition, oldest first; a fetched one stands for the bundled one of the same edition. A bundled one
    that does not say when it appeared is older than any that was fetched: it came with the program.
    """
    by_edition = {layer.edition: layer for layer in found}
    undated = [layer for layer in by_edition.values() if layer is bundled and not layer.is_dated]
    rest = [layer for layer in by_edition.values() if layer not in undated]
    return (*undated, *sorted(rest, key=_age))


def _age(layer: Layer) -> tuple[date, date, int, str]:
    """Of two with one day the one retrieved later is the newer; `2025+2` came after `2025`."""
    name, _, number = layer.edition.rpartition("+")
    again = int(number) if name and number.isdecimal() else 1
    return layer.released, layer.retrieved, again, layer.edition


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
