"""The first sections: what was reached and how good that is, what to look at, what changed, and the goals."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from matcher.domain.previous import STANDING
from matcher.domain.relaxed import PIN
from matcher.model.solution import Proof, Status
from matcher.report.facts import MICRO, Planned, Say
from matcher.report.parts import Cell, Key, Section, Table, Tile, bar, given, number
from matcher.report.plain import plain
from matcher.verdict.wording_headline import warning_text
from matcher.verdict.wording_stability import earlier_told
from matcher.verdict.wording_standoff import relaxed_text

TARGET = 0.75
"""Share of paid placements that has to last, where the policy names none: three in four, as tenders for this work ask."""
_MOST_HEADLINES, _MOST_GOALS = 20, 40


def result(plan: Planned, say: Say) -> Section:
    """Say how many, how durable, and how much better it could be."""
    counts, words = plan.claims["counts"], say.words
    paid = ~plan.problem.vacancies.unpaid[plan.seat]
    chances = np.asarray(plan.tables["assignments"]["p_durable"].to_numpy())[paid]
    expected, started = float(chances.sum()), float(plan.claims["expected_durable"])
    filled = counts["filled"] / counts["openings"] if counts["openings"] else 0.0
    placed = counts["assigned"] / counts["people"] if counts["people"] else 0.0
    people, openings = words.whole(counts["people"]), words.whole(counts["openings"])
    tiles = [
        Tile(words.whole(counts["assigned"]), say("placed", people=people, share=words.share(placed)), _part(placed)),
        Tile(words.decimal(expected), say("durable")),
        Tile(words.share(filled), say("filled", filled=counts["filled"], openings=openings), _part(filled)),
        Tile(*_quality(plan, say)),
    ]
    lines = []
    if chances.size:
        lines.append(say("if_accepted"))
    if round(expected, 1) != round(started, 1):
        lines.append(say("if_started", n=words.decimal(started)))
    if unpaid := int(paid.size - chances.size):
        lines.append(say("unpaid", n=unpaid))
    return Section(
        "result",
        say("result"),
        lines=[*_proof(plan, say), *lines],
        tiles=tiles,
        keys=_keys(say) if chances.size else (),
        tables=list(_durable(plan, say, expected, chances.size)),
    )


def _part(share: float) -> Any:
    return bar((share, "full"), (1 - share, "none"))


def _keys(say: Say) -> list[Key]:
    return [Key("full", say("key_durable")), Key("part", say("key_not_durable")), Key("mark", say("key_target"))]


def _durable(plan: Planned, say: Say, expected: float, paid: int) -> Iterator[Table]:
    if not paid:
        return
    share, words = expected / paid, say.words
    target = float(plan.policy.durable_share.min) if plan.policy.durable_share else TARGET
    rows = [
        [
            Cell(say("durable_paid")),
            number(words.whole(paid)),
            number(words.share(share), strong=True),
            number(words.share(1 - share)),
            number(words.share(target)),
            Cell(bar=bar((share, "full"), (1 - share, "part"), mark=target)),
        ]
    ]
    head = [
        Cell(""),
        number(say("head_paid")),
        number(say("head_durable")),
        number(say("head_not_durable")),
        number(say("head_target")),
        Cell(say("head_picture")),
    ]
    met = say("target_met" if share >= target else "target_missed", target=words.share(target))
    yield Table(say("durable_share"), head, rows, note=met)


def _quality(plan: Planned, say: Say) -> tuple[str, str]:
    """The proof as a figure and its label."""
    proven = plan.proven
    if not plan.claims["counts"]["eligible_pairs"]:
        return say("quality_none"), say("quality_none_more")
    if proven.status is Status.OPTIMAL:
        return say("quality_best"), say("quality_best_more")
    key = "quality_more" if proven.priced or proven.searched else "quality_stopped"
    return say.share(proven.gap), say(key)


def _proof(plan: Planned, say: Say) -> Iterator[str]:
    proven = plan.proven
    pairs = plan.claims["counts"]["eligible_pairs"]
    if not pairs:
        yield say.words.name("summary", "impossible").capitalize() + "."
        return
    if proven.status is Status.OPTIMAL:
        yield say("proof_best")
    else:
        more = (proven.upper_bound - proven.objective) / MICRO
        yield say("proof_gap", gap=say.share(proven.gap), n=say.few(more))
        given_up = (plan.claims.get("stability") or {}).get("points_given_up", 0)
        if given_up:
            yield say("proof_stays", n=say.few(given_up / MICRO))
        if not proven.priced:
            yield say("proof_searched" if proven.searched else "proof_stopped")
    yield say("proof_all" if proven.proof is Proof.ALL_PAIRS else "proof_listed", n=pairs)


def headlines(plan: Planned, say: Say) -> Section | None:
    """Say what must be looked at; None where there is nothing."""
    told = [_plain_headline(headline, say) for headline in plan.claims["warnings"]]
    # A pin is about one person, who is not named here; the headline counts them.
    eased = [one for one in plan.relaxed if one.kind != PIN]
    told += [plain(relaxed_text(one, say.words.language), longest=300) for one in eased]
    if not told:
        return None
    items = told[:_MOST_HEADLINES]
    if rest := len(told) - len(items):
        items.append(say("others", n=rest))
    return Section("headlines", say("headlines"), items=items)


def _plain_headline(headline: Mapping[str, Any], say: Say) -> str:
    def clean(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: clean(one) for name, one in value.items()}
        return plain(value, longest=300) if isinstance(value, str) else value

    told = warning_text(clean(headline), say.words.language)
    # The code is for machines; it stands alone only where there are no words.
    return told.split(": ", 1)[-1]


def changes(plan: Planned, say: Say) -> Section | None:
    """Compare with the plan before this one, person by person; None where it is not known."""
    before = _stood(plan) if plan.earlier is None else _seats(plan.earlier.assignments)
    if not before and plan.earlier is None:
        return None
    now = _seats(plan.tables["assignments"])
    known = set(plan.codebook.candidate_ids)
    both = now.keys() & before.keys()
    kept = sum(now[who] <= before[who] for who in both)
    rows = [
        ("kept", kept),
        ("moved", len(both) - kept),
        ("new", len(now.keys() - before.keys())),
        ("lost", len((before.keys() - now.keys()) & known)),
        ("gone", len(before.keys() - known)),
    ]
    most = max(1, *(n for _, n in rows))
    table = Table(
        say("changes_table"),
        [Cell(say("head_people_who")), number(say("head_people")), Cell(say("head_picture"))],
        [
            [Cell(say(f"change_{key}")), number(say.words.whole(n)), Cell(bar=bar((n, "full"), whole=most))]
            for key, n in rows
        ],
    )
    return Section("changes", say("changes"), lines=[_compared(plan, say), *_stability(plan, say)], tables=[table])


def _compared(plan: Planned, say: Say) -> str:
    return say("changes_before") if plan.earlier is None else say("changes_with", run=plain(plan.earlier.run_id))


def _stability(plan: Planned, say: Say) -> Iterator[str]:
    if told := earlier_told(plan.claims.get("stability"), say.words):
        yield f"{say.words.name('summary', 'earlier')}: {told}."


def _seats(assignments: Any) -> dict[str, set[str]]:
    pairs = zip(assignments["candidate_id"].to_pylist(), assignments["vacancy_id"].to_pylist(), strict=True)
    return {person: {vacancy} for person, vacancy in pairs}


def _stood(plan: Planned) -> dict[str, set[str]]:
    """What stood in previous.parquet, of those who are still there."""
    previous, found = plan.problem.previous, dict[str, set[str]]()
    for at in np.flatnonzero(np.isin(previous.status, STANDING)).tolist():
        person = plan.codebook.candidate_ids[previous.candidate[at]]
        found.setdefault(person, set()).add(plan.codebook.vacancy_ids[previous.vacancy[at]])
    return found


def goals(plan: Planned, say: Say) -> Section | None:
    """Show what every quota asked and got; None where there are none."""
    asked = plan.claims["goals"]
    if not asked:
        return None
    head = [
        Cell(say("head_goal")),
        number(say("head_asked")),
        number(say("head_reached")),
        Cell(say("head_outcome")),
        number(say("head_cost")),
    ]
    # Goals that were missed come first: they are what must be seen where not all fit.
    ordered = sorted(asked, key=lambda goal: not goal["short_by"])
    table = Table(
        say("goals_table"), head, [_goal(goal, say) for goal in ordered[:_MOST_GOALS]], note=say("goals_note")
    )
    rest = len(ordered) - _MOST_GOALS
    return Section("goals", say("goals"), lines=[say("others", n=rest)] if rest > 0 else (), tables=[table])


def _goal(goal: Mapping[str, Any], say: Say) -> list[Cell]:
    words = say.words

    def amount(value: float | None) -> str:
        if value is None:
            return say("dash")
        return words.share(value) if goal["share"] else words.number(value)

    least = goal["sense"] == ">="
    missed = "goal_short" if least else "goal_over"
    outcome = say(missed, n=words.number(goal["short_by"])) if goal["short_by"] else say("goal_met")
    return [
        given(goal["name"]),
        number(say("goal_least" if least else "goal_most", n=amount(goal["asked"]))),
        number(amount(goal["reached"])),
        Cell(outcome, strong=bool(goal["short_by"])),
        number(say.few(goal["cost_at_most"]) if goal["cost_at_most"] else say("dash")),
    ]
