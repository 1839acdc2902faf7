"""What the gaps in the data cost: the rules with and without unknowns, and what filling a column would open.

Counts of pairs, people and vacancies only; who they are is left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import RULE_INDEX, RULES, Rule
from matcher.domain.uses import Null, Use
from matcher.model.edges import Edges
from matcher.model.survey import Survey
from matcher.progress import SILENT, Observer
from matcher.rules.block import PairBlock, pair_block
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import outcome_of, unknown_passes
from matcher.rules.gaps import GAPS, Gap, opened
from matcher.rules.logic import UNKNOWN
from matcher.rules.tally import lowest_bit

_AT_ONCE = 50_000
"""Pairs judged together; what they need then fits in a processor's cache."""


@dataclass(frozen=True, slots=True)
class RuleGap:
    """What one rule takes away, and what unknowns have to do with it. All counts are pairs.

    Attributes
    ----------
    removed, removed_unknown
        Pairs whose first failing rule it is; those of them where it failed on an unknown.
    removed_if_known
        Pairs whose first failing rule it would be if every unknown passed.
    opened_alone
        Pairs that would become eligible if only this rule's unknowns passed.
    resting
        Eligible pairs that pass this rule on an unknown: somebody has to check them.
    """

    rule: Rule
    switched_on: bool
    removed: int
    removed_unknown: int
    removed_if_known: int
    opened_alone: int
    resting: int


@dataclass(frozen=True, slots=True)
class ColumnGap:
    """What filling a column would open at most: every cell that is unknown now would have to turn out well.

    Attributes
    ----------
    pairs
        Pairs that would become eligible.
    people_more
        People with at least one eligible vacancy more.
    people_first
        Those of them who have none now.
    """

    table: str
    column: str
    pairs: int
    people_more: int
    people_first: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """What unknowns cost in a whole bundle.

    Attributes
    ----------
    pairs, eligible, eligible_if_known
        All pairs; those that pass every rule; those that would if every unknown passed.
    people, people_eligible, people_if_known
        All people outside the control arm; those with an eligible vacancy; those who would have one if every unknown passed.
    rules
        In the contract's order.
    columns
        One per column that can make a rule answer "unknown".
    """

    pairs: int
    eligible: int
    eligible_if_known: int
    people: int
    people_eligible: int
    people_if_known: int
    rules: tuple[RuleGap, ...]
    columns: tuple[ColumnGap, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of all pairs, twice.

    Attributes
    ----------
    found, if_known
        Counts under the policy, and if every unknown passed.
    heaps
        All pairs that are eligible if every unknown passes, each once.
    """

    found: Survey
    if_known: Survey
    heaps: Iterable[Edges]


def gaps(ctx: RuleContext, look: Look, watch: Observer = SILENT) -> Gaps:
    """Ask the reference rules about every pair that could be eligible, and count what its unknowns decide."""
    count = _Count(ctx, look)
    watch.phase("gaps", total=int(look.if_known.row_eligible.sum()))
    for heap in look.heaps:
        person = heap.row_of()
        for begin in range(0, len(heap), _AT_ONCE):
            some = slice(begin, begin + _AT_ONCE)
            block = pair_block(ctx.problem, person[some], heap.seat[some])
            doubts = count.doubts(block)
            doubtful = doubts != 0
            count.add_eligible(block.keep(~doubtful))
            count.add_doubtful(block.keep(doubtful), doubts[doubtful])
            watch.step(count.done)
    return count.total()


class Empty(StrEnum):
    """What an empty cell does to a rule or a term."""

    FAILS = "fails"
    PASSES = "passes"
    EITHER = "either"
    OFF = "off"
    NOTHING = "nothing"
    OPEN = "open"
    DEFAULT = "default"
    NONE = "none"
    SCORES = "scores"


@dataclass(frozen=True, slots=True)
class Effect:
    """What an empty cell does in one place.

    Attributes
    ----------
    on
        Code of the rule, or name of the term.
    weight
        What it adds to the scorecard, for a term; None for a rule.
    """

    does: Empty
    on: str
    weight: int | None = None

    def __str__(self) -> str:
        match self.does:
            case Empty.SCORES:
                return f"{self.on} {self.weight:+d}" if self.weight else f"{self.on} 0"
            case Empty.OFF:
                return f"{self.on} is off"
            case Empty.FAILS | Empty.PASSES:
                return f"{self.does.value} {self.on}"
            case Empty.EITHER:
                return f"passes or fails {self.on}"
        return f"{self.on}: {Null[self.does.name].value}"


def effects(ctx: RuleContext, use: Use) -> tuple[Effect, ...]:
    """Say what an empty cell of a column does under the policy of ``ctx``; as text "fails SKILLS", "passes LOAD", "blockers -200"."""
    found = []
    for rule, null in use.rules.items():
        if not ctx.switched_on[rule]:
            found.append(Effect(Empty.OFF, rule.value))
        elif null is Null.UNKNOWN:
            passes = ctx.passes_on_unknown[rule]
            does = Empty.PASSES if passes.all() else (Empty.EITHER if passes.any() else Empty.FAILS)
            found.append(Effect(does, rule.value))
        elif null is not Null.NO_HELP:
            found.append(Effect(Empty[null.name], rule.value))
    for term, key in use.terms.items():
        weight = 0
        if key:
            section, _, name = key.partition(".")
            weight = getattr(getattr(ctx.policy.scorecard, section), name)
        found.append(Effect(Empty.SCORES, term, weight))
    return tuple(found)


class _Count:
    """Adds up what two looks at all pairs found, and what the rules say of the pairs that could be eligible."""

    def __init__(self, ctx: RuleContext, look: Look) -> None:
        self._ctx, self._look = ctx, look
        people = len(ctx.problem.candidates)
        self.done = 0
        self._alone, self._resting = np.zeros((2, len(RULES)), dtype=np.int64)
        self._has = look.found.row_eligible > 0
        self._pairs = np.zeros(len(GAPS), dtype=np.int64)
        self._gains = np.zeros((len(GAPS), people), dtype=np.bool_)
        self._may_pass = [rule for rule in RULES if ctx.switched_on[rule] and ctx.passes_on_unknown[rule].any()]
        self._may_fail = [rule for rule in RULES if ctx.switched_on[rule] and not ctx.passes_on_unknown[rule].all()]

    def doubts(self, block: PairBlock) -> NDArray[np.uint32]:
        """Bit ``r`` is set where rule ``r`` fails on unknown."""
        doubts = np.zeros(block.size, dtype=np.uint32)
        for rule in self._may_fail:
            on_unknown = (outcome_of(self._ctx, rule, block) == UNKNOWN) & ~unknown_passes(self._ctx, rule, block)
            doubts |= on_unknown * np.uint32(1 << RULE_INDEX[rule])
        return doubts

    def add_eligible(self, block: PairBlock) -> None:
        for rule in self._may_pass:
            on_unknown = (outcome_of(self._ctx, rule, block) == UNKNOWN) & unknown_passes(self._ctx, rule, block)
            self._resting[RULE_INDEX[rule]] += np.count_nonzero(np.broadcast_to(on_unknown, (block.size,)))
        self.done += block.size

    def add_doubtful(self, block: PairBlock, doubts: NDArray[np.uint32]) -> None:
        single = doubts[(doubts & (doubts - np.uint32(1))) == 0]
        self._alone += np.bincount(lowest_bit(single), minlength=len(RULES))
        for place, gap in enumerate(GAPS):
            at = opened(self._ctx, gap, block, doubts)
            self._pairs[place] += at.size
            self._gains[place, block.candidate[at]] = True
        self.done += block.size

    def total(self) -> Gaps:
        problem, found, if_known = self._ctx.problem, self._look.found, self._look.if_known
        return Gaps(
            pairs=len(problem.facts) if problem.listed_only else problem.shape[0] * problem.shape[1],
            eligible=int(found.row_eligible.sum()),
            eligible_if_known=int(if_known.row_eligible.sum()),
            people=int(np.count_nonzero(~problem.candidates.control)),
            people_eligible=int(self._has.sum()),
            people_if_known=int(np.count_nonzero(if_known.row_eligible)),
            rules=tuple(self._rule(rule, number) for number, rule in enumerate(RULES)),
            columns=tuple(self._column(gap, place) for place, gap in enumerate(GAPS)),
        )

    def _rule(self, rule: Rule, number: int) -> RuleGap:
        return RuleGap(
            rule=rule,
            switched_on=self._ctx.switched_on[rule],
            removed=int(self._look.found.row_first[:, number].sum()),
            removed_unknown=int(self._look.found.row_first_unknown[:, number].sum()),
            removed_if_known=int(self._look.if_known.row_first[:, number].sum()),
            opened_alone=int(self._alone[number]),
            resting=int(self._resting[number]),
        )

    def _column(self, gap: Gap, place: int) -> ColumnGap:
        gains = self._gains[place]
        return ColumnGap(
            table=gap.table,
            column=gap.column,
            pairs=int(self._pairs[place]),
            people_more=int(gains.sum()),
            people_first=int((gains & ~self._has).sum()),
        )


def by_column(found: Gaps) -> Mapping[tuple[str, str], ColumnGap]:
    """Return the columns by table and name."""
    return {(one.table, one.column): one for one in found.columns}
