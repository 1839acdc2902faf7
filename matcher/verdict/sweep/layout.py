"""What the compiled loops read and write: groups of arrays of fixed types. "Rows" are people and "columns" vacancies, or the reverse."""

from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import RULES

Bools = NDArray[np.bool_]
Ints8 = NDArray[np.int8]
Ints32 = NDArray[np.int32]
Ints64 = NDArray[np.int64]
Bits = NDArray[np.uint64]

PASSES, FAILS, FAILS_UNKNOWN = 0, 1, 2
"""Outcomes of a rule after the policy has had its say on unknowns; a later one counts for more."""
RULE_COUNT = len(RULES)
WORD = 64
ANY_PASSES, BY_ROAD, BY_SKILLS = -1, -2, -3
"""In place of a number in `Tile.asks`: this row passes with every column; this is DISTANCE; this is SKILLS."""
NOBODY_IS_FAR = -(2**62)
"""Stands for the nearest place of a block where nobody can be told to be too far from all of it; limits may be below 0."""
NEXT = 3
"""How many of the next best vacancies are remembered per person."""


class Tile(NamedTuple):
    """Some rows against a block of columns, one bit per column; bit ``b`` of word ``w`` is column ``begin + 64 w + b``.

    Attributes
    ----------
    first_row, begin
        Numbers of the first row and the first column.
    full
        Shape ``(words,)``: the columns there are.
    rule
        Shape ``(steps,)``: numbers of the rules, in the contract's order.
    asks
        Shape ``(rows, steps)``: which of `fails` is this row's answer; or ANY_PASSES, BY_ROAD, BY_SKILLS.
    fails
        Shape ``(answers, words)``: columns with which a row of this class fails, for certain or on an unknown.
    doubt
        Shape ``(answers,)``: which of `doubts` goes with it.
    doubts
        Shape ``(doubts, words)``: those where it fails on an unknown; the first is empty.
    fact_start, fact_column
        Columns about which something is known together with a row, in compressed rows over all rows: not looked at here.
    spot, reach, blind
        Shape ``(rows,)``: row of `metres`, -1 unknown; road metres within reach; outcome where the road is unknown.
    run, run_spot, run_reach, run_blind
        The same for runs of neighbouring columns that are alike; run ``k`` holds columns ``run[k]`` to ``run[k + 1]`` of the block.
    metres
        Shape ``(spots of rows, spots of columns)``: road metres.
    nearest
        Shape ``(spots of rows,)``: the least of them; NOBODY_IS_FAR where the place of a column is unknown.
    widest
        The largest `run_reach`.
    skill_start, skill_code
        Essential skills held or asked, in compressed rows over all rows.
    skills_known, needed
        Over all rows; a person needs -1.
    having, has
        Per skill, which row of `has` are the columns that hold or ask it; -1 for none.
    needing
        Shape ``(most needed + 1, words)``: columns that need exactly so many. Empty where the rows say how many they need.
    unknown
        Shape ``(words,)``: columns whose skills are unknown.
    skills_unknown
        What SKILLS says of those.
    """

    first_row: int
    begin: int
    full: Bits
    rule: Ints64
    asks: Ints32
    fails: Bits
    doubt: Ints32
    doubts: Bits
    fact_start: Ints64
    fact_column: Ints32
    spot: Ints32
    reach: Ints64
    blind: Ints8
    run: Ints32
    run_spot: Ints32
    run_reach: Ints64
    run_blind: Ints8
    metres: Ints32
    nearest: Ints64
    widest: int
    skill_start: Ints64
    skill_code: Ints32
    skills_known: Bools
    needed: Ints64
    having: Ints32
    has: Bits
    needing: Bits
    unknown: Bits
    skills_unknown: int


class Bench(NamedTuple):
    """Room for one worker to work in. All bits have shape ``(words,)``.

    Attributes
    ----------
    clean
        Pairs of the row that have passed every rule so far.
    hopeful
        Those, and the pairs that so far failed on unknowns only.
    far, far_doubt
        Pairs that fail DISTANCE, for certain or on an unknown; and on an unknown.
    road_row
        Shape ``(1,)``: the row of the tile that they hold for, -1 none.
    unskilled, unskilled_doubt
        The same for SKILLS.
    at_least
        Shape ``(most needed + 1, words)``: columns that share at least so many skills with the row.
    skills, wanted
        One byte per code: held by, wanted by the person; all zero between people.
    column, points
        The eligible pairs of the person: column within the block, and points.
    """

    clean: Bits
    hopeful: Bits
    far: Bits
    far_doubt: Bits
    road_row: Ints64
    unskilled: Bits
    unskilled_doubt: Bits
    at_least: Bits
    skills: Ints8
    wanted: Ints8
    column: Ints32
    points: Ints64


class People(NamedTuple):
    """People in the order of the rows.

    Attributes
    ----------
    who
        Number of the person in the problem.
    z
        Milli-log-odds of all terms that only depend on the person.
    support
        Row of `Worth.support`.
    seat, level, level_next
        Column of the vacancy the plan gives, -1 none; what the plan leaves of its points at either price, 0 where it gives none.
    own_points
        Its points, as the reference says.
    pinned
        Nobody may take it away, so no price moves because of this person.
    """

    who: Ints64
    skills_known: Bools
    skill_start: Ints64
    skill_code: Ints32
    wanted_start: Ints64
    wanted_code: Ints32
    half_m: Ints64
    far_m: Ints64
    hours_max_c: Ints64
    p_alone_micro: Ints64
    priority_milli: Ints64
    z: Ints64
    support: Ints64
    seat: Ints64
    own_points: Ints64
    level: Ints64
    level_next: Ints64
    pinned: Bools


class Jobs(NamedTuple):
    """Vacancies in the order of the columns; `spot` only of the block at hand: its column of `Tile.metres`, -1 unknown."""

    who: Ints64
    spot: Ints32
    essential_start: Ints64
    essential_code: Ints32
    optional_start: Ints64
    optional_code: Ints32
    occupation: Ints32
    hours_max_c: Ints64
    lane_milli: Ints64
    z: Ints64
    support: Ints64
    open: Bools
    left: Bools
    price: Ints64
    price_next: Ints64


class Coverage(NamedTuple):
    """A term for skills: of a vacancy that asks ``n`` of them, and a person who holds ``k``, ``term[start[n] + k]``.

    Only numbers that some vacancy asks have a place in ``term``.
    """

    start: Ints64
    term: Ints64


class Worth(NamedTuple):
    """What points are made of, as the reference terms say.

    Attributes
    ----------
    p_micro
        Chance in millionths by z.
    essential, optional
        Terms for skills.
    support
        Term by what the person needs and what the vacancy offers.
    ties
        Collect pairs that leave the person as much as the plan does.
    listing
        List all eligible pairs.
    """

    p_micro: Ints64
    essential: Coverage
    optional: Coverage
    support: Ints64
    wanted: int
    near: int
    far: int
    small_job_c: int
    ties: bool
    listing: bool


class RowCounts(NamedTuple):
    """What is counted per row, by its number in the problem: first failing rules, shape ``(rows, rules)``, and eligible pairs."""

    first: Ints64
    first_unknown: Ints64
    eligible: Ints64


class Found(NamedTuple):
    """What is found per person, by the number in the problem; see `matcher.verdict.sweep.findings.Findings`."""

    missing: Ints64
    positive: Bools
    winnable: Bools
    own_points: Ints64
    better: Ints64
    most: Ints64
    most_next: Ints64
    gain: Ints64  # (people, NEXT)
    seat: Ints64  # (people, NEXT), -1 none
    points: Ints64  # (people, NEXT)


class Ties(NamedTuple):
    """Room for ties of one worker: somebody at `source` would be as well off at `target`; at the larger and the smaller prices.

    Attributes
    ----------
    size
        Shape ``(2,)``: how many there are of either.
    anchored
        Shape ``(vacancies,)``: at the smaller prices, somebody who got nothing could just pay for it.
    """

    size: Ints64
    source: Ints32
    target: Ints32
    source_next: Ints32
    target_next: Ints32
    anchored: Bools


class List(NamedTuple):
    """Room for the eligible pairs that one worker meets: person, vacancy and points; `size` has shape ``(1,)``."""

    size: Ints64
    person: Ints32
    vacancy: Ints32
    points: Ints64


_TUPLES = (Tile, Bench, People, Jobs, Worth, RowCounts, Found, Ties, List)
LAYOUT = crc32(repr([(group.__name__, group._fields) for group in _TUPLES]).encode())
"""Stands for the order of all fields above; a kernel that names it is compiled again when that order changes."""
