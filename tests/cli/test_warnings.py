"""A run that places nobody says so everywhere, and still verifies."""

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import DAY, Outcome

CODES = {"NOBODY_PLACED", "FEW_VACANCIES_FIT", "RULE_REMOVES_MOST", "LANE_ASSUMED", "FEW_PLACES"}


@pytest.fixture
def barren(tmp_path: Path) -> Path:
    folder = tmp_path / "bundle"
    folder.mkdir()
    tables = {
        "candidates": {"candidate_id": ["a", "b"], "pc4": ["7511", "9999"]},
        "vacancies": {"vacancy_id": ["x"], "openings": [1], "pc4": ["7511"], "skills_essential": [["lassen"]]},
        "places": {"pc4": ["7511"], "lat": [52.2], "lon": [6.9]},
    }
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
    return folder


def test_nobody_placed_is_said_everywhere(barren: Path, tmp_path: Path, matcher: Callable[..., Outcome]) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[rules.DISTANCE]\nunknown = "pass"\n', encoding="utf-8")
    given = (barren, "--policy", policy, "--run-date", DAY)
    looked = matcher("validate", *given, "--quick", "--json")
    assert {one["code"] for one in looked.json()["warnings"]} == CODES - {"NOBODY_PLACED"}
    ran = matcher("run", *given, "--out", tmp_path / "out")
    assert ran.code == 0
    said = " ".join(ran.out.split())
    assert "OPTIMAL: er is geen combinatie mogelijk" in said
    assert "NOBODY_PLACED: Niemand krijgt een voorstel." in said
    plan = tmp_path / "out" / "latest"
    manifest = json.loads((plan / "manifest.json").read_text(encoding="utf-8"))
    assert {one["code"] for one in manifest["warnings"]} == CODES
    assert manifest["warnings"][0]["code"] == "NOBODY_PLACED"
    assert matcher("verify", plan, "--input", barren).code == 0
