"""Texts that try to be more than text come out as text, in every form. MATCHER_PAYLOADS=500 tries more of them."""

import csv
import io
import json
import os
import re
import unicodedata
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matcher.handover.names import SAFE_NAME
from matcher.io.run_folder import read_run
from matcher.nightly import verify
from tests.handover.payloads import payloads
from tests.handover.support import matched, readable

COUNT = int(os.environ.get("MATCHER_PAYLOADS", "0"))
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]")
LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def bundle_of(folder: Path, texts: list[str]) -> Path:
    """A bundle with a payload in every text column: a person and a vacancy each, half of them through agencies of their own."""
    folder.mkdir()
    n = len(texts)
    # Ids are trimmed and must differ; an agency of every other vacancy.
    ids = [f"{text}{at}" for at, text in enumerate(texts)]
    agency = [word if at % 2 else None for at, word in enumerate(ids)]
    people = {
        "candidate_id": ids,
        "consent": [True] * n,
        "region": texts,
        "skills": [[text, "x"] for text in texts],
        "licences": [[text] for text in texts],
        "certificates": [[text] for text in texts],
        "languages": [[{"language": text, "level": "B1"}] for text in texts],
        "occupations_wanted": [[text] for text in texts],
        "limitations": [[text] for text in texts],
        "blockers": [[text] for text in texts],
        "coach_id": ids,
    }
    jobs = {
        "vacancy_id": ids,
        "openings": pa.array([2] * n, pa.int32()),
        "title": texts,
        "employer_id": ids,
        "agency_id": agency,
        "occupation": texts,
        "sector": texts,
        "sroi_contract_id": texts,
        "certificates": [["VOG"]] * n,
    }
    pq.write_table(pa.table(people), folder / "candidates.parquet")
    pq.write_table(pa.table(jobs), folder / "vacancies.parquet")
    pq.write_table(pa.table({"employer_id": ids, "name": texts}), folder / "employers.parquet")
    named = [word for word in agency if word]
    pq.write_table(
        pa.table({"agency_id": named, "name": [texts[ids.index(word)] for word in named]}), folder / "agencies.parquet"
    )
    return folder


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[str]]:
    folder = tmp_path_factory.mktemp("payloads")
    texts = payloads(COUNT)
    bundle = bundle_of(folder / "bundle", texts)
    return matched(bundle, folder / "out").folder, bundle, texts


def test_everybody_is_handed_over(tried: tuple[Path, Path, list[str]]) -> None:
    run, bundle, texts = tried
    manifest = read_run(run).manifest
    assert manifest["handover"]["proposals"] == len(texts)
    assert manifest["handover"]["agencies"] > len(texts) // 3
    verify(read_run(run), bundle)


def test_workbooks_hold_text_only(tried: tuple[Path, Path, list[str]]) -> None:
    for path in tried[0].rglob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        for page in book:
            assert not page._hyperlinks
            for row in page.iter_rows():
                for cell in row:
                    assert cell.data_type in ("s", "n", "d"), (path, cell.coordinate)
                    assert cell.hyperlink is None
                    if isinstance(cell.value, str):
                        assert not STEERING.search(cell.value)
                        assert len(cell.value) <= 32_767


def test_csv_starts_no_formula(tried: tuple[Path, Path, list[str]]) -> None:
    for path in tried[0].rglob("*.csv"):
        text = path.read_text("utf-8-sig")
        assert not STEERING.search(text.replace("\r\n", ""))
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
        assert len({len(row) for row in rows}) == 1
        assert not [cell for row in rows for cell in row if cell.lstrip().startswith(LIVE)]
        frame = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig")
        assert frame.values.tolist() == rows[1:]


def test_json_and_parquet_hold_the_very_text(tried: tuple[Path, Path, list[str]]) -> None:
    run, _, texts = tried
    seen: set[str] = set()
    for path in run.rglob("*/voordrachten.json"):
        raw = path.read_bytes()
        assert raw.isascii()
        assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f<>&]", raw)
        rows = json.loads(raw)
        assert rows == [plain(row) for row in pq.read_table(path.with_suffix(".parquet")).to_pylist()]
        seen |= {skill for row in rows for skill in row["skills"]}
    assert seen - {"x"} == {text for text in map(tidy, texts) if text}


def test_names_are_safe(tried: tuple[Path, Path, list[str]]) -> None:
    names = [path.name for path in tried[0].rglob("*") if path.name not in ("SHA256SUMS",)]
    assert all(SAFE_NAME.fullmatch(name.replace("_", "-")) for name in names)
    folders = [path.name for path in (tried[0] / "agencies").iterdir()]
    assert len({name.casefold() for name in folders}) == len(folders)
    assert all(re.search("-[0-9a-f]{8}$", name) for name in folders)


def test_nothing_steers_a_screen(
    tried: tuple[Path, Path, list[str]], capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    capfd.readouterr()
    matched(tried[1], tmp_path / "out")
    said = capfd.readouterr()
    assert not STEERING.search((said.out + said.err).replace("\n", ""))


def test_zipped_parts_are_read_by_the_test_too(tried: tuple[Path, Path, list[str]]) -> None:
    """The canary test looks inside archives; here something is known to be in them."""
    path = next(tried[0].glob("direct/voordrachten.xlsx"))
    assert "Voordrachten" in readable({path.name: path.read_bytes()})[path.name]


def tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in row.items()}
