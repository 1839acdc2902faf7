"""Three-valued logic, written once: a known failure wins over an unknown, an unknown over a pass."""

import numpy as np
from numpy.typing import NDArray

Tri = NDArray[np.int8]
"""FAIL, UNKNOWN or PASS; shape ``(k,)``, or ``(1,)`` for one outcome that holds for all ``k``."""

FAIL = np.int8(0)
UNKNOWN = np.int8(1)
PASS = np.int8(2)


def known(mask: NDArray[np.bool_]) -> Tri:
    """PASS where true, FAIL where false."""
    return mask.astype(np.int8) * PASS


def unless_unknown(passes: NDArray[np.bool_], unknown: NDArray[np.bool_]) -> Tri:
    """UNKNOWN where ``unknown``, elsewhere PASS or FAIL as ``passes`` says; the arguments broadcast."""
    return np.where(unknown, UNKNOWN, known(passes))


def flag(column: NDArray[np.int8]) -> Tri:
    """A yes-or-no column as an outcome: 1 is PASS, 0 is FAIL, -1 is UNKNOWN."""
    return unless_unknown(column == 1, column < 0)


def both(*outcomes: Tri) -> Tri:
    """All of them: FAIL wins, then UNKNOWN."""
    result = outcomes[0]
    for outcome in outcomes[1:]:
        result = np.minimum(result, outcome)
    return result


def either(*outcomes: Tri) -> Tri:
    """At least one of them: PASS wins, then UNKNOWN."""
    result = outcomes[0]
    for outcome in outcomes[1:]:
        result = np.maximum(result, outcome)
    return result


def negate(outcome: Tri) -> Tri:
    """PASS and FAIL change places; UNKNOWN stays."""
    return PASS - outcome


def everybody_passes() -> Tri:
    """One PASS that holds for all pairs asked about."""
    return np.array([PASS], dtype=np.int8)
