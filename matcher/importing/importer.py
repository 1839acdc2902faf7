"""import_folder: read, recognise, convert, put together, write."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from matcher.errors import InputError, MatcherError
from matcher.importing.build import refuse_bsns, refuse_lost_limits, serialised, strike_twins, table_of
from matcher.importing.bundle_folder import POLICY, PROBLEMS, REPORT, Place, find_place, write_bundle
from matcher.importing.catalogue import CATALOGUE
from matcher.importing.columns import Columns, match_columns
from matcher.importing.convert import Converted, convert
from matcher.importing.file_report import list_report, passed_report, table_report
from matcher.importing.folder import MAPPING, FolderContents, read_file, read_folder
from matcher.importing.long_form import LongList, attach, read_long
from matcher.importing.mapping_file import NO_MAPPING, ImportMapping, parse_mapping
from matcher.importing.recognise import Identity, recognise
from matcher.importing.report import FileReport, ImportReport, Problem, WrittenFile, problems_bytes, report_bytes
from matcher.importing.source_table import SourceTable

_SHOWN = 10


def import_folder(source: Path, target: Path, *, dry_run: bool = False, mapping: Path | None = None) -> ImportReport:
    """Make a bundle of the files in a folder.

    Parameters
    ----------
    source
        Folder with CSV, xlsx, JSON and Parquet files; folders inside it are passed over.
    target
        Folder for the bundle: not there yet, empty, or holding an earlier import that nobody changed.
    dry_run
        Read and judge everything, write nothing.
    mapping
        TOML file with [files], [columns], [values], [numbers] and [lists]; else ``import.toml`` of ``source``, if it is there.

    Returns
    -------
    ImportReport
        Also written into ``target`` as import_report.json and import_problems.csv.

    Raises
    ------
    InputError
        A file cannot be understood as a whole, a column looks like BSNs, people or vacancies are missing, or no row of a table is left.
    FileError
        Something cannot be read or written; ``target`` is as it was.
    """
    if not source.is_dir():
        raise InputError(f"{source} is not a folder. Give the folder that holds the files.")
    if source.resolve() == target.resolve():
        raise InputError("The bundle cannot be written into the folder it is made from. Give another folder.")
    place = None if dry_run else find_place(target)
    told, told_name = _mapping(source, mapping)
    contents = read_folder(source, told)
    identities = _identities(contents, told)
    parts, lists = _converted(contents, identities, told)
    for one in lists:
        attach(one, parts[one.made.table])
    strike_twins(parts)
    refuse_lost_limits(parts)
    tables = {name: table_of(name, found) for name, found in parts.items()}
    refuse_bsns(tables, contents, identities)
    files = _file_reports(contents, identities, parts, lists)
    problems = _problems(parts, lists)
    _refuse_empty(parts, problems)
    report = ImportReport(
        source=source,
        target=target,
        dry_run=dry_run,
        mapping=told_name,
        files=files,
        rows={name: table.num_rows for name, table in tables.items()},
        problems=problems,
    )
    if place is None:
        return report
    return _written(
        report, {f"{name}.parquet": serialised(table) for name, table in tables.items()}, contents, place=place
    )


def _mapping(source: Path, given: Path | None) -> tuple[ImportMapping, str | None]:
    path = given or source / MAPPING
    if given is None and not path.exists():
        return NO_MAPPING, None
    return parse_mapping(read_file(path), path.name), path.name


def _identities(contents: FolderContents, mapping: ImportMapping) -> dict[int, Identity]:
    """Say what every table of the folder is; all that cannot be told is told at once."""
    found: dict[int, Identity] = {}
    faults: list[MatcherError] = []
    for number, table in enumerate(contents.tables):
        siblings = sum(1 for other in contents.tables if other.file == table.file)
        try:
            found[number] = recognise(table, siblings, mapping)
        except InputError as error:
            faults.append(error)
    known = {table.label for table in contents.tables} | {table.file for table in contents.tables}
    known |= {name for name, _ in contents.passed}
    if strange := sorted(mapping.files.keys() - known):
        faults.append(InputError(f"The mapping names the file {strange[0]!r} under [files], which is not there."))
    _raise(faults)
    tables = {identity.table for identity in found.values() if identity.column is None}
    for name, schema in CATALOGUE.items():
        needed = schema.required or any(identity.table == name and identity.column for identity in found.values())
        if needed and name not in tables:
            shown = ", ".join(table.label for table in contents.tables) or "nothing that can be read"
            raise InputError(
                f"No file holds {name} ({schema.meaning}). Found: {shown}. Name one after it, or see [files] of {MAPPING}."
            )
    return found


def _raise(faults: list[MatcherError]) -> None:
    if faults:
        more = f"\n... and {len(faults) - _SHOWN} more." if len(faults) > _SHOWN else ""
        raise InputError("\n".join(str(fault) for fault in faults[:_SHOWN]) + more)


def _converted(
    contents: FolderContents, identities: Mapping[int, Identity], mapping: ImportMapping
) -> tuple[dict[str, list[Converted]], list[LongList]]:
    matched: list[tuple[SourceTable, str, Columns]] = []
    longs: list[tuple[SourceTable, str, str]] = []
    faults: list[MatcherError] = []
    used: set[tuple[str, str]] = set()
    for number, identity in identities.items():
        source = contents.tables[number]
        if identity.table is None:
            continue
        if identity.column is not None:
            longs.append((source, identity.table, identity.column))
            continue
        try:
            columns = match_columns(source, identity.table, mapping)
        except InputError as error:
            faults.append(error)
            continue
        used |= {(identity.table, heading) for heading in columns.said}
        matched.append((source, identity.table, columns))
    for table, headings in mapping.headings.items():
        lacking = [written for plain, written in headings.items() if (table, plain) not in used]
        if lacking and not faults:
            faults.append(
                InputError(
                    f"The mapping names the column {lacking[0]!r} of {table}, which no file has. Correct the heading."
                )
            )
    _raise(faults)
    parts: dict[str, list[Converted]] = {}
    for source, table, columns in matched:
        parts.setdefault(table, []).append(convert(source, table, columns, mapping))
    return parts, [read_long(source, table, column, mapping) for source, table, column in longs]


def _file_reports(
    contents: FolderContents,
    identities: Mapping[int, Identity],
    parts: Mapping[str, list[Converted]],
    lists: list[LongList],
) -> tuple[FileReport, ...]:
    made = {id(part.source): table_report(part) for found in parts.values() for part in found}
    made |= {id(one.made.source): list_report(one) for one in lists}
    found = [
        made[id(table)] if id(table) in made else passed_report(table.label, table.origin.value, "left out")
        for number, table in enumerate(contents.tables)
        if number in identities
    ]
    found += [passed_report(name, "", why) for name, why in contents.passed]
    if contents.policy is not None:
        found.append(passed_report(POLICY, "", "the policy: copied as it is"))
    return tuple(sorted(found, key=lambda report: report.file))


def _problems(parts: Mapping[str, list[Converted]], lists: list[LongList]) -> tuple[Problem, ...]:
    found = [problem for made in parts.values() for part in made for problem in part.problems]
    found += [problem for one in lists for problem in one.made.problems]
    return tuple(sorted(found, key=lambda one: (one.file, one.row or 0, one.column, one.code, one.field)))


def _refuse_empty(parts: Mapping[str, list[Converted]], problems: tuple[Problem, ...]) -> None:
    """Stop where rows were read and none is left: an empty table would look like an answer."""
    empty = [name for name in parts if CATALOGUE[name].required and not any(one.source.numbers for one in parts[name])]
    if empty:
        labels = " and ".join(part.source.label for name in empty for part in parts[name])
        raise InputError(
            f"No rows below the headings of {labels}: there are no {' and no '.join(empty)}. Nothing was written. Fill it in, and import "
            "again."
        )
    for name, found in parts.items():
        read = sum(len(part.source.numbers) for part in found)
        if read and read == sum(len(part.refused) for part in found):
            files = {part.source.label for part in found}
            first = [one for one in problems if one.file in files and one.severity == "error"][:_SHOWN]
            told = "\n".join(
                f"{one.file}, row {one.row}, column {one.column or '-'}: {one.code}. {one.action}" for one in first
            )
            raise InputError(f"None of the {read:,} rows of {name} can be used.\n{told}")


def _written(report: ImportReport, files: dict[str, bytes], contents: FolderContents, *, place: Place) -> ImportReport:
    if contents.policy is not None:
        files[POLICY] = contents.policy
    files[PROBLEMS] = problems_bytes(report.problems)
    rows = {f"{name}.parquet": count for name, count in report.rows.items()}
    made = tuple(
        WrittenFile(name, rows.get(name), len(data), hashlib.sha256(data).hexdigest())
        for name, data in sorted(files.items())
    )
    done = report.with_written(made)
    files[REPORT] = report_bytes(done)
    write_bundle(place, files)
    return done
