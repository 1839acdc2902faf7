"""The files of every recipient, one folder after the other, so that only one of them is in memory."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.handover.allowed import FIELDS, Recipient, Sheet, Stage, allowed
from matcher.handover.forms import csv_bytes, csv_name, json_bytes, json_rows, parquet_bytes, workbook_bytes
from matcher.handover.grid import Grid, Limits, grids
from matcher.handover.sheets import Handed
from matcher.handover.texts import visible

WORKBOOK = "voordrachten.xlsx"
MANIFEST = "manifest.json"
_MUNICIPALITY = "Gemeente: vacatures zonder bureau"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What every folder says about where it comes from.

    Attributes
    ----------
    run_date
        ISO day the plan is for.
    plan
        A short digest that differs between plans on different input, policy or day; it tells nothing about them.
    """

    contract_version: int
    run_date: str
    plan: str


@dataclass(frozen=True, slots=True)
class HandedFile:
    """A file of a folder; ``rows`` is None for one that is no single table."""

    path: str
    raw: bytes
    rows: int | None


def files(recipients: Iterable[Handed], plan: Plan, scratch: Path, limits: Limits = Limits()) -> Iterator[HandedFile]:  # noqa: B008
    """Make the files of every recipient; in each folder the manifest comes last."""
    for one in recipients:
        made = list(_files(one, plan, scratch, limits))
        yield from made
        yield HandedFile(f"{one.folder}/{MANIFEST}", json_bytes(_manifest(one, plan, made)), None)


def grids_of(one: Handed, limits: Limits = Limits()) -> list[Grid]:  # noqa: B008
    """The sheets of a recipient, part by part."""
    return [grid for sheet in Sheet for grid in grids(sheet, one.tables[sheet], one.recipient, limits)]


def _files(one: Handed, plan: Plan, scratch: Path, limits: Limits) -> Iterator[HandedFile]:
    shown = grids_of(one, limits)
    yield HandedFile(
        f"{one.folder}/{WORKBOOK}", workbook_bytes(_title(one), shown, list(_notes(one, plan)), scratch), None
    )
    for grid in shown:
        yield HandedFile(f"{one.folder}/{csv_name(grid)}", csv_bytes(grid), grid.rows)
    for sheet, table in one.tables.items():
        yield HandedFile(f"{one.folder}/{sheet}.parquet", parquet_bytes(table), table.num_rows)
        yield HandedFile(f"{one.folder}/{sheet}.json", json_rows(table), table.num_rows)


def _title(one: Handed) -> str:
    named = _MUNICIPALITY if one.agency_id is None else one.name or one.agency_id
    return visible(named)[:200]


def _notes(one: Handed, plan: Plan) -> Iterator[tuple[str, str]]:
    yield "Dag van het plan", plan.run_date
    yield "Plan", plan.plan
    yield "Voordrachten", "Wie voor welke vacature wordt voorgedragen. Het is een voorstel: mensen beslissen."
    yield (
        "Openstaand",
        "Vacatures met nog een plaats vrij, en wie er daarna in beeld komt. Deze mensen staan bij niemand anders op een lijst.",
    )
    yield (
        "Terugsturen",
        "Vul in de gekleurde kolommen in wat er van een voorstel is geworden, en stuur dit bestand terug. Leeg: nog niets.",
    )
    yield "", ""
    told = {field.name: field for sheet in Sheet for field in allowed(sheet, one.recipient)}
    for field in FIELDS:
        if field.name in told:
            yield field.heading, field.meaning
    yield "", ""
    yield (
        "Wat hier niet staat",
        "Loonwaarde, gezondheid, belemmeringen, trede, kansen, punten en adres verlaten de gemeente niet met een voordracht.",
    )


def _manifest(one: Handed, plan: Plan, made: Iterable[HandedFile]) -> dict[str, Any]:
    who = {"agency_id": one.agency_id, "name": one.name} if one.recipient is Recipient.AGENCY else {}
    return {
        "contract_version": plan.contract_version,
        "run_date": plan.run_date,
        "plan": plan.plan,
        "recipient": one.recipient.value,
        **who,
        "stage": Stage.OFFER.value,
        "columns": {sheet.value: [field.name for field in allowed(sheet, one.recipient)] for sheet in Sheet},
        "files": [
            {
                "name": file.path.rsplit("/", 1)[1],
                "bytes": len(file.raw),
                "sha256": hashlib.sha256(file.raw).hexdigest(),
                "rows": file.rows,
            }
            for file in sorted(made, key=lambda file: file.path)
        ],
    }
