"""The optimum and its prices, exactly, in plain ints: one person at a time along the cheapest chain of moves.

A chain: somebody takes a seat at j; if j is full, somebody there moves on to k, and so on, until a free seat is found
or the last one stays without work (OUT). With every step the cheapest, each intermediate plan is optimal for the people
let in so far. The prices come from the same chains: see :func:`prices`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Points = Mapping[str, Mapping[str, int]]  # person -> vacancy -> points
INFINITE = 10**30


@dataclass
class Plan:
    """An optimal assignment and what it is worth."""

    seat_of: dict[str, str]
    total: int


def worthwhile(points: Points) -> dict[str, dict[str, int]]:
    """Only points above zero: nobody has to be assigned."""
    return {person: {v: w for v, w in row.items() if w > 0} for person, row in points.items()}


def solve(points: Points, openings: Mapping[str, int]) -> Plan:
    """The assignment with the most points: each person at most one seat, each vacancy at most its openings."""
    worth = worthwhile(points)
    seat_of: dict[str, str] = {}
    filled = dict.fromkeys(openings, 0)
    for person, row in worth.items():
        cost = {vacancy: -w for vacancy, w in row.items()}  # cheapest way to bring one more person to each vacancy
        comes_from: dict[str, tuple[str, str] | None] = dict.fromkeys(cost)  # (vacancy left, who left it)
        changed = True
        while changed:
            changed = False
            for mover, at in seat_of.items():
                if at not in cost or filled[at] < openings[at]:
                    continue
                leaving = cost[at] + worth[mover][at]
                for to, w in worth[mover].items():
                    if leaving - w < cost.get(to, INFINITE):
                        cost[to] = leaving - w
                        comes_from[to] = (at, mover)
                        changed = True
        # Where the chain ends: in a free seat, or with somebody left out (None: the newcomer).
        best, free_seat, left_out = 0, None, None
        for vacancy, c in cost.items():
            if filled[vacancy] < openings[vacancy] and c < best:
                best, free_seat, left_out = c, vacancy, None
        for mover, at in seat_of.items():
            if at in cost and filled[at] >= openings[at] and cost[at] + worth[mover][at] < best:
                best, free_seat, left_out = cost[at] + worth[mover][at], None, mover
        if best == 0:
            continue
        if left_out is not None:
            vacancy = seat_of.pop(left_out)
        else:
            assert free_seat is not None
            vacancy = free_seat
            filled[vacancy] += 1
        while (step := comes_from[vacancy]) is not None:
            before, mover = step
            seat_of[mover] = vacancy
            vacancy = before
        seat_of[person] = vacancy
    return Plan(seat_of, sum(worth[person][vacancy] for person, vacancy in seat_of.items()))


def prices(points: Points, openings: Mapping[str, int], plan: Plan) -> tuple[dict[str, int | None], dict[str, int]]:
    """What the optimum loses with one opening less, and gains with one more, for every vacancy.

    Both are a re-solve from an optimal plan, done by the cheapest chain of moves. One opening less at a full vacancy:
    one person leaves it, and the chain runs on to a free seat or to OUT. One more: a chain that begins at OUT, or with
    somebody who leaves a seat behind, and ends in the new seat. All cheapest chains come from Floyd and Warshall's
    three lines; a plan that is not optimal would show as a chain back to its start that costs less than nothing.
    :func:`prices_by_resolving` is the definition itself; the tests hold the two together.
    """
    worth = worthwhile(points)
    out = ""
    nodes = [out, *openings]
    chain: dict[str, dict[str, int]] = {a: {a: 0} for a in nodes}

    def offer(a: str, b: str, cost: int) -> None:
        if cost < chain[a].get(b, INFINITE):
            chain[a][b] = cost

    filled = dict.fromkeys(openings, 0)
    for person, row in worth.items():
        at = plan.seat_of.get(person)
        if at is not None:
            filled[at] += 1
            offer(at, out, row[at])
        for to, w in row.items():
            if to != at:
                offer(at or out, to, (row[at] if at is not None else 0) - w)
    for vacancy, seats in openings.items():
        if filled[vacancy] < seats:
            offer(vacancy, out, 0)  # the chain ends in a free seat
        if filled[vacancy] > 0:
            offer(out, vacancy, 0)  # the chain begins by leaving a seat behind
    for via in nodes:
        for a in nodes:
            first = chain[a].get(via)
            if first is not None:
                row_a = chain[a]
                for b, second in chain[via].items():
                    if first + second < row_a.get(b, INFINITE):
                        row_a[b] = first + second
    assert all(chain[a][a] == 0 for a in nodes), "the plan is not optimal"
    price = {vacancy: chain[vacancy][out] if seats > 0 else None for vacancy, seats in openings.items()}
    price_next = {vacancy: max(0, -chain[out].get(vacancy, 0)) for vacancy in openings}
    return price, price_next


def prices_by_resolving(points: Points, openings: Mapping[str, int]) -> tuple[dict[str, int | None], dict[str, int]]:
    """The same two numbers by their definition: solve again, with one opening less and with one more."""
    total = solve(points, openings).total
    price: dict[str, int | None] = {}
    price_next = {}
    for vacancy, seats in openings.items():
        price[vacancy] = total - solve(points, {**openings, vacancy: seats - 1}).total if seats > 0 else None
        price_next[vacancy] = solve(points, {**openings, vacancy: seats + 1}).total - total
    return price, price_next


def upper_bound(points: Points, openings: Mapping[str, int], price: Mapping[str, int | None]) -> int:
    """What published prices prove; a vacancy without openings has no price and no seat to claim."""
    rent = sum(openings[vacancy] * p for vacancy, p in price.items() if p is not None)
    wishes = 0
    for row in points.values():
        margins = [w - p for vacancy, w in row.items() if (p := price[vacancy]) is not None]
        wishes += max([0, *margins])
    return rent + wishes
