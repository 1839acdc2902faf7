"""Sorted numbers say the same about who holds what as sets do."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.domain.tables import Sets
from matcher.rules.block import PairBlock
from matcher.rules.holdings import AskedOfMany, holdings

SIZE = 9
rows = st.lists(st.frozensets(st.integers(0, SIZE - 1)), min_size=1, max_size=6)


def sets_of(things: list[frozenset[int]]) -> Sets:
    start = np.cumsum([0, *map(len, things)]).astype(np.int64)
    code = np.array([code for one in things for code in sorted(one)], dtype=np.int32)
    return Sets(start, code, np.array([bool(one) for one in things]), SIZE)


@given(rows, rows)
def test_what_is_held_of_what_is_asked(held: list[frozenset[int]], asked: list[frozenset[int]]) -> None:
    jobs, who = sets_of(asked), holdings(sets_of(held))
    for code in range(-1, SIZE):
        contained = who.contain(np.arange(len(held)), np.array([code]))
        assert contained.tolist() == [code in one for one in held]
    person, vacancy = np.divmod(np.arange(len(held) * len(asked)), len(asked))
    nothing = np.full(person.size, -1)
    things = AskedOfMany(who, jobs, jobs.count)
    wide = PairBlock(person, vacancy, nothing, nothing, nothing)
    assert things.held_count(wide).tolist() == [len(one & other) for one in held for other in asked]
    # One vacancy for a whole block.
    short = PairBlock(np.arange(len(held)), np.array([0]), nothing[:1], nothing[:1], nothing[:1])
    assert things.held_count(short).tolist() == [len(one & asked[0]) for one in held]
    assert things.held_known.tolist() == [bool(one) for one in held]


def test_nobody_and_nothing() -> None:
    nobody = np.zeros(0, dtype=np.int64)
    none = Sets(np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.bool_), 0)
    assert holdings(none).contain(nobody, nobody).tolist() == []
    things = AskedOfMany(holdings(none), none, none.count)
    assert things.held_count(PairBlock(nobody, nobody, nobody, nobody, nobody)).tolist() == []
