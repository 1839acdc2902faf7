"""The tables an import can make, the names their files go by, and their exact Arrow types."""

from collections.abc import Mapping
from types import MappingProxyType

import pyarrow as pa

from matcher.domain import codes
from matcher.domain.schema import TABLES as JUDGED
from matcher.domain.schema import Column, Kind, TableSchema

_WHOLE = 2**63 - 1

_COACHES = TableSchema(
    name="coaches",
    meaning="coaches and their hours",
    key=("coach_id",),
    columns=(
        Column(name="coach_id", kind=Kind.ID, meaning="coach", required=True),
        Column(name="hours_per_week", kind=Kind.DECIMAL, meaning="hours", low=0, high=168, null_is_free=True),
    ),
)
_RESOURCES = TableSchema(
    name="resources",
    meaning="anything limited",
    key=("resource_id",),
    columns=(
        Column(name="resource_id", kind=Kind.ID, meaning="resource", required=True),
        Column(name="capacity", kind=Kind.INTEGER, meaning="most", low=0, high=_WHOLE, null_is_free=True),
        Column(name="minimum", kind=Kind.INTEGER, meaning="least", low=0, high=_WHOLE, null_is_free=True),
    ),
)
_PREVIOUS = TableSchema(
    name="previous",
    meaning="what became of earlier proposals",
    key=("candidate_id", "vacancy_id"),
    columns=(
        Column(name="candidate_id", kind=Kind.ID, meaning="person", required=True),
        Column(name="vacancy_id", kind=Kind.ID, meaning="vacancy", required=True),
        Column(name="status", kind=Kind.CODE, meaning="outcome", codes=codes.STATUSES, null_is_free=True),
        Column(name="status_date", kind=Kind.DATE, meaning="day of the status", null_is_free=True),
    ),
)

CATALOGUE: Mapping[str, TableSchema] = MappingProxyType(
    {table.name: table for table in (_COACHES, _RESOURCES, _PREVIOUS)} | dict(JUDGED)
)
"""Every table of the contract by name; the domain's own description wins where it has one."""

FILE_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "candidates": ("candidates", "candidate", "kandidaten", "kandidaat", "werkzoekenden", "werkzoekende"),
        "vacancies": ("vacancies", "vacancy", "vacatures", "vacature"),
        "pairs": ("pairs", "kanten", "koppels", "paren"),
        "places": ("places", "postcodes", "plaatsen"),
        "employers": ("employers", "werkgevers"),
        "agencies": ("agencies", "uitzendbureaus", "uitleners"),
        "sensitive": ("sensitive", "gevoelig"),
        "audit": ("audit",),
        "coaches": ("coaches", "jobcoaches"),
        "resources": ("resources", "middelen"),
        "previous": ("previous", "eerder"),
    }
)
"""What a file or sheet may be called, squashed."""

UNIQUE_KEY = frozenset(CATALOGUE) - {"places", "previous"}
"""Tables in which a key stands once. Places may repeat a centroid; previous may tell several things about a pair."""

_TEXT = pa.string()


def table_named(name: str) -> str | None:
    """Return the table that goes by this squashed name."""
    return next((table for table, names in FILE_NAMES.items() if name in names), None)


def arrow_type(column: Column) -> pa.DataType:
    """Return the type the contract gives a column."""
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
            high = _WHOLE if column.high is None else column.high
            sizes = ((127, pa.int8()), (32_767, pa.int16()), (2**31 - 1, pa.int32()))
            return next((kind for limit, kind in sizes if high <= limit), pa.int64())


def is_list(column: Column) -> bool:
    """Whether a cell of this column holds several elements."""
    return column.kind in (Kind.TEXT_LIST, Kind.ID_LIST, Kind.CODE_LIST, Kind.LEVEL_LIST, Kind.USES_LIST)


def must_refuse_row(column: Column) -> bool:
    """Whether an empty cell would say more than "unknown": then a refused cell takes its row with it."""
    return column.required or column.null_is_free or column.kind in (Kind.ID, Kind.ID_LIST)
