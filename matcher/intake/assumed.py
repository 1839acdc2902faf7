"""Warnings about what the bundle leaves out and the method has to assume."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from matcher.domain.headline import Headline
from matcher.intake.rows import Rows, is_known

LANE_ASSUMED = "LANE_ASSUMED"
FEW_PLACES = "FEW_PLACES"


def assumed(people: Rows, jobs: Rows, home: NDArray[np.int32], work: NDArray[np.int32]) -> Iterator[Headline]:
    """Yield a headline for every column whose gaps the method fills in for more rows than a reader would expect.

    Parameters
    ----------
    people, jobs
        Accepted rows.
    home, work
        Number of the place of every person and vacancy, -1 where unknown.
    """
    empty = int(np.count_nonzero(~is_known(jobs.columns["lane"])))
    if 2 * empty > len(jobs):
        text = (
            f"{empty} of {len(jobs)} vacancies have no lane; they count as regular. Fill lane in where that is wrong."
        )
        yield Headline(LANE_ASSUMED, text, {"empty": empty, "rows": len(jobs)})
    for name, rows, place in (("candidates", people, home), ("vacancies", jobs, work)):
        found = int(np.count_nonzero(place >= 0))
        # A point of its own is a place already; the others have a postcode to look up.
        filled = int(np.count_nonzero(is_known(rows.columns["pc4"]) | (place >= 0)))
        # Up to a tenth, DISTANCE_OFF speaks.
        if filled < 10 * found < 9 * filled:
            text = f"{name}.parquet: {found} of {filled} filled postcodes or points have a known place. Complete places.parquet."
            yield Headline(FEW_PLACES, text, {"file": f"{name}.parquet", "found": found, "filled": filled})
