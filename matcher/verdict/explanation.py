"""What can be said about one person's result: codes and numbers, no language, and never anybody else."""

from dataclasses import dataclass
from decimal import Decimal

from matcher.domain.codes import Reason, Rule
from matcher.domain.wage import Basis
from matcher.verdict.held import Held
from matcher.verdict.unplaced import Unplaced


@dataclass(frozen=True, slots=True)
class Part:
    """What one term of the scorecard does.

    Attributes
    ----------
    milli
        Milli-log-odds; all parts add up to z.
    p_micro
        How much the chance moves, in millionths, when the terms are added in the contract's order; all parts add up to the chance.
    """

    term: str
    milli: int
    p_micro: int


@dataclass(frozen=True, slots=True)
class Factor:
    """What turns chance into points, where it is not neutral: taken off first (p_alone), then multiplied with. In millionths."""

    name: str
    micro: int


@dataclass(frozen=True, slots=True)
class Worth:
    """What a pair is worth, taken apart.

    Attributes
    ----------
    own_prediction, own_value
        The user's own chance, or points, stand in place of the computed ones.
    z
        Milli-log-odds: the sum of the parts, not clipped.
    parts
        Empty where the chance is the user's own.
    factors
        What turns the chance into points; empty where the points are the user's own.
    """

    p_durable_micro: int
    points: int
    own_prediction: bool
    own_value: bool
    z: int
    parts: tuple[Part, ...]
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Better:
    """An eligible vacancy that is worth more to this person than what was proposed.

    Attributes
    ----------
    extra_points
        How much more.
    extra_price
        What all others would lose by the change; None where there are no openings. At an optimum without limits never below
        `extra_points`.
    limited
        The plan has limits, which may stand in the way where prices do not.
    """

    vacancy_id: str
    extra_points: int
    extra_price: int | None
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was proposed, and why.

    Attributes
    ----------
    price
        None where pins hold all openings.
    pinned
        The user decided on this pair, or it is settled already.
    stays
        The last status of an earlier proposal that goes on: proposed, accepted or started; None where the proposal is new.
    parts
        Empty where the chance is the user's own (`own_prediction`).
    better
        At most three, the best first; there are ``rank - 1`` in all.
    unplaced
        Whose place is missing where `to_check` holds DISTANCE.
    """

    vacancy_id: str
    lane: str
    unpaid: bool
    p_durable_micro: int
    points: int
    price: int | None
    pinned: bool
    own_prediction: bool
    own_value: bool
    z: int
    parts: tuple[Part, ...]
    factors: tuple[Factor, ...]
    rank: int
    better: tuple[Better, ...]
    to_check: tuple[Rule, ...]
    to_arrange: tuple[str, ...]
    alternatives: tuple[str, ...]
    lks_eur_month: Decimal
    lks_basis: Basis
    unplaced: Unplaced | None = None
    stays: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """Something unknown that stands between the person and at least one vacancy; `alone` of them would be eligible if only it passed.

    Attributes
    ----------
    unplaced
        For DISTANCE: whose place is missing, over all vacancies where it is.
    """

    rule: Rule
    alone: int
    unplaced: Unplaced | None = None


@dataclass(frozen=True, slots=True)
class Nearest:
    """The eligible vacancy that was missed by least.

    Attributes
    ----------
    own_value, factors
        As in `Worth`: the points are the user's own, or what turns the chance into points.
    needed_points
        How many more would have won it, one more than it fell short; 0 or less where it was not the price that decided.
    needed_p_micro
        How much more chance that is, in millionths; None where no chance is enough, or the points do not follow from one.
    """

    vacancy_id: str
    p_durable_micro: int
    points: int
    needed_points: int
    needed_p_micro: int | None
    own_value: bool = False
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True, slots=True)
class NoProposal:
    """Why there is none.

    Attributes
    ----------
    rule, removed, removed_of
        The rule that removed most, how many pairs, and of how many it could have removed; None and zeros where none did.
    held
        For LIMITED_BY_POLICY: the limits in the way.
    """

    reason: Reason
    rule: Rule | None
    rule_unknown: bool
    removed: int
    removed_of: int
    missing: tuple[Missing, ...]
    nearest: Nearest | None
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What can be said to one person. Exactly one of `proposal` and `no_proposal` is given.

    Attributes
    ----------
    pairs, in_reach, eligible
        Vacancies looked at; those that pass the first four rules; those that pass all.
    """

    candidate_id: str
    pairs: int
    in_reach: int
    eligible: int
    proposal: Proposal | None
    no_proposal: NoProposal | None
