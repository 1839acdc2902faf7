"""The words people use for the closed lists of the contract. Squashed: no case, accents, spaces or hyphens."""

from collections.abc import Mapping
from types import MappingProxyType

from matcher.domain import codes
from matcher.importing.names import squash
from matcher.importing.troubles import Step

UNKNOWN = frozenset(
    {"", "onbekend", "n.v.t.", "n.v.t", "nvt", "-", "--", "–", "—", "?", "??", "null", "none", "nan", "n/a", "unknown"}
    | {"niet bekend", "niet van toepassing"}
)
"""Words that say that nothing is known; casefolded and trimmed."""
NONE = frozenset({"geen", "[]", "{}"})
"""Words in a list column that say: known to be none."""
EXCEL_ERRORS = frozenset(
    f"#{name}" for name in ("n/a", "n/b", "value!", "waarde!", "ref!", "verw!", "div/0!", "deel/0!", "name?", "naam?")
) | frozenset(f"#{name}!" for name in ("num", "getal", "null", "leeg"))
YES = frozenset({"ja", "j", "waar", "1", "true", "yes", "y"})
NO = frozenset({"nee", "n", "onwaar", "0", "false", "no"})


def _words(table: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({squash(word): code for code, line in table.items() for word in line.split(",")})


CODE_WORDS: Mapping[tuple[str, ...], Mapping[str, str]] = MappingProxyType(
    {
        codes.TRANSPORT: _words(
            {
                "walk": "lopen, lopend, te voet, wandelen",
                "bike": "fiets, fietsen, elektrische fiets, e-bike, 3",
                "moped": "bromfiets, brommer, snorfiets, scooter, 2",
                "public_transport": "ov, openbaar vervoer, bus, trein, 5",
                "car": "auto, eigen auto, motor, motorfiets, 1, 4",
            }
        ),
        codes.SHIFTS: _words(
            {
                "day": "dag, dagdienst, overdag",
                "evening": "avond, avonddienst",
                "night": "nacht, nachtdienst",
                "weekend": "weekeinde, weekenddienst",
            }
        ),
        codes.CONTRACTS: _words(
            {
                "onbepaald": "vast, vast contract, onbepaalde tijd, o",
                "bepaald": "tijdelijk, tijdelijk contract, bepaalde tijd, b",
                "uitzend_beding": "uitzendbeding, uitzend met uitzendbeding, uitzenden met uitzendbeding",
                "uitzend": "uitzenden, uitzendwerk, uitzendcontract, uitzendkracht",
                "detachering": "gedetacheerd, detacheren",
                "payroll": "payrolling",
                "oproep": "oproepcontract, nulurencontract, nul uren, 0-uren, 0-urencontract",
                "bbl": "leerbaan, leerwerkplek, leerwerkbaan",
                "proefplaatsing": "proefplaats",
                "werkervaringsplaats": "wep, werkervaringsplek",
                "klimopbaan": "klimop",
                "vrijwillig": "vrijwilligerswerk, vrijwilliger",
                "beschut": "beschut werk",
            }
        ),
        codes.LANES: _words(
            {
                "regular": "regulier",
                "supported": "met steun, steun, begeleid",
                "training": "leer, leren, leerwerk",
                "activation": "activering",
            }
        ),
        codes.ARMS: _words({"treatment": "behandeld, behandeling", "control": "controle, controlegroep"}),
        codes.PINS: _words({"forbid": "verbied, verboden, verbod", "must": "verplicht, moet"}),
        codes.STATUSES: _words(
            {
                "proposed": "voorgesteld, voorgedragen, in behandeling, loopt, loopt nog, nog geen antwoord, uitgenodigd, op gesprek, "
                "open, pending, invited, submitted",
                "accepted": "geaccepteerd, aangenomen, aanvaard, akkoord, contract getekend, geplaatst, aangenomen door werkgever, hired, "
                "placed",
                "started": "gestart, begonnen, aan het werk, in dienst, werkt, werkzaam, at work",
                "ended": "beeindigd, geeindigd, gestopt, afgelopen, uit dienst, contract afgelopen, stopped, finished",
                "declined_candidate": "afgewezen door kandidaat, afgewezen kandidaat, kandidaat wijst af, kandidaat wil niet, "
                "kandidaat weigert, geweigerd door kandidaat, kandidaat trekt zich terug, teruggetrokken door kandidaat, "
                "kandidaat heeft geen interesse, declined by candidate, candidate declined, candidate withdrew",
                "declined_employer": "afgewezen door werkgever, afgewezen werkgever, werkgever wijst af, werkgever wil niet, "
                "werkgever weigert, geweigerd door werkgever, werkgever kiest ander, werkgever kiest iemand anders, "
                "declined by employer, employer declined, rejected by employer",
            }
        ),
    }
)
"""By closed list: squashed word to code."""
NAMED_WORDS = MappingProxyType({"motor": Step.MOTOR, "motorfiets": Step.MOTOR, "4": Step.MOTOR})
LEFT_OUT: Mapping[tuple[tuple[str, ...], str], Step] = MappingProxyType(
    {(codes.TRANSPORT, "9"): Step.TRANSPORT_OTHER, (codes.TRANSPORT, "anders"): Step.TRANSPORT_OTHER}
)
"""Elements of a list that the contract has no code for and that a VUM code says to be 'other'."""

AGREEMENTS: Mapping[str, str] = MappingProxyType(
    {"01": "", "1": "", "reguliere vacature": "", "regulier": "", "reguliervacature": ""}
    | {
        "02": "bbl",
        "2": "bbl",
        "03": "vrijwillig",
        "3": "vrijwillig",
        "04": "werkervaringsplaats",
        "4": "werkervaringsplaats",
    }
)
"""VUM typeOvereenkomst to contract; empty: an ordinary job, so the type of contract decides."""

EDUCATION: Mapping[str, int] = MappingProxyType(
    {
        squash(word): level
        for level, line in {
            1: "geen basisopleiding, geen opleiding",
            2: "basisniveau, basisonderwijs, basisschool, lagere school",
            3: "vmbo, mavo, lbo, vbo",
            4: "mbo, havo, vwo, havo/vwo, mbo/havo/vwo, mbo 1, mbo 2, mbo 3, mbo 4",
            5: "hbo, hbo/bachelor, bachelor",
            6: "wo, wo/master, universiteit, master",
        }.items()
        for word in line.split(",")
    }
)
SCHOOL_LEVELS: Mapping[str, int | None] = MappingProxyType({"1": 2, "2": 3, "3": 4, "4": 4, "5": 5, "6": 6, "9": None})
REGIOSTRAAL_KM = MappingProxyType(
    {"1": 5.0, "2": 10.0, "3": 15.0, "4": 25.0, "5": 50.0, "6": 75.0, "7": 100.0, "8": 125.0, "9": 150.0}
)

LANGUAGES: Mapping[str, str] = MappingProxyType(
    {
        squash(name): code
        for code, line in {
            "nld": "nl, nederlands, dutch",
            "eng": "en, engels, english",
            "deu": "de, duits, ger",
            "fra": "fr, frans",
            "fry": "fries",
            "spa": "es, spaans",
            "por": "pt, portugees",
            "ita": "it, italiaans",
            "pol": "pl, pools",
            "ron": "ro, roemeens",
            "bul": "bg, bulgaars",
            "hun": "hu, hongaars",
            "rus": "ru, russisch",
            "ukr": "uk, oekraiens",
            "tur": "tr, turks",
            "ara": "ar, arabisch",
            "kur": "ku, koerdisch",
            "fas": "fa, farsi, perzisch",
            "prs": "dari",
            "pus": "ps, pasjtoe",
            "som": "so, somalisch",
            "tir": "ti, tigrinya",
            "amh": "am, amhaars",
            "pap": "papiaments, papiamento",
            "zho": "zh, chinees, mandarijn",
        }.items()
        for name in line.split(",")
    }
)
LEVELS: Mapping[str, tuple[str, Step]] = MappingProxyType(
    {
        "1": ("A0", Step.LEVEL_VUM),
        "2": ("A2", Step.LEVEL_VUM),
        "3": ("B1", Step.LEVEL_VUM),
        "4": ("C1", Step.LEVEL_VUM),
        "geen": ("A0", Step.LEVEL_VUM),
        "redelijk": ("A2", Step.LEVEL_VUM),
        "goed": ("B1", Step.LEVEL_VUM),
        "uitstekend": ("C1", Step.LEVEL_VUM),
        "1f": ("A2", Step.LEVEL_WORD),
        "2f": ("B1", Step.LEVEL_WORD),
        "nt2i": ("B1", Step.LEVEL_WORD),
        "nt2ii": ("B2", Step.LEVEL_WORD),
        "moedertaal": ("C2", Step.LEVEL_WORD),
    }
)
"""Squashed word for a language level to CEFR, and the rule that says so. 0 and 8 of VUM are unknown."""
LEVELS_UNKNOWN = frozenset({"0", "8", "onbekend"})
