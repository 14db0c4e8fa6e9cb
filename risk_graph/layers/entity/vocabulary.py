"""Words in the names of companies: legal forms, generic words, spellings (data/reference/company_names.toml)."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from risk_graph import data_dir
from risk_graph.layers.entity.script import is_without_spaces, plain, words


@dataclass(frozen=True)
class Form:
    """A legal form. `kind` is limited, stock, partnership, state, other or any; no countries: of any country.

    `at`: where it may stand in a name: end, ends (first or last) or anywhere.
    """

    id: str
    kind: str
    at: str
    countries: frozenset[str]

    def agrees(self, other: "Form") -> bool:
        """Whether two names may carry these forms and still mean one legal entity."""
        if self.id == other.id:
            return True
        kinds = "any" in (self.kind, other.kind) or self.kind == other.kind
        countries = not self.countries or not other.countries or bool(self.countries & other.countries)
        return kinds and countries


@dataclass(frozen=True)
class Vocabulary:
    """`forms` by their words; `same` gives a word its usual spelling; `unspaced` splits and translates scripts
    without spaces.
    """

    forms: dict[tuple[str, ...], Form]
    first: dict[str, int]
    """Words that begin a form: how many words the longest such form has."""
    last: dict[str, int]
    stop: frozenset[str]
    generic: frozenset[str]
    places: frozenset[str]
    same: dict[str, str]
    unspaced: re.Pattern[str]
    translate: dict[str, str]


@cache
def vocabulary() -> Vocabulary:
    raw = tomllib.loads((data_dir() / "reference" / "company_names.toml").read_text(encoding="utf-8"))
    forms: dict[tuple[str, ...], Form] = {}
    for row in raw["forms"]:
        form = Form(row["id"], row["kind"], row["at"], frozenset(row["countries"].split()))
        for text in row["written"]:
            forms.setdefault(_words(text), form)
    same = {w: usual for usual, variants in raw["same"].items() for v in variants for w in _words(v)[:1]}
    unspaced = {
        text: f" {text} " for row in raw["forms"] for text in row["written"] if is_without_spaces(text)
    }
    unspaced |= {text: f" {english} " for text, english in raw["translate"].items()}
    longest_first = sorted(unspaced, key=len, reverse=True)
    return Vocabulary(
        forms=forms,
        first=_longest(forms, 0),
        last=_longest(forms, -1),
        stop=frozenset(raw["stop"]["written"]),
        generic=frozenset(raw["generic"]["written"]),
        places=frozenset(raw["places"]["written"]),
        same=same,
        unspaced=re.compile("|".join(map(re.escape, longest_first))),
        translate=unspaced,
    )


def _longest(forms: Iterable[tuple[str, ...]], position: int) -> dict[str, int]:
    longest: dict[str, int] = {}
    for key in forms:
        longest[key[position]] = max(longest.get(key[position], 0), len(key))
    return longest


def _words(text: str) -> tuple[str, ...]:
    return tuple(words(plain(text)))


def split_unspaced(text: str) -> str:
    """Known words of scripts without spaces set apart, in English where it is known."""
    if not is_without_spaces(text):
        return text
    known: dict[str, Any] = vocabulary().translate
    return vocabulary().unspaced.sub(lambda found: known[found[0]], text)
