"""Filters of quotas and budgets: lists of [column, operator, value] over one pair, all of which must hold (contract, section 8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .clean import COLUMNS, Row, clean_id, clean_text

if TYPE_CHECKING:
    from .oracle import Record

PAIR_COLUMNS = {
    "p_durable": "float",
    "p_start": "float",
    "points": "int",
    "travel_km": "float",
    "hours_week": "float",
    "loonwaarde_pct": "float",
    "lks_eur_month": "float",
    "trial_done": "bool",
}


def pair_cell(record: Record, column: str) -> Any:
    """A figure of the pair, exact."""
    pair = record.pair
    if column == "p_durable":
        return Fraction(record.p_micro, 10**6)
    if column == "p_start":
        return Fraction(record.p_start_micro, 10**6)
    if column == "points":
        return record.points
    if column == "travel_km":
        return None if pair.metres is None else Fraction(pair.metres, 1000)
    if column == "hours_week":
        return None if pair.hours is None else Fraction(pair.hours, 100)
    if column == "loonwaarde_pct":
        return None if pair.loonwaarde_bp is None else Fraction(pair.loonwaarde_bp, 100)
    if column == "lks_eur_month":
        return Fraction(record.lks)
    return pair.fact.get(column)


def cell_and_kind(record: Record, side: str, column: str) -> tuple[Any, str]:
    """The cell that a filter looks at, and what sort of value it is."""
    if side == "pairs":
        return pair_cell(record, column), PAIR_COLUMNS[column]
    table, name, row = side, column, record.pair.person if side == "candidates" else record.pair.vacancy
    if side == "vacancies" and "." in column:
        owner, name = column.split(".")
        table = {"employer": "employers", "agency": "agencies"}[owner]
        nothing: Row = {}
        row = record.pair.world.organisations[table].get(row[f"{owner}_id"], nothing)
    cell = row.get(name)
    if name == "pc4" and cell is not None:
        cell = cell[:4]
    return cell, COLUMNS[table][name].kind


def comparable(raw: Any, kind: str) -> Any:
    """A value of a filter, cleaned as cells of this kind are."""
    if kind in ("id", "ids"):
        return clean_id(raw)
    if kind in ("text", "texts", "code"):
        return clean_text(raw)
    if kind in ("int", "float"):
        return Fraction(raw)
    if kind == "date":
        return raw if isinstance(raw, date) else date.fromisoformat(raw)
    return raw


def holds(record: Record, side: str, condition: list[Any]) -> bool:
    """Whether one condition holds; null holds only where it is asked for."""
    column, operator, raw = condition
    cell, kind = cell_and_kind(record, side, column)
    if operator == "is_null":
        return (cell is None) is raw
    if cell is None:
        return False
    if isinstance(cell, Decimal):
        cell = Fraction(cell)
    if operator == "contains":
        return comparable(raw, kind) in cell
    if operator in ("in", "not_in"):
        return (cell in [comparable(one, kind) for one in raw]) is (operator == "in")
    value = comparable(raw, kind)
    if operator in ("==", "!="):
        return bool((cell == value) is (operator == "=="))
    return bool({"<": cell < value, "<=": cell <= value, ">": cell > value, ">=": cell >= value}[operator])


def all_hold(record: Record, section: dict[str, Any]) -> bool:
    """Whether a pair is one that a quota or budget counts."""
    sides: Iterable[str] = ("candidates", "vacancies", "pairs")
    return all(holds(record, side, condition) for side in sides for condition in section.get(side, []))
