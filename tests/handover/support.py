"""Small bundles, runs of them, and every byte that came out."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from matcher.inputs import InputRequest
from matcher.nightly import PublishedRun, RunRequest, run
from matcher.sample import write_sample
from tests.problems import RUN_DATE


def sample(folder: Path, *, people: int = 240, vacancies: int = 90) -> Path:
    """A believable bundle."""
    write_sample(folder, people=people, vacancies=vacancies)
    return folder


def matched(bundle: Path, out: Path, **more: Any) -> PublishedRun:
    """A published run."""
    return run(RunRequest(inputs=InputRequest(bundle=bundle, run_date=RUN_DATE), out=out, **more))


def rewrite(bundle: Path, name: str, **columns: Any) -> None:
    """Replace columns of a table, or add them."""
    path = bundle / f"{name}.parquet"
    table = pq.read_table(path)
    for column, values in columns.items():
        array = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
        place = table.column_names.index(column) if column in table.column_names else None
        table = table.append_column(column, array) if place is None else table.set_column(place, column, array)
    pq.write_table(table, path)


def handed_files(folder: Path) -> dict[str, bytes]:
    """Every file that was handed over, by path."""
    tops = (folder / "agencies", folder / "direct")
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for top in tops
        for path in sorted(top.rglob("*"))
        if path.is_file()
    }


def readable(files: dict[str, bytes]) -> dict[str, str]:
    """All that can be read in files: as they are, unzipped, decompressed, unescaped."""
    found = {}
    for path, raw in files.items():
        parts = [path, raw.decode("utf-8", "replace"), raw.decode("latin-1")]
        if path.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(raw)) as book:
                parts += [name + book.read(name).decode() for name in book.namelist()]
        elif path.endswith(".parquet"):
            table = pq.read_table(pa.BufferReader(raw))
            parts += [repr(table.to_pydict()), repr(table.schema.metadata), repr(table.column_names)]
        elif path.endswith(".json"):
            parts.append(raw.decode().encode().decode("unicode_escape"))
        found[path] = "\n".join(parts)
    return found
