"""Which rules and scores read a column, and what they do where it is empty. Written down once, for reports and reference."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from matcher.domain.codes import Rule


class Null(StrEnum):
    """What an empty cell says to a rule."""

    UNKNOWN = "unknown"
    NOTHING = "asks nothing"
    OPEN = "no limit"
    DEFAULT = "a default holds"
    NONE = "known to be none"
    NO_HELP = "cannot help to pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What reads one column.

    Attributes
    ----------
    rules
        What an empty cell says to each rule that reads the column.
    terms
        Per term of the scorecard: the key under ``[scorecard]`` of the weight that an empty cell brings, "" where it adds 0.
    factors
        What else of a pair's value reads it: lane, small_job, priority, p_alone, subsidy.
    """

    table: str
    column: str
    rules: Mapping[Rule, Null] = field(default_factory=lambda: MappingProxyType({}))
    terms: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    factors: tuple[str, ...] = ()


def _use(
    table: str,
    column: str,
    rules: Mapping[Rule, Null] | None = None,
    terms: Mapping[str, str] | None = None,
    factors: tuple[str, ...] = (),
) -> Use:
    return Use(
        table=table,
        column=column,
        rules=MappingProxyType(dict(rules or {})),
        terms=MappingProxyType(dict(terms or {})),
        factors=factors,
    )


_PEOPLE = (
    _use("candidates", "pc4", {Rule.DISTANCE: Null.UNKNOWN}, {"travel": ""}),
    _use("candidates", "skills", {Rule.SKILLS: Null.UNKNOWN}, {"essential_skills": "", "optional_skills": ""}),
    _use(
        "candidates",
        "loonwaarde_pct",
        {Rule.LANE: Null.NO_HELP, Rule.LOONWAARDE: Null.UNKNOWN, Rule.SUBSIDY: Null.UNKNOWN},
        factors=("subsidy",),
    ),
    _use(
        "candidates",
        "lks_eligible",
        {Rule.LANE: Null.NO_HELP, Rule.LOONWAARDE: Null.UNKNOWN, Rule.SUBSIDY: Null.UNKNOWN},
        factors=("subsidy",),
    ),
    _use("candidates", "ladder_step", {Rule.LANE: Null.UNKNOWN}),
    _use("candidates", "ladder_potential", {Rule.LANE: Null.UNKNOWN}),
    _use("candidates", "hours_min", {Rule.HOURS: Null.OPEN}),
    _use("candidates", "hours_max", {Rule.HOURS: Null.OPEN}, factors=("small_job", "subsidy")),
    _use("candidates", "available_from", {Rule.AVAILABILITY: Null.UNKNOWN}),
    _use("candidates", "available_until", {Rule.AVAILABILITY: Null.OPEN}),
    _use("candidates", "travel_max_km", {Rule.DISTANCE: Null.DEFAULT}, {"travel": ""}),
    _use("candidates", "travel_max_min", {Rule.DISTANCE: Null.DEFAULT}),
    _use("candidates", "transport", {Rule.DISTANCE: Null.DEFAULT}),
    _use("candidates", "licences", {Rule.LICENCE: Null.UNKNOWN}),
    _use("candidates", "certificates", {Rule.CERTIFICATE: Null.UNKNOWN}),
    _use("candidates", "languages", {Rule.LANGUAGE: Null.UNKNOWN}),
    _use("candidates", "education_level", {Rule.EDUCATION: Null.UNKNOWN}),
    _use("candidates", "age", {Rule.YOUTH_NIGHT: Null.UNKNOWN}, factors=("subsidy",)),
    _use("candidates", "shifts", {Rule.SHIFTS: Null.UNKNOWN}),
    _use("candidates", "contracts", {Rule.CONTRACT: Null.UNKNOWN}),
    _use("candidates", "limitations", {Rule.LOAD: Null.UNKNOWN}),
    _use("candidates", "blockers", terms={"blockers": "blockers.unknown"}),
    _use("candidates", "needs_support", terms={"support": ""}),
    _use("candidates", "agency_id", {Rule.AGENCY: Null.NONE, Rule.CONSENT: Null.NONE}),
    _use("candidates", "motivation", terms={"motivation": ""}),
    _use("candidates", "months_on_benefit", terms={"months_on_benefit": "months_on_benefit.unknown"}),
    _use("candidates", "occupations_wanted", terms={"wanted_occupation": ""}),
    _use("candidates", "consent", {Rule.CONSENT: Null.UNKNOWN}),
    _use("candidates", "share_agencies", {Rule.CONSENT: Null.OPEN}),
    _use("candidates", "arm", {Rule.CONTROL_ARM: Null.NONE}),
    _use("candidates", "priority", factors=("priority",)),
    _use("candidates", "p_alone", factors=("p_alone",)),
)
_JOBS = (
    _use("vacancies", "agency_id", {Rule.AGENCY: Null.NONE, Rule.ADMISSION: Null.NONE, Rule.CONSENT: Null.NONE}),
    _use("vacancies", "occupation", terms={"wanted_occupation": ""}),
    _use("vacancies", "pc4", {Rule.DISTANCE: Null.UNKNOWN}, {"travel": ""}),
    _use("vacancies", "skills_essential", {Rule.SKILLS: Null.NOTHING}, {"essential_skills": ""}),
    _use("vacancies", "skills_optional", terms={"optional_skills": ""}),
    _use("vacancies", "loonwaarde_min_pct", {Rule.LOONWAARDE: Null.NOTHING}),
    _use("vacancies", "lks_accepted", {Rule.SUBSIDY: Null.UNKNOWN}),
    _use("vacancies", "hours_min", {Rule.HOURS: Null.OPEN}),
    _use("vacancies", "hours_max", {Rule.HOURS: Null.OPEN}, factors=("small_job", "subsidy")),
    _use(
        "vacancies",
        "start_date",
        {Rule.ADMISSION: Null.DEFAULT, Rule.AVAILABILITY: Null.DEFAULT, Rule.CERTIFICATE: Null.OPEN},
    ),
    _use("vacancies", "closing_date", {Rule.CLOSED: Null.OPEN}),
    _use(
        "vacancies",
        "contract",
        {Rule.CONTRACT: Null.NOTHING, Rule.SUBSIDY: Null.DEFAULT},
        {"contract": "contract.other"},
        ("subsidy",),
    ),
    _use("vacancies", "expected_weeks", terms={"contract": "contract.bepaald_unknown_weeks"}),
    _use("vacancies", "shifts", {Rule.YOUTH_NIGHT: Null.NOTHING, Rule.SHIFTS: Null.NOTHING}),
    _use("vacancies", "licences", {Rule.LICENCE: Null.NOTHING}),
    _use("vacancies", "certificates", {Rule.CERTIFICATE: Null.NOTHING}),
    _use("vacancies", "loads", {Rule.LOAD: Null.NOTHING}),
    _use("vacancies", "language_min", {Rule.LANGUAGE: Null.NOTHING}),
    _use("vacancies", "education_min", {Rule.EDUCATION: Null.NOTHING}),
    _use("vacancies", "support_available", terms={"support": "support.needed_unknown"}),
    _use(
        "vacancies",
        "lane",
        {Rule.LANE: Null.DEFAULT, Rule.SUBSIDY: Null.DEFAULT},
        factors=("lane", "subsidy"),
    ),
)
_AGENCIES = (_use("agencies", "admitted_until", {Rule.ADMISSION: Null.UNKNOWN}),)

USES: tuple[Use, ...] = (*_PEOPLE, *_JOBS, *_AGENCIES)
"""Every column of people, vacancies and agencies that decides anything; `pc4` stands for lat and lon too."""
