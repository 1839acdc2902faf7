"""From an explanation to lines of text, in Dutch or English."""

from collections.abc import Iterator

from matcher.domain.codes import Rule
from matcher.verdict.changes import WhatIf
from matcher.verdict.explanation import Better, Explanation, Factor, Missing, Nearest, NoProposal, Part, Proposal, Worth
from matcher.verdict.held import Held
from matcher.verdict.unplaced import Unplaced
from matcher.verdict.wording_change import what_if_lines
from matcher.verdict.words import Language, Words

__all__ = ["Language", "explanation_lines", "unknown_text", "worth_lines"]


def explanation_lines(explanation: Explanation, language: Language = "nl", what_if: WhatIf | None = None) -> list[str]:
    """Write an explanation out, one sentence or list item per line: chances before points, never about anybody else."""
    words = Words(language)
    lines = _opening(explanation, words)
    if explanation.proposal is not None:
        lines += _of_proposal(explanation, explanation.proposal, words)
    if explanation.no_proposal is not None:
        lines += _of_no_proposal(explanation, explanation.no_proposal, words)
    if what_if is not None:
        lines += what_if_lines(what_if, words)
    return [*lines, words.phrase("decide")]


def worth_lines(worth: Proposal | Worth, words: Words, *, unpaid: bool) -> Iterator[str]:
    """Say what a pair is worth and what that is made of: the chance, then the points."""
    yield words.phrase("chance_unpaid" if unpaid else "chance_paid", percent=words.percent(worth.p_durable_micro))
    if worth.own_prediction:
        yield words.phrase("own_prediction")
    if worth.parts:
        yield words.phrase("parts")
        yield from (_part(part, words) for part in worth.parts if part.milli or part.term == "base")
    if worth.factors:
        yield words.phrase("points_weighed", points=worth.points)
    else:
        yield words.phrase("own_value" if worth.own_value else "points", points=worth.points)
    yield from _weighing(worth, words)


def unknown_text(rule: Rule, unplaced: Unplaced | None, words: Words) -> str:
    """Say what is not known where a rule is unknown: of a distance only the side that is missing."""
    if rule is Rule.DISTANCE and unplaced is not None:
        return words.name("unplaced", unplaced)
    return words.name("unknown", rule)


def _weighing(worth: Proposal | Worth | Nearest, words: Words) -> Iterator[str]:
    """Show how the chance becomes points, factor by factor and as one sum."""
    if not worth.factors:
        return
    yield words.phrase("factors")
    yield from (words.phrase("factor", factor=_factor(factor, words)) for factor in worth.factors)
    alone = sum(factor.micro for factor in worth.factors if factor.name == "p_alone")
    if worth.p_durable_micro <= alone:
        return  # nothing is left to multiply: the points are 0
    chance = words.percent(worth.p_durable_micro)
    steps = [f"({chance} − {words.percent(alone)})" if alone else chance]
    steps += [words.times(factor.micro) for factor in worth.factors if factor.name != "p_alone"]
    yield words.phrase("sum", steps=" × ".join(steps), percent=words.percent(worth.points), points=worth.points)


def _factor(factor: Factor, words: Words) -> str:
    return words.fill("factor", factor.name, percent=words.percent(factor.micro), times=words.times(factor.micro))


def _opening(explanation: Explanation, words: Words) -> list[str]:
    proposal = explanation.proposal
    if proposal is None:
        return [words.phrase("unassigned", candidate=explanation.candidate_id)]
    lane = words.name("lane", proposal.lane)
    return [
        words.phrase("assigned", candidate=explanation.candidate_id, vacancy=proposal.vacancy_id, lane=lane),
    ]


def _of_proposal(explanation: Explanation, proposal: Proposal, words: Words) -> Iterator[str]:
    if proposal.stays is not None:
        yield words.name("stays", proposal.stays)
    if proposal.pinned and proposal.stays not in {"accepted", "started"}:
        yield words.phrase("pinned")
    yield from worth_lines(proposal, words, unpaid=proposal.unpaid)
    yield from _ranking(explanation, proposal, words)
    yield words.fill("subsidy", proposal.lks_basis, amount=words.amount(proposal.lks_eur_month))
    if proposal.to_check:
        yield words.phrase("check")
        yield from (
            words.phrase("check_item", unknown=unknown_text(rule, proposal.unplaced, words))
            for rule in proposal.to_check
        )
    if proposal.to_arrange:
        yield words.phrase("arrange")
        yield from (words.phrase("arrange_item", certificate=code) for code in proposal.to_arrange)
    if proposal.alternatives:
        yield words.phrase("alternatives", vacancies=", ".join(proposal.alternatives))
    else:
        yield words.phrase("no_alternatives")


def _part(part: Part, words: Words) -> str:
    term = words.name("term", part.term)
    if part.term == "base":
        return words.phrase("part_base", term=term, percent=words.percent(part.p_micro))
    return words.phrase("part", term=term, change=words.change(part.p_micro))


def _ranking(explanation: Explanation, proposal: Proposal, words: Words) -> Iterator[str]:
    above = proposal.rank - 1
    if not above:
        yield words.phrase("rank_best", eligible=explanation.eligible)
        return
    yield words.phrase("rank_lower", count=above, eligible=explanation.eligible)
    yield from (_better(better, words) for better in proposal.better)
    if above > len(proposal.better):
        yield words.phrase("better_rest", count=above - len(proposal.better))


def _better(better: Better, words: Words) -> str:
    if better.extra_price is None:
        return words.phrase("better_closed", vacancy=better.vacancy_id, points=better.extra_points)
    if better.extra_price < better.extra_points:
        key = "better_limited" if better.limited else "better_unproven"
        return words.phrase(key, vacancy=better.vacancy_id, points=better.extra_points)
    return words.phrase("better", vacancy=better.vacancy_id, points=better.extra_points, price=better.extra_price)


def _of_no_proposal(explanation: Explanation, no_proposal: NoProposal, words: Words) -> Iterator[str]:
    yield words.name("reason", no_proposal.reason)
    if no_proposal.reason == "CONTROL_ARM":
        return
    yield words.phrase("reach", pairs=explanation.pairs, in_reach=explanation.in_reach, eligible=explanation.eligible)
    if no_proposal.rule is not None:
        rule = words.name("rule", no_proposal.rule)
        yield words.phrase("rule", rule=rule, count=no_proposal.removed, total=no_proposal.removed_of)
    if no_proposal.rule_unknown:
        yield words.phrase("rule_unknown")
    if no_proposal.missing:
        yield words.phrase("missing")
        yield from (_missing(missing, words) for missing in no_proposal.missing)
    if no_proposal.held is not None:
        yield from _held(no_proposal.held, words)
    if no_proposal.nearest is not None:
        yield from _nearest(no_proposal.nearest, words)


def _held(held: Held, words: Words) -> Iterator[str]:
    if not held.limits:
        yield words.phrase("held_unknown", vacancy=held.vacancy_id)
        return
    yield words.phrase("held", vacancy=held.vacancy_id)
    for hold in held.limits:
        limit = words.limit(hold.kind, hold.name, hold.id)
        if hold.points is None:
            yield words.phrase("held_full", limit=limit)
        else:
            yield words.phrase("held_paid", limit=limit, points=hold.points)


def _nearest(nearest: Nearest, words: Words) -> Iterator[str]:
    if nearest.own_value:
        yield words.phrase("best_own", vacancy=nearest.vacancy_id, points=nearest.points)
    elif nearest.factors:
        percent = words.percent(nearest.p_durable_micro)
        yield words.phrase("best_weighed", vacancy=nearest.vacancy_id, percent=percent, points=nearest.points)
    else:
        percent = words.percent(nearest.p_durable_micro)
        yield words.phrase("best", vacancy=nearest.vacancy_id, percent=percent, points=nearest.points)
    yield from _weighing(nearest, words)
    if nearest.needed_points <= 0:
        return
    yield words.phrase("needed", points=nearest.needed_points, short=nearest.needed_points - 1)
    if nearest.needed_p_micro is None:
        yield words.phrase("needed_out_of_reach")
    else:
        change = words.growth(nearest.needed_p_micro)
        yield words.phrase("needed_weighed" if nearest.factors else "needed_chance", change=change)


def _missing(missing: Missing, words: Words) -> str:
    unknown = unknown_text(missing.rule, missing.unplaced, words)
    if missing.alone:
        return words.phrase("missing_item", unknown=unknown, count=missing.alone)
    return words.phrase("missing_together", unknown=unknown)
