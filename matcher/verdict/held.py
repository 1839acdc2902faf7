"""Which limits stand between a person and a place that would otherwise bring more than it costs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matcher.domain.wage import WageTable
from matcher.model.limits import PRICE_BITS, Distinct
from matcher.rules.limits import Charges, limits_of, pair_weights
from matcher.verdict.person_case import PersonCase

_MOST = 64
"""Places looked at, the best first: the limits that hold back the best ones are the answer."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A limit in the way.

    Attributes
    ----------
    name, kind, id
        As in limits_report.
    points
        What the pair would have to pay for it at its price, that of its cut included, rounded; None where it is full and costs nothing.
    """

    name: str
    kind: str
    id: str
    points: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """The place that comes closest, and what is in the way there; no limits where it is not a limit that decides."""

    vacancy_id: str
    limits: tuple[Hold, ...]


def held_back(case: PersonCase, wage: WageTable, tables: Mapping[str, pa.Table]) -> Held | None:
    """Find what holds a person back who has a place worth more than its price, or one with room; None without such a place."""
    limits = limits_of(case.problem, case.ctx.policy, case.codebook)
    at = _promising(case, tables)
    if not at.size:
        return None
    block = case.block.keep(at)
    weights = pair_weights(case.ctx, wage, limits, block)
    report = tables["limits_report"]
    scaled = report["price_scaled"].to_pylist()
    rates = np.array(
        [price / row.scale for row, price in zip(limits.rows, scaled, strict=False)] or [0.0], dtype=np.float64
    )[: len(limits.rows)]
    rents = weights * rates[:, None]  # for people to read: floats will do
    for row, rent in _cut_rents(case, tables):
        rents[row] += rent * (weights[row] != 0)
    tolls = np.concatenate([rents, *_value_rents(case, tables, limits, block.vacancy)]) / 2**PRICE_BITS
    best = int(np.argmax(case.gain[at] - tolls.sum(axis=0)))
    stated = [(row.name, row.kind, row.id) for row in limits.rows]
    stated += [(one.name, "distinct", "") for one in limits.distinct]
    paid = [
        Hold(*limit, round(points)) for limit, points in zip(stated, tolls[:, best].tolist(), strict=True) if points > 0
    ]
    used = [round(value * row.scale) for row, value in zip(limits.rows, report["used"].to_pylist(), strict=False)]
    full = _full(limits, weights[:, best], used) if not paid else []
    if not paid and not full:
        full = _other_values(limits.distinct, int(block.vacancy[best]), tables, case)
    return Held(case.id_of(int(at[best])), tuple(sorted(paid, key=lambda hold: -(hold.points or 0)) or full))


def _cut_rents(case: PersonCase, tables: Mapping[str, pa.Table]) -> list[tuple[int, int]]:
    """Limits, and what the person pays for a cut of each where a pair takes something of it, in 2^-20 points."""
    if "cuts" not in tables:
        return []
    cuts, prices = tables["cuts"], tables["limits_report"]["price_scaled"]
    mine = cuts.filter(pc.equal(cuts["candidate_id"], case.codebook.candidate_ids[case.person])).to_pylist()
    return [(row["source"] - 1, row["weight"] * prices[row["row"] - 1].as_py()) for row in mine]


def _value_rents(
    case: PersonCase, tables: Mapping[str, pa.Table], limits: Charges, vacancy: NDArray[np.int64]
) -> list[NDArray[np.float64]]:
    """One row each: per number of distinct values what each of some vacancies owes for its value, in 2^-20 points."""
    owed = [np.zeros((1, vacancy.size)) for _ in limits.distinct]
    if "cuts" not in tables:
        return owed
    prices, ids = tables["limits_report"]["price_scaled"], case.codebook.vacancy_ids
    names = pa.array([ids[at] for at in vacancy.tolist()], type=pa.string())
    mine = tables["cuts"].filter(pc.is_in(tables["cuts"]["vacancy_id"], value_set=names)).to_pylist()
    place = {name: at for at, name in enumerate(names.to_pylist())}
    for row in mine:
        if row["vacancy_id"] is not None:
            owed[row["source"] - 1 - len(limits.rows)][0, place[row["vacancy_id"]]] += (
                row["weight"] * prices[row["row"] - 1].as_py()
            )
    return owed


def _promising(case: PersonCase, tables: Mapping[str, pa.Table]) -> NDArray[np.int64]:
    """Eligible pairs with points above 0 that are worth more than their price, or have room; the largest gain first."""
    report = tables["vacancies_report"]
    room = report["filled"].to_numpy() < report["openings"].to_numpy()
    fits = case.verdicts.eligible & case.open & (case.score.points > 0)
    found = np.flatnonzero(fits & ((case.gain > 0) | room[case.block.vacancy]))
    return found[np.argsort(-case.gain[found], kind="stable")][:_MOST]


def _full(limits: Charges, weight: NDArray[np.int64], used: list[int]) -> list[Hold]:
    """Hard limits that the pair would break."""
    return [
        Hold(row.name, row.kind, row.id, None)
        for row, a, taken in zip(limits.rows, weight.tolist(), used, strict=True)
        if row.soft is None and a * row.sign > 0 and row.units_broken(taken + a)
    ]


def _other_values(
    distinct: tuple[Distinct, ...], vacancy: int, tables: Mapping[str, pa.Table], case: PersonCase
) -> list[Hold]:
    """Columns in which the vacancy would bring one value too many."""
    ids = {name: number for number, name in enumerate(case.codebook.vacancy_ids)}
    seats = np.array([ids[name] for name in tables["assignments"]["vacancy_id"].to_pylist()], dtype=np.int64)
    holds = []
    for one in distinct:
        there = {code for code in one.code[seats].tolist() if code >= 0}
        code = int(one.code[vacancy])
        if code >= 0 and code not in there and len(there) >= one.most:
            holds.append(Hold(one.name, "distinct", "", None))
    return holds
