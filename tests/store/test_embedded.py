"""The folder of generations: what stays, what goes, what is said when it is damaged."""

import errno
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from risk_graph.errors import DamagedError, NotFoundError, StoreError
from risk_graph.model.table import input_tables, result_tables
from risk_graph.store import generations, open_store
from risk_graph.store.embedded import EmbeddedStore
from risk_graph.store.schema import node_types
from tests.store.graphs import inputs, many, results
from tests.store.test_contract import COUNT, assert_same

pytestmark = pytest.mark.slow


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    return EmbeddedStore(tmp_path / "it's a graph", write=True)


def folders(store: EmbeddedStore) -> set[str]:
    return {path.name for path in (store.root / "generations").iterdir()}


def test_a_generation_is_found_under_its_name(store: EmbeddedStore) -> None:
    name = store.replace("inputs", inputs(), results())
    assert (store.root / "CURRENT").read_text() == f"{name}\n"
    assert folders(store) == {name}


def test_the_same_content_is_written_once(store: EmbeddedStore) -> None:
    name = store.replace("inputs", inputs(), results())
    before = (store.root / "generations" / name).stat().st_mtime_ns
    assert store.replace("inputs", inputs(), results()) == name
    assert (store.root / "generations" / name).stat().st_mtime_ns == before


def test_the_tables_are_parquet_that_anybody_can_read(store: EmbeddedStore) -> None:
    name = store.replace("inputs", inputs(), {})
    found = pd.read_parquet(store.root / "generations" / name / "facilities.parquet")
    assert found["facility_id"].tolist() == inputs()["facilities"]["facility_id"].tolist()
    assert set(found["dataset"]) == {"inputs"}


def test_old_generations_go_but_one(store: EmbeddedStore) -> None:
    names = [store.replace("inputs", *many(3, f"{i}")) for i in range(4)]
    assert folders(store) == set(names[-2:])
    assert store.replace("inputs", *many(3, "2")) == names[2]
    assert folders(store) == set(names[-2:])


def test_a_generation_that_is_being_read_stays(store: EmbeddedStore) -> None:
    first = store.replace("inputs", *many(3, "first"))
    with store.generations.reading() as folder:
        names = [store.replace("inputs", *many(3, f"{i}")) for i in range(3)]
        assert folder.name == first
        assert len(pd.read_parquet(folder / "facilities.parquet")) == 3
        assert folders(store) == {first, *names[-2:]}
    last = store.replace("inputs", *many(3, "last"))
    assert folders(store) == {names[-1], last}


def test_leftovers_of_a_killed_load_are_swept(store: EmbeddedStore) -> None:
    store.replace("inputs", *many(3, "a"))
    leftover = store.root / "generations" / ".new-killed"
    leftover.mkdir()
    (leftover / "graph.lbug").write_bytes(b"half")
    store.replace("inputs", *many(3, "b"))
    assert not leftover.exists()


def _no_pointer(root: Path, name: str) -> None:
    (root / "CURRENT").unlink()


def _a_pointer_that_leads_away(root: Path, name: str) -> None:
    (root / "CURRENT").write_text("../../etc\n")


def _a_pointer_that_is_no_text(root: Path, name: str) -> None:
    (root / "CURRENT").write_bytes(b"\xff\x00")


def _a_pointer_to_nothing(root: Path, name: str) -> None:
    (root / "CURRENT").write_text("0123456789\n")


def _no_generation(root: Path, name: str) -> None:
    shutil.rmtree(root / "generations" / name)


def _no_table(root: Path, name: str) -> None:
    (root / "generations" / name / "flows.parquet").unlink()


def _half_a_table(root: Path, name: str) -> None:
    table = root / "generations" / name / "flows.parquet"
    table.write_bytes(table.read_bytes()[:100])


def _no_database(root: Path, name: str) -> None:
    (root / "generations" / name / "graph.lbug").unlink()


def _nothing_to_hold(root: Path, name: str) -> None:
    (root / "generations" / name / "held").unlink()


def _another_manifest(root: Path, name: str) -> None:
    (root / "generations" / name / "generation.json").write_text('{"id": "x", "files": {}}')


DAMAGES = [
    damage for name, damage in globals().items() if name.startswith(("_no_", "_a_", "_an", "_h", "_not"))
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_graph_says_what_to_do_and_the_next_load_repairs_it(
    store: EmbeddedStore, damage: Callable[[Path, str], None]
) -> None:
    name = store.replace("inputs", inputs(), {})
    damage(store.root, name)
    for ask in (store.read, store.datasets, lambda: store.query(COUNT)):
        with pytest.raises(DamagedError, match="`risk-graph run` builds it again") as caught:
            ask()
        assert caught.value.exit_code == 3
    assert store.replace("inputs", inputs(), {}) == name
    assert_same(store.read(list(input_tables())).tables, inputs())
    assert store.query(COUNT)["n"].tolist() == [12]


def test_a_changed_byte_in_a_table_is_found(store: EmbeddedStore) -> None:
    name = store.replace("inputs", inputs(), {})
    table = store.root / "generations" / name / "flows.parquet"
    content = bytearray(table.read_bytes())
    content[len(content) // 4] ^= 1
    table.write_bytes(content)
    with pytest.raises(DamagedError):
        store.read()
    assert store.replace("inputs", inputs(), {}) == name
    assert_same(store.read(list(input_tables())).tables, inputs())


@pytest.mark.parametrize("start", [b"LBUG1\0\0\0\x07", b"KUZU", b"\0" * 4096])
def test_a_database_of_another_version_is_said_to_be_one(store: EmbeddedStore, start: bytes) -> None:
    name = store.replace("inputs", inputs(), {})
    database = store.root / "generations" / name / "graph.lbug"
    database.write_bytes(start + database.read_bytes()[len(start) :])
    with pytest.raises(DamagedError, match="another version"):
        store.query(COUNT)
    assert store.read().generation == name
    assert store.replace("inputs", inputs(), {}) == name
    assert store.query(COUNT)["n"].tolist() == [12]


def test_a_damaged_graph_of_several_data_sets_is_not_replaced_by_one(store: EmbeddedStore) -> None:
    store.replace("a", inputs("a-"), {})
    store.replace("b", inputs("b-"), {})
    (store.root / "CURRENT").write_text("nonsense\n")
    with pytest.raises(StoreError, match=r"other data sets too \(a\): delete the folder"):
        store.replace("b", inputs("b-", 13), {})


def test_a_full_disk_leaves_the_old_graph(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    first = store.replace("inputs", *many(3, "a"))

    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(generations, "_sync", full)
        with pytest.raises(StoreError, match="disk is full"):
            store.replace("inputs", *many(3, "b"))
    assert store.read().generation == first
    assert folders(store) == {first}
    assert store.replace("inputs", *many(3, "b")) != first


def test_files_that_may_not_grow_leave_the_old_graph(store: EmbeddedStore) -> None:
    first = store.replace("inputs", *many(3, "a"))
    script = (
        "import resource, sys; from pathlib import Path\n"
        "from risk_graph.errors import StoreError\n"
        "from risk_graph.store.embedded import EmbeddedStore\n"
        "from tests.store.graphs import many\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "try: EmbeddedStore(Path(sys.argv[1]), write=True).replace('inputs', *many(50_000, 'b'))\n"
        "except StoreError as error: print(error)\n"
    )
    command = [sys.executable, "-c", script, str(store.root)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert "former graph stays" in done.stdout, done.stderr
    assert store.read().generation == first
    assert len(store.query("MATCH (f:Facility) RETURN f.name AS name")) == 3


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "graph").write_text("a file")
    with pytest.raises(StoreError, match="cannot be used"):
        EmbeddedStore(tmp_path / "graph", write=True).replace("inputs", {}, {})


def test_a_graph_that_may_not_be_read_is_not_called_damaged(
    store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.replace("inputs", {}, {})

    def refused(*arguments: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(generations.os, "open", refused)
    for ask in (store.read, store.datasets, lambda: store.query(COUNT)):
        with pytest.raises(StoreError, match="cannot be used: Permission denied") as caught:
            ask()
        assert not isinstance(caught.value, DamagedError)


def test_reading_needs_no_database(store: EmbeddedStore) -> None:
    store.replace("inputs", inputs(), results())
    script = (
        "import sys; from pathlib import Path\n"
        "from risk_graph.store import open_store\n"
        "open_store(sys.argv[1], Path(), write=False).read()\n"
        "assert not {'ladybug', 'neo4j'} & set(sys.modules)\n"
    )
    command = [sys.executable, "-c", script, str(store.root)]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[2])


def test_a_folder_is_relative_to_the_project(tmp_path: Path) -> None:
    with open_store("graph", tmp_path, write=True) as store:
        store.replace("inputs", {}, {})
    assert (tmp_path / "graph" / "CURRENT").exists()
    with pytest.raises(NotFoundError), open_store("other", tmp_path, write=False) as store:
        store.read()
    with pytest.raises(StoreError, match="empty"):
        open_store(" ", tmp_path, write=False)


def test_keys_of_nodes_are_constraints_of_the_database(store: EmbeddedStore, tmp_path: Path) -> None:
    import ladybug

    name = store.replace("inputs", inputs(), results())
    shutil.copy(store.root / "generations" / name / "graph.lbug", tmp_path / "copy.lbug")
    with ladybug.Database(tmp_path / "copy.lbug") as database, ladybug.Connection(database) as connection:
        for node in node_types():
            key = connection.execute(f"MATCH (n:`{node.label}`) RETURN n.`{node.key}` LIMIT 1").get_next()[0]
            with pytest.raises(RuntimeError, match="duplicated primary key"):
                connection.execute(f"CREATE (:`{node.label}` {{`{node.key}`: $key}})", {"key": key})


def test_a_store_that_is_a_file_is_not_to_be_deleted(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StoreError, match="is a file") as caught:
        EmbeddedStore(tmp_path / "notes.txt", write=False).read()
    assert "delete" not in str(caught.value)


def test_many_rows_of_many_tables_fit_the_pool_together(
    store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was copied before stays in the pool: one large table was room enough for itself alone."""
    tables, made = inputs(count=200), results(count=200)
    tables["flows"] = repeated(tables["flows"], 400, "flow_id")
    for name in ("signals", "findings", "scores"):
        made[name] = repeated(made[name], 400, result_tables()[name].key)
    with monkeypatch.context() as patch:
        patch.setattr("risk_graph.store.database._POOL", 2**24)
        store.replace("inputs", tables, made)
    for label in ("Signal", "Finding", "Score"):
        assert store.query(f"MATCH (n:{label}) RETURN count(n) AS n")["n"].to_list() == [80_000]


def repeated(frame: pd.DataFrame, times: int, key: str) -> pd.DataFrame:
    more = pd.concat([frame] * times, ignore_index=True)
    more[key] = pd.array([f"{key}-{i}" for i in range(len(more))], dtype=frame[key].dtype)
    return more
