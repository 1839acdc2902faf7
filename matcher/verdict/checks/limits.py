"""Is every limit there, true to the files and the policy, kept, and priced as a price may be?

A row says ``sum of weights <= bound`` (or ``>=``); its price is what one unit more of the bound is worth, so it is never negative on <=,
never positive on >=, and on a row that may be broken never more than breaking it costs. Cuts come last; what they say is looked at
in `matcher.verdict.checks.cuts`, here only that they stand there.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matcher.model.limits import CUT, PRICE_BITS, Row, Sense
from matcher.rules.limits import Charges, in_use
from matcher.verdict.checks.check import Check, require, require_equal
from matcher.verdict.checks.evidence import Evidence

_FILE = "limits_report"
_ONE = 2**PRICE_BITS
_EXACT = 2**53
"""Whole numbers below this stand exactly in a column of floats."""


def check_rows(tables: Mapping[str, pa.Table], limits: Charges, sources: Sequence[int] = ()) -> Iterator[Check]:
    """Every limit of files and policy stands there, in order, with its bound, then a cut for each of ``sources``; and no other."""
    derived: list[tuple[str, str, str, str, float]] = [
        (row.name, row.kind, row.id, row.sense.value, row.bound / row.scale) for row in limits.rows
    ]
    derived += [(one.name, "distinct", "", "<=", float(one.most)) for one in limits.distinct]
    bounds = tables[_FILE]["bound"].to_pylist()[len(derived) :]
    named = [(row.name, row.id) for row in limits.rows] + [(one.name, "") for one in limits.distinct]
    for source, bound in zip_longest(sources, bounds[: len(sources)]):
        whole = bound is not None and bound == bound // 1 < _EXACT
        name, who = named[source]
        derived.append((name, CUT, who, "<=", bound if whole else math.nan))
    for place, column in enumerate(("name", "kind", "id", "sense", "bound")):
        yield require_equal(_FILE, column, tables[_FILE][column].to_pylist(), [row[place] for row in derived])


def check_prices(tables: Mapping[str, pa.Table], limits: Charges) -> Iterator[Check]:
    """Prices point the right way, are whole per whole number of weight, and cost no more than breaking the row; after `check_rows`."""
    scaled = tables[_FILE]["price_scaled"].to_pylist()
    yield require("given", _FILE, "price_scaled", [price is not None for price in scaled])
    yield require_equal(_FILE, "price", tables[_FILE]["price"].to_pylist(), [price / _ONE for price in scaled])
    rows, others = scaled[: len(limits.rows)], scaled[len(limits.rows) :]
    values, cuts = others[: len(limits.distinct)], others[len(limits.distinct) :]
    pairs = list(zip(limits.rows, rows, strict=True))
    yield require("never the wrong way", _FILE, "price_scaled", [points_right(row, price) for row, price in pairs])
    whole = [price % row.scale == 0 for row, price in pairs]
    yield require("whole per whole number", _FILE, "price_scaled", whole)
    affordable = [capped(row, price // row.scale) for row, price in pairs]
    yield require("not above what breaking costs", _FILE, "price_scaled", affordable)
    yield require("none on a number of values", _FILE, "price_scaled", [price == 0 for price in values])
    yield require("never the wrong way on a cut", _FILE, "price_scaled", [price >= 0 for price in cuts])


def row_prices(tables: Mapping[str, pa.Table], limits: Charges) -> NDArray[np.int64]:
    """Published prices per whole number of weight, in 2^-20 points; after `check_prices`."""
    scaled = tables[_FILE]["price_scaled"].to_pylist()
    return np.array([price // row.scale for row, price in zip(limits.rows, scaled, strict=False)], dtype=np.int64)


def check_kept(e: Evidence) -> Iterator[Check]:
    """What is used is what the assigned pairs weigh, no hard limit is broken, and who is pinned is where the pin says."""
    rows = list(zip(e.limits.rows, e.used, strict=True))
    values = [in_use(one, e.vacancy) for one in e.limits.distinct]
    used: list[Any] = [amount / row.scale for row, amount in rows]
    used += [float(count) for count in values]
    yield require_equal(_FILE, "used", e.column(_FILE, "used")[: len(used)], used)
    yield require("kept", _FILE, "used", [row.soft is not None or _keeps(row, amount) for row, amount in rows])
    few = [count <= one.most for one, count in zip(e.limits.distinct, values, strict=True)]
    yield require("few enough values", _FILE, "used", few)
    facts = e.problem.facts
    person, vacancy = facts.candidate[facts.pinned], facts.vacancy[facts.pinned]
    yield require('every pin "must" is kept', "assignments", "vacancy_id", e.seat_of[person] == vacancy)


def penalties(e: Evidence) -> int:
    """Points lost on soft limits: the weight for every unit begun that is missing or too much."""
    total = 0
    for row, amount in zip(e.limits.rows, e.used, strict=True):
        if row.soft is not None and not _keeps(row, amount):
            short = abs(amount - row.bound)
            total += row.soft.weight * ((short + row.soft.unit - 1) // row.soft.unit)
    return total


def _keeps(row: Row, used: int) -> bool:
    return used <= row.bound if row.sense is Sense.AT_MOST else used >= row.bound


def points_right(row: Row, price: int) -> bool:
    """Whether a price has the sign that its limit allows."""
    return price >= 0 if row.sense is Sense.AT_MOST else price <= 0


def capped(row: Row, price: int, counts: int = 1) -> bool:
    """Whether a price per whole number of weight, in 2^-20 points, costs no more than breaking the limit; points count so often."""
    return row.soft is None or abs(price) * row.soft.unit <= counts * row.soft.weight * _ONE
