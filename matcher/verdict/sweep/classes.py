"""Who is alike in everything that a rule reads: people on one side, vacancies on the other."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import Rule
from matcher.rules.context import Asked, RuleContext
from matcher.verdict.sweep.layout import Ints64

_Columns = Sequence[NDArray[Any]]
_Reads = Callable[[RuleContext], _Columns]


def _nothing(_: RuleContext) -> _Columns:
    return ()


def _held(things: Asked) -> _Columns:
    return (*things.held_bits, things.held_known)


PEOPLE_READ: Mapping[Rule, _Reads] = MappingProxyType(
    {
        Rule.CONTROL_ARM: lambda ctx: (ctx.problem.candidates.control,),
        Rule.AGENCY: lambda ctx: (ctx.problem.candidates.agency,),
        Rule.CONSENT: lambda ctx: (
            ctx.problem.candidates.agency,
            ctx.problem.candidates.consent,
            ctx.problem.candidates.share_agencies.known,
            *ctx.shared_bits,
        ),
        Rule.YOUTH_NIGHT: lambda ctx: (ctx.problem.candidates.age,),
        Rule.LANE: lambda ctx: (
            ctx.problem.candidates.ladder_step,
            ctx.problem.candidates.ladder_potential,
            ctx.person_loonwaarde_bp,
        ),
        Rule.CONTRACT: lambda ctx: (ctx.problem.candidates.contracts, ctx.problem.candidates.contracts_known),
        Rule.AVAILABILITY: lambda ctx: (
            ctx.problem.candidates.available_from_d,
            ctx.problem.candidates.available_until_d,
        ),
        Rule.HOURS: lambda ctx: (ctx.problem.candidates.hours_min_c, ctx.problem.candidates.hours_max_c),
        Rule.SHIFTS: lambda ctx: (ctx.problem.candidates.shifts, ctx.problem.candidates.shifts_known),
        Rule.LICENCE: lambda ctx: _held(ctx.licences),
        Rule.CERTIFICATE: lambda ctx: _held(ctx.certificates_hard),
        Rule.LANGUAGE: lambda ctx: (
            *ctx.problem.candidates.language_level.T,
            *ctx.problem.candidates.language_open.T,
        ),
        Rule.EDUCATION: lambda ctx: (ctx.problem.candidates.education,),
        Rule.LOAD: lambda ctx: _held(ctx.loads),
        Rule.LOONWAARDE: lambda ctx: (ctx.person_loonwaarde_bp,),
        Rule.SUBSIDY: lambda ctx: (ctx.person_loonwaarde_bp, ctx.problem.candidates.lks_eligible),
    }
)
"""What a rule reads of a person where nothing is known of the pair; a rule that is not named reads nothing."""

VACANCIES_READ: Mapping[Rule, _Reads] = MappingProxyType(
    {
        Rule.CLOSED: lambda ctx: (ctx.problem.vacancies.closing_d,),
        Rule.AGENCY: lambda ctx: (ctx.problem.vacancies.agency,),
        Rule.ADMISSION: lambda ctx: (ctx.problem.vacancies.agency, ctx.problem.vacancies.start_d),
        Rule.CONSENT: lambda ctx: (ctx.problem.vacancies.agency,),
        Rule.YOUTH_NIGHT: lambda ctx: (ctx.problem.vacancies.shifts,),
        Rule.LANE: lambda ctx: (ctx.problem.vacancies.lane,),
        Rule.CONTRACT: lambda ctx: (ctx.problem.vacancies.contract,),
        Rule.AVAILABILITY: lambda ctx: (ctx.problem.vacancies.start_d,),
        Rule.HOURS: lambda ctx: (ctx.problem.vacancies.hours_min_c, ctx.problem.vacancies.hours_max_c),
        Rule.SHIFTS: lambda ctx: (ctx.problem.vacancies.shifts,),
        Rule.LICENCE: lambda ctx: tuple(ctx.licences.asked_bits),
        Rule.CERTIFICATE: lambda ctx: tuple(ctx.certificates_hard.asked_bits),
        Rule.LANGUAGE: lambda ctx: tuple(ctx.problem.vacancies.language_min.T),
        Rule.EDUCATION: lambda ctx: (ctx.problem.vacancies.education_min,),
        Rule.LOAD: lambda ctx: tuple(ctx.loads.asked_bits),
        Rule.LOONWAARDE: lambda ctx: (ctx.problem.vacancies.loonwaarde_min_bp,),
        Rule.SUBSIDY: lambda ctx: (ctx.problem.vacancies.unpaid, ctx.problem.vacancies.lks_accepted),
    }
)
"""What a rule reads of a vacancy."""


def people_classes(ctx: RuleContext, rule: Rule) -> tuple[Ints64, Ints64]:
    """Class of every person, and one person of each class."""
    return classes(PEOPLE_READ.get(rule, _nothing)(ctx), len(ctx.problem.candidates))


def vacancy_classes(ctx: RuleContext, rule: Rule) -> tuple[Ints64, Ints64]:
    """Class of every vacancy, and one vacancy of each class."""
    return classes(VACANCIES_READ.get(rule, _nothing)(ctx), len(ctx.problem.vacancies))


def classes(columns: _Columns, size: int) -> tuple[Ints64, Ints64]:
    """Number rows that are alike in all columns.

    Returns
    -------
    int64, shape ``(size,)``: class of every row; int64, shape ``(classes,)``: the first row of each.
    """
    number, count = np.zeros(size, dtype=np.int64), min(size, 1)
    for column in columns:
        code, codes = _ranks(column)
        if codes > 1:
            number, count = _ranks(number * codes + code)
    example = np.zeros(count, dtype=np.int64)
    example[number[::-1]] = np.arange(size)[::-1]
    return number, example


def _ranks(column: NDArray[Any]) -> tuple[Ints64, int]:
    """Rank of every value among the different ones, and how many those are."""
    if not column.size:
        return np.zeros(0, dtype=np.int64), 0
    low, high = column.min(), column.max()
    if int(high) - int(low) <= 4 * column.size + 1000:
        place = (column - low).astype(np.int64) if column.dtype == np.uint64 else column.astype(np.int64) - int(low)
        seen = np.zeros(int(high) - int(low) + 1, dtype=np.bool_)
        seen[place] = True
        return (np.cumsum(seen) - 1)[place], int(np.count_nonzero(seen))
    values, code = np.unique(column, return_inverse=True)
    return code.astype(np.int64), values.size
