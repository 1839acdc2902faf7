"""The policy: what a municipality decides, as frozen models with every default in them.

Numbers that decide are exact: a TOML float is read as the decimal it is written as.
"""

import datetime as dt
import hashlib
import json
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from matcher.domain.codes import ALWAYS_ON, Rule
from matcher.domain.limits_policy import BudgetPolicy, DistinctPolicy, DurableSharePolicy, QuotaPolicy
from matcher.domain.scorecard_policy import Scorecard
from matcher.domain.section import Frozen
from matcher.domain.shipped import shipped

Unknown = Literal["pass", "fail"]
Step = Annotated[int, Field(ge=1, le=6, strict=True)]


class RunPolicy(Frozen):
    """[run]"""

    run_date: dt.date | None = Field(default=None, description="The day the run is for; --run-date wins; else today.")


class RulePolicy(Frozen):
    """[rules.CODE]: every rule of the contract has these two keys."""

    enabled: bool = Field(default=True, description="False switches the rule off; rules marked * refuse that.")
    unknown: Unknown | None = Field(
        default=None, description="What an unknown outcome counts as; else the contract's default."
    )


class DistancePolicy(RulePolicy):
    """[rules.DISTANCE]"""

    default_km: Decimal = Field(
        default_factory=lambda: Decimal(shipped("rules")["DISTANCE"]["default_km"]),
        ge=0,
        le=1_000_000,
        description="Road km for people who set no limit at all.",
    )
    default_min: Decimal = Field(
        default_factory=lambda: Decimal(shipped("rules")["DISTANCE"]["default_min"]),
        ge=0,
        le=1_000_000,
        description="Minutes for people whose transport is known and who set no limit in minutes.",
    )


def _steps(lane: str) -> tuple[int, int]:
    low, high = shipped("rules")["LANE"]["steps"][lane]
    return int(low), int(high)


class LaneSteps(Frozen):
    """[rules.LANE.steps]: lowest and highest step of the participatieladder that a lane takes."""

    regular: tuple[Step, Step] = Field(default_factory=lambda: _steps("regular"))
    supported: tuple[Step, Step] = Field(default_factory=lambda: _steps("supported"))
    training: tuple[Step, Step] = Field(default_factory=lambda: _steps("training"))
    activation: tuple[Step, Step] = Field(default_factory=lambda: _steps("activation"))

    @model_validator(mode="after")
    def _ordered(self) -> "LaneSteps":
        for lane in type(self).model_fields:
            low, high = getattr(self, lane)
            if low > high:
                raise ValueError(f"{lane}: the lowest step ({low}) is above the highest ({high})")
        return self


class LanePolicy(RulePolicy):
    """[rules.LANE]"""

    steps: LaneSteps = Field(default_factory=LaneSteps)


class CertificatePolicy(RulePolicy):
    """[rules.CERTIFICATE]"""

    obtainable_days: dict[str, Annotated[int, Field(ge=0, le=100_000, strict=True)]] = Field(
        default_factory=dict,
        description="Days in which a certificate can be obtained; added to the shipped table, case does not matter.",
    )


class EducationPolicy(RulePolicy):
    """[rules.EDUCATION]: off by default."""

    enabled: bool = Field(default_factory=lambda: bool(shipped("rules")["EDUCATION"]["enabled"]))


class SkillsPolicy(RulePolicy):
    """[rules.SKILLS]"""

    skill_coverage_min: Decimal = Field(
        default_factory=lambda: Decimal(shipped("rules")["SKILLS"]["skill_coverage_min"]),
        ge=0,
        le=1,
        description="Least share of the essential skills that must be held.",
    )


class RulesPolicy(Frozen):
    """[rules]: one table per code."""

    CONTROL_ARM: RulePolicy = Field(default_factory=RulePolicy)
    CLOSED: RulePolicy = Field(default_factory=RulePolicy)
    FORBIDDEN: RulePolicy = Field(default_factory=RulePolicy)
    DISTANCE: DistancePolicy = Field(default_factory=DistancePolicy)
    AGENCY: RulePolicy = Field(default_factory=RulePolicy)
    ADMISSION: RulePolicy = Field(default_factory=RulePolicy)
    CONSENT: RulePolicy = Field(default_factory=RulePolicy)
    YOUTH_NIGHT: RulePolicy = Field(default_factory=RulePolicy)
    EXCLUDED: RulePolicy = Field(default_factory=RulePolicy)
    LANE: LanePolicy = Field(default_factory=LanePolicy)
    CONTRACT: RulePolicy = Field(default_factory=RulePolicy)
    AVAILABILITY: RulePolicy = Field(default_factory=RulePolicy)
    HOURS: RulePolicy = Field(default_factory=RulePolicy)
    SHIFTS: RulePolicy = Field(default_factory=RulePolicy)
    LICENCE: RulePolicy = Field(default_factory=RulePolicy)
    CERTIFICATE: CertificatePolicy = Field(default_factory=CertificatePolicy)
    LANGUAGE: RulePolicy = Field(default_factory=RulePolicy)
    EDUCATION: EducationPolicy = Field(default_factory=EducationPolicy)
    LOAD: RulePolicy = Field(default_factory=RulePolicy)
    LOONWAARDE: RulePolicy = Field(default_factory=RulePolicy)
    SUBSIDY: RulePolicy = Field(default_factory=RulePolicy)
    SKILLS: SkillsPolicy = Field(default_factory=SkillsPolicy)

    @model_validator(mode="after")
    def _always_on(self) -> "RulesPolicy":
        for code in sorted(ALWAYS_ON):
            if not self.of(code).enabled:
                raise ValueError(f"{code} cannot be switched off")
        return self

    def of(self, rule: Rule) -> RulePolicy:
        """Return the settings of one rule."""
        settings = getattr(self, rule.value)
        assert isinstance(settings, RulePolicy)
        return settings


class PairingPolicy(Frozen):
    """[pairing]"""

    source: Literal["rules", "pairs"] = Field(
        default="rules", description='"pairs": only the pairs listed in pairs.parquet exist.'
    )


def _lane_value(lane: str) -> Decimal:
    return Decimal(shipped("rules")["value"]["lane"][lane])


LaneFactor = Annotated[Decimal, Field(ge=0, le=1000)]


class LaneValues(Frozen):
    """[value.lane]: what a durable placement in each lane counts, used in thousandths."""

    regular: LaneFactor = Field(default_factory=lambda: _lane_value("regular"))
    supported: LaneFactor = Field(default_factory=lambda: _lane_value("supported"))
    training: LaneFactor = Field(default_factory=lambda: _lane_value("training"))
    activation: LaneFactor = Field(default_factory=lambda: _lane_value("activation"))


class ValuePolicy(Frozen):
    """[value]"""

    lane: LaneValues = Field(default_factory=LaneValues)


Percent = Annotated[Decimal, Field(ge=0, le=1000)]


class WagePolicy(Frozen):
    """[wage]: own amounts instead of the shipped table; a key left out keeps the shipped amount of the run date."""

    wml_month_eur: Annotated[Decimal, Field(gt=0, le=1_000_000)] | None = Field(
        default=None, description="Gross reference WML a month at 21 and over, without vakantiebijslag."
    )
    werkgeverslasten_pct: Percent | None = Field(default=None, description="Surcharge on the loonkostensubsidie.")
    youth_pct: dict[Literal["20", "19", "18", "17", "16", "15"], Percent] = Field(
        default_factory=dict, description="Percentages of WML under 21, by age; 15 stands for 15 and younger."
    )


class SolvePolicy(Frozen):
    """[solve]"""

    time_limit_s: Annotated[Decimal, Field(ge=0, le=10_000_000)] = Field(
        default=Decimal(600),
        description="Seconds of wall time for pairing and solving; then the best plan so far is kept.",
    )
    gap: Annotated[Decimal, Field(ge=0, le=1)] | None = Field(
        default=None, description="Gap that is good enough; default 0 for a pure flow, 0.0005 otherwise."
    )
    threads: Annotated[int, Field(ge=0, le=1024, strict=True)] = Field(
        default=0, description="0: as many as the machine has."
    )
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, strict=True)] = Field(
        default=0, description="Reserved for searches that use chance; a pure flow uses none."
    )


class NightPolicy(Frozen):
    """[night]: what is remembered of earlier proposals."""

    retry_days: Annotated[int, Field(ge=0, le=100_000, strict=True)] = Field(
        default=180, description="Days from a decline for which the pair is FORBIDDEN; 0 forgets it at once."
    )


class StabilityPolicy(Frozen):
    """[stability]: as many as possible of the proposals in previous.parquet that are still eligible stay."""

    max_loss: Annotated[Decimal, Field(ge=0, le=1)] = Field(
        default=Decimal(0), description="Share of the optimum that may be given up for it."
    )


class Policy(Frozen):
    """The whole policy; every key has a default."""

    run: RunPolicy = Field(default_factory=RunPolicy)
    rules: RulesPolicy = Field(default_factory=RulesPolicy)
    pairing: PairingPolicy = Field(default_factory=PairingPolicy)
    scorecard: Scorecard = Field(default_factory=Scorecard)
    value: ValuePolicy = Field(default_factory=ValuePolicy)
    wage: WagePolicy = Field(default_factory=WagePolicy)
    solve: SolvePolicy = Field(default_factory=SolvePolicy)
    night: NightPolicy = Field(default_factory=NightPolicy)
    stability: StabilityPolicy = Field(default_factory=StabilityPolicy)
    quota: tuple[QuotaPolicy, ...] = ()
    budget: tuple[BudgetPolicy, ...] = ()
    distinct: tuple[DistinctPolicy, ...] = ()
    durable_share: DurableSharePolicy | None = None

    @model_validator(mode="after")
    def _told_apart(self) -> "Policy":
        names = [one.name for one in (*self.quota, *self.budget)]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(
                f"two quotas or budgets have the name {twice[0]!r}; limits_report could not tell them apart"
            )
        columns = [one.column for one in self.distinct]
        if twice := sorted({name for name in columns if columns.count(name) > 1}):
            raise ValueError(f"two [[distinct]] are about {twice[0]!r}; keep the one with the lower max")
        return self

    def with_unknowns_passed(self) -> "Policy":
        """Return the same policy, but every unknown outcome of a rule counts as passed."""
        lenient = {rule.value: self.rules.of(rule).model_copy(update={"unknown": "pass"}) for rule in Rule}
        return self.model_copy(update={"rules": self.rules.model_copy(update=lenient)})

    def canonical(self) -> str:
        """Return the effective policy as canonical JSON: sorted keys, decimals as text."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def sha256(self) -> str:
        """Return the hash of `canonical`, hexadecimal."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()
