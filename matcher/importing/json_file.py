"""JSON objects, one per line or in a list: VUM profiles, or rows under our own headings."""

import json
from collections.abc import Mapping
from decimal import Decimal

from matcher.errors import InputError
from matcher.importing.cells import Broken, Cell, Origin
from matcher.importing.source_table import SourceTable, turned
from matcher.importing.troubles import Trouble

_KEPT_WHOLE = frozenset({"beroep", "languages", "taal", "talen"})
"""Objects that are one value, not a group of columns."""
_VUM_GROUPS = frozenset(
    {"bemiddelingsberoep", "contractvorm", "vervoermiddel", "taalbeheersing", "cursus", "opleiding", "rijbewijs"}
)
_DEEPEST = 20


class _TwiceError(ValueError):
    """An object names a field twice."""


def read_json(data: bytes, name: str) -> SourceTable:
    """Read a JSON file as a table: fields inside objects become headings with dots.

    Raises
    ------
    InputError
        Not JSON in UTF-8, no objects, a field twice, or nested beyond reason.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{name} is not UTF-8. JSON must be.") from None
    try:
        objects = _objects(text, name)
        rows = [_flat(one) for one in objects]
    except _TwiceError:
        raise InputError(f"{name}: an object names a field twice. Nobody can tell which holds.") from None
    except (ValueError, RecursionError):
        raise InputError(f"{name} is not JSON: one object per line, or a list of objects.") from None
    # A heading may hold half a sign, which no file can; two such headings would then be one.
    rows = [{key.encode("utf-8", "backslashreplace").decode(): value for key, value in row.items()} for row in rows]
    headings = tuple(dict.fromkeys(heading for row in rows for heading in row))
    return SourceTable(
        file=name,
        sheet=None,
        origin=Origin.JSON,
        headings=headings,
        columns=turned([[row.get(heading) for heading in headings] for row in rows], len(headings)),
        numbers=range(1, len(rows) + 1),
        encoding="UTF-8",
    )


def _objects(text: str, name: str) -> list[dict[str, object]]:
    try:
        found = _parse(text)
    except _TwiceError:
        raise
    except ValueError:
        found = [_parse(line) for line in text.splitlines() if line.strip()]
    if isinstance(found, dict):
        lists = [value for value in found.values() if _is_objects(value)]
        wrapped = (
            len(lists) == 1
            and not {"idWerkzoekende", "idVacature"} & found.keys()
            and not any(isinstance(value, dict) for value in found.values())
        )
        found = lists[0] if wrapped else [found]
    if not _is_objects(found):
        raise InputError(f"{name} holds no objects. Write one object per line, or a list of objects.")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _is_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _parse(text: str) -> object:
    return json.loads(text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once)


def _no_number(word: str) -> Broken:
    return Broken(Trouble.NOT_FINITE)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _TwiceError
    return found


def _flat(one: Mapping[str, object], before: str = "", depth: int = 0) -> dict[str, Cell]:
    if depth > _DEEPEST:
        raise ValueError
    found: dict[str, Cell] = {}
    for key, value in one.items():
        path = f"{before}{key}"
        if isinstance(value, dict) and value and key not in _KEPT_WHOLE:
            inner = _flat(value, f"{path}.", depth + 1)
            if inner.keys() & found.keys():
                raise _TwiceError
            found |= inner
        elif path in found:
            raise _TwiceError
        elif value not in ("", [], {}):
            # VUM: empty texts, lists and objects count as absent. Elsewhere a list may be known to be empty.
            found[path] = value
        elif value == [] and "." not in path and key not in _VUM_GROUPS:
            found[path] = []
    return found
