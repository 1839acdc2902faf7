"""The best assignment over listed edges: a minimum-cost flow, solved by OR-Tools behind guards.

Every row sends one unit to a seat, or straight to the sink at cost 0; so assigning nobody is always feasible, and any other status than
OPTIMAL is a defect. The library crashes or answers quietly wrong outside its ranges, so ranges are proven before the call, nothing is
read before the status is known, and what comes back is counted again.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from matcher.errors import InputError, SolverError
from matcher.model.edges import Edges
from matcher.solvers.guards import exact_sum, points_of, require_edges, require_openings, require_range

_NODE_LIMIT = 2**31 - 8
NAME = "min_cost_flow"


@dataclass(frozen=True, slots=True)
class _Network:
    """Arcs of the flow: edges first, then every row's way out, then seats to the sink."""

    edge: NDArray[np.int64]  # places of the used edges in the edges given
    row: NDArray[np.int32]  # row of every used edge
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    capacity: NDArray[np.int64]
    cost: NDArray[np.int64]
    supply: NDArray[np.int64]


def flow(edges: Edges, openings: NDArray[np.int64]) -> NDArray[np.int32]:
    """Assign rows to seats for the largest sum of points.

    Parameters
    ----------
    edges
        Only edges with points above 0 are used.
    openings
        int64, shape ``(seats,)``, at least 0.

    Returns
    -------
    int32, shape ``(rows,)``: the seat of each row, -1 for none. Equal input gives an equal answer, also among ties.

    Raises
    ------
    InputError
        When points are so large that the arithmetic of the flow could overflow.
    SolverError
        When the library does not reach an optimum, or its answer breaks a rule of the flow.
    """
    require_openings(openings)
    require_edges(edges, openings.size)
    seat_of = np.full(edges.rows, -1, dtype=np.int32)
    network = _network(edges, openings)
    if not network.edge.size:
        return seat_of
    require_range(network.supply.size, network.cost)
    flows = _solve(network)
    used = flows[: network.edge.size]
    chosen = np.flatnonzero(used == 1)
    seat_of[network.row[chosen]] = edges.seat[network.edge[chosen]]
    _recount(edges, openings, seat_of, network, flows)
    return seat_of


def _network(edges: Edges, openings: NDArray[np.int64]) -> _Network:
    every_row = edges.row_of()
    edge = np.flatnonzero((edges.points > 0) & (openings[edges.seat] > 0))
    row, seat = every_row[edge], edges.seat[edge]
    rows, row_node = np.unique(row, return_inverse=True)
    degree = np.bincount(seat, minlength=openings.size).astype(np.int64)
    seats = np.flatnonzero(degree)
    nodes = rows.size + seats.size + 1
    if nodes >= _NODE_LIMIT:
        raise InputError(f"A plan over {nodes} people and vacancies is larger than one flow can hold.")
    node_of = np.zeros(openings.size, dtype=np.int32)
    node_of[seats] = np.arange(rows.size, rows.size + seats.size, dtype=np.int32)
    sink = np.int32(nodes - 1)
    row_nodes = np.arange(rows.size, dtype=np.int32)
    supply = np.zeros(nodes, dtype=np.int64)
    supply[: rows.size] = 1
    supply[-1] = -rows.size
    return _Network(
        edge=edge,
        row=row,
        tail=np.concatenate([row_node.astype(np.int32), row_nodes, node_of[seats]]),
        head=np.concatenate([node_of[seat], np.full(rows.size + seats.size, sink, dtype=np.int32)]),
        capacity=np.concatenate(
            [np.ones(edge.size + rows.size, dtype=np.int64), np.minimum(openings[seats], degree[seats])]
        ),
        cost=np.concatenate([-edges.points[edge], np.zeros(rows.size + seats.size, dtype=np.int64)]),
        supply=supply,
    )


def _solve(network: _Network) -> NDArray[np.int64]:
    arcs = network.tail.size
    # Arrays of unequal length or of another type would be stretched or cut without a word.
    columns = (
        (network.tail, np.int32),
        (network.head, np.int32),
        (network.capacity, np.int64),
        (network.cost, np.int64),
    )
    if any(column.shape != (arcs,) or column.dtype != dtype for column, dtype in columns):
        raise SolverError("The arcs of the flow do not fit together.")
    solver = SimpleMinCostFlow()
    numbers = solver.add_arcs_with_capacity_and_unit_cost(network.tail, network.head, network.capacity, network.cost)
    solver.set_nodes_supplies(np.arange(network.supply.size, dtype=np.int32), network.supply)
    status = solver.solve()
    if status != SimpleMinCostFlow.OPTIMAL:
        # Reading a flow now can end the process.
        raise SolverError(f"The flow solver ended with {status}; no plan was read from it.")
    flows = np.asarray(solver.flows(numbers), dtype=np.int64)
    if flows.shape != (arcs,):
        raise SolverError("The flow solver returned a flow of another size.")
    return flows


def _recount(
    edges: Edges,
    openings: NDArray[np.int64],
    seat_of: NDArray[np.int32],
    network: _Network,
    flows: NDArray[np.int64],
) -> None:
    if bool(((flows < 0) | (flows > network.capacity)).any()):
        raise SolverError("The flow solver broke a capacity.")
    left = np.zeros(network.supply.size, dtype=np.int64)
    np.add.at(left, network.tail, flows)
    np.subtract.at(left, network.head, flows)
    if not np.array_equal(left, network.supply):
        raise SolverError("The flow solver lost or doubled somebody on the way.")
    taken = np.bincount(seat_of[seat_of >= 0], minlength=openings.size)
    if bool((taken > openings).any()):
        raise SolverError("The flow solver overfilled a vacancy.")
    if exact_sum(points_of(edges, seat_of)) != -exact_sum(network.cost[flows == 1]):
        raise SolverError("The flow solver's plan is not worth what its flow costs.")
