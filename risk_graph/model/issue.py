"""A problem in the input, as data: where it is, what is wrong, what to do."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

Level = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Issue:
    """`row` is the row that a spreadsheet program shows (the header is 1); 0 means the whole file."""

    code: str
    level: Level
    file: str
    sheet: str
    row: int
    column: str
    message: str
    remedy: str


@dataclass(frozen=True)
class IssueKind:
    """What a code means, for the documentation: an example of bad input and its remedy."""

    level: Level
    title: str
    example: str
    remedy: str


def issues_frame(issues: list[Issue]) -> pd.DataFrame:
    return pd.DataFrame([vars(i) for i in issues], columns=list(Issue.__dataclass_fields__))
