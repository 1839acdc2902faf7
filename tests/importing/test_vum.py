"""VUM profiles of version 2 and 3 become rows, and every step that loses something is named."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from tests.importing.folders import folder, imported, jsonl, known, steps, told

PERSON_2: dict[str, Any] = {
    "idWerkzoekende": "w-1",
    "indicatieLdrRegistratie": 1,
    "persoonlijkePresentatie": "Ik werk graag buiten.",
    "bemiddelingsberoep": [
        {"beroepsnaamGecodeerd": {"codeBeroepsnaam": "4512", "omschrijvingBeroepsnaam": "Hovenier"}},
        {"beroepsnaamOngecodeerd": {"naamBeroepOngecodeerd": "bosarbeider"}},
    ],
    "sector": [{"codeSbi": 81300}],
    "contractvorm": [
        {"codeTypeArbeidscontract": "B", "codeTypeOvereenkomst": "01"},
        {"codeTypeOvereenkomst": "02"},
    ],
    "eisAanWerk": {"indicatieBegeleiding": 1, "indicatieAanpassingWerkomgeving": 0},
    "flexibiliteit": {
        "codeRegiostraal": 4,
        "indicatieOnregelmatigWerkOfPloegendienst": 2,
        "datumAanvangBeschikbaarVoorWerk": "2026-12-01",
        "datumEindeBeschikbaarVoorWerk": "2027-12-01",
    },
    "mobiliteit": {"bemiddelingspostcode": "7511AB", "maximaleReistijd": 45},
    "werktijden": {
        "aantalWerkurenPerWeekMinimaal": 16,
        "aantalWerkurenPerWeekMaximaal": 32,
        "indicatieKantoortijden": 0,
    },
    "vervoermiddel": [
        {"codeVervoermiddel": "3", "indicatieBeschikbaarVoorWoonWerkverkeer": 1},
        {"codeVervoermiddel": "1", "indicatieBeschikbaarVoorWoonWerkverkeer": 2},
        {"codeVervoermiddel": "4"},
        {"codeVervoermiddel": "9"},
    ],
    "arbeidsmarktkwalificatie": {
        "codeWerkEnDenkniveauWerkzoekende": 3,
        "vakvaardigheid": [{"omschrijving": "snoeien"}, {"omschrijving": "maaien"}],
        "taalbeheersing": [
            {"codeTaal": "nld", "codeNiveauTaalbeheersingMondeling": 3, "codeNiveauTaalbeheersingSchriftelijk": 2},
            {"codeTaal": "eng", "codeNiveauTaalbeheersingMondeling": 0, "codeNiveauTaalbeheersingLezen": 2},
            {"codeTaal": "tur", "codeNiveauTaalbeheersingMondeling": 8},
        ],
        "gedragscompetentie": [{"codeGedragscompetentie": 24104}],
        "interesse": [{"naamInteresse": "natuur"}],
        "rijbewijs": [{"codeSoortRijbewijs": "B"}, {"codeSoortRijbewijs": "BE"}],
        "cursus": [{"naamCursus": "VCA", "datumCertificaat": "2025-01-01"}, {"naamCursus": "HACCP"}],
        "opleiding": [{"codeNiveauOpleiding": 4, "indicatieDiploma": 1}],
        "werkervaring": [{"naamOrganisatie": "Groen BV"}],
    },
    "contactpersoon": [{"naamContactpersoonAfdeling": "P. Jansen", "telefoonnummer": "0612345678"}],
    "toestemmingTotDelenProfiel": True,
}
PERSON_3: dict[str, Any] = {
    "idWerkzoekende": "w-2",
    "mobiliteit": {"bemiddelingspostcode": "7512ZZ", "maximaleReisafstand": 20},
    "flexibiliteit": {"codeRegiostraal": 2, "indicatieOnregelmatigWerkOfPloegendienst": 1},
    "bemiddelingsberoep": [{"codeBeroepsnaam": "https://linkeddata.competentnl.nl/uwv/id/occupation/1"}],
    "arbeidsmarktkwalificatie": {
        "codeWerkEnDenkniveauWerkzoekende": 7,
        "competentiebeheersing": [{"codeCompetentie": "https://linkeddata.competentnl.nl/id/skill/9"}],
        "opleiding": [
            {"codeNiveauOpleiding": 4, "codeStatusOpleiding": 1},
            {"codeNiveauOpleiding": 6, "codeStatusOpleiding": 2},
        ],
        "cursus": [{"naamCursus": "VCA", "indicatieCertificaat": 1}],
    },
}
JOB_2: dict[str, Any] = {
    "idVacature": "v-1",
    "nummerVacature": "2026-1",
    "naamVacature": "Hovenier",
    "omschrijvingVacature": "Tuinen",
    "beroep": {"beroepsnaamGecodeerd": {"codeBeroepsnaam": "4512"}},
    "codeWerkEnDenkniveauMinimaal": "3",
    "contractvorm": [
        {"codeTypeArbeidscontract": "B", "codeTypeOvereenkomst": "01"},
        {"codeTypeArbeidscontract": "O", "codeTypeOvereenkomst": "01"},
    ],
    "arbeidsVoorwaarden": {
        "datumAanvangWerkzaamheden": "2026-12-01",
        "datumEindeWerkzaamheden": "2027-05-31",
        "salarisIndicatie": "15",
    },
    "werktijden": {"aantalWerkurenPerWeekMinimaal": 24, "aantalWerkurenPerWeekMaximaal": 36},
    "sector": {"codeSbi": "81300"},
    "cursus": [{"naamCursus": "VCA"}],
    "vakvaardigheid": [{"omschrijving": "snoeien"}],
    "gedragscompetentie": [{"codeGedragscompetentie": 24104}],
    "taalbeheersing": [{"codeTaal": "nld", "codeNiveauTaalbeheersingMondeling": 3}],
    "rijbewijs": [{"codeSoortRijbewijs": "B"}],
    "sluitingsdatumVacature": "2026-12-31",
    "werkgever": {
        "handelsnaamOrganisatie": "Groen BV",
        "nummerKvk": "12345678",
        "adresHouding": [{"adres": {"postcode": "7513AA", "huisnummer": 1}}],
        "contactpersoon": [{"emailadres": "x@y.nl"}],
    },
}
JOB_3: dict[str, Any] = {
    "idVacature": "v-2",
    "mobiliteit": {"bemiddelingspostcode": "7514AA"},
    "contractvorm": [{"codeTypeOvereenkomst": "03"}],
    "opleiding": [{"codeNiveauOpleiding": 4}, {"codeNiveauOpleiding": 2}],
    "competentiebeheersing": [{"codeCompetentie": "https://linkeddata.competentnl.nl/id/skill/9"}],
    "beroep": {"codeBeroepsnaam": "https://linkeddata.competentnl.nl/uwv/id/occupation/1"},
}


def test_both_versions(tmp_path: Path) -> None:
    report, tables = imported(
        folder(
            tmp_path / "in",
            {
                "werkzoekenden.jsonl": jsonl(PERSON_2, PERSON_3),
                "vacatures.json": json.dumps({"matches": [JOB_2, JOB_3], "meer": False}),
            },
        )
    )
    assert [known(row) for row in tables["candidates"]] == [
        {
            "candidate_id": "w-1",
            "pc4": "7511",
            "skills": ["snoeien", "maaien", "gedragscompetentie:24104"],
            "hours_min": 16.0,
            "hours_max": 32.0,
            "available_from": dt.date(2026, 12, 1),
            "available_until": dt.date(2027, 12, 1),
            "travel_max_km": 25.0,
            "travel_max_min": 45.0,
            "transport": ["bike", "car"],
            "licences": ["B", "BE"],
            "certificates": ["VCA"],
            "languages": [
                {"language": "nld", "level": "B1"},
                {"language": "eng", "level": "A2"},
                {"language": "tur", "level": None},
            ],
            "education_level": 3,
            "shifts": ["day"],
            "contracts": ["bepaald", "bbl"],
            "needs_support": True,
            "occupations_wanted": ["brc:4512", "bosarbeider"],
        },
        {
            "candidate_id": "w-2",
            "pc4": "7512",
            "skills": ["https://linkeddata.competentnl.nl/id/skill/9"],
            "travel_max_km": 20.0,
            "certificates": ["VCA"],
            "education_level": 4,
            "occupations_wanted": ["https://linkeddata.competentnl.nl/uwv/id/occupation/1"],
        },
    ]
    assert [known(row) for row in tables["vacancies"]] == [
        {
            "vacancy_id": "v-1",
            "openings": 1,
            "title": "Hovenier",
            "employer_id": "kvk:12345678",
            "occupation": "brc:4512",
            "sector": "81300",
            "pc4": "7513",
            "skills_essential": ["snoeien"],
            "skills_optional": ["gedragscompetentie:24104"],
            "hours_min": 24.0,
            "hours_max": 36.0,
            "start_date": dt.date(2026, 12, 1),
            "closing_date": dt.date(2026, 12, 31),
            "contract": "bepaald",
            "expected_weeks": 26.0,
            "licences": ["B"],
            "certificates": ["VCA"],
            "language_min": [{"language": "nld", "level": "B1"}],
            "education_min": 3,
        },
        {
            "vacancy_id": "v-2",
            "openings": 1,
            "occupation": "https://linkeddata.competentnl.nl/uwv/id/occupation/1",
            "pc4": "7514",
            "skills_optional": ["https://linkeddata.competentnl.nl/id/skill/9"],
            "contract": "vrijwillig",
            "education_min": 3,
        },
    ]
    assert told(report) == []
    assert {step for _, step in steps(report)} >= {
        "BEHAVIOUR", "BRC", "CONTRACT_SEVERAL", "CONTRACT_VUM", "COURSES", "EMPLOYER_ADDRESS", "END_TO_WEEKS", "INDICATION", "IRREGULAR",
        "KVK", "LEVEL_VUM", "MOTOR", "NOT_NEEDED", "ONE_OPENING", "ORAL_LEVEL", "POSTCODE_TO_4", "REGIOSTRAAL", "SCHOOLING",
        "TRANSPORT_NOT_TO_WORK", "TRANSPORT_OTHER",
    }  # fmt: skip
    unused = {one.source: one.why for file in report.files for one in file.unused}
    assert "not consent to be passed on" in unused["toestemmingTotDelenProfiel"]
    assert {"contactpersoon", "werkgever.handelsnaamOrganisatie", "arbeidsVoorwaarden.salarisIndicatie"} <= set(unused)
    assert "Jansen" not in json.dumps(report.document(), default=str)


def test_vum_leaves_as_headings_of_csv(tmp_path: Path) -> None:
    report, tables = imported(
        folder(
            tmp_path / "in",
            {
                "kandidaten.csv": "idWerkzoekende;codeRegiostraal;codeVervoermiddel;codeSoortRijbewijs;codeTypeArbeidscontract;"
                "codeNiveauOpleiding;eis_begeleiding;onregelmatig_ok\nw;4;1|3;B|BE;O;4;2;nee\nx;10;6;;Z;8;0;ja\n"
            },
        )
    )
    assert known(tables["candidates"][0]) == {
        "candidate_id": "w",
        "travel_max_km": 25.0,
        "transport": ["car", "bike"],
        "licences": ["B", "BE"],
        "education_level": 4,
        "shifts": ["day"],
        "contracts": ["onbepaald"],
        "needs_support": False,
    }
    assert [(p.row, p.column, p.code) for p in report.problems] == [
        (3, "codeNiveauOpleiding", "UNKNOWN_CODE"),
        (3, "codeRegiostraal", "UNKNOWN_CODE"),
        (3, "codeTypeArbeidscontract", "UNKNOWN_CODE"),
        (3, "codeVervoermiddel", "UNKNOWN_CODE"),
    ]


def test_a_vacancy_of_two_kinds_is_refused(tmp_path: Path) -> None:
    job = {**JOB_3, "contractvorm": [{"codeTypeOvereenkomst": "03"}, {"codeTypeOvereenkomst": "04"}]}
    report, tables = imported(folder(tmp_path / "in", {"vacatures.jsonl": jsonl(job, {**JOB_3, "idVacature": "v-3"})}))
    assert [row["vacancy_id"] for row in tables["vacancies"]] == ["v-3"]
    assert told(report) == [("vacatures.jsonl", 1, "contractvorm", "CONTRADICTION")]


def test_rows_of_our_own_in_json(tmp_path: Path) -> None:
    rows = [
        {
            "candidate_id": "007",
            "hours_max": 32.5,
            "skills": ["a, b"],
            "languages": [{"language": "nld", "level": "B1"}],
            "age": 30,
        },
        {"candidate_id": 8, "hours_max": 1e400, "skills": [], "age": 30.5},
        {"candidate_id": "k\ud800", "age": 30},
    ]
    report, tables = imported(folder(tmp_path / "in", {"kandidaten.json": json.dumps(rows)}))
    assert [known(row) for row in tables["candidates"]] == [
        {"candidate_id": "007", "hours_max": 32.5, "skills": ["a, b"], "age": 30}
        | {"languages": [{"language": "nld", "level": "B1"}]}
    ]
    assert [(p.row, p.code) for p in report.problems] == [(2, "NOT_INTEGER"), (2, "NOT_FINITE"), (3, "BAD_TEXT")]
