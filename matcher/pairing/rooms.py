"""Room for the compiled loops to work in; one set per worker."""

from dataclasses import dataclass

import numpy as np

from matcher.model.edges import NO_GAIN
from matcher.pairing.columns import Columns
from matcher.pairing.layout import Ints32, Ints64, Marks, Words
from matcher.pairing.stage import (
    BATCH,
    COUNTERS,
    FIRST_ROW,
    LEVELS,
    PLANES,
    Bench,
    Block,
    Counters,
    Found,
    Kept,
    Seating,
    Tally,
)
from matcher.pairing.words import BLOCK, WORDS

UNBOUNDED = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Room:
    """What one worker writes while it looks at a crowd."""

    block: Block
    bench: Bench
    marks: Marks
    inside: Ints32


def no_marks(prepared: Columns) -> Marks:
    """Nobody holds anything yet."""
    return Marks(*(np.zeros(size, dtype=np.int8) for size in prepared.vocabulary))


def room(prepared: Columns, seating: Seating, skills: int, rows: int) -> Room:
    """Room for blocks with so many different skills and crowds with so many rows of answers."""
    rows = max(rows, FIRST_ROW)
    block = Block(
        open=_words(),
        used=np.ones(rows, dtype=np.bool_),
        placed=_words(),
        fail=_words(rows),
        unsure=_words(rows),
        skill=_words(max(1, skills)),
        skill_row=np.full(max(1, prepared.vocabulary[0]), -1, dtype=np.int32),
        needed=_words(seating.planes),
        needs=_words(),
        fell=_words(LEVELS),
        below=_words(BLOCK + 1),
        rank=np.zeros(int(np.diff(prepared.given.asks.offset).max()) + 1, dtype=np.int32),
    )
    bench = Bench(
        near=_words(), doubt=_words(), alive=_words(), blameless=_words(), carry=_words(), held=_words(seating.planes)
    )
    return Room(block, bench, no_marks(prepared), _no_places(prepared))


def no_counters(prepared: Columns) -> Counters:
    """Nothing counted yet about vacancies."""
    m = prepared.given.jobs.bits.size
    return Counters(
        first=np.zeros((COUNTERS, m), dtype=np.int32),
        first_unknown=np.zeros((COUNTERS, m), dtype=np.int32),
        inside=_no_places(prepared),
        inside_block=np.zeros(-(-m // BLOCK), dtype=np.int32),
        recent=_words(BATCH, COUNTERS),
        recent_unknown=_words(BATCH, COUNTERS),
        planes=_words(COUNTERS, PLANES),
        planes_unknown=_words(COUNTERS, PLANES),
    )


def no_tally(people: int) -> Tally:
    """Nothing counted yet about people."""
    return Tally(
        first=np.zeros((people, COUNTERS), dtype=np.int32),
        first_unknown=np.zeros((people, COUNTERS), dtype=np.int32),
        inside=np.zeros(people, dtype=np.int32),
        missing=np.zeros(people, dtype=np.int64),
        positive=np.zeros(people, dtype=np.bool_),
    )


def nothing_found(people: int, kept: int, standing: bool, at: Ints64, listed: int) -> Found:
    """Nothing found yet.

    Parameters
    ----------
    kept
        Most pairs to keep per person.
    standing
        Whether to make room for where people stand.
    at, listed
        Where each person's list starts, and the length of all.
    """
    some = people if standing else 0
    return Found(
        held=np.zeros(people, dtype=np.int32),
        number=np.zeros((people, kept), dtype=np.int32),
        points=np.zeros((people, kept), dtype=np.int64),
        gain=np.zeros((people, kept), dtype=np.int64),
        rest=np.full(people, NO_GAIN, dtype=np.int64),
        better=np.zeros(some, dtype=np.int32),
        best_number=np.full(some, -1, dtype=np.int32),
        best_points=np.zeros(some, dtype=np.int64),
        best_gain=np.zeros(some, dtype=np.int64),
        winnable=np.zeros(some, dtype=np.bool_),
        at=np.array(at, dtype=np.int64),
        # Room that is not written to takes no memory.
        listed=np.empty(listed, dtype=np.int32),
        listed_points=np.empty(listed, dtype=np.int64),
    )


def nothing_kept(people: int) -> Kept:
    """Nothing found so far, and no bound on what there is."""
    return Kept(
        start=np.zeros(people + 1, dtype=np.int64),
        number=np.zeros(0, dtype=np.int32),
        points=np.zeros(0, dtype=np.int64),
        bound=np.full(people, UNBOUNDED, dtype=np.int64),
    )


def _no_places(prepared: Columns) -> Ints32:
    """Nobody reaches any part of a place that lies in a block."""
    blocks = -(-prepared.given.jobs.bits.size // BLOCK)
    return np.zeros(prepared.work_places.size + blocks, dtype=np.int32)


def _words(*shape: int) -> Words:
    return np.zeros((*shape, WORDS), dtype=np.uint64)
