"""Small models whose pins and limits may be at odds, and what brute force says of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from matcher.model.conflict import Conflicts, Dispute, Line, LineSort, Pin, Relaxation
from tests.oracle.puzzle import Limit, Option, Puzzle, best_by_trying
from tests.solvers.limited_models import random_limited_model

LIMIT, DISTINCT, PIN = LineSort.LIMIT, LineSort.DISTINCT, LineSort.PIN


@dataclass(frozen=True)
class Court:
    """A dispute as bare numbers.

    Attributes
    ----------
    puzzle
        Without pins; a pair that somebody pinned may be used whatever it is worth.
    """

    puzzle: Puzzle
    pins: tuple[Pin, ...]

    @property
    def lines(self) -> list[Line]:
        """Everything that may not be broken."""
        rows = [Line(LIMIT, k) for k, limit in self.puzzle.limits.items() if limit.weight is None]
        distinct = [Line(DISTINCT, d) for d in range(len(self.puzzle.distinct))]
        return rows + distinct + [Line(PIN, k) for k in range(len(self.pins))]

    def with_lines(self, lines: Iterable[Line], bounds: Mapping[int, int] | None = None) -> Puzzle:
        """The puzzle that holds just these."""
        held = set(lines)
        limits = {
            k: replace(limit, bound=(bounds or {}).get(k, limit.bound))
            for k, limit in self.puzzle.limits.items()
            if Line(LIMIT, k) in held
        }
        musts = [(pin.row, pin.seat) for k, pin in enumerate(self.pins) if Line(PIN, k) in held]
        options = {
            person: [Option(o.seat, o.points, {k: w for k, w in o.weights.items() if k in limits}) for o in own]
            for person, own in self.puzzle.options.items()
        }
        return Puzzle(
            options=options,
            openings=self.puzzle.openings,
            limits=limits,
            must=dict(musts),
            distinct=tuple(one for d, one in enumerate(self.puzzle.distinct) if Line(DISTINCT, d) in held),
            impossible=len(dict(musts)) < len(musts),
        )

    def possible(self, lines: Iterable[Line], bounds: Mapping[int, int] | None = None) -> bool:
        """Whether some plan keeps these."""
        return best_by_trying(self.with_lines(lines, bounds)).value is not None


def random_dispute(seed: int, people: int, seats: int) -> Dispute:
    """A small model, with pins that may be of the same person, too many for a seat, or of a pair that is none."""
    model, rng = random_limited_model(seed, people, seats), np.random.default_rng([seed, 11])
    pins = [Pin(row, seat) for row, seat in enumerate(model.pinned.tolist()) if seat >= 0]
    if model.edges.rows and rng.random() < 0.4:
        for _ in range(int(rng.integers(1, 3))):
            pins.append(Pin(int(rng.integers(model.edges.rows)), int(rng.integers(model.openings.size))))
    nobody = np.full(model.edges.rows, -1, dtype=np.int32)
    return Dispute(replace(model, pinned=nobody), tuple(dict.fromkeys(pins)))


def court_of(plain: Puzzle, pins: tuple[Pin, ...]) -> Court:
    """A puzzle without pins, and pins."""
    pinned = set(pins)
    options = {
        person: [Option(o.seat, max(o.points, 1) if (person, o.seat) in pinned else o.points, o.weights) for o in own]
        for person, own in plain.options.items()
    }
    return Court(replace(plain, options=options), pins)


def conflict_faults(court: Court, found: Conflicts) -> Iterator[str]:
    """Every set impossible, and possible without any one of its lines; no line in two; what is left over possible."""
    left = set(court.lines)
    if not found.complete:
        yield "not complete"
    for conflict in found.sets:
        lines = [party.line for party in conflict.parties]
        if not conflict.irreducible:
            yield f"{lines}: not shown to be irreducible"
        if not set(lines) <= left:
            yield f"{lines}: unknown, soft, or in another set too"
        left -= set(lines)
        if court.possible(lines):
            yield f"{lines} can hold together"
        for line in lines:
            if not court.possible(set(lines) - {line}):
                yield f"{lines}: {line} is one too many"
        for party in conflict.parties:
            yield from _reach_faults(court, lines, party.line, party.reached)
    if not court.possible(left):
        yield f"the rest {left} cannot hold"


def _reach_faults(court: Court, lines: list[Line], line: Line, reached: int | None) -> Iterator[str]:
    if line.sort is PIN:
        return
    if reached is None:
        yield f"{lines}: nothing is told of what {line} can reach"
    elif line.sort is LIMIT:
        nearer = reached + (1 if court.puzzle.limits[line.number].sense == ">=" else -1)
        if not court.possible(lines, {line.number: reached}) or court.possible(lines, {line.number: nearer}):
            yield f"{lines}: {line} does not reach {reached} at best"
    else:
        for most, want in ((reached, True), (reached - 1, False)):
            distinct = tuple((one[0], most) if d == line.number else one for d, one in enumerate(court.puzzle.distinct))
            if Court(replace(court.puzzle, distinct=distinct), court.pins).possible(lines) is not want:
                yield f"{lines}: {line} does not reach {reached} at best"


def relaxation_faults(plain: Puzzle, court: Court, found: Relaxation, objective: int | None = None) -> Iterator[str]:
    """Nothing less would do, and of what does as well nothing is worth more.

    ``plain`` is the puzzle with the true points and without pins; ``objective`` is what the relaxed plan is worth.
    """
    if not found.cheapest:
        yield "not shown to be the cheapest"
    kept = [k for k in range(len(court.pins)) if k not in found.dropped]
    pin_cost = len(found.dropped) + sum(most - court.puzzle.distinct[d][1] for d, most in found.values.items())
    points = {(p, o.seat): o.points for p, own in plain.options.items() for o in own}
    best = min(
        _pin_cost(court, chosen, points)
        for size in range(len(court.pins) + 1)
        for chosen in combinations(range(len(court.pins)), size)
    )
    own = _pin_cost(court, tuple(kept), points)
    if own != best or own[0] != pin_cost:
        yield f"dropped {found.dropped}, values {dict(found.values)}: {own} is not {best}"
        return
    distinct = tuple((one[0], found.values.get(d, one[1])) for d, one in enumerate(court.puzzle.distinct))
    musts = {court.pins[k].row: court.pins[k].seat for k in kept}
    puzzle = replace(plain, must=musts, distinct=distinct)
    units = _units(plain)
    least, most_points = None, 0
    for plan in _plans(puzzle):
        cost = _row_cost(puzzle, units, plan)
        worth = _worth(puzzle, plan)
        if least is None or cost < least or (cost == least and worth > most_points):
            least, most_points = cost, worth
    assert least is not None
    hard = {k: limit for k, limit in puzzle.limits.items() if limit.weight is None}
    given = sum(
        (Fraction(abs(bound - hard[k].bound), units[k]) for k, bound in found.bounds.items()), start=Fraction(0)
    )
    if given != least:
        yield f"limits give way by {given} units, {least} would do"
    eased = {k: replace(limit, bound=found.bounds.get(k, limit.bound)) for k, limit in puzzle.limits.items()}
    value = best_by_trying(replace(puzzle, limits=eased)).value
    if objective not in {None, value}:
        yield f"the plan is worth {objective}, the best relaxed one {value}"
    if value != most_points:
        yield f"relaxed, {value} can be had; {most_points} where as little gives way"


def _pin_cost(court: Court, chosen: tuple[int, ...], points: Mapping[Any, int]) -> tuple[int, int]:
    """Pins dropped and values added, then points less; too much where they cannot all be."""
    pins = [court.pins[k] for k in chosen]
    puzzle = court.puzzle
    taken: dict[Any, int] = {}
    for pin in pins:
        taken[pin.seat] = taken.get(pin.seat, 0) + 1
    wrong = len({pin.row for pin in pins}) < len(pins) or any(n > puzzle.openings[s] for s, n in taken.items())
    if wrong or any((pin.row, pin.seat) not in points for pin in pins):
        return 10**6, 0
    added = sum(max(0, len({of[s] for s in taken if s in of}) - most) for of, most in puzzle.distinct)
    return len(court.pins) - len(pins) + added, -sum(points[pin.row, pin.seat] for pin in pins)


def _units(puzzle: Puzzle) -> dict[int, int]:
    """What one pair weighs on each limit at most, at a seat with openings."""
    most: dict[Any, int] = dict.fromkeys(puzzle.limits, 0)
    for own in puzzle.options.values():
        for option in own:
            if puzzle.openings[option.seat] > 0:
                for k, weight in option.weights.items():
                    most[k] = max(most[k], abs(weight))
    return {k: weight or puzzle.limits[k].unit for k, weight in most.items()}


def _plans(puzzle: Puzzle) -> Iterator[dict[Any, Any]]:
    """Every plan that fits seats, pins and numbers of values."""
    people = list(puzzle.choices)

    def go(i: int, plan: dict[Any, Any]) -> Iterator[dict[Any, Any]]:
        if i == len(people):
            if all(len({of[s] for s in plan.values() if s in of}) <= most for of, most in puzzle.distinct):
                yield plan
            return
        for option in puzzle.choices[people[i]]:
            if option is None:
                yield from go(i + 1, plan)
            elif sum(seat == option.seat for seat in plan.values()) < puzzle.openings[option.seat]:
                yield from go(i + 1, plan | {people[i]: option.seat})

    return go(0, {})


def _row_cost(puzzle: Puzzle, units: Mapping[Any, int], plan: Mapping[Any, Any]) -> Fraction:
    return sum(
        (
            Fraction(puzzle.limits[k].broken(used), units[k])
            for k, used in puzzle.used(plan).items()
            if puzzle.limits[k].weight is None
        ),
        start=Fraction(0),
    )


def _worth(puzzle: Puzzle, plan: Mapping[Any, Any]) -> int:
    points = sum(o.points for person, seat in plan.items() for o in puzzle.options[person] if o.seat == seat)
    soft: Mapping[Any, Limit] = {k: limit for k, limit in puzzle.limits.items() if limit.weight is not None}
    used = puzzle.used(plan)
    return points - sum(limit.penalty(used[k]) or 0 for k, limit in soft.items())
