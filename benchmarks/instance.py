"""What can be measured: a folder of files, or a list of pairs; and what a measurement is handed of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.listed import Ints64, ListedEdges
from matcher.case import prepare
from matcher.domain.policy import Policy
from matcher.domain.tables import Problem
from matcher.inputs import InputRequest, read_inputs
from matcher.model.edges import Edges, EdgeSource
from matcher.pairing.source import rule_source
from matcher.sample import RUN_DATE, write_sample

_COLUMNS = ("start", "seat", "points", "openings")


@dataclass(frozen=True, slots=True)
class Rules:
    """People, vacancies and the policy that says who may go where."""

    problem: Problem
    policy: Policy


@dataclass(frozen=True, slots=True)
class Subject:
    """An instance in memory, before anybody has looked at a pair.

    Attributes
    ----------
    openings
        int64, shape ``(seats,)``.
    source
        Makes a fresh source of all pairs for a number of threads; 0 is one per processor.
    rules
        None where the pairs are given and no rule makes them.
    pairs
        How many pairs are eligible, None where nobody knows before looking.
    """

    rows: int
    openings: Ints64
    source: Callable[[int], EdgeSource]
    rules: Rules | None = None
    pairs: int | None = None


class Instance(Protocol):
    """One named problem."""

    @property
    def name(self) -> str:
        """What it is called on the command line; unique."""
        ...

    @property
    def about(self) -> str:
        """One line."""
        ...

    @property
    def family(self) -> str:
        """What it is called together with others; growth is fitted within a family."""
        ...

    @property
    def from_files(self) -> bool:
        """True where it is a bundle, so that a whole run can be measured."""
        ...

    @property
    def refused(self) -> bool:
        """True where the only right answer is to refuse it."""
        ...

    def make(self, folder: Path) -> None:
        """Write it to an empty folder; the same bytes every time."""
        ...

    def open(self, folder: Path) -> Subject:
        """Bring it to memory from the folder that `make` wrote."""
        ...


def _leave(folder: Path) -> None:
    """Change nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleInstance:
    """A sample bundle.

    Attributes
    ----------
    scenario, people, vacancies, seed
        As `matcher.sample.write_sample` takes them.
    change
        What is done to the written bundle, to make it hard.
    """

    name: str
    about: str
    scenario: str
    people: int | None = None
    vacancies: int | None = None
    seed: int = 1
    family: str = "bundles"
    change: Callable[[Path], None] = field(default=_leave)
    from_files: bool = True
    refused: bool = False

    def make(self, folder: Path) -> None:
        """Write the bundle."""
        write_sample(folder, scenario=self.scenario, people=self.people, vacancies=self.vacancies, seed=self.seed)
        self.change(folder)

    def open(self, folder: Path) -> Subject:
        """Read, validate and encode the bundle."""
        inputs = read_inputs(InputRequest(bundle=folder, run_date=RUN_DATE))
        problem = prepare(inputs.bundle.raw, inputs.policy, inputs.run_date).problem
        policy = inputs.policy
        return Subject(
            rows=problem.shape[0],
            openings=problem.vacancies.openings,
            source=lambda threads: rule_source(problem, policy, threads=threads),
            rules=Rules(problem, policy),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedInstance:
    """Pairs with points and openings, as drawn: only solving is measured.

    Attributes
    ----------
    draw
        Returns the pairs and the openings; the same ones every time.
    """

    name: str
    about: str
    draw: Callable[[], tuple[Edges, Ints64]]
    family: str = "listed"
    from_files: bool = False
    refused: bool = False

    def make(self, folder: Path) -> None:
        """Draw and write the pairs."""
        edges, openings = self.draw()
        columns: tuple[NDArray[np.int32] | Ints64, ...] = (edges.start, edges.seat, edges.points, openings)
        for name, column in zip(_COLUMNS, columns, strict=True):
            np.save(folder / f"{name}.npy", column)

    def open(self, folder: Path) -> Subject:
        """Read the pairs back."""
        start, seat, points, openings = (np.load(folder / f"{name}.npy") for name in _COLUMNS)
        edges = Edges(start, seat, points)
        return Subject(
            rows=edges.rows,
            openings=openings,
            source=lambda _: ListedEdges(edges, openings.size),
            pairs=len(edges),
        )
