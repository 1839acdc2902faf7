"""Sets of lines at odds and the cheapest relaxation, against brute force on small random models.

``MATCHER_DISPUTES=5000 pytest tests/solvers/test_conflict.py`` looks at more of them.
"""

import os

import pytest

from matcher.progress import SILENT
from matcher.solvers.limited.clock import Time
from matcher.solvers.limited.concession import relaxation_of
from matcher.solvers.limited.conflict import conflicts_of
from tests.solvers.disputes import conflict_faults, court_of, random_dispute, relaxation_faults
from tests.solvers.limited_models import puzzle_of

DISPUTES = int(os.environ.get("MATCHER_DISPUTES", "120"))
PER_TEST = 30
EVER = Time(up=lambda: False, left=lambda: None)


@pytest.mark.parametrize("block", range(-(-DISPUTES // PER_TEST)))
def test_conflicts_and_relaxations_are_what_brute_force_says(block: int) -> None:
    found, disputes = [], 0
    for seed in range(block * PER_TEST, (block + 1) * PER_TEST):
        dispute = random_dispute(seed, 5, 4)
        plain = puzzle_of(dispute.model)
        court = court_of(plain, dispute.pins)
        if court.possible(court.lines):
            continue
        disputes += 1
        conflicts = conflicts_of(dispute, EVER, SILENT)
        found += [f"seed {seed}: {line}" for line in conflict_faults(court, conflicts)]
        relaxation = relaxation_of(dispute, EVER, SILENT)
        assert relaxation is not None
        found += [f"seed {seed}: {line}" for line in relaxation_faults(plain, court, relaxation)]
    assert not found, "\n".join(found[:20])
    assert disputes


def test_without_time_it_says_that_it_does_not_know() -> None:
    never = Time(up=lambda: True, left=lambda: 0.0)
    for seed in range(60):
        dispute = random_dispute(seed, 5, 4)
        court = court_of(puzzle_of(dispute.model), dispute.pins)
        if not court.possible(court.lines):
            found = conflicts_of(dispute, never, SILENT)
            assert (found.sets, found.complete) == ((), False)
            relaxation = relaxation_of(dispute, never, SILENT)
            assert relaxation is None or not relaxation.bounds or not relaxation.cheapest


def test_time_that_ends_on_the_way_leaves_sets_that_are_marked() -> None:
    """However early it ends: what is called irreducible is, and every set is impossible."""
    for seed in range(60):
        dispute = random_dispute(seed, 5, 4)
        court = court_of(puzzle_of(dispute.model), dispute.pins)
        if court.possible(court.lines):
            continue
        for asked in range(1, 12, 2):
            left = iter([False] * asked)
            soon = Time(up=lambda left=left: next(left, True), left=lambda: None)  # type: ignore[misc]
            found = conflicts_of(dispute, soon, SILENT)
            for conflict in found.sets:
                lines = {party.line for party in conflict.parties}
                assert not court.possible(lines)
                assert not conflict.irreducible or all(court.possible(lines - {one}) for one in lines)
            assert not found.complete or not list(conflict_faults(court, found))
