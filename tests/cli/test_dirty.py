"""Every dirty input, fed to `validate` and to `run`: one clear answer, the right exit code, never a traceback."""

import json

import pytest

from ingest.codes import CODES
from tests.cli.helpers import no_traceback, risk_graph
from tests.ingest.dirty import DIRTY

pytestmark = pytest.mark.slow

NAMES = sorted(DIRTY)


@pytest.mark.parametrize("name", NAMES)
def test_dirty_input_is_data(name, tmp_path):
    case = DIRTY[name]
    inputs = tmp_path / "inputs"
    (tmp_path / "risk-graph.toml").write_text('[project]\nname = "Dirty"\n')
    case.build(inputs)

    checked = risk_graph("validate", tmp_path, "--json")
    no_traceback(checked)
    issues = json.loads(checked.stdout)
    assert {i["code"] for i in issues} <= set(CODES)
    assert {i["code"] for i in issues} >= set(case.codes)
    assert all(i["message"] and i["remedy"] for i in issues)
    errors = [i for i in issues if i["level"] == "error"]
    assert checked.exit_code == (2 if errors else 0)

    ran = risk_graph("run", tmp_path)
    no_traceback(ran)
    assert ran.exit_code == (2 if case.fatal else 0), ran.stderr
    if case.fatal:
        assert "stays" in ran.stderr
