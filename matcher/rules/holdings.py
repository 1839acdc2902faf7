"""Who holds what out of very many things, such as skills: as sorted numbers, because bits for all of them would not fit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.domain.tables import Sets
from matcher.rules.block import IntColumn, PairBlock


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything that somebody holds.

    Attributes
    ----------
    number
        int64, ascending: ``person * size + code`` of every code that a person holds; after the last one a number that is too large.
    size
        Number of different codes.
    known
        bool, shape ``(people,)``: False where nothing is known about the person.
    """

    number: IntColumn
    size: int
    known: NDArray[np.bool_]

    def contain(self, person: IntColumn, code: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Whether each person holds a code, shape as the two broadcast; False for code -1."""
        wanted = person * self.size + code
        return np.asarray((self.number[np.searchsorted(self.number, wanted)] == wanted) & (code >= 0))


def holdings(sets: Sets) -> Holdings:
    """Return the sets of people as one sorted list."""
    owner = np.repeat(np.arange(sets.known.size, dtype=np.int64), sets.count)
    beyond = np.array([np.iinfo(np.int64).max])
    return Holdings(np.concatenate([owner * sets.size + sets.code, beyond]), sets.size, sets.known)


@dataclass(frozen=True, slots=True)
class AskedOfMany:
    """Things that vacancies ask and people hold; answers what `matcher.rules.context.Asked` does, without a bit for each thing."""

    held: Holdings
    asked: Sets
    asked_count: IntColumn

    @property
    def held_known(self) -> NDArray[np.bool_]:
        """Shape ``(people,)``: False where nothing is known about the person."""
        return self.held.known

    def held_count(self, block: PairBlock) -> IntColumn:
        """How many of what the vacancy asks the person is known to hold, shape ``(k,)``."""
        asked = np.broadcast_to(self.asked_count[block.vacancy], (block.size,))
        first = np.broadcast_to(self.asked.start[block.vacancy], (block.size,))
        count = np.zeros(block.size, dtype=np.int64)
        for turn in range(int(asked.max(initial=0))):
            pair = np.flatnonzero(asked > turn)
            count[pair] += self.held.contain(block.candidate[pair], self.asked.code[first[pair] + turn])
        return count
