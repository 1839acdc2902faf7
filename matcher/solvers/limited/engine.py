"""One door to the linear and integer solvers of OR-Tools: arrays in, arrays out, and only answers that say what they are.

Models go in as protocol buffers, for building them object by object takes longer than solving them. A solver never runs in the main
thread, where it would keep signals waiting, or swallow them; and HiGHS, which prints and does not always stop when it is asked to, only
ever in a process of its own.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import model_parameters_pb2, model_pb2, parameters_pb2, result_pb2, solution_pb2
from ortools.util.python.pybind_solve_interrupter import PySolveInterrupter

from matcher.errors import SolverError
from matcher.solvers.limited import child
from matcher.solvers.limited.child import Asked

Floats = NDArray[np.float64]
_PATIENCE_S = 0.05
_ENDING_S = 3.0
_NO_ANSWER = "StatusNotOk"
"""What OR-Tools raises where SCIP calls "optimal" that nothing is above the floor: there is no plan to read, and no bound either."""


class Engine(StrEnum):
    """Who solves."""

    GLOP = "GLOP"
    HIGHS = "HiGHS"
    SCIP = "SCIP"


class Ending(StrEnum):
    """How it ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"  # stopped, with a solution
    INFEASIBLE = "infeasible"
    NOTHING = "nothing"  # stopped without one


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Maximise ``cost @ x`` where ``low <= A x <= high`` and ``0 <= x <= most``.

    Attributes
    ----------
    row, column, value
        Nonzeros of ``A`` in any order, each place at most once.
    whole
        bool: which columns are whole numbers.
    start
        Values to start from, or None.
    """

    cost: Floats
    most: Floats
    whole: NDArray[np.bool_]
    low: Floats
    high: Floats
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    value: Floats
    start: Floats | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long and how well to solve.

    Attributes
    ----------
    seconds
        None for no limit.
    gap, slack
        Relative and absolute gap that is good enough; for integer programs.
    floor
        Only solutions worth more than this are wanted: where there are none, the program counts as infeasible. SCIP alone listens to it.
    nodes
        Branches to look at, at most; a limit that does not hang on the clock.
    stop
        Looked at every now and then; True ends the solve as soon as the solver listens.
    """

    seconds: float | None = None
    gap: float = 0.0
    slack: float = 0.0
    seed: int = 0
    floor: float | None = None
    nodes: int | None = None
    stop: Callable[[], bool] = field(default=lambda: False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came out.

    Attributes
    ----------
    x
        Value of every column; None where there is no solution.
    dual
        Of every row, for linear programs solved to the end.
    bound
        No solution is worth more, as the solver claims.
    """

    ending: Ending
    x: Floats | None
    dual: Floats | None
    worth: float
    bound: float


def run(program: Program, engine: Engine, effort: Effort) -> Answer:
    """Solve a program.

    Raises
    ------
    SolverError
        The solver failed, or ended in a way that says nothing.
    """
    if effort.seconds is not None and effort.seconds <= 0:
        return Answer(ending=Ending.NOTHING, x=None, dual=None, worth=-np.inf, bound=np.inf)
    asked = Asked(engine.value, _model(program), _parameters(engine, effort), _hints(program))
    result = (_in_a_child if engine is Engine.HIGHS else _in_a_thread)(asked, effort)
    if result is None:
        return Answer(ending=Ending.NOTHING, x=None, dual=None, worth=-np.inf, bound=np.inf)
    return _read(result, program)


def _in_a_thread(asked: Asked, effort: Effort) -> Any:
    # SCIP complains on the terminal of being interruptible; it keeps to its seconds, though.
    interrupter = PySolveInterrupter() if asked.engine == Engine.GLOP else None
    found, failed = [], []

    def work() -> None:
        try:
            found.append(asked.solve(interrupter))
        except Exception as error:  # whatever it is, it is told where the answer is waited for
            failed.append(error)

    thread = threading.Thread(target=work, name=f"matcher-{asked.engine}", daemon=True)
    thread.start()
    late = _late(effort)
    try:
        while thread.is_alive():
            thread.join(_PATIENCE_S)
            if effort.stop() or time.monotonic() > late:
                _interrupt(interrupter)
                thread.join(_ENDING_S)
                break
    except BaseException:
        _interrupt(interrupter)
        raise
    if failed and asked.engine == Engine.SCIP and type(failed[0]).__name__ == _NO_ANSWER:
        return None
    if failed:
        raise SolverError(f"{asked.engine} failed: {type(failed[0]).__name__}.") from failed[0]
    return found[0] if found else None


def _interrupt(interrupter: PySolveInterrupter | None) -> None:
    if interrupter is not None:
        interrupter.interrupt()


def _in_a_child(asked: Asked, effort: Effort) -> Any:
    """A process of its own, for a solver that does not listen can then be ended, and one that crashes takes nobody along."""
    with subprocess.Popen(
        [sys.executable, "-m", child.__name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            return _talked(process, asked, effort)
        finally:
            process.kill()


def _talked(process: "subprocess.Popen[bytes]", asked: Asked, effort: Effort) -> Any:
    late, given = _late(effort), asked.packed()
    answer: list[bytes] = []

    def work() -> None:
        with suppress(OSError, ValueError):  # its ends are closed when time is up
            answer.append(process.communicate(given)[0])

    talk = threading.Thread(target=work, daemon=True)
    talk.start()
    while talk.is_alive():
        talk.join(_PATIENCE_S)
        if effort.stop() or time.monotonic() > late:
            return None
    if process.returncode or not answer or not answer[0]:
        raise SolverError(f"{asked.engine} ended with code {process.returncode} and no answer.")
    return child.unpacked(answer[0])


def _late(effort: Effort) -> float:
    return np.inf if effort.seconds is None else time.monotonic() + effort.seconds + _ENDING_S


def _model(program: Program) -> Any:
    columns, rows = program.cost.size, program.low.size
    model = model_pb2.ModelProto()
    model.variables.ids.extend(range(columns))
    model.variables.lower_bounds.extend([0.0] * columns)
    model.variables.upper_bounds.extend(program.most.tolist())
    model.variables.integers.extend(program.whole.tolist())
    model.linear_constraints.ids.extend(range(rows))
    model.linear_constraints.lower_bounds.extend(program.low.tolist())
    model.linear_constraints.upper_bounds.extend(program.high.tolist())
    order = np.lexsort((program.column, program.row))
    matrix = model.linear_constraint_matrix
    matrix.row_ids.extend(program.row[order].tolist())
    matrix.column_ids.extend(program.column[order].tolist())
    matrix.coefficients.extend(program.value[order].tolist())
    costly = np.flatnonzero(program.cost)
    model.objective.maximize = True
    model.objective.linear_coefficients.ids.extend(costly.tolist())
    model.objective.linear_coefficients.values.extend(program.cost[costly].tolist())
    return model


def _parameters(engine: Engine, effort: Effort) -> Any:
    asked = parameters_pb2.SolveParametersProto()
    if effort.seconds is not None:
        # A little less than there is: what has been found must still come back.
        asked.time_limit.FromMilliseconds(max(1, int((effort.seconds - min(_ENDING_S, effort.seconds / 5)) * 1000)))
    if engine is not Engine.GLOP:
        asked.relative_gap_tolerance = effort.gap
        asked.absolute_gap_tolerance = effort.slack
        asked.random_seed = effort.seed
    if engine is Engine.SCIP and effort.floor is not None:
        asked.cutoff_limit = effort.floor
    if engine is Engine.SCIP and effort.nodes is not None:
        asked.node_limit = effort.nodes
    return asked


def _hints(program: Program) -> Any:
    asked = model_parameters_pb2.ModelSolveParametersProto()
    if program.start is not None:
        hint = asked.solution_hints.add()
        hint.variable_values.ids.extend(range(program.cost.size))
        hint.variable_values.values.extend(program.start.tolist())
    return asked


def _read(result: Any, program: Program) -> Answer:
    reason = result.termination.reason
    bounds = result.termination.objective_bounds
    x, dual = None, None
    if result.solutions:
        first = result.solutions[0]
        if first.primal_solution.feasibility_status == solution_pb2.SOLUTION_STATUS_FEASIBLE:
            x = _dense(first.primal_solution.variable_values, program.cost.size)
        if first.HasField("dual_solution"):
            dual = _dense(first.dual_solution.dual_values, program.low.size)
    ending = Ending.NOTHING
    if reason == result_pb2.TERMINATION_REASON_OPTIMAL and x is not None:
        ending = Ending.OPTIMAL
    elif reason in {result_pb2.TERMINATION_REASON_INFEASIBLE, result_pb2.TERMINATION_REASON_INFEASIBLE_OR_UNBOUNDED}:
        ending, x = Ending.INFEASIBLE, None  # nothing here is unbounded
    elif x is None and result.termination.limit == result_pb2.LIMIT_CUTOFF:
        ending = Ending.INFEASIBLE
    elif x is not None and reason in {result_pb2.TERMINATION_REASON_FEASIBLE, result_pb2.TERMINATION_REASON_IMPRECISE}:
        ending = Ending.FEASIBLE
    else:
        x = None
    worth = -np.inf if x is None else float(program.cost @ x)
    return Answer(ending=ending, x=x, dual=dual, worth=worth, bound=float(bounds.dual_bound))


def _dense(values: Any, size: int) -> Floats:
    out = np.zeros(size, dtype=np.float64)
    out[np.fromiter(values.ids, dtype=np.int64, count=len(values.ids))] = np.fromiter(
        values.values, dtype=np.float64, count=len(values.values)
    )
    return out
