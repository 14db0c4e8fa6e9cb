"""The decimal sign of a file, and numbers that read back to the same bits."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.numbers import Ambiguous, Cells, decide_sign, parse_numbers


def decide(*texts: str | None, low: float | None = None, high: float | None = None) -> str:
    return decide_sign([Cells(pa.array(texts, pa.string()), low, high)])


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (("30", "18", "60"), "."),
        ((), "."),
        ((None,), "."),
        (("804.504078",), "."),
        (("0.120",), "."),
        (("0,120",), ","),
        (("1.5",), "."),
        (("1,5",), ","),
        (("1.234,5",), ","),
        (("1,234.5",), "."),
        (("4.200.000",), ","),
        (("4,200,000",), "."),
        (("1 234,5",), ","),
        (("1,234", "2,5"), ","),
        (("1,234", "2.5"), "."),
        (("1.5", "2.5", "1,5"), "."),
        (("about 1,5", "1.5"), "."),
    ],
)
def test_decided(texts: tuple[str | None, ...], sign: str) -> None:
    assert decide(*texts) == sign


@pytest.mark.parametrize("texts", [("1.234",), ("1,234",), ("-1.234",), ("1,234", "x"), ("1.234", "5,678")])
def test_ambiguous(texts: tuple[str, ...]) -> None:
    with pytest.raises(Ambiguous) as error:
        decide(*texts)
    assert not error.value.mixed


@pytest.mark.parametrize("texts", [("1.5", "1,5"), ("1.5", "2.5", "1,5", "1.234")])
def test_mixed(texts: tuple[str, ...]) -> None:
    with pytest.raises(Ambiguous) as error:
        decide(*texts)
    assert error.value.mixed


def test_bounds_of_the_column_decide() -> None:
    assert decide("-32.633", low=-90, high=90) == "."
    assert decide("-32,633", low=-90, high=90) == ","
    assert decide("0.510", low=0, high=1) == "."


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1), st.sampled_from(".,"))
def test_round_trip(numbers: list[float], sign: str) -> None:
    texts = pa.array([repr(n).replace(".", sign) for n in numbers])
    values, is_number = parse_numbers(texts, sign)
    assert is_number.all()
    assert values.tolist() == numbers


@given(st.integers(1_000, 10**15))
def test_groups(number: int) -> None:
    point, _ = parse_numbers(pa.array([f"{number:,}"]), ".")
    comma, _ = parse_numbers(pa.array([f"{number:,}".replace(",", ".") + ",0"]), ",")
    assert point[0] == comma[0] == float(number)


@given(st.lists(st.text(max_size=12)))
def test_any_text(texts: list[str]) -> None:
    values, is_number = parse_numbers(pa.array(texts, pa.string()), ".")
    assert np.isnan(values[~is_number]).all()
