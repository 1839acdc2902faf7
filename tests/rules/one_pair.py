"""One person and one vacancy, everything plain but what a test names."""

from dataclasses import replace
from typing import Any

import numpy as np

from matcher.domain.policy import Policy
from matcher.rules.block import PairBlock, pair_block
from matcher.rules.context import RuleContext, rule_context
from tests.problems import facts_from, plain_problem, sets_from


def one_pair(
    *,
    person: dict[str, Any] | None = None,
    job: dict[str, Any] | None = None,
    fact: dict[str, Any] | None = None,
    policy: Policy | None = None,
    **knobs: Any,
) -> tuple[RuleContext, PairBlock]:
    """Context and block of one pair; a set is given as a list of codes, or None where unknown."""
    problem = plain_problem(**knobs)
    problem = replace(
        problem,
        candidates=_with(problem.candidates, person or {}),
        vacancies=_with(problem.vacancies, job or {}),
        facts=facts_from() if fact is None else facts_from(fact),
    )
    return rule_context(problem, policy or Policy()), pair_block(problem, 0, 0)


def _with(table: Any, columns: dict[str, Any]) -> Any:
    new: dict[str, Any] = {}
    for name, value in columns.items():
        old = getattr(table, name)
        if isinstance(old, np.ndarray):
            new[name] = np.array([value], dtype=old.dtype)
        else:
            new[name] = sets_from([value], old.size)
    return replace(table, **new)
