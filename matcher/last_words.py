"""What is said on stderr when a command ends, in the process that did the work or in the one that started it."""

import contextlib
import json
from collections.abc import Mapping
from typing import Any

from matcher.console import Console, say
from matcher.journal import Journal, last_line


def tell_error(journal: Journal | None, facts: Mapping[str, Any], code: int, *, as_json: bool) -> None:
    """Say why a command ends; where a program listens, the last words of a run stand in the same line."""
    if journal is not None:
        journal.failed(facts)
        if journal.alone:
            return
    ended = journal.end(code) if journal is not None and as_json else None
    Console(as_json=as_json).error({**facts, "exit_code": code}, **({} if ended is None else {"run": ended}))


def last_words(journal: Journal, code: int) -> None:
    """Tell everywhere what a run ended with; nothing where that was told before. It never fails."""
    with contextlib.suppress(Exception):
        ended = journal.end(code)
        if ended is not None:
            say(json.dumps({"run": ended}) if journal.telling.as_json else last_line(ended))
