"""Messy folders as people keep them: each becomes the bundle that was meant, or is refused by row and column."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from matcher.errors import InputError, MatcherError
from matcher.importing import import_folder
from tests.importing.folders import folder, imported, known, steps, told

P = "kandidaten.csv"


def people(text: str | bytes, tmp_path: Path, name: str = P) -> tuple[list[dict[str, Any]], Any]:
    report, tables = imported(folder(tmp_path / "in", {name: text}))
    return [known(row) for row in tables["candidates"]], report


def test_semicolons_decimal_commas_and_dutch_dates(tmp_path: Path) -> None:
    rows, report = people(
        "Kandidaat-ID;Postcode;Uren (min);Uren (max);Loonwaarde;Beschikbaar vanaf;LKS doelgroep\r\n"
        "00123;7511 AB;16;32,5;45,5%;1-12-2026;ja\r\n"
        "00124;7512ab;8;24,00;100;01/02/2027;Nee\r\n",
        tmp_path,
    )
    assert rows == [
        {"candidate_id": "00123", "pc4": "7511", "hours_min": 16.0, "hours_max": 32.5, "loonwaarde_pct": 45.5}
        | {"available_from": dt.date(2026, 12, 1), "lks_eligible": True},
        {"candidate_id": "00124", "pc4": "7512", "hours_min": 8.0, "hours_max": 24.0, "loonwaarde_pct": 100.0}
        | {"available_from": dt.date(2027, 2, 1), "lks_eligible": False},
    ]
    assert told(report) == []
    assert report.files[0].separator == ";" and report.files[0].encoding == "UTF-8"
    assert ("Postcode", "POSTCODE_TO_4") in steps(report) and ("Loonwaarde", "PERCENT") in steps(report)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_every_encoding_and_separator(codec: str, separator: str, tmp_path: Path) -> None:
    text = (
        f'kandidaat_id{separator}"regio"{separator}leeftijd\nk-1{separator}"Zuid{separator} Coëvorden"{separator}30\n'
    )
    rows, report = people(text.encode(codec), tmp_path)
    assert rows == [{"candidate_id": "k-1", "region": f"Zuid{separator} Coëvorden", "age": 30}]
    assert (("", "ENCODING_GUESSED") in steps(report)) == (codec == "cp1252")


def test_the_separator_is_the_one_that_gives_headings(tmp_path: Path) -> None:
    text = 'kandidaat_id;"toelichting, vrij, tekst, over, de, klant";leeftijd\nk-1;x;30\n'
    rows, report = people(text, tmp_path)
    assert rows == [{"candidate_id": "k-1", "age": 30}]
    assert [unused.source for unused in report.files[0].unused] == ["toelichting, vrij, tekst, over, de, klant"]


def test_a_line_for_excel_is_not_a_row(tmp_path: Path) -> None:
    rows, report = people("sep=;\r\nkandidaat_id;leeftijd\r\n\r\nk-1;dertig\r\n", tmp_path)
    assert rows == [{"candidate_id": "k-1"}]
    assert told(report) == [(P, 3, "leeftijd", "NOT_A_NUMBER")]
    assert report.files[0].rows_blank == 1


def test_ambiguous_thousands_are_refused_unless_the_column_decides(tmp_path: Path) -> None:
    rows, report = people(
        "kandidaat_id;max_reisafstand_km;lat;lon;uren_max;prioriteit\n"
        "a;1.234;52,221;6.893;1.234;1,500\n"
        "b;1.234,5;52.2215;6,8937;36;2\n"
        "c;1.234.567;;;;\n"
        "d;1 234,5;;;;\n"
        "e;12345.678;;;;\n",
        tmp_path,
    )
    assert rows == [
        {"candidate_id": "a", "lat": 52.221, "lon": 6.893, "hours_max": 1.234, "priority": 1.5},
        {
            "candidate_id": "b",
            "lat": 52.2215,
            "lon": 6.8937,
            "travel_max_km": 1234.5,
            "hours_max": 36.0,
            "priority": 2.0,
        },
        {"candidate_id": "d", "travel_max_km": 1234.5},
        {"candidate_id": "e", "travel_max_km": 12345.678},
    ]
    assert told(report) == [
        (P, 2, "max_reisafstand_km", "AMBIGUOUS_NUMBER"),
        (P, 4, "max_reisafstand_km", "OUT_OF_RANGE"),
    ]


def test_the_mapping_can_say_which_mark_is_decimal(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "in",
        {P: "kandidaat_id;max_reisafstand_km\na;1.234\nb;1,234\n", "import.toml": '[numbers]\ndecimal = ","\n'},
    )
    report, tables = imported(path)
    assert [row["travel_max_km"] for row in tables["candidates"]] == [1234.0, 1.234]
    assert told(report) == [] and ("max_reisafstand_km", "THOUSANDS") in steps(report)


def test_words_for_unknown_and_for_none(tmp_path: Path) -> None:
    words = ["onbekend", "n.v.t.", "-", "?", "null", "", "  "]
    lines = "".join(f"k-{at};{word};{word};{word}\n" for at, word in enumerate(words))
    rows, report = people(f"kandidaat_id;leeftijd;skills;rijbewijs\n{lines}k-9;30;geen;GEEN\n", tmp_path)
    assert rows[:-1] == [{"candidate_id": f"k-{at}"} for at in range(len(words))]
    assert rows[-1] == {"candidate_id": "k-9", "age": 30, "skills": [], "licences": []}
    assert {("leeftijd", "UNKNOWN_WORD"), ("skills", "NONE_WORD")} <= steps(report)


def test_an_empty_id_refuses_its_row(tmp_path: Path) -> None:
    rows, report = people("kandidaat_id;leeftijd\n?;30\nk-2;31\n", tmp_path)
    assert rows == [{"candidate_id": "k-2", "age": 31}]
    assert told(report) == [(P, 2, "kandidaat_id", "MISSING_VALUE")]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1,23E+08", "SCIENTIFIC"),
        ("1.23e+08", "SCIENTIFIC"),
        ("123.0", "FLOAT_ID"),
        ("123,00", "FLOAT_ID"),
        ("=A1", "FORMULA"),
    ],
)
def test_ids_that_excel_has_spoiled(cell: str, code: str, tmp_path: Path) -> None:
    rows, report = people(f"kandidaat_id;uitzendbureau_id\nk-1;\n{cell};\nk-3;{cell}\n", tmp_path)
    assert rows == [{"candidate_id": "k-1"}]
    assert told(report) == [(P, 3, "kandidaat_id", code), (P, 4, "uitzendbureau_id", code)]


def test_excel_text_formulas_keep_their_zeros(tmp_path: Path) -> None:
    rows, report = people('kandidaat_id;regio\n"=""00123""";"=HYPERLINK(""x"")"\n', tmp_path)
    assert rows == [{"candidate_id": "00123"}]
    assert ("kandidaat_id", "EXCEL_TEXT") in steps(report)
    assert told(report) == [(P, 2, "regio", "FORMULA")]


def test_dates_with_times_and_in_the_wrong_order(tmp_path: Path) -> None:
    text = "kandidaat_id;beschikbaar_van;beschikbaar_tot\n"
    text += (
        "a;2026-11-21 00:00:00;11/21/2026\nb;21-11-2026 14:30;03/04/2026\nc;21-11-26;05/05/2026\nd;46347;31-02-2026\n"
    )
    text += "e;2026-11-21T00:00:00Z;25/12/2026\n"
    rows, report = people(text, tmp_path)
    assert rows == [
        {"candidate_id": "a", "available_from": dt.date(2026, 11, 21)},
        {"candidate_id": "b", "available_from": dt.date(2026, 11, 21)},
        {"candidate_id": "c", "available_until": dt.date(2026, 5, 5)},
        {"candidate_id": "d"},
        {"candidate_id": "e", "available_until": dt.date(2026, 12, 25)},
    ]
    assert told(report) == [
        (P, 2, "beschikbaar_tot", "NOT_A_DATE"),
        (P, 3, "beschikbaar_tot", "DATE_ORDER_UNCLEAR"),
        (P, 4, "beschikbaar_van", "NOT_A_DATE"),
        (P, 5, "beschikbaar_tot", "NOT_A_DATE"),
        (P, 5, "beschikbaar_van", "NOT_A_DATE"),
        (P, 6, "beschikbaar_van", "NOT_A_DATE"),
    ]
    assert ("beschikbaar_van", "TIME_DROPPED") in steps(report)


def test_yes_and_no_in_every_spelling(tmp_path: Path) -> None:
    spelled = {
        "ja": True,
        "J": True,
        "WAAR": True,
        "1": True,
        "true": True,
        "nee": False,
        "n": False,
        "onwaar": False,
        "0": False,
    }
    lines = "".join(f"k-{at};{word}\n" for at, word in enumerate(spelled))
    rows, report = people(f"kandidaat_id;toestemming\n{lines}k-x;misschien\n", tmp_path)
    assert [row.get("consent") for row in rows] == [*spelled.values(), None]
    assert told(report) == [(P, len(spelled) + 2, "toestemming", "NOT_YES_NO")]


def test_closed_lists_in_dutch(tmp_path: Path) -> None:
    rows, report = people(
        "kandidaat_id;vervoer;dagdelen;contract_ok;arm\n"
        "a;lopen|Fiets;dag;vast|tijdelijk|uitzend;behandeld\n"
        "b;OV, auto;avond;0-uren;controle\n"
        "c;vliegtuig; dag | nacht ;;\n"
        "d;;;;proefgroep\n",
        tmp_path,
    )
    assert rows == [
        {
            "candidate_id": "a",
            "transport": ["walk", "bike"],
            "shifts": ["day"],
            "contracts": ["onbepaald", "bepaald", "uitzend"],
        }
        | {"arm": "treatment"},
        {
            "candidate_id": "b",
            "transport": ["public_transport", "car"],
            "shifts": ["evening"],
            "contracts": ["oproep"],
            "arm": "control",
        },
        {"candidate_id": "c", "transport": [], "shifts": ["day", "night"]},
    ]
    assert [(p.row, p.column, p.code, p.effect) for p in report.problems] == [
        (4, "vervoer", "UNKNOWN_CODE", "element left out"),
        (5, "arm", "UNKNOWN_CODE", "row refused"),
    ]


def test_languages_in_a_cell(tmp_path: Path) -> None:
    rows, report = people(
        "kandidaat_id;taal\na;nld:B1; eng:A2\n"
        + 'b;"Nederlands (goed)|Tigrinya moedertaal"\nc;nld\nd;nld:Z9\ne;"{""nld"": ""B1""}"\n',
        tmp_path.joinpath("x"),
    )
    assert told(report)[0] == (P, 2, "", "TOO_MANY_CELLS")  # the unquoted ; of row 2
    assert rows == [
        {"candidate_id": "b", "languages": [{"language": "nld", "level": "B1"}, {"language": "tir", "level": "C2"}]},
        {"candidate_id": "c", "languages": [{"language": "nld", "level": None}]},
        {"candidate_id": "d", "languages": []},
        {"candidate_id": "e", "languages": [{"language": "nld", "level": "B1"}]},
    ]
    assert (P, 5, "taal", "UNKNOWN_CODE") in told(report)


def test_a_demand_that_cannot_be_read_refuses_the_vacancy(tmp_path: Path) -> None:
    text = "vacature_id;aantal_plaatsen;dagdelen;uurloon;postcode;taal\n"
    text += "a;2;dag|ploegen;15,50;7511;\nb;1;nacht;€ 15,50;7511;nld:B1\nc;1;;15 euro;7511;\nd;1;;;48599;\ne;een;;;;\nf;1;;;;nld:goedkoop\n"
    report, tables = imported(folder(tmp_path / "in", {"vacatures.csv": text}))
    assert [known(row) for row in tables["vacancies"]] == [
        {"vacancy_id": "b", "openings": 1, "shifts": ["night"], "hourly_wage": 15.5, "pc4": "7511"}
        | {"language_min": [{"language": "nld", "level": "B1"}]}
    ]
    assert told(report) == [
        ("vacatures.csv", 2, "dagdelen", "UNKNOWN_CODE"),
        ("vacatures.csv", 4, "uurloon", "NOT_A_NUMBER"),
        ("vacatures.csv", 5, "postcode", "BAD_POSTCODE"),
        ("vacatures.csv", 6, "aantal_plaatsen", "NOT_A_NUMBER"),
        ("vacatures.csv", 7, "taal", "UNKNOWN_CODE"),
    ]
    assert {problem.effect for problem in report.problems} == {"row refused"}


def test_contract_spread_over_columns(tmp_path: Path) -> None:
    text = "vacature_id;aantal_plaatsen;contract;uitzendbeding;overeenkomst;start;einde\n"
    text += "a;1;uitzend;ja;;2026-12-01;2027-05-31\nb;1;vast;;01;;\nc;1;bepaald;nee;leerbaan;;\n"
    text += "d;1;vast;ja;;;\ne;1;;ja;uitzend;;\nf;1;vast;;detachering;;\n"
    report, tables = imported(folder(tmp_path / "in", {"vacatures.csv": text}))
    assert [(row["vacancy_id"], row["contract"], row["expected_weeks"]) for row in tables["vacancies"]] == [
        ("a", "uitzend_beding", 26.0),
        ("b", "onbepaald", None),
        ("c", "bbl", None),
        ("e", "uitzend_beding", None),
        ("f", "detachering", None),
    ]
    assert told(report) == [("vacatures.csv", 5, "contract", "CONTRADICTION")]


def test_birth_dates_names_and_uren_are_not_taken(tmp_path: Path) -> None:
    rows, report = people(
        "kandidaat_id;Naam;Geboortedatum;Uren;Telefoon\nk-1;Jansen;1-2-1980;36;0612345678\n", tmp_path
    )
    assert rows == [{"candidate_id": "k-1"}]
    why = {unused.source: unused.why for unused in report.files[0].unused}
    assert set(why) == {"Naam", "Geboortedatum", "Uren", "Telefoon"}
    assert "age in years" in why["Geboortedatum"] and "map it" in why["Uren"]


def test_rows_that_lost_or_gained_a_cell(tmp_path: Path) -> None:
    rows, report = people(
        'kandidaat_id;regio;leeftijd\na;x;30\nb;Hengelo\nc;x;31;7\nd;x;32;;\ne;"r\nf;y;33\ng";34\n', tmp_path
    )
    assert rows == [{"candidate_id": "a", "region": "x", "age": 30}, {"candidate_id": "d", "region": "x", "age": 32}]
    assert told(report) == [(P, 3, "", "TOO_FEW_CELLS"), (P, 4, "", "TOO_MANY_CELLS"), (P, 6, "", "BROKEN_QUOTE")]


def test_one_id_twice_also_over_two_files(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "in",
        {
            "kandidaten_1.csv": "kandidaat_id;leeftijd\na;30\nb;31\n",
            "kandidaten_2.csv": "kandidaat_id;postcode\n b ;7511\nc;7512\n",
        },
    )
    report, tables = imported(path)
    assert [row["candidate_id"] for row in tables["candidates"]] == ["a", "c"]
    assert told(report) == [
        ("kandidaten_1.csv", 3, "kandidaat_id", "DUPLICATE_ID"),
        ("kandidaten_2.csv", 2, "kandidaat_id", "DUPLICATE_ID"),
    ]


def test_lists_in_rows_of_their_own(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "in",
        {
            P: "kandidaat_id\na\nb\nc\n",
            "kandidaten_skills.csv": "kandidaat_id;skill\na;lassen, mig\na;frezen\nb;geen\nz;draaien\n",
            "kandidaten_talen.csv": "kandidaat_id;taal;niveau\na;nld;B1\na;Engels;2\n",
            "vacatures.csv": "vacature_id;aantal_plaatsen\nv;1\nw;1\n",
            "vacatures-dagdelen.csv": "vacature_id;dagdeel\nv;dag\nv;nacht\nw;ooit\n",
        },
    )
    report, tables = imported(path)
    assert [known(row) for row in tables["candidates"]] == [
        {"candidate_id": "a", "skills": ["lassen, mig", "frezen"]}
        | {"languages": [{"language": "nld", "level": "B1"}, {"language": "eng", "level": "A2"}]},
        {"candidate_id": "b", "skills": []},
        {"candidate_id": "c"},
    ]
    assert [known(row) for row in tables["vacancies"]] == [
        {"vacancy_id": "v", "openings": 1, "shifts": ["day", "night"]}
    ]
    assert ("kandidaten_skills.csv", 5, "kandidaat_id", "DANGLING_REFERENCE") in told(report)
    assert ("vacatures.csv", 3, "vacatures-dagdelen.csv", "UNKNOWN_CODE") in told(report)


def test_commas_in_lists_follow_the_file(tmp_path: Path) -> None:
    rows, report = people("kandidaat_id;skills\na;lassen, frezen\nb;lassen | frezen, grof\n", tmp_path)
    assert [row["skills"] for row in rows] == [["lassen", "frezen"], ["lassen", "frezen, grof"]]
    assert ("skills", "SPLIT_ON_COMMA") in steps(report)
    rows, report = people(
        'kandidaat_id,skills,rijbewijs\na,"lassen, frezen","B, C"\nb,"[""x"", ""y""]",\n', tmp_path / "2"
    )
    assert [known(row) for row in rows] == [
        {"candidate_id": "a", "licences": ["B", "C"]},
        {"candidate_id": "b", "skills": ["x", "y"]},
    ]
    assert told(report) == [(P, 2, "skills", "AMBIGUOUS_LIST")]


def test_pairs_vetoes_and_the_other_tables(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "in",
        {
            "kanten.csv": "kandidaat_id;vacature_id;loonwaarde;reistijd_min;p_duurzaam;veto;veto_reden\n"
            "k-1;v-1;45%;20;80%;nee;\nk-2;v-1;;;0,5;ja;ruzie\n",
            "werkgevers.csv": "werkgever_id;naam;preferent\nw1;Bakker;ja\n",
            "uitzendbureaus.csv": "uitlener_id;naam;toegelaten_tot\nu1;Snel Werk;31-12-2028\n",
            "gevoelig.csv": "kandidaat_id;beperkingen;blokkades\nk-1;tillen|staan;geen\n",
            "audit.csv": "kandidaat_id;geslacht;leeftijdsgroep;opleidingsachtergrond;Naam\nk-1;onbekend;27-45;x;Jan\n",
            "postcodes.csv": "postcode;lat;lon\n7511;52,2215;6,8937\n",
            "policy.toml": "[night]\nretry_days = 90\n",
            "lees mij.docx": b"x",
        },
    )
    report, tables = imported(path)
    assert [known(row) for row in tables["pairs"]] == [
        {"candidate_id": "k-1", "vacancy_id": "v-1", "loonwaarde_pct": 45.0, "travel_min": 20.0, "p_durable": 0.8},
        {"candidate_id": "k-2", "vacancy_id": "v-1", "p_durable": 0.5, "eligible": False, "reason": "ruzie"},
    ]
    assert tables["employers"] == [{"employer_id": "w1", "name": "Bakker", "preferred": True}]
    assert tables["agencies"][0]["admitted_until"] == dt.date(2028, 12, 31)
    assert tables["sensitive"] == [{"candidate_id": "k-1", "limitations": ["tillen", "staan"], "blockers": []}]
    assert tables["audit"] == [{"candidate_id": "k-1", "sex": None, "age_band": "27-45", "opleidingsachtergrond": "x"}]
    assert tables["places"] == [{"pc4": "7511", "lat": 52.2215, "lon": 6.8937}]
    assert (tmp_path / "in-bundle" / "policy.toml").read_text() == "[night]\nretry_days = 90\n"
    assert [(file.file, file.note) for file in report.files if file.file == "lees mij.docx"] == [
        ("lees mij.docx", "not CSV, Excel, JSON or Parquet")
    ]


def test_own_headings_and_own_words(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "in",
        {
            "lijst.csv": "Klantcode,Wijk,Soort,Postcode\nk-1,7511,vast werk,9999\n",
            "notities.csv": "a;b\n1;2\n",
            "import.toml": '[files]\n"lijst.csv" = "kandidaten"\n"notities.csv" = "skip"\n'
            '[columns.candidates]\n"klantcode" = "candidate_id"\n"Wijk" = "pc4"\n"soort" = "contracts"\n'
            '[values.candidates.contracts]\n"Vast werk" = "onbepaald"\n',
        },
    )
    (path / "kandidaten.csv").unlink()
    report, tables = imported(path)
    assert tables["candidates"] == [{"candidate_id": "k-1", "pc4": "7511", "contracts": ["onbepaald"]}]
    assert {(use.source, use.how) for use in report.files[0].columns} == {
        ("Klantcode", "[columns]"),
        ("Wijk", "[columns]"),
        ("Soort", "[columns]"),
    }
    assert ("Soort", "OWN_VALUE") in steps(report)
    assert report.files[0].unused[0].why == "the mapping takes pc4 from 'Wijk'"


def test_a_file_is_known_by_its_columns(tmp_path: Path) -> None:
    path = folder(tmp_path / "in", {"export (3).csv": "vacature_id;aantal_plaatsen;uurloon\nv;1;15\n"})
    (path / "vacatures.csv").unlink()
    _, tables = imported(path)
    assert tables["vacancies"] == [{"vacancy_id": "v", "openings": 1, "hourly_wage": 15.0}]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a file that could be anything": ({"data.csv": "x;y\n1;2\n"}, "data.csv is no table this program knows"),
    "two columns that mean the same": ({P: "kandidaat_id;pc4;Postcode\na;1;2\n"}, "both mean pc4"),
    "no id": ({P: "naam;leeftijd\nx;1\n"}, "no column for candidate_id"),
    "no openings": ({"vacatures.csv": "vacature_id;titel\nx;y\n"}, "no column for openings"),
    "BSN by name": ({P: "kandidaat_id;BSN\na;111222333\n"}, "BSN_LIKE"),
    "BSN by content": ({P: "kandidaat_id\n111222333\n123456782\n"}, "BSN_LIKE"),
    "BSN in a column nobody uses": (
        {P: "kandidaat_id;x\n" + "".join(f"k{at};123456782\n" for at in range(6))},
        "BSN_LIKE",
    ),
    "an old workbook": ({"kandidaten.xls": b"\xd0\xcf\x11\xe0"}, "an old Excel format"),
    "a protected workbook": ({"kandidaten.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"}, "protected by a password"),
    "no workbook": ({"kandidaten.xlsx": b"<html>"}, "is not a workbook"),
    "a workbook called CSV": ({P: b"PK\x03\x04rest"}, "not CSV but a workbook"),
    "UTF-16 without a mark": ({P: "kandidaat_id".encode("utf-16-le")}, "not text"),
    "UTF-32": ({P: "kandidaat_id".encode("utf-32")}, "UTF-32"),
    "bytes of nothing": ({P: b"kandidaat_id\n\x81\xff\n"}, "neither UTF-8 nor Windows-1252"),
    "a quote that never ends": ({P: 'kandidaat_id;regio\na;"x\nb;y\n'}, "quotation marks after row"),
    "an empty file": ({P: b""}, "is empty"),
    "no row left": ({P: "kandidaat_id\n?\n"}, "None of the 1 rows"),
    "damaged Parquet": ({"kandidaten.parquet": b"PAR1xxxxPAR1"}, "is damaged"),
    "JSON of no objects": ({"kandidaten.json": "[1, 2]"}, "holds no objects"),
    "a field twice": ({"kandidaten.json": '{"kandidaat_id": "a", "kandidaat_id": "b"}'}, "names a field twice"),
    "a mapping of a column that is not there": (
        {"import.toml": '[columns.candidates]\n"x" = "pc4"\n'},
        "which no file has",
    ),
    "a mapping to a column that is not there": (
        {"import.toml": '[columns.candidates]\n"x" = "pc5"\n'},
        "Did you mean 'pc4'",
    ),
    "a mapping that is no TOML": ({"import.toml": "x = ["}, "not valid TOML"),
    "no people": ({"kandidaten.docx": b"x"}, "No file holds candidates"),
    "a list twice": (
        {P: "kandidaat_id;skills\na;b\n", "kandidaten_skills.csv": "kandidaat_id;skill\na;c\n"},
        "both hold skills",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_folder_that_is_refused_as_a_whole(name: str, tmp_path: Path) -> None:
    files, text = REFUSED[name]
    path = folder(tmp_path / "in", files)
    with pytest.raises(InputError) as error:
        import_folder(path, tmp_path / "out")
    assert text in str(error.value)
    assert not (tmp_path / "out").exists()
    assert not any(word in str(error.value) for word in ("111222333", "123456782", "Jansen"))


def test_a_headerless_file_is_not_repeated(tmp_path: Path) -> None:
    path = folder(tmp_path / "in", {P: "Jan Jansen;123456782\nPiet;2\n"})
    with pytest.raises(MatcherError) as error:
        import_folder(path, tmp_path / "out")
    assert "does not look like headings" in str(error.value) and "Jansen" not in str(error.value)


def test_a_word_of_the_mapping_must_be_one_of_the_contract(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "in",
        {
            P: "kandidaat_id;contracten;arm;taal\na;los;proef;Duits\nb;los werk|vast;;\n",
            "import.toml": '[values.candidates.contracts]\n"los" = "oproep"\n"los werk" = "bestaat niet"\n'
            '[values.candidates.arm]\n"proef" = "treatment"\n[values.candidates.languages]\n"duits" = "deu:B1"\n',
        },
    )
    report, tables = imported(path)
    assert [known(row) for row in tables["candidates"]] == [
        {
            "candidate_id": "a",
            "contracts": ["oproep"],
            "arm": "treatment",
            "languages": [{"language": "deu", "level": "B1"}],
        },
        {"candidate_id": "b", "contracts": ["onbepaald"]},
    ]
    assert told(report) == [(P, 3, "contracten", "UNKNOWN_CODE")]


def test_sheets_of_coaches_and_resources_and_what_is_taken(tmp_path: Path) -> None:
    files = {
        "kandidaten.csv": "kandidaat_id;jobcoach_id;coach_uren;verbruik\nk-1;c-1;1,5;taalcursus: 1 | budget:500\nk-2;;;\n",
        "vacatures.csv": "vacature_id;aantal;baan_id\nv-1;2;j-1\n",
        "jobcoaches.csv": "jobcoach_id;uren per week\nc-1;20,5\nc-2;\n",
        "middelen.csv": "middel;capaciteit;minimum\ntaalcursus;10;2\nbudget;50000;\n",
        "werkgevers.csv": "werkgever_id;max_plaatsingen;max_met_begeleiding\ne-1;3;1\n",
    }
    report, tables = imported(folder(tmp_path / "in", files))
    assert told(report) == []
    assert known(tables["candidates"][0]) == {
        "candidate_id": "k-1",
        "coach_id": "c-1",
        "coach_hours": 1.5,
        "uses": [{"resource_id": "taalcursus", "amount": 1}, {"resource_id": "budget", "amount": 500}],
    }
    assert tables["coaches"] == [
        {"coach_id": "c-1", "hours_per_week": 20.5},
        {"coach_id": "c-2", "hours_per_week": None},
    ]
    assert [tuple(row.values()) for row in tables["resources"]] == [("taalcursus", 10, 2), ("budget", 50000, None)]
    assert tables["vacancies"][0]["job_id"] == "j-1"
    assert (tables["employers"][0]["max_placements"], tables["employers"][0]["max_supported"]) == (3, 1)


@pytest.mark.parametrize(
    ("name", "text", "match"),
    [
        ("middelen.csv", "middel;capaciteit\ntaal;veel\nbudget;3\n", "row 2, column capaciteit: NOT_A_NUMBER"),
        ("middelen.csv", "middel;capaciteit\ntaal;4\ntaal;\n", "row 2, column middel: DUPLICATE_ID"),
        ("coaches.csv", "coach_id;uren\n;12\nc-1;3\n", "row 2, column coach_id: MISSING_VALUE"),
        ("koppels.csv", "kandidaat;vacature;pin;waarde\nk-1;v-1;must;veel\nk-2;v-1;;3\n", "row 2, column waarde"),
    ],
)
def test_a_refused_row_that_limits_stops_the_import(name: str, text: str, match: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=match):
        imported(folder(tmp_path / "in", {name: text}))


def test_a_refused_row_that_limits_nothing_is_left_out(tmp_path: Path) -> None:
    report, tables = imported(folder(tmp_path / "in", {"middelen.csv": "middel;capaciteit\n;\nx;\nx;\ny;1\n"}))
    assert [row["resource_id"] for row in tables["resources"]] == ["y"]
    assert len(told(report)) >= 2
