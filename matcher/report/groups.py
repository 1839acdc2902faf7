"""Who was placed, group by group: rates with intervals, and small groups left out so that nobody can be worked out from the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.report.intervals import Interval, difference_interval, rate_interval, ratio_interval

SMALLEST = 10
"""A group of fewer people is never shown."""
MOST_GROUPS = 15
"""Groups of one kind that the page shows; the largest."""


@dataclass(frozen=True, slots=True)
class Group:
    """One group as it was counted: people outside the control arm, those with a vacancy that fits, and those placed."""

    name: str
    people: int
    eligible: int
    assigned: int


@dataclass(frozen=True, slots=True)
class Compared:
    """A group beside everybody else.

    Attributes
    ----------
    rate
        Share of its people that is placed.
    difference, ratio
        That rate minus, and divided by, the rate of everybody else; None where there is nobody else, and a ratio also where none of them is
        placed.
    differs
        Chance alone would rarely make a difference this large.
    """

    group: Group
    rate: float
    rate_range: Interval
    difference: float | None
    difference_range: Interval | None
    ratio: float | None
    ratio_range: Interval | None
    differs: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown of one kind of groups: the rows, how many groups are left out as too small, and how many for want of room."""

    rows: tuple[Compared, ...]
    hidden: int
    others: int


def shown(groups: Sequence[Group], *, smallest: int = SMALLEST, most: int = MOST_GROUPS) -> Shown:
    """Choose the groups that may be shown, in the order given, and compare each with everybody else.

    A group of fewer than ``smallest`` people is hidden. The total is known, so that what is hidden could be worked out from what is not:
    therefore the next larger groups are hidden too, until at least two are and they hold ``smallest`` people together.
    """
    filled = [group for group in groups if group.people]
    total = Group("", *(sum(getattr(group, key) for group in filled) for key in ("people", "eligible", "assigned")))
    upwards = sorted(range(len(filled)), key=lambda place: (filled[place].people, filled[place].name))
    hidden = _hidden([filled[place].people for place in upwards], smallest)
    kept = set(upwards[hidden:][-most:])
    rows = tuple(_compared(group, total) for place, group in enumerate(filled) if place in kept)
    return Shown(rows, hidden, len(filled) - hidden - len(rows))


def _hidden(sizes: Sequence[int], smallest: int) -> int:
    """How many groups are hidden, the smallest first; ``sizes`` ascend."""
    hidden = sum(size < smallest for size in sizes)
    if not hidden:
        return 0
    while hidden < len(sizes) and (hidden < 2 or sum(sizes[:hidden]) < smallest):
        hidden += 1
    return hidden


def _compared(group: Group, total: Group) -> Compared:
    rate = group.assigned / group.people
    difference = ratio = difference_range = ratio_range = None
    rest, rest_assigned = total.people - group.people, total.assigned - group.assigned
    if rest:
        four = (group.assigned, group.people, rest_assigned, rest)
        difference, difference_range = rate - rest_assigned / rest, difference_interval(*four)
        if rest_assigned:
            ratio, ratio_range = rate / (rest_assigned / rest), ratio_interval(*four)
    return Compared(
        group=group,
        rate=rate,
        rate_range=rate_interval(group.assigned, group.people),
        difference=difference,
        difference_range=difference_range,
        ratio=ratio,
        ratio_range=ratio_range,
        differs=difference_range is not None and not difference_range.holds(0.0),
    )


def of_selection(rows: Sequence[Mapping[str, object]]) -> list[Group]:
    """Read the rows of one dimension of `selection_by`."""
    return [
        Group(
            name=str(row["group"]),
            people=_whole(row["people"]),
            eligible=_whole(row["eligible"]),
            assigned=_whole(row["assigned"]),
        )
        for row in rows
    ]


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value
