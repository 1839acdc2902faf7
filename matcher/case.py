"""A bundle, judged and encoded: what the method and its checks start from."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pyarrow as pa

from matcher.domain.headline import Headline
from matcher.domain.policy import Policy
from matcher.domain.raw import RawTables
from matcher.domain.relaxed import Relaxed
from matcher.domain.tables import Codebook, Problem
from matcher.domain.wage import WageTable, wage_table
from matcher.intake.encode import encode
from matcher.intake.rows import Accepted
from matcher.intake.validate import validate
from matcher.rules.context import RuleContext, rule_context
from matcher.verdict.relaxed import relaxed_problem


@dataclass(frozen=True, slots=True)
class Case:
    """A bundle, judged and encoded: all that the method and its checks start from.

    Attributes
    ----------
    rejected
        rejected.parquet: every refused row, cell and column.
    rows
        Accepted rows per table.
    warnings
        Headlines about the input.
    relaxed
        Pins and limits that give way, because not all can be kept; the problem already says so.
    """

    problem: Problem
    codebook: Codebook
    policy: Policy
    run_date: dt.date
    rejected: pa.Table
    rows: Mapping[str, int]
    warnings: tuple[Headline, ...]
    relaxed: tuple[Relaxed, ...] = ()

    def context(self) -> RuleContext:
        """Return the reference rules over this case."""
        return rule_context(self.problem, self.policy)

    def wage(self) -> WageTable:
        """Return the amounts that hold on the run date."""
        return wage_table(self.run_date, self.policy.wage)


def prepare(raw: RawTables, policy: Policy, run_date: dt.date, *, strict: bool = False) -> Case:
    """Judge and encode a bundle; raises `InputError` where it cannot be used."""
    accepted, rejected = validate(raw, strict=strict)
    return encoded(accepted, rejected, policy, run_date)


def encoded(accepted: Accepted, rejected: pa.Table, policy: Policy, run_date: dt.date) -> Case:
    """Encode judged rows; the second half of `prepare`, for those who want the rows too."""
    problem, codebook, warnings = encode(accepted, policy, run_date)
    rows = {name: len(table) for name, table in accepted.tables.items() if name in accepted.given}
    wage = wage_table(run_date, policy.wage)
    if wage.stale:
        text = "The amounts of WML are older than six months. Set [wage] in the policy, or update the package."
        warnings += (Headline("WML_STALE", text),)
    return Case(problem, codebook, policy, run_date, rejected, rows, accepted.warnings + warnings)


def with_relaxed(case: Case, relaxed: tuple[Relaxed, ...]) -> Case:
    """Let pins and limits of a case give way; raises `CertificateError` where they are not pins and limits of it."""
    problem = relaxed_problem(case.problem, case.policy, case.codebook, relaxed)
    return replace(case, problem=problem, relaxed=relaxed)
