"""Sets of vacancies as bits: vacancy ``64 * w + b`` of a block is bit ``b`` of word ``w``. One step then decides 64 pairs."""
# mypy: allow-untyped-calls, disable-error-code=attr-defined

from typing import Any, cast

import numpy as np
from numba import types
from numba.core.config import DISABLE_JIT
from numba.extending import intrinsic
from numpy.typing import NDArray

from matcher.pairing.compile import inlined

Words = NDArray[np.uint64]

WORD_BITS = 64
WORDS = 32
BLOCK = WORDS * WORD_BITS
"""Vacancies that are looked at together: their bits and tables stay in a processor's cache."""
ZERO, ONE, ALL = np.uint64(0), np.uint64(1), np.uint64(2**64 - 1)


def _ones_plain(word: int) -> int:
    """Number of bits set."""
    return int(word).bit_count()


def _ones_compiled() -> Any:
    @intrinsic
    def ones(_: Any, word: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            return builder.ctpop(values[0])

        return types.int64(types.uint64), generate

    return ones


ones = cast(Any, _ones_plain if DISABLE_JIT else _ones_compiled())
"""Number of bits set in a word: the processor's own instruction."""


@inlined
def last_of(word: np.uint64) -> int:
    """Number of the lowest bit set; the word must not be zero."""
    return int(ones((word & (~word + ONE)) - ONE))


@inlined
def without_last(word: np.uint64) -> np.uint64:
    """Clear the lowest bit set; the word must not be zero."""
    return word & (word - ONE)


@inlined
def set_bits(bits: Words, begin: int, end: int) -> None:
    """Set bits ``begin`` to ``end`` of a row of words."""
    at = begin
    while at < end:
        word, low = at >> 6, at & 63
        count = min(end - at, WORD_BITS - low)
        mask = ALL >> np.uint64(WORD_BITS - count)
        bits[word] |= mask << np.uint64(low)
        at += count
