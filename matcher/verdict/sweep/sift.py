"""Takes 64 pairs through a rule in one step: arrays in, arrays out, compiled."""
# ruff: noqa: PLR0917 - compiled loops take their arrays by position

import numpy as np

from matcher.compiled import kernel
from matcher.verdict.sweep.compile import part
from matcher.verdict.sweep.layout import (
    ANY_PASSES,
    BY_ROAD,
    BY_SKILLS,
    FAILS,
    FAILS_UNKNOWN,
    LAYOUT,
    PASSES,
    Bench,
    Bits,
    Ints8,
    Ints32,
    Ints64,
    RowCounts,
    Tile,
)

ONE = np.uint64(1)
NONE = np.uint64(0)
WORD_SHIFT = 6
WORD_MASK = 63
ODD_BITS, ODD_PAIRS = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333)
LOW_HALVES, EVERY_BYTE = np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(0x0101010101010101)


@part
def ones(word: np.uint64) -> int:
    """Number of bits set; compilers know this form and use the processor's own instruction."""
    word = word - ((word >> np.uint64(1)) & ODD_BITS)
    word = (word & ODD_PAIRS) + ((word >> np.uint64(2)) & ODD_PAIRS)
    word = (word + (word >> np.uint64(4))) & LOW_HALVES
    return int((word * EVERY_BYTE) >> np.uint64(56))


@part
def lowest(word: np.uint64) -> int:
    """Number of the lowest bit set."""
    return ones((word & (~word + ONE)) - ONE)


@part
def bit(column: int) -> np.uint64:
    """The bit of a column within its word."""
    return ONE << np.uint64(column & WORD_MASK)


@kernel
def spread(
    codes: Ints8, start: Ints64, word: Ints32, bits: Bits, answer: Ints32, fails: Bits, doubt: Ints32, doubts: Bits
) -> None:
    """Write what classes of rows answer to classes of columns as one bit per column.

    Parameters
    ----------
    codes
        Shape ``(classes of rows, classes of columns)``: PASSES, FAILS or FAILS_UNKNOWN.
    start, word, bits
        Which columns are of a class: from ``start[k]`` to ``start[k + 1]``, words and the bits in them.
    answer
        Shape ``(classes of rows,)``: the row of ``fails`` to write, negative for none; ``doubt`` says which of ``doubts``.
    """
    for row in range(codes.shape[0]):
        if answer[row] < 0:
            continue
        failing, unknown = fails[answer[row]], doubts[doubt[answer[row]]]
        for kind in range(codes.shape[1]):
            code = codes[row, kind]
            if code == PASSES:
                continue
            for at in range(start[kind], start[kind + 1]):
                failing[word[at]] |= bits[at]
                if code == FAILS_UNKNOWN:
                    unknown[word[at]] |= bits[at]


@part
def set_range(words: Bits, begin: int, end: int) -> None:
    """Set bits ``begin`` to ``end``, which are not equal."""
    first, last = begin >> WORD_SHIFT, (end - 1) >> WORD_SHIFT
    from_begin = ~NONE << np.uint64(begin & WORD_MASK)
    to_end = ~NONE >> np.uint64(WORD_MASK - ((end - 1) & WORD_MASK))
    if first == last:
        words[first] |= from_begin & to_end
        return
    words[first] |= from_begin
    for word in range(first + 1, last):
        words[word] = ~NONE
    words[last] |= to_end


@part
def measure(tile: Tile, row: int, bench: Bench) -> None:
    """Find the columns beyond a row's reach; neighbours who live together and go equally far share the answer."""
    before = bench.road_row[0]
    spot, reach, blind = tile.spot[row], tile.reach[row], tile.blind[row]
    if before >= 0 and tile.spot[before] == spot and tile.reach[before] == reach and tile.blind[before] == blind:
        return
    bench.road_row[0] = row
    all_far = spot >= 0 and tile.nearest[spot] > min(reach, tile.widest)
    for word in range(tile.full.size):
        bench.far[word] = tile.full[word] if all_far else NONE
        bench.far_doubt[word] = NONE
    if all_far:
        return
    for k in range(tile.run_spot.size):
        road_m = tile.metres[spot, tile.run_spot[k]] if spot >= 0 and tile.run_spot[k] >= 0 else -1
        near = road_m <= reach and road_m <= tile.run_reach[k]
        outcome = max(blind, tile.run_blind[k]) if road_m < 0 else PASSES if near else FAILS
        if outcome != PASSES:
            set_range(bench.far, tile.run[k], tile.run[k + 1])
        if outcome == FAILS_UNKNOWN:
            set_range(bench.far_doubt, tile.run[k], tile.run[k + 1])


@part
def qualify(tile: Tile, row: int, bench: Bench) -> None:
    """Find the columns that share too few essential skills with a row."""
    me, full, at_least = tile.first_row + row, tile.full, bench.at_least
    needed = tile.needed[me]
    most = needed if needed >= 0 else tile.needing.shape[0] - 1
    for word in range(full.size):
        at_least[0, word] = full[word]
        for count in range(1, most + 1):
            at_least[count, word] = NONE
    for at in range(tile.skill_start[me], tile.skill_start[me + 1]):
        which = tile.having[tile.skill_code[at]]
        if which >= 0:
            share(tile.has[which], most, at_least)
    for word in range(full.size):
        fail = full[word] & ~at_least[most, word] if needed >= 0 else NONE
        if needed < 0:
            for count in range(1, most + 1):
                fail |= tile.needing[count, word] & ~at_least[count, word]
        unknown = tile.unknown[word] if tile.skills_known[me] else fail
        bench.unskilled_doubt[word] = fail & unknown if tile.skills_unknown == FAILS_UNKNOWN else NONE
        bench.unskilled[word] = fail if tile.skills_unknown == FAILS_UNKNOWN else fail & ~unknown


@part
def share(has: Bits, most: int, at_least: Bits) -> None:
    """One more skill of the row: who has it too, and shared so many before, now shares one more."""
    for count in range(most, 0, -1):
        more, before = at_least[count], at_least[count - 1]
        for word in range(has.size):
            more[word] |= before[word] & has[word]


@part
def strike(fails: Bits, doubts: Bits, bench: Bench) -> tuple[int, int, bool]:
    """Strike out the pairs that fail a rule.

    Returns
    -------
    How many pairs it is the first rule to remove; how many of them on an unknown; whether any pair is left that failed none for certain.
    """
    clean, hopeful = bench.clean, bench.hopeful
    struck, unknown, rest = 0, 0, NONE
    for word in range(clean.size):
        fail, doubt = fails[word], doubts[word]
        struck += ones(clean[word] & fail)
        unknown += ones(clean[word] & doubt)
        clean[word] &= ~fail
        still = hopeful[word] & (~fail | doubt)
        hopeful[word] = still
        rest |= still
    return struck, unknown, rest != NONE


@part
def sift(tile: Tile, row: int, bench: Bench, first: Ints64, first_unknown: Ints64) -> bool:
    """Take all pairs of a row through the rules, in their order; count what each is the first to remove.

    Returns
    -------
    Whether any pair failed no rule for certain; those are left in ``bench.hopeful``, and in ``bench.clean`` where no rule failed at all.
    """
    clean, me = bench.clean, tile.first_row + row
    for word in range(tile.full.size):
        clean[word] = tile.full[word]
    for at in range(tile.fact_start[me], tile.fact_start[me + 1]):
        column = tile.fact_column[at] - tile.begin
        if 0 <= column < clean.size << WORD_SHIFT:
            clean[column >> WORD_SHIFT] &= ~bit(column)
    for word in range(clean.size):
        bench.hopeful[word] = clean[word]
    for step in range(tile.rule.size):
        ask = tile.asks[row, step]
        if ask == ANY_PASSES:
            continue
        if ask == BY_ROAD:
            measure(tile, row, bench)
            struck, unknown, rest = strike(bench.far, bench.far_doubt, bench)
        elif ask == BY_SKILLS:
            qualify(tile, row, bench)
            struck, unknown, rest = strike(bench.unskilled, bench.unskilled_doubt, bench)
        else:
            struck, unknown, rest = strike(tile.fails[ask], tile.doubts[tile.doubt[ask]], bench)
        first[tile.rule[step]] += struck
        first_unknown[tile.rule[step]] += unknown
        if not rest:
            return False
    return True


@kernel
def count_rows(tile: Tile, start: int, stop: int, who: Ints64, bench: Bench, counts: RowCounts) -> None:
    """Count, for rows ``start`` to ``stop`` of a tile, the first failing rules of all pairs; ``who`` numbers the rows."""
    _ = LAYOUT
    bench.road_row[0] = -1
    for row in range(start, stop):
        me = who[tile.first_row + row]
        if sift(tile, row, bench, counts.first[me], counts.first_unknown[me]):
            for word in range(bench.clean.size):
                counts.eligible[me] += ones(bench.clean[word])
