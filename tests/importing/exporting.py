"""A bundle as CSV files with Dutch headings: the way back, for tests only."""

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from matcher.importing.catalogue import FILE_NAMES
from matcher.importing.dutch import DUTCH_HEADINGS

GROUPS = {"sex": "geslacht", "age_band": "leeftijdsgroep", "origin": "herkomst"}


def export_csv(bundle: Path, target: Path, *, separator: str = ";") -> None:
    """Write every table of a bundle as CSV, with a decimal comma, dates day first and ja and nee."""
    target.mkdir(parents=True, exist_ok=True)
    for file in sorted(bundle.glob("*.parquet")):
        table = pq.read_table(file)
        names = FILE_NAMES[file.stem]
        with (target / f"{names[min(2, len(names) - 1)]}.csv").open("w", newline="", encoding="utf-8-sig") as out:
            writer = csv.writer(out, delimiter=separator)
            writer.writerow([_heading(file.stem, name) for name in table.column_names])
            columns = [_cells(table.column(name)) for name in table.column_names]
            writer.writerows(zip(*columns, strict=True))


def _heading(table: str, column: str) -> str:
    if table == "audit" and column in GROUPS:
        return GROUPS[column]
    return DUTCH_HEADINGS.get(table, {}).get(column, column).split(",")[0].strip()


def _cells(column: pa.ChunkedArray) -> list[str]:
    return [_cell(value) for value in column.to_pylist()]


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nee"
        case float():
            text = format(Decimal(repr(value)), "f")
            whole, _, part = text.partition(".")
            # Three decimals could be thousands.
            return whole if part in ("", "0") else f"{whole},{part}{'0' if len(part) == 3 else ''}"
        case dt.date():
            return value.strftime("%d-%m-%Y")
        case list():
            items = [_element(item) for item in value]
            assert not any(sign in item for item in items for sign in ";|")
            return "geen" if not items else "; ".join(items) + (";" if len(items) == 1 else "")
        case _:
            return str(value)


def _element(item: Any) -> str:
    if isinstance(item, str):
        return item
    first, second = item.values()
    return f"{first}" if second is None else f"{first}:{second}"
