"""The columns of every file a sample writes, in order and with the types of the input contract."""

from typing import Final

import pyarrow as pa

_TEXTS: Final = pa.list_(pa.string())
_LANGUAGES: Final = pa.list_(pa.struct([("language", pa.string()), ("level", pa.string())]))
_USES: Final = pa.list_(pa.struct([("resource_id", pa.string()), ("amount", pa.int64())]))

# Residence is a pc4 only: coordinates of a home would say more about a person than a match needs.
_CANDIDATES: Final = (
    ("candidate_id", pa.string()), ("pc4", pa.string()), ("skills", _TEXTS), ("loonwaarde_pct", pa.float64()),
    ("lks_eligible", pa.bool_()),
    ("ladder_step", pa.int8()), ("ladder_potential", pa.int8()), ("hours_min", pa.float64()), ("hours_max",
    pa.float64()),
    ("available_from", pa.date32()), ("available_until", pa.date32()), ("travel_max_km", pa.float64()),
    ("travel_max_min", pa.float64()),
    ("transport", _TEXTS), ("licences", _TEXTS), ("certificates", _TEXTS), ("languages", _LANGUAGES),
    ("education_level", pa.int8()),
    ("age", pa.int16()), ("shifts", _TEXTS), ("contracts", _TEXTS), ("needs_support", pa.bool_()), ("coach_hours",
    pa.float64()),
    ("agency_id", pa.string()), ("region", pa.string()), ("motivation", pa.int8()), ("months_on_benefit", pa.int16()),
    ("occupations_wanted", _TEXTS), ("consent", pa.bool_()), ("share_agencies", _TEXTS), ("arm", pa.string()),
    ("priority", pa.float64()),
    ("p_alone", pa.float64()),
)  # fmt: skip
_VACANCIES: Final = (
    ("vacancy_id", pa.string()), ("openings", pa.int32()), ("title", pa.string()), ("employer_id", pa.string()),
    ("agency_id", pa.string()),
    ("occupation", pa.string()), ("sector", pa.string()), ("growth_sector", pa.bool_()), ("pc4", pa.string()),
    ("lat", pa.float64()),
    ("lon", pa.float64()), ("skills_essential", _TEXTS), ("skills_optional", _TEXTS), ("loonwaarde_min_pct",
    pa.float64()),
    ("lks_accepted", pa.bool_()), ("hours_min", pa.float64()), ("hours_max", pa.float64()), ("start_date", pa.date32()),
    ("closing_date", pa.date32()), ("contract", pa.string()), ("expected_weeks", pa.float64()), ("hourly_wage",
    pa.float64()),
    ("shifts", _TEXTS), ("licences", _TEXTS), ("certificates", _TEXTS), ("loads", _TEXTS), ("language_min", _LANGUAGES),
    ("education_min", pa.int8()), ("support_available", pa.bool_()), ("lane", pa.string()), ("preferred", pa.bool_()),
    ("sroi_contract_id", pa.string()), ("instrument", pa.string()),
)  # fmt: skip
_PAIRS: Final = (
    ("candidate_id", pa.string()), ("vacancy_id", pa.string()), ("loonwaarde_pct", pa.float64()), ("travel_min",
    pa.float64()),
    ("eligible", pa.bool_()), ("pin", pa.string()), ("reason", pa.string()), ("trial_done", pa.bool_()),
)  # fmt: skip

PLAIN: Final = {
    "candidates": pa.schema(_CANDIDATES),
    "sensitive": pa.schema([("candidate_id", pa.string()), ("limitations", _TEXTS), ("blockers", _TEXTS)]),
    "audit": pa.schema(
        [("candidate_id", pa.string()), ("sex", pa.string()), ("age_band", pa.string()), ("origin", pa.string())]
    ),
    "vacancies": pa.schema(_VACANCIES),
    "pairs": pa.schema(_PAIRS),
    "places": pa.schema([("pc4", pa.string()), ("lat", pa.float64()), ("lon", pa.float64())]),
    "employers": pa.schema([("employer_id", pa.string()), ("name", pa.string()), ("preferred", pa.bool_())]),
    "agencies": pa.schema([("agency_id", pa.string()), ("name", pa.string()), ("admitted_until", pa.date32())]),
}
# What a sample with limits adds: columns to files that are there, and files of its own.
EXTRA: Final = {
    "candidates": pa.schema([("coach_id", pa.string()), ("uses", _USES)]),
    "vacancies": pa.schema([("job_id", pa.string()), ("support_hours", pa.float64()), ("uses", _USES)]),
    "pairs": pa.schema([("uses", _USES)]),
    "employers": pa.schema([("max_placements", pa.int32()), ("max_supported", pa.int32())]),
    "agencies": pa.schema([("max_placements", pa.int32())]),
    "coaches": pa.schema([("coach_id", pa.string()), ("hours_per_week", pa.float64())]),
    "resources": pa.schema([("resource_id", pa.string()), ("capacity", pa.int64()), ("minimum", pa.int64())]),
}


def tables(limits: bool) -> dict[str, pa.Schema]:
    """The files of a sample by name, each with its columns."""
    if not limits:
        return dict(PLAIN)
    both = {name: pa.schema([*plain, *EXTRA.get(name, ())]) for name, plain in PLAIN.items()}
    return both | {name: extra for name, extra in EXTRA.items() if name not in PLAIN}
