"""Which edition a list is: the day that the file itself gives, else what the user said, else the day it was read."""

import re
from datetime import date

from ingest.listed import Log
from ingest.source import Asked
from risk_graph.errors import SourceError

_DAY = re.compile(r"([12][0-9]{3})(?:-([01][0-9])(?:-([0-3][0-9]))?)?")


def edition_of(asked: Asked, released: date | None, log: Log) -> tuple[str, date | None]:
    """Name of the edition and the day it came out; a name that is a year, month or day gives its first day.

    Without either the edition is named after the day it was read, and `log` says so.
    """
    if released is not None:
        _check_day(asked.edition, released)
        return asked.edition or released.isoformat(), released
    if asked.edition:
        return asked.edition, first_day(asked.edition)
    log.add(
        "missing-value",
        "info",
        f"The file does not say when it came out; the edition is named after the day it was read, {asked.retrieved}.",
        "If it is older, say so with --edition (a year, a month or a day).",
    )
    return asked.retrieved.isoformat(), asked.retrieved


def _check_day(asked: str, released: date) -> None:
    """SourceError if the user says another year, month or day than the file."""
    if first_day(asked) and not released.isoformat().startswith(asked):
        raise SourceError(f"The file says that it is of {released}; it is not the edition {asked}.")


def first_day(edition: str) -> date | None:
    """The first day of a year, month or day; None for another name. An old edition so never looks newer than it is."""
    found = _DAY.fullmatch(edition)
    try:
        return date(*(int(part or 1) for part in found.groups())) if found else None
    except ValueError:
        return None
