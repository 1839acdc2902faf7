"""Is every cut true? It may say no more than its limit asks of whole people.

A cut gives people weights and says how much those weigh at most who take something of one limit. Each of them takes at least the least
that one of his pairs takes, so whoever takes something together fits, with these amounts, into what pins leave of the limit. Which set of
people that fits weighs most is a knapsack in whole numbers, worked out here from the input alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matcher.domain.tables import Codebook
from matcher.errors import CertificateError
from matcher.model.limits import PRICE_BITS, Sense
from matcher.rules.limits import Charges
from matcher.rules.taken import Portions
from matcher.verdict.checks.check import Check, require, require_equal
from matcher.verdict.checks.cut_toll import NOTHING_TAKEN, CutToll, PublishedCut, PublishedCuts
from matcher.verdict.checks.evidence import Evidence, number, whole

_FILE, _REPORT = "cuts", "limits_report"
_WORK = 20_000_000
"""People times room up to which a knapsack is worked out; no solver of this program makes a larger one."""
_SAFE = 2**62


@dataclass(frozen=True, slots=True)
class CutEntries:
    """cuts.parquet in numbers.

    Attributes
    ----------
    sources
        Per cut the number of its limit; numbers of distinct values come after all others.
    cut, who, weight
        int64, one entry per row: number of the cut, and of the person, or vacancy in cuts of distinct values.
    """

    sources: tuple[int, ...]
    cut: NDArray[np.int64]
    who: NDArray[np.int64]
    weight: NDArray[np.int64]


def cut_entries(
    tables: Mapping[str, pa.Table], limits: Charges, codebook: Codebook
) -> tuple[Sequence[Check], CutEntries]:
    """Read who weighs what, and where it is said to come from; only after `check_form`."""
    if _FILE not in tables:
        none = np.zeros(0, dtype=np.int64)
        return [], CutEntries((), none, none, none)
    table = tables[_FILE]
    if not table.num_rows:
        raise CertificateError(f"{_FILE}: the table holds no rows.")
    checks = [require("given", _FILE, name, ~_null(table[name])) for name in ("row", "source", "weight")]
    row, source, weight = (whole(table[name]) for name in ("row", "source", "weight"))
    stated = len(limits.rows)
    there = (source >= 1) & (source <= stated + len(limits.distinct))
    checks.append(require("a limit", _FILE, "source", there))
    of_people = source <= stated
    named = (("candidate_id", codebook.candidate_ids, of_people), ("vacancy_id", codebook.vacancy_ids, ~of_people))
    who = np.full(row.size, -1, dtype=np.int64)
    for column, ids, mine in named:
        checks.append(require("given where it belongs", _FILE, column, _null(table[column]) != mine))
        found = number(table[column], ids)
        checks.append(require("known id", _FILE, column, (found >= 0) | ~mine))
        who[mine] = found[mine]
    same = row[1:] == row[:-1]
    cut = np.concatenate([[0], np.cumsum(~same)]).astype(np.int64)
    first = stated + len(limits.distinct) + 1
    checks.append(require("row after row of limits_report", _FILE, "row", row == first + cut))
    rising = np.concatenate([[True], ~same | (who[1:] > who[:-1])])
    checks.append(require("in order of id, each once", _FILE, "candidate_id", rising))
    hard = [one.sense is Sense.AT_MOST and one.soft is None for one in limits.rows] + [True] * len(limits.distinct)
    firm = np.array(hard, dtype=np.bool_)[source - 1]
    checks.append(require("a limit that may not be exceeded", _FILE, "source", firm))
    begin = np.flatnonzero(np.concatenate([[True], ~same]))
    checks.append(require("one limit per cut", _FILE, "source", source == source[begin][cut]))
    ordered = np.diff((source[begin] > stated).astype(np.int64)) >= 0
    checks.append(require("cuts of distinct values last", _FILE, "source", ordered))
    checks.append(require("at least 1", _FILE, "weight", weight >= 1))
    return checks, CutEntries(tuple((source[begin] - 1).tolist()), cut, who, weight)


def published_cuts(tables: Mapping[str, pa.Table], limits: Charges, entries: CutEntries) -> PublishedCuts:
    """Put the cuts together; only after all checks of rows and prices of limits_report."""
    first, found = len(limits.rows) + len(limits.distinct), []
    bounds, prices = (tables[_REPORT][name].to_pylist()[first:] for name in ("bound", "price_scaled"))
    for at, (source, bound, price) in enumerate(zip(entries.sources, bounds, prices, strict=True)):
        if source >= len(limits.rows):
            break
        mine = slice(*np.searchsorted(entries.cut, [at, at + 1]).tolist())
        found.append(PublishedCut(source, int(bound), price, entries.who[mine], entries.weight[mine]))
    return found


def check_cuts(e: Evidence) -> Iterator[Check]:
    """Every cut follows from its limit, is used as it says, and gives way as `one_more` says; only after `check_kept`."""
    gives: list[int] = [0] * len(e.limits.rows)
    if e.rest is not None and e.rest.cuts is not None:
        toll = e.rest.cuts
        pinned = np.concatenate([e.pinned[cut.person] for cut in e.cuts])
        yield require("nobody who is pinned", _FILE, "candidate_id", ~pinned)
        least = [toll.least(cut) for cut in e.cuts]
        yield require("takes something of the limit", _FILE, "candidate_id", np.concatenate(least) < NOTHING_TAKEN)
        negative = toll.negative[[cut.source for cut in e.cuts]]
        yield require("no pair takes less than nothing of the limit", _REPORT, "name", ~negative)
        yield from _check_most(e, toll, least, gives)
    rows = e.column(_REPORT, "price_scaled")[: len(gives)]
    more: list[Any] = [(price + give) / 2**PRICE_BITS for price, give in zip(rows, gives, strict=True)]
    others = [None] * (len(e.limits.distinct) + len(e.cuts) + len(e.value_cuts))
    yield require_equal(_REPORT, "one_more", e.column(_REPORT, "one_more"), more + others)


def _check_most(e: Evidence, toll: CutToll, least: Sequence[NDArray[np.int64]], gives: list[int]) -> Iterator[Check]:
    """Nobody fits who weighs more. Adds to ``gives`` what the cuts of each limit give way, in 2^-20 points."""
    first = len(e.limits.rows) + len(e.limits.distinct)
    mine = slice(first, first + len(e.cuts))
    taken, used, most = toll.portions(e.block), [], []
    by_pin = e.pinned[e.person[taken.pair]]
    for cut, size in zip(e.cuts, least, strict=True):
        row = e.limits.rows[cut.source]
        room = row.bound - _sum(taken.weight[by_pin & (taken.row == cut.source)])
        now, wider = heaviest(cut.weight, size, (room, room + row.scale))
        most.append(float(now))
        gives[cut.source] += (wider - now) * cut.price
        used.append(float(_used(e, cut, taken)))
    yield require_equal(_REPORT, "bound", e.column(_REPORT, "bound")[mine], most, "the most that fits")
    yield require_equal(_REPORT, "used", e.column(_REPORT, "used")[mine], used)


def _used(e: Evidence, cut: PublishedCut, taken: Portions) -> int:
    takes = e.person[taken.pair[taken.row == cut.source]]
    return _sum(cut.weight[np.isin(cut.person, takes)])


def _sum(column: NDArray[np.int64]) -> int:
    total: int = sum(column.tolist())
    return total


def heaviest(weight: NDArray[np.int64], size: NDArray[np.int64], rooms: tuple[int, int]) -> tuple[int, int]:
    """The largest weight of any set of people that fits into each of two rooms, the second at least as large; exact.

    Parameters
    ----------
    weight, size
        Per person, at least 1.

    Raises
    ------
    CertificateError
        More work than any cut of this program asks for.
    """
    if min(rooms) < 0:
        raise CertificateError(f"{_REPORT}: pins alone exceed a limit that has a cut.")
    if _sum(weight) >= _SAFE:
        raise CertificateError(f"{_FILE}.weight: too large to be checked.")
    unit = int(np.gcd.reduce(size))
    small, large = (min(room, _sum(size)) // unit for room in rooms)
    if size.size * small > _WORK:
        raise CertificateError(f"{_FILE}: a cut is too large to be checked.")
    best = np.zeros(large + 1, dtype=np.int64)  # per room, in units, of the people seen so far
    for heavy, units in zip(weight.tolist(), (size // unit).tolist(), strict=True):
        if units <= large:
            best[units:] = np.maximum(best[units:], best[: large + 1 - units] + heavy)
    return int(best[small]), int(best[large])


def _null(column: pa.ChunkedArray) -> NDArray[np.bool_]:
    return np.asarray(column.is_null().combine_chunks().to_numpy(zero_copy_only=False), dtype=np.bool_)
