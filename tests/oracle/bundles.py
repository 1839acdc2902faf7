"""Random dirty bundles: believable enough that people compete for seats, dirty enough to meet every rule.

A bundle is drawn in three steps: a profile (how permissive, how dirty, how scarce), rows with clean values of which
some are broken on purpose, and columns that spell and store those values in many of the ways users do.
"""

from __future__ import annotations

import math
import random
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

T = TypeVar("T")
Row = dict[str, Any]
Breaker = Callable[[Row, random.Random], None]

CONTRACTS = [
    "onbepaald",
    "bepaald",
    "uitzend_beding",
    "oproep",
    "uitzend",
    "detachering",
    "payroll",
    "bbl",
    "proefplaatsing",
    "werkervaringsplaats",
    "klimopbaan",
    "vrijwillig",
    "beschut",
]
SHIFTS = ["day", "evening", "night", "weekend"]
MODES = ["walk", "bike", "moped", "public_transport", "car"]
LICENCES = ["AM", "A1", "A2", "A", "B", "BE", "C1", "C1E", "C", "CE", "D1", "D1E", "D", "DE", "T"]
CERTIFICATES = ["VOG", "VCA", "HACCP", "forklift", "EHBO", "attest-café"]
SKILLS = [f"skill-{i}" for i in range(10)] + ["http://data.europa.eu/esco/skill/ab12", "café-service", "Straße kehren"]
LOADS = ["lifting", "standing", "noise", "heights", "stress"]
BLOCKERS = ["debts", "childcare", "housing", "transport", "health"]
LANGUAGES = ["nld", "eng", "ara", "tir"]
OCCUPATIONS = ["9112", "9334", "5223", "52", "911", "8332", "http://data.europa.eu/esco/occupation/cd34"]
WANTED: list[list[str]] = [[], ["9"], ["5223"], ["91", "8332"], OCCUPATIONS[-1:]]
AGENCIES = ["ag-1", "ag-2", "AG-2", "bureau é"]
TOWNS = [(52.2215, 6.8937), (52.2661, 6.7931), (52.3567, 6.6625)]
HUGE = 2**31 - 1

KINDS = {
    "candidate_id": "id",
    "vacancy_id": "id",
    "agency_id": "id",
    "employer_id": "id",
    "coach_id": "id",
    "pc4": "pc4",
    "lat": "float",
    "lon": "float",
    "skills": "texts",
    "loonwaarde_pct": "float",
    "lks_eligible": "bool",
    "ladder_step": "int8",
    "ladder_potential": "int8",
    "hours_min": "float",
    "hours_max": "float",
    "available_from": "date",
    "available_until": "date",
    "travel_max_km": "float",
    "travel_max_min": "float",
    "transport": "codes",
    "licences": "texts",
    "certificates": "texts",
    "languages": "langs",
    "education_level": "int8",
    "age": "int16",
    "shifts": "codes",
    "contracts": "codes",
    "limitations": "texts",
    "blockers": "texts",
    "needs_support": "bool",
    "coach_hours": "float",
    "region": "text",
    "motivation": "int8",
    "months_on_benefit": "int16",
    "occupations_wanted": "texts",
    "consent": "bool",
    "share_agencies": "ids",
    "arm": "text",
    "priority": "float",
    "p_alone": "float",
    "openings": "int32",
    "title": "text",
    "occupation": "text",
    "sector": "text",
    "growth_sector": "bool",
    "skills_essential": "texts",
    "skills_optional": "texts",
    "loonwaarde_min_pct": "float",
    "lks_accepted": "bool",
    "start_date": "date",
    "closing_date": "date",
    "contract": "text",
    "expected_weeks": "float",
    "hourly_wage": "float",
    "loads": "texts",
    "language_min": "langs",
    "education_min": "int8",
    "support_available": "bool",
    "support_hours": "float",
    "lane": "text",
    "preferred": "bool",
    "instrument": "text",
    "travel_min": "float",
    "travel_km": "float",
    "p_durable": "float",
    "p_start": "float",
    "value": "int64",
    "eligible": "bool",
    "pin": "text",
    "reason": "text",
    "trial_done": "bool",
    "name": "text",
    "admitted_until": "date",
    "sex": "text",
    "age_band": "text",
    "note": "text",
    "uses": "uses",
    "job_id": "id",
    "resource_id": "id",
    "max_placements": "int32",
    "max_supported": "int32",
    "hours_per_week": "float",
    "capacity": "int64",
    "minimum": "int64",
}
REQUIRED = {
    "candidates": {"candidate_id"},
    "vacancies": {"vacancy_id", "openings"},
    "pairs": {"candidate_id", "vacancy_id"},
    "places": {"pc4", "lat", "lon"},
    "agencies": {"agency_id", "admitted_until"},
    "employers": {"employer_id"},
    "coaches": {"coach_id"},
    "resources": {"resource_id"},
    "sensitive": {"candidate_id"},
    "audit": {"candidate_id"},
}


@dataclass
class Bundle:
    """Tables by file name without suffix, the policy text, and the run date they were drawn around."""

    tables: dict[str, pa.Table]
    policy: str | None
    run_date: date  # stands in the policy too, where there is one

    def write(self, directory: str | Path) -> Path:
        """Write Parquet files and policy.toml; returns the folder."""
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in self.tables.items():
            pq.write_table(table, folder / f"{name}.parquet")
        if self.policy is not None:
            (folder / "policy.toml").write_text(self.policy, encoding="utf-8")
        return folder


@dataclass
class Profile:
    """How one bundle is drawn; the numbers are probabilities."""

    rng: random.Random
    rich: bool
    kind: str = "plain"  # plain, minimal, closed, no_places, all_control
    null: float = 0.05  # a cell is null
    ask: float = 0.25  # a vacancy asks something
    give: float = 0.9  # a person can do what is asked
    agency: float = 0.2  # a vacancy runs through an agency
    scarce: float = 0.3  # a vacancy has no openings
    dirty: float = 0.0  # a text is spelled oddly, a list has odd elements
    variant: float = 0.0  # a column has another Arrow type
    absent: float = 0.0  # an optional column is left out
    bad: float = 0.0  # a row is broken
    fine: bool = False  # more decimals than the engine keeps
    tied: bool = False  # little to tell pairs apart
    pair_share: float = 0.1
    only_pairs: bool = False
    run_date: date = date(2026, 11, 21)
    starts: tuple[date, ...] = ()

    def hit(self, chance: float) -> bool:
        return self.rng.random() < chance

    def one(self, values: Sequence[T]) -> T:
        return self.rng.choice(values)

    def maybe(self, chance: float, values: Sequence[T]) -> T | None:
        return self.rng.choice(values) if self.hit(chance) else None

    def subset(self, values: Sequence[T], chance: float) -> list[T]:
        return [value for value in values if self.hit(chance)]

    def asked(self, values: Sequence[str], most: int) -> list[str] | None:
        """A vacancy's list: mostly nothing, null or empty."""
        if self.hit(self.ask):
            return self.rng.sample(list(values), self.rng.randint(1, most))
        return self.one([None, []])


def draw_profile(rng: random.Random, rich: bool) -> Profile:
    """One bundle's character."""
    p = Profile(rng, rich)
    if rich:
        p.kind = rng.choices(["plain", "minimal", "closed", "no_places", "all_control"], [88, 3, 3, 4, 2])[0]
        p.dirty, p.variant = rng.choice([0, 0.1, 0.35]), rng.choice([0, 0.3, 0.7])
        p.absent, p.bad = rng.choice([0, 0.02, 0.1]), rng.choice([0, 0.02, 0.08])
        p.fine = p.hit(0.15)
    p.null = rng.choice([0, 0.02, 0.05, 0.15])
    p.ask, p.give, p.agency = rng.uniform(0.08, 0.3), rng.uniform(0.85, 0.98), rng.choice([0, 0.15, 0.35])
    p.scarce, p.tied = rng.choice([0.1, 0.5, 0.7]), p.hit(0.3)
    p.only_pairs = p.hit(0.15)
    p.pair_share = rng.choice([0.2, 0.6]) if p.only_pairs else rng.choice([0, 0.03, 0.15])
    edges = [date(2025, 7, 1), date(2026, 6, 30), date(2026, 7, 1), date(2026, 12, 20), date(2027, 12, 10)]
    p.run_date = rng.choice([*edges, date(2025, 7, 1) + timedelta(rng.randrange(1095)), date(2026, 11, 21)])
    starts = [p.run_date + timedelta(days) for days in (-20, 0, 13, 14, 21, 27, 28, 60)]
    turns = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 12, 31), date(2028, 1, 1)]
    near = [turn for turn in turns if 0 <= (turn - p.run_date).days < 60]
    p.starts = tuple(rng.sample(starts, 3) + near)
    return p


# --- rows: clean values -------------------------------------------------------------------------------------------


def draw_place(p: Profile) -> Row:
    """By pc4, by point, by both, by half a point, or nowhere."""
    town = p.rng.randrange(len(TOWNS))
    pc4 = f"75{town}{p.rng.randrange(4)}"
    lat = round(TOWNS[town][0] + p.rng.uniform(-0.04, 0.04), 5)
    lon = round(TOWNS[town][1] + p.rng.uniform(-0.06, 0.06), 5)
    if p.kind == "no_places":
        return {"pc4": None, "lat": lat if p.hit(0.05) else None, "lon": lon}
    way = p.rng.choices(["pc4", "point", "both", "half", "lacking", "none"], [30, 25, 40, 2, 1, 1 + 10 * p.null])[0]
    return {
        "pc4": pc4 if way in ("pc4", "both", "half") else "9999" if way == "lacking" else None,
        "lat": lat if way in ("point", "both") else None,
        "lon": lon if way in ("point", "both", "half") else None,
    }


def draw_person(p: Profile, name: str) -> Row:
    rng = p.rng
    eased = 1 if p.tied else 0
    group = rng.choices([True, False, None], [45, 35, 20])[0]
    level = p.maybe(0.55, [20, 30, 40, 55.5, 60, 70, 80, 99.99, 100]) if group is not False else p.maybe(0.2, [100, 80])
    low = rng.choice([0, 0, 8, 8, 12, 16, 20])
    high = rng.choice([hours for hours in (0, 8, 11.99, 12, 24, 32, 36, 40) if hours >= low and (hours or p.hit(0.1))])
    start = rng.choice(p.starts)
    first = start if p.hit(0.3) else min(p.starts)
    share = rng.uniform(0.3, 0.95)
    row = {
        "candidate_id": name,
        **draw_place(p),
        "skills": list(SKILLS) if p.tied else p.subset(SKILLS, share),
        "loonwaarde_pct": level,
        "lks_eligible": group,
        "ladder_step": rng.choices([1, 2, 3, 4, 5, 6], [1, 1, 3, 6, 6, 4])[0],
        "ladder_potential": rng.choices([None, 2, 3, 4, 5, 6], [6, 1, 2, 6, 6, 4])[0],
        "hours_min": low,
        "hours_max": high,
        "available_from": first + timedelta(rng.choices([-60, -1, 0, 14, 15], [10, 3, 3, 4, 1])[0]),
        "available_until": start + timedelta(rng.choice([-1, 0, 30, 300])) if p.hit(0.2) else None,
        "travel_max_km": None if eased else p.maybe(0.6, [0, 5, 10, 15, 20, 25, 30, 40, 60, 12.345, 35, 45]),
        "travel_max_min": p.maybe(0.25, [20, 30, 45, 60, 90, 22.5]),
        "transport": p.maybe(0.7, [[], MODES, *[[mode] for mode in MODES], ["bike", "public_transport"]]),
        "licences": [*p.subset(LICENCES, 0.1), *p.subset(["B"], 0.6), *p.subset(["CE", "DE"], 0.2)],
        "certificates": p.subset(CERTIFICATES, 0.6),
        "languages": [{"language": "nld", "level": p.maybe(0.93, ["A2", "B1", "B2", "C1", "C2"])}]
        + [{"language": code, "level": rng.choice(["A1", "B1", "C2"])} for code in p.subset(LANGUAGES, 0.5)],
        "education_level": rng.randint(1, 6),
        "age": rng.choice([15, 16, 17, 17, 18, 18, 19, 20, 21, 30, 45, 60]),
        "shifts": p.subset(SHIFTS, p.give),
        "contracts": p.subset(CONTRACTS, p.give),
        "limitations": p.subset(LOADS, 1 - p.give),
        "blockers": [] if eased else p.subset(BLOCKERS, 0.15),
        "needs_support": rng.choice([False, False, True, None]),
        "coach_hours": p.maybe(0.2, [1, 2.5]),
        "coach_id": p.maybe(0.2, ["coach-1"]),
        "region": p.maybe(0.3, ["Twente"]),
        "agency_id": p.maybe(0.12, AGENCIES),
        "motivation": 3 if eased else rng.randint(1, 5),
        "months_on_benefit": 12 if eased else rng.choice([0, 11, 12, 23, 24, 60, 400]),
        "occupations_wanted": None if eased else p.maybe(0.6, WANTED),
        "consent": rng.choices([True, False, None], [80, 8, 12])[0],
        "share_agencies": p.maybe(0.3, [[], AGENCIES[:1], AGENCIES, AGENCIES]),
        "arm": "control" if p.kind == "all_control" else rng.choices([None, "treatment", "control"], [50, 45, 5])[0],
        "priority": None if eased else p.maybe(0.3, [1, 0.001, 0.5, 2, 1.2345, 1000]),
        "p_alone": None if eased else p.maybe(0.4, [0, 0.05, 0.1, 0.333333, 0.5, 0.97, 1]),
    }
    if p.fine and p.hit(0.5):
        row |= rng.choice(
            [
                {"loonwaarde_pct": rng.choice([79.995, 69.994, 99.996, 59.985])},
                {"hours_min": 8, "hours_max": rng.choice([11.995, 11.985, 12.004, 23.999])},
                {"travel_max_km": rng.choice([12.3451, 20.00049, 9.9996])},
                {"p_alone": rng.choice([0.1234565, 0.2000004])},
            ]
        )
    return row


def draw_vacancy(p: Profile, name: str) -> Row:
    rng = p.rng
    low, high = sorted(rng.sample([0, 8, 11.99, 12, 16, 20, 24, 32, 36, 40], 2))
    lane = rng.choices([None, "regular", "supported", "training", "activation"], [30, 35, 25, 8, 3])[0]
    contract = p.maybe(0.85, [*CONTRACTS, "onbepaald", "bepaald", "bepaald", "bepaald"])
    essential = rng.sample(SKILLS, rng.choice([1, 2, 3, 4, 5, 10])) if p.hit(0.6) else None
    openings = 0 if p.hit(p.scarce) else rng.choices([1, 2, 3, 5, HUGE], [70, 15, 8, 5, 2])[0]
    start = p.maybe(0.85, p.starts)
    row = {
        "vacancy_id": name,
        "openings": openings,
        "title": p.maybe(0.5, ["Magazijn", "=cmd()", "Zorg & welzijn"]),
        "employer_id": p.maybe(0.8, ["emp-1", "emp-2", "emp-3"]),
        "agency_id": p.maybe(p.agency, AGENCIES),
        "occupation": p.maybe(0.8, OCCUPATIONS),
        "sector": p.maybe(0.3, ["10", "86"]),
        "growth_sector": rng.choice([True, False]),
        **draw_place(p),
        "skills_essential": None if p.tied else essential,
        "skills_optional": None if p.tied else p.asked(SKILLS, 4),
        "loonwaarde_min_pct": p.maybe(p.ask, [30, 40, 60, 80, 100]),
        "lks_accepted": rng.choices([True, False, None], [80, 8, 12])[0],
        "hours_min": low if p.hit(0.5) else None,
        "hours_max": high,
        "start_date": start,
        "closing_date": p.run_date + timedelta(-1 if p.kind == "closed" else rng.choices([0, 20, -1], [3, 9, 1])[0])
        if p.hit(0.5) or p.kind == "closed"
        else None,
        "contract": contract,
        "expected_weeks": p.maybe(0.7, [10, 25.9, 26, 51.99, 52, 104]),
        "hourly_wage": p.maybe(0.4, [14.99, 16]),
        "shifts": p.asked(SHIFTS, 2),
        "licences": p.asked(LICENCES[:10] if p.hit(0.5) else ["B", "AM", "B", "C"], 2),
        "certificates": p.asked(CERTIFICATES, 2),
        "loads": p.asked(LOADS, 2),
        "language_min": rng.choice(
            [
                [{"language": "nld", "level": rng.choice(["A0", "A2", "B1"])}],
                [{"language": "nld", "level": "A2"}, {"language": "eng", "level": rng.choice(["A0", "A1", None])}],
            ]
        )
        if p.hit(p.ask)
        else rng.choice([None, []]),
        "education_min": p.maybe(0.4, [1, 2, 3]),
        "support_available": rng.choice([True, False, None]),
        "support_hours": p.maybe(0.2, [2]),
        "lane": lane,
        "preferred": rng.choice([True, False, None]),
        "instrument": p.maybe(0.2, ["proefplaatsing"]),
    }
    if p.fine and p.hit(0.3):
        row |= rng.choice([{"loonwaarde_min_pct": 69.995}, {"hours_max": 11.995, "hours_min": None}])
    return row


def exact(value: float, share: str, extra: str = "0") -> float:
    """share x value + extra, as the float nearest to the decimal answer."""
    return float(Decimal(repr(value)) * Decimal(share) + Decimal(extra))


def draw_pair(p: Profile, person: Row, vacancy: Row) -> Row:
    """Known facts; most pairs know one or two things. Distances like to sit on a boundary of the person's."""
    rng = p.rng
    some = rng.choice([0.05, 0.1, 0.3])
    own_km, own_min = person["travel_max_km"] or 30, person["travel_max_min"] or 90
    near = rng.choice([("0.5", "0"), ("0.5", "0.001"), ("0.8", "0"), ("0.8", "0.001"), ("1", "0"), ("1", "0.001")])
    row = {
        "candidate_id": person["candidate_id"],
        "vacancy_id": vacancy["vacancy_id"],
        "loonwaarde_pct": p.maybe(some, [0, 25, 60, 85.25, 100]),
        "travel_min": p.maybe(some, [0, exact(own_min, "1"), exact(own_min, "1", "0.01"), exact(own_min, "0.5")]),
        "travel_km": p.maybe(some, [0, 3.2, exact(own_km, *near), exact(own_km, *near), 12.3445]),
        "p_durable": p.maybe(some, [0, 0.25, 0.5, 0.8125, 1]),
        "p_start": p.maybe(some, [0, 0.5, 0.333333, 0.9, 1]),
        "value": p.maybe(some, [-5, 0, 1, 400_000, 700_000, 700_000, 1_500_000]),
        "eligible": p.maybe(some, [True, True, False]),
        "pin": p.maybe(some / 3, ["forbid"]),
        "reason": p.maybe(some, ["on request", "=1+1"]),
        "trial_done": p.maybe(some, [True, True, False]),
    }
    if row["value"] is not None and p.hit(0.02):
        row["value"] = 10**10
    return row


def draw_other_tables(p: Profile, rows: dict[str, list[Row]]) -> None:
    """places, agencies, employers, sensitive and audit."""
    rng, people = p.rng, rows["candidates"]
    if p.kind != "no_places" and p.hit(0.95):
        rows["places"] = [
            {"pc4": f"75{t}{i}", "lat": round(lat + 0.01 * i, 4), "lon": round(lon - 0.02 * i, 4)}
            for t, (lat, lon) in enumerate(TOWNS)
            for i in range(4)
        ]
        if p.rich and p.hit(0.2):
            rows["places"].append(dict(rng.choice(rows["places"])))  # agrees with its twin
    if p.hit(0.75):
        limits = [start + timedelta(days) for start in p.starts for days in (-1, 0, 400, 800, 800)]
        rows["agencies"] = [
            {"agency_id": name, "name": name.title(), "admitted_until": p.maybe(0.85, limits)}
            for name in p.subset(AGENCIES, 0.9)
        ]
    if p.hit(0.5):
        rows["employers"] = [{"employer_id": f"emp-{i}", "name": f"Firma {i}", "preferred": p.hit(0.5)} for i in (1, 2)]
    if p.hit(0.35):
        moved = rng.choice([["limitations"], ["blockers"], ["limitations", "blockers"]])
        rows["sensitive"] = []
        for person in people:
            if p.hit(0.8):
                rows["sensitive"].append({"candidate_id": person["candidate_id"]} | {c: person[c] for c in moved})
                person.update(dict.fromkeys(moved))
    if p.hit(0.3):
        rows["audit"] = [
            {
                "candidate_id": person["candidate_id"],
                "sex": rng.choice(["f", "m"]),
                "age_band": rng.choice(["<27", "27+"]),
            }
            for person in people
            if p.hit(0.9)
        ]


def draw_names(p: Profile, prefix: str, count: int) -> list[str]:
    """Ids whose order is not their row order; some differ in case only, some hold a blank or an accent."""
    shape = p.one(["{}{}", "{}-{:03d}", "{}_{}"])
    names = [shape.format(prefix, i) for i in range(count)]
    if p.rich and count > 6:
        names[1], names[2], names[3], names[4] = (
            f"{prefix}x1",
            f"{prefix.upper()}x1",
            f"{prefix} é {count}",
            f"{prefix}X1",
        )
    p.rng.shuffle(names)
    return names


# --- broken rows --------------------------------------------------------------------------------------------------


def put(column: str, *values: Any) -> Breaker:
    """A breaker that writes one of the values."""

    def breaker(row: Row, rng: random.Random) -> None:
        row[column] = rng.choice(values)

    return breaker


def swap_hours(row: Row, rng: random.Random) -> None:
    row["hours_min"], row["hours_max"] = 24, rng.choice([12, 23.5])


INF = math.inf
BREAKERS: dict[str, list[Breaker]] = {
    "candidates": [
        put("candidate_id", None, "", "   "),
        put("loonwaarde_pct", -1, 100.5, INF),
        put("ladder_step", 0, 7, 2.5),
        put("ladder_potential", 7),
        swap_hours,
        put("hours_max", 169, INF, -INF),
        put("motivation", 0, 6, 300),
        put("age", -1, 131, 17.5),
        put("months_on_benefit", -1, 40_000),
        put("education_level", 0, 7),
        put("travel_max_km", -1, INF, 1_000_001),
        put("travel_max_min", -5),
        put("lat", 91, INF),
        put("arm", "placebo"),
        put("priority", 0, 1001, 0.0005),
        put("p_alone", 1.01, -0.1),
        put("coach_hours", -2),
    ],
    "vacancies": [
        put("vacancy_id", None, " "),
        put("openings", None, -1, 2**31, 1.5),
        put("lane", "fast"),
        put("contract", "zzp"),
        put("loonwaarde_min_pct", INF),
        swap_hours,
        put("hours_max", -1, 200),
        put("expected_weeks", -1, 40_000),
        put("hourly_wage", -0.01, INF),
        put("education_min", 7),
        put("lon", 181),
    ],
    "pairs": [
        put("candidate_id", None, "nobody"),
        put("vacancy_id", "", "nothing"),
        put("p_durable", 1.2, -0.5, INF),
        put("p_start", 2),
        put("loonwaarde_pct", 120),
        put("travel_km", -1, INF),
        put("travel_min", -1),
        put("pin", "perhaps"),
        put("value", 0.5),
    ],
    "sensitive": [put("candidate_id", None, "nobody")],
}
KEYS = {"candidates": "candidate_id", "vacancies": "vacancy_id", "sensitive": "candidate_id", "agencies": "agency_id"}


def break_rows(p: Profile, rows: dict[str, list[Row]], more: Mapping[str, list[Breaker]] | None = None) -> None:
    """Break some rows in one way or two, and repeat some keys."""
    rng = p.rng
    for file, breakers in {**BREAKERS, **(more or {})}.items():
        for row in rows.get(file, []):
            if p.hit(p.bad if file != "pairs" else p.bad / 2):
                for breaker in rng.sample(breakers, min(len(breakers), rng.choice([1, 1, 1, 2]))):
                    breaker(row, rng)
    for file, key in KEYS.items():
        table = rows.get(file, [])
        for _ in range(rng.choice([0, 1, 2]) if p.hit(min(1, 8 * p.bad)) and len(table) > 3 else 0):
            table.append({**rng.choice(table), key: rng.choice(table)[key]})
    if rows.get("pairs") and p.hit(5 * p.bad):
        rows["pairs"].append({**rng.choice(rows["pairs"]), "p_start": 0.5})
    if rows.get("places") and p.hit(2 * p.bad):
        rows["places"].append({**rows["places"][0], "lat": 52.9})
    for row in rows.get("sensitive", []):
        if p.hit(p.bad / 2):
            for person in rows["candidates"]:
                if person["candidate_id"] == row["candidate_id"]:
                    column = rng.choice(["limitations", "blockers"])
                    person[column], row[column] = ["noise"], ["noise"]


# --- columns: spelling and storage --------------------------------------------------------------------------------


def padded(p: Profile, text: str) -> str:
    """Surrounding blanks, now and then."""
    return p.one([" {}", "{} ", "\t{}  ", "{}\n", "\u00a0{}"]).format(text) if p.hit(p.dirty) else text


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def spelled(p: Profile, text: str) -> str:
    """The same text to a reader who folds case, trims and composes accents."""
    if not p.hit(p.dirty):
        return text
    change = p.one([str.upper, str.title, str.lower, str.casefold, decomposed])
    return padded(p, change(text))


def dirty_list(
    p: Profile, values: Sequence[T], respell: Callable[[Profile, T], T], strays: Sequence[T | None]
) -> list[Any]:
    """Other spellings, repeats, nulls and strays that all have to go."""
    found: list[T | None] = [respell(p, value) for value in values]
    if p.hit(p.dirty) and values:
        found.insert(p.rng.randint(0, len(found)), respell(p, p.one(values)))
    if p.hit(p.dirty):
        found.insert(p.rng.randint(0, len(found)), p.one(strays))
    return found


def spelled_language(p: Profile, value: Row) -> Row:
    level = value["level"]
    return {"language": spelled(p, value["language"]), "level": level if level is None else spelled(p, level)}


def spelled_use(p: Profile, value: Row) -> Row:
    return {**value, "resource_id": padded(p, value["resource_id"])}


def spell(p: Profile, kind: str, value: Any) -> Any:
    """One cell as a user might write it."""
    if value is None:
        return p.one(["", "  ", None]) if kind in ("text", "id") and p.hit(p.dirty) else None
    if kind == "id":
        return padded(p, value)
    if kind == "pc4":
        return padded(p, value + p.one(["", " AB", "ab"])) if p.hit(p.dirty) else value
    if kind == "text":
        return spelled(p, value)
    if kind == "texts":
        return dirty_list(p, value, spelled, [None, "", "   "])
    if kind == "codes":
        return dirty_list(p, value, spelled, [None, "", "zeppelin"])
    if kind == "ids":
        return dirty_list(p, value, padded, [None, " "])
    if kind == "langs":
        strays = [
            None,
            {"language": None, "level": "C2"},
            {"language": "tir", "level": "D9"},
            {"language": " ", "level": "B1"},
        ]
        return dirty_list(p, value, spelled_language, strays)
    if kind == "uses":
        return dirty_list(p, value, spelled_use, [None])
    return value


def text_type(p: Profile, *, inside: bool = False) -> pa.DataType:
    """A type of text; Parquet writers cannot store string views inside lists."""
    views = [] if inside else [pa.string_view()]
    return p.one([pa.large_string(), *views]) if p.hit(p.variant) else pa.string()


def list_column(p: Profile, values: list[Any], element: pa.DataType, text: bool) -> pa.Array:
    if text and p.variant and all(x is None for value in values for x in value or ()):
        element = pa.null()
    return pa.array(values, p.one([pa.list_, pa.large_list])(element) if p.hit(p.variant) else pa.list_(element))


def number_column(p: Profile, kind: str, values: list[Any]) -> pa.Array:
    known = [value for value in values if value is not None]
    whole = all(not isinstance(value, float) or value.is_integer() for value in known)
    if any(isinstance(value, float) and math.isinf(value) for value in known):
        whole, kind = False, "infinite"
    if kind.startswith("int"):
        natural = pa.type_for_alias(kind)
        bits = natural.bit_width - 1
        if whole and not p.hit(p.variant):
            fits = all(-(2**bits) <= value < 2**bits for value in known)
            return pa.array([None if v is None else int(v) for v in values], natural if fits else pa.int64())
        if whole and p.hit(0.4):
            return pa.array([None if v is None else int(v) for v in values], pa.int64())
    elif kind == "float" and p.hit(p.variant):
        decimals = [None if v is None else Decimal(repr(v)) for v in values]
        if whole and p.hit(0.4):
            return pa.array([None if v is None else int(v) for v in values], pa.int64())
        if p.hit(0.5):
            return pa.array(decimals, pa.decimal128(20, 8))
    nan = p.hit(p.variant)
    return pa.array(
        [(math.nan if nan and p.hit(0.7) else None) if v is None else float(v) for v in values], pa.float64()
    )


def column(p: Profile, name: str, values: list[Any]) -> pa.Array:
    """One column, spelled and stored in one of the ways the contract takes."""
    kind = KINDS[name]
    values = [spell(p, kind, value) for value in values]
    if all(value is None for value in values) and p.hit(p.variant):
        return pa.nulls(len(values))
    if kind in ("id", "pc4", "text"):
        array = pa.array(values, text_type(p))
        if p.hit(p.variant / 3):
            return pa.array(values, p.one([pa.string(), pa.large_string()])).dictionary_encode()
        return array
    if kind in ("texts", "codes", "ids"):
        return list_column(p, values, text_type(p, inside=True), text=True)
    if kind == "langs":
        fields = [pa.field(name, text_type(p, inside=True)) for name in ("language", "level")]
        if p.hit(p.variant / 2):
            fields.reverse()
        return list_column(p, values, pa.struct(fields), text=False)
    if kind == "uses":
        fields = [("resource_id", text_type(p, inside=True)), ("amount", pa.int64())]
        return list_column(p, values, pa.struct([pa.field(*field) for field in fields]), text=False)
    if kind == "bool":
        return pa.array(values, pa.bool_())
    if kind == "date":
        return pa.array(values, pa.date32())
    return number_column(p, kind, values)


def build_table(p: Profile, file: str, rows: list[Row]) -> pa.Table:
    """Rows to a table: shuffled, with cells nulled and optional columns left out."""
    p.rng.shuffle(rows)
    required = REQUIRED[file]
    names = list(dict.fromkeys(name for row in rows for name in row))
    p.rng.shuffle(names)
    columns = {}
    for name in names:
        if name not in required and (p.hit(p.absent) or (p.kind == "minimal" and file in ("candidates", "vacancies"))):
            continue
        values = [row.get(name) for row in rows]
        if name not in required and file != "pairs":
            values = [None if p.hit(p.null) else value for value in values]
        columns[name] = column(p, name, values)
    if p.rich and p.hit(0.05):
        columns["note"] = pa.array(["free text"] * len(rows))
    return pa.table(columns)


# --- the policy ---------------------------------------------------------------------------------------------------

TURNABLE = [
    "DISTANCE",
    "ADMISSION",
    "CONSENT",
    "YOUTH_NIGHT",
    "LANE",
    "CONTRACT",
    "AVAILABILITY",
    "SHIFTS",
    "LICENCE",
    "CERTIFICATE",
    "LANGUAGE",
    "EDUCATION",
    "LOAD",
    "LOONWAARDE",
    "SUBSIDY",
    "SKILLS",
]
FIXED = {"ADMISSION", "CONSENT", "YOUTH_NIGHT"}  # never switched off


def draw_policy(p: Profile) -> str | None:
    """Policy text; none at all in one bundle of eight, unless the pairs are to be the only ones."""
    if not p.only_pairs and p.hit(0.12):
        return None
    lines = ["[run]", f"run_date = {p.run_date.isoformat()}"]
    rules: dict[str, list[str]] = {}
    for rule in [*TURNABLE, "CLOSED", "EXCLUDED", "HOURS"]:
        keys = []
        if rule in TURNABLE and p.hit(0.08):
            keys.append(f'unknown = "{p.one(["pass", "fail"])}"')
        if rule not in FIXED and p.hit(0.4 if rule == "EDUCATION" else 0.03):
            keys.append(f"enabled = {'true' if rule == 'EDUCATION' else p.one(['true', 'false', 'false'])}")
        if keys:
            rules[rule] = keys
    if p.hit(0.25):
        rules.setdefault("DISTANCE", []).append(f"default_km = {p.one([10, 25.5, 30, 50])}")
    if p.hit(0.15):
        rules.setdefault("DISTANCE", []).append(f"default_min = {p.one([20, 45.5, 90])}")
    if p.hit(0.4):
        rules.setdefault("SKILLS", []).append(f"skill_coverage_min = {p.one([0, 0.25, 0.3, 0.5, 0.6, 0.75, 1.0])}")
    for rule, keys in rules.items():
        lines += [f"[rules.{rule}]", *keys]
    if p.hit(0.25):
        lines += ["[rules.LANE.steps]", *p.subset(["regular = [3, 6]", "supported = [2, 6]", "training = [1, 6]"], 0.6)]
    if p.hit(0.3):
        extra = ["VOG = 14", "vca = 28", "forklift = 13", '"Attest-Café" = 0', '"ehbo" = 60']
        lines += ["[rules.CERTIFICATE.obtainable_days]", *p.subset(extra, 0.6)]
    if p.hit(0.3):
        extra = ["regular = 1.5", "supported = 0.333", "training = 0.75", "activation = 0.0"]
        lines += ["[value.lane]", *p.subset(extra, 0.5)]
    if p.only_pairs:
        lines += ["[pairing]", 'source = "pairs"']
    return "\n".join(lines) + "\n"


# --- the bundle ---------------------------------------------------------------------------------------------------


def random_bundle(seed: int, n_people: int, n_vacancies: int, *, rich: bool = True) -> Bundle:
    """A bundle of about this size; the same seed gives the same bundle.

    ``rich`` adds odd spelling, other Arrow types, absent columns, broken rows and strange bundles. Without it the
    tables are plain, but nulls and every rule and term still occur. Broken bundles have a few rows more: repeats.
    """
    p = draw_profile(random.Random(seed), rich)
    rows: dict[str, list[Row]] = {
        "candidates": [draw_person(p, name) for name in draw_names(p, "c", n_people)],
        "vacancies": [draw_vacancy(p, name) for name in draw_names(p, "v", n_vacancies)],
    }
    pairs = [
        draw_pair(p, person, vacancy)
        for person in rows["candidates"]
        for vacancy in rows["vacancies"]
        if p.hit(p.pair_share)
    ]
    if pairs:
        rows["pairs"] = pairs
    else:
        p.only_pairs = False
    draw_other_tables(p, rows)
    break_rows(p, rows)
    return Bundle(build_tables(p, rows), draw_policy(p), p.run_date)


def build_tables(p: Profile, rows: dict[str, list[Row]]) -> dict[str, pa.Table]:
    """Rows to tables, those without a row left out."""
    return {file: build_table(p, file, table) for file, table in rows.items() if table}
