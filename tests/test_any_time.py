"""A run may be out of time at any look: what it then publishes passes every check, and says what it is."""

import pytest

from matcher.domain.policy_file import parse_policy
from matcher.domain.raw import RawTables
from matcher.model.solution import Status
from matcher.pairing import hall
from matcher.pipeline import MatchReport, check, claims_of, match_tables
from matcher.solvers import auction
from matcher.stop import NEVER, Deadline, Stop
from tests.oracle.bundles import Bundle, random_bundle
from tests.solvers.models import Countdown
from tests.test_against_oracle import NOBODY, NOTHING


def report(bundle: Bundle, stop: Stop, threads: int) -> MatchReport:
    """A run that passed the check."""
    policy = parse_policy(bundle.policy or "")
    policy = policy.model_copy(update={"solve": policy.solve.model_copy(update={"threads": threads})})
    done = match_tables(RawTables(bundle.tables), policy, run_date=bundle.run_date, stop=stop)
    check(done.case, done.tables, claims_of(done))
    return done


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("seed", range(4))
def test_whatever_look_is_the_last(monkeypatch: pytest.MonkeyPatch, seed: int, threads: int) -> None:
    monkeypatch.setattr(hall, "_CROWD_LEAST", 8)
    monkeypatch.setattr(auction, "_AT_ONCE", 40)
    bundle = random_bundle(seed, 60, 50)
    bundle.tables.setdefault("candidates", NOBODY)
    bundle.tables.setdefault("vacancies", NOTHING)
    best = report(bundle, NEVER, threads).result
    assert best.status is Status.OPTIMAL
    for looks in (*range(12), *range(12, 90, 5)):
        result = report(bundle, Countdown(looks), threads).result
        assert result.objective <= best.objective <= result.upper_bound
        proven = result.objective == result.upper_bound
        assert (result.status is Status.OPTIMAL) == proven
    assert report(bundle, Deadline.after(3600), threads).result.status is Status.OPTIMAL
