"""The house keeps its shape: layers, shelves, one more of each kind is one more file."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from risk_graph.errors import ContributionError
from risk_graph.model.shelf import discover
from risk_graph.model.table import Table, input_tables, result_tables
from tests.cli.helpers import no_traceback, risk_graph

ROOT = Path(__file__).parents[1]


def test_data_flows_one_way():
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(lint), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_contract_names_every_module_of_the_house():
    """A module that no contract names could import whatever it likes."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (one_way,) = [c for c in settings["contracts"] if c["type"] == "layers"]
    named = {name.strip() for layer in one_way["layers"] for name in layer.split("|")}
    inside = {
        f"risk_graph.{p.stem}" for p in (ROOT / "risk_graph").iterdir() if p.suffix == ".py" or is_package(p)
    }
    assert named == (inside - {"risk_graph.__init__"}) | {"ingest", "dashboards"}
    packages = {p.name for p in ROOT.iterdir() if is_package(p)} - {"tests", "benchmarks"}
    assert packages == set(settings["root_packages"])


def is_package(path: Path) -> bool:
    return (path / "__init__.py").is_file()


SOUND = "from risk_graph.model.table import Table\nTABLE = Table('one', 'One', 'One.', ())\n"
MALFORMED = {
    "another type": ("TABLE = 'no table'", r"shelf\.b must define TABLE of type Table"),
    "no attribute": ("", r"shelf\.b must define TABLE"),
    "does not parse": ("TABLE = (", r"shelf\.b cannot be imported: SyntaxError"),
    "imports what is not there": (
        "import no_such_module",
        r"shelf\.b cannot be imported: ModuleNotFoundError",
    ),
    "an id that is taken": (SOUND, r"shelf\.b: the id 'one' is taken"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_contribution_is_named(name, tmp_path, monkeypatch):
    text, words = MALFORMED[name]
    shelf = f"house_{name.replace(' ', '_')}_shelf"
    (tmp_path / shelf).mkdir()
    for module, content in (("__init__", ""), ("a", SOUND), ("b", text)):
        (tmp_path / shelf / f"{module}.py").write_text(content)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ContributionError, match=words):
        discover(shelf, "TABLE", Table, lambda table: table.name)


@pytest.mark.parametrize("table", [*input_tables().values(), *result_tables().values()], ids=lambda t: t.name)
def test_every_column_says_what_it_means(table):
    assert isinstance(table, Table)
    assert table.description
    for column in table.all_columns:
        assert column.description, column.name
        if column.kind == "number":
            assert column.unit or column.name.split("_")[0] in {
                "share", "mass", "coc", "low", "value", "high", "from", "unknown", "coverage",
            }  # fmt: skip


@pytest.mark.slow
def test_another_chain_is_one_file(tmp_path):
    """The tin chain of docs/chains.md, in a project of its own."""
    text = (ROOT / "docs" / "chains.md").read_text()
    chain = next(block for block in text.split("```toml\n")[1:] if block.startswith("id ")).split("```")[0]
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    (tmp_path / "tin.toml").write_text(chain)
    (tmp_path / "risk-graph.toml").write_text('[project]\nname = "Tin"\nchain = "tin.toml"\n')
    (inputs / "suppliers.csv").write_text("supplier_id,name,country\nS1,Mine company,IDN\n")
    (inputs / "facilities.csv").write_text(
        "facility_id,supplier_id,name,stage,country\nM,S1,Mine,tin_mine,IDN\nW,S1,Works,tin_smelter,IDN\n"
    )
    (inputs / "products.csv").write_text("product_id,name,buyer_id\nP,Solder,S1\n")
    (inputs / "flows.csv").write_text(
        "flow_id,from_id,to_id,material,mass,unit,period_start,period_end\n"
        "1,M,W,tin_concentrate,100,t,2024-01-01,2024-12-31\n2,W,P,tin_ingot,50,t,2024-01-01,2024-12-31\n"
    )
    done = risk_graph("run", tmp_path, "--strict")
    no_traceback(done)
    assert done.exit_code == 0, done.stderr
    assert (
        risk_graph("trace", tmp_path, "P", "--format", "csv")
        .stdout.splitlines()[1]
        .startswith("M,Mine,origin")
    )


@pytest.mark.slow
@pytest.mark.parametrize(("nothing_skipped", "code"), [("", 0), ("1", 1)])
def test_what_a_machine_cannot_run_is_one_line_and_fails_where_nothing_may_be_skipped(
    nothing_skipped, code, tmp_path
):
    body = "import pytest\n\n@pytest.mark.parametrize('n', [1, 2])\ndef test_it(n):\n    pytest.skip('no such thing')\n"
    (tmp_path / "test_skipped.py").write_text(body)
    options = ["-q", "-p", "tests.conftest", "-c", ROOT / "pyproject.toml", "--rootdir", tmp_path, tmp_path]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *map(str, options)],
        cwd=ROOT, env={**os.environ, "RISK_GRAPH_NOTHING_SKIPPED": nothing_skipped},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    assert [line for line in done.stdout.splitlines() if "no such thing" in line] == [
        "Not run, 2 of the tests: no such thing"
    ]


def test_nothing_is_computed_at_import():
    code = "import risk_graph.cli, sys; print(sorted({'pandas', 'numba', 'ladybug', 'streamlit'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("[]", "['pandas']")
