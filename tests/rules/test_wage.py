"""Loonkostensubsidie against worked cases of Participatiewet art. 10d, and the wage table it stands on."""

import datetime as dt
from decimal import Decimal

import pytest

from matcher.domain.policy import WagePolicy
from matcher.domain.wage import Basis, loonkostensubsidie, wage_table

JULY_2026 = dt.date(2026, 11, 21)


def lks(
    hours: int | None, *, bp: int | None, eligible: bool | None = True, age: int | None = 30, unpaid: bool = False
) -> tuple[Decimal, Basis]:
    return loonkostensubsidie(
        wage_table(JULY_2026),
        age=age,
        loonwaarde_bp=bp,
        lks_eligible=eligible,
        hours_c=None if hours is None else hours * 100,
        unpaid=unpaid,
    )


def test_the_table_of_july_2026() -> None:
    table = wage_table(JULY_2026)
    assert table.month_eur == Decimal("2523.96")
    assert table.lasten == Decimal("0.25")
    assert [table.wml_month_eur(age) for age in (None, 21, 20, 17, 16, 15, 14)] == [
        Decimal("2523.96") * share for share in map(Decimal, ("1", "1", "0.8", "0.395", "0.345", "0.3", "0.3"))
    ]


@pytest.mark.parametrize(
    ("case", "hours", "expected"),
    [("A", 36, "1261.98"), ("A'", 32, "1121.76"), ("A''", 27, "946.49")],
)
def test_loonwaarde_of_60_percent(case: str, hours: int, expected: str) -> None:
    """The published cases round the loonwaarde amount to 1514.38 first; the contract rounds once, at the end.

    Published: 1261.975, 1121.755556 and 946.48125. Unrounded inside: 1261.98, 1121.76 and 946.485. In whole cents the two ways differ
    for A'' alone: 946.48 there, 946.49 here.
    """
    assert lks(hours, bp=6000) == (Decimal(expected), Basis.LOONWAARDE)
    step = (Decimal("2523.96") - Decimal("1514.38")) * Decimal("1.25") * hours / 36
    assert (
        step.quantize(Decimal("0.000001"))
        == {
            "A": Decimal("1261.975000"),
            "A'": Decimal("1121.755556"),
            "A''": Decimal("946.481250"),
        }[case]
    )
    assert abs(Decimal(expected) - step) < Decimal("0.01")


def test_case_c_flat_half_with_own_amounts_and_no_surcharge() -> None:
    own = WagePolicy(wml_month_eur=Decimal(2155) / Decimal("1.08"), werkgeverslasten_pct=Decimal(0))
    amount = loonkostensubsidie(
        wage_table(JULY_2026, own), age=30, loonwaarde_bp=None, lks_eligible=True, hours_c=3200, unpaid=False
    )
    assert amount == (Decimal("957.78"), Basis.FORFAIT)


def test_case_d_the_cap_binds() -> None:
    assert lks(36, bp=2000) == (Decimal("2208.47"), Basis.LOONWAARDE)  # 2208.465, half up
    assert lks(36, bp=3000) == lks(36, bp=0) == lks(36, bp=2000)
    assert lks(36, bp=3001)[0] < lks(36, bp=3000)[0]


def test_case_e_full_loonwaarde_gives_no_right() -> None:
    assert lks(36, bp=10_000) == (Decimal("0.00"), Basis.NONE)


@pytest.mark.parametrize(
    ("bp", "eligible", "unpaid", "amount", "basis"),
    [
        (6000, True, True, "0.00", Basis.NONE),
        (6000, False, False, "0.00", Basis.NONE),
        (None, False, False, "0.00", Basis.NONE),
        (None, None, True, "0.00", Basis.NONE),
        (6000, None, False, "1261.98", Basis.ASSUMED),
        (None, True, False, "1577.48", Basis.FORFAIT),  # 1577.475, half up
        (None, None, False, "0.00", Basis.UNKNOWN),
    ],
)
def test_basis(bp: int | None, eligible: bool | None, unpaid: bool, amount: str, basis: Basis) -> None:
    assert lks(None, bp=bp, eligible=eligible, unpaid=unpaid) == (Decimal(amount), basis)


def test_hours_beyond_36_raise_the_amount_and_none_at_all_leave_nothing() -> None:
    assert lks(40, bp=6000)[0] == Decimal("1402.20")
    assert lks(0, bp=6000) == (Decimal("0.00"), Basis.LOONWAARDE)
    assert lks(None, bp=6000) == lks(36, bp=6000)


def test_the_young_by_their_own_minimum_wage() -> None:
    # 17: 39.5 % of 2523.96 = 996.9642; 40 % of that, plus a quarter.
    assert lks(36, bp=6000, age=17)[0] == Decimal("498.48")
    assert lks(36, bp=6000, age=None) == lks(36, bp=6000, age=21)
