"""Which edition of each layer a run uses: those that ship, and those that were fetched.

One edition a layer: two are never mixed. Listings keep the others at hand, for a flow is judged by the edition of
its day.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from risk_graph.errors import LayerError
from risk_graph.layers.layer import (
    Cover,
    Layer,
    digest_of,
    file_digests,
    layer_folders,
    load_layer,
    read_cover,
)

_ASIDE = ".old-"
"""Begins the name of a damaged edition while it is repaired (ingest/turn.py)."""


@dataclass(frozen=True, eq=False)
class AtHand:
    """An edition of a layer on disk, of which only layer.toml was read. `files` are the checksums that its files must
    have, by name; None of one that ships or was made by hand.
    """

    folder: Path
    cover: Cover
    files: Mapping[str, str] | None = None

    @cached_property
    def layer(self) -> Layer:
        """Read whole, once. LayerError if it is not as it was written."""
        return load_layer(self.folder, self.check())

    def check(self) -> dict[str, str]:
        """The checksums of its files; LayerError unless they are what they must be."""
        found = file_digests(self.folder)
        if self.files is not None and found != self.files:
            raise _damaged(self.folder.parent, f"{self.folder.name} is not as it was written")
        return found


class Editions(Mapping[str, tuple[Layer, ...]]):
    """Every edition at hand by layer id, oldest first; those of a layer are read when they are asked for."""

    def __init__(self, at_hand: Mapping[str, tuple[AtHand, ...]]) -> None:
        self._at_hand = at_hand

    def __getitem__(self, layer_id: str) -> tuple[Layer, ...]:
        return tuple(one.layer for one in self._at_hand[layer_id])

    def __iter__(self) -> Iterator[str]:
        return iter(self._at_hand)

    def __len__(self) -> int:
        return len(self._at_hand)


@dataclass(frozen=True, eq=False)
class Library:
    """`layers`: the edition that counts, by layer id; `editions`: all that are at hand, oldest first."""

    layers: dict[str, Layer]
    editions: Mapping[str, tuple[Layer, ...]]


def load_library(fetched: Path | None, as_of: date, pins: Mapping[str, str] | None = None) -> Library:
    """The layers that ship and those in `fetched` (a project's sources/), each in the edition that counts.

    Raises LayerError if a pinned edition is not at hand, if one that counts is damaged, or if one does not say any more
    what it is. Others are not read until they are asked for.
    """
    at_hand, damage = layers_at_hand(fetched)
    if damage:
        raise damage[0]
    chosen = choose(at_hand, as_of, pins or {})
    return Library({id_: one.layer for id_, one in chosen.items()}, Editions(at_hand))


def layers_at_hand(fetched: Path | None) -> tuple[dict[str, tuple[AtHand, ...]], list[LayerError]]:
    """Every edition by layer id, oldest first, and what is wrong with those that do not say what they are."""
    bundled = {folder.name: _by_hand(folder) for folder in layer_folders()}
    at_hand: dict[str, list[AtHand]] = {id_: [one] for id_, one in bundled.items()}
    damage = _half_repaired(fetched) if fetched is not None else []
    for folder in edition_folders(fetched) if fetched is not None else []:
        try:
            for one in read_edition(folder):
                at_hand.setdefault(one.cover.id, []).append(one)
        except LayerError as error:
            damage.append(error)
    return {id_: _in_order(found, bundled.get(id_)) for id_, found in sorted(at_hand.items())}, damage


def _half_repaired(root: Path) -> list[LayerError]:
    """Editions that a killed update put aside to repair them: they are away until the next update of their source."""
    places = [old.with_name(old.name.removeprefix(_ASIDE)) for old in sorted(root.glob(f"*/{_ASIDE}*"))]
    return [_damaged(place, "a repair of it was killed") for place in places if not place.exists()]


def choose(
    editions: Mapping[str, tuple[AtHand, ...]], as_of: date, pins: Mapping[str, str]
) -> dict[str, AtHand]:
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


def read_edition(folder: Path) -> list[AtHand]:
    """The layers of a fetched edition, by what they say they are. LayerError if one is absent, lacks a file or says
    something else than when it was written: left out, an older edition would take its place without a word. A folder
    with neither edition.json nor raw/ was made by hand: its layers say themselves what they are.
    """
    if not (folder / "edition.json").exists() and not (folder / "raw").exists():
        return [_by_hand(file.parent) for file in sorted(folder.glob("*/layer.toml"))]
    try:
        about = json.loads((folder / "edition.json").read_text(encoding="utf-8"))
        layers, files = list(about["rows"]), {str(name): str(sha) for name, sha in about["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise _damaged(folder, "edition.json is absent or cut off") from None
    return [_fetched(folder, layer, files) for layer in layers]


def _by_hand(folder: Path) -> AtHand:
    return AtHand(folder, read_cover(folder))


def _fetched(folder: Path, layer: str, files: Mapping[str, str]) -> AtHand:
    """Cheap: the checksum of layer.toml, and that every file is there; those of the rows when they are read."""
    known = {n.removeprefix(f"{layer}/"): sha for n, sha in files.items() if n.startswith(f"{layer}/")}
    place = folder / layer
    if not place.is_dir():
        raise _damaged(folder, f"{layer} is absent")
    if not all((place / name).is_file() for name in known):
        raise _damaged(folder, f"{layer} is incomplete")
    if "layer.toml" not in known or digest_of(place / "layer.toml") != known["layer.toml"]:
        raise _damaged(folder, f"{layer} is not as it was written")
    return AtHand(place, read_cover(place), known)


def _damaged(folder: Path, what: str) -> LayerError:
    return LayerError(
        f"{folder} is damaged ({what}): bring the edition again with `risk-graph sources update DIR {folder.parent.name}`, "
        "or remove the folder."
    )


def _in_order(found: list[AtHand], bundled: AtHand | None) -> tuple[AtHand, ...]:
    """One an edition, oldest first; a fetched one stands for the bundled one of the same edition. A bundled one that does
    not say when it appeared is older than any that was fetched: it came with the program.
    """
    by_edition = {one.cover.edition: one for one in found}
    undated = [one for one in by_edition.values() if one is bundled and not one.cover.is_dated]
    rest = [one for one in by_edition.values() if one not in undated]
    return (*undated, *sorted(rest, key=lambda one: _age(one.cover)))


def _age(cover: Cover) -> tuple[date, date, int, str]:
    """Of two with one day the one retrieved later is the newer; `2025+2` came after `2025`."""
    name, _, number = cover.edition.rpartition("+")
    again = int(number) if name and number.isdecimal() else 1
    return cover.released, cover.retrieved, again, cover.edition


def _chosen(found: tuple[AtHand, ...], as_of: date, pinned: str | None) -> AtHand:
    if pinned is not None:
        for one in found:
            if one.cover.edition == pinned:
                return one
        at_hand = ", ".join(one.cover.edition for one in found)
        raise LayerError(
            f"{found[0].cover.id} is pinned to edition {pinned!r}, which is not at hand. At hand: {at_hand}."
        )
    out = [one for one in found if one.cover.released <= as_of]
    return out[-1] if out else found[0]
