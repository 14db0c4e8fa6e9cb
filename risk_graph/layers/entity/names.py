"""A name as it is compared: words in order, legal forms apart, one spelling for what is written in many ways."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from risk_graph.layers.entity.script import is_vowelless, joined_initials, plain, words
from risk_graph.layers.entity.vocabulary import Form, split_unspaced, vocabulary

_VOWELS = str.maketrans("", "", "aeiouyw")
_DOUBLE = re.compile(r"([b-df-hj-np-tv-xz])\1+")
_FOLDS = (
    ("shch", "sh"),
    ("sch", "sh"),
    ("kh", "h"),
    ("ph", "f"),
    ("ck", "k"),
    ("q", "k"),
    ("x", "ks"),
    ("w", "v"),
)
_ENDS = re.compile(r"(?:iyy|yy|iy|yi|ij|ii|yj|y)$")
_STARTS = (("iu", "yu"), ("ia", "ya"))
_REMEMBERED = 1 << 18
_BRACKET = re.compile(r"\(\s*([A-Za-z]{2,6})\s*\)")
GENERIC_WEIGHT = 0.4
"""Of a generic word, a country, and one or two letters, beside 1 of a word that tells who it is."""


@dataclass(frozen=True)
class Name:
    """`tokens` are the words that are compared, `forms` the legal forms that were taken out, `stripped` their words.

    `vowelless`: written in a script that leaves vowels out. Empty `tokens`: there is nothing to compare.
    """

    printed: str
    tokens: tuple[str, ...]
    forms: tuple[Form, ...] = ()
    stripped: tuple[str, ...] = ()
    vowelless: bool = False

    @cached_property
    def sorted(self) -> str:
        """The words in alphabetical order: word order says nothing."""
        return " ".join(sorted(self.tokens))

    @cached_property
    def compact(self) -> str:
        """The words in their order without the spaces between."""
        return "".join(self.tokens)

    @cached_property
    def folded(self) -> tuple[str, ...]:
        return tuple(fold(token) for token in self.tokens)

    @cached_property
    def initials(self) -> frozenset[str]:
        """First letters of three words and more: of those that are compared, of all, of all but "of" and "the"."""
        every = words(plain(self.printed))
        telling = [word for word in every if word not in vocabulary().stop]
        return frozenset(
            "".join(w[0] for w in some) for some in (self.tokens, every, telling) if len(some) > 2
        )

    @property
    def abbreviation(self) -> str:
        """The name, if it may be initials alone: one word of three letters and more; else empty."""
        alone = self.tokens[0] if len(self.tokens) == 1 else ""
        return alone if len(alone) > 2 and alone.isalpha() else ""

    @cached_property
    def weight(self) -> float:
        return sum(map(weight, self.tokens))

    @property
    def is_telling(self) -> bool:
        """Whether it says enough of who it is to prove anything: words that are not generic, four letters in all."""
        return sum(len(t) for t in self.tokens if len(t) > 2 and t not in vocabulary().generic) >= 4


def normalise(text: str) -> Name:
    """The name as it is compared. Idempotent: its tokens, written as a name, have the same tokens."""
    spaced, abbreviations = _without_abbreviation(split_unspaced(plain(text)))
    found = words(spaced)
    forms: list[Form] = []
    stripped: list[str] = abbreviations
    while True:
        more, their_words, rest = _without_forms(found)
        forms, stripped = [*forms, *more], [*stripped, *their_words]
        telling = joined_initials(_usual(rest))
        if telling == found:
            return Name(text, tuple(found), tuple(forms), tuple(stripped), is_vowelless(text))
        found = telling


def _without_abbreviation(text: str) -> tuple[str, list[str]]:
    """The text without a bracket that only abbreviates the rest: "Yazd Metallurgy Industries (YMI)"."""
    found = _BRACKET.search(text)
    if found is None:
        return text, []
    rest = text[: found.start()] + " " + text[found.end() :]
    letters = found[1].lower()
    initials = iter("".join(word[0] for word in words(rest)))
    if letters[:1] == "".join(words(rest))[:1] and all(letter in initials for letter in letters):
        return rest, [letters]
    return text, []


def _usual(found: list[str]) -> list[str]:
    """Usual spellings, without stop words; a name of stop words alone keeps them."""
    known = vocabulary()
    return [known.same.get(w, w) for w in found if w not in known.stop] or found


def _without_forms(found: list[str]) -> tuple[list[Form], list[str], list[str]]:
    """Legal forms, their words, and the words that stay; a name of forms alone keeps its words."""
    forms: list[Form] = []
    stripped: list[str] = []
    rest: list[str] = []
    at, last = 0, _last_own_word(found)
    while at < len(found):
        form, length = _form_at(found, at, last)
        if form is None:
            rest.append(found[at])
            at += 1
        else:
            forms.append(form)
            stripped.append(" ".join(found[at : at + length]))
            at += length
    return (forms, stripped, rest) if rest else ([], [], found)


def _last_own_word(found: list[str]) -> int:
    """Position of the last word that belongs to no form at the end of the name."""
    known = vocabulary()
    end = len(found)
    while end > 0:
        longest = min(known.last.get(found[end - 1], 0), end)
        length = next((n for n in range(longest, 0, -1) if tuple(found[end - n : end]) in known.forms), 0)
        if not length:
            break
        end -= length
    return end - 1


def _form_at(found: list[str], at: int, last: int) -> tuple[Form | None, int]:
    known = vocabulary()
    longest = min(known.first.get(found[at], 0), len(found) - at)
    for length in range(longest, 0, -1):
        form = known.forms.get(tuple(found[at : at + length]))
        if form is None:
            continue
        if form.at == "anywhere" or at > last or (form.at == "ends" and at == 0):
            return form, length
    return None, 0


@lru_cache(_REMEMBERED)
def fold(token: str) -> str:
    """A word with the usual differences between transliterations gone; not for pinyin, where each letter counts."""
    for old, new in _FOLDS:
        token = token.replace(old, new)
    for old, new in _STARTS:
        if token.startswith(old):
            token = new + token[len(old) :]
    return _ENDS.sub("i", _DOUBLE.sub(r"\1", token))


def skeleton(token: str) -> str:
    """The consonants of a word, for names in scripts that leave vowels out."""
    return fold(token).translate(_VOWELS) or token


@lru_cache(_REMEMBERED)
def weight(token: str) -> float:
    """How much a word says of who it is: 1, or GENERIC_WEIGHT. Fixed, so that no other entry changes a closeness."""
    known = vocabulary()
    little = len(token) <= 2 or token in known.generic or token in known.places
    return GENERIC_WEIGHT if little else 1.0
