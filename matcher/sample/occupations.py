"""The catalogue of occupations a sample draws from: what each asks, offers and is weighed at."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from matcher.sample.draws import Floats, Ints
from matcher.sample.facts import Row, chances, read_facts, words

LICENCES: Final = ("AM", "B", "BE", "C", "CE")
CERTIFICATES: Final = ("VOG", "VCA", "HACCP", "BHV", "heftruck", "code95", "lasdiploma")
SHIFTS: Final = ("day", "evening", "night", "weekend")
# FML-style keys; what weighs on the person at work, the same words as in a person's limitations.
LOADS: Final = (
    "tillen", "lang-staan", "veel-lopen", "bukken", "knielen", "klimmen", "reiken", "kou", "hitte", "lawaai", "stof",
    "natte-handen",
    "tempodruk", "concentratie", "beeldscherm", "klantcontact", "conflicten", "wisselende-diensten", "verkeer",
)  # fmt: skip

# SBI 2008 section of a division (the first two digits), for the divisions that the catalogue uses.
SECTIONS: Final = (("A", 1, 3), ("C", 10, 33), ("E", 36, 39), ("F", 41, 43), ("G", 45, 47), ("H", 49, 53), ("I", 55,
                   56), ("J", 58, 63),
                   ("K", 64, 66), ("M", 69, 75), ("N", 77, 82), ("O", 84, 84), ("P", 85, 85), ("Q", 86, 88), ("R",
                   90, 93), ("S", 94, 96))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Occupations, one per row, with skills as numbers into ``skills``; -1 pads the skill matrices."""

    code: tuple[str, ...]  # ISCO-08, or an ESCO URI
    isco: tuple[str, ...]
    title: tuple[str, ...]
    sbi: tuple[str, ...]
    section: tuple[str, ...]
    work: Floats  # weight within its section, for paid work
    people: Floats  # weight as somebody's background
    training: Floats
    activation: Floats
    hours: Floats
    wage: Floats
    education: Ints
    licences: Floats  # chance that a vacancy asks it, shape (occupations, len(LICENCES)); so are the next three
    certificates: Floats
    shifts: Floats
    loads: Floats
    essential: Ints
    optional: Ints
    skills: tuple[str, ...]
    general: Ints  # skills from life and any job
    general_held: Floats  # chance that a person has each of them on file


def packaged_catalogue() -> Catalogue:
    """The sixty occupations that ship with the package; skills are short Dutch words."""
    rows, life = read_facts("occupations"), read_facts("general_skills")
    skills = sorted(
        {word for row in rows for word in words(row["essential"]) + words(row["optional"])}
        | {row["skill"] for row in life}
    )
    number = {word: code for code, word in enumerate(skills)}
    return Catalogue(
        code=tuple(row["isco"] for row in rows),
        isco=tuple(row["isco"] for row in rows),
        title=tuple(row["title"] for row in rows),
        sbi=tuple(row["sbi"] for row in rows),
        section=tuple(section_of(row["sbi"]) for row in rows),
        work=_numbers(rows, "work"),
        people=_numbers(rows, "people"),
        training=_numbers(rows, "training"),
        activation=_numbers(rows, "activation"),
        hours=_numbers(rows, "hours"),
        wage=_numbers(rows, "wage"),
        education=_numbers(rows, "education").astype(np.int64),
        licences=_chances(rows, "licences", LICENCES),
        certificates=_chances(rows, "certificates", CERTIFICATES),
        shifts=_chances(rows, "shifts", SHIFTS),
        loads=_chances(rows, "loads", LOADS),
        essential=padded([[number[word] for word in words(row["essential"])] for row in rows]),
        optional=padded([[number[word] for word in words(row["optional"])] for row in rows]),
        skills=tuple(skills),
        general=np.array([number[row["skill"]] for row in life], dtype=np.int64),
        general_held=_numbers(life, "held"),
    )


def section_of(sbi: str) -> str:
    """The letter of the SBI section of a code that starts with a division."""
    division = int(sbi[:2])
    return next(letter for letter, first, last in SECTIONS if first <= division <= last)


def padded(lists: list[list[int]]) -> Ints:
    """Lists of numbers as one matrix; -1 fills the short ones."""
    width = max((len(items) for items in lists), default=0)
    return np.array([items + [-1] * (width - len(items)) for items in lists], dtype=np.int64).reshape(len(lists), width)


def _numbers(rows: list[Row], column: str) -> Floats:
    return np.array([float(row[column]) for row in rows])


def _chances(rows: list[Row], column: str, vocabulary: tuple[str, ...]) -> Floats:
    matrix = np.zeros((len(rows), len(vocabulary)))
    for line, row in enumerate(rows):
        for word, share in chances(row[column]).items():
            matrix[line, vocabulary.index(word)] = share
    return matrix
