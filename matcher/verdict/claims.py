"""What a run says about itself besides its tables, as its manifest holds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matcher.errors import CertificateError


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Everything that `certify` holds against its own figures.

    Attributes
    ----------
    objective, upper_bound
        Points.
    points_total, penalties
        Points of the assigned pairs, and what is lost on soft limits; the objective is the difference.
    status, prices, proof
        Words of `Status`, `PriceKind` and `Proof`.
    counts, selection_by
        As in `metrics.Metrics`.
    goals, limits
        As in `goals.goals` and `goals.scarce`.
    stability
        As in `stability_table.stability_facts`.
    """

    objective: int
    points_total: int
    penalties: int
    upper_bound: int
    status: str
    gap: float
    prices: str
    proof: str
    expected_durable: float
    counts: Mapping[str, Any]
    selection_by: Mapping[str, Sequence[Mapping[str, Any]]]
    goals: Sequence[Mapping[str, Any]]
    limits: Sequence[Mapping[str, Any]]
    stability: Mapping[str, Any] | None = None


def claims_of_manifest(manifest: Mapping[str, Any]) -> Claims:
    """Read the claims back from a manifest, as they stand: `certify` refuses what is not of the right kind.

    Raises
    ------
    CertificateError
        A key of the contract is missing, or what holds it is no table.
    """
    try:
        solver = manifest["solver"]
        return Claims(
            objective=solver["objective"],
            points_total=solver["points_total"],
            penalties=solver["penalties"],
            upper_bound=solver["upper_bound"],
            status=solver["status"],
            gap=solver["gap"],
            prices=solver["prices"],
            proof=solver["proof"],
            expected_durable=manifest["expected_durable"],
            counts=manifest["counts"],
            selection_by=manifest["selection_by"],
            # Runs of before there were limits say nothing here.
            goals=manifest.get("goals", []),
            limits=manifest.get("limits", []),
            stability=manifest.get("stability"),
        )
    except (AttributeError, KeyError, TypeError):
        raise CertificateError("manifest: a key of the contract is missing.") from None
