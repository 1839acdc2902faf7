"""From a headline of the manifest to one line of text, in Dutch or English."""

import contextlib
from collections.abc import Mapping
from typing import Any

from matcher.verdict.words import Language, Words


def warning_text(warning: Mapping[str, Any], language: Language = "en") -> str:
    """Return a warning of the manifest on one line: its code and what it says.

    The catalogue speaks where it knows the code and the warning brings its figures; else the warning's own text, which is English.
    """
    words, code = Words(language), str(warning["code"])
    told = {name: _told(name, value, words) for name, value in {**warning, **warning.get("figures", {})}.items()}
    if words.has("warning", code):
        with contextlib.suppress(KeyError):
            return f"{code}: {words.fill('warning', code, **told)}"
    return f"{code}: {warning.get('text') or ''}".rstrip(": ")


def _told(name: str, value: Any, words: Words) -> Any:
    if name == "expected":
        return words.name_or("kind", value)
    if name == "rule":
        return f"{value} ({words.name_or('rule_name', value)})"
    return words.share(value) if isinstance(value, float) else value
