"""Published generalised assignment problems, through files: every item is placed, bins stay within their capacity.

``MATCHER_GAP=all pytest tests/test_gap_library.py`` runs all fifty, up to a minute each.
"""

import os
from pathlib import Path

import pytest

from benchmarks.gap_library import LIBRARY, Published, published, run

SMALL = 500  # pairs: up to here the plan must be the best there is
SECONDS = 60
QUICK = ("cattrysse1994/gap1-0", "cattrysse1994/gap3-2", "cattrysse1994/gap5-1")
INSTANCES = {one.name: one for one in published()} if LIBRARY.exists() else {}
CHOSEN = list(INSTANCES) if os.environ.get("MATCHER_GAP") == "all" else QUICK


def most_above(one: Published) -> float:
    """Share by which a plan may cost more than the best one known; type d is the hardest of the library."""
    if one.pairs <= SMALL:
        return 0.0
    return 0.003 if one.name.split("/")[1].startswith("d") else 0.001


@pytest.mark.skipif(not LIBRARY.exists(), reason="the published instances are not beside this checkout")
@pytest.mark.parametrize("name", CHOSEN)
def test_published_instances_are_solved(name: str, tmp_path: Path) -> None:
    one = INSTANCES[name]
    answer = run(one, tmp_path, seconds=SECONDS)
    assert answer.cost is not None and answer.bound is not None, answer
    assert answer.cost >= (one.optimum or 0), "cheaper than a proven optimum"
    assert answer.bound <= one.best_known, "a bound on the wrong side of a plan that somebody found"
    assert answer.cost <= one.best_known * (1 + most_above(one)), answer
    assert (answer.status == "OPTIMAL") is (answer.cost == answer.bound)
    assert answer.seconds <= SECONDS * 1.5
