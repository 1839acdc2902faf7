"""How much memory looking at all pairs will take, before it is taken."""

from dataclasses import fields
from typing import Any

import numpy as np

from matcher.domain.tables import Problem, Sets
from matcher.pairing.stage import COUNTERS, SLOTS
from matcher.pairing.words import WORDS

_COPIES = 2.5
"""The problem in the order of the map, and as the loops read it, demands included."""
_SURVEY_BYTES = 22 * 2 * (4 + 8)
_KEPT_BYTES = 12
_KEPT_PAIRS = 32
"""Pairs kept per person by the last offer: measured, up to 31 of them on the samples."""
_ROWS = 10_000
_HOMES = 128
_FIXED = 60 << 20
"""Compiled code, and what does not grow with the problem."""


def predicted_bytes(problem: Problem, *, threads: int) -> int:
    """Largest additional memory of a `RuleSource` over a problem, in bytes: an estimate, not a promise.

    The problem itself is not counted, nor what is made of the pairs that are offered.
    """
    n, m = problem.shape
    tables = _bytes(problem.candidates) + _bytes(problem.vacancies) + _bytes(problem.facts)
    works = min(m, problem.places.lat.size)
    worker = m * COUNTERS * 8 + _ROWS * WORDS * 16 + _HOMES * works * 4
    survey = (n + m) * _SURVEY_BYTES + n * COUNTERS * 8
    offers = n * _KEPT_PAIRS * _KEPT_BYTES * 2
    answers = n * (SLOTS * 4 + 32)
    return int(_FIXED + tables * _COPIES + answers + threads * worker + max(survey, offers + survey // 3))


def _bytes(table: Any) -> int:
    total = 0
    for field in fields(table):
        column = getattr(table, field.name)
        if isinstance(column, Sets):
            total += _bytes(column)
        elif isinstance(column, np.ndarray):
            total += column.nbytes
    return total
