"""compose.yaml as a reviewer reads it; nothing here starts a container."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "compose.yaml").read_text()
VALUES = dict(re.findall(r"^\s+(NEO4J_\w+): \"(.*)\"", COMPOSE, re.M))


def test_the_image_is_the_server_that_the_tests_run() -> None:
    tested = re.search(
        r"<neo4j.version>(.*)</neo4j.version>", (ROOT / "tests/neo4j_server/pom.xml").read_text()
    )
    assert tested
    assert re.findall(r"image: (\S+)", COMPOSE) == [f"neo4j:{tested[1]}-community"]


def test_the_password_comes_from_the_environment_and_is_required() -> None:
    assert re.fullmatch(r"neo4j/\$\{RISK_GRAPH_NEO4J_PASSWORD:\?.+\}", VALUES["NEO4J_AUTH"])


def test_ports_are_open_to_this_machine_only() -> None:
    ports = re.findall(r"^\s+- \"(.*:\d+)\"", COMPOSE, re.M)
    assert ports == ["127.0.0.1:7474:7474", "127.0.0.1:7687:7687"]


def test_the_heap_is_the_one_that_the_documentation_speaks_of() -> None:
    heap = {VALUES[f"NEO4J_server_memory_heap_{end}__size"] for end in ("initial", "max")}
    assert heap == {"${RISK_GRAPH_NEO4J_HEAP:-4g}"}
    assert "Neo4j, 4 GB heap" in (ROOT / "docs/store.md").read_text()


def test_queries_cannot_read_files_of_the_server() -> None:
    assert VALUES["NEO4J_dbms_security_allow__csv__import__from__file__urls"] == "false"


@pytest.mark.parametrize("key", ["test", "interval", "timeout", "retries", "start_period"])
def test_there_is_a_check_of_health(key: str) -> None:
    check = COMPOSE[COMPOSE.index("healthcheck:") : COMPOSE.index("\nvolumes:")]
    assert re.search(rf"^\s+{key}: \S", check, re.M)


def test_the_text_is_indented_by_spaces_and_quotes_are_closed() -> None:
    for line in COMPOSE.splitlines():
        assert "\t" not in line
        assert line.count('"') % 2 == 0
        assert (len(line) - len(line.lstrip())) % 2 == 0
