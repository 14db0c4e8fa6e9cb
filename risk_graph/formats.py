"""Arguments that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"


Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Project folder.")]
FormatOption = Annotated[Format, typer.Option("--format", help="Form of the data on stdout.")]
