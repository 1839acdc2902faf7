"""A good plan soon: people change places under the limits, at a temperature that falls.

Simulated annealing (Kirkpatrick, Gelatt and Vecchi, Science 220 (1983)) with moves of one person, or of two where the first one needs room:
shift and ejection, as in the best heuristics for the generalised assignment problem (Yagiura, Ibaraki and Glover, EJOR 169 (2006)). It
starts from the linear relaxation, and counts moves, not seconds: unless time runs out, the same seed gives the same plan.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.model.limits import PRICE_BITS
from matcher.solvers.limited.bound import Proven
from matcher.solvers.limited.clock import Time
from matcher.solvers.limited.exchange_kernels import BROKEN, NOBODY, Field, State, exchange, placed
from matcher.solvers.limited.plan import Plan, appraised
from matcher.solvers.limited.reduced import Ints, Reduced, slices
from matcher.solvers.limited.relaxation import Relaxed, losses

_EDGES = 12
"""Edges per person that take part: those that lose least at the prices."""
_ALARM = 30.0
"""How much more than its price a broken hard row costs."""
_CHUNK = 20_000
_CHUNKS = 64
_HOT, _WARM, _COLD = 1.5, 0.6, 0.2
"""Where the temperature begins, from the relaxation and from a plan; and what is left of it in the end."""
_RANK = 3
_SAFE = 2.0**61


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """How long to go on.

    Attributes
    ----------
    until
        Stops at the next look.
    per_person
        Moves to try, times the people; at least so many that small problems get their share.
    """

    until: Time
    seed: int
    per_person: int = 4_000


def exchanged(
    problem: Reduced, proof: Proven, relaxed: Relaxed, moves: Moves, *, first: Plan | None = None
) -> Plan | None:
    """Look for a plan, from a first one or from the relaxation; None where no plan was met that keeps the hard limits."""
    if problem.model.limits.distinct or not problem.useful.any():
        return first
    loss = losses(problem, proof)
    begin = relaxed.tight[np.argsort(-relaxed.share, kind="stable")] if first is None else first.chosen
    field = _field(problem, _edges(problem, loss, np.union1d(relaxed.tight, begin)))
    if field is None:
        return first
    state = _started(field, problem, begin)
    best, worth, note = state.chosen.copy(), np.array([-(2**62)], dtype=np.int64), np.zeros(1, dtype=np.int64)
    if state.sums[BROKEN] == 0:
        worth[0] = state.sums[0] - state.sums[1]
    dice = np.array([(moves.seed + 1) * 2_654_435_761 % 2**63 + 1], dtype=np.uint64)
    alarm, hot = _alarm(problem, proof, field), _heat(field, loss) * (_HOT if first is None else _WARM)
    tries = min(max(_CHUNK, moves.per_person * field.people.size // _CHUNKS), 50 * _CHUNK)
    for step in range(_CHUNKS):
        if moves.until.up():
            break
        exchange(field, state, alarm, dice, hot * _COLD ** (step / (_CHUNKS - 1)), tries, best, worth, note)
    found = appraised(problem, np.sort(field.order[best[best >= 0]])) if worth[0] > -(2**62) else None
    return max((one for one in (first, found) if one is not None), key=lambda one: one.worth, default=None)


def _edges(problem: Reduced, loss: Ints, always: Ints) -> Ints:
    """Of everybody the edges that lose least, in that order."""
    useful = np.flatnonzero(problem.useful)
    order = useful[np.lexsort((loss[useful], problem.owner[useful]))]
    owner = problem.owner[order]
    rank = np.arange(order.size) - np.searchsorted(owner, owner)
    chosen = np.union1d(order[rank < _EDGES], always)
    return np.asarray(chosen[np.lexsort((loss[chosen], problem.owner[chosen]))])


def _field(problem: Reduced, chosen: Ints) -> Field | None:
    """Seats and limits alike as upper bounds, without those that can never bind; None where sums might not fit 64 bits."""
    people, seats, w = problem.start.size - 1, problem.openings.size, problem.weights
    sign = np.array([row.sign for row in problem.rows], dtype=np.int64)
    own = slices(w.start, chosen)
    edge = np.concatenate([np.arange(chosen.size), np.repeat(np.arange(chosen.size), np.diff(w.start)[chosen])])
    row = np.concatenate([problem.seat[chosen], seats + w.row[own].astype(np.int64)])
    amount = np.concatenate([np.ones(chosen.size, dtype=np.int64), w.weight[own] * sign[w.row[own]]])
    limits = [row.sign * bound for row, bound in zip(problem.rows, problem.bound, strict=True)]
    unit = np.array([0] * seats + [row.soft.unit if row.soft else 0 for row in problem.rows], dtype=np.int64)
    fine = np.array([0] * seats + [row.soft.weight if row.soft else 0 for row in problem.rows], dtype=np.int64)
    rows, owner = seats + len(problem.rows), problem.owner[chosen][edge]
    total = np.bincount(row, weights=np.abs(amount.astype(np.float64)), minlength=rows)
    most = total.max(initial=0.0) + max(map(abs, limits), default=0)
    if most >= _SAFE or ((most / np.maximum(unit, 1)) * fine).max(initial=0.0) * rows >= _SAFE:
        return None
    bound = np.concatenate([problem.openings, np.array(limits, dtype=np.int64)])
    binding = _reach(row, amount, owner, people, rows) > bound
    keep = np.flatnonzero(binding[row])
    keep = keep[np.lexsort((row[keep], edge[keep]))]
    on = np.bincount(np.unique(owner[keep] * rows + row[keep]) % rows, minlength=rows)
    return Field(
        people=np.unique(problem.owner[chosen]),
        start=_starts(problem.owner[chosen], people),
        points=problem.points[chosen],
        order=chosen,
        at=_starts(edge[keep], chosen.size),
        row=row[keep],
        amount=amount[keep],
        # Rows that cannot bind are held by nobody here; a bound below 0 without weights stays broken.
        bound=bound,
        unit=unit,
        fine=fine,
        first=np.concatenate([[0], np.cumsum(on)]).astype(np.int64),
    )


def _reach(row: Ints, amount: Ints, owner: Ints, people: int, rows: int) -> NDArray[np.float64]:
    """The most that everybody together could use of every row."""
    key = owner * rows + row
    order = np.argsort(key, kind="stable")
    key = key[order]
    at = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
    each = np.maximum(np.maximum.reduceat(amount[order], at), 0)
    return np.asarray(np.bincount(key[at] % rows, weights=each.astype(np.float64), minlength=rows), dtype=np.float64)


def _started(field: Field, problem: Reduced, begin: Ints) -> State:
    rows = field.bound.size
    state = State(
        chosen=np.full(field.start.size - 1, NOBODY, dtype=np.int64),
        used=np.zeros(rows, dtype=np.int64),
        members=np.zeros(max(1, int(field.first[-1])), dtype=np.int64),
        held=np.zeros(rows, dtype=np.int64),
        place=np.zeros(max(1, field.row.size), dtype=np.int64),
        sums=np.zeros(3, dtype=np.int64),
    )
    over = np.maximum(0, -field.bound)
    soft = field.unit > 0
    state.sums[BROKEN] = int(((over > 0) & ~soft).sum())
    state.sums[1] = int((field.fine * -(-over // np.maximum(field.unit, 1)))[soft].sum())
    place = np.empty(problem.points.size, dtype=np.int64)
    place[field.order] = np.arange(field.order.size)
    for edge in begin.tolist():
        person = int(problem.owner[edge])
        if state.chosen[person] < 0:
            placed(field, state, person, int(place[edge]))
    return state


def _alarm(problem: Reduced, proof: Proven, field: Field) -> NDArray[np.float64]:
    """Points per unit of a broken hard row: far above its price, and above what anybody brings by breaking it."""
    price = np.concatenate(
        [proof.price.astype(np.float64), np.abs(proof.charge[: len(problem.rows)]) / 2.0**PRICE_BITS]
    )
    largest = np.ones(field.bound.size)
    np.maximum.at(largest, field.row, np.abs(field.amount).astype(np.float64))
    return np.maximum(_ALARM * price, 2.0 * float(problem.points.max(initial=1)) / largest)


def _heat(field: Field, loss: Ints) -> float:
    """What people typically lose by one of their next best edges, in points."""
    at = field.start[field.people] + _RANK
    at = at[at < field.start[field.people + 1]]
    typical = float(np.median(loss[field.order[at]])) / 2.0**PRICE_BITS if at.size else 0.0
    return max(typical, 1e-3 * float(field.points.mean()))


def _starts(owner: Ints, size: int) -> Ints:
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=size))]).astype(np.int64)
