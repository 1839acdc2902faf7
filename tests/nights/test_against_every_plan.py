"""Statuses and stability against every plan there is."""

import os
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from matcher.errors import InfeasibleError
from matcher.pipeline import MatchReport
from tests.nights.puzzle import Night, nights

EXAMPLES = int(os.environ.get("MATCHER_NIGHTS", "60"))
few = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _pairs(report: MatchReport) -> dict[int, int]:
    rows = report.tables["assignments"].to_pylist()
    return {int(row["candidate_id"][1:]): int(row["vacancy_id"][1:]) for row in rows}


def _holds(night: Night, report: MatchReport, *, exact: bool) -> None:
    plan = _pairs(report)
    top, least, changes = night.best()
    assert night.held() <= set(plan.items())
    assert set(plan.items()) <= night.eligible() | night.held()
    said = report.claims["stability"]
    standing = {pair for pair, status in night.last().items() if status in {"proposed", "accepted", "started"}}
    kept = [row["kept"] for row in report.tables["assignments"].to_pylist()]
    assert kept == [pair in standing for pair in sorted(plan.items(), key=lambda pair: f"c{pair[0]}")]
    if not night.proposed():
        assert said is None
        assert report.result.objective == top
        return
    assert said["objective"] == top or not exact
    assert report.result.objective >= said["least"]
    assert said["proposed"] == len(night.proposed())
    assert said["changes"] == len(night.proposed() - set(plan.items()))
    if said["objective"] == top:
        assert said["least"] == least
        assert said["changes_lower_bound"] <= changes <= said["changes"]
        assert night.loss != "0.0" or not exact or said["changes_lower_bound"] == changes == said["changes"]


@given(nights())
@few
def test_a_flow(night: Night) -> None:
    if not night.possible():
        with pytest.raises(InfeasibleError):
            night.run()
        return
    report = night.run()
    _holds(night, report, exact=True)
    assert report.result.status in {"OPTIMAL", "WITHIN_GAP"}


@given(nights(limited=True))
@settings(few, max_examples=max(1, EXAMPLES // 3))
def test_under_a_limit(night: Night) -> None:
    if not night.possible():
        with pytest.raises(InfeasibleError):
            night.run()
        return
    _holds(night, night.run(), exact=False)


@given(nights(pins=False))
@settings(few, max_examples=max(1, EXAMPLES // 3))
def test_more_to_give_up_never_means_more_changes(night: Night) -> None:
    if not night.proposed():
        return
    changes = [replace(night, loss=loss).run().claims["stability"]["changes"] for loss in ("0.0", "0.1", "0.3", "1.0")]
    assert changes == sorted(changes, reverse=True)


@given(nights(pins=False))
@settings(few, max_examples=max(1, EXAMPLES // 3))
def test_without_a_loss_nothing_is_lost(night: Night) -> None:
    calm = replace(night, loss="0.0")
    told = tuple(one for one in night.told if one.status in {None, "proposed", "ended"})
    assert replace(calm, told=told).run().result.objective == replace(calm, told=()).run().result.objective


def test_nothing_told_is_as_without_the_file() -> None:
    night = Night(2, (1, 1), {(0, 0): 3, (0, 1): 3, (1, 0): 3, (1, 1): 3})
    report, empty = night.run(), night.tables()
    assert report.claims["stability"] is None
    assert "stability" not in report.tables
    assert "previous" not in empty
