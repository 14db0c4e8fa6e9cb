"""What a project may say about its files: the `[input]` table of risk-graph.toml."""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from risk_graph.errors import ProjectError

_DELIMITERS = {",": ",", ";": ";", "\t": "\t", "tab": "\t", "|": "|"}


@dataclass(frozen=True)
class FileOptions:
    """None means: decide from the file. `unclear_decimal` is the sign of a file that leaves it open."""

    decimal: str | None = None
    unclear_decimal: str | None = None
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True)
class InputOptions:
    """The project's choice for every file, and the choices for single files by name."""

    default: FileOptions = FileOptions()
    files: Mapping[str, FileOptions] = field(default_factory=dict)

    def of(self, file: str) -> FileOptions:
        return self.files.get(file, self.default)


def parse_options(raw: Mapping[str, Any]) -> InputOptions:
    """The `[input]` table as read from TOML.

    Raises ProjectError naming a key or value that nobody understands.
    """
    general = {key: value for key, value in raw.items() if key != "files"}
    default = _file_options(FileOptions(), general, "[input]")
    files = raw.get("files", {})
    if not isinstance(files, Mapping):
        raise ProjectError('[input.files] must be a table, e.g. [input.files."flows.csv"].')
    # What is said of all files must not spoil those that show another decimal sign plainly.
    default = replace(default, decimal=None, unclear_decimal=default.decimal)
    named = {name: _file_options(default, table, f'[input.files."{name}"]') for name, table in files.items()}
    return InputOptions(default, named)


def _file_options(base: FileOptions, raw: Any, where: str) -> FileOptions:
    if not isinstance(raw, Mapping):
        raise ProjectError(f"{where} must be a table.")
    unknown = sorted(set(raw) - {"decimal", "encoding", "delimiter"})
    if unknown:
        raise ProjectError(f"{where} has unknown keys {unknown}. Known: decimal, encoding, delimiter.")
    out = base
    if "decimal" in raw:
        out = replace(out, decimal=_one_of(raw["decimal"], {".": ".", ",": ","}, f"{where} decimal"))
    if "delimiter" in raw:
        out = replace(out, delimiter=_one_of(raw["delimiter"], _DELIMITERS, f"{where} delimiter"))
    if "encoding" in raw:
        out = replace(out, encoding=_encoding(raw["encoding"], f"{where} encoding"))
    return out


def _one_of(value: Any, known: Mapping[str, str], where: str) -> str:
    if not isinstance(value, str) or value not in known:
        raise ProjectError(f"{where} is {value!r}. Write one of {sorted(known)}.")
    return known[value]


def _encoding(value: Any, where: str) -> str:
    try:
        codecs.lookup(value)
    except (LookupError, TypeError) as error:
        raise ProjectError(f"{where} is {value!r}. Write e.g. utf-8, cp1252, gb18030 or utf-16.") from error
    return str(value)
