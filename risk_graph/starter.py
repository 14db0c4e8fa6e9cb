"""A new project: settings, and templates with a filled example row."""

from pathlib import Path

from ingest.template import write_templates
from risk_graph.errors import ProjectError
from risk_graph.model.chain import load_chain
from risk_graph.project import SETTINGS_FILE

_SETTINGS = """\
[project]
name  = "{name}"
chain = "aluminium"        # a chain that ships with the package, or the path of a chain file

[store]
url = "graph"              # a folder, or neo4j://host:7687 (credentials only from the environment)

[run]
# as_of  = 2026-06-30                  # default: today
# period = "2024-01-01:2024-12-31"     # default: every flow
# scorer = "nine_themes"               # default: places; or the path of a scorer file of your own

[input]
# decimal = ","                        # only for files in which 1,234 could be read both ways
"""


def start_project(folder: Path) -> list[Path]:
    """Writes the settings, inputs/ (CSV) and templates/ (a workbook with pick lists); the files written.

    Raises ProjectError if there is a project already.
    """
    settings = folder / SETTINGS_FILE
    if settings.exists() or (folder / "inputs").exists():
        raise ProjectError(f"{folder} holds a project already; nothing was changed. Choose an empty folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        name = folder.resolve().name.replace("\\", " ").replace('"', " ")
        settings.write_text(_SETTINGS.format(name=name), encoding="utf-8")
        chain = load_chain("aluminium")
        tables = write_templates(folder / "inputs", "csv", chain)
        return [settings, *tables, *write_templates(folder / "templates", "xlsx", chain)]
    except OSError as error:
        raise ProjectError(f"{folder} cannot be written: {error.strerror}.") from error
