"""The pairs that a run can be answered about, and how they are written in what was handed over."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow.parquet as pq

from matcher.handover.allowed import Sheet
from matcher.handover.texts import guarded, visible
from matcher.io.run_folder import RunFiles
from matcher.recording.state import Pair


def proposed_pairs(run: RunFiles) -> frozenset[Pair]:
    """The pairs of the plan."""
    table = run.tables["assignments"]
    return frozenset(map(Pair, table["candidate_id"].to_pylist(), table["vacancy_id"].to_pylist()))


def reserve_pairs(run: RunFiles) -> frozenset[Pair]:
    """The pairs on the shortlists that were handed over."""
    found: set[Pair] = set()
    for path in run.inner:
        if path.endswith(f"/{Sheet.OPEN}.parquet"):
            table = pq.read_table(io.BytesIO(run.read(path)), columns=["candidate_id", "vacancy_id"])
            people, vacancies = table["candidate_id"].to_pylist(), table["vacancy_id"].to_pylist()
            found |= {Pair(one, vacancy) for one, vacancy in zip(people, vacancies, strict=True) if one is not None}
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Known:
    """Finds the pair that an answer is about.

    Attributes
    ----------
    pairs
        By its ids as they may be written: exactly, or as a workbook or CSV shows them.
    people, vacancies
        Ids by how they may be written, where answers about any pair of the run are taken; empty otherwise.
    """

    pairs: Mapping[Pair, Pair]
    people: Mapping[str, str]
    vacancies: Mapping[str, str]

    def find(self, candidate_id: str, vacancy_id: str) -> Pair | None:
        """The pair, None where the run knows no such pair."""
        asked = Pair(candidate_id.strip(), vacancy_id.strip())
        found = self.pairs.get(asked)
        if found is not None:
            return found
        person, vacancy = self.people.get(asked.candidate_id), self.vacancies.get(asked.vacancy_id)
        return None if person is None or vacancy is None else Pair(person, vacancy)


def known(run: RunFiles, pairs: Iterable[Pair], *, late: bool) -> Known:
    """Gather what answers may be about: these pairs, and any pair of people and vacancies of the run where ``late``."""
    unique = sorted(set(pairs))
    written: dict[Pair, set[Pair]] = {}
    for pair in unique:
        for person in _forms(pair.candidate_id):
            for vacancy in _forms(pair.vacancy_id):
                written.setdefault(Pair(person, vacancy), set()).add(pair)
    found = {form: min(meant) for form, meant in written.items() if len(meant) == 1} | {pair: pair for pair in unique}
    people = [
        *run.tables["assignments"]["candidate_id"].to_pylist(),
        *run.tables["unassigned"]["candidate_id"].to_pylist(),
    ]
    return Known(
        found,
        _written(people if late else []),
        _written(run.tables["vacancies_report"]["vacancy_id"].to_pylist() if late else []),
    )


def _written(ids: Iterable[str]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for word in ids:
        for form in _forms(word):
            found.setdefault(form, set()).add(word)
    return {
        form: form if form in meant else min(meant) for form, meant in found.items() if form in meant or len(meant) == 1
    }


def _forms(word: str) -> set[str]:
    """An id as it is, as a workbook shows it, and as CSV does."""
    return {word, visible(word).strip(), guarded(visible(word)).strip()}
