"""What still has to be arranged before somebody can start."""

import numpy as np
from numpy.typing import NDArray

from matcher.domain.tables import Codebook, Problem


def to_arrange(
    problem: Problem, codebook: Codebook, people: NDArray[np.int64], seats: NDArray[np.int64]
) -> list[list[str]]:
    """Every asked certificate that is not known to be held, per pair, in the vacancy's own words and order."""
    held = problem.candidates.certificates
    out: list[list[str]] = []
    for person, seat in zip(people.tolist(), seats.tolist(), strict=True):
        codes = codebook.certificate_codes[seat]
        if len(codes) == 0:
            out.append([])
            continue
        has = set(held.row(person).tolist())
        words = codebook.certificate_words[seat]
        out.append([word for word, code in zip(words, codes, strict=True) if code not in has])
    return out
