"""The output tables of the contract, column by column: the one place that knows their order and types."""

from collections.abc import Mapping

import pyarrow as pa

_MONEY = pa.decimal128(12, 2)
_TEXTS = pa.list_(pa.string())

ASSIGNMENTS = pa.schema(
    [
        ("candidate_id", pa.string()),
        ("vacancy_id", pa.string()),
        ("employer_id", pa.string()),
        ("agency_id", pa.string()),
        ("lane", pa.string()),
        ("p_durable", pa.float64()),
        ("p_start", pa.float64()),
        ("points", pa.int64()),
        ("travel_km", pa.float64()),
        ("hours_week", pa.float64()),
        ("loonwaarde_pct", pa.float64()),
        ("lks_eur_month", _MONEY),
        ("lks_basis", pa.string()),
        ("rank", pa.int32()),
        ("vacancy_price", pa.int64()),
        ("pinned", pa.bool_()),
        ("kept", pa.bool_()),
        ("to_check", _TEXTS),
        ("to_arrange", _TEXTS),
        ("alternatives", _TEXTS),
    ]
)
UNASSIGNED = pa.schema(
    [
        ("candidate_id", pa.string()),
        ("reason", pa.string()),
        ("rule", pa.string()),
        ("rule_unknown", pa.bool_()),
        ("missing", _TEXTS),
        ("n_eligible", pa.int64()),
        ("best_vacancy_id", pa.string()),
        ("best_points", pa.int64()),
        ("shortfall", pa.int64()),
    ]
)
VACANCIES = pa.schema(
    [
        ("vacancy_id", pa.string()),
        ("openings", pa.int64()),
        ("filled", pa.int64()),
        ("price", pa.int64()),
        ("price_next", pa.int64()),
        ("n_eligible", pa.int64()),
        ("rule", pa.string()),
    ]
)
LIMITS = pa.schema(
    [
        ("name", pa.string()),
        ("kind", pa.string()),
        ("id", pa.string()),
        ("sense", pa.string()),
        ("bound", pa.float64()),
        ("used", pa.float64()),
        ("price", pa.float64()),
        ("price_scaled", pa.int64()),
        ("one_more", pa.float64()),
    ]
)
CUTS = pa.schema(
    [
        ("row", pa.int32()),
        ("source", pa.int32()),
        ("candidate_id", pa.string()),
        ("vacancy_id", pa.string()),
        ("weight", pa.int64()),
    ]
)
STABILITY = pa.schema(
    [
        ("vacancy_id", pa.string()),
        ("row", pa.int32()),
        ("price", pa.int64()),
    ]
)
OUTPUTS: Mapping[str, pa.Schema] = {
    "assignments": ASSIGNMENTS,
    "unassigned": UNASSIGNED,
    "vacancies_report": VACANCIES,
    "limits_report": LIMITS,
}
"""Schema of every table of a plan by the name of its file, without the suffix."""

SOMETIMES: Mapping[str, pa.Schema] = {"cuts": CUTS, "stability": STABILITY}
"""Tables that a plan has only where they hold rows."""

MEANINGS: Mapping[str, Mapping[str, str]] = {
    "limits_report": {
        "name": "what the limit is called; a cut is called as the limit it comes from",
        "kind": "quota, budget, durable_share, employers, agencies, coaches, resources, job, distinct, or cut: not stated by anybody, but "
        "follows from a limit because people are whole, or from a number of distinct values",
        "id": "whose limit: a key of the table that states it; empty for the policy's own",
        "sense": "used stays on this side of the bound",
        "bound": "in units: people, euros a month, hours; of a cut the most that people who fit under its limit weigh together, "
        "or all openings of as many values as distinct allows",
        "used": "what the assigned pairs weigh on it",
        "price": "price in the bound: points per unit; 0 where the price of a limit stands in its cut",
        "price_scaled": "the same x 2^20, a whole number",
        "one_more": "points that one unit more of the limit would bring at these prices: its price, and what its cut then gives way; empty "
        "for distinct and for cuts",
    },
    "cuts": {
        "row": "the cut: a row of limits_report, the first is 1",
        "source": "the limit it comes from: a row of limits_report, the first is 1",
        "candidate_id": "a person who can take something of that limit; empty in cuts of distinct",
        "vacancy_id": "in cuts of distinct: a vacancy with a value; else empty",
        "weight": "what the person weighs in the cut if the assigned pair takes something of that limit; or an opening in use",
    },
    "stability": {
        "vacancy_id": "the vacancy; empty for a limit",
        "row": "the limit: a row of limits_report, the first is 1; empty for a vacancy",
        "price": "what proves `stability.changes_lower_bound` of the manifest: points per opening times `weight_points`, of a limit "
        "per whole number of weight x 2^20; others are 0",
    },
}
"""What columns mean, where their names do not say it."""
