"""The built wheel, installed into an empty environment, does the main job from another folder."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import venv
from pathlib import Path
from urllib.request import urlopen
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]


def call(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "RISK_GRAPH_STORE")}
    done = subprocess.run(
        [str(c) for c in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def pages_answer(command: Path, project: Path, elsewhere: Path) -> None:
    """The dashboard of the installed wheel answers on its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = [command, "serve", project, "--store", elsewhere / "graph", "--port", port]
    server = subprocess.Popen(
        [str(part) for part in serve], cwd=elsewhere, start_new_session=True, stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(120):
            time.sleep(0.5)
            with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{port}/_stcore/health") as answer:
                assert answer.status == 200
                return
        pytest.fail("The dashboard did not answer within a minute.")
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def built(folder: Path) -> Path:
    """The wheel of a copy of the sources in which somebody has loaded the bundled chain."""
    copy = folder / "sources"
    for part in ("risk_graph", "ingest", "dashboards", "data"):
        shutil.copytree(ROOT / part, copy / part)
    for name in ("pyproject.toml", ".gitignore", "README.md", "CHANGELOG.md"):
        shutil.copy(ROOT / name, copy)
    (copy / "data" / "aluminium" / "graph").mkdir(exist_ok=True)
    (copy / "data" / "aluminium" / "graph" / "CURRENT").touch()
    (copy / "data" / "aluminium" / "risk-graph.log").touch()
    options = ["--wheel", "--no-isolation", "--outdir", folder / "dist"]
    call(sys.executable, "-m", "build", *options, copy, cwd=folder)
    (wheel,) = (folder / "dist").glob("*.whl")
    return wheel


@pytest.mark.slow
def test_the_wheel_holds_the_data_and_nothing_that_was_made_from_it(tmp_path):
    names = ZipFile(built(tmp_path)).namelist()
    inside = {n.removeprefix("risk_graph/_data/") for n in names if n.startswith("risk_graph/_data/")}
    assert {"aluminium/inputs/flows.csv", "chains/aluminium.toml", "boundaries/countries.parquet"} <= inside
    assert [
        n for n in names if "graph/CURRENT" in n or n.endswith(".log") or n.startswith(("data/", "tests/"))
    ] == []


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_the_wheel_does_the_main_job_in_an_empty_environment(tmp_path):
    wheel = built(tmp_path)
    venv.create(tmp_path / "env", with_pip=True)
    bin_ = tmp_path / "env" / "bin"
    pins = [
        line.split(" \\")[0] for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line
    ]
    (tmp_path / "pins.txt").write_text("\n".join(pins))
    call(bin_ / "python", "-m", "pip", "install", "--quiet", "-c", tmp_path / "pins.txt", wheel, cwd=tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    where = call(bin_ / "python", "-c", "import risk_graph; print(risk_graph.data_dir())", cwd=elsewhere)
    data = Path(where.stdout.strip())
    assert data.is_relative_to(tmp_path / "env")
    call(bin_ / "risk-graph", "run", data / "aluminium", "--store", elsewhere / "graph", cwd=elsewhere)
    traced = call(
        bin_ / "risk-graph", "trace", data / "aluminium", "prod-nalco-aluminium-export",
        "--store", elsewhere / "graph", "--format", "csv", cwd=elsewhere,
    )  # fmt: skip
    assert "panchpatmali-mine" in traced.stdout
    call(bin_ / "risk-graph", "init", elsewhere / "mine", cwd=elsewhere)
    call(bin_ / "risk-graph", "validate", elsewhere / "mine", cwd=elsewhere)
    pages_answer(bin_ / "risk-graph", data / "aluminium", elsewhere)
    pages = call(
        bin_ / "python",
        "-c",
        "import dashboards, pathlib; print(pathlib.Path(dashboards.__file__).parent)",
        cwd=elsewhere,
    )
    assert (Path(pages.stdout.strip()) / "app.py").is_file()
