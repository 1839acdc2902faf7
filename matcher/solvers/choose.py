"""Picks the cheapest solver that can do what is asked, and says why."""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.errors import NotSupportedError
from matcher.solvers.protocol import Feature, Solver


@dataclass(frozen=True, slots=True)
class Choice:
    """A solver, and the reason in one sentence."""

    solver: Solver
    why: str


def choose(features: frozenset[Feature], solvers: Sequence[Solver]) -> Choice:
    """Pick the first solver that handles all features.

    Parameters
    ----------
    features
        What the model asks for.
    solvers
        From cheap to expensive.

    Raises
    ------
    NotSupportedError
        When no solver handles all of them.
    """
    passed: list[str] = []
    for solver in solvers:
        lacking = features - solver.handles
        if not lacking:
            asked = _named(features)
            others = f"; cheaper, but lacking: {', '.join(passed)}" if passed else ""
            return Choice(solver, f"{solver.name} is the cheapest solver for {asked}{others}.")
        passed.append(f"{solver.name} ({_named(lacking)})")
    raise NotSupportedError(f"No solver handles {_named(features)} together. Hint: there are {'; '.join(passed)}.")


def _named(features: frozenset[Feature]) -> str:
    return ", ".join(feature.value for feature in Feature if feature in features) or "an empty model"
