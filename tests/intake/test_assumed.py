"""What the bundle leaves out is said, per table, with figures."""

import pytest

from tests.intake.test_encode import encoded

POINT = {"pc4": ["7511"], "lat": [52.2], "lon": [6.9]}


def _warned(code: str, **tables: dict[str, object]) -> list[dict[str, object]]:
    return [dict(one.figures) for one in encoded(**tables)[2] if one.code == code]


@pytest.mark.parametrize(
    ("lanes", "expected"),
    [
        (None, [{"empty": 2, "rows": 2}]),
        (["regular", None], []),
        (["regular", "garantie"], []),
        ([None, None], [{"empty": 2, "rows": 2}]),
    ],
)
def test_lane_assumed(lanes: list[str | None] | None, expected: list[dict[str, int]]) -> None:
    jobs: dict[str, object] = {"vacancy_id": ["v", "w"], "openings": [1, 1]}
    assert _warned("LANE_ASSUMED", vacancies=jobs if lanes is None else jobs | {"lane": lanes}) == expected


@pytest.mark.parametrize(
    ("found", "lost", "empty", "warned"),
    [(1, 9, 0, False), (2, 8, 0, True), (8, 2, 5, True), (9, 1, 0, False), (0, 0, 3, False), (0, 10, 0, False)],
)
def test_few_places(found: int, lost: int, empty: int, warned: bool) -> None:
    rows = found + lost + empty
    people = {
        "candidate_id": [f"k{row}" for row in range(rows)],
        "pc4": ["7511"] * found + ["9999"] * lost + [None] * empty,
    }
    jobs = {"vacancy_id": ["v"], "openings": [1], "lat": [52.2], "lon": [6.9]}
    expected = [{"file": "candidates.parquet", "found": found, "filled": found + lost}] if warned else []
    assert _warned("FEW_PLACES", candidates=people, vacancies=jobs, places=POINT) == expected


def test_few_places_of_vacancies_counts_points_of_their_own() -> None:
    jobs = {
        "vacancy_id": ["a", "b", "c"],
        "openings": [1] * 3,
        "pc4": [None, "7511", "9999"],
        "lat": [52.2, None, None],
        "lon": [6.9, None, None],
    }
    figures = {"file": "vacancies.parquet", "found": 2, "filled": 3}
    assert _warned("FEW_PLACES", vacancies=jobs, places=POINT) == [figures]
