"""Where people live and where work is: pc4 areas, from packaged facts or from the user's own table."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from matcher.sample.draws import Floats, Ints
from matcher.sample.facts import read_facts
from matcher.sample.scenario import Scenario

EARTH_KM: Final = 6371.0088
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


def great_circle_km(lat: Floats, lon: Floats, other_lat: Floats | float, other_lon: Floats | float) -> Floats:
    """Haversine distance in km, row by row."""
    phi, theta = np.radians(lat), np.radians(other_lat)
    half = np.sin((theta - phi) / 2) ** 2 + np.cos(phi) * np.cos(theta) * np.sin(np.radians(other_lon - lon) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(half)), dtype=np.float64)


def packaged_places(scenario: Scenario) -> Places:
    """The areas of a scenario: real ones for Twente, invented ones around the centre of every other region."""
    rows: list[tuple[str, float, float, str, float]] = []
    for region in read_facts("regions"):
        name = region["region"]
        if scenario.region not in (None, name):
            continue
        rows += _twente() if name == "Twente" else _invented(name, region)
    pc4, lat, lon, names, people = zip(*rows, strict=True)
    return _weighted(list(pc4), np.array(lat), np.array(lon), list(names), np.array(people, dtype=np.float64), scenario)


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
    pc4 = np.array([str(code).strip()[:4] for code in table["pc4"].to_pylist()], dtype=str)
    lat, lon = (np.asarray(table[name].cast(pa.float64()).to_numpy(), dtype=np.float64) for name in ("lat", "lon"))
    people = np.ones(pc4.size)
    if "inwoners" in table.column_names:
        people = np.nan_to_num(np.asarray(table["inwoners"].cast(pa.float64()).to_numpy(), dtype=np.float64))
    if "arbeidsmarktregio" in table.column_names:
        names = np.array([name or "" for name in table["arbeidsmarktregio"].to_pylist()], dtype=str)
        keep = np.full(pc4.size, True) if scenario.region is None else names == scenario.region
    else:
        names, distance = _nearest_region(lat, lon)
        keep = (names == (scenario.region or names)) & (distance <= REGION_REACH_KM)
    keep &= (people > 0) & np.isfinite(lat) & np.isfinite(lon) & (pc4 != "None")
    order = np.flatnonzero(keep)
    # One row per code, and in code order: the table's own row order shall not matter.
    order = order[np.unique(pc4[order], return_index=True)[1]]
    if not order.size:
        raise ValueError(
            f"The table of places has no inhabited area in {scenario.region or 'the Netherlands'}. "
            "Take another table or scenario."
        )
    return _weighted(pc4[order].tolist(), lat[order], lon[order], names[order].tolist(), people[order], scenario)


def _twente() -> list[tuple[str, float, float, str, float]]:
    return [
        (row["pc4"], float(row["lat"]), float(row["lon"]), "Twente", float(row["inhabitants"]))
        for row in read_facts("twente")
    ]


def _invented(name: str, region: dict[str, str]) -> list[tuple[str, float, float, str, float]]:
    inhabitants, radius = 1_000.0 * float(region["inhabitants_x1000"]), float(region["radius_km"])
    count = max(FEWEST_AREAS, round(inhabitants / PEOPLE_PER_AREA))
    step = np.arange(count)
    away = radius * np.sqrt((step + 0.5) / count)
    lat = float(region["lat"]) + away * np.cos(step * GOLDEN_ANGLE) / 111.2
    lon = float(region["lon"]) + away * np.sin(step * GOLDEN_ANGLE) / (111.2 * np.cos(np.radians(float(region["lat"]))))
    share = np.exp(-away / radius)
    people = np.rint(inhabitants * share / share.sum())
    first = int(region["first_pc4"])
    return [
        (f"{first + k:04d}", round(float(lat[k]), 3), round(float(lon[k]), 3), name, float(people[k]))
        for k in range(count)
    ]


def _nearest_region(lat: Floats, lon: Floats) -> tuple[np.ndarray[tuple[int], np.dtype[np.str_]], Floats]:
    facts = read_facts("regions")
    away = np.stack([great_circle_km(lat, lon, float(row["lat"]), float(row["lon"])) for row in facts])
    away = np.where(np.isfinite(away), away, np.inf)
    nearest = np.argmin(away, axis=0)
    return np.array([row["region"] for row in facts], dtype=str)[nearest], away.min(axis=0)


def _weighted(pc4: list[str], lat: Floats, lon: Floats, names: list[str], people: Floats, scenario: Scenario) -> Places:
    region_names = tuple(sorted(set(names)))
    index = {name: code for code, name in enumerate(region_names)}
    home, work = people.copy(), people.copy()
    if scenario.town is not None:
        in_town = {row["pc4"] for row in read_facts("twente") if row["town"] == scenario.town}
        lives = np.array([code in in_town for code in pc4], dtype=np.bool_)
        if lives.any():
            home = np.where(lives, people, 0.0)
            centre_lat, centre_lon = (float(np.average(axis, weights=home)) for axis in (lat, lon))
            work = people * np.exp(-great_circle_km(lat, lon, centre_lat, centre_lon) / WORK_SPREAD_KM)
    return Places(
        tuple(pc4), lat, lon, np.array([index[name] for name in names], dtype=np.int64), home, work, region_names
    )
