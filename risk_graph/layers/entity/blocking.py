"""Which pairs of names are compared at all: those that share rare words, several common ones, or all their letters.

Words count as shared up to the differences that `alike` allows. What is shared bounds how close two names can be: a
pair that cannot reach `least` is left out. Two typing errors in the only rare word that two names share can hide a
pair, one at either end of the word (benchmarks/screening.py measures how often).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

import numpy as np
from scipy import sparse

from risk_graph.layers.entity.compare import ALIKE, alike
from risk_graph.layers.entity.names import Name, skeleton, weight

RARE = 50
"""Names of the list that a word may stand in to be a key by itself."""
PAIR = 1_000
"""The same for two common words together."""
_LONG_ENOUGH = 4
_PAIRED_WORDS = 8
_SLACK = 0.05
"""The bound takes the weights of both names as equal; a misspelt generic word makes them differ a little."""
_CHUNK = 10_000
"""Of our names that are looked at together: what bounds the memory."""
_WHOLE = "="
_END = 5

K = TypeVar("K")


@dataclass(frozen=True)
class Shared:
    """Positions of ours and of theirs that all share something, and how much of either's weight it makes up."""

    ours: list[int]
    theirs: list[int]
    of_ours: float
    of_theirs: float


class Index:
    """The names of a list, ready to be asked for candidates; `least` is the closeness that is looked for."""

    def __init__(self, names: Sequence[Name], least: float) -> None:
        self._least = least - _SLACK
        weighed = _groups(names, _weighed_words)
        self._words = _groups(names, _words_of)
        self._most = _most(weighed)
        self._common = {w for w, where in self._words.items() if len(where) > RARE}
        self._vowelless = sorted({w for n in names if n.vowelless for w in _words_of(n)} - self._common)
        self._abbreviations = _groups(names, _abbreviation)
        self._initials = _groups(names, lambda n: n.initials)
        self._weights = np.array([n.weight for n in names])
        self._by_key: dict[str, list[str]] = defaultdict(list)
        written = {word for n in names for word in n.folded}
        for word in self._words:
            # what is joined of several words ends like too many others
            for key in _keys(word, with_ends=word in written):
                self._by_key[key].append(word)
        self._near: dict[str, list[str]] = {}
        self._column = {word: at for at, word in enumerate(sorted(self._common))}
        self._pairs = _groups(names, self._pairs_of)
        self._common_weights = self._of_common(names, by_weight=True)

    def candidates(self, names: Sequence[Name]) -> tuple[np.ndarray, np.ndarray]:
        """Pairs (position in `names`, position in the list's names), each once, sorted."""
        parts = [self._some(names[start : start + _CHUNK]) for start in range(0, len(names), _CHUNK)]
        left = [part[0] + number * _CHUNK for number, part in enumerate(parts)]
        none = np.zeros(0, dtype=np.int64)
        return np.concatenate([none, *left]), np.concatenate([none, *(part[1] for part in parts)])

    def _some(self, names: Sequence[Name]) -> tuple[np.ndarray, np.ndarray]:
        count = max(len(self._weights), 1)
        ours_weigh = np.array([n.weight for n in names])
        common = self._of_common(names, by_weight=False)
        packed, of_ours, of_theirs = _together(self._shared(names), count)
        left, right = packed // count, packed % count
        shared = np.asarray(common[left].multiply(self._common_weights[right]).sum(axis=1)).ravel()
        reach = np.minimum(of_ours + shared, ours_weigh[left])
        reach += np.minimum(of_theirs + shared, self._weights[right])
        close = reach >= self._least * (ours_weigh[left] + self._weights[right])
        return left[close], right[close]

    def _of_common(self, names: Sequence[Name], by_weight: bool) -> sparse.csr_array:
        """Row a name, column a common word: the weight of the word in the name, or 1 if it or nearly it is there."""
        rows, columns, values = [], [], []
        for at, name in enumerate(names):
            for token, word in zip(name.tokens, name.folded, strict=True):
                for common in [word] if word in self._common else self._near_words(word, rare=False):
                    rows.append(at)
                    columns.append(self._column[common])
                    values.append(weight(token) if by_weight else 1.0)
        shape = (len(names), max(len(self._column), 1))
        return sparse.coo_array((values, (rows, columns)), shape=shape).tocsr()

    def _shared(self, names: Sequence[Name]) -> Iterator[Shared]:
        """Groups of ours and of theirs that share a key."""
        skeletons = self._skeletons(names)
        for (word, weighs), ours in _groups(names, _weighed_words).items():
            for other in dict.fromkeys(
                [*self._near_words(word, rare=True), *skeletons.get(skeleton(word), ())]
            ):
                yield Shared(ours, self._words[other], weighs, self._most[other])
        for ours_by, theirs_by in (
            (_groups(names, _abbreviation), self._initials),
            (_groups(names, lambda n: n.initials), self._abbreviations),
        ):
            for letters in sorted(ours_by.keys() & theirs_by.keys()):
                yield Shared(ours_by[letters], theirs_by[letters], np.inf, np.inf)
        for pair, ours in _groups(names, self._pairs_of).items():
            shared = self._pairs.get(pair, [])
            if 0 < len(shared) <= PAIR or (shared and pair.startswith(_WHOLE)):
                weighs = np.inf if pair.startswith(_WHOLE) else 0.0  # common words are counted apart
                yield Shared(ours, shared, weighs, weighs)

    def _near_words(self, word: str, rare: bool) -> list[str]:
        """Rare (or common) words of the list that are this one, or nearly."""
        found = self._near.get(word)
        if found is None:
            near = {w for key in _keys(word, with_ends=True) for w in self._by_key.get(key, ())}
            found = sorted(w for w in near if alike(word, w) >= ALIKE)
            self._near[word] = found
        return [w for w in found if (w not in self._common) == rare]

    def _skeletons(self, names: Sequence[Name]) -> dict[str, list[str]]:
        """Words of the list by their consonants, as far as either side leaves vowels out."""
        rare: Iterable[str] = self._vowelless
        if any(n.vowelless for n in names):
            rare = sorted(self._words.keys() - self._common)
        found: dict[str, list[str]] = defaultdict(list)
        for word in rare:
            if len(skeleton(word)) >= 3:
                found[skeleton(word)].append(word)
        return found

    def _pairs_of(self, name: Name) -> set[str]:
        """The whole name, and each two of its common words, or of words that are nearly such."""
        if not name.tokens:
            return set()
        common = {
            c for w in name.folded for c in ([w] if w in self._common else self._near_words(w, rare=False))
        }
        words = sorted(common)[:_PAIRED_WORDS]
        whole = _WHOLE + " ".join(sorted(name.folded))
        return {whole, *(f"{a} {b}" for a, b in combinations(words, 2))}


def _together(groups: Iterable[Shared], count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs as ours x count + theirs, each once and sorted, with the weight of ours and of theirs that is shared."""
    pairs, of_ours, of_theirs, sizes = [np.zeros(0, dtype=np.int64)], [0.0], [0.0], [0]
    for group in groups:
        left, right = np.asarray(group.ours, dtype=np.int64), np.asarray(group.theirs, dtype=np.int64)
        pairs.append((left[:, None] * count + right[None, :]).ravel())
        of_ours.append(group.of_ours)
        of_theirs.append(group.of_theirs)
        sizes.append(len(pairs[-1]))
    packed, where = np.unique(np.concatenate(pairs), return_inverse=True)

    def total(weights: list[float]) -> np.ndarray:
        found = np.bincount(where, weights=np.repeat(weights, sizes), minlength=len(packed))
        return found.astype("float64")  # whole numbers if there are no pairs

    return packed, total(of_ours), total(of_theirs)


def _most(weighed: dict[tuple[str, float], list[int]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for word, weighs in weighed:
        found[word] = max(weighs, found.get(word, 0.0))
    return found


def _abbreviation(name: Name) -> set[str]:
    return {name.abbreviation} - {""}


def _groups(names: Sequence[Name], keys_of: Callable[[Name], Collection[K]]) -> dict[K, list[int]]:
    found: dict[K, list[int]] = defaultdict(list)
    for at, name in enumerate(names):
        for key in keys_of(name):
            found[key].append(at)
    return found


def _weighed_words(name: Name) -> set[tuple[str, float]]:
    """Folded words, and what neighbours are if they are written as one, with their weights: of a word that stands
    there twice, both.
    """
    found: dict[str, float] = defaultdict(float)
    for word, token in zip(name.folded, name.tokens, strict=True):
        found[word] += weight(token)
    count = len(name.tokens)
    for size in {2, 3, count} - {0, 1}:
        for i in range(count - size + 1):
            run = name.tokens[i : i + size]
            found["".join(name.folded[i : i + size])] += sum(map(weight, run))
    return {*found.items()}


def _words_of(name: Name) -> set[str]:
    return {word for word, _ in _weighed_words(name)}


def _keys(word: str, with_ends: bool) -> set[str]:
    """What two words share if one letter differs, and mostly if two do: the word with each letter left out;
    its beginning; its end.
    """
    if len(word) < _LONG_ENOUGH or any(c.isdigit() for c in word):
        return {word}
    found = {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}
    return found | {f"^{word[:_END]}", f"${word[-_END:]}"} if with_ends and len(word) > _END + 1 else found
