"""A block of columns as bits: who is alike there, who lives where, who has which skill."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.domain.codes import RULE_INDEX, Rule
from matcher.verdict.sweep.layout import BY_ROAD, BY_SKILLS, WORD, Bits, Ints8, Ints32, Ints64
from matcher.verdict.sweep.ruling import Ruling
from matcher.verdict.sweep.sides import Side

_OTHER_WAYS = {Rule.DISTANCE: BY_ROAD, Rule.SKILLS: BY_SKILLS}


@dataclass(frozen=True, slots=True)
class ByClasses:
    """A rule as rows meet it.

    Attributes
    ----------
    rule
        Its number.
    rows, columns
        Class of every row and column, in the order of the sides.
    kinds
        Number of classes of rows.
    codes
        What the rule says of some classes of rows and of columns.
    """

    rule: int
    rows: Ints32
    columns: Ints32
    kinds: int
    codes: Callable[[Ints64, Ints64], Ints8]


@dataclass(frozen=True, slots=True)
class OtherWay:
    """A rule that goes by places or by skills: its number, and what stands for it in `Tile.asks`."""

    rule: int
    ask: int


Step = ByClasses | OtherWay


def steps_of(ruled: Sequence[Ruling | Rule], rows: Side, columns: Side) -> list[Step]:
    """The rules in their order as the rows of one side meet them."""
    return [_step(one, rows, columns) for one in ruled]


def _step(ruling: Ruling | Rule, rows: Side, columns: Side) -> Step:
    if isinstance(ruling, Rule):
        return OtherWay(RULE_INDEX[ruling], _OTHER_WAYS[ruling])
    rule = RULE_INDEX[ruling.rule]
    if rows.of_people:
        person, vacancy = ruling.people[rows.order], ruling.vacancies[columns.order]
        return ByClasses(rule, person, vacancy, ruling.people_kinds, ruling.of)

    def turned(vacancies: Ints64, people: Ints64) -> Ints8:
        return np.ascontiguousarray(ruling.of(people, vacancies).T)

    person, vacancy = ruling.people[columns.order], ruling.vacancies[rows.order]
    return ByClasses(rule, vacancy, person, ruling.vacancy_kinds, turned)


@dataclass(frozen=True, slots=True)
class Masks:
    """The classes that occur in a block, and the columns of each: words, and the bits in them.

    Class ``kinds[k]`` has entries ``start[k]`` to ``start[k + 1]`` of `word` and `bits`.
    """

    kinds: Ints64
    start: Ints64
    word: Ints32
    bits: Bits


@dataclass(frozen=True, slots=True)
class Block:
    """A block of columns; names and meanings as in `Tile` where they are the same.

    Attributes
    ----------
    masks
        Per step; empty where the rule does not go by classes.
    spots
        The places that occur, each once.
    some_unknown
        A column's place is unknown.
    """

    begin: int
    full: Bits
    masks: Sequence[Masks]
    run: Ints32
    run_spot: Ints32
    run_reach: Ints64
    run_blind: Ints8
    widest: int
    spots: Ints64
    some_unknown: bool
    having: Ints32
    has: Bits
    needing: Bits
    unknown: Bits


def block_of(columns: Side, steps: Sequence[Step], begin: int, stop: int) -> Block:
    """Columns ``begin`` to ``stop``, at least one."""
    here, size = slice(begin, stop), stop - begin
    place, reach, blind = columns.place[here], columns.reach[here], columns.blind[here]
    first = np.flatnonzero(_changes(place, reach, blind))
    spots = np.unique(place[place >= 0])
    having, has = _skills(columns, begin, stop)
    nobody = np.zeros(0, dtype=np.int32)
    return Block(
        begin=begin,
        full=bits_of(np.ones((1, size), dtype=np.bool_))[0],
        masks=[masks_of(step.columns[here] if isinstance(step, ByClasses) else nobody) for step in steps],
        run=np.append(first, size).astype(np.int32),
        run_spot=place_among(spots, place[first]),
        run_reach=reach[first],
        run_blind=blind[first],
        widest=int(reach.max()),
        spots=spots,
        some_unknown=bool((place < 0).any()),
        having=having,
        has=has,
        needing=bits_of(columns.needed[here] == np.arange(int(columns.needed[here].max()) + 1)[:, None]),
        unknown=bits_of(~columns.skills_known[None, here])[0],
    )


def bits_of(truth: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> Bits:
    """One bit per column of a table of truths, shape ``(rows, words)``."""
    rows, size = truth.shape
    padded = np.zeros((rows, -(-size // WORD) * WORD), dtype=np.bool_)
    padded[:, :size] = truth
    octets = np.packbits(padded, axis=1, bitorder="little")
    return np.ascontiguousarray(octets).view("<u8").astype(np.uint64)


def masks_of(kind: Ints32) -> Masks:
    """Columns by class."""
    kinds, local = np.unique(kind, return_inverse=True)
    order = np.argsort(local, kind="stable")
    word, by_kind = order // WORD, local[order]
    first = np.flatnonzero(_changes(by_kind, word))
    one = np.uint64(1) << (order % WORD).astype(np.uint64)
    return Masks(
        kinds=kinds.astype(np.int64),
        start=np.searchsorted(by_kind[first], np.arange(kinds.size + 1)).astype(np.int64),
        word=word[first].astype(np.int32),
        bits=np.bitwise_or.reduceat(one, first) if first.size else one,
    )


def place_among(places: Ints64, place: Ints64) -> Ints32:
    """Number of each place among some, ascending; -1 where it is negative."""
    return np.where(place < 0, -1, np.searchsorted(places, place)).astype(np.int32)


def _skills(columns: Side, begin: int, stop: int) -> tuple[Ints32, Bits]:
    """Per skill, which row of bits says who has it; -1 where nobody does."""
    first, last = columns.skill_start[begin], columns.skill_start[stop]
    code = columns.skill_code[first:last]
    owner = np.repeat(np.arange(stop - begin), np.diff(columns.skill_start[begin : stop + 1]))
    occurs = np.zeros(columns.skills, dtype=np.bool_)
    occurs[code] = True
    having = np.where(occurs, np.cumsum(occurs) - 1, -1).astype(np.int32)
    has = np.zeros((int(np.count_nonzero(occurs)), -(-(stop - begin) // WORD)), dtype=np.uint64)
    np.bitwise_or.at(has, (having[code], owner // WORD), np.uint64(1) << (owner % WORD).astype(np.uint64))
    return having, has


def _changes(*columns: np.ndarray[tuple[int], np.dtype[np.integer]]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Where a row differs from the one before; the first one does."""
    new = np.zeros(columns[0].size, dtype=np.bool_)
    new[:1] = True
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return new
