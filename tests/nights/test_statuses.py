"""What became of earlier proposals, row by row: what stays, what is forbidden, what is said about rows that do not fit."""

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

import matcher
from matcher.domain.policy_file import parse_policy
from matcher.domain.raw import RawTables
from matcher.errors import InfeasibleError, InputError
from matcher.pipeline import MatchReport, check, claims_of, match_tables
from matcher.verdict.changes import WhatIfState

DAY = dt.date(2026, 11, 21)
PEOPLE = ["k-0", "k-1", "k-2"]


def _pairs(value: int = 5, **columns: list[Any]) -> dict[str, list[Any]]:
    pairs = [(person, vacancy) for person in PEOPLE for vacancy in ("v-0", "v-1")]
    return {
        "candidate_id": [person for person, _ in pairs],
        "vacancy_id": [vacancy for _, vacancy in pairs],
        "eligible": [True] * len(pairs),
        "value": [value] * len(pairs),
        **columns,
    }


def _run(
    *rows: tuple[str | None, str | None, str | None, dt.date | None],
    policy: str = "",
    strict: bool = False,
    relax: bool = False,
    more_vacancies: dict[str, Any] | None = None,
    **tables: dict[str, Any],
) -> MatchReport:
    """Match three people and two vacancies of one opening, with these rows of previous, and have it checked."""
    previous = pa.table(
        {
            "candidate_id": pa.array([row[0] for row in rows], pa.string()),
            "vacancy_id": pa.array([row[1] for row in rows], pa.string()),
            "status": pa.array([row[2] for row in rows], pa.string()),
            "status_date": pa.array([row[3] for row in rows], pa.date32()),
        }
    )
    vacancies = {"vacancy_id": ["v-0", "v-1"], "openings": pa.array([1, 1], pa.int32()), **(more_vacancies or {})}
    raw = RawTables(
        {
            "candidates": pa.table(tables.get("candidates", {"candidate_id": PEOPLE})),
            "vacancies": pa.table(vacancies),
            "pairs": pa.table(tables.get("pairs", _pairs())),
            "previous": previous,
        }
    )
    report = match_tables(raw, parse_policy(policy), run_date=DAY, strict=strict, relax=relax)
    check(report.case, report.tables, claims_of(report))
    return report


def _plan(report: MatchReport) -> dict[str, str]:
    return {row["candidate_id"]: row["vacancy_id"] for row in report.tables["assignments"].to_pylist()}


def _told(report: MatchReport) -> list[tuple[str, str, str, str]]:
    rows = report.tables["rejected"].to_pylist()
    return [(row["file"], row["column"], row["code"], row["severity"]) for row in rows]


@pytest.mark.parametrize("status", ["accepted", "started", "Accepted "])
def test_who_has_work_keeps_it_with_the_opening(status: str) -> None:
    report = _run(("k-2", "v-1", status, None), pairs=_pairs(value=5))
    assert _plan(report)["k-2"] == "v-1"
    row = next(row for row in report.tables["assignments"].to_pylist() if row["candidate_id"] == "k-2")
    assert row["pinned"]
    assert row["kept"]
    assert row["vacancy_price"] is None


def test_also_at_a_vacancy_that_closed_since_and_where_nothing_is_listed() -> None:
    closed = {"closing_date": pa.array([None, DAY - dt.timedelta(days=3)], pa.date32())}
    for policy in ("", '[pairing]\nsource = "pairs"\n'):
        nothing = {"candidate_id": ["k-0"], "vacancy_id": ["v-0"], "eligible": [True], "value": [5]}
        report = _run(("k-2", "v-1", "started", DAY), policy=policy, more_vacancies=closed, pairs=nothing)
        assert _plan(report)["k-2"] == "v-1"
        assert "k-1" not in _plan(report) or _plan(report)["k-1"] != "v-1"


def test_the_last_status_of_a_pair_counts_whatever_the_order_of_the_rows() -> None:
    early, late = DAY - dt.timedelta(days=9), DAY - dt.timedelta(days=2)
    rows = [("k-0", "v-0", "accepted", early), ("k-0", "v-0", "ended", late), ("k-0", "v-0", "proposed", None)]
    for told in (rows, rows[::-1]):
        assert not any(row["pinned"] for row in _run(*told).tables["assignments"].to_pylist())
    for told in ([*rows, ("k-0", "v-0", "started", DAY)], [("k-0", "v-0", "started", DAY), *rows]):
        assert _plan(_run(*told))["k-0"] == "v-0"


@pytest.mark.parametrize(
    ("days", "retry", "forbidden"),
    [
        (0, 180, True),
        (179, 180, True),
        (180, 180, False),
        (None, 180, True),
        (0, 0, False),
        (None, 0, True),
        (5, 6, True),
    ],
)
@pytest.mark.parametrize("status", ["declined_candidate", "declined_employer"])
def test_a_decline_holds_for_so_many_days(days: int | None, retry: int, forbidden: bool, status: str) -> None:
    day = None if days is None else DAY - dt.timedelta(days=days)
    report = _run(("k-0", "v-0", status, day), policy=f"[night]\nretry_days = {retry}\n")
    rows = report.tables["vacancies_report"].to_pylist()
    assert rows[0]["n_eligible"] == 3 - forbidden
    assert rows[1]["n_eligible"] == 3


def test_a_decline_is_not_forgotten_because_something_was_said_after_it() -> None:
    early = DAY - dt.timedelta(days=9)
    report = _run(("k-0", "v-0", "declined_employer", early), ("k-0", "v-0", "proposed", DAY))
    assert report.tables["vacancies_report"]["n_eligible"].to_pylist() == [2, 3]
    again = _run(("k-0", "v-0", "declined_employer", early), ("k-0", "v-0", "accepted", DAY))
    assert _plan(again)["k-0"] == "v-0"


def test_people_who_work_where_the_file_knows_no_vacancy_are_left_out() -> None:
    report = _run(("k-1", "gone", "started", DAY), ("k-0", "gone", "proposed", DAY), ("nobody", "v-0", "accepted", DAY))
    everybody = {
        row["candidate_id"] for name in ("assignments", "unassigned") for row in report.tables[name].to_pylist()
    }
    assert everybody == {"k-0", "k-2"}
    told = _told(report)
    assert ("candidates.parquet", "candidate_id", "PLACED_ELSEWHERE", "error") in told
    assert told.count(("previous.parquet", "vacancy_id", "DANGLING_REFERENCE", "warning")) == 2
    assert told.count(("previous.parquet", "candidate_id", "DANGLING_REFERENCE", "warning")) == 1
    assert [one.code for one in report.case.warnings].count("PLACED_ELSEWHERE") == 1
    assert "k-1" in _plan(
        _run(("k-1", "gone", "started", DAY), ("k-1", "gone", "ended", DAY), ("k-1", "v-0", "accepted", DAY))
    )


def test_rows_that_cannot_be_read_are_rejected_and_people_with_work_never_forgotten() -> None:
    report = _run(("k-0", "v-0", "perhaps", DAY), (None, "v-0", "proposed", DAY))
    assert ("previous.parquet", "status", "UNKNOWN_CODE", "error") in _told(report)
    assert ("previous.parquet", "candidate_id", "MISSING_VALUE", "error") in _told(report)
    with pytest.raises(InputError, match=r"previous\.parquet, row 2.*never forgotten"):
        _run(("k-0", "v-0", "perhaps", DAY), ("k-0", None, "started", DAY))


@pytest.mark.parametrize(
    "rows",
    [
        [("k-0", "v-0", "accepted", DAY), ("k-0", "v-1", "accepted", DAY)],
        [("k-0", "v-0", "accepted", DAY), ("k-1", "v-0", "started", DAY)],
    ],
)
def test_what_cannot_all_be_kept_is_a_conflict_and_can_give_way(rows: list[Any]) -> None:
    with pytest.raises(InfeasibleError, match="fixed placement of k-0 at v-0"):
        _run(*rows)
    report = _run(*rows, relax=True)
    assert len(report.case.relaxed) == 1


def test_no_rule_that_a_pin_leaves_alone_is_overruled() -> None:
    control = {"candidate_id": PEOPLE, "arm": ["control", None, None]}
    with pytest.raises(InfeasibleError):
        _run(("k-0", "v-0", "accepted", DAY), candidates=control)
    with pytest.raises(InfeasibleError):
        _run(("k-0", "v-0", "accepted", DAY), pairs=_pairs(pin=["forbid", None, None, None, None, None]))


def test_equal_plans_keep_what_was_proposed() -> None:
    for person in PEOPLE:
        for vacancy in ("v-0", "v-1"):
            report = _run((person, vacancy, None, None))
            assert _plan(report)[person] == vacancy
            assert report.result.status == "OPTIMAL"
            assert report.claims["stability"]["changes"] == 0


def test_points_are_given_up_only_where_the_policy_says_so() -> None:
    better = _pairs()
    better["value"] = [10, 5, 9, 5, 5, 5]  # k-0 brings 1 more at v-0 than k-1 does
    told = ("k-1", "v-0", "proposed", DAY)
    calm = _run(told, pairs=better)
    assert _plan(calm)["k-0"] == "v-0"
    assert calm.claims["stability"]["changes"] == calm.claims["stability"]["changes_lower_bound"] == 1
    steady = _run(told, pairs=better, policy="[stability]\nmax_loss = 0.1\n")
    said = steady.claims["stability"]
    assert _plan(steady)["k-1"] == "v-0"
    assert (said["objective"], said["points_given_up"], said["changes"]) == (15, 1, 0)
    assert (steady.result.status, steady.result.upper_bound, steady.result.objective) == ("WITHIN_GAP", 15, 14)
    assert steady.result.require_prices().kind == "some_optimal"


def test_pinned_people_and_full_vacancies_are_no_wishes() -> None:
    report = _run(
        ("k-0", "v-0", "accepted", DAY),
        ("k-1", "v-0", "proposed", DAY),
        ("k-0", "v-1", "proposed", DAY),
        policy="[stability]\nmax_loss = 1.0\n",
    )
    said = report.claims["stability"]
    assert (said["proposed"], said["kept"], said["changes_lower_bound"]) == (2, 0, 2)


def test_the_library_says_it_too_and_a_what_if_keeps_proposals_as_a_run_does() -> None:
    pairs = pa.table(_pairs(value=5, eligible=[True, True, True, True, False, False]))
    result = matcher.match(
        pa.table({"candidate_id": PEOPLE}),
        pa.table({"vacancy_id": ["v-0", "v-1"], "openings": pa.array([1, 1], pa.int32())}),
        pairs=pairs,
        previous=pa.table({"candidate_id": ["k-1"], "vacancy_id": ["v-0"]}),
        run_date=DAY,
    )
    assert result.stability is not None
    assert (result.stability["proposed"], result.stability["changes"]) == (1, 0)
    assert result.explain("k-1").proposal.stays == "proposed"  # type: ignore[union-attr]
    assert "Blijft voorgesteld" in result.explain_text("k-1")
    assert result.what_if("k-2").state in set(WhatIfState)
