"""People and vacancies in the order of the map, so that who lives and works near each other stands near each other."""

from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.domain.stated import no_limits
from matcher.domain.tables import Candidates, Facts, Places, Problem, Sets, Vacancies

Ints64 = NDArray[np.int64]
_CURVE_BITS = 16
_Table = TypeVar("_Table", Candidates, Vacancies)


@dataclass(frozen=True, slots=True)
class Arranged:
    """A problem with its rows in another order. Nothing of that order may show in an answer.

    Attributes
    ----------
    problem
        Places along a curve over the map; vacancies by place; people by trial arm (the control arm last), place and reach. Unknown
        places come last.
    person, seat
        int64: the row of the given problem at each row of this one.
    """

    problem: Problem
    person: Ints64
    seat: Ints64


def arranged(problem: Problem) -> Arranged:
    """Put people and vacancies in the order of the map; ties stay in the order of their rows."""
    along = np.argsort(_curve(problem.places), kind="stable")
    number = np.empty(along.size + 1, dtype=np.int32)
    number[along], number[-1] = np.arange(along.size), -1
    people, vacancies = problem.candidates, problem.vacancies
    home, work = number[people.place], number[vacancies.place]
    reach = np.minimum(people.reach_km_m, people.reach_time_m)
    person = np.lexsort((reach, _last(home), people.control)).astype(np.int64)
    seat = np.argsort(_last(work), kind="stable").astype(np.int64)
    return Arranged(
        problem=replace(
            problem,
            candidates=replace(_taken(people, person), place=home[person]),
            vacancies=replace(_taken(vacancies, seat), place=work[seat]),
            facts=_facts(problem.facts, _inverse(person), _inverse(seat)),
            places=Places(problem.places.lat[along], problem.places.lon[along]),
            # Limits are about plans, not pairs; in this order of rows they would say something else.
            stated=no_limits(*problem.shape, facts=len(problem.facts)),
        ),
        person=person,
        seat=seat,
    )


def _last(place: NDArray[np.int32]) -> Ints64:
    """Unknown places after all others."""
    return np.where(place < 0, np.iinfo(np.int32).max, place).astype(np.int64)


def _inverse(order: Ints64) -> Ints64:
    back = np.empty(order.size, dtype=np.int64)
    back[order] = np.arange(order.size)
    return back


def _taken(table: _Table, order: Ints64) -> _Table:
    return replace(table, **{field.name: _rows(getattr(table, field.name), order) for field in fields(table)})


def _rows(column: Any, order: Ints64) -> Any:
    if not isinstance(column, Sets):
        return column[order]
    count = column.count[order]
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    at = np.repeat(column.start[order] - start[:-1], count) + np.arange(start[-1])
    return Sets(start=start, code=column.code[at], known=column.known[order], size=column.size)


def _facts(facts: Facts, person_at: Ints64, seat_at: Ints64) -> Facts:
    person, seat = person_at[facts.candidate], seat_at[facts.vacancy]
    order = np.lexsort((seat, person))
    columns = {field.name: getattr(facts, field.name)[order] for field in fields(facts)}
    columns.update(candidate=person[order].astype(np.int32), vacancy=seat[order].astype(np.int32))
    return Facts(**columns)


def _curve(places: Places) -> NDArray[np.uint64]:
    """How far along a Hilbert curve over the map each place lies."""
    x, y = _squared(places.lon), _squared(places.lat)
    along = np.zeros(x.size, dtype=np.uint64)
    for bit in range(_CURVE_BITS - 1, -1, -1):
        right, up = (x >> bit) & 1, (y >> bit) & 1
        along = (along << np.uint64(2)) | ((3 * right) ^ up).astype(np.uint64)
        mirror = (up == 0) & (right == 1)
        size = (1 << _CURVE_BITS) - 1
        x, y = np.where(mirror, size - x, x), np.where(mirror, size - y, y)
        x, y = np.where(up == 0, y, x), np.where(up == 0, x, y)
    return along


def _squared(degrees: NDArray[np.float64]) -> Ints64:
    """Degrees as whole numbers of `_CURVE_BITS` bits over the range that occurs."""
    if not degrees.size:
        return np.zeros(0, dtype=np.int64)
    low, high = float(degrees.min()), float(degrees.max())
    scale = ((1 << _CURVE_BITS) - 1) / (high - low) if high > low else 0.0
    return ((degrees - low) * scale).astype(np.int64)
