"""What a plan claims, as far as a look at all pairs compares with it."""

from dataclasses import dataclass

import numpy as np

from matcher.verdict.sweep.layout import Bools, Ints64


@dataclass(frozen=True, slots=True)
class Claim:
    """A plan and its prices by the numbers of the problem.

    Attributes
    ----------
    seat_of
        int64, shape ``(people,)``: vacancy, -1 for none.
    own_points
        int64, shape ``(people,)``: worth of that pair as the reference says; 0 where there is none.
    openings
        int64, shape ``(vacancies,)``.
    price, price_next
        int64, shape ``(vacancies,)``, at least 0; 0 where none is given.
    pinned
        bool, shape ``(people,)``: has a vacancy that nobody may take away.
    extreme
        The plan says that its prices are the outermost optimal ones: only then do ties between vacancies mean anything.
    """

    seat_of: Ints64
    own_points: Ints64
    openings: Ints64
    price: Ints64
    price_next: Ints64
    pinned: Bools
    extreme: bool

    @property
    def open(self) -> Bools:
        """Vacancies with an opening that no pin holds."""
        held = np.bincount(self.seat_of[self.pinned & (self.seat_of >= 0)], minlength=self.openings.size)
        return np.asarray(self.openings > held)

    @property
    def left(self) -> Bools:
        """Vacancies with an opening that the plan leaves free."""
        placed = self.seat_of[self.seat_of >= 0]
        return np.asarray(np.bincount(placed, minlength=self.openings.size) < self.openings)

    def level(self, price: Ints64) -> Ints64:
        """What the plan leaves each person of its points after paying a price; 0 where it gives nothing.

        Exact unless the points lie at the far end of int64, where nobody in an optimal plan has them.
        """
        placed = self.seat_of >= 0
        level = np.zeros(self.seat_of.size, dtype=np.int64)
        level[placed] = np.maximum(self.own_points[placed], 0) - price[self.seat_of[placed]]
        return level
