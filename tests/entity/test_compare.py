"""Comparing two names: symmetric, blind to order, and sure of itself only where every word agrees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_graph.layers.entity.compare import ALIKE, JOINED, compare, initials
from risk_graph.layers.entity.names import normalise

WORDS = st.text("abelmnorstxyz", min_size=1, max_size=9)
NAMES = st.lists(WORDS, min_size=1, max_size=5)


def closeness(one: str, other: str) -> float:
    return compare(normalise(one), normalise(other)).value


@given(NAMES, NAMES)
def test_symmetric_and_bounded(one, other):
    a, b = normalise(" ".join(one)), normalise(" ".join(other))
    there, back = compare(a, b), compare(b, a)
    assert 0 <= there.value <= 1
    assert there == back.swapped()


@given(NAMES, st.randoms())
def test_word_order_makes_no_difference(words, random):
    words = [w for w in words if len(w) > 1]  # single letters in a row are one word
    shuffled = list(words)
    random.shuffle(shuffled)
    a, b = normalise(" ".join(words)), normalise(" ".join(shuffled))
    if sorted(a.tokens) == sorted(b.tokens):
        assert compare(a, b).value == (1.0 if a.tokens else 0.0)


@given(NAMES, NAMES)
def test_one_is_for_the_same_words_alone(one, other):
    a, b = normalise(" ".join(one)), normalise(" ".join(other))
    assert (compare(a, b).value == 1) == (bool(a.tokens) and sorted(a.tokens) == sorted(b.tokens))


@given(NAMES, NAMES)
def test_every_word_is_accounted_for(one, other):
    a, b = normalise(" ".join(one)), normalise(" ".join(other))
    found = compare(a, b)
    ours = [*" ".join(p[0] for p in found.paired).split(), *found.only_ours]
    theirs = [*" ".join(p[1] for p in found.paired).split(), *found.only_theirs]
    assert sorted(ours) == sorted(a.tokens)
    assert sorted(theirs) == sorted(b.tokens)
    assert all(s >= ALIKE * JOINED for _, _, s in found.paired) or initials(a, b)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RUSAL", "JERUSALEM"),
        ("Rusal", "Rural"),
        ("Alba Metals", "Alma Trading"),
        ("Plant No. 5 Metals", "Plant No. 6 Metals"),
        ("Jerusalem Metals", "Rusal Metals"),
    ],
)
def test_a_word_inside_or_beside_a_word_is_another_word(one, other):
    assert closeness(one, other) < 0.81


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("新疆众和股份有限公司", "Xinjiang Zhonghe Co., Ltd."),
        ("Al-Mahdi Aluminum", "Almahdi Aluminium Corp"),
        ("ЕвроСибЭнерго", "JSC EuroSibEnergo"),
        ("Юрий Щербаков", "Yuri Shcherbakov"),
        ("Deripaska, Oleg", "Oleg Deripaska"),
        ("شركة المهدي للألمنيوم", "Almahdi Aluminium"),
    ],
)
def test_spellings_of_one_name_are_close(one, other):
    assert closeness(one, other) >= 0.84


def test_pinyin_that_differs_is_not_taken_for_a_transliteration():
    """Xining and Xinying are two places."""
    assert closeness("Xining Metals", "Xinying Metals") < 0.95
    assert closeness("Zhou Metals", "Zhu Metals") < 0.95
