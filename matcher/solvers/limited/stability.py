"""What prices of seats and limits prove of how many wishes a plan can keep."""

import numpy as np

from matcher.model.limits import LimitedModel
from matcher.solvers.limited.clock import until
from matcher.solvers.limited.reduced import reduced
from matcher.solvers.limited.relaxation import relax
from matcher.solvers.stability import Limit
from matcher.stop import Stop


def relaxed_limit(model: LimitedModel, bonus: int, stop: Stop) -> Limit:
    """Limit the wishes of a model in which each is worth ``bonus`` more already; without cuts, so that the prices say it all."""
    problem = reduced(model)
    proof = relax(problem, until(stop)).proven
    rows = proof.charge[: len(problem.rows)].astype(np.int64)
    # A seat that pins hold is nobody else's, at any price.
    prices = np.where(problem.openings > 0, proof.price, 0).astype(np.int64)
    return Limit(proof.bound, 1, bonus, prices, rows)
