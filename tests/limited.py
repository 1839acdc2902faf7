"""Random limits of every kind over random problems."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain.policy import Policy
from matcher.domain.stated import NO_BOUND, Chosen, Stated, Uses
from matcher.domain.tables import Problem

QUOTAS: tuple[dict[str, Any], ...] = (
    {"name": "at least some", "min": 2, "max": 40},
    {"name": "near and likely", "pairs": [["p_durable", ">=", Decimal("0.7")], ["travel_km", "<", 15]], "min": 1},
    {"name": "half of them", "min_share": Decimal("0.25")},
    {"name": "not too many", "max_share": Decimal("0.6"), "pairs": [["hours_week", "in", [24, 32, 36]]]},
    {"name": "rather", "min": 9, "soft": True, "weight": 30_000},
    {"name": "rather a share", "min_share": Decimal("0.9"), "soft": True, "weight": 200_000},
)
BUDGETS: tuple[dict[str, Any], ...] = (
    {"name": "subsidy", "unit": "lks_eur_month", "max": Decimal("9000.50")},
    {"name": "some subsidy", "unit": "lks_eur_month", "max": 3000, "pairs": [["loonwaarde_pct", "<=", 50]]},
    {"name": "hours", "unit": "coach_hours", "max": Decimal("20.5")},
    {"name": "hours nearby", "unit": "coach_hours", "max": 9, "pairs": [["travel_km", "<=", 10]]},
    {"name": "places", "unit": "placements", "max": 25},
    {"name": "first resource", "unit": "r-0", "max": 30, "pairs": [["points", ">", 300_000]]},
    {"name": "second resource", "unit": "r-1", "max": 40},
)


def random_uses(rng: np.random.Generator, rows: int, resources: int, share: float) -> Uses:
    taken = rng.random((rows, resources)) < share
    start = np.concatenate([[0], np.cumsum(taken.sum(axis=1))]).astype(np.int64)
    resource = np.nonzero(taken)[1].astype(np.int32)
    return Uses(start, resource, rng.integers(1, 9, size=resource.size))


def some_bounds(rng: np.random.Generator, size: int, low: int, high: int) -> NDArray[np.int64]:
    return np.where(rng.random(size) < 0.4, NO_BOUND, rng.integers(low, high, size=size)).astype(np.int64)


def random_stated(seed: int, problem: Problem, *, quotas: int, budgets: int, distinct: int) -> Stated:
    rng = np.random.default_rng(seed)
    n, m = problem.shape

    def chosen() -> Chosen:
        return Chosen(rng.random(n) < 0.7, rng.random(m) < 0.7)

    return Stated(
        coach=rng.integers(-1, 3, size=n).astype(np.int32),
        hours_c=np.where(rng.random(n) < 0.5, 0, rng.integers(1, 5, size=n) * 50).astype(np.int64),
        coach_hours_c=some_bounds(rng, 3, 200, 1200),
        employer_most=some_bounds(rng, 5, 1, 12),
        employer_supported_most=some_bounds(rng, 5, 0, 4),
        agency_most=some_bounds(rng, problem.agencies.admitted_until_d.size, 1, 12),
        job=np.where(rng.random(m) < 0.6, -1, rng.integers(0, 4, size=m)).astype(np.int32),
        capacity=some_bounds(rng, 3, 20, 90),
        minimum=some_bounds(rng, 3, 0, 4),
        person_uses=random_uses(rng, n, 3, 0.3),
        vacancy_uses=random_uses(rng, m, 3, 0.3),
        pair_uses=random_uses(rng, len(problem.facts), 3, 0.2),
        quotas=tuple(chosen() for _ in range(quotas)),
        budgets=tuple(chosen() for _ in range(budgets)),
        distinct=tuple(rng.integers(-1, 6, size=m).astype(np.int32) for _ in range(distinct)),
    )


def with_limits(
    problem: Problem,
    seed: int = 0,
    *,
    quotas: tuple[dict[str, Any], ...] = QUOTAS,
    budgets: tuple[dict[str, Any], ...] = BUDGETS,
    distinct: int = 1,
    durable: str | None = "0.6",
    tables: bool = True,
    **policy: Any,
) -> tuple[Problem, Policy]:
    """The problem with random limits, and the policy that goes with them; without ``tables`` only the policy's own."""
    stated = random_stated(seed, problem, quotas=len(quotas), budgets=len(budgets), distinct=distinct)
    if not tables:
        none = problem.stated
        stated = replace(none, quotas=stated.quotas, budgets=stated.budgets, distinct=stated.distinct)
    made = {
        "quota": list(quotas),
        "budget": list(budgets),
        "distinct": [{"column": column, "max": 3} for column in ("instrument", "sector")[:distinct]],
        **({} if durable is None else {"durable_share": {"min": Decimal(durable)}}),
        **policy,
    }
    return replace(problem, stated=stated), Policy.model_validate(made)
