"""What people bring: skills, licences, certificates, languages, schooling and the work they want."""

from typing import Final

import numpy as np
import pyarrow as pa

from matcher.sample.columns import Columns, flagged, levels, listed, values
from matcher.sample.draws import Floats, Ints, Rng, chance, flags, pick, pick_by
from matcher.sample.occupations import CERTIFICATES, LICENCES, Catalogue
from matcher.sample.population import People

# Shares that are on file. Education: 42 % missing in UWV's kandidatenverkenner (2019); the others are our own guess
# in that light.
EDUCATION_KNOWN: Final = 0.58
SKILLS_KNOWN: Final = 0.80
SKILLS_NONE: Final = 0.03
LICENCES_KNOWN: Final = 0.78
CERTIFICATES_KNOWN: Final = 0.62
LANGUAGES_KNOWN: Final = 0.72
WANTED_KNOWN: Final = 0.60

# Chance that somebody has a skill of an occupation on file; nearness to work adds to it. Nobody's list is complete.
OWN_ESSENTIAL: Final = 0.46
OWN_OPTIONAL: Final = 0.26
SECOND_ESSENTIAL: Final = 0.28
PER_NEARNESS: Final = 0.08

LICENCE_HELD: Final = (
    0.05,
    0.40,
    0.02,
    0.012,
    0.010,
)  # AM B BE C CE; a fifth of adults lacks B, on benefit far more (our own judgement)
CERTIFICATE_HELD: Final = (0.09, 0.08, 0.05, 0.05, 0.06, 0.008, 0.01)  # in the order of CERTIFICATES
CEFR: Final = ("A0", "A1", "A2", "B1", "B2", "C1", "C2")
LANGUAGES: Final = ("nld", "eng", "deu", "pol", "tur", "ara", "tir", "fas", "ukr")
# Level of Dutch by origin: one in five to one in three struggles with reading (our own judgement).
DUTCH_BY_ORIGIN: Final = (
    (0.00, 0.01, 0.04, 0.15, 0.30, 0.35, 0.15),
    (0.05, 0.18, 0.30, 0.27, 0.14, 0.05, 0.01),
    (0.05, 0.17, 0.30, 0.28, 0.14, 0.05, 0.01),
)
HOME_LANGUAGE_BY_ORIGIN: Final = (
    (0.97, 0.0, 0.03, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    (0.10, 0.05, 0.20, 0.40, 0.05, 0.0, 0.0, 0.0, 0.20),
    (0.12, 0.08, 0.0, 0.0, 0.25, 0.35, 0.10, 0.10, 0.0),
)
SPEAKS_ENGLISH: Final = 0.35
EDUCATION_SHARES: Final = (
    0.22,
    0.31,
    0.06,
    0.30,
    0.08,
    0.03,
)  # VUM 1 to 6; no open table for people on bijstand was found
WANTS_OWN_OCCUPATION: Final = 0.55
WANTED_DIGITS: Final = (0.10, 0.25, 0.25, 0.40)  # a wish is often a group: 1 to 4 digits of ISCO-08


def background(people: People, catalogue: Catalogue, rng: Rng) -> Columns:
    """The columns of one block of people."""
    n = people.size
    has_licence = people.on_file(rng, LICENCES_KNOWN)
    return {
        "skills": _skills(people, catalogue, rng),
        "licences": flagged(_with_trade(people, catalogue.licences, LICENCE_HELD, rng), LICENCES, has_licence),
        "certificates": flagged(
            _with_trade(people, catalogue.certificates, CERTIFICATE_HELD, rng),
            CERTIFICATES,
            people.on_file(rng, CERTIFICATES_KNOWN),
        ),
        "languages": _languages(people, rng),
        "education_level": values(pick(rng, n, EDUCATION_SHARES) + 1, pa.int8(), people.on_file(rng, EDUCATION_KNOWN)),
        "occupations_wanted": _wanted(people, catalogue, rng),
    }


def _skills(people: People, catalogue: Catalogue, rng: Rng) -> pa.Array:
    more = (PER_NEARNESS * people.nearness)[:, None]
    first, second = people.occupation, np.maximum(people.second_occupation, 0)
    has_second = (people.second_occupation >= 0)[:, None]
    parts = []
    for pool, base in (
        (catalogue.essential[first], OWN_ESSENTIAL),
        (catalogue.optional[first], OWN_OPTIONAL),
        (np.where(has_second, catalogue.essential[second], -1), SECOND_ESSENTIAL),
    ):
        parts.append(np.where(rng.random(pool.shape) < base + more, pool, -1))
    life = flags(rng, np.broadcast_to(catalogue.general_held, (people.size, catalogue.general.size)))
    parts.append(np.where(life, catalogue.general, -1))
    codes = np.concatenate(parts, axis=1)
    codes[chance(rng, people.size, SKILLS_NONE)] = -1
    return listed(codes, catalogue.skills, people.on_file(rng, SKILLS_KNOWN))


def _with_trade(
    people: People, asked: Floats, held: tuple[float, ...], rng: Rng
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Everybody's chance, or a better one where the own occupation usually asks it."""
    return flags(rng, np.maximum(np.array(held), 0.55 * asked[people.occupation]))


def _languages(people: People, rng: Rng) -> pa.Array:
    n = people.size
    matrix: Ints = np.full((n, len(LANGUAGES)), -1, dtype=np.int64)
    matrix[:, 1] = np.where(chance(rng, n, SPEAKS_ENGLISH), 1 + pick(rng, n, (0.30, 0.35, 0.25, 0.10)), -1)
    home = pick_by(rng, people.origin, HOME_LANGUAGE_BY_ORIGIN)
    matrix[np.arange(n), home] = CEFR.index("C2")
    dutch = pick_by(rng, people.origin, DUTCH_BY_ORIGIN)
    # Dutch as the home language is not always good Dutch: reading decides the level on file.
    matrix[:, 0] = np.where(home == 0, np.maximum(dutch, CEFR.index("A2")), dutch)
    return levels(matrix, LANGUAGES, CEFR, people.on_file(rng, LANGUAGES_KNOWN))


def _wanted(people: People, catalogue: Catalogue, rng: Rng) -> pa.Array:
    """One to three wishes: often the own occupation, by code or by a group of ISCO-08."""
    n, known = people.size, people.on_file(rng, WANTED_KNOWN)
    names = list(catalogue.code) + [isco[:digits] for digits in range(1, 5) for isco in catalogue.isco]
    count = len(catalogue.code)
    wishes: Ints = np.stack([pick(rng, n, catalogue.people) for _ in range(3)], axis=1)
    wishes[:, 0] = np.where(chance(rng, n, WANTS_OWN_OCCUPATION), people.occupation, wishes[:, 0])
    digits = np.stack([pick(rng, n, WANTED_DIGITS) for _ in range(3)], axis=1)
    # Four digits stand for the code of the catalogue itself: an ISCO-08 code, or the URI of ESCO.
    codes = np.where(digits == 3, wishes, wishes + count * (digits + 1))
    unique = {name: code for code, name in reversed(list(enumerate(names)))}
    codes = np.array([unique[name] for name in names], dtype=np.int64)[codes]
    codes[:, 1] = np.where(chance(rng, n, 0.5), codes[:, 1], -1)
    codes[:, 2] = np.where(chance(rng, n, 0.2), codes[:, 2], -1)
    return listed(codes, names, known)
