"""Lists of words from two tables, brought to sets over one shared numbering."""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from matcher.domain.tables import Sets
from matcher.intake.forms import WordLists
from matcher.intake.text import fold


def to_sets(lists: WordLists, number: dict[str, int], clean: Callable[[str], str] = fold) -> Sets:
    """Turn lists into sets.

    Parameters
    ----------
    lists
        Words per row.
    number
        Code of every word that counts, by its cleaned form; other words are left out (nobody asks for them).
    clean
        What makes two spellings equal; `str` for ids.
    """
    lookup = np.array([number.get(clean(word), -1) for word in lists.spelled], dtype=np.int32)
    code = lookup[lists.item] if lists.item.size else np.empty(0, dtype=np.int32)
    return from_pairs(lists.owner(), code, lists.known, len(number))


def from_pairs(owner: NDArray[np.int64], code: NDArray[np.int32], known: NDArray[np.bool_], size: int) -> Sets:
    """Build sets from (row, code) pairs; negative codes and repeats are dropped."""
    keep = code >= 0
    joined = np.unique(owner[keep] * max(size, 1) + code[keep])
    row, item = np.divmod(joined, max(size, 1))
    count = np.bincount(row, minlength=known.size)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return Sets(start, item.astype(np.int32), known.copy(), size)


def vocabulary(*lists: WordLists, clean: Callable[[str], str] = fold) -> list[str]:
    """Return the words that occur in any of the lists, cleaned, sorted."""
    found: set[str] = set()
    for one in lists:
        used = np.unique(one.item)
        found.update(clean(one.spelled[code]) for code in used.tolist())
    return sorted(found)


def numbered(words: Iterable[str]) -> dict[str, int]:
    """Number words by their place."""
    return {word: place for place, word in enumerate(words)}
