"""People change places, millions of times: compiled moves over rows of whole numbers.

Somebody takes another edge; where that breaks a row, one of those who weigh on it makes way. What a plan uses and brings is counted in
whole numbers. Floats only say which moves look good: a broken hard row costs so many points per unit.
"""
# ruff: noqa: PLR0917 - compiled loops take their arrays by position
# mypy: allow-untyped-calls

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.compiled import kernel

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NOBODY = -1
POINTS, FINES, BROKEN = 0, 1, 2
_TRIES = 16
_REST = 64
_END = 2**31 - 1


class Field(NamedTuple):
    """Edges and what they weigh.

    Attributes
    ----------
    people
        Those who have edges; `start` says which.
    order
        Of every edge its place in the problem.
    at, row, amount
        What edge ``e`` weighs: from ``at[e]`` to ``at[e + 1]``, rows ascending. Every row is an upper bound.
    unit, fine
        Of soft rows: what one unit is, and the points it costs; 0 for hard ones.
    first
        Where the list of those on a row begins.
    """

    people: Ints
    start: Ints
    points: Ints
    order: Ints
    at: Ints
    row: Ints
    amount: Ints
    bound: Ints
    unit: Ints
    fine: Ints
    first: Ints


class State(NamedTuple):
    """A plan in the making: edge of everybody, use of rows, who is on a row, where everybody stands in those lists, and sums."""

    chosen: Ints
    used: Ints
    members: Ints
    held: Ints
    place: Ints
    sums: Ints


@kernel
def _next(dice: NDArray[np.uint64]) -> Any:
    x = dice[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    dice[0] = x
    return x


@kernel
def _below(dice: NDArray[np.uint64], size: int) -> Any:
    return np.int64((_next(dice) >> np.uint64(33)) % np.uint64(size))


@kernel
def _units(field: Field, row: int, used: int) -> Any:
    over = used - field.bound[row]
    if over <= 0:
        return 0
    unit = max(1, field.unit[row])
    return (over + unit - 1) // unit


@kernel
def _cost(field: Field, alarm: Floats, row: int, used: int) -> Any:
    units = _units(field, row, used)
    if units == 0:
        return 0.0
    return units * (alarm[row] if field.unit[row] == 0 else np.float64(field.fine[row]))


@kernel
def gained(field: Field, state: State, alarm: Floats, old: int, new: int, worst: Ints) -> float:
    """What it brings to take one edge for another; ``worst[0]`` becomes the row that it hurts most, -1 for none."""
    value, top, worst[0] = 0.0, 0.0, NOBODY
    a, a_end, b, b_end = 0, 0, 0, 0
    if old >= 0:
        value -= field.points[old]
        a, a_end = field.at[old], field.at[old + 1]
    if new >= 0:
        value += field.points[new]
        b, b_end = field.at[new], field.at[new + 1]
    while a < a_end or b < b_end:
        left = field.row[a] if a < a_end else _END
        right = field.row[b] if b < b_end else _END
        row, change = min(left, right), 0
        if left == row:
            change -= field.amount[a]
            a += 1
        if right == row:
            change += field.amount[b]
            b += 1
        if change == 0:
            continue
        used = state.used[row]
        more = _cost(field, alarm, row, used + change) - _cost(field, alarm, row, used)
        value -= more
        if more > top:
            top, worst[0] = more, row
    return value


@kernel
def _weigh(field: Field, state: State, edge: int, sign: int) -> None:
    state.sums[POINTS] += sign * field.points[edge]
    for k in range(field.at[edge], field.at[edge + 1]):
        row = field.row[k]
        before = _units(field, row, state.used[row])
        state.used[row] += sign * field.amount[k]
        after = _units(field, row, state.used[row])
        if field.unit[row] > 0:
            state.sums[FINES] += field.fine[row] * (after - before)
        else:
            state.sums[BROKEN] += int(after > 0) - int(before > 0)


@kernel
def placed(field: Field, state: State, person: int, new: int) -> None:
    """Give somebody another edge, or none."""
    old = state.chosen[person]
    if old >= 0:
        _weigh(field, state, old, -1)
        for k in range(field.at[old], field.at[old + 1]):
            if field.amount[k] > 0:
                row, spot = field.row[k], state.place[k]
                last = state.members[field.first[row] + state.held[row] - 1]
                state.members[spot] = last
                state.held[row] -= 1
                theirs = state.chosen[last]
                for q in range(field.at[theirs], field.at[theirs + 1]):
                    if field.row[q] == row:
                        state.place[q] = spot
    state.chosen[person] = new
    if new >= 0:
        _weigh(field, state, new, 1)
        for k in range(field.at[new], field.at[new + 1]):
            if field.amount[k] > 0:
                row = field.row[k]
                spot = field.first[row] + state.held[row]
                state.members[spot] = person
                state.place[k] = spot
                state.held[row] += 1


@kernel
def _makes_way(
    field: Field,
    state: State,
    alarm: Floats,
    row: int,
    person: int,
    least: float,
    screen: float,
    dice: NDArray[np.uint64],
) -> tuple[int, int]:
    """Who of those on a row goes where, so that it brings most, and more than the least; -1 for nobody."""
    who, where, best = NOBODY, NOBODY, least
    hurt = np.empty(1, np.int64)
    size = state.held[row]
    skip = _below(dice, size)
    for z in range(min(size, _TRIES)):
        other = state.members[field.first[row] + (skip + z) % size]
        if other == person:
            continue
        old = state.chosen[other]
        for new in range(field.start[other] - 1, field.start[other + 1]):
            edge = new if new >= field.start[other] else NOBODY
            points = field.points[edge] if edge >= 0 else 0
            if edge == old or points - field.points[old] < screen:
                continue
            value = gained(field, state, alarm, old, edge, hurt)
            if value > best:
                who, where, best = other, edge, value
    return who, where


@kernel
def exchange(
    field: Field,
    state: State,
    alarm: Floats,
    dice: NDArray[np.uint64],
    heat: float,
    tries: int,
    best: Ints,
    worth: Ints,
) -> None:
    """Try so many moves at a temperature; ``best`` and ``worth[0]`` keep the best plan met that breaks no hard row.

    Whoever moves takes an edge of small loss rather than another: edges of a person stand in that order.
    """
    hurt = np.empty(1, np.int64)
    for _ in range(tries):
        person = field.people[_below(dice, field.people.size)]
        old, own = state.chosen[person], field.start[person + 1] - field.start[person]
        new = field.start[person] + min(_below(dice, own), _below(dice, own))
        if _below(dice, _REST) == 0:
            new = NOBODY
        if new == old:
            continue
        chance = (np.float64(_next(dice) >> np.uint64(11)) + 1.0) / 9007199254740993.0
        bar = heat * np.log(chance)
        value = gained(field, state, alarm, old, new, hurt)
        if value >= bar:
            placed(field, state, person, new)
        elif hurt[0] >= 0 and state.held[hurt[0]] > 0:
            sound = state.sums[BROKEN] == 0 and state.sums[FINES] == 0
            mine = (field.points[new] if new >= 0 else 0) - (field.points[old] if old >= 0 else 0)
            placed(field, state, person, new)
            # Where nothing was broken before, the other's move mends at most what this one broke: in points they must not lose too much.
            screen = bar - mine if sound else -np.inf
            other, edge = _makes_way(field, state, alarm, hurt[0], person, bar - value, screen, dice)
            if other < 0:
                placed(field, state, person, old)
                continue
            placed(field, state, other, edge)
        else:
            continue
        now = state.sums[POINTS] - state.sums[FINES]
        if state.sums[BROKEN] == 0 and now > worth[0]:
            worth[0] = now
            best[:] = state.chosen
