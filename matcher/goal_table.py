"""The goals of a run on one screen: what was asked, what the plan reaches, how much is missing, and what it cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from matcher.domain.policy import Policy
from matcher.verdict.words import Words

_ALONE = ("budget", "durable_share", "distinct")
_COUNTED = ("employers", "agencies", "coaches", "job")
_SENSE = {">=": "at_least", "<=": "at_most"}

Row = Mapping[str, Any]
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


def goal_table(manifest: Mapping[str, Any], limits: pa.Table, policy: Policy, words: Words) -> GoalTable | None:
    """Compare what policy and files ask with what a plan reaches.

    Parameters
    ----------
    manifest
        Of the run; its ``goals`` are the quotas.
    limits
        limits_report of the run.
    policy
        The policy of the run.

    Returns
    -------
    GoalTable or None
        Quotas, budgets, durable_share, resources with a minimum or with nothing left, and distinct; caps of employers, agencies, coaches
        and shared jobs are counted below it. None where there is no limit at all.
    """
    listed: list[Row] = limits.to_pylist()
    if not listed:
        return None
    rows = [_goal(goal, words) for goal in manifest["goals"]]
    rows += [_limit(row, policy, words) for row in listed if _stands_out(row)]
    notes = []
    if any(goal["cost_at_most"] for goal in manifest["goals"]):
        notes.append(words.fill("goals", "cost_note"))
    if counted := [row for row in listed if row["kind"] in _COUNTED]:
        notes.append(words.fill("goals", "counted", count=len(counted), full=sum(map(_is_full, counted))))
    columns = tuple(words.name("goals", name) for name in ("what", "asked", "reached", "short", "cost"))
    return GoalTable(words.name("goals", "title"), columns, tuple(rows), tuple(notes))


def _goal(goal: Row, words: Words) -> Cells:
    """One bound of a quota."""

    def amount(value: float) -> str:
        return words.share(value) if goal["share"] else words.number(value)

    asked = words.fill("goals", _SENSE[goal["sense"]], amount=amount(goal["asked"]))
    if goal["soft"]:
        asked = words.fill("goals", "soft", asked=asked)
    reached = words.name("goals", "nobody") if goal["reached"] is None else amount(goal["reached"])
    cost = goal["cost_at_most"]
    told = (
        words.fill("goals", "cost_at_most", amount=words.number(cost) if cost >= 1 else words.few(cost)) if cost else ""
    )
    return goal["name"], asked, reached, words.number(goal["short_by"]) if goal["short_by"] else "", told


def _limit(row: Row, policy: Policy, words: Words) -> Cells:
    """A limit that is no quota."""
    name = words.limit(row["kind"], row["name"], row["id"])
    asked, reached = row["bound"], words.number(row["used"])
    missing = row["bound"] - row["used"] if row["sense"] == ">=" else row["used"] - row["bound"]
    if row["kind"] == "durable_share":
        assert policy.durable_share is not None
        asked = words.share(float(policy.durable_share.min))
        # The row counts how far the chances of all paid work together stand above what is asked of them.
        reached = words.fill("goals", "missed" if missing > 0 else "spare", amount=words.few(row["used"]))
    else:
        asked = words.number(asked)
    return (
        name,
        words.fill("goals", _SENSE[row["sense"]], amount=asked),
        reached,
        words.number(missing) if missing > 0 else "",
        "",
    )


def _stands_out(row: Row) -> bool:
    if row["kind"] == "resources":
        return row["sense"] == ">=" or _is_full(row)
    return row["kind"] in _ALONE


def _is_full(row: Row) -> bool:
    return bool(row["sense"] == "<=" and row["used"] >= row["bound"])
