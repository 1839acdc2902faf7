"""A difference in Dutch or English: what differs as a whole, who changed, why, and the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matcher.comparing.compare import Difference
from matcher.comparing.kinds import CHANGED, Cause, Kind
from matcher.verdict.words import Language, Words


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to show: title, headings, rows."""

    title: str
    headings: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def whole_facts(found: Difference, language: Language) -> tuple[str, list[tuple[str, str]]]:
    """A title, and what differs between the runs as a whole."""
    words, whole = Words(language), found.whole

    def say(key: str, **fields: Any) -> str:
        return words.fill("diff", key, **fields)

    def names(told: Sequence[str]) -> str:
        return ", ".join(told) or say("none")

    first, second = whole.days
    facts = [
        ("day", say("same_day", day=first) if first == second else f"{first}, {second}"),
        *((name, _step(words, *whole.figures[name])) for name in ("placed", "durable", "points")),
        ("inputs", names(whole.inputs)),
        ("policy", names(whole.policy)),
    ]
    if whole.versions:
        facts.append(("versions", names(whole.versions)))
    return say("title", first=whole.runs[0], second=whole.runs[1]), [(say(name), text) for name, text in facts]


def who_sheet(found: Difference, language: Language) -> Sheet:
    """How many people there are of every kind."""
    words = Words(language)
    headings = (words.name("diff", "what"), words.name("diff", "people"))
    return Sheet(
        words.name("diff", "who"),
        headings,
        [(words.name("diff_kind", kind.value), count) for kind, count in found.totals.items()],
    )


def why_sheet(found: Difference, language: Language) -> Sheet:
    """How many changes every cause brought about; kinds that do not occur are left out."""
    words = Words(language)
    kinds = [kind for kind in CHANGED if found.totals[kind]]
    rows = [
        (words.name("diff_cause", cause.value), sum(counts.values()), *(counts[kind] or None for kind in kinds))
        for cause, counts in found.causes.items()
    ]
    named = tuple(words.name("diff_kind", kind.value) for kind in kinds)
    return Sheet(words.name("diff", "why"), (words.name("diff", "cause"), words.name("diff", "total"), *named), rows)


def list_sheet(found: Difference, most: int, language: Language) -> Sheet:
    """The first changed people."""
    words = Words(language)
    nothing = words.name("diff", "no_place")
    rows = [
        (
            row["candidate_id"],
            words.name("diff_kind", Kind(row["kind"]).value),
            row["from"] or nothing,
            row["to"] or nothing,
            words.name("diff_cause", Cause(row["cause"]).value),
        )
        for row in found.changes.slice(0, most).to_pylist()
    ]
    title = words.fill("diff", "list", shown=len(rows), all=found.changes.num_rows)
    return Sheet(title, tuple(words.name("diff", key) for key in ("person", "what", "was", "now", "cause")), rows)


def last_words(found: Difference, language: Language) -> list[str]:
    """What is left to say."""
    words = Words(language)
    lines = [] if found.changes.num_rows else [words.name("diff", "nothing")]
    return lines if found.looked_inside or not found.changes.num_rows else [*lines, words.name("diff", "blind")]


def _step(words: Words, first: float, second: float) -> str:
    """From one value to another, with the change."""

    def said(value: float) -> str:
        return words.whole(value) if isinstance(value, int) else words.decimal(value)

    change = second - first
    sign = "+" if change > 0 else "−" if change < 0 else ""
    return words.fill("diff", "from_to", first=said(first), second=said(second), change=f"{sign}{said(abs(change))}")
