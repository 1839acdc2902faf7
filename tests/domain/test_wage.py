"""Amounts hold from their date until superseded; old ones warn, missing ones stop, own ones win."""

import datetime as dt
from decimal import Decimal

import pytest

from matcher.domain.policy import WagePolicy
from matcher.domain.wage import Basis, loonkostensubsidie, wage_table
from matcher.errors import PolicyError

DAY = dt.date(2026, 11, 21)


def test_amounts_of_the_day() -> None:
    table = wage_table(DAY)
    assert table.month_eur == Decimal("2523.96")
    assert table.lasten == Decimal("0.25")
    assert [table.wml_month_eur(age) / table.month_eur * 100 for age in (None, 21, 20, 18, 17, 16, 15, 3)] == [
        100, 100, 80, 50, Decimal("39.5"), Decimal("34.5"), 30, 30,
    ]  # fmt: skip
    before = wage_table(dt.date(2026, 6, 30))
    assert (before.month_eur, before.lasten) == (Decimal("2424.60"), Decimal("0.235"))


def test_a_row_is_stale_when_older_than_six_months() -> None:
    assert not wage_table(dt.date(2027, 1, 1)).stale
    assert wage_table(dt.date(2027, 1, 2)).stale
    assert not wage_table(dt.date(2027, 1, 2), WagePolicy(wml_month_eur=Decimal(2400))).stale


def test_before_the_first_row_the_policy_must_speak() -> None:
    day = dt.date(2024, 1, 1)
    with pytest.raises(PolicyError, match="wml_month_eur"):
        wage_table(day)
    assert wage_table(day, WagePolicy(wml_month_eur=Decimal(2000))).month_eur == 2160
    long_ago = dt.date(2015, 1, 1)
    with pytest.raises(PolicyError, match="werkgeverslasten_pct"):
        wage_table(long_ago, WagePolicy(wml_month_eur=Decimal(2000)))
    own = WagePolicy.model_validate({"wml_month_eur": 2000, "werkgeverslasten_pct": 23, "youth_pct": {"20": 85}})
    assert wage_table(long_ago, own).wml_month_eur(20) == Decimal(2160) * Decimal("0.85")


def test_nothing_is_due_by_rule_or_because_nobody_knows() -> None:
    table = wage_table(DAY)
    cases = [
        ({"unpaid": True, "lks_eligible": True, "loonwaarde_bp": 5000}, Basis.NONE),
        ({"unpaid": False, "lks_eligible": False, "loonwaarde_bp": 5000}, Basis.NONE),
        ({"unpaid": False, "lks_eligible": True, "loonwaarde_bp": 10_000}, Basis.NONE),
        ({"unpaid": False, "lks_eligible": None, "loonwaarde_bp": None}, Basis.UNKNOWN),
    ]
    for known, basis in cases:
        assert loonkostensubsidie(table, age=30, hours_c=3600, **known) == (Decimal("0.00"), basis)  # type: ignore[arg-type]
