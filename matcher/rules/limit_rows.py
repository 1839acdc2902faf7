"""From what files and policy state about limits to rows of whole numbers, one function per kind of limit, in the order of the report."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from matcher.domain.filters import Filter
from matcher.domain.limits_policy import BudgetPolicy, QuotaPolicy
from matcher.domain.policy import Policy
from matcher.domain.stated import NO_BOUND, Chosen, Stated, Uses
from matcher.domain.tables import Codebook, Problem
from matcher.errors import PolicyError
from matcher.model.limits import Row, Sense, Soft
from matcher.rules.block import IntColumn
from matcher.rules.limit_parts import Amount, Entry, Family, FamilyName, Member, PairPart, Sides
from matcher.rules.scorecard import MICRO

CENTS = 100
"""Whole numbers in a euro, and in an hour."""


@dataclass(frozen=True, slots=True)
class Book:
    """What all kinds of limits read.

    Attributes
    ----------
    everybody, everywhere
        Ones, int64, per person and per vacancy.
    """

    problem: Problem
    policy: Policy
    codebook: Codebook
    everybody: IntColumn
    everywhere: IntColumn

    @property
    def stated(self) -> Stated:
        """What the files state."""
        return self.problem.stated


def book_of(problem: Problem, policy: Policy, codebook: Codebook) -> Book:
    """Put together what all kinds of limits read."""
    people, vacancies = problem.shape
    return Book(problem, policy, codebook, np.ones(people, dtype=np.int64), np.ones(vacancies, dtype=np.int64))


def families(book: Book) -> Mapping[FamilyName, Family]:
    """What the limits of each sort take."""
    jobs, stated = book.problem.vacancies, book.stated
    each = book.everybody, book.everywhere
    supported = (book.problem.candidates.needs_support == 1).astype(np.int64), book.everywhere
    return {
        FamilyName.PLACED: Family(jobs.employer, False, each),
        FamilyName.SUPPORTED: Family(jobs.employer, False, supported),
        FamilyName.AGENCY: Family(jobs.agency, False, each),
        FamilyName.COACH: Family(stated.coach, True, (stated.hours_c, book.everywhere)),
        FamilyName.JOB: Family(stated.job, False, each),
    }


def entries(book: Book) -> Iterator[Entry]:
    """Every limit but the distinct ones."""
    yield from _quotas(book)
    yield from _budgets(book)
    yield from _durable_share(book)
    yield from _employers(book)
    yield from _agencies(book)
    yield from _coaches(book)
    yield from _resources(book)
    yield from _jobs(book)


def micro(share: Decimal) -> int:
    """A share of the policy in millionths; it has at most six decimals."""
    return int(Fraction(share) * MICRO)


def _quotas(book: Book) -> Iterator[Entry]:
    for quota, who in zip(book.policy.quota, book.stated.quotas, strict=True):
        for sense, count, share in (
            (Sense.AT_LEAST, quota.min, quota.min_share),
            (Sense.AT_MOST, quota.max, quota.max_share),
        ):
            if count is not None:
                yield _count(book, quota, who, sense, count)
            if share is not None:
                yield _share(book, quota, who, sense, micro(share))


def _count(book: Book, quota: QuotaPolicy, who: Chosen, sense: Sense, bound: int) -> Entry:
    row = Row(name=quota.name, kind="quota", id="", sense=sense, bound=bound, soft=_soft(quota, 1))
    return _weighed(row, who, quota.pairs, (_chosen(who),))


def _share(book: Book, quota: QuotaPolicy, who: Chosen, sense: Sense, share: int) -> Entry:
    """Everybody who counts brings 1 minus the share, everybody else takes the share away."""
    row = Row(name=quota.name, kind="quota", id="", sense=sense, bound=0, scale=MICRO, soft=_soft(quota, MICRO))
    person, vacancy = _chosen(who)
    counted = _weighed(row, who, quota.pairs, ((person * MICRO, vacancy),))
    return Entry(row, (*counted.sides, (book.everybody * -share, book.everywhere)), counted.parts)


def _soft(quota: QuotaPolicy, unit: int) -> Soft | None:
    return Soft(weight=quota.weight, unit=unit) if quota.soft and quota.weight is not None else None


def _budgets(book: Book) -> Iterator[Entry]:
    for budget, who in zip(book.policy.budget, book.stated.budgets, strict=True):
        person, vacancy = _chosen(who)
        if budget.unit == "lks_eur_month":
            part = PairPart(who, budget.pairs, amount=Amount.SUBSIDY)
            yield Entry(_budget(budget, CENTS), parts=(part,))
        elif budget.unit == "coach_hours":
            yield _weighed(_budget(budget, CENTS), who, budget.pairs, ((person * book.stated.hours_c, vacancy),))
        elif budget.unit == "placements":
            yield _weighed(_budget(budget, 1), who, budget.pairs, ((person, vacancy),))
        else:
            yield _of_resource(book, _budget(budget, 1), _resource(book, budget.unit), who, budget.pairs)


def _budget(budget: BudgetPolicy, scale: int) -> Row:
    bound = int(Fraction(budget.max) * scale)
    return Row(name=budget.name, kind="budget", id=budget.unit, sense=Sense.AT_MOST, bound=bound, scale=scale)


def _resource(book: Book, unit: str) -> int:
    known = list(book.codebook.resource_ids)
    if unit not in known:
        raise PolicyError(
            f"The unit {unit!r} of a [[budget]] is no resource of the files. Expected lks_eur_month, coach_hours, placements, "
            "or a resource_id."
        )
    return known.index(unit)


def _durable_share(book: Book) -> Iterator[Entry]:
    wanted = book.policy.durable_share
    if wanted is None:
        return
    row = Row(name="durable_share", kind="durable_share", id="", sense=Sense.AT_LEAST, bound=0, scale=MICRO)
    paid = Chosen(np.ones(book.everybody.size, dtype=np.bool_), ~book.problem.vacancies.unpaid)
    yield Entry(row, parts=(PairPart(paid, amount=Amount.CHANCE, base=-micro(wanted.min)),))


def _employers(book: Book) -> Iterator[Entry]:
    stated = book.stated
    columns = (
        ("max_placements", FamilyName.PLACED, stated.employer_most),
        ("max_supported", FamilyName.SUPPORTED, stated.employer_supported_most),
    )
    for number in _by_id(book.codebook.employer_ids):
        for name, family, most in columns:
            if most[number] != NO_BOUND:
                row = _table_row("employers", book.codebook.employer_ids[number], name, int(most[number]))
                yield Entry(row, member=Member(family, number))


def _agencies(book: Book) -> Iterator[Entry]:
    ids, most = book.codebook.agency_ids, book.stated.agency_most
    for number in _by_id(ids):
        if most[number] != NO_BOUND:
            row = _table_row("agencies", ids[number], "max_placements", int(most[number]))
            yield Entry(row, member=Member(FamilyName.AGENCY, number))


def _coaches(book: Book) -> Iterator[Entry]:
    ids, hours_c = book.codebook.coach_ids, book.stated.coach_hours_c
    for number in _by_id(ids):
        if hours_c[number] != NO_BOUND:
            row = _table_row("coaches", ids[number], "hours_per_week", int(hours_c[number]), scale=CENTS)
            yield Entry(row, member=Member(FamilyName.COACH, number))


def _resources(book: Book) -> Iterator[Entry]:
    ids, stated = book.codebook.resource_ids, book.stated
    all_pairs = Chosen(book.everybody.astype(np.bool_), book.everywhere.astype(np.bool_))
    for number in _by_id(ids):
        for name, bound, sense in (
            ("capacity", stated.capacity, Sense.AT_MOST),
            ("minimum", stated.minimum, Sense.AT_LEAST),
        ):
            if bound[number] != NO_BOUND:
                row = Row(name=name, kind="resources", id=ids[number], sense=sense, bound=int(bound[number]))
                yield _of_resource(book, row, number, all_pairs, ())


def _jobs(book: Book) -> Iterator[Entry]:
    ids, openings, job = book.codebook.job_ids, book.problem.vacancies.openings, book.stated.job
    twins = np.bincount(job[job >= 0], minlength=len(ids))
    most = np.zeros(len(ids), dtype=np.int64)
    np.maximum.at(most, job[job >= 0], openings[job >= 0])
    for number in _by_id(ids):
        if twins[number] > 1:
            row = _table_row("job", ids[number], "openings", int(most[number]))
            yield Entry(row, member=Member(FamilyName.JOB, number))


def _table_row(kind: str, who: str, name: str, most: int, *, scale: int = 1) -> Row:
    return Row(name=name, kind=kind, id=who, sense=Sense.AT_MOST, bound=most, scale=scale)


def _of_resource(book: Book, row: Row, resource: int, who: Chosen, filters: tuple[Filter, ...]) -> Entry:
    """What the person takes, what the vacancy takes, and what the pair takes besides."""
    person, vacancy = _chosen(who)
    stated = book.stated
    sides = (
        (_used_by(stated.person_uses, resource, person.size) * person, vacancy),
        (person, _used_by(stated.vacancy_uses, resource, vacancy.size) * vacancy),
    )
    taken = _weighed(row, who, filters, tuple(pair for pair in sides if pair[0].any() and pair[1].any()))
    if not np.any(stated.pair_uses.resource == resource):
        return taken
    own = PairPart(who, filters, amount=Amount.USES, resource=resource)
    return Entry(row, taken.sides, (*taken.parts, own))


def _weighed(row: Row, who: Chosen, filters: tuple[Filter, ...], sides: tuple[Sides, ...]) -> Entry:
    """Products stay products unless a filter has to look at each pair; without a product nothing weighs anything."""
    return Entry(row, parts=(PairPart(who, filters, sides),)) if filters and sides else Entry(row, sides)


def _chosen(who: Chosen) -> Sides:
    return who.candidate.astype(np.int64), who.vacancy.astype(np.int64)


def _used_by(uses: Uses, resource: int, size: int) -> IntColumn:
    amount = np.zeros(size, dtype=np.int64)
    here = np.flatnonzero(uses.resource == resource)
    owner = np.searchsorted(uses.start, here, side="right") - 1
    amount[owner] = uses.amount[here]
    return amount


def _by_id(ids: Sequence[str]) -> list[int]:
    return sorted(range(len(ids)), key=lambda number: ids[number])


def uses_of_pairs(uses: Uses, resource: int, fact: NDArray[np.int64]) -> IntColumn:
    """What each pair itself takes from a resource; ``fact`` is its row of facts, -1 none."""
    by_fact = np.append(_used_by(uses, resource, uses.start.size - 1), 0)
    return by_fact[fact]
