"""Where people live and where work is: pc4 areas, from packaged facts or from the user's own table."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from matcher.sample.draws import Floats, Ints
from matcher.sample.facts import Row, read_facts
from matcher.sample.scenario import Scenario

EARTH_KM: Final = 6371.0088
KM_PER_DEGREE: Final = 111.2  # of latitude
PEOPLE_PER_AREA: Final = 9_000  # of an invented pc4 area; real ones in towns hold 5,000 to 15,000
FEWEST_AREAS: Final = 12
GOLDEN_ANGLE: Final = np.pi * (3.0 - np.sqrt(5.0))  # spreads the invented areas evenly around a centre
WORK_SPREAD_KM: Final = 12.0  # a town's own file holds mostly vacancies near it: weight falls by e over this distance
REGION_REACH_KM: Final = 35.0  # what counts as a region in a table that does not name them


@dataclass(frozen=True, slots=True)
class Places:
    """Pc4 areas, one per row; the weights need not sum to one."""

    pc4: tuple[str, ...]
    lat: Floats
    lon: Floats
    region: Ints  # index in region_names
    home: Floats  # weight of the area as somebody's home
    work: Floats  # weight of the area as a workplace
    region_names: tuple[str, ...]


class _Area(NamedTuple):
    pc4: str
    lat: float
    lon: float
    region: str
    people: float


def great_circle_km(lat: Floats, lon: Floats, other_lat: Floats | float, other_lon: Floats | float) -> Floats:
    """Haversine distance in km, row by row."""
    phi, theta = np.radians(lat), np.radians(other_lat)
    half = np.sin((theta - phi) / 2) ** 2 + np.cos(phi) * np.cos(theta) * np.sin(np.radians(other_lon - lon) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(half)), dtype=np.float64)


def packaged_places(scenario: Scenario) -> Places:
    """The areas of a scenario: real ones for Twente, invented ones around the centre of every other region."""
    areas: list[_Area] = []
    for row in read_facts("regions"):
        if scenario.region in (None, row["region"]):
            areas += _twente(row) if row["region"] == "Twente" else _invented(row)
    return _weighted(areas, scenario)


def read_places(path: Path, scenario: Scenario) -> Places:
    """The areas of a scenario out of a table with pc4, lat, lon and, if there, inwoners and arbeidsmarktregio.

    Raises
    ------
    ValueError
        When a column is missing, or no area with inhabitants is left for the scenario.
    """
    table = pq.read_table(path)
    missing = [name for name in ("pc4", "lat", "lon") if name not in table.column_names]
    if missing:
        raise ValueError(
            f"The table of places has no column {', '.join(missing)}; it needs pc4, lat and lon, in degrees WGS84."
        )
    pc4 = np.array([str(code or "").strip()[:4] for code in table["pc4"].to_pylist()], dtype=str)
    lat, lon = _numbers(table, "lat"), _numbers(table, "lon")
    people = _numbers(table, "inwoners") if "inwoners" in table.column_names else np.ones(pc4.size)
    if "arbeidsmarktregio" in table.column_names:
        names = np.array([name or "" for name in table["arbeidsmarktregio"].to_pylist()], dtype=str)
        within = names == scenario.region
    else:
        names, distance = _nearest_region(lat, lon)
        within = (names == scenario.region) & (distance <= REGION_REACH_KM)
    usable = (people > 0) & np.isfinite(lat) & np.isfinite(lon) & (pc4 != "")
    rows = np.flatnonzero(usable if scenario.region is None else usable & within)
    if not rows.size:
        raise ValueError(
            f"The table of places has no inhabited area in {scenario.region or 'the Netherlands'}. "
            "Take another table or scenario."
        )
    # One row per code, and in code order: the table's own row order shall not matter.
    rows = rows[np.unique(pc4[rows], return_index=True)[1]]
    columns = (pc4[rows].tolist(), lat[rows].tolist(), lon[rows].tolist(), names[rows].tolist(), people[rows].tolist())
    return _weighted([_Area(*area) for area in zip(*columns, strict=True)], scenario)


def _numbers(table: pa.Table, column: str) -> Floats:
    return np.asarray(table[column].cast(pa.float64()).to_numpy(), dtype=np.float64)


def _twente(region: Row) -> list[_Area]:
    """The listed areas stand for the whole region, its smaller villages included."""
    rows = read_facts("twente")
    scale = 1_000.0 * float(region["inhabitants_x1000"]) / sum(float(row["inhabitants"]) for row in rows)
    return [
        _Area(row["pc4"], float(row["lat"]), float(row["lon"]), "Twente", round(scale * float(row["inhabitants"])))
        for row in rows
    ]


def _invented(region: Row) -> list[_Area]:
    inhabitants, radius = 1_000.0 * float(region["inhabitants_x1000"]), float(region["radius_km"])
    centre_lat, centre_lon = float(region["lat"]), float(region["lon"])
    count = max(FEWEST_AREAS, round(inhabitants / PEOPLE_PER_AREA))
    step = np.arange(count)
    away = radius * np.sqrt((step + 0.5) / count)
    lat = np.round(centre_lat + away * np.cos(step * GOLDEN_ANGLE) / KM_PER_DEGREE, 3)
    east = KM_PER_DEGREE * np.cos(np.radians(centre_lat))
    lon = np.round(centre_lon + away * np.sin(step * GOLDEN_ANGLE) / east, 3)
    share = np.exp(-away / radius)
    people = np.rint(inhabitants * share / share.sum())
    first = int(region["first_pc4"])
    return [
        _Area(f"{first + k:04d}", float(lat[k]), float(lon[k]), region["region"], float(people[k]))
        for k in range(count)
    ]


def _nearest_region(lat: Floats, lon: Floats) -> tuple[npt.NDArray[np.str_], Floats]:
    facts = read_facts("regions")
    away = np.stack([great_circle_km(lat, lon, float(row["lat"]), float(row["lon"])) for row in facts])
    away = np.where(np.isfinite(away), away, np.inf)
    names = np.array([row["region"] for row in facts], dtype=str)
    return names[np.argmin(away, axis=0)], np.asarray(away.min(axis=0), dtype=np.float64)


def _weighted(areas: list[_Area], scenario: Scenario) -> Places:
    lat, lon, people = (np.array([getattr(area, name) for area in areas]) for name in ("lat", "lon", "people"))
    names = tuple(sorted({area.region for area in areas}))
    index = {name: code for code, name in enumerate(names)}
    home, work = people, people
    in_town = {row["pc4"] for row in read_facts("twente") if row["town"] == scenario.town}
    lives = np.array([area.pc4 in in_town for area in areas], dtype=np.bool_)
    if lives.any():
        home = np.where(lives, people, 0.0)
        centre_lat, centre_lon = (float(np.average(axis, weights=home)) for axis in (lat, lon))
        work = people * np.exp(-great_circle_km(lat, lon, centre_lat, centre_lon) / WORK_SPREAD_KM)
    return Places(
        pc4=tuple(area.pc4 for area in areas),
        lat=lat,
        lon=lon,
        region=np.array([index[area.region] for area in areas], dtype=np.int64),
        home=home,
        work=work,
        region_names=names,
    )
