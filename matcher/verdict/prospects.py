"""Which single changes would bring a place, by the prices of the plan.

For a person without a place in an optimal plan this is exact: with a change the optimum grows by the largest points minus price over the
person's pairs, and where that is above 0 the person has a place in every optimal plan. It is solved again all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.rules.block import pair_block
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import judge
from matcher.rules.scorecard import score
from matcher.verdict.changes import Change, Prospect
from matcher.verdict.fills import fills
from matcher.verdict.person_case import PersonCase
from matcher.verdict.steps import steps, trials

_MOST_PAIRS = 5_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change worth looking at, and the vacancies (rows) that it may open or make better."""

    change: Change
    seats: NDArray[np.int64]


def proposals(case: PersonCase, *, usual_pc4: Sequence[str] = (), seat: int | None = None) -> tuple[Proposal, ...]:
    """List the single changes that the blocking rules, and the shortfall, suggest.

    Parameters
    ----------
    usual_pc4
        Where most people live: plausible homes for somebody whose home is unknown.
    seat
        Only changes that may open this vacancy.
    """
    gain = case.gain
    wanted = case.open if seat is None else case.open & (case.block.vacancy == seat)
    places = np.flatnonzero(wanted)
    places = places[np.argsort(-gain[places], kind="stable")]
    found = [*fills(case, places, usual_pc4), *steps(case, places), *trials(case, places)]
    return tuple(Proposal(change, case.block.vacancy[opens[:_MOST_PAIRS]]) for change, opens in found)


def prospects(
    ctx: RuleContext,
    variant: Sequence[int],
    asked: Sequence[Proposal],
    price: NDArray[np.int64],
    vacancy_ids: Sequence[str],
    *,
    floor: int = 0,
) -> tuple[Prospect, ...]:
    """Return the proposals that bring a place by the prices, the cheapest first; among equals the lower rank, then the larger gain.

    Parameters
    ----------
    ctx
        The rules over a problem that holds the changed person, once per proposal.
    variant
        Row of the changed person of each proposal.
    price
        int64, per vacancy: the prices of the plan.
    floor
        What must be beaten: the points minus price that the person has now, 0 without a place.
    """
    found: list[tuple[int, Prospect]] = []
    for number, (row, proposal) in enumerate(zip(variant, asked, strict=True)):
        block = pair_block(ctx.problem, row, proposal.seats)
        worth = score(ctx, block).points
        gain = np.maximum(worth, -(2**61)) - price[proposal.seats] - floor
        wins = np.flatnonzero(judge(ctx, block).eligible & (worth > 0) & (gain > 0))
        if wins.size:
            at = int(wins[np.argmax(gain[wins])])
            seat = vacancy_ids[int(proposal.seats[at])]
            found.append((number, Prospect(proposal.change, seat, int(worth[at]), int(gain[at]))))
    found.sort(key=lambda one: (one[1].change.cost, one[1].change.rank, -one[1].gain, one[0]))
    return tuple(prospect for _, prospect in found)
