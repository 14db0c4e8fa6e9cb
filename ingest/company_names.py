"""The names in a sentence of a list: aliases in brackets, subsidiaries, several companies in one cell.

Only what is certain is taken apart; commas and `and` stand inside names of companies too (`Co., Ltd.`, `Food and
Drink Co.`), so a split counts as certain when it gives the number of names that the sentence itself states, or when
each part before the last ends in a legal form.
"""

import re
from typing import NamedTuple

from ingest.listed import Name

_COUNTS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_COUNT = r"(?P<count>[a-z]+|[0-9]{1,3})"
_MARKS = (
    (re.compile(rf"(?:and|including) {_COUNT} alias(?:es)?\s*:?\s*", re.IGNORECASE), "alias"),
    (re.compile(r"(?:and )?(?:also known as|a\.?/?k\.?/?a\.?)(?!\w)\s*:?\s*", re.IGNORECASE), "alias"),
    (
        re.compile(r"(?:and )?(?:formerly known as|f\.?/?k\.?/?a\.?|formerly)(?!\w)\s*:?\s*", re.IGNORECASE),
        "former",
    ),
)
_SUBSIDIARIES = re.compile(
    rf"\s+and its (?:{_COUNT} )?(?:[\w-]+-based )?subsidiar(?:y|ies)(?: from \w+,?|,? which include|,? including|:)?\s+(?P<names>\S.*)\Z",
    re.IGNORECASE,
)
_AND_OTHERS = re.compile(
    r",? and (?:its |their |all )?(?:subsidiaries|subordinates|subordinate and affiliated entities|affiliates)"
    r"(?: and (?:joint ventures|affiliates|affiliated entities))?\.?\Z",
    re.IGNORECASE,
)
_INNER_COMMA = re.compile(r",(?=\s*(?:Ltd|Limited|LLC|L\.L\.C|Inc|Corp|S\.A|S\.R\.L|Pvt)\b)", re.IGNORECASE)
_JOINT = re.compile(
    r"(?:(?<=Ltd)|(?<=Ltd\.)|(?<=Limited)|(?<=LLC)|(?<=Inc\.)|(?<=Bhd)|(?<=C\.V\.)|(?<=Corporation))"
    r"(?:,? and |, )(?!(?:its|their|all) )(?=[A-Z])"
)
"""Between two companies: after a legal form."""
_LEFT = re.compile(r"alias|known as|a/k/a|subsidiar|affiliate|\([^)]*\Z", re.IGNORECASE)
"""What must not be left in a name that was understood."""

_HOLD = "\0"


class Said(NamedTuple):
    """What a cell says: the company, its other names, subsidiaries it names, and whether all of it is certain."""

    name: str
    names: list[Name]
    subsidiaries: list[str]
    certain: bool


def understand_company(text: str) -> Said:
    """The names in `NAME (including two aliases: A; and B) and its subsidiary C`."""
    names: list[Name] = []
    certain = True
    outside, brackets = _brackets(text)
    for inner in brackets:
        found = _marked(inner)
        if found is None:
            continue
        kind, stated, rest = found
        parts, sure = split_names(rest, stated)
        names += [_with_kind(part, kind) for part in parts]
        certain &= sure
        outside = outside.replace(f"({inner})", " ")
    outside = " ".join(outside.split())
    subsidiaries: list[str] = []
    if found_last := _SUBSIDIARIES.search(outside):
        subsidiaries, sure = split_names(found_last["names"], _number(found_last["count"]))
        certain &= sure
        outside = outside[: found_last.start()]
    name = _AND_OTHERS.sub("", outside).strip(" ,;")
    return Said(name, names, subsidiaries, certain and not _LEFT.search(name))


def _with_kind(text: str, kind: str) -> Name:
    """A part may change the kind: `A; and formerly known as B`."""
    for mark, other in _MARKS:
        if found := mark.match(text):
            return Name(text[found.end() :].strip(), other)
    return Name(text, kind)


def _marked(inner: str) -> tuple[str, int | None, str] | None:
    for mark, kind in _MARKS:
        if found := mark.match(inner):
            return kind, _number(found.groupdict().get("count")), inner[found.end() :]
    return None


def _number(word: str | None) -> int | None:
    if word is None:
        return None
    plain = word.casefold()
    return int(plain) if plain.isdecimal() else _COUNTS.index(plain) if plain in _COUNTS else None


def _brackets(text: str) -> tuple[str, list[str]]:
    """The text and what stands in its outermost brackets."""
    found, depth, start = [], 0, 0
    for at, char in enumerate(text):
        if char == "(":
            depth += 1
            start = at + 1 if depth == 1 else start
        elif char == ")" and depth:
            depth -= 1
            if not depth:
                found.append(text[start:at])
    return text, found


def split_names(text: str, stated: int | None) -> tuple[list[str], bool]:
    """The names in a list, and whether the split is certain: it gives as many as are stated, or semicolons do it."""
    ways = [_tidy(text.split(";")), _joined(text), _tidy(_held(text).split(","))]
    ways.append(_tidy(re.split(r",| and ", _held(text))))
    if stated is not None:
        for parts in ([text.strip(" ,;")], *ways):
            if len(parts) == stated:
                return parts, True
    if len(ways[0]) > 1:
        return ways[0], stated is None
    if stated is None and "," not in _held(text) and " and " not in text:
        return ways[0], True
    return max(ways[:3], key=len), False


def _held(text: str) -> str:
    return _INNER_COMMA.sub(_HOLD, text)


def _tidy(parts: list[str]) -> list[str]:
    tidy = (re.sub(r"\A(?:and|or) ", "", part.replace(_HOLD, ",").strip()).strip(" ,;") for part in parts)
    return [part for part in tidy if part]


def _joined(text: str) -> list[str]:
    """Apart where a legal form ends a company."""
    held, found, start = _held(text), [], 0
    for joint in _JOINT.finditer(held):
        found.append(held[start : joint.start()])
        start = joint.end()
    return _tidy([*found, held[start:]])


def split_companies(text: str) -> tuple[list[str], bool]:
    """Companies in one cell, apart where a legal form ends one; certain if no comma and no `and` is left."""
    parts = _joined(text)
    return parts, not any("," in _held(part) or " and " in part for part in parts)
