"""What the gaps in the data cost: the rules with and without unknowns, and what filling a column would open.

Counts of pairs, people and vacancies only; who they are is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import RULE_INDEX, RULES, Rule
from matcher.domain.uses import Null, Use
from matcher.progress import SILENT, Observer
from matcher.rules.block import IntColumn, PairBlock
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import outcome_of, unknown_passes
from matcher.rules.gaps import GAPS, Gap, opened
from matcher.rules.logic import UNKNOWN
from matcher.rules.scan import walk_all
from matcher.rules.tally import lowest_bit


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


def gaps(ctx: RuleContext, watch: Observer = SILENT) -> Gaps:
    """Judge every pair by the reference rules and count what its unknowns decide."""
    count = _Count(ctx)
    for left in walk_all(ctx, count, watch):
        doubtful = left.doubts != 0
        count.add_eligible(left.block.keep(~doubtful))
        count.add_doubtful(left.block.keep(doubtful), left.doubts[doubtful])
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
    """Adds up during one walk over all pairs."""

    def __init__(self, ctx: RuleContext) -> None:
        self._ctx = ctx
        people = len(ctx.problem.candidates)
        self.done = 0
        self._eligible = self._doubtful = 0
        self._removed, self._removed_unknown, self._certain, self._alone, self._resting = np.zeros(
            (5, len(RULES)), dtype=np.int64
        )
        self._has, self._might = np.zeros((2, people), dtype=np.bool_)
        self._pairs = np.zeros(len(GAPS), dtype=np.int64)
        self._gains = np.zeros((len(GAPS), people), dtype=np.bool_)
        self._may_pass = [rule for rule in RULES if ctx.switched_on[rule] and ctx.passes_on_unknown[rule].any()]

    def add_failed(self, rule: int, candidate: IntColumn, vacancy: IntColumn, doubts: NDArray[np.uint32]) -> None:
        in_doubt = doubts[doubts != 0]
        self._certain[rule] += candidate.size
        self._removed[rule] += candidate.size - in_doubt.size
        self._add_first(in_doubt)
        self.done += candidate.size

    def add_eligible(self, block: PairBlock) -> None:
        self._eligible += block.size
        self._has[block.candidate] = True
        for rule in self._may_pass:
            on_unknown = (outcome_of(self._ctx, rule, block) == UNKNOWN) & unknown_passes(self._ctx, rule, block)
            self._resting[RULE_INDEX[rule]] += np.count_nonzero(np.broadcast_to(on_unknown, (block.size,)))
        self.done += block.size

    def add_doubtful(self, block: PairBlock, doubts: NDArray[np.uint32]) -> None:
        self._doubtful += block.size
        self._might[block.candidate] = True
        self._add_first(doubts)
        single = doubts[(doubts & (doubts - np.uint32(1))) == 0]
        self._alone += np.bincount(lowest_bit(single), minlength=len(RULES))
        for place, gap in enumerate(GAPS):
            at = opened(self._ctx, gap, block, doubts)
            self._pairs[place] += at.size
            self._gains[place, block.candidate[at]] = True
        self.done += block.size

    def _add_first(self, doubts: NDArray[np.uint32]) -> None:
        first = np.bincount(lowest_bit(doubts), minlength=len(RULES))
        self._removed += first
        self._removed_unknown += first

    def total(self) -> Gaps:
        return Gaps(
            pairs=self.done,
            eligible=self._eligible,
            eligible_if_known=self._eligible + self._doubtful,
            people=int(np.count_nonzero(~self._ctx.problem.candidates.control)),
            people_eligible=int(self._has.sum()),
            people_if_known=int((self._has | self._might).sum()),
            rules=tuple(self._rule(rule, number) for number, rule in enumerate(RULES)),
            columns=tuple(self._column(gap, place) for place, gap in enumerate(GAPS)),
        )

    def _rule(self, rule: Rule, number: int) -> RuleGap:
        return RuleGap(
            rule=rule,
            switched_on=self._ctx.switched_on[rule],
            removed=int(self._removed[number]),
            removed_unknown=int(self._removed_unknown[number]),
            removed_if_known=int(self._certain[number]),
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
