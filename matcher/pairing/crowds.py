"""People side by side as crowds: groups that reach the same, and equal answers once."""

from dataclasses import dataclass

import numpy as np

from matcher.domain.codes import RULE_INDEX, Rule
from matcher.domain.tables import NO_LIMIT
from matcher.pairing.answers import fill_answers
from matcher.pairing.columns import Columns
from matcher.pairing.layout import KNOWN_BITS, UNKNOWN_SHIFT, Bools, Given, Ints8, Ints32, Ints64, Marks
from matcher.pairing.stage import ADMISSION_SLOT, FIRST_ROW, PASS_ROW, SLOT_RULE, SLOTS, Crowd

_ADMISSION_BITS = (1 << RULE_INDEX[Rule.ADMISSION]) | (1 << (RULE_INDEX[Rule.ADMISSION] + UNKNOWN_SHIFT))
_DISTANCE_BIT = 1 << RULE_INDEX[Rule.DISTANCE]
_ROWS_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class Company:
    """A crowd and where it lives.

    Attributes
    ----------
    first_home
        Number of the home in row 0 of its table of metres.
    home_reach
        int64, one per row: the farthest that anybody goes who lives there.
    """

    crowd: Crowd
    first_home: int
    home_reach: Ints64

    @property
    def people(self) -> slice:
        """Their rows, in the order of the map."""
        return slice(self.crowd.first, self.crowd.first + self.size)

    @property
    def size(self) -> int:
        """Number of people."""
        return int(self.crowd.group[-1])


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The pairs about which something is known: failures, points where there are none, road metres by the places."""

    bits: Ints64
    points: Ints64
    road_m: Ints32


def company(first: int, last: int, prepared: Columns, known: Verdicts, marks: Marks, *, listed_only: bool) -> Company:
    """Ask people ``first`` to ``last`` everything once. Writes their part of ``known``; leaves ``marks`` as they were.

    With ``listed_only`` only known pairs exist: nobody reaches any other.
    """
    given, size = prepared.given, last - first
    row = np.empty((size, SLOTS), dtype=np.int32)
    turn, start, slot = _answers(prepared, known, marks, first, row)
    if not (given.jobs.bits & _ADMISSION_BITS).any():
        row[:, ADMISSION_SLOT] = PASS_ROW
    home, (reach, nowhere) = prepared.home[first:last], _reach(first, last, given)
    if listed_only:
        home, reach, nowhere = np.full_like(home, -1), np.full_like(reach, -1), np.ones_like(nowhere)
    begins = np.ones(size, dtype=np.bool_)
    begins[1:] = (home[1:] != home[:-1]) | (reach[1:] != reach[:-1])
    at = np.flatnonzero(begins)
    first_home = int(home[home >= 0].min()) if (home >= 0).any() else 0
    homes = int(home.max(initial=-1)) + 1 - first_home
    home_reach = np.full(max(0, homes), -1, dtype=np.int64)
    placed = home[at] >= 0
    np.maximum.at(home_reach, home[at][placed] - first_home, reach[at][placed])
    crowd = Crowd(
        first=first,
        group=np.concatenate([at, [size]]).astype(np.int64),
        home=np.where(placed, home[at] - first_home, -1).astype(np.int32),
        reach=reach[at],
        nowhere=nowhere[at],
        row=row,
        turn=turn,
        start=start,
        slot=slot,
        may_miss=_may_miss(first, last, given, row, _unsure(turn, start)),
    )
    return Company(crowd, first_home, home_reach)


def _answers(prepared: Columns, known: Verdicts, marks: Marks, first: int, row: Ints32) -> tuple[Ints32, Ints64, Ints8]:
    """The different answers: their turns, where each row starts, and the slot of each row. Writes ``row`` and part of ``known``."""
    demands, last = int(prepared.given.asks.offset[-1]), first + len(row)
    table = np.empty(demands, dtype=np.int64)
    seen = np.full((SLOTS, 1 << (2 * len(row)).bit_length()), -1, dtype=np.int32)
    turns = np.empty(2 * SLOTS * demands, dtype=np.int32)
    start, slot = np.zeros(_ROWS_AT_ONCE + 1, dtype=np.int64), np.full(_ROWS_AT_ONCE, -1, dtype=np.int8)
    at = first
    while True:
        at = fill_answers(
            *(prepared.given, first, at, last, known.road_m, marks, table, seen, turns, start, slot, row),
            *(known.bits, known.points),
        )
        rows = max(FIRST_ROW, int(np.flatnonzero(slot >= 0).max(initial=-1)) + 1)
        if at == last:
            return turns[: start[rows]].copy(), start[: rows + 1].copy(), slot[:rows].copy()
        turns = np.concatenate([turns, np.empty_like(turns)])
        start = np.concatenate([start, np.zeros(slot.size, dtype=np.int64)])
        slot = np.concatenate([slot, np.full(slot.size, -1, dtype=np.int8)])


def _reach(first: int, last: int, given: Given) -> tuple[Ints64, Ints8]:
    """Metres within which DISTANCE passes, and what it says where a place is unknown: 0 passes, 2 fails on an unknown."""
    people, mask = given.people, given.weights.mask
    reach = np.minimum(people.reach_km_m[first:last], people.reach_time_m[first:last])
    if not mask & _DISTANCE_BIT:
        reach = np.full(reach.size, NO_LIMIT, dtype=np.int64)
    fails = 2 if mask & (_DISTANCE_BIT << UNKNOWN_SHIFT) else 0
    return reach, np.where(reach == NO_LIMIT, 0, fails).astype(np.int8)


def _unsure(turn: Ints32, start: Ints64) -> Bools:
    """Which rows of answers hold a failure on an unknown."""
    out = np.zeros(start.size - 1, dtype=np.bool_)
    if start.size - 1 > FIRST_ROW:
        out[FIRST_ROW:] = np.maximum.reduceat(turn & 3, start[FIRST_ROW:-1]) > 1
    return out


def _may_miss(first: int, last: int, given: Given, row: Ints32, unsure: Bools) -> Ints64:
    """Rules that may fail on an unknown for each person, as bits; DISTANCE is left out."""
    out = np.zeros(last - first, dtype=np.int64)
    for slot in range(SLOTS):
        out |= unsure[row[:, slot]] * np.int64(1 << SLOT_RULE[slot])
    if (given.jobs.bits & (_ADMISSION_BITS & ~KNOWN_BITS)).any():
        out |= 1 << RULE_INDEX[Rule.ADMISSION]
    skills = 1 << RULE_INDEX[Rule.SKILLS]
    if given.weights.mask & (skills << UNKNOWN_SHIFT):
        out |= ~given.holdings.skills.known[first:last] * np.int64(skills)
    return out
