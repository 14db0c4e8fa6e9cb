"""Blocking loses no pair that would be shown, as far as words differ by one letter."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_graph.layers.entity.blocking import Index
from risk_graph.layers.entity.compare import compare
from risk_graph.layers.entity.judge import CANDIDATE
from risk_graph.layers.entity.names import normalise

POOL = [
    "henan",
    "example",
    "tabuk",
    "metals",
    "trading",
    "juno",
    "star",
    "al mahdi",
    "almahdi",
    "zhonghe",
    "x5",
    "ba",
]
NAMES = st.lists(
    st.lists(st.sampled_from(POOL), min_size=1, max_size=4).map(" ".join), min_size=1, max_size=12
)


@pytest.mark.slow
@given(NAMES, NAMES)
def test_every_close_pair_of_spelt_out_words_is_a_candidate(ours, theirs):
    a, b = [normalise(n) for n in ours], [normalise(n) for n in theirs]
    left, right = Index(b, CANDIDATE).candidates(a)
    found = set(zip(left.tolist(), right.tolist(), strict=True))
    close = {(i, j) for i, x in enumerate(a) for j, y in enumerate(b) if compare(x, y).value >= CANDIDATE}
    assert close <= found


@settings(max_examples=5)
@given(st.integers(0, 10_000))
def test_one_typing_error_is_found_among_common_words(seed):
    rng = random.Random(seed)
    words = ["".join(rng.choice(("bdfglmnrtvz", "aeou")[at % 2]) for at in range(7)) for _ in range(60)]
    theirs = [normalise(f"{w} {t} trading") for w in words for t in ("henan", "metals", "juno")]
    wrong = [w[:3] + "j" + w[4:] for w in words]
    left, right = Index(theirs, CANDIDATE).candidates([normalise(f"{w} henan trading") for w in wrong])
    found = set(zip(left.tolist(), right.tolist(), strict=True))
    assert {(i, 3 * i) for i in range(60)} <= found


def test_common_words_together_are_a_key():
    theirs = [
        normalise(f"{a} {b}") for a in ("china", "bank", "trade") for b in ("metal", "group", "works")
    ] * 60
    left, right = Index(theirs, CANDIDATE).candidates([normalise("metal china")])
    assert len(left) == 60
    assert {theirs[i].sorted for i in right.tolist()} == {"china metal"}


def test_nothing_against_nothing():
    for ours, theirs in (([], []), (["a"], []), ([], ["a"]), (["***"], ["***"])):
        left, right = Index([normalise(t) for t in theirs], CANDIDATE).candidates(
            [normalise(o) for o in ours]
        )
        assert len(left) == len(right) == 0


def test_a_word_that_stands_there_twice_counts_twice():
    ours, theirs = normalise("Henan Henan"), normalise("Henan Example Henan")
    assert compare(ours, theirs).value >= CANDIDATE
    left, _ = Index([theirs], CANDIDATE).candidates([ours])
    assert len(left) == 1
