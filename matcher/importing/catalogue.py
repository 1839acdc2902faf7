"""The tables an import can make, the names their files go by, and what an empty cell says in them."""

from collections.abc import Mapping
from types import MappingProxyType

from matcher.domain.schema import TABLES as JUDGED
from matcher.domain.schema import Column, Kind, TableSchema

CATALOGUE: Mapping[str, TableSchema] = MappingProxyType(dict(JUDGED))
"""Every table of the contract by name."""

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

_WITH_DEFAULT = frozenset({"priority", "p_alone"})


def table_named(name: str) -> str | None:
    """Return the table that goes by this squashed name."""
    return next((table for table, names in FILE_NAMES.items() if name in names), None)


def is_list(column: Column) -> bool:
    """Whether a cell of this column holds several elements."""
    return column.kind in (Kind.TEXT_LIST, Kind.ID_LIST, Kind.CODE_LIST, Kind.LEVEL_LIST, Kind.USES_LIST)


def must_refuse_row(column: Column) -> bool:
    """Whether an empty cell would say more than "unknown": then a refused cell takes its row with it.

    An empty agency_id says that no agency holds a person, an empty share_agencies that all may see them, an empty p_alone that it is 0.
    """
    says_more = column.kind in (Kind.ID, Kind.ID_LIST) and column.name != "pc4"
    return column.required or column.null_is_free or says_more or column.name in _WITH_DEFAULT
