"""SciPy's sparse matching: every opening a column of its own, and a column per person for staying out."""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from benchmarks.listed import Ints64
from benchmarks.peers.protocol import Answer, Limits
from matcher.model.edges import Edges

_BYTES_PER_CELL = 150


def solve(edges: Edges, openings: Ints64, limits: Limits) -> Answer:
    """Expand and match; it only knows full matchings, hence the columns for staying out."""
    rows = edges.rows
    # More copies of a vacancy than people who may go there are of no use.
    copies = np.minimum(openings, np.bincount(edges.seat, minlength=openings.size))
    per_edge = copies[edges.seat]
    limits.require_bytes((int(per_edge.sum()) + rows) * _BYTES_PER_CELL)
    first = np.concatenate([[0], np.cumsum(copies)])
    total = int(first[-1])
    edge = np.repeat(np.arange(len(edges)), per_edge)
    copy = np.arange(edge.size) - np.repeat(np.cumsum(per_edge) - per_edge, per_edge)
    row = np.concatenate([edges.row_of()[edge], np.arange(rows)])
    column = np.concatenate([first[edges.seat[edge]] + copy, total + np.arange(rows)])
    # A weight of 0 would be no edge at all. One point more for every edge, also for staying out, changes no choice.
    weight = np.concatenate([edges.points[edge], np.zeros(rows, dtype=np.int64)]) + 1.0
    table = csr_array((weight, (row, column)), shape=(rows, total + rows))
    chosen_rows, chosen = min_weight_full_bipartite_matching(table, maximize=True)
    seat_of = np.full(rows, -1, dtype=np.int32)
    in_work = chosen < total
    seat_of[chosen_rows[in_work]] = np.searchsorted(first, chosen[in_work], side="right") - 1
    return Answer(seat_of, None, "no status")
