"""Fixtures strategy: the smallest graph that shows the point, built inline by `graph_of`; published and own worked
examples as project folders under fixtures/; the bundled real chain only in golden and whole-project tests. What
needs a real Neo4j or a real browser says so with a marker and is skipped, with its reason, only where the machine
has none: with RISK_GRAPH_NOTHING_SKIPPED=1 (as in CI) a skipped test fails the run."""

import os
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

from risk_graph.model.chain import Chain, load_chain
from risk_graph.model.table import Tables, input_tables

settings.register_profile("quick", max_examples=6, deadline=None)
settings.register_profile("full", max_examples=60, deadline=None, derandomize=True)  # CI says the same twice
settings.register_profile("explore", max_examples=600, deadline=None)  # to look for what nobody thought of
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

FIXTURES = Path(__file__).parent / "fixtures"
ORACLES = FIXTURES / "oracles"


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("RISK_GRAPH_NOTHING_SKIPPED") == "1" and skipped:
        reporter.write_line(f"{len(skipped)} tests were skipped although nothing may be.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each thing that the machine lacks, however many tests need it."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"Not run, {count} of the tests: {reason}", yellow=True)


def read_tables(folder: Path) -> Tables:
    """Input tables of CSV files that are known to be clean, without ingest."""
    tables: Tables = {}
    for name, table in input_tables().items():
        path = folder / f"{name}.csv"
        frame = pd.read_csv(path, dtype=str, keep_default_na=False) if path.exists() else pd.DataFrame()
        frame = frame.mask(frame == "") if len(frame) else frame
        numbers = [c.name for c in table.columns if c.kind == "number" and c.name in frame]
        dates = [c.name for c in table.columns if c.kind == "date" and c.name in frame]
        frame = frame.assign(**{n: pd.to_numeric(frame[n]) for n in numbers})
        frame = frame.assign(**{n: pd.to_datetime(frame[n]) for n in dates})
        tables[name] = table.conform(frame)
    return tables


@pytest.fixture(scope="session")
def aluminium() -> Chain:
    return load_chain("aluminium")
