"""The 22 hard rules (contract, section 2) for one pair, in three-valued logic: True, False, None for unknown."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from .clean import FAIL_ON_UNKNOWN, RULES, Row, World, rhe

Truth = bool | None

UNPAID = frozenset({"proefplaatsing", "werkervaringsplaats", "klimopbaan", "vrijwillig"})
SPEED_KMH = {"walk": 5, "bike": 15, "public_transport": 22, "moped": 30, "car": 45}
EXTRA_MIN = {"public_transport": 5}
EARTH_KM = 6371.0088
OVERRULED = frozenset({"DISTANCE", *RULES[RULES.index("LANE") :]})
IMPLIED = {
    "ce": ("c", "c1", "c1e", "be"),
    "de": ("d", "d1", "d1e", "be"),
    "c": ("c1", "b"),
    "d": ("d1", "b"),
    "c1e": ("c1", "be"),
    "d1e": ("d1", "be"),
    "c1": ("b",),
    "d1": ("b",),
    "be": ("b",),
    "b": ("am",),
    "a": ("a2",),
    "a2": ("a1",),
    "a1": ("am",),
}


def every(truths: Iterable[Truth]) -> Truth:
    """Joined by "and": a known failure wins over an unknown."""
    found = list(truths)
    if False in found:
        return False
    return None if None in found else True


def some(truths: Iterable[Truth]) -> Truth:
    """Joined by "or": a known pass wins over an unknown."""
    found = list(truths)
    if True in found:
        return True
    return None if None in found else False


@dataclass
class Pair:
    """One person, one vacancy, what is known about the two, and the world around them."""

    person: Row
    vacancy: Row
    fact: Row  # empty where nothing is known
    world: World

    @cached_property
    def start(self) -> date:
        return max(self.vacancy["start_date"] or self.world.run_date, self.world.run_date)

    @cached_property
    def loonwaarde_bp(self) -> int | None:
        """L in basis points."""
        for row in (self.fact, self.person):
            if row.get("loonwaarde_pct") is not None:
                return rhe(row["loonwaarde_pct"] * 100)
        return 10_000 if self.person["lks_eligible"] is False else None

    @property
    def granted(self) -> bool:
        """Somebody says that DISTANCE and the rules from LANE on count as passed; a must says so too."""
        return self.fact.get("eligible") is True or self.fact.get("pin") == "must"

    @cached_property
    def unpaid(self) -> bool:
        contract = self.vacancy["contract"]
        return contract in UNPAID or (contract is None and self.vacancy["lane"] in ("training", "activation"))

    @cached_property
    def metres(self) -> int | None:
        """Road metres."""
        if self.fact.get("travel_km") is not None:
            return rhe(self.fact["travel_km"] * 1000)
        if self.person["place"] is None or self.vacancy["place"] is None:
            return None
        return round(1300 * great_circle_km(self.person["place"], self.vacancy["place"]))

    @cached_property
    def minutes(self) -> Fraction | None:
        """Minutes one way, exact."""
        if self.fact.get("travel_min") is not None:
            return Fraction(self.fact["travel_min"])
        metres = self.metres
        if metres is None:
            return None
        modes = self.person["transport"] or ["bike"]
        return min(Fraction(metres * 60, SPEED_KMH[mode] * 1000) + EXTRA_MIN.get(mode, 0) for mode in modes)

    @cached_property
    def hours(self) -> int | None:
        """hours_week in hundredths: the smaller known hours_max of the two."""
        known = [rhe(row["hours_max"] * 100) for row in (self.person, self.vacancy) if row["hours_max"] is not None]
        return min(known, default=None)


def great_circle_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Haversine."""
    lat_a, lon_a, lat_b, lon_b = map(math.radians, (*a, *b))
    h = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(h)))


def metres_limit(km: Decimal) -> int:
    """A limit in kilometres as whole metres, rounded down."""
    return math.floor(km * 1000)


def within(value: int | Fraction | None, limit: int | Fraction) -> Truth:
    return None if value is None else value <= limit


# --- the rules, in the order of section 2 -------------------------------------------------------------------------


def control_arm(pair: Pair) -> Truth:
    return bool(pair.person["arm"] != "control")


def closed(pair: Pair) -> Truth:
    closing = pair.vacancy["closing_date"]
    return closing is None or closing >= pair.world.run_date


def forbidden(pair: Pair) -> Truth:
    return pair.fact.get("pin") != "forbid"


def distance(pair: Pair) -> Truth:
    if pair.world.distance_off:
        return True
    policy, person = pair.world.policy, pair.person
    conditions = []
    if person["travel_max_km"] is not None:
        conditions.append(within(pair.metres, metres_limit(person["travel_max_km"])))
    elif person["travel_max_min"] is None:
        conditions.append(within(pair.metres, metres_limit(policy.default_km)))
    if person["travel_max_min"] is not None:
        conditions.append(within(pair.minutes, Fraction(person["travel_max_min"])))
    elif person["transport"]:
        conditions.append(within(pair.minutes, Fraction(policy.default_min)))
    return every(conditions)


def agency(pair: Pair) -> Truth:
    own, asked = pair.person["agency_id"], pair.vacancy["agency_id"]
    return own is None or asked is None or bool(own == asked)


def admission(pair: Pair) -> Truth:
    asked = pair.vacancy["agency_id"]
    if asked is None or pair.start < date(2027, 1, 1):
        return True
    until = pair.world.admitted_until.get(asked)
    return None if until is None else until >= pair.start


def consent(pair: Pair) -> Truth:
    asked = pair.vacancy["agency_id"]
    if asked is None:
        return True
    given, named = pair.person["consent"], pair.person["share_agencies"]
    return some(
        [
            every([pair.person["agency_id"] == asked, given is not False]),
            every([given, named is None or asked in named]),
        ]
    )


def youth_night(pair: Pair) -> Truth:
    if "night" not in (pair.vacancy["shifts"] or ()):
        return True
    age = pair.person["age"]
    return None if age is None else age >= 18


def excluded(pair: Pair) -> Truth:
    return pair.fact.get("eligible") is not False


def lane(pair: Pair) -> Truth:
    level = pair.loonwaarde_bp
    if level is not None and level >= 10_000:
        return True
    steps = [pair.person[column] for column in ("ladder_step", "ladder_potential") if pair.person[column] is not None]
    if not steps:
        return None
    low, high = pair.world.policy.lane_steps[pair.vacancy["lane"] or "regular"]
    return any(low <= step <= high for step in steps)


def contract(pair: Pair) -> Truth:
    asked, wanted = pair.vacancy["contract"], pair.person["contracts"]
    if asked is None:
        return True
    return None if wanted is None else asked in wanted


def availability(pair: Pair) -> Truth:
    first: date | None
    last: date | None
    first, last = pair.person["available_from"], pair.person["available_until"]
    return every(
        [
            None if first is None else first <= pair.start + timedelta(days=14),
            last is None or last >= pair.start,
        ]
    )


def hours(pair: Pair) -> Truth:
    def at_least(high: Decimal | None, low: Decimal | None) -> bool:
        return high is None or low is None or rhe(high * 100) >= rhe(low * 100)

    person, vacancy = pair.person, pair.vacancy
    return at_least(vacancy["hours_max"], person["hours_min"]) and at_least(person["hours_max"], vacancy["hours_min"])


def shifts(pair: Pair) -> Truth:
    asked, able = pair.vacancy["shifts"], pair.person["shifts"]
    if not asked:
        return True
    return None if able is None else all(shift in able for shift in asked)


def with_implied(licences: Iterable[str]) -> set[str]:
    """The licences held, and all they imply."""
    held: set[str] = set()
    todo = list(licences)
    while todo:
        licence = todo.pop()
        if licence not in held:
            held.add(licence)
            todo.extend(IMPLIED.get(licence, ()))
    return held


def licence(pair: Pair) -> Truth:
    asked, held = pair.vacancy["licences"], pair.person["licences"]
    if not asked:
        return True
    return None if held is None else all(one in with_implied(held) for one in asked)


def obtainable(pair: Pair, code: str) -> bool:
    """Whether a certificate can be had before the start."""
    days = pair.world.policy.obtainable_days.get(code)
    if days is None:
        return False
    return pair.vacancy["start_date"] is None or pair.world.run_date + timedelta(days=days) <= pair.start


def certificate(pair: Pair) -> Truth:
    held = pair.person["certificates"]
    return every(
        True if obtainable(pair, code) else None if held is None else code in held
        for code in pair.vacancy["certificates"] or ()
    )


def language(pair: Pair) -> Truth:
    known = pair.person["languages"]
    found: list[Truth] = []
    for name, asked in pair.vacancy["language_min"] or ():
        if asked is None or asked == 0:
            continue
        if known is None:
            found.append(None)
            continue
        levels = [level for spoken, level in known if spoken == name]
        found.append(some([False, *(None if level is None else level >= asked for level in levels)]))
    return every(found)


def education(pair: Pair) -> Truth:
    asked, level = pair.vacancy["education_min"], pair.person["education_level"]
    if asked is None:
        return True
    return None if level is None else level >= asked


def load(pair: Pair) -> Truth:
    loads, limits = pair.vacancy["loads"], pair.person["limitations"]
    if not loads:
        return True
    return None if limits is None else not any(one in limits for one in loads)


def loonwaarde(pair: Pair) -> Truth:
    least, level = pair.vacancy["loonwaarde_min_pct"], pair.loonwaarde_bp
    if least is None:
        return True
    return None if level is None else level >= rhe(least * 100)


def subsidy(pair: Pair) -> Truth:
    level, target_group = pair.loonwaarde_bp, pair.person["lks_eligible"]
    no_need = level >= 10_000 if level is not None else False if target_group else None
    return some([no_need, pair.unpaid, every([pair.vacancy["lks_accepted"], target_group])])


def skills(pair: Pair) -> Truth:
    asked, held = pair.vacancy["skills_essential"], pair.person["skills"]
    least = Fraction(pair.world.policy.skill_coverage_min)
    if not asked or least == 0:
        return True
    return None if held is None else Fraction(sum(one in held for one in asked), len(asked)) >= least


JUDGES = dict(
    zip(
        RULES,
        (
            control_arm,
            closed,
            forbidden,
            distance,
            agency,
            admission,
            consent,
            youth_night,
            excluded,
            lane,
            contract,
            availability,
            hours,
            shifts,
            licence,
            certificate,
            language,
            education,
            load,
            loonwaarde,
            subsidy,
            skills,
        ),
        strict=True,
    )
)


def unknown_passes(rule: str, pair: Pair) -> bool:
    """What an unknown does: the policy's word, else the contract's default."""
    if rule in pair.world.policy.unknown:
        return pair.world.policy.unknown[rule] == "pass"
    if rule == "ADMISSION":
        return pair.start < date(2028, 1, 1)
    return rule not in FAIL_ON_UNKNOWN


@dataclass
class Verdict:
    """What the rules say of one pair; every list is in the order of section 2."""

    failed: list[str]  # every rule that fails, known or not
    failed_on_unknown: list[str]
    passed_on_unknown: list[str]

    @property
    def eligible(self) -> bool:
        return not self.failed

    @property
    def code(self) -> str | None:
        return self.failed[0] if self.failed else None

    @property
    def only_unknown(self) -> bool:
        """Not eligible, and nothing known stands in the way."""
        return bool(self.failed) and self.failed == self.failed_on_unknown


def judge(pair: Pair) -> Verdict:
    """All rules of the policy on one pair."""
    verdict = Verdict([], [], [])
    for rule in RULES:
        if not pair.world.policy.enabled[rule]:
            continue
        if pair.granted and rule in OVERRULED:
            continue
        truth = JUDGES[rule](pair)
        if truth is None:
            if unknown_passes(rule, pair):
                verdict.passed_on_unknown.append(rule)
            else:
                verdict.failed.append(rule)
                verdict.failed_on_unknown.append(rule)
        elif not truth:
            verdict.failed.append(rule)
    return verdict


def to_arrange(pair: Pair) -> list[str]:
    """Asked certificates not known to be held, in the vacancy's order."""
    held = pair.person["certificates"] or ()
    return [code for code in pair.vacancy["certificates"] or () if code not in held]
