"""One step further on what is known of a person, for vacancies that a single rule keeps away."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import CEFR, CONTRACTS, RULE_INDEX, SHIFTS, Rule
from matcher.domain.shipped import shipped
from matcher.domain.tables import DAY_UNKNOWN, NO_LIMIT
from matcher.rules.logic import FAIL
from matcher.rules.scorecard import durable_micro, points
from matcher.verdict.changes import Change, ChangeKind, Edit
from matcher.verdict.fills import MOST_VALUES, Places
from matcher.verdict.person_case import PersonCase

_EPOCH = dt.date(1970, 1, 1)
_FULL_WEEK_C = 4000
_HOUR_STEPS = 2
_HIGHEST_STEP = 6
_MOST_TRIALS = 3
_NEW_TRANSPORT = ("bike", "public_transport")


def steps(case: PersonCase, places: Places) -> Iterator[tuple[Change, Places]]:
    """Propose one step on one column.

    Parameters
    ----------
    places
        Pairs to look at, the most promising first.

    Yields
    ------
    change, places
        The change, and the pairs that only its rule keeps away: the step may or may not be enough for each of them.
    """
    failed = ~case.verdicts.passed[:, places]
    lone = failed.sum(axis=0) == 1
    for rule, propose in _STEPS.items():
        number = RULE_INDEX[rule]
        opens = places[lone & failed[number] & (case.verdicts.outcome[number, places] == FAIL)]
        if opens.size:
            found: dict[Any, Change] = {}
            for change in propose(case, opens):
                found.setdefault((change.kind, change.after), change)
                if len(found) == MOST_VALUES:
                    break
            for change in found.values():
                yield change, opens


def trials(case: PersonCase, places: Places) -> Iterator[tuple[Change, Places]]:
    """Propose a trial placement at the paid vacancies that fit and where it brings the most."""
    block = case.block.keep(places)
    fits = case.verdicts.eligible[places] & ~case.problem.vacancies.unpaid[block.vacancy]
    done = case.score.terms["trial_done"][places] != 0
    weight = case.ctx.policy.scorecard.trial_done.done
    p_micro = durable_micro(case.ctx, block, case.score.z[places] + weight)
    worth = points(case.ctx, block, p_micro, case.score.hours_c[places])
    gain = np.maximum(worth, -(2**61)) - case.price[block.vacancy]
    wins = np.flatnonzero(fits & ~done & (gain > 0) & (worth > 0))
    for at in wins[np.argsort(-gain[wins], kind="stable")][:_MOST_TRIALS].tolist():
        vacancy = case.id_of(int(places[at]))
        edit = Edit("pairs", "trial_done", True, vacancy_id=vacancy)
        yield Change(ChangeKind.TRIAL, None, "trial_done", None, vacancy, (edit,)), places[at : at + 1]


def _set(kind: ChangeKind, rule: Rule, column: str, before: Any, after: Any, **also: Any) -> Change:
    edits = (Edit("candidates", column, after), *(Edit("candidates", name, value) for name, value in also.items()))
    return Change(kind, rule, column, before, after, edits)


def _add(kind: ChangeKind, rule: Rule, column: str, value: Any) -> Change:
    return Change(kind, rule, column, None, value, (Edit("candidates", column, value, add=True),))


def _size(name: str) -> int:
    return int(shipped("changes")["step"][name])


def _travel(case: PersonCase, opens: Places) -> Iterator[Change]:
    people, person = case.problem.candidates, case.person
    metres, minutes = int(people.reach_km_m[person]), float(people.time_limit_min[person])
    km = metres / 1000
    if metres != NO_LIMIT:
        yield _set(ChangeKind.TRAVEL_KM, Rule.DISTANCE, "travel_max_km", km, km + _size("km"))
    if minutes != float("inf"):
        # A limit in minutes alone would take the default limit in kilometres away: that one is written down as well.
        also = {} if metres == NO_LIMIT else {"travel_max_km": km}
        yield _set(ChangeKind.TRAVEL_MIN, Rule.DISTANCE, "travel_max_min", minutes, minutes + _size("minutes"), **also)
        for mode in _NEW_TRANSPORT:
            yield _add(ChangeKind.TRANSPORT, Rule.DISTANCE, "transport", mode)


def _ladder(case: PersonCase, opens: Places) -> Iterator[Change]:
    step = int(case.problem.candidates.ladder_step[case.person])
    if 0 < step < _HIGHEST_STEP:
        yield _set(ChangeKind.LADDER, Rule.LANE, "ladder_step", step, step + 1)


def _contract(case: PersonCase, opens: Places) -> Iterator[Change]:
    for code in case.problem.vacancies.contract[_seats(case, opens)].tolist():
        yield _add(ChangeKind.CONTRACT, Rule.CONTRACT, "contracts", CONTRACTS[code])


def _availability(case: PersonCase, opens: Places) -> Iterator[Change]:
    """The latest first day that is early enough for one of them, then earlier ones; and one step longer."""
    people, days = case.problem.candidates, _size("days")
    begin, end = int(people.available_from_d[case.person]), int(people.available_until_d[case.person])
    in_time = case.problem.vacancies.start_d[_seats(case, opens)] + case.ctx.fixed.slack_days
    for rank, day in enumerate(sorted({day for day in in_time.tolist() if day < begin}, reverse=True)):
        far = begin - day > days
        kind = ChangeKind.START_FAR_EARLIER if far else ChangeKind.START_EARLIER
        yield replace(_set(kind, Rule.AVAILABILITY, "available_from", _day(begin), _day(day)), rank=rank)
    if end != DAY_UNKNOWN:
        yield _set(ChangeKind.STAY_LONGER, Rule.AVAILABILITY, "available_until", _day(end), _day(end + days))


def _hours(case: PersonCase, opens: Places) -> Iterator[Change]:
    """Half a day more or less, then a whole day."""
    people, step = case.problem.candidates, _size("hours") * 100
    fewest, most = int(people.hours_min_c[case.person]), int(people.hours_max_c[case.person])
    for rank in range(_HOUR_STEPS):
        more, less = min(most + step * (rank + 1), _FULL_WEEK_C), max(fewest - step * (rank + 1), 0)
        if 0 <= most < more:
            change = _set(ChangeKind.HOURS_MORE, Rule.HOURS, "hours_max", most / 100, more / 100)
            yield replace(change, rank=rank)
        if less < fewest:
            change = _set(ChangeKind.HOURS_LESS, Rule.HOURS, "hours_min", fewest / 100, less / 100)
            yield replace(change, rank=rank)


def _shift(case: PersonCase, opens: Places) -> Iterator[Change]:
    held = int(case.problem.candidates.shifts[case.person])
    for asked in case.problem.vacancies.shifts[_seats(case, opens)].tolist():
        missing = [name for bit, name in enumerate(SHIFTS) if (asked & ~held) >> bit & 1]
        if len(missing) == 1:
            yield _add(ChangeKind.SHIFT, Rule.SHIFTS, "shifts", missing[0])


def _licence(case: PersonCase, opens: Places) -> Iterator[Change]:
    held = set(case.problem.candidates.licences.row(case.person).tolist())
    for seat in _seats(case, opens).tolist():
        for code in case.problem.vacancies.licences.row(seat).tolist():
            if code not in held:
                yield _add(ChangeKind.LICENCE, Rule.LICENCE, "licences", case.codebook.licences[code].upper())


def _certificate(case: PersonCase, opens: Places) -> Iterator[Change]:
    held = set(case.problem.candidates.certificates.row(case.person).tolist())
    for seat in _seats(case, opens).tolist():
        missing = [one for one in case.problem.vacancies.certificates_hard.row(seat).tolist() if one not in held]
        if len(missing) == 1:
            place = list(case.codebook.certificate_codes[seat]).index(missing[0])
            word = case.codebook.certificate_words[seat][place]
            yield _add(ChangeKind.CERTIFICATE, Rule.CERTIFICATE, "certificates", word)


def _language(case: PersonCase, opens: Places) -> Iterator[Change]:
    held = case.problem.candidates.language_level[case.person]
    for seat in _seats(case, opens).tolist():
        asked = case.problem.vacancies.language_min[seat]
        short = np.flatnonzero(asked > held).tolist()
        if len(short) == 1 and asked[short[0]] == held[short[0]] + 1:
            language, level = case.codebook.languages[short[0]], CEFR[int(asked[short[0]])].upper()
            before = (language, CEFR[int(held[short[0]])].upper())
            edit = Edit("candidates", "languages", {"language": language, "level": level}, add=True)
            yield Change(ChangeKind.LANGUAGE, Rule.LANGUAGE, "languages", before, (language, level), (edit,))


def _education(case: PersonCase, opens: Places) -> Iterator[Change]:
    level = int(case.problem.candidates.education[case.person])
    if 0 < level < _HIGHEST_STEP:
        yield _set(ChangeKind.EDUCATION, Rule.EDUCATION, "education_level", level, level + 1)


def _skill(case: PersonCase, opens: Places) -> Iterator[Change]:
    held = set(case.problem.candidates.skills.row(case.person).tolist())
    for seat in _seats(case, opens).tolist():
        asked = case.problem.vacancies.essential.row(seat).tolist()
        missing = [one for one in asked if one not in held]
        if len(asked) - len(missing) + 1 >= int(case.ctx.essential_needed[seat]):
            yield _add(ChangeKind.SKILL, Rule.SKILLS, "skills", case.codebook.skills[missing[0]])


def _day(day: int) -> dt.date:
    return _EPOCH + dt.timedelta(days=day)


def _seats(case: PersonCase, opens: Places) -> NDArray[np.int64]:
    return case.block.vacancy[opens]


_STEPS: Mapping[Rule, Callable[[PersonCase, Places], Iterator[Change]]] = {
    Rule.DISTANCE: _travel,
    Rule.LANE: _ladder,
    Rule.CONTRACT: _contract,
    Rule.AVAILABILITY: _availability,
    Rule.HOURS: _hours,
    Rule.SHIFTS: _shift,
    Rule.LICENCE: _licence,
    Rule.CERTIFICATE: _certificate,
    Rule.LANGUAGE: _language,
    Rule.EDUCATION: _education,
    Rule.SKILLS: _skill,
}
