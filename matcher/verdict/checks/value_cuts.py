"""Is every cut of a number of distinct values true? It may charge rent for the openings of values in use only.

A plan uses at most so many values, those of pins among them; its vacancies with a value are all among the openings of those. Whatever an
opening weighs, those in use weigh no more than all openings of the values that weigh most, as many as are left beside the pins.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa

from matcher.model.limits import Distinct
from matcher.rules.limits import Charges
from matcher.verdict.checks.check import Check, require, require_equal
from matcher.verdict.checks.cut_toll import PublishedValueCut
from matcher.verdict.checks.cuts import CutEntries
from matcher.verdict.checks.evidence import Evidence

_FILE, _REPORT = "cuts", "limits_report"


def published_value_cuts(
    tables: Mapping[str, pa.Table], limits: Charges, entries: CutEntries
) -> Sequence[PublishedValueCut]:
    """Put the cuts together; only after all checks of rows and prices of limits_report."""
    stated, found = len(limits.rows), []
    first = stated + len(limits.distinct)
    bounds, prices = (tables[_REPORT][name].to_pylist()[first:] for name in ("bound", "price_scaled"))
    for at, (source, bound, price) in enumerate(zip(entries.sources, bounds, prices, strict=True)):
        if source >= stated:
            mine = slice(*np.searchsorted(entries.cut, [at, at + 1]).tolist())
            found.append(PublishedValueCut(source - stated, int(bound), price, entries.who[mine], entries.weight[mine]))
    return found


def check_value_cuts(e: Evidence) -> Iterator[Check]:
    """Every cut follows from its number of values, and is used as it says; only after `check_kept`."""
    first = len(e.limits.rows) + len(e.limits.distinct) + len(e.cuts)
    most, used, free = [], [], [np.ones(0, dtype=np.bool_)]
    for cut in e.value_cuts:
        one = e.limits.distinct[cut.distinct]
        free.append((one.code[cut.vacancy] >= 0) & ~np.isin(one.code[cut.vacancy], _of_pins(e, one)))
        most.append(float(_heaviest(e, one, cut)))
        used.append(float(sum(cut.weight_of(len(e.filled))[e.vacancy].tolist())))
    yield require("a value that no pin uses", _FILE, "vacancy_id", np.concatenate(free))
    yield require_equal(
        _REPORT, "bound", e.column(_REPORT, "bound")[first:], most, "the most that so many values weigh"
    )
    yield require_equal(_REPORT, "used", e.column(_REPORT, "used")[first:], used)


def _of_pins(e: Evidence, one: Distinct) -> "np.ndarray[tuple[int], np.dtype[np.int32]]":
    facts = e.problem.facts
    codes = np.unique(one.code[facts.vacancy[facts.pinned]])
    return codes[codes >= 0]


def _heaviest(e: Evidence, one: Distinct, cut: PublishedValueCut) -> int:
    """The most that the openings of as many values weigh as are left beside the pins; Python's integers."""
    of_value: dict[int, int] = {}
    openings = e.problem.vacancies.openings[cut.vacancy].tolist()
    for code, weight, seats in zip(one.code[cut.vacancy].tolist(), cut.weight.tolist(), openings, strict=True):
        of_value[code] = of_value.get(code, 0) + weight * seats
    left = max(0, one.most - _of_pins(e, one).size)
    return sum(sorted(of_value.values(), reverse=True)[:left])
