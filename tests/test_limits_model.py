"""The rows and weights that the engine makes of stated limits, beside those that the oracle reads from the same files."""

import os
from collections.abc import Iterator
from fractions import Fraction

import pytest

from matcher.case import Case, prepare
from matcher.domain.policy_file import parse_policy
from matcher.domain.raw import RawTables
from matcher.errors import InfeasibleError, InputError
from matcher.model.limits import LimitedModel
from matcher.pairing.source import rule_source
from matcher.rules.limits import limited_model
from tests.oracle.bundles import Bundle
from tests.oracle.check import check_rejected
from tests.oracle.check_limits import expected_faults, refusal_faults
from tests.oracle.limit_bundles import random_limit_bundle
from tests.oracle.limits import Limited, limited
from tests.oracle.puzzle import best_by_trying
from tests.solvers.limited_models import weights_of

BUNDLES = int(os.environ.get("MATCHER_LIMIT_BUNDLES", "120"))
PER_TEST = 30


def mismatches(bundle: Bundle) -> Iterator[str]:
    answer = limited(bundle)
    policy = parse_policy(bundle.policy or "")
    try:
        case = prepare(RawTables(bundle.tables), policy, bundle.run_date)
    except InputError as refused:
        yield from refusal_faults(answer, refused)
        return
    yield from check_rejected(expected_faults(answer), case.rejected.to_pylist())
    edges = rule_source(case.problem, policy, threads=1).everything()
    try:
        model = limited_model(case.problem, policy, case.codebook, case.context(), case.wage(), edges)
    except InfeasibleError as refused:
        if best_by_trying(answer.puzzle).value is not None:
            yield f"refused: {refused}"
        return
    yield from row_faults(answer, case, model)


def row_faults(answer: Limited, case: Case, model: LimitedModel) -> Iterator[str]:
    """Pairs with their points, rows with their bounds and weights, pins, and values of distinct columns."""
    people, vacancies = list(case.codebook.candidate_ids), list(case.codebook.vacancy_ids)
    want = {(person, o.seat): o for person, options in answer.puzzle.options.items() for o in options}
    pairs = [
        (people[row], vacancies[seat])
        for row, seat in zip(model.edges.row_of().tolist(), model.edges.seat.tolist(), strict=True)
    ]
    if dict(zip(pairs, model.edges.points.tolist(), strict=True)) != {pair: o.points for pair, o in want.items()}:
        yield "other pairs, or other points"
        return
    weights = dict(zip(pairs, weights_of(model), strict=True))
    if len(model.limits.rows) != len(answer.stated):
        yield f"{len(model.limits.rows)} rows, stated are {[row.key for row in answer.stated]}"
    for k, stated in enumerate(answer.stated):
        same = [
            all(
                Fraction(weights[pair].get(i, 0), row.scale) == Fraction(option.weights.get(k, 0), stated.parts)
                for pair, option in want.items()
            )
            for i, row in enumerate(model.limits.rows)
            if (row.name, row.kind, row.id, row.sense.value) == stated.key
            and Fraction(row.bound, row.scale) == stated.bound
            and (row.soft.weight if row.soft else None) == stated.weight
            and (row.soft is None or row.soft.unit == row.scale)
        ]
        if not any(same):
            yield f"{stated.key} with bound {stated.bound}: {'other weights' if same else 'no such row'}"
    pins = {(people[row], vacancies[seat]) for row, seat in enumerate(model.pinned.tolist()) if seat >= 0}
    if pins != set(answer.must):
        yield f"pins {pins}, stated are {answer.must}"
    for distinct, meant in zip(model.limits.distinct, answer.distinct, strict=True):
        codes = {vacancies[seat]: code for seat, code in enumerate(distinct.code.tolist()) if code >= 0}
        together = {(codes[v], meant.value_of[v]) for v in codes if v in meant.value_of}
        if set(codes) != set(meant.value_of) or not len(set(codes.values())) == len(together) == len(
            set(meant.value_of.values())
        ):
            yield f"distinct {meant.column}: {codes}, stated are {meant.value_of}"


@pytest.mark.parametrize("block", range(-(-BUNDLES // PER_TEST)))
def test_rows_are_what_the_files_state(block: int) -> None:
    found = []
    for seed in range(block * PER_TEST, (block + 1) * PER_TEST):
        found += [f"seed {seed}: {line}" for line in mismatches(random_limit_bundle(seed, 6, 5))]
    assert not found, "\n".join(found[:20])
