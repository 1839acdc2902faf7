"""Headings as people write them, what unknown ones are told, and columns of vacancies that are lost."""

from pathlib import Path
from typing import Any

import pytest

from matcher.errors import InputError
from matcher.importing import import_folder
from matcher.importing.headings import HEADINGS, known_headings, target_of
from matcher.importing.mapping_file import parse_mapping
from matcher.importing.names import squash
from matcher.importing.near import why_unused
from matcher.template import write_template
from tests.docs.pages import generator
from tests.importing.folders import folder, imported, known, steps, told
from tests.importing.test_command import run

NUMBERS = ("Klantnummer", "Cliëntnummer", "Kandidaatnummer")


@pytest.mark.parametrize(
    ("table", "heading", "column"),
    [
        ("vacancies", "Gevraagde vaardigheden", "skills_essential"),
        ("vacancies", "Vereiste vaardigheden", "skills_essential"),
        ("vacancies", "Gewenste vaardigheden", "skills_optional"),
        ("vacancies", "Werktijden", "shifts"),
        ("vacancies", "Salaris", "hourly_wage"),
        ("vacancies", "Uurloon", "hourly_wage"),
        ("vacancies", "Soort plek", "lane"),
        ("vacancies", "Soort plaats", "lane"),
        ("vacancies", "Dienstverband", "contract"),
        ("vacancies", "Taalniveau", "language_min"),
        ("vacancies", "Begindatum", "start_date"),
        ("vacancies", "Vacaturenummer", "vacancy_id"),
        ("pairs", "Vacaturenummer", "vacancy_id"),
        ("previous", "Vacaturenummer", "vacancy_id"),
        ("candidates", "Dienstverband", "contracts"),
        ("candidates", "Taalniveau", "languages"),
        ("candidates", "Begindatum", "available_from"),
        ("candidates", "Maanden bijstand", "months_on_benefit"),
        ("candidates", "Maanden in de bijstand", "months_on_benefit"),
        ("places", "Breedtegraad", "lat"),
        ("places", "Lengtegraad", "lon"),
        *((table, name, "candidate_id") for name in NUMBERS for table in ("candidates", "pairs", "sensitive", "audit")),
    ],
)
def test_a_heading_is_known(table: str, heading: str, column: str) -> None:
    target = target_of(table, heading)
    assert target is not None and target.column == column


def test_headings_of_a_first_time_user(tmp_path: Path) -> None:
    people = "Klantnummer;Maanden bijstand;Taalniveau;Dienstverband\nk-1;14;A2;vast\nk-2;3;minimaal B1;tijdelijk\n"
    jobs = (
        "Vacaturenummer;Aantal plaatsen;Gevraagde vaardigheden;Gewenste vaardigheden;Werktijden;Salaris;Soort plek;Taalniveau;Begindatum\n"
        "v-1;2;lassen;frezen;dag;€ 15,50;regulier;B1;1-12-2026\n"
        "v-2;2;lassen;frezen;dag;2400;regulier;eng:A2;1-12-2026\n"
    )
    report, tables = imported(folder(tmp_path / "in", {"kandidaten.csv": people, "vacatures.csv": jobs}))
    assert [known(row) for row in tables["candidates"]] == [
        {"candidate_id": "k-1", "months_on_benefit": 14, "contracts": ["onbepaald"]}
        | {"languages": [{"language": "nld", "level": "A2"}]},
        {"candidate_id": "k-2", "months_on_benefit": 3, "contracts": ["bepaald"]},
    ]
    (job,) = tables["vacancies"]
    assert (job["skills_essential"], job["skills_optional"], job["shifts"]) == (["lassen"], ["frezen"], ["day"])
    assert (job["hourly_wage"], job["lane"]) == (15.5, "regular")
    assert job["language_min"] == [{"language": "nld", "level": "B1"}]
    assert told(report) == [
        ("kandidaten.csv", 3, "Taalniveau", "NO_LEVEL"),
        ("vacatures.csv", 3, "Salaris", "NOT_HOURLY"),
    ]
    assert ("Taalniveau", "LEVEL_OF_DUTCH") in steps(report)
    assert report.not_asked == ()


@pytest.mark.parametrize(
    ("cell", "languages"),
    [
        ("onbekend", None),
        ("8", None),
        ("3", [("nld", "B1")]),
        ("geen", []),
        ("Engels A2 | nl B1", [("eng", "A2"), ("nld", "B1")]),
    ],
)
def test_a_level_is_one_of_dutch_unless_it_names_its_language(cell: str, languages: Any, tmp_path: Path) -> None:
    _, tables = imported(folder(tmp_path / "in", {"kandidaten.csv": f"kandidaat_id;Taalniveau\nk-1;{cell}\n"}))
    (row,) = tables["candidates"]
    found = None if row["languages"] is None else [(one["language"], one["level"]) for one in row["languages"]]
    assert found == languages


@pytest.mark.parametrize(
    ("table", "heading", "why"),
    [
        ("candidates", "Vaardigheeden", "looks like skills:"),
        ("candidates", "Uren maks", "looks like hours_max:"),
        ("vacancies", "Gewenste vardigheden", "looks like skills_optional:"),
        ("candidates", "Geboortedatum", "a date of birth is never used as an age"),
        ("candidates", "Gebortedatum", "a date of birth is never used as an age"),
        ("vacancies", "Plaats", "the name of a town is not a postcode"),
        ("candidates", "Beperkingn", "not recognised"),
        ("candidates", "Belemmering", "not recognised"),
        ("candidates", "limitation", "not recognised"),
        ("candidates", "Woonplaat", "not recognised"),
        ("candidates", "Opmerkingen", "not recognised"),
        ("candidates", "Status", "not recognised"),
    ],
)
def test_what_an_unknown_heading_is_told(table: str, heading: str, why: str) -> None:
    assert why_unused(table, heading).startswith(why)


def test_no_note_or_suggestion_names_a_health_column() -> None:
    for table, headings in HEADINGS.items():
        for heading in headings:
            for slip in (f"{heading}x", heading[:-1], f"{heading[:2]}{heading[3:]}"):
                if target_of(table, slip) is None:
                    told_ = why_unused(table, slip)
                    assert "limitations" not in told_ and "blockers" not in told_


@pytest.mark.parametrize(
    ("table", "word", "meant"),
    [
        ("vacatures", "skils", "Did you mean 'skills_essential' or 'skills_optional'"),
        ("kandidaten", "skils", "Did you mean 'skills'"),
        ("kandidaten", "hours", "Did you mean 'hours_min' or 'hours_max'"),
        ("kandidaten", "blokker", "Known are"),
    ],
)
def test_a_slip_in_the_mapping(table: str, word: str, meant: str) -> None:
    for part in (f'[columns.{table}]\nx = "{word}"\n', f'[values.{table}.{word}]\na = "b"\n'):
        with pytest.raises(InputError, match="is not a known column of") as error:
            parse_mapping(part.encode(), "import.toml")
        assert meant in str(error.value)


def test_columns_of_vacancies_that_are_lost_are_the_last_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = "vacature_id;aantal;Fysieke zwaarte;Kleding;Intern\nv-1;1;zwaar;wit;x\n"
    toml = '[columns.vacancies]\n"Intern" = "skip"\n'
    path = folder(
        tmp_path / "in", {"vacatures.csv": jobs, "kandidaten.csv": "id;kandidaat_id\n1;k-1\n", "import.toml": toml}
    )
    report = import_folder(path, tmp_path / "out", dry_run=True)
    (lost,) = report.not_asked
    assert (lost.file, lost.columns) == ("vacatures.csv", ("Fysieke zwaarte", "Kleding"))
    assert lost.text == "2 columns of vacatures.csv are not used; what they ask counts as not asked"
    assert report.document()["not_asked"][0]["text"] == lost.text
    code, out, _ = run("import", path, tmp_path / "out", capsys=capsys)
    assert code == 0 and "not recognised" in out
    last = " ".join(out.split("\n\n")[-1].split())
    assert last == f"Note: {lost.text}: Fysieke zwaarte, Kleding."


@pytest.mark.parametrize("dry", [False, True])
def test_an_unfilled_template_writes_nothing(dry: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_template(tmp_path / "new", "xlsx")
    code, out, err = run("import", tmp_path / "new", tmp_path / "out", *(["--dry-run"] if dry else []), capsys=capsys)
    assert (code, out) == (3, "") and not (tmp_path / "out").exists()
    assert "there are no candidates and no vacancies" in " ".join(err.split()) and "Nothing was written" in " ".join(
        err.split()
    )


def test_a_leading_zero_of_a_postcode_is_named(tmp_path: Path) -> None:
    report, _ = imported(folder(tmp_path / "in", {"kandidaten.csv": "kandidaat_id;postcode\nk-1;07522\n"}))
    (problem,) = report.problems
    assert problem.code == "BAD_POSTCODE" and "leading zero" in problem.action and "07522" not in problem.action


def test_the_reference_lists_every_known_heading() -> None:
    page = generator().pages()["headings.md"]
    for table, headings in HEADINGS.items():
        section = page.split(f"\n## {table}\n", 1)[1].split("\n## ", 1)[0]
        listed = {squash(name) for names in known_headings(table).values() for name in names}
        assert listed == set(headings)
        for column, names in known_headings(table).items():
            line = next(line for line in section.splitlines() if line.startswith(f"| `{column}` |"))
            assert all(f"`{name}`" in line for name in names)
