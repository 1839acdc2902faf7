"""What the reference rules say about classes of people and vacancies."""

import numpy as np

from matcher.domain.codes import RULES, Rule
from matcher.rules.block import PairBlock
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import outcome_of, rule_is_on, unknown_passes
from matcher.rules.logic import FAIL, UNKNOWN
from matcher.verdict.sweep.classes import people_classes, vacancy_classes
from matcher.verdict.sweep.layout import FAILS, FAILS_UNKNOWN, PASSES, Ints8, Ints64

TABLE_LIMIT = 1 << 26
"""Pairs of classes up to which a rule is asked about all of them once; beyond, it is asked about those that meet."""
NOT_BY_CLASSES = (Rule.DISTANCE, Rule.SKILLS)
"""Nearly everybody is a class of his own in what these read: places and limits, and skills."""
_AT_ONCE = 1 << 17
_NO_FACT = np.array([-1], dtype=np.int64)
_NO_ROAD = np.array([-1], dtype=np.int64)


class Ruling:
    """One rule over all pairs about which nothing is known, through classes.

    Attributes
    ----------
    rule
        None of `NOT_BY_CLASSES`.
    people, vacancies
        int32: class of every person and of every vacancy.
    """

    def __init__(self, ctx: RuleContext, rule: Rule) -> None:
        self.rule = rule
        people, self._person_of = people_classes(ctx, rule)
        vacancies, self._vacancy_of = vacancy_classes(ctx, rule)
        self.people, self.vacancies = people.astype(np.int32), vacancies.astype(np.int32)
        self._ctx = ctx
        self._table: Ints8 | None = None
        if self._person_of.size * self._vacancy_of.size <= TABLE_LIMIT:
            self._table = codes(ctx, rule, self._person_of, self._vacancy_of)

    @property
    def people_kinds(self) -> int:
        """Number of classes of people."""
        return int(self._person_of.size)

    @property
    def vacancy_kinds(self) -> int:
        """Number of classes of vacancies."""
        return int(self._vacancy_of.size)

    def of(self, people: Ints64, vacancies: Ints64) -> Ints8:
        """Codes for some classes: PASSES, FAILS or FAILS_UNKNOWN, shape ``(people, vacancies)``."""
        if self._table is not None:
            return self._table[np.ix_(people, vacancies)]
        return codes(self._ctx, self.rule, self._person_of[people], self._vacancy_of[vacancies])


def rulings(ctx: RuleContext) -> list[Ruling | Rule]:
    """The rules that are on, in the contract's order; those that do not go by classes stand for themselves."""
    return [rule if rule in NOT_BY_CLASSES else Ruling(ctx, rule) for rule in RULES if rule_is_on(ctx, rule)]


def codes(ctx: RuleContext, rule: Rule, people: Ints64, vacancies: Ints64) -> Ints8:
    """Ask a rule about every pair of some people and some vacancies as if nothing were known of the pair, not even its road.

    Returns
    -------
    int8, shape ``(people, vacancies)``: PASSES, FAILS or FAILS_UNKNOWN, after the policy.
    """
    out = np.empty((people.size, vacancies.size), dtype=np.int8)
    step = max(1, _AT_ONCE // max(1, vacancies.size))
    for begin in range(0, people.size, step):
        some = people[begin : begin + step]
        person = np.repeat(some, vacancies.size)
        block = PairBlock(
            candidate=person,
            vacancy=np.tile(vacancies, some.size),
            fact=_NO_FACT,
            loonwaarde_bp=ctx.person_loonwaarde_bp[person],
            road_m=_NO_ROAD,
        )
        outcome = outcome_of(ctx, rule, block)
        fails_unknown = (outcome == UNKNOWN) & ~unknown_passes(ctx, rule, block)
        code = np.where(outcome == FAIL, FAILS, np.where(fails_unknown, FAILS_UNKNOWN, PASSES))
        out[begin : begin + step] = np.broadcast_to(code, (block.size,)).reshape(some.size, vacancies.size)
    return out


def outcome_without_skills(ctx: RuleContext) -> int:
    """What SKILLS says of a person whose skills are unknown, where some are needed: after the policy."""
    nobody = np.zeros(0, dtype=np.int64)
    block = PairBlock(nobody, np.zeros(1, dtype=np.int64), _NO_FACT, nobody, _NO_ROAD)
    return PASSES if unknown_passes(ctx, Rule.SKILLS, block)[0] else FAILS_UNKNOWN
