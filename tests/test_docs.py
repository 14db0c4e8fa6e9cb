"""The documentation says what is: links lead somewhere, commands run, issue codes and layers are described."""

import re
from pathlib import Path

import pytest

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


def test_the_commands_of_the_readme_do_what_they_say(tmp_path, monkeypatch):
    block = (ROOT / "README.md").read_text(encoding="utf-8").split("## Your own chain")[1].split("```")[1]
    commands = [line.split("#")[0].split() for line in block.strip().splitlines()]
    assert [c[1] for c in commands] == ["init", "validate", "run", "trace", "explain", "serve"]
    monkeypatch.chdir(tmp_path)
    for _, *arguments in commands[:-1]:
        done = risk_graph(*arguments)
        no_traceback(done)
        assert done.exit_code == 0, (arguments, done.stderr)


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
