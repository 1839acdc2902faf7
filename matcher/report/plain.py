"""Text of the input as it may stand on the page: nothing in it can steer a screen, turn the line around, or hide."""

import unicodedata

LONGEST = 80
"""Characters of one text of the input that the page shows."""
_MARK = "\N{REPLACEMENT CHARACTER}"
_SILENT = frozenset("\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}\N{SOFT HYPHEN}")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_TALLEST = 2
"""Combining marks on one letter; more of them paint over the lines around."""


def plain(text: str, *, longest: int = LONGEST) -> str:
    """Return a text without control, direction and other invisible characters, on one line, cut to a length.

    Line ends, tabs and every kind of space become one space; what else is dropped leaves a mark, so that it shows that something stood
    there. Escaping is left to the template.
    """
    out: list[str] = []
    marks = 0
    for sign in unicodedata.normalize("NFC", text[: 20 * longest]):
        kind = unicodedata.category(sign)
        marks = marks + 1 if kind.startswith("M") else 0
        if kind.startswith("Z") or sign in "\t\n\r\v\f":
            out.append(" ")
        elif sign in _SILENT or marks > _TALLEST:
            continue
        elif kind in _HIDDEN:
            out.append(_MARK)
        else:
            out.append(sign)
    tidy = " ".join("".join(out).split())
    return tidy if len(tidy) <= longest else f"{tidy[: longest - 1].rstrip()}…"
