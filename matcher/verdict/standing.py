"""Where everybody stands among all eligible pairs: rank, next best, and what was missing to win."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.model.edges import Edges

ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """One entry per row (person).

    Attributes
    ----------
    rank
        int64: 1 + eligible seats with strictly more points than the row's own seat; 0 where it has none.
    alternatives
        int32, shape ``(rows, 3)``: the next eligible seats with openings by points minus price, ties to the lower seat; -1 fills up,
        and a row without a seat has none.
    best_seat
        int32: the eligible seat with openings and points above 0 whose price exceeds the points by least, ties to the lower seat; -1: none.
    best_points, shortfall
        int64: its points, and its price minus those; 0 where there is none.
    winnable
        bool: an eligible seat has points above 0 and either points above its price or a free opening.
    """

    rank: NDArray[np.int64]
    alternatives: NDArray[np.int32]
    best_seat: NDArray[np.int32]
    best_points: NDArray[np.int64]
    shortfall: NDArray[np.int64]
    winnable: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Market:
    """The seats as the plan leaves them: int64, shape ``(seats,)`` each.

    ``price`` of a seat without openings is never read.
    """

    openings: NDArray[np.int64]
    filled: NDArray[np.int64]
    price: NDArray[np.int64]


def standing(
    shards: Iterable[Edges], seat_of: NDArray[np.int32], own_points: NDArray[np.int64], market: Market
) -> Standing:
    """Compare every row's own seat with all its others.

    Parameters
    ----------
    shards
        All eligible edges; consecutive blocks of rows that together hold every row once, so that memory stays bounded by a block.
    seat_of
        int32, shape ``(rows,)``: the row's own seat, -1 for none.
    own_points
        int64, shape ``(rows,)``: points of the own pair; not read where there is none.
    """
    parts = []
    begin = 0
    for edges in shards:
        end = begin + edges.rows
        if end <= seat_of.size:
            parts.append(_of_block(edges, seat_of[begin:end], own_points[begin:end], market))
        begin = end
    if begin != seat_of.size:
        raise ValueError(f"The edges cover {begin} rows and the plan {seat_of.size}; every row must be covered once.")
    if len(parts) == 1:
        return parts[0]
    nothing = _of_block(
        Edges(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64)), seat_of[:0], own_points[:0], market
    )
    parts = parts or [nothing]
    return Standing(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Standing)))


def _of_block(edges: Edges, seat_of: NDArray[np.int32], own_points: NDArray[np.int64], market: Market) -> Standing:
    rows = edges.rows
    row, count = edges.row_of(), np.diff(edges.start)
    placed = seat_of >= 0
    own = np.repeat(seat_of, count)
    better = (edges.points > np.repeat(own_points, count)) & (own >= 0)
    rank = np.where(placed, 1 + np.bincount(row[better], minlength=rows), 0)

    openings = market.openings[edges.seat]
    price = market.price[edges.seat]
    gain = _minus(edges.points, price)
    worth = (openings > 0) & (edges.points > 0)
    best = _first_best(edges, row, gain, worth)
    found = best >= 0
    at = best[found]
    best_seat = np.full(rows, -1, dtype=np.int32)
    best_points, shortfall = np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64)
    best_seat[found], best_points[found], shortfall[found] = edges.seat[at], edges.points[at], -gain[at]
    free = market.filled[edges.seat] < openings
    winnable = np.zeros(rows, dtype=np.bool_)
    winnable[row[worth & ((gain > 0) | free)]] = True

    alternatives = np.full((rows, ALTERNATIVES), -1, dtype=np.int32)
    usable = (openings > 0) & (own >= 0) & (edges.seat != own)
    for place in range(ALTERNATIVES):
        best = _first_best(edges, row, gain, usable)
        found = best >= 0
        alternatives[found, place] = edges.seat[best[found]]
        usable[best[found]] = False
    return Standing(rank.astype(np.int64), alternatives, best_seat, best_points, shortfall, winnable)


def _minus(points: NDArray[np.int64], price: NDArray[np.int64]) -> NDArray[Any]:
    """``points - price``, exact: in Python's own integers where a pair is worth less than int64 can hold."""
    if not points.size or int(points.min()) - int(price.max()) >= np.iinfo(np.int64).min:
        return points - price
    return np.subtract(points, price, dtype=object)


def _first_best(
    edges: Edges, row: NDArray[np.int32], gain: NDArray[Any], usable: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Edge with the largest gain among the usable ones of each row, the first of equals; -1 where a row has none."""
    out = np.full(edges.rows, -1, dtype=np.int64)
    if not usable.any():
        return out
    count = np.diff(edges.start)
    some = count > 0
    floor = gain.min()
    masked = np.where(usable, gain, floor)
    largest = np.full(edges.rows, floor, dtype=gain.dtype)
    largest[some] = np.maximum.reduceat(masked, edges.start[:-1][some])
    hits = np.flatnonzero(usable & (masked == np.repeat(largest, count)))
    first = np.ones(hits.size, dtype=np.bool_)
    first[1:] = row[hits[1:]] != row[hits[:-1]]
    out[row[hits[first]]] = hits[first]
    return out
