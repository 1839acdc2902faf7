"""Does every folder hold what its recipient may see, and nothing of anybody else? Asked of the bytes, in every run."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from matcher.domain.raw import RawTables
from matcher.domain.tables import Codebook, Problem
from matcher.errors import CertificateError
from matcher.handover.allowed import Sheet
from matcher.handover.folders import MANIFEST, WORKBOOK, grids_of
from matcher.handover.forms import csv_name, sheet_name
from matcher.handover.grid import Grid, cells
from matcher.handover.reopen import csv_columns, json_pairs, workbook_columns
from matcher.handover.sheets import AGENCIES, DIRECT, Handed, handed
from matcher.handover.shortlists import MOST, SHORTLISTS
from matcher.handover.texts import guarded
from matcher.rules.block import pair_block
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import judge
from matcher.rules.scorecard import score
from matcher.verdict.checks.check import Check, require

CROSS_AGENCY = "rows in a folder of another agency: 0"
_KEYS = ("vacancy_id", "candidate_id")
_HEADINGS = ("Vacature", "Kandidaat")


def check_handover(
    read: Callable[[str], bytes],
    paths: Iterable[str],
    *,
    raw: RawTables,
    problem: Problem,
    codebook: Codebook,
    ctx: RuleContext,
    tables: Mapping[str, pa.Table],
) -> tuple[tuple[Handed, ...], list[Check]]:
    """Check all folders against plan and input; return who gets what, and what was checked.

    Parameters
    ----------
    read
        Gives the bytes of a file by its path, as the disk has them.
    paths
        Every file that was handed over.
    tables
        The published tables of the plan.

    Raises
    ------
    CertificateError
        Something stands where it may not, is missing, or differs from the plan. The message never holds a value.
    """
    paths = sorted(paths)
    published = {path: _decoded(path, read(path)) for path in paths if path.endswith(".parquet")}
    lists = _shortlists(published)
    expected = handed(raw, problem, codebook, tables, lists)
    shown = {one.folder: grids_of(one) for one in expected}
    _require_paths(expected, shown, paths)
    counted = {
        "columns on the allow-list, cells as in plan and input": [_tables_of(one, published) for one in expected],
        "workbook, CSV and JSON as Parquet": [_forms_of(one, shown[one.folder], read) for one in expected],
        "hashes of the folders": [_manifest_of(one, read) for one in expected],
    }
    checks = [Check(name, AGENCIES, "", sum(rows)) for name, rows in counted.items()]
    checks.append(_cross_agency(expected, published, raw))
    checks.append(_one_recipient(expected))
    checks += _shortlisted(lists, problem, codebook, ctx)
    return expected, checks


def handover_counts(recipients: Sequence[Handed]) -> dict[str, int]:
    """What was handed over, in numbers, for the manifest of the run."""
    listed = [one.tables[Sheet.OPEN]["candidate_id"] for one in recipients]
    return {
        "agencies": sum(one.agency_id is not None for one in recipients),
        "proposals": sum(one.tables[Sheet.PROPOSALS].num_rows for one in recipients),
        "open_vacancies": sum(len(set(one.tables[Sheet.OPEN]["vacancy_id"].to_pylist())) for one in recipients),
        "shortlisted": sum(len(column) - column.null_count for column in listed),
        "cross_agency_rows": 0,
    }


def is_handed(path: str) -> bool:
    """Whether a file of a run belongs to what is handed over."""
    return path.startswith((f"{AGENCIES}/", f"{DIRECT}/"))


def _decoded(path: str, raw: bytes) -> pa.Table:
    try:
        return pq.read_table(pa.BufferReader(raw), page_checksum_verification=True)
    except (OSError, ValueError, pa.ArrowException):
        raise CertificateError(f"{path} is not a Parquet file that can be read.") from None


def _json(path: str, read: Callable[[str], bytes]) -> Any:
    try:
        return json.loads(read(path))
    except (ValueError, RecursionError):
        raise CertificateError(f"{path} is not JSON.") from None


def _shortlists(published: Mapping[str, pa.Table]) -> pa.Table:
    """The lists as they were handed over."""
    found = [SHORTLISTS.empty_table()]
    for path, table in published.items():
        if path.endswith(f"/{Sheet.OPEN}.parquet"):
            if not set(SHORTLISTS.names) <= set(table.column_names):
                raise CertificateError(f"{path} has other columns than may leave.")
            part = table.select(SHORTLISTS.names)
            found.append(part.filter(part["candidate_id"].is_valid()).cast(SHORTLISTS))
    return pa.concat_tables(found)


def _require_paths(expected: Sequence[Handed], shown: Mapping[str, list[Grid]], paths: Sequence[str]) -> None:
    meant = set()
    for one in expected:
        names = [WORKBOOK, MANIFEST, *(f"{sheet}.{end}" for sheet in Sheet for end in ("parquet", "json"))]
        meant |= {f"{one.folder}/{name}" for name in (*names, *(csv_name(grid) for grid in shown[one.folder]))}
    if meant != set(paths):
        raise CertificateError(
            f"{AGENCIES}: {len(meant - set(paths))} files are missing and {len(set(paths) - meant)} belong to nobody."
        )


def _tables_of(one: Handed, published: Mapping[str, pa.Table]) -> int:
    """Every column is on the allow-list, and every cell is what plan and input say."""
    rows = 0
    for sheet, meant in one.tables.items():
        path = f"{one.folder}/{sheet}.parquet"
        found = published[path]
        if found.column_names != meant.column_names:
            raise CertificateError(f"{path} has other columns than may leave.")
        if not found.equals(meant.replace_schema_metadata(None)):
            raise CertificateError(f"{path} is not what plan and input give.")
        rows += found.num_rows
    return rows


def _forms_of(one: Handed, shown: Sequence[Grid], read: Callable[[str], bytes]) -> int:
    """Workbook, CSV and JSON hold the same pairs in the same order."""
    rows = 0
    book = workbook_columns(read(f"{one.folder}/{WORKBOOK}"), [sheet_name(grid) for grid in shown], _HEADINGS)
    for grid in shown:
        text = csv_columns(read(f"{one.folder}/{csv_name(grid)}"), _HEADINGS)
        for key, heading in zip(_KEYS, _HEADINGS, strict=True):
            meant = [str(cell) if cell is not None else "" for cell in cells(grid.table[key])]
            same = text[heading] == [guarded(cell) for cell in meant]
            if not same or book[sheet_name(grid)][heading] != meant:
                raise CertificateError(f"{one.folder}: workbook, CSV and Parquet differ.")
        rows += grid.rows
    for sheet, table in one.tables.items():
        path = f"{one.folder}/{sheet}.json"
        try:
            held = json_pairs(read(path), _KEYS)
        except (ValueError, LookupError, TypeError, RecursionError):
            raise CertificateError(f"{path} is not a list of rows.") from None
        if held != list(zip(*(table[key].to_pylist() for key in _KEYS), strict=True)):
            raise CertificateError(f"{path} and Parquet differ.")
    return rows


def _manifest_of(one: Handed, read: Callable[[str], bytes]) -> int:
    """The folder's own manifest fits its files."""
    files: list[dict[str, Any]] = _json(f"{one.folder}/{MANIFEST}", read)["files"]
    for file in files:
        content = read(f"{one.folder}/{file['name']}")
        if (len(content), hashlib.sha256(content).hexdigest()) != (file["bytes"], file["sha256"]):
            raise CertificateError(f"{one.folder}/{MANIFEST} does not fit {file['name']}.")
    return len(files)


def _cross_agency(expected: Sequence[Handed], published: Mapping[str, pa.Table], raw: RawTables) -> Check:
    """The agency of every row's vacancy, read from the input once more in the plainest way, is the one that the folder is for."""
    table = raw.tables["vacancies"]
    agency = table["agency_id"].to_pylist() if "agency_id" in table.column_names else [None] * table.num_rows
    ids = [(word or "").strip() for word in table["vacancy_id"].to_pylist()]
    agency_of = {word: (key or "").strip() or None for word, key in zip(ids, agency, strict=True)}
    holds: list[bool] = []
    for one in expected:
        for sheet in Sheet:
            rows = published[f"{one.folder}/{sheet}.parquet"]["vacancy_id"].to_pylist()
            holds += [word in agency_of and agency_of[word] == one.agency_id for word in rows]
    return require(CROSS_AGENCY, AGENCIES, "", holds)


def _one_recipient(expected: Sequence[Handed]) -> Check:
    """Nobody stands with two recipients, and nobody is proposed twice."""
    seen: dict[str, str] = {}
    holds = []
    for one in expected:
        for table in one.tables.values():
            people = [word for word in table["candidate_id"].to_pylist() if word is not None]
            holds += [seen.setdefault(word, one.folder) == one.folder for word in people]
    return require("one recipient per person", AGENCIES, "candidate_id", holds)


def _shortlisted(lists: pa.Table, problem: Problem, codebook: Codebook, ctx: RuleContext) -> list[Check]:
    """Everybody on a list passes every rule there, by the reference rules, and is worth points."""
    seat_of = {word: row for row, word in enumerate(codebook.vacancy_ids)}
    row_of = {word: row for row, word in enumerate(codebook.candidate_ids)}
    seats = np.array([seat_of[word] for word in lists["vacancy_id"].to_pylist()], dtype=np.int64)
    people = np.array([row_of[word] for word in lists["candidate_id"].to_pylist()], dtype=np.int64)
    block = pair_block(problem, people, seats)
    count = np.bincount(seats, minlength=1)
    pairs = set(zip(people.tolist(), seats.tolist(), strict=True))
    return [
        require("every rule passes", AGENCIES, str(Sheet.OPEN), judge(ctx, block).eligible),
        require("points above 0", AGENCIES, str(Sheet.OPEN), score(ctx, block).points > 0),
        require(
            "no longer than agreed, nobody twice",
            AGENCIES,
            str(Sheet.OPEN),
            [bool(count.max() <= MOST), len(pairs) == people.size],
        ),
    ]
