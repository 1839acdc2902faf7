"""Why there is no plan, as lines of text in Dutch or English."""

from collections.abc import Iterable, Iterator
from itertools import islice

from matcher.domain.relaxed import PIN, Relaxed
from matcher.verdict.standoff import Standoff, StatedLine
from matcher.verdict.words import Language, Words

_SHOWN = 5
_LINES = 12
_SIDES = {">=": ("least", "least_reached", "least_missed"), "<=": ("most", "most_reached", "most_missed")}


def standoff_lines(found: Standoff, language: Language = "nl") -> list[str]:
    """Say which lines are at odds, how far each can be kept, and what would have to give way."""
    words = Words(language)
    lines = [_say(words, "none")]
    for conflict in found.conflicts[:_SHOWN]:
        if len(conflict.lines) == 1:
            lines.append(_say(words, "alone"))
        else:
            lines.append(_say(words, "set" if conflict.irreducible else "set_perhaps"))
        lines += _shortened(words, (_line(words, one) for one in conflict.lines), len(conflict.lines))
    if len(found.conflicts) > _SHOWN:
        lines.append(_say(words, "more_sets", n=len(found.conflicts) - _SHOWN))
    if not found.complete:
        lines.append(_say(words, "incomplete" if found.conflicts else "no_time"))
    if found.relaxation is None:
        return [*lines, _say(words, "no_relaxation")]
    lines.append(_say(words, "relaxation" if found.cheapest else "relaxation_perhaps"))
    lines += _shortened(words, (f"- {relaxed_text(one, language)}" for one in found.relaxation), len(found.relaxation))
    return [*lines, _say(words, "relax")]


def relaxed_text(one: Relaxed, language: Language = "nl") -> str:
    """Say what a line asked, and what is kept instead."""
    words = Words(language)
    name = _name(words, one.kind, one.name, one.id, one.vacancy_id)
    if one.kind == PIN:
        return _say(words, "dropped", line=name)
    if one.share is not None:
        share, missed = f"{words.exact(100 * one.share)} %", words.exact(abs(one.kept))
        return _say(words, "eased_least" if one.sense == ">=" else "eased_most", line=name, share=share, n=missed)
    return _say(words, "eased", line=name, asked=words.exact(one.asked), kept=words.exact(one.kept))


def _line(words: Words, one: StatedLine) -> str:
    name = _name(words, one.kind, one.name, one.id, one.vacancy_id)
    if one.kind == PIN:
        return f"- {name}"
    asked, reached, missed = _SIDES[one.sense]
    share = None if one.share is None else f"{words.exact(100 * one.share)} %"
    told = [_say(words, asked, n=share or words.exact(one.asked))]
    if one.reached is not None:
        told.append(_say(words, missed if share else reached, n=words.exact(abs(one.reached))))
    return f"- {name}: {', '.join(told)}"


def _name(words: Words, kind: str, name: str, who: str, vacancy: str | None) -> str:
    if kind == PIN:
        return _say(words, "pin", candidate=who, vacancy=vacancy or "")
    return words.limit(kind, name, who)


def _shortened(words: Words, lines: Iterable[str], count: int) -> Iterator[str]:
    yield from islice(lines, _LINES if count > _LINES + 1 else count)
    if count > _LINES + 1:
        yield f"- {_say(words, 'more_lines', n=count - _LINES)}"


def _say(words: Words, key: str, **fields: object) -> str:
    return words.fill("standoff", key, **fields)
