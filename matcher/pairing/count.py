"""The survey: which rule fails first, counted over all pairs of a crowd, compiled."""
# ruff: noqa: PLR0917 - compiled loops take their arrays by position

import numpy as np

from matcher.compiled import bare_kernel
from matcher.domain.codes import RULE_INDEX, Rule
from matcher.pairing.blocks import ADMISSION_UNSURE, clear_known, fill_block, forget_skills, skills_row
from matcher.pairing.compile import inlined, part
from matcher.pairing.judge import person_of
from matcher.pairing.layout import UNKNOWN_SHIFT, Given, Ints32, Marks, Words
from matcher.pairing.person_table import mark
from matcher.pairing.reach import WHOLE, anybody_near, fill_near
from matcher.pairing.score import pair_points, road_between
from matcher.pairing.stage import (
    BATCH,
    ELIGIBLE_SLOT,
    LAYOUT,
    PASS_ROW,
    PLANES,
    SKILLS_SLOT,
    SLOT_RULE,
    Bench,
    Block,
    Counters,
    Crowd,
    Seating,
    Tally,
    Ways,
)
from matcher.pairing.words import BLOCK, WORDS, ZERO, last_of, ones, without_last

DISTANCE_BIT = 1 << RULE_INDEX[Rule.DISTANCE]


@inlined
def may_doubt(slot: int, mask: int) -> bool:
    """Whether the rule of a slot can fail on an unknown. What the vacancy alone decides has its own say."""
    return bool(((mask | ADMISSION_UNSURE) >> (SLOT_RULE[slot] + UNKNOWN_SHIFT)) & 1)


@inlined
def fail_slot(row: int, slot: int, place: int, alive: Words, block: Block, recent: Words) -> int:
    """Take those who fail a rule out of ``alive``; they go to ``recent``. Returns how many."""
    fail, count = block.fail, 0
    for word in range(WORDS):
        out = alive[word] & fail[row, word]
        alive[word] ^= out
        recent[place, slot, word] = out
        count += ones(out)
    return count


@inlined
def doubt_slot(row: int, slot: int, place: int, block: Block, recent: Words, unknown: Words) -> int:
    """Those of ``recent`` who fail the rule on an unknown, into ``unknown``; returns how many."""
    unsure, count = block.unsure, 0
    for word in range(WORDS):
        out = recent[place, slot, word] & unsure[row, word]
        unknown[place, slot, word] = out
        count += ones(out)
    return count


@inlined
def excuse(row: int, block: Block, blameless: Words) -> None:
    """Keep only who does not fail a rule for certain."""
    fail, unsure = block.fail, block.unsure
    for word in range(WORDS):
        blameless[word] &= ~(fail[row, word] & ~unsure[row, word])


@part
def missing_bits(i: int, rows: Ints32, skills: int, block: Block, bench: Bench) -> int:
    """Rules that fail on an unknown for a vacancy against which nothing else is known."""
    alive, blameless, doubt, unsure = bench.alive, bench.blameless, bench.doubt, block.unsure
    seen, missing = ZERO, 0
    for word in range(WORDS):
        blameless[word] &= ~alive[word]
        seen |= blameless[word]
    if seen == ZERO:
        return 0
    for slot in range(SKILLS_SLOT + 1):
        row = skills if slot == SKILLS_SLOT else rows[i, slot]
        if row == PASS_ROW:
            continue
        seen = ZERO
        for word in range(WORDS):
            seen |= blameless[word] & unsure[row, word]
        if seen != ZERO:
            missing |= 1 << SLOT_RULE[slot]
    seen = ZERO
    for word in range(WORDS):
        seen |= blameless[word] & doubt[word]
    return missing | DISTANCE_BIT if seen != ZERO else missing


@inlined
def count_person(
    i: int,
    place: int,
    tracked: bool,
    given: Given,
    crowd: Crowd,
    seating: Seating,
    block: Block,
    bench: Bench,
    tally: Tally,
    counters: Counters,
) -> None:
    """Count the pairs of one person with the vacancies of ``bench.alive``, and leave there who is eligible."""
    alive, blameless, mask = bench.alive, bench.blameless, given.weights.mask
    recent, recent_unknown = counters.recent, counters.recent_unknown
    skills = PASS_ROW
    for slot in range(SKILLS_SLOT + 1):
        if slot == SKILLS_SLOT:
            skills = skills_row(crowd.first + i, given, seating, block, bench)
        row = skills if slot == SKILLS_SLOT else crowd.row[i, slot]
        matters = may_doubt(slot, mask)
        if row == PASS_ROW:
            for word in range(WORDS):
                recent[place, slot, word] = ZERO
            if matters:
                for word in range(WORDS):
                    recent_unknown[place, slot, word] = ZERO
            continue
        tally.first[i, slot] += fail_slot(row, slot, place, alive, block, recent)
        if matters:
            tally.first_unknown[i, slot] += doubt_slot(row, slot, place, block, recent, recent_unknown)
        if tracked:
            excuse(row, block, blameless)
    eligible = 0
    for word in range(WORDS):
        recent[place, ELIGIBLE_SLOT, word] = alive[word]
        eligible += ones(alive[word])
    tally.first[i, ELIGIBLE_SLOT] += eligible
    if tracked:
        tally.missing[i] |= missing_bits(i, crowd.row, skills, block, bench)


@part
def any_positive(
    i: int, home: int, begin: int, given: Given, crowd: Crowd, ways: Ways, marks: Marks, alive: Words
) -> bool:
    """Whether one of the eligible vacancies in ``alive`` is worth something."""
    found = False
    person = person_of(crowd.first + i, given.weights.mask, given.people, given.holdings.skills.known[crowd.first + i])
    mark(crowd.first + i, given.holdings, marks, 1)
    for word in range(WORDS):
        bits = alive[word]
        while bits != ZERO and not found:
            j = begin + 64 * word + last_of(bits)
            bits = without_last(bits)
            road_m = road_between(home, given.jobs.place[j], ways.metres)
            found = pair_points(person, j, -1, road_m, -1, given, marks) > 0
    mark(crowd.first + i, given.holdings, marks, 0)
    return found


@part
def add_batch(slot: int, recent: Words, planes: Words) -> None:
    """Add a batch of bits to the counts of one slot, in binary."""
    for word in range(WORDS):
        a, b, c, d = ZERO, ZERO, ZERO, ZERO
        for place in range(BATCH):
            more = recent[place, slot, word]
            a, more = a ^ more, a & more
            b, more = b ^ more, b & more
            c, more = c ^ more, c & more
            d ^= more
        planes[slot, 0, word], a = planes[slot, 0, word] ^ a, planes[slot, 0, word] & a
        was = planes[slot, 1, word]
        planes[slot, 1, word], b = was ^ b ^ a, (was & b) | ((was ^ b) & a)
        was = planes[slot, 2, word]
        planes[slot, 2, word], c = was ^ c ^ b, (was & c) | ((was ^ c) & b)
        was = planes[slot, 3, word]
        planes[slot, 3, word], d = was ^ d ^ c, (was & d) | ((was ^ d) & c)
        for plane in range(4, PLANES):
            was = planes[slot, plane, word]
            planes[slot, plane, word], d = was ^ d, was & d


@part
def close_batch(filled: int, mask: int, counters: Counters) -> None:
    """Add what is filled of a batch to the counts."""
    for place in range(filled, BATCH):
        for slot in range(ELIGIBLE_SLOT + 1):
            for word in range(WORDS):
                counters.recent[place, slot, word] = ZERO
                counters.recent_unknown[place, slot, word] = ZERO
    for slot in range(ELIGIBLE_SLOT + 1):
        add_batch(slot, counters.recent, counters.planes)
        if slot <= SKILLS_SLOT and may_doubt(slot, mask):
            add_batch(slot, counters.recent_unknown, counters.planes_unknown)


@part
def flush(begin: int, end: int, slot: int, people: int, planes: Words, total: Ints32) -> None:
    """Add the counts of a block to the totals and clear them."""
    plane = 0
    while people >> plane:
        for word in range(WORDS):
            bits, base = planes[slot, plane, word], begin + 64 * word
            if bits != ZERO:
                for at in range(min(64, end - base)):
                    total[slot, base + at] += np.int32(((bits >> np.uint64(at)) & np.uint64(1)) << np.uint64(plane))
                planes[slot, plane, word] = ZERO
        plane += 1


@inlined
def count_block(
    number: int,
    begin: int,
    end: int,
    given: Given,
    crowd: Crowd,
    seating: Seating,
    ways: Ways,
    block: Block,
    bench: Bench,
    marks: Marks,
    tally: Tally,
    counters: Counters,
) -> None:
    """Count all pairs of a crowd with one block."""
    alive, near, doubt, blameless, mask = bench.alive, bench.near, bench.doubt, bench.blameless, given.weights.mask
    filled, people = 0, 0
    for group in range(crowd.home.size):
        low, high = crowd.group[group], crowd.group[group + 1]
        if fill_near(group, number, end, given, crowd, seating, ways, block, bench, counters.inside) == WHOLE:
            counters.inside_block[number] += high - low
        inside, doubted = 0, ZERO
        for word in range(WORDS):
            inside += ones(near[word])
            doubted |= doubt[word]
        if inside == 0 and doubted == ZERO:
            continue
        may = DISTANCE_BIT if doubted != ZERO else 0
        for i in range(low, high):
            tally.inside[i] += inside
            tracked = ((crowd.may_miss[i] | may) & ~tally.missing[i]) != 0
            if inside == 0 and not tracked:
                continue
            for word in range(WORDS):
                alive[word], blameless[word] = near[word], near[word] | doubt[word]
            clear_known(crowd.first + i, begin, end, given.known, alive)
            clear_known(crowd.first + i, begin, end, given.known, blameless)
            before = tally.first[i, ELIGIBLE_SLOT]
            count_person(i, filled, tracked, given, crowd, seating, block, bench, tally, counters)
            if not tally.positive[i] and tally.first[i, ELIGIBLE_SLOT] > before:
                tally.positive[i] = any_positive(i, crowd.home[group], begin, given, crowd, ways, marks, alive)
            filled, people = filled + 1, people + 1
            if filled == BATCH:
                close_batch(filled, mask, counters)
                filled = 0
    close_batch(filled, mask, counters)
    for slot in range(ELIGIBLE_SLOT + 1):
        flush(begin, end, slot, people, counters.planes, counters.first)
        flush(begin, end, slot, people, counters.planes_unknown, counters.first_unknown)


@bare_kernel
def count_crowd(
    given: Given,
    crowd: Crowd,
    seating: Seating,
    ways: Ways,
    block: Block,
    bench: Bench,
    marks: Marks,
    tally: Tally,
    counters: Counters,
) -> None:
    """Count all pairs of a crowd with all vacancies, those about which something is known left out.

    Parameters
    ----------
    block, bench, marks
        Room to work in; `Marks`, `Counters.planes` and rows of demands and skills as they were afterwards.
    tally
        Zero; written for the crowd.
    counters
        Is added to.
    """
    _ = LAYOUT
    m = given.jobs.bits.size
    placed = seating.start[-1]
    for number in range((m + BLOCK - 1) // BLOCK):
        begin, end = number * BLOCK, min((number + 1) * BLOCK, m)
        if anybody_near(crowd, ways, number, begin < placed, end > placed):
            fill_block(given, crowd, seating, begin, end, block)
            count_block(number, begin, end, given, crowd, seating, ways, block, bench, marks, tally, counters)
            forget_skills(given, begin, end, block)
