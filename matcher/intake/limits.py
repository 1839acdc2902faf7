"""What files and policy state about limits, as whole numbers."""

import numpy as np
from numpy.typing import NDArray

from matcher.domain.column import Kind
from matcher.domain.limits_policy import UNITS
from matcher.domain.policy import Policy
from matcher.domain.schema import TABLES
from matcher.domain.stated import NO_BOUND, Chosen, Stated, Uses
from matcher.errors import PolicyError
from matcher.intake.filters import Reach, holds
from matcher.intake.forms import UseLists
from matcher.intake.rows import Accepted, Rows, shorten
from matcher.intake.sets import numbered
from matcher.intake.vocabularies import Vocabularies, id_codes
from matcher.units import scaled

_GUIDED_C = 200
"""Hundredths of hours a week that a coach spends on somebody who needs support, where nobody says how many."""


def state(people: Rows, jobs: Rows, pairs: Rows, accepted: Accepted, *, words: Vocabularies, policy: Policy) -> Stated:
    """Encode every limit.

    Parameters
    ----------
    people, jobs, pairs
        Accepted rows, in the order of the problem.
    accepted
        All tables, for the limits in them.

    Raises
    ------
    PolicyError
        A budget is in a unit that neither the contract nor resources.parquet knows.
    """
    check_units(policy, words.resources)
    reach = Reach(people, jobs, accepted)
    resource = accepted["resources"]
    return Stated(
        coach=id_codes(people.words("coach_id"), words.coaches),
        hours_c=_guidance(people),
        coach_hours_c=_by_id(
            words.coaches, accepted["coaches"], "coach_id", scaled(accepted["coaches"].numbers("hours_per_week"), 100)
        ),
        employer_most=_caps(words.employers, accepted["employers"], "employer_id", "max_placements"),
        employer_supported_most=_caps(words.employers, accepted["employers"], "employer_id", "max_supported"),
        agency_most=_caps(words.agencies, accepted["agencies"], "agency_id", "max_placements"),
        job=id_codes(jobs.words("job_id"), words.jobs),
        capacity=_caps(words.resources, resource, "resource_id", "capacity"),
        minimum=_caps(words.resources, resource, "resource_id", "minimum"),
        person_uses=_uses(people.uses(), words.resources),
        vacancy_uses=_uses(jobs.uses(), words.resources),
        pair_uses=_uses(pairs.uses(), words.resources),
        quotas=tuple(Chosen(*holds(reach, one.candidates, one.vacancies)) for one in policy.quota),
        budgets=tuple(Chosen(*holds(reach, one.candidates, one.vacancies)) for one in policy.budget),
        distinct=tuple(_values(jobs, one.column) for one in policy.distinct),
    )


def check_units(policy: Policy, resources: list[str]) -> None:
    """Refuse a budget in a unit that nobody knows; raises `PolicyError`."""
    for number, budget in enumerate(policy.budget):
        if budget.unit not in UNITS and budget.unit not in resources:
            raise PolicyError(
                f"budget[{number}].unit: {budget.unit!r} is neither {', '.join(UNITS)} nor a resource_id of "
                "resources.parquet."
            )


def _guidance(people: Rows) -> NDArray[np.int64]:
    """Hundredths of hours of a coach a week."""
    unsaid = np.where(people.flags("needs_support") == 1, _GUIDED_C, 0)
    hours = scaled(people.numbers("coach_hours"), 100)
    return np.where(hours < 0, unsaid, hours).astype(np.int64)


def _caps(ids: list[str], table: Rows, key: str, column: str) -> NDArray[np.int64]:
    return _by_id(ids, table, key, table.wholes(column, NO_BOUND))


def _by_id(ids: list[str], table: Rows, key: str, value: NDArray[np.int64]) -> NDArray[np.int64]:
    """The value of every id, `NO_BOUND` where the table does not have it."""
    held = dict(zip(table.words(key).texts(), value.tolist(), strict=True))
    return np.array([held.get(name, NO_BOUND) for name in ids], dtype=np.int64)


def _uses(column: UseLists, resources: list[str]) -> Uses:
    """What every row takes; different amounts of one resource add up, resources that no table limits are left out."""
    number = numbered(resources)
    code = np.array([number.get(word, -1) for word in column.taken.spelled], dtype=np.int64)
    item = code[column.taken.item] if column.taken.item.size else np.empty(0, dtype=np.int64)
    keep = (item >= 0) & (column.amount > 0)
    size = max(1, len(resources))
    place, back = np.unique(column.taken.owner()[keep] * size + item[keep], return_inverse=True)
    amount = np.zeros(place.size, dtype=np.int64)
    np.add.at(amount, back, column.amount[keep])
    row, resource = np.divmod(place, size)
    count = np.bincount(row, minlength=column.taken.known.size)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return Uses(start, resource.astype(np.int32), amount)


def _values(jobs: Rows, column: str) -> NDArray[np.int32]:
    """The number of each vacancy's value, -1 where it has none; spellings that compare equal are one value."""
    words = jobs.words(column)
    if column == "pc4":
        words = shorten(words)
    kind = TABLES["vacancies"].column(column).kind
    code = words.code if kind is Kind.ID else words.folded()[0]
    used, back = np.unique(code, return_inverse=True)
    return (back - int(used.size > 0 and used[0] < 0)).astype(np.int32)
