"""The column contract, written down once: name, kind, unit, range, meaning, and what a null says."""

from dataclasses import dataclass
from enum import StrEnum

from matcher.domain import codes


class Kind(StrEnum):
    """What a column holds, whatever Arrow type carries it."""

    ID = "id"
    TEXT = "text"
    CODE = "code"
    BOOL = "bool"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TEXT_LIST = "list of text"
    ID_LIST = "list of ids"
    CODE_LIST = "list of codes"
    LEVEL_LIST = "list of {language, level}"
    USES_LIST = "list of {resource_id, amount}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of an input table.

    Attributes
    ----------
    low, high
        Closed range of a number; None is open.
    codes
        The accepted codes of a CODE or CODE_LIST, lower case.
    null_is_free
        Null means "nothing asked" or "free", not "unknown": a broken column of this sort must stop the run.
    supported
        False: a non-null value is refused as not supported yet.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    low: float | None = None
    high: float | None = None
    codes: tuple[str, ...] = ()
    null_is_free: bool = False
    supported: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema:
    """One input table: its file, its key columns and its columns."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False

    @property
    def file(self) -> str:
        """Name of the Parquet file in a bundle."""
        return f"{self.name}.parquet"

    def column(self, name: str) -> Column:
        """Return the column of this name."""
        return next(column for column in self.columns if column.name == name)


def _id(name: str, meaning: str, *, required: bool = False, free: bool = False, supported: bool = True) -> Column:
    return Column(name=name, kind=Kind.ID, meaning=meaning, required=required, null_is_free=free, supported=supported)


def _bool(name: str, meaning: str, *, free: bool = False) -> Column:
    return Column(name=name, kind=Kind.BOOL, meaning=meaning, null_is_free=free)


def _text(name: str, meaning: str, *, free: bool = False) -> Column:
    return Column(name=name, kind=Kind.TEXT, meaning=meaning, null_is_free=free)


def _texts(name: str, meaning: str, *, free: bool = False) -> Column:
    return Column(name=name, kind=Kind.TEXT_LIST, meaning=meaning, null_is_free=free)


def _date(name: str, meaning: str, *, free: bool = False) -> Column:
    return Column(name=name, kind=Kind.DATE, meaning=meaning, null_is_free=free)


def _whole(name: str, low: float, high: float, meaning: str, *, required: bool = False, free: bool = False) -> Column:
    return Column(
        name=name, kind=Kind.INTEGER, low=low, high=high, meaning=meaning, required=required, null_is_free=free
    )


def _number(name: str, low: float, high: float, meaning: str, *, required: bool = False, free: bool = False) -> Column:
    return Column(
        name=name, kind=Kind.DECIMAL, low=low, high=high, meaning=meaning, required=required, null_is_free=free
    )


def _code(name: str, values: tuple[str, ...], meaning: str, *, free: bool = False) -> Column:
    return Column(name=name, kind=Kind.CODE, codes=values, meaning=meaning, null_is_free=free)


def _codes(name: str, values: tuple[str, ...], meaning: str, *, free: bool = False) -> Column:
    return Column(name=name, kind=Kind.CODE_LIST, codes=values, meaning=meaning, null_is_free=free)


def _levels(name: str, meaning: str, *, free: bool = False) -> Column:
    return Column(name=name, kind=Kind.LEVEL_LIST, codes=codes.CEFR, meaning=meaning, null_is_free=free)


def _uses(meaning: str) -> Column:
    return Column(name="uses", kind=Kind.USES_LIST, meaning=meaning, null_is_free=True, supported=False)


def _limit(name: str, meaning: str) -> Column:
    return Column(
        name=name, kind=Kind.INTEGER, low=0, high=2**31 - 1, meaning=meaning, null_is_free=True, supported=False
    )


_MANY = 1_000_000
_WEEK_H = 168
_SHORT = 32_767

CANDIDATES = TableSchema(
    name="candidates",
    meaning="one row per person, under a pseudonym",
    key=("candidate_id",),
    required=True,
    columns=(
        _id("candidate_id", "pseudonym, unique", required=True),
        _id("pc4", "residence: four digits of the postcode"),
        _number("lat", -90, 90, "residence, degrees WGS84; with lon wins over pc4"),
        _number("lon", -180, 180, "residence, degrees WGS84"),
        _texts("skills", "ESCO or CompetentNL URIs, or any code shared with vacancies; also from life experience"),
        _number("loonwaarde_pct", 0, 100, "productivity, percent of WML; a pair's own value wins"),
        _bool("lks_eligible", "in the loonkostensubsidie target group"),
        _whole("ladder_step", 1, 6, "participatieladder today"),
        _whole("ladder_potential", 1, 6, "participatieladder, expected growth (groeipotentieel)"),
        _number("hours_min", 0, _WEEK_H, "fewest hours a week"),
        _number("hours_max", 0, _WEEK_H, "most hours a week"),
        _date("available_from", "first day the person can start"),
        _date("available_until", "last day the person is available"),
        _number("travel_max_km", 0, _MANY, "own limit, road kilometres one way"),
        _number("travel_max_min", 0, _MANY, "own limit, minutes one way"),
        _codes("transport", codes.TRANSPORT, "ways to travel to work"),
        _texts("licences", "driving licences held"),
        _texts("certificates", "certificates held: VCA, HACCP, VOG, forklift ..."),
        _levels("languages", "ISO 639-3 language and CEFR level"),
        _whole("education_level", 1, 6, "VUM level"),
        _whole("age", 0, 130, "years; for youth rules and law only, never scored"),
        _codes("shifts", codes.SHIFTS, "shifts the person can work"),
        _codes("contracts", codes.CONTRACTS, "kinds of contract the person accepts"),
        _texts("limitations", "FML-style keys, matched against vacancy loads; health data"),
        _texts("blockers", "unresolved: debts, childcare, housing, transport ..."),
        _bool("needs_support", "guidance at work is needed"),
        _number("coach_hours", 0, _WEEK_H, "hours of a coach a week; 2.0 where needed and unknown"),
        _id("coach_id", "coach"),
        _id("agency_id", "agency that already holds the person"),
        _text("region", "arbeidsmarktregio"),
        _whole("motivation", 1, 5, "from 1 (low) to 5 (high)"),
        _whole("months_on_benefit", 0, _SHORT, "months on bijstand"),
        _texts("occupations_wanted", "ISCO-08 codes of 1-4 digits, or ESCO URIs"),
        _bool("consent", "may be passed on to agencies"),
        Column(name="share_agencies", kind=Kind.ID_LIST, meaning="only to these agencies; null: to all"),
        _code("arm", codes.ARMS, "trial arm", free=True),
        _number("priority", 0.001, 1000, "policy weight, default 1, used in thousandths"),
        _number("p_alone", 0, 1, "chance of the same durable work without this placement, default 0"),
        _uses("what placing this person takes from resources"),
    ),
)

VACANCIES = TableSchema(
    name="vacancies",
    meaning="one row per vacancy, with its number of openings",
    key=("vacancy_id",),
    required=True,
    columns=(
        _id("vacancy_id", "unique", required=True),
        _whole("openings", 0, 2**31 - 1, "people asked for", required=True, free=True),
        Column(
            name="openings_min",
            kind=Kind.INTEGER,
            low=0,
            high=2**31 - 1,
            meaning="nobody, or at least this many",
            null_is_free=True,
            supported=False,
        ),
        _text("title", "name of the job", free=True),
        _id("employer_id", "employer", free=True),
        _id("agency_id", "staffing agency; null: direct", free=True),
        _id("job_id", "the same job offered through several rows", free=True, supported=False),
        _text("occupation", "ISCO-08 code or ESCO URI", free=True),
        _text("sector", "SBI code", free=True),
        _bool("growth_sector", "counts as a growth sector", free=True),
        _id("pc4", "workplace: four digits of the postcode", free=True),
        _number("lat", -90, 90, "workplace, degrees WGS84; with lon wins over pc4", free=True),
        _number("lon", -180, 180, "workplace, degrees WGS84", free=True),
        _texts("skills_essential", "asked", free=True),
        _texts("skills_optional", "welcome", free=True),
        _number("loonwaarde_min_pct", 0, 100, "least loonwaarde accepted", free=True),
        _bool("lks_accepted", "employer takes people with loonkostensubsidie", free=True),
        _number("hours_min", 0, _WEEK_H, "fewest hours a week offered", free=True),
        _number("hours_max", 0, _WEEK_H, "most hours a week offered", free=True),
        _date("start_date", "first working day", free=True),
        _date("closing_date", "last day to propose people", free=True),
        _code("contract", codes.CONTRACTS, "kind of contract", free=True),
        _number("expected_weeks", 0, _SHORT, "expected length in weeks", free=True),
        _number("hourly_wage", 0, _MANY, "EUR gross an hour", free=True),
        _codes("shifts", codes.SHIFTS, "all are required", free=True),
        _texts("licences", "all are required", free=True),
        _texts("certificates", "all are required", free=True),
        _texts("loads", "FML-style keys of what the work demands", free=True),
        _levels("language_min", "least level per language; A0 asks nothing", free=True),
        _whole("education_min", 1, 6, "VUM level", free=True),
        _bool("support_available", "employer or host can guide", free=True),
        _number("support_hours", 0, _WEEK_H, "hours a week of guidance by employer or host", free=True),
        _code("lane", codes.LANES, "regular where null", free=True),
        _bool("preferred", "preferred employer's vacancy", free=True),
        _id("sroi_contract_id", "social return contract", free=True),
        _text("instrument", "instrument used", free=True),
        _uses("what one filled opening takes from resources"),
    ),
)

PAIRS = TableSchema(
    name="pairs",
    meaning="known facts about one candidate and one vacancy",
    key=("candidate_id", "vacancy_id"),
    columns=(
        _id("candidate_id", "person", required=True),
        _id("vacancy_id", "vacancy", required=True),
        _number("loonwaarde_pct", 0, 100, "productivity in this job, percent of WML", free=True),
        _number("travel_min", 0, _MANY, "minutes one way", free=True),
        _number("travel_km", 0, _MANY, "road kilometres one way", free=True),
        _number("p_durable", 0, 1, "own prediction; replaces the scorecard", free=True),
        _number("p_start", 0, 1, "chance that the proposal becomes a start, default 1", free=True),
        Column(
            name="value",
            kind=Kind.INTEGER,
            low=-(2**63),
            high=2**63 - 1,
            meaning="points; replaces the pair's points",
            null_is_free=True,
        ),
        _bool("eligible", "true: DISTANCE and all rules from LANE on count as passed; false: EXCLUDED", free=True),
        _code("pin", codes.PINS, "forbid, or must", free=True),
        _text("reason", "why", free=True),
        _bool("trial_done", "proefplaatsing done there", free=True),
        _uses("added to the others"),
    ),
)

PLACES = TableSchema(
    name="places",
    meaning="centroids of postcodes",
    key=("pc4",),
    columns=(
        _id("pc4", "four digits of the postcode", required=True),
        _number("lat", -90, 90, "degrees WGS84", required=True),
        _number("lon", -180, 180, "degrees WGS84", required=True),
    ),
)

EMPLOYERS = TableSchema(
    name="employers",
    meaning="employers and their limits",
    key=("employer_id",),
    columns=(
        _id("employer_id", "employer", required=True),
        _text("name", "display name"),
        _bool("preferred", "preferred employer"),
        _limit("max_placements", "most people placed here"),
        _limit("max_supported", "most people who need support placed here"),
    ),
)

AGENCIES = TableSchema(
    name="agencies",
    meaning="staffing agencies",
    key=("agency_id",),
    columns=(
        _id("agency_id", "agency", required=True),
        _text("name", "display name"),
        _limit("max_placements", "most people placed through it"),
        _date("admitted_until", "admission under the Wtta holds until"),
    ),
)

SENSITIVE = TableSchema(
    name="sensitive",
    meaning="columns kept apart for access control",
    key=("candidate_id",),
    columns=(
        _id("candidate_id", "person", required=True),
        _texts("limitations", "FML-style keys; health data"),
        _texts("blockers", "unresolved blockers"),
    ),
)

AUDIT = TableSchema(
    name="audit",
    meaning="group columns, read only after solving; any further text column is a group",
    key=("candidate_id",),
    columns=(_id("candidate_id", "person", required=True),),
)

TABLES = {table.name: table for table in (CANDIDATES, VACANCIES, PAIRS, PLACES, EMPLOYERS, AGENCIES, SENSITIVE, AUDIT)}
NOT_YET = ("coaches", "resources", "previous")
"""Files of the contract that this version refuses: ignoring them would break a promise somebody made."""
