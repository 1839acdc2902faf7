"""What a page is made from, and the page itself: the same plan gives the same bytes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matcher.domain.policy import Policy
from matcher.domain.relaxed import Relaxed
from matcher.domain.tables import Codebook, Problem
from matcher.model.solution import Proof, Status
from matcher.verdict.words import Words

PAGE = "report.html"
MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Proven:
    """What is proven about a plan; as the section `solver` of its manifest says it.

    Attributes
    ----------
    searched
        The search went to its end and found nothing better, though the prices cannot prove it.
    """

    status: Status
    proof: Proof
    objective: int
    upper_bound: int
    gap: float
    searched: bool = False

    @property
    def priced(self) -> bool:
        """Prices say something: the search was not cut short."""
        return self.status in {Status.OPTIMAL, Status.WITHIN_GAP}


@dataclass(frozen=True, slots=True)
class Earlier:
    """The plan that this one follows: its name and its assignments."""

    run_id: str
    assignments: pa.Table


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A plan and what it was made of.

    Attributes
    ----------
    claims
        What the manifest will say: counts, expected_durable, selection_by, goals, funnel, warnings.
    tables
        The output tables by name.
    vacancies
        vacancies.parquet as it was read: titles, sectors and postcodes.
    audit
        audit.parquet as it was read; None where there is none.
    earlier
        The plan before this one; None where it is not known.
    relaxed
        What was asked and is not kept.
    """

    run_id: str
    run_date: dt.date
    problem: Problem
    codebook: Codebook
    policy: Policy
    proven: Proven
    claims: Mapping[str, Any]
    tables: Mapping[str, pa.Table]
    vacancies: pa.Table
    audit: pa.Table | None = None
    earlier: Earlier | None = None
    relaxed: Sequence[Relaxed] = ()

    @cached_property
    def person(self) -> NDArray[np.int64]:
        """The person of every row of assignments, as an index into the problem."""
        number = {word: place for place, word in enumerate(self.codebook.candidate_ids)}
        ids = self.tables["assignments"]["candidate_id"].to_pylist()
        return np.fromiter((number[word] for word in ids), dtype=np.int64, count=len(ids))

    @cached_property
    def seat(self) -> NDArray[np.int64]:
        """The vacancy of every row of assignments, likewise."""
        number = {word: place for place, word in enumerate(self.codebook.vacancy_ids)}
        ids = self.tables["assignments"]["vacancy_id"].to_pylist()
        return np.fromiter((number[word] for word in ids), dtype=np.int64, count=len(ids))

    @cached_property
    def eligible(self) -> NDArray[np.bool_]:
        """Whether everybody has a vacancy that fits."""
        out = np.ones(len(self.problem.candidates), dtype=np.bool_)
        table = self.tables["unassigned"]
        number = {word: place for place, word in enumerate(self.codebook.candidate_ids)}
        for word, vacancies in zip(table["candidate_id"].to_pylist(), table["n_eligible"].to_pylist(), strict=True):
            out[number[word]] = vacancies > 0
        return out

    @cached_property
    def assigned(self) -> NDArray[np.bool_]:
        """Whether everybody is placed."""
        out = np.zeros(len(self.problem.candidates), dtype=np.bool_)
        out[self.person] = True
        return out


@dataclass(frozen=True, slots=True)
class Say:
    """The words of the page, in one language."""

    words: Words

    def __call__(self, key: str, **fields: Any) -> str:
        """Fill a phrase in; whole numbers are written the way of the language."""
        return self.words.fill("report", key, **fields)

    def share(self, share: float) -> str:
        """Write a share of one; a very small one as "less than"."""
        return self("below", n=self.words.share(0.001)) if 0 < share < 0.001 else self.words.share(share)

    def few(self, value: float) -> str:
        """Write a small amount with two decimals, likewise."""
        return self("below", n=self.words.few(0.01)) if 0 < value < 0.01 else self.words.few(value)
