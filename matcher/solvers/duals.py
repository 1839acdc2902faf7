"""Both extreme optimal prices of every seat, exactly, from an optimal assignment.

The largest optimal price is what the optimum loses with one opening less, the smallest what it gains with one opening more (Leonard,
J. Polit. Econ. 91 (1983) 461-479, for assignment markets). Prices are found by shortest paths in the residual graph and then checked
as what they claim to be: a dual solution worth exactly as much as the assignment.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SolverError
from matcher.model.edges import Edges
from matcher.model.solution import PriceKind, Prices
from matcher.solvers import kernels, labels
from matcher.solvers.guards import exact_dot, exact_sum, points_of, require_edges, require_openings

_FAR = np.int64(2**62)


def extreme_duals(
    edges: Edges, openings: NDArray[np.int64], seat_of: NDArray[np.int32], *, high: NDArray[np.int64] | None = None
) -> Prices:
    """Largest and smallest optimal price of every seat over the edges given.

    Parameters
    ----------
    edges
        Edges with points of 0 or less change nothing.
    openings
        int64, shape ``(seats,)``, at least 0.
    seat_of
        int32, shape ``(rows,)``: an **optimal** assignment over these edges, -1 for none.
    high
        The largest prices, where they are known already: only searched for where they are None.

    Returns
    -------
    Prices
        ``high`` is 0 where openings are left or there are none; ``low`` of a seat without openings is what one opening would bring.

    Raises
    ------
    SolverError
        When the assignment is not an assignment, or not an optimal one.
    """
    require_openings(openings)
    require_edges(edges, openings.size)
    _require_assignment(edges, openings, seat_of)
    own = points_of(edges, seat_of)
    if bool((own[seat_of >= 0] <= 0).any()):
        raise SolverError("The assignment holds pairs that are worth nothing; it is not an optimal one.")
    open_edges = useful_edges(edges, openings)
    if high is None:
        high = largest_prices(open_edges, openings, seat_of, own)
    if high is None:
        raise SolverError("The assignment is not optimal: somebody could move to a better place.")
    low = _low(open_edges, openings, seat_of, own, high)
    closed = openings == 0
    if closed.any():
        wanted = edges.keep(closed[edges.seat])
        low = np.where(
            closed, _bids(wanted, row_gains(seat_of, own, low), np.ones(edges.rows, np.bool_), low.size), low
        )
    for price in (high, low):
        require_optimal(open_edges, openings, seat_of, own, price)
    return Prices(high=high, low=low, kind=PriceKind.EXTREME)


def useful_edges(edges: Edges, openings: NDArray[np.int64]) -> Edges:
    """Edges with points above 0 to seats with openings: the only ones an optimum can use."""
    useful = (edges.points > 0) & (openings[edges.seat] > 0)
    return edges if bool(useful.all()) else edges.keep(useful)


def largest_prices(
    edges: Edges, openings: NDArray[np.int64], seat_of: NDArray[np.int32], own: NDArray[np.int64], patience: int = -1
) -> NDArray[np.int64] | None:
    """Largest optimal prices, or None where the assignment is not optimal.

    Parameters
    ----------
    edges
        Useful edges only.
    seat_of, own
        An assignment over these edges, and the points of every row's own edge.
    patience
        Passes after which None is returned without knowing; below 0 for no limit.
    """
    seats = openings.size
    seated = np.flatnonzero(seat_of >= 0)
    full = (np.bincount(seat_of[seated], minlength=seats) == openings) & (openings > 0)
    # Straight from "nobody": a seat's price is at most what its cheapest row could do without, and 0 while openings are left.
    label = np.where(full, _FAR, np.int64(0))
    np.minimum.at(label, seat_of[seated], own[seated])
    floor = _bids(edges, np.zeros(edges.rows, np.int64), seat_of < 0, seats)
    arcs = labels.residual_arcs(edges.start, edges.seat, edges.points, seat_of, own, seats)
    return label if labels.lower_labels(*arcs, label, floor, patience) >= 0 else None


def row_gains(seat_of: NDArray[np.int32], own: NDArray[np.int64], price: NDArray[np.int64]) -> NDArray[np.int64]:
    """What every row keeps of its own points after paying its seat's price; 0 without a seat."""
    seated = seat_of >= 0
    paid = np.zeros(seat_of.size, dtype=np.int64)
    paid[seated] = price[seat_of[seated]]
    return own - paid


def _require_assignment(edges: Edges, openings: NDArray[np.int64], seat_of: NDArray[np.int32]) -> None:
    if seat_of.dtype != np.int32 or seat_of.shape != (edges.rows,):
        raise SolverError("An assignment must be one column of int32, one entry per row.")
    if seat_of.size and (int(seat_of.min()) < -1 or int(seat_of.max()) >= openings.size):
        raise SolverError("An assignment uses a seat that does not exist.")
    if bool((np.bincount(seat_of[seat_of >= 0], minlength=openings.size) > openings).any()):
        raise SolverError("An assignment overfills a vacancy.")


def _low(
    edges: Edges,
    openings: NDArray[np.int64],
    seat_of: NDArray[np.int32],
    own: NDArray[np.int64],
    high: NDArray[np.int64],
) -> NDArray[np.int64]:
    seats = openings.size
    slack = high - _bids(edges, np.zeros(edges.rows, np.int64), seat_of < 0, seats)
    if bool((slack < 0).any()):
        raise SolverError(
            "The assignment is not optimal: somebody without a place is worth more than somebody with one."
        )
    first, rows = kernels.rows_by_seat(seat_of, seats)
    outcome = kernels.shrink_slack(edges.start, edges.seat, edges.points, own, first, rows, openings > 0, high, slack)
    if outcome == kernels.NOT_OPTIMAL:
        raise SolverError("The largest prices do not fit the assignment.")
    return high - slack


def _bids(edges: Edges, gain: NDArray[np.int64], counts: NDArray[np.bool_], seats: int) -> NDArray[np.int64]:
    return np.asarray(kernels.largest_offer(edges.start, edges.seat, edges.points, gain, counts, seats))


def require_optimal(
    edges: Edges,
    openings: NDArray[np.int64],
    seat_of: NDArray[np.int32],
    own: NDArray[np.int64],
    price: NDArray[np.int64],
) -> None:
    """Plain numpy, no kernels: prices and assignment must be worth the same and nobody may prefer another seat."""
    gain = row_gains(seat_of, own, price)
    feasible = not (price < 0).any() and not (gain < 0).any()
    calm = not (edges.points - price[edges.seat] > np.repeat(gain, np.diff(edges.start))).any()
    charged = np.where(openings > 0, price, 0)
    if not (feasible and calm) or exact_dot(openings, charged) + exact_sum(gain) != exact_sum(own):
        raise SolverError("Prices and assignment do not prove each other optimal.")
