"""What a look at all pairs brings back: counts, and per person only what the certificate compares."""

from dataclasses import dataclass, replace

import numpy as np

from matcher.model.survey import Survey
from matcher.verdict.sweep.claim import Claim
from matcher.verdict.sweep.known import Known
from matcher.verdict.sweep.layout import NEXT, RULE_COUNT, Bools, Found, Ints64, List, RowCounts, Ties

Arcs = tuple[Ints64, Ints64]
"""Vacancies at their beginnings, and at their ends."""


@dataclass(frozen=True, slots=True)
class Findings:
    """All eligible pairs, summed up.

    Attributes
    ----------
    survey
        Counts over all pairs that exist.
    own_points, own_found
        int64 and bool, shape ``(people,)``: points of the pair the plan gives, where it was met among the eligible ones.
    better
        int64, shape ``(people,)``: eligible pairs worth strictly more than that pair.
    most, most_next
        int64, shape ``(people,)``: the most anybody can keep of a pair's points after paying its price, at least 0: among vacancies with
        openings at the larger prices, among all at the smaller ones.
    winnable
        bool: an eligible vacancy with openings and points above 0 has points above its price or a free opening.
    seat, points
        int64, shape ``(people, 3)``: eligible vacancies with openings by points minus price, ties to the lower number; -1 fills up. For
        people with a vacancy the others, for people without one those with points above 0.
    ties, ties_next
        Where somebody sits who is not pinned, and where he would be as well off: among vacancies with openings at the larger prices,
        among all at the smaller ones. Empty where the plan does not claim that its prices are extreme.
    anchored
        bool, shape ``(vacancies,)``: at the smaller prices somebody without a vacancy could just pay it.
    """

    survey: Survey
    own_points: Ints64
    own_found: Bools
    better: Ints64
    most: Ints64
    most_next: Ints64
    winnable: Bools
    seat: Ints64
    points: Ints64
    ties: Arcs
    ties_next: Arcs
    anchored: Bools


def found_nothing(people: int) -> Found:
    """Before anybody has looked."""

    def zeros(*shape: int) -> Ints64:
        return np.zeros(shape, dtype=np.int64)

    return Found(
        missing=zeros(people),
        positive=np.zeros(people, dtype=np.bool_),
        winnable=np.zeros(people, dtype=np.bool_),
        own_points=zeros(people) - 1,
        better=zeros(people),
        most=zeros(people),
        most_next=zeros(people),
        gain=zeros(people, NEXT),
        seat=zeros(people, NEXT) - 1,
        points=zeros(people, NEXT),
    )


def no_counts(rows: int) -> RowCounts:
    """Before anybody has counted."""
    first = np.zeros((rows, RULE_COUNT), dtype=np.int64)
    return RowCounts(first, np.zeros_like(first), np.zeros(rows, dtype=np.int64))


def no_list(room: int) -> List:
    """Room for so many pairs of one worker."""
    return List(
        size=np.zeros(1, dtype=np.int64),
        person=np.empty(room, dtype=np.int32),
        vacancy=np.empty(room, dtype=np.int32),
        points=np.empty(room, dtype=np.int64),
    )


def no_ties(jobs: int, room: int) -> Ties:
    """Room for so many ties of one worker."""
    return Ties(
        size=np.zeros(2, dtype=np.int64),
        source=np.empty(room, dtype=np.int32),
        target=np.empty(room, dtype=np.int32),
        source_next=np.empty(room, dtype=np.int32),
        target_next=np.empty(room, dtype=np.int32),
        anchored=np.zeros(jobs, dtype=np.bool_),
    )


class AllTies:
    """Ties between vacancies, gathered: at the larger prices, and at the smaller ones."""

    def __init__(self) -> None:
        self._parts: tuple[list[Arcs], list[Arcs]] = ([], [])

    def take(self, ties: Ties) -> None:
        """Copy what a worker found, each tie once, and empty the room."""
        pairs = (ties.source, ties.target), (ties.source_next, ties.target_next)
        for part, (source, target), count in zip(self._parts, pairs, ties.size.tolist(), strict=True):
            if count:
                both = np.unique((source[:count].astype(np.int64) << 32) | target[:count])
                part.append((both >> 32, both & 0xFFFFFFFF))
        ties.size[:] = 0

    def add(self, other: "AllTies") -> None:
        """Add what another gathered."""
        for part, more in zip(self._parts, other._parts, strict=True):
            part.extend(more)

    def arcs(self, which: int, more: Arcs) -> Arcs:
        """All ties at the larger (0) or the smaller prices (1), and some more."""
        source, target = (np.concatenate([part[k] for part in (*self._parts[which], more)]) for k in range(2))
        return source, target


def findings(*, survey: Survey, found: Found, known: Known, claim: Claim, ties: AllTies, anchored: Bools) -> Findings:
    """Put what was found among all other pairs, and what the reference says of the known ones, together.

    Parameters
    ----------
    survey
        Counts over all pairs, without `row_positive` of the known ones.
    found, ties, anchored
        Without the known ones.
    """
    row, seat, points = known.row, known.seat, known.points
    price, is_open = claim.price[seat], claim.open[seat]
    own = claim.seat_of[row]
    people = claim.seat_of.size

    own_points, own_found = found.own_points.copy(), found.own_points >= 0
    mine = own == seat
    own_points[row[mine]], own_found[row[mine]] = points[mine], True
    better = found.better + np.bincount(row[points > claim.own_points[row]], minlength=people)
    positive, winnable = survey.row_positive.copy(), found.winnable.copy()
    positive[row[points > 0]] = True
    winnable[row[(points > 0) & is_open & ((points > price) | claim.left[seat])]] = True

    # A pair worth less than 0 is never the best one; counted as 0 its difference cannot overflow.
    at_least_0 = np.maximum(points, 0)
    gain, gain_next = at_least_0 - price, at_least_0 - claim.price_next[seat]
    most, most_next = found.most.copy(), found.most_next.copy()
    np.maximum.at(most, row[is_open], gain[is_open])
    np.maximum.at(most_next, row, gain_next)

    moves = claim.extreme & (points >= 0) & ~claim.pinned[row]
    other = moves & (own >= 0) & ~mine
    tied = other & is_open & (gain == claim.level(claim.price)[row])
    tied_next = other & (gain_next == claim.level(claim.price_next)[row])
    anchored = anchored.copy()
    anchored[seat[moves & (own < 0) & (gain_next == 0)]] = True
    next_seat, next_points = _next(found, known, claim, is_open & np.where(own < 0, points > 0, ~mine))
    return Findings(
        survey=replace(survey, row_positive=positive),
        own_points=own_points,
        own_found=own_found,
        better=better,
        most=most,
        most_next=most_next,
        winnable=winnable,
        seat=next_seat,
        points=next_points,
        ties=ties.arcs(0, (own[tied], seat[tied])),
        ties_next=ties.arcs(1, (own[tied_next], seat[tied_next])),
        anchored=anchored,
    )


def _next(found: Found, known: Known, claim: Claim, usable: Bools) -> tuple[Ints64, Ints64]:
    """The next best vacancies of everybody, the known pairs marked usable included."""
    seat, points = found.seat.copy(), found.points.copy()
    touched = np.unique(known.row[usable])
    if not touched.size:
        return seat, points
    others = np.flatnonzero(seat[touched].reshape(-1) >= 0)
    row = np.concatenate([known.row[usable], np.repeat(touched, NEXT)[others]])
    one_seat = np.concatenate([known.seat[usable], seat[touched].reshape(-1)[others]])
    value = np.concatenate([known.points[usable], points[touched].reshape(-1)[others]])
    high, low = exact_gain(value, claim.price[one_seat])
    order = np.lexsort((one_seat, -low, -high, row))
    row, one_seat, value = row[order], one_seat[order], value[order]
    place = np.arange(row.size) - np.searchsorted(row, row)
    best = place < NEXT
    seat[touched], points[touched] = -1, 0
    seat[row[best], place[best]], points[row[best], place[best]] = one_seat[best], value[best]
    return seat, points


def exact_gain(points: Ints64, price: Ints64) -> tuple[Ints64, Ints64]:
    """``points - price`` as a high and a low half of 32 bits, for a difference that int64 may not hold; the price is at least 0."""
    half = (1 << 32) - 1
    low = (points & half) - (price & half)
    return (points >> 32) - (price >> 32) + (low >> 32), low & half
