"""A bundle goes out as Dutch CSV and comes back the same; the plan made from it is the same."""

import datetime as dt
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import matcher
from matcher.importing import import_folder
from matcher.sample import write_sample
from tests.importing.exporting import export_csv

DAY = dt.date(2026, 11, 21)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample") / "bundle"
    write_sample(path, scenario="pilot", seed=3, people=120, vacancies=60)
    return path


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_there_and_back(bundle: Path, tmp_path: Path, separator: str) -> None:
    export_csv(bundle, tmp_path / "csv", separator=separator)
    report = import_folder(tmp_path / "csv", tmp_path / "back")
    assert report.problems == ()
    for file in bundle.glob("*.parquet"):
        before, after = pq.read_table(file), pq.read_table(tmp_path / "back" / file.name)
        assert after.column_names == before.column_names
        assert after.to_pylist() == before.to_pylist()
        assert after.schema.types == before.schema.types


def test_parquet_comes_through_as_it_is(bundle: Path, tmp_path: Path) -> None:
    report = import_folder(bundle, tmp_path / "back")
    assert report.problems == ()
    assert {step.step for file in report.files for step in file.steps} == set()
    for file in bundle.glob("*.parquet"):
        before, after = pq.read_table(file), pq.read_table(tmp_path / "back" / file.name)
        assert after.replace_schema_metadata().equals(before.replace_schema_metadata())


def test_the_plan_is_the_same(bundle: Path, tmp_path: Path) -> None:
    export_csv(bundle, tmp_path / "csv")
    import_folder(tmp_path / "csv", tmp_path / "back")
    plans = []
    for folder in (bundle, tmp_path / "back"):
        tables = {file.stem: pq.read_table(file) for file in folder.glob("*.parquet")}
        plans.append(matcher.match(**tables, run_date=DAY))
    first, second = plans
    assert first.assignments.equals(second.assignments)
    assert first.unassigned.equals(second.unassigned)
    assert first.vacancies.equals(second.vacancies)
    assert first.rejected.equals(second.rejected)
    assert (first.objective, first.upper_bound) == (second.objective, second.upper_bound)


def test_the_same_folder_gives_the_same_bytes(bundle: Path, tmp_path: Path) -> None:
    export_csv(bundle, tmp_path / "csv")
    for name in ("one", "two"):
        import_folder(tmp_path / "csv", tmp_path / name)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()
