"""What people call the columns: Dutch headings, common human ones, and the leaves of VUM profiles."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from matcher.importing.catalogue import CATALOGUE
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


_DUTCH: dict[str, dict[str, str]] = {
    "candidates": {
        "candidate_id": "kandidaat_id, kandidaat, kandidaatnummer, werkzoekende_id, klant_id, pseudoniem",
        "pc4": "postcode4, postcode, woonpostcode, pc",
        "lat": "latitude, breedtegraad",
        "lon": "longitude, lengtegraad, lng",
        "skills": "skill, vaardigheden, competenties",
        "loonwaarde_pct": "loonwaarde_prior, loonwaarde, loonwaarde_percentage",
        "lks_eligible": "lks_doelgroep, doelgroep_lks, loonkostensubsidie",
        "ladder_step": "trede, participatieladder, trede_participatieladder",
        "ladder_potential": "groeipotentieel, trede_potentieel",
        "hours_min": "uren_min, min_uren, uren_minimaal, uren_per_week_min",
        "hours_max": "uren_max, max_uren, uren_maximaal, uren_per_week_max",
        "available_from": "beschikbaar_van, beschikbaar_vanaf",
        "available_until": "beschikbaar_tot, beschikbaar_tot_en_met",
        "travel_max_km": "max_reisafstand_km, max_reisafstand, reisafstand_max_km",
        "travel_max_min": "max_reistijd_min, max_reistijd, reistijd_max_min",
        "transport": "vervoer, vervoermiddelen",
        "licences": "licenses, rijbewijs, rijbewijzen",
        "certificates": "certificaten, certificaat",
        "languages": "taal, talen, language",
        "education_level": "niveau, opleidingsniveau, werk_en_denkniveau",
        "age": "leeftijd",
        "shifts": "dagdelen, diensten",
        "contracts": "contract_ok, contracten, contractvormen",
        "limitations": "beperkingen",
        "blockers": "blokkades, belemmeringen",
        "needs_support": "begeleiding_nodig",
        "arm": "trial_arm, groep_proef",
        "coach_hours": "coach_uren, begeleidingsuren",
        "coach_id": "jobcoach_id",
        "agency_id": "uitlener_id, uitzendbureau_id",
        "region": "arbeidsmarktregio, regio",
        "motivation": "motivatie",
        "months_on_benefit": "duur_uitkering_mnd, maanden_uitkering, uitkeringsduur_maanden",
        "occupations_wanted": "beroepen, gewenste_beroepen",
        "consent": "toestemming",
        "share_agencies": "delen_met_uitzendbureaus, delen_met, uitzendbureaus, uitleners",
        "priority": "prioriteit",
        "p_alone": "p_zelf",
        "uses": "gebruikt",
    },
    "vacancies": {
        "vacancy_id": "vacature_id, vacaturenummer, vacature",
        "openings": "aantal_plaatsen, plaatsen, aantal",
        "openings_min": "aantal_plaatsen_min, minimaal_aantal_plaatsen",
        "title": "titel, functie, functienaam, vacaturetitel",
        "employer_id": "werkgever_id",
        "agency_id": "uitlener_id, uitzendbureau_id",
        "job_id": "baan_id",
        "occupation": "beroep, beroepscode",
        "sector": "sector_sbi, sbi",
        "growth_sector": "groeisector",
        "pc4": "postcode4, postcode, postcode_werk, werkpostcode, pc",
        "lat": "latitude, breedtegraad",
        "lon": "longitude, lengtegraad, lng",
        "skills_essential": "eisen_hard, skills_vereist, vereiste_skills, skills",
        "skills_optional": "eisen_zacht, skills_gewenst, gewenste_skills",
        "loonwaarde_min_pct": "loonwaarde_min, minimale_loonwaarde",
        "lks_accepted": "lks_mogelijk, lks_geaccepteerd, loonkostensubsidie_mogelijk",
        "hours_min": "uren_min, min_uren, uren_minimaal, uren_per_week_min",
        "hours_max": "uren_max, max_uren, uren_maximaal, uren_per_week_max",
        "start_date": "start, startdatum, ingangsdatum",
        "closing_date": "sluitingsdatum",
        "contract": "contractvorm, soort_contract, contractsoort",
        "expected_weeks": "verwachte_weken",
        "hourly_wage": "uurloon, bruto_uurloon",
        "shifts": "dagdelen, diensten",
        "licences": "licenses, rijbewijs, rijbewijzen",
        "certificates": "certificaten, certificaat",
        "loads": "belasting, belastingen",
        "language_min": "taal, talen, taaleis, language",
        "education_min": "niveau, opleidingsniveau, niveau_min, werk_en_denkniveau",
        "support_available": "begeleiding, begeleiding_beschikbaar",
        "support_hours": "begeleiding_capaciteit_uren, begeleiding_uren",
        "lane": "spoor",
        "preferred": "preferent",
        "sroi_contract_id": "sroi_contract",
        "uses": "gebruikt",
    },
    "pairs": {
        "candidate_id": "kandidaat_id, kandidaat, idWerkzoekende",
        "vacancy_id": "vacature_id, vacature, idVacature",
        "loonwaarde_pct": "loonwaarde",
        "travel_min": "reistijd_min, reistijd",
        "travel_km": "reisafstand_km, reisafstand",
        "p_durable": "p_duurzaam",
        "value": "waarde, punten",
        "eligible": "geschikt",
        "reason": "veto_reden, reden",
        "trial_done": "proefplaatsing_gedaan",
        "uses": "gebruikt",
    },
    "places": {
        "pc4": "postcode4, postcode, pc",
        "lat": "latitude, breedtegraad",
        "lon": "longitude, lengtegraad, lng",
    },
    "employers": {
        "employer_id": "werkgever_id, werkgever",
        "name": "naam, werkgever_naam",
        "preferred": "preferent",
        "max_placements": "max_plaatsingen",
        "max_supported": "max_met_begeleiding",
    },
    "agencies": {
        "agency_id": "uitlener_id, uitzendbureau_id, uitlener, uitzendbureau",
        "name": "naam, uitzendbureau_naam, uitlener_naam",
        "max_placements": "max_plaatsingen",
        "admitted_until": "toegelaten_tot",
    },
    "sensitive": {
        "candidate_id": "kandidaat_id, kandidaat",
        "limitations": "beperkingen",
        "blockers": "blokkades, belemmeringen",
    },
    "audit": {"candidate_id": "kandidaat_id, kandidaat"},
    "coaches": {"coach_id": "coach, jobcoach_id", "hours_per_week": "uren_per_week, uren"},
    "resources": {
        "resource_id": "instrument, middel, middel_id",
        "capacity": "capaciteit",
        "minimum": "min",
    },
    "previous": {
        "candidate_id": "kandidaat_id, kandidaat",
        "vacancy_id": "vacature_id, vacature",
        "status_date": "datum, status_datum, datum_status",
    },
}

_SPECIAL: dict[str, dict[str, Target]] = {
    "candidates": {
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
_NOTES = {
    "geboortedatum": "a date of birth is not an age: give the age in years (leeftijd) on the day of the run",
    "geboortejaar": "a year of birth is not an age: give the age in years (leeftijd) on the day of the run",
    "belastbaarheid": "says what a person can do; limitations are what they cannot: map it under [columns] only if it lists limits",
    "klantmanagerid": "a klantmanager is not taken for the coach whose hours count; map it to coach_id if it is",
    "toestemmingtotdelenprofiel": "consent to share a VUM profile is not consent to be passed on to agencies; map it if it is",
    "salarisindicatie": "free text of unknown unit; map a column with euros an hour to hourly_wage",
    "uren": "one number of hours may be the least or the most; map it under [columns]",
    "urenperweek": "one number of hours may be the least or the most; map it under [columns]",
    "indicatieldrregistratie": "registration in the doelgroepregister is not the same as the loonkostensubsidie target group; map it if it is",
    "codetypeovereenkomst": "without codeTypeArbeidscontract it does not say which contracts a person accepts",
}
IDENTITY = frozenset(squash(name) for name in _IDENTITY.split(","))
"""Headings that say who somebody is: never taken over by themselves, also not as a group of audit."""
BSN_NAMES = frozenset({"bsn", "burgerservicenummer", "sofinummer", "bsnnummer", "sofi"})


def _headings(table: str) -> Mapping[str, Target]:
    found = {squash(column.name): Target(column.name, EXACT) for column in CATALOGUE[table].columns}
    for column, names in _DUTCH.get(table, {}).items():
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
    return _NOTES.get(squash(heading.rsplit(".", 1)[-1]))
