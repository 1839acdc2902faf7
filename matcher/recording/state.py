"""What is known about every pair that was ever proposed, and what a newer plan makes of it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

PROPOSED, ACCEPTED, STARTED, ENDED = "proposed", "accepted", "started", "ended"
HELD = frozenset({ACCEPTED, STARTED})
DECLINED = frozenset({"declined_candidate", "declined_employer"})
_LIFE = ("proposed", "declined_candidate", "declined_employer", "accepted", "started", "ended")
"""How far on a status is: of two of one day the later one in this row counts."""


class Pair(NamedTuple):
    """A person at a vacancy."""

    candidate_id: str
    vacancy_id: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a pair; ``day`` is None where nobody knows since when."""

    status: str
    day: dt.date | None

    @property
    def order(self) -> tuple[dt.date, int]:
        """Later ones count; an unknown day is before all others."""
        return self.day or dt.date.min, _LIFE.index(self.status)

    def in_force(self, on: dt.date, retry_days: int) -> bool:
        """Whether it is a decline that still forbids its pair on a day."""
        return self.status in DECLINED and (self.day is None or (on - self.day).days < retry_days)


Fates = Mapping[Pair, tuple[Fate, ...]]
"""By pair: what is on record, the last of them counts; more than one only where a decline stays in force behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """The plan whose proposals are answered.

    Attributes
    ----------
    proposed, reserve
        The pairs of the plan, and those on shortlists.
    knew
        The plan was made with exactly the earlier records at hand: what these say was decided before its proposals were.
    """

    day: dt.date
    retry_days: int
    proposed: frozenset[Pair]
    reserve: frozenset[Pair]
    knew: bool


def folded(rows: Iterable[tuple[Pair, Fate]], *, on: dt.date, retry_days: int) -> dict[Pair, tuple[Fate, ...]]:
    """Put rows of previous.parquet together by pair, with the declines that are still in force in front of the last status."""
    found: dict[Pair, set[Fate]] = {}
    for pair, fate in rows:
        found.setdefault(pair, set()).add(fate)
    return {pair: _kept(fates, on, retry_days) for pair, fates in sorted(found.items())}


def proposed_again(earlier: Fates, night: Night) -> dict[Pair, tuple[Fate, ...]]:
    """What holds once a plan was made, before anybody answered.

    Its proposals are on record from its day on; one that was open before keeps its first day, who has work keeps it. Proposals that it
    does not make any more, and endings and declines older than ``retry_days``, are forgotten.
    """
    after = remembered(earlier, night)
    for pair in night.proposed:
        fates = earlier.get(pair, ())
        # What the plan knew had come to an end, and was proposed anew; anything else was recorded since.
        forbidden = any(fate.in_force(night.day, night.retry_days) for fate in fates)
        over = night.knew and bool(fates) and fates[-1].status == ENDED and not forbidden
        expired = bool(fates) and fates[-1].status in DECLINED and not forbidden
        if not fates or over or expired:
            after[pair] = said_since(fates, Fate(PROPOSED, night.day), night)
    return dict(sorted(after.items()))


def remembered(fates: Fates, night: Night) -> dict[Pair, tuple[Fate, ...]]:
    """Leave out what means nothing any more, of pairs that the plan does not propose."""
    after = {}
    for pair, told in fates.items():
        if pair in night.proposed or not _forgotten(pair, told[-1], night):
            after[pair] = told
        elif still := tuple(fate for fate in told if fate.in_force(night.day, night.retry_days)):
            after[pair] = still
    return after


def said_since(fates: tuple[Fate, ...], new: Fate, night: Night) -> tuple[Fate, ...]:
    """Put what is said about a pair behind what was on record."""
    return _kept(
        {*(one for one in fates if one.in_force(night.day, night.retry_days)), new},
        night.day,
        night.retry_days,
        last=new,
    )


def _kept(fates: set[Fate], on: dt.date, retry_days: int, *, last: Fate | None = None) -> tuple[Fate, ...]:
    last = last or max(fates, key=lambda fate: fate.order)
    behind = [fate for fate in fates - {last} if fate.in_force(on, retry_days)]
    if last.status in DECLINED:
        behind = [fate for fate in behind if fate.day is None]
    return (*sorted(behind, key=lambda fate: fate.order), last)


def _forgotten(pair: Pair, last: Fate, night: Night) -> bool:
    if last.status == PROPOSED:
        return pair not in night.reserve
    if last.status in DECLINED:
        return not last.in_force(night.day, night.retry_days)
    return last.status == ENDED and (last.day is None or (night.day - last.day).days >= night.retry_days)
