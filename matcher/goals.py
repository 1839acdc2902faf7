"""The goals of a policy on one screen: what was asked, what the plan reaches, what is missing, and what one more would take."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from matcher.domain.policy import Policy
from matcher.verdict.words import Words

POINTS_PER_PLACEMENT = 1_000_000
"""Points of one placement that lasts 26 weeks for certain, in a lane that counts in full."""
_COUNTED = ("employers", "agencies", "coaches", "job")
_LEAST_WRITTEN = 0.005

Limit = Mapping[str, Any]
Cells = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class GoalTable:
    """What to show, in the words of one language.

    Attributes
    ----------
    rows
        As many cells as columns.
    notes
        Lines that belong below the table.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Cells, ...]
    notes: tuple[str, ...]


def goal_table(limits: pa.Table, policy: Policy, assigned: int, words: Words) -> GoalTable | None:
    """Compare what policy and files ask with what a plan reaches.

    Parameters
    ----------
    limits
        limits_report of the plan.
    policy
        The policy it was made with.
    assigned
        People with a proposal.

    Returns
    -------
    GoalTable or None
        Quotas, budgets, durable_share, resources with a minimum or with nothing left, and distinct; caps of employers, agencies, coaches
        and shared jobs are counted below it. None where there is no limit at all.
    """
    listed: list[Limit] = limits.to_pylist()
    if not listed:
        return None
    rows = [*_quotas([row for row in listed if row["kind"] == "quota"], policy, assigned, words)]
    for row in listed:
        if row["kind"] == "durable_share":
            rows.append(_durable(row, policy, words))
        elif row["kind"] == "resources" and (row["sense"] == ">=" or _is_full(row)):
            name = words.fill("goals", "minimum" if row["sense"] == ">=" else "capacity", resource=row["id"])
            rows.append(_amounts(row, name, words))
        elif row["kind"] == "budget":
            rows.append(_amounts(row, row["name"], words))
        elif row["kind"] == "distinct":
            rows.append((*_amounts(row, words.fill("goals", "distinct", column=row["name"]), words)[:4], ""))
    notes = [words.fill("goals", "price_note", points=POINTS_PER_PLACEMENT)] if rows else []
    if counted := [row for row in listed if row["kind"] in _COUNTED]:
        full = sum(map(_is_full, counted))
        notes.append(words.fill("goals", "counted", count=len(counted), full=full))
    columns = tuple(words.name("goals", name) for name in ("what", "asked", "reached", "short", "price"))
    return GoalTable(words.name("goals", "title"), columns, tuple(rows), tuple(notes))


def _quotas(rows: list[Limit], policy: Policy, assigned: int, words: Words) -> Iterator[Cells]:
    """The rows stand in the order of the policy: least before most, and a number of people before a share."""
    bounds = [
        (quota, share)
        for quota in policy.quota
        for number, share in ((quota.min, quota.min_share), (quota.max, quota.max_share))
        for share in [*([None] if number is not None else []), *([share] if share is not None else [])]
    ]
    for row, (quota, share) in zip(rows, bounds, strict=True):
        cells = _amounts(row, quota.name, words) if share is None else _share(row, float(share), assigned, words)
        asked = f"{cells[1]} ({words.name('goals', 'soft')})" if quota.soft else cells[1]
        yield (quota.name, asked, *cells[2:])


def _amounts(row: Limit, name: str, words: Words) -> Cells:
    """A limit in plain numbers."""
    asked = words.fill("goals", _SENSE[row["sense"]], amount=words.number(row["bound"]))
    return name, asked, words.number(row["used"]), _short(row, words), _price(row, words)


def _share(row: Limit, share: float, assigned: int, words: Words) -> Cells:
    """A limit on a share of everybody: the row counts how many people there are above it."""
    asked = words.fill("goals", _SENSE[row["sense"]], amount=words.share(share))
    reached = words.share(row["used"] / assigned + share) if assigned else "–"
    return row["name"], asked, reached, _short(row, words), _price(row, words)


def _durable(row: Limit, policy: Policy, words: Words) -> Cells:
    """The mean chance of paid work: the row counts how many certain placements there are above it."""
    assert policy.durable_share is not None
    asked = words.fill("goals", _SENSE[">="], amount=words.share(float(policy.durable_share.min)))
    spare = words.fill("goals", "spare", amount=words.number(row["used"]))
    return words.name("goals", "durable"), asked, spare, _short(row, words), _price(row, words)


_SENSE = {">=": "at_least", "<=": "at_most"}


def _missing(row: Limit) -> float:
    return float(row["bound"] - row["used"] if row["sense"] == ">=" else row["used"] - row["bound"])


def _short(row: Limit, words: Words) -> str:
    """How much is missing, or too much; nothing where the limit is kept. People are whole."""
    missing = _missing(row)
    return words.number(math.ceil(missing) if row["kind"] == "quota" else missing) if missing > 0 else ""


def _is_full(row: Limit) -> bool:
    return row["sense"] == "<=" and _missing(row) >= 0


def _price(row: Limit, words: Words) -> str:
    """Points of one more, and placements where that is worth writing."""
    points = abs(row["price"])
    told = words.fill("goals", "points", amount=words.number(round(points, 2 if points < 100 else 0)))
    placements = points / POINTS_PER_PLACEMENT
    if placements < _LEAST_WRITTEN:
        return told
    return f"{told}, {words.fill('goals', 'placements', amount=words.number(placements))}"
