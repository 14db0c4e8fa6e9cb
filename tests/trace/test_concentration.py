import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from risk_graph.errors import ContributionError
from risk_graph.trace import concentration as module
from risk_graph.trace.concentration import ThresholdSet, concentration, hhi_bounds, threshold_sets

MASSES = arrays(float, st.integers(0, 8), elements=st.one_of(st.just(0.0), st.floats(1e-6, 1e9)))
SETS = sorted(threshold_sets())
WORDS = ("unconcentrated", "moderately concentrated", "highly concentrated")


@given(MASSES, st.floats(0, 1e9), st.sampled_from(SETS))
def test_T21_every_result_names_its_set_of_thresholds(parts, unknown, name):
    assume(parts.sum() + unknown > 0)
    found = concentration(parts, threshold_sets()[name], unknown)
    assert found.thresholds == name
    assert str(found).endswith(f"({name})")
    assert 0 <= found.low <= found.high <= 1
    assert found.word == threshold_sets()[name].word(found.high)
    assert found.proven == threshold_sets()[name].word(found.low)
    assert WORDS.index(found.proven) <= WORDS.index(found.word)


def test_what_is_unknown_makes_nothing_look_spread():
    s, parts = threshold_sets()["doj_ftc_2023"], np.full(10, 0.07)
    assert concentration(parts, s).word == "moderately concentrated"
    found = concentration(parts, s, unknown=0.3)
    assert (found.proven, found.word) == ("unconcentrated", "highly concentrated")


@given(
    MASSES,
    st.floats(0, 1e9, allow_subnormal=False),
    st.lists(st.floats(0.01, 1), min_size=1, max_size=5),
    st.data(),
)
def test_bounds_hold_whoever_the_unknown_belongs_to(parts, unknown, split, data):
    assume(parts.sum() + unknown > 0)
    low, high = hhi_bounds(parts, unknown)
    pieces = unknown * np.array(split) / sum(split)
    whose = [data.draw(st.integers(0, len(parts) + i)) for i in range(len(pieces))]
    truth = np.append(parts, np.zeros(len(pieces)))
    np.add.at(truth, whose, pieces)
    found = hhi_bounds(truth)[0]
    assert low - 1e-9 <= found <= high + 1e-9
    assert high == pytest.approx(1.0) or len(parts) > 0


def test_rows_at_once_and_nothing_at_all():
    low, high = hhi_bounds(np.array([[1.0, 1], [3, 1], [0, 0], [0, 0]]), np.array([0.0, 4, 2, 0]))
    assert low == pytest.approx([0.5, 10 / 64, 0, np.nan], nan_ok=True)
    assert high == pytest.approx([0.5, 50 / 64, 1, np.nan], nan_ok=True)
    with pytest.raises(ValueError, match="Nothing"):
        concentration(np.zeros(2), threshold_sets()["doj_ftc_2023"])


@pytest.mark.parametrize(
    ("parts", "unknown"), [([-1.0, 2], 0), ([np.nan, 1], 0), ([1.0, 1], -1), ([1.0], np.inf)]
)
def test_a_missing_part_is_no_zero(parts, unknown):
    with pytest.raises(ValueError, match="unknown"):
        hhi_bounds(np.array(parts), unknown)


def test_thresholds_are_as_the_guidelines_say():
    """Above 1,800 is highly concentrated, 1,800 is not; from 1,000 on is moderately concentrated."""
    s = threshold_sets()["doj_ftc_2023"]
    words = [s.word(points / 10_000) for points in (999, 1000, 1800, 1801)]
    assert words == [WORDS[0], WORDS[1], WORDS[1], WORDS[2]]
    assert [(t.id, t.moderate, t.high) for t in threshold_sets().values()] == [
        ("doj_ftc_1992", 1000, 1800), ("doj_ftc_2010", 1500, 2500), ("doj_ftc_2023", 1000, 1800),
    ]  # fmt: skip
    assert all(t.source and t.title and t.issued.year == int(t.id[-4:]) for t in threshold_sets().values())
    assert ten_equal_of(s) == "HHI 1,000 points: moderately concentrated (doj_ftc_2023)"


def ten_equal_of(s: ThresholdSet) -> str:
    return str(concentration(np.ones(10), s))


@pytest.mark.parametrize(
    "text",
    [
        "", "threshold_sets = 1", "[[threshold_sets]]\nid = 'a'",
        "[[threshold_sets]]\nid='a'\ntitle='A'\nmoderate=5\nhigh=4\nissued=2000-01-01\nsource=''\nverified=false",
    ],
)  # fmt: skip
def test_a_malformed_set_is_named(text, tmp_path, monkeypatch):
    (tmp_path / "standards").mkdir()
    (tmp_path / "standards" / "concentration.toml").write_text(text)
    monkeypatch.setattr(module, "data_dir", lambda: tmp_path)
    with pytest.raises(ContributionError, match=r"concentration\.toml|set a"):
        threshold_sets.__wrapped__()
