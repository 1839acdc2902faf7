"""From what the loops counted to the survey, in the order of the rows outside."""

from dataclasses import dataclass, fields

import numpy as np

from matcher.domain.codes import RULE_INDEX, Rule
from matcher.model.survey import Survey
from matcher.pairing.blocks import CLOSED_BIT
from matcher.pairing.hall import Hall
from matcher.pairing.layout import KNOWN_BITS, RULE_COUNT, UNKNOWN_SHIFT, Bools, Ints32, Ints64
from matcher.pairing.stage import ELIGIBLE_SLOT, SKILLS_SLOT, SLOT_RULE, Counters, Tally
from matcher.pairing.words import BLOCK

_AT_ONCE = 1 << 16
_CONTROL, _CLOSED, _DISTANCE = (RULE_INDEX[rule] for rule in (Rule.CONTROL_ARM, Rule.CLOSED, Rule.DISTANCE))


class _Reach:
    """DISTANCE for everybody who is looked at, and what is known about pairs."""

    def __init__(self, hall: Hall) -> None:
        crowds = [one.crowd for one in hall.companies]
        size = [np.diff(crowd.group) for crowd in crowds]
        nobody = [np.zeros(0, dtype=np.int64)]
        self.reach = np.concatenate(nobody + [np.repeat(c.reach, s) for c, s in zip(crowds, size, strict=True)])
        self.nowhere = np.concatenate(nobody + [np.repeat(c.nowhere, s) for c, s in zip(crowds, size, strict=True)])
        self.placed = hall.columns.home[: hall.free] >= 0
        self.seat_open = hall.columns.given.jobs.bits & CLOSED_BIT == 0
        self.seat_placed = hall.columns.given.jobs.place >= 0
        facts = hall.order.problem.facts
        mine = facts.candidate < hall.free
        self.person, self.seat = facts.candidate[mine].astype(np.int64), facts.vacancy[mine].astype(np.int64)
        self.bits, self.points, road_m = hall.known.bits[mine], hall.known.points[mine], hall.known.road_m[mine]
        nowhere = self.nowhere[self.person]
        self.far = np.where(road_m < 0, nowhere > 0, road_m > self.reach[self.person])
        self.doubt = (road_m < 0) & (nowhere > 1)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The columns of a `Survey` while they are filled, in the order of the map."""

    row_first: Ints32
    row_unknown: Ints32
    seat_first: Ints32
    seat_unknown: Ints32
    row_eligible: Ints32
    seat_eligible: Ints32
    missing: Ints64
    positive: Bools


def survey_of(hall: Hall) -> Survey:
    """Count over all pairs that exist."""
    (n, m), reach = hall.given.shape, _Reach(hall)
    tallies, counters = hall.count()
    sheet = _Sheet(
        row_first=np.zeros((n, RULE_COUNT), dtype=np.int32),
        row_unknown=np.zeros((n, RULE_COUNT), dtype=np.int32),
        seat_first=np.zeros((m, RULE_COUNT), dtype=np.int32),
        seat_unknown=np.zeros((m, RULE_COUNT), dtype=np.int32),
        row_eligible=np.zeros(n, dtype=np.int32),
        seat_eligible=np.zeros(m, dtype=np.int32),
        missing=np.zeros(n, dtype=np.int64),
        positive=np.zeros(n, dtype=np.bool_),
    )
    _add_people(tallies, hall, sheet)
    _add_vacancies(counters, sheet)
    if not hall.given.listed_only:
        _add_people_out_of_reach(hall, reach, tallies, sheet)
        _add_vacancies_out_of_reach(hall, reach, counters, sheet)
        _take_out_known(reach, sheet)
    _add_known(reach, sheet)
    person, seat = _back(hall.order.person), _back(hall.order.seat)
    survey = Survey(
        row_eligible=_rearranged(sheet.row_eligible, person),
        seat_eligible=_rearranged(sheet.seat_eligible, seat),
        row_first=_rearranged(sheet.row_first, person),
        seat_first=_rearranged(sheet.seat_first, seat),
        row_first_unknown=_rearranged(sheet.row_unknown, person),
        seat_first_unknown=_rearranged(sheet.seat_unknown, seat),
        row_missing=sheet.missing[person].astype(np.uint32),
        row_positive=sheet.positive[person],
    )
    # It is kept and handed out more than once.
    for column in fields(Survey):
        getattr(survey, column.name).setflags(write=False)
    return survey


def _back(order: Ints64) -> Ints64:
    """Where each row of the problem outside went."""
    back = np.empty(order.size, dtype=np.int64)
    back[order] = np.arange(order.size)
    return back


def _rearranged(column: Ints32, rows: Ints64) -> Ints64:
    out = np.empty(column.shape, dtype=np.int64)
    for begin in range(0, rows.size, _AT_ONCE):
        out[begin : begin + _AT_ONCE] = column[rows[begin : begin + _AT_ONCE]]
    return out


def _add_people(tallies: list[Tally], hall: Hall, sheet: _Sheet) -> None:
    for one, tally in zip(hall.companies, tallies, strict=True):
        people = one.people
        sheet.row_first[people, SLOT_RULE] = tally.first[:, : SKILLS_SLOT + 1]
        sheet.row_unknown[people, SLOT_RULE] = tally.first_unknown[:, : SKILLS_SLOT + 1]
        sheet.row_eligible[people] = tally.first[:, ELIGIBLE_SLOT]
        sheet.missing[people], sheet.positive[people] = tally.missing, tally.positive


def _add_vacancies(counters: list[Counters], sheet: _Sheet) -> None:
    for part in counters:
        for slot in range(SKILLS_SLOT + 1):
            sheet.seat_first[:, SLOT_RULE[slot]] += part.first[slot]
            sheet.seat_unknown[:, SLOT_RULE[slot]] += part.first_unknown[slot]
        sheet.seat_eligible[:] += part.first[ELIGIBLE_SLOT]


def _add_people_out_of_reach(hall: Hall, reach: _Reach, tallies: list[Tally], sheet: _Sheet) -> None:
    """CONTROL_ARM, CLOSED and DISTANCE of people: what was never looked at is counted here."""
    free, open_ = hall.free, reach.seat_open
    sheet.row_first[free:, _CONTROL] = open_.size
    sheet.row_first[:free, _CLOSED] = np.count_nonzero(~open_)
    inside = np.concatenate([np.zeros(0, dtype=np.int64), *(tally.inside for tally in tallies)])
    sheet.row_first[:free, _DISTANCE] = np.count_nonzero(open_) - inside
    lost = np.where(reach.placed, np.count_nonzero(open_ & ~reach.seat_placed), np.count_nonzero(open_))
    sheet.row_unknown[:free, _DISTANCE] = np.where(reach.nowhere > 1, lost, 0)


def _add_vacancies_out_of_reach(hall: Hall, reach: _Reach, counters: list[Counters], sheet: _Sheet) -> None:
    """The same of vacancies."""
    free, open_, placed, doubt = hall.free, reach.seat_open, reach.seat_placed, reach.nowhere > 1
    within = np.full(open_.size, np.count_nonzero(reach.nowhere == 0), dtype=np.int64)
    within[placed] = 0
    block, place = np.flatnonzero(placed) // BLOCK, hall.columns.given.jobs.place[placed]
    for part in counters:
        within[placed] += part.inside_block[block]
        within[placed] += part.inside[place + block]
    lost = np.where(placed, np.count_nonzero(doubt & ~reach.placed), np.count_nonzero(doubt))
    sheet.seat_first[:, _CONTROL] = hall.given.shape[0] - free
    sheet.seat_first[:, _CLOSED] = np.where(open_, 0, free)
    sheet.seat_first[:, _DISTANCE] = np.where(open_, free - within, 0)
    sheet.seat_unknown[:, _DISTANCE] = np.where(open_, lost, 0)


def _take_out_known(reach: _Reach, sheet: _Sheet) -> None:
    """Pairs about which something is known were counted with all others so far; they are judged one by one."""
    closed = ~reach.seat_open[reach.seat]
    for rule, out in ((_CLOSED, closed), (_DISTANCE, ~closed & reach.far)):
        np.subtract.at(sheet.row_first[:, rule], reach.person[out], 1)
        np.subtract.at(sheet.seat_first[:, rule], reach.seat[out], 1)
    out = ~closed & reach.doubt
    np.subtract.at(sheet.row_unknown[:, _DISTANCE], reach.person[out], 1)
    np.subtract.at(sheet.seat_unknown[:, _DISTANCE], reach.seat[out], 1)


def _add_known(reach: _Reach, sheet: _Sheet) -> None:
    """The verdicts on pairs about which something is known."""
    failed, unknown = reach.bits & KNOWN_BITS, reach.bits >> UNKNOWN_SHIFT
    either = failed | unknown
    eligible, out = either == 0, either != 0
    np.add.at(sheet.row_eligible, reach.person[eligible], 1)
    np.add.at(sheet.seat_eligible, reach.seat[eligible], 1)
    sheet.positive[reach.person[eligible & (reach.points > 0)]] = True
    np.bitwise_or.at(sheet.missing, reach.person[failed == 0], unknown[failed == 0])
    lowest = (either & -either)[out]
    rule = np.log2(lowest).astype(np.int64)
    person, seat = reach.person[out], reach.seat[out]
    np.add.at(sheet.row_first, (person, rule), 1)
    np.add.at(sheet.seat_first, (seat, rule), 1)
    doubt = unknown[out] & lowest != 0
    np.add.at(sheet.row_unknown, (person[doubt], rule[doubt]), 1)
    np.add.at(sheet.seat_unknown, (seat[doubt], rule[doubt]), 1)
