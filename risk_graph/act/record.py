"""What the archive keeps of a run beside its results: everything that it takes to compute them again."""

import dataclasses
import hashlib
import json
import platform
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from risk_graph import __version__
from risk_graph.act.archive import About, Kept
from risk_graph.assess.decided import Decision, Decisions, latest
from risk_graph.assess.evaluate import Given
from risk_graph.layers.entity.second_opinion import label
from risk_graph.layers.layer import Layer, file_digests
from risk_graph.trace.network import Network

FORMAT = 1
_LIBRARIES = (
    "numpy",
    "scipy",
    "numba",
    "pandas",
    "pyarrow",
    "shapely",
    "geopandas",
    "pyproj",
    "rapidfuzz",
    "anyascii",
)
"""Those that compute; a change of one may change a last digit."""


@dataclasses.dataclass(frozen=True)
class InputFiles:
    """`read`: the files that were read by name, with hash; `others`: names that were seen and not read."""

    folder: Path
    read: Mapping[str, str]
    others: tuple[str, ...]


def versions() -> dict[str, str]:
    """Of risk-graph, Python and the libraries that compute."""
    found = {"risk_graph": __version__, "python": platform.python_version()}
    opinion = {"second opinion": label()} if label() else {}
    return {**found, **{name: version(name) for name in _LIBRARIES}, **opinion}


def used_layers(given: Given) -> list[Layer]:
    """The editions that a run can have looked at: the ones that count, and of listings every one at hand."""
    found: list[Layer] = []
    for id_, counts in sorted(given.layers.items()):
        found += given.library.editions[id_] if counts.kind == "listing" else [counts]
    return found


def record(
    row: Mapping[str, Any],
    given: Given,
    network: Network,
    files: InputFiles,
    read_by: Mapping[str, Any],
    project: Path,
    made: datetime,
) -> tuple[About, list[Kept], list[bytes]]:
    """What run.json says of a run, and the files and texts to keep with it.

    `row` is the run's row of the results table `runs`, `read_by` the settings by which its files were read.
    """
    layers = used_layers(given)
    decisions = decisions_as_text(given.decisions)
    about = {
        "format": FORMAT,
        "run_id": row["run_id"],
        "made": made.isoformat(timespec="seconds"),
        "project": row["project"],
        "as_of": given.as_of.isoformat(),
        "period": [d.isoformat() for d in given.period] if given.period else None,
        "chain": {"id": given.chain.id, "toml": given.chain.text},
        "inputs": {name: {"sha256": sha, "changed": _changed(files.folder / name)} for name, sha in files.read.items()},
        "not_read": list(files.others),
        "read_by": dict(read_by),
        "layers": [_layer(layer, given, project) for layer in layers],
        "ruleset": row["ruleset"],
        "scorer": {"label": given.scorer.label, "toml": given.scorer.text},
        "regimes": None if given.regimes is None else [regime.toml for regime in given.regimes],
        "last_report": given.last_report.isoformat() if given.last_report else None,
        "journal": row["journal"],
        "decisions": hashlib.sha256(decisions).hexdigest(),
        "seed": None,
        "versions": versions(),
        "trace": network_digest(network),
    }  # fmt: skip
    kept = [Kept(files.folder / name, sha) for name, sha in files.read.items()]
    for layer in layers:
        for name, sha in file_digests(layer.folder).items():
            kept.append(Kept(layer.folder / name, sha, link=_is_fetched(layer)))
    return about, kept, [decisions]


def _changed(path: Path) -> float:
    return path.stat().st_mtime


def _is_fetched(layer: Layer) -> bool:
    """Was it fetched? Such an edition is never written again; one that ships or was made by hand may be."""
    return (layer.folder.parent / "edition.json").exists()


def _layer(layer: Layer, given: Given, project: Path) -> dict[str, Any]:
    inside = layer.folder.is_relative_to(project)
    return {
        "layer": layer.id,
        "edition": layer.edition,
        "counts": layer is given.layers[layer.id],
        "from": layer.folder.relative_to(project).as_posix() if inside else "came with risk-graph",
        "sha256": layer.sha256,
        "files": file_digests(layer.folder),
    }


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(k): value[k] for k in sorted(value, key=str)}
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return getattr(value, "__qualname__", str(value))


def decisions_as_text(decisions: Decisions) -> bytes:
    rows = [dataclasses.asdict(decisions[key]) for key in sorted(decisions)]
    return json.dumps(rows, ensure_ascii=False, sort_keys=True, default=_plain).encode()


def decisions_of_text(text: bytes) -> Decisions:
    return latest(Decision(**row) for row in json.loads(text))


def network_digest(network: Network) -> str:
    """A hash of everything that a trace of any subject follows from: input shares and unknown shares at their bounds."""
    hasher = hashlib.sha256("\n".join(network.graph.nodes["node_id"]).encode())
    for shares in network.shares:
        for part in (shares.indptr.astype(np.int64), shares.indices.astype(np.int64), shares.data):
            hasher.update(part.tobytes())
    for part in (network.unknown, network.unknown_share, network.modelled_share, network.balance.mass):
        hasher.update(part.astype(float).tobytes())
    return hasher.hexdigest()
