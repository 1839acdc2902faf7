"""Who comes next for a vacancy with an opening left: at most a few people each, and nobody with two recipients."""

from collections.abc import Callable, Iterable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matcher.domain.tables import DAY_UNKNOWN, Codebook, Problem
from matcher.model.edges import Edges

MOST = 3
"""People on the shortlist of one vacancy."""
SHORTLISTS = pa.schema([("vacancy_id", pa.string()), ("place", pa.int32()), ("candidate_id", pa.string())])
_Ints = NDArray[np.int64]
_Flags = NDArray[np.bool_]


def open_seats(problem: Problem, filled: _Ints) -> _Ints:
    """Openings left per vacancy: 0 after its closing date, and never more than what its job leaves."""
    seats, job = problem.vacancies, problem.stated.job
    left: _Ints = np.maximum(seats.openings - filled, 0)
    twin = job >= 0
    if twin.any():
        most, used = np.zeros(int(job.max()) + 1, dtype=np.int64), np.zeros(int(job.max()) + 1, dtype=np.int64)
        np.maximum.at(most, job[twin], seats.openings[twin])
        np.add.at(used, job[twin], filled[twin])
        left[twin] = np.minimum(left[twin], np.maximum(most - used, 0)[job[twin]])
    left[(seats.closing_d != DAY_UNKNOWN) & (seats.closing_d < problem.run_d)] = 0
    return left


def chosen_shortlists(
    problem: Problem,
    codebook: Codebook,
    seat_of: NDArray[np.int32],
    assignments: pa.Table,
    worthwhile: Callable[[_Flags, _Flags], Iterable[Edges]],
) -> pa.Table:
    """Choose the lists of a plan.

    Parameters
    ----------
    seat_of
        int32, per person: the vacancy of the plan, -1 for none.
    assignments
        The plan, rows by person.
    worthwhile
        Lists the eligible edges with points above 0 between some people and some vacancies, whole people at a time.

    Returns
    -------
    Columns as in `SHORTLISTS`, by vacancy, then by place.
    """
    agency, placed = problem.vacancies.agency.astype(np.int64), seat_of >= 0
    left = open_seats(problem, np.bincount(seat_of[placed], minlength=agency.size).astype(np.int64))
    # With a proposal, only vacancies of the same recipient count: whose recipient has none open need not be asked about.
    has_open = np.zeros(int(agency.max(initial=-1)) + 2, dtype=np.bool_)
    has_open[agency[left > 0] + 1] = True
    people = ~problem.candidates.control & has_open.any()
    people[placed] &= has_open[agency[seat_of[placed]] + 1]
    own_points = np.zeros(seat_of.size, dtype=np.int64)
    own_points[placed] = assignments["points"].to_numpy()
    heaps = worthwhile(people, left > 0) if people.any() else ()
    seat, person = shortlists(heaps, recipient=agency, seat_of=seat_of.astype(np.int64), own_points=own_points)
    columns = [
        pa.array([codebook.vacancy_ids[code] for code in seat.tolist()], type=pa.string()),
        pa.array(_place(seat) + 1, type=pa.int32()),
        pa.array([codebook.candidate_ids[code] for code in person.tolist()], type=pa.string()),
    ]
    return pa.table(columns, schema=SHORTLISTS)


def shortlists(
    heaps: Iterable[Edges], *, recipient: _Ints, seat_of: _Ints, own_points: _Ints, most: int = MOST
) -> tuple[_Ints, _Ints]:
    """Choose, for every open vacancy, the people who gain most or lose least by it.

    A person counts with the points of the pair minus the best alternative: the proposal the person has, else the best other open vacancy,
    else nothing. Somebody with a proposal stands only on shortlists of the same recipient; somebody without, only on those of the recipient
    whose open vacancy is worth most. So nobody is offered to a vacancy by two.

    Parameters
    ----------
    heaps
        Eligible edges with points above 0 to open vacancies, whole people at a time.
    recipient
        Per vacancy.
    seat_of, own_points
        Per person: the vacancy of the plan, -1 for none, and its points.

    Returns
    -------
    vacancy, person
        By vacancy, then by place on its list; ties go to the lower person.
    """
    seat = person = gain = np.empty(0, dtype=np.int64)
    for edges in heaps:
        new_seat, new_person, new_gain = _candidates(edges, recipient, seat_of, own_points)
        seat = np.concatenate([seat, new_seat])
        person, gain = np.concatenate([person, new_person]), np.concatenate([gain, new_gain])
        along = np.lexsort((person, -gain, seat))
        seat, person, gain = seat[along], person[along], gain[along]
        place = _place(seat)
        seat, person, gain = seat[place < most], person[place < most], gain[place < most]
    return seat, person


def _candidates(edges: Edges, recipient: _Ints, seat_of: _Ints, own_points: _Ints) -> tuple[_Ints, _Ints, _Ints]:
    """The edges of a heap that may stand on a list, and what each brings beyond the person's best alternative."""
    row, seat, points = edges.row_of().astype(np.int64), edges.seat.astype(np.int64), edges.points
    if not row.size:
        return row, seat, points
    own = seat_of[row]
    # Best and second best open vacancy of every person: points, ties to the lower seat.
    along = np.lexsort((seat, -points, row))
    place = np.empty_like(row)
    place[along] = _place(row[along])
    best_at, second = np.full(edges.rows, -1, dtype=np.int64), np.zeros(edges.rows, dtype=np.int64)
    best_at[row[place == 0]] = np.flatnonzero(place == 0)
    second[row[place == 1]] = points[place == 1]
    first = best_at[row]
    other = np.where(place == 0, second[row], points[first])
    placed = own >= 0
    home = np.where(placed, recipient[np.maximum(own, 0)], recipient[seat[first]])
    keep = (recipient[seat] == home) & (seat != own)
    gain = points - np.where(placed, own_points[row], other)
    return seat[keep], row[keep], gain[keep]


def _place(key: _Ints) -> _Ints:
    """Place of every entry among those with its key, from 0; the keys stand together."""
    if not key.size:
        return key
    begins = np.concatenate([[True], key[1:] != key[:-1]])
    first = np.flatnonzero(begins)
    place: _Ints = np.arange(key.size, dtype=np.int64) - first[np.cumsum(begins) - 1]
    return place
