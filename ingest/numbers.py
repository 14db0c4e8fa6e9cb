"""Numbers as people write them: one decimal sign a file, never one a cell.

A cell fits a reading (decimal point or decimal comma) if its form does and its value lies within the bounds of
its column. Cells that fit one reading alone decide for the file; a cell such as `1,234` fits both.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SIGNS = (".", ",")
_GROUPS = {".": ",", ",": r"\."}
_BLANKS = "[ \u00a0\u2009\u202f'’]"
_NOT_FINITE = r"(?i)^[+-]?(inf(inity)?|nan|∞|1\.?#(inf|ind|qnan)[0-9]*)$"


@dataclass(frozen=True)
class Cells:
    """Distinct texts of one number column of a file, with the column's bounds."""

    texts: pa.Array
    low: float | None
    high: float | None


class Ambiguous(Exception):
    """No reading can be chosen; `example` is a cell that shows it. Never leaves this package."""

    def __init__(self, example: str, mixed: bool) -> None:
        super().__init__(example)
        self.example = example
        self.mixed = mixed


def _pattern(sign: str) -> str:
    """What a number looks like if `sign` is the decimal sign: groups of three need a first one without zero."""
    group = f"{_GROUPS[sign]}"
    whole = rf"[0-9]+|[1-9][0-9]{{0,2}}({group}[0-9]{{3}})+|[1-9][0-9]{{0,2}}({_BLANKS}[0-9]{{3}})+"
    point = r"\." if sign == "." else ","
    return rf"^[+-]?(({whole})({point}[0-9]*)?|{point}[0-9]+)([eE][+-]?[0-9]+)?$"


def has_form(texts: pa.Array, sign: str) -> pa.Array:
    """Which texts are numbers if `sign` is the decimal sign; a missing one is not."""
    return pc.fill_null(pc.match_substring_regex(texts, _pattern(sign)), False)


def says_not_finite(texts: pa.Array) -> np.ndarray:
    """Which texts are words for what is no finite number."""
    found = pc.fill_null(pc.match_substring_regex(texts, _NOT_FINITE), False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def parse_numbers(texts: pa.Array, sign: str) -> tuple[np.ndarray, np.ndarray]:
    """Values under the given decimal sign, NaN where there is none, and which texts are numbers at all."""
    form = has_form(texts, sign)
    plain = pc.if_else(form, texts, pa.scalar(None, texts.type))
    if not _is_plain(plain, sign):
        plain = pc.replace_substring_regex(plain, f"{_GROUPS[sign]}|{_BLANKS}", "")
        plain = pc.replace_substring(plain, ",", ".")
    values = pc.cast(plain, pa.float64())
    return (
        np.asarray(pc.fill_null(values, np.nan).to_numpy(zero_copy_only=False), dtype=np.float64),
        np.asarray(form.to_numpy(zero_copy_only=False), dtype=bool),
    )


def _is_plain(texts: pa.Array, sign: str) -> bool:
    """Whether no text holds a group, a blank or a decimal comma, so that they can be cast as they are."""
    other = "," if sign == "." else r"[.,]"
    return not pc.any(pc.match_substring_regex(texts, f"{other}|{_BLANKS}"), min_count=0).as_py()


def decide_sign(columns: Iterable[Cells]) -> str:
    """The decimal sign of a file.

    Raises Ambiguous if cells fit both readings with different values and no other cell decides,
    or if cells decide for either.
    """
    votes = {".": 0, ",": 0}
    example, against = None, None
    for cells in columns:
        fits, differs = _fits(cells)
        for sign, other in (SIGNS, SIGNS[::-1]):
            only = fits[sign] & ~fits[other]
            votes[sign] += int(only.sum())
            if sign == "," and only.any():
                against = against or cells.texts[int(only.argmax())].as_py()
        if differs.any():
            example = example or cells.texts[int(differs.argmax())].as_py()
    if votes["."] and votes[","] and (example is not None or votes["."] == votes[","]):
        raise Ambiguous(str(against), mixed=True)
    if not any(votes.values()) and example is not None:
        raise Ambiguous(str(example), mixed=False)
    return "," if votes[","] > votes["."] else "."


def _fits(cells: Cells) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Which texts fit each reading, and which fit both with different values."""
    values, forms = {}, {}
    for sign in SIGNS:
        values[sign], forms[sign] = parse_numbers(cells.texts, sign)
    bounded = {sign: forms[sign] & _within(values[sign], cells) for sign in SIGNS}
    in_any = bounded["."] | bounded[","]
    fits = {sign: np.where(in_any, bounded[sign], forms[sign]) for sign in SIGNS}
    differs = fits["."] & fits[","] & (values["."] != values[","])
    return fits, differs


def _within(values: np.ndarray, cells: Cells) -> np.ndarray:
    """Which values lie within the bounds of the column."""
    low = -np.inf if cells.low is None else cells.low
    high = np.inf if cells.high is None else cells.high
    return (values >= low) & (values <= high)
