"""A town that answers: who comes and goes every night, and what agencies write into what they were handed. All from one seed."""

import csv
import datetime as dt
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from matcher.handover.answering import STATUS_WORDS

Answered = tuple[str, dt.date]
_TABLES = {"candidates": "candidate_id", "vacancies": "vacancy_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """How a town behaves, per night.

    Attributes
    ----------
    begin
        Share of people and vacancies that are there on the first night.
    come, go
        Share of the whole sample that comes, and of those present that goes.
    answered, accepted, by_person
        Chance that a proposal is answered; that the answer is yes; else, that the no is the person's own.
    starts, ends
        Chance that somebody who accepted starts, and that somebody who started is free again.
    """

    begin: float = 0.85
    come: float = 0.012
    go: float = 0.01
    answered: float = 0.15
    accepted: float = 0.45
    by_person: float = 0.4
    starts: float = 0.5
    ends: float = 0.03


class Town:
    """The people and vacancies of a sample, of whom some are there.

    Parameters
    ----------
    sample
        A bundle with everybody who will ever be there.
    """

    def __init__(self, sample: Path, seed: int, chances: Chances) -> None:
        self.sample, self.chances = sample, chances
        self._random = random.Random(seed)
        self._waiting: dict[str, list[str]] = {}
        self._there: dict[str, set[str]] = {}
        for name, key in _TABLES.items():
            ids = sorted(pq.read_table(sample / f"{name}.parquet", columns=[key])[key].to_pylist())
            self._random.shuffle(ids)
            first = round(len(ids) * chances.begin)
            self._there[name], self._waiting[name] = set(ids[:first]), ids[first:]
        self._all = {name: len(there) + len(self._waiting[name]) for name, there in self._there.items()}

    def turn(self, busy: Iterable[tuple[str, str]]) -> tuple[int, int]:
        """Let a night pass: some come, some go; who has work stays, with the vacancy. Returns how many people came and went."""
        keep = set(busy)
        moved = (0, 0)
        for place, name in enumerate(_TABLES):
            stays = {pair[place] for pair in keep}
            there = self._there[name]
            leaving = {one for one in sorted(there - stays) if self._random.random() < self.chances.go}
            coming = [
                self._waiting[name].pop()
                for _ in range(min(len(self._waiting[name]), round(self._all[name] * self.chances.come)))
            ]
            self._there[name] = (there - leaving) | set(coming)
            moved = (len(coming), len(leaving)) if name == "candidates" else moved
        return moved

    def write(self, bundle: Path, policy: str, previous: Path | None) -> None:
        """Write who is there as a bundle."""
        bundle.mkdir(parents=True)
        for file in sorted(self.sample.glob("*.parquet")):
            table = pq.read_table(file)
            for name, key in _TABLES.items():
                if key in table.column_names and file.stem != "previous":
                    there = pa.array(sorted(self._there[name]))
                    table = table.filter(pc.is_in(table[key].cast(pa.string()), value_set=there))
            pq.write_table(table, bundle / file.name)
        (bundle / "policy.toml").write_text(policy, encoding="utf-8")
        if previous is not None:
            (bundle / "previous.parquet").write_bytes(previous.read_bytes())

    def answer(self, status: str) -> str | None:
        """What becomes of a proposal, or of work, this night; None: nothing."""
        draw, chances = self._random.random, self.chances
        match status:
            case "proposed" if draw() < chances.answered:
                return "accepted" if draw() < chances.accepted else self._declined()
            case "accepted" if draw() < chances.starts:
                return "started"
            case "started" if draw() < chances.ends:
                return "ended"
        return None

    def _declined(self) -> str:
        return "declined_candidate" if self._random.random() < self.chances.by_person else "declined_employer"


def fill_in(folder: Path, target: Path, answers: dict[tuple[str, str], Answered]) -> None:
    """Write answers into the proposals of a folder as an agency would: into its workbook where ``target`` is one, else into its CSV."""
    if target.suffix == ".xlsx":
        _fill_workbook(folder, target, answers)
        return
    with (folder / "voordrachten.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = list(csv.reader(file, delimiter=";"))
    for row in rows:
        _fill(head, row, answers)
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([head, *rows])


def _fill_workbook(folder: Path, target: Path, answers: dict[tuple[str, str], Answered]) -> None:
    book = openpyxl.load_workbook(folder / "voordrachten.xlsx")
    page = book["Voordrachten"]
    head = [cell.value for cell in page[1]]
    for cells in page.iter_rows(min_row=2):
        row: list[Any] = [cell.value for cell in cells]
        _fill(head, row, answers)
        for cell, value in zip(cells, row, strict=True):
            cell.value = value
    book.save(target)


def _fill(head: Sequence[Any], row: list[Any], answers: dict[tuple[str, str], Answered]) -> None:
    found = answers.get((row[head.index("Kandidaat")], row[head.index("Vacature")]))
    if found is not None:
        row[head.index("Status")] = STATUS_WORDS[found[0]]
        row[head.index("Datum")] = found[1]
