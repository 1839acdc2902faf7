"""From a what-if to lines of text."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from matcher.verdict.changes import Change, ChangeKind, WhatIf, WhatIfState
from matcher.verdict.words import Words

_NAMED = {ChangeKind.SHIFT: "shift", ChangeKind.CONTRACT: "contract", ChangeKind.TRANSPORT: "transport"}
_FIELD_WORDS = {"shifts": "shift", "contracts": "contract", "languages": "language"}


def what_if_lines(answer: WhatIf, words: Words, *, here: bool = False) -> Iterator[str]:
    """Say what would help; nothing where there is nothing to ask.

    Parameters
    ----------
    here
        The question was about one vacancy.
    """
    if answer.state in {WhatIfState.PLACED, WhatIfState.CONTROL_ARM}:
        return
    if answer.state is not WhatIfState.CONFIRMED or answer.change is None:
        yield from _no_answer(answer, words, here=here)
        return
    yield words.name("what_if", "confirmed")
    yield words.fill("what_if", "item", change=change_text(answer.change, words))
    yield words.fill("what_if", "place_here" if here else "place", vacancy=answer.vacancy_id)
    if answer.others:
        yield words.name("what_if", "others")
        yield from (words.fill("what_if", "item", change=change_text(other, words)) for other in answer.others)


def _no_answer(answer: WhatIf, words: Words, *, here: bool) -> Iterator[str]:
    if answer.state is WhatIfState.NOT_PROVEN:
        yield words.name("what_if", answer.state)
        return
    key = answer.state.value
    if here:
        key = "no_change_here" if answer.state is WhatIfState.NO_CHANGE else "unconfirmed_here"
    yield words.name("what_if", key)
    yield words.fill("what_if", "tried" if answer.tried else "tried_nothing", tried=answer.tried)
    if here:
        yield words.name("what_if", "elsewhere")


def change_text(change: Change, words: Words) -> str:
    """Say one change in one or two sentences."""
    section = _NAMED.get(change.kind) or _FIELD_WORDS.get(change.column)
    what = words.name("field", change.column) if change.kind is ChangeKind.FILL else ""
    before, after = (_value(value, section, words) for value in (change.before, change.after))
    return words.fill("change", change.kind.value, what=what, before=before, after=after)


def _value(value: Any, section: str | None, words: Words) -> str:
    match value:
        case None:
            return ""
        case bool():
            return words.name("number", "yes" if value else "no")
        case int() | float():
            return words.number(value)
        case dt.date():
            return words.day(value)
        case (str() as language, str() as level) if section == "language":
            return f"{words.name_or('language', language)} {level}"
        case tuple() | list():
            said = [_value(one, section, words) for one in value]
            return words.listed(said) if said else words.name("number", "nothing")
        case _:
            return words.name_or(section, str(value)) if section else str(value)
