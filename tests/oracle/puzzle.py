"""Who goes where under limits, as bare numbers, and the best answer by trying everything.

All numbers are whole. A limit counts in parts: ``unit`` parts are one person, one euro or one hour, whatever its stater meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Key = Any


@dataclass(frozen=True)
class Limit:
    """One side of one limit: ``<=`` or ``>=``; ``weight`` is what a missing or excess unit costs, None where it must hold."""

    sense: str
    bound: int
    unit: int = 1
    weight: int | None = None

    def broken(self, used: int) -> int:
        """Parts by which it is broken."""
        return max(0, used - self.bound if self.sense == "<=" else self.bound - used)

    def penalty(self, used: int) -> int | None:
        """Points lost; None where it must hold and does not. A part of a unit counts as a whole one."""
        over = self.broken(used)
        if over == 0:
            return 0
        return None if self.weight is None else self.weight * -(-over // self.unit)


@dataclass(frozen=True)
class Option:
    """One vacancy that one person may take."""

    seat: Key
    points: int
    weights: Mapping[Key, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Puzzle:
    """People with their options, and everything that limits them.

    Attributes
    ----------
    options
        Per person all eligible pairs, those with points <= 0 too.
    must
        The seat a person has to get, in ``options`` or not: then nothing is possible.
    distinct
        At most so many different values among the seats in use; a seat that is not in the mapping does not count.
    impossible
        Something stated cannot hold whatever is chosen: two musts of one person, for one.
    """

    options: Mapping[Key, list[Option]]
    openings: Mapping[Key, int]
    limits: Mapping[Key, Limit] = field(default_factory=dict)
    must: Mapping[Key, Key] = field(default_factory=dict)
    distinct: tuple[tuple[Mapping[Key, Key], int], ...] = ()
    impossible: bool = False

    @cached_property
    def choices(self) -> dict[Key, list[Option | None]]:
        """Per person what may be chosen: the must alone, or anything worth points, or nothing."""
        found: dict[Key, list[Option | None]] = {}
        for person, options in self.options.items():
            if person in self.must:
                found[person] = [option for option in options if option.seat == self.must[person]]
            else:
                worth = [o for o in options if o.points > 0 and self.openings.get(o.seat, 0) > 0]
                found[person] = [*sorted(worth, key=lambda o: -o.points), None]
        return found

    def used(self, plan: Mapping[Key, Key]) -> dict[Key, int]:
        """Parts of every limit that a plan uses."""
        total = dict.fromkeys(self.limits, 0)
        for person, seat in plan.items():
            option = next(o for o in self.options[person] if o.seat == seat)
            for key, weight in option.weights.items():
                total[key] += weight
        return total

    def value(self, plan: Mapping[Key, Key]) -> int | None:
        """Points minus penalties of a plan, straight from the definitions; None where it is not allowed."""
        points = 0
        taken: dict[Key, int] = {}
        for person, seat in plan.items():
            option = next((o for o in self.options[person] if o.seat == seat), None)
            if option is None or (option.points <= 0 and self.must.get(person) != seat):
                return None
            points += option.points
            taken[seat] = taken.get(seat, 0) + 1
        if self.impossible or any(plan.get(person) != seat for person, seat in self.must.items()):
            return None
        if any(count > self.openings.get(seat, 0) for seat, count in taken.items()):
            return None
        for value_of, most in self.distinct:
            if len({value_of[seat] for seat in taken if seat in value_of}) > most:
                return None
        for key, used in self.used(plan).items():
            penalty = self.limits[key].penalty(used)
            if penalty is None:
                return None
            points -= penalty
        return points


@dataclass(frozen=True)
class Best:
    """An answer: the value (None: nothing is allowed) and one plan that has it."""

    value: int | None
    plan: Mapping[Key, Key]


def best_by_trying(puzzle: Puzzle) -> Best:
    """Every combination, leaving out only what cannot be better than the best so far, or cannot be mended any more."""
    if puzzle.impossible or any(not choices for choices in puzzle.choices.values()):
        return Best(None, {})
    people = sorted(puzzle.choices, key=lambda person: (len(puzzle.choices[person]), str(person)))
    keys = list(puzzle.limits)
    limits = [puzzle.limits[key] for key in keys]
    count = len(people)
    most = [0] * (count + 1)  # points that the people from here on can bring
    low = [[0] * len(keys) for _ in range(count + 1)]  # least and most that they can add to each limit
    high = [[0] * len(keys) for _ in range(count + 1)]
    for i in reversed(range(count)):
        choices = puzzle.choices[people[i]]
        most[i] = most[i + 1] + max(0 if o is None else o.points for o in choices)
        for k, key in enumerate(keys):
            weights = [0 if o is None else o.weights.get(key, 0) for o in choices]
            low[i][k], high[i][k] = low[i + 1][k] + min(weights), high[i + 1][k] + max(weights)
    left = {seat: min(openings, count) for seat, openings in puzzle.openings.items()}
    used = [0] * len(keys)
    values: list[dict[Key, int]] = [{} for _ in puzzle.distinct]
    plan: dict[Key, Key] = {}
    best: list[Best] = [Best(None, {})]

    def least_penalty(i: int) -> int | None:
        total = 0
        for k, limit in enumerate(limits):
            nearest = used[k] + (low[i][k] if limit.sense == "<=" else high[i][k])
            penalty = limit.penalty(nearest)
            if penalty is None:
                return None
            total += penalty
        return total

    def go(i: int, points: int) -> None:
        penalty = least_penalty(i)
        if penalty is None:
            return
        known = best[0].value
        if known is not None and points + most[i] - penalty <= known:
            return
        if i == count:
            best[0] = Best(points - penalty, dict(plan))
            return
        person = people[i]
        for option in puzzle.choices[person]:
            if option is None:
                go(i + 1, points)
            elif left.get(option.seat, 0) > 0 and fits(option.seat):
                change(option, 1)
                plan[person] = option.seat
                go(i + 1, points + option.points)
                del plan[person]
                change(option, -1)

    def fits(seat: Key) -> bool:
        return all(
            seat not in value_of or value_of[seat] in values[d] or len(values[d]) < limit
            for d, (value_of, limit) in enumerate(puzzle.distinct)
        )

    def change(option: Option, by: int) -> None:
        left[option.seat] -= by
        for k, key in enumerate(keys):
            used[k] += by * option.weights.get(key, 0)
        for d, (value_of, _) in enumerate(puzzle.distinct):
            if option.seat in value_of:
                value = value_of[option.seat]
                values[d][value] = values[d].get(value, 0) + by
                if values[d][value] == 0:
                    del values[d][value]

    go(0, 0)
    return best[0]
