"""What a record can say about an answer beyond what an import says about a cell."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

USED, NOT_USED, AT_PLAN_DAY = "used", "answer not used", "used, as of the day of the plan"


class Doubt(StrEnum):
    """Why an answer was not used, or what is strange about one that was."""

    CONTRADICTION = "CONTRADICTION"
    FUTURE_DATE = "FUTURE_DATE"
    OLDER = "OLDER"
    OVERFILLED = "OVERFILLED"
    TWO_DECLINES = "TWO_DECLINES"
    TWO_PLACES = "TWO_PLACES"
    UNKNOWN_PAIR = "UNKNOWN_PAIR"


ADVICE: Mapping[Doubt, str] = MappingProxyType(
    {
        Doubt.CONTRADICTION: "Other answers say something else about this proposal on the same day. Keep one, or give both their dates.",
        Doubt.FUTURE_DATE: "The date lies more than a year after the plan. Correct it.",
        Doubt.OLDER: "Something newer is known about this proposal. Give the answer its date if it is the newer one.",
        Doubt.OVERFILLED: "More people have work at this vacancy than it has openings. Raise openings, or record who has ended.",
        Doubt.TWO_DECLINES: "Both sides are said to have declined: recorded as declined by the person.",
        Doubt.TWO_PLACES: "The person already has work at another vacancy. Record that as beëindigd first, or correct this answer.",
        Doubt.UNKNOWN_PAIR: "This run proposes no such pair. Correct the ids; for a proposal of an earlier run add --late.",
    }
)
