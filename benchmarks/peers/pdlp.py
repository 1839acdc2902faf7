"""PDLP of OR-Tools on the linear program, to a relative gap of one millionth."""

import numpy as np
from ortools.pdlp import solve_log_pb2, solvers_pb2
from ortools.pdlp.python import pdlp

from benchmarks.listed import Ints64
from benchmarks.meter import processors
from benchmarks.peers.program import answer_of, limits_of
from benchmarks.peers.protocol import Answer, CannotRunError, Limits, TooSlowError
from matcher.model.edges import Edges

_GAP = 1e-6


def solve(edges: Edges, openings: Ints64, limits: Limits) -> Answer:
    """Maximise with as many threads as there are processors."""
    if not len(edges):
        return Answer(np.full(edges.rows, -1, dtype=np.int32), None, "nothing to solve")
    matrix, right = limits_of(edges, openings)
    program = pdlp.QuadraticProgram()
    program.resize_and_initialize(len(edges), right.size)
    program.objective_vector = -edges.points.astype(np.float64)
    program.constraint_matrix = matrix
    program.constraint_lower_bounds = np.full(right.size, -np.inf)
    program.constraint_upper_bounds = right
    program.variable_lower_bounds = np.zeros(len(edges))
    program.variable_upper_bounds = np.ones(len(edges))
    params = solvers_pb2.PrimalDualHybridGradientParams()
    params.num_threads = processors()
    stop = params.termination_criteria
    stop.time_sec_limit = limits.time_s
    stop.simple_optimality_criteria.eps_optimal_absolute = _GAP
    stop.simple_optimality_criteria.eps_optimal_relative = _GAP
    found = pdlp.primal_dual_hybrid_gradient(program, params)
    reason = solve_log_pb2.TerminationReason.Name(found.solve_log.termination_reason)
    reason = reason.removeprefix("TERMINATION_REASON_").lower().replace("_", " ")
    if reason == "time limit":
        raise TooSlowError
    if reason != "optimal":
        raise CannotRunError(f"ended with {reason}")
    return answer_of(edges, np.asarray(found.primal_solution), f"{reason} to {_GAP:g}")
