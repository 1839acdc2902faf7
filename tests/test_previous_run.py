"""Prices of an earlier run save time, never points; the manifest says whose they were."""

import datetime as dt
from pathlib import Path

import pytest

from matcher.errors import MatcherError
from matcher.inputs import InputRequest
from matcher.nightly import RunRequest, run
from matcher.sample import write_sample

DAY = dt.date(2026, 11, 21)


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("nights")
    for seed in (1, 2):
        write_sample(folder / f"night{seed}", scenario="enschede", seed=seed, people=150, vacancies=90)
    return [folder / "night1", folder / "night2"]


def test_the_night_after_is_worth_the_same(bundles: list[Path], tmp_path: Path) -> None:
    first = run(RunRequest(inputs=InputRequest(bundle=bundles[0], run_date=DAY), out=tmp_path / "first"))
    assert first.manifest["previous_run"] is None
    for bundle in bundles:
        request = RunRequest(inputs=InputRequest(bundle=bundle, run_date=DAY), out=tmp_path / "second")
        cold = run(request)
        warm = run(RunRequest(inputs=request.inputs, out=request.out, previous_run=first.folder))
        assert warm.manifest["solver"]["objective"] == cold.manifest["solver"]["objective"]
        assert warm.manifest["solver"]["status"] == "OPTIMAL"
        assert warm.manifest["previous_run"]["run_id"] == first.manifest["run_id"]


def test_a_folder_that_is_no_run_is_refused(bundles: list[Path], tmp_path: Path) -> None:
    request = RunRequest(
        inputs=InputRequest(bundle=bundles[0], run_date=DAY), out=tmp_path / "out", previous_run=tmp_path / "nothing"
    )
    with pytest.raises(MatcherError) as caught:
        run(request)
    assert caught.value.exit_code == 5
    assert not (tmp_path / "out" / "latest").exists()
