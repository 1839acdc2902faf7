"""The same answer from a general integer programme, for puzzles too large to try out; the library runs in a process of its own.

``python -m tests.oracle.scip`` (or highs) reads one programme a line and writes one answer a line.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .puzzle import Best, Key, Puzzle

Programme = dict[str, Any]


def programme(puzzle: Puzzle) -> tuple[Programme, list[tuple[Key, Key]]]:
    """Columns (one per choice, then what is broken, then values in use) and rows, and whose choice each column is."""
    cost: list[int] = []
    whole: list[int | None] = []  # largest value of the column, None for no limit
    rows: list[tuple[dict[int, int], int | None, int | None]] = []
    chosen: list[tuple[Key, Key]] = []
    by_seat: dict[Key, list[int]] = {}
    by_limit: dict[Key, dict[int, int]] = {key: {} for key in puzzle.limits}
    for person, choices in puzzle.choices.items():
        own: dict[int, int] = {}
        for option in choices:
            if option is None:
                continue
            at = len(cost)
            cost.append(option.points)
            whole.append(1)
            chosen.append((person, option.seat))
            own[at] = 1
            by_seat.setdefault(option.seat, []).append(at)
            for key, weight in option.weights.items():
                by_limit[key][at] = weight
        rows.append((own, 1 if person in puzzle.must else None, 1))
    for seat, columns in by_seat.items():
        rows.append((dict.fromkeys(columns, 1), None, min(puzzle.openings.get(seat, 0), len(columns))))
    for key, limit in puzzle.limits.items():
        row = dict(by_limit[key])
        if limit.weight is not None:
            row[len(cost)] = -limit.unit if limit.sense == "<=" else limit.unit
            cost.append(-limit.weight)
            whole.append(None)
        rows.append((row, None, limit.bound) if limit.sense == "<=" else (row, limit.bound, None))
    for value_of, most in puzzle.distinct:
        in_use: dict[Key, int] = {}
        for seat, columns in by_seat.items():
            if seat in value_of:
                if value_of[seat] not in in_use:
                    in_use[value_of[seat]] = len(cost)
                    cost.append(0)
                    whole.append(1)
                rows.extend(({at: 1, in_use[value_of[seat]]: -1}, None, 0) for at in columns)
        rows.append((dict.fromkeys(in_use.values(), 1), None, most))
    return {"cost": cost, "whole": whole, "rows": [[list(r.items()), low, high] for r, low, high in rows]}, chosen


class Milp:
    """A process that solves one programme after another."""

    def __init__(self, solver: str = "scip") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"tests.oracle.{solver}"],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # SCIP complains of harmless things; without an answer `best` fails anyway
            text=True,
        )

    def __enter__(self) -> Milp:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def best(self, puzzle: Puzzle) -> Best:
        """The best answer; its value is worked out again from the plan, so that no rounding can reach it.

        Raises
        ------
        AssertionError
            The plan found breaks something: the general solver rounded too freely.
        """
        if puzzle.impossible:
            return Best(None, {})
        asked, chosen = programme(puzzle)
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer: Mapping[str, Any] = json.loads(self._process.stdout.readline())
        if answer["status"] == "infeasible":
            return Best(None, {})
        assert answer["status"] == "optimal", answer
        plan = dict(chosen[at] for at in answer["ones"] if at < len(chosen))
        value = puzzle.value(plan)
        assert value is not None, "the general solver handed out a plan that is not allowed"
        return Best(value, plan)


def serve(solve: Callable[[Programme], dict[str, Any]]) -> None:
    """Answer line by line until the other side closes."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(solve(json.loads(line))) + "\n")
        sys.stdout.flush()
