"""How close two names are, and which of their words speak for and against it."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from risk_graph.layers.entity.names import Name, fold, skeleton, weight

ALIKE = 0.75
"""Words less alike than this are two words: one letter in four may differ."""
_FOLDED = 0.97
JOINED = 0.98
_SKELETON = 0.85
_SHORT = 4
INITIALS, SHORT_INITIALS = 0.65, 0.60
"""Of a name that is the initials of the other: many names share three."""


@dataclass(frozen=True)
class Closeness:
    """`value` in 0..1: weight of the words that pair up, by how alike they are, in the weight of all words.

    `paired`: (ours, theirs, how alike); `only_ours` and `only_theirs`: words without a counterpart.
    """

    value: float
    paired: tuple[tuple[str, str, float], ...]
    only_ours: tuple[str, ...]
    only_theirs: tuple[str, ...]

    def swapped(self) -> "Closeness":
        """The same seen from the other name."""
        paired = tuple(sorted((b, a, s) for a, b, s in self.paired))
        return Closeness(self.value, paired, self.only_theirs, self.only_ours)


def compare(ours: Name, theirs: Name) -> Closeness:
    """Symmetric; independent of word order; 1 only for the same words."""
    if (theirs.sorted, theirs.compact) < (ours.sorted, ours.compact):
        return _compare(theirs, ours).swapped()
    return _compare(ours, theirs)


def _compare(a: Name, b: Name) -> Closeness:
    if not a.tokens or not b.tokens:
        return Closeness(0.0, (), a.tokens, b.tokens)
    if a.sorted == b.sorted:
        return Closeness(1.0, tuple((t, t, 1.0) for t in sorted(a.tokens)), (), ())
    return max(_by_words(a, b), _by_initials(a, b), key=lambda c: c.value)


def _by_words(a: Name, b: Name) -> Closeness:
    same = Counter(a.tokens) & Counter(b.tokens)
    paired = [(t, t, 1.0) for t in sorted(same.elements())]
    left, right = _rest(a.tokens, same), _rest(b.tokens, same)
    for joined in (_joined, _nearly_joined):
        paired += joined(left, right) + [(x, y, s) for y, x, s in joined(right, left)]
    paired += _alike(left, right, a.vowelless or b.vowelless)
    gained = sum((_weight(x) + _weight(y)) * s for x, y, s in paired)
    total = sum(_weight(x) + _weight(y) for x, y, _ in paired) + sum(map(weight, [*left, *right]))
    return Closeness(gained / total, tuple(sorted(paired)), tuple(left), tuple(right))


def _by_initials(a: Name, b: Name) -> Closeness:
    letters = initials(a, b)
    if not letters:
        return Closeness(0.0, (), a.tokens, b.tokens)
    value = INITIALS if len(letters) > 3 else SHORT_INITIALS
    return Closeness(value, ((" ".join(a.tokens), " ".join(b.tokens), value),), (), ())


def initials(a: Name, b: Name) -> str:
    """One of the names, if it may be the initials of the other; else empty."""
    return next((x.abbreviation for x, y in ((a, b), (b, a)) if x.abbreviation in y.initials), "")


def _weight(text: str) -> float:
    """Of a word, or of words that were written as one."""
    return sum(map(weight, text.split()))


def _rest(tokens: tuple[str, ...], same: Counter[str]) -> list[str]:
    same = Counter(same)
    rest = []
    for token in tokens:
        if same[token]:
            same[token] -= 1
        else:
            rest.append(token)
    return rest


def _joined(one: list[str], other: list[str]) -> list[tuple[str, str, float]]:
    """Neighbours of `other` that `one` writes as a single word; both lists lose what was paired."""
    found = []
    for token in list(one):
        for size in (2, 3):
            run = next(
                (
                    other[i : i + size]
                    for i in range(len(other) - size + 1)
                    if "".join(other[i : i + size]) == token
                ),
                None,
            )
            if run:
                found.append((token, " ".join(run), JOINED))
                one.remove(token)
                for word in run:
                    other.remove(word)
                break
    return found


def _nearly_joined(one: list[str], other: list[str]) -> list[tuple[str, str, float]]:
    """The same with letters that differ, where no word of `other` by itself is as alike."""
    found = []
    for token in list(one):
        runs = [other[i : i + size] for size in (2, 3) for i in range(len(other) - size + 1)]
        scored = [(alike(token, "".join(run)), run) for run in runs]
        similarity, run = max(scored, default=(0.0, []))
        if similarity >= ALIKE and similarity > max(alike(token, word) for word in other):
            found.append((token, " ".join(run), similarity * JOINED))
            one.remove(token)
            for word in run:
                other.remove(word)
    return found


def _alike(left: list[str], right: list[str], vowelless: bool) -> list[tuple[str, str, float]]:
    """The most alike pairs first; both lists lose what was paired."""
    scored = [(alike(x, y, vowelless), x, y) for x in set(left) for y in set(right)]
    found = []
    for similarity, x, y in sorted(scored, key=lambda s: (-s[0], *sorted(s[1:]), s[1])):
        if similarity < ALIKE:
            break
        while x in left and y in right:
            found.append((x, y, similarity))
            left.remove(x)
            right.remove(y)
    return found


def one_word(x: str, y: str) -> bool:
    """Whether two words that are alike (one may be written as several) are one in two transliterations: only vowels
    differ, or c and k, and it has three consonants at least.
    """
    x, y = x.replace(" ", ""), y.replace(" ", "")
    if fold(x) == fold(y):
        return True
    one, other = (skeleton(word).replace("c", "k") for word in (x, y))
    return one == other and len(one) > 2


@lru_cache(1 << 18)
def alike(x: str, y: str, vowelless: bool = False) -> float:
    """How alike two words are, 0..1: letters changed, left out, added or swapped; numbers and short words are alike
    only if they are the same.
    """
    if x == y:
        return 1.0
    if any(c.isdigit() for c in x + y):
        return 0.0
    folded_x, folded_y = fold(x), fold(y)
    if folded_x == folded_y:
        return _FOLDED
    if vowelless and len(skeleton(x)) >= 3 and skeleton(x) == skeleton(y):
        return _SKELETON
    if min(len(x), len(y)) < _SHORT:
        return 0.0
    return max(
        float(OSA.normalized_similarity(x, y, score_cutoff=ALIKE)),
        min(_FOLDED, float(OSA.normalized_similarity(folded_x, folded_y, score_cutoff=ALIKE))),
    )
