"""The figures of a run: how many, how durable, and who was chosen; counts only, nobody's own values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import REACH_RULES, RULES, Reason, Rule
from matcher.domain.tables import COMPLETENESS_COLUMNS, Candidates, Problem
from matcher.model.survey import Survey
from matcher.verdict.outcome import Outcome

LONG_BENEFIT_LAGS = "LONG_BENEFIT_LAGS"
_MICRO = 1_000_000
_LONG_MONTHS = 24

GROUPS: Mapping[str, tuple[str, ...]] = {
    "ladder_step": ("1", "2", "3", "4", "5", "6", "unknown"),
    "months_on_benefit": ("<12", "12-23", ">=24", "unknown"),
    "blockers": ("0", "1", "2", "3+", "unknown"),
    "needs_support": ("true", "false", "unknown"),
    "completeness": ("<25%", "25-49%", "50-74%", ">=75%"),
}
"""The groups of every dimension of `selection_by`, in the order of the report."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that must be seen: a stable code and the figures behind it."""

    code: str
    figures: Mapping[str, int | float]


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of one run, ready for JSON.

    Attributes
    ----------
    counts
        People, vacancies and pairs by name; `unassigned_by_reason` holds every reason.
    expected_durable
        Sum of p_start x p_durable over assigned paid pairs.
    selection_by
        Per dimension one row per group: `people` outside the control arm, those with an `eligible` vacancy, those `assigned`, and the
        mean p_durable of these (`mean_p`, None where nobody is assigned).
    notices
        Warnings that follow from the figures.
    """

    counts: Mapping[str, Any]
    expected_durable: float
    selection_by: Mapping[str, Sequence[Mapping[str, Any]]]
    notices: tuple[Notice, ...]


def metrics(problem: Problem, survey: Survey, outcome: Outcome, seat_of: NDArray[np.int32]) -> Metrics:
    """Work out the figures of a plan; ``seat_of`` (rows,) holds everybody's seat, -1 for none."""
    selection = selection_by(problem.candidates, survey, seat_of, outcome.p_durable_micro)
    paid = ~problem.vacancies.unpaid[seat_of[seat_of >= 0]]
    durable = _exact_sum(outcome.p_durable_micro[paid] * outcome.p_start_micro[paid])
    return Metrics(
        counts=counts(problem, survey, outcome),
        expected_durable=durable / _MICRO**2,
        selection_by=selection,
        notices=long_benefit_lags(selection["months_on_benefit"]),
    )


def counts(problem: Problem, survey: Survey, outcome: Outcome) -> dict[str, Any]:
    """Count people, vacancies and pairs."""
    reasons = outcome.unassigned["reason"].to_pylist()
    return {
        "people": len(problem.candidates),
        "control": int(problem.candidates.control.sum()),
        "assigned": outcome.assignments.num_rows,
        "unassigned": outcome.unassigned.num_rows,
        "unassigned_by_reason": {reason.value: reasons.count(reason.value) for reason in Reason},
        "vacancies": len(problem.vacancies),
        "openings": _exact_sum(problem.vacancies.openings),
        "filled": outcome.assignments.num_rows,
        "eligible_pairs": _exact_sum(survey.row_eligible),
    }


def selection_by(
    candidates: Candidates, survey: Survey, seat_of: NDArray[np.int32], p_durable_micro: NDArray[np.int64]
) -> dict[str, list[dict[str, Any]]]:
    """Count who had a chance and who was chosen, group by group.

    Parameters
    ----------
    p_durable_micro
        One entry per person with a seat, in the order of the rows.
    """
    inside = ~candidates.control
    assigned = seat_of >= 0
    p_of = np.zeros(seat_of.size, dtype=np.int64)
    p_of[assigned] = p_durable_micro
    out = {}
    for dimension, number in _groups(candidates).items():
        rows = []
        for place, group in enumerate(GROUPS[dimension]):
            member = inside & (number == place)
            chosen = int((member & assigned).sum())
            rows.append(
                {
                    "group": group,
                    "people": int(member.sum()),
                    "eligible": int((member & (survey.row_eligible > 0)).sum()),
                    "assigned": chosen,
                    "mean_p": _exact_sum(p_of[member]) / (chosen * _MICRO) if chosen else None,
                }
            )
        out[dimension] = rows
    return out


def long_benefit_lags(months: Sequence[Mapping[str, Any]]) -> tuple[Notice, ...]:
    """Warn where people of 24 months and more are placed at under 0.8 of the overall rate.

    A rate is assigned over people outside the control arm, whatever is known of them.
    """
    people, assigned = (sum(row[key] for row in months) for key in ("people", "assigned"))
    long = next(row for row in months if row["group"] == ">=24")
    if not long["people"] or 5 * long["assigned"] * people >= 4 * assigned * long["people"]:
        return ()
    figures = {
        "people": long["people"],
        "assigned": long["assigned"],
        "rate": long["assigned"] / long["people"],
        "overall_rate": assigned / people,
    }
    return (Notice(LONG_BENEFIT_LAGS, figures),)


@dataclass(frozen=True, slots=True)
class Funnel:
    """What is left of all pairs, rule by rule.

    Attributes
    ----------
    pairs, in_reach, eligible
        All existing pairs; those that pass CONTROL_ARM, CLOSED, FORBIDDEN and DISTANCE; those that pass everything.
    removed, removed_unknown
        Per rule: pairs whose first failing rule it is, and those of them where it failed on an unknown.
    headline
        The rule that alone removes more than 90 % of the pairs it could remove (all pairs, or those in reach for the later rules); None
        where there is none.
    """

    pairs: int
    in_reach: int
    eligible: int
    removed: Mapping[Rule, int]
    removed_unknown: Mapping[Rule, int]
    headline: Rule | None

    def facts(self) -> dict[str, Any]:
        """The same as plain data, for manifest and JSON."""
        return {
            "pairs": self.pairs,
            "in_reach": self.in_reach,
            "eligible": self.eligible,
            "removed": {rule.value: count for rule, count in self.removed.items()},
            "removed_unknown": {rule.value: count for rule, count in self.removed_unknown.items()},
            "headline": self.headline.value if self.headline else None,
        }


def funnel(survey: Survey) -> Funnel:
    """Add a survey up to a funnel."""
    removed = {rule: _exact_sum(survey.seat_first[:, number]) for number, rule in enumerate(RULES)}
    unknown = {rule: _exact_sum(survey.seat_first_unknown[:, number]) for number, rule in enumerate(RULES)}
    eligible = _exact_sum(survey.seat_eligible)
    pairs = eligible + sum(removed.values())
    in_reach = pairs - sum(removed[rule] for rule in REACH_RULES)
    headline = None
    for rule in RULES:
        could = pairs if rule in REACH_RULES else in_reach
        if 10 * removed[rule] > 9 * could:
            headline = rule
            break
    return Funnel(pairs, in_reach, eligible, removed, unknown, headline)


def _groups(candidates: Candidates) -> dict[str, NDArray[np.int64]]:
    """Place of everybody's group in `GROUPS`, per dimension."""
    step = candidates.ladder_step.astype(np.int64)
    months = candidates.months_on_benefit.astype(np.int64)
    blockers = candidates.blockers.astype(np.int64)
    filled = candidates.known_fields.astype(np.int64)
    return {
        "ladder_step": np.where(step < 0, 6, step - 1),
        "months_on_benefit": np.select([months < 0, months < 12, months < _LONG_MONTHS], [3, 0, 1], default=2),
        "blockers": np.where(blockers < 0, 4, np.minimum(blockers, 3)),
        "needs_support": np.select([candidates.needs_support == 1, candidates.needs_support == 0], [0, 1], default=2),
        "completeness": np.minimum(4 * filled // len(COMPLETENESS_COLUMNS), 3),
    }


def _exact_sum(values: NDArray[np.int64]) -> int:
    return sum(values.tolist())
