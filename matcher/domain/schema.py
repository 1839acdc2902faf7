"""The column contract, written down once: name, kind, unit, range, meaning, and what a null says."""

from matcher.domain import codes, column
from matcher.domain.column import Column, Kind, TableSchema

__all__ = ["MOST_USED", "TABLES", "Column", "Kind", "TableSchema"]

_MANY = 1_000_000
_WEEK_H = 168
_SHORT = 32_767

CANDIDATES = TableSchema(
    name="candidates",
    meaning="one row per person, under a pseudonym",
    key=("candidate_id",),
    required=True,
    columns=(
        column.id_of("candidate_id", "pseudonym, unique", required=True),
        column.id_of("pc4", "residence: four digits of the postcode"),
        column.number("lat", -90, 90, "residence, degrees WGS84; with lon wins over pc4"),
        column.number("lon", -180, 180, "residence, degrees WGS84"),
        column.texts(
            "skills", "ESCO or CompetentNL URIs, or any code shared with vacancies; also from life experience"
        ),
        column.number("loonwaarde_pct", 0, 100, "productivity, percent of WML; a pair's own value wins"),
        column.flag("lks_eligible", "in the loonkostensubsidie target group"),
        column.whole("ladder_step", 1, 6, "participatieladder today"),
        column.whole("ladder_potential", 1, 6, "participatieladder, expected growth (groeipotentieel)"),
        column.number("hours_min", 0, _WEEK_H, "fewest hours a week"),
        column.number("hours_max", 0, _WEEK_H, "most hours a week"),
        column.day("available_from", "first day the person can start"),
        column.day("available_until", "last day the person is available"),
        column.number("travel_max_km", 0, _MANY, "own limit, road kilometres one way"),
        column.number("travel_max_min", 0, _MANY, "own limit, minutes one way"),
        column.code_list("transport", codes.TRANSPORT, "ways to travel to work"),
        column.texts("licences", "driving licences held"),
        column.texts("certificates", "certificates held: VCA, HACCP, VOG, forklift ..."),
        column.levels("languages", "ISO 639-3 language and CEFR level"),
        column.whole("education_level", 1, 6, "VUM level"),
        column.whole("age", 0, 130, "years; for youth rules and law only, never scored"),
        column.code_list("shifts", codes.SHIFTS, "shifts the person can work"),
        column.code_list("contracts", codes.CONTRACTS, "kinds of contract the person accepts"),
        column.texts("limitations", "FML-style keys, matched against vacancy loads; health data"),
        column.texts("blockers", "unresolved: debts, childcare, housing, transport ..."),
        column.flag("needs_support", "guidance at work is needed"),
        column.number("coach_hours", 0, _WEEK_H, "hours of a coach a week; 2.0 where needed and unknown"),
        column.id_of("coach_id", "coach"),
        column.id_of("agency_id", "agency that already holds the person"),
        column.text("region", "arbeidsmarktregio"),
        column.whole("motivation", 1, 5, "from 1 (low) to 5 (high)"),
        column.whole("months_on_benefit", 0, _SHORT, "months on bijstand"),
        column.texts("occupations_wanted", "ISCO-08 codes of 1-4 digits, or ESCO URIs"),
        column.flag("consent", "may be passed on to agencies"),
        Column(name="share_agencies", kind=Kind.ID_LIST, meaning="only to these agencies; null: to all"),
        column.code("arm", codes.ARMS, "trial arm", free=True),
        column.number("priority", 0.001, 1000, "policy weight, default 1, used in thousandths"),
        column.number("p_alone", 0, 1, "chance of the same durable work without this placement, default 0"),
        column.uses("what placing this person takes from resources"),
    ),
)

VACANCIES = TableSchema(
    name="vacancies",
    meaning="one row per vacancy, with its number of openings",
    key=("vacancy_id",),
    required=True,
    columns=(
        column.id_of("vacancy_id", "unique", required=True),
        column.whole("openings", 0, 2**31 - 1, "people asked for", required=True, free=True),
        Column(
            name="openings_min",
            kind=Kind.INTEGER,
            low=0,
            high=2**31 - 1,
            meaning="nobody, or at least this many",
            null_is_free=True,
            supported=False,
        ),
        column.text("title", "name of the job", free=True),
        column.id_of("employer_id", "employer", free=True),
        column.id_of("agency_id", "staffing agency; null: direct", free=True),
        column.id_of(
            "job_id",
            "the same job offered through several rows: together they fill at most the largest of their openings",
            free=True,
        ),
        column.text("occupation", "ISCO-08 code or ESCO URI", free=True),
        column.text("sector", "SBI code", free=True),
        column.flag("growth_sector", "counts as a growth sector", free=True),
        column.id_of("pc4", "workplace: four digits of the postcode", free=True),
        column.number("lat", -90, 90, "workplace, degrees WGS84; with lon wins over pc4", free=True),
        column.number("lon", -180, 180, "workplace, degrees WGS84", free=True),
        column.texts("skills_essential", "asked", free=True),
        column.texts("skills_optional", "welcome", free=True),
        column.number("loonwaarde_min_pct", 0, 100, "least loonwaarde accepted", free=True),
        column.flag("lks_accepted", "employer takes people with loonkostensubsidie", free=True),
        column.number("hours_min", 0, _WEEK_H, "fewest hours a week offered", free=True),
        column.number("hours_max", 0, _WEEK_H, "most hours a week offered", free=True),
        column.day("start_date", "first working day", free=True),
        column.day("closing_date", "last day to propose people", free=True),
        column.code("contract", codes.CONTRACTS, "kind of contract", free=True),
        column.number("expected_weeks", 0, _SHORT, "expected length in weeks", free=True),
        column.number("hourly_wage", 0, _MANY, "EUR gross an hour", free=True),
        column.code_list("shifts", codes.SHIFTS, "all are required", free=True),
        column.texts("licences", "all are required", free=True),
        column.texts("certificates", "all are required", free=True),
        column.texts("loads", "FML-style keys of what the work demands", free=True),
        column.levels("language_min", "least level per language; A0 asks nothing", free=True),
        column.whole("education_min", 1, 6, "VUM level", free=True),
        column.flag("support_available", "employer or host can guide", free=True),
        column.number("support_hours", 0, _WEEK_H, "hours a week of guidance by employer or host", free=True),
        column.code("lane", codes.LANES, "regular where null", free=True),
        column.flag("preferred", "preferred employer's vacancy", free=True),
        column.id_of("sroi_contract_id", "social return contract", free=True),
        column.text("instrument", "instrument used", free=True),
        column.uses("what one filled opening takes from resources"),
    ),
)

PAIRS = TableSchema(
    name="pairs",
    meaning="known facts about one candidate and one vacancy",
    key=("candidate_id", "vacancy_id"),
    columns=(
        column.id_of("candidate_id", "person", required=True),
        column.id_of("vacancy_id", "vacancy", required=True),
        column.number("loonwaarde_pct", 0, 100, "productivity in this job, percent of WML", free=True),
        column.number("travel_min", 0, _MANY, "minutes one way", free=True),
        column.number("travel_km", 0, _MANY, "road kilometres one way", free=True),
        column.number("p_durable", 0, 1, "own prediction; replaces the scorecard", free=True),
        column.number("p_start", 0, 1, "chance that the proposal becomes a start, default 1", free=True),
        Column(
            name="value",
            kind=Kind.INTEGER,
            low=-(2**63),
            high=2**63 - 1,
            meaning="points; replaces the pair's points",
            null_is_free=True,
        ),
        column.flag(
            "eligible", "true: DISTANCE and all rules from LANE on count as passed; false: EXCLUDED", free=True
        ),
        column.code("pin", codes.PINS, "forbid, or must: the pair is assigned, or there is no plan", free=True),
        column.text("reason", "why", free=True),
        column.flag("trial_done", "proefplaatsing done there", free=True),
        column.uses("added to the others"),
    ),
)

PLACES = TableSchema(
    name="places",
    meaning="centroids of postcodes",
    key=("pc4",),
    columns=(
        column.id_of("pc4", "four digits of the postcode", required=True),
        column.number("lat", -90, 90, "degrees WGS84", required=True),
        column.number("lon", -180, 180, "degrees WGS84", required=True),
    ),
)

EMPLOYERS = TableSchema(
    name="employers",
    meaning="employers and their limits",
    key=("employer_id",),
    columns=(
        column.id_of("employer_id", "employer", required=True),
        column.text("name", "display name"),
        column.flag("preferred", "preferred employer"),
        column.limit("max_placements", "most people placed here"),
        column.limit("max_supported", "most people who need support placed here"),
    ),
)

AGENCIES = TableSchema(
    name="agencies",
    meaning="staffing agencies",
    key=("agency_id",),
    columns=(
        column.id_of("agency_id", "agency", required=True),
        column.text("name", "display name"),
        column.limit("max_placements", "most people placed through it"),
        column.day("admitted_until", "admission under the Wtta holds until"),
    ),
)

COACHES = TableSchema(
    name="coaches",
    meaning="coaches and their hours",
    key=("coach_id",),
    columns=(
        column.id_of("coach_id", "coach", required=True),
        Column(
            name="hours_per_week",
            kind=Kind.DECIMAL,
            low=0,
            high=_MANY,
            meaning="hours a week for all people placed together",
            null_is_free=True,
            is_limit=True,
        ),
    ),
)

RESOURCES = TableSchema(
    name="resources",
    meaning="anything limited",
    key=("resource_id",),
    columns=(
        column.id_of("resource_id", "course, budget, seats in a van ...", required=True),
        column.limit("capacity", "most that all placements together may take", high=2**63 - 1),
        column.limit("minimum", "least that they must take", high=2**63 - 1),
    ),
)

SENSITIVE = TableSchema(
    name="sensitive",
    meaning="columns kept apart for access control",
    key=("candidate_id",),
    columns=(
        column.id_of("candidate_id", "person", required=True),
        column.texts("limitations", "FML-style keys; health data"),
        column.texts("blockers", "unresolved blockers"),
    ),
)

PREVIOUS = TableSchema(
    name="previous",
    meaning="what became of earlier proposals; a pair may stand here more than once, its last status counts",
    key=("candidate_id", "vacancy_id"),
    columns=(
        column.id_of("candidate_id", "person", required=True),
        column.id_of("vacancy_id", "vacancy", required=True),
        column.code("status", codes.STATUSES, "what became of the proposal; proposed where null", free=True),
        column.day("status_date", "day of the status; a decline without one holds for ever", free=True),
    ),
)

AUDIT = TableSchema(
    name="audit",
    meaning="group columns, read only after solving; any further text column is a group",
    key=("candidate_id",),
    columns=(column.id_of("candidate_id", "person", required=True),),
)

TABLES = {
    table.name: table
    for table in (
        CANDIDATES,
        VACANCIES,
        PAIRS,
        PLACES,
        EMPLOYERS,
        AGENCIES,
        COACHES,
        RESOURCES,
        SENSITIVE,
        PREVIOUS,
        AUDIT,
    )
}
MOST_USED = 10**12
"""Most that one list of uses may take from one resource."""
