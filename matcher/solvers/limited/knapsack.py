"""One limit on its own: which people fit under it together, in whole numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.model.limits import Sense
from matcher.solvers.limited.reduced import Ints, Reduced

_WORK = 20_000_000
"""People times room up to which a limit is looked at in whole numbers."""


@dataclass(frozen=True, slots=True)
class Knapsack:
    """A limit of which every person takes a fixed share, or nothing.

    Attributes
    ----------
    row
        The limit.
    person, size
        Who takes something, ascending, and how much at least: in units of their greatest common divisor.
    room, wider
        What there is, and with one unit more of those who stated the limit; rounded down to units of ``size``.
    edges
        The edges that take something.
    """

    row: int
    person: Ints
    size: Ints
    room: int
    wider: int
    edges: Ints


def knapsacks(problem: Reduced) -> Iterator[Knapsack]:
    """The limits that whole people cannot use up to the last bit."""
    w = problem.weights
    edge = np.repeat(np.arange(problem.points.size), np.diff(w.start))
    order = np.argsort(w.row, kind="stable")
    begin = np.searchsorted(w.row[order], np.arange(len(problem.rows) + 1))
    for k, row in enumerate(problem.rows):
        own = order[begin[k] : begin[k + 1]]
        if row.sense is not Sense.AT_MOST or row.soft is not None or not own.size or problem.bound[k] < 0:
            continue
        weight, edges = w.weight[own], edge[own]
        if int(weight.min()) < 0:
            continue
        person, first = np.unique(problem.owner[edges], return_index=True)
        size = np.minimum.reduceat(weight, first)
        unit = int(np.gcd.reduce(size))
        room = problem.bound[k] // unit
        whole = int(size.max()) == unit and room * unit == problem.bound[k]
        if whole or int(size.sum()) // unit <= room or person.size * room > _WORK:
            continue
        yield Knapsack(k, person, size // unit, room, (problem.bound[k] + row.scale) // unit, edges)


def most_worth(worth: Ints, size: Ints, room: int) -> int:
    """The largest sum of whole-number worths that fits, each at most once: exact."""
    best = np.zeros(room + 1, dtype=np.int64)
    for value, need in zip(worth.tolist(), size.tolist(), strict=True):
        if value > 0 and need <= room:
            best[need:] = np.maximum(best[need:], best[: room + 1 - need] + value)
    return int(best[room])


def best_set(worth: NDArray[np.float64], size: Ints, room: int) -> tuple[float, NDArray[np.bool_]]:
    """The largest sum that fits, and who is in it."""
    best, taken = np.zeros(room + 1), np.zeros((worth.size, room + 1), dtype=np.bool_)
    for i, (value, need) in enumerate(zip(worth.tolist(), size.tolist(), strict=True)):
        if value <= 0 or need > room:
            continue
        other = best[: room + 1 - need] + value
        taken[i, need:] = other > best[need:]
        best[need:] = np.maximum(best[need:], other)
    inside, left = np.zeros(worth.size, dtype=np.bool_), room
    for i in range(worth.size - 1, -1, -1):
        if taken[i, left]:
            inside[i] = True
            left -= int(size[i])
    return float(best[room]), inside


def all_worths(worth: Ints, size: Ints, room: int) -> Ints:
    """`most_worth` for every room from 0 up."""
    best = np.zeros(room + 1, dtype=np.int64)
    for value, need in zip(worth.tolist(), size.tolist(), strict=True):
        if value > 0 and need <= room:
            best[need:] = np.maximum(best[need:], best[: room + 1 - need] + value)
    return best
