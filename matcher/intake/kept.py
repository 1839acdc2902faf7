"""What may never be left out quietly: rows that state a limit, pairs that must be assigned, people who have work."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import STATUSES
from matcher.domain.previous import HELD
from matcher.domain.schema import TableSchema
from matcher.errors import InputError
from matcher.intake.faults import Finding, flagged
from matcher.intake.rejections import ERROR
from matcher.intake.rows import Rows, is_known
from matcher.intake.text import fold

_HOLD_LIMIT = "A limit is never left out by itself: correct the row, or empty its limit."
_HOLD_PIN = "A pinned pair is never left out by itself: correct the row, or empty its pin."


def keep_limits(
    schema: TableSchema, rows: Rows, struck: NDArray[np.bool_], found: Sequence[tuple[str, Finding]]
) -> None:
    """Stop where a refused row states a limit: without the row a plan would be free to break it.

    Parameters
    ----------
    rows
        All rows, refused ones too.
    struck
        bool, one entry per row: the refused ones.
    found
        What each column was found to be wrong with, to name the first.

    Raises
    ------
    InputError
        With the first such row, and how many there are.
    """
    limits = np.zeros(len(rows), dtype=np.bool_)
    for column in schema.columns:
        cell = rows.columns[column.name]
        if column.is_limit:
            limits |= is_known(cell)
    at = np.flatnonzero(limits & struck)
    if at.size:
        why = next(f"{name} ({fault})" for name, (fault, mask, severity) in found if severity == ERROR and mask[at[0]])
        raise InputError(
            f"{schema.file}, row {int(at[0]) + 1}: it states a limit and cannot be used: column {why}. "
            f"{_HOLD_LIMIT}{_more(at.size)}"
        )
    if schema.name == "pairs":
        for name, (fault, mask, severity) in found:
            if severity == ERROR:
                keep_pins(rows, mask, f"{name} ({fault})")
    if schema.name == "previous":
        at = np.flatnonzero(struck & flagged(rows.words("status"), _held(rows)))
        if at.size:
            why = next(
                f"{name} ({fault})" for name, (fault, mask, severity) in found if severity == ERROR and mask[at[0]]
            )
            raise InputError(
                f"previous.parquet, row {int(at[0]) + 1}: accepted or started, and the row cannot be used: column {why}. "
                f"Somebody who has work is never forgotten: correct the row, or remove it.{_more(at.size)}"
            )


def _held(rows: Rows) -> list[bool]:
    names = {STATUSES[status] for status in HELD}
    return [fold(word) in names for word in rows.words("status").spelled]


def keep_pins(pairs: Rows, struck: NDArray[np.bool_], why: str) -> None:
    """Stop where a refused pair was to be assigned whatever happens; raises `InputError`."""
    pins = pairs.words("pin")
    at = np.flatnonzero(struck & flagged(pins, [fold(word) == "must" for word in pins.spelled]))
    if at.size:
        raise InputError(
            f'pairs.parquet, row {int(pairs.row[at[0]]) + 1}: pin "must", and the row cannot be used: column {why}. '
            f"{_HOLD_PIN}{_more(at.size)}"
        )


def _more(rows: int) -> str:
    return "" if rows == 1 else f" {rows} rows are like this."
