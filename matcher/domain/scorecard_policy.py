"""The weights of the scorecard; every default is the shipped table's."""

from typing import Annotated, Any

from pydantic import Field

from matcher.domain.section import Frozen
from matcher.domain.shipped import shipped

Weight = Annotated[int, Field(ge=-1_000_000, le=1_000_000, strict=True)]


def _weight(term: str, key: str) -> Any:
    return Field(default_factory=lambda: int(shipped("scorecard")[term][key]))


class MonthsWeights(Frozen):
    """[scorecard.months_on_benefit]"""

    under_12: Weight = _weight("months_on_benefit", "under_12")
    from_12: Weight = _weight("months_on_benefit", "from_12")
    from_24: Weight = _weight("months_on_benefit", "from_24")
    unknown: Weight = _weight("months_on_benefit", "unknown")


class ContractWeights(Frozen):
    """[scorecard.contract]"""

    onbepaald: Weight = _weight("contract", "onbepaald")
    bepaald_from_52_weeks: Weight = _weight("contract", "bepaald_from_52_weeks")
    bepaald_from_26_weeks: Weight = _weight("contract", "bepaald_from_26_weeks")
    bepaald_under_26_weeks: Weight = _weight("contract", "bepaald_under_26_weeks")
    bepaald_unknown_weeks: Weight = _weight("contract", "bepaald_unknown_weeks")
    uitzend_beding: Weight = _weight("contract", "uitzend_beding")
    oproep: Weight = _weight("contract", "oproep")
    other: Weight = _weight("contract", "other")


class EssentialWeights(Frozen):
    """[scorecard.essential_skills]"""

    per_full_coverage: Weight = _weight("essential_skills", "per_full_coverage")
    offset: Weight = _weight("essential_skills", "offset")


class OptionalWeights(Frozen):
    """[scorecard.optional_skills]"""

    per_full_coverage: Weight = _weight("optional_skills", "per_full_coverage")


class WantedWeights(Frozen):
    """[scorecard.wanted_occupation]"""

    match: Weight = _weight("wanted_occupation", "match")


class MotivationWeights(Frozen):
    """[scorecard.motivation]"""

    per_step_from_3: Weight = _weight("motivation", "per_step_from_3")


class TravelWeights(Frozen):
    """[scorecard.travel]"""

    within_half_of_limit: Weight = _weight("travel", "within_half_of_limit")
    beyond_four_fifths_of_limit: Weight = _weight("travel", "beyond_four_fifths_of_limit")


class SupportWeights(Frozen):
    """[scorecard.support]"""

    needed_not_available: Weight = _weight("support", "needed_not_available")
    needed_unknown: Weight = _weight("support", "needed_unknown")


class BlockerWeights(Frozen):
    """[scorecard.blockers]"""

    each: Weight = _weight("blockers", "each")
    unknown: Weight = _weight("blockers", "unknown")


class TrialWeights(Frozen):
    """[scorecard.trial_done]"""

    done: Weight = _weight("trial_done", "done")


class Scorecard(Frozen):
    """[scorecard]: milli-log-odds per term; defaults are the shipped scorecard."""

    base: Weight = _weight("base", "value")
    months_on_benefit: MonthsWeights = Field(default_factory=MonthsWeights)
    contract: ContractWeights = Field(default_factory=ContractWeights)
    essential_skills: EssentialWeights = Field(default_factory=EssentialWeights)
    optional_skills: OptionalWeights = Field(default_factory=OptionalWeights)
    wanted_occupation: WantedWeights = Field(default_factory=WantedWeights)
    motivation: MotivationWeights = Field(default_factory=MotivationWeights)
    travel: TravelWeights = Field(default_factory=TravelWeights)
    support: SupportWeights = Field(default_factory=SupportWeights)
    blockers: BlockerWeights = Field(default_factory=BlockerWeights)
    trial_done: TrialWeights = Field(default_factory=TrialWeights)
