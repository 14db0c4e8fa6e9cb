"""One more of each kind is one more file: a copy of the house gets a rule, a scorer, a reader, a table, a layer, a
source, a chain and a page, each from outside, and not a line of it is edited."""

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
TIN = (ROOT / "docs" / "chains.md").read_text(encoding="utf-8").split('id    = "tin"')[1].split("```")[0]
MORE = {
    "risk_graph/assess/rules/one_more.py": """
from risk_graph.assess.location import passes_through_listed
from risk_graph.assess.rule import Rule

RULE = Rule("ONE-MORE", "7", "One more", "nobody", False, "nothing", lambda f: passes_through_listed(f, "one_more"))
""",
    "risk_graph/assess/scorers/one_more.py": """
from risk_graph.assess.reader import Reader, readers

def read(facts, signal, ids):
    return readers()["listing"].read(facts, signal, ids)

READER = Reader("one_more", "one more kind", "listing", False, read)
""",
    "data/scorers/one_more.toml": """
id = "one_more"
version = "3"
title = "One more"
source = "nobody"
verified = false
[[themes]]
id = "more"
title = "More"
weight = 1.0
[[themes.signals]]
kind = "one_more"
layer = "one_more"
""",
    "risk_graph/model/tables/audits.py": """
from risk_graph.model.table import Column, Node, Table

TABLE = Table("audits", "Audits", "Visits.", (
    Column("audit_id", "id", "Number", "A-001", True),
    Column("site_id", "id", "Site", "F-001", True, references=("facilities",)),
), key="audit_id", graph=Node("Audit"))
""",
    "data/layers/one_more/layer.toml": """
id = "one_more"
kind = "listing"
title = "One more list"
meaning = "listed"
direction = "none"
unit = ""
publisher = "nobody"
source = "nobody"
licence = "none"
edition = "2024"
retrieved = 2024-01-01
[expect]
rows = 1
""",
    "data/layers/one_more/values.csv": (
        "code,listed_code,name,country,status,whole_country,certain,note,edition,listed_from,retrieved,source\n"
        "AU-WA,AU-WA,Western Australia,AUS,,false,true,,2024,,2024-01-01,nobody\n"
    ),
    "data/regimes/one_more.toml": """
id = "one_more"
title = "One more law"
version = "5"
text = "A law"
article = "1"
[applies]
metals = "all"
reason = "it is made up."
[rules.ONE-MORE]
""",
    "data/chains/one_more.toml": 'id = "one_more"' + TIN,
    "ingest/sources/one_more.py": """
from datetime import date
import pandas as pd
from ingest.source import Draft, Edition, Expected, Licence, Source

def read(path, asked):
    rows = pd.DataFrame({"country": path.read_text().split(), "year": 2024, "estimate": 3.5, "edition": "2025",
        "retrieved": pd.Timestamp(asked.retrieved), "source": "nobody"})
    about = {"title": "One more number", "meaning": "made up", "scale": [0.0, 9.0], "min": 0.0, "max": 9.0}
    return Edition("2025", date(2025, 1, 1), (Draft("one_more_number", "country_value", about, rows),))

SOURCE = Source("one_more", "One more source", "nobody", Licence("open", "none", False), "http://127.0.0.1:1/",
    "one_more.txt", "never", {"one_more_number": Expected(1, 9)}, read, "Write it.")
""",
    "dashboards/views/one_more.py": """
import streamlit as st
from dashboards.view import View

VIEW = View("one_more", "One more", "One more?", "➕", 99, lambda run: st.markdown("This is one more page."))
""",
}


def call(*command: object, cwd: Path, **environment: str) -> str:
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "RISK_GRAPH_STORE")} | environment
    done = subprocess.run(
        [sys.executable, *map(str, command)], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    for part in ("risk_graph", "ingest", "dashboards", "data"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "graph"))
    for path, text in MORE.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text.lstrip(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def project(house):
    """The project that `init` makes, with an input table more and another scorer, loaded."""
    folder = house / "project"
    call("-m", "risk_graph.cli", "init", folder, cwd=house)
    settings = folder / "risk-graph.toml"
    settings.write_text(settings.read_text().replace("[run]", '[run]\nscorer = "one_more"'))
    (house / "one_more.txt").write_text("AUS DEU")
    source = ("sources", "update", folder, "one_more", "--file", "one_more.txt")
    call("-m", "risk_graph.cli", *source, cwd=house)
    call("-m", "risk_graph.cli", "run", folder, "--strict", cwd=house)
    return folder


@pytest.fixture(scope="module")
def answer(house, project):
    def ask(command: str, *arguments: str) -> pd.DataFrame:
        text = call("-m", "risk_graph.cli", command, project, *arguments, "--format", "csv", cwd=house)
        return pd.read_csv(io.StringIO(text), keep_default_na=False)

    return ask


pytestmark = pytest.mark.slow


def test_a_rule_and_the_layer_that_it_reads(answer):
    found = answer("findings", "--rule", "ONE-MORE").set_index("subject_id")
    assert found.at["F-001", "truth"] == "T"
    assert "Western Australia" in found.at["F-001", "evidence"]
    assert found.at["F-002", "truth"] == "T"


def test_a_scorer_and_what_explains_it(house, project, answer):
    scores = answer("scores").set_index(["subject_id", "theme"])
    assert set(scores.index.get_level_values("theme")) == {"more", "overall"}
    assert scores.at[("F-001", "overall"), "value"] == 100
    told = json.loads(call("-m", "risk_graph.cli", "explain", project, "F-001", "--json", cwd=house))
    assert {c["layer"] for c in told["contributions"]} == {"one_more"}


def test_an_input_table_with_its_template_its_checks_and_its_place_in_the_graph(house, project, answer):
    assert (project / "inputs" / "audits.csv").read_text() == "audit_id,site_id\nA-001,F-001\n"
    rows = answer("query", "MATCH (a:Audit) RETURN a.audit_id AS id, a.site_id AS site")
    assert rows.to_numpy().tolist() == [["A-001", "F-001"]]
    wrong = house / "wrong"
    shutil.copytree(project / "inputs", wrong / "inputs")
    shutil.copy(project / "risk-graph.toml", wrong)
    (wrong / "inputs" / "audits.csv").write_text("audit_id,site_id\nA-001,F-404\nA-002,F-001\nA-002,F-002\n")
    script = (
        "import json; from pathlib import Path; from ingest.load import load; from risk_graph.model.chain import load_chain;"
        "print(json.dumps([(i.code, i.row) for i in load(Path('wrong/inputs'), load_chain('aluminium')).issues"
        " if i.file == 'audits.csv']))"
    )
    issues = json.loads(call("-c", script, cwd=house))
    assert issues == [["unknown-reference", 2], ["duplicate-id", 4]]


def test_a_source_and_the_layer_that_it_gives(house, answer):
    listed = call("-m", "risk_graph.cli", "sources", "list", "--format", "csv", cwd=house)
    assert "one_more,One more source,nobody,none,open,True,False,one_more_number,never," in listed
    said = "MATCH (s:Signal) WHERE s.layer = 'one_more_number' AND s.subject_id = 'F-001' RETURN s.value AS v, s.edition AS e"
    assert answer("query", said).astype(str).to_numpy().tolist() == [["3.5", "2025"]]


def test_a_chain_by_its_name(house):
    script = "from risk_graph.model.chain import load_chain; print(load_chain('one_more').metal)"
    assert call("-c", script, cwd=house).strip() == "Sn"


def test_a_page_in_the_menu(house, project):
    script = """
from streamlit.testing.v1 import AppTest
test = AppTest.from_file("dashboards/router.py", default_timeout=60).run()
test._page_hash = test.session_state["pages"]["one_more"]._script_hash
print([m.value for m in test.run().markdown])
"""
    assert "This is one more page." in call("-c", script, cwd=house, RISK_GRAPH_PROJECT=str(project))


def test_a_run_names_every_rule_and_the_scorer_with_their_versions(answer):
    run = answer("query", "MATCH (r:Run) RETURN r.ruleset AS ruleset, r.scorer AS scorer").iloc[0]
    assert "ONE-MORE 7" in run["ruleset"].split(", ")
    assert run["scorer"] == "one_more 3"
