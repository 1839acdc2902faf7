"""Damaged and generated files: nothing but errors of our own comes out, and no value is changed without a word.

MATCHER_IMPORT_FUZZ sets the number of cases (default 300 of each sort, 5,000 for a long run).
"""

import contextlib
import csv
import datetime as dt
import io
import json
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matcher.domain.schema import CANDIDATES
from matcher.errors import MatcherError
from matcher.importing import ImportReport, import_folder
from tests.importing.folders import JOBS, PEOPLE, jsonl, workbook
from tests.importing.test_vum import JOB_2, JOB_3, PERSON_2, PERSON_3

CASES = int(os.environ.get("MATCHER_IMPORT_FUZZ", "300"))
BATCH = 50
ALPHABET = "0123456789.,;|:=%€\"'-/+ \t\n\r\x00éE@#{}[]ajn?\u00a0\u200b\ud7ff\U0001f600"

MESSY = (
    "kandidaat_id;postcode;leeftijd;uren_min;loonwaarde;skills;taal;vervoer;beschikbaar_van;toestemming;lat\n"
    'k-1;7511 AB;30;"16,5";45%;"lassen; frezen";nld:B1;auto;21-11-2026;ja;52,22\n'
    "k-2;?;;8;1.234;geen;Engels redelijk;ov|fiets;2026-11-21 00:00:00;n;6.9\n"
)
MAPPING = '[columns.candidates]\n"Mijn" = "pc4"\n[values.candidates.contracts]\n"vast" = "onbepaald"\n[numbers]\ndecimal = ","\n'


def _bases(folder: Path) -> dict[str, bytes]:
    book = folder / "base.xlsx"
    rows = [row.split(";") for row in MESSY.splitlines()]
    workbook(book, {"kandidaten": [*rows, [3, 7511, 1.5, True, (0.45, "0%"), dt.datetime(2026, 1, 1), None]]})
    sink = io.BytesIO()
    pq.write_table(
        pa.table({"candidate_id": ["a", "b"], "age": [1, None], "skills": [["x"], []], "arm": ["control", None]}), sink
    )
    return {
        "kandidaten.csv": MESSY.encode(),
        "kandidaten.txt": MESSY.encode("cp1252"),
        "kandidaten.tsv": MESSY.replace(";", "\t").encode("utf-16"),
        "kandidaten.xlsx": book.read_bytes(),
        "kandidaten.parquet": sink.getvalue(),
        "kandidaten.jsonl": jsonl(PERSON_2, PERSON_3).encode(),
        "vacatures.json": json.dumps([JOB_2, JOB_3]).encode(),
        "kandidaten_skills.csv": b"kandidaat_id;skill\nk-1;a\nk-9;b\n",
        "import.toml": MAPPING.encode(),
    }


def _damaged(data: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data) + 1)
        end = min(len(data), at + rng.randint(0, 40))
        piece = rng.choice(
            [
                b"",
                bytes([rng.randrange(256)]),
                rng.randbytes(rng.randint(1, 20)),
                "".join(rng.choice(ALPHABET) for _ in range(rng.randint(1, 12))).encode(),
                data[at:end] * rng.randint(1, 4),
                rng.choice(
                    [
                        b"1e999999999",
                        b"=1+1",
                        b"NaN",
                        b"\\ud800",
                        b"99999999999999999999",
                        b"[[[[",
                        b'"',
                        b"<f>1</f>",
                        b"null",
                    ]
                ),
            ]
        )
        data = data[:at] + piece + data[end if rng.random() < 0.5 else at :]
    return data[: rng.randrange(len(data) + 1)] if rng.random() < 0.1 else data


def _damaged_inside(data: bytes, rng: random.Random) -> bytes:
    """Damage one part of a workbook, under a checksum that fits."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(sink, "w") as new:
        entries = old.infolist()
        victim = rng.choice(
            [entry.filename for entry in entries if "sheet" in entry.filename or rng.random() < 0.3] or ["x"]
        )
        for entry in entries:
            body = old.read(entry)
            new.writestr(entry.filename, _damaged(body, rng) if entry.filename == victim else body)
    return sink.getvalue()


def _imported(folder: Path) -> ImportReport | None:
    with contextlib.suppress(MatcherError):
        return import_folder(folder, folder.parent / "out", dry_run=True)
    return None


def _clean(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


@pytest.mark.parametrize("batch", range(max(1, CASES // BATCH)))
def test_damaged_files_give_errors_of_our_own(batch: int, tmp_path: Path) -> None:
    bases = _bases(tmp_path)
    folder = tmp_path / "in"
    folder.mkdir()
    for case in range(batch * BATCH, (batch + 1) * BATCH):
        rng = random.Random(case)
        name = rng.choice([*bases, "kandidaten.xlsx"])
        data = bases[name]
        damage = rng.choice([_damaged, _damaged_inside]) if name.endswith("xlsx") else _damaged
        made = rng.randbytes(rng.randint(0, 300)) if rng.random() < 0.05 else damage(data, rng)
        _clean(folder)
        (folder / "kandidaten.csv").write_text(PEOPLE)
        (folder / "vacatures.csv").write_text(JOBS)
        if name.startswith("kandidaten."):
            (folder / "kandidaten.csv").unlink()
        (folder / name).write_bytes(made)
        report = _imported(folder)
        if report is not None:
            json.dumps(report.document(), allow_nan=False).encode()


ODD: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        7,
        1.5,
        1e30,
        -1e300,
        10**30,
        24104,
        "",
        "x",
        "1",
        "=1+1",
        "k\ud800",
        "onbekend",
        "2026-13-01",
        "1e999",
    ),
    *(
        [],
        {},
        [None],
        [[1]],
        ["a", 2],
        [{}],
        {"a": 1},
        [{"a": [1]}],
        {"language": 1},
        [{"language": "nld", "level": 3.5}],
        "x" * 10_001,
    ),
    *(
        [{"codeTaal": ["nld"]}],
        [{"resource_id": "a", "amount": 2**70}],
        {"beroepsnaamGecodeerd": 3},
        "[1",
        "{}",
        '["a"',
        "#N/A",
        "1.234",
    ),
)
CELLS: tuple[Any, ...] = (
    *(
        None,
        True,
        0,
        -5,
        1.5,
        1e300,
        "",
        "x",
        "=1+1",
        "#N/A",
        "#REF!",
        "12,5",
        "geen",
        "a;b",
        "x" * 10_001,
        dt.datetime(2026, 1, 1, 5),
    ),
    *(
        dt.date(1900, 1, 1),
        dt.time(5),
        dt.timedelta(3),
        (0.4, "0%"),
        (12, "00000"),
        (1.5, "00"),
        (-3, "000"),
        (45_000, "dd-mm-yyyy"),
    ),
    *((10**15, "0"), (5, '0"%"'), "1.234,5", "\u200b", "'x", (-1, "dd-mm-yyyy")),
)
ARROW: tuple[pa.Array, ...] = (
    pa.array([1, None], pa.uint64()),
    pa.array([2**64 - 1, 0], pa.uint64()),
    pa.array([1.5, float("nan")]),
    pa.array([float("inf"), None]),
    pa.array([12.3, 0.1], pa.float32()),
    pa.array([1.5, None], pa.float16()),
    pa.array([b"a", None]),
    pa.array([True, None]),
    pa.array(["x", ""]).dictionary_encode(),
    pa.array([None, None]),
    pa.array([dt.datetime(2026, 1, 1, tzinfo=dt.UTC), None]),
    pa.array([0, 2**62], pa.timestamp("ns")),
    pa.array([0, 2**52], pa.timestamp("ms")),
    pa.array([dt.date(2026, 1, 1), None], pa.date64()),
    pa.array([2**30, None], pa.int32()).cast(pa.date32()),
    pa.array([[1], None], pa.list_(pa.int8())),
    pa.array([[None, "a"], []], pa.large_list(pa.string())),
    pa.array([[{"language": "nld", "level": "Z"}], [{"language": None, "level": None}]]),
    pa.array([{"a": 1}, None]),
    pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int8())),
    pa.array(["1.234", "auto;fiets"], pa.string_view()),
    pa.array(["1.10", "2.5"]).cast(pa.decimal128(5, 2)),
    pa.array([dt.timedelta(1), None]),
    pa.array([dt.time(1), None]),
)


def _twisted(value: Any, rng: random.Random) -> Any:
    """Put odd things in the places of a JSON value."""
    if rng.random() < 0.06:
        return rng.choice(ODD)
    if isinstance(value, dict):
        return {key: _twisted(one, rng) for key, one in value.items() if rng.random() > 0.03}
    return [_twisted(one, rng) for one in value] if isinstance(value, list) else value


def _odd_json(rng: random.Random, folder: Path) -> None:
    people = [{"candidate_id": "a", **{heading: rng.choice(ODD) for heading in _some(rng)}}, {"candidate_id": "b"}]
    profiles = [_twisted(rng.choice([PERSON_2, PERSON_3]), rng), {"idWerkzoekende": "z"}]
    (folder / "kandidaten.jsonl").write_text(jsonl(*rng.choice([people, profiles])))
    (folder / "vacatures.json").write_text(json.dumps([_twisted(rng.choice([JOB_2, JOB_3]), rng), {"idVacature": "z"}]))


def _odd_workbook(rng: random.Random, folder: Path) -> None:
    headings = _some(rng)
    rows = [["a", *(rng.choice(CELLS) for _ in headings)], [rng.choice(CELLS) for _ in range(len(headings) + 2)], ["b"]]
    long = [["kandidaat_id", "taal", "niveau"], *([rng.choice([*CELLS, "a"]) for _ in range(3)] for _ in range(3))]
    workbook(folder / "boek.xlsx", {"kandidaten": [["candidate_id", *headings], *rows], "kandidaten_talen": long})
    (folder / "vacatures.csv").write_text(JOBS)


def _odd_parquet(rng: random.Random, folder: Path) -> None:
    columns = {heading: rng.choice(ARROW) for heading in _some(rng)}
    if rng.random() < 0.3:
        columns["candidate_id"] = rng.choice(ARROW)
    pq.write_table(pa.table({"candidate_id": ["a", "b"], **columns}), folder / "kandidaten.parquet")
    (folder / "vacatures.csv").write_text(JOBS)


def _odd_csv(rng: random.Random, folder: Path) -> None:
    headings = _some(rng)
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, delimiter=rng.choice(";,\t"))
    writer.writerow(["candidate_id", *headings])
    for who in ("a", "b", "c"):
        writer.writerow([who, *("".join(rng.choice(ALPHABET) for _ in range(rng.randint(0, 8))) for _ in headings)])
    (folder / "kandidaten.csv").write_bytes(sink.getvalue().encode(rng.choice(["utf-8", "utf-16"]), "replace"))
    (folder / "vacatures.csv").write_text(JOBS)
    if rng.random() < 0.5:
        values = "".join(
            f'{json.dumps(word)} = "{rng.choice(["onbepaald", "", "x"])}"\n'
            for word in {"0", "ja", rng.choice(ALPHABET[:30])}
        )
        (folder / "import.toml").write_text(
            f"[values.candidates.{rng.choice(['contracts', 'pc4', 'skills', 'languages'])}]\n{values}"
            f'[lists]\nseparator = {json.dumps(rng.choice([",", "/", "+"]))}\n[numbers]\ndecimal = "{rng.choice(",.")}"\n'
        )


def _some(rng: random.Random) -> list[str]:
    known = [
        "idWerkzoekende",
        "codeRegiostraal",
        "onregelmatig_ok",
        "eis_begeleiding",
        "opleiding",
        "cursus",
        "contractvorm",
        "naam",
    ]
    found = rng.sample([column.name for column in CANDIDATES.columns[1:]], rng.randint(1, 12))
    return [*found, *(name for name in known[1:] if rng.random() < 0.2)]


@pytest.mark.parametrize("make", [_odd_json, _odd_workbook, _odd_parquet, _odd_csv], ids=lambda make: make.__name__[5:])
@pytest.mark.parametrize("batch", range(max(1, CASES // BATCH)))
def test_odd_values_give_errors_of_our_own(
    make: Callable[[random.Random, Path], None], batch: int, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    through = 0
    for case in range(batch * BATCH, (batch + 1) * BATCH):
        _clean(folder)
        make(random.Random(case), folder)
        report = _imported(folder)
        if report is not None:
            through += 1
            json.dumps(report.document(), allow_nan=False).encode()
    # Else this would test nothing but the first gate.
    assert through > BATCH // 10


REFUSED = object()
Pool = list[tuple[str, Any]]


def _numbers(rng: random.Random, high: int) -> tuple[str, Any]:
    value = rng.randint(0, high * 100) / 100
    text = f"{value:.2f}"
    return rng.choice(
        [
            (str(int(value)), float(int(value))),
            (text, value),
            (text.replace(".", ","), value),
            (f" {text.replace('.', ',')} ", value),
            (f"{text}x", REFUSED),
            ("1,5E+01", REFUSED),
            ("=1+1", REFUSED),
            ("#WAARDE!", REFUSED),
            (rng.choice(["", "onbekend", "-", "?", "N.V.T.", "null"]), None),
        ]
    )


def _big(rng: random.Random) -> tuple[str, Any]:
    value = rng.randint(1000, 999_999)
    return rng.choice(
        [
            (str(value), float(value)),
            (f"{value:,}".replace(",", "."), REFUSED),
            (f"{value:,}", REFUSED),
            (f"{value:,}".replace(",", ".") + ",5", value + 0.5),
            (f"{value:,}.25", value + 0.25),
            (f"{value}.125", value + 0.125),
            ("1.23.4", REFUSED),
            ("12.34,567", REFUSED),
        ]
    )


def _days(rng: random.Random) -> tuple[str, Any]:
    day = dt.date(2020, 1, 1) + dt.timedelta(days=rng.randrange(4000))
    return rng.choice(
        [
            (day.isoformat(), day),
            (f"{day.day}-{day.month}-{day.year}", day),
            (day.strftime("%d/%m/%Y"), day),
            (f"{day.isoformat()} 00:00:00", day),
            (f"{day.isoformat()}T00:00:00", day),
            (day.strftime("%d-%m-%y"), REFUSED),
            (f"{day.isoformat()}T00:00:00Z", REFUSED),
            ("31-02-2026", REFUSED),
            ("46347", REFUSED),
            ("?", None),
        ]
    )


def _bools(rng: random.Random) -> tuple[str, Any]:
    yes: Pool = [(word, True) for word in ("ja", "J", "waar", "1", "TRUE", "yes")]
    no: Pool = [(word, False) for word in ("nee", "N", "Onwaar", "0", "false")]
    return rng.choice([*yes, *no, ("2", REFUSED), ("misschien", REFUSED), ("", None)])


def _postcodes(rng: random.Random) -> tuple[str, Any]:
    digits = str(rng.randint(1000, 9999))
    return rng.choice(
        [
            (digits, digits),
            (f"{digits} AB", digits),
            (f"{digits}zz", digits),
            (f"0{digits}", REFUSED),
            (digits[:3], REFUSED),
            ("-", None),
        ]
    )


def _ids(rng: random.Random) -> tuple[str, Any]:
    digits = f"{rng.randrange(10**6):07d}"
    return rng.choice(
        [
            (digits, digits),
            (f" {digits}", digits),
            (f'="{digits}"', digits),
            ("1,23E+08", REFUSED),
            (f"{digits}.0", REFUSED),
            ("", None),
        ]
    )


def _skills(rng: random.Random) -> tuple[str, Any]:
    words = [rng.choice(["lassen", "frezen 'fijn'", 'zeggen "hoi"', "é"]) + str(at) for at in range(rng.randint(1, 4))]
    return rng.choice(
        [
            ("; ".join(words) + ";", words),
            ("|".join([*words, ""]), words),
            (json.dumps(words), words),
            ("geen", []),
            ("", None),
        ]
    )


def _transport(rng: random.Random) -> tuple[str, Any]:
    known = {
        "lopen": "walk",
        "Fiets": "bike",
        "brommer": "moped",
        "OV": "public_transport",
        "auto": "car",
        "car": "car",
    }
    words = rng.sample(sorted(known), rng.randint(1, 3))
    good = (rng.choice(["; ", "|", ", "]).join(words), [known[word] for word in words])
    return rng.choice([good, (f"{words[0]}|raket", REFUSED), ("", None)])


def _languages(rng: random.Random) -> tuple[str, Any]:
    level = rng.choice(["A0", "A1", "A2", "B1", "B2", "C1", "C2"])
    one = [{"language": "nld", "level": level}]
    return rng.choice(
        [
            (f"nld:{level}", one),
            (f"Nederlands {level.lower()}", one),
            (f"nl={level}; eng", [*one, {"language": "eng", "level": None}]),
            (f"nld:{level}|eng:Z1", REFUSED),
            ("", None),
        ]
    )


PEOPLE_COLUMNS: dict[str, tuple[str, Callable[[random.Random], tuple[str, Any]]]] = {
    "Postcode": ("pc4", _postcodes),
    "Uren max": ("hours_max", lambda rng: _numbers(rng, 168)),
    "max_reisafstand_km": ("travel_max_km", _big),
    "Beschikbaar van": ("available_from", _days),
    "Toestemming": ("consent", _bools),
    "Uitzendbureau_ID": ("agency_id", _ids),
    "Skills": ("skills", _skills),
    "Vervoer": ("transport", _transport),
    "Talen": ("languages", _languages),
    "P zelf": (
        "p_alone",
        lambda rng: rng.choice([("50%", 0.5), ("0,25", 0.25), ("0.125", 0.125), ("1,5", REFUSED), ("", None)]),
    ),
}
JOB_COLUMNS: dict[str, tuple[str, Callable[[random.Random], tuple[str, Any]]]] = {
    "Postcode": ("pc4", _postcodes),
    "uren_min": ("hours_min", lambda rng: _numbers(rng, 168)),
    "Uurloon": ("hourly_wage", _big),
    "Start": ("start_date", _days),
    "preferent": ("preferred", _bools),
    "Skills gewenst": ("skills_optional", _skills),
    "taal": ("language_min", _languages),
}


@pytest.mark.parametrize("batch", range(max(1, CASES // BATCH)))
@pytest.mark.parametrize("table", ["candidates", "vacancies"])
def test_no_value_changes_without_a_word(table: str, batch: int, tmp_path: Path) -> None:
    for case in range(batch * BATCH, (batch + 1) * BATCH):
        _generated(table, random.Random(case), tmp_path / str(case))


def _generated(table: str, rng: random.Random, place: Path) -> None:
    key = "candidate_id" if table == "candidates" else "vacancy_id"
    known = PEOPLE_COLUMNS if table == "candidates" else JOB_COLUMNS
    headings = rng.sample(sorted(known), rng.randint(1, len(known)))
    rows = [(f"k-{at}", [known[heading][1](rng) for heading in headings]) for at in range(rng.randint(1, 12))]
    rows.append(("k-good", [("", None)] * len(headings)))
    name = "kandidaten.csv" if table == "candidates" else "vacatures.csv"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=rng.choice(";,\t"), quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    extra = [] if table == "candidates" else ["aantal_plaatsen"]
    writer.writerow([key, *extra, *headings])
    for who, cells in rows:
        writer.writerow([who, *["1" for _ in extra], *(cell for cell, _ in cells)])
    place.mkdir()
    (place / "kandidaten.csv").write_text(PEOPLE)
    (place / "vacatures.csv").write_text(JOBS)
    (place / name).write_bytes(text.getvalue().encode(rng.choice(["utf-8", "utf-8-sig", "utf-16", "cp1252"])))
    report = import_folder(place, place / "out")
    out = {row[key]: row for row in pq.read_table(place / "out" / f"{table}.parquet").to_pylist()}
    told = {(problem.row, problem.column) for problem in report.problems}
    struck = {problem.row for problem in report.problems if problem.effect == "row refused"}
    for number, (who, cells) in enumerate(rows, start=2):
        assert (who in out) == (number not in struck)
        for heading, (cell, meant) in zip(headings, cells, strict=True):
            where = f"row {number}, {heading}: {cell!r}"
            if meant is REFUSED:
                assert (number, heading) in told, where
                # What a vacancy asks, whose a person is, and a share with a default are never read as nothing.
                if table == "vacancies" or heading in ("Uitzendbureau_ID", "P zelf"):
                    assert number in struck, where
                continue
            assert (number, heading) not in told, where
            if who in out:
                assert out[who][known[heading][0]] == meant, where
