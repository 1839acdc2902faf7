"""Loonkostensubsidie of assigned pairs, with what each amount rests on."""

from decimal import Decimal

from matcher.domain.tables import Problem
from matcher.domain.wage import WageTable, loonkostensubsidie
from matcher.rules.block import PairBlock
from matcher.rules.scorecard import Score


def subsidies(problem: Problem, block: PairBlock, value: Score, wage: WageTable) -> tuple[list[Decimal], list[str]]:
    """Loonkostensubsidie of each pair; equal circumstances are worked out once."""
    people = problem.candidates
    facts = zip(
        people.age[block.candidate].tolist(),
        block.loonwaarde_bp.tolist(),
        people.lks_eligible[block.candidate].tolist(),
        value.hours_c.tolist(),
        problem.vacancies.unpaid[block.vacancy].tolist(),
        strict=True,
    )
    known: dict[tuple[int, int, int, int, bool], tuple[Decimal, str]] = {}
    out: list[tuple[Decimal, str]] = []
    for key in facts:
        if key not in known:
            age, loonwaarde, eligible, hours, unpaid = key
            amount, basis = loonkostensubsidie(
                wage,
                age=None if age < 0 else age,
                loonwaarde_bp=None if loonwaarde < 0 else loonwaarde,
                lks_eligible=None if eligible < 0 else bool(eligible),
                hours_c=None if hours < 0 else hours,
                unpaid=unpaid,
            )
            known[key] = amount, basis.value
        out.append(known[key])
    return [amount for amount, _ in out], [basis for _, basis in out]
