"""Solves programmes with SCIP, through MathOpt; see :mod:`.milp`."""

from typing import Any

from ortools.math_opt.python import mathopt

from .milp import Programme, serve


def solve(asked: Programme) -> dict[str, Any]:
    """SCIP, through MathOpt."""

    model = mathopt.Model()
    columns = [model.add_integer_variable(lb=0, ub=float("inf") if top is None else top) for top in asked["whole"]]
    for row, low, high in asked["rows"]:
        total = mathopt.LinearSum(w * columns[c] for c, w in row)
        model.add_linear_constraint(
            lb=float("-inf") if low is None else low, ub=float("inf") if high is None else high, expr=total
        )
    model.maximize(mathopt.LinearSum(c * x for c, x in zip(asked["cost"], columns, strict=True)))
    exact = mathopt.SolveParameters(relative_gap_tolerance=0.0, absolute_gap_tolerance=0.0)
    found = mathopt.solve(model, mathopt.SolverType.GSCIP, params=exact)
    reason = found.termination.reason
    if reason in (mathopt.TerminationReason.INFEASIBLE, mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED):
        return {"status": "infeasible"}
    if reason is not mathopt.TerminationReason.OPTIMAL:
        return {"status": f"stopped: {found.termination.detail}"}
    values = found.variable_values()
    return {"status": "optimal", "ones": [at for at, x in enumerate(columns) if round(values[x]) == 1]}


if __name__ == "__main__":
    serve(solve)
