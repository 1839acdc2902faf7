"""Small bundles with limits that the engine once got wrong, held to the oracle."""

from typing import Any

import pytest

from tests.oracle.test_oracle import HERE, bundle_of
from tests.test_limits_against_oracle import mismatches


def pairs(value: int, **more: Any) -> list[dict[str, Any]]:
    """Two people, two vacancies, everybody may go everywhere."""
    ids = [(f"c{i}", f"v{j}") for i in range(2) for j in range(2)]
    return [{"candidate_id": c, "vacancy_id": v, "value": value, "eligible": True, **more} for c, v in ids]


def wrong(people: list[Any], policy: str, known: list[dict[str, Any]], **tables: list[Any]) -> list[str]:
    date = "[run]\nrun_date = 2026-11-21\n"
    return mismatches(bundle_of([HERE | one for one in people], [HERE, HERE], date + policy, pairs=known, **tables))


def test_a_budget_on_a_resource_that_nobody_uses_counts_nothing() -> None:
    budget = '[[budget]]\nname = "b"\nunit = "bus"\nmax = 0\npairs = [["points", ">", 0]]'
    assert not wrong([{}, {}], budget, pairs(5), resources=[{"resource_id": "bus", "capacity": 9}])


@pytest.mark.parametrize("operator", ["==", "!="])
def test_a_trial_that_was_not_done_is_not_an_unknown_one(operator: str) -> None:
    quota = f'[[quota]]\nname = "q"\npairs = [["trial_done", "{operator}", false]]\nmax = 0'
    for known in (pairs(5, trial_done=False), pairs(5, trial_done=True), pairs(5)):
        assert not wrong([{}, {}], quota, known)


def test_the_price_of_a_share_near_one_fits_its_column() -> None:
    quota = '[[quota]]\nname = "q"\ncandidates = [["age", "<", 27]]\nmax_share = 0.999999'
    assert not wrong([{"age": 20}, {"age": 21}], quota, pairs(900_000_000))


def test_a_budget_of_nothing_has_a_price_that_can_be_reckoned_with() -> None:
    budget = '[[budget]]\nname = "b"\nunit = "lks_eur_month"\nmax = 0'
    assert not wrong([{"lks_eligible": True}, {"lks_eligible": True, "age": 17}], budget, pairs(900_000))
