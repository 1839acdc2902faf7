"""Numbers lead back to what the files said, in canonical order, whatever the order of the rows."""

import datetime as dt
from dataclasses import fields
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.policy import Policy
from matcher.domain.policy_file import parse_policy
from matcher.domain.raw import RawTables
from matcher.domain.tables import NO_LIMIT, Codebook, Problem, Sets
from matcher.intake.encode import encode
from matcher.intake.text import fold, tidy
from matcher.intake.validate import validate
from matcher.units import divide_half_even, floor_scaled, scaled

DAY = dt.date(2026, 11, 21)
LIST = pa.list_(pa.string())


def encoded(policy: str = "", **tables: dict[str, Any]) -> tuple[Problem, Codebook, Any]:
    defaults = {"candidates": {"candidate_id": ["k"]}, "vacancies": {"vacancy_id": ["v"], "openings": [1]}}
    built = {name: pa.table(columns) for name, columns in (defaults | tables).items()}
    return encode(validate(RawTables(built))[0], parse_policy(policy), DAY)


def test_ids_lead_back_and_sort_by_code_point() -> None:
    ids = ["b", "é", "Z", " a", "10", "9", "e\u0301"]
    problem, book, _ = encoded(candidates={"candidate_id": ids, "age": list(range(7))})
    assert list(book.candidate_ids) == sorted(word.strip() for word in ids)
    age_of = dict(zip([word.strip() for word in ids], range(7), strict=True))
    assert [age_of[word] for word in book.candidate_ids] == problem.candidates.age.tolist()


@settings(deadline=None)
@given(st.permutations(range(6)))
def test_row_order_never_shows(order: list[int]) -> None:
    people = pa.table(
        {
            "candidate_id": [f"k{row}" for row in range(6)],
            "skills": pa.array([["a"], ["B", "a"], None, [], ["c"], ["b "]], LIST),
            "pc4": ["7511", None, "7512", "7511", "1000", None],
            "priority": [1.0, 2.5, None, 0.001, 1000, 1],
        }
    )
    tables = {
        "vacancies": pa.table({"vacancy_id": ["v"], "openings": [2], "skills_essential": pa.array([["A", "b"]], LIST)}),
        "places": pa.table({"pc4": ["7511", "7512"], "lat": [52.0, 52.1], "lon": [6.9, 7.0]}),
    }
    one = encode(validate(RawTables({"candidates": people, **tables}))[0], Policy(), DAY)
    two = encode(validate(RawTables({"candidates": people.take(order), **tables}))[0], Policy(), DAY)
    assert one[1] == two[1]
    for field in fields(one[0].candidates):
        assert str(getattr(one[0].candidates, field.name)) == str(getattr(two[0].candidates, field.name))


def test_an_opening_bracket_of_limits() -> None:
    problem, _, _ = encoded(
        candidates={
            "candidate_id": ["a", "b", "c", "d", "e"],
            "travel_max_km": [12.3456, None, None, 0.0, None],
            "travel_max_min": [None, 45.5, None, None, 4.0],
            "transport": pa.array([None, ["bike", "public_transport"], ["car"], [], ["public_transport"]], LIST),
        }
    )
    people = problem.candidates
    assert people.reach_km_m.tolist() == [12_345, NO_LIMIT, 30_000, 0, NO_LIMIT]
    by_bus = int((Fraction("45.5") - 5) * 22_000 / 60)
    assert people.reach_time_m.tolist() == [NO_LIMIT, by_bus, 67_500, NO_LIMIT, -367]
    assert people.travel_half_m.tolist() == [6_172, -1, -1, -1, -1]
    assert people.travel_far_m.tolist() == [9_876, -1, -1, -1, -1]
    assert people.time_limit_min.tolist() == [np.inf, 45.5, 90.0, np.inf, 4.0]


def test_licences_imply_others_and_case_does_not_matter() -> None:
    problem, book, _ = encoded(
        candidates={"candidate_id": ["a", "b"], "licences": pa.array([["ce"], ["A2 ", "t"]], LIST)}
    )
    held = [{book.licences[code] for code in problem.candidates.licences.row(row).tolist()} for row in range(2)]
    assert held == [{"ce", "c", "c1", "c1e", "be", "b", "am"}, {"a2", "a1", "am"}]


def test_wanted_occupations_are_prefixes_of_digits_or_equal() -> None:
    problem, book, _ = encoded(
        candidates={
            "candidate_id": ["a", "b", "c"],
            "occupations_wanted": pa.array([["91"], ["http://X", "9112"], ["http"]], LIST),
        },
        vacancies={"vacancy_id": ["v", "w", "x"], "openings": [1, 1, 1], "occupation": ["9112", "HTTP://x", "5120"]},
    )
    reached = [{book.occupations[code] for code in problem.candidates.wanted.row(row).tolist()} for row in range(3)]
    assert reached == [{"9112"}, {"http://x", "9112"}, set()]


def test_certificates_obtainable_before_the_start_are_not_hard() -> None:
    vacancies = {
        "vacancy_id": ["a", "b", "c", "d"],
        "openings": [1] * 4,
        "certificates": pa.array([["VCA", "vog"], ["VOG"], ["heftruck"], ["Bhv"]], LIST),
        "start_date": [DAY + dt.timedelta(27), DAY + dt.timedelta(28), None, None],
    }
    problem, book, _ = encoded("[rules.CERTIFICATE.obtainable_days]\nbhv = 5\n", vacancies=vacancies)
    hard = [
        {book.certificates[code] for code in problem.vacancies.certificates_hard.row(row).tolist()} for row in range(4)
    ]
    assert hard == [{"vog"}, set(), {"heftruck"}, set()]
    assert list(book.certificate_words[0]) == ["VCA", "vog"]


def test_distance_is_off_where_few_have_a_place() -> None:
    columns = {
        "candidate_id": [f"k{row}" for row in range(11)],
        "lat": [52.0] + [None] * 10,
        "lon": [6.9] + [None] * 10,
    }
    problem, _, warnings = encoded(candidates=columns)
    assert not problem.distance_on
    assert warnings[0].code == "DISTANCE_OFF"
    assert warnings[0].figures == {"file": "candidates.parquet", "placed": 1, "rows": 11}
    columns = {name: values[:10] for name, values in columns.items()}
    vacancies = {"vacancy_id": ["v"], "openings": [1], "lat": [52.0], "lon": [6.9]}
    assert encoded(candidates=columns, vacancies=vacancies)[0].distance_on


def test_languages_keep_the_highest_level_and_what_is_open() -> None:
    levels = pa.list_(pa.struct([("language", pa.string()), ("level", pa.string())]))
    asked = [[{"language": "NLD", "level": "b1"}, {"language": "eng", "level": None}]]
    held = [
        [{"language": "nld", "level": "A2"}, {"language": "nld", "level": "B2"}],
        [{"language": "nld", "level": "A2"}, {"language": "nld", "level": None}],
        None,
        [],
    ]
    problem, book, _ = encoded(
        candidates={"candidate_id": list("abcd"), "languages": pa.array(held, levels)},
        vacancies={"vacancy_id": ["v"], "openings": [1], "language_min": pa.array(asked, levels)},
    )
    column = list(book.languages).index("nld")
    assert problem.candidates.language_level[:, column].tolist() == [4, 2, 0, 0]
    assert problem.candidates.language_open[:, column].tolist() == [False, True, True, False]
    assert problem.vacancies.language_min[0].tolist() == [0, 3]


def test_sets_as_bits_and_back() -> None:
    sets = Sets(np.array([0, 2, 2, 3]), np.array([0, 64, 130], dtype=np.int32), np.array([True, False, True]), 131)
    bits = sets.bits()
    assert bits.shape == (3, 3)
    back = [[word * 64 + bit for word in range(3) for bit in range(64) if int(row[word]) >> bit & 1] for row in bits]
    assert back == [[0, 64], [], [130]]


@given(st.text())
def test_folding_twice_changes_nothing(word: str) -> None:
    assert fold(fold(word)) == fold(word)
    assert tidy(tidy(word)) == tidy(word)


@given(st.lists(st.decimals(0, 1000, places=4), min_size=1), st.sampled_from([1, 100, 1000]))
def test_scaling_is_exact(values: list[Any], scale: int) -> None:
    floats = np.array([float(value) for value in values])
    exact = [Fraction(value) * scale for value in values]
    assert scaled(floats, scale).tolist() == [round(value) for value in exact]
    assert floor_scaled(floats, scale).tolist() == [value.__floor__() for value in exact]


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1), st.integers(1, 10**6))
def test_division_rounds_half_to_even(values: list[int], by: int) -> None:
    assert divide_half_even(np.array(values), by).tolist() == [round(Fraction(value, by)) for value in values]


def test_values_too_large_to_be_exact_are_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        scaled(np.array([1e300]), 100)
