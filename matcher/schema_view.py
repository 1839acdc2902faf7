"""The column contract and the keys of the policy, as plain data to show."""

from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from matcher.domain.filters import Filter
from matcher.domain.policy import Policy
from matcher.domain.schema import TABLES, Column
from matcher.json_schema import null_says


def tables() -> list[dict[str, Any]]:
    """Return the tables of a bundle."""
    return [
        {"table": table.name, "file": table.file, "required": table.required, "meaning": table.meaning}
        for table in TABLES.values()
    ]


def columns(table: str) -> list[dict[str, Any]]:
    """Return the columns of a table: name, kind, values, what a null says, and meaning."""
    return [
        {
            "name": column.name,
            "kind": column.kind.value,
            "values": _values(column),
            "null": null_says(column),
            "required": column.required,
            "supported": column.supported,
            "meaning": column.meaning,
        }
        for column in TABLES[table].columns
    ]


def policy_keys() -> list[tuple[str, str, str]]:
    """Return every key of the policy with its default and meaning."""
    return _keys(Policy, "", Policy())


def _keys(kind: type[BaseModel], prefix: str, held: BaseModel | None) -> list[tuple[str, str, str]]:
    """Keys of a section; ``held`` has its defaults, None where a user writes the section or leaves it out."""
    rows: list[tuple[str, str, str]] = []
    for name, field in kind.model_fields.items():
        value = getattr(held, name) if held is not None else field.get_default()
        inner = _section(field.annotation)
        if isinstance(value, BaseModel):
            rows += _keys(type(value), f"{prefix}{name}.", value)
        elif inner is not None:
            # Several may be written, or one, or none.
            rows += _keys(inner, f"{prefix}{name}[]." if value == () else f"{prefix}{name}.", None)
        else:
            rows.append((f"{prefix}{name}", _text(value), field.description or _choices(field.annotation)))
    return rows


def _section(annotation: Any) -> type[BaseModel] | None:
    """The section that a key may hold, None for a plain value; a filter is a plain value."""
    kinds = [one for one in get_args(annotation) if isinstance(one, type) and issubclass(one, BaseModel)]
    return kinds[0] if kinds and kinds[0] is not Filter else None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(list(value)) if isinstance(value, tuple) else str(value) if value is not PydanticUndefined else ""


def _choices(annotation: Any) -> str:
    values = [one for one in get_args(annotation) if isinstance(one, str)]
    return " or ".join(values)


def _values(column: Column) -> str:
    if column.codes:
        return " ".join(column.codes)
    if column.low is None or column.high is None:
        return ""
    return f"{column.low:,g} to {column.high:,g}" if abs(column.high) < 1e6 else f"{column.low:,g} and up"
