"""The library door: tables in, a proven plan out. Nothing is written, printed or logged."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from matcher.domain.policy import Policy
from matcher.domain.policy_file import parse_policy, policy_from
from matcher.domain.raw import RawTables
from matcher.domain.relaxed import Relaxed
from matcher.errors import InputError
from matcher.pipeline import MatchReport, check, claims_of, match_tables
from matcher.plan import reported_plan
from matcher.progress import SILENT, Observer
from matcher.summary import warning_text
from matcher.verdict.changes import WhatIf
from matcher.verdict.explain import Explanation
from matcher.verdict.explain_pair import PairExplanation
from matcher.verdict.explain_vacancy import VacancyExplanation
from matcher.verdict.schemas import CUTS
from matcher.verdict.wording import explanation_lines
from matcher.verdict.words import Language
from matcher.whatif import what_if

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class MatchResult:
    """A plan, checked.

    Attributes
    ----------
    report
        The plan with its case: for those who want more than the columns of the contract.
    raw
        The tables that it was made of.
    """

    report: MatchReport
    raw: RawTables

    @property
    def assignments(self) -> pa.Table:
        """One row per person with a vacancy; columns as in assignments.parquet."""
        return self.report.tables["assignments"]

    @property
    def unassigned(self) -> pa.Table:
        """One row per person without one, and why; columns as in unassigned.parquet."""
        return self.report.tables["unassigned"]

    @property
    def vacancies(self) -> pa.Table:
        """One row per vacancy; columns as in vacancies_report.parquet."""
        return self.report.tables["vacancies_report"]

    @property
    def limits(self) -> pa.Table:
        """One row per limit, then one per cut; columns as in limits_report.parquet."""
        return self.report.tables["limits_report"]

    @property
    def cuts(self) -> pa.Table:
        """Who weighs what in the cuts that the bound rests on; columns as in cuts.parquet, mostly without rows."""
        return self.report.tables.get("cuts", CUTS.empty_table())

    @property
    def rejected(self) -> pa.Table:
        """One row per refused row or cell; columns as in rejected.parquet."""
        return self.report.tables["rejected"]

    @property
    def objective(self) -> int:
        """Points of the plan."""
        return self.report.result.objective

    @property
    def upper_bound(self) -> int:
        """No plan is worth more points than this."""
        return self.report.result.upper_bound

    @property
    def gap(self) -> float:
        """(upper bound - objective) / max(1, |objective|)."""
        return self.report.result.gap

    @property
    def status(self) -> str:
        """OPTIMAL, WITHIN_GAP, FEASIBLE, INFEASIBLE or FAILED."""
        return self.report.result.status.value

    @property
    def stability(self) -> dict[str, Any] | None:
        """What was done so that earlier proposals stay, and what it cost, as in the manifest; None where none is still eligible."""
        found = self.report.claims["stability"]
        return None if found is None else dict(found)

    @property
    def warnings(self) -> tuple[dict[str, Any], ...]:
        """What must be seen before the plan is used, as in the manifest: each a code, a text in English, and figures where it has any."""
        return tuple(_warning(one) for one in self.report.claims["warnings"])

    @property
    def relaxed(self) -> tuple[Relaxed, ...]:
        """Pins and limits that this plan does not keep as they were stated; only with ``relax``, and where not all can be kept."""
        return self.report.case.relaxed

    def explain(self, candidate_id: str) -> Explanation:
        """Say why this person got this vacancy, or none; raises `InputError` for an id that is not in the plan."""
        return reported_plan(self.report, self.raw).explain(candidate_id)

    def explain_text(self, candidate_id: str, language: Language = "nl") -> str:
        """Say the same in words, one sentence or list item per line; ``language`` is "nl" or "en"."""
        return "\n".join(explanation_lines(self.explain(candidate_id), language))

    def explain_vacancy(self, vacancy_id: str) -> VacancyExplanation:
        """Say what became of a vacancy, in counts and ranks; raises `InputError` for an id that is not in the plan."""
        return reported_plan(self.report, self.raw).explain_vacancy(vacancy_id)

    def explain_pair(self, candidate_id: str, vacancy_id: str) -> PairExplanation:
        """Say why this person does or does not get this vacancy; raises `InputError` for an id that is not in the plan."""
        return reported_plan(self.report, self.raw).explain_pair(candidate_id, vacancy_id)

    def what_if(self, candidate_id: str, vacancy_id: str | None = None) -> WhatIf:
        """Find the cheapest single change that would bring a place (at this vacancy), confirmed by solving everything again with it."""
        return what_if(reported_plan(self.report, self.raw), candidate_id, vacancy_id)

    def to_pandas(self) -> "pd.DataFrame":
        """Return the assignments as a pandas DataFrame."""
        return self.assignments.to_pandas()


def match(
    candidates: Any,
    vacancies: Any,
    *,
    pairs: Any = None,
    places: Any = None,
    employers: Any = None,
    agencies: Any = None,
    coaches: Any = None,
    resources: Any = None,
    previous: Any = None,
    sensitive: Any = None,
    audit: Any = None,
    policy: Policy | Mapping[str, Any] | str | None = None,
    run_date: dt.date | None = None,
    strict: bool = False,
    relax: bool = False,
    watch: Observer = SILENT,
) -> MatchResult:
    """Assign people to vacancies so that as many as possible are still at work half a year later.

    Parameters
    ----------
    candidates, vacancies, pairs, ...
        The tables of a bundle: pyarrow Tables, or anything with the Arrow PyCapsule interface (pandas and Polars frames).
    policy
        A `Policy`, a nested mapping, or the text of a policy.toml; the defaults where None.
    run_date
        The day the plan is for; else the policy's; else today.
    strict
        Refuse the input as soon as one row of it is bad.
    relax
        Where pins and limits cannot all be kept, let as little as possible give way; `MatchResult.relaxed` says what.
    watch
        Hears the phases of the run.

    Returns
    -------
    MatchResult
        Checked against the input by code that trusts no solver.

    Raises
    ------
    MatcherError
        `InputError`, `PolicyError`, `SolverError` or `CertificateError`; the message says what to do. An `InfeasibleError`, a sort of
        `SolverError`, has in `standoff` which pins and limits are at odds.
    """
    given = {
        "candidates": candidates,
        "vacancies": vacancies,
        "pairs": pairs,
        "places": places,
        "employers": employers,
        "agencies": agencies,
        "coaches": coaches,
        "resources": resources,
        "previous": previous,
        "sensitive": sensitive,
        "audit": audit,
    }
    tables = {name: _table(name, frame) for name, frame in given.items() if frame is not None}
    decided = _policy(policy)
    day = run_date or decided.run.run_date or dt.date.today()
    raw = RawTables(tables)
    report = match_tables(raw, decided, run_date=day, strict=strict, relax=relax, watch=watch)
    check(report.case, report.tables, claims_of(report), watch=watch)
    return MatchResult(report, raw)


def _warning(held: Mapping[str, Any]) -> dict[str, Any]:
    figures = {"figures": dict(held["figures"])} if "figures" in held else {}
    text = held.get("text") or warning_text(held).removeprefix(f"{held['code']}: ")
    return {**held, "text": text, **figures}


def _policy(policy: Policy | Mapping[str, Any] | str | None) -> Policy:
    if policy is None:
        return Policy()
    if isinstance(policy, Policy):
        return policy
    return parse_policy(policy, "policy") if isinstance(policy, str) else policy_from(policy)


def _table(name: str, frame: Any) -> pa.Table:
    if isinstance(frame, pa.Table):
        return frame
    try:
        return pa.table(frame)
    except (TypeError, ValueError, pa.ArrowException):
        raise InputError(
            f"{name} cannot be read as an Arrow table. Give a pyarrow Table, or a pandas or Polars frame whose columns "
            "each hold one type."
        ) from None
