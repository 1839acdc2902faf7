"""Text that a stranger wrote, made harmless to whoever opens it: shown as it is, never obeyed."""

import re

MOST_CHARACTERS = 32_766
"""The most that goes into a cell, in UTF-16 units: one less than Excel holds, for a sign that keeps a text a text."""

LONGEST_SIGN = 12
"""A character is shown as at most so many UTF-16 units: ‹U+10FFFF› takes ten."""
SEPARATOR = "; "
"""Between several words in one cell."""

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the start of a formula (CWE-1236), also in full width."""
_STEERING = ("\t", "\r", "\n")
_CONTROL = re.compile("[\x00-\x1f\x7f]")
# C1 controls, soft hyphen, Arabic letter mark, zero-width and direction marks, line and paragraph separators, overrides, isolates,
# invisible operators, byte order mark, interlinear marks, tags, surrogates, noncharacters.
_UNSEEN = re.compile(
    "[\x80-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)


def visible(text: str) -> str:
    """Put a visible sign in the place of every character that steers instead of showing: controls, overrides of direction, and the like.

    Controls become their pictures (escape becomes ␛), all others their number: ‹U+202E›.
    """
    if text.isascii() and text.isprintable():
        return unmarked(text)
    shown = _CONTROL.sub(lambda found: "␡" if found[0] == "\x7f" else chr(0x2400 + ord(found[0])), text)
    return unmarked(_UNSEEN.sub(lambda found: f"‹U+{ord(found[0]):04X}›", shown))


def unmarked(text: str) -> str:
    """Put a space behind a text from <r> to </r>: the writer of workbooks takes it for its own markup, and would pass it on as it is."""
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def guarded(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula when it opens a CSV."""
    return f"'{text}" if text.startswith(_STEERING) or text.lstrip().startswith(_FORMULA) else text


def cell_parts(text: str, most: int = MOST_CHARACTERS) -> list[str]:
    """Split a text into pieces that each fit a cell; put together they are the text, but for the spaces of `unmarked`."""
    # Every character takes one unit, those beyond the first plane two.
    if len(text) * 2 <= most or _units(text) <= most:
        return [text]
    parts, begin, used = [], 0, 0
    for at, character in enumerate(text):
        units = 2 if character > "\uffff" else 1
        if used + units > most:
            parts.append(unmarked(text[begin:at]))
            begin, used = at, 0
        used += units
    parts.append(unmarked(text[begin:]))
    return parts


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
