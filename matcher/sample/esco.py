"""The same occupations in the words of ESCO: URIs for occupations and skills, from a folder of ESCO tables."""

from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from matcher.sample.draws import Ints
from matcher.sample.occupations import Catalogue, packaged_catalogue, padded

VARIANTS: Final = 3  # ESCO occupations taken per ISCO-08 code, at most
ESSENTIAL: Final = 14  # skills taken per occupation, at most; the most shared ones come first
OPTIONAL: Final = 8
GENERAL: Final = 21  # as many as the packaged list of general skills
TABLES: Final = {
    "occupations": ("occupation_id", "uri", "isco08", "label_en", "label_nl"),
    "skills": ("skill_id", "uri"),
    "occupation_skills": ("occupation_id", "skill_id", "essential"),
}


def esco_catalogue(folder: Path) -> Catalogue:
    """The packaged occupations, each replaced by up to three ESCO occupations of its ISCO-08 code.

    Raises
    ------
    ValueError
        When a table or column is missing, or none of the codes occurs.
    """
    occupations, skills, relations = (_read(folder, name) for name in TABLES)
    own = packaged_catalogue()
    uri = dict(zip(occupations["occupation_id"].to_pylist(), occupations["uri"].to_pylist(), strict=True))
    english, dutch = occupations["label_en"].to_pylist(), occupations["label_nl"].to_pylist()
    label = dict(zip(uri, (nl or en for nl, en in zip(dutch, english, strict=True)), strict=True))
    by_isco: dict[str, list[int]] = {}
    for key, isco in sorted(zip(uri, occupations["isco08"].to_pylist(), strict=True)):
        by_isco.setdefault(isco, []).append(key)
    # An evenly spread choice, and not the first three by URI, so that one branch of a code does not crowd out the rest.
    chosen = [(row, key) for row, isco in enumerate(own.isco) for key in _spread(by_isco.get(isco, []))]
    if not chosen:
        raise ValueError(
            f"No ISCO-08 code of the sample occurs in the occupations of {folder.name}; isco08 needs four digits."
        )
    source = np.array([row for row, _ in chosen], dtype=np.int64)
    share = 1.0 / np.bincount(source, minlength=len(own.isco))[source]

    wanted = {key for _, key in chosen}
    linked = [
        (o, s, e)
        for o, s, e in zip(*(relations[name].to_pylist() for name in TABLES["occupation_skills"]), strict=True)
        if o in wanted
    ]
    spread_of: dict[int, int] = {}
    for _, skill, _ in linked:
        spread_of[skill] = spread_of.get(skill, 0) + 1
    common = sorted(spread_of, key=lambda skill: (-spread_of[skill], skill))
    number = {skill: code for code, skill in enumerate(common)}
    skill_uri = dict(zip(skills["skill_id"].to_pylist(), skills["uri"].to_pylist(), strict=True))

    def of(key: int, essential: bool, most: int) -> list[int]:
        return sorted(number[s] for o, s, e in linked if o == key and e is essential)[:most]

    own_rows: dict[str, Any] = {
        field.name: _take(getattr(own, field.name), source) for field in fields(own) if _per_row(field.name)
    }
    for weight in ("work", "people", "training", "activation"):
        own_rows[weight] = own_rows[weight] * share
    own_rows |= {
        "code": tuple(uri[key] for _, key in chosen),
        "title": tuple(label[key] for _, key in chosen),
        "essential": padded([of(key, True, ESSENTIAL) for _, key in chosen]),
        "optional": padded([of(key, False, OPTIONAL) for _, key in chosen]),
    }
    general = np.arange(min(GENERAL, len(common)), dtype=np.int64)
    held = np.sort(own.general_held)[::-1][: general.size]
    return Catalogue(**own_rows, skills=tuple(skill_uri[skill] for skill in common), general=general, general_held=held)


def _per_row(column: str) -> bool:
    return column not in ("skills", "general", "general_held")


def _take(values: Any, rows: Ints) -> Any:
    return values[rows] if isinstance(values, np.ndarray) else tuple(values[row] for row in rows)


def _spread(keys: list[int]) -> list[int]:
    if len(keys) <= VARIANTS:
        return keys
    return [keys[(2 * k + 1) * len(keys) // (2 * VARIANTS)] for k in range(VARIANTS)]


def _read(folder: Path, name: str) -> pa.Table:
    path = folder / f"{name}.parquet"
    if not path.is_file():
        needed = ", ".join(f"{table}.parquet" for table in TABLES)
        raise ValueError(f"The ESCO folder {folder.name} has no {name}.parquet; it needs {needed}.")
    found = pq.read_schema(path).names
    missing = [column for column in TABLES[name] if column not in found]
    if missing:
        raise ValueError(f"{name}.parquet in the ESCO folder has no column {', '.join(missing)}.")
    return pq.read_table(path, columns=list(TABLES[name]))
