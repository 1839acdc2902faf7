"""From some edges of the model to a linear or integer program."""

from dataclasses import dataclass, replace

import numpy as np

from matcher.solvers.limited.engine import Floats, Program
from matcher.solvers.limited.reduced import Ints, Reduced, slices

_POINT = 2.0**-10
"""What a point counts in a linear program: solvers like numbers that are not too far from 1. Whole programs count in whole points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A program, and what its columns and rows mean.

    Attributes
    ----------
    program
        Columns: the chosen edges; then units short or over, one per breakable row; then one per distinct value in use. Rows: people, seats,
        limits, then those of distinct values.
    chosen
        Edges of the problem, ascending.
    breakable
        Limits with a column for being broken.
    scale
        What each limit was divided by.
    linked
        Per number of distinct values the seats that only a value in use opens, in the order of their rows.
    """

    program: Program
    chosen: Ints
    breakable: Ints
    scale: Floats
    point: float
    people: int
    seats: int
    linked: tuple[Ints, ...] = ()

    def picked(self, x: Floats) -> Ints:
        """The edges that a solution uses."""
        return self.chosen[x[: self.chosen.size] > 0.5]

    def drawn_in(self, x: Floats) -> "Built":
        """The same program with the limits that a rounded solution breaks drawn in by as much, and a little more."""
        program, rounded = self.program, np.rint(x)
        used = np.bincount(program.row, weights=program.value * rounded[program.column], minlength=program.low.size)
        over, under = np.maximum(0, used - program.high), np.maximum(0, program.low - used)
        high = np.where(over > 0, program.high - over - 0.5, program.high)
        low = np.where(under > 0, program.low + under + 0.5, program.low)
        return replace(self, program=replace(program, low=low, high=high, start=None))

    def seat_prices(self, dual: Floats) -> Floats:
        """Points per opening."""
        return dual[self.people : self.people + self.seats] / self.point

    def row_gains(self, dual: Floats) -> Floats:
        """Points every person keeps."""
        return dual[: self.people] / self.point

    def charges(self, dual: Floats) -> Floats:
        """Points per whole number of weight."""
        at = self.people + self.seats
        return dual[at : at + self.scale.size] / self.point / self.scale

    def rents(self, dual: Floats) -> list[tuple[Ints, Floats]]:
        """Seats that only a value in use opens, and points per opening, for every number of distinct values."""
        at, found = self.people + self.seats + self.scale.size, []
        for seats in self.linked:
            found.append((seats, dual[at : at + seats.size] / self.point))
            at += seats.size + 1
        return found

    def points(self, worth: float) -> float:
        """A value of the program in points."""
        return worth / self.point


def build(
    problem: Reduced,
    chosen: Ints,
    *,
    whole: bool,
    ransom: float | None,
    keep: Ints | None = None,
    values: bool | None = None,
) -> Built:
    """Build a program over some edges.

    Parameters
    ----------
    whole
        Whole numbers, or their linear relaxation.
    ransom
        Points for breaking a hard limit by its own largest weight, so that a linear relaxation always has a solution; None where hard
        limits must hold.
    keep
        Edges to start from, a part of ``chosen``.
    values
        Whether numbers of distinct values take part; in whole numbers they do.
    """
    people, seats, limits = problem.start.size - 1, problem.openings.size, len(problem.rows)
    edges = chosen.size
    own = slices(problem.weights.start, chosen)
    count = problem.weights.start[chosen + 1] - problem.weights.start[chosen]
    k, weight = problem.weights.row[own].astype(np.int64), problem.weights.weight[own].astype(np.float64)
    scale, point = np.ones(limits), 1.0 if whole else _POINT
    if not whole:
        np.maximum.at(scale, k, np.abs(weight))
    sign = np.array([row.sign for row in problem.rows], dtype=np.float64)
    breakable = np.array([at for at, row in enumerate(problem.rows) if row.soft or ransom is not None], dtype=np.int64)
    unit = np.array([row.soft.unit if row.soft else scale[at] for at, row in enumerate(problem.rows)], dtype=np.float64)
    fine = np.array([row.soft.weight if row.soft else ransom or 0.0 for row in problem.rows], dtype=np.float64)
    bound = np.array(problem.bound, dtype=np.float64) / scale
    at = np.arange(edges)
    row = [problem.owner[chosen], people + problem.seat[chosen], people + seats + k, people + seats + breakable]
    column = [at, at, np.repeat(at, count), edges + np.arange(breakable.size)]
    value = [np.ones(edges), np.ones(edges), weight / scale[k], -(sign * unit / scale)[breakable]]
    most_broken = np.full(breakable.size, np.inf)
    if whole:
        most_broken = _most_broken(problem, breakable)
    parts = _Parts(
        cost=[problem.points[chosen].astype(np.float64) * point, -fine[breakable] * point],
        most=[np.ones(edges), most_broken],
        low=[np.full(people + seats, -np.inf), np.where(sign > 0, -np.inf, bound)],
        high=[np.ones(people), problem.openings.astype(np.float64), np.where(sign > 0, bound, np.inf)],
        row=row,
        column=column,
        value=value,
    )
    linked = _add_distinct(problem, chosen, parts, whole=whole) if (whole if values is None else values) else []
    program = parts.program(whole=whole, start=_start(problem, chosen, keep, edges + breakable.size))
    return Built(
        program=program,
        chosen=chosen,
        breakable=breakable,
        scale=scale,
        point=point,
        people=people,
        seats=seats,
        linked=tuple(linked),
    )


@dataclass(slots=True)
class _Parts:
    cost: list[Floats]
    most: list[Floats]
    low: list[Floats]
    high: list[Floats]
    row: list[Ints]
    column: list[Ints]
    value: list[Floats]

    def program(self, *, whole: bool, start: Floats | None) -> Program:
        cost, high = np.concatenate(self.cost), np.concatenate(self.high)
        if start is not None and start.size != cost.size:
            start = None
        return Program(
            cost=cost,
            most=np.concatenate(self.most),
            whole=np.full(cost.size, whole),
            low=np.concatenate(self.low),
            high=high,
            row=np.concatenate(self.row),
            column=np.concatenate(self.column),
            value=np.concatenate(self.value),
            start=start,
        )


def _add_distinct(problem: Reduced, chosen: Ints, parts: _Parts, *, whole: bool) -> list[Ints]:
    """A column per value in use: an edge needs the value of its seat, and only so many may be used; returns the seats of the rows."""
    linked = []
    for one in problem.model.limits.distinct:
        taken = one.code[problem.model.pinned[problem.model.pinned >= 0]]
        free = one.code[problem.seat[chosen]]
        needs = np.flatnonzero((free >= 0) & ~np.isin(free, taken))
        values = np.unique(free[needs])
        first_column = sum(part.size for part in parts.cost)
        first_row = sum(part.size for part in parts.low)
        left = one.most - np.unique(taken[taken >= 0]).size
        # One row per person and value where that is tight, else per seat: per seat it is, with its openings as the weight.
        seat_value, seat_row = np.unique(problem.seat[chosen][needs], return_inverse=True)
        value_of = np.searchsorted(values, one.code[seat_value])
        rows = seat_value.size
        most = problem.openings[seat_value]
        if whole:  # edges that are not among these may still come
            most = np.minimum(most, np.bincount(seat_row, minlength=rows))
        parts.cost.append(np.zeros(values.size))
        parts.most.append(np.ones(values.size))
        parts.low.append(np.full(rows + 1, -np.inf))
        parts.high.append(np.concatenate([np.zeros(rows), [float(left)]]))
        parts.row += [first_row + seat_row, first_row + np.arange(rows), np.full(values.size, first_row + rows)]
        parts.column += [needs, first_column + value_of, first_column + np.arange(values.size)]
        parts.value += [np.ones(needs.size), -most.astype(np.float64), np.ones(values.size)]
        linked.append(seat_value)
    return linked


def _most_broken(problem: Reduced, breakable: Ints) -> Floats:
    """How many units a soft row can be broken by at all: integer solvers want an end to everything."""
    w = problem.weights
    total = np.zeros(len(problem.rows))
    np.add.at(total, w.row, np.abs(w.weight).astype(np.float64))
    out = np.empty(breakable.size)
    for at, k in enumerate(breakable.tolist()):
        row = problem.rows[k]
        assert row.soft is not None
        most = abs(problem.bound[k]) + total[k]
        out[at] = np.ceil(most / row.soft.unit) + 1
    return out


def _start(problem: Reduced, chosen: Ints, keep: Ints | None, columns: int) -> Floats | None:
    """Only where every column is an edge: a start is a hint, and half a hint misleads."""
    if keep is None or columns != chosen.size:
        return None
    out = np.zeros(columns)
    out[np.searchsorted(chosen, keep)] = 1.0
    return out
