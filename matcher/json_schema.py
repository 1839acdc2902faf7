"""The tables of a bundle and the policy as JSON Schema (draft 2020-12): one object per row, null for unknown."""

from typing import Any

from matcher.domain.policy import Policy
from matcher.domain.schema import TABLES, Column, Kind, TableSchema

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: dict[str, Any] = {"type": "string"}


def bundle_schema() -> dict[str, Any]:
    """Return one schema of a whole bundle: an array of rows per table, and the policy."""
    return {
        "$schema": DRAFT,
        "title": "matcher bundle",
        "type": "object",
        "additionalProperties": False,
        "required": [table.name for table in TABLES.values() if table.required],
        "properties": {
            **{
                table.name: {"type": "array", "description": table.meaning, "items": _row(table)}
                for table in TABLES.values()
            },
            "policy": _embedded(policy_schema()),
        },
        # The policy's own definitions, where its references point.
        "$defs": policy_schema().get("$defs", {}),
    }


def table_schema(name: str) -> dict[str, Any]:
    """Return the schema of one row of a table."""
    return {"$schema": DRAFT, **_row(TABLES[name])}


def policy_schema() -> dict[str, Any]:
    """Return the schema of policy.toml, for editors."""
    return {"$schema": DRAFT, **Policy.model_json_schema()}


def _embedded(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key not in ("$defs", "$schema")}


def _row(table: TableSchema) -> dict[str, Any]:
    return {
        "title": table.name,
        "description": table.meaning,
        "type": "object",
        # audit.parquet may have any further group column; elsewhere an unknown column is a warning.
        "additionalProperties": True,
        "required": [column.name for column in table.columns if column.required],
        "properties": {column.name: _property(column) for column in table.columns},
        "x-key": list(table.key),
        "x-file": table.file,
    }


def _property(column: Column) -> dict[str, Any]:
    value = _value(column)
    if not column.required:
        value = {**value, "type": [value["type"], "null"]}
        if "enum" in value:
            value["enum"] = [*value["enum"], None]
    meaning = {"description": column.meaning, "x-null": null_says(column)}
    return {**meaning, **value} if column.supported else {**meaning, "type": "null", "x-supported": False}


def null_says(column: Column) -> str:
    """Say what an empty cell of a column means: refused, free, unknown, or the only value this version takes."""
    if column.required:
        return "refused"
    if not column.supported:
        return "the only value yet"
    return "free" if column.null_is_free else "unknown"


def _value(column: Column) -> dict[str, Any]:
    match column.kind:
        case Kind.ID | Kind.TEXT:
            return _TEXT
        case Kind.CODE:
            return {**_TEXT, "enum": list(column.codes)}
        case Kind.BOOL:
            return {"type": "boolean"}
        case Kind.DATE:
            return {**_TEXT, "format": "date"}
        case Kind.INTEGER:
            return {"type": "integer", **_range(column)}
        case Kind.DECIMAL:
            return {"type": "number", **_range(column)}
        case Kind.TEXT_LIST | Kind.ID_LIST:
            return {"type": "array", "items": _TEXT}
        case Kind.CODE_LIST:
            return {"type": "array", "items": {**_TEXT, "enum": list(column.codes)}}
        case Kind.LEVEL_LIST:
            level = {"type": ["string", "null"], "enum": [*(code.upper() for code in column.codes), None]}
            return _objects({"language": _TEXT, "level": level}, "language")
        case Kind.USES_LIST:
            return _objects({"resource_id": _TEXT, "amount": {"type": "integer"}}, "resource_id")


def _objects(properties: dict[str, Any], needed: str) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "required": [needed], "properties": properties}}


def _range(column: Column) -> dict[str, Any]:
    bounds = {"minimum": column.low, "maximum": column.high}
    return {name: int(bound) if bound == int(bound) else bound for name, bound in bounds.items() if bound is not None}
