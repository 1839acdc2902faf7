"""From many answers to one fate per pair: what counts, what contradicts, what is older than what is known."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from matcher.importing.report import ERROR, WARNING, Problem
from matcher.recording.answers import Answer, Place
from matcher.recording.doubts import ADVICE, NOT_USED, USED, Doubt
from matcher.recording.state import DECLINED, HELD, PROPOSED, Fate, Fates, Night, Pair, remembered, said_since

_FAR_DAYS = 366


@dataclass(frozen=True, slots=True)
class Said:
    """What one row says about a pair, with a day in any case."""

    fate: Fate
    place: Place


@dataclass(slots=True)
class Weighing:
    """What comes of it all, while it is being weighed.

    Attributes
    ----------
    fates
        As in `matcher.recording.state.Fates`.
    changed
        Pairs whose last status an answer brought about, with where it stands.
    used
        Answers that count, also those that say what is known already.
    """

    fates: dict[Pair, tuple[Fate, ...]]
    changed: dict[Pair, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    used: int = 0

    def doubt(self, place: Place, doubt: Doubt, *, used: bool = False) -> None:
        """Write down what is strange about an answer."""
        self.problems.append(
            Problem(
                file=place.file,
                row=place.row,
                column=place.heading,
                field="status",
                code=doubt.value,
                severity=WARNING if used else ERROR,
                effect=USED if used else NOT_USED,
                action=ADVICE[doubt],
            )
        )


def weighed(
    base: Fates,
    answers: Iterable[tuple[Pair | None, Answer]],
    night: Night,
    *,
    day: dt.date,
    openings: Mapping[str, int],
) -> Weighing:
    """Put answers on top of what is known.

    Of several answers about a pair the latest day counts, of one day the status further on (aangenomen, gestart, beëindigd). A decline
    beside anything else on its day is a contradiction, and none of that pair is used. What is known already yields only to what is as new.
    Who has work at one vacancy cannot start at another one before that is over.

    Parameters
    ----------
    answers
        With the pair each is about, None where the run knows no such pair.
    day
        The day of answers without one.
    openings
        By vacancy.
    """
    done = Weighing(dict(base))
    by_pair: dict[Pair, list[Said]] = {}
    for pair, answer in answers:
        if pair is None:
            done.doubt(answer.place, Doubt.UNKNOWN_PAIR)
        elif answer.day is not None and (answer.day - night.day).days > _FAR_DAYS:
            done.doubt(answer.place, Doubt.FUTURE_DATE)
        else:
            by_pair.setdefault(pair, []).append(Said(Fate(answer.status, answer.day or day), answer.place))
    for pair, told in sorted(by_pair.items()):
        last = _last(told, done)
        if last is not None:
            _put(pair, last, told, night, done)
    _one_place_each(base, by_pair, done)
    _within_openings(openings, done)
    # An answer may be about a time so long ago that it means nothing now either.
    done.fates = remembered(done.fates, night)
    return done


def _last(told: Sequence[Said], done: Weighing) -> Said | None:
    """The answer that counts; None where they contradict each other."""
    # That a proposal is still open is no news beside any other answer.
    news = [one for one in told if one.fate.status != PROPOSED] or list(told)
    newest = max(one.fate.day or dt.date.min for one in news)
    last = [one for one in news if one.fate.day == newest]
    statuses = {one.fate.status for one in last}
    if statuses & DECLINED and statuses - DECLINED:
        for one in last:
            done.doubt(one.place, Doubt.CONTRADICTION)
        return None
    if len(statuses & DECLINED) > 1:
        for one in last:
            done.doubt(one.place, Doubt.TWO_DECLINES, used=True)
        return min(last, key=lambda one: one.fate.status)
    return max(last, key=lambda one: one.fate.order)


def _put(pair: Pair, last: Said, told: Sequence[Said], night: Night, done: Weighing) -> None:
    was = done.fates.get(pair, ())
    now = was[-1] if was else None
    if last.fate.status == PROPOSED:
        done.used += len(told)
        if now is None and pair in night.reserve:
            done.fates[pair] = (Fate(PROPOSED, night.day),)
            done.changed[pair] = last.place
        return
    known_since = now.day if now is not None and now.status != PROPOSED else None
    if now is not None and known_since is not None and last.fate.day is not None and last.fate.day < known_since:
        if last.fate.status == now.status:
            done.used += len(told)
        else:
            done.doubt(last.place, Doubt.OLDER)
        return
    done.used += len(told)
    if last.fate != now:
        done.fates[pair] = said_since(was, last.fate, night)
        done.changed[pair] = last.place


def _one_place_each(base: Fates, by_pair: Mapping[Pair, Sequence[Said]], done: Weighing) -> None:
    """Take back every new place of a person who then has more than one: nobody knows which holds."""
    held: dict[str, list[Pair]] = {}
    for pair, fates in done.fates.items():
        if fates[-1].status in HELD:
            held.setdefault(pair.candidate_id, []).append(pair)
    for pairs in held.values():
        new = [pair for pair in pairs if pair in done.changed and not _had_place(base, pair)]
        if len(pairs) < 2:
            continue
        for pair in new:
            done.doubt(done.changed.pop(pair), Doubt.TWO_PLACES)
            done.used -= len(by_pair[pair])
            if pair in base:
                done.fates[pair] = base[pair]
            else:
                del done.fates[pair]


def _had_place(base: Fates, pair: Pair) -> bool:
    return pair in base and base[pair][-1].status in HELD


def _within_openings(openings: Mapping[str, int], done: Weighing) -> None:
    """Say where more people have work than a vacancy has openings: the next plan could not keep them all."""
    count = Counter(pair.vacancy_id for pair, fates in done.fates.items() if fates[-1].status in HELD)
    for pair, place in sorted(done.changed.items()):
        room = openings.get(pair.vacancy_id)
        if done.fates[pair][-1].status in HELD and room is not None and count[pair.vacancy_id] > room:
            done.doubt(place, Doubt.OVERFILLED, used=True)
