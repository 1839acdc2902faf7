"""The same problem as a linear program, for solvers of those."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from benchmarks.listed import Ints64
from benchmarks.peers.protocol import Answer
from matcher.model.edges import Edges

_WHOLE = 1e-6


def limits_of(edges: Edges, openings: Ints64) -> tuple[Any, NDArray[np.float64]]:
    """Return matrix (CSC, a column per pair) and right-hand side: everybody at most one vacancy, no vacancy more than its openings."""
    pairs, rows = len(edges), edges.rows
    index = np.empty(2 * pairs, dtype=np.int32)
    index[0::2], index[1::2] = edges.row_of(), edges.seat + rows
    start = np.arange(0, 2 * pairs + 1, 2, dtype=np.int32)
    matrix = csc_array((np.ones(2 * pairs), index, start), shape=(rows + openings.size, pairs))
    return matrix, np.concatenate([np.ones(rows), openings.astype(np.float64)])


def answer_of(edges: Edges, shares: NDArray[np.float64], says: str) -> Answer:
    """Value the fractions that came out, and count who was cut in pieces."""
    broken = np.abs(shares - np.rint(shares)) > _WHOLE
    people = np.unique(edges.row_of()[broken]).size
    return Answer(None, float(edges.points @ shares), says + (f", {people:,} people in fractions" if people else ""))
