"""Nights in a row on files: run, verify, hand over, answer, record, and on. The long form is ``python -m benchmarks.ten_nights``."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.answer_model import Chances
from benchmarks.ten_nights import HEADINGS, Past, cells, keep_promises, nights
from matcher.sample import write_sample

BUSY = Chances(begin=0.8, come=0.03, go=0.03, answered=0.5, accepted=0.5, starts=0.6, ends=0.15)


@pytest.mark.parametrize(("seed", "max_loss", "workbooks"), [(1, "0", True), (2, "0.01", False)])
def test_nobody_who_has_work_is_moved_and_nobody_is_asked_twice(
    seed: int, max_loss: str, workbooks: bool, tmp_path: Path
) -> None:
    write_sample(tmp_path / "sample", seed=seed, people=90, vacancies=45)
    told = list(
        nights(
            tmp_path / "nights",
            tmp_path / "sample",
            count=4,
            seed=seed,
            chances=BUSY,
            retry_days=2,
            max_loss=max_loss,
            workbooks=workbooks,
        )
    )
    assert len(told) == 4 and {one.status for one in told} <= {"OPTIMAL", "WITHIN_GAP"}
    answers = Counter(said for one in told for said in one.answers.elements())
    assert all(answers[name] for name in ("accepted", "started", "declined_employer", "declined_candidate"))
    for one in told:
        assert one.least_changes <= one.changes
        assert one.given_up <= float(max_loss) * one.best
        assert len(cells(one)) == len(HEADINGS)
    assert told[-1].working


def test_a_broken_promise_is_seen() -> None:
    day = dt.date(2026, 11, 21)
    past = Past({("a", "x"): "started", ("b", "y"): "declined_employer"}, {("b", "y"): day})
    keep_promises({"a": "x", "b": "z"}, past, day=day, retry_days=2)
    keep_promises({"a": "x", "b": "y"}, past, day=day + dt.timedelta(days=2), retry_days=2)
    for plan in ({"a": "z"}, {}, {"a": "x", "b": "y"}):
        with pytest.raises(AssertionError):
            keep_promises(plan, past, day=day + dt.timedelta(days=1), retry_days=2)
