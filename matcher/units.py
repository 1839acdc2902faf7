"""Exact conversions between what files hold and the whole numbers that decide.

A float column of a file is read as the decimal text a person would have typed (``45.5`` is exactly 45.5), scaled, and rounded half to
even. Equal runs then give equal answers on every machine.
"""

from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

import numpy as np
from numpy.typing import NDArray

UNKNOWN = -1
"""Marks an unknown in integer columns whose values are never negative."""

_EXACT_LIMIT = 2.0**51
_DOUBT = 1e-4


def _scale_slowly(values: NDArray[np.float64], scale: int, rounding: str) -> NDArray[np.int64]:
    one = Decimal(1)
    return np.array(
        [int((Decimal(repr(value)) * scale).quantize(one, rounding=rounding)) for value in values.tolist()],
        dtype=np.int64,
    )


def scaled(values: NDArray[np.float64], scale: int, unknown: int = UNKNOWN) -> NDArray[np.int64]:
    """Scale decimals to whole numbers, rounded half to even.

    Parameters
    ----------
    values
        Shape ``(n,)``; NaN means unknown. Finite values must stay below 2**51 after scaling.
    scale
        Whole numbers per unit, for example 100 for hundredths.
    unknown
        What NaN becomes.

    Returns
    -------
    int64, shape ``(n,)``
    """
    return _scaled(values, scale, unknown, ROUND_HALF_EVEN)


def floor_scaled(values: NDArray[np.float64], scale: int, unknown: int = UNKNOWN) -> NDArray[np.int64]:
    """Scale decimals to whole numbers, rounded down; otherwise as `scaled`."""
    return _scaled(values, scale, unknown, ROUND_FLOOR)


def _scaled(values: NDArray[np.float64], scale: int, unknown: int, rounding: str) -> NDArray[np.int64]:
    out = np.full(values.shape, unknown, dtype=np.int64)
    known = np.isfinite(values)
    product = values[known] * scale
    if product.size and float(np.abs(product).max()) > _EXACT_LIMIT:
        raise ValueError("A value is too large to be held exactly.")
    if rounding == ROUND_HALF_EVEN:
        result = np.rint(product)
        doubtful = np.abs(np.abs(product - np.trunc(product)) - 0.5) < _DOUBT
    else:
        result = np.floor(product)
        doubtful = np.abs(product - np.rint(product)) < _DOUBT
    rounded = result.astype(np.int64)
    if doubtful.any():
        # Only here can a float product and the exact decimal product round apart.
        some = values[known][doubtful]
        distinct, back = np.unique(some, return_inverse=True)
        rounded[doubtful] = _scale_slowly(distinct, scale, rounding)[back]
    out[known] = rounded
    return out


def divide_half_even(numerator: NDArray[np.int64], denominator: NDArray[np.int64] | int) -> NDArray[np.int64]:
    """Exact ``numerator / denominator`` rounded half to even; the denominator is positive."""
    quotient, rest = np.divmod(numerator, denominator)
    twice = 2 * rest
    up = (twice > denominator) | ((twice == denominator) & (quotient % 2 == 1))
    return np.asarray(quotient + up, dtype=np.int64)
