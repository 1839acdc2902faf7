"""Why there is no plan, in the words of those who stated the lines: which of them are at odds, and how little must give way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.domain.policy import Policy
from matcher.domain.relaxed import PIN, Relaxed, pin_let_go
from matcher.domain.tables import Codebook
from matcher.model.conflict import Conflicts, LineSort, Party, Pin, Relaxation
from matcher.model.limits import Limits, Row, Sense
from matcher.verdict.relaxed import ShareName, share_of, shares_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedLine:
    """A line of a conflict.

    Attributes
    ----------
    row, name, kind, id, sense, vacancy_id
        As in `Relaxed`.
    asked
        The bound, in the units of limits_report; 1 for a pin.
    reached
        What a plan comes to at best (the most where at least so much is asked, else the least) that keeps the other lines of the conflict;
        None for a pin, and where there was no time to find out.
    share
        Of a limit that is a share: the share. Its numbers are people (of durable_share: chances) above it, so that 0 is asked.
    """

    row: int | None
    name: str
    kind: str
    id: str
    sense: str
    asked: float
    reached: float | None
    share: float | None
    vacancy_id: str | None


@dataclass(frozen=True, slots=True)
class LinesAtOdds:
    """Lines that cannot hold together; ``irreducible``: without any one of them the others can."""

    lines: tuple[StatedLine, ...]
    irreducible: bool


@dataclass(frozen=True, slots=True)
class Standoff:
    """Why there is no plan.

    Attributes
    ----------
    conflicts
        No two of them share a line.
    complete
        Whatever stands in none of them can hold together; False where time ran out before that was known.
    relaxation
        What must give way at least; None where time ran out before that was known.
    cheapest
        That nothing less would do is certain.
    """

    conflicts: tuple[LinesAtOdds, ...]
    complete: bool
    relaxation: tuple[Relaxed, ...] | None
    cheapest: bool


def standoff(
    conflicts: Conflicts,
    relaxation: Relaxation | None,
    *,
    limits: Limits,
    pins: Sequence[Pin],
    policy: Policy,
    codebook: Codebook,
) -> Standoff:
    """Put what solvers found in the words of files and policy; ``limits`` and ``pins`` are those that they were given."""
    shares = shares_of(policy)
    sets = tuple(
        LinesAtOdds(tuple(_line(party, limits, pins, shares, codebook) for party in one.parties), one.irreducible)
        for one in conflicts.sets
    )
    told = None
    if relaxation is not None:
        told = relaxed_lines(relaxation, limits=limits, pins=pins, policy=policy, codebook=codebook)
    return Standoff(sets, conflicts.complete, told, relaxation is not None and relaxation.cheapest)


def relaxed_lines(
    relaxation: Relaxation, *, limits: Limits, pins: Sequence[Pin], policy: Policy, codebook: Codebook
) -> tuple[Relaxed, ...]:
    """Return what gives way: rows of limits_report in their order, then pins in theirs."""
    shares = shares_of(policy)
    told = [
        _relaxed_row(k, limits.rows[k], bound, share_of(limits.rows[k], shares))
        for k, bound in sorted(relaxation.bounds.items())
    ]
    for d, most in sorted(relaxation.values.items()):
        one, row = limits.distinct[d], len(limits.rows) + d
        told.append(
            Relaxed(row=row, name=one.name, kind="distinct", id="", sense="<=", asked=float(one.most), kept=float(most))
        )
    people, vacancies = codebook.candidate_ids, codebook.vacancy_ids
    told += [pin_let_go(people[pins[k].row], vacancies[pins[k].seat]) for k in relaxation.dropped]
    return tuple(told)


def _relaxed_row(number: int, row: Row, bound: int, share: float | None) -> Relaxed:
    return Relaxed(
        row=number,
        name=row.name,
        kind=row.kind,
        id=row.id,
        sense=row.sense.value,
        asked=row.bound / row.scale,
        kept=bound / row.scale,
        share=share,
    )


def _line(
    party: Party, limits: Limits, pins: Sequence[Pin], shares: Mapping[ShareName, float], codebook: Codebook
) -> StatedLine:
    number, reached = party.line.number, party.reached
    if party.line.sort is LineSort.PIN:
        pin = pins[number]
        return StatedLine(
            row=None,
            name="must",
            kind=PIN,
            id=codebook.candidate_ids[pin.row],
            sense=">=",
            asked=1.0,
            reached=None,
            share=None,
            vacancy_id=codebook.vacancy_ids[pin.seat],
        )
    if party.line.sort is LineSort.DISTINCT:
        one = limits.distinct[number]
        row = Row(name=one.name, kind="distinct", id="", sense=Sense.AT_MOST, bound=one.most)
        number += len(limits.rows)
    else:
        row = limits.rows[number]
    return StatedLine(
        row=number,
        name=row.name,
        kind=row.kind,
        id=row.id,
        sense=row.sense.value,
        asked=row.bound / row.scale,
        reached=None if reached is None else reached / row.scale,
        share=share_of(row, shares),
        vacancy_id=None,
    )
