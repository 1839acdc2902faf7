"""What is said to read a column is what changes when the column is emptied, and nothing else."""

import datetime as dt
from collections import defaultdict

import numpy as np
import pyarrow as pa
import pytest

from matcher.case import prepare
from matcher.domain.policy import Policy
from matcher.domain.raw import RawTables
from matcher.domain.schema import TABLES
from matcher.domain.uses import USES
from matcher.rules.block import pair_block
from matcher.rules.context import rule_context
from matcher.rules.eligibility import HARD_RULES
from matcher.rules.scorecard import TERMS
from tests.oracle.bundles import random_bundle

DAY = dt.date(2026, 11, 21)
POLICY = Policy.model_validate({"rules": {"EDUCATION": {"enabled": True}}})
SEEDS = (5, 4, 11)
"""Bundles in which, together, every rule and term reads every column it is said to read."""
LISTS = {"limitations", "blockers"}


def outcomes(tables: dict[str, pa.Table]) -> dict[str, bytes]:
    """What every rule and term says of all pairs, as bytes."""
    problem = prepare(RawTables(tables), POLICY, DAY).problem
    people, jobs = np.indices(problem.shape)
    block = pair_block(problem, people.ravel(), jobs.ravel())
    ctx = rule_context(problem, POLICY)
    asked = {rule.value: function for rule, function in HARD_RULES.items()} | dict(TERMS)
    return {name: np.broadcast_to(one(ctx, block), (block.size,)).tobytes() for name, one in asked.items()}


def emptied(tables: dict[str, pa.Table], table: str, columns: tuple[str, ...]) -> dict[str, pa.Table]:
    out = dict(tables)
    for name in (table, *(["sensitive"] if set(columns) & LISTS else [])):
        if name in out:
            out[name] = out[name].drop_columns([column for column in columns if column in out[name].column_names])
    return out


@pytest.fixture(scope="module")
def changed() -> dict[tuple[str, str], set[str]]:
    """Per column: the rules and terms that changed in at least one of many bundles."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for seed in SEEDS:
        tables = random_bundle(seed, 40, 40, rich=False).tables
        before = outcomes(tables)
        for table in ("candidates", "vacancies", "agencies"):
            for column in TABLES[table].columns:
                if column.required or column.name in ("lat", "lon"):
                    continue
                columns = ("pc4", "lat", "lon") if column.name == "pc4" else (column.name,)
                after = outcomes(emptied(tables, table, columns))
                found[table, column.name] |= {name for name in before if before[name] != after[name]}
    return found


def test_nothing_else_changes(changed: dict[tuple[str, str], set[str]]) -> None:
    said = {(use.table, use.column): {*(rule.value for rule in use.rules), *use.terms} for use in USES}
    for place, names in changed.items():
        assert names <= said.get(place, set()), place


def test_all_of_it_changes(changed: dict[tuple[str, str], set[str]]) -> None:
    for use in USES:
        said = {*(rule.value for rule in use.rules), *use.terms}
        assert said <= changed[use.table, use.column], (use.table, use.column, said - changed[use.table, use.column])
