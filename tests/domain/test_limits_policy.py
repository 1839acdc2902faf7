"""Limits of a policy are read exactly, or refused with their line and the nearest name."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.filters import Filter
from matcher.domain.policy import Policy
from matcher.domain.policy_file import parse_policy, policy_from
from matcher.errors import PolicyError
from matcher.schema_view import policy_keys

WHOLE = """\
[[quota]]
name = "youth in growth sectors"
candidates = [["age", "<", 27]]
vacancies = [
  ["growth_sector", "==", true],  # one a line
  ["start_date", ">=", 2027-01-01],
  ["employer.name", "in", ["a", "b"]],
]
pairs = [["p_durable", ">=", 0.70]]
min = 750
soft = true
weight = 20_000

[[quota]]
name = "by share"
min_share = 0.1
max_share = 0.123456

[[budget]]
name = "loonkostensubsidie"
unit = "lks_eur_month"
max = 250000.50

[[distinct]]
column = "instrument"
max = 5

[durable_share]
min = 0.75
"""


def test_the_whole_of_it_is_read_as_written() -> None:
    policy = parse_policy(WHOLE)
    first, second = policy.quota
    assert (first.min, first.max, first.soft, first.weight) == (750, None, True, 20_000)
    assert [(one.column, one.op, one.value) for one in first.vacancies] == [
        ("growth_sector", "==", True),
        ("start_date", ">=", dt.date(2027, 1, 1)),
        ("employer.name", "in", ("a", "b")),
    ]
    assert first.pairs[0].value == Decimal("0.7")
    assert (second.min_share, second.max_share) == (Decimal("0.1"), Decimal("0.123456"))
    assert policy.budget[0].max == Decimal("250000.5")
    assert (policy.distinct[0].column, policy.distinct[0].max) == ("instrument", 5)
    assert policy.durable_share is not None
    assert policy.durable_share.min == Decimal("0.75")


def test_canonical_text_leads_back_and_shows_filters_as_they_are_written() -> None:
    policy = parse_policy(WHOLE)
    assert Policy.model_validate_json(policy.canonical()) == policy
    shown = json.loads(policy.canonical())["quota"][0]
    assert shown["pairs"] == [["p_durable", ">=", 0.7]]
    assert shown["vacancies"][1] == ["start_date", ">=", "2027-01-01"]
    assert parse_policy(WHOLE.replace("0.70", "0.7")).sha256() == policy.sha256()
    assert parse_policy(WHOLE.replace("0.70", "0.71")).sha256() != policy.sha256()


def test_is_null_may_stand_alone() -> None:
    policy = policy_from({"quota": [{"name": "q", "candidates": [["age", "is_null"]], "max": 3}]})
    assert policy.quota[0].candidates == (Filter(column="age", op="is_null", value=True),)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('"age"', '"agee"', ["line 3", "quota[0].candidates", "'age'"]),
        ('"employer.name"', '"employr.name"', ["line 4", "'employer.name'"]),
        ('"p_durable"', '"p_durabel"', ["line 9", "'p_durable'"]),
        ('"p_durable"', '"age"', ["line 9", "of pairs"]),
        ('"<", 27', '"<", "27"', ["line 3", "age", "a number"]),
        ('"<", 27', '"<", true', ["line 3", "a number"]),
        ('"<", 27', '"~", 27', ["line 3", "unknown operator", "not_in"]),
        ('"<", 27', '"in", 27', ["line 3", "list"]),
        ('"<", 27', '"in", []', ["line 3", "list"]),
        ('"<", 27', '"contains", 27', ["line 3", "no list"]),
        ('"<", 27', '"is_null", "x"', ["line 3", "true or false"]),
        ('"<", 27', '"<"', ["line 3", "[column, operator, value]"]),
        ('"<", 27', '"<", inf', ["line 3", "a number"]),
        ('"<", 27', '"<", 1e300', ["line 3", "digits"]),
        ('"==", true', '"<", true', ["line 4", "no order"]),
        ('"==", true', '"==", "ja"', ["line 4", "true or false"]),
        ("2027-01-01", "2027-01-01T10:00:00", ["line 4", "a date"]),
        ("2027-01-01", '"1 januari"', ["line 4", "a date"]),
        ('["a", "b"]', '["a", 1]', ["line 4", "text"]),
        ("min = 750", "minimum = 750", ["line 10", "quota[0].minimum", "'min'"]),
        ("min = 750", "min = -1", ["line 10"]),
        ("min = 750", "min = 7.5", ["line 10"]),
        ("min = 750", "min = 750\nmax = 749", ["line 1", "750", "749"]),
        ("min = 750", "# nothing", ["line 1", "max_share"]),
        ("weight = 20_000", "# nothing", ["line 1", "weight"]),
        ("weight = 20_000", "weight = 0", ["line 12"]),
        ("weight = 20_000", "weight = 2_000_000_000_000", ["line 12"]),
        ("soft = true", "soft = 1", ["line 11"]),
        ("soft = true", "soft = false", ["line 1", "soft = true"]),
        ("max_share = 0.123456", "max_share = 0.1234567", ["line 17", "6 decimals"]),
        ("max_share = 0.123456", "max_share = 0.09", ["line 14", "0.1", "0.09"]),
        ("max_share = 0.123456", "max_share = 1.1", ["line 17"]),
        ("max = 250000.50", "max = 250000.555", ["line 19", "2 decimals"]),
        ("max = 250000.50", "max = -1", ["line 22"]),
        ("max = 250000.50", "# nothing", ["line 19", "max"]),
        ('"lks_eur_month"', '"placements"', ["line 19", "no decimals"]),
        ('"lks_eur_month"', '""', ["line 21", "unit"]),
        ('name = "by share"', 'name = "loonkostensubsidie"', ["'loonkostensubsidie'"]),
        ('name = "by share"', 'name = "  "', ["line 15"]),
        ('name = "by share"', "# nothing", ["line 14", "name"]),
        ('column = "instrument"', 'column = "instrumnt"', ["line 25", "'instrument'"]),
        ('column = "instrument"', 'column = "start_date"', ["line 25", "start_date"]),
        ("min = 0.75", "", ["line 28", "durable_share.min"]),
        ("[[budget]]", "[budget]", ["line 19", "[[budget]]"]),
    ],
)
def test_mistakes_are_named(before: str, after: str, words: list[str]) -> None:
    assert before in WHOLE
    with pytest.raises(PolicyError) as caught:
        parse_policy(WHOLE.replace(before, after))
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_two_of_one_distinct_column_are_one_too_many() -> None:
    two = {"distinct": [{"column": "lane", "max": 1}, {"column": "lane", "max": 2}]}
    with pytest.raises(PolicyError, match="'lane'"):
        policy_from(two)


def test_every_key_is_shown() -> None:
    keys = {key for key, _, _ in policy_keys()}
    assert {"quota[].name", "quota[].min_share", "budget[].unit", "distinct[].column", "durable_share.min"} <= keys
    assert all(
        meaning for key, _, meaning in policy_keys() if key.startswith(("quota", "budget", "distinct", "durable"))
    )


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.sampled_from(["candidates", "vacancies", "pairs", "min", "max", "name", "weight", "unit"]), JUNK)
def test_anything_is_a_quota_or_a_policy_error(key: str, value: object) -> None:
    for section, needed in (("quota", {"name": "q", "min": 1}), ("budget", {"name": "b", "unit": "x", "max": 1})):
        try:
            policy = policy_from({section: [needed | {key: value}]})
        except PolicyError as error:
            assert str(error)
        else:
            assert Policy.model_validate_json(policy.canonical()) == policy


@settings(deadline=None)
@given(st.sampled_from(["age", "region", "skills", "lks_eligible", "available_from"]), st.text(max_size=3), JUNK)
def test_any_filter_is_one_or_a_policy_error(column: str, op: str, value: object) -> None:
    for operator in (op, "==", "in", "contains", "is_null"):
        try:
            policy = policy_from({"quota": [{"name": "q", "min": 1, "candidates": [[column, operator, value]]}]})
        except PolicyError as error:
            assert str(error)
        else:
            assert Policy.model_validate_json(policy.canonical()) == policy
