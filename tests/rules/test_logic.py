"""The laws of three-valued logic, over all values."""

from itertools import product

import numpy as np
import pytest

from matcher.rules.logic import (
    FAIL,
    PASS,
    UNKNOWN,
    both,
    either,
    everybody_passes,
    flag,
    known,
    negate,
    unless_unknown,
)

VALUES = (FAIL, UNKNOWN, PASS)


def tri(*values: np.int8) -> np.ndarray:
    return np.array(values, dtype=np.int8)


def completions(value: np.int8) -> list[bool]:
    """What an outcome may turn out to be."""
    return {int(FAIL): [False], int(UNKNOWN): [False, True], int(PASS): [True]}[int(value)]


def summary(truths: set[bool]) -> np.int8:
    return UNKNOWN if len(truths) == 2 else PASS if truths == {True} else FAIL


@pytest.mark.parametrize(("a", "b"), list(product(VALUES, VALUES)))
def test_an_outcome_is_known_exactly_when_every_completion_agrees(a: np.int8, b: np.int8) -> None:
    pairs = list(product(completions(a), completions(b)))
    assert both(tri(a), tri(b))[0] == summary({x and y for x, y in pairs})
    assert either(tri(a), tri(b))[0] == summary({x or y for x, y in pairs})
    assert negate(tri(a))[0] == summary({not x for x in completions(a)})


@pytest.mark.parametrize(("a", "b", "c"), list(product(VALUES, VALUES, VALUES)))
def test_many_are_as_two_and_two_and_de_morgan_holds(a: np.int8, b: np.int8, c: np.int8) -> None:
    x, y, z = tri(a), tri(b), tri(c)
    assert both(x, y, z)[0] == both(both(x, y), z)[0] == both(z, x, y)[0]
    assert either(x, y, z)[0] == either(either(x, y), z)[0] == either(z, x, y)[0]
    assert negate(both(x, y, z))[0] == either(negate(x), negate(y), negate(z))[0]


def test_makers_of_outcomes() -> None:
    yes, no = np.array([True]), np.array([False])
    assert known(np.array([True, False])).tolist() == [PASS, FAIL]
    assert known(yes).dtype == np.int8
    assert unless_unknown(yes, no).tolist() == [PASS]
    assert unless_unknown(no, no).tolist() == [FAIL]
    assert unless_unknown(yes, yes).tolist() == unless_unknown(no, yes).tolist() == [UNKNOWN]
    assert flag(np.array([1, 0, -1], dtype=np.int8)).tolist() == [PASS, FAIL, UNKNOWN]
    assert everybody_passes().tolist() == [PASS]
    for outcome in (known(yes), unless_unknown(yes, no), flag(np.array([1], dtype=np.int8)), negate(known(yes))):
        assert outcome.dtype == np.int8
