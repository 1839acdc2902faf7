"""All eligible pairs in one minimum-cost flow."""

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from benchmarks.listed import Ints64
from benchmarks.peers.protocol import Answer, CannotRunError, Limits
from matcher.model.edges import Edges


def solve(edges: Edges, openings: Ints64, limits: Limits) -> Answer:
    """One call over the bulk interface: a person to a vacancy, or straight to the sink at cost 0."""
    rows, seats, pairs = edges.rows, openings.size, len(edges)
    sink = rows + seats
    tail = np.concatenate([edges.row_of(), np.arange(rows, dtype=np.int32), np.arange(rows, sink, dtype=np.int32)])
    head = np.concatenate([edges.seat + np.int32(rows), np.full(rows + seats, sink, dtype=np.int32)])
    capacity = np.concatenate([np.ones(pairs + rows, dtype=np.int64), openings])
    cost = np.concatenate([-edges.points, np.zeros(rows + seats, dtype=np.int64)])
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[:rows], supply[-1] = 1, -rows
    flow = SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
    flow.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supply)
    status = flow.solve()
    if status != SimpleMinCostFlow.OPTIMAL:
        raise CannotRunError(f"ended with {status}")
    used = np.flatnonzero(flow.flows(arcs[:pairs]))
    seat_of = np.full(rows, -1, dtype=np.int32)
    seat_of[tail[used]] = edges.seat[used]
    return Answer(seat_of, None, "OPTIMAL")
