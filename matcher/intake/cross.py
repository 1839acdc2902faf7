"""Faults that only show between tables."""

import numpy as np

from matcher.domain.codes import Fault
from matcher.domain.headline import Headline
from matcher.domain.schema import TABLES
from matcher.intake.kept import keep_pins
from matcher.intake.previous import leave_out_placed
from matcher.intake.rejections import WARNING, Ledger
from matcher.intake.rows import Rows, keys_of, match_ids, shorten


def cross_check(tables: dict[str, Rows], given: frozenset[str], ledger: Ledger) -> tuple[Headline, ...]:
    """Faults that only show between tables; updates ``tables`` with what may stay, and returns what is to be said first."""
    headlines = leave_out_placed(tables, ledger)
    tables["sensitive"] = _dangling(tables, "sensitive", ("candidates",), ledger)
    _refuse_told_twice(tables, ledger)
    tables["pairs"] = _dangling(tables, "pairs", ("candidates", "vacancies"), ledger)
    for table, column, target in (
        ("vacancies", "agency_id", "agencies"),
        ("candidates", "agency_id", "agencies"),
        ("vacancies", "employer_id", "employers"),
        ("candidates", "coach_id", "coaches"),
    ):
        if target in given:
            _warn_unlisted(tables, table, column, target, ledger)
    for table in ("candidates", "vacancies", "pairs"):
        _warn_uses(tables, table, given, ledger)
    _warn_places(tables, given, ledger)
    return headlines


def _dangling(tables: dict[str, Rows], name: str, targets: tuple[str, ...], ledger: Ledger) -> Rows:
    rows = tables[name]
    schema = TABLES[name]
    for target in targets:
        key = TABLES[target].key[0]
        lost = match_ids(rows.words(key), tables[target].words(key)) < 0
        at = np.flatnonzero(lost)
        keys = keys_of(schema, rows)
        if name == "pairs":
            keep_pins(rows, lost, f"{key} ({Fault.DANGLING_REFERENCE})")
        ledger.add(
            schema.file, key, Fault.DANGLING_REFERENCE, rows=rows.row[at], keys=[keys[row] for row in at.tolist()]
        )
        rows = rows.keep(~lost)
    return rows


def _warn_uses(tables: dict[str, Rows], table: str, given: frozenset[str], ledger: Ledger) -> None:
    """Warn of resources that resources.parquet lacks: what is taken from them is not limited."""
    rows, schema = tables[table], TABLES[table]
    taken = rows.uses().taken
    held = set(tables["resources"].words("resource_id").texts())
    lost = np.array([word not in held for word in taken.spelled], dtype=np.bool_)[taken.item]
    if not lost.any():
        return
    if "resources" not in given:
        ledger.add(schema.file, "uses", Fault.DANGLING_REFERENCE, severity=WARNING)
        return
    at = np.unique(taken.owner()[lost])
    keys = keys_of(schema, rows.keep(np.isin(np.arange(len(rows)), at)))
    ledger.add(schema.file, "uses", Fault.DANGLING_REFERENCE, rows=rows.row[at], keys=keys, severity=WARNING)


def _refuse_told_twice(tables: dict[str, Rows], ledger: Ledger) -> None:
    """Refuse people whose limitations or blockers stand in both files: nobody knows which of the two holds."""
    people, apart = tables["candidates"], tables["sensitive"]
    if not len(apart):
        return
    row = match_ids(people.words("candidate_id"), apart.words("candidate_id"))
    refused = np.zeros(len(people), dtype=np.bool_)
    for name in ("limitations", "blockers"):
        twice = np.flatnonzero(people.lists(name).known & (row >= 0) & apart.lists(name).known[row])
        keys = people.words("candidate_id").take(twice).texts()
        for file, lines in (("candidates.parquet", people.row[twice]), ("sensitive.parquet", apart.row[row[twice]])):
            ledger.add(file, name, Fault.IN_TWO_FILES, rows=lines, keys=keys)
        refused[twice] = True
    tables["candidates"] = people.keep(~refused)
    gone = np.zeros(len(apart), dtype=np.bool_)
    gone[row[refused]] = True
    tables["sensitive"] = apart.keep(~gone)


def _warn_unlisted(tables: dict[str, Rows], table: str, column: str, target: str, ledger: Ledger) -> None:
    rows = tables[table]
    asked = rows.words(column)
    lost = (asked.code >= 0) & (match_ids(asked, tables[target].words(TABLES[target].key[0])) < 0)
    at = np.flatnonzero(lost)
    keys = rows.words(TABLES[table].key[0]).take(at).texts()
    ledger.add(TABLES[table].file, column, Fault.DANGLING_REFERENCE, rows=rows.row[at], keys=keys, severity=WARNING)


def _warn_places(tables: dict[str, Rows], given: frozenset[str], ledger: Ledger) -> None:
    for table in ("candidates", "vacancies"):
        rows = tables[table]
        asked = shorten(rows.words("pc4"))
        own = ~np.isnan(rows.numbers("lat")) & ~np.isnan(rows.numbers("lon"))
        lost = (asked.code >= 0) & ~own & (match_ids(asked, shorten(tables["places"].words("pc4"))) < 0)
        if lost.any() and "places" not in given:
            ledger.add(TABLES[table].file, "pc4", Fault.UNKNOWN_PLACE, severity=WARNING)
            continue
        at = np.flatnonzero(lost)
        keys = rows.words(TABLES[table].key[0]).take(at).texts()
        ledger.add(TABLES[table].file, "pc4", Fault.UNKNOWN_PLACE, rows=rows.row[at], keys=keys, severity=WARNING)
