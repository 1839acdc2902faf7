"""The model as solvers see it: pinned rows taken out, weights side by side, everything in flat arrays."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SolverError
from matcher.model.edges import Edges
from matcher.model.limits import LimitedModel, Product, Row
from matcher.solvers.guards import exact_dot, exact_sum, require_edges, require_openings

Ints = NDArray[np.int64]
_AT_ONCE = 1 << 20


class Weights(NamedTuple):
    """What edges weigh on rows: edge ``e`` owns ``start[e]`` to ``start[e + 1]``; every row at most once per edge, ascending."""

    start: Ints
    row: NDArray[np.int32]
    weight: Ints


@dataclass(frozen=True, slots=True)
class Reduced:
    """What is left to decide.

    Attributes
    ----------
    owner, seat, points
        Of every edge that a row without a pin could have: int64 each, sorted by row, then seat. Edges worth nothing stand here too: they
        count in the bound, but no plan uses them.
    number
        Of each of them in the edges of the model.
    start
        int64, shape ``(rows + 1,)``: edges of every row; none for a pinned one.
    weights
        Beside them.
    openings, bound
        What the pins leave.
    pinned_points, pinned_used
        What the pins bring and use.
    """

    model: LimitedModel
    owner: Ints
    seat: Ints
    points: Ints
    number: Ints
    start: Ints
    weights: Weights
    openings: Ints
    bound: tuple[int, ...]
    pinned_points: int
    pinned_used: tuple[int, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """The limits."""
        return self.model.limits.rows

    @property
    def useful(self) -> NDArray[np.bool_]:
        """Which edges a plan may use."""
        return self.points > 0

    def used(self, chosen: Ints) -> list[int]:
        """Use of every limit by some edges, pins not counted: Python's integers."""
        own = slices(self.weights.start, chosen)
        row, weight = self.weights.row[own], self.weights.weight[own]
        return [exact_sum(weight[row == k]) for k in range(len(self.rows))] if row.size else [0] * len(self.rows)


def reduced(model: LimitedModel) -> Reduced:
    """Take the pinned rows out.

    Raises
    ------
    SolverError
        A pinned row has no such edge, or the shapes do not fit.
    InputError
        Points too large to add up.
    """
    edges, pinned = model.edges, model.pinned
    require_openings(model.openings)
    require_edges(edges, model.openings.size)
    if pinned.shape != (edges.rows,):
        raise SolverError("There must be one pin, or none, per row.")
    owner = edges.row_of().astype(np.int64)
    held = pinned[owner] == edges.seat
    if int(held.sum()) != int((pinned >= 0).sum()):
        raise SolverError("A pinned row has no edge to its seat.")
    openings = model.openings - np.bincount(pinned[pinned >= 0], minlength=model.openings.size)
    mine = np.flatnonzero(held)
    limits = len(model.limits.rows)
    pin_weights = weights_of(model, owner, mine)
    used = [exact_sum(pin_weights.weight[pin_weights.row == k]) for k in range(limits)]
    free = np.flatnonzero((pinned[owner] < 0) & (openings[edges.seat] > 0))
    start = np.concatenate([[0], np.cumsum(np.bincount(owner[free], minlength=edges.rows))]).astype(np.int64)
    return Reduced(
        model=model,
        owner=owner[free],
        seat=edges.seat[free].astype(np.int64),
        points=edges.points[free],
        number=free,
        start=start,
        weights=weights_of(model, owner, free),
        openings=openings,
        bound=tuple(row.bound - taken for row, taken in zip(model.limits.rows, used, strict=True)),
        pinned_points=exact_sum(edges.points[mine]),
        pinned_used=tuple(used),
    )


def weights_of(model: LimitedModel, owner: Ints, chosen: Ints) -> Weights:
    """Gather the weights of some edges from products and from what is written per edge."""
    parts = [_gathered(model, owner, chosen[at : at + _AT_ONCE]) for at in range(0, chosen.size, _AT_ONCE)]
    if not parts:
        return Weights(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64))
    count = np.concatenate([part.start for part in parts])
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return Weights(start, np.concatenate([part.row for part in parts]), np.concatenate([part.weight for part in parts]))


def slices(start: Ints, chosen: Ints) -> Ints:
    """Places of the entries of some rows of a compressed table, row by row."""
    count = start[chosen + 1] - start[chosen]
    before = np.cumsum(count) - count
    return np.repeat(start[chosen] - before, count) + np.arange(int(count.sum()))


def _gathered(model: LimitedModel, owner: Ints, chosen: Ints) -> Weights:
    """Weights of a few edges, with their number per edge in place of `Weights.start`."""
    person, seat = owner[chosen], model.edges.seat[chosen].astype(np.int64)
    at, row, weight = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for product in model.limits.products:
        place, value = _of_product(product, person, seat)
        at.append(place)
        row.append(np.full(place.size, product.row))
        weight.append(value)
    own = slices(model.weights.start, chosen)
    count = model.weights.start[chosen + 1] - model.weights.start[chosen]
    at.append(np.repeat(np.arange(chosen.size), count))
    row.append(model.weights.row[own].astype(np.int64))
    weight.append(model.weights.weight[own])
    return _added(np.concatenate(at), np.concatenate(row), np.concatenate(weight), chosen.size, len(model.limits.rows))


def _of_product(product: Product, person: Ints, seat: Ints) -> tuple[Ints, Ints]:
    value = product.person[person]
    place = np.flatnonzero(value)
    value = value[place] * product.seat[seat[place]]
    there = np.flatnonzero(value)
    return place[there], value[there]


def _added(at: Ints, row: Ints, weight: Ints, edges: int, rows: int) -> Weights:
    """Add up what falls on the same edge and row."""
    key = at * max(1, rows) + row
    order = np.argsort(key, kind="stable")
    key, weight = key[order], weight[order]
    first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if key.size else np.zeros(0, np.int64)
    total = np.add.reduceat(weight, first) if first.size else np.zeros(0, np.int64)
    key = key[first]
    keep = total != 0
    key, total = key[keep], total[keep]
    at, row = key // max(1, rows), key % max(1, rows)
    return Weights(np.bincount(at, minlength=edges), row.astype(np.int32), total)


def edges_of(problem: Reduced) -> Edges:
    """The edges that are left, as a source would offer them."""
    return Edges(problem.start, problem.seat.astype(np.int32), problem.points)


def points_of_plan(problem: Reduced, chosen: Ints) -> int:
    """Points of some edges and of the pins."""
    return exact_sum(problem.points[chosen]) + problem.pinned_points


def penalties_of(problem: Reduced, used: list[int]) -> tuple[int, bool]:
    """Points lost on soft rows, and whether every hard one holds; ``used`` without the pins."""
    lost, holds = 0, True
    for row, bound, use in zip(problem.rows, problem.bound, used, strict=True):
        over = max(0, row.sign * (use - bound))
        if row.soft is None:
            holds &= over == 0
        else:
            lost += row.soft.weight * -(-over // row.soft.unit)
    return lost, holds


def rent(problem: Reduced, price: Ints) -> int:
    """What the openings that are left cost."""
    return exact_dot(problem.openings, price)
