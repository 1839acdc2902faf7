"""A plan that was made, with what it was made of: all that is needed to explain it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from matcher.case import Case
from matcher.domain.raw import RawTables
from matcher.io.run_folder import RunFiles
from matcher.model.edges import CLOSED_SEAT, Edges
from matcher.pairing.source import rule_source
from matcher.pipeline import MatchReport
from matcher.verdict.explain import Explanation, explain_candidate
from matcher.verdict.explain_pair import PairExplanation, explain_pair
from matcher.verdict.explain_vacancy import VacancyExplanation, explain_vacancy
from matcher.verdict.person_case import priced, prices_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan with everything that it was made of.

    Attributes
    ----------
    raw
        The user's own tables.
    tables
        The output tables by name.
    status, objective
        As the manifest gives them.
    """

    raw: RawTables
    case: Case
    tables: Mapping[str, pa.Table]
    status: str
    objective: int

    def explain(self, candidate_id: str) -> Explanation:
        """Say why this person got this vacancy, or none; raises `InputError` for an id that is not in the plan."""
        return explain_candidate(
            problem=self.case.problem,
            codebook=self.case.codebook,
            ctx=self.case.context(),
            wage=self.case.wage(),
            tables=self.tables,
            candidate_id=candidate_id,
        )

    def explain_vacancy(self, vacancy_id: str) -> VacancyExplanation:
        """Say what became of a vacancy, in counts and ranks; raises `InputError` for an id that is not in the plan."""
        return explain_vacancy(
            problem=self.case.problem,
            codebook=self.case.codebook,
            ctx=self.case.context(),
            tables=self.tables,
            surplus=self._surplus(),
            vacancy_id=vacancy_id,
        )

    def explain_pair(self, candidate_id: str, vacancy_id: str) -> PairExplanation:
        """Say why this person does or does not get this vacancy; raises `InputError` for an id that is not in the plan."""
        return explain_pair(
            problem=self.case.problem,
            codebook=self.case.codebook,
            ctx=self.case.context(),
            tables=self.tables,
            surplus=self._surplus(),
            candidate_id=candidate_id,
            vacancy_id=vacancy_id,
        )

    def _surplus(self) -> Edges:
        """Eligible pairs that are worth more than their vacancy costs: few, however many pairs there are."""
        case = self.case
        source = rule_source(case.problem, case.policy, threads=case.policy.solve.threads)
        price = np.where(priced(self.tables), prices_of(self.tables), CLOSED_SEAT)
        return source.listed(price, np.zeros(0, dtype=np.int64), np.zeros(source.rows, dtype=np.int64))


def published_plan(run: RunFiles, case: Case, raw: RawTables) -> Plan:
    """Return the plan of a published run; ``case`` and ``raw`` come from the input that it was made of."""
    solver = run.manifest["solver"]
    return Plan(raw=raw, case=case, tables=run.tables, status=solver["status"], objective=solver["objective"])


def reported_plan(report: MatchReport, raw: RawTables) -> Plan:
    """Return the plan of a report in memory; ``raw`` are the tables that it was made of."""
    result = report.result
    return Plan(raw=raw, case=report.case, tables=report.tables, status=result.status.value, objective=result.objective)
