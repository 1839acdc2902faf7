"""Makes odd input from a number and reads it, each in a process of its own that was forked from a warm one and held to limits.

``python -m tests.fuzz.worker read|command FIRST LAST`` prints one line of JSON per fault found and a last one that counts the endings.
A single number is one case: ``python -m tests.fuzz.worker read 17`` does it in this process, with every traceback.
"""

import contextlib
import datetime as dt
import io
import json
import os
import random
import resource
import shutil
import signal
import socket
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from matcher.case import prepare
from matcher.cli import main
from matcher.errors import MatcherError
from matcher.inputs import InputRequest, read_inputs
from matcher.inspection import inspect
from matcher.pipeline import match_tables
from matcher.sample import write_sample
from tests.fuzz import policies
from tests.fuzz.damage import DAMAGES
from tests.fuzz.hostile import TWISTS

DAY = dt.date(2026, 11, 21)
MEMORY = 2 << 30
"""Addresses that a case may take beside what the warm process has."""
SECONDS = 10
"""Of processor; a case that waits instead of working is given four times as long, for machines are shared."""
TABLES = (
    ("candidates",) * 6
    + ("vacancies",) * 4
    + ("pairs", "pairs", "places", "employers", "agencies", "coaches", "resources", "sensitive")
)
REFUSED = {3, 4, 5, 8}
FORMS: tuple[dict[str, Any], ...] = (
    {"compression": "none"},
    {"compression": "none", "write_page_checksum": True},
    {"compression": "snappy"},
    {"compression": "zstd"},
    {"compression": "zstd", "write_page_checksum": True, "row_group_size": 7},
    {"compression": "gzip", "data_page_version": "2.0"},
    {"compression": "none", "use_dictionary": False},
    {"compression": "lz4", "use_dictionary": False, "data_page_size": 64, "store_schema": False},
)


@dataclass(frozen=True)
class Base:
    """A sound bundle, and its tables."""

    folder: Path
    tables: dict[str, pa.Table]


def base(folder: Path) -> Base:
    """Make the sound bundle that everything starts from."""
    write_sample(folder, people=30, vacancies=12, limits=True)
    tables = {path.stem: pq.read_table(path, use_threads=False) for path in sorted(folder.glob("*.parquet"))}
    if "sensitive" not in tables:
        ids = tables["candidates"]["candidate_id"].slice(0, 5)
        tables["sensitive"] = pa.table({"candidate_id": ids})
        pq.write_table(tables["sensitive"], folder / "sensitive.parquet")
    return Base(folder, tables)


def packed(table: pa.Table, rng: random.Random, columns: dict[str, Any] | None = None) -> bytes:
    sink = io.BytesIO()
    form = dict(rng.choice(FORMS))
    if rng.random() < 0.1 and form.get("use_dictionary") is False:
        texts = [field.name for field in table.schema if pa.types.is_string(field.type)]
        encoding = rng.choice(("DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"))
        form["column_encoding"] = dict.fromkeys(texts, encoding)
    pq.write_table(table, sink, **form)
    return sink.getvalue()


def not_parquet(path: Path, rng: random.Random) -> None:
    """Something else under the name of a Parquet file."""
    some = rng.randbytes(rng.randint(0, 300))
    kind = rng.randrange(14)
    if kind == 0:
        os.mkfifo(path)
    elif kind == 1:
        path.mkdir()
    elif kind == 2:
        path.symlink_to(rng.choice(("/dev/zero", "/dev/null", "/dev/random", "/dev/tty", "/proc/self/mem", "/")))
    elif kind == 3:
        path.symlink_to(path.name)
    elif kind == 4:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(str(path))
    elif kind == 5:
        with zipfile.ZipFile(path, "w") as book:
            book.writestr("../candidates.parquet", some)
    else:
        path.write_bytes(
            rng.choice(
                (
                    b"",
                    b"PAR1",
                    b"PAR1PAR1PAR1",
                    b"PARE" + some + b"PARE",
                    b"PAR1" + some + b"PARE",
                    b"PAR1" + some + rng.choice((len(some), 0, 2**31, 2**32 - 1)).to_bytes(4, "little") + b"PAR1",
                    b"candidate_id;pc4\nk-1;7511\n",
                    b"\xef\xbb\xbfcandidate_id\n",
                    b"ARROW1\0\0" + some,
                    some,
                )
            )
        )


def odd_folder(folder: Path, held: Base, rng: random.Random) -> str:
    """Make a bundle with something odd in it; returns what was done."""
    folder.mkdir()
    sort = rng.random()
    if sort < 0.2:
        make = rng.choice(policies.TWISTS) if rng.random() < 0.99 else policies.far_too_long
        _linked(folder, held, rng)
        (folder / "policy.toml").write_bytes(make(rng))
        return make.__name__
    names = rng.sample(sorted(held.tables), 2) if rng.random() < 0.15 else [rng.choice(TABLES)]
    names = [name for name in names if name in held.tables] or ["candidates"]
    _linked(folder, held, rng)
    done = ""
    for name in names:
        path = folder / f"{name}.parquet"
        path.unlink(missing_ok=True)
        if sort < 0.24:
            not_parquet(path, rng)
            done = "not_parquet"
        elif sort < 0.65:
            damage = rng.choice(DAMAGES)
            path.write_bytes(damage(packed(held.tables[name], rng), rng))
            done = damage.__name__
        else:
            table = held.tables[name]
            for twist in rng.sample(TWISTS, rng.choice((1, 1, 1, 2))):
                if name in ("audit", "previous"):
                    continue
                table = twist(table, name, rng)
                done += twist.__name__ + " "
            path.write_bytes(packed(table, rng))
    return done.strip()


def _linked(folder: Path, held: Base, rng: random.Random) -> None:
    """Put the sound files beside: all of them, or only those that every bundle has."""
    for name in held.tables if rng.random() < 0.2 else ("candidates", "vacancies"):
        os.link(held.folder / f"{name}.parquet", folder / f"{name}.parquet")


def read(folder: Path) -> str:
    """Read and encode a bundle; returns how that ended, and raises what must not come out."""
    try:
        inputs = read_inputs(InputRequest(bundle=folder, run_date=DAY))
        prepare(inputs.bundle.raw, inputs.policy, inputs.run_date)
    except MatcherError as error:
        assert error.exit_code in REFUSED, (error.exit_code, str(error))
        assert 0 < len(str(error)) < 20_000, "a message for a person"
        return str(error.exit_code)
    return "accepted"


def command(folder: Path, rng: random.Random) -> str:
    """Give a bundle to the command line; returns its exit code, and raises where that or what was said is not as promised."""
    out = folder.parent / "out"
    looks = (["validate"], ["validate", "--json"], ["validate", "--strict"])
    # A run starts a program of its own, which takes seconds.
    arguments = rng.choice(looks) if rng.random() < 0.9 else ["run", "--out", str(out)]
    said = folder.parent / "said"
    with said.open("wb") as sink:
        os.dup2(sink.fileno(), 1)
        os.dup2(sink.fileno(), 2)
    code: Any = "returned"
    try:
        main(
            [
                arguments[0],
                str(folder),
                "--quiet",
                *arguments[1:],
                *(["--run-date", str(DAY)] if "run" in arguments else []),
            ]
        )
    except SystemExit as end:
        code = end.code
    sys.stdout.flush()
    sys.stderr.flush()
    text = said.read_bytes()
    assert code in {0, 7} | REFUSED, (code, arguments, text[-3000:])
    assert b"Traceback" not in text, text[-3000:]
    assert b"\x1b" not in text and b"\0" not in text, "said as it stands, where a terminal takes it for a command"
    assert code in {0, 7} or text.count(b"\n") >= 1, "refused without a word"
    assert code in {0, 7} or not (out / "latest").exists()
    return str(code)


def one_case(number: int, held: Base, folder: Path, through: str) -> tuple[str, str]:
    rng = random.Random(number)
    done = odd_folder(folder / "in", held, rng)
    return done, read(folder / "in") if through == "read" else command(folder / "in", rng)


def _limited() -> None:
    taken = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, taken + MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS * 3, SECONDS * 3))
    signal.alarm(SECONDS * 4)


def forked(number: int, held: Base, folder: Path, through: str) -> dict[str, Any]:
    """One case in a process of its own: what was done, how it ended, how long it worked and what it took."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        facts: dict[str, Any] = {"case": number}
        try:
            _limited()
            facts["done"], facts["end"] = one_case(number, held, folder, through)
        except BaseException:
            facts["fault"] = traceback.format_exc()[-6000:]
        with contextlib.suppress(OSError):
            os.write(tell, json.dumps(facts).encode())
        os._exit(0)
    os.close(tell)
    with os.fdopen(told, "rb") as pipe:
        data = pipe.read()
    _, status, used = os.wait4(child, 0)
    facts = (
        json.loads(data) if data else {"case": number, "fault": f"ended by signal {status & 127}, code {status >> 8}"}
    )
    facts["seconds"], facts["mib"] = round(used.ru_utime + used.ru_stime, 2), used.ru_maxrss >> 10
    if facts["seconds"] > SECONDS:
        facts.setdefault("fault", f"took {facts['seconds']} s")
    return facts


def work(through: str, first: int, last: int) -> None:
    """Do the cases from first to last, and print what was found."""
    ends: Counter[str] = Counter()
    worst = {"seconds": 0.0, "mib": 0}
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        held = base(Path(name) / "base")
        _warm(held, through)
        for number in range(first, last):
            folder = Path(name) / "case"
            folder.mkdir()
            facts = forked(number, held, folder, through)
            shutil.rmtree(folder)
            ends[facts.get("end", "FAULT")] += 1
            if os.environ.get("MATCHER_FUZZ_KINDS"):
                ends[f"{facts.get('done', 'FAULT')}: {facts.get('end')}"] += 1
            for key, most in worst.items():
                worst[key] = max(most, facts[key])
            if "fault" in facts:
                print(json.dumps(facts), flush=True)
    print(json.dumps({"ends": dict(ends), **worst, "wall": round(time.monotonic() - began, 1)}), flush=True)


def _warm(held: Base, through: str) -> None:
    """Load everything once, so that every case begins with it; the command line needs the compiled loops too."""
    read(held.folder)
    if through == "command":
        inputs = read_inputs(InputRequest(bundle=held.folder, run_date=DAY))
        inspect(InputRequest(bundle=held.folder, run_date=DAY))
        match_tables(inputs.bundle.raw, inputs.policy, run_date=DAY)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        place = Path(tempfile.mkdtemp())
        (place / "case").mkdir()
        print(one_case(int(sys.argv[2]), base(place / "base"), place / "case", sys.argv[1]), file=sys.__stderr__)
    else:
        work(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
