"""Why this vacancy, why not a better one, why none: in codes and numbers, without a language and without naming anybody else.

Everything follows from the input and the published tables; nothing of the search is needed.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from matcher.domain.codes import REACH_RULES, RULE_INDEX, RULES, STATUSES, Reason, Rule
from matcher.domain.tables import Codebook, Problem
from matcher.domain.wage import Basis, WageTable
from matcher.errors import InputError
from matcher.rules.context import RuleContext
from matcher.rules.scorecard import MICRO, points
from matcher.verdict.explanation import Better, Explanation, Missing, Nearest, NoProposal, Proposal
from matcher.verdict.held import held_back
from matcher.verdict.lookup import candidate_row, plan_row
from matcher.verdict.person_case import PersonCase, person_case
from matcher.verdict.unplaced import unplaced
from matcher.verdict.worth import worth

__all__ = ["Explanation", "explain_candidate"]

BETTER_SHOWN = 3


def explain_candidate(
    *,
    problem: Problem,
    codebook: Codebook,
    ctx: RuleContext,
    wage: WageTable,
    tables: Mapping[str, pa.Table],
    candidate_id: str,
) -> Explanation:
    """Explain what became of one person.

    Parameters
    ----------
    wage
        The amounts that hold on the run date.
    tables
        The output tables by the names of their files, without the suffix.

    Raises
    ------
    InputError
        The id is not that of an accepted candidate of this run.
    """
    person = candidate_row(codebook, candidate_id)
    wanted = codebook.candidate_ids[person]
    assigned, idle = (plan_row(tables[name], wanted) for name in ("assignments", "unassigned"))
    if assigned is None and idle is None:
        raise InputError("The plan does not know this person. Hint: give the input that the plan was made of.")
    case = person_case(problem=problem, codebook=codebook, ctx=ctx, tables=tables, person=person)
    first = case.verdicts.first_fail
    return Explanation(
        candidate_id=wanted,
        pairs=case.block.size,
        in_reach=int(((first < 0) | (first >= len(REACH_RULES))).sum()),
        eligible=int(case.verdicts.eligible.sum()),
        proposal=None
        if assigned is None
        else _proposal(case, assigned, limited=tables["limits_report"].num_rows > 0 or "stability" in tables),
        no_proposal=None if assigned is not None or idle is None else _no_proposal(case, idle, wage, tables),
    )


def _proposal(case: PersonCase, row: Mapping[str, Any], *, limited: bool) -> Proposal:
    at = case.must_place(row["vacancy_id"])
    value = worth(case.ctx, case.block, case.score, at)
    return Proposal(
        vacancy_id=row["vacancy_id"],
        lane=row["lane"],
        unpaid=bool(case.problem.vacancies.unpaid[case.block.vacancy[at]]),
        p_durable_micro=value.p_durable_micro,
        points=row["points"],
        price=row["vacancy_price"],
        pinned=row["pinned"],
        own_prediction=value.own_prediction,
        own_value=value.own_value,
        z=value.z,
        parts=value.parts,
        factors=value.factors,
        rank=row["rank"],
        better=_better(case, at, limited=limited),
        to_check=tuple(Rule(code) for code in row["to_check"]),
        to_arrange=tuple(row["to_arrange"]),
        alternatives=tuple(row["alternatives"]),
        lks_eur_month=row["lks_eur_month"],
        lks_basis=Basis(row["lks_basis"]),
        unplaced=unplaced(case.ctx, case.block, case.verdicts, at),
        stays=_stays(case, at) if row["kept"] else None,
    )


def _stays(case: PersonCase, at: int) -> str:
    """The status of an earlier proposal that goes on."""
    previous = case.problem.previous
    row = previous.rows(case.person, int(case.block.vacancy[at]), len(case.problem.vacancies))
    return STATUSES[int(previous.status[int(row)])]


def _better(case: PersonCase, at: int, *, limited: bool) -> tuple[Better, ...]:
    worth = case.score.points
    above = np.flatnonzero(case.verdicts.eligible & (worth > worth[at]))
    best = above[np.argsort(-worth[above], kind="stable")][:BETTER_SHOWN]
    free = case.open
    return tuple(
        Better(
            vacancy_id=case.id_of(other),
            extra_points=int(worth[other]) - int(worth[at]),
            extra_price=case.price_of(other) - case.price_of(at) if free[other] else None,
            limited=limited,
        )
        for other in best.tolist()
    )


def _no_proposal(
    case: PersonCase, row: Mapping[str, Any], wage: WageTable, tables: Mapping[str, pa.Table]
) -> NoProposal:
    first = case.verdicts.first_fail
    rule = None if row["rule"] is None else Rule(row["rule"])
    later = (first < 0) | (first >= len(REACH_RULES))
    removed = 0 if rule is None else int((first == RULE_INDEX[rule]).sum())
    could = int(later.sum()) if later.any() else case.block.size
    return NoProposal(
        reason=Reason(row["reason"]),
        rule=rule,
        rule_unknown=row["rule_unknown"],
        removed=removed,
        removed_of=could if rule is not None else 0,
        missing=tuple(_missing(case, Rule(code)) for code in row["missing"]),
        nearest=None if row["best_vacancy_id"] is None else _nearest(case, row),
        held=held_back(case, wage, tables) if row["reason"] == Reason.LIMITED_BY_POLICY else None,
    )


def _missing(case: PersonCase, rule: Rule) -> Missing:
    only_this = case.verdicts.failed_unknown_bits == 1 << RULES.index(rule)
    alone = int((case.verdicts.only_unknown & only_this).sum())
    if rule is not Rule.DISTANCE:
        return Missing(rule, alone)
    return Missing(rule, alone, unplaced(case.ctx, case.block, case.verdicts, case.verdicts.only_unknown))


def _nearest(case: PersonCase, row: Mapping[str, Any]) -> Nearest:
    at = case.must_place(row["best_vacancy_id"])
    value = worth(case.ctx, case.block, case.score, at)
    now = value.p_durable_micro
    needed = row["shortfall"] + 1
    enough = _least_chance(case, at, row["best_points"] + needed) if needed > 0 else now
    return Nearest(
        vacancy_id=row["best_vacancy_id"],
        p_durable_micro=now,
        points=row["best_points"],
        needed_points=needed,
        needed_p_micro=None if enough is None else enough - now,
        own_value=value.own_value,
        factors=value.factors,
    )


def _least_chance(case: PersonCase, at: int, goal: int) -> int | None:
    """Smallest chance in millionths at which the pair is worth ``goal`` points, None where no chance is enough.

    Points never fall as the chance grows, so halving finds it.
    """
    block, hours = case.pair(at), case.score.hours_c[at : at + 1]

    def enough(p_micro: int) -> bool:
        return bool(points(case.ctx, block, np.array([p_micro], dtype=np.int64), hours)[0] >= goal)

    if not enough(MICRO):
        return None
    low, high = 0, MICRO
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return high
