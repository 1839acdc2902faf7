"""Lines that cannot hold together, planted among harmless ones in random bundles: found, none too many, and the least gives way.

``MATCHER_CONFLICTS=50 pytest tests/test_planted_conflicts.py`` plants more of them.
"""

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from matcher.domain.policy_file import parse_policy
from matcher.domain.raw import RawTables
from matcher.domain.relaxed import PIN, Relaxed
from matcher.errors import InfeasibleError, InputError
from matcher.model.conflict import Conflict, Conflicts, Line, LineSort, Party, Pin, Relaxation
from matcher.pipeline import check, claims_of, match_tables
from matcher.verdict.standoff import Standoff, StatedLine
from tests.oracle.bundles import Bundle
from tests.oracle.limit_bundles import random_limit_bundle
from tests.oracle.limits import Limited, limited
from tests.solvers.disputes import conflict_faults, court_of, relaxation_faults

PLANTED = int(os.environ.get("MATCHER_CONFLICTS", "12"))
PER_TEST = 3
PEOPLE = 6
HARMLESS = """
[[quota]]
name = "harmless 0"
max = 1000
[[quota]]
name = "harmless 1"
candidates = [["age", ">=", 27]]
min = 0
max = 50
[[quota]]
name = "harmless 2"
min_share = 0
max_share = 1
[[budget]]
name = "harmless 3"
unit = "placements"
max = 100
[[quota]]
name = "harmless 4"
min = 40
soft = true
weight = 3
"""


def one_line(rng: random.Random) -> str:
    """More people than there are."""
    return f'[[quota]]\nname = "planted"\nmin = {PEOPLE + rng.randint(1, 3)}\n'


def two_lines(rng: random.Random) -> str:
    """At least more than at most."""
    some = '[["age", "<", 45]]' if rng.random() < 0.5 else '[["candidate_id", "!=", "nobody"]]'
    least = rng.randint(1, 3)
    return (
        f'[[quota]]\nname = "planted a"\ncandidates = {some}\nmin = {least}\n'
        f'[[quota]]\nname = "planted b"\ncandidates = {some}\nmax = {least - 1}\n'
    )


def three_lines(rng: random.Random) -> str:
    """Some of these and some of those, but fewer than both together."""
    age, unit = rng.choice([21, 27, 45]), rng.choice(["placements", "lks_eur_month"])
    return (
        f'[[quota]]\nname = "planted a"\ncandidates = [["age", "<", {age}]]\nmin = 1\n'
        f'[[quota]]\nname = "planted b"\ncandidates = [["age", ">=", {age}]]\nmin = 1\n'
        f'[[budget]]\nname = "planted c"\nunit = "{unit}"\nmax = {1 if unit == "placements" else 0}\n'
    )


def planted(seed: int) -> Bundle:
    """A random bundle with harmless lines, and one to three that are at odds; sometimes pins as well."""
    bundle, rng = random_limit_bundle(seed, PEOPLE, 5), random.Random(f"planted {seed}")
    lines = rng.choice([one_line, two_lines, three_lines])(rng)
    tables = dict(bundle.tables)
    if "pairs" in tables and rng.random() < 0.4:
        tables["pairs"] = pinned(tables["pairs"], rng)
    return replace(bundle, tables=tables, policy=(bundle.policy or "") + HARMLESS + lines)


def pinned(pairs: pa.Table, rng: random.Random) -> pa.Table:
    """Some pairs become "must"."""
    pins: list[Any] = pairs["pin"].to_pylist() if "pin" in pairs.column_names else [None] * pairs.num_rows
    for at in rng.sample(range(pairs.num_rows), min(3, pairs.num_rows)):
        pins[at] = "must"
    rest = pairs.drop_columns(["pin"]) if "pin" in pairs.column_names else pairs
    return rest.append_column("pin", pa.array(pins, pa.string()))


def line_of(answer: Limited, one: StatedLine | Relaxed) -> tuple[Line, int]:
    """The same line as the oracle counts it, and parts in its unit."""
    if one.kind == PIN:
        return Line(LineSort.PIN, answer.must.index((one.id, one.vacancy_id or ""))), 1
    if one.kind == "distinct":
        return Line(LineSort.DISTINCT, [d.column for d in answer.distinct].index(one.name)), 1
    key = (one.name, one.kind, one.id, one.sense)
    same = [k for k, row in enumerate(answer.stated) if row.key == key and float(row.bound) == one.asked]
    same = [k for k in same if one.share is None or answer.stated[k].parts > 1 or len(same) == 1]
    return Line(LineSort.LIMIT, same[0]), answer.stated[same[0]].parts


def conflicts_of(answer: Limited, found: Standoff) -> Conflicts:
    sets = []
    for one in found.conflicts:
        parties = []
        for line in one.lines:
            place, parts = line_of(answer, line)
            parties.append(Party(place, None if line.reached is None else round(line.reached * parts)))
        sets.append(Conflict(tuple(parties), one.irreducible))
    return Conflicts(tuple(sets), found.complete)


def relaxation_of(answer: Limited, relaxed: tuple[Relaxed, ...], cheapest: bool) -> Relaxation:
    bounds: dict[int, int] = {}
    values: dict[int, int] = {}
    dropped: list[int] = []
    for one in relaxed:
        (sort, number), parts = line_of(answer, one)
        if sort is LineSort.PIN:
            dropped.append(number)
        else:
            (bounds if sort is LineSort.LIMIT else values)[number] = round(one.kept * parts)
    return Relaxation(bounds, values, tuple(sorted(dropped)), cheapest)


def faults(bundle: Bundle) -> Iterator[str] | None:
    """None where the bundle cannot be used, or a plan exists after all."""
    raw, policy = RawTables(bundle.tables), parse_policy(bundle.policy or "")
    try:
        match_tables(raw, policy, run_date=bundle.run_date)
    except InputError:
        return None
    except InfeasibleError as refused:
        return _faults(bundle, refused)
    return None


def _faults(bundle: Bundle, refused: InfeasibleError) -> Iterator[str]:
    answer, found = limited(bundle), refused.standoff
    assert isinstance(found, Standoff)
    plain = replace(answer.puzzle, must={}, impossible=False)
    court = court_of(plain, tuple(Pin(*pair) for pair in answer.must))  # type: ignore[arg-type]
    yield from conflict_faults(court, conflicts_of(answer, found))
    policy = parse_policy(bundle.policy or "")
    report = match_tables(RawTables(bundle.tables), policy, run_date=bundle.run_date, relax=True)
    check(report.case, report.tables, claims_of(report))
    relaxed = report.case.relaxed
    if relaxed != found.relaxation:
        yield f"relaxed {relaxed}, told was {found.relaxation}"
    yield from relaxation_faults(plain, court, relaxation_of(answer, relaxed, found.cheapest), report.result.objective)
    rows = report.tables["limits_report"].to_pylist()
    if any(rows[one.row]["bound"] != one.kept for one in relaxed if one.row is not None):
        yield "limits_report does not show the bounds that are kept"
    if report.claims["warnings"][0]["code"] != "LIMITS_RELAXED":
        yield "the first warning does not say that anything gave way"


@pytest.mark.parametrize("block", range(-(-PLANTED // PER_TEST)))
def test_planted_conflicts_are_found_and_relaxed(block: int) -> None:
    found, conflicts, seed = [], 0, block * 1000
    while conflicts < PER_TEST:
        told = faults(planted(seed))
        if told is not None:
            found += [f"seed {seed}: {line}" for line in told]
            conflicts += 1
        seed += 1
        assert seed < block * 1000 + 100
    assert not found, "\n".join(found[:20])
