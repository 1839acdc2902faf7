"""A warning about the input as a whole, in a form that every language can tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Headline:
    """What is to be said about a bundle before anything else.

    Attributes
    ----------
    code
        One of `matcher.domain.meanings.WARNINGS`.
    text
        The same in English, complete.
    figures
        What the text says in figures and names; the words of each language have blanks for them. Never a value of a cell.
    """

    code: str
    text: str
    figures: Mapping[str, int | str] = field(default_factory=lambda: MappingProxyType({}))

    def facts(self) -> dict[str, Any]:
        """Return it as manifest and JSON hold it: code, text, and figures where there are any."""
        figures = {"figures": dict(self.figures)} if self.figures else {}
        return {"code": self.code, "text": self.text, **figures}
