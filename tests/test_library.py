"""matcher.match(): any Arrow-capable frame, typed errors, nothing written or printed, safe in threads."""

import datetime as dt
import logging
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import matcher
from matcher.domain.policy import Policy

DAY = dt.date(2026, 11, 21)
PEOPLE = {"candidate_id": ["a", "b", "c"], "lat": [52.22, 52.22, 52.3], "lon": [6.89] * 3, "motivation": [5, 1, None]}
JOBS = {"vacancy_id": ["x", "y"], "openings": [1, 1], "lat": [52.22, 52.4], "lon": [6.89, 6.7]}


class Capsule:
    """A frame that offers nothing but the Arrow PyCapsule interface, as Polars does."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._table.__arrow_c_stream__(requested_schema)


FRAMES = [pa.table, pd.DataFrame, lambda columns: Capsule(pa.table(columns))]


@pytest.mark.parametrize("frame", FRAMES, ids=["pyarrow", "pandas", "capsule"])
def test_any_frame_gives_the_same_plan(frame: Any) -> None:
    result = matcher.match(frame(PEOPLE), frame(JOBS), run_date=DAY)
    plain = matcher.match(pa.table(PEOPLE), pa.table(JOBS), run_date=DAY)
    assert result.assignments.equals(plain.assignments)
    assert result.assignments["vacancy_id"].to_pylist() == ["x", "y"]
    assert (result.status, result.gap) == ("OPTIMAL", 0.0)
    assert result.objective == result.upper_bound == sum(result.assignments["points"].to_pylist())
    assert result.unassigned["reason"].to_pylist() == ["OUTCOMPETED"]
    assert result.vacancies.num_rows == 2
    assert (result.limits.num_rows, result.rejected.num_rows) == (0, 0)
    assert list(result.to_pandas()["candidate_id"]) == result.assignments["candidate_id"].to_pylist()


def test_policy_as_text_mapping_or_model() -> None:
    text = "[value.lane]\nregular = 0.5\n"
    results = [
        matcher.match(pa.table(PEOPLE), pa.table(JOBS), run_date=DAY, policy=policy)
        for policy in (
            text,
            {"value": {"lane": {"regular": 0.5}}},
            Policy.model_validate({"value": {"lane": {"regular": Decimal("0.5")}}}),
        )
    ]
    assert len({result.objective for result in results}) == 1
    with pytest.raises(matcher.PolicyError, match="rulez"):
        matcher.match(pa.table(PEOPLE), pa.table(JOBS), policy={"rulez": {}})


def test_errors_are_typed() -> None:
    with pytest.raises(matcher.InputError, match="candidate_id"):
        matcher.match(pa.table({"id": ["a"]}), pa.table(JOBS))
    with pytest.raises(matcher.InputError, match="Arrow"):
        matcher.match(42, pa.table(JOBS))
    with pytest.raises(matcher.InputError, match="vacancy_id"):
        matcher.match(pa.table(PEOPLE), pa.table(JOBS), previous=pa.table({"candidate_id": ["k"]}))
    with pytest.raises(matcher.MatcherError):
        matcher.match(pa.table(PEOPLE), pa.table(JOBS), run_date=DAY).explain("nobody")


def test_nothing_is_written_printed_or_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    handlers = list(logging.getLogger().handlers)
    matcher.match(pa.table(PEOPLE), pa.table(JOBS), run_date=DAY).explain("a")
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []
    assert logging.getLogger().handlers == handlers


def test_two_threads_do_not_meet() -> None:
    def run(lane: str) -> list[Any]:
        policy = f"[value.lane]\nregular = {lane}\n"
        return [
            matcher.match(pa.table(PEOPLE), pa.table(JOBS), run_date=DAY, policy=policy).objective for _ in range(4)
        ]

    with ThreadPoolExecutor(2) as pool:
        one, half = pool.map(run, ["1.0", "0.5"])
    assert len(set(one)) == len(set(half)) == 1
    assert one[0] > half[0]


def test_an_explanation_comes_along() -> None:
    result = matcher.match(pa.table(PEOPLE), pa.table(JOBS), run_date=DAY)
    told = result.explain(" a ")
    assert told


def test_nobody_placed_is_said_aloud() -> None:
    people = {"candidate_id": ["a", "b"], "months_on_benefit": [30, 3]}
    jobs = {"vacancy_id": ["x"], "openings": [1], "skills_essential": [["lassen"]]}
    result = matcher.match(pa.table(people), pa.table(jobs), run_date=DAY)
    assert result.status == "OPTIMAL"
    codes = [warning["code"] for warning in result.warnings]
    assert codes[0] == "NOBODY_PLACED"
    assert {"FEW_VACANCIES_FIT", "RULE_REMOVES_MOST", "LANE_ASSUMED"} <= set(codes)
    assert all(warning["text"] for warning in result.warnings)
    assert result.warnings[0]["figures"] == {"people": 2, "openings": 1, "eligible": 0}
    result.warnings[0]["figures"].clear()
    assert result.warnings[0]["figures"], "a copy each time"


def test_explanations_come_in_two_languages() -> None:
    result = matcher.match(pa.table(PEOPLE), pa.table(JOBS), run_date=DAY)
    dutch, english = result.explain_text("a"), result.explain_text("a", language="en")
    assert dutch != english
    assert dutch == result.explain_text("a", "nl")
    assert all("a" in text and "x" in text and "\n" in text for text in (dutch, english))
