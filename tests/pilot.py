"""The pilot of the samples under every kind of limit at once: the folder of ``matcher sample --scenario pilot --limits``, tightened."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from matcher.sample import write_sample

POLICY = """\
[run]
run_date = 2026-11-21

[[quota]]
name = "150 naar werk"
candidates = [["arm", "==", "treatment"]]
vacancies = [["lane", "in", ["regular", "supported"]], ["contract", "not_in", ["proefplaatsing", "klimopbaan"]]]
min = 150
soft = true
weight = 300000

[[quota]]
name = "jongeren in groeisectoren"
candidates = [["age", "<", 27]]
vacancies = [["growth_sector", "==", true]]
min = 7

[[quota]]
name = "deeltijd"
pairs = [["hours_week", "<", 20]]
max = 30

[[quota]]
name = "klein werk"
pairs = [["hours_week", "<", 16]]
max = 12
soft = true
weight = 150000

[[quota]]
name = "voorkeurswerkgevers"
vacancies = [["employer.preferred", "==", true]]
min_share = 0.25

[[quota]]
name = "uitzendbureaus met toelating"
vacancies = [["agency.admitted_until", ">=", 2029-01-01]]
max_share = 0.55

[[quota]]
name = "dichtbij"
pairs = [["travel_km", "<=", 6]]
min_share = 0.6
soft = true
weight = 40000

[[quota]]
name = "onzeker"
pairs = [["p_durable", "<", 0.7]]
max_share = 0.15
soft = true
weight = 90000

[[budget]]
name = "loonkostensubsidie"
unit = "lks_eur_month"
max = 20000

[[budget]]
name = "jobcoaching"
unit = "coach_hours"
max = 17.5

[[budget]]
name = "kort op bijstand"
unit = "placements"
candidates = [["months_on_benefit", "<", 24]]
max = 25

[[budget]]
name = "instrumenten voor jongeren"
unit = "instrumentbudget-eur"
candidates = [["age", "<", 35]]
max = 15000

[durable_share]
min = 0.79

[[distinct]]
column = "instrument"
max = 3

[[distinct]]
column = "agency_id"
max = 2
"""
"""Every kind of quota, every unit of a budget, filters over all that can be filtered. Most of it stands in the way of the best plan."""


RUN_DATE = date(2026, 11, 21)
PINNED = (("k-000016", "v-001935"), ("k-000084", "v-000131"), ("k-000180", "v-001152"))
"""Not what anybody would choose, but possible. The sample forbids some pairs itself."""

Rows = list[dict[str, Any]]


def write_pilot(folder: Path) -> Path:
    """Write the folder; the same every time."""
    write_sample(folder, scenario="pilot", seed=1, limits=True)
    (folder / "policy.toml").write_text(POLICY, encoding="utf-8")
    for name, changed in _CHANGED.items():
        path = folder / f"{name}.parquet"
        table = pq.read_table(path)
        pq.write_table(pa.Table.from_pylist(changed(table.to_pylist()), schema=table.schema), path)
    return folder


def _with_minimum(rows: Rows) -> Rows:
    asked: dict[str, dict[str, int]] = {
        "leerwerkplekken": {"minimum": 12, "capacity": 15},
        "busplaatsen": {"capacity": 4},
        "taalcursus": {"minimum": 3, "capacity": 9},
        "sroi-eur": {"minimum": 60_000},
        "instrumentbudget-eur": {"capacity": 45_000},
    }
    return [row | asked[row["resource_id"]] for row in rows]


def _with_cap(rows: Rows) -> Rows:
    return [row | ({"max_placements": 40} if row["agency_id"] == "a-001" else {}) for row in rows]


def _with_few_hours(rows: Rows) -> Rows:
    return [row | {"hours_per_week": row["hours_per_week"] // 3} for row in rows]


def _with_pins(rows: Rows) -> Rows:
    return [*rows, *({"candidate_id": who, "vacancy_id": where, "pin": "must"} for who, where in PINNED)]


_CHANGED: dict[str, Callable[[Rows], Rows]] = {
    "resources": _with_minimum,
    "agencies": _with_cap,
    "coaches": _with_few_hours,
    "pairs": _with_pins,
}
