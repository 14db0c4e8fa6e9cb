"""The built wheel, installed into an empty environment, does the main job from another folder."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import venv
from pathlib import Path
from urllib.request import urlopen

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


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_the_wheel_holds_everything_it_needs(tmp_path):
    call(
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        tmp_path / "dist",
        ROOT,
        cwd=ROOT,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
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
