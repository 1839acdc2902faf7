"""The cells that a recipient fills in: which words are offered, and what a spreadsheet says about them."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from matcher.handover.grid import Grid

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

STATUS_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "proposed": "voorgesteld",
        "accepted": "aangenomen",
        "started": "gestart",
        "ended": "beëindigd",
        "declined_candidate": "afgewezen door kandidaat",
        "declined_employer": "afgewezen door werkgever",
    }
)
"""Status of the contract to the word that is offered for it."""
WIDTHS: Mapping[str, int] = MappingProxyType({"status": 26, "status_date": 12, "remark": 34})
"""Columns that are to be filled in, and how wide they are."""
_FIRST, _LAST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)


def _rules() -> dict[str, dict[str, Any]]:
    return {
        "status": {
            "validate": "list",
            "source": list(STATUS_WORDS.values()),
            "input_title": "Status",
            "input_message": "Kies wat er van dit voorstel is geworden. Leeg: nog niets.",
            "error_title": "Status",
            "error_message": "Kies een van de woorden uit de lijst, of laat de cel leeg.",
        },
        "status_date": {
            "validate": "date",
            "criteria": "between",
            "minimum": _FIRST,
            "maximum": _LAST,
            "input_title": "Datum",
            "input_message": "Dag waarop dat zo werd; bij gestart de eerste werkdag.",
            "error_title": "Datum",
            "error_message": "Schrijf een datum, zoals 21-11-2026.",
        },
        "remark": {
            "validate": "any",
            "input_title": "Opmerking",
            "input_message": "Voor mensen; wordt niet ingelezen. Geen gezondheid, geen namen.",
        },
    }


def open_for_answers(sheet: "Worksheet", grid: Grid, looks: Mapping[str, "Format"]) -> frozenset[int]:
    """Make the cells for answers stand out, and offer what belongs in them; return the numbers of their columns.

    Parameters
    ----------
    looks
        By column: how its cells look.
    """
    places = {name: grid.place_of(name) for name in WIDTHS}
    rules = _rules()
    for name, place in places.items():
        sheet.set_column(place, place, WIDTHS[name], looks[name])
        if grid.rows:
            sheet.data_validation(1, place, grid.rows, place, rules[name])
    return frozenset(places.values())
