"""What the bound rests on besides the limits that people stated: cuts, as rows of limits_report, and who weighs what in them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from matcher.domain.wage import WageTable
from matcher.errors import SolverError
from matcher.model.limits import CUT, PRICE_BITS, Cut, Row, Sense
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


def one_more(rows: Sequence[Row], prices: Sequence[int], cuts: Sequence[Cut]) -> list[float]:
    """What one unit more of every limit would bring at these prices, in points; a cut gives way as its limit does."""
    total = [price * row.scale for row, price in zip(rows, prices, strict=True)]
    for cut in cuts:
        total[cut.row] += (cut.bound_next - cut.bound) * cut.price
    return [scaled / 2**PRICE_BITS for scaled in total]


def cuts_table(limits: Charges, cuts: Sequence[Cut], candidate_ids: Sequence[str]) -> pa.Table:
    """Build cuts.parquet: rows by cut, then person."""
    listed = ordered(cuts)
    first = len(limits.rows) + len(limits.distinct) + 1
    size = [cut.person.size for cut in listed]
    person = np.concatenate([np.zeros(0, np.int64), *(cut.person for cut in listed)])
    columns = {
        "row": np.repeat(np.arange(first, first + len(listed)), size),
        "source": np.repeat(np.array([cut.row + 1 for cut in listed], dtype=np.int64), size),
        "candidate_id": [str(candidate_ids[at]) for at in person.tolist()],
        "weight": np.concatenate([np.zeros(0, np.int64), *(cut.weight for cut in listed)]),
    }
    return pa.table([pa.array(columns[field.name], type=field.type) for field in CUTS], schema=CUTS)
