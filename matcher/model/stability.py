"""Proposals that should stay where they were, and what it costs: numbers, not people."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Wishes:
    """Edges that stood in an earlier plan and that a plan may still use, sorted by row, then seat, each once.

    Attributes
    ----------
    row, seat, points
        int64, shape ``(k,)``: points are above 0.
    """

    row: Ints
    seat: Ints
    points: Ints

    def __post_init__(self) -> None:
        for column in (self.row, self.seat, self.points):
            column.setflags(write=False)

    def __len__(self) -> int:
        return int(self.row.size)

    def kept_by(self, seat_of: NDArray[np.integer]) -> int:
        """How many of them an assignment uses."""
        return int(np.count_nonzero(seat_of[self.row] == self.seat))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """What was done so that proposals stay, with the proof that hardly more could have stayed.

    Of every plan, ``weight_points * objective + weight_kept * kept`` is at most what the prices prove, worked out as the bound of a
    plan is, a kept edge being worth ``weight_kept`` more. So a plan of at least ``least`` points keeps at most ``most_kept``.

    Attributes
    ----------
    objective, upper_bound
        Of the plan that was found without looking at earlier proposals.
    least
        What a plan must be worth.
    proposed, kept
        Earlier proposals that are still eligible, and how many of them the plan keeps.
    most_kept
        No plan that is worth ``least`` keeps more.
    weight_points, weight_kept
        Whole numbers, at least 0 and at least 1.
    prices
        int64, shape ``(seats,)``, at least 0: points times ``weight_points`` per opening.
    row_prices
        int64, shape ``(limits,)``: the same per whole number of weight, in 2^-20 points; None where there are no limits.
    """

    objective: int
    upper_bound: int
    least: int
    proposed: int
    kept: int
    most_kept: int
    weight_points: int
    weight_kept: int
    prices: Ints
    row_prices: Ints | None = None

    @property
    def gap(self) -> float:
        """(upper bound - objective) / max(1, |objective|), before anything was given up."""
        return (self.upper_bound - self.objective) / max(1, abs(self.objective))

    @property
    def changes(self) -> int:
        """Earlier proposals, still eligible, that the plan does not keep."""
        return self.proposed - self.kept

    @property
    def changes_lower_bound(self) -> int:
        """No plan that is worth ``least`` changes fewer."""
        return self.proposed - self.most_kept
