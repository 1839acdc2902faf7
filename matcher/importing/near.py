"""What a heading or a name that is not known may have been meant as."""

import difflib

from matcher.importing.catalogue import CATALOGUE
from matcher.importing.headings import HEADINGS, IDENTITY, NOTES, note_on
from matcher.importing.names import squash

NOT_RECOGNISED = "not recognised"
HEALTH = frozenset({"limitations", "blockers"})
"""Columns about health are taken over where they are named, and never suggested."""
_TYPING_ERROR = 0.8


def why_unused(table: str, heading: str) -> str:
    """Say why a heading is not used: a note on it, the column it looks like, or that it is not recognised."""
    note = note_on(heading)
    if note is not None:
        return note
    known = HEADINGS[table]
    # A name or a health column that is nearest silences the next nearest: a slip in either leads nowhere.
    near = _nearest(squash(heading), {*known, *NOTES, *IDENTITY})
    if near in NOTES:
        return NOTES[near]
    if near in IDENTITY or near not in known or known[near].column in HEALTH:
        return NOT_RECOGNISED
    return f"looks like {known[near].column}: map it under [columns.{table}] if it is"


def columns_meant(table: str, word: str) -> tuple[str, ...]:
    """Return the columns of a table that a word in the mapping may have been meant as, also one that is only part of a name."""
    plain = squash(word)
    by_name: dict[str, list[str]] = {}
    for column in CATALOGUE[table].columns:
        parts = column.name.split("_")
        for end in range(1, len(parts) + 1):
            by_name.setdefault("".join(parts[:end]), []).append(column.name)
    for heading, target in HEADINGS[table].items():
        by_name.setdefault(heading, [target.column])
    near = _nearest(plain, set(by_name))
    return tuple(name for name in by_name.get(near, ()) if name not in HEALTH)


def _nearest(plain: str, known: set[str]) -> str:
    """Return the known word that a word is a typing error of; empty where there is none. Equals go by the alphabet."""
    found = difflib.get_close_matches(plain, sorted(known), n=1, cutoff=_TYPING_ERROR)
    return next((one for one in found if one[:1] == plain[:1]), "")
