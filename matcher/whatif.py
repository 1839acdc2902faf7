"""What would bring a place: proposed by the rules, priced by the plan, and confirmed by solving everything again with that change."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matcher.amend import AmendError, amended, usual_values, variants
from matcher.case import Case, prepare, with_relaxed
from matcher.errors import InfeasibleError, InputError
from matcher.model.solution import SolveResult, Status
from matcher.pairing.source import rule_source
from matcher.plan import Plan
from matcher.progress import SILENT, Observer
from matcher.rules.block import pair_block
from matcher.rules.context import rule_context
from matcher.rules.scorecard import score
from matcher.solving import solve_case, time_limit
from matcher.steadying import steadied
from matcher.verdict.changes import Change, Prospect, WhatIf, WhatIfState
from matcher.verdict.lookup import candidate_row, plan_row, vacancy_row
from matcher.verdict.person_case import PersonCase, person_case
from matcher.verdict.prospects import Proposal, proposals, prospects

_SOLVED_AT_MOST = 3
_USUAL_HOMES = 5
_OTHERS_SHOWN = 3


def what_if(plan: Plan, candidate_id: str, vacancy_id: str | None = None, *, watch: Observer = SILENT) -> WhatIf:
    """Find the cheapest single change that would bring a person a place, and solve everything again with it.

    Parameters
    ----------
    vacancy_id
        Ask for a place at this vacancy; else any place counts.

    Raises
    ------
    InputError
        The person or the vacancy is not an accepted one of the plan.
    """
    codebook = plan.case.codebook
    person = candidate_row(codebook, candidate_id)
    name = codebook.candidate_ids[person]
    seat = None if vacancy_id is None else vacancy_row(codebook, vacancy_id)
    own = plan_row(plan.tables["assignments"], name)
    if own is not None and (seat is None or own["vacancy_id"] == codebook.vacancy_ids[seat]):
        return WhatIf(WhatIfState.PLACED)
    if plan.case.problem.candidates.control[person]:
        return WhatIf(WhatIfState.CONTROL_ARM)
    if plan.status != Status.OPTIMAL.value:
        return WhatIf(WhatIfState.NOT_PROVEN)
    watch.phase("changes")
    case = _person_case(plan, person)
    asked = proposals(case, usual_pc4=usual_values(plan.raw.tables["candidates"], "pc4", _USUAL_HOMES), seat=seat)
    # Somebody who has a place gives that one up only for a better one.
    floor = 0 if own is None else own["points"] - (own["vacancy_price"] or 0)
    found = _priced(plan, case, asked, seat=seat, floor=floor)
    for prospect in found[:_SOLVED_AT_MOST]:
        watch.phase("solve")
        answer = _solved_again(plan, name, seat, prospect.change)
        if answer is not None:
            return replace(answer, tried=len(asked), others=_others(prospect, found))
    return WhatIf(WhatIfState.UNCONFIRMED if found else WhatIfState.NO_CHANGE, tried=len(asked))


def solve_with(plan: Plan, candidate_id: str, change: Change) -> tuple[Case, SolveResult]:
    """Solve the whole problem again with exactly one change.

    Raises
    ------
    AmendError
        The user's tables cannot hold the change.
    """
    case = prepare(amended(plan.raw, candidate_id, change.edits), plan.case.policy, plan.case.run_date)
    case = with_relaxed(case, plan.case.relaxed)
    stop = time_limit(case.policy)
    source = rule_source(case.problem, case.policy, threads=case.policy.solve.threads)
    # A run would keep earlier proposals too.
    return case, steadied(case, source, solve_case(case, source, stop=stop), stop=stop)


def _person_case(plan: Plan, person: int) -> PersonCase:
    case = plan.case
    return person_case(
        problem=case.problem, codebook=case.codebook, ctx=case.context(), tables=plan.tables, person=person
    )


def _priced(
    plan: Plan, case: PersonCase, asked: Sequence[Proposal], *, seat: int | None, floor: int
) -> tuple[Prospect, ...]:
    """Price every change over the vacancies that it may open, from the user's own tables with that change in them."""
    if not asked:
        return ()
    name = plan.case.codebook.candidate_ids[case.person]
    try:
        copies = variants(plan.raw, name, [proposal.change.edits for proposal in asked])
        changed = prepare(copies.raw, plan.case.policy, plan.case.run_date)
    except (AmendError, InputError):
        # The copies may tip a share of the whole table (as of values that look like BSNs); then nothing is promised.
        return ()
    row_of = {name: row for row, name in enumerate(changed.codebook.candidate_ids)}
    held = [
        (row_of[copy], proposal)
        for copy, proposal in zip(copies.ids, asked, strict=True)
        if copy is not None and copy in row_of
    ]
    # Copies of one person must not decide whether enough places are known.
    problem = replace(changed.problem, distance_on=plan.case.problem.distance_on)
    ctx, ids = rule_context(problem, plan.case.policy), plan.case.codebook.vacancy_ids
    rows = [row for row, _ in held]
    found = prospects(ctx, rows, [proposal for _, proposal in held], case.price, ids, floor=floor)
    if seat is None or not found:
        return found
    # The change must not open something better elsewhere: then the person would go there.
    everywhere = np.flatnonzero(problem.vacancies.openings > 0)
    won = {id(prospect.change) for prospect in found}
    again = [(row, Proposal(one.change, everywhere)) for row, one in held if id(one.change) in won]
    best = prospects(ctx, [row for row, _ in again], [proposal for _, proposal in again], case.price, ids, floor=floor)
    return tuple(prospect for prospect in best if prospect.vacancy_id == ids[seat])


def _solved_again(plan: Plan, name: str, seat: int | None, change: Change) -> WhatIf | None:
    """Return what the new plan gives, None where it gives the person no place, or not the one asked for."""
    try:
        case, result = solve_with(plan, name, change)
    except (AmendError, InfeasibleError):
        return None
    person = candidate_row(case.codebook, name)
    got = int(result.require_seats()[person])
    if not _proven(result) or got < 0 or (seat is not None and got != seat):
        return None
    worth = score(case.context(), pair_block(case.problem, person, got)).points[0]
    return WhatIf(
        WhatIfState.CONFIRMED,
        change=change,
        vacancy_id=case.codebook.vacancy_ids[got],
        points=int(worth),
        plan_gain=result.objective - plan.objective,
    )


def _proven(result: SolveResult) -> bool:
    """Whether it is certain that a run would find this; what was given up for earlier proposals was given up on purpose."""
    return result.status is Status.OPTIMAL or (result.stability is not None and result.stability.gap == 0)


def _others(chosen: Prospect, found: Sequence[Prospect]) -> tuple[Change, ...]:
    """The best change of each other sort, the cheapest sort first."""
    sorts = {(chosen.change.kind, chosen.change.column)}
    others = []
    for prospect in found:
        sort = (prospect.change.kind, prospect.change.column)
        if sort not in sorts:
            sorts.add(sort)
            others.append(prospect.change)
    return tuple(others[:_OTHERS_SHOWN])
