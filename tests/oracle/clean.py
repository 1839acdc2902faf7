"""From a dirty bundle to clean rows, one cell at a time (contract, sections 0 and 1)."""

from __future__ import annotations

import math
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Row = dict[str, Any]
Faults = dict[tuple[str, int], set[tuple[str, str]]]

SHIFTS = frozenset({"day", "evening", "night", "weekend"})
TRANSPORT = frozenset({"walk", "bike", "moped", "public_transport", "car"})
LANES = frozenset({"regular", "supported", "training", "activation"})
CONTRACTS = frozenset(
    {
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
    }
)
CEFR = ("a0", "a1", "a2", "b1", "b2", "c1", "c2")


@dataclass(frozen=True)
class Column:
    """What one column holds: kind, range (both ends included), codes, and whether null rejects the row."""

    kind: str  # id, text, code, int, float, bool, date, ids, texts, languages, uses
    low: Decimal | None = None
    high: Decimal | None = None
    codes: frozenset[str] | None = None
    required: bool = False


def _number(kind: str, low: object = None, high: object = None, *, required: bool = False) -> Column:
    bound = [None if x is None else Decimal(str(x)) for x in (low, high)]
    return Column(kind, bound[0], bound[1], required=required)


ID = Column("id")
KEY = Column("id", required=True)
TEXT = Column("text")
TEXTS = Column("texts")
BOOL = Column("bool")
DATE = Column("date")
HOURS = _number("float", 0, 168)
REACH = _number("float", 0, 1_000_000)
PERCENT = _number("float", 0, 100)
CHANCE = _number("float", 0, 1)
STEP = _number("int", 1, 6)
MOST = _number("int", 0, 2**31 - 1)
AMOUNT = _number("int", 0, 2**63 - 1)
USES = Column("uses")
PLACE = {"pc4": ID, "lat": _number("float", -90, 90), "lon": _number("float", -180, 180)}

COLUMNS: dict[str, dict[str, Column]] = {
    "candidates": {
        "candidate_id": KEY,
        **PLACE,
        "skills": TEXTS,
        "loonwaarde_pct": PERCENT,
        "lks_eligible": BOOL,
        "ladder_step": STEP,
        "ladder_potential": STEP,
        "hours_min": HOURS,
        "hours_max": HOURS,
        "available_from": DATE,
        "available_until": DATE,
        "travel_max_km": REACH,
        "travel_max_min": REACH,
        "transport": Column("texts", codes=TRANSPORT),
        "licences": TEXTS,
        "certificates": TEXTS,
        "languages": Column("languages"),
        "education_level": STEP,
        "age": _number("int", 0, 130),
        "shifts": Column("texts", codes=SHIFTS),
        "contracts": Column("texts", codes=CONTRACTS),
        "limitations": TEXTS,
        "blockers": TEXTS,
        "needs_support": BOOL,
        "coach_hours": HOURS,
        "coach_id": ID,
        "agency_id": ID,
        "region": TEXT,
        "motivation": _number("int", 1, 5),
        "months_on_benefit": _number("int", 0, 32_767),
        "occupations_wanted": TEXTS,
        "consent": BOOL,
        "share_agencies": Column("ids"),
        "arm": Column("code", codes=frozenset({"treatment", "control"})),
        "priority": _number("float", "0.001", 1000),
        "p_alone": CHANCE,
        "uses": USES,
    },
    "vacancies": {
        "vacancy_id": KEY,
        "openings": _number("int", 0, 2**31 - 1, required=True),
        "title": TEXT,
        "employer_id": ID,
        "agency_id": ID,
        "job_id": ID,
        "occupation": TEXT,
        "sector": TEXT,
        "growth_sector": BOOL,
        **PLACE,
        "skills_essential": TEXTS,
        "skills_optional": TEXTS,
        "loonwaarde_min_pct": PERCENT,
        "lks_accepted": BOOL,
        "hours_min": HOURS,
        "hours_max": HOURS,
        "start_date": DATE,
        "closing_date": DATE,
        "contract": Column("code", codes=CONTRACTS),
        "expected_weeks": _number("float", 0, 32_767),
        "hourly_wage": _number("float", 0),
        "shifts": Column("texts", codes=SHIFTS),
        "licences": TEXTS,
        "certificates": TEXTS,
        "loads": TEXTS,
        "language_min": Column("languages"),
        "education_min": STEP,
        "support_available": BOOL,
        "support_hours": HOURS,
        "lane": Column("code", codes=LANES),
        "preferred": BOOL,
        "sroi_contract_id": ID,
        "instrument": TEXT,
        "uses": USES,
    },
    "pairs": {
        "candidate_id": KEY,
        "vacancy_id": KEY,
        "loonwaarde_pct": PERCENT,
        "travel_min": REACH,
        "travel_km": REACH,
        "p_durable": CHANCE,
        "p_start": CHANCE,
        "value": _number("int", -(2**63), 2**63 - 1),
        "eligible": BOOL,
        "pin": Column("code", codes=frozenset({"forbid", "must"})),
        "reason": TEXT,
        "trial_done": BOOL,
        "uses": USES,
    },
    "places": {"pc4": KEY, "lat": PLACE["lat"], "lon": PLACE["lon"]},
    "agencies": {"agency_id": KEY, "name": TEXT, "admitted_until": DATE, "max_placements": MOST},
    "employers": {
        "employer_id": KEY,
        "name": TEXT,
        "preferred": BOOL,
        "max_placements": MOST,
        "max_supported": MOST,
    },
    "coaches": {"coach_id": KEY, "hours_per_week": HOURS},
    "resources": {"resource_id": KEY, "capacity": AMOUNT, "minimum": AMOUNT},
    "sensitive": {"candidate_id": KEY, "limitations": TEXTS, "blockers": TEXTS},
}


KEY_OF = {
    "candidates": "candidate_id",
    "vacancies": "vacancy_id",
    "agencies": "agency_id",
    "employers": "employer_id",
    "coaches": "coach_id",
    "resources": "resource_id",
}


# --- single cells -------------------------------------------------------------------------------------------------


def rhe(value: Fraction | Decimal | int) -> int:
    """Round half to even."""
    return round(Fraction(value))


def clean_text(raw: str | None) -> str | None:
    """NFC, trimmed, case-folded; blank is null."""
    if raw is None:
        return None
    return unicodedata.normalize("NFC", raw).strip().casefold() or None


def clean_id(raw: str | None) -> str | None:
    """Trimmed only; blank is null."""
    return None if raw is None else raw.strip() or None


class BadCell(Exception):
    """The cell rejects its row, with this code."""


def clean_number(raw: object) -> Decimal | None:
    """A finite number from its decimal text; NaN is null."""
    if raw is None:
        return None
    if isinstance(raw, float):
        if math.isnan(raw):
            return None
        if math.isinf(raw):
            raise BadCell("NOT_FINITE")
        return Decimal(repr(raw))
    return Decimal(raw)  # type: ignore[arg-type]


def clean_list(raw: Iterable[str | None] | None, codes: frozenset[str] | None) -> list[str] | None:
    """Clean elements in the order given; nulls, blanks, repeats and unknown codes dropped."""
    if raw is None:
        return None
    kept: list[str] = []
    for element in raw:
        text = clean_text(element)
        if text is not None and text not in kept and (codes is None or text in codes):
            kept.append(text)
    return kept


def clean_languages(raw: Iterable[Mapping[str, str | None] | None] | None) -> list[tuple[str, int | None]] | None:
    """Pairs of language and level (0 for A0 to 6 for C2, None for unknown); unknown CEFR codes are dropped whole."""
    if raw is None:
        return None
    kept: list[tuple[str, int | None]] = []
    for element in raw:
        if element is None:
            continue
        language, level = clean_text(element["language"]), clean_text(element["level"])
        if language is None or (level is not None and level not in CEFR):
            continue
        kept.append((language, None if level is None else CEFR.index(level)))
    return kept


def clean_uses(raw: Iterable[Mapping[str, Any] | None] | None) -> dict[str, int]:
    """What is taken of each resource; null elements are dropped, and so are repeats."""
    taken: dict[str, int] = {}
    for element in {(clean_id(e["resource_id"]), e["amount"]) for e in raw or () if e is not None}:
        name, amount = element
        if name is not None and amount is not None:
            taken[name] = taken.get(name, 0) + amount
    return taken


def clean_cell(raw: Any, column: Column) -> Any:
    """One cell; raises BadCell with a code where the cell rejects its row."""
    value: Any
    if column.kind in ("int", "float"):
        value = clean_number(raw)
        if value is not None:
            if column.kind == "int" and value != int(value):
                raise BadCell("NOT_INTEGER")
            if (column.low is not None and value < column.low) or (column.high is not None and value > column.high):
                raise BadCell("OUT_OF_RANGE")
            value = int(value) if column.kind == "int" else value
    elif column.kind == "id":
        value = clean_id(raw)
    elif column.kind == "ids":
        value = None if raw is None else [x for x in map(clean_id, raw) if x is not None]
    elif column.kind == "text":
        value = clean_text(raw)
    elif column.kind == "code":
        value = clean_text(raw)
        if value is not None and column.codes is not None and value not in column.codes:
            raise BadCell("UNKNOWN_CODE")
    elif column.kind == "texts":
        value = clean_list(raw, column.codes)
    elif column.kind == "languages":
        value = clean_languages(raw)
    elif column.kind == "uses":
        value = clean_uses(raw)
    else:
        value = raw
    if value is None and column.required:
        raise BadCell("MISSING_VALUE")
    return value


# --- the policy ---------------------------------------------------------------------------------------------------

RULES = (
    "CONTROL_ARM",
    "CLOSED",
    "FORBIDDEN",
    "DISTANCE",
    "AGENCY",
    "ADMISSION",
    "CONSENT",
    "YOUTH_NIGHT",
    "EXCLUDED",
    "LANE",
    "CONTRACT",
    "AVAILABILITY",
    "HOURS",
    "SHIFTS",
    "LICENCE",
    "CERTIFICATE",
    "LANGUAGE",
    "EDUCATION",
    "LOAD",
    "LOONWAARDE",
    "SUBSIDY",
    "SKILLS",
)
FAIL_ON_UNKNOWN = frozenset({"DISTANCE", "CONSENT", "LICENCE", "CERTIFICATE", "SKILLS"})


@dataclass
class Policy:
    """The parts of policy.toml that decide; every field has the contract's default."""

    run_date: date | None = None
    enabled: dict[str, bool] = field(default_factory=lambda: {rule: rule != "EDUCATION" for rule in RULES})
    unknown: dict[str, str] = field(default_factory=dict)  # only what the policy says itself
    default_km: Decimal = Decimal(30)
    default_min: Decimal = Decimal(90)
    skill_coverage_min: Decimal = Decimal("0.3")
    lane_steps: dict[str, tuple[int, int]] = field(
        default_factory=lambda: {"regular": (4, 6), "supported": (3, 6), "training": (2, 5), "activation": (1, 3)}
    )
    obtainable_days: dict[str, int] = field(default_factory=lambda: {"vog": 28, "vca": 21, "haccp": 14})
    lane_value: dict[str, Decimal] = field(
        default_factory=lambda: {
            "regular": Decimal(1),
            "supported": Decimal(1),
            "training": Decimal("0.5"),
            "activation": Decimal("0.25"),
        }
    )
    source: str = "rules"
    gap: Decimal | None = None
    limits: dict[str, Any] = field(default_factory=dict)  # the sections about limits, as TOML says them


def read_policy(text: str | None) -> Policy:
    """The policy of a bundle; no text is the default policy."""
    policy = Policy()
    if text is None:
        return policy
    data = tomllib.loads(text, parse_float=Decimal)
    policy.run_date = data.get("run", {}).get("run_date")
    for rule, section in data.get("rules", {}).items():
        if "enabled" in section:
            policy.enabled[rule] = section["enabled"]
        if "unknown" in section:
            policy.unknown[rule] = section["unknown"]
    rules = data.get("rules", {})
    policy.default_km = Decimal(rules.get("DISTANCE", {}).get("default_km", policy.default_km))
    policy.default_min = Decimal(rules.get("DISTANCE", {}).get("default_min", policy.default_min))
    policy.skill_coverage_min = Decimal(rules.get("SKILLS", {}).get("skill_coverage_min", policy.skill_coverage_min))
    for lane, (low, high) in rules.get("LANE", {}).get("steps", {}).items():
        policy.lane_steps[lane] = (low, high)
    for code, days in rules.get("CERTIFICATE", {}).get("obtainable_days", {}).items():
        key = clean_text(code)
        assert key is not None
        policy.obtainable_days[key] = days
    for lane, weight in data.get("value", {}).get("lane", {}).items():
        policy.lane_value[lane] = Decimal(weight)
    policy.source = data.get("pairing", {}).get("source", "rules")
    gap = data.get("solve", {}).get("gap")
    policy.gap = None if gap is None else Decimal(gap)
    policy.limits = {name: data[name] for name in ("quota", "budget", "distinct", "durable_share") if name in data}
    return policy


# --- the tables ---------------------------------------------------------------------------------------------------


@dataclass
class World:
    """Everything a pair is judged on: accepted rows, the policy, the run date, and what was rejected."""

    policy: Policy
    run_date: date
    persons: dict[str, Row]
    vacancies: dict[str, Row]
    facts: dict[tuple[str, str], Row]
    places: dict[str, tuple[float, float]]
    admitted_until: dict[str, date | None]
    organisations: dict[str, dict[str, Row]]  # accepted rows of employers, agencies, coaches and resources, by id
    faults: Faults
    distance_off: bool = False


def clean_rows(file: str, table: pa.Table | None, faults: Faults) -> dict[int, Row]:
    """Cleaned rows by 1-based row number, bad ones included (with nulls); what is wrong goes to ``faults``."""
    rows: dict[int, Row] = {}
    for number, raw in enumerate([] if table is None else table.to_pylist(), start=1):
        row: Row = {}
        for name, column in COLUMNS[file].items():
            try:
                row[name] = clean_cell(raw.get(name), column)
            except BadCell as bad:
                row[name] = None
                faults.setdefault((file, number), set()).add((name, str(bad)))
        if (
            "hours_min" in row
            and None not in (row["hours_min"], row["hours_max"])
            and row["hours_min"] > row["hours_max"]
        ):
            faults.setdefault((file, number), set()).update(
                {("hours_min", "MIN_ABOVE_MAX"), ("hours_max", "MIN_ABOVE_MAX")}
            )
        rows[number] = row
    return rows


def reject_repeats(file: str, rows: Mapping[int, Row], key: tuple[str, ...], faults: Faults) -> None:
    """Rows that share a key are all rejected."""
    seen: dict[tuple[Any, ...], list[int]] = {}
    for number, row in rows.items():
        name = tuple(row[column] for column in key)
        if None not in name:
            seen.setdefault(name, []).append(number)
    for numbers in seen.values():
        if len(numbers) > 1:
            for number in numbers:
                faults.setdefault((file, number), set()).update((column, "DUPLICATE_ID") for column in key)


def accepted(file: str, rows: Mapping[int, Row], faults: Faults) -> dict[int, Row]:
    """The rows without a fault."""
    return {number: row for number, row in rows.items() if (file, number) not in faults}


def clean_places(table: pa.Table | None, faults: Faults) -> dict[str, tuple[float, float]]:
    """pc4 to latitude and longitude; two rows for one pc4 must agree."""
    rows = clean_rows("places", table, faults)
    by_pc4: dict[str, list[int]] = {}
    for number, row in accepted("places", rows, faults).items():
        by_pc4.setdefault(row["pc4"][:4], []).append(number)
    places = {}
    for pc4, numbers in by_pc4.items():
        found = {(rows[number]["lat"], rows[number]["lon"]) for number in numbers}
        if len(found) > 1:
            for number in numbers:
                faults.setdefault(("places", number), set()).add(("pc4", "DUPLICATE_ID"))
        else:
            lat, lon = found.pop()
            if lat is not None and lon is not None:
                places[pc4] = (float(lat), float(lon))
    return places


def add_sensitive(table: pa.Table | None, persons: dict[str, Row], numbers: Mapping[str, int], faults: Faults) -> None:
    """Fill limitations and blockers from the file kept apart; a column known in both files rejects both rows."""
    rows = clean_rows("sensitive", table, faults)
    reject_repeats("sensitive", rows, ("candidate_id",), faults)
    for number, row in rows.items():
        name = row["candidate_id"]
        if name is not None and name not in persons:
            faults.setdefault(("sensitive", number), set()).add(("candidate_id", "DANGLING_REFERENCE"))
    for number, row in accepted("sensitive", rows, faults).items():
        name = row["candidate_id"]
        for column in ("limitations", "blockers"):
            if persons[name][column] is not None and row[column] is not None:
                faults.setdefault(("sensitive", number), set()).add((column, "IN_TWO_FILES"))
                faults.setdefault(("candidates", numbers[name]), set()).add((column, "IN_TWO_FILES"))
    for name in [name for name in persons if ("candidates", numbers[name]) in faults]:
        del persons[name]
    for row in accepted("sensitive", rows, faults).values():
        for column in ("limitations", "blockers"):
            if row[column] is not None:
                persons[row["candidate_id"]][column] = row[column]


def clean_pairs(
    table: pa.Table | None, persons: Mapping[str, Row], vacancies: Mapping[str, Row], faults: Faults
) -> dict[tuple[str, str], Row]:
    """Known facts by (candidate_id, vacancy_id)."""
    rows = clean_rows("pairs", table, faults)
    reject_repeats("pairs", rows, ("candidate_id", "vacancy_id"), faults)
    for number, row in rows.items():
        for column, known in (("candidate_id", persons), ("vacancy_id", vacancies)):
            if row[column] is not None and row[column] not in known:
                faults.setdefault(("pairs", number), set()).add((column, "DANGLING_REFERENCE"))
    return {(row["candidate_id"], row["vacancy_id"]): row for row in accepted("pairs", rows, faults).values()}


def place_of(row: Row, places: Mapping[str, tuple[float, float]]) -> tuple[float, float] | None:
    """lat with lon wins over pc4; a pc4 that places lacks is an unknown place."""
    if row["lat"] is not None and row["lon"] is not None:
        return float(row["lat"]), float(row["lon"])
    return None if row["pc4"] is None else places.get(row["pc4"][:4])


def read_world(tables: Mapping[str, pa.Table], policy_text: str | None, run_date: date | None) -> World:
    """Clean every table of a bundle; the given run date wins over the policy's, which wins over today."""
    policy = read_policy(policy_text)
    faults: Faults = {}
    places = clean_places(tables.get("places"), faults)
    keyed: dict[str, dict[str, Row]] = {}
    numbers: dict[str, dict[str, int]] = {}
    for file, key in KEY_OF.items():
        rows = clean_rows(file, tables.get(file), faults)
        reject_repeats(file, rows, (key,), faults)
        keyed[file] = {row[key]: row for row in accepted(file, rows, faults).values()}
        numbers[file] = {row[key]: number for number, row in accepted(file, rows, faults).items()}
    persons, vacancies = keyed["candidates"], keyed["vacancies"]
    for raw in ("candidates", "vacancies"):
        unsupported = {"openings_min"}.intersection(tables[raw].column_names)
        assert not unsupported, f"the oracle does not know {unsupported}"
    add_sensitive(tables.get("sensitive"), persons, numbers["candidates"], faults)
    facts = clean_pairs(tables.get("pairs"), persons, vacancies, faults)
    for row in (*persons.values(), *vacancies.values()):
        row["place"] = place_of(row, places)
    distance_off = any(
        10 * sum(row["place"] is not None for row in rows.values()) < len(rows) for rows in (persons, vacancies)
    )
    return World(
        policy=policy,
        run_date=run_date or policy.run_date or date.today(),
        persons=persons,
        vacancies=vacancies,
        facts=facts,
        places=places,
        admitted_until={name: row["admitted_until"] for name, row in keyed["agencies"].items()},
        organisations={file: keyed[file] for file in ("employers", "agencies", "coaches", "resources")},
        faults=faults,
        distance_off=distance_off,
    )


def read_folder(folder: Path) -> tuple[dict[str, pa.Table], str | None]:
    """Tables and policy text of a bundle on disk."""
    tables = {path.stem: pq.read_table(path) for path in sorted(folder.glob("*.parquet"))}
    policy = folder / "policy.toml"
    return tables, policy.read_text(encoding="utf-8") if policy.exists() else None
