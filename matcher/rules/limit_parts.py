"""What limits are made of before they are rows of a model: who counts, where, and what of a pair."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matcher.domain.filters import Filter
from matcher.domain.stated import Chosen
from matcher.model.limits import Row
from matcher.rules.block import IntColumn

Sides = tuple[IntColumn, IntColumn]
"""A number per person and a number per vacancy; a pair weighs their product."""


class Amount(StrEnum):
    """What a pair adds to a row that neither its person nor its vacancy decides."""

    NOTHING = "nothing"
    SUBSIDY = "subsidy"  # cents a month
    CHANCE = "chance"  # p_durable in millionths
    USES = "uses"  # what the pair itself takes from a resource


@dataclass(frozen=True, slots=True)
class PairPart:
    """What a row takes from a pair, where its person and its vacancy are chosen and all filters hold.

    Attributes
    ----------
    who
        None: everybody, everywhere.
    sides
        Products that count here rather than for all pairs.
    base
        Added to the amount.
    resource
        Whose uses, for `Amount.USES`.
    """

    who: Chosen | None = None
    filters: tuple[Filter, ...] = ()
    sides: tuple[Sides, ...] = ()
    amount: Amount = Amount.NOTHING
    base: int = 0
    resource: int = -1


@dataclass(frozen=True, slots=True)
class Member:
    """A limit that is one of many of a sort: nobody, and no vacancy, has to do with more than one of them.

    Attributes
    ----------
    number
        Whose it is: an employer, an agency, a coach, a job.
    """

    family: "FamilyName"
    number: int


class FamilyName(StrEnum):
    """Sorts of limits of which each pair meets at most one."""

    PLACED = "employers' people"
    SUPPORTED = "employers' people who need support"
    AGENCY = "agencies' people"
    COACH = "coaches' hours"
    JOB = "jobs' people"


@dataclass(frozen=True, slots=True)
class Family:
    """What the limits of one sort take from pairs.

    Attributes
    ----------
    number
        int32, per person or per vacancy: whose limit it meets, -1 nobody's.
    by_person
        The numbers are people's.
    sides
        What a pair weighs there.
    """

    number: NDArray[np.int32]
    by_person: bool
    sides: Sides


@dataclass(frozen=True, slots=True)
class Entry:
    """One limit with what pairs weigh on it: `sides` for all pairs, `parts` pair by pair, `member` for one of many of a sort."""

    row: Row
    sides: tuple[Sides, ...] = ()
    parts: tuple[PairPart, ...] = ()
    member: Member | None = None
