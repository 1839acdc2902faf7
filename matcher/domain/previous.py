"""What became of proposals of earlier nights."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import STATUSES
from matcher.domain.frozen import freeze

PROPOSED, ACCEPTED, STARTED, ENDED, DECLINED_CANDIDATE, DECLINED_EMPLOYER = range(len(STATUSES))
"""Places of the statuses in `STATUSES`."""
HELD = (ACCEPTED, STARTED)
"""Statuses of which the pair is kept in every plan, with its opening."""
STANDING = (PROPOSED, *HELD)
"""Statuses of which the pair goes on where the plan assigns it again."""
DECLINED = (DECLINED_CANDIDATE, DECLINED_EMPLOYER)


@dataclass(frozen=True, slots=True)
class Previous:
    """The last status of every pair that was proposed before, sorted by candidate, then vacancy, each once.

    Pairs whose person or vacancy is gone are not here.
    """

    candidate: NDArray[np.int32]
    vacancy: NDArray[np.int32]
    status: NDArray[np.int8]  # index into codes.STATUSES
    status_d: NDArray[np.int32]  # DAY_UNKNOWN

    def __post_init__(self) -> None:
        freeze(self)

    def __len__(self) -> int:
        return int(self.candidate.size)

    def rows(
        self, candidate: NDArray[np.integer] | int, vacancy: NDArray[np.integer] | int, vacancies: int
    ) -> NDArray[np.int64]:
        """Row of each (candidate, vacancy), -1 where it was not proposed before; the arguments broadcast."""
        return rows_of_pairs(self.candidate, self.vacancy, candidate, vacancy, vacancies)


def nothing_before() -> Previous:
    """Return that nothing was proposed before."""
    empty = np.zeros(0, dtype=np.int32)
    return Previous(empty, empty.copy(), np.zeros(0, dtype=np.int8), empty.copy())


def rows_of_pairs(
    persons: NDArray[np.int32],
    seats: NDArray[np.int32],
    candidate: NDArray[np.integer] | int,
    vacancy: NDArray[np.integer] | int,
    vacancies: int,
) -> NDArray[np.int64]:
    """Row of each asked pair among pairs that are sorted by person, then vacancy; -1: not there."""
    asked = np.asarray(candidate, dtype=np.int64) * vacancies + np.asarray(vacancy, dtype=np.int64)
    if not persons.size:
        return np.full(asked.shape, -1, dtype=np.int64)
    held = persons.astype(np.int64) * vacancies + seats
    at = np.minimum(np.searchsorted(held, asked), held.size - 1)
    return np.where(held[at] == asked, at, -1)
