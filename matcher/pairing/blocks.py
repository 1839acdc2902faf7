"""One block of vacancies as bits: what each asks, who fails it, compiled."""
# ruff: noqa: PLR0917 - compiled loops take their arrays by position

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import RULE_INDEX, Rule
from matcher.pairing.compile import inlined, part
from matcher.pairing.layout import KINDS, UNKNOWN_SHIFT, Given, Ints32, Ints64, Known, Words
from matcher.pairing.stage import (
    ADMISSION_ROW,
    FIRST_ROW,
    LEVELS,
    PASS_ROW,
    SKILLS_ROW,
    SLOT_KIND,
    Bench,
    Block,
    Crowd,
    Seating,
)
from matcher.pairing.words import ONE, WORDS, ZERO, set_bits

CLOSED_BIT = 1 << RULE_INDEX[Rule.CLOSED]
SKILLS = RULE_INDEX[Rule.SKILLS]
ADMISSION_FAILS = 1 << RULE_INDEX[Rule.ADMISSION]
ADMISSION_UNSURE = ADMISSION_FAILS << UNKNOWN_SHIFT


@inlined
def set_bit(rows: Words, row: int, at: int) -> None:
    """Set one bit of a row of words."""
    rows[row, at >> 6] |= ONE << np.uint64(at & 63)


@inlined
def wipe(rows: Words, row: int) -> None:
    """Clear a row of words."""
    for word in range(WORDS):
        rows[row, word] = ZERO


@part
def fill_block(given: Given, crowd: Crowd, seating: Seating, begin: int, end: int, block: Block) -> None:
    """Turn vacancies ``begin`` to ``end`` into bits, and who fails the rows of answers in ``block.used``."""
    _fill_vacancies(given, seating, begin, end, block)
    for kind in range(KINDS):
        low, high = given.asks.offset[kind], given.asks.offset[kind + 1]
        _fill_below(given.jobs.ask, kind, low, high - low, begin, end, block)
        for row in range(FIRST_ROW, crowd.slot.size):
            if block.used[row] and SLOT_KIND[crowd.slot[row]] == kind:
                _fill_row(crowd.turn, crowd.start[row], crowd.start[row + 1], high - low, row, block)
    _fill_skills(given, begin, end, block)


@part
def _fill_vacancies(given: Given, seating: Seating, begin: int, end: int, block: Block) -> None:
    bits, needed = given.jobs.bits, given.jobs.needed
    block.open[:], block.placed[:], block.needs[:], block.needed[:] = ZERO, ZERO, ZERO, ZERO
    wipe(block.fail, ADMISSION_ROW)
    wipe(block.unsure, ADMISSION_ROW)
    set_bits(block.placed, 0, min(end, seating.start[-1]) - begin)
    for j in range(begin, end):
        at = j - begin
        bit = ONE << np.uint64(at & 63)
        if bits[j] & CLOSED_BIT == 0:
            block.open[at >> 6] |= bit
        if bits[j] & (ADMISSION_FAILS | ADMISSION_UNSURE):
            set_bit(block.fail, ADMISSION_ROW, at)
            if bits[j] & ADMISSION_FAILS == 0:
                set_bit(block.unsure, ADMISSION_ROW, at)
        if needed[j] > 0:
            block.needs[at >> 6] |= bit
            for plane in range(seating.planes):
                if (needed[j] >> plane) & 1:
                    block.needed[plane, at >> 6] |= bit


@part
def _fill_below(ask: NDArray[np.uint32], kind: int, low: int, count: int, begin: int, end: int, block: Block) -> None:
    """For every demand of a kind, the vacancies that ask one before it."""
    rank, below = block.rank, block.below
    for demand in range(count + 1):
        rank[demand] = 0
    for j in range(begin, end):
        rank[ask[j, kind] - low] = 1
    found = 0
    for demand in range(count + 1):
        occurs, rank[demand] = rank[demand], found
        found += occurs
    for row in range(found + 1):
        wipe(below, row)
    for j in range(begin, end):
        set_bit(below, rank[ask[j, kind] - low] + 1, j - begin)
    for row in range(found):
        for word in range(WORDS):
            below[row + 1, word] |= below[row, word]


@part
def _fill_row(turn: Ints32, first: int, last: int, count: int, row: int, block: Block) -> None:
    """Who fails a row of answers: everybody with a demand that fails it."""
    fail, unsure, below, rank = block.fail, block.unsure, block.below, block.rank
    wipe(fail, row)
    wipe(unsure, row)
    for at in range(first, last):
        answer = turn[at] & 3
        if answer == 0:
            continue
        low, high = rank[turn[at] >> 2], rank[turn[at + 1] >> 2 if at + 1 < last else count]
        if low == high:
            continue
        for word in range(WORDS):
            fail[row, word] |= below[high, word] ^ below[low, word]
        if answer > 1:
            for word in range(WORDS):
                unsure[row, word] |= below[high, word] ^ below[low, word]


@part
def fill_fell(drop: Ints64, begin: int, end: int, fell: Words) -> None:
    """Vacancies by how much their price fell."""
    for level in range(LEVELS):
        wipe(fell, level)
    for j in range(begin, end):
        level = -1
        while level + 1 < LEVELS and drop[j] >> (level + 1):
            level += 1
        if level >= 0:
            set_bit(fell, level, j - begin)
    for level in range(LEVELS - 2, -1, -1):
        for word in range(WORDS):
            fell[level, word] |= fell[level + 1, word]


@part
def _fill_skills(given: Given, begin: int, end: int, block: Block) -> None:
    start, code = given.jobs.essential.start, given.jobs.essential.code
    found = 0
    for j in range(begin, end):
        for at in range(start[j], start[j + 1]):
            row = block.skill_row[code[at]]
            if row < 0:
                row = found
                block.skill_row[code[at]] = row
                wipe(block.skill, row)
                found += 1
            set_bit(block.skill, row, j - begin)


@part
def forget_skills(given: Given, begin: int, end: int, block: Block) -> None:
    """Leave ``skill_row`` as it was before `fill_block`."""
    start, code = given.jobs.essential.start, given.jobs.essential.code
    for at in range(start[begin], start[end]):
        block.skill_row[code[at]] = -1


@inlined
def skills_matter(mask: int) -> bool:
    """Whether too few skills are a failure; then `skills_row` counts those of people whose skills are known."""
    return bool((mask >> SKILLS) & 1)


@inlined
def skills_held(word: int, at: int, seating: Seating, bench: Bench) -> int:
    """Essential skills that the person of the last `skills_row` holds for one vacancy."""
    held = 0
    for plane in range(seating.planes):
        held |= int((bench.held[plane, word] >> np.uint64(at)) & ONE) << plane
    return held


@inlined
def skills_row(i: int, given: Given, seating: Seating, block: Block, bench: Bench) -> int:
    """Who fails SKILLS for one person, in the row that is returned."""
    mask = given.weights.mask
    fail, unsure, needs = block.fail, block.unsure, block.needs
    if given.holdings.skills.known[i]:
        if not skills_matter(mask):
            return PASS_ROW
        _lacking_skills(i, given, seating, block, bench)
        wipe(unsure, SKILLS_ROW)
        return SKILLS_ROW
    if (mask >> SKILLS >> UNKNOWN_SHIFT) & 1 == 0:
        return PASS_ROW
    for word in range(WORDS):
        fail[SKILLS_ROW, word] = needs[word]
        unsure[SKILLS_ROW, word] = needs[word]
    return SKILLS_ROW


@part
def _lacking_skills(i: int, given: Given, seating: Seating, block: Block, bench: Bench) -> None:
    """Which vacancies of the block need more skills than the person holds."""
    skills, held, carry, lacking = given.holdings.skills, bench.held, bench.carry, block.fail
    planes, skill, needed, needs = seating.planes, block.skill, block.needed, block.needs
    for plane in range(planes):
        wipe(held, plane)
    for at in range(skills.start[i], skills.start[i + 1]):
        row = block.skill_row[skills.code[at]]
        if row < 0:
            continue
        for word in range(WORDS):
            carry[word] = skill[row, word]
        # One more skill for each bit: added in binary, one plane of bits after the other.
        for plane in range(planes):
            for word in range(WORDS):
                now, more = held[plane, word], carry[word]
                held[plane, word] = now ^ more
                carry[word] = now & more
    wipe(lacking, SKILLS_ROW)
    # "Less than" from the lowest plane up: the highest plane that differs decides.
    for plane in range(planes):
        for word in range(WORDS):
            has, asks = held[plane, word], needed[plane, word]
            lacking[SKILLS_ROW, word] = (asks & ~has) | (~(asks ^ has) & lacking[SKILLS_ROW, word])
    for word in range(WORDS):
        lacking[SKILLS_ROW, word] &= needs[word]


@part
def clear_known(i: int, begin: int, end: int, known: Known, bits: Words) -> None:
    """Take out the pairs of a person about which something is known: they are judged one by one."""
    low, high = known.start[i], known.start[i + 1]
    last = high
    while low < high:
        middle = (low + high) >> 1
        if known.vacancy[middle] < begin:
            low = middle + 1
        else:
            high = middle
    while low < last and known.vacancy[low] < end:
        at = known.vacancy[low] - begin
        bits[at >> 6] &= ~(ONE << np.uint64(at & 63))
        low += 1
