"""Lines that a plan does not keep as they were stated, because not all of them can be kept."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

PIN = "pin"
"""The kind of a pair that had to be assigned."""
LIMITS_RELAXED = "LIMITS_RELAXED"
"""The warning that says that there are any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """One line that gave way.

    Attributes
    ----------
    row
        Row of limits_report, from 0; None for a pin.
    name, kind, id, sense
        As there. A pin has the name "must", the kind "pin", and its candidate_id as id.
    vacancy_id
        Of a pin; else None.
    asked, kept
        The bound as stated, and the one that the plan keeps, in the units of limits_report; 1 and 0 for a pin.
    share
        Of a limit that is a share: the share. Its numbers are people (of durable_share: chances) above it, so that 0 is asked.
    """

    row: int | None
    name: str
    kind: str
    id: str
    sense: str
    asked: float
    kept: float
    share: float | None = None
    vacancy_id: str | None = None

    def facts(self) -> dict[str, Any]:
        """Return it as manifest and JSON hold it."""
        return asdict(self)

    @staticmethod
    def from_facts(facts: Mapping[str, Any]) -> "Relaxed":
        """Read it back; raises `TypeError` where that is not what `facts` gives."""
        told = Relaxed(**facts)
        words = (told.name, told.kind, told.id, told.sense)
        numbers = isinstance(told.asked, float) and isinstance(told.kept, float)
        place = told.row is None or (isinstance(told.row, int) and not isinstance(told.row, bool))
        numbers &= told.share is None or isinstance(told.share, float)
        pin = told.vacancy_id is None or isinstance(told.vacancy_id, str)
        if not (numbers and place and pin and all(isinstance(word, str) for word in words)):
            raise TypeError("not the facts of a relaxed line")
        return told


def pin_let_go(candidate_id: str, vacancy_id: str) -> Relaxed:
    """Return a pin that a plan does not keep."""
    return Relaxed(
        row=None, name="must", kind=PIN, id=candidate_id, sense=">=", asked=1.0, kept=0.0, vacancy_id=vacancy_id
    )
