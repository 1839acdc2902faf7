"""What a bundle holds and lacks: filled cells, lost postcodes, skills without a match, employers that occur twice."""

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.case import prepare
from matcher.domain.policy import Policy
from matcher.domain.raw import RawTables
from matcher.intake.rows import Accepted
from matcher.intake.stock import known_counts, lost_postcodes, skill_stock
from matcher.intake.twins import bare_name, employer_twins, one_edit_apart
from matcher.intake.validate import validate


def accepted(**tables: dict[str, Any]) -> Accepted:
    return validate(RawTables({name: pa.table(columns) for name, columns in tables.items()}))[0]


PEOPLE = {
    "candidate_id": ["a", "b", "c", "d"],
    "pc4": ["7511", "7511 AB", "7599", None],
    "lat": [None, None, 52.2, None],
    "lon": [None, None, 6.9, None],
    "skills": [["Lassen", "frezen"], [" lassen"], [], None],
    "limitations": pa.array([["tillen"], None, [], None], pa.list_(pa.string())),
}
JOBS = {
    "vacancy_id": ["x", "y"],
    "openings": [1, 2],
    "pc4": ["7512", "7511"],
    "skills_essential": [["LASSEN", "boren"], ["boren"]],
    "skills_optional": [["boren"], None],
}
PLACES = {"pc4": ["7511"], "lat": [52.2], "lon": [6.9]}
APART = {"candidate_id": ["b", "d"], "limitations": [["staan"], None], "blockers": [[], ["schulden"]]}


def test_filled_cells_are_counted_where_they_decide() -> None:
    tables = {"candidates": PEOPLE, "vacancies": JOBS, "places": PLACES, "sensitive": APART}
    rows = accepted(**tables)
    raw = RawTables({name: pa.table(columns) for name, columns in tables.items()})
    found = known_counts(rows, prepare(raw, Policy(), dt.date(2026, 11, 21)).problem)
    assert found["candidates", "pc4"] == 3, "two by their postcode, one by lat and lon"
    assert found["vacancies", "pc4"] == 1
    assert found["candidates", "skills"] == 3, "an empty list says something"
    assert found["candidates", "limitations"] == 3, "in either file"
    assert found["candidates", "blockers"] == 2
    assert found["candidates", "age"] == 0


def test_postcodes_that_places_lack() -> None:
    found = lost_postcodes(accepted(candidates=PEOPLE, vacancies=JOBS, places=PLACES))
    assert [(one.pc4, one.people, one.vacancies) for one in found] == [("7512", 0, 1)]
    without = lost_postcodes(accepted(candidates=PEOPLE, vacancies=JOBS))
    assert [(one.pc4, one.people, one.vacancies) for one in without] == [("7511", 2, 1), ("7512", 0, 1)]


def test_skills_on_one_side_only() -> None:
    found = skill_stock(accepted(candidates=PEOPLE, vacancies=JOBS))
    assert (found.held, found.asked, found.both) == (2, 2, 1)
    assert [(one.skill, one.count) for one in found.unasked] == [("frezen", 1)]
    assert [(one.skill, one.count) for one in found.unheld] == [("boren", 2)]
    nothing = skill_stock(
        accepted(candidates={"candidate_id": ["a"]}, vacancies={"vacancy_id": ["x"], "openings": [1]})
    )
    assert (nothing.held, nothing.asked, nothing.both, nothing.unasked, nothing.unheld) == (0, 0, 0, (), ())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bakkerij De Korenaar B.V.", "bakkerij de korenaar"),
        ("Jansen & Zn. BV", "Jansen en Zn"),
        ("Café 't Hoekje", "CAFE T HOEKJE V.O.F."),
        ("Stichting Aveleijn", "Aveleijn"),
    ],
)
def test_one_name_spelled_twice(one: str, other: str) -> None:
    assert bare_name(one) == bare_name(other) != ""


def twins(*names: str | None) -> list[tuple[tuple[str, ...], bool]]:
    table = {"employer_id": [f"e{place}" for place in range(len(names))], "name": pa.array(names, pa.string())}
    rows = accepted(
        candidates={"candidate_id": ["a"]}, vacancies={"vacancy_id": ["x"], "openings": [1]}, employers=table
    )
    return [(one.employer_ids, one.same_name) for one in employer_twins(rows["employers"])]


def test_employers_that_occur_twice() -> None:
    assert twins("Bouwbedrijf Ter Horst", "Kwekerij Zon", "Ter Horst Bouwbedrijf", None, "KWEKERIJ ZON B.V.") == [
        (("e1", "e4"), True)
    ]
    assert twins("Janssen Techniek", "Jansen Techniek", "Jansen Techneik") == [(("e0", "e1", "e2"), False)]
    assert twins("Locatie 1 Zuid", "Locatie 2 Zuid", "Bv", "N.V.", "", None) == []
    assert twins("Aldi", "Albi") == [], "short names are not compared by letter"
    assert twins() == []


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text("ab1", min_size=6, max_size=8), max_size=12, unique=True))
def test_near_names_are_all_found(names: list[str]) -> None:
    def digits(name: str) -> str:
        return "".join(one for one in name if one.isdigit())

    def near(one: int, other: int) -> bool:
        return digits(names[one]) == digits(names[other]) and edits(names[one], names[other]) == 1

    group = list(range(len(names)))
    for one in range(len(names)):
        for other in range(one):
            if near(one, other):
                old, new = group[one], group[other]
                group = [new if member == old else member for member in group]
    expected = {frozenset(f"e{place}" for place, held in enumerate(group) if held == member) for member in set(group)}
    assert {frozenset(ids) for ids, _ in twins(*names)} == {one for one in expected if len(one) > 1}


def edits(one: str, other: str) -> int:
    """Edits between two texts: insert, strike, replace, or swap neighbours (each letter touched once)."""
    cost = np.zeros((len(one) + 1, len(other) + 1), dtype=int)
    cost[:, 0], cost[0, :] = np.arange(len(one) + 1), np.arange(len(other) + 1)
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            same = one[i - 1] == other[j - 1]
            cost[i, j] = min(cost[i - 1, j] + 1, cost[i, j - 1] + 1, cost[i - 1, j - 1] + (not same))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                cost[i, j] = min(cost[i, j], cost[i - 2, j - 2] + 1)
    return int(cost[-1, -1])


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_one_edit_apart_is_one_edit(one: str, other: str) -> None:
    assert one_edit_apart(one, other) == (edits(one, other) == 1)
