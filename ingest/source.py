"""What a public source is: who publishes it, under which licence, where it is, how to read it, what to expect.

Each file of `ingest/sources` defines one as SOURCE. A source reads the file as its publisher gives it and returns
layers: what they say and their rows, with the columns of `risk_graph/model/facts`. It writes nothing and fetches
nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from risk_graph.errors import SourceError
from risk_graph.model.issue import Issue
from risk_graph.model.shelf import discover

LicenceClass = Literal["open", "attribution", "share_alike", "non_commercial", "no_derivatives", "own_terms"]
"""open: anything goes; attribution: name the publisher; the others: rows are not passed on by us."""

MAY_BE_PASSED_ON: frozenset[LicenceClass] = frozenset({"open", "attribution"})


@dataclass(frozen=True)
class Licence:
    """`terms` as the publisher names them; `verified` says whether we read them there ourselves."""

    kind: LicenceClass
    terms: str
    verified: bool

    @property
    def redistribution(self) -> bool:
        return self.kind in MAY_BE_PASSED_ON


@dataclass(frozen=True)
class Expected:
    """How many rows a layer of the source has, both included: fewer is a failure, more a warning."""

    fewest: int
    most: int


@dataclass(frozen=True)
class Asked:
    """What a reader is told besides the file: the day it was retrieved and the edition, if the user named one."""

    retrieved: date
    edition: str = ""


@dataclass(frozen=True, eq=False)
class Draft:
    """A layer of an edition. `about` holds the keys of layer.toml that the source itself does not say: title,
    meaning, direction, unit, notes, scale, and min and max for [expect]. `rows` has the columns of its kind, `names`
    those of the names of listed entities.
    """

    id: str
    kind: str
    about: Mapping[str, Any]
    rows: pd.DataFrame
    names: pd.DataFrame | None = None


@dataclass(frozen=True, eq=False)
class Edition:
    """What a file held: its edition, the day that came out (None: it does not say), its layers, and what was wrong.

    `folder` is its name on disk where the edition's own does not tell two files apart.
    """

    edition: str
    released: date | None
    drafts: tuple[Draft, ...]
    issues: tuple[Issue, ...] = ()
    folder: str = ""


@dataclass(frozen=True)
class Source:
    """`url` may hold {edition}; `file` is the name that a download gets. `expected` is per layer id.

    `largest_mb` bounds the download and what an archive unpacks to. No `url`: there is nothing to fetch. `by_hand` says
    in one line how to get the file without this program. `secret` names the environment variable of an access token that
    goes into `token_header`, or into the address as `token_parameter`.
    """

    id: str
    title: str
    publisher: str
    licence: Licence
    url: str
    file: str
    rhythm: str
    expected: Mapping[str, Expected]
    read: Callable[[Path, Asked], Edition]
    by_hand: str
    edition: str = ""
    largest_mb: int = 100
    headers: Mapping[str, str] = field(default_factory=dict)
    secret: str = ""
    token_header: str = ""
    token_parameter: str = ""
    belongs: Callable[[Path], Sequence[Path]] | None = None
    """The files that the one the user names cannot be read without, itself among them: they are kept as one archive."""
    compare: "Callable[[Edition, pd.DataFrame, str], Edition] | None" = None
    """Sets an edition against the production (facts of that kind) that is at hand; the file's name is for issues."""
    verified: bool = False
    """Whether the address was seen to answer; nothing here was fetched by the authors."""


@cache
def sources() -> dict[str, Source]:
    """Every source by id."""
    return dict(sorted(discover("ingest.sources", "SOURCE", Source, lambda s: s.id).items()))


def source_of(source_id: str) -> Source:
    """The source of that id; SourceError if there is none."""
    found = sources().get(source_id)
    if found is None:
        raise SourceError(f"There is no source {source_id!r}. The sources are {', '.join(sources())}.")
    return found


def sources_markdown() -> str:
    """The table of docs/sources.md."""
    head = [
        "| source | what | publisher | licence | passed on | rhythm | layers |",
        "|---|---|---|---|---|---|---|",
    ]
    return "\n".join(head + [_markdown_row(source) for source in sources().values()])


def _markdown_row(source: Source) -> str:
    read = "" if source.licence.verified else " (not read by us)"
    passed_on = "yes" if source.licence.redistribution else "no"
    cells = (
        f"`{source.id}`",
        source.title,
        source.publisher,
        f"{source.licence.terms}{read}",
        passed_on,
        source.rhythm,
        ", ".join(f"`{layer}`" for layer in source.expected),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
