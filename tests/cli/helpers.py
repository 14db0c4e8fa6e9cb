"""Running the command line in this process, with data and words apart."""

import shutil
from pathlib import Path

from typer.testing import CliRunner, Result

from risk_graph.cli import app
from tests.conftest import ORACLES


def risk_graph(*arguments: object, environment: dict[str, str] | None = None) -> Result:
    env = {"RISK_GRAPH_STORE": None, **(environment or {})}
    return CliRunner().invoke(app, [str(a) for a in arguments], env=env)


def copy_of(example: str, folder: Path) -> Path:
    """A worked example as a project that may be changed."""
    project = folder / example
    shutil.copytree(ORACLES / example, project)
    return project


def no_traceback(result: Result) -> None:
    assert "Traceback" not in result.stdout + result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
