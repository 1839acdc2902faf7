"""What a bundle holds and lacks, counted over its accepted rows: filled cells, postcodes without a place, skills without a match."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.domain.tables import Problem
from matcher.domain.uses import USES
from matcher.intake.forms import WordLists
from matcher.intake.rows import Accepted, Rows, is_known, match_ids, shorten
from matcher.intake.text import fold

_APART = ("limitations", "blockers")


@dataclass(frozen=True, slots=True)
class LostPostcode:
    """A postcode that places lacks, with the rows that therefore have no place."""

    pc4: str
    people: int
    vacancies: int


@dataclass(frozen=True, slots=True)
class SkillCount:
    """A skill, and how many people or vacancies name it."""

    skill: str
    count: int


@dataclass(frozen=True, slots=True)
class SkillStock:
    """Skills held and asked, compared as the rules compare them.

    Attributes
    ----------
    held, asked, both
        Number of different skills that anybody has, that any vacancy asks (essential or optional), and that occur on both sides.
    unasked
        Skills that people have and no vacancy asks, with the number of people: most first, then by code.
    unheld
        Skills that vacancies ask and nobody has, with the number of vacancies, likewise.
    """

    held: int
    asked: int
    both: int
    unasked: tuple[SkillCount, ...]
    unheld: tuple[SkillCount, ...]


def known_counts(accepted: Accepted, problem: Problem) -> Mapping[tuple[str, str], int]:
    """Return how many accepted rows fill each column of `USES`, by table and column; pc4 counts where a place is known."""
    counts = {
        (use.table, use.column): int(is_known(accepted[use.table].columns[use.column]).sum())
        for use in USES
        if use.column != "pc4"
    }
    for name in _APART:
        # Whoever has such a list in both files was refused, so the two never count one person twice.
        counts["candidates", name] += int(accepted["sensitive"].lists(name).known.sum())
    counts["candidates", "pc4"] = int(np.count_nonzero(problem.candidates.place >= 0))
    counts["vacancies", "pc4"] = int(np.count_nonzero(problem.vacancies.place >= 0))
    return counts


def lost_postcodes(accepted: Accepted) -> tuple[LostPostcode, ...]:
    """Return postcodes that are needed (no lat and lon) and that places lacks: most rows first, then by code."""
    people, jobs = (_lost(accepted[table], accepted["places"]) for table in ("candidates", "vacancies"))
    found = [LostPostcode(pc4, people.get(pc4, 0), jobs.get(pc4, 0)) for pc4 in sorted(people.keys() | jobs.keys())]
    return tuple(sorted(found, key=lambda one: (-(one.people + one.vacancies), one.pc4)))


def _lost(rows: Rows, places: Rows) -> dict[str, int]:
    asked = shorten(rows.words("pc4"))
    located = ~np.isnan(rows.numbers("lat")) & ~np.isnan(rows.numbers("lon"))
    lost = (asked.code >= 0) & ~located & (match_ids(asked, shorten(places.words("pc4"))) < 0)
    code, count = np.unique(asked.code[lost], return_counts=True)
    return {asked.spelled[one]: many for one, many in zip(code.tolist(), count.tolist(), strict=True)}


def skill_stock(accepted: Accepted) -> SkillStock:
    """Compare the skills that people have with those that vacancies ask."""
    jobs = accepted["vacancies"]
    held = _owners(accepted["candidates"].lists("skills"))
    asked = _owners(jobs.lists("skills_essential"), jobs.lists("skills_optional"))
    return SkillStock(
        held=len(held),
        asked=len(asked),
        both=len(held.keys() & asked.keys()),
        unasked=_most({skill: count for skill, count in held.items() if skill not in asked}),
        unheld=_most({skill: count for skill, count in asked.items() if skill not in held}),
    )


def _owners(*columns: WordLists) -> dict[str, int]:
    """Number of rows that name each skill in any of the columns."""
    spelled = [fold(word) for column in columns for word in column.spelled]
    words = sorted(set(spelled))
    number = {word: place for place, word in enumerate(words)}
    lookup = np.array([number[word] for word in spelled], dtype=np.int64)
    keys: list[NDArray[np.int64]] = []
    before = 0
    for column in columns:
        if column.item.size:
            keys.append(column.owner() * len(words) + lookup[before + column.item])
        before += len(column.spelled)
    if not keys:
        return {}
    skill, count = np.unique(np.unique(np.concatenate(keys)) % len(words), return_counts=True)
    return {words[one]: many for one, many in zip(skill.tolist(), count.tolist(), strict=True)}


def _most(counts: Mapping[str, int]) -> tuple[SkillCount, ...]:
    return tuple(SkillCount(skill, count) for skill, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])))
