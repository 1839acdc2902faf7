"""Where people and vacancies lie, and how far each person will go, exactly."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from matcher.domain import codes
from matcher.domain.policy import Policy
from matcher.domain.shipped import shipped
from matcher.domain.tables import NO_LIMIT, Places
from matcher.intake.rows import Rows, match_ids, shorten
from matcher.intake.text import fold


@dataclass(frozen=True, slots=True)
class Reach:
    """Travel limits per person; see `matcher.domain.tables.Candidates` for the meaning of each."""

    km_m: NDArray[np.int64]
    time_m: NDArray[np.int64]
    time_min: NDArray[np.float64]
    half_m: NDArray[np.int64]
    far_m: NDArray[np.int64]


def reach(people: Rows, policy: Policy) -> Reach:
    """Turn travel limits into road metres, rounded down; comparing whole metres with them decides the same."""
    km, minutes = people.numbers("travel_max_km"), people.numbers("travel_max_min")
    modes = _modes(people)
    default_m = int(Fraction(policy.rules.DISTANCE.default_km) * 1000)
    default_min = policy.rules.DISTANCE.default_min
    distinct_km, km_at = np.unique(km, return_inverse=True)
    km_m = _each(distinct_km, lambda limit: int(Fraction(repr(limit)) * 1000), NO_LIMIT)[km_at]
    km_m = np.where(np.isnan(km) & np.isnan(minutes), default_m, km_m)
    half = _each(distinct_km, lambda limit: int(Fraction(repr(limit)) * 500) if limit > 0 else -1, -1)[km_at]
    far = _each(distinct_km, lambda limit: int(Fraction(repr(limit)) * 800) if limit > 0 else -1, -1)[km_at]
    time_min = np.where(np.isnan(minutes), np.where(modes > 0, float(default_min), np.inf), minutes)
    limit, at = np.unique(np.stack([time_min, modes.astype(np.float64)]), axis=1, return_inverse=True)
    exact = {float(default_min): Fraction(default_min)}
    metres = np.array([_metres_in_time(minute, int(mask), exact) for minute, mask in limit.T.tolist()], dtype=np.int64)
    time_m = metres[at.reshape(-1)] if metres.size else np.empty(0, dtype=np.int64)
    return Reach(km_m, time_m, time_min, half, far)


def _each(values: NDArray[np.float64], convert: Callable[[float], int], unknown: int) -> NDArray[np.int64]:
    return np.array([unknown if math.isnan(value) else convert(value) for value in values.tolist()], dtype=np.int64)


def _modes(people: Rows) -> NDArray[np.int64]:
    lists = people.lists("transport")
    bit = np.array(
        [1 << codes.TRANSPORT.index(fold(word)) if fold(word) in codes.TRANSPORT else 0 for word in lists.spelled]
    )
    out = np.zeros(len(people), dtype=np.int64)
    if lists.item.size:
        np.bitwise_or.at(out, lists.owner(), bit[lists.item])
    return out


def _metres_in_time(minutes: float, mask: int, exact: dict[float, Fraction]) -> int:
    """Road metres that the fastest of the modes covers in so many minutes; below 0 where none gets anywhere in time."""
    if minutes == float("inf"):
        return NO_LIMIT
    limit = exact.get(minutes, Fraction(repr(minutes)))
    speed = shipped("rules")["DISTANCE"]["speed_km_h"]
    used = [mode for place, mode in enumerate(codes.TRANSPORT) if mask >> place & 1] or ["bike"]
    metres = []
    for mode in used:
        extra = speed["public_transport_extra_min"] if mode == "public_transport" else 0
        metres.append(int((limit - extra) * speed[mode] * 1000 // 60))
    return min(max(metres), NO_LIMIT)


def place_codes(people: Rows, jobs: Rows, table: Rows) -> tuple[Places, NDArray[np.int32], NDArray[np.int32]]:
    """Number the different points where people live and vacancies are; -1 where unknown."""
    points = [_points(rows, table) for rows in (people, jobs)]
    known = [~np.isnan(point[:, 0]) for point in points]
    joined = np.concatenate([point[mask] for point, mask in zip(points, known, strict=True)])
    distinct, at = np.unique(joined, axis=0, return_inverse=True)
    codes_of = []
    done = 0
    for mask in known:
        code = np.full(mask.size, -1, dtype=np.int32)
        count = int(mask.sum())
        code[mask] = at.reshape(-1)[done : done + count]
        done += count
        codes_of.append(code)
    return Places(distinct[:, 0].copy(), distinct[:, 1].copy()), codes_of[0], codes_of[1]


def _points(rows: Rows, table: Rows) -> NDArray[np.float64]:
    lat, lon = rows.numbers("lat"), rows.numbers("lon")
    own = ~np.isnan(lat) & ~np.isnan(lon)
    at = match_ids(shorten(rows.words("pc4")), shorten(table.words("pc4")))
    point = np.full((len(rows), 2), np.nan)
    found = (at >= 0) & ~own
    point[found, 0] = table.numbers("lat")[at[found]]
    point[found, 1] = table.numbers("lon")[at[found]]
    point[own, 0], point[own, 1] = lat[own], lon[own]
    return point
