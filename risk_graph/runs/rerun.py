"""A run computed again from the archive alone, and compared with what it gave then."""

from dataclasses import dataclass

import pandas as pd

from ingest.read import Progress, silent
from risk_graph.act.archive import NOT_KEPT, Archive
from risk_graph.act.record import network_digest, versions
from risk_graph.assess.evaluate import assess, lay
from risk_graph.errors import ArchiveError
from risk_graph.model.fingerprint import fingerprint
from risk_graph.model.issue import Issue, issues_frame
from risk_graph.model.table import Tables, result_tables
from risk_graph.pipeline import Checked, run_table
from risk_graph.runs.reopen import reopen

TRACE = "trace"
"""Stands beside the tables: every input share and unknown share that a trace follows from."""


@dataclass(frozen=True, eq=False)
class Rerun:
    """`compared` has a row a table: `table`, `rows` (now), `same`, `differing` rows (missing: cannot be told).
    `versions` says what was another version then: name -> (then, now).
    """

    run_id: str
    compared: pd.DataFrame
    versions: dict[str, tuple[str, str]]
    tables: Tables
    results: Tables

    @property
    def is_same(self) -> bool:
        return bool(self.compared["same"].all())


def rerun(archive: Archive, run_id: str, progress: Progress = silent) -> Rerun:
    """Computes a run again and compares every table that it gave. Writes nothing."""
    was = reopen(archive, run_id, progress)
    about_journal = tuple(Issue(**issue) for issue in was.about.get("about_journal", []))
    checked = Checked(was.loaded, lay(was.given, progress), about_journal)
    results = {
        **assess(checked.laid, progress),
        "runs": run_table(was.about["project"], was.about["read_by"], checked, was.about["journal"]),
        "issues": result_tables()["issues"].conform(issues_frame(checked.issues)),
    }
    progress("Comparing", 0.0)
    then = was.about["results"]
    rows = [
        _compared(archive, run_id, name, results.get(name), then.get(name))
        for name in sorted({*results, *then})
    ]
    same = network_digest(checked.network) == was.about["trace"]
    rows.append(
        {"table": TRACE, "rows": checked.network.graph.size, "same": same, "differing": 0 if same else None}
    )
    compared = pd.DataFrame(rows).astype({"differing": "Int64"})
    old, new = was.about["versions"], versions()
    other = {n: (old.get(n, ""), new.get(n, "")) for n in sorted({*old, *new}) if old.get(n) != new.get(n)}
    return Rerun(run_id, compared, other, dict(was.loaded.tables), results)  # fmt: skip


def _compared(
    archive: Archive, run_id: str, name: str, now: pd.DataFrame | None, then: dict[str, object] | None
) -> dict[str, object]:
    if now is None or then is None:  # a table that came or went with a version
        return {"table": name, "rows": 0 if now is None else len(now), "same": False, "differing": None}
    same = fingerprint(result_tables()[name].to_arrow(now)) == then["sha256"]
    differing = 0 if same else _differing(archive, run_id, name, now)
    return {"table": name, "rows": len(now), "same": same, "differing": differing}


def _differing(archive: Archive, run_id: str, name: str, now: pd.DataFrame) -> int | None:
    """Rows that only one of the two has; a row that changed is one of each and counts once."""
    if name in NOT_KEPT:
        return None
    try:
        then = archive.table(run_id, name)
    except ArchiveError:
        return None
    columns = list(now.columns)
    both = now.merge(then, how="outer", on=columns, indicator=True)
    return int(max((both["_merge"] == "left_only").sum(), (both["_merge"] == "right_only").sum()))
