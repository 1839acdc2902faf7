"""How much memory a run will take, before it is taken: so that a run that cannot fit says so at once.

An estimate from sizes alone. Measured on the samples of 300 to 410,000 people, it is 0.9 to 1.2 times the real peak.
"""

from dataclasses import dataclass

from matcher.compiled import is_stored
from matcher.domain.raw import RawTables
from matcher.domain.tables import Problem
from matcher.errors import NoRoomError
from matcher.pairing.hall import processors
from matcher.pairing.look import look
from matcher.pairing.memory import Sizes, predicted_bytes
from matcher.room import available_bytes

_PROGRAM = 260 << 20
"""The libraries, before the loops are there."""
_COMPILER = 330 << 20
"""What the compiler takes and keeps where the loops have to be compiled first."""
_INPUT_TIMES = 3.2
"""The input as read, judged and encoded, against the bytes of its columns before and after."""
_AGAIN_TIMES = 2.1
"""The same once more before publishing, partly in the room that the first time left."""
_ENCODED_SHARE = 0.5
"""Encoded columns against read ones."""
_STORED_PER_PERSON = 20
"""Pairs per person that a solver ends up with: measured, 13 to 17 on the samples."""
_BYTES_PER_STORED = 72
"""A stored pair takes 12 bytes; the solver's own tables and the list it is added to take the rest."""
_CHECK_BYTES = 1_000
"""Per person and vacancy, for the tables of the plan and for what the check counts."""
_LISTED_BYTES = 240
"""An eligible pair under limits: listed, weighed on some four rows, and priced."""
_SURELY = 0.8
"""A run is refused only where this share of the estimate does not fit either."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run is predicted to take, in bytes.

    Attributes
    ----------
    whole
        The largest memory of the whole process, from reading to publishing.
    ahead
        The part of it that is still to come.
    """

    whole: int
    ahead: int


def forecast(raw: RawTables, problem: Problem | None = None, *, threads: int = 0) -> Forecast:
    """Predict the memory of a run: once its input is read, or better, once it is encoded too.

    Parameters
    ----------
    raw
        The tables of the bundle.
    problem
        What became of them; without it, about what usually does.
    threads
        As in the policy: 0 is one per processor.
    """
    read = sum(table.nbytes for table in raw.tables.values())
    sizes = _rough_sizes(raw, read) if problem is None else Sizes.of(problem)
    content = read + sizes.encoded
    pairing = predicted_bytes(sizes, threads=threads or processors())
    solving = sizes.people * _STORED_PER_PERSON * _BYTES_PER_STORED
    checking = int(content * _AGAIN_TIMES) + (sizes.people + sizes.vacancies) * _CHECK_BYTES
    later = max(pairing + solving, checking) + (0 if is_stored(look) else _COMPILER)
    encoding = int(content * _INPUT_TIMES)
    return Forecast(
        whole=_PROGRAM + encoding + later,
        ahead=later + (encoding - read if problem is None else 0),
    )


def require_room(raw: RawTables, problem: Problem | None = None, *, threads: int = 0) -> None:
    """Refuse what surely cannot fit; parameters as in `forecast`.

    Raises
    ------
    NoRoomError
        What is still to come is well above what is available.
    """
    ahead, there = forecast(raw, problem, threads=threads).ahead, available_bytes()
    if there is not None and ahead * _SURELY > there:
        n, m = _rows(raw, "candidates"), _rows(raw, "vacancies")
        raise NoRoomError(
            f"{n:,} people and {m:,} vacancies need about {ahead >> 20:,} MiB more memory, and {there >> 20:,} MiB are available. "
            "Hint: give it a machine or a container with more, or split the bundle, by region for instance."
        )


def require_room_for_pairs(pairs: int) -> None:
    """Refuse to list so many eligible pairs, as a run under limits does, where they surely cannot fit.

    Raises
    ------
    NoRoomError
        As `require_room`.
    """
    ahead, there = pairs * _LISTED_BYTES, available_bytes()
    if there is not None and ahead * _SURELY > there:
        raise NoRoomError(
            f"Under limits all {pairs:,} eligible pairs are listed, which takes about {ahead >> 20:,} MiB more memory, and "
            f"{there >> 20:,} MiB are available. "
            "Hint: give it a machine or a container with more, or split the bundle, by region for instance."
        )


def _rough_sizes(raw: RawTables, read: int) -> Sizes:
    vacancies = _rows(raw, "vacancies")
    return Sizes(
        people=_rows(raw, "candidates"),
        vacancies=vacancies,
        works=min(vacancies, _rows(raw, "places")) or vacancies,
        encoded=int(read * _ENCODED_SHARE),
    )


def _rows(raw: RawTables, name: str) -> int:
    return raw.tables[name].num_rows if name in raw.tables else 0
