"""Looks one by one at the eligible pairs: points, and what they mean for the person; compiled.

Each step takes all pairs of one person: handing arrays to a function for every pair would cost more than the work itself.
"""
# ruff: noqa: PLR0917 - compiled loops take their arrays by position

from matcher.compiled import kernel
from matcher.rules.scorecard import Z_LIMIT
from matcher.verdict.sweep.compile import part
from matcher.verdict.sweep.layout import (
    ANY_PASSES,
    BY_ROAD,
    BY_SKILLS,
    LAYOUT,
    NEXT,
    Bench,
    Bits,
    Found,
    Ints8,
    Ints32,
    Ints64,
    Jobs,
    List,
    People,
    RowCounts,
    Ties,
    Tile,
    Worth,
)
from matcher.verdict.sweep.sift import NONE, ONE, WORD_SHIFT, lowest, sift

THOUSAND = 1000


@part
def held(marks: Ints8, start: int, stop: int, code: Ints32) -> int:
    """How many of the codes from ``start`` to ``stop`` are marked."""
    count = 0
    for at in range(start, stop):
        count += marks[code[at]]
    return count


@part
def mark(marks: Ints8, start: int, stop: int, code: Ints32, value: int) -> None:
    """Write a value at the codes from ``start`` to ``stop``."""
    for at in range(start, stop):
        marks[code[at]] = value


@part
def list_columns(clean: Bits, column: Ints32) -> int:
    """Write the numbers of the bits that are set, and return how many those are."""
    count = 0
    for word in range(clean.size):
        left = clean[word]
        while left:
            column[count] = (word << WORD_SHIFT) + lowest(left)
            count += 1
            left &= left - ONE
    return count


@part
def half_even(top: int, bottom: int) -> int:
    """Exact ``top / bottom`` of whole numbers that are not negative, rounded half to even."""
    quotient = top // bottom
    twice = 2 * (top - quotient * bottom)
    if twice > bottom or (twice == bottom and quotient % 2 == 1):
        return quotient + 1
    return quotient


@part
def add_chances(tile: Tile, row: int, count: int, people: People, jobs: Jobs, worth: Worth, bench: Bench) -> None:
    """Write the chance of durable work, in millionths, of ``count`` pairs in `Bench.column` to `Bench.points`."""
    me, begin, spot, known = tile.first_row + row, tile.begin, tile.spot[row], people.skills_known[tile.first_row + row]
    column, points, skills, wanted = bench.column, bench.points, bench.skills, bench.wanted
    z_person, half_m, far_m = people.z[me], people.half_m[me], people.far_m[me]
    z_job, support, offered, occupation, work = jobs.z, worth.support, jobs.support, jobs.occupation, jobs.spot
    start, code, row_of, table = jobs.essential_start, jobs.essential_code, worth.essential.start, worth.essential.term
    start_optional, code_optional = jobs.optional_start, jobs.optional_code
    row_of_optional, table_optional = worth.optional.start, worth.optional.term
    metres, p_micro, need = tile.metres, worth.p_micro, people.support[me]
    for at in range(count):
        j = begin + column[at]
        z = z_person + z_job[j] + support[need, offered[j]]
        if known:
            first, last = start[j], start[j + 1]
            z += table[row_of[last - first] + held(skills, first, last, code)]
            first, last = start_optional[j], start_optional[j + 1]
            z += table_optional[row_of_optional[last - first] + held(skills, first, last, code_optional)]
        if occupation[j] >= 0 and wanted[occupation[j]]:
            z += worth.wanted
        road_m = metres[spot, work[column[at]]] if spot >= 0 and work[column[at]] >= 0 else -1
        if half_m >= 0 and road_m >= 0:
            if road_m <= half_m:
                z += worth.near
            elif road_m > far_m:
                z += worth.far
        points[at] = p_micro[min(max(z, -Z_LIMIT), Z_LIMIT) + Z_LIMIT]


@part
def add_points(begin: int, me: int, count: int, people: People, jobs: Jobs, small_job_c: int, bench: Bench) -> None:
    """Turn the chances in `Bench.points` into points."""
    column, points, lane_milli, offered_c = bench.column, bench.points, jobs.lane_milli, jobs.hours_max_c
    alone, priority, wanted_c = people.p_alone_micro[me], people.priority_milli[me], people.hours_max_c[me]
    for at in range(count):
        j = begin + column[at]
        v = max(0, points[at] - alone)
        if priority != THOUSAND:
            v = half_even(v * priority, THOUSAND)
        if lane_milli[j] != THOUSAND:
            v = half_even(v * lane_milli[j], THOUSAND)
        both_known = wanted_c >= 0 and offered_c[j] >= 0
        hours_c = min(wanted_c, offered_c[j]) if both_known else max(wanted_c, offered_c[j])
        points[at] = half_even(v * hours_c, small_job_c) if 0 <= hours_c < small_job_c else v


@part
def goes_before(gain: int, seat: int, other_gain: int, other_seat: int) -> bool:
    """Whether a vacancy stands before another in a person's list: by gain, ties to the lower number."""
    return other_seat < 0 or gain > other_gain or (gain == other_gain and seat < other_seat)


@part
def remember(gain: int, seat: int, points: int, gains: Ints64, seats: Ints64, values: Ints64) -> None:
    """Put a vacancy in its place among the best of a person."""
    at = NEXT - 1
    if not goes_before(gain, seat, gains[at], seats[at]):
        return
    while at > 0 and goes_before(gain, seat, gains[at - 1], seats[at - 1]):
        gains[at], seats[at], values[at] = gains[at - 1], seats[at - 1], values[at - 1]
        at -= 1
    gains[at], seats[at], values[at] = gain, seat, points


@part
def weigh(begin: int, me: int, count: int, people: People, jobs: Jobs, bench: Bench, found: Found) -> None:
    """What the eligible pairs mean for their person at the published prices."""
    column, points, who = bench.column, bench.points, jobs.who
    is_open, left, price, price_next = jobs.open, jobs.left, jobs.price, jobs.price_next
    person, own, own_points = people.who[me], people.seat[me], people.own_points[me]
    gains, seats, values = found.gain[person], found.seat[person], found.points[person]
    most, most_next, better, positive, winnable = found.most[person], found.most_next[person], 0, False, False
    for at in range(count):
        j, v = begin + column[at], points[at]
        better += v > own_points
        most_next = max(most_next, v - price_next[j])
        positive |= v > 0
        if own == j:
            found.own_points[person] = v
        if not is_open[j]:
            continue
        gain = v - price[j]
        most = max(most, gain)
        winnable |= v > 0 and (gain > 0 or left[j])
        # Who has a vacancy hears of others; who has none, of the nearest one that is worth something.
        if v > 0 if own < 0 else own != j:
            remember(gain, who[j], v, gains, seats, values)
    found.better[person] += better
    found.most[person], found.most_next[person] = most, most_next
    found.positive[person] |= positive
    found.winnable[person] |= winnable


@part
def tie(begin: int, me: int, count: int, people: People, jobs: Jobs, bench: Bench, ties: Ties) -> None:
    """Keep the pairs that leave their person exactly as much as the plan does."""
    column, points, who = bench.column, bench.points, jobs.who
    is_open, price, price_next = jobs.open, jobs.price, jobs.price_next
    own, level, level_next = people.seat[me], people.level[me], people.level_next[me]
    size, size_next = ties.size[0], ties.size[1]
    for at in range(count):
        j = begin + column[at]
        if own >= 0 and own != j and is_open[j] and points[at] - price[j] == level:
            ties.source[size], ties.target[size] = who[own], who[j]
            size += 1
        if own != j and points[at] - price_next[j] == level_next:
            if own < 0:
                ties.anchored[who[j]] = True
            else:
                ties.source_next[size_next], ties.target_next[size_next] = who[own], who[j]
                size_next += 1
    ties.size[0], ties.size[1] = size, size_next


@part
def note(begin: int, me: int, count: int, people: People, jobs: Jobs, bench: Bench, listed: List) -> None:
    """Write the eligible pairs down."""
    column, points, who, size = bench.column, bench.points, jobs.who, listed.size[0]
    for at in range(count):
        listed.person[size + at] = people.who[me]
        listed.vacancy[size + at] = who[begin + column[at]]
        listed.points[size + at] = points[at]
    listed.size[0] = size + count


@part
def unknown_only(tile: Tile, row: int, bench: Bench) -> int:
    """The rules, as bits, that fail on unknown in pairs of the row whose only failures are unknown ones."""
    hopeful, missing = bench.hopeful, 0
    for step in range(tile.rule.size):
        ask = tile.asks[row, step]
        if ask == ANY_PASSES:
            continue
        if ask == BY_ROAD:
            found = meet(hopeful, bench.far_doubt)
        elif ask == BY_SKILLS:
            found = meet(hopeful, bench.unskilled_doubt)
        else:
            found = meet(hopeful, tile.doubts[tile.doubt[ask]])
        if found:
            missing |= 1 << tile.rule[step]
    return missing


@part
def meet(some: Bits, others: Bits) -> bool:
    """Whether any bit is set in both."""
    both = NONE
    for word in range(some.size):
        both |= some[word] & others[word]
    return bool(both != NONE)


@kernel
def look_at_rows(
    tile: Tile,
    start: int,
    stop: int,
    people: People,
    jobs: Jobs,
    worth: Worth,
    bench: Bench,
    counts: RowCounts,
    found: Found,
    ties: Ties,
    listed: List,
) -> int:
    """Look at all pairs of people ``start`` to ``stop`` of a tile; return where it stopped because the room for ties or pairs was full.

    Every array that is written has its own place for each person; `ties`, `listed` and `bench` belong to the worker.
    """
    _ = LAYOUT
    bench.road_row[0] = -1
    for row in range(start, stop):
        if max(ties.size[0], ties.size[1]) + (tile.full.size << WORD_SHIFT) > ties.source.size:
            return row
        if worth.listing and listed.size[0] + (tile.full.size << WORD_SHIFT) > listed.points.size:
            return row
        me = tile.first_row + row
        who = people.who[me]
        if not sift(tile, row, bench, counts.first[who], counts.first_unknown[who]):
            continue
        found.missing[who] |= unknown_only(tile, row, bench)
        count = list_columns(bench.clean, bench.column)
        if count == 0:
            continue
        counts.eligible[who] += count
        mark(bench.skills, people.skill_start[me], people.skill_start[me + 1], people.skill_code, 1)
        mark(bench.wanted, people.wanted_start[me], people.wanted_start[me + 1], people.wanted_code, 1)
        add_chances(tile, row, count, people, jobs, worth, bench)
        add_points(tile.begin, me, count, people, jobs, worth.small_job_c, bench)
        weigh(tile.begin, me, count, people, jobs, bench, found)
        if worth.listing:
            note(tile.begin, me, count, people, jobs, bench, listed)
        if worth.ties and not people.pinned[me]:
            tie(tile.begin, me, count, people, jobs, bench, ties)
        mark(bench.skills, people.skill_start[me], people.skill_start[me + 1], people.skill_code, 0)
        mark(bench.wanted, people.wanted_start[me], people.wanted_start[me + 1], people.wanted_code, 0)
    return stop
