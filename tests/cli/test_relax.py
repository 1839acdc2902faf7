"""A policy that cannot be kept: what the command line says, what it leaves alone, and the plan that --relax makes."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matcher.domain.relaxed import Relaxed
from matcher.errors import CertificateError
from matcher.io.manifest import canonical_bytes, relaxed_of
from matcher.io.run_folder import read_run
from matcher.nightly import case_of, verify
from tests.cli.conftest import DAY, Outcome

Run = Callable[..., Outcome]
POLICY = """
[[quota]]
name = "jongeren"
candidates = [["age", "<", 27]]
min = 5
[[quota]]
name = "hoogstens"
max = 2
[[quota]]
name = "aandeel"
candidates = [["age", ">=", 27]]
min_share = 0.2
[[budget]]
name = "ruim"
unit = "placements"
max = 1000
"""


@pytest.fixture
def odd(bundle: Path) -> Path:
    """A bundle whose policy asks too much."""
    (bundle / "policy.toml").write_text(POLICY)
    return bundle


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_says_why_in_dutch_and_english_and_leaves_everything_alone(
    matcher: Run, odd: Path, made: Path, tmp_path: Path
) -> None:
    matcher("run", made / "bundle", "--out", tmp_path / "out", "--run-date", DAY, "--quiet")
    before = files(tmp_path / "out")
    dutch = matcher("run", odd, "--out", tmp_path / "out", "--run-date", DAY, "--quiet")
    assert (dutch.code, dutch.out) == (8, "")
    assert "Deze kunnen niet samen" in dutch.err
    assert "- quotum jongeren: gevraagd minstens 5, haalbaar is hoogstens 2" in dutch.err
    assert "- quotum hoogstens: gevraagd hoogstens 2, nodig is minstens 5" in dutch.err
    assert "ruim" not in dutch.err
    assert "aandeel" not in dutch.err.split("Wat minstens moet wijken")[0]
    english = matcher("run", odd, "--out", tmp_path / "out", "--run-date", DAY, "--quiet", "--lang", "en")
    assert english.code == 8
    assert "These cannot hold together. Without any one of them, the others can:" in english.err
    assert files(tmp_path / "out") == before


def test_as_json_it_says_everything(matcher: Run, odd: Path, tmp_path: Path) -> None:
    done = matcher("run", odd, "--out", tmp_path / "out", "--run-date", DAY, "--json")
    assert done.code == 8
    error = json.loads(done.err)["error"]
    assert error["code"] == "INFEASIBLE"
    (conflict,) = error["standoff"]["conflicts"]
    assert conflict["irreducible"]
    assert [(line["name"], line["sense"], line["asked"], line["reached"]) for line in conflict["lines"]] == [
        ("jongeren", ">=", 5.0, 2.0),
        ("hoogstens", "<=", 2.0, 5.0),
    ]
    assert error["standoff"]["complete"]
    assert error["standoff"]["cheapest"]
    assert {one["name"] for one in error["standoff"]["relaxation"]} <= {"jongeren", "hoogstens", "aandeel"}


def test_relax_publishes_a_plan_that_says_what_gave_way(matcher: Run, odd: Path, tmp_path: Path) -> None:
    done = matcher("run", odd, "--out", tmp_path / "out", "--run-date", DAY, "--quiet", "--lang", "en", "--relax")
    assert done.code == 0
    assert "Relaxed" in done.out
    assert "LIMITS_RELAXED" in done.out
    manifest = json.loads((tmp_path / "out" / "latest" / "manifest.json").read_text())
    assert manifest["warnings"][0]["code"] == "LIMITS_RELAXED"
    relaxed = relaxed_of(manifest)
    assert relaxed
    rows = pq.read_table(tmp_path / "out" / "latest" / "limits_report.parquet").to_pylist()
    for one in relaxed:
        assert one.row is not None
        assert (rows[one.row]["name"], rows[one.row]["bound"]) == (one.name, one.kept)
        assert one.kept != one.asked
    # Nothing of it is needed again to check or explain the plan.
    assert matcher("verify", tmp_path / "out" / "latest", "--input", odd, "--quiet").code == 0
    someone = str(pq.read_table(tmp_path / "out" / "latest" / "assignments.parquet")["candidate_id"][0])
    assert matcher("explain", tmp_path / "out" / "latest", someone, "--input", odd).code == 0


def test_relax_changes_nothing_where_everything_can_be_kept(matcher: Run, bundle: Path, tmp_path: Path) -> None:
    done = matcher("run", bundle, "--out", tmp_path / "out", "--run-date", DAY, "--relax", "--json")
    assert done.code == 0
    assert done.json()["manifest"]["solver"]["relaxed"] == []


CHANGES: dict[str, Callable[[dict[str, Any]], None]] = {
    "not said at all": lambda solver: solver.update(relaxed=[]),
    "another bound as stated": lambda solver: solver["relaxed"][0].update(asked=4.0),
    "more given away than the plan says": lambda solver: solver["relaxed"][0].update(kept=0.0),
    "not given away": lambda solver: solver["relaxed"][0].update(kept=solver["relaxed"][0]["asked"]),
    "no such row": lambda solver: solver["relaxed"][0].update(row=99),
    "a harmless row": lambda solver: solver["relaxed"][0].update(row=3),
    "twice": lambda solver: solver["relaxed"].append(solver["relaxed"][0]),
    "a pin that nobody asked for": lambda solver: solver["relaxed"].append(
        Relaxed(row=None, name="must", kind="pin", id="x", sense=">=", asked=1.0, kept=0.0, vacancy_id="y").facts()
    ),
    "no table": lambda solver: solver.update(relaxed=[3]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_verify_believes_no_other_story(
    matcher: Run, odd: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    matcher("run", odd, "--out", tmp_path / "out", "--run-date", DAY, "--quiet", "--relax")
    published = read_run(tmp_path / "out" / "latest")
    manifest = json.loads(canonical_bytes(published.manifest))
    change(manifest["solver"])
    with pytest.raises(CertificateError):
        verify(replace(published, manifest=manifest), odd)
    assert case_of(published, odd).relaxed


def test_pins_at_odds_are_named_and_dropped(matcher: Run, bundle: Path, tmp_path: Path) -> None:
    people = pq.read_table(bundle / "candidates.parquet")["candidate_id"].to_pylist()
    jobs = pq.read_table(bundle / "vacancies.parquet")["vacancy_id"].to_pylist()
    pairs = pa.table({"candidate_id": [people[0]] * 2, "vacancy_id": jobs[:2], "pin": ["must", "must"]})
    pq.write_table(pairs, bundle / "pairs.parquet")
    done = matcher("run", bundle, "--out", tmp_path / "out", "--run-date", DAY, "--json")
    assert done.code == 8
    standoff = json.loads(done.err)["error"]["standoff"]
    named = {(line["id"], line["vacancy_id"]) for one in standoff["conflicts"] for line in one["lines"]}
    assert named <= {(people[0], jobs[0]), (people[0], jobs[1])}
    done = matcher("run", bundle, "--out", tmp_path / "out", "--run-date", DAY, "--json", "--relax")
    assert done.code == 0
    relaxed = done.json()["manifest"]["solver"]["relaxed"]
    assert relaxed == standoff["relaxation"]
    assert matcher("verify", tmp_path / "out" / "latest", "--input", bundle, "--quiet").code == 0
