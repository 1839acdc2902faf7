"""Missing fields that stand between a person and a vacancy, and plausible values for them."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import CEFR, CONTRACTS, RULE_INDEX, SHIFTS, Rule
from matcher.domain.tables import Sets
from matcher.rules.logic import UNKNOWN
from matcher.verdict.changes import Change, ChangeKind, Edit
from matcher.verdict.person_case import PersonCase

MOST_VALUES = 60
"""Different values looked at for one field."""
_EPOCH = dt.date(1970, 1, 1)
_ADULT = 30

Places = NDArray[np.int64]
"""Places in the block of a `PersonCase`, the most promising first."""
_Values = Callable[[PersonCase, Places], Iterator[Any]]

_LOONWAARDE = (Rule.LOONWAARDE, Rule.SUBSIDY)
_FIELDS: Mapping[str, tuple[Rule, ...]] = {
    "pc4": (Rule.DISTANCE,),
    "consent": (Rule.CONSENT,),
    "age": (Rule.YOUTH_NIGHT,),
    "ladder_step": (Rule.LANE,),
    "contracts": (Rule.CONTRACT,),
    "available_from": (Rule.AVAILABILITY,),
    "shifts": (Rule.SHIFTS,),
    "licences": (Rule.LICENCE,),
    "certificates": (Rule.CERTIFICATE,),
    "languages": (Rule.LANGUAGE,),
    "education_level": (Rule.EDUCATION,),
    "limitations": (Rule.LOAD,),
    "loonwaarde_pct": _LOONWAARDE,
    "lks_eligible": _LOONWAARDE,
    "skills": (Rule.SKILLS,),
}
"""Which rules each field can settle when they fail on an unknown."""


def fills(case: PersonCase, places: Places, usual_pc4: Sequence[str]) -> Iterator[tuple[Change, Places]]:
    """Propose to fill in one field.

    Parameters
    ----------
    places
        Pairs to look at, the most promising first.
    usual_pc4
        Where most people live, most usual first: the plausible values for somebody whose home is unknown.

    Yields
    ------
    change, places
        The change, and the pairs that fail on nothing but unknowns it can settle.
    """
    failed = ~case.verdicts.passed[:, places]
    on_unknown = case.verdicts.outcome[:, places] == UNKNOWN
    for field, rules in _FIELDS.items():
        settled = np.zeros((failed.shape[0], 1), dtype=np.bool_)
        settled[[RULE_INDEX[rule] for rule in rules]] = True
        opens = places[failed.any(axis=0) & (~failed | (on_unknown & settled)).all(axis=0)]
        if not opens.size or not _is_unknown(case, field):
            continue
        rule = Rule(rules[0] if len(rules) == 1 else _first_failing(case, int(opens[0])))
        values = _pc4(usual_pc4) if field == "pc4" and usual_pc4 else _VALUES[field](case, opens)
        for rank, value in enumerate(_distinct(values)):
            yield replace(_filled(field, rule, value), rank=rank), opens


def _filled(field: str, rule: Rule, value: Any) -> Change:
    if field == "pc4" and not isinstance(value, str):
        edits = tuple(Edit("candidates", name, degrees) for name, degrees in zip(("lat", "lon"), value, strict=True))
        return Change(ChangeKind.FILL, rule, "lat", None, value, edits)
    if field == "languages":
        # What is listed already stays; an entry more decides, as the highest level counts.
        edits = tuple(Edit("candidates", field, {"language": one, "level": level}, add=True) for one, level in value)
        return Change(ChangeKind.FILL, rule, field, None, value, edits)
    held = list(value) if isinstance(value, tuple) else value
    return Change(ChangeKind.FILL, rule, field, None, value, (Edit("candidates", field, held),))


def _first_failing(case: PersonCase, place: int) -> Rule:
    return tuple(RULE_INDEX)[int(case.verdicts.first_fail[place])]


def _is_unknown(case: PersonCase, field: str) -> bool:
    """Whether the person's own field is the unknown one; a rule can also be unknown through the vacancy."""
    people, person = case.problem.candidates, case.person
    match field:
        case "pc4":
            return bool(people.place[person] < 0)
        case "loonwaarde_pct":
            return bool(people.loonwaarde_bp[person] < 0)
        case "lks_eligible":
            return bool(people.lks_eligible[person] < 0)
        case "consent":
            return bool(people.consent[person] < 0)
        case _:
            # The other rules are unknown through nothing but this field.
            return True


def _distinct(values: Iterator[Any]) -> list[Any]:
    found: dict[Any, None] = {}
    for value in values:
        found.setdefault(value)
        if len(found) == MOST_VALUES:
            break
    return list(found)


def _pc4(usual: Sequence[str]) -> Iterator[Any]:
    yield from usual


def _home(case: PersonCase, opens: Places) -> Iterator[Any]:
    places = case.problem.candidates.place
    count = np.bincount(places[places >= 0], minlength=1)
    for place in np.argsort(-count, kind="stable")[:5].tolist():
        if count[place]:
            yield float(case.problem.places.lat[place]), float(case.problem.places.lon[place])


def _consent(case: PersonCase, opens: Places) -> Iterator[Any]:
    yield True


def _age(case: PersonCase, opens: Places) -> Iterator[Any]:
    yield _ADULT


def _ladder(case: PersonCase, opens: Places) -> Iterator[Any]:
    steps = case.problem.candidates.ladder_step
    count = np.bincount(steps[steps > 0], minlength=7)[1:7]
    yield from (1 + np.argsort(-count, kind="stable")).tolist()


def _contracts(case: PersonCase, opens: Places) -> Iterator[Any]:
    yield from ((CONTRACTS[code],) for code in case.problem.vacancies.contract[_seats(case, opens)].tolist())


def _available(case: PersonCase, opens: Places) -> Iterator[Any]:
    yield _EPOCH + dt.timedelta(days=case.problem.run_d)


def _shifts(case: PersonCase, opens: Places) -> Iterator[Any]:
    for mask in case.problem.vacancies.shifts[_seats(case, opens)].tolist():
        yield tuple(name for bit, name in enumerate(SHIFTS) if mask >> bit & 1)


def _licences(case: PersonCase, opens: Places) -> Iterator[Any]:
    asked = (case.problem.vacancies.licences.row(seat).tolist() for seat in _seats(case, opens).tolist())
    for codes in _usual_first(case.problem.candidates.licences, asked):
        yield tuple(case.codebook.licences[code].upper() for code in codes)


def _certificates(case: PersonCase, opens: Places) -> Iterator[Any]:
    seats = _seats(case, opens).tolist()
    asked = (case.problem.vacancies.certificates_hard.row(seat).tolist() for seat in seats)
    spelled = {
        code: word
        for seat in reversed(seats)
        for word, code in zip(case.codebook.certificate_words[seat], case.codebook.certificate_codes[seat], strict=True)
    }
    for codes in _usual_first(case.problem.candidates.certificates, asked):
        yield tuple(spelled[code] for code in codes)


def _languages(case: PersonCase, opens: Places) -> Iterator[Any]:
    asked, held = case.problem.vacancies.language_min, case.problem.candidates.language_level[case.person]
    for seat in _seats(case, opens).tolist():
        short = np.flatnonzero(asked[seat] > held).tolist()
        yield tuple((case.codebook.languages[one], CEFR[int(asked[seat, one])].upper()) for one in short)


def _education(case: PersonCase, opens: Places) -> Iterator[Any]:
    yield from case.problem.vacancies.education_min[_seats(case, opens)].tolist()


def _no_limitations(case: PersonCase, opens: Places) -> Iterator[Any]:
    yield ()


def _loonwaarde(case: PersonCase, opens: Places) -> Iterator[Any]:
    asked = case.problem.vacancies.loonwaarde_min_bp[_seats(case, opens)]
    yield from (max(bp, 0) / 100 for bp in asked.tolist() if bp > 0)
    yield 100.0


def _lks(case: PersonCase, opens: Places) -> Iterator[Any]:
    yield True
    yield False


def _skills(case: PersonCase, opens: Places) -> Iterator[Any]:
    """As few of the asked skills as are enough, those that most people have."""
    held = case.problem.candidates.skills
    count = np.bincount(held.code, minlength=held.size)

    def enough() -> Iterator[list[int]]:
        for seat in _seats(case, opens).tolist():
            codes = case.problem.vacancies.essential.row(seat)
            usual = codes[np.argsort(-count[codes], kind="stable")]
            yield sorted(usual[: int(case.ctx.essential_needed[seat])].tolist())

    for codes in _usual_first(held, enough()):
        yield tuple(case.codebook.skills[code] for code in codes)


def _usual_first(held: Sets, wanted: Iterator[list[int]]) -> list[tuple[int, ...]]:
    """Different sets of codes, those first whose rarest code most people have."""
    count = np.bincount(held.code, minlength=held.size)
    distinct = list(dict.fromkeys(tuple(codes) for codes in wanted))
    return sorted(distinct, key=lambda codes: -min((int(count[code]) for code in codes), default=0))


def _seats(case: PersonCase, opens: Places) -> NDArray[np.int64]:
    return case.block.vacancy[opens]


_VALUES: Mapping[str, _Values] = {
    "pc4": _home,
    "consent": _consent,
    "age": _age,
    "ladder_step": _ladder,
    "contracts": _contracts,
    "available_from": _available,
    "shifts": _shifts,
    "licences": _licences,
    "certificates": _certificates,
    "languages": _languages,
    "education_level": _education,
    "limitations": _no_limitations,
    "loonwaarde_pct": _loonwaarde,
    "lks_eligible": _lks,
    "skills": _skills,
}
