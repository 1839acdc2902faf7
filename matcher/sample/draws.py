"""Chance: one random stream per table and block, and the few ways of drawing that every table shares."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Rng = np.random.Generator

# A number per stream, so that no table moves when another one changes. Add at the end only.
STREAMS: Final = (
    "people",
    "jobs",
    "employers",
    "agencies",
    "candidates",
    "sensitive",
    "audit",
    "vacancies",
    "pairs",
    "limits",
)


def stream(seed: int, table: str, block: int = 0) -> Rng:
    """The random stream of one block of one table: the same on every machine for the same seed."""
    return np.random.Generator(
        np.random.PCG64(np.random.SeedSequence(entropy=seed, spawn_key=(STREAMS.index(table), block)))
    )


def exact_counts(total: int, shares: Sequence[float] | Floats) -> Ints:
    """Split ``total`` by shares into whole numbers that sum to it; the largest remainders get what rounding left."""
    weights = np.asarray(shares, dtype=np.float64)
    quotas = total * weights / weights.sum()
    counts: Ints = np.floor(quotas).astype(np.int64)
    first = np.argsort(counts - quotas, kind="stable")[: total - int(counts.sum())]
    counts[first] += 1
    return counts


def exact_draw(rng: Rng, total: int, shares: Sequence[float] | Floats) -> Ints:
    """``total`` category numbers in random order, in exactly the shares asked."""
    counts = exact_counts(total, shares)
    return np.asarray(rng.permutation(np.repeat(np.arange(counts.size), counts)), dtype=np.int64)


def pick(rng: Rng, total: int, shares: Sequence[float] | Floats) -> Ints:
    """``total`` independent category numbers."""
    cumulative = np.cumsum(np.asarray(shares, dtype=np.float64))
    found = np.searchsorted(cumulative / cumulative[-1], rng.random(total), side="right")
    return np.minimum(found, cumulative.size - 1).astype(np.int64)


def pick_by(rng: Rng, group: npt.NDArray[np.integer], shares: Sequence[Sequence[float]] | Floats) -> Ints:
    """One category number per row, from the row of ``shares`` that ``group`` names."""
    cumulative = np.cumsum(np.asarray(shares, dtype=np.float64), axis=1)
    cumulative /= cumulative[:, -1:]
    found = (rng.random(group.size)[:, None] >= cumulative[group]).sum(axis=1)
    return np.asarray(np.minimum(found, cumulative.shape[1] - 1), dtype=np.int64)


def chance(rng: Rng, total: int, probability: float | Floats) -> Flags:
    """``total`` coin flips, each with its own probability where an array is given."""
    return rng.random(total) < probability


def flags(rng: Rng, probabilities: Floats) -> Flags:
    """A coin flip per cell of a matrix of probabilities."""
    return rng.random(probabilities.shape) < probabilities


def subset(rng: Rng, pool: Ints, size: Ints) -> Ints:
    """Keep at most ``size[row]`` members of each row of ``pool``, chosen at random; -1 marks an empty cell."""
    keys = np.where(pool >= 0, rng.random(pool.shape), 2.0)
    rank = np.argsort(np.argsort(keys, axis=1, kind="stable"), axis=1, kind="stable")
    return np.asarray(np.where((pool >= 0) & (rank < size[:, None]), pool, -1), dtype=np.int64)
