"""A policy is read exactly or refused with its key, its line and the nearest known key."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.domain.codes import ALWAYS_ON, RULES
from matcher.domain.policy import Policy
from matcher.domain.policy_file import NOT_YET, parse_policy, policy_from
from matcher.errors import PolicyError, PolicyNotSupportedError


def test_defaults_are_the_contract() -> None:
    policy = Policy()
    assert policy.rules.DISTANCE.default_km == 30
    assert policy.rules.SKILLS.skill_coverage_min == Decimal("0.3")
    assert policy.rules.LANE.steps.training == (2, 5)
    assert not policy.rules.EDUCATION.enabled
    assert (policy.scorecard.base, policy.scorecard.contract.uitzend_beding) == (1520, -600)
    assert policy.value.lane.activation == Decimal("0.25")
    assert policy.solve.time_limit_s == 600


def test_floats_are_read_as_typed() -> None:
    policy = parse_policy("[rules.SKILLS]\nskill_coverage_min = 0.1\n[value.lane]\ntraining = 0.333\n")
    assert policy.rules.SKILLS.skill_coverage_min == Decimal("0.1")
    assert policy.value.lane.training == Decimal("0.333")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[solve]\ntime_limt_s = 3\n", ["line 2", "solve.time_limt_s", "'time_limit_s'"]),
        ("# c\n[rules.DISTANC]\nunknown = 'pass'\n", ["line 2", "'DISTANCE'"]),
        ("[rules.DISTANCE]\ndefault_kms = 3\n", ["line 2", "'default_km'"]),
        ("[scorecard.contract]\nonbepaalt = 3\n", ["line 2", "'onbepaald'"]),
        ("[scorecard]\nbase = 1.5\n", ["line 2", "scorecard.base"]),
        ("[rules.SKILLS]\nskill_coverage_min = 1.1\n", ["line 2"]),
        ("[rules.SKILLS]\nskill_coverage_min = nan\n", ["line 2"]),
        ("[solve]\ngap = inf\n", ["line 2"]),
        ("[rules.LANE.steps]\nregular = [5, 4]\n", ["regular", "5"]),
        ("[rules.LANE.steps]\nregular = [0, 4]\n", ["regular"]),
        ("[rules.HOURS]\nunknown = 'maybe'\n", ["line 2", "rules.HOURS.unknown"]),
        ("[run]\nrun_date = 'gisteren'\n", ["line 2"]),
        ("a = 1\na = 2\n", ["not valid TOML"]),
        ("[" * 5000, ["not valid TOML"]),
        ("x = 1" * 300_000, ["larger than"]),
        ("[solve]\nthreads = -1\n", ["line 2"]),
        ("[solve]\nthreads = true\n", ["line 2"]),
    ],
)
def test_mistakes_are_named(text: str, words: list[str]) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(text)
    assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 60_000 + " = 1\n",
        '"' + "x" * 60_000 + '" = 1\n',
        "[[quota]]\n" + "x" * 60_000 + " = 1\n",
        "[[quota]]\nnothing = 1\n" * 5_000,
        f"[rules.HOURS]\nunknown = '{'x' * 60_000}'\n",
        "a" + " " * 900_000 + "= 1\n",
    ],
    ids=["key", "quoted key", "key of a section", "many faults", "value", "spaces"],
)
def test_a_message_is_for_a_person_whatever_the_text(text: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(text)
    assert len(str(caught.value)) < 8_000
    assert len(str(caught.value).splitlines()) <= 21


@pytest.mark.parametrize("section", NOT_YET)
def test_what_is_not_supported_yet_is_refused(section: str) -> None:
    for text in (f"[{section}]\nx = 1\n", f"[[{section}]]\nx = 1\n"):
        with pytest.raises(PolicyNotSupportedError, match=r"line 1.*not supported yet"):
            parse_policy(text)


@pytest.mark.parametrize("rule", RULES)
def test_starred_rules_cannot_be_switched_off(rule: str) -> None:
    text = f"[rules.{rule}]\nenabled = false\n"
    if rule in ALWAYS_ON:
        with pytest.raises(PolicyError, match=rule):
            parse_policy(text)
    else:
        assert not parse_policy(text).rules.of(rule).enabled


def test_canonical_text_leads_back() -> None:
    policy = parse_policy("[run]\nrun_date = 2026-11-21\n[value.lane]\ntraining = 0.50\n[wage.youth_pct]\n20 = 80\n")
    assert Policy.model_validate_json(policy.canonical()) == policy
    assert policy.sha256() == Policy.model_validate_json(policy.canonical()).sha256()
    assert policy.sha256() != Policy().sha256()


def test_a_mapping_is_as_good_as_a_file() -> None:
    assert policy_from({"rules": {"SKILLS": {"skill_coverage_min": 0.5}}}).rules.SKILLS.skill_coverage_min == Decimal(
        "0.5"
    )
    with pytest.raises(PolicyError, match="rules"):
        policy_from({"rulez": {}})


@given(st.text(max_size=200))
def test_any_text_is_a_policy_or_a_policy_error(text: str) -> None:
    try:
        parse_policy(text)
    except PolicyError as error:
        assert str(error)
