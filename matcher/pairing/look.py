"""Eligible pairs against prices: the best of each person, a list, or where everybody stands; compiled."""
# ruff: noqa: PLR0917, SIM110 - compiled loops take their arrays by position, and loop

from matcher.compiled import bare_kernel
from matcher.model.edges import NO_GAIN
from matcher.pairing.blocks import (
    clear_known,
    fill_block,
    fill_fell,
    forget_skills,
    skills_held,
    skills_matter,
    skills_row,
)
from matcher.pairing.compile import inlined, part
from matcher.pairing.judge import person_of
from matcher.pairing.layout import Given, Ints32, Ints64, Marks
from matcher.pairing.meet import meet, meet_known
from matcher.pairing.person_table import mark
from matcher.pairing.reach import fill_near, group_near
from matcher.pairing.score import pair_points, road_between
from matcher.pairing.stage import (
    LAYOUT,
    OFFER,
    PASS_ROW,
    SLOTS,
    Bench,
    Block,
    Crowd,
    Found,
    Kept,
    Question,
    Seating,
    Ways,
)
from matcher.pairing.words import BLOCK, WORDS, ZERO, last_of, without_last


@inlined
def wants(i: int, number: int, question: Question) -> bool:
    """Whether a block may hold something new for one person."""
    level = question.level[i]
    return bool(level < 0 or question.fall[number] >> level != 0)


@inlined
def may_skip(i: int, number: int, kept: Kept, question: Question, found: Found) -> bool:
    """Whether nothing in a block that was not found before can be above the person's floor; the bound on the rest says so."""
    if wants(i, number, question):
        return False
    if kept.bound[i] != NO_GAIN:
        found.rest[i] = max(found.rest[i], kept.bound[i] + question.fall[number])
    return True


@inlined
def only_fallen(i: int, kept: Kept, question: Question, bench: Bench, block: Block, found: Found) -> None:
    """Leave in ``bench.alive`` only vacancies whose price fell far enough; the bound on the rest knows of the others."""
    level, alive, fell = question.level[i], bench.alive, block.fell
    if level < 0:
        return
    for word in range(WORDS):
        alive[word] &= fell[level, word]
    if kept.bound[i] != NO_GAIN:
        found.rest[i] = max(found.rest[i], kept.bound[i] + (1 << level) - 1)


@inlined
def sift(i: int, given: Given, crowd: Crowd, seating: Seating, block: Block, bench: Bench) -> bool:
    """Take everybody who fails a rule out of ``bench.alive``; return whether somebody is left."""
    alive, fail = bench.alive, block.fail
    left = ZERO
    for word in range(WORDS):
        left |= alive[word]
    if left == ZERO:
        return False
    left = ZERO
    for slot in range(SLOTS):
        row = crowd.row[i, slot]
        if row != PASS_ROW:
            for word in range(WORDS):
                alive[word] &= ~fail[row, word]
    for word in range(WORDS):
        left |= alive[word]
    if left == ZERO:
        return False
    row = skills_row(crowd.first + i, given, seating, block, bench)
    if row == PASS_ROW:
        return True
    left = ZERO
    for word in range(WORDS):
        alive[word] &= ~fail[row, word]
        left |= alive[word]
    return bool(left != ZERO)


@inlined
def look_person(
    i: int,
    home: int,
    begin: int,
    given: Given,
    crowd: Crowd,
    seating: Seating,
    ways: Ways,
    bench: Bench,
    marks: Marks,
    kept: Kept,
    question: Question,
    found: Found,
) -> None:
    """Score the eligible vacancies of ``bench.alive`` for one person, and take them."""
    row, mask = crowd.first + i, given.weights.mask
    person = person_of(row, mask, given.people, given.holdings.skills.known[row])
    counted = person.skills_known and skills_matter(mask)
    mark(row, given.holdings, marks, 1)
    for word in range(WORDS):
        bits = bench.alive[word]
        while bits != ZERO:
            at = last_of(bits)
            bits = without_last(bits)
            j = begin + 64 * word + at
            road_m = road_between(home, given.jobs.place[j], ways.metres)
            held = skills_held(word, at, seating, bench) if counted else -1
            meet(i, j, pair_points(person, j, -1, road_m, held, given, marks), seating, kept, question, found)
    mark(row, given.holdings, marks, 0)


@inlined
def look_group(
    group: int,
    number: int,
    given: Given,
    crowd: Crowd,
    seating: Seating,
    ways: Ways,
    block: Block,
    bench: Bench,
    marks: Marks,
    kept: Kept,
    question: Question,
    found: Found,
) -> None:
    """Look at the pairs of a group with the vacancies of ``bench.near``."""
    alive, near, begin, seen, offers = bench.alive, bench.near, number * BLOCK, ZERO, question.mode == OFFER
    for word in range(WORDS):
        seen |= near[word]
    if seen == ZERO:
        return
    for i in range(crowd.group[group], crowd.group[group + 1]):
        if offers and may_skip(i, number, kept, question, found):
            continue
        for word in range(WORDS):
            alive[word] = near[word]
        if offers:
            only_fallen(i, kept, question, bench, block, found)
        clear_known(crowd.first + i, begin, begin + BLOCK, given.known, alive)
        if sift(i, given, crowd, seating, block, bench):
            look_person(i, crowd.home[group], begin, given, crowd, seating, ways, bench, marks, kept, question, found)


@inlined
def group_wants(group: int, number: int, crowd: Crowd, question: Question) -> bool:
    """Whether a block may hold something new for one of a group."""
    if question.mode != OFFER:
        return True
    for i in range(crowd.group[group], crowd.group[group + 1]):
        if wants(i, number, question):
            return True
    return False


@part
def anybody_wants(
    number: int,
    crowd: Crowd,
    ways: Ways,
    placed: bool,
    unplaced: bool,
    block: Block,
    kept: Kept,
    question: Question,
    found: Found,
) -> bool:
    """Whether a block may hold something new for anybody, and whose answers matter; if for nobody, the bounds on the rest say so."""
    used, some, offers = block.used, False, question.mode == OFFER
    for row in range(crowd.slot.size):
        used[row] = not offers
    for group in range(crowd.home.size):
        if not group_near(group, number, crowd, ways, placed, unplaced):
            continue
        if not offers:
            return True
        for i in range(crowd.group[group], crowd.group[group + 1]):
            if wants(i, number, question):
                some = True
                for slot in range(SLOTS):
                    used[crowd.row[i, slot]] = True
    if offers and not some:
        for i in range(found.rest.size):
            may_skip(i, number, kept, question, found)
    return some


@bare_kernel
def look(
    given: Given,
    crowd: Crowd,
    seating: Seating,
    ways: Ways,
    fact_bits: Ints64,
    fact_points: Ints64,
    block: Block,
    bench: Bench,
    marks: Marks,
    inside: Ints32,
    kept: Kept,
    question: Question,
    found: Found,
    first: int,
    last: int,
) -> None:
    """Look at all eligible pairs of a crowd with some blocks of vacancies.

    Parameters
    ----------
    fact_bits, fact_points
        As `matcher.pairing.answers.fill_answers` leaves them.
    block, bench, marks, inside
        Room to work in.
    kept
        Only for OFFER: what was found before; only what may be above the floor is looked at.
    found
        Empty before the first block; written.
    first, last
        Blocks from ``first`` to before ``last``. Known pairs are taken with block 0, wherever they are.
    """
    _ = LAYOUT
    m, placed = given.jobs.bits.size, seating.start[-1]
    if first == 0:
        meet_known(given, crowd, seating, fact_bits, fact_points, kept, question, found)
    for number in range(first, last):
        begin, end = number * BLOCK, min((number + 1) * BLOCK, m)
        if not anybody_wants(number, crowd, ways, begin < placed, end > placed, block, kept, question, found):
            continue
        fill_block(given, crowd, seating, begin, end, block)
        if question.mode == OFFER:
            fill_fell(question.drop, begin, end, block.fell)
        for group in range(crowd.home.size):
            if group_wants(group, number, crowd, question):
                fill_near(group, number, end, given, crowd, seating, ways, block, bench, inside)
                look_group(group, number, given, crowd, seating, ways, block, bench, marks, kept, question, found)
            else:
                for i in range(crowd.group[group], crowd.group[group + 1]):
                    may_skip(i, number, kept, question, found)
        forget_skills(given, begin, end, block)
