"""Solvers: mathematics in, mathematics out. They know rows and seats, no people."""

from matcher.solvers.choose import Choice, choose
from matcher.solvers.greedy import GREEDY
from matcher.solvers.pricing import PRICED_FLOW, solve
from matcher.solvers.protocol import Feature, SolveParams, Solver
from matcher.solvers.settle import settled

SOLVERS: tuple[Solver, ...] = (GREEDY, PRICED_FLOW)
"""Every solver there is, from cheap to expensive."""

__all__ = [
    "GREEDY",
    "PRICED_FLOW",
    "SOLVERS",
    "Choice",
    "Feature",
    "SolveParams",
    "Solver",
    "choose",
    "settled",
    "solve",
]
