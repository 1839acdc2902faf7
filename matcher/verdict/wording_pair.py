"""From the explanation of a pair to lines of text."""

from collections.abc import Iterator

from matcher.domain.codes import Rule
from matcher.verdict.changes import WhatIf
from matcher.verdict.explain_pair import Outcome, PairExplanation, RuleOutcome, Standing
from matcher.verdict.wording import unknown_text, worth_lines
from matcher.verdict.wording_change import what_if_lines
from matcher.verdict.words import Language, Words


def pair_lines(explanation: PairExplanation, language: Language = "nl", what_if: WhatIf | None = None) -> list[str]:
    """Write the explanation of a pair out, one sentence or list item per line; its competitors are only counted."""
    words = Words(language)
    lines = list(_lines(explanation, words))
    if what_if is not None:
        lines += what_if_lines(what_if, words, here=True)
    return [*lines, words.phrase("decide")]


def _lines(found: PairExplanation, words: Words) -> Iterator[str]:
    lane = words.name("lane", found.lane)
    yield words.fill("pair", "title", candidate=found.candidate_id, vacancy=found.vacancy_id, lane=lane)
    yield words.fill("pair", found.standing.value, own=found.own_vacancy_id)
    if found.worth is None:
        yield words.name("pair", "unlisted")
        return
    if found.rule is None:
        yield words.name("pair", "eligible")
    else:
        yield words.fill("pair", "not_eligible", rule=_why(found, words))
    yield words.name("pair", "rules")
    yield from (_rule(one, words) for one in found.rules)
    if found.unplaced is not None:
        yield words.fill("pair", "unplaced", unknown=unknown_text(Rule.DISTANCE, found.unplaced, words))
    yield from worth_lines(found.worth, words, unpaid=found.unpaid)
    yield from _market(found, words)


def _why(found: PairExplanation, words: Words) -> str:
    assert found.rule is not None
    outcome = next(one for one in found.rules if one.rule is found.rule)
    unknown = outcome.outcome is Outcome.UNKNOWN
    return (
        f"{words.name('rule_name', found.rule)} {words.name('outcome', 'unknown')}"
        if unknown
        else words.name("rule", found.rule)
    )


def _rule(one: RuleOutcome, words: Words) -> str:
    doubtful = "rule_unknown" if one.outcome is Outcome.UNKNOWN else "rule"
    key = doubtful if one.passed else "stopped"
    return words.fill("pair", key, rule=words.name("rule_name", one.rule), outcome=words.name("outcome", one.outcome))


def _market(found: PairExplanation, words: Words) -> Iterator[str]:
    if found.price is None or found.gap is None:
        yield words.name("pair", "no_openings")
        return
    if found.price:
        yield words.fill("pair", "price", change=words.growth(found.price), points=found.price)
        yield words.fill("pair", "gap_less" if found.gap < 0 else "gap_more", points=abs(found.gap))
    else:
        yield words.name("pair", "price_nothing")
    if found.contest is not None:
        yield words.fill("pair", "contest", place=found.contest.place, total=found.contest.of)
        if found.contest.needed > 0 and found.standing is not Standing.HERE:
            yield words.fill("pair", "needed", points=found.contest.needed)
