"""A solver in a process of its own: a program in at one end, an answer out at the other."""

import os
import struct
import sys
from dataclasses import dataclass
from typing import Any

from ortools.math_opt import callback_pb2, model_parameters_pb2, model_pb2, parameters_pb2, result_pb2
from ortools.math_opt.core.python import solver

_KINDS = {
    "GLOP": "SOLVER_TYPE_GLOP",
    "HiGHS": "SOLVER_TYPE_HIGHS",
    "SCIP": "SOLVER_TYPE_GSCIP",
}
_SIZES = struct.Struct("<4q")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a solver, as protocol buffers."""

    engine: str
    model: Any
    parameters: Any
    hints: Any

    def solve(self, interrupter: Any = None) -> Any:
        """Ask; what comes back is a `SolveResultProto`."""

        return solver.solve(
            self.model,
            parameters_pb2.SolverTypeProto.Value(_KINDS[self.engine]),
            parameters_pb2.SolverInitializerProto(),
            self.parameters,
            self.hints,
            None,
            callback_pb2.CallbackRegistrationProto(),
            None,
            interrupter,
        )

    def packed(self) -> bytes:
        """As bytes, for another process."""
        parts = [
            self.engine.encode(),
            *(part.SerializeToString() for part in (self.model, self.parameters, self.hints)),
        ]
        return b"".join([_SIZES.pack(*map(len, parts)), *parts])


def unpacked(answer: bytes) -> Any:
    """The answer of another process."""
    return result_pb2.SolveResultProto.FromString(answer)


def _read(packed: bytes) -> Asked:
    parts, at = [], _SIZES.size
    for size in _SIZES.unpack_from(packed):
        parts.append(packed[at : at + size])
        at += size
    return Asked(
        parts[0].decode(),
        model_pb2.ModelProto.FromString(parts[1]),
        parameters_pb2.SolveParametersProto.FromString(parts[2]),
        model_parameters_pb2.ModelSolveParametersProto.FromString(parts[3]),
    )


def main() -> None:
    """Answer once. Solvers that print find nobody there: only the answer goes out."""
    out = os.dup(sys.stdout.fileno())
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    answer = _read(sys.stdin.buffer.read()).solve().SerializeToString()
    with os.fdopen(out, "wb") as stream:
        stream.write(answer)


if __name__ == "__main__":
    main()
