"""What a conflict is looked for on: every edge that a plan may use, and every hard line as a row over them.

A pin says two things: its pair may be used, whatever it is worth, and it must be. Only the second can be left out; so leaving out a line
never makes anything impossible that was possible before.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.model.conflict import Dispute, Line, LineSort
from matcher.model.limits import Distinct, Limits, Row, Sense
from matcher.solvers.guards import exact_sum
from matcher.solvers.limited.reduced import Ints, Reduced, Weights, reduced, slices

_PIN = "pin"


@dataclass(frozen=True, slots=True)
class Ground:
    """The edges and lines of a dispute.

    Attributes
    ----------
    problem
        Nobody is pinned; rows are the hard limits, then the pins.
    lines
        What each row is, and after the rows each number of distinct values.
    """

    problem: Reduced
    lines: tuple[Line, ...]

    @property
    def rows(self) -> int:
        """Lines that are rows; the others are numbers of distinct values."""
        return len(self.problem.rows)

    def broken(self, chosen: Ints) -> set[int]:
        """The lines that some edges do not keep, in exact numbers."""
        used = self.problem.used(chosen)
        rows = {k for k, row in enumerate(self.problem.rows) if row.sign * (used[k] - self.problem.bound[k]) > 0}
        seats = self.problem.seat[chosen]
        return rows | {
            self.rows + d
            for d, one in enumerate(self.problem.model.limits.distinct)
            if values(one.code, seats) > one.most
        }

    def allowing(self, number: int, most: int) -> "Ground":
        """The same with another number of distinct values."""
        limits = self.problem.model.limits
        distinct = tuple(replace(one, most=most) if d == number else one for d, one in enumerate(limits.distinct))
        return replace(self, problem=with_distinct(self.problem, distinct))

    def fits(self, chosen: Ints) -> bool:
        """Nobody twice, and no seat overfull."""
        rows = self.problem.owner[chosen]
        taken = np.bincount(self.problem.seat[chosen], minlength=self.problem.openings.size)
        return bool(np.unique(rows).size == rows.size and (taken <= self.problem.openings).all())


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines and edges of a problem as a problem of its own; ``chosen`` are its edges in the whole."""

    problem: Reduced
    chosen: Ints


def ground_of(dispute: Dispute) -> Ground:
    """Lay out a dispute."""
    whole = reduced(dispute.model)
    pins = np.array([place(whole, pin.row, pin.seat) for pin in dispute.pins], dtype=np.int64)
    usable = whole.points > 0
    usable[pins[pins >= 0]] = True
    hard = [k for k, row in enumerate(whole.rows) if row.soft is None]
    part = narrowed(whole, np.flatnonzero(usable), hard, range(len(whole.model.limits.distinct)))
    at = np.searchsorted(part.chosen, pins)
    pinned = _with_pins(part.problem, np.where(pins >= 0, at, -1))
    lines = [Line(LineSort.LIMIT, k) for k in hard]
    lines += [Line(LineSort.PIN, k) for k in range(pins.size)]
    lines += [Line(LineSort.DISTINCT, k) for k in range(len(whole.model.limits.distinct))]
    return Ground(pinned, tuple(lines))


def place(problem: Reduced, row: int, seat: int) -> int:
    """The edge of a pair; -1 where it is none, or the seat is closed."""
    first, last = int(problem.start[row]), int(problem.start[row + 1])
    at = first + int(np.searchsorted(problem.seat[first:last], seat))
    return at if at < last and problem.seat[at] == seat else -1


def values(code: NDArray[np.int32], seats: Ints) -> int:
    """How many different values some seats have."""
    own = code[seats]
    return int(np.unique(own[own >= 0]).size)


def helpful(problem: Reduced, rows: Iterable[int]) -> Ints:
    """Edges that bring one of these rows nearer to holding; whoever uses another one might as well stay away."""
    w = problem.weights
    sign = np.zeros(len(problem.rows), dtype=np.int64)
    for k in rows:
        sign[k] = problem.rows[k].sign
    edge = np.repeat(np.arange(problem.points.size), np.diff(w.start))
    helps = np.zeros(problem.points.size, dtype=np.bool_)
    helps[edge[sign[w.row] * w.weight < 0]] = True
    return np.flatnonzero(helps)


def narrowed(problem: Reduced, chosen: Ints, rows: Iterable[int], distinct: Iterable[int]) -> Part:
    """Only these edges, rows and numbers of distinct values; rows keep their order and get new numbers."""
    kept = list(rows)
    number = np.full(len(problem.rows) + 1, -1, dtype=np.int32)
    number[kept] = np.arange(len(kept), dtype=np.int32)
    w = problem.weights
    own = slices(w.start, chosen)
    row = number[w.row[own]]
    edge = np.repeat(np.arange(chosen.size), w.start[chosen + 1] - w.start[chosen])[row >= 0]
    limits = problem.model.limits
    inside = Limits(tuple(limits.rows[k] for k in kept), (), tuple(limits.distinct[d] for d in distinct))
    owner = problem.owner[chosen]
    return Part(
        replace(
            problem,
            model=replace(problem.model, limits=inside),
            owner=owner,
            seat=problem.seat[chosen],
            points=problem.points[chosen],
            number=problem.number[chosen],
            start=_starts(owner, problem.start.size - 1),
            weights=Weights(_starts(edge, chosen.size), row[row >= 0], w.weight[own][row >= 0]),
            bound=tuple(problem.bound[k] for k in kept),
            pinned_used=tuple(problem.pinned_used[k] for k in kept),
        ),
        chosen,
    )


def largest_weights(problem: Reduced) -> list[int]:
    """What one pair weighs on each row at most; one unit of those who stated it where nothing weighs on it."""
    most = np.zeros(len(problem.rows), dtype=np.int64)
    np.maximum.at(most, problem.weights.row, np.abs(problem.weights.weight))
    return [int(one) or row.scale for one, row in zip(most, problem.rows, strict=True)]


def with_distinct(problem: Reduced, distinct: tuple[Distinct, ...]) -> Reduced:
    """The same problem with other numbers of distinct values."""
    return replace(problem, model=replace(problem.model, limits=replace(problem.model.limits, distinct=distinct)))


def _with_pins(problem: Reduced, edge: Ints) -> Reduced:
    """A row per pin: at least one of its edge, or of nothing where it has none."""
    before, w = len(problem.rows), problem.weights
    pins = tuple(Row(name=_PIN, kind=_PIN, id="", sense=Sense.AT_LEAST, bound=1) for _ in range(edge.size))
    there = np.flatnonzero(edge >= 0)
    heaps = [(np.repeat(np.arange(problem.points.size), np.diff(w.start)), w.row.astype(np.int64), w.weight)]
    heaps.append((edge[there], before + there, np.ones(there.size, dtype=np.int64)))
    at, row, weight = (np.concatenate(parts) for parts in zip(*heaps, strict=True))
    order = np.lexsort((row, at))
    limits = problem.model.limits
    return replace(
        problem,
        model=replace(problem.model, limits=Limits((*limits.rows, *pins), (), limits.distinct)),
        weights=Weights(_starts(at, problem.points.size), row[order].astype(np.int32), weight[order]),
        bound=(*problem.bound, *(1 for _ in pins)),
        pinned_used=(*problem.pinned_used, *(0 for _ in pins)),
    )


def _starts(owner: Ints, size: int) -> Ints:
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=size))]).astype(np.int64)


def used_of_row(problem: Reduced, chosen: Ints, row: int) -> int:
    """Use of one row by some edges."""
    own = slices(problem.weights.start, chosen)
    return exact_sum(problem.weights.weight[own][problem.weights.row[own] == row])
