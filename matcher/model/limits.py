"""Limits beyond seats: rows of whole numbers over the assigned pairs, and what pairs cost at their prices.

A limit says that a sum of weights over the assigned pairs stays at or below a bound, or at or above it. Most weights are a number of the
person times a number of the vacancy (a coach's hours, a cap of an employer, a quota of young people in a sector): such a row is never
written out per pair. What depends on the pair itself (an amount of subsidy, a chance) is written per edge.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matcher.model.edges import Edges

PRICE_BITS = 20
"""Prices of rows are whole numbers of 2^-20 points per whole number of weight."""

CUT = "cut"
"""Kind of a row that nobody stated: it follows from a limit, because people are whole; see `Cut`."""


class Sense(StrEnum):
    """Which side of its bound a row stays on."""

    AT_MOST = "<="
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True, kw_only=True)
class Soft:
    """A row that may be broken at a price.

    Attributes
    ----------
    weight
        Points lost per unit short or over, at least 1.
    unit
        Whole numbers of the row in one such unit; a part of a unit counts as a whole one.
    """

    weight: int
    unit: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One limit.

    Attributes
    ----------
    name, kind, id
        What it is called, what sort of limit it is, and whose (a key of the table that states it; empty for the policy's own).
    bound
        In whole numbers.
    scale
        Whole numbers in one unit of the people who stated it: 100 for euros and hours, 1 for counts.
    soft
        None: may never be broken.
    """

    name: str
    kind: str
    id: str
    sense: Sense
    bound: int
    scale: int = 1
    soft: Soft | None = None

    @property
    def sign(self) -> int:
        """1 where the price is at least 0 (at most), -1 where it is at most 0 (at least)."""
        return 1 if self.sense is Sense.AT_MOST else -1

    def units_broken(self, used: int) -> int:
        """Units by which a use breaks the row; for a hard row any positive number says that it does."""
        over = max(0, self.sign * (used - self.bound))
        unit = self.soft.unit if self.soft else 1
        return -(-over // unit)


@dataclass(frozen=True, slots=True)
class Product:
    """Weights of one row that are a number of the person times a number of the seat; a row may have several, which add up.

    Attributes
    ----------
    person, seat
        int64, shapes ``(rows of the edges,)`` and ``(seats,)``.
    """

    row: int
    person: NDArray[np.int64]
    seat: NDArray[np.int64]

    def __post_init__(self) -> None:
        self.person.setflags(write=False)
        self.seat.setflags(write=False)


@dataclass(frozen=True, slots=True)
class Distinct:
    """At most so many different values of a column among the seats in use.

    Attributes
    ----------
    code
        int32, shape ``(seats,)``: the value of each seat, -1 for none, which does not count.
    """

    name: str
    code: NDArray[np.int32]
    most: int

    def __post_init__(self) -> None:
        self.code.setflags(write=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits of a problem; which weights a pair has on them, but for those that are written per edge."""

    rows: tuple[Row, ...] = ()
    products: tuple[Product, ...] = ()
    distinct: tuple[Distinct, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows or self.distinct)


@dataclass(frozen=True, slots=True)
class EdgeWeights:
    """Weights written per edge, in compressed rows: edge ``e`` owns ``start[e]`` to ``start[e + 1]``.

    Attributes
    ----------
    start
        int64, shape ``(edges + 1,)``.
    row
        int32: the limit; the same one may occur more than once in an edge, and then adds up.
    weight
        int64, not 0.
    """

    start: NDArray[np.int64]
    row: NDArray[np.int32]
    weight: NDArray[np.int64]

    def __post_init__(self) -> None:
        for column in (self.start, self.row, self.weight):
            column.setflags(write=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What whole people cannot do under one limit, though fractions of people could: weights, and the most that fits.

    Attributes
    ----------
    row
        The limit it comes from. An edge weighs what its person does where it takes something of that limit, else nothing.
    person, weight
        int64: rows (people), ascending, none of them pinned, and their weights, at least 1.
    bound
        The largest sum of weights of people who fit under the limit together, each with the least he can take of it, beside the pins.
    bound_next
        The same where the limit has room for one unit more, in the unit of the people who stated it.
    price
        2^-20 points per unit of weight.
    """

    row: int
    person: NDArray[np.int64]
    weight: NDArray[np.int64]
    bound: int
    bound_next: int
    price: int = 1 << PRICE_BITS

    def __post_init__(self) -> None:
        self.person.setflags(write=False)
        self.weight.setflags(write=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueCut:
    """What a number of different values asks of seats: rent is owed for the values in use only, whichever those are.

    Attributes
    ----------
    distinct
        The number of values it comes from, counted among those. An edge weighs what its seat does.
    seat, weight
        int64: seats, ascending, each with a value that no pin uses, and their weights per opening, at least 1.
    bound
        The largest sum of weights of all openings of as many values as are left beside those of pins.
    price
        2^-20 points per unit of weight.
    """

    distinct: int
    seat: NDArray[np.int64]
    weight: NDArray[np.int64]
    bound: int
    price: int = 1 << PRICE_BITS

    def __post_init__(self) -> None:
        self.seat.setflags(write=False)
        self.weight.setflags(write=False)


def no_weights(edges: int) -> EdgeWeights:
    """Nothing is written per edge."""
    return EdgeWeights(np.zeros(edges + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True)
class LimitedModel:
    """Everything a solver needs to know where limits hold.

    Attributes
    ----------
    edges
        All eligible edges, whatever they are worth.
    weights
        What is written per edge, beside the products.
    openings
        int64, shape ``(seats,)``.
    pinned
        int32, shape ``(rows,)``: the seat a row must have, -1 for none. The edge exists.
    """

    edges: Edges
    weights: EdgeWeights
    openings: NDArray[np.int64]
    pinned: NDArray[np.int32]
    limits: Limits

    def __post_init__(self) -> None:
        self.openings.setflags(write=False)
        self.pinned.setflags(write=False)
