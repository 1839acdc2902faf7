"""What the bound rests on besides the limits that people stated: cuts, as rows of limits_report, and who weighs what in them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matcher.domain.wage import WageTable
from matcher.errors import SolverError
from matcher.model.limits import CUT, PRICE_BITS, Cut, Row, Sense, ValueCut
from matcher.rules.block import PairBlock
from matcher.rules.context import RuleContext
from matcher.rules.limits import Charges
from matcher.rules.taken import Taken
from matcher.verdict.schemas import CUTS

_EXACT = 2**53
"""Whole numbers below this stand exactly in a column of floats."""


def ordered(cuts: Sequence[Cut]) -> list[Cut]:
    """Cuts in the order of limits_report: that of the limits they come from."""
    return sorted(cuts, key=lambda cut: cut.row)


def cut_rows(
    ctx: RuleContext, wage: WageTable, limits: Charges, cuts: Sequence[Cut], block: PairBlock
) -> list[dict[str, Any]]:
    """Make the rows of limits_report.

    Parameters
    ----------
    block
        The assigned pairs.

    Raises
    ------
    SolverError
        A number that the table cannot hold.
    """
    if any(cut.bound >= _EXACT or cut.price >= 2**63 for cut in cuts):
        raise SolverError("The solver gave a cut that no table can hold.")
    taken = Taken(ctx, wage, limits, {cut.row for cut in cuts}).of(block)
    rows = []
    for cut in ordered(cuts):
        source = limits.rows[cut.row]
        own = np.zeros(len(ctx.problem.candidates), dtype=np.int64)
        own[cut.person] = cut.weight
        rows.append(
            {
                "name": source.name,
                "kind": CUT,
                "id": source.id,
                "sense": Sense.AT_MOST.value,
                "bound": float(cut.bound),
                "used": float(own[block.candidate[taken.pair[taken.row == cut.row]]].sum()),
                "price": cut.price / 2**PRICE_BITS,
                "price_scaled": cut.price,
                "one_more": None,
            }
        )
    return rows


def value_cut_rows(limits: Charges, cuts: Sequence[ValueCut], seat: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Make the rows of limits_report for cuts of numbers of distinct values, which come after all others.

    Parameters
    ----------
    seat
        Vacancy of every assigned pair.

    Raises
    ------
    SolverError
        A number that the table cannot hold.
    """
    if any(cut.bound >= _EXACT or cut.price >= 2**63 for cut in cuts):
        raise SolverError("The solver gave a cut that no table can hold.")
    rows = []
    for cut in _by_distinct(cuts):
        place = np.searchsorted(cut.seat, seat)
        there = cut.seat[np.minimum(place, cut.seat.size - 1)] == seat
        rows.append(
            {
                "name": limits.distinct[cut.distinct].name,
                "kind": CUT,
                "id": "",
                "sense": Sense.AT_MOST.value,
                "bound": float(cut.bound),
                "used": float(sum(cut.weight[place[there]].tolist())),
                "price": cut.price / 2**PRICE_BITS,
                "price_scaled": cut.price,
                "one_more": None,
            }
        )
    return rows


def _by_distinct(cuts: Sequence[ValueCut]) -> list[ValueCut]:
    return sorted(cuts, key=lambda cut: cut.distinct)


def one_more(rows: Sequence[Row], prices: Sequence[int], cuts: Sequence[Cut]) -> list[float]:
    """What one unit more of every limit would bring at these prices, in points; a cut gives way as its limit does."""
    total = [price * row.scale for row, price in zip(rows, prices, strict=True)]
    for cut in cuts:
        total[cut.row] += (cut.bound_next - cut.bound) * cut.price
    return [scaled / 2**PRICE_BITS for scaled in total]


def cuts_table(
    limits: Charges,
    cuts: Sequence[Cut],
    value_cuts: Sequence[ValueCut],
    *,
    candidate_ids: Sequence[str],
    vacancy_ids: Sequence[str],
) -> pa.Table:
    """Build cuts.parquet: rows by cut, then person or vacancy."""
    first, stated = len(limits.rows) + len(limits.distinct) + 1, len(limits.rows)
    entries = [(cut.row, cut.person, cut.weight) for cut in ordered(cuts)]
    entries += [(stated + cut.distinct, cut.seat, cut.weight) for cut in _by_distinct(value_cuts)]
    columns: dict[str, list[Any]] = {name: [] for name in CUTS.names}
    for number, (source, who, weight) in enumerate(entries):
        of_people = source < stated
        ids = candidate_ids if of_people else vacancy_ids
        nobody, named = [None] * who.size, [str(ids[at]) for at in who.tolist()]
        columns["row"] += [first + number] * who.size
        columns["source"] += [source + 1] * who.size
        columns["candidate_id"] += named if of_people else nobody
        columns["vacancy_id"] += nobody if of_people else named
        columns["weight"] += weight.tolist()
    return pa.table([pa.array(columns[field.name], type=field.type) for field in CUTS], schema=CUTS)
