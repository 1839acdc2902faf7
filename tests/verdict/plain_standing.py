"""The slow twin of where everybody stands among all eligible pairs: from a list of them."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.model.edges import Edges
from matcher.model.standing import ALTERNATIVES, Market, Standing


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
