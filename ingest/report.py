"""Collects issues in bulk: nothing is silent, and no file can bury the reader under a million lines."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.codes import CODES, render
from risk_graph.model.issue import Issue, Level

DETAILED = 1000
"""Issues of one code, file, sheet and column that are listed one by one; the rest is counted."""


@dataclass(frozen=True)
class Place:
    """Where an issue is; row 0 is the whole file."""

    file: str
    sheet: str = ""
    row: int = 0
    column: str = ""


@dataclass
class Report:
    """Issues of one load; `refused` holds the files that cannot be loaded at all."""

    issues: list[Issue] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    _seen: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    _levels: dict[tuple[str, str, str, str], Level] = field(default_factory=dict)

    def add(self, code: str, place: Place, level: Level | None = None, /, **values: object) -> None:
        """One issue; its words come from the catalogue, filled with `values`."""
        key = (code, place.file, place.sheet, place.column)
        self._seen[key] += 1
        level = level or CODES[code].level
        self._levels[key] = level
        if self._seen[key] <= DETAILED:
            message, remedy = render(code, column=place.column, **values)
            self.issues.append(
                Issue(code, level, place.file, place.sheet, place.row, place.column, message, remedy)
            )

    def count(self, code: str, place: Place, more: int, level: Level | None = None) -> None:
        """`more` issues like those already listed, without a line each."""
        key = (code, place.file, place.sheet, place.column)
        self._seen[key] += more
        self._levels[key] = level or CODES[code].level

    def room(self, code: str, place: Place) -> int:
        """How many more issues of this kind are listed one by one."""
        return max(0, DETAILED - self._seen[code, place.file, place.sheet, place.column])

    def refuse(self, code: str, place: Place, **values: object) -> None:
        """One issue for which the file (or the sheet) is not loaded at all."""
        self.add(code, place, "error", **values)
        self.refused.add(place.file)

    def finished(self) -> list[Issue]:
        """All issues in their stable order, the uncounted remainder of each kind summed up in one."""
        return sorted([*self.issues, *self._remainders()], key=_order)

    def _remainders(self) -> Iterable[Issue]:
        for key, seen in self._seen.items():
            if seen > DETAILED:
                code, file, sheet, column = key
                message = f"{seen - DETAILED} more rows have this problem; the first {DETAILED} are listed."
                remedy = "Correct the listed rows and validate again."
                yield Issue(code, self._levels[key], file, sheet, 0, column, message, remedy)


def _order(issue: Issue) -> tuple[str, str, int, str, str, str]:
    return (issue.file, issue.sheet, issue.row, issue.column, issue.code, issue.message)
