"""What people call the columns: Dutch headings, common human ones, and the leaves of VUM profiles."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from matcher.importing.catalogue import CATALOGUE
from matcher.importing.dutch import DUTCH_HEADINGS
from matcher.importing.names import squash

EXACT, DUTCH, VUM, OWN = "exact", "Dutch", "VUM", "[columns]"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a heading leads.

    Attributes
    ----------
    how
        By which list it was recognised: exact, Dutch, VUM or [columns].
    reader
        Name of a reader of its own; empty for the one of the column's kind.
    rank
        0 for the column itself; higher ones are used only in rows where the lower ones are empty (or add to a list).
    """

    column: str
    how: str
    reader: str = ""
    rank: int = 0


_SPECIAL: dict[str, dict[str, Target]] = {
    "candidates": {
        "taalniveau": Target("languages", DUTCH, "dutch_level"),
        "eis_begeleiding": Target("needs_support", DUTCH, "indication"),
        "bemiddelingspostcode": Target("pc4", VUM, rank=1),
        "onregelmatig_ok": Target("shifts", DUTCH, "irregular", 1),
        "idWerkzoekende": Target("candidate_id", VUM),
        "maximaleReisafstand": Target("travel_max_km", VUM),
        "maximaleReistijd": Target("travel_max_min", VUM),
        "codeRegiostraal": Target("travel_max_km", VUM, "regiostraal", 1),
        "indicatieOnregelmatigWerkOfPloegendienst": Target("shifts", VUM, "irregular_indication", 1),
        "indicatieKantoortijden": Target("shifts", VUM, "office_hours", 2),
        "datumAanvangBeschikbaarVoorWerk": Target("available_from", VUM),
        "datumEindeBeschikbaarVoorWerk": Target("available_until", VUM),
        "aantalWerkurenPerWeekMinimaal": Target("hours_min", VUM),
        "aantalWerkurenPerWeekMaximaal": Target("hours_max", VUM),
        "contractvorm": Target("contracts", VUM, "vum_contracts"),
        "codeTypeArbeidscontract": Target("contracts", VUM, rank=1),
        "vervoermiddel": Target("transport", VUM, "vum_transport"),
        "codeVervoermiddel": Target("transport", VUM, rank=1),
        "codeWerkEnDenkniveauWerkzoekende": Target("education_level", VUM, "work_level"),
        "codeWerkEnDenkniveau": Target("education_level", VUM, "work_level"),
        "codeNiveauOpleiding": Target("education_level", VUM, "school_level", 1),
        "opleiding": Target("education_level", VUM, "schooling", 1),
        "indicatieBegeleiding": Target("needs_support", VUM, "indication"),
        "taalbeheersing": Target("languages", VUM, "vum_languages"),
        "codeSoortRijbewijs": Target("licences", VUM),
        "rijbewijs": Target("licences", DUTCH, "vum_texts"),
        "cursus": Target("certificates", VUM, "courses"),
        "bemiddelingsberoep": Target("occupations_wanted", VUM, "occupations"),
        "vakvaardigheid": Target("skills", VUM, "vum_texts"),
        "competentiebeheersing": Target("skills", VUM, "vum_texts", 1),
        "gedragscompetentie": Target("skills", VUM, "behaviour", 2),
    },
    "vacancies": {
        "taalniveau": Target("language_min", DUTCH, "dutch_level"),
        "salaris": Target("hourly_wage", DUTCH, "salary"),
        "einde": Target("expected_weeks", DUTCH, "end_to_weeks", 1),
        "einddatum": Target("expected_weeks", DUTCH, "end_to_weeks", 1),
        "uitzendbeding": Target("contract", DUTCH, "uitzendbeding", 2),
        "overeenkomst": Target("contract", DUTCH, "overeenkomst", 1),
        "idVacature": Target("vacancy_id", VUM),
        "naamVacature": Target("title", VUM),
        "codeWerkEnDenkniveauMinimaal": Target("education_min", VUM, "work_level"),
        "codeNiveauOpleiding": Target("education_min", VUM, "school_level", 1),
        "opleiding": Target("education_min", VUM, "schooling_asked", 1),
        "contractvorm": Target("contract", VUM, "vum_contract"),
        "codeTypeArbeidscontract": Target("contract", VUM),
        "codeTypeOvereenkomst": Target("contract", VUM, "overeenkomst", 1),
        "datumAanvangWerkzaamheden": Target("start_date", VUM),
        "datumEindeWerkzaamheden": Target("expected_weeks", VUM, "end_to_weeks", 1),
        "aantalWerkurenPerWeekMinimaal": Target("hours_min", VUM),
        "aantalWerkurenPerWeekMaximaal": Target("hours_max", VUM),
        "codeSbi": Target("sector", VUM),
        "beroep": Target("occupation", VUM, "occupation"),
        "bemiddelingspostcode": Target("pc4", VUM),
        "werkgever.adresHouding": Target("pc4", VUM, "employer_address", 1),
        "werkgever.adres": Target("pc4", VUM, "employer_address", 1),
        "nummerKvk": Target("employer_id", VUM, "kvk", 1),
        "werkgever.nummerKvk": Target("employer_id", VUM, "kvk", 1),
        "taalbeheersing": Target("language_min", VUM, "vum_languages"),
        "codeSoortRijbewijs": Target("licences", VUM),
        "rijbewijs": Target("licences", DUTCH, "vum_texts"),
        "cursus": Target("certificates", VUM, "courses_asked"),
        "vakvaardigheid": Target("skills_essential", VUM, "vum_texts"),
        "competentiebeheersing": Target("skills_optional", VUM, "vum_texts"),
        "gedragscompetentie": Target("skills_optional", VUM, "behaviour", 1),
        "sluitingsdatumVacature": Target("closing_date", VUM),
    },
    "pairs": {"veto": Target("eligible", DUTCH, "veto", 1)},
}

AUDIT_GROUPS = {"geslacht": "sex", "leeftijdsgroep": "age_band", "leeftijdsklasse": "age_band", "herkomst": "origin"}

_IDENTITY = (
    "naam, voornaam, voornamen, achternaam, roepnaam, initialen, geboortedatum, geboortejaar, adres, straat, straatnaam, huisnummer, "
    "woonplaats, telefoon, telefoonnummer, mobiel, email, emailadres, nationaliteit, name, first_name, last_name, birth_date, "
    "date_of_birth, phone, address"
)
_BIRTH = "a date of birth is never used as an age: give the age in years (leeftijd) on the day of the run"
_TOWN = "the name of a town is not a postcode: give a postcode, or map it to pc4 if it holds one"
NOTES = {
    "geboortedatum": _BIRTH,
    "birthdate": _BIRTH,
    "dateofbirth": _BIRTH,
    "geboortejaar": "a year of birth is never used as an age: give the age in years (leeftijd) on the day of the run",
    "plaats": _TOWN,
    "standplaats": _TOWN,
    "belastbaarheid": "says what a person can do, and is not read as what they cannot",
    "klantmanagerid": "a klantmanager is not taken for the coach whose hours count; map it to coach_id if it is",
    "toestemmingtotdelenprofiel": "consent to share a VUM profile is not consent to be passed on to agencies; map it if it is",
    "salarisindicatie": "free text of unknown unit; map a column with euros an hour to hourly_wage",
    "uren": "one number of hours may be the least or the most; map it under [columns]",
    "urenperweek": "one number of hours may be the least or the most; map it under [columns]",
    "indicatieldrregistratie": "the doelgroepregister is not the same as the loonkostensubsidie target group; map it if it is",
    "codetypeovereenkomst": "without codeTypeArbeidscontract it does not say which contracts a person accepts",
}
"""By squashed heading: why it is not used, though one might expect it."""
IDENTITY = frozenset(squash(name) for name in _IDENTITY.split(","))
"""Headings that say who somebody is: never taken over by themselves, also not as a group of audit."""
BSN_NAMES = frozenset({"bsn", "burgerservicenummer", "sofinummer", "bsnnummer", "sofi"})


def _headings(table: str) -> Mapping[str, Target]:
    found = {squash(column.name): Target(column.name, EXACT) for column in CATALOGUE[table].columns}
    for column, names in DUTCH_HEADINGS.get(table, {}).items():
        for name in names.split(","):
            found.setdefault(squash(name), Target(column, DUTCH))
    for name, target in _SPECIAL.get(table, {}).items():
        # A column of the contract keeps its name; any other word may have been given a more exact meaning.
        if found.get(squash(name), target).how != EXACT:
            found[squash(name)] = target
    return MappingProxyType(found)


HEADINGS: Mapping[str, Mapping[str, Target]] = MappingProxyType({table: _headings(table) for table in CATALOGUE})
"""By table, then by squashed heading."""


def target_of(table: str, heading: str) -> Target | None:
    """Return where a heading leads; a path into a JSON profile is known as a whole, else by its last part."""
    known = HEADINGS[table]
    whole = known.get(squash(heading))
    if whole is not None or "." not in heading:
        return whole
    parts = heading.split(".")
    # What stands under the employer or a contact is about them, not about the person or the job.
    return None if parts[0] in ("werkgever", "contactpersoon") else known.get(squash(parts[-1]))


def known_anywhere(heading: str) -> bool:
    """Whether some table has a column of this name."""
    return any(target_of(table, heading) is not None for table in HEADINGS)


def note_on(heading: str) -> str | None:
    """Return why a heading that one might expect to be used is not."""
    return NOTES.get(squash(heading.rsplit(".", 1)[-1]))


def known_headings(table: str) -> Mapping[str, tuple[str, ...]]:
    """Return the headings that lead to each column of a table, as they are written here, its own name first."""
    found: dict[str, list[str]] = {column.name: [column.name] for column in CATALOGUE[table].columns}
    written = [name.strip() for names in DUTCH_HEADINGS.get(table, {}).values() for name in names.split(",")]
    for name in (*written, *_SPECIAL.get(table, {})):
        names = found[HEADINGS[table][squash(name)].column]
        if squash(name) not in map(squash, names):
            names.append(name)
    return MappingProxyType({column: tuple(names) for column, names in found.items()})
