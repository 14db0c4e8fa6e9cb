"""The folder `inputs`: which files are tables, read each into raw text, say what could not be read."""

import hashlib
import re
import stat
from collections.abc import Callable
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path, PurePath

from ingest.csv_file import read_csv
from ingest.header import fit_header
from ingest.options import FileOptions, InputOptions
from ingest.parquet_file import read_parquet
from ingest.raw import Grid, RawInputs, Refusal
from ingest.report import Place
from ingest.xlsx_file import read_xlsx
from risk_graph.model.table import Table, input_tables

TEXT = (".csv", ".tsv", ".txt")
WORKBOOK = (".xlsx", ".xlsm")
PARQUET = ".parquet"
OTHER_FORMS = (".xls", ".xlsb", ".ods", ".fods", ".numbers", ".json", ".jsonl", ".xml", ".zip", ".gz")
"""Forms in which people keep tables and that are not read here."""

LARGEST = 2 << 30
_BLOCK = 1 << 22
_NO_NAME = "no table has this name"
_GIVE_ACCESS = "See that the file is there and that you may read it, or put a copy of it there."
_PUT_THE_FILE = "Put the file itself there, or rename what is there now."

Progress = Callable[[str, float], None]
"""Called with the step in words and the share of it that is done, 0 to 1."""


def silent(_step: str, _share: float) -> None:
    """A progress callback that says nothing."""


def read_inputs(folder: Path, options: InputOptions | None = None, progress: Progress = silent) -> RawInputs:
    """Every table of the folder as raw text; what went wrong stands in the report.

    Never raises for what a file holds.
    """
    raw = RawInputs()
    options = options or InputOptions()
    try:
        paths = sorted(p for p in folder.iterdir() if not p.name.startswith((".", "~$")))
    except OSError:
        raw.report.refuse("missing-file", Place(""), what=f"There is no folder {folder.name} to read.")
        return raw
    for number, path in enumerate(paths):
        progress(f"reading {_name(path)}", number / len(paths))
        _read_one(path, options, raw)
    if not raw.tables and not raw.report.refused:
        what = f"The folder {folder.name} holds no file that is named after a table."
        raw.report.refuse("missing-file", Place(""), what=what)
    return raw


def _name(path: Path) -> str:
    """The file's name, printable whatever its bytes are."""
    name = path.name.encode("utf-8", "replace").decode()
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)


def _read_one(path: Path, options: InputOptions, raw: RawInputs) -> None:
    place = Place(_name(path))
    kind = path.suffix.lower()
    is_named = path.stem.strip().lower() in input_tables()
    if kind not in WORKBOOK and not (is_named and kind in (*TEXT, PARQUET)):
        _not_read(place, kind, is_named, raw)
        return
    try:
        _check_file(path)
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
        if kind in WORKBOOK:
            _read_workbook(path, place, options, changed, raw)
        else:
            _read_table(path, place, options, changed, raw)
        raw.digests[place.file] = _digest(path)
        return
    except Refusal as refusal:
        raw.report.refuse(refusal.code, place, **refusal.values)
    except OSError as error:
        what = error.strerror or "the system refuses it"
        raw.report.refuse("unreadable-file", place, what=what, remedy=_GIVE_ACCESS)
    # A workbook of another name may have held any table.
    raw.lost.update({path.stem.strip().lower()} if is_named else input_tables())


def _not_read(place: Place, kind: str, is_named: bool, raw: RawInputs) -> None:
    """A table in a form that is not read must not be missed; anything else is only said."""
    if is_named and kind in OTHER_FORMS:
        raw.report.refuse("unreadable-file", place, what=f"{kind} is not a form that is read")
        raw.lost.add(PurePath(place.file).stem.strip().lower())
        return
    what = f"{kind or 'a name without an ending'} is not a form that is read" if is_named else _NO_NAME
    raw.report.add(
        "unknown-file", place, what=what, known=", ".join(input_tables()), remedy=_rename(place.file)
    )


def _rename(file: str) -> str:
    """What to do about a file whose name is nearly that of a table: `flow.csv`, `flows 2024.csv`."""
    stem, _, kind = file.partition(".")
    if f".{kind}".lower() not in (*TEXT, PARQUET):
        return ""
    words = re.split(r"[\W_]*[\W\d]+", stem.lower())
    near = [
        name for word in (stem.lower(), *words) for name in get_close_matches(word, input_tables(), 1, 0.8)
    ]
    return f"If it holds the table {near[0]}, rename it to {near[0]}.{kind}; else nothing." if near else ""


def _check_file(path: Path) -> None:
    """Refuses what is no regular file: opening a pipe would wait for ever."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise Refusal("unreadable-file", what="it is a folder", remedy=_PUT_THE_FILE)
    if not stat.S_ISREG(status.st_mode):
        raise Refusal("unreadable-file", what="it is no regular file", remedy=_PUT_THE_FILE)
    if status.st_size > LARGEST:
        raise Refusal("file-too-large", what=f"a file may have {LARGEST >> 30} GB")


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _read_table(path: Path, place: Place, options: InputOptions, changed: date, raw: RawInputs) -> None:
    """A file that is one table."""
    table = input_tables()[path.stem.strip().lower()]
    known = {column.name for column in table.columns}
    chosen = options.of(path.name)
    if path.suffix.lower() == PARQUET:
        grid = read_parquet(path, known)
    else:
        grid, text = read_csv(path.read_bytes(), known, chosen.encoding, chosen.delimiter)
        if text.guessed:
            raw.report.add(
                "understood-encoding", place, encoding=text.encoding, value=text.example, file=place.file
            )
    _keep(grid, table, place, chosen, changed, raw)


def _read_workbook(path: Path, place: Place, options: InputOptions, changed: date, raw: RawInputs) -> None:
    tables = input_tables()
    book = read_xlsx(path, tables)
    for name in book.unread:
        raw.report.add("unknown-sheet", Place(place.file, name), known=", ".join(tables))
    if not book.grids:
        raw.report.add("unknown-file", place, what="no sheet is named after a table", known=", ".join(tables))
    for sheet, count in book.formulas.items():
        if count:
            raw.report.add("formula-value", Place(place.file, sheet), what=f"{count} cells hold")
    for table, grid in book.grids:
        where = Place(place.file, grid.sheet)
        if not grid.header:
            raw.report.add("empty-file", where, "warning", what="an empty sheet")
        else:
            _keep(grid, tables[table], where, options.of(path.name), changed, raw)


def _keep(
    grid: Grid, table: Table, place: Place, options: FileOptions, changed: date, raw: RawInputs
) -> None:
    fitted = fit_header(grid, table, place.file, options, changed, raw.report)
    if fitted is None:
        raw.lost.add(table.name)
    else:
        raw.tables.append(fitted)
