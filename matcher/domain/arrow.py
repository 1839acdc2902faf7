"""The exact Arrow types of the column contract: what a template and a written table carry."""

import pyarrow as pa

from matcher.domain.schema import Column, Kind, TableSchema

_TEXT = pa.string()
_SIZES = ((127, pa.int8()), (32_767, pa.int16()), (2**31 - 1, pa.int32()))


def arrow_type(column: Column) -> pa.DataType:
    """Return the type the contract gives a column; whole numbers get the smallest type that holds their range."""
    match column.kind:
        case Kind.ID | Kind.TEXT | Kind.CODE:
            return _TEXT
        case Kind.BOOL:
            return pa.bool_()
        case Kind.DECIMAL:
            return pa.float64()
        case Kind.DATE:
            return pa.date32()
        case Kind.TEXT_LIST | Kind.ID_LIST | Kind.CODE_LIST:
            return pa.list_(_TEXT)
        case Kind.LEVEL_LIST:
            return pa.list_(pa.struct([("language", _TEXT), ("level", _TEXT)]))
        case Kind.USES_LIST:
            return pa.list_(pa.struct([("resource_id", _TEXT), ("amount", pa.int64())]))
        case Kind.INTEGER:
            return next((kind for most, kind in _SIZES if column.high is not None and column.high <= most), pa.int64())


def arrow_schema(table: TableSchema) -> pa.Schema:
    """Return the columns of a table in the contract's order."""
    return pa.schema([(column.name, arrow_type(column)) for column in table.columns])
