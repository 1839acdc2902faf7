"""What people hear of limits: goals, what one unit more would bring, and what stands in somebody's way."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from matcher.domain.policy import Policy
from matcher.domain.stated import Chosen
from matcher.domain.tables import Problem
from matcher.errors import CertificateError
from matcher.goal_table import goal_table
from matcher.summary import summary
from matcher.verdict.explain import explain_candidate
from matcher.verdict.explanation import Explanation
from matcher.verdict.goals import goals, scarce
from matcher.verdict.schemas import LIMITS
from matcher.verdict.wording import explanation_lines
from matcher.verdict.words import Words
from tests.problems import facts_from, plain_problem
from tests.verdict.support import Run
from tests.verdict.test_limits import a_plan, limited_run


def report(*rows: dict[str, Any]) -> pa.Table:
    silent = {"kind": "quota", "id": "", "price": 0.0, "price_scaled": 0}
    return pa.Table.from_pylist([silent | {"one_more": row.get("price", 0.0)} | row for row in rows], schema=LIMITS)


def a_policy(**quota: Any) -> Policy:
    return Policy.model_validate({"quota": [{"name": "q", **quota}]})


def test_a_goal_in_people() -> None:
    table = report({"name": "q", "sense": ">=", "bound": 750.0, "used": 712.0, "price": -4200.0, "price_scaled": -1})
    assert goals(a_policy(min=750, soft=True, weight=100), table, 900) == [
        {
            "name": "q",
            "sense": ">=",
            "soft": True,
            "share": False,
            "asked": 750.0,
            "reached": 712.0,
            "short_by": 38.0,
            "penalty": 3800,
            "cost_at_most": 3.15,
        }
    ]


def test_a_goal_in_shares_counts_back_to_people() -> None:
    """300 of 900 match; a share of 0.4 asks 360."""
    table = report({"name": "q", "sense": ">=", "bound": 0.0, "used": -60.0, "price": -1000.0, "price_scaled": -1})
    policy = a_policy(min_share=Decimal("0.4"), soft=True, weight=7)
    (goal,) = goals(policy, table, 900)
    assert (goal["asked"], goal["reached"], goal["short_by"], goal["penalty"]) == (0.4, 300 / 900, 60.0, 420)
    assert goal["cost_at_most"] == pytest.approx(0.36)
    assert goals(policy, report({"name": "q", "sense": ">=", "bound": 0.0, "used": 0.0}), 0)[0]["reached"] is None


def test_a_goal_that_gave_way_is_short_of_what_was_asked() -> None:
    """The report holds the bound that the plan keeps."""
    table = report({"name": "q", "sense": ">=", "bound": 713.0, "used": 713.0})
    (goal,) = goals(a_policy(min=750), table, 900)
    assert (goal["asked"], goal["reached"], goal["short_by"], goal["penalty"]) == (750.0, 713.0, 37.0, 0)


def test_a_maximum_has_no_cost_of_its_own() -> None:
    table = report({"name": "q", "sense": "<=", "bound": 5.0, "used": 5.0, "price": 80.0, "price_scaled": 1})
    (goal,) = goals(a_policy(max=5), table, 9)
    assert goal["cost_at_most"] is None
    assert goal["short_by"] == 0


def test_both_ends_of_a_quota_stand_apart() -> None:
    ends = {"sense": ">=", "bound": 2.0, "used": 4.0}, {"sense": "<=", "bound": 9.0, "used": 4.0}
    table = report(*({"name": "q", **end} for end in ends))
    assert [goal["asked"] for goal in goals(a_policy(min=2, max=9), table, 9)] == [2.0, 9.0]


def test_only_limits_with_a_price_are_scarce() -> None:
    table = report(
        {"name": "a", "sense": "<=", "bound": 1.0, "used": 1.0, "price": 80_000.0, "price_scaled": 3},
        {"name": "b", "sense": "<=", "bound": 1.0, "used": 1.0},
    )
    assert [(one["name"], one["placements_per_unit"], one["estimate"]) for one in scarce(table)] == [("a", 0.08, True)]


@pytest.mark.parametrize("claim", ["goals", "limits"])
def test_every_lie_in_the_manifest_is_found(claim: str) -> None:
    plan = a_plan()
    told = getattr(plan.claims, claim)
    assert told
    for at, one in enumerate(told):
        for key, value in one.items():
            if isinstance(value, bool):
                lie: Any = not value
            elif isinstance(value, int | float):
                lie = value + 1
            else:
                lie = f"{value}x"
            wrong = [*told[:at], {**one, key: lie}, *told[at + 1 :]]
            with pytest.raises(CertificateError, match=rf"manifest\.{claim}"):
                plan.certify(**{claim: wrong})
    for wrong in (told[1:], [*told, told[0]], [], None):
        with pytest.raises(CertificateError, match=rf"manifest\.{claim}"):
            plan.certify(**{claim: wrong})


def explained(plan: Run, candidate_id: str) -> Explanation:
    return explain_candidate(
        problem=plan.problem,
        codebook=plan.codebook,
        ctx=plan.ctx,
        wage=plan.wage,
        tables=plan.outcome.tables,
        candidate_id=candidate_id,
    )


def two_people_one_budget(**policy: Any) -> tuple[Problem, Policy]:
    """Two people, two vacancies, and room for one of them; the first is worth more everywhere."""
    problem = plain_problem(2, 2)
    facts = facts_from(
        *({"candidate": i, "vacancy": j, "value": 900 - 300 * i, "has_value": True} for i in range(2) for j in range(2))
    )
    everybody = Chosen(np.ones(2, dtype=np.bool_), np.ones(2, dtype=np.bool_))
    made = Policy.model_validate({"budget": [{"name": "places", "unit": "placements", "max": 1}], **policy})
    stated = replace(
        problem.stated, budgets=(everybody,), pair_uses=replace(problem.stated.pair_uses, start=np.zeros(5, np.int64))
    )
    return replace(problem, facts=facts, stated=stated), made


def test_who_is_limited_hears_of_the_limit() -> None:
    plan = limited_run(*two_people_one_budget(solve={"gap": 0}))
    plan.certify()
    assert plan.outcome.unassigned["reason"].to_pylist() == ["LIMITED_BY_POLICY"]
    found = explained(plan, "c-000001")
    assert found.no_proposal is not None
    held = found.no_proposal.held
    assert held is not None
    assert [(hold.name, hold.kind, hold.id) for hold in held.limits] == [("places", "budget", "placements")]
    dutch, english = (" ".join(explanation_lines(found, language)) for language in ("nl", "en"))
    assert "budget places" in dutch
    assert "budget places" in english
    assert "Dit houdt die plek tegen" in dutch


def test_limits_are_named_to_everybody_whom_they_hold_back() -> None:
    plan = a_plan()
    named = 0
    for row in plan.outcome.unassigned.to_pylist():
        held = explained(plan, row["candidate_id"]).no_proposal
        assert held is not None
        assert (held.held is not None) == (row["reason"] == "LIMITED_BY_POLICY")
        named += bool(held.held and held.held.limits)
        for language in ("nl", "en"):
            explanation_lines(explained(plan, row["candidate_id"]), language)  # type: ignore[arg-type]
    assert named


@pytest.mark.parametrize(
    ("language", "goal"),
    [
        ("nl", ("jeugd", "minstens 750, streven", "712", "38", "hoogstens 3,15 plaatsingen")),
        ("en", ("jeugd", "at least 750, soft", "712", "38", "at most 3.15 placements")),
    ],
)
def test_the_summary_tells_goals_and_limits(language: Any, goal: tuple[str, ...]) -> None:
    table = report(
        {"name": "jeugd", "sense": ">=", "bound": 750.0, "used": 712.0, "price": -4200.0, "price_scaled": -1},
        {
            "name": "hours_per_week",
            "kind": "coaches",
            "id": "k-3",
            "sense": "<=",
            "bound": 8.0,
            "used": 8.0,
            "price": 80_000.0,
            "price_scaled": 1,
        },
    )
    policy = Policy.model_validate({"quota": [{"name": "jeugd", "min": 750, "soft": True, "weight": 4200}]})
    manifest = {
        "run_id": "r",
        "counts": {
            "people": 900,
            "openings": 900,
            "vacancies": 10,
            "assigned": 800,
            "eligible_pairs": 5,
            "unassigned_by_reason": {},
        },
        "solver": {
            "status": "OPTIMAL",
            "proof": "all_pairs",
            "objective": 1,
            "upper_bound": 1,
            "gap": 0.0,
            "seconds": {},
        },
        "expected_durable": 1.0,
        "warnings": [],
        "outputs": [],
        "goals": goals(policy, table, 800),
        "limits": scarce(table),
    }
    _, rows = summary(manifest, Path("out"), language)
    told = "\n".join(value for _, value in rows)
    assert "jeugd" not in told  # its price is its weight, and the table says the rest
    shown = goal_table(manifest, table, policy, Words(language))
    assert shown is not None
    assert shown.rows == (goal,)
    assert len(shown.notes) == 2
    assert {
        "nl": "coach k-3: 1 coachuur per week meer brengt naar schatting 0,08",
        "en": "coach k-3: 1 coach hour a week more would bring an estimated 0.08",
    }[language] in told


def test_the_table_tells_every_kind_of_limit() -> None:
    quota = {"name": "deel", "max_share": "0.5"}
    policy = Policy.model_validate({"quota": [quota], "durable_share": {"min": "0.75"}})
    table = report(
        {"name": "deel", "sense": "<=", "bound": 0.0, "used": -2.0},
        {"name": "lks", "kind": "budget", "id": "lks_eur_month", "sense": "<=", "bound": 2500.5, "used": 2400.25},
        {"name": "durable_share", "kind": "durable_share", "sense": ">=", "bound": 0.0, "used": 1.5},
        {"name": "max_placements", "kind": "employers", "id": "e-1", "sense": "<=", "bound": 2.0, "used": 2.0},
        {"name": "max_placements", "kind": "employers", "id": "e-2", "sense": "<=", "bound": 2.0, "used": 1.0},
        {"name": "capacity", "kind": "resources", "id": "van", "sense": "<=", "bound": 9.0, "used": 9.0},
        {"name": "capacity", "kind": "resources", "id": "course", "sense": "<=", "bound": 9.0, "used": 8.0},
        {"name": "minimum", "kind": "resources", "id": "sroi-eur", "sense": ">=", "bound": 1e6, "used": 1.25e6},
        {"name": "instrument", "kind": "distinct", "sense": "<=", "bound": 5.0, "used": 4.0},
    )
    shown = goal_table({"goals": goals(policy, table, 10)}, table, policy, Words("en"))
    assert shown is not None
    assert shown.rows == (
        ("deel", "at most 50.0 %", "30.0 %", "", ""),
        ("budget lks", "at most 2,500.5", "2,400.25", "", ""),
        ("the mean chance of durable work", "at least 75.0 %", "reached, 1.50 placements to spare", "", ""),
        ("the capacity of van", "at most 9", "9", "", ""),
        ("the minimum of sroi-eur", "at least 1,000,000", "1,250,000", "", ""),
        ("the number of different values of instrument", "at most 5", "4", "", ""),
    )
    assert shown.notes == ("Limits of employers, agencies, coaches and shared jobs: 2. Of these full: 1.",)
    relaxed = report({"name": "durable_share", "kind": "durable_share", "sense": ">=", "bound": 0.0, "used": -0.5})
    broken = goal_table({"goals": []}, relaxed, policy, Words("en"))
    assert broken is not None
    assert broken.rows[0][2:4] == ("not reached", "0.5")
    nobody = goal_table({"goals": goals(policy, table, 0)}, table, policy, Words("nl"))
    assert nobody is not None
    assert nobody.rows[0][2] == "niemand"
    assert goal_table({"goals": []}, table.slice(0, 0), policy, Words("nl")) is None
