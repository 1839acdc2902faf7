"""Did earlier proposals stay as far as the policy pays for it, and is it true that hardly more could have stayed?

For any prices, ``weight_points * objective + weight_kept * kept`` of a plan is at most what the bound of section 5 says of them, where
an earlier proposal is worth ``weight_kept`` more. A plan that is worth ``least`` therefore keeps at most ``(bound - weight_points * least)
/ weight_kept``.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa

from matcher.domain.tables import Codebook
from matcher.errors import CertificateError
from matcher.rules.limits import Charges
from matcher.rules.wishes import least_points, proposed_pairs
from matcher.verdict.checks.check import Check, require, require_claim
from matcher.verdict.checks.evidence import Evidence, number
from matcher.verdict.checks.favour import FavourClaim
from matcher.verdict.checks.limits import capped, points_right
from matcher.verdict.claims import Claims

_FILE = "stability"
_KEYS = (
    "objective",
    "upper_bound",
    "least",
    "points_given_up",
    "proposed",
    "kept",
    "changes",
    "changes_lower_bound",
    "weight_points",
    "weight_kept",
)


def check_favour(
    tables: Mapping[str, pa.Table], claims: Claims, codebook: Codebook, limits: Charges
) -> tuple[list[Check], FavourClaim | None]:
    """Weights and prices of the second stage are what such things may be; None where there was none."""
    said, table = claims.stability, tables.get(_FILE)
    if said is None:
        return [require_claim("stability, none: no table of it", table is None, True)], None
    whole = isinstance(said, Mapping) and all(type(said.get(key)) is int for key in _KEYS)
    if not whole or type(said.get("gap")) is not float or len(said) != len(_KEYS) + 1:
        raise CertificateError("manifest.stability: a key is missing or not of its kind.")
    price, row_price = (np.zeros(size, dtype=np.int64) for size in (len(codebook.vacancy_ids), len(limits.rows)))
    checks = [require_claim("stability, weights", said["weight_points"] >= 0 and said["weight_kept"] >= 1, True)]
    if table is not None:
        named = number(table["vacancy_id"], codebook.vacancy_ids)
        row = np.array([-1 if at is None else at - 1 for at in table["row"].to_pylist()], dtype=np.int64)
        costs = np.array([0 if one is None else one for one in table["price"].to_pylist()], dtype=np.int64)
        seats, rows = named >= 0, (row >= 0) & (row < len(limits.rows))
        where = np.where(seats, named, len(price) + row)
        rising = np.ones(where.size, dtype=np.bool_)
        rising[1:] = where[1:] > where[:-1]
        checks.append(require("one vacancy or one limit", _FILE, "vacancy_id", (seats & (row < 0)) | (rows & ~seats)))
        checks.append(require("in order, each once", _FILE, "vacancy_id", rising))
        checks.append(require("at least 0", _FILE, "price", ~seats | (costs > 0)))
        price[named[seats]], row_price[row[rows]] = costs[seats], costs[rows]
    pairs = list(zip(limits.rows, row_price.tolist(), strict=True))
    checks.append(require("never the wrong way", _FILE, "price", [points_right(row, y) for row, y in pairs]))
    # A point counts `weight_points` times, and so does what breaking a soft limit costs.
    counts = said["weight_points"]
    checks.append(
        require("not above what breaking costs", _FILE, "price", [capped(row, y, counts) for row, y in pairs])
    )
    return checks, FavourClaim(counts, said["weight_kept"], price, row_price)


def check_stability(e: Evidence, claims: Claims, objective: int) -> Iterator[Check]:
    """Everything that the manifest says of the second stage.

    Parameters
    ----------
    objective
        Of the published plan, as derived.
    """
    proposed = proposed_pairs(e.ctx)
    yield require_claim(
        "stability, where something was proposed before", claims.stability is not None, len(proposed) > 0
    )
    said, favour = claims.stability, e.favour
    if said is None or favour is None:
        return
    there = e.seat_of[proposed.person] == proposed.vacancy
    kept, by_pin = int(there.sum()), int((there & e.pinned[proposed.person]).sum())
    first, least = said["objective"], least_points(e.ctx.policy, said["objective"])
    proven = favour.bound(e.person, e.vacancy, e.value.points, e.pinned)
    most = (proven - favour.claim.weight_points * least) // favour.claim.weight_kept + by_pin
    derived = {
        "upper_bound": claims.upper_bound,
        "gap": (claims.upper_bound - first) / max(1, abs(first)),
        "least": least,
        "points_given_up": max(0, first - objective),
        "proposed": len(proposed),
        "kept": kept,
        "changes": len(proposed) - kept,
        "changes_lower_bound": len(proposed) - most,
    }
    for name, value in derived.items():
        yield require_claim(f"stability.{name}", said[name], value)
    yield require_claim("stability.objective, not above the bound", first <= claims.upper_bound, True)
    yield require_claim("stability, worth at least what it has to be", objective >= least, True)
    yield require_claim("stability, no fewer changes than can be", kept <= most, True)
