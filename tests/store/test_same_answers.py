"""The answers are the same bytes, wherever the graph lives."""

import pytest

from risk_graph import data_dir
from tests.cli.helpers import copy_of, risk_graph
from tests.neo4j_server.server import Server

EXAMPLES = {
    "trace_ranges": ["P2", "S04", "F014", "X1"],
    "aluminium": ["prod-chalco-henan-alumina", "sup-norsk-hydro"],
}


@pytest.mark.neo4j
@pytest.mark.xdist_group("neo4j")
@pytest.mark.parametrize("example", EXAMPLES)
def test_both_stores_give_the_same_bytes(example, tmp_path, neo4j_server: Server):
    project = data_dir() / "aluminium" if example == "aluminium" else copy_of(example, tmp_path)
    login = {
        "RISK_GRAPH_NEO4J_USER": neo4j_server.user,
        "RISK_GRAPH_NEO4J_PASSWORD": neo4j_server.password,
    }
    commands = [["findings"], ["scores"]]
    for subject in EXAMPLES[example]:
        commands += [["trace", subject], ["trace", subject, "--by", "country", "--without-modelled"]]
    answers = {}
    for url in (str(tmp_path / "graph"), neo4j_server.url):
        done = risk_graph("run", project, "--store", url, environment=login)
        assert done.exit_code == 0, done.stderr
        for command, *rest in commands:
            shown = risk_graph(command, project, *rest, "--format", "csv", "--store", url, environment=login)
            assert shown.exit_code == 0, shown.stderr
            assert len(shown.stdout.splitlines()) > 1
            answers.setdefault((command, *rest), []).append(shown.stdout_bytes)
    for command, (embedded, server) in answers.items():
        assert embedded == server, command
