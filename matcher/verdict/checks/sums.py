"""Do the totals of the manifest follow from the rows?"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from matcher.domain.tables import COMPLETENESS_COLUMNS
from matcher.verdict.checks.check import Check, require_claim
from matcher.verdict.checks.evidence import Evidence
from matcher.verdict.claims import Claims

_REASONS = ("CONTROL_ARM", "NO_ELIGIBLE_VACANCY", "MISSING_DATA", "NO_VALUE", "LIMITED_BY_POLICY", "OUTCOMPETED")
_MICRO = 1_000_000


def check_sums(e: Evidence, claims: Claims, points: int, penalties: int) -> Iterator[Check]:
    """Objective, status, gap, proof, and every count.

    Parameters
    ----------
    points, penalties
        Sum of the points of the assigned pairs, and what is lost on soft limits; the bound has been checked before.
    """
    objective = points - penalties
    missed = claims.upper_bound - objective
    yield require_claim("points_total", claims.points_total, points)
    yield require_claim("penalties", claims.penalties, penalties)
    yield require_claim("objective", claims.objective, objective)
    yield require_claim("upper_bound, at least the objective", missed >= 0, True)
    yield require_claim("gap", claims.gap, missed / max(1, abs(objective)))
    yield require_claim("status", claims.status, _status(missed, claims, _accepted_gap(e)))
    yield require_claim("proof", claims.proof, "listed_pairs" if e.problem.listed_only else "all_pairs")
    yield require_claim("expected_durable", claims.expected_durable, _expected_durable(e))
    tables = isinstance(claims.counts, Mapping) and isinstance(claims.selection_by, Mapping)
    yield require_claim("counts and selection_by, tables", tables, True)
    for name, derived in _counts(e).items():
        yield require_claim(f"counts.{name}", claims.counts.get(name), derived)
    groups = _selection(e)
    yield require_claim("selection_by", sorted(claims.selection_by), sorted(groups))
    for dimension, rows in groups.items():
        yield require_claim(f"selection_by.{dimension}", claims.selection_by[dimension], rows)


def _accepted_gap(e: Evidence) -> float:
    """The policy's, else 0, and 0.0005 where there are limits."""
    stated = e.ctx.policy.solve.gap
    return float(stated) if stated is not None else 0.0005 if e.limits else 0.0


def _status(missed: int, claims: Claims, accepted_gap: float) -> str:
    if missed == 0:
        return "OPTIMAL"
    said = claims.stability
    # What was given up so that proposals stay is no gap of the search.
    on_purpose = said is not None and said["points_given_up"] > 0 and said["gap"] <= accepted_gap
    return "WITHIN_GAP" if on_purpose or claims.gap <= accepted_gap else "FEASIBLE"


def _micro(e: Evidence, column: str) -> list[int]:
    """A published chance in millionths, exactly as it was before it was divided."""
    return [round(p * _MICRO) for p in e.column("assignments", column)]


def _expected_durable(e: Evidence) -> float:
    chances = zip(_micro(e, "p_start"), _micro(e, "p_durable"), strict=True)
    unpaid = e.problem.vacancies.unpaid[e.vacancy].tolist()
    return sum(a * b for (a, b), free in zip(chances, unpaid, strict=True) if not free) / 10**12


def _counts(e: Evidence) -> dict[str, Any]:
    said = Counter(e.column("unassigned", "reason"))
    people, vacancies = e.problem.shape
    return {
        "people": people,
        "control": e.problem.candidates.control.tolist().count(True),
        "assigned": len(e.person),
        "unassigned": len(e.idle),
        "unassigned_by_reason": {reason: said[reason] for reason in _REASONS},
        "vacancies": vacancies,
        "openings": sum(e.problem.vacancies.openings.tolist()),
        "filled": sum(e.column("vacancies_report", "filled")),
        "eligible_pairs": sum(e.survey.row_eligible.tolist()),
    }


def _selection(e: Evidence) -> dict[str, list[dict[str, Any]]]:
    """Count person by person, each in one group of every dimension."""
    p_of = dict(zip(e.person.tolist(), _micro(e, "p_durable"), strict=True))
    able = (e.survey.row_eligible > 0).tolist()
    rows = {
        dimension: {name: {"group": name, "people": 0, "eligible": 0, "assigned": 0, "p": 0} for name in names}
        for dimension, names in _NAMES.items()
    }
    people = e.problem.candidates
    facts = zip(
        people.control.tolist(),
        people.ladder_step.tolist(),
        people.months_on_benefit.tolist(),
        people.blockers.tolist(),
        people.needs_support.tolist(),
        people.known_fields.tolist(),
        strict=True,
    )
    for person, (control, *values) in enumerate(facts):
        if control:
            continue
        for dimension, name in zip(_NAMES, _groups_of(*values), strict=True):
            row: dict[str, Any] = rows[dimension][name]
            row["people"] += 1
            row["eligible"] += able[person]
            row["assigned"] += person in p_of
            row["p"] += p_of.get(person, 0)
    return {dimension: [_with_mean(row) for row in groups.values()] for dimension, groups in rows.items()}


_NAMES = {
    "ladder_step": ["1", "2", "3", "4", "5", "6", "unknown"],
    "months_on_benefit": ["<12", "12-23", ">=24", "unknown"],
    "blockers": ["0", "1", "2", "3+", "unknown"],
    "needs_support": ["true", "false", "unknown"],
    "completeness": ["<25%", "25-49%", "50-74%", ">=75%"],
}


def _groups_of(step: int, months: int, blockers: int, support: int, filled: int) -> tuple[str, ...]:
    all_fields = len(COMPLETENESS_COLUMNS)
    return (
        str(step) if step > 0 else "unknown",
        "unknown" if months < 0 else "<12" if months < 12 else "12-23" if months < 24 else ">=24",
        "unknown" if blockers < 0 else "3+" if blockers >= 3 else str(blockers),
        {1: "true", 0: "false", -1: "unknown"}[support],
        "<25%"
        if filled * 4 < all_fields
        else "25-49%"
        if filled * 2 < all_fields
        else "50-74%"
        if filled * 4 < all_fields * 3
        else ">=75%",
    )


def _with_mean(row: dict[str, Any]) -> dict[str, Any]:
    total = row["p"]
    mean = total / (row["assigned"] * _MICRO) if row["assigned"] else None
    return {key: value for key, value in row.items() if key != "p"} | {"mean_p": mean}
