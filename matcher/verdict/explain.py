"""Why this vacancy, why not a better one, why none: in codes and numbers, without a language and without naming anybody else.

Everything follows from the input and the published tables; nothing of the search is needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matcher.domain.codes import REACH_RULES, RULE_INDEX, RULES, Reason, Rule
from matcher.domain.tables import Codebook, Problem
from matcher.domain.wage import Basis
from matcher.errors import InputError
from matcher.rules.block import PairBlock, of_fact, pair_block
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import Verdicts, judge
from matcher.rules.scorecard import MICRO, TERMS, Z_LIMIT, Score, p_table, points, score
from matcher.verdict.explanation import Better, Explanation, Factor, Missing, Nearest, NoProposal, Part, Proposal

__all__ = ["Explanation", "explain_candidate"]

BETTER_SHOWN = 3
_NEUTRAL_MILLI = 1000


@dataclass(frozen=True, slots=True)
class _Case:
    """One person with every vacancy that exists for him."""

    ctx: RuleContext
    codebook: Codebook
    person: int
    block: PairBlock
    verdicts: Verdicts
    score: Score
    price: NDArray[np.int64]  # per vacancy of the problem, 0 without openings

    def place_of(self, vacancy_id: str) -> int:
        """Place in the block of a vacancy."""
        seat = list(self.codebook.vacancy_ids).index(vacancy_id)
        return int(np.flatnonzero(self.block.vacancy == seat)[0])

    def id_of(self, place: int) -> str:
        return self.codebook.vacancy_ids[int(self.block.vacancy[place])]

    def price_of(self, place: int) -> int:
        return int(self.price[self.block.vacancy[place]])

    def pair(self, place: int) -> PairBlock:
        return self.block.keep(np.arange(self.block.size) == place)


def explain_candidate(
    *,
    problem: Problem,
    codebook: Codebook,
    ctx: RuleContext,
    tables: Mapping[str, pa.Table],
    candidate_id: str,
) -> Explanation:
    """Explain what became of one person.

    Parameters
    ----------
    tables
        The output tables by the names of their files, without the suffix.

    Raises
    ------
    InputError
        The id is not that of an accepted candidate of this run.
    """
    ids = list(codebook.candidate_ids)
    wanted = candidate_id.strip()
    assigned, idle = (_row(tables[name], wanted) for name in ("assignments", "unassigned"))
    if wanted not in ids or (assigned is None and idle is None):
        raise InputError(
            "No accepted candidate of this run has this id. Hint: rejected rows stand in rejected.parquet."
        )
    case = _case(problem, codebook, ctx, tables, ids.index(wanted))
    first = case.verdicts.first_fail
    return Explanation(
        candidate_id=wanted,
        pairs=case.block.size,
        in_reach=int(((first < 0) | (first >= len(REACH_RULES))).sum()),
        eligible=int(case.verdicts.eligible.sum()),
        proposal=None if assigned is None else _proposal(case, assigned),
        no_proposal=None if assigned is not None or idle is None else _no_proposal(case, idle),
    )


def _row(table: pa.Table, candidate_id: str) -> dict[str, Any] | None:
    found: list[dict[str, Any]] = table.filter(pc.equal(table["candidate_id"], candidate_id)).to_pylist()
    return found[0] if found else None


def _case(problem: Problem, codebook: Codebook, ctx: RuleContext, tables: Mapping[str, pa.Table], person: int) -> _Case:
    seats = np.arange(len(problem.vacancies))
    if problem.listed_only:
        seats = problem.facts.vacancy[problem.facts.candidate == person].astype(np.int64)
    block = pair_block(problem, np.full(seats.size, person), seats)
    price = tables["vacancies_report"]["price"].fill_null(0).to_numpy()
    return _Case(ctx, codebook, person, block, judge(ctx, block), score(ctx, block), price)


def _proposal(case: _Case, row: Mapping[str, Any]) -> Proposal:
    at = case.place_of(row["vacancy_id"])
    facts = case.ctx.problem.facts
    fact = case.block.fact[at : at + 1]
    own_prediction = bool(of_fact(facts.p_durable_micro, fact, np.int32(-1))[0] >= 0)
    return Proposal(
        vacancy_id=row["vacancy_id"],
        lane=row["lane"],
        unpaid=bool(case.ctx.problem.vacancies.unpaid[case.block.vacancy[at]]),
        p_durable_micro=int(case.score.p_micro[at]),
        points=row["points"],
        price=row["vacancy_price"],
        own_prediction=own_prediction,
        own_value=bool(of_fact(facts.has_value, fact, np.bool_(False))[0]),
        z=int(case.score.z[at]),
        parts=() if own_prediction else _parts(case, at),
        factors=_factors(case, at),
        rank=row["rank"],
        better=_better(case, at),
        to_check=tuple(Rule(code) for code in row["to_check"]),
        to_arrange=tuple(row["to_arrange"]),
        alternatives=tuple(row["alternatives"]),
        lks_eur_month=row["lks_eur_month"],
        lks_basis=Basis(row["lks_basis"]),
    )


def _parts(case: _Case, at: int) -> tuple[Part, ...]:
    parts = []
    z, before = 0, 0
    for term in TERMS:
        milli = int(case.score.terms[term][at])
        z += milli
        now = int(p_table()[min(max(z, -Z_LIMIT), Z_LIMIT) + Z_LIMIT])
        parts.append(Part(term, milli, now - before))
        before = now
    return tuple(parts)


def _factors(case: _Case, at: int) -> tuple[Factor, ...]:
    ctx, seat = case.ctx, case.block.vacancy[at]
    problem = ctx.problem
    fact = case.block.fact[at : at + 1]
    if of_fact(problem.facts.has_value, fact, np.bool_(False))[0]:
        return ()
    hours, full = int(case.score.hours_c[at]), ctx.fixed.small_job_c
    said = {
        "p_alone": (int(problem.candidates.p_alone_micro[case.person]), 0),
        "p_start": (int(of_fact(problem.facts.p_start_micro, fact, np.int32(MICRO))[0]), MICRO),
        "priority": (int(problem.candidates.priority_milli[case.person]) * _NEUTRAL_MILLI, MICRO),
        "lane": (int(ctx.lane_milli[problem.vacancies.lane[seat]]) * _NEUTRAL_MILLI, MICRO),
        "small_job": (hours * MICRO // full if 0 <= hours < full else MICRO, MICRO),
    }
    return tuple(Factor(name, micro) for name, (micro, neutral) in said.items() if micro != neutral)


def _better(case: _Case, at: int) -> tuple[Better, ...]:
    worth = case.score.points
    above = np.flatnonzero(case.verdicts.eligible & (worth > worth[at]))
    best = above[np.argsort(-worth[above], kind="stable")][:BETTER_SHOWN]
    openings = case.ctx.problem.vacancies.openings[case.block.vacancy]
    return tuple(
        Better(
            vacancy_id=case.id_of(other),
            extra_points=int(worth[other]) - int(worth[at]),
            extra_price=case.price_of(other) - case.price_of(at) if openings[other] else None,
        )
        for other in best.tolist()
    )


def _no_proposal(case: _Case, row: Mapping[str, Any]) -> NoProposal:
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
    )


def _missing(case: _Case, rule: Rule) -> Missing:
    only_this = case.verdicts.failed_unknown_bits == 1 << RULES.index(rule)
    return Missing(rule, int((case.verdicts.only_unknown & only_this).sum()))


def _nearest(case: _Case, row: Mapping[str, Any]) -> Nearest:
    at = case.place_of(row["best_vacancy_id"])
    now = int(case.score.p_micro[at])
    needed = row["shortfall"] + 1
    enough = _least_chance(case, at, row["best_points"] + needed) if needed > 0 else now
    return Nearest(
        vacancy_id=row["best_vacancy_id"],
        p_durable_micro=now,
        points=row["best_points"],
        needed_points=needed,
        needed_p_micro=None if enough is None else enough - now,
    )


def _least_chance(case: _Case, at: int, goal: int) -> int | None:
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
