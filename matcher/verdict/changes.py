"""A single change in the data of one person, and what it would bring. Nothing here solves anything."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from matcher.domain.codes import Rule
from matcher.domain.shipped import shipped


class ChangeKind(StrEnum):
    """What can be proposed. Never: another age, health, trial arm or consent that was refused; nor more motivation."""

    FILL = "fill"
    TRAVEL_KM = "travel_km"
    TRAVEL_MIN = "travel_min"
    START_EARLIER = "start_earlier"
    STAY_LONGER = "stay_longer"
    HOURS_MORE = "hours_more"
    HOURS_LESS = "hours_less"
    SHIFT = "shift"
    CONTRACT = "contract"
    TRANSPORT = "transport"
    START_FAR_EARLIER = "start_far_earlier"
    TRIAL = "trial"
    CERTIFICATE = "certificate"
    SKILL = "skill"
    LANGUAGE = "language"
    LICENCE = "licence"
    LADDER = "ladder"
    EDUCATION = "education"


@dataclass(frozen=True, slots=True)
class Edit:
    """One cell of the user's own tables.

    Attributes
    ----------
    add
        The value is added to the list that stands there; else it replaces what stands there.
    vacancy_id
        For a cell of pairs.
    """

    table: Literal["candidates", "pairs"]
    column: str
    value: Any
    add: bool = False
    vacancy_id: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes
    ----------
    rule
        The rule it is about; None for a trial placement.
    column
        The column it is about.
    before, after
        What stands there and what would; ``before`` is None where it is not known, and for what is added to a list.
    edits
        The change in the user's tables; more than one cell where the contract needs it to say one thing.
    rank
        Among equally cheap changes the lower comes first: the more usual value of a missing field, the smaller step.
    """

    kind: ChangeKind
    rule: Rule | None
    column: str
    before: Any
    after: Any
    edits: tuple[Edit, ...]
    rank: int = 0

    @property
    def cost(self) -> int:
        """Place in the order of costs; lower is cheaper."""
        return int(shipped("changes")["cost"][self.kind.value])


@dataclass(frozen=True, slots=True)
class Prospect:
    """A change that brings a place, by the prices.

    Attributes
    ----------
    vacancy_id
        Where the points exceed the price by most among the vacancies that the change opens.
    gain
        Points beyond what wins the place; above 0.
    """

    change: Change
    vacancy_id: str
    points: int
    gain: int


class WhatIfState(StrEnum):
    """What is known about changes."""

    CONFIRMED = "confirmed"  # solved again with the change: it brings a place
    NO_CHANGE = "no_change"  # no single change that was looked at brings a place
    UNCONFIRMED = "unconfirmed"  # the prices promised a place, solving again did not give it
    PLACED = "placed"  # nothing to ask: the person has this place
    CONTROL_ARM = "control_arm"  # people in the control arm get no proposal, whatever changes
    NOT_PROVEN = "not_proven"  # the plan is not proven best, so its prices decide nothing


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The cheapest single change that would bring a place.

    Attributes
    ----------
    tried
        How many changes were looked at by their prices.
    change, vacancy_id, points
        The change that was confirmed, the place that the new plan gives, and what the pair is worth then.
    plan_gain
        How many points the whole plan gains.
    others
        At most three other changes that bring a place by the prices; not solved again.
    """

    state: WhatIfState
    tried: int = 0
    change: Change | None = None
    vacancy_id: str | None = None
    points: int | None = None
    plan_gain: int | None = None
    others: tuple[Change, ...] = ()
