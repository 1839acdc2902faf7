"""Is it true? Every rule, seat, column, sum, bound and price of a plan, worked out again from the input alone.

Written as if by a stranger: nothing of the search is used, and nothing of what made the tables. A plan that fails is never published.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from matcher.domain.tables import Codebook, Problem
from matcher.domain.wage import WageTable
from matcher.progress import SILENT, Observer
from matcher.rules.context import RuleContext
from matcher.rules.limits import limits_of
from matcher.verdict.checks.check import Check, require_claim
from matcher.verdict.checks.cuts import check_cuts, cut_entries, published_cuts
from matcher.verdict.checks.evidence import Evidence, check_form, gather
from matcher.verdict.checks.goals import check_goals
from matcher.verdict.checks.limits import check_kept, check_prices, check_rows, penalties, row_prices
from matcher.verdict.checks.people import check_people, check_vacancies
from matcher.verdict.checks.plan import check_plan
from matcher.verdict.checks.prices import check_bound, check_largest, check_signs, check_slackness, check_smallest
from matcher.verdict.checks.stability import check_favour, check_stability
from matcher.verdict.checks.sums import check_sums
from matcher.verdict.checks.value_cuts import check_value_cuts, published_value_cuts
from matcher.verdict.claims import Claims

__all__ = ["Certificate", "Check", "Claims", "certify"]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was checked, and held.

    Attributes
    ----------
    checks
        One entry per check, with the number of figures it looked at.
    objective, upper_bound
        Points, as derived.
    eligible_pairs
        Pairs that pass every rule, as found by a fresh look at all of them.
    """

    checks: tuple[Check, ...]
    objective: int
    upper_bound: int
    eligible_pairs: int

    @property
    def figures(self) -> int:
        """Number of figures that were looked at."""
        return sum(check.rows for check in self.checks)


def certify(
    *,
    problem: Problem,
    codebook: Codebook,
    ctx: RuleContext,
    wage: WageTable,
    tables: Mapping[str, pa.Table],
    claims: Claims,
    watch: Observer = SILENT,
) -> Certificate:
    """Check a plan against its input.

    Parameters
    ----------
    ctx
        Rules and policy over this problem.
    wage
        The amounts that hold on the run date.
    tables
        The output tables by the names of their files, without the suffix: as built, or as read back.
    claims
        What the manifest says.
    watch
        Hears of the look at all pairs, which takes most of the time.

    Raises
    ------
    CertificateError
        Something published is not so. The message names the check, the file and column, and how many rows fail; never a value.
    """
    checks = list(check_form(tables, codebook))
    checks += check_signs(tables)
    limits = limits_of(problem, ctx.policy, codebook)
    cuts_form, entries = cut_entries(tables, limits, codebook)
    checks += cuts_form
    checks += check_rows(tables, limits, entries.sources)
    checks += check_prices(tables, limits)
    favour_form, favoured = check_favour(tables, claims, codebook, limits)
    checks += favour_form
    evidence = gather(
        problem=problem,
        codebook=codebook,
        ctx=ctx,
        wage=wage,
        limits=limits,
        row_price=row_prices(tables, limits),
        cuts=published_cuts(tables, limits, entries),
        value_cuts=published_value_cuts(tables, limits, entries),
        tables=tables,
        favoured=favoured,
        extreme=claims.status == "OPTIMAL" and claims.prices == "extreme",
        watch=watch,
    )
    checks += check_kept(evidence)
    checks += check_cuts(evidence)
    checks += check_value_cuts(evidence)
    checks += check_vacancies(evidence)
    checks += check_bound(evidence, claims.upper_bound)
    checks += check_plan(evidence, wage)
    checks += check_people(evidence)
    points, lost = sum(evidence.column("assignments", "points")), penalties(evidence)
    objective = points - lost
    checks += check_stability(evidence, claims, objective)
    checks += check_sums(evidence, claims, points, lost)
    checks += check_goals(evidence, claims)
    checks += _check_extremes(evidence, claims, objective)
    return Certificate(tuple(checks), objective, claims.upper_bound, claims.counts["eligible_pairs"])


def _check_extremes(evidence: Evidence, claims: Claims, objective: int) -> list[Check]:
    """What only a proven optimum can promise: nobody wants to swap, and the prices are the outermost ones."""
    optimal = claims.status == "OPTIMAL"
    if evidence.limits:
        return [require_claim("prices, some where there are limits", claims.prices, "some_optimal")]
    checks = list(check_slackness(evidence)) if optimal else []
    if claims.prices == "extreme":
        checks.append(require_claim("prices, extreme only at an optimum", optimal, True))
        checks.append(check_largest(evidence))
        checks += check_smallest(evidence, objective)
    else:
        checks.append(require_claim("prices", claims.prices, "some_optimal"))
    return checks
