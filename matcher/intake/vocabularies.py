"""The numberings that people and vacancies share, and the columns that are written in them."""

import numpy as np
from numpy.typing import NDArray

from matcher.domain import codes
from matcher.domain.tables import Codebook
from matcher.intake.forms import WordLists, Words
from matcher.intake.rows import Accepted, Rows
from matcher.intake.sets import numbered, vocabulary
from matcher.intake.text import fold


class Vocabularies:
    """Every numbering that people and vacancies share. Only what a vacancy asks gets a number."""

    def __init__(self, people: Rows, jobs: Rows, accepted: Accepted) -> None:
        self.skills = vocabulary(jobs.lists("skills_essential"), jobs.lists("skills_optional"))
        self.licences = sorted({*vocabulary(jobs.lists("licences")), *codes.LICENCE_IMPLIES, "am"})
        self.certificates = vocabulary(jobs.lists("certificates"))
        self.loads = vocabulary(jobs.lists("loads"))
        self.languages = vocabulary(jobs.lists("language_min"))
        self.occupation, self.occupations = jobs.words("occupation").folded()
        self.employers = sorted({*_used(jobs.words("employer_id")), *_used(accepted["employers"].words("employer_id"))})
        self.coaches = _used(accepted["coaches"].words("coach_id"))
        self.resources = _used(accepted["resources"].words("resource_id"))
        self.jobs = _shared(jobs.words("job_id"))
        listed = people.lists("share_agencies")
        self.agencies = sorted(
            {
                *_used(people.words("agency_id")),
                *_used(jobs.words("agency_id")),
                *_used(accepted["agencies"].words("agency_id")),
                *(listed.spelled[code] for code in np.unique(listed.item).tolist()),
            }
        )

    def codebook(self, people: Rows, jobs: Rows) -> Codebook:
        asked = jobs.lists("certificates")
        number = numbered(self.certificates)
        shown: list[list[str]] = []
        coded: list[list[int]] = []
        bounds = asked.start.tolist()
        for row in range(len(jobs)):
            first: dict[int, str] = {}
            for item in asked.item[bounds[row] : bounds[row + 1]].tolist():
                first.setdefault(number[fold(asked.spelled[item])], asked.spelled[item])
            shown.append(list(first.values()))
            coded.append(list(first))
        return Codebook(
            candidate_ids=[word or "" for word in people.words("candidate_id").texts()],
            vacancy_ids=[word or "" for word in jobs.words("vacancy_id").texts()],
            employer_ids=self.employers,
            agency_ids=self.agencies,
            coach_ids=self.coaches,
            resource_ids=self.resources,
            job_ids=self.jobs,
            certificates=self.certificates,
            certificate_words=shown,
            certificate_codes=coded,
            skills=self.skills,
            occupations=self.occupations,
            languages=self.languages,
            licences=self.licences,
            loads=self.loads,
        )


def _used(words: Words) -> list[str]:
    return sorted(words.spelled[code] for code in np.unique(words.code).tolist() if code >= 0)


def _shared(words: Words) -> list[str]:
    """The words of at least two rows."""
    code, count = np.unique(words.code[words.code >= 0], return_counts=True)
    return sorted(words.spelled[one] for one in code[count > 1].tolist())


def id_codes(words: Words, known: list[str]) -> NDArray[np.int32]:
    number = numbered(known)
    return np.array([number.get(word, -1) for word in words.spelled] + [-1], dtype=np.int32)[words.code]


def code_column(words: Words, order: tuple[str, ...]) -> NDArray[np.int8]:
    number = numbered(order)
    return np.array([number.get(fold(word), -1) for word in words.spelled] + [-1], dtype=np.int8)[words.code]


def bit_mask(lists: WordLists, order: tuple[str, ...]) -> NDArray[np.uint64]:
    number = numbered(order)
    bit = np.array([1 << number[fold(word)] if fold(word) in number else 0 for word in lists.spelled], dtype=np.uint64)
    out = np.zeros(lists.known.size, dtype=np.uint64)
    if lists.item.size:
        np.bitwise_or.at(out, lists.owner(), bit[lists.item])
    return out


def language_levels(lists: WordLists, languages: list[str]) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """Highest known level per asked language, and where the true level may be higher."""
    size = lists.known.size
    level = np.zeros((size, len(languages)), dtype=np.int8)
    may_be_higher = np.zeros((size, len(languages)), dtype=np.bool_)
    may_be_higher[~lists.known] = True
    number, rank = numbered(languages), numbered(codes.CEFR)
    column = np.array([number.get(fold(word), -1) for word in lists.spelled], dtype=np.int32)
    height = np.array([rank.get(fold(word), -1) for word in lists.second_spelled] + [-1], dtype=np.int8)
    if lists.item.size and languages:
        at, mark, owner = column[lists.item], height[lists.second], lists.owner()
        told = (at >= 0) & (mark >= 0)
        np.maximum.at(level, (owner[told], at[told]), mark[told])
        untold = (at >= 0) & (mark < 0)
        may_be_higher[owner[untold], at[untold]] = True
    return level, may_be_higher
