"""`risk-graph serve` as a process: it answers, and nothing of it is left when it is told to stop."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.cli.helpers import risk_graph

pytestmark = pytest.mark.slow

WAIT_SECONDS = 90


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_and_frees_its_port(tmp_path, number):
    project = tmp_path / "mine"
    risk_graph("init", project)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    heard = f"import signal; signal.signal({int(number)}, signal.SIG_DFL)"  # who runs the tests may have it ignored
    code = f"{heard}\nfrom risk_graph.start import main; main()"
    command = [sys.executable, "-c", code, "serve", str(project), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            assert answers(port, time.monotonic() + WAIT_SECONDS)
            server.send_signal(number)
            server.wait(WAIT_SECONDS)
        finally:
            server.kill()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def answers(port, until):
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5) as page:
                return page.status == 200
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    return False
