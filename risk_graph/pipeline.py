"""The steps in order: read, lay the layers over it, assess, save. Prints nothing."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from ingest.load import load
from ingest.options import parse_options
from ingest.read import Progress, silent
from ingest.validate import Loaded
from risk_graph import __version__
from risk_graph.act.archive import Archive
from risk_graph.act.entries import Entry, decisions_of
from risk_graph.act.journal import Journal
from risk_graph.act.noted import issue as lost_journal
from risk_graph.act.noted import missing, noted, state_with
from risk_graph.act.record import InputFiles, record, used_layers, versions
from risk_graph.act.show import count
from risk_graph.assess.evaluate import Given, Laid, assess, lay
from risk_graph.assess.rule import ruleset
from risk_graph.assess.scorer_file import check_layers
from risk_graph.errors import ArchiveError, ChangedError, RefusedError
from risk_graph.layers.library import load_library
from risk_graph.model.graph import EVERYTHING, Period
from risk_graph.model.issue import Issue, issues_frame
from risk_graph.model.table import Tables, result_tables
from risk_graph.project import Project
from risk_graph.store import open_store
from risk_graph.trace.network import Network

DATASET = "inputs"


@dataclass(frozen=True, eq=False)
class Checked:
    """Input that was read, built and laid under the layers, and everything that is wrong with it."""

    loaded: Loaded
    laid: Laid
    about_journal: tuple[Issue, ...] = ()

    @property
    def issues(self) -> list[Issue]:
        return [*self.loaded.issues, *self.laid.issues, *self.about_journal]

    @property
    def incomplete(self) -> Mapping[str, int]:
        """Id -> rejected rows that name it; EVERYTHING if a row's ids could not be read."""
        return self.laid.given.incomplete

    @property
    def network(self) -> Network:
        return self.laid.network


@dataclass(frozen=True, eq=False)
class Result:
    """What a run found; `run_id` is the hash of everything the results stand on."""

    run_id: str
    generation: str
    checked: Checked
    results: Tables
    not_kept: str = ""
    """Why the archive does not hold the run as it is; empty: it does."""


def check(
    project: Project,
    as_of: date,
    period: Period | None = None,
    progress: Progress = silent,
    decided: Sequence[Entry] = (),
) -> Checked:
    """Reads the project's input and finds every problem, loading nothing. `decided` is the journal, if it matters."""
    loaded, given = read(project, as_of, period, progress, decided)
    return Checked(loaded, lay(given, progress))


def read(
    project: Project,
    as_of: date,
    period: Period | None = None,
    progress: Progress = silent,
    decided: Sequence[Entry] = (),
) -> tuple[Loaded, Given]:
    """The project's input and layers as values, and what was wrong with the input.

    Raises LayerError if an edition at hand is damaged, ProjectError if the settings name what is not there.
    """
    chain, scorer = project.chain(), project.scorer()
    loaded = load(
        project.inputs, chain, parse_options(project.settings.input), _as_one("Reading the input", progress)
    )
    given = Given(
        tables=loaded.tables,
        chain=chain,
        library=load_library(project.sources, as_of, project.settings.layers),
        as_of=as_of,
        scorer=scorer,
        period=period or project.period(),
        incomplete={id_ or EVERYTHING: count for id_, count in sorted(loaded.incomplete.items())},
        decisions=decisions_of(decided),
        regimes=project.regimes(),
        last_report=project.settings.project.last_report,
    )
    return loaded, given


def run(
    project: Project,
    as_of: date,
    period: Period | None = None,
    strict: bool = False,
    progress: Progress = silent,
) -> Result:
    """Reads, assesses and stores; what was stored before stays if anything fails.

    Raises RefusedError if nothing could be loaded, a file is wrong as a whole, or `strict` and any error;
    TamperedError or JournalError if what people decided cannot be relied on, or read.
    """
    decided = Journal(project.journal_url, project.folder).entries()
    checked = check(project, as_of, period, progress, decided)
    refuse(checked, strict)
    check_layers(checked.laid.given.scorer, checked.laid.given.layers)
    journal, about_journal = journal_state(project, decided)
    checked = replace(checked, about_journal=about_journal)
    settings = project.settings
    described = run_table(settings.project.name, settings.input, checked, journal)
    results = {
        **assess(checked.laid, progress),
        "runs": described,
        "issues": result_tables()["issues"].conform(issues_frame(checked.issues)),
    }
    progress("Saving the graph", 0.0)
    with open_store(project.store_url, project.folder, write=True) as store:
        generation = store.replace(
            DATASET, dict(checked.loaded.tables), results, lambda _: progress("Saving the graph", 0.0)
        )
    progress("Keeping the run", 0.0)
    not_kept = _keep(project, checked, results)
    progress("Done", 1.0)
    return Result(str(described["run_id"].iat[0]), generation, checked, results, not_kept)


def journal_state(project: Project, decided: Sequence[Entry]) -> tuple[str, tuple[Issue, ...]]:
    """What a run notes of the journal, and what is wrong with it: entries that the stored run noted may be lost."""
    lost = missing(decided, noted(project.store_url, project.folder))
    return state_with(list(decided), lost), (lost_journal(decided, lost),) if lost else ()


def _keep(project: Project, checked: Checked, results: Tables) -> str:
    """Adds the run to the archive; why not, if it could not be: what was found is saved by then, and stays."""
    row = results["runs"].iloc[0].to_dict()
    try:
        files = _input_files(project, checked.loaded)
        laid = checked.laid
        now = datetime.now(UTC)
        about, kept, texts = record(
            row, laid.given, laid.network, files, project.settings.input, project.folder, now
        )
        about["about_journal"] = [vars(issue) for issue in checked.about_journal]
        changed = Archive(project.runs).add(about, results, kept, texts)
    except UnicodeError:
        return "the name of an input file is no text that can be printed: rename it"
    except OSError as error:
        return f"{project.runs} cannot be written ({error.strerror or error})"
    except (ArchiveError, ChangedError) as error:
        return str(error)
    if changed:
        return (
            f"the archive holds this run with other results ({', '.join(changed)}): another state of this program made it. "
            "It stays as it is"
        )
    return ""


def _input_files(project: Project, loaded: Loaded) -> InputFiles:
    names = [p.name for p in sorted(project.inputs.iterdir()) if not p.name.startswith((".", "~$"))]
    lost = sorted(set(loaded.digests) - set(names))
    if lost:
        raise ChangedError(f"{lost[0]} is no longer there, or its name cannot be printed")
    return InputFiles(project.inputs, loaded.digests, tuple(n for n in names if n not in loaded.digests))


def _as_one(step: str, progress: Progress) -> Progress:
    """Progress of the parts of a step as progress of the step."""
    return lambda _, done: progress(step, done)


def refuse(checked: Checked, strict: bool) -> None:
    """Raises RefusedError if the input must not be loaded as it is."""
    errors = [i for i in checked.issues if i.level == "error"]
    if checked.loaded.refused:
        # What is wrong with a whole file is why; empty tables are only warned about.
        first = min(errors or checked.issues, key=lambda issue: issue.row > 0, default=None)
        why = f"{first.file}: {first.message} {first.remedy}" if first else "No row was found in inputs/."
        raise RefusedError(
            f"Nothing was loaded: {why} What was loaded before stays. `risk-graph validate DIR` lists every problem."
        )
    if strict and errors:
        raise RefusedError(
            f"The input has {count(len(errors), 'error')} and --strict refuses it. What was loaded before stays. "
            "`risk-graph validate DIR` lists every problem."
        )


def _editions(laid: Laid) -> dict[str, str]:
    """Layer -> the edition that counts, and those of the days of deliveries that were looked up too."""
    also = {layer: f" (deliveries: {', '.join(names)})" for layer, names in laid.joined.also.items()}
    return {name: layer.edition + also.get(name, "") for name, layer in laid.given.layers.items()}


def run_table(name: str, read_by: Mapping[str, Any], checked: Checked, journal: str) -> pd.DataFrame:
    """The results table `runs`: what the results stand on, and the hash of all of it. `name` is that of the project,
    `read_by` the settings by which its files were read.
    """
    laid, given = checked.laid, checked.laid.given
    period = given.period
    row = {
        "project": name,
        "chain": given.chain.id,
        "chain_toml": given.chain.text,
        "as_of": given.as_of.isoformat(),
        "period_start": period[0].isoformat() if period else None,
        "period_end": period[1].isoformat() if period else None,
        "inputs": json.dumps(checked.loaded.digests, sort_keys=True),
        "layers": json.dumps(_editions(laid), sort_keys=True),
        "ruleset": ruleset(given.regimes),
        "scorer": given.scorer.label,
        "scorer_toml": given.scorer.text,
        "journal": journal,
        "version": __version__,
    }
    # How the files were read belongs to the run's identity too: another decimal sign is another result.
    how = {"input": dict(read_by)} if read_by else {}
    # So does what an edition says (two fetches of one may differ), what computes, and
    # another program's opinion about names, where it is installed.
    said = {
        "layers_sha256": {f"{layer.id} {layer.edition}": layer.sha256 for layer in used_layers(given)},
        "regimes_sha256": {r.id: r.sha256 for r in given.regimes or ()},
        "last_report": str(given.last_report or ""),
        "versions": versions(),
    }
    digest = hashlib.sha256(json.dumps({**row, **how, **said}, sort_keys=True).encode()).hexdigest()[:16]
    frame = pd.DataFrame([{"run_id": digest, **row}])
    for column in ("as_of", "period_start", "period_end"):
        frame[column] = pd.to_datetime(frame[column])
    return result_tables()["runs"].conform(frame)
