"""Pairs shaped like the published generator of DuaLip (LinkedIn, BSD-2), drawn by code of our own.

Alike: lognormal breadth, base value and scale of destinations; lognormal affinity of sources; a Poisson number of sources per
destination, in proportion to its breadth; value = base value x affinity x lognormal noise, at most 0.5; and capacities that are a random
half to whole of what every source's largest entry would bring.
Different: there a destination's budget counts value x scale and shares may be fractions; here it counts sources, as whole seats, so that an
integer optimum can be proven. Values become whole millionths.
"""

from functools import partial

import numpy as np

from benchmarks.instance import ListedInstance
from benchmarks.listed import Ints64, edges_of
from matcher.model.edges import Edges

_BREADTH = (0.0, 1.0)  # mean and sigma of the logarithm
_SCALE = (0.0, 1.0)
_BASE = (-4.0, 0.75)
_AFFINITY = (0.0, 0.5)
_NOISE = (0.0, 0.5)
_MOST_MICRO = 500_000
_MICRO = 1_000_000


def lognormal_pairs(sources: int, destinations: int, per_source: int, seed: int = 1) -> tuple[Edges, Ints64]:
    """Draw pairs and openings.

    Parameters
    ----------
    per_source
        Mean number of destinations per source.
    """
    rng = np.random.default_rng(seed)
    breadth = rng.lognormal(*_BREADTH, destinations)
    scale = rng.lognormal(*_SCALE, destinations)
    base = rng.lognormal(*_BASE, destinations)
    affinity = rng.lognormal(*_AFFINITY, sources)
    degree = np.minimum(rng.poisson(breadth / breadth.sum() * per_source * sources), sources)
    source = np.concatenate([rng.choice(sources, size=size, replace=False) for size in degree])
    destination = np.repeat(np.arange(destinations), degree)
    value = base[destination] * affinity[source] * rng.lognormal(*_NOISE, source.size)
    points = np.minimum(np.rint(value * _MICRO).astype(np.int64), _MOST_MICRO)
    edges = edges_of(source, destination, points, sources)
    return edges, _openings(edges, scale, rng.uniform(0.5, 1.0, destinations))


def _openings(edges: Edges, scale: np.typing.NDArray[np.float64], share: np.typing.NDArray[np.float64]) -> Ints64:
    """A share of the sources whose largest entry (value x scale) is this destination, at least one."""
    row, entry = edges.row_of(), edges.points * scale[edges.seat]
    order = np.lexsort((-entry, row))
    held = np.flatnonzero(np.diff(edges.start))
    favourite = edges.seat[order[edges.start[held]]]
    return np.maximum(1, np.rint(share * np.bincount(favourite, minlength=scale.size))).astype(np.int64)


TINY_LISTED = ListedInstance(
    name="lognormal-tiny",
    about="300 sources x 40 destinations, for warming up and for tests",
    draw=partial(lognormal_pairs, 300, 40, 10),
    family="warm-up",
)

LOGNORMAL = (
    ListedInstance(
        name="lognormal-100k",
        about="shaped like DuaLip's generator, 100,000 sources x 1,000 destinations, 10 per source",
        draw=partial(lognormal_pairs, 100_000, 1_000, 10),
        family="lognormal",
    ),
    ListedInstance(
        name="lognormal-1m",
        about="shaped like DuaLip's generator, 1,000,000 sources x 10,000 destinations, 10 per source",
        draw=partial(lognormal_pairs, 1_000_000, 10_000, 10),
        family="lognormal",
    ),
)
