"""What a scan sets up and writes: crowds of people, blocks of vacancies, counts and what is found; fixed types, as in `layout`."""

from typing import NamedTuple
from zlib import crc32

import numpy as np

from matcher.domain.codes import RULE_INDEX, Rule
from matcher.pairing import layout
from matcher.pairing.layout import (
    AGENCY,
    CERTIFICATES,
    HOURS,
    LANGUAGES,
    LICENCES,
    LOADS,
    SCHOOL,
    START,
    TIMES,
    WAGE,
    WORK,
    Bools,
    Ints8,
    Ints32,
    Ints64,
    Words,
)

SLOT_RULES = (
    Rule.AGENCY,
    Rule.ADMISSION,
    Rule.CONSENT,
    Rule.YOUTH_NIGHT,
    Rule.LANE,
    Rule.CONTRACT,
    Rule.AVAILABILITY,
    Rule.HOURS,
    Rule.SHIFTS,
    Rule.LICENCE,
    Rule.CERTIFICATE,
    Rule.LANGUAGE,
    Rule.EDUCATION,
    Rule.LOAD,
    Rule.LOONWAARDE,
    Rule.SUBSIDY,
)
"""Rules that are answered per demand, in the contract's order; ADMISSION looks at the vacancy alone."""
SLOTS = len(SLOT_RULES)
SKILLS_SLOT, ELIGIBLE_SLOT, COUNTERS = SLOTS, SLOTS + 1, SLOTS + 2
SLOT_RULE = np.array([RULE_INDEX[rule] for rule in (*SLOT_RULES, Rule.SKILLS)], dtype=np.int64)
SLOT_KIND = np.array(
    [
        *(AGENCY, -1, AGENCY, TIMES, WORK, WORK, START, HOURS, TIMES, LICENCES, CERTIFICATES, LANGUAGES, SCHOOL, LOADS),
        *(WAGE, WORK),
    ],
    dtype=np.int64,
)
ADMISSION_SLOT = SLOT_RULES.index(Rule.ADMISSION)
ADMISSION_ROW, PASS_ROW, SKILLS_ROW, FIRST_ROW = range(4)
BATCH = 15
PLANES = 16
CROWD_LIMIT = 2**PLANES - 1

FAR_AWAY = 2**31 - 1
OFFER, LIST, STAND = range(3)
LEVELS = 48


class Crowd(NamedTuple):
    """People side by side, grouped by home and reach, and what they answer to every demand.

    Answers to a rule are numbered: people with the same answers to all its demands share a row. The first rows are not answers: what the
    vacancy alone decides (ADMISSION_ROW), nothing fails (PASS_ROW), and what is worked out person by person (SKILLS_ROW).
    """

    first: int  # the person at place 0
    group: Ints64  # (groups + 1,): where each group starts, from 0
    home: Ints32  # (groups,): row of the table of metres, -1 unknown
    reach: Ints64
    nowhere: Ints8  # (groups,): DISTANCE where a place is unknown: 0 passes, 1 fails, 2 fails on unknown
    row: Ints32  # (people, SLOTS)
    turn: Ints32  # where the answers of a row turn: 4 x demand + answer (0 passes, 1 fails, 2 fails on an unknown)
    start: Ints64  # (rows + 1,): where the turns of each row start
    slot: Ints8  # (rows,)
    may_miss: Ints64  # (people,): rules in which somebody's unknowns count, as bits


class Seating(NamedTuple):
    """Where the vacancies are."""

    start: Ints64  # (places of work + 1,): the first vacancy of each; vacancies with an unknown place come last
    number: Ints32  # (m,): row of each vacancy outside this package: ties go to the lower one
    planes: int  # bits that count the essential skills of any vacancy


class Ways(NamedTuple):
    """Road metres for a crowd: a row per home."""

    metres: Ints32  # (homes, places of work)
    near: Ints32  # (homes, blocks): the nearest place of work in a block; FAR_AWAY: none that anybody there could reach
    far: Ints32  # the farthest


class Block(NamedTuple):
    """One block of vacancies as bits, (WORDS,) per row: room to work in."""

    open: Words  # not CLOSED
    used: Bools  # (rows of answers,): those that somebody needs, all of them in new rooms; the others are not filled
    placed: Words
    fail: Words  # (rows of answers, WORDS)
    unsure: Words  # those of them on an unknown
    skill: Words  # (different skills, WORDS): who asks it
    skill_row: Ints32  # (vocabulary,): -1 where nobody in the block asks it
    needed: Words  # (planes, WORDS): least number of skills, in binary
    needs: Words  # some skill is needed
    fell: Words  # (LEVELS, WORDS): vacancies whose price fell by 2**level or more
    below: Words  # (BLOCK + 1, WORDS): vacancies with one of the first demands that occur in the block
    rank: Ints32  # (most demands of a kind + 1,): how many demands before each occur in the block


class Bench(NamedTuple):
    """Rows of words to work with."""

    near: Words  # a group's vacancies in reach
    doubt: Words  # those whose DISTANCE fails on an unknown
    alive: Words
    blameless: Words  # nothing known against them yet
    carry: Words
    held: Words  # (planes, WORDS)


class Tally(NamedTuple):
    """What a scan counts about the people of a crowd."""

    first: Ints32  # (people, COUNTERS): failures by slot, then eligible pairs
    first_unknown: Ints32
    inside: Ints32  # open vacancies in reach
    missing: Ints64
    positive: Bools


class Counters(NamedTuple):
    """What a scan adds up about vacancies; one per worker.

    Failures of a few people are kept apart, then added in binary: bit ``p`` of every count stands in plane ``p``.
    """

    first: Ints32  # (COUNTERS, m)
    first_unknown: Ints32
    inside: Ints32  # (places of work + blocks,): people who can reach place p of block b, counted at p + b; no two share an entry
    inside_block: Ints32  # (blocks,): those who can reach all of a block
    recent: Words  # (BATCH, COUNTERS, WORDS)
    recent_unknown: Words
    planes: Words  # (COUNTERS, PLANES, WORDS)
    planes_unknown: Words


class Kept(NamedTuple):
    """The pairs of a crowd that were found so far, and what the others can bring at most."""

    start: Ints64  # (people + 1,)
    number: Ints32  # ascending within a person
    points: Ints64
    bound: Ints64  # (people,): no other eligible pair gains more at the prices last asked; NO_GAIN: there is none


class Question(NamedTuple):
    """What is asked about the eligible pairs of a crowd."""

    mode: int  # one of OFFER, LIST, STAND
    price: Ints64  # (m,)
    floor: Ints64  # (people,): only for LIST
    drop: Ints64  # (m,): how much the price fell since the bounds of `Kept` were found
    fall: Ints64  # (blocks,): the most in each block
    level: Ints8  # (people,): drops below 2**level bring nothing above the floor that was not found; -1: look at everything
    seat: Ints32  # (people,): number of the person's own vacancy, -1 none
    points: Ints64  # (people,): what it is worth
    usable: Bools  # (m,): has openings
    free: Bools  # (m,): has openings that nobody took


class Found(NamedTuple):
    """The answer, one row per person of a crowd."""

    held: Ints32  # pairs found
    number: Ints32  # (people, pairs): their vacancies, best first
    points: Ints64
    gain: Ints64
    rest: Ints64  # most that a pair which is neither found nor kept gains, as far as it is known
    better: Ints32  # pairs worth more than the own one
    best_number: Ints32  # the best of those worth something
    best_points: Ints64
    best_gain: Ints64
    winnable: Bools
    at: Ints64  # where a list goes on
    listed: Ints32
    listed_points: Ints64


_TUPLES = (Crowd, Seating, Ways, Block, Bench, Tally, Counters, Kept, Question, Found)
LAYOUT = crc32(repr([(group.__name__, group._fields) for group in _TUPLES]).encode(), layout.LAYOUT)
"""Like `layout.LAYOUT`, which it includes."""
