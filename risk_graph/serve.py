"""Becomes the dashboard's server; the page is told where the project is by the environment."""

import importlib.util
import os
import socket
import sys
from pathlib import Path
from typing import NoReturn

from risk_graph.console import say
from risk_graph.errors import RiskGraphError
from risk_graph.project import PROJECT_VARIABLE, STORE_VARIABLE, Project


def serve_dashboard(project: Project, port: int) -> NoReturn:
    """Serves until a signal ends it: this process becomes the server, so that none is left behind.

    Raises RiskGraphError if it cannot be started.
    """
    spec = importlib.util.find_spec("dashboards")
    if spec is None or spec.origin is None:
        raise RiskGraphError("The dashboards are not installed. Install risk-graph again.")
    _check_free(port)
    folder = Path(spec.origin).parent
    environment = {
        **os.environ,
        PROJECT_VARIABLE: str(project.folder.resolve()),
        STORE_VARIABLE: _absolute(project),
    }
    say(f"Dashboard: http://localhost:{port} (stop with Ctrl-C)")
    command = [sys.executable, "-m", "streamlit", "run", str(folder / "app.py"), f"--server.port={port}"]
    os.chdir(folder)
    os.execve(sys.executable, command, environment)


def _check_free(port: int) -> None:
    """The server's own message would not say what to do."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise RiskGraphError(
                f"Port {port} is in use or not allowed: choose another with --port."
            ) from error


def _absolute(project: Project) -> str:
    url = project.store_url
    return url if "://" in url else str((project.folder / url).resolve())
