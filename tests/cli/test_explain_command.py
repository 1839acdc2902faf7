"""explain, end to end: a person, a vacancy, the two together, and nobody else."""

import re
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]


@pytest.fixture
def ask(matcher: Run, made: Path) -> Run:
    def run(*arguments: str) -> Outcome:
        return matcher("explain", made / "out" / "latest", *arguments, "--input", made / "bundle")

    return run


def _rows(made: Path, table: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = pq.read_table(made / "out" / "latest" / f"{table}.parquet").to_pylist()
    return rows


def test_a_person_hears_what_would_help(ask: Run, made: Path) -> None:
    states = set()
    for row in _rows(made, "unassigned")[:8]:
        person = str(row["candidate_id"])
        done = ask(person, "--json")
        facts = done.json()
        states.add(facts["what_if"]["state"])
        assert set(re.findall(r"k-\d{6}", done.out)) == {person}
        assert facts["text"] == ask(person).out.splitlines()
        short = ask(person, "--json", "--no-what-if").json()
        assert short["what_if"] is None
        assert set(short["text"]) <= set(facts["text"])
    assert "confirmed" in states


def test_somebody_with_a_place_is_not_asked_to_change(ask: Run, made: Path) -> None:
    person = str(_rows(made, "assignments")[0]["candidate_id"])
    facts = ask(person, "--json", "--lang", "en").json()
    assert facts["what_if"]["state"] == "placed"
    assert facts["language"] == "en"
    assert facts["text"][0].startswith("Proposal for")


@pytest.mark.parametrize(("language", "word"), [("nl", "klantmanager"), ("en", "case manager")])
def test_a_vacancy(ask: Run, made: Path, language: str, word: str) -> None:
    for row in _rows(made, "vacancies_report")[:5]:
        vacancy = str(row["vacancy_id"])
        done = ask("--vacancy", vacancy, "--lang", language)
        assert done.code == 0
        assert vacancy in done.out
        assert word in done.out
        facts = ask("--vacancy", vacancy, "--json")
        assert facts.json()["eligible"] == row["n_eligible"]
        assert not re.search(r"k-\d", done.out + facts.out)


def test_a_pair(ask: Run, made: Path) -> None:
    row = _rows(made, "assignments")[0]
    person, vacancy = str(row["candidate_id"]), str(row["vacancy_id"])
    facts = ask("--pair", person, vacancy, "--json").json()
    assert facts["standing"] == "here"
    assert facts["worth"]["points"] == row["points"]
    assert len(facts["rules"]) == 22
    other = str(_rows(made, "vacancies_report")[3]["vacancy_id"])
    done = ask("--pair", person, other)
    assert done.code == 0
    assert set(re.findall(r"k-\d{6}", done.out)) == {person}


@pytest.mark.parametrize("arguments", [(), ("k-1", "--vacancy", "v-1"), ("--vacancy", "v-1", "--pair", "k-1", "v-1")])
def test_one_question_at_a_time(ask: Run, arguments: tuple[str, ...]) -> None:
    done = ask(*arguments)
    assert done.code == 2
    assert "--pair" in done.err


def test_near_ids_are_suggested(ask: Run, made: Path) -> None:
    person = str(_rows(made, "assignments")[0]["candidate_id"])
    vacancy = str(_rows(made, "vacancies_report")[0]["vacancy_id"])
    assert vacancy in ask("--vacancy", f"{vacancy}0").err
    done = ask("--pair", person, f"{vacancy}x")
    assert (done.code, vacancy in done.err) == (3, True)
