"""Offers, lists and standings: questions to the hall, and its answers in the order of the rows outside."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from matcher.model.edges import NO_GAIN, Edges, Offer
from matcher.model.standing import ALTERNATIVES, Market, Standing
from matcher.pairing.ceilings import ceilings
from matcher.pairing.crowds import Company
from matcher.pairing.hall import Asked, Hall
from matcher.pairing.kept import beat, merge
from matcher.pairing.layout import Ints8, Ints32, Ints64
from matcher.pairing.rooms import UNBOUNDED, nothing_found, nothing_kept
from matcher.pairing.stage import LEVELS, LIST, OFFER, STAND, Kept, Question
from matcher.pairing.words import BLOCK
from matcher.stop import NEVER, Stop

MOST_PRICE = 2**62
_POWERS = 2 ** np.arange(LEVELS, dtype=np.int64)
_Part = tuple[Ints64, Ints32, Ints64]
_NOTHING_GAINS_MORE = np.int64(2**63 - 1)
_NONE = np.zeros(0, dtype=np.int64)
_NONE32 = np.zeros(0, dtype=np.int32)
_LEVELS = np.zeros(0, dtype=np.int8)
_FALSE = np.zeros(0, dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Memory:
    """What earlier looks found, and the prices that their bounds belong to. It saves looks and changes no answer.

    Attributes
    ----------
    kept
        By the first person of a crowd.
    price
        int64, in the order of the map; empty where nothing was asked yet.
    """

    kept: Mapping[int, Kept] = field(default_factory=dict)
    price: Ints64 = field(default_factory=lambda: _NONE)


def offer(
    hall: Hall,
    companies: tuple[Company, ...],
    memory: Memory,
    seat_prices: Ints64,
    floors: Ints64,
    *,
    most: int,
    stop: Stop = NEVER,
) -> tuple[Offer, Memory]:
    """Offer the best ``most`` edges per person that gain more than the floor; looks only where there may be something new.

    Everybody outside ``companies`` gets nothing. Where time is up before a crowd was looked at, what was found earlier is offered, with
    a bound on the rest that is found without looking.
    """
    order = hall.order
    by_number = np.minimum(seat_prices, MOST_PRICE)
    price, floor = by_number[order.seat], np.maximum(floors[order.person], NO_GAIN)
    drop = np.maximum(0, memory.price - price) if memory.price.size else np.zeros_like(price)
    fall = np.maximum.reduceat(drop, np.arange(0, drop.size, BLOCK)) if drop.size else drop
    best = np.full(floors.size, NO_GAIN, dtype=np.int64)
    top = _Ceiling(hall, by_number)

    def question(one: Company) -> Asked | None:
        mine = memory.kept.get(one.crowd.first) or nothing_kept(one.size)
        level = _levels(mine.bound, floor[one.people])
        if (level >= int(fall[hall.reached(one)].max(initial=0)).bit_length()).all():
            return None
        asked = Question(OFFER, price, _NONE, drop, fall, level, _NONE32, _NONE, _FALSE, _FALSE)
        return Asked(asked, mine, nothing_found(one.size, most, standing=False, at=_NONE, listed=0))

    def answer(one: Company, asked: Asked | None, whole: bool) -> tuple[bool, int, Kept, _Part]:
        mine = _later(memory.kept[one.crowd.first], fall[hall.reached(one)]) if asked is None else _merged(asked)
        if asked is not None and not whole:
            earlier = _later(asked.kept, fall[hall.reached(one)]).bound
            least = np.where(asked.kept.bound == UNBOUNDED, top.of(one), np.minimum(earlier, top.of(one)))
            mine = mine._replace(bound=np.maximum(mine.bound, least))
        most_gained, part = _beaten(mine, by_number, floor[one.people], most)
        best[order.person[one.people]] = most_gained if whole else np.maximum(most_gained, mine.bound)
        return whole, one.crowd.first, mine, part

    answers = list(hall.look(question, answer, companies, stop))
    best.setflags(write=False)
    edges = _edges(hall, companies, [part for *_, part in answers])
    later = Memory({first: mine for _, first, mine, _ in answers}, price)
    all_seen = all(whole for whole, *_ in answers)
    return Offer(edges, best, exact=all_seen and bool((floors <= NO_GAIN).all()), whole=all_seen), later


def unseen(hall: Hall, companies: tuple[Company, ...], seat_prices: Ints64, seen: Offer | None) -> Offer:
    """What was seen of ``companies``, and what nobody else gains more than: time was up before everybody was asked."""
    best = ceilings(hall.given, hall.policy, np.minimum(seat_prices, MOST_PRICE))
    if not hall.given.listed_only:
        best[hall.given.candidates.control] = NO_GAIN
    if seen is None:
        return Offer(
            Edges(np.zeros(best.size + 1, dtype=np.int64), _NONE32.copy(), _NONE.copy()), best, exact=False, whole=False
        )
    for one in companies:
        rows = hall.order.person[one.people]
        best[rows] = seen.best[rows]
    return Offer(seen.edges, best, exact=False, whole=False)


class _Ceiling:
    """What nobody gains more than, worked out when it is first asked for."""

    def __init__(self, hall: Hall, price: Ints64) -> None:
        self._hall = hall
        self._price = price

    def of(self, one: Company) -> Ints64:
        """Of a crowd."""
        return self._all[self._hall.order.person[one.people]]

    @cached_property
    def _all(self) -> Ints64:
        return ceilings(self._hall.given, self._hall.policy, self._price)


def listed(hall: Hall, companies: tuple[Company, ...], eligible: Ints64, seat_prices: Ints64, floors: Ints64) -> Edges:
    """List all eligible pairs of some crowds that gain more than the floor.

    Parameters
    ----------
    eligible
        At least the number of such pairs per person; room is made for so many.
    """
    order = hall.order
    price, floor = np.minimum(seat_prices, MOST_PRICE)[order.seat], np.maximum(floors[order.person], NO_GAIN)
    count = eligible[order.person]

    def question(one: Company) -> Asked:
        length = count[one.people]
        start = np.cumsum(length) - length
        found = nothing_found(one.size, 1, standing=False, at=start, listed=int(length.sum()))
        asked = Question(LIST, price, floor[one.people], _NONE, _NONE, _LEVELS, _NONE32, _NONE, _FALSE, _FALSE)
        return Asked(asked, nothing_kept(0), found)

    def answer(one: Company, asked: Asked | None, _: bool) -> _Part:
        assert asked is not None
        length, found = count[one.people], asked.found
        start = np.cumsum(length) - length
        used = found.at - start
        at = np.repeat(start - (np.cumsum(used) - used), used) + np.arange(used.sum())
        seat, points = found.listed[at], found.listed_points[at]
        along = np.lexsort((seat, np.repeat(np.arange(used.size), used)))
        return used, seat[along], points[along]

    return _edges(hall, companies, list(hall.look(question, answer, companies)))


def heaps(hall: Hall, eligible: Ints64, size: int, seat_prices: Ints64, floors: Ints64) -> Iterator[Edges]:
    """List eligible pairs that gain more than the floor, some people at a time.

    About ``size`` pairs at a time, or those of one person, before the floors are looked at; parameters as in `listed`, where 0 for
    ``eligible`` leaves somebody out.
    """
    person = hall.order.person
    for one in hall.companies:
        before = np.cumsum(eligible[person[one.people]]) // size
        for part in np.unique(before):
            some = person[one.people][before == part]
            least, count = np.full(eligible.size, _NOTHING_GAINS_MORE), np.zeros_like(eligible)
            asked = some[eligible[some] > 0]
            if not asked.size:
                continue
            least[asked], count[asked] = floors[asked], eligible[asked]
            yield listed(hall, (one,), count, seat_prices, least)


def standing(hall: Hall, seat_of: Ints32, own_points: Ints64, market: Market) -> Standing:
    """Compare everybody's own seat with all others.

    Of pairs that are worth less than `NO_GAIN` after the price, none is better than another.
    """
    order, n = hall.order, seat_of.size
    usable, free = (market.openings > 0)[order.seat], (market.filled < market.openings)[order.seat]
    price = np.where(usable, market.price[order.seat], 0)
    own, points = seat_of[order.person], own_points[order.person]
    out = Standing(
        rank=(seat_of >= 0).astype(np.int64),
        alternatives=np.full((n, ALTERNATIVES), -1, dtype=np.int32),
        best_seat=np.full(n, -1, dtype=np.int32),
        best_points=np.zeros(n, dtype=np.int64),
        shortfall=np.zeros(n, dtype=np.int64),
        winnable=np.zeros(n, dtype=np.bool_),
    )

    def question(one: Company) -> Asked:
        asked = Question(STAND, price, _NONE, _NONE, _NONE, _LEVELS, own[one.people], points[one.people], usable, free)
        found = nothing_found(one.size, ALTERNATIVES, standing=True, at=_NONE, listed=0)
        return Asked(asked, nothing_kept(0), found)

    def answer(one: Company, asked: Asked | None, _: bool) -> None:
        assert asked is not None
        people, found = order.person[one.people], asked.found
        out.rank[people] += found.better
        out.alternatives[people] = np.where(np.arange(ALTERNATIVES) < found.held[:, None], found.number, -1)
        out.best_seat[people], out.best_points[people] = found.best_number, found.best_points
        out.shortfall[people] = -found.best_gain
        out.winnable[people] = found.winnable

    for _ in hall.look(question, answer, hall.companies):
        pass
    return out


def _levels(bound: Ints64, floor: Ints64) -> Ints8:
    """Per person, the level below which drops of prices bring nothing above the floor; -1 where all must be looked at.

    Half of the way to the floor, so that the bound does not come close to it at once.
    """
    certain = bound < MOST_PRICE
    slack = np.minimum(floor, MOST_PRICE // 2) // 2 - np.where(certain, bound, 0) // 2 - 1
    level = np.searchsorted(_POWERS, slack + 1, side="right") - 1
    return np.where(certain & (slack >= 0), level, -1).astype(np.int8)


def _later(kept: Kept, fall: Ints64) -> Kept:
    """The same pairs at prices that fell by so much at most."""
    deepest = int(fall.max(initial=0))
    bound = kept.bound if not deepest else np.where(kept.bound == NO_GAIN, NO_GAIN, kept.bound + deepest)
    return kept._replace(bound=bound)


def _merged(asked: Asked) -> Kept:
    old, size = asked.kept, asked.kept.number.size + int(asked.found.held.sum())
    merged = Kept(
        start=np.zeros_like(old.start),
        number=np.empty(size, dtype=np.int32),
        points=np.empty(size, dtype=np.int64),
        bound=np.empty_like(old.bound),
    )
    merge(old, asked.found, merged)
    return merged


def _beaten(kept: Kept, price: Ints64, floor: Ints64, most: int) -> tuple[Ints64, _Part]:
    """Best gains, and the best kept pairs above the floor."""
    people = floor.size
    top, count = np.empty(people, dtype=np.int64), np.empty(people, dtype=np.int64)
    seat = np.empty(min(kept.number.size, most * people), dtype=np.int32)
    points = np.empty(seat.size, dtype=np.int64)
    gains, numbers = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int32)
    written = beat(kept, price, floor, most, gains, numbers, top, count, seat, points)
    return top, (count, seat[:written].copy(), points[:written].copy())


def _edges(hall: Hall, companies: tuple[Company, ...], parts: Iterable[_Part]) -> Edges:
    """Edges from lengths, seats and points per company, in the order of the rows outside."""
    length, seats, values = np.zeros(hall.given.shape[0], dtype=np.int64), [_NONE32], [_NONE]
    for one, (count, seat, points) in zip(companies, parts, strict=True):
        length[one.people] = count
        seats.append(seat)
        values.append(points)
    seat, points, person = np.concatenate(seats), np.concatenate(values), hall.order.person
    begin = np.cumsum(length) - length
    count, source = np.empty_like(length), np.empty_like(length)
    count[person], source[person] = length, begin
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    at = np.repeat(source - start[:-1], count) + np.arange(seat.size)
    return Edges(start, seat[at], points[at])
