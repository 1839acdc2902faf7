"""Intervals against the tables of the papers they come from, and the laws that tie them together."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.report.intervals import difference_interval, rate_interval, ratio_interval

# Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
SINGLE = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
# Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10.
DOUBLE = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0),
    (10, 10, 0, 10, 0.6075, 1.0),
]


@pytest.mark.parametrize(("hits", "of", "low", "high"), SINGLE)
def test_rates_of_the_paper(hits: int, of: int, low: float, high: float) -> None:
    found = rate_interval(hits, of)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(("a", "m", "b", "n", "low", "high"), DOUBLE)
def test_differences_of_the_paper(a: int, m: int, b: int, n: int, low: float, high: float) -> None:
    found = difference_interval(a, m, b, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_no_rate_is_refused() -> None:
    for hits, of in ((0, 0), (-1, 5), (6, 5)):
        with pytest.raises(ValueError, match="no rate"):
            rate_interval(hits, of)


@st.composite
def rates(draw: st.DrawFn) -> tuple[int, int]:
    of = draw(st.integers(1, 10_000))
    return draw(st.integers(0, of)), of


@given(rates(), rates())
def test_laws(one: tuple[int, int], two: tuple[int, int]) -> None:
    p, q = one[0] / one[1], two[0] / two[1]
    single = rate_interval(*one)
    assert 0 <= single.low <= p <= single.high <= 1
    assert rate_interval(one[1] - one[0], one[1]).low == pytest.approx(1 - single.high, abs=1e-12)
    difference, back = difference_interval(*one, *two), difference_interval(*two, *one)
    assert -1 <= difference.low <= p - q <= difference.high <= 1 + 1e-12
    assert (back.low, back.high) == pytest.approx((-difference.high, -difference.low))
    ratio, turned = ratio_interval(*one, *two), ratio_interval(*two, *one)
    assert 0 <= ratio.low <= ratio.high
    if one[0] and two[0]:
        assert ratio.low <= p / q * (1 + 1e-9) and p / q <= ratio.high * (1 + 1e-9)
        assert turned.low == pytest.approx(1 / ratio.high if math.isfinite(ratio.high) else 0.0, rel=1e-6, abs=1e-9)
        # Both say the same about "no difference", but where it lies on an end to the last digit.
        if min(abs(difference.low), abs(difference.high)) > 1e-9:
            assert difference.holds(0.0) == ratio.holds(1.0)


def test_ratios_where_one_rate_is_nothing() -> None:
    assert ratio_interval(3, 10, 0, 10).high == math.inf
    assert ratio_interval(0, 10, 3, 10).low == 0.0
    nothing = ratio_interval(0, 10, 0, 10)
    assert (nothing.low, nothing.high) == (0.0, math.inf)
