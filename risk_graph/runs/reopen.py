"""A run of the archive as the values that it stood on, whatever became of the project since."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest.load import load
from ingest.options import parse_options
from ingest.read import Progress, silent
from ingest.validate import Loaded
from risk_graph.act.archive import About, Archive
from risk_graph.act.record import decisions_of_text
from risk_graph.assess.evaluate import Given
from risk_graph.assess.regime import Regime, parse_regime
from risk_graph.assess.scorer_file import parse_scorer
from risk_graph.errors import ArchiveError
from risk_graph.layers.layer import Layer, load_layer
from risk_graph.layers.library import Library
from risk_graph.model.chain import parse_chain
from risk_graph.model.graph import EVERYTHING


@dataclass(frozen=True, eq=False)
class Reopened:
    """`about` is what run.json says."""

    about: About
    loaded: Loaded
    given: Given


def reopen(archive: Archive, run_id: str, progress: Progress = silent) -> Reopened:
    """Reads again what a run read, from the archive alone.

    Raises ArchiveError if anything that it needs is missing or not as it was written; ScorerError if this version cannot
    read the scorer that it used.
    """
    about = archive.about(run_id)
    progress(f"Reading the input of {run_id}", 0.0)
    try:
        chain, scorer = parse_chain(about["chain"]["toml"]), parse_scorer(about["scorer"]["toml"])
        with tempfile.TemporaryDirectory(prefix="risk-graph-") as folder:
            _lay_out_inputs(archive, about, Path(folder) / "inputs")
            options = parse_options(about["read_by"])
            loaded = load(Path(folder) / "inputs", chain, options)
            library = _library(archive, about, Path(folder) / "layers")
        decided = archive.objects.path(about["decisions"], "What people decided").read_bytes()
        period = about["period"]
        given = Given(
            tables=loaded.tables,
            chain=chain,
            library=library,
            as_of=date.fromisoformat(about["as_of"]),
            scorer=scorer,
            period=(date.fromisoformat(period[0]), date.fromisoformat(period[1])) if period else None,
            incomplete={id_ or EVERYTHING: n for id_, n in sorted(loaded.incomplete.items())},
            decisions=decisions_of_text(decided),
            regimes=_regimes(about),
            last_report=date.fromisoformat(about["last_report"]) if about.get("last_report") else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ArchiveError(
            f"The run {run_id} in {archive.root} is damaged, or of another version: its run.json lacks {error}."
        ) from error
    return Reopened(about, loaded, given)


def _regimes(about: About) -> tuple[Regime, ...] | None:
    """Those that the run chose, as their files were then."""
    kept = about.get("regimes")
    return None if kept is None else tuple(parse_regime(text, "run.json") for text in kept)


def _lay_out_inputs(archive: Archive, about: About, folder: Path) -> None:
    """The folder `inputs` as the run saw it; of what it did not read only the names matter."""
    folder.mkdir()
    for name in about["not_read"]:
        _inside(folder, name).touch()
    for name, file in about["inputs"].items():
        kept = archive.objects.path(file["sha256"], f"The input file {name}")
        place = _inside(folder, name)
        shutil.copyfile(kept, place)
        os.utime(place, (file["changed"], file["changed"]))


def _inside(folder: Path, name: str) -> Path:
    """A file of a folder: an archive that somebody sent must not write elsewhere."""
    if name in ("", ".", "..") or Path(name).name != name:
        raise ArchiveError(
            f"The run names a file {name!r}, which is no name of a file: its run.json was changed."
        )
    return folder / name


def _library(archive: Archive, about: About, folder: Path) -> Library:
    """Every edition that the run can have looked at, and the ones that counted."""
    editions: dict[str, tuple[Layer, ...]] = {}
    counted = {}
    for number, kept in enumerate(about["layers"]):
        place = _inside(folder / str(number), kept["layer"])
        place.mkdir(parents=True)
        for name, sha in kept["files"].items():
            what = f"{name} of the layer {kept['layer']}, edition {kept['edition']},"
            _inside(place, name).symlink_to(archive.objects.path(_inside(place, sha).name, what).absolute())
        layer = load_layer(place, kept["files"])
        editions[layer.id] = (*editions.get(layer.id, ()), layer)
        if kept["counts"]:
            counted[layer.id] = layer
    return Library(counted, editions)
