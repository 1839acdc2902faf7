"""How much memory looking at all pairs will take, before it is taken."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from matcher.domain.tables import Problem, Sets
from matcher.pairing.hall import crowd_size
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
_FIXED = 110 << 20
"""Compiled code, and what does not grow with the problem."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """What the memory of a problem depends on.

    Attributes
    ----------
    works
        Places where there may be work.
    encoded
        Bytes of all columns of the problem.
    """

    people: int
    vacancies: int
    works: int
    encoded: int

    @classmethod
    def of(cls, problem: Problem) -> "Sizes":
        """Return the sizes of a problem."""
        n, m = problem.shape
        encoded = sum(bytes_of(table) for table in (problem.candidates, problem.vacancies, problem.facts))
        return cls(people=n, vacancies=m, works=min(m, problem.places.lat.size), encoded=encoded)


def predicted_bytes(sizes: Sizes, *, threads: int) -> int:
    """Largest additional memory of a `RuleSource` over a problem, in bytes: an estimate, not a promise.

    The problem itself is not counted, nor what is made of the pairs that are offered.
    """
    n, m = sizes.people, sizes.vacancies
    workers = min(threads, -(-n // crowd_size(n)))
    worker = m * COUNTERS * 8 + _ROWS * WORDS * 16 + _HOMES * sizes.works * 4
    survey = (n + m) * _SURVEY_BYTES + n * COUNTERS * 8
    offers = n * _KEPT_PAIRS * _KEPT_BYTES * 2
    answers = n * (SLOTS * 4 + 32)
    return int(_FIXED + sizes.encoded * _COPIES + answers + workers * worker + max(survey, offers + survey // 3))


def bytes_of(table: Any) -> int:
    """Bytes of the columns of a table."""
    total = 0
    for field in fields(table):
        column = getattr(table, field.name)
        if isinstance(column, Sets):
            total += bytes_of(column)
        elif isinstance(column, np.ndarray):
            total += column.nbytes
    return total
