"""Distance over the road between two points, the contract's way."""

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0088
ROAD_M_PER_KM = 1300.0
"""Road metres per great-circle kilometre: roads are taken to be 1.3 times as long as the straight line."""


def road_m(
    lat_a: NDArray[np.float64], lon_a: NDArray[np.float64], lat_b: NDArray[np.float64], lon_b: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Road metres between points in degrees, rounded half to even; the arguments broadcast.

    The great circle is measured by the haversine formula on a sphere of radius 6371.0088 km.
    """
    phi_a, phi_b = np.radians(lat_a), np.radians(lat_b)
    half_dphi = (phi_b - phi_a) / 2.0
    half_dlambda = (np.radians(lon_b) - np.radians(lon_a)) / 2.0
    h = np.sin(half_dphi) ** 2 + np.cos(phi_a) * np.cos(phi_b) * np.sin(half_dlambda) ** 2
    km = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(h, 1.0)))
    return np.asarray(np.rint(ROAD_M_PER_KM * km), dtype=np.int64)
