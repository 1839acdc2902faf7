"""Small models with limits, as the solver gets them, and the same as a puzzle for the oracle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.random import Generator

from matcher.model.edges import Edges
from matcher.model.limits import (
    PRICE_BITS,
    Cut,
    Distinct,
    EdgeWeights,
    LimitedModel,
    Limits,
    Product,
    Row,
    Sense,
    Soft,
    ValueCut,
)
from tests.oracle.puzzle import Limit, Option, Puzzle

DOMAINS: list[tuple[int, int]] = [(1, 1), (1, 3), (-5, 20), (1, 1000), (0, 1_000_000), (990_000, 1_000_000)]


def weights_of(model: LimitedModel) -> list[dict[int, int]]:
    """Per edge its weight on every row: what is written for it and all products together."""
    edges, found = model.edges, []
    for at, row in enumerate(edges.row_of().tolist()):
        total: dict[int, int] = {}
        for w in range(int(model.weights.start[at]), int(model.weights.start[at + 1])):
            limit = int(model.weights.row[w])
            total[limit] = total.get(limit, 0) + int(model.weights.weight[w])
        for product in model.limits.products:
            amount = int(product.person[row]) * int(product.seat[int(edges.seat[at])])
            total[product.row] = total.get(product.row, 0) + amount
        found.append({limit: weight for limit, weight in total.items() if weight})
    return found


def puzzle_of(model: LimitedModel) -> Puzzle:
    """The same model in the oracle's words."""
    weights = weights_of(model)
    options: dict[Any, list[Option]] = {row: [] for row in range(model.edges.rows)}
    for at, row in enumerate(model.edges.row_of().tolist()):
        options[row].append(Option(int(model.edges.seat[at]), int(model.edges.points[at]), weights[at]))
    limits: Mapping[Any, Limit] = {
        k: Limit(row.sense.value, row.bound, row.soft.unit if row.soft else 1, row.soft.weight if row.soft else None)
        for k, row in enumerate(model.limits.rows)
    }
    return Puzzle(
        options=options,
        openings=dict(enumerate(model.openings.tolist())),
        limits=limits,
        must={row: seat for row, seat in enumerate(model.pinned.tolist()) if seat >= 0},
        distinct=tuple(
            ({seat: code for seat, code in enumerate(one.code.tolist()) if code >= 0}, one.most)
            for one in model.limits.distinct
        ),
    )


def bound_of(
    model: LimitedModel,
    seat_prices: list[int],
    row_prices: list[int],
    cuts: Sequence[Cut] = (),
    value_cuts: Sequence[ValueCut] = (),
) -> int:
    """What prices prove, by the formula: seats in points, rows in 2^-20 points per whole number."""
    weights, edges = weights_of(model), model.edges
    pinned, openings = model.pinned.tolist(), model.openings.tolist()
    held = [0] * len(openings)
    for seat in pinned:
        if seat >= 0:
            held[seat] += 1
    y = [Fraction(price, 2**PRICE_BITS) for price in row_prices]
    total = Fraction(sum(o * p for o, p in zip(openings, seat_prices, strict=True)))
    total += sum((row.bound * price for row, price in zip(model.limits.rows, y, strict=True)), start=Fraction(0))
    total += sum((cut.bound * Fraction(cut.price, 2**PRICE_BITS) for cut in (*cuts, *value_cuts)), start=Fraction(0))
    rents = [rents_of_values(model, cut) for cut in value_cuts]
    for person in range(edges.rows):
        margins = []
        for at in range(int(edges.start[person]), int(edges.start[person + 1])):
            seat = int(edges.seat[at])
            own = pinned[person] == seat
            if (pinned[person] >= 0 and not own) or (not own and openings[seat] <= held[seat]):
                continue
            rent = sum((weight * y[k] for k, weight in weights[at].items()), start=Fraction(0))
            rent += sum((rent_of_cut(cut, person, weights[at]) for cut in cuts), start=Fraction(0))
            rent += sum((one.get(seat, Fraction(0)) for one in rents), start=Fraction(0))
            margins.append(int(edges.points[at]) - seat_prices[seat] - rent)
        total += max(margins) if pinned[person] >= 0 else max([Fraction(0), *margins])
    return int(total.__floor__())


def rents_of_values(model: LimitedModel, cut: ValueCut) -> dict[int, Fraction]:
    """What an edge pays by seat, once it is sure that the cut says no more than the number of values asks."""
    one, openings = model.limits.distinct[cut.distinct], model.openings.tolist()
    pinned = {int(one.code[seat]) for seat in model.pinned.tolist() if seat >= 0} - {-1}
    weight = dict(zip(cut.seat.tolist(), cut.weight.tolist(), strict=True))
    heavy: dict[int, int] = {}
    for seat, own in weight.items():
        code = int(one.code[seat])
        assert own >= 1 and code >= 0 and code not in pinned
        heavy[code] = heavy.get(code, 0) + own * openings[seat]
    assert cut.bound == sum(sorted(heavy.values())[::-1][: max(0, one.most - len(pinned))])
    return {seat: Fraction(own * cut.price, 2**PRICE_BITS) for seat, own in weight.items()}


def rent_of_cut(cut: Cut, person: int, weight: Mapping[int, int]) -> Fraction:
    """What an edge pays: what its person weighs, if it takes something of the limit that the cut comes from."""
    own = dict(zip(cut.person.tolist(), cut.weight.tolist(), strict=True)).get(person, 0)
    return Fraction(own * cut.price, 2**PRICE_BITS) if weight.get(cut.row) else Fraction(0)


# --- drawing ------------------------------------------------------------------------------------------------------


def draw_edges(rng: Generator, people: int, seats: int) -> Edges:
    low, high = DOMAINS[rng.integers(len(DOMAINS))]
    density = rng.choice([0.3, 0.6, 1.0])
    held = rng.random((people, seats)) < density
    points = rng.integers(low, high + 1, (people, seats))
    if rng.random() < 0.3:  # people are alike
        points[:] = points[:1]
    row, seat = np.nonzero(held)
    start = np.concatenate([[0], np.cumsum(held.sum(axis=1))]).astype(np.int64)
    return Edges(start, seat.astype(np.int32), points[row, seat].astype(np.int64))


def draw_rows(rng: Generator, people: int, top: int) -> tuple[Row, ...]:
    """Hard and soft rows with bounds from plainly too tight to never reached."""
    rows = []
    for k in range(int(rng.integers(0, 5))):
        sense = Sense.AT_LEAST if rng.random() < 0.3 else Sense.AT_MOST
        soft = None
        if rng.random() < 0.35:
            soft = Soft(weight=int(rng.choice([1, 2, max(1, top // 3), 2 * top + 1])), unit=int(rng.choice([1, 1, 4])))
        top_bound = people if sense is Sense.AT_LEAST and soft is None else 3 * people
        bound = int(rng.integers(-1 if rng.random() < 0.1 else 0, top_bound + 1))
        rows.append(Row(name=f"r{k}", kind="quota", id="", sense=sense, bound=bound, scale=1, soft=soft))
    return tuple(rows)


def draw_weights(rng: Generator, rows: int, edges: int) -> EdgeWeights:
    """A few numbers per edge; one row may occur twice in an edge and adds up."""
    count = rng.integers(0, 3, edges) if rows and rng.random() < 0.7 else np.zeros(edges, dtype=np.int64)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    size = int(start[-1])
    row = rng.integers(0, max(rows, 1), size).astype(np.int32)
    weight = rng.choice(np.array([-2, -1, 1, 1, 2, 3, 7], dtype=np.int64), size)
    return EdgeWeights(start, row, weight)


def draw_products(rng: Generator, rows: int, people: int, seats: int) -> tuple[Product, ...]:
    found = []
    for row in range(rows):
        for _ in range(int(rng.choice([0, 1, 1, 2]))):
            person = rng.choice([0, 1, 1, 1, 2, 3], people).astype(np.int64)
            seat = rng.choice([0, 1, 1, 1, 2], seats).astype(np.int64)
            if rng.random() < 0.1:
                seat = -seat
            found.append(Product(row, person, seat))
    return tuple(found)


def draw_pins(rng: Generator, edges: Edges, openings: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """A pinned pair has its edge; a seat may be pinned more often than it has openings."""
    pinned = np.full(edges.rows, -1, dtype=np.int32)
    if rng.random() < 0.3:
        for person in range(edges.rows):
            own = edges.seat[edges.start[person] : edges.start[person + 1]]
            if own.size and rng.random() < 0.25:
                seat = rng.choice(own)
                if openings[seat] > 0 or rng.random() < 0.1:
                    pinned[person] = seat
    return pinned


def random_limited_model(seed: int, people: int, seats: int) -> LimitedModel:
    """A model of at most this size; the same seed gives the same one."""
    rng = np.random.default_rng([seed, people, seats])
    people, seats = int(rng.integers(0, people + 1)), int(rng.integers(1, seats + 1))
    edges = draw_edges(rng, people, seats)
    openings = rng.choice([0, 1, 1, 1, 2, 3, 2**31 - 1], seats).astype(np.int64)
    rows = draw_rows(rng, people, int(edges.points.max(initial=1)))
    distinct: tuple[Distinct, ...] = ()
    if rng.random() < 0.15:
        distinct = (Distinct("d", rng.integers(-1, 3, seats).astype(np.int32), int(rng.integers(0, 3))),)
    limits = Limits(rows, draw_products(rng, len(rows), people, seats), distinct)
    return LimitedModel(
        edges, draw_weights(rng, len(rows), len(edges)), openings, draw_pins(rng, edges, openings), limits
    )


def coached_model(seed: int, people: int, seats: int) -> LimitedModel:
    """One or two limits of which people take different shares, which do not fill them."""
    rng = np.random.default_rng([seed, people, seats, 5])
    edges = draw_edges(rng, people, seats)
    openings = rng.choice([1, 1, 2, 3], seats).astype(np.int64)
    rows, products = [], []
    for k in range(int(rng.integers(1, 3))):
        size = rng.choice([0, 3, 4, 5, 7, 9], people).astype(np.int64) * int(rng.choice([1, 50]))
        bound = int(size.sum() * rng.uniform(0.2, 0.7))
        scale = int(rng.choice([1, 10]))
        rows.append(Row(name=f"r{k}", kind="coaches", id="", sense=Sense.AT_MOST, bound=bound, scale=scale))
        products.append(Product(k, size, rng.choice([0, 1, 1, 1, 2], seats).astype(np.int64)))
    pinned = draw_pins(rng, edges, openings) if rng.random() < 0.3 else np.full(people, -1, dtype=np.int32)
    empty = np.zeros(0, dtype=np.int64)
    weights = EdgeWeights(np.zeros(len(edges) + 1, dtype=np.int64), empty.astype(np.int32), empty)
    return LimitedModel(edges, weights, openings, pinned, Limits(tuple(rows), tuple(products), ()))


def middle_model(seed: int) -> LimitedModel:
    """Some dozens of people under a handful of rows that bind: too large to try, small enough for a general solver."""
    rng = np.random.default_rng([seed, 7])
    people, seats = int(rng.integers(15, 60)), int(rng.integers(4, 25))
    held = rng.random((people, seats)) < rng.choice([0.2, 0.5])
    row, seat = np.nonzero(held)
    start = np.concatenate([[0], np.cumsum(held.sum(axis=1))]).astype(np.int64)
    top = int(rng.choice([3, 100, 10_000]))
    edges = Edges(start, seat.astype(np.int32), rng.integers(-1, top + 1, row.size).astype(np.int64))
    openings = rng.choice([1, 1, 2, 3, 8], seats).astype(np.int64)
    placed = min(people, int(openings.sum()))
    rows: list[Row] = []
    products: list[Product] = []
    for k in range(int(rng.integers(1, 7))):
        person = rng.choice([0, 1, 1, 2, 5] if rng.random() < 0.5 else [0, 1], people).astype(np.int64)
        at = rng.choice([0, 1], seats, p=[0.5, 0.5]).astype(np.int64)
        reach = max(1, int(placed * person.mean() * at.mean()))
        sense = Sense.AT_LEAST if rng.random() < 0.3 else Sense.AT_MOST
        share = rng.uniform(0.2, 0.8) if sense is Sense.AT_MOST else rng.uniform(0.5, 1.2)
        soft = Soft(weight=int(rng.integers(1, 2 * top))) if rng.random() < 0.5 else None
        rows.append(Row(name=f"r{k}", kind="quota", id="", sense=sense, bound=int(reach * share), scale=1, soft=soft))
        products.append(Product(k, person, at))
    if rng.random() < 0.5:  # an amount per pair: money
        rows.append(Row(name="money", kind="budget", id="", sense=Sense.AT_MOST, bound=int(placed * 600), scale=100))
        amount = rng.integers(0, 2500, row.size)
        spent = np.flatnonzero(amount)
        weights = EdgeWeights(
            np.concatenate([[0], np.cumsum(amount > 0)]).astype(np.int64),
            np.full(spent.size, len(rows) - 1, dtype=np.int32),
            amount[spent].astype(np.int64),
        )
    else:
        empty = np.zeros(0, dtype=np.int64)
        weights = EdgeWeights(np.zeros(row.size + 1, dtype=np.int64), empty.astype(np.int32), empty)
    limits = Limits(tuple(rows), tuple(products), ())
    return LimitedModel(edges, weights, openings, np.full(people, -1, dtype=np.int32), limits)
