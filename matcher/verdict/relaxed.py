"""A problem with lines that gave way: what a relaxed plan is made of, and what it is checked against."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from matcher.domain.policy import Policy
from matcher.domain.relaxed import PIN, Relaxed
from matcher.domain.tables import Codebook, Problem
from matcher.errors import CertificateError
from matcher.model.limits import Row, Sense
from matcher.rules.limits import Charges, limits_of
from matcher.verdict.checks.check import require_claim

_FILE = "manifest, solver.relaxed"
_MILLION = 1_000_000
ShareName = tuple[str, str, Sense]


def shares_of(policy: Policy) -> Mapping[ShareName, float]:
    """Return the shares of the policy by kind, name and sense of their rows."""
    found: dict[ShareName, float] = {}
    for quota in policy.quota:
        for sense, share in ((Sense.AT_LEAST, quota.min_share), (Sense.AT_MOST, quota.max_share)):
            if share is not None:
                found["quota", quota.name, sense] = float(share)
    if policy.durable_share is not None:
        found["durable_share", "durable_share", Sense.AT_LEAST] = float(policy.durable_share.min)
    return found


def share_of(row: Row, shares: Mapping[ShareName, float]) -> float | None:
    """Return the share that a row asks; None where it asks a number."""
    return shares.get((row.kind, row.name, row.sense)) if row.scale == _MILLION else None


def relaxed_problem(problem: Problem, policy: Policy, codebook: Codebook, relaxed: Sequence[Relaxed]) -> Problem:
    """Let lines of a problem give way.

    Parameters
    ----------
    problem
        As the input states it.

    Raises
    ------
    CertificateError
        A line is not one of the problem as stated, may be broken anyway, stands there twice, or is not loosened.
    """
    if not relaxed:
        return problem
    limits, shares = limits_of(problem, policy, codebook), shares_of(policy)
    rows = [one.row for one in relaxed if one.row is not None]
    require_claim("solver.relaxed, rows in order, each once", rows, sorted(set(rows)))
    kept = tuple(_kept(limits, shares, one) for one in relaxed if one.row is not None)
    pins = [_fact(problem, codebook, one) for one in relaxed if one.row is None]
    require_claim("solver.relaxed, pins in order, each once", pins, sorted(set(pins)))
    pinned = problem.facts.pinned.copy()
    pinned[pins] = False
    return replace(problem, facts=replace(problem.facts, pinned=pinned), stated=replace(problem.stated, kept=kept))


def _kept(limits: Charges, shares: Mapping[ShareName, float], one: Relaxed) -> tuple[int, int]:
    """Row and new bound, in whole numbers."""
    assert one.row is not None
    rows, place = len(limits.rows), one.row
    if not 0 <= place < rows + len(limits.distinct):
        raise CertificateError(f"{_FILE}: there is no row {place} in limits_report.")
    if place < rows:
        row = limits.rows[place]
        stated = (row.name, row.kind, row.id, row.sense.value, row.bound / row.scale, share_of(row, shares), None)
        scale, sign, hard, bound = row.scale, row.sign, row.soft is None, row.bound
    else:
        distinct = limits.distinct[place - rows]
        stated = (distinct.name, "distinct", "", "<=", float(distinct.most), None, None)
        scale, sign, hard, bound = 1, 1, True, distinct.most
    told = (one.name, one.kind, one.id, one.sense, one.asked, one.share, one.vacancy_id)
    require_claim(f"solver.relaxed, row {place} as stated", told, stated)
    whole = round(one.kept * scale) if abs(one.kept) < 2**62 else 0
    loosened = hard and whole / scale == one.kept and sign * (whole - bound) > 0
    require_claim(f"solver.relaxed, row {place} hard before, and looser now", loosened, True)
    return place, whole


def _fact(problem: Problem, codebook: Codebook, one: Relaxed) -> int:
    """The known fact that holds a pin."""
    facts, people, vacancies = problem.facts, list(codebook.candidate_ids), list(codebook.vacancy_ids)
    told = (one.name, one.kind, one.sense, one.asked, one.kept, one.share)
    require_claim("solver.relaxed, a pin", told, ("must", PIN, ">=", 1.0, 0.0, None))
    known = one.id in people and one.vacancy_id in vacancies
    fact = -1
    if known and one.vacancy_id is not None:
        fact = int(facts.rows(people.index(one.id), vacancies.index(one.vacancy_id), len(vacancies)))
    require_claim("solver.relaxed, a pin as stated", fact >= 0 and bool(np.asarray(facts.pinned)[fact]), True)
    return fact
