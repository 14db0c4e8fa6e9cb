"""The documentation says what is: links lead somewhere, commands run, issue codes and layers are described."""

import re
from pathlib import Path

import pytest
import typer

from ingest.source import sources_markdown
from risk_graph.cli import app
from risk_graph.layers.layer import load_layers
from tests.cli.helpers import no_traceback, risk_graph

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("data/**/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    targets = [t.split("#")[0] for t in re.findall(r"\]\(([^)\s]+)\)", text)]
    local = [t for t in targets if t and "://" not in t and not t.startswith("mailto:")]
    assert [t for t in local if not (page.parent / t).exists()] == []


@pytest.mark.slow
def test_the_commands_of_the_readme_do_what_they_say(tmp_path, monkeypatch):
    block = (ROOT / "README.md").read_text(encoding="utf-8").split("## Your own chain")[1].split("```")[1]
    commands = [line.split("#")[0].split() for line in block.strip().splitlines()]
    assert [c[1] for c in commands] == ["init", "validate", "run", "trace", "explain", "serve"]
    monkeypatch.chdir(tmp_path)
    for _, *arguments in commands[:-1]:
        done = risk_graph(*arguments)
        no_traceback(done)
        assert done.exit_code == 0, (arguments, done.stderr)


def commands_of(group, prefix=""):
    """Every command by its name; those of a group as `group command`."""
    found = {}
    for name, command in group.commands.items():
        inner = commands_of(command, f"{prefix}{name} ") if hasattr(command, "commands") else None
        found |= inner if inner is not None else {f"{prefix}{name}": command}
    return found


def test_every_command_is_documented_with_its_options():
    lines = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8").splitlines()
    commands = commands_of(typer.main.get_command(app))
    groups = {name.split()[0] for name in commands if " " in name}
    told = {}
    for line in (line for line in lines if line.startswith("| `risk-graph ")):
        words = line.split("`")[1].split()[1:]
        told[" ".join(words[: 2 if words[0] in groups else 1])] = line
    assert set(told) == set(commands)
    assert any("`--store URL`" in line for line in lines)  # of every command that reads a stored run
    for name, command in commands.items():
        assert command.help, name
        for option in (o for p in command.params for o in p.opts if o.startswith("--")):
            said = option in told[name] or (option == "--format" and "[--format ...]" in told[name])
            assert said or option in ("--store", "--help"), f"{name} {option}"


def test_the_table_of_the_sources_is_that_of_the_shelf():
    page = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    table = sources_markdown()
    assert table.count("\n") > 5
    assert table in page, "python -c 'from ingest.source import sources_markdown; print(sources_markdown())'"


SOURCES = sorted(
    p for part in ("risk_graph", "ingest", "dashboards", "tests") for p in (ROOT / part).rglob("*.py")
)


def test_pages_that_the_sources_cite_are_there():
    cited = {
        (p, page)
        for p in SOURCES
        for page in re.findall(r"\b(docs/[\w/-]+\.md)", p.read_text(encoding="utf-8"))
    }
    assert {page for _, page in cited} > {"docs/trace.md", "docs/scores.md"}
    assert [(p.name, page) for p, page in sorted(cited) if not (ROOT / page).is_file()] == []


def test_the_map_of_contributing_is_that_of_the_folders():
    tree = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## The map")[1].split("```")[1]
    named = set(re.findall(r"[\w.]+(?:/|\.py)", tree))
    made = [line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()]

    def inside(folder):
        paths = [p for p in folder.iterdir() if not any(p.match(pattern) for pattern in [*made, ".*"])]
        return {f"{p.name}/" if p.is_dir() else p.name for p in paths}

    folders = {name for name in inside(ROOT) if name.endswith("/")}
    modules = inside(ROOT / "risk_graph") - {"__init__.py", "_data/"}
    assert folders | modules <= named, f"not on the map: {sorted((folders | modules) - named)}"


def test_every_layer_and_data_set_is_described():
    layers = (ROOT / "docs" / "layers.md").read_text(encoding="utf-8")
    index = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for name in load_layers():
        assert name in layers, name
        assert name in index, name
    for folder in ("aluminium", "boundaries", "reference", "chains"):
        assert folder in index, folder


def test_the_figures_of_the_readme_are_those_of_the_data():
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    def rows(name):
        return (
            len((ROOT / "data/aluminium/inputs" / f"{name}.csv").read_text(encoding="utf-8").splitlines()) - 1
        )

    assert f"{rows('facilities')} mines, refineries, smelters and works" in text
    assert f"{rows('suppliers')} companies, {rows('flows')} flows" in text
