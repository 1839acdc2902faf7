"""What can become of a person between two runs, and what can bring it about."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What became of a person."""

    SAME = "same"
    MOVED = "moved"
    PLACED = "placed"
    LOST = "lost"
    NEW_PLACED = "new_placed"
    NEW_WITHOUT = "new_without"
    GONE_PLACED = "gone_placed"
    GONE_WITHOUT = "gone_without"
    WITHOUT = "without"


CHANGED = tuple(kind for kind in Kind if kind not in (Kind.SAME, Kind.WITHOUT))
"""Kinds that are changes, and so have a cause."""


class Cause(StrEnum):
    """Why, in the order in which it is looked for: the first that applies is named."""

    WORK = "work"
    DECLINED = "declined"
    ENDED = "ended"
    PERSON_NEW = "person_new"
    PERSON_GONE = "person_gone"
    PERSON_CHANGED = "person_changed"
    PAIR_CHANGED = "pair_changed"
    VACANCY_GONE = "vacancy_gone"
    VACANCY_CLOSED = "vacancy_closed"
    VACANCY_CHANGED = "vacancy_changed"
    VACANCY_NEW = "vacancy_new"
    POLICY = "policy"
    DATA_OR_COMPETITION = "data_or_competition"
    COMPETITION = "competition"
    VERSION = "version"
    DAY = "day"
    CHOICE = "choice"


class Family(StrEnum):
    """What a manager asks: was it the data, an answer, our own rules, or the others?"""

    ANSWER = "answer"
    DATA = "data"
    POLICY = "policy"
    COMPETITION = "competition"
    VERSION = "version"
    DAY = "day"
    CHOICE = "choice"


FAMILY: Mapping[Cause, Family] = MappingProxyType(
    {
        **dict.fromkeys((Cause.WORK, Cause.DECLINED, Cause.ENDED), Family.ANSWER),
        **dict.fromkeys((Cause.DATA_OR_COMPETITION, Cause.COMPETITION), Family.COMPETITION),
        **{cause: Family(cause.value) for cause in (Cause.POLICY, Cause.VERSION, Cause.DAY, Cause.CHOICE)},
        **{cause: Family.DATA for cause in Cause if cause.value.startswith(("person_", "pair_", "vacancy_"))},
    }
)


def kind_of(known: tuple[bool, bool], was: str | None, now: str | None) -> Kind:
    """What became of somebody.

    Parameters
    ----------
    known
        Whether the first and the second run know the person.
    was, now
        The vacancy in the first and in the second run, None for none.
    """
    match known:
        case (False, _):
            return Kind.NEW_WITHOUT if now is None else Kind.NEW_PLACED
        case (_, False):
            return Kind.GONE_WITHOUT if was is None else Kind.GONE_PLACED
    if was == now:
        return Kind.WITHOUT if was is None else Kind.SAME
    if was is None:
        return Kind.PLACED
    return Kind.LOST if now is None else Kind.MOVED
