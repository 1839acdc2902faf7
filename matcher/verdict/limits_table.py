"""limits_report: every limit, how much of it is used, and what one unit more would bring."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matcher.errors import SolverError
from matcher.model.limits import CUT, PRICE_BITS, Cut
from matcher.rules.limits import Charges, in_use
from matcher.verdict.cuts_table import one_more
from matcher.verdict.schemas import LIMITS

_TOO_LARGE = 2**63


def limits_table(
    limits: Charges,
    used: Sequence[int],
    seat: NDArray[np.int64],
    row_prices: NDArray[np.int64] | None,
    *,
    cuts: Sequence[Cut] = (),
    cut_rows: Sequence[dict[str, Any]] = (),
) -> pa.Table:
    """Build limits_report.

    Parameters
    ----------
    used
        What the assigned pairs weigh on each row, in whole numbers.
    seat
        Vacancy of every assigned pair.
    row_prices
        As in `SolveResult`; may be None where there are no rows.
    cuts, cut_rows
        As in `SolveResult`, and what `cuts_table.cut_rows` makes of them.

    Raises
    ------
    SolverError
        There are rows, and no price for each of them.
    """
    prices: list[int] = [] if row_prices is None else row_prices.tolist()
    if len(prices) != len(limits.rows):
        raise SolverError("The solver gave no price for each limit.")
    if any(abs(price * row.scale) >= _TOO_LARGE for row, price in zip(limits.rows, prices, strict=True)):
        raise SolverError("The solver gave a limit a price that no table can hold.")
    rows = [
        {
            "name": row.name,
            "kind": row.kind,
            "id": row.id,
            "sense": row.sense.value,
            "bound": row.bound / row.scale,
            "used": amount / row.scale,
            "price": price * row.scale / 2**PRICE_BITS,
            "price_scaled": price * row.scale,
            "one_more": more,
        }
        for row, amount, price, more in zip(limits.rows, used, prices, one_more(limits.rows, prices, cuts), strict=True)
    ]
    rows += [
        {
            "name": one.name,
            "kind": "distinct",
            "id": "",
            "sense": "<=",
            "bound": float(one.most),
            "used": float(in_use(one, seat)),
            "price": 0.0,
            "price_scaled": 0,
            "one_more": None,
        }
        for one in limits.distinct
    ]
    return pa.Table.from_pylist([*rows, *cut_rows], schema=LIMITS)


def stated_limits(report: pa.Table) -> pa.Table:
    """Return the rows of limits_report that somebody stated: all but the cuts, which are no limits of people."""
    return report.filter(pc.not_equal(report["kind"], CUT))
