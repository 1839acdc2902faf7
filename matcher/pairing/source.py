"""The `EdgeSource` over all pairs of a problem, none of which it has to list, and the survey that counts them."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from matcher.domain.policy import Policy
from matcher.domain.tables import Problem
from matcher.model.edges import NO_GAIN, Edges, Offer
from matcher.model.standing import Market, Standing
from matcher.model.survey import Survey
from matcher.pairing import offers
from matcher.pairing.hall import Hall, processors
from matcher.pairing.layout import Bools, Ints32, Ints64
from matcher.pairing.tallies import survey_of
from matcher.stop import NEVER, Stop

FIRST_MOST = 16
"""Pairs per person in a first offer; measured: fewer cost rounds, more cost time in the solver."""
LATER_MOST = 8
HEAP = 4_000_000
"""Edges that are listed at once, where all are wanted."""


class RuleSource:
    """All eligible pairs of a problem under a policy; made by `rule_source`.

    No pair is stored unless it is among the best of a person. The first offer looks at all pairs; it keeps the best of each person, and
    a bound on what the others gain. Later offers look where prices fell so far, or floors, that the bound does not rule out something
    better. What is kept saves looks: no answer depends on it, nor on the number of threads.
    """

    def __init__(self, problem: Problem, policy: Policy, threads: int) -> None:
        self._problem = problem
        self._hall = Hall(problem, policy, threads or processors())
        self._memory = offers.Memory()

    @property
    def rows(self) -> int:
        """Number of people."""
        return self._problem.shape[0]

    @property
    def seats(self) -> int:
        """Number of vacancies."""
        return self._problem.shape[1]

    @property
    def shards(self) -> int:
        """Parts that `offer_shard` can be asked about, each on its own."""
        return len(self._hall.companies)

    def prepare(self, stop: Stop = NEVER) -> None:
        """Ask everybody once what does not depend on prices, as far as time allows; an offer does what is left of it."""
        self._hall.gather(stop)

    def offer(self, seat_prices: Ints64, row_prices: Ints64, floors: Ints64, stop: Stop = NEVER) -> Offer:
        """Offer the best edges of each person that beat the prices; see `matcher.model.edges.EdgeSource`.

        At most `FIRST_MOST` edges per person where all prices are 0 or a floor is below 0, else `LATER_MOST`: by gain, ties to the lower
        seat. `Offer.best` is the floor where no edge is above it. A gain below `NO_GAIN` counts as ``NO_GAIN + 1``.
        Where time is up before all crowds were asked and looked at, `Offer.best` of the others is a ceiling that needs no look; what was
        seen is kept for the next offer.

        Raises
        ------
        ValueError
            An array has the wrong length, a seat price is negative, or there are row prices: this source knows no limits.
        """
        self._require(seat_prices, row_prices, floors)
        hall, most = self._hall, _most(seat_prices, floors)
        companies = hall.gather(stop)
        missing = sum(one.size for one in companies) < hall.free
        if missing and not companies:
            return offers.unseen(hall, companies, seat_prices, None)
        offer, self._memory = offers.offer(hall, companies, self._memory, seat_prices, floors, most=most, stop=stop)
        return offers.unseen(hall, companies, seat_prices, offer) if missing else offer

    def offer_shard(self, shard: int, seat_prices: Ints64, row_prices: Ints64, floors: Ints64) -> Offer:
        """`offer` for the people of one shard, without a memory; everybody else gets nothing. Together they offer what `offer` does."""
        self._require(seat_prices, row_prices, floors)
        some, most = self._hall.companies[shard : shard + 1], _most(seat_prices, floors)
        return offers.offer(self._hall, some, offers.Memory(), seat_prices, floors, most=most)[0]

    def survey(self) -> Survey:
        """Count over all pairs that exist."""
        return self._survey

    def listed(self, seat_prices: Ints64, row_prices: Ints64, floors: Ints64) -> Edges:
        """List every eligible edge that gains more than the floor: `offer` that holds nothing back, for the few or for small problems."""
        self._require(seat_prices, row_prices, floors)
        return offers.listed(self._hall, self._hall.companies, self._survey.row_eligible, seat_prices, floors)

    def everything(self) -> Edges:
        """List every eligible edge, whatever it is worth: 12 bytes each, several times that while it is made."""
        nothing = np.zeros(self.rows, dtype=np.int64)
        return self.listed(np.zeros(self.seats, dtype=np.int64), nothing[:0], nothing + NO_GAIN)

    def heaps(self, size: int = HEAP) -> Iterator[Edges]:
        """List `everything` heap by heap: whole people, about ``size`` edges at a time."""
        free, floors = np.zeros(self.seats, dtype=np.int64), np.full(self.rows, NO_GAIN, dtype=np.int64)
        return offers.heaps(self._hall, self._survey.row_eligible, size, free, floors)

    def beating(self, seat_prices: Ints64, floors: Ints64, size: int = HEAP) -> Iterator[Edges]:
        """List every eligible edge that gains more than the floor, heap by heap as `heaps`."""
        return offers.heaps(self._hall, self._survey.row_eligible, size, seat_prices, floors)

    def worthwhile(self, people: Bools, seats: Bools, size: int = HEAP) -> Iterator[Edges]:
        """List the eligible edges with points above 0 between some people and some seats, heap by heap as `heaps`."""
        prices = np.where(seats, 0, offers.MOST_PRICE)
        eligible = np.where(people, self._survey.row_eligible, 0)
        return offers.heaps(self._hall, eligible, size, prices, np.zeros(self.rows, dtype=np.int64))

    def standing(self, seat_of: Ints32, own_points: Ints64, market: Market) -> Standing:
        """Compare everybody's own seat with all others; see `matcher.model.standing.Compare`."""
        return offers.standing(self._hall, seat_of, own_points, market)

    @cached_property
    def _survey(self) -> Survey:
        return survey_of(self._hall)

    def _require(self, seat_prices: Ints64, row_prices: Ints64, floors: Ints64) -> None:
        if seat_prices.shape != (self.seats,) or floors.shape != (self.rows,):
            raise ValueError(f"Expected {self.seats} seat prices and {self.rows} floors.")
        if row_prices.size:
            raise ValueError("Expected no row prices: the limits of this source are its seats.")
        if seat_prices.size and int(seat_prices.min()) < 0:
            raise ValueError("Expected seat prices of at least 0.")


def rule_source(problem: Problem, policy: Policy, *, threads: int = 0) -> RuleSource:
    """Offer the eligible pairs of a problem.

    Parameters
    ----------
    threads
        How many may work at once; 0 is one per processor this process may use. Never changes an answer.

    Raises
    ------
    ValueError
        ``threads`` is negative.
    """
    if threads < 0:
        raise ValueError(f"Expected a number of threads of at least 0, got {threads}.")
    return RuleSource(problem, policy, threads)


def _most(seat_prices: Ints64, floors: Ints64) -> int:
    return LATER_MOST if np.any(seat_prices) and not np.any(floors < 0) else FIRST_MOST
