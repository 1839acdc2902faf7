"""Solves programmes with HiGHS, through SciPy; see :mod:`.milp`."""

from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from .milp import Programme, serve


def solve(asked: Programme) -> dict[str, Any]:
    """HiGHS, through SciPy."""

    cost = np.array(asked["cost"], dtype=float)
    if not cost.size:
        empty = all((low or 0) <= 0 and (high is None or high >= 0) for _, low, high in asked["rows"])
        return {"status": "optimal", "ones": []} if empty else {"status": "infeasible"}
    at = [(r, c, w) for r, (row, _, _) in enumerate(asked["rows"]) for c, w in row]
    matrix = coo_array(
        ([w for _, _, w in at], ([r for r, _, _ in at], [c for _, c, _ in at])), shape=(len(asked["rows"]), cost.size)
    )
    low = [-np.inf if low is None else low for _, low, _ in asked["rows"]]
    high = [np.inf if high is None else high for _, _, high in asked["rows"]]
    found = milp(
        -cost,
        integrality=np.ones(cost.size),
        bounds=Bounds(0, [np.inf if top is None else top for top in asked["whole"]]),
        constraints=LinearConstraint(matrix.tocsr(), low, high),
        options={"mip_rel_gap": 0.0},
    )
    if found.status == 2:
        return {"status": "infeasible"}
    if found.status != 0:
        return {"status": f"stopped: {found.message}"}
    return {"status": "optimal", "ones": np.flatnonzero(np.round(found.x) == 1).tolist()}


if __name__ == "__main__":
    serve(solve)
