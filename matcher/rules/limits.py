"""Limits beyond seats as the reference sees them: which there are, and what a pair weighs on each. Exact whole numbers throughout."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.domain.policy import Policy
from matcher.domain.tables import Codebook, Problem
from matcher.domain.wage import WageTable
from matcher.errors import InfeasibleError, InputError
from matcher.model.edges import Edges
from matcher.model.limits import Distinct, EdgeWeights, LimitedModel, Limits, Product, Row, no_weights
from matcher.rules.block import IntColumn, PairBlock, pair_block
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import judge
from matcher.rules.limit_parts import Amount, Entry, Family, FamilyName, PairPart, Sides
from matcher.rules.limit_rows import Book, book_of, entries, families, uses_of_pairs
from matcher.rules.pair_filters import PairFigures, all_hold

WEIGHT_LIMIT = 2**40
"""No pair may weigh this much or more on a row, in whole numbers: sums over people then always fit 64 bits."""

_AT_ONCE = 1 << 19


MANY = 32
"""From so many limits of one sort on they are written per edge: a product each would take a number per vacancy each."""


@dataclass(frozen=True, slots=True)
class OneOfMany:
    """Limits of which each pair meets at most one.

    Attributes
    ----------
    row
        int32, per person or per vacancy: the limit, -1 none.
    """

    row: NDArray[np.int32]
    family: Family


@dataclass(frozen=True, slots=True)
class Charges(Limits):
    """`Limits`, and how to work out what stands per edge.

    Attributes
    ----------
    parts
        Numbers of rows with what pairs weigh on them besides the products.
    many
        Rows of which each pair meets at most one, where those are many.
    """

    parts: tuple[tuple[int, PairPart], ...] = ()
    many: tuple[OneOfMany, ...] = ()


def limits_of(problem: Problem, policy: Policy, codebook: Codebook) -> Charges:
    """Return every limit that files and policy state, in the order of limits_report; falsy where there is none.

    Raises
    ------
    InputError
        Amounts so large that they cannot be added up exactly.
    PolicyError
        A budget on a resource that does not exist.
    """
    book = book_of(problem, policy, codebook)
    listed = tuple(entries(book))
    few, many = _by_family(book, listed)
    sides = [(number, pair) for number, entry in enumerate(listed) for pair in entry.sides]
    products = tuple(Product(number, *pair) for number, pair in (*sides, *few))
    parts = tuple((number, part) for number, entry in enumerate(listed) for part in entry.parts)
    _require_small([(product.person, product.seat) for product in products])
    _require_small([pair for _, part in parts for pair in part.sides])
    _require_small([one.family.sides for one in many])
    _require_small([(problem.stated.pair_uses.amount, book.everywhere)])
    distinct = tuple(
        Distinct(one.column, code, one.max) for one, code in zip(policy.distinct, problem.stated.distinct, strict=True)
    )
    rows, distinct = _given_way(tuple(entry.row for entry in listed), distinct, problem.stated.kept)
    return Charges(rows, products, distinct, parts, many)


def _given_way(
    rows: tuple[Row, ...], distinct: tuple[Distinct, ...], kept: Sequence[tuple[int, int]]
) -> tuple[tuple[Row, ...], tuple[Distinct, ...]]:
    """Limits with the bounds that hold instead of those that were stated."""
    bounds, count = dict(kept), len(rows)
    return (
        tuple(replace(row, bound=bounds.get(k, row.bound)) for k, row in enumerate(rows)),
        tuple(replace(one, most=bounds.get(count + d, one.most)) for d, one in enumerate(distinct)),
    )


def pinned_seats(ctx: RuleContext) -> NDArray[np.int32]:
    """Return the vacancy that each person must have, int32, shape ``(people,)``, -1 for none.

    Raises
    ------
    InfeasibleError
        A pin that no plan can keep: one person has two, or a rule is broken that a pin does not overrule.
    """
    facts = ctx.problem.facts
    person, seat = facts.candidate[facts.pinned], facts.vacancy[facts.pinned]
    if np.unique(person).size < person.size:
        raise InfeasibleError(
            'No plan can give one person two vacancies. Hint: keep one pin "must" per person in pairs.'
        )
    broken = int(np.count_nonzero(~judge(ctx, pair_block(ctx.problem, person, seat)).eligible))
    if broken:
        raise InfeasibleError(
            f'No plan can keep every pin: {broken} of {person.size} pairs with pin "must" break a rule that a pin does not '
            "overrule. Hint: matcher validate counts pairs per rule."
        )
    pinned = np.full(len(ctx.problem.candidates), -1, dtype=np.int32)
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
    if not limits.parts and not limits.many:
        return no_weights(len(edges))
    row_of, heaps = edges.row_of(), []
    for begin in range(0, len(edges), _AT_ONCE):
        some = slice(begin, begin + _AT_ONCE)
        block = pair_block(ctx.problem, row_of[some], edges.seat[some])
        figures = PairFigures(ctx, wage, block, edges.points[some])
        heaps += [(begin + at, row, weight) for at, row, weight in _written(limits, figures)]
    return _compressed(len(edges), heaps)


def pair_weights(ctx: RuleContext, wage: WageTable, limits: Charges, block: PairBlock) -> IntColumn:
    """Work out what each of a few pairs weighs on every row, products included: int64, shape ``(rows, k)``."""
    out = np.zeros((len(limits.rows), block.size), dtype=np.int64)
    for product in limits.products:
        out[product.row] += product.person[block.candidate] * product.seat[block.vacancy]
    for at, row, weight in _written(limits, PairFigures(ctx, wage, block)):
        out[row, at] += weight  # a pair stands once in each heap
    return out


def used_of(ctx: RuleContext, wage: WageTable, limits: Charges, block: PairBlock) -> list[int]:
    """Add up what some pairs together weigh on every row, in Python's integers."""
    total = np.zeros(len(limits.rows), dtype=np.int64)
    for product in limits.products:
        total[product.row] += (product.person[block.candidate] * product.seat[block.vacancy]).sum()
    for _, row, weight in _written(limits, PairFigures(ctx, wage, block)):
        np.add.at(total, row, weight)
    used: list[int] = total.tolist()
    return used


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
    InfeasibleError
        A pin that no plan can keep; see `pinned_seats`.
    """
    limits = limits_of(problem, policy, codebook)
    pinned = pinned_seats(ctx)
    weights = edge_weights(ctx, wage, limits, edges)
    return LimitedModel(edges, weights, problem.vacancies.openings, pinned, limits)


def _by_family(book: Book, listed: Sequence[Entry]) -> tuple[list[tuple[int, Sides]], tuple[OneOfMany, ...]]:
    """Members of small families as products by row, and large families as a whole."""
    members: dict[FamilyName, list[tuple[int, int]]] = {}
    for row, entry in enumerate(listed):
        if entry.member is not None:
            members.setdefault(entry.member.family, []).append((row, entry.member.number))
    few: list[tuple[int, Sides]] = []
    many: list[OneOfMany] = []
    for name, rows in members.items():
        family = families(book)[name]
        person, seat = family.sides
        if len(rows) < MANY:
            for row, number in rows:
                mine = (family.number == number).astype(np.int64)
                few.append((row, (person * mine, seat) if family.by_person else (person, seat * mine)))
        else:
            row_of = np.full(max(number for _, number in rows) + 2, -1, dtype=np.int32)  # the last one stands for -1
            row_of[[number for _, number in rows]] = [row for row, _ in rows]
            inside = np.where(family.number < row_of.size - 1, family.number, -1)
            many.append(OneOfMany(row_of[inside], family))
    return few, tuple(many)


def _written(limits: Charges, figures: PairFigures) -> Iterator[tuple[IntColumn, IntColumn, IntColumn]]:
    """Per part: pairs of the block, ascending, the row of each, and how much it weighs there; never 0."""
    block = figures.block
    for number, part in limits.parts:
        weight = part_weights(part, figures)
        at = np.flatnonzero(weight)
        if at.size:
            yield at, np.full(at.size, number, dtype=np.int64), weight[at]
    for one in limits.many:
        person, seat = one.family.sides
        row = one.row[block.candidate if one.family.by_person else block.vacancy].astype(np.int64)
        weight = person[block.candidate] * seat[block.vacancy]
        at = np.flatnonzero((row >= 0) & (weight != 0))
        if at.size:
            yield at, row[at], weight[at]


def part_weights(part: PairPart, figures: PairFigures) -> IntColumn:
    """Work out what one part of a row takes from every pair of a block, shape ``(k,)``."""
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


def _compressed(edges: int, heaps: Sequence[tuple[IntColumn, IntColumn, IntColumn]]) -> EdgeWeights:
    """Entries by edge."""
    if not heaps:
        return no_weights(edges)
    edge, row, weight = (np.concatenate([heap[k] for heap in heaps]) for k in range(3))
    order = np.argsort(edge, kind="stable")
    start = np.zeros(edges + 1, dtype=np.int64)
    np.cumsum(np.bincount(edge, minlength=edges), out=start[1:])
    return EdgeWeights(start, row[order].astype(np.int32), weight[order])


def _require_small(sides: Sequence[tuple[IntColumn, IntColumn]]) -> None:
    """Refuse what cannot be added up exactly."""
    for person, seat in sides:
        if largest(person) * largest(seat) >= WEIGHT_LIMIT:
            raise InputError(
                "The amounts of a limit are too large to add up. Hint: look at `uses` and use a larger unit."
            )


def largest(column: IntColumn) -> int:
    """Largest magnitude in a column; 0 where it is empty."""
    return max(abs(int(column.min())), abs(int(column.max()))) if column.size else 0
