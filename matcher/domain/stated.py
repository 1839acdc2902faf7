"""What the files and the policy state about limits, as columns of whole numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.domain.frozen import freeze

NO_BOUND = -1
"""Stands where a file states no limit."""


@dataclass(frozen=True, slots=True)
class Uses:
    """What each row takes from resources, in compressed rows: row ``r`` owns ``start[r]`` to ``start[r + 1]``.

    Attributes
    ----------
    resource
        int32, index into `Stated.capacity`, ascending within a row, without repeats.
    amount
        int64, not 0.
    """

    start: NDArray[np.int64]
    resource: NDArray[np.int32]
    amount: NDArray[np.int64]

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom one quota or budget counts, as far as the person and the vacancy decide it.

    Attributes
    ----------
    candidate, vacancy
        bool, one entry per person and per vacancy: all filters over them hold.
    """

    candidate: NDArray[np.bool_]
    vacancy: NDArray[np.bool_]

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True, slots=True)
class Stated:
    """Limits as stated; `NO_BOUND` where there is none.

    Attributes
    ----------
    coach
        int32, per person: index into `coach_hours_c`, -1 where there is none or coaches.parquet lacks it.
    hours_c
        int64, per person: hundredths of hours a week that guiding takes, as stated; unstated it is 200 where support is known to be
        needed, else 0.
    coach_hours_c
        int64, per coach: hundredths of hours a week.
    employer_most, employer_supported_most
        int64, per employer of the codebook: most people, most people who need support.
    agency_most
        int64, per agency of the codebook.
    job
        int32, per vacancy: number of its job, -1 where it is no twin of another row.
    capacity, minimum
        int64, per resource.
    person_uses, vacancy_uses, pair_uses
        Of candidates, of vacancies, and of `Facts`, row by row.
    quotas, budgets
        One per [[quota]] and [[budget]] of the policy, in its order.
    distinct
        One column per [[distinct]] of the policy: int32, per vacancy, the number of its value, -1 where it has none.
    kept
        Rows of limits_report that give way, each with the bound that holds instead, in whole numbers; none in what the files state.
    """

    coach: NDArray[np.int32]
    hours_c: NDArray[np.int64]
    coach_hours_c: NDArray[np.int64]
    employer_most: NDArray[np.int64]
    employer_supported_most: NDArray[np.int64]
    agency_most: NDArray[np.int64]
    job: NDArray[np.int32]
    capacity: NDArray[np.int64]
    minimum: NDArray[np.int64]
    person_uses: Uses
    vacancy_uses: Uses
    pair_uses: Uses
    quotas: tuple[Chosen, ...]
    budgets: tuple[Chosen, ...]
    distinct: tuple[NDArray[np.int32], ...]
    kept: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        freeze(self)

    def __bool__(self) -> bool:
        """Whether anything is limited."""
        bounds = (
            self.coach_hours_c,
            self.employer_most,
            self.employer_supported_most,
            self.agency_most,
            self.job,
            self.capacity,
            self.minimum,
        )
        return bool(self.quotas or self.budgets or self.distinct) or any((one != NO_BOUND).any() for one in bounds)


def no_uses(rows: int) -> Uses:
    """Nothing is taken from resources."""
    return Uses(np.zeros(rows + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64))


def no_limits(people: int, vacancies: int, *, employers: int = 0, agencies: int = 0, facts: int = 0) -> Stated:
    """Nothing is limited: what stands in a problem whose files and policy state no limit."""
    return Stated(
        coach=np.full(people, -1, np.int32),
        hours_c=np.zeros(people, np.int64),
        coach_hours_c=np.zeros(0, np.int64),
        employer_most=np.full(employers, NO_BOUND, np.int64),
        employer_supported_most=np.full(employers, NO_BOUND, np.int64),
        agency_most=np.full(agencies, NO_BOUND, np.int64),
        job=np.full(vacancies, -1, np.int32),
        capacity=np.zeros(0, np.int64),
        minimum=np.zeros(0, np.int64),
        person_uses=no_uses(people),
        vacancy_uses=no_uses(vacancies),
        pair_uses=no_uses(facts),
        quotas=(),
        budgets=(),
        distinct=(),
    )
