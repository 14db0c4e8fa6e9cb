"""Writes docs/screenshots: the three pages of the dashboard on the bundled real chain. `make screenshots` runs it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SHOTS = {
    "overview": "/",
    "supplier": "/supplier",
    "trace": "/trace?subject=prod-chalco-henan-alumina",
}
WIDTH, HEIGHT = 1280, 1100
ARGUMENTS = ["--disable-background-networking", "--disable-component-update", "--no-first-run"]
_MOST_BYTES = 300_000
_READY_SECONDS, _STOP_SECONDS = 60.0, 5.0


def chromium() -> str | None:
    """Path of the system's browser."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def load_project(source: Path, folder: Path) -> Path:
    """A copy of a project in `folder`, loaded into the embedded store."""
    project = folder / source.name
    shutil.copytree(source, project)
    subprocess.run([*_RISK_GRAPH, "run", str(project)], check=True, env=_environment(), capture_output=True)
    return project


_RISK_GRAPH = [sys.executable, "-c", "from risk_graph.cli import main; main()"]


def _environment() -> dict[str, str]:
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    return {**os.environ, "PYTHONPATH": path}


@contextmanager
def serving(project: Path) -> Iterator[str]:
    """The address of `risk-graph serve` on a free port; the server and its child are gone afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [*_RISK_GRAPH, "serve", str(project), "--port", str(port)],
        env=_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(server, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        _stop(server)


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + _READY_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"the server did not answer on port {port}")


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """Its own process group only: asked to end, then killed."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, sign)
        except ProcessLookupError:
            return
        try:
            server.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def settle(page: Page, seconds: float = 2.0) -> None:
    """Until the page's script has run and its pictures are drawn."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=60_000)
    page.wait_for_selector('[data-testid="stMainBlockContainer"] h1', timeout=60_000)
    page.wait_for_timeout(seconds * 1000)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=60_000)


def _compress(path: Path) -> None:
    """Fewer colours only where the picture would be too large: the bands must keep theirs."""
    image = Image.open(path).convert("RGB")
    image.save(path, optimize=True)
    if path.stat().st_size > _MOST_BYTES:
        image.quantize(colors=256, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    found = chromium()
    if found is None:
        raise SystemExit("Screenshots need Chromium: apt-get install chromium")
    out = ROOT / "docs" / "screenshots"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        project = load_project(ROOT / "data" / "aluminium", Path(folder))
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        with serving(project) as address:
            for name, path in SHOTS.items():
                page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
                page.goto(address + path)
                settle(page, 4.0)
                target = out / f"{name}.png"
                page.screenshot(path=target)
                _compress(target)
                print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1000} kB")
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
