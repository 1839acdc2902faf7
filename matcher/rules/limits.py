"""Limits beyond seats as the reference sees them: which there are, and what a pair weighs on each. Exact whole numbers throughout."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.domain.policy import Policy
from matcher.domain.tables import Codebook, Problem
from matcher.domain.wage import WageTable
from matcher.errors import InputError, SolverError
from matcher.model.edges import Edges
from matcher.model.limits import Distinct, EdgeWeights, LimitedModel, Limits, Product, no_weights
from matcher.rules.block import IntColumn, PairBlock, pair_block
from matcher.rules.context import RuleContext
from matcher.rules.limit_rows import Amount, PairPart, entries, uses_of_pairs
from matcher.rules.pair_filters import PairFigures, all_hold

WEIGHT_LIMIT = 2**40
"""No pair may weigh this much or more on a row, in whole numbers: sums over people then always fit 64 bits."""

_AT_ONCE = 1 << 19


@dataclass(frozen=True, slots=True)
class Charges(Limits):
    """`Limits`, and how to work out what stands per edge.

    Attributes
    ----------
    parts
        Numbers of rows with what pairs weigh on them besides the products; ascending by row.
    """

    parts: tuple[tuple[int, PairPart], ...] = ()


def limits_of(problem: Problem, policy: Policy, codebook: Codebook) -> Charges:
    """Return every limit that files and policy state, in the order of limits_report; falsy where there is none.

    Raises
    ------
    InputError
        Amounts so large that they cannot be added up exactly.
    PolicyError
        A budget on a resource that does not exist.
    """
    listed = tuple(entries(problem, policy, codebook))
    products = tuple(
        Product(number, person, seat) for number, entry in enumerate(listed) for person, seat in entry.sides
    )
    parts = tuple((number, part) for number, entry in enumerate(listed) for part in entry.parts)
    _require_small([(product.person, product.seat) for product in products])
    _require_small([pair for _, part in parts for pair in part.sides])
    _require_small([(uses.amount, np.ones(1, np.int64)) for uses in (problem.stated.pair_uses,)])
    distinct = tuple(
        Distinct(one.column, code, one.max) for one, code in zip(policy.distinct, problem.stated.distinct, strict=True)
    )
    return Charges(tuple(entry.row for entry in listed), products, distinct, parts)


def pinned_seats(problem: Problem) -> NDArray[np.int32]:
    """Return the vacancy that each person must have, int32, shape ``(people,)``, -1 for none.

    Raises
    ------
    SolverError
        Somebody must have two vacancies.
    """
    facts = problem.facts
    person, seat = facts.candidate[facts.pinned], facts.vacancy[facts.pinned]
    if np.unique(person).size < person.size:
        raise SolverError('INFEASIBLE: pairs pins one person to two vacancies. Hint: keep one pin "must" per person.')
    pinned = np.full(len(problem.candidates), -1, dtype=np.int32)
    pinned[person] = seat
    return pinned


def edge_weights(ctx: RuleContext, wage: WageTable, limits: Charges, edges: Edges) -> EdgeWeights:
    """Work out everything that stands per edge.

    Parameters
    ----------
    limits
        Of the problem and policy of ``ctx``.
    edges
        Eligible pairs with their points.
    """
    if not limits.parts:
        return no_weights(len(edges))
    row_of, heaps = edges.row_of(), []
    for begin in range(0, len(edges), _AT_ONCE):
        some = slice(begin, begin + _AT_ONCE)
        block = pair_block(ctx.problem, row_of[some], edges.seat[some])
        figures = PairFigures(ctx, wage, block, edges.points[some])
        heaps += [(begin, row, at, weight) for row, at, weight in _written(limits, figures)]
    return _compressed(len(edges), heaps)


def pair_weights(ctx: RuleContext, wage: WageTable, limits: Charges, block: PairBlock) -> IntColumn:
    """Work out what each of a few pairs weighs on every row, products included: int64, shape ``(rows, k)``."""
    out = np.zeros((len(limits.rows), block.size), dtype=np.int64)
    for product in limits.products:
        out[product.row] += product.person[block.candidate] * product.seat[block.vacancy]
    for row, at, weight in _written(limits, PairFigures(ctx, wage, block)):
        out[row, at] += weight
    return out


def used_of(ctx: RuleContext, wage: WageTable, limits: Charges, block: PairBlock) -> list[int]:
    """Add up what some pairs together weigh on every row, in Python's integers."""
    total = [0] * len(limits.rows)
    for product in limits.products:
        total[product.row] += int((product.person[block.candidate] * product.seat[block.vacancy]).sum())
    for row, _, weight in _written(limits, PairFigures(ctx, wage, block)):
        total[row] += int(weight.sum())
    return total


def in_use(distinct: Distinct, seat: IntColumn) -> int:
    """How many different values some seats have."""
    code = distinct.code[seat]
    return int(np.unique(code[code >= 0]).size)


def limited_model(  # noqa: PLR0917 - everything that is known of a case, in the order of its making
    problem: Problem, policy: Policy, codebook: Codebook, ctx: RuleContext, wage: WageTable, edges: Edges
) -> LimitedModel:
    """Put a problem with limits or pins together for a solver.

    Parameters
    ----------
    edges
        All eligible pairs, whatever they are worth.

    Raises
    ------
    SolverError
        A pin that no plan can keep: its pair is not eligible, or one person has two.
    """
    limits = limits_of(problem, policy, codebook)
    pinned = pinned_seats(problem)
    there = np.zeros(pinned.size, dtype=np.bool_)
    row_of = edges.row_of()
    there[row_of[edges.seat == pinned[row_of]]] = True
    lost = int(np.count_nonzero((pinned >= 0) & ~there))
    if lost:
        raise SolverError(
            f'INFEASIBLE: {lost} pairs with pin "must" break a rule that a pin does not overrule. Hint: matcher explain '
            "CANDIDATE_ID VACANCY_ID names it."
        )
    weights = edge_weights(ctx, wage, limits, edges)
    return LimitedModel(edges, weights, problem.vacancies.openings, pinned, limits)


def _written(limits: Charges, figures: PairFigures) -> Iterator[tuple[int, IntColumn, IntColumn]]:
    """Per part: the row, the pairs of the block it weighs on, ascending, and how much; never 0."""
    for row, part in limits.parts:
        weight = _weights(part, figures)
        at = np.flatnonzero(weight)
        if at.size:
            yield row, at, weight[at]


def _weights(part: PairPart, figures: PairFigures) -> IntColumn:
    block = figures.block
    weight = np.full(block.size, part.base, dtype=np.int64)
    for person, seat in part.sides:
        weight += person[block.candidate] * seat[block.vacancy]
    if part.amount is Amount.SUBSIDY:
        weight += figures.lks_eur_month
    elif part.amount is Amount.CHANCE:
        weight += figures.p_durable
    elif part.amount is Amount.USES:
        weight += uses_of_pairs(figures.ctx.problem.stated.pair_uses, part.resource, block.fact)
    elif not part.sides:
        weight += 1
    if part.who is not None:
        weight *= part.who.candidate[block.candidate] & part.who.vacancy[block.vacancy]
    if part.filters:
        weight *= all_hold(part.filters, figures)
    return weight


def _compressed(edges: int, heaps: Sequence[tuple[int, int, IntColumn, IntColumn]]) -> EdgeWeights:
    """Entries by edge, those of one edge by row."""
    if not heaps:
        return no_weights(edges)
    edge = np.concatenate([begin + at for begin, _, at, _ in heaps])
    row = np.concatenate([np.full(at.size, row, dtype=np.int32) for _, row, at, _ in heaps])
    weight = np.concatenate([weight for _, _, _, weight in heaps])
    order = np.argsort(edge, kind="stable")
    start = np.zeros(edges + 1, dtype=np.int64)
    np.cumsum(np.bincount(edge, minlength=edges), out=start[1:])
    return EdgeWeights(start, row[order], weight[order])


def _require_small(sides: Sequence[tuple[IntColumn, IntColumn]]) -> None:
    """Refuse what cannot be added up exactly."""
    for person, seat in sides:
        if _largest(person) * _largest(seat) >= WEIGHT_LIMIT:
            raise InputError(
                "The amounts of a limit are too large to add up. Hint: look at `uses` and use a larger unit."
            )


def _largest(column: IntColumn) -> int:
    return max(abs(int(column.min())), abs(int(column.max()))) if column.size else 0
