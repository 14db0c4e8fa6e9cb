"""US Customs and Border Protection, withhold release orders and findings: a page with tables by country, or CSV."""

import re
from datetime import date
from pathlib import Path

from ingest.company_names import split_companies, understand_company
from ingest.html_tables import PageTable
from ingest.listed import Entry, ListOf, Log, Name, draft_of
from ingest.listed_country import code_of
from ingest.listed_dates import day_of
from ingest.listed_edition import edition_of
from ingest.listed_page import Line, csv_lines, is_page, page_lines, slug
from ingest.source import Asked, Edition, Expected, Licence, Source
from ingest.words import shown

LAYER = "cbp_wro"
ABOUT = {
    "title": "CBP withhold release orders and findings",
    "meaning": "Producers and places whose goods are held at the border of the United States for forced labour",
    "notes": (
        "Orders may name goods or places instead of companies. An order that is no longer in force ends on the day of the "
        "edition that says so, for the day itself is not published. Ids are made of name and day."
    ),
}
_WHAT = "CBP's list of withhold release orders and findings"
_LARGEST_MB = 20
_HEADERS = {
    "name": ("entities", "entity", "manufacturer(s)", "manufacturers", "manufacturer"),
    "day": ("date", "effective date"),
    "status": ("status",),
    "notes": ("status notes", "remarks"),
    "goods": ("merchandise", "product", "products"),
    "industry": ("industry",),
    "country": ("country",),
    "order": ("wro/finding", "type"),
    "release": ("press release",),
}
_NEEDED = ("name", "day", "status")
_VESSEL = re.compile(r"\AFishing Vessels?:\s*", re.IGNORECASE)
_TOGETHER = re.compile(r"\(collectively,? (?:the )?[\"“]?([^)\"”]+)[\"”]?\)")
_AKA = re.compile(r",?\s+(?:\(?a/k/a|a\.k\.a\.)\s+", re.IGNORECASE)
_OVER = frozenset({"inactive", "revoked", "terminated", "lifted"})


def read(path: Path, asked: Asked) -> Edition:
    """An edition from the saved page, or from CBP's CSV."""
    log = Log(path.name)
    if is_page(path):
        lines = page_lines(path, _HEADERS, _NEEDED, _is_list, _WHAT, log, _LARGEST_MB)
    else:
        lines = csv_lines(path, _HEADERS, _NEEDED, _WHAT, log, _LARGEST_MB)
    edition, released = edition_of(asked, None, log)
    entries = [e for line in lines for e in _entries(line, released or asked.retrieved, log)]
    draft = draft_of(ListOf(LAYER, "CBP WRO", path.name, edition, asked, ABOUT), entries, log)
    return Edition(edition, released, (draft,), tuple(log.issues))


def _is_list(table: PageTable) -> bool:
    """The tables stand under the name of a country, those of vessels under a heading of their own."""
    return "vessel" in table.heading.casefold() or code_of(table.heading) is not None


def _entries(line: Line, seen: date, log: Log) -> list[Entry]:
    """Each company of a row as an entry, all with the row's day, goods and status."""
    cell = line.cells["name"]
    is_vessel = bool(_VESSEL.match(cell)) or "vessel" in line.heading.casefold()
    together = [Name(found.strip()) for found in _TOGETHER.findall(cell)]
    text = _TOGETHER.sub("", _VESSEL.sub("", cell)).strip()
    entries, certain = [], True
    for piece in text.split(";"):
        first, *others = (part.strip(" ,)") for part in _AKA.split(piece))
        said = understand_company(first)
        companies, sure = split_companies(said.name)
        certain &= said.certain and (sure or is_vessel)
        named = [*companies, *said.subsidiaries]
        for number, name in enumerate(named):
            entry = _entry(line, name, "vessel" if is_vessel else "other", seen, log)
            own = number == len(companies) - 1  # aliases stand behind the last company
            entry.names = [*(said.names if own else ()), *(Name(o) for o in others if own), *together]
            entries.append(entry)
    if not certain:
        log.add(
            "missing-value",
            "info",
            f"{shown(cell)} may name more than one company; what could not be told apart is kept as one name.",
            "Compare with the publisher's page; the whole text stands in the remarks.",
            line.row,
            "name",
        )
    return entries


def _entry(line: Line, name: str, kind: str, seen: date, log: Log) -> Entry:
    cells = line.cells
    listed_on = day_of(cells["day"])
    if listed_on is None:
        log.add(
            "bad-date",
            "warning",
            f"The date of {shown(name)} is {shown(cells['day'])}, no day that is understood.",
            "Nothing to do: an entry without a day counts as listed all the time.",
            line.row,
            "day",
        )
    over = cells["status"].casefold().strip() in _OVER
    order = cells.get("order", "")
    labelled = (
        ("Merchandise", "goods"),
        ("Industry", "industry"),
        ("Status", "status"),
        ("Notes", "notes"),
        ("Press release", "release"),
    )
    remarks = [f"{label}: {cells[key]}" for label, key in labelled if cells.get(key)]
    if over:
        remarks.append("No longer in force; the day is not published, this is the day it was seen")
    country = cells.get("country") or (line.heading if code_of(line.heading) else "")
    return Entry(
        entry_id=f"CBP-{slug(name)}.{listed_on or 'undated'}" if name else "",
        name=name,
        kind=kind,
        programmes=[order or "CBP WRO or finding"],
        countries=[country],
        listed_on=listed_on,
        delisted_on=seen if over else None,
        remarks=[cells["name"] if cells["name"] != name else "", *remarks],
        row=line.row,
    )


SOURCE = Source(
    id="cbp_wro",
    title="CBP withhold release orders and findings",
    publisher="US Customs and Border Protection",
    licence=Licence("open", "work of the United States government, public domain", verified=False),
    url="https://www.cbp.gov/trade/forced-labor/withhold-release-orders-and-findings",
    file="withhold-release-orders-and-findings.html",
    rhythm="whenever an order is issued or changed",
    expected={LAYER: Expected(40, 400)},
    read=read,
    by_hand=(
        "Open www.cbp.gov/trade/forced-labor/withhold-release-orders-and-findings in a browser and save the page, or "
        "download its data set as CSV."
    ),
    largest_mb=_LARGEST_MB,
)
