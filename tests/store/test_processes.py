"""Several processes at one store: readers during loads, loads that are killed, two loads at once."""

import contextlib
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from risk_graph.errors import StoreError
from risk_graph.store import GraphStore
from tests.store.conftest import Place
from tests.store.graphs import many
from tests.store.worker import LABELLED, QUERIES

pytestmark = pytest.mark.slow

OLD, NEW = 300, 700


@contextlib.contextmanager
def worker(job: str, place: Place, *arguments: object) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.store.worker", job, place.url, str(place.project)]
    process = subprocess.Popen(
        [*command, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def counts(store: GraphStore) -> set[int]:
    tables = store.read().tables
    asked = {int(store.query(query)["n"].iloc[0]) for query in QUERIES}
    return asked | {len(tables[name]) for name in ("facilities", "flows", "findings")}


def test_a_reader_sees_the_old_or_the_new_graph_never_half(place: Place) -> None:
    looks, enough = place.project / "looks", place.project / "enough"
    with place.open() as store:
        store.replace("inputs", *many(OLD, "start"))
        with worker("watch", place, looks, enough, f"{OLD},{NEW}") as reader:
            assert line(reader) == "watching"
            turn = 0
            while reader.poll() is None and (turn < 4 or looks.stat().st_size < 4):
                turn += 1
                store.replace("inputs", *many((OLD, NEW)[turn % 2], f"mark {turn}"))
            enough.touch()
            _, errors = reader.communicate()
    assert reader.returncode == 0, errors


def kill_loads(place: Place, turns: int, *arguments: object) -> None:
    chance = random.Random(place.kind)
    with place.open() as store:
        store.replace("inputs", *many(OLD, "old"))
        for turn in range(turns):
            with worker("load", place, NEW, f"killed {turn}", *arguments) as load:
                for _ in range(turn * 40 // turns + 1):  # a later step each time, and somewhere within it
                    if line(load) in {"done", ""}:
                        break
                time.sleep(chance.uniform(0, 0.05))
                load.kill()
                load.wait()
            expected = counts(store)
            assert expected in ({OLD}, {NEW})  # the last ones may have been done
            mark = set(store.read(["flows"]).tables["flows"]["material"])
            assert mark == ({"old"} if expected == {OLD} else {f"killed {turn}"})
            store.replace("inputs", *many(OLD, "old"))
            assert counts(store) == {OLD}


def test_a_load_killed_at_any_moment_leaves_the_old_graph(place: Place) -> None:
    kill_loads(place, 8)


@pytest.mark.neo4j
@pytest.mark.xdist_group("neo4j")
def test_a_killed_load_that_went_in_batches(neo4j_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.store.test_processes.QUERIES", LABELLED)
    kill_loads(neo4j_place, 6, 0)


def test_a_second_load_at_the_same_time_is_told_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("risk_graph.store.embedded.BUSY_SECONDS", 1.0)
    with place.open() as store:
        store.replace("inputs", *many(OLD, "old"))
        told: list[str] = []

        def interrupt(step: str) -> None:
            if not told:
                with place.open() as other, pytest.raises(StoreError, match="busy") as caught:
                    other.replace("inputs", *many(NEW, "other"))
                told.append(str(caught.value))

        store.replace("inputs", *many(NEW, "first"), interrupt)
        assert told
        assert counts(store) == {NEW}
