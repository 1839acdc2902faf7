"""WML by date and age, and the loonkostensubsidie that follows from it. Exact decimals until the cent."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from matcher.domain.policy import WagePolicy
from matcher.domain.shipped import shipped
from matcher.errors import PolicyError

_STALE_MONTHS = 6
_CENT = Decimal("0.01")
_ADULT = 21
_YOUNGEST = 15


class Basis(StrEnum):
    """What an amount of loonkostensubsidie rests on."""

    LOONWAARDE = "loonwaarde"
    ASSUMED = "assumed"
    FORFAIT = "forfait"
    UNKNOWN = "unknown"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class WageTable:
    """The amounts that hold on one day.

    Attributes
    ----------
    month_eur
        WML a month at 21 and over, including vakantiebijslag.
    youth
        Share of it by age under 21; 15 stands for 15 and younger.
    lasten
        Surcharge for werkgeverslasten, as a share.
    stale
        The shipped amount is older than six months.
    """

    month_eur: Decimal
    youth: Mapping[int, Decimal]
    lasten: Decimal
    max_share: Decimal
    forfait_share: Decimal
    full_week_hours: Decimal
    stale: bool

    def wml_month_eur(self, age: int | None) -> Decimal:
        """Return monthly WML including vakantiebijslag; an unknown age counts as 21 and over; never rounded."""
        if age is None or age >= _ADULT:
            return self.month_eur
        return self.month_eur * self.youth[max(age, _YOUNGEST)]


def wage_table(day: dt.date, policy: WagePolicy | None = None) -> WageTable:
    """Return the amounts that hold on ``day``.

    Raises
    ------
    PolicyError
        The shipped table starts later than ``day`` and the policy gives no amounts of its own.
    """
    own = policy or WagePolicy()
    data = shipped("wml")
    row = _holding(data["wml"], day)
    if own.wml_month_eur is not None:
        month, stale = own.wml_month_eur, False
    elif row is not None:
        month, stale = Decimal(row["wml_month_eur"]), _is_stale(row["valid_from"], day)
    else:
        first = data["wml"][0]["valid_from"]
        raise PolicyError(f"The shipped WML table starts at {first}; set wage.wml_month_eur for a run date before it.")
    lasten_row = _holding(data["werkgeverslasten"], day)
    if own.werkgeverslasten_pct is not None:
        lasten = own.werkgeverslasten_pct
    elif lasten_row is not None:
        lasten = Decimal(lasten_row["pct"])
    else:
        raise PolicyError("Set wage.werkgeverslasten_pct for a run date before the shipped table.")
    youth_row = _holding(data["youth"], day) or data["youth"][0]
    youth = {age: Decimal(youth_row[f"age_{age}_pct"]) / 100 for age in range(_YOUNGEST, _ADULT)}
    youth |= {int(age): pct / 100 for age, pct in own.youth_pct.items()}
    holiday = 1 + Decimal(data["vakantiebijslag_pct"]) / 100
    return WageTable(
        month_eur=month * holiday,
        youth=youth,
        lasten=lasten / 100,
        max_share=Decimal(data["lks_max_pct"]) / 100,
        forfait_share=Decimal(data["lks_forfait_pct"]) / 100,
        full_week_hours=Decimal(data["full_week_hours"]),
        stale=stale,
    )


def loonkostensubsidie(
    table: WageTable,
    *,
    age: int | None,
    loonwaarde_bp: int | None,
    lks_eligible: bool | None,
    hours_c: int | None,
    unpaid: bool,
) -> tuple[Decimal, Basis]:
    """Monthly loonkostensubsidie of a pair, in euros, rounded half up to cents.

    Participatiewet art. 10d: WML minus loonwaarde, at most 70 % of WML, plus werkgeverslasten, in proportion to 36 hours; a flat half
    of WML where the loonwaarde is not known yet.

    Parameters
    ----------
    loonwaarde_bp
        Basis points of WML for this pair; None is unknown.
    lks_eligible
        In the target group; None is unknown.
    hours_c
        Hundredths of hours a week; None counts as 36 hours.
    unpaid
        The vacancy pays no wage.
    """
    zero = Decimal("0.00")
    if unpaid or lks_eligible is False or (loonwaarde_bp is not None and loonwaarde_bp >= 10_000):
        return zero, Basis.NONE
    if loonwaarde_bp is None and lks_eligible is None:
        return zero, Basis.UNKNOWN
    wml = table.wml_month_eur(age)
    if loonwaarde_bp is None:
        month, basis = table.forfait_share * wml, Basis.FORFAIT
    else:
        gap = wml - Decimal(loonwaarde_bp) / 10_000 * wml
        month = min(gap, table.max_share * wml)
        basis = Basis.LOONWAARDE if lks_eligible else Basis.ASSUMED
    hours = table.full_week_hours if hours_c is None else Decimal(hours_c) / 100
    return (month * (1 + table.lasten) * hours / table.full_week_hours).quantize(_CENT, rounding=ROUND_HALF_UP), basis


def _holding(rows: list[dict[str, Any]], day: dt.date) -> dict[str, Any] | None:
    past = [row for row in rows if row["valid_from"] <= day]
    return max(past, key=lambda row: row["valid_from"]) if past else None


def _is_stale(valid_from: dt.date, day: dt.date) -> bool:
    """Whether ``day`` lies more than six months after ``valid_from`` (the first of a month)."""
    months = valid_from.month - 1 + _STALE_MONTHS
    return day > dt.date(valid_from.year + months // 12, months % 12 + 1, valid_from.day)
