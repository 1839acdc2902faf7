"""Plans at the edges: nothing, one, nobody eligible, everything equal; and what may change no plan, or only for the better."""

import datetime as dt
import io
import random
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import matcher
from matcher import MatchResult
from matcher.parquet import parse_parquet
from matcher.sample import write_sample

DAY = dt.date(2026, 11, 21)
NO_PEOPLE = pa.table({"candidate_id": pa.array([], pa.string())})
NO_JOBS = pa.table({"vacancy_id": pa.array([], pa.string()), "openings": pa.array([], pa.int32())})
PEOPLE = pa.table({"candidate_id": ["a", "b"], "skills": [["s"], ["t"]]})
JOBS = pa.table({"vacancy_id": ["x"], "openings": [1], "skills_essential": [["s"]]})


def matched(people: pa.Table, jobs: pa.Table, **more: Any) -> MatchResult:
    return matcher.match(people, jobs, run_date=DAY, **more)


@pytest.mark.parametrize("people", [NO_PEOPLE, PEOPLE], ids=["nobody", "people"])
@pytest.mark.parametrize("jobs", [NO_JOBS, JOBS], ids=["nothing", "jobs"])
def test_no_rows_are_a_plan_of_the_same_form(people: pa.Table, jobs: pa.Table) -> None:
    result, whole = matched(people, jobs), matched(PEOPLE, JOBS)
    for name in ("assignments", "unassigned", "vacancies", "limits"):
        assert getattr(result, name).schema.equals(getattr(whole, name).schema), name
    assert (result.status, result.gap) == ("OPTIMAL", 0.0)
    assert result.assignments.num_rows == (1 if people is PEOPLE and jobs is JOBS else 0)
    assert result.assignments.num_rows + result.unassigned.num_rows == people.num_rows


def test_one_person_and_one_vacancy() -> None:
    result = matched(PEOPLE.slice(0, 1), JOBS)
    assert result.assignments.select(["candidate_id", "vacancy_id"]).to_pylist() == [
        {"candidate_id": "a", "vacancy_id": "x"}
    ]
    assert result.objective == result.upper_bound > 0


def test_nobody_eligible_is_a_plan_with_reasons() -> None:
    result = matched(PEOPLE, JOBS.set_column(2, "skills_essential", pa.array([["u"]])))
    assert (result.assignments.num_rows, result.status) == (0, "OPTIMAL")
    assert set(result.unassigned["reason"].to_pylist()) == {"NO_ELIGIBLE_VACANCY"}


def test_a_list_without_end_refuses_its_row() -> None:
    words = [f"skill {number % 50_000}" for number in range(100_000)] + ["", None]
    people = pa.table({"candidate_id": ["a", "b", "c"], "skills": [words, words[:2_000], words[:2_001]]})
    jobs = pa.table({"vacancy_id": ["x", "y"], "openings": [2, 2], "skills_essential": [words[:2_000], words[::-1]]})
    began = time.process_time()
    result = matched(people, jobs)
    assert time.process_time() - began < 20
    assert result.assignments["candidate_id"].to_pylist() == ["b"]
    found = [(line["file"], line["row"], line["code"]) for line in result.rejected.to_pylist()]
    assert found == [
        ("candidates.parquet", 1, "TOO_LONG"),
        ("candidates.parquet", 3, "TOO_LONG"),
        ("vacancies.parquet", 2, "TOO_LONG"),
    ]


def _tables(folder: Path) -> dict[str, pa.Table]:
    write_sample(folder, people=60, vacancies=25, seed=3)
    given = ("candidates", "vacancies", "pairs", "places", "agencies", "employers", "sensitive")
    return {name: pq.read_table(folder / f"{name}.parquet") for name in given if (folder / f"{name}.parquet").exists()}


def test_order_groups_and_packing_of_rows_show_nowhere(tmp_path: Path) -> None:
    tables = _tables(tmp_path)
    plain = matcher.match(**tables, run_date=DAY)
    for seed in range(12):
        rng = random.Random(seed)
        packed = {}
        for name, table in tables.items():
            order = list(range(table.num_rows))
            rng.shuffle(order)
            sink = io.BytesIO()
            pq.write_table(
                table.take(order),
                sink,
                compression=rng.choice(["none", "snappy", "zstd", "gzip", "lz4"]),
                row_group_size=rng.choice([1, 7, 1000]),
                use_dictionary=rng.random() < 0.5,
                data_page_version=rng.choice(["1.0", "2.0"]),
            )
            packed[name] = parse_parquet(sink.getvalue(), name)
        result = matcher.match(**packed, run_date=DAY)
        assert result.objective == plain.objective
        for name in ("assignments", "unassigned", "vacancies"):
            assert getattr(result, name).equals(getattr(plain, name)), (seed, name)


def test_everybody_equal_is_decided_by_id_alone() -> None:
    ids = [f"k-{number}" for number in range(9)]
    jobs = pa.table({"vacancy_id": ["x", "y"], "openings": [2, 1]})
    plans = []
    for seed in range(10):
        random.Random(seed).shuffle(ids)
        plans.append(matched(pa.table({"candidate_id": ids}), jobs).assignments)
    assert all(plan.equals(plans[0]) for plan in plans)
    assert plans[0].num_rows == 3


def test_more_people_or_work_never_make_a_plan_worse(tmp_path: Path) -> None:
    tables = _tables(tmp_path)
    tables.pop("pairs", None)
    tables.pop("sensitive", None)
    for seed in range(15):
        rng = random.Random(seed)
        some = dict(tables)
        less = dict(tables)
        name = rng.choice(["candidates", "vacancies"])
        rows = rng.sample(range(tables[name].num_rows), tables[name].num_rows // 2)
        some[name], less[name] = tables[name].take(rows), tables[name].take(rows[:-1])
        assert matcher.match(**less, run_date=DAY).objective <= matcher.match(**some, run_date=DAY).objective


def test_every_value_twice_as_high_is_the_same_plan() -> None:
    rng = random.Random(5)
    people = pa.table({"candidate_id": [f"k-{number}" for number in range(12)]})
    jobs = pa.table({"vacancy_id": [f"v-{number}" for number in range(5)], "openings": [2] * 5})
    some = [(person, job, rng.randint(1, 1000)) for person in people[0].to_pylist() for job in jobs[0].to_pylist()]

    def plan(times: int) -> MatchResult:
        columns = list(zip(*some, strict=True))
        value = [value * times for value in columns[2]]
        pairs = pa.table({"candidate_id": columns[0], "vacancy_id": columns[1], "value": value})
        return matched(people, jobs, pairs=pairs)

    once, many = plan(1), plan(1000)
    assert many.objective == 1000 * once.objective
    assert many.assignments.select([0, 1]).equals(once.assignments.select([0, 1]))
