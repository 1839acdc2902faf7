"""HiGHS on the linear program, through SciPy."""

import numpy as np
from scipy.optimize import linprog

from benchmarks.listed import Ints64
from benchmarks.peers.program import answer_of, limits_of
from benchmarks.peers.protocol import Answer, CannotRunError, Limits, TooSlowError
from matcher.model.edges import Edges

_STOPPED = 1


def solve(edges: Edges, openings: Ints64, limits: Limits) -> Answer:
    """Maximise; HiGHS chooses its method."""
    if not len(edges):
        return Answer(np.full(edges.rows, -1, dtype=np.int32), None, "nothing to solve")
    matrix, right = limits_of(edges, openings)
    found = linprog(-edges.points, A_ub=matrix, b_ub=right, method="highs", options={"time_limit": limits.time_s})
    if found.status == _STOPPED:
        raise TooSlowError
    if found.x is None or found.status != 0:
        raise CannotRunError(f"ended with status {found.status}")
    return answer_of(edges, found.x, "optimal")
