"""Every run of a project, kept for good: what it stood on and what it gave (docs/runs.md).

    runs/<run_id>/run.json         what the run stood on; hashes of what it gave
    runs/<run_id>/<table>.parquet  what it gave
    runs/objects/<sha256>          input files, layers and decisions as they were read, shared between runs
    runs/order                     ids, the last one run last
    runs/.new-*                    being written; a leftover of a killed run is swept by the next

A run is only added, whole or not at all; the same run again adds nothing.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from risk_graph.act.objects import NEW, Objects
from risk_graph.errors import ArchiveError, NotFoundError
from risk_graph.model.fingerprint import fingerprint
from risk_graph.model.table import Tables, result_tables

FOLDER = "runs"
NOT_KEPT = ("trade",)
"""Result tables of which only the hash is kept: their rows are those of a layer, which is kept itself."""
LATEST, PREVIOUS = "latest", "previous"
_ABOUT, _OBJECTS, _ORDER, _LOCK = "run.json", "objects", "order", "lock"
_WAIT_S = 60
_SHORTEST = 4

About = dict[str, Any]
"""What run.json holds."""


@dataclass(frozen=True)
class Kept:
    """A file to keep with a run. `link`: it is never written again, so that one copy on the disk serves both."""

    path: Path
    sha256: str
    link: bool = False


class Archive:
    """The runs under one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.objects = Objects(root / _OBJECTS)

    def add(self, about: About, results: Tables, files: Sequence[Kept], texts: Sequence[bytes]) -> list[str]:
        """Keeps a run, unless it is kept already; the tables in which a kept one differs from this one.

        `about` becomes run.json, with the hashes of the results. Raises OSError if the disk refuses, ArchiveError if
        others write for long, ChangedError if a file changed since it was read.
        """
        run_id = str(about["run_id"])
        about = {**about, "results": _described(results)}
        with self._writing():
            for kept in files:
                self.objects.put(kept.path, kept.sha256, kept.link)
            for text in texts:
                self.objects.put_bytes(text)
            if not self._is_whole(run_id):
                self._write(run_id, about, results)
            self._note(run_id)
            before = self.about(run_id)
        changed = [n for n, r in about["results"].items() if before["results"].get(n) != r]
        return changed + (["trace"] if before["trace"] != about["trace"] else [])

    def ids(self) -> list[str]:
        """Ids of every run that is kept, the last one run last."""
        there = {p.parent.name: p for p in self.root.glob(f"*/{_ABOUT}") if not p.parent.name.startswith(".")}
        try:
            noted = (self.root / _ORDER).read_text(encoding="utf-8").split()
        except (OSError, UnicodeDecodeError):
            noted = []
        known = [id_ for id_ in dict.fromkeys(reversed(noted)) if id_ in there][::-1]
        return sorted(there.keys() - set(known), key=lambda i: there[i].stat().st_mtime_ns) + known

    def find(self, name: str) -> str:
        """The id that `name` stands for: an id, the unique beginning of one, `latest` or `previous`."""
        ids = self.ids()
        if not ids:
            raise NotFoundError(f"No run is kept in {self.root} yet: `risk-graph run DIR` makes one.")
        back = {LATEST: 1, PREVIOUS: 2}.get(name)
        if back is not None and back > len(ids):
            raise NotFoundError("There is no previous run: one alone is kept.")
        found = [ids[-back]] if back is not None else [i for i in ids if i.startswith(name)]
        if name in found:
            return name
        if len(found) == 1 and (back is not None or len(name) >= _SHORTEST):
            return found[0]
        why = f"{len(found)} runs begin with {name!r}" if found else f"No run begins with {name!r}"
        raise NotFoundError(
            f"{why}. Give at least {_SHORTEST} characters of one id, latest or previous; `risk-graph runs DIR` lists them."
        )

    def about(self, run_id: str) -> About:
        """What run.json says. Raises ArchiveError if it cannot be read."""
        try:
            found: About = json.loads((self.root / run_id / _ABOUT).read_text(encoding="utf-8"))
            if found["run_id"] != run_id or found["format"] != 1:
                raise ValueError(run_id)
            return found
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ArchiveError(
                f"The run {run_id} in {self.root} is damaged, or of another version: its {_ABOUT} cannot be read."
            ) from error

    def table(self, run_id: str, name: str) -> pd.DataFrame:
        """A table that a run gave. Raises ArchiveError if it is missing or not as it was written."""
        try:
            stored = pq.read_table(self.root / run_id / f"{name}.parquet")
            frame = result_tables()[name].from_arrow(stored)
            same = _described({name: frame})[name] == self.about(run_id)["results"][name]
        except (OSError, ValueError, KeyError) as error:
            raise ArchiveError(
                f"The table {name} of the run {run_id} cannot be read in {self.root}."
            ) from error
        if not same:
            raise ArchiveError(
                f"The table {name} of the run {run_id} is not as it was written in {self.root}."
            )
        return frame

    def keep(self, number: int) -> tuple[list[str], int]:
        """Removes all but the last `number` runs, and the files that none of those needs: ids removed, bytes freed."""
        with self._writing():
            ids = self.ids()
            gone = ids[: max(len(ids) - number, 0)]
            needed = {sha for id_ in ids[len(gone) :] for sha in objects_of(self.about(id_))}
            freed = 0
            for id_ in gone:
                folder = self.root / id_
                freed += sum(p.stat().st_size for p in folder.iterdir())
                shutil.rmtree(folder.rename(self.root / f"{NEW}{id_}"))
            return gone, freed + self.objects.sweep(needed)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The one writer's turn; leftovers of killed ones are gone."""
        self.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.root / _LOCK, timeout=_WAIT_S)
        try:
            lock.acquire()
        except Timeout:
            raise ArchiveError(f"The archive {self.root} is busy: another run is being kept.") from None
        try:
            for leftover in self.root.glob(f"{NEW}*"):
                shutil.rmtree(leftover)
            yield
        finally:
            lock.release()

    def _is_whole(self, run_id: str) -> bool:
        """Are all its files there? Whether they are as they were written is found when they are read."""
        try:
            rows = {n: r["rows"] for n, r in self.about(run_id)["results"].items() if n not in NOT_KEPT}
            found = {n: pq.read_metadata(self.root / run_id / f"{n}.parquet").num_rows for n in rows}
        except (OSError, ArchiveError, pa.ArrowInvalid):
            return False
        return found == rows

    def _write(self, run_id: str, about: About, results: Tables) -> None:
        new = Path(tempfile.mkdtemp(prefix=NEW, dir=self.root))
        try:
            for name, frame in results.items():
                if name not in NOT_KEPT:
                    arrow = result_tables()[name].to_arrow(frame)
                    pq.write_table(arrow, new / f"{name}.parquet", compression="zstd")
            text = json.dumps(about, ensure_ascii=False, indent=1, sort_keys=True)
            (new / _ABOUT).write_text(text + "\n", encoding="utf-8")
            for path in (*new.iterdir(), new):
                _sync(path)
            target = self.root / run_id
            if target.exists():  # damaged
                target.rename(self.root / f"{NEW}damaged-{run_id}")
            new.chmod(0o755)
            new.rename(target)
            _sync(self.root)
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def _note(self, run_id: str) -> None:
        """Notes the run as the last one."""
        ids = [id_ for id_ in self.ids() if id_ != run_id]
        new = self.root / f"{_ORDER}.new"
        new.write_text("\n".join([*ids, run_id]) + "\n", encoding="utf-8")
        new.replace(self.root / _ORDER)


def objects_of(about: About) -> set[str]:
    """Hashes of the files that a run needs to be computed again."""
    files = [f["sha256"] for f in about["inputs"].values()]
    layers = [sha for layer in about["layers"] for sha in layer["files"].values()]
    return {*files, *layers, about["decisions"]}


def _described(results: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, Any]]:
    out = {}
    for name, frame in sorted(results.items()):
        out[name] = {"rows": len(frame), "sha256": fingerprint(result_tables()[name].to_arrow(frame))}
    return out


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
