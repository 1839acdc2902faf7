"""Limits of the policy: quotas, budgets, how many different values may be in use, and how durable paid work must be on average."""

import difflib
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator, model_validator

from matcher.domain.column import Kind
from matcher.domain.filters import Filter, checked
from matcher.domain.schema import TABLES
from matcher.domain.section import Frozen

UNITS = {"lks_eur_month": 2, "coach_hours": 2, "placements": 0}
"""What a budget can be in besides a resource: the unit, and how many decimals it has."""
MOST = 10**12
_SHARE_DIGITS = 6
_LONGEST_NAME = 200


def _name(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("a name is a line of text that is not blank")
    return text.strip()


def _share(share: Decimal) -> Decimal:
    if decimals(share) > _SHARE_DIGITS:
        raise ValueError(f"a share has at most {_SHARE_DIGITS} decimals")
    return share


def decimals(number: Decimal) -> int:
    """Return how many decimals a number needs."""
    exponent = number.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(0, -exponent)


Name = Annotated[str, Field(min_length=1, max_length=_LONGEST_NAME), AfterValidator(_name)]
Share = Annotated[Decimal, Field(ge=0, le=1), AfterValidator(_share)]
Count = Annotated[int, Field(ge=0, le=MOST, strict=True)]


class _Filtered(Frozen):
    """What quotas and budgets share: a name, and filters that must all hold."""

    name: Name = Field(description="What it is called in limits_report; every quota and budget has another name.")
    candidates: tuple[Filter, ...] = Field(
        default=(), description="Filters [column, operator, value] on the person; all must hold."
    )
    vacancies: tuple[Filter, ...] = Field(
        default=(), description="Filters on the vacancy; also employer.* and agency.* columns."
    )
    pairs: tuple[Filter, ...] = Field(default=(), description="Filters on the pair: p_durable, travel_km ...")

    @field_validator("candidates")
    @classmethod
    def _of_candidates(cls, filters: tuple[Filter, ...]) -> tuple[Filter, ...]:
        return tuple(checked("candidates", one) for one in filters)

    @field_validator("vacancies")
    @classmethod
    def _of_vacancies(cls, filters: tuple[Filter, ...]) -> tuple[Filter, ...]:
        return tuple(checked("vacancies", one) for one in filters)

    @field_validator("pairs")
    @classmethod
    def _of_pairs(cls, filters: tuple[Filter, ...]) -> tuple[Filter, ...]:
        return tuple(checked("pairs", one) for one in filters)


class QuotaPolicy(_Filtered):
    """[[quota]]: how many of the assigned people stand in a pair that matches all filters."""

    min: Count | None = Field(default=None, description="At least so many people.")
    max: Count | None = Field(default=None, description="At most so many people.")
    min_share: Share | None = Field(default=None, description="At least this share of all assigned people.")
    max_share: Share | None = Field(default=None, description="At most this share of all assigned people.")
    soft: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="True: may be missed, at the price of weight."
    )
    weight: Annotated[int, Field(ge=1, le=MOST, strict=True)] | None = Field(
        default=None, description="Points lost per missing or excess person; needed where soft, and only there."
    )

    @model_validator(mode="after")
    def _sound(self) -> "QuotaPolicy":
        if all(bound is None for bound in (self.min, self.max, self.min_share, self.max_share)):
            raise ValueError("a quota needs min, max, min_share or max_share")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min ({self.min}) is above max ({self.max})")
        if self.min_share is not None and self.max_share is not None and self.min_share > self.max_share:
            raise ValueError(f"min_share ({self.min_share}) is above max_share ({self.max_share})")
        if self.soft and self.weight is None:
            raise ValueError("a soft quota needs weight: the points lost per missing or excess person")
        if self.weight is not None and not self.soft:
            raise ValueError("weight needs soft = true; without it the quota is never missed")
        return self


class BudgetPolicy(_Filtered):
    """[[budget]]: what the pairs that match all filters take together."""

    unit: Name = Field(description="lks_eur_month, coach_hours, placements, or a resource_id of resources.parquet.")
    max: Annotated[Decimal, Field(ge=0, le=MOST)] = Field(description="At most so much.")

    @model_validator(mode="after")
    def _whole(self) -> "BudgetPolicy":
        most = UNITS.get(self.unit, 0)
        if decimals(self.max) > most:
            told = f"at most {most} decimals" if most else "no decimals"
            raise ValueError(f"max of a budget in {self.unit} has {told}")
        return self


class DistinctPolicy(Frozen):
    """[[distinct]]: how many different values of a vacancy column may be in use."""

    column: str = Field(description="A column of vacancies that holds text, an id or a code; empty cells do not count.")
    max: Count = Field(description="At most so many different values.")

    @field_validator("column")
    @classmethod
    def _of_vacancies(cls, name: str) -> str:
        known = [one.name for one in TABLES["vacancies"].columns if one.kind in (Kind.ID, Kind.TEXT, Kind.CODE)]
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known)}"
            raise ValueError(f"{name!r} is no column of vacancies with text, an id or a code; {hint}")
        return name


class DurableSharePolicy(Frozen):
    """[durable_share]: how durable paid work is on average."""

    min: Share = Field(description="Least mean p_durable of the paid assigned pairs.")
