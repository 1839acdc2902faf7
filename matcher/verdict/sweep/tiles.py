"""Cuts all pairs into tiles: some rows against a block of columns, with what the rules answer as bits."""

from collections.abc import Iterator, Sequence

import numpy as np

from matcher.domain.tables import Places
from matcher.verdict.sweep.blocks import Block, ByClasses, Masks, Step, block_of, place_among
from matcher.verdict.sweep.layout import (
    ANY_PASSES,
    BY_ROAD,
    FAILS_UNKNOWN,
    NOBODY_IS_FAR,
    Bits,
    Bools,
    Ints8,
    Ints32,
    Tile,
)
from matcher.verdict.sweep.roads import Spread, road_table
from matcher.verdict.sweep.sides import Side
from matcher.verdict.sweep.sift import spread

BLOCK = 8192
"""Columns of a tile: their bits then fit in a processor's cache beside those of a few hundred classes."""
ROOM_BYTES = 1 << 25
"""Memory for the bits of a tile, and for its metres; a tile that needs more is cut into two."""


class Tiler:
    """All tiles of rows against columns."""

    def __init__(
        self,
        *,
        places: Places,
        rows: Side,
        columns: Side,
        steps: Sequence[Step],
        skills_unknown: int,
        spread_over: Spread,
    ) -> None:
        self._places, self._rows, self._columns, self._steps = places, rows, columns, steps
        self._skills_unknown, self._spread = skills_unknown, spread_over

    def __iter__(self) -> Iterator[tuple[Tile, Ints32]]:
        """Every tile, and for each column of its block the column of `Tile.metres`, -1 unknown."""
        for begin in range(0, self._columns.size, BLOCK):
            block = block_of(self._columns, self._steps, begin, min(begin + BLOCK, self._columns.size))
            spot = np.repeat(block.run_spot, np.diff(block.run))
            for tile in self._of_rows(block, 0, self._rows.size):
                yield tile, spot

    def _of_rows(self, block: Block, start: int, stop: int) -> Iterator[Tile]:
        """The rows against a block, in one tile or, where that would be too large, in two halves."""
        tile = self._tile(block, start, stop)
        if tile is not None:
            yield tile
            return
        middle = (start + stop) // 2
        yield from self._of_rows(block, start, middle)
        yield from self._of_rows(block, middle, stop)

    def _tile(self, block: Block, start: int, stop: int) -> Tile | None:
        rows, here = self._rows, slice(start, stop)
        limit = ROOM_BYTES if stop - start > 1 else None
        place = rows.place[here]
        spots = np.unique(place[place >= 0])
        if limit is not None and spots.size * block.spots.size * 4 > limit:
            return None
        spot = place_among(spots, place)
        reach = np.minimum(rows.reach[here], block.widest)
        farthest = np.full(spots.size, NOBODY_IS_FAR)
        np.maximum.at(farthest, spot[spot >= 0], reach[spot >= 0])
        metres = road_table(self._places, spots, block.spots, farthest, self._spread)
        nearest = np.full(spots.size, NOBODY_IS_FAR) if block.some_unknown else metres.min(axis=1).astype(np.int64)
        within = spot < 0
        within[~within] = nearest[spot[~within]] <= reach[~within]
        answers = self._answers(block, here, within, limit)
        if answers is None:
            return None
        asks, fails, doubt, doubts = answers
        return Tile(
            first_row=start,
            begin=block.begin,
            full=block.full,
            rule=np.array([step.rule for step in self._steps], dtype=np.int64),
            asks=asks,
            fails=fails,
            doubt=doubt,
            doubts=doubts,
            fact_start=rows.fact_start,
            fact_column=rows.fact_column,
            spot=spot,
            reach=rows.reach[here].copy(),
            blind=rows.blind[here].copy(),
            run=block.run,
            run_spot=block.run_spot,
            run_reach=block.run_reach,
            run_blind=block.run_blind,
            metres=metres,
            nearest=nearest,
            widest=block.widest,
            skill_start=rows.skill_start,
            skill_code=rows.skill_code,
            skills_known=rows.skills_known,
            needed=rows.needed,
            having=block.having,
            has=block.has,
            needing=block.needing,
            unknown=block.unknown,
            skills_unknown=self._skills_unknown,
        )

    def _answers(
        self, block: Block, here: slice, within: Bools, limit: int | None
    ) -> tuple[Ints32, Bits, Ints32, Bits] | None:
        """The bits of every class of rows that gets as far as being asked; None where they need more memory than ``limit``."""
        asks = np.empty((within.size, len(self._steps)), dtype=np.int32)
        jobs: list[tuple[Ints8, Masks, Ints32]] = []
        doubtful = [np.zeros(0, dtype=np.bool_)]
        answers, asked = 0, np.ones(within.size, dtype=np.bool_)
        for number, (step, masks) in enumerate(zip(self._steps, block.masks, strict=True)):
            if not isinstance(step, ByClasses):
                asks[:, number] = step.ask
                if step.ask == BY_ROAD:
                    asked = within  # all others have nothing left after this
                continue
            kind = step.rows[here]
            occurs = np.zeros(step.kinds, dtype=np.bool_)
            occurs[kind[asked]] = True
            kinds = np.flatnonzero(occurs)
            codes = step.codes(kinds, masks.kinds)
            removes = codes.any(axis=1)
            answer = np.where(removes, answers + np.cumsum(removes) - 1, ANY_PASSES).astype(np.int32)
            of_kind = np.full(step.kinds, ANY_PASSES, dtype=np.int32)
            of_kind[kinds] = answer
            asks[:, number] = of_kind[kind]
            answers += int(np.count_nonzero(removes))
            doubtful.append((codes == FAILS_UNKNOWN).any(axis=1)[removes])
            jobs.append((codes, masks, answer))
        unknown = np.concatenate(doubtful)
        doubt = np.where(unknown, np.cumsum(unknown), 0).astype(np.int32)
        some = int(np.count_nonzero(unknown)) + 1
        if limit is not None and (answers + some) * block.full.nbytes > limit:
            return None
        fails = np.zeros((answers, block.full.size), dtype=np.uint64)
        doubts = np.zeros((some, block.full.size), dtype=np.uint64)

        def write(job: tuple[Ints8, Masks, Ints32]) -> None:
            codes, masks, answer = job
            spread(codes, masks.start, masks.word, masks.bits, answer, fails, doubt, doubts)

        for _ in self._spread(write, jobs):
            pass
        return asks, fails, doubt, doubts
