"""Every lie about what stays is found."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pyarrow as pa
import pytest

from matcher.errors import CertificateError
from matcher.pipeline import MatchReport, check, claims_of
from tests.nights.puzzle import Night, Told

KEYS = (
    "objective",
    "upper_bound",
    "least",
    "points_given_up",
    "proposed",
    "kept",
    "changes",
    "changes_lower_bound",
    "weight_points",
    "weight_kept",
)
# Without a loss no proposal can stay (78 points), with one of 4 points both can.
WORTH = {(0, 0): 40, (0, 1): 20, (1, 0): 38, (1, 1): 38, (2, 0): 30, (2, 1): 36}
TOLD = (Told(1, 0, "proposed", 3), Told(2, 1, None, None))


@cache
def _night(loss: str, most: int | None = None) -> MatchReport:
    return Night(3, (1, 1), WORTH, TOLD, (), loss, most).run()


def _refused(report: MatchReport, tables: Mapping[str, pa.Table] | None = None, **told: Any) -> None:
    claims = claims_of(report)
    stability = {**(claims.stability or {}), **told}
    with pytest.raises(CertificateError):
        check(report.case, {**report.tables, **(tables or {})}, replace(claims, stability=stability))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("loss", ["0.0", "0.06"])
@pytest.mark.parametrize("by", [-1, 1])
def test_a_figure(loss: str, key: str, by: int) -> None:
    report = _night(loss)
    told = report.claims["stability"]
    if key == "weight_kept":
        return  # another weight may prove as much
    if key == "objective" and by < 0 and loss != "0.0":
        # What the first stage came to can only be bounded; it is held against what was given up.
        _refused(report, objective=told["objective"] - 3)
        return
    _refused(report, **{key: told[key] + by})


def test_weights_cannot_be_bent() -> None:
    report = _night("0.0")
    _refused(report, weight_kept=0)
    _refused(report, weight_points=-1)
    _refused(report, gap=0.5)
    _refused(report, kept=True)
    _refused(report, more=1)


def test_that_there_was_none_or_that_there_was_one() -> None:
    report, calm = _night("0.0"), Night(3, (1, 1), WORTH).run()
    tables = {name: table for name, table in report.tables.items() if name != "stability"}
    with pytest.raises(CertificateError):
        check(report.case, tables, replace(claims_of(report), stability=None))
    with pytest.raises(CertificateError):
        check(calm.case, calm.tables, replace(claims_of(calm), stability=report.claims["stability"]))
    with pytest.raises(CertificateError):
        check(calm.case, {**calm.tables, "stability": report.tables["stability"]}, claims_of(calm))


@pytest.mark.parametrize("by", [-10_000, 10_000])
def test_the_prices_that_prove_it(by: int) -> None:
    report = _night("0.0")
    prices = report.tables["stability"]["price"].to_pylist()
    for at in range(len(prices)):
        bent = [price + by * (place == at) for place, price in enumerate(prices)]
        table = report.tables["stability"].set_column(2, "price", pa.array(bent, pa.int64()))
        _refused(report, {"stability": table})


def test_rows_of_that_table_are_vacancies_in_order_each_once() -> None:
    report = _night("0.0")
    table = report.tables["stability"]
    assert table.num_rows >= 1
    _refused(report, {"stability": table.slice(1)})
    _refused(report, {"stability": pa.concat_tables([table, table])})
    nowhere = table.set_column(0, "vacancy_id", pa.nulls(table.num_rows, pa.string()))
    _refused(report, {"stability": nowhere})


@pytest.mark.parametrize("loss", ["0.0", "0.06"])
def test_who_is_said_to_keep_a_proposal(loss: str) -> None:
    report = _night(loss)
    table = report.tables["assignments"]
    at = table.column_names.index("kept")
    for row in range(table.num_rows):
        bent = [not kept if place == row else kept for place, kept in enumerate(table["kept"].to_pylist())]
        with pytest.raises(CertificateError, match="kept"):
            check(
                report.case,
                {**report.tables, "assignments": table.set_column(at, "kept", pa.array(bent))},
                claims_of(report),
            )


def test_a_plan_that_gave_up_more_than_it_may() -> None:
    report = _night("0.06")
    policy = report.case.policy
    calm = policy.model_copy(update={"stability": policy.stability.model_copy(update={"max_loss": 0})})
    assert report.claims["stability"]["points_given_up"] > 0
    with pytest.raises(CertificateError):
        check(replace(report.case, policy=calm), report.tables, claims_of(report))


@pytest.mark.parametrize("key", ["changes", "changes_lower_bound", "kept", "least"])
def test_a_figure_under_a_limit(key: str) -> None:
    report = _night("0.06", 1)
    _refused(report, **{key: report.claims["stability"][key] + 1})
