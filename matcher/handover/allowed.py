"""The allow-list: which column may reach whom, and from which stage on. What does not stand here never leaves.

It follows the mapping of columns to VUM and SETU messages: profile and availability with an offer, what needs the person's own word
after that, address and distance after the placement, and health, means and prospects never. Columns of ``answer`` leave empty: they
are for the recipient to fill in, and `matcher record` reads them when they come back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Recipient(StrEnum):
    """Who opens the files."""

    AGENCY = "agency"
    MUNICIPALITY = "municipality"


class Stage(StrEnum):
    """How far a proposal has come; every stage allows what the ones before it do."""

    OFFER = "offer"  # proposed, and nobody has answered
    AGREED = "agreed"  # the person agreed to this proposal
    ASSIGNED = "assigned"  # the work has started


class Sheet(StrEnum):
    """The tables that are handed over, by the names of their files."""

    PROPOSALS = "voordrachten"
    OPEN = "openstaand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column that may leave.

    Attributes
    ----------
    name
        In Parquet and JSON.
    heading, meaning
        In Dutch: above the column in workbook and CSV, and what the workbook and the reference say about it.
    source
        ``table.column`` of the bundle, of ``plan`` or ``shortlist``, or of ``answer``: empty, to be filled in.
    agency, municipality
        The first stage at which this recipient may have it; None: never.
    sheets
        The tables it stands in.
    """

    name: str
    heading: str
    meaning: str
    source: str
    agency: Stage | None = Stage.OFFER
    municipality: Stage | None = Stage.OFFER
    sheets: tuple[Sheet, ...] = (Sheet.PROPOSALS, Sheet.OPEN)

    def since(self, recipient: Recipient) -> Stage | None:
        """The first stage at which a recipient may have it; None: never."""
        return self.agency if recipient is Recipient.AGENCY else self.municipality

    @property
    def table(self) -> str:
        """The table it comes from."""
        return self.source.split(".")[0]

    @property
    def column(self) -> str:
        """The column there."""
        return self.source.split(".")[1]


ANSWER = "answer"
"""The table of columns that leave empty and come back filled in."""
_ONLY_OPEN = (Sheet.OPEN,)
_ONLY_PROPOSALS = (Sheet.PROPOSALS,)


def _field(name: str, heading: str, source: str, meaning: str, *sheets: Sheet) -> Field:
    return Field(
        name=name,
        heading=heading,
        meaning=meaning,
        source=source if "." in source else f"{source}.{name}",
        sheets=sheets or (Sheet.PROPOSALS, Sheet.OPEN),
    )


FIELDS: tuple[Field, ...] = (
    _field("vacancy_id", "Vacature", "plan", "uw nummer van de vacature"),
    _field("title", "Functie", "vacancies", "naam van de functie"),
    _field("employer_name", "Werkgever", "employers.name", "naam van de werkgever"),
    _field("openings", "Plaatsen", "plan", "gevraagde mensen", Sheet.OPEN),
    _field("open", "Nog open", "plan", "plaatsen zonder voordracht", Sheet.OPEN),
    _field("start_date", "Start", "vacancies", "eerste werkdag"),
    _field("closing_date", "Sluit op", "vacancies", "laatste dag om iemand voor te dragen", Sheet.OPEN),
    _field("contract", "Contract", "vacancies", "soort contract"),
    _field("place", "Volgorde", "shortlist", "volgorde op de reservelijst; leeg: niemand in beeld", Sheet.OPEN),
    _field("candidate_id", "Kandidaat", "plan", "pseudoniem van de persoon"),
    _field("status", "Status", ANSWER, "in te vullen: wat er van het voorstel is geworden; leeg: nog niets"),
    _field("status_date", "Datum", ANSWER, "in te vullen: dag waarop dat zo werd; bij gestart de eerste werkdag"),
    _field("remark", "Opmerking", ANSWER, "in te vullen, voor mensen; geen gezondheid, geen namen"),
    _field(
        "proposed_for",
        "Al voorgedragen voor",
        "shortlist",
        "uw vacature waarvoor deze persoon al is voorgedragen",
        Sheet.OPEN,
    ),
    _field("hours_week", "Uren per week", "plan", "uren per week die beiden passen", Sheet.PROPOSALS),
    _field("to_arrange", "Te regelen", "plan", "gevraagde certificaten die nog gehaald of aangetoond moeten worden"),
    _field("hours_min", "Uren vanaf", "candidates", "minste uren per week"),
    _field("hours_max", "Uren tot", "candidates", "meeste uren per week"),
    _field("available_from", "Beschikbaar vanaf", "candidates", "eerste dag"),
    _field("available_until", "Beschikbaar tot", "candidates", "laatste dag"),
    _field("shifts", "Diensten", "candidates", "diensten die de persoon kan werken"),
    _field("travel_max_km", "Reist tot (km)", "candidates", "eigen grens, enkele reis"),
    _field("travel_max_min", "Reist tot (min)", "candidates", "eigen grens, enkele reis"),
    _field("licences", "Rijbewijzen", "candidates", "rijbewijzen"),
    _field("certificates", "Certificaten", "candidates", "behaalde certificaten"),
    _field("languages", "Talen", "candidates", "taal (ISO 639-3) en niveau (ERK)"),
    _field("education_level", "Niveau", "candidates", "werk- en denkniveau, VUM 1-6"),
    _field("occupations_wanted", "Gezocht werk", "candidates", "gewenste beroepen"),
    _field("skills", "Vaardigheden", "candidates", "vaardigheden, ook uit levenservaring"),
    Field(
        name="to_check",
        heading="Nog na te gaan",
        meaning="regels die niet te toetsen waren omdat een gegeven ontbreekt",
        source="plan.to_check",
        agency=None,
        sheets=_ONLY_PROPOSALS,
    ),
    Field(
        name="needs_support",
        heading="Begeleiding nodig",
        meaning="begeleiding op het werk is nodig",
        source="candidates.needs_support",
        agency=Stage.AGREED,
        municipality=Stage.AGREED,
    ),
    Field(
        name="lks_eligible",
        heading="Doelgroep loonkostensubsidie",
        meaning="hoort tot de doelgroep",
        source="candidates.lks_eligible",
        agency=Stage.AGREED,
        municipality=Stage.AGREED,
    ),
    Field(
        name="travel_km",
        heading="Reisafstand (km)",
        meaning="afstand over de weg",
        source="plan.travel_km",
        agency=Stage.ASSIGNED,
        municipality=Stage.OFFER,
        sheets=_ONLY_PROPOSALS,
    ),
    Field(
        name="pc4",
        heading="Postcode",
        meaning="vier cijfers van de woonplaats",
        source="candidates.pc4",
        agency=Stage.ASSIGNED,
        municipality=Stage.ASSIGNED,
    ),
)
"""Every column that may leave, in the order in which it is handed over."""

WITHHELD: Mapping[str, str] = MappingProxyType(
    {
        "candidates.loonwaarde_pct": "wat iemand kan verdienen is geen zaak van een bemiddelaar; subsidie regelt de gemeente",
        "candidates.limitations": "gezondheid (AVG art. 9)",
        "candidates.blockers": "schulden, zorg, huisvesting, gezondheid",
        "candidates.ladder_step": "oordeel van de klantmanager",
        "candidates.ladder_potential": "oordeel van de klantmanager",
        "candidates.motivation": "oordeel van de klantmanager",
        "candidates.months_on_benefit": "zegt niets over het werk en kleurt de blik",
        "candidates.age": "alleen voor de jeugdregels; leeftijd mag niet meewegen",
        "candidates.arm": "proefopzet",
        "candidates.priority": "beleid van de gemeente",
        "candidates.p_alone": "verwachting van de gemeente",
        "candidates.coach_id": "medewerker van de gemeente",
        "candidates.agency_id": "wie iemand nog meer kent",
        "candidates.share_agencies": "met wie iemand nog meer deelt",
        "sensitive.limitations": "gezondheid (AVG art. 9)",
        "sensitive.blockers": "schulden, zorg, huisvesting, gezondheid",
        "assignments.p_durable": "een voorspelling over een persoon",
        "assignments.p_start": "een voorspelling over een persoon",
        "assignments.points": "rekenwaarde van de gemeente",
        "assignments.vacancy_price": "rekenwaarde van de gemeente",
        "assignments.rank": "verraadt wat er elders voor de persoon is",
        "assignments.alternatives": "vacatures van anderen",
        "assignments.loonwaarde_pct": "als bij candidates",
        "assignments.lks_eur_month": "volgt uit de loonwaarde",
        "assignments.lks_basis": "volgt uit de loonwaarde",
        "assignments.lane": "volgt uit de trede",
        "pairs.reason": "vrije tekst over een persoon",
    }
)
"""Why some columns never leave; of all others that are not in `FIELDS`, because nobody needs them to propose somebody."""

_ORDER = tuple(Stage)


def allowed(sheet: Sheet, recipient: Recipient, stage: Stage = Stage.OFFER) -> tuple[Field, ...]:
    """The columns of a table that a recipient may have at a stage, in their order."""
    found = []
    for field in FIELDS:
        since = field.since(recipient)
        if sheet in field.sheets and since is not None and _ORDER.index(since) <= _ORDER.index(stage):
            found.append(field)
    return tuple(found)
