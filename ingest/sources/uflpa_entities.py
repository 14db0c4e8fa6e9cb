"""US Department of Homeland Security, UFLPA Entity List: a page with one table a section, or CSV."""

import re
from pathlib import Path

from ingest.company_names import understand_company
from ingest.html_tables import PageTable
from ingest.listed import Entry, ListOf, Log, Name, draft_of
from ingest.listed_dates import day_of
from ingest.listed_edition import edition_of
from ingest.listed_page import Line, csv_lines, is_page, page_lines, slug
from ingest.source import Asked, Edition, Expected, Licence, Source
from ingest.words import shown

LAYER = "uflpa_entities"
ABOUT = {
    "title": "UFLPA Entity List",
    "meaning": "Companies whose goods are presumed to be made with forced labour and may not enter the United States",
    "notes": (
        "An entry often covers subsidiaries that it does not name; its remarks hold the whole text. The list prints "
        "neither ids nor countries: ids are made of name and section, and China is what the law is about."
    ),
}
_WHAT = "the UFLPA Entity List of the DHS"
_LARGEST_MB = 20
_HEADERS = {
    "name": ("name of entity", "entity name", "entity", "name"),
    "day": ("effective date", "effective_date"),
    "aliases": ("aliases", "alias"),
    "section": ("section", "sub-list", "list"),
    "source": ("source",),
}
_SECTION = re.compile(r"2\s*\(d\)\s*\(2\)\s*\(B\)\s*\((i{1,3}|iv|v)\)", re.IGNORECASE)
_SHORT = re.compile(r"\A\(?(i{1,3}|iv|v)\)?\Z", re.IGNORECASE)
_SECTIONS = ("i", "ii", "iv", "v")
"""The sections that the DHS prints a table of."""


def read(path: Path, asked: Asked) -> Edition:
    """An edition from the saved page, or from a CSV with the page's columns."""
    log = Log(path.name)
    page = is_page(path)
    if page:
        lines = page_lines(path, _HEADERS, ("name", "day"), _is_section, _WHAT, log, _LARGEST_MB)
    else:
        lines = csv_lines(path, _HEADERS, ("name", "day"), _WHAT, log, _LARGEST_MB)
    entries = [entry for line in lines for entry in _entries(line, log)]
    if page:
        _say_missing_sections(lines, log)
    edition, released = edition_of(asked, None, log)
    draft = draft_of(ListOf(LAYER, "UFLPA Entity List", path.name, edition, asked, ABOUT), entries, log)
    return Edition(edition, released, (draft,), tuple(log.issues))


def _is_section(table: PageTable) -> bool:
    return bool(_SECTION.search(f"{table.before} {table.heading}"))


def _section(line: Line) -> str:
    said = line.cells.get("section", "")
    found = _SECTION.findall(f"{line.about} {line.heading} {said}") or _SHORT.findall(said)
    return found[-1].lower() if found else ""


def _say_missing_sections(lines: list[Line], log: Log) -> None:
    found = {_section(line) for line in lines}
    missing = [f"2(d)(2)(B)({section})" for section in _SECTIONS if section not in found]
    if missing:
        log.add(
            "missing-value",
            "warning",
            f"No table stands under section {', '.join(missing)}.",
            "Look at the page: was a section left out, or is the page cut off or laid out anew?",
        )


def _entries(line: Line, log: Log) -> list[Entry]:
    """The company of a row, and each subsidiary that it names."""
    text = line.cells["name"]
    said = understand_company(text)
    if not said.certain:
        log.add(
            "missing-value",
            "warning",
            f"The names in {shown(text)} cannot be told apart with certainty; they were split at commas or semicolons.",
            "Compare with the publisher's page; the whole text stands in the remarks.",
            line.row,
            "name",
        )
    section = _section(line)
    company = _entry(line, said.name, section, text, log)
    company.names = [*said.names, *_listed_aliases(line)]
    return [company, *(_subsidiary(line, name, said.name, section, text, log) for name in said.subsidiaries)]


def _listed_aliases(line: Line) -> list[Name]:
    """Aliases of a column of their own; what stands in brackets there is a note."""
    cell = line.cells.get("aliases", "")
    return [Name(a) for part in cell.split(";") if (a := part.strip()) and not a.startswith("(")]


def _entry(line: Line, name: str, section: str, text: str, log: Log) -> Entry:
    listed_on = day_of(line.cells["day"])
    if line.cells["day"] and listed_on is None:
        log.add(
            "bad-date",
            "warning",
            f"The effective date of {shown(name)} is {shown(line.cells['day'])}, no day that is understood.",
            "Nothing to do: an entry without a day counts as listed all the time.",
            line.row,
            "day",
        )
    notes = [f"Aliases: {line.cells['aliases']}"] if line.cells.get("aliases") else []
    return Entry(
        entry_id=f"UFLPA-{slug(name)}{f'.{section}' if section else ''}" if name else "",
        name=name,
        kind="organisation",
        programmes=[f"UFLPA 2(d)(2)(B)({section})" if section else "UFLPA"],
        countries=["CHN"],
        listed_on=listed_on,
        remarks=[text if text != name else "", *notes],
        row=line.row,
    )


def _subsidiary(line: Line, name: str, parent: str, section: str, text: str, log: Log) -> Entry:
    entry = _entry(line, name, section, text, log)
    entry.remarks = [f"Named as a subsidiary of {parent}", text]
    return entry


SOURCE = Source(
    id="uflpa_entities",
    title="UFLPA Entity List",
    publisher="US Department of Homeland Security",
    licence=Licence("open", "work of the United States government, public domain", verified=False),
    url="https://www.dhs.gov/uflpa-entity-list",
    file="uflpa-entity-list.html",
    rhythm="a few times a year",
    expected={LAYER: Expected(100, 400)},
    read=read,
    by_hand="Open www.dhs.gov/uflpa-entity-list in a browser and save the page (HTML only).",
    largest_mb=_LARGEST_MB,
)
