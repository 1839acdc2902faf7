"""What a run says about itself besides its tables, as its manifest holds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matcher.model.solution import Proof, SolveResult
from matcher.verdict.metrics import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Everything that `certify` holds against its own figures.

    Attributes
    ----------
    objective, upper_bound
        Points.
    status, prices, proof
        Words of `Status`, `PriceKind` and `Proof`.
    counts, selection_by
        As in `Metrics`.
    """

    objective: int
    upper_bound: int
    status: str
    gap: float
    prices: str
    proof: str
    expected_durable: float
    counts: Mapping[str, Any]
    selection_by: Mapping[str, Sequence[Mapping[str, Any]]]


def claims(result: SolveResult, figures: Metrics, *, listed_only: bool) -> Claims:
    """Put together what a run claims.

    Parameters
    ----------
    listed_only
        Only the pairs of pairs.parquet exist, so a proof over all pairs that exist is one over the listed ones.
    """
    return Claims(
        objective=result.objective,
        upper_bound=result.upper_bound,
        status=result.status.value,
        gap=result.gap,
        prices=result.require_prices().kind.value,
        proof=(Proof.LISTED_PAIRS if listed_only else result.proof).value,
        expected_durable=figures.expected_durable,
        counts=figures.counts,
        selection_by=figures.selection_by,
    )


def claims_of_manifest(manifest: Mapping[str, Any]) -> Claims:
    """Read the claims back from a manifest, as they stand: `certify` refuses what is not of the right kind.

    Raises
    ------
    KeyError
        A key of the contract is missing.
    """
    solver = manifest["solver"]
    return Claims(
        objective=solver["objective"],
        upper_bound=solver["upper_bound"],
        status=solver["status"],
        gap=solver["gap"],
        prices=solver["prices"],
        proof=solver["proof"],
        expected_durable=manifest["expected_durable"],
        counts=manifest["counts"],
        selection_by=manifest["selection_by"],
    )
