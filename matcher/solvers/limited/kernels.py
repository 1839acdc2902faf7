"""Best edges at prices, row by row; compiled."""
# ruff: noqa: PLR0917 - compiled loops take their arrays by position

import numpy as np
from numpy.typing import NDArray

from matcher.compiled import kernel
from matcher.model.edges import NO_GAIN

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@kernel
def best_edges(
    start: Ints,
    seat: Ints,
    worth: Floats,
    at: Ints,
    row: NDArray[np.int32],
    weight: Floats,
    price: Floats,
    charge: Floats,
    best: Floats,
    arg: Ints,
) -> None:
    """Largest gain of every row and its edge, -1 where nothing is worth more than 0; ties to the lower seat."""
    for i in range(start.size - 1):
        top, edge = 0.0, -1
        for e in range(start[i], start[i + 1]):
            gain = worth[e] - price[seat[e]]
            for k in range(at[e], at[e + 1]):
                gain -= charge[row[k]] * weight[k]
            if gain > top:
                top, edge = gain, e
        best[i], arg[i] = top, edge


@kernel
def exact_gains(
    start: Ints,
    seat: Ints,
    points: Ints,
    at: Ints,
    row: NDArray[np.int32],
    weight: Ints,
    price: Ints,
    charge: Ints,
    bits: int,
    gain: Ints,
    best: Ints,
) -> None:
    """Gain of every edge and the largest of every row, in 2^-bits points; the caller has made sure that nothing overflows."""
    for i in range(start.size - 1):
        top = NO_GAIN
        for e in range(start[i], start[i + 1]):
            value = (points[e] - price[seat[e]]) << bits
            for k in range(at[e], at[e + 1]):
                value -= charge[row[k]] * weight[k]
            gain[e] = value
            top = max(top, value)
        best[i] = top
