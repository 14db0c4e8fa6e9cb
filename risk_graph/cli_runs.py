"""`risk-graph runs`, `rerun`, `diff`: the runs that are kept, the same again, what changed between two."""

import os
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
import typer

from risk_graph.console import exit_codes, say, steps
from risk_graph.errors import ArchiveError, DifferentError, InputError, NotFoundError
from risk_graph.formats import Folder, Format, FormatOption, largest, show

if TYPE_CHECKING:  # slow to import
    from risk_graph.act.archive import About, Archive
    from risk_graph.act.export import Withheld

_FOR_A_PERSON = ["run_id", "made", "as_of", "files", "scorer", "subjects", "megabytes"]
_RUN = "An id, the unique beginning of one, latest or previous."
_SHORT = 8


def runs(
    folder: Folder,
    keep: Annotated[
        int | None,
        typer.Option(help="Remove all but the last N runs, and the files that none of them needs."),
    ] = None,
    format: FormatOption = Format.table,
) -> None:
    """The runs that are kept, the last one last: when, on what, by which rules and weights."""
    from risk_graph.act.archive import Archive
    from risk_graph.project import open_project

    with exit_codes(folder):
        archive = Archive(open_project(folder, os.environ).runs)
        if keep is not None:
            if keep < 1:
                raise InputError("--keep needs at least 1; to remove every run, remove the folder runs.")
            gone, freed = archive.keep(keep)
            said = (
                f"{len(gone)} {'run' if len(gone) == 1 else 'runs'} removed ({', '.join(gone)})"
                if gone
                else "Nothing removed"
            )
            say(f"{said}; {freed / 1e6:,.1f} MB freed.")
        rows = []
        for run_id in archive.ids():
            try:
                rows.append(_listed(archive, run_id))
            except ArchiveError as error:
                say(str(error))
        table = pd.DataFrame(rows, columns=list(_COLUMNS))
        shown = (
            table.assign(files=table["inputs"].str.count(";") + 1) if len(table) else table.assign(files=[])
        )
        show(shown[_FOR_A_PERSON] if format is Format.table else table, format)


_COLUMNS = (
    "run_id", "made", "as_of", "period", "inputs", "editions", "ruleset", "scorer", "journal", "subjects", "version",
    "megabytes",
)  # fmt: skip


def _listed(archive: "Archive", run_id: str) -> dict[str, Any]:
    """A row of the list; the bytes are those of the run's own folder, not of files that runs share."""
    about: About = archive.about(run_id)
    own = sum(p.stat().st_size for p in (archive.root / run_id).iterdir())
    return {
        "run_id": run_id,
        "made": about["made"],
        "as_of": about["as_of"],
        "period": ":".join(about["period"]) if about["period"] else "",
        "inputs": "; ".join(f"{name} {file['sha256'][:_SHORT]}" for name, file in about["inputs"].items()),
        "editions": "; ".join(
            f"{x['layer']} {x['edition']} {x['sha256'][:_SHORT]}" for x in about["layers"] if x["counts"]
        ),
        "ruleset": about["ruleset"],
        "scorer": about["scorer"]["label"],
        "journal": about["journal"],
        "subjects": about["results"]["exposures"]["rows"],
        "version": about["versions"]["risk-graph"],
        "megabytes": own / 1e6,
    }


def rerun(
    folder: Folder,
    run: Annotated[str, typer.Argument(help=_RUN)],
    store: Annotated[
        str | None, typer.Option(help="Save what is computed there too, in place of what is stored there.")
    ] = None,
    format: FormatOption = Format.table,
) -> None:
    """Compute a run again from what is kept of it, and compare: the same bytes, or exit code 5. Changes nothing."""
    from risk_graph.act.archive import Archive
    from risk_graph.pipeline import DATASET
    from risk_graph.project import open_project
    from risk_graph.runs.rerun import rerun as again
    from risk_graph.store import open_store

    with exit_codes(folder):
        archive = Archive(open_project(folder, os.environ).runs)
        run_id = archive.find(run)
        with steps() as progress:
            found = again(archive, run_id, progress)
        show(found.compared, format)
        if store is not None:
            with open_store(store, folder, write=True) as graph:
                graph.replace(DATASET, found.tables, found.results)
            say(f"Saved in {store}.")
        for name, (then, now) in found.versions.items():
            say(f"{name}: {then or 'none'} then, {now or 'none'} now.")
        if not found.is_same:
            other = ", ".join(found.compared.loc[~found.compared["same"], "table"])
            why = "" if found.versions else " No version differs: a bundled file or this program was changed."
            raise DifferentError(
                f"The run {run_id} gives something else now: {other}.{why} What is kept stays as it is."
            )
        say(f"The run {run_id} gives the same bytes: findings, scores, exposures, traces and all else.")


def diff(
    folder: Folder,
    before: Annotated[str, typer.Argument(metavar="RUN", help=_RUN)],
    after: Annotated[str, typer.Argument(metavar="RUN", help=_RUN)],
    subject: Annotated[str | None, typer.Option(help="Only this subject.")] = None,
    format: FormatOption = Format.table,
) -> None:
    """What changed from one run to another, split into data, topology, layers, method, day and program."""
    from risk_graph.act.archive import Archive
    from risk_graph.act.compared import compared_on
    from risk_graph.act.show import records, to_json
    from risk_graph.project import open_project
    from risk_graph.runs.compare import compare

    with exit_codes(folder):
        archive = Archive(open_project(folder, os.environ).runs)
        ids = archive.find(before), archive.find(after)
        if subject is not None and not any(_has(archive, run_id, subject) for run_id in ids):
            raise NotFoundError(f"Neither run has a subject {subject!r}.")
        with steps() as progress:
            found = compare(archive, *ids, progress)
        rows = found.rows if subject is None else found.rows[found.rows["subject_id"] == subject]
        withheld = _withheld(archive, ids)
        if format is not Format.table:
            rows = compared_on(rows, withheld, with_overall="method" in found.factors)
        if format is Format.json:
            head = {"before": found.before, "after": found.after, "factors": found.factors}
            typer.echo(to_json({**head, "rows": records(rows)}))
        else:
            show(_for_a_person(rows, found.factors) if format is Format.table else rows, format)
        for factor, what in found.factors.items():
            say(f"{factor}: {what}.")
        say(_said(found.factors, len(rows), found.evaluations, found.seconds))
        if withheld.themes and format is not Format.table:
            say(withheld.sentence)


def _has(archive: "Archive", run_id: str, subject: str) -> bool:
    return bool((archive.table(run_id, "exposures")["subject_id"] == subject).any())


def _said(factors: dict[str, str], rows: int, evaluations: int, seconds: float) -> str:
    if not factors and not rows:
        return "Nothing that the results stand on differs."
    times = "once" if evaluations == 1 else f"{evaluations} times"
    return f"{rows:,} values changed. The chain was assessed {times}, in {seconds:.0f} s."


def _for_a_person(rows: pd.DataFrame, factors: dict[str, str]) -> pd.DataFrame:
    """The largest changes first, without factors that do not differ."""
    shown = [c for c in rows.columns if c not in _FACTORS or c in factors or (rows[c].abs() > 0).any()]
    about = rows["theme"].where(rows["theme"] != "", rows["rule"])
    order = rows["difference"].abs().sort_values(ascending=False, kind="stable", na_position="first").index
    out = largest(rows.assign(about=about).loc[order])
    return out[["subject_id", "measure", "about", *(c for c in shown if c not in _KEYS)]]


_KEYS = ("subject_id", "measure", "theme", "rule")
_FACTORS = ("data", "topology", "layers", "method", "day", "program")


def _withheld(archive: "Archive", ids: tuple[str, ...]) -> "Withheld":
    """What neither of the runs may pass on."""
    from risk_graph.act.export import Withheld, with_themes, withheld_of
    from risk_graph.assess.scorer_file import parse_scorer

    layers: dict[str, str] = {}
    themes: set[str] = set()
    for run_id in ids:
        found = withheld_of(archive.table(run_id, "layers"))
        layers |= dict(found.layers)
        scorer = parse_scorer(str(archive.table(run_id, "runs")["scorer_toml"].iat[0]))
        themes |= with_themes(found, scorer).themes
    return Withheld(layers, frozenset(), frozenset(themes))
