"""Employers that are probably one and the same: equal or nearly equal names. Only their ids leave this room."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from matcher.intake.rows import Rows
from matcher.intake.text import fold

_LEGAL_FORMS = re.compile(
    r"\b(?:b ?v|n ?v|v ?o ?f|c ?v|u ?a|b ?a|eenmanszaak|zzp|maatschap|stichting|vereniging|cooperatie|cooperatief|"
    r"vennootschap onder firma|commanditaire vennootschap|besloten vennootschap|naamloze vennootschap)\b"
)
_NEAR_FROM = 6
"""Letters below which names that differ by one are taken to be two names."""


@dataclass(frozen=True, slots=True)
class Twins:
    """Employers with one name.

    Attributes
    ----------
    employer_ids
        At least two, ascending.
    same_name
        True: equal but for case, accents, punctuation and legal form. False: some differ by one letter.
    """

    employer_ids: tuple[str, ...]
    same_name: bool


def bare_name(name: str) -> str:
    """Return a name without case, accents, punctuation, white space and legal form; "" where nothing is left."""
    letters = "".join(one for one in unicodedata.normalize("NFKD", fold(name)) if not unicodedata.combining(one))
    words = " ".join(re.sub(r"[^\w]|_", " ", letters.replace("&", " en ").replace("'", "")).split())
    return _LEGAL_FORMS.sub(" ", words).replace(" ", "")


def employer_twins(employers: Rows) -> tuple[Twins, ...]:
    """Find employers whose names are equal, or differ by one letter too many, too few, other or swapped.

    Digits must be equal: "Locatie 1" and "Locatie 2" are two employers. Groups are joined where they touch.
    """
    by_name: dict[str, list[str]] = {}
    for employer, name in zip(employers.words("employer_id").texts(), employers.words("name").texts(), strict=True):
        bare = bare_name(name or "")
        if bare and employer is not None:
            by_name.setdefault(bare, []).append(employer)
    names = sorted(by_name)
    leader = list(range(len(names)))
    for one, other in _near(names):
        low, high = sorted((_root(leader, one), _root(leader, other)))
        leader[high] = low
    groups: dict[int, list[str]] = {}
    for place, name in enumerate(names):
        groups.setdefault(_root(leader, place), []).append(name)
    found = [
        Twins(tuple(sorted(one for name in members for one in by_name[name])), len(members) == 1)
        for members in groups.values()
    ]
    return tuple(sorted((one for one in found if len(one.employer_ids) > 1), key=lambda one: one.employer_ids))


def _root(leader: list[int], place: int) -> int:
    while leader[place] != place:
        leader[place] = leader[leader[place]]
        place = leader[place]
    return place


def _near(names: list[str]) -> Iterator[tuple[int, int]]:
    """Pairs of names one edit apart. Such names share what is left of them when at most one letter is struck out."""
    owner: list[int] = []
    rest: list[int] = []
    for place, name in enumerate(names):
        if len(name) >= _NEAR_FROM:
            left = {hash(name), *(hash(name[:at] + name[at + 1 :]) for at in range(len(name)))}
            owner += [place] * len(left)
            rest += left
    order = np.argsort(np.array(rest, dtype=np.int64), kind="stable")
    value = np.array(rest, dtype=np.int64)[order]
    bounds = np.flatnonzero(np.diff(value, prepend=value[:1] - 1, append=value[-1:] + 1)) if value.size else order
    holder = np.array(owner, dtype=np.int64)[order]
    for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        if end - begin > 1:
            yield from _verified(names, sorted(set(holder[begin:end].tolist())))


def _verified(names: list[str], places: Iterable[int]) -> Iterator[tuple[int, int]]:
    held = list(places)
    for at, one in enumerate(held):
        for other in held[at + 1 :]:
            if _digits(names[one]) == _digits(names[other]) and one_edit_apart(names[one], names[other]):
                yield one, other


def _digits(name: str) -> str:
    return "".join(one for one in name if one.isdigit())


def one_edit_apart(one: str, other: str) -> bool:
    """Whether one letter too many, too few or other, or two neighbours swapped, is all that differs."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1 or one == other:
        return False
    at = next((place for place, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return swapped or one[at + 1 :] == other[at + 1 :]
