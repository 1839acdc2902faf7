"""The second opinion is itself held to small cases worked out by hand, and to brute force."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from .bundles import Bundle, random_bundle
from .clean import RULES, BadCell, Column, clean_cell, clean_languages, clean_list, clean_text, rhe
from .flow import prices, prices_by_resolving, solve, upper_bound
from .judge import every, some, with_implied
from .oracle import Expected, Record, check_outputs, expected
from .score import lks_month, logistic_micro

RUN = date(2026, 11, 21)
HERE, NEAR = {"lat": 52.0, "lon": 6.0}, {"lat": 52.0, "lon": 6.1}


def bundle_of(candidates: list[Any], vacancies: list[Any], policy: str | None = None, **other: list[Any]) -> Bundle:
    """A bundle from plain rows; ids are numbered where they are not given."""
    rows = {
        "candidates": [{"candidate_id": f"c{i}", **row} for i, row in enumerate(candidates)],
        "vacancies": [{"vacancy_id": f"v{i}", "openings": 1, **row} for i, row in enumerate(vacancies)],
        **other,
    }
    names = {file: list(dict.fromkeys(name for row in table for name in row)) for file, table in rows.items()}
    tables = {
        file: pa.table({name: pa.array([row.get(name) for row in table]) for name in names[file]})
        for file, table in rows.items()
    }
    return Bundle(tables, policy, RUN)


def one_pair(
    candidate: dict[str, Any],
    vacancy: dict[str, Any],
    fact: dict[str, Any] | None = None,
    policy: str | None = None,
    **other: list[Any],
) -> Record:
    """One person who lives where the one vacancy is, unless the rows say otherwise."""
    if fact is not None:
        other["pairs"] = [{"candidate_id": "c0", "vacancy_id": "v0", **fact}]
    return expected(bundle_of([HERE | candidate], [HERE | vacancy], policy, **other)).by_person["c0"]["v0"]


# --- cells --------------------------------------------------------------------------------------------------------


def test_text_is_composed_trimmed_and_folded() -> None:
    assert clean_text(" CAFE\u0301\n") == clean_text("caf\u00e9") == "caf\u00e9"
    assert clean_text("STRASSE") == clean_text("Straße")
    assert clean_text(" \t") is None
    assert clean_list(["VCA", None, " vca", "", "VOG"], None) == ["vca", "vog"]
    assert clean_list(["zeppelin"], frozenset({"bike"})) == []
    assert clean_languages([{"language": "NLD", "level": "b1"}, {"language": "eng", "level": "Z9"}, None]) == [
        ("nld", 3)
    ]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (None, "MISSING_VALUE"),
        (float("nan"), "MISSING_VALUE"),
        (float("inf"), "NOT_FINITE"),
        (2.5, "NOT_INTEGER"),
        (7, "OUT_OF_RANGE"),
    ],
)
def test_a_bad_number_names_its_fault(raw: object, code: str) -> None:
    with pytest.raises(BadCell, match=code):
        clean_cell(raw, Column("int", Decimal(1), Decimal(6), required=True))


def test_numbers_are_read_from_their_decimal_text() -> None:
    assert clean_cell(0.1, Column("float")) == Decimal("0.1")
    assert rhe(Decimal("0.5")) == 0
    assert rhe(Decimal("1.5")) == 2
    assert rhe(Fraction(-5, 2)) == -2


def test_bad_rows_are_rejected_alone_and_repeats_together() -> None:
    bundle = bundle_of(
        [
            {"age": 131},
            {"candidate_id": "x"},
            {"candidate_id": " x "},
            {"hours_min": 9.0, "hours_max": 8.0},
            {"arm": "placebo"},
        ],
        [{"openings": -1}, {"openings": 2}],
        pairs=[{"candidate_id": "c0", "vacancy_id": "v1"}, {"candidate_id": "c9", "vacancy_id": "v1"}],
        sensitive=[{"candidate_id": "c9", "blockers": ["debts"]}],
    )
    answer = expected(bundle)
    assert {place: {code for _, code in faults} for place, faults in answer.faults.items()} == {
        ("candidates", 1): {"OUT_OF_RANGE"},
        ("candidates", 2): {"DUPLICATE_ID"},
        ("candidates", 3): {"DUPLICATE_ID"},
        ("candidates", 4): {"MIN_ABOVE_MAX"},
        ("candidates", 5): {"UNKNOWN_CODE"},
        ("vacancies", 1): {"OUT_OF_RANGE"},
        ("pairs", 1): {"DANGLING_REFERENCE"},
        ("pairs", 2): {"DANGLING_REFERENCE"},
        ("sensitive", 1): {"DANGLING_REFERENCE"},
    }
    assert list(answer.by_vacancy) == ["v1"]
    assert not answer.by_person


# --- rules --------------------------------------------------------------------------------------------------------


def test_three_valued_logic() -> None:
    assert every([None, False]) is False
    assert every([None, True]) is None
    assert every([]) is True
    assert some([None, True]) is True
    assert some([None, False]) is None


def test_a_ce_licence_implies_everything_down_to_am() -> None:
    assert with_implied(["ce"]) == {"ce", "c", "c1", "c1e", "be", "b", "am"}


SURE = {"available_from": RUN, "ladder_step": 5, "loonwaarde_pct": 100.0}  # nothing unknown about these rules


@pytest.mark.parametrize(
    ("rule", "candidate", "vacancy", "outcome"),
    [
        ("CONTROL_ARM", {"arm": " Control"}, {}, "fail"),
        ("CLOSED", {}, {"closing_date": RUN}, "pass"),
        ("CLOSED", {}, {"closing_date": date(2026, 11, 20)}, "fail"),
        ("DISTANCE", {"travel_max_km": 0.0}, {}, "pass"),
        ("DISTANCE", {"travel_max_km": 8.0}, NEAR, "fail"),  # 6.85 km as the crow flies, 8.90 by road
        ("DISTANCE", {"travel_max_km": 9.0}, NEAR, "pass"),
        ("DISTANCE", {"travel_max_min": 35.5}, NEAR, "fail"),  # by bike 35.6 minutes
        ("DISTANCE", {"travel_max_min": 35.7}, NEAR, "pass"),
        ("DISTANCE", {"transport": ["walk"]}, NEAR, "fail"),  # 106.8 minutes on foot
        ("AGENCY", {"agency_id": "a", "consent": True}, {"agency_id": "b"}, "fail"),
        ("ADMISSION", {"consent": True}, {"agency_id": "a", "start_date": date(2026, 12, 31)}, "pass"),
        ("ADMISSION", {"consent": True}, {"agency_id": "a", "start_date": date(2027, 1, 1)}, "unsure"),
        ("ADMISSION", {"consent": True}, {"agency_id": "a", "start_date": date(2028, 1, 1)}, "lacking"),
        ("CONSENT", {}, {"agency_id": "a"}, "lacking"),
        ("CONSENT", {"agency_id": "a"}, {"agency_id": "a"}, "pass"),
        ("CONSENT", {"consent": True, "share_agencies": ["A"]}, {"agency_id": "a"}, "fail"),
        ("YOUTH_NIGHT", {"age": 17, "shifts": ["night"]}, {"shifts": ["night"]}, "fail"),
        ("YOUTH_NIGHT", {"shifts": ["night"]}, {"shifts": ["night"]}, "unsure"),
        ("LANE", {"ladder_step": 3, "loonwaarde_pct": 50.0}, {"lane": None}, "fail"),
        ("LANE", {"ladder_step": 3, "ladder_potential": 4}, {}, "pass"),
        ("LANE", {"ladder_step": None, "loonwaarde_pct": None}, {}, "unsure"),
        ("CONTRACT", {"contracts": []}, {"contract": "Oproep"}, "fail"),
        ("CONTRACT", {}, {"contract": "oproep"}, "unsure"),
        ("AVAILABILITY", {"available_from": date(2026, 12, 5)}, {}, "pass"),
        ("AVAILABILITY", {"available_from": date(2026, 12, 6)}, {}, "fail"),
        ("AVAILABILITY", {"available_from": None, "available_until": date(2026, 11, 20)}, {}, "fail"),
        ("AVAILABILITY", {"available_from": None}, {}, "unsure"),
        ("HOURS", {"hours_min": 16.0}, {"hours_max": 16.0}, "pass"),
        ("HOURS", {"hours_max": 15.9}, {"hours_min": 16.0}, "fail"),
        ("SHIFTS", {"shifts": ["day"]}, {"shifts": ["day", "weekend"]}, "fail"),
        ("LICENCE", {"licences": ["c1e"]}, {"licences": ["BE", "AM"]}, "pass"),
        ("LICENCE", {}, {"licences": ["B"]}, "lacking"),
        ("CERTIFICATE", {}, {"certificates": ["VOG"]}, "pass"),
        ("CERTIFICATE", {}, {"certificates": ["VOG"], "start_date": date(2026, 12, 18)}, "lacking"),
        ("CERTIFICATE", {"certificates": []}, {"certificates": ["VOG"], "start_date": date(2026, 12, 19)}, "pass"),
        ("CERTIFICATE", {"certificates": []}, {"certificates": ["forklift"]}, "fail"),
        ("LANGUAGE", {}, {"language_min": [{"language": "nld", "level": "A0"}]}, "pass"),
        ("LANGUAGE", {}, {"language_min": [{"language": "nld", "level": "A1"}]}, "unsure"),
        ("LANGUAGE", {"languages": []}, {"language_min": [{"language": "nld", "level": "A1"}]}, "fail"),
        ("EDUCATION", {"education_level": 1}, {"education_min": 2}, "pass"),  # off by default
        ("LOAD", {"limitations": ["noise"]}, {"loads": ["Noise"]}, "fail"),
        (
            "LOONWAARDE",
            {"loonwaarde_pct": 40.0, "lks_eligible": True},
            {"loonwaarde_min_pct": 40.0, "lks_accepted": True},
            "pass",
        ),
        ("LOONWAARDE", {"loonwaarde_pct": None, "lks_eligible": False}, {"loonwaarde_min_pct": 100.0}, "pass"),
        ("SUBSIDY", {"loonwaarde_pct": 40.0, "lks_eligible": True}, {}, "unsure"),
        ("SUBSIDY", {"loonwaarde_pct": 40.0, "lks_eligible": False}, {}, "fail"),
        (
            "SUBSIDY",
            {"loonwaarde_pct": 40.0, "lks_eligible": False},
            {"contract": "klimopbaan", "lane": "training"},
            "pass",
        ),
        ("SKILLS", {"skills": ["a", "b", "c"]}, {"skills_essential": list("abcdefghij")}, "pass"),
        ("SKILLS", {"skills": ["a", "b"]}, {"skills_essential": list("abcdefghij")}, "fail"),
        ("SKILLS", {}, {"skills_essential": ["a"]}, "lacking"),
    ],
)
def test_one_rule(rule: str, candidate: dict[str, Any], vacancy: dict[str, Any], outcome: str) -> None:
    verdict = one_pair(SURE | candidate, vacancy).verdict
    found = (rule in verdict.failed, rule in verdict.failed_on_unknown, rule in verdict.passed_on_unknown)
    assert (
        found
        == {
            "pass": (False, False, False),
            "fail": (True, False, False),
            "unsure": (False, False, True),
            "lacking": (True, True, False),
        }[outcome]
    )


def test_eligible_true_overrules_distance_and_all_from_lane_on_but_nothing_else() -> None:
    hopeless = {"ladder_step": 1, "shifts": [], "travel_max_km": 0.0, "age": 17}
    asked = NEAR | {"shifts": ["night"], "skills_essential": ["x"], "certificates": ["Forklift"]}
    record = one_pair(hopeless, asked, {"eligible": True})
    assert record.verdict.failed == ["YOUTH_NIGHT"]
    assert not record.verdict.passed_on_unknown
    assert one_pair(hopeless | {"age": 18}, asked, {"eligible": True}).to_arrange == ["forklift"]
    assert one_pair(SURE, {}, {"eligible": False}).verdict.failed == ["EXCLUDED"]
    assert one_pair(SURE, {}, {"eligible": True, "pin": "forbid"}).verdict.code == "FORBIDDEN"


def test_the_policy_turns_unknowns_over_and_rules_off() -> None:
    asked = {"licences": ["B"], "contract": "oproep"}
    turned = '[rules.LICENCE]\nunknown = "pass"\n[rules.CONTRACT]\nunknown = "fail"\n'
    assert one_pair(SURE, asked, policy=turned).verdict.failed_on_unknown == ["CONTRACT"]
    assert one_pair(SURE, asked, policy="[rules.LICENCE]\nenabled = false\n").eligible
    sooner = {"certificates": ["VOG"], "start_date": date(2026, 11, 24)}
    assert one_pair(SURE, sooner, policy="[rules.CERTIFICATE.obtainable_days]\nvog = 3\n").eligible


def test_distance_is_off_where_hardly_anybody_has_a_place() -> None:
    people: list[dict[str, Any]] = [{**SURE} for _ in range(10)]
    assert expected(bundle_of(people, [HERE])).n_eligible == 10
    people[0] |= HERE
    answer = expected(bundle_of(people, [HERE]))  # a tenth is enough to switch it on
    assert answer.n_eligible == 1
    assert answer.unassigned_row("c1")["missing"] == ["DISTANCE"]


def test_pc4_is_the_first_four_characters_and_a_point_wins() -> None:
    places = [{"pc4": "7511", "lat": 52.0, "lon": 6.0}, {"pc4": "7599", "lat": 50.0, "lon": 6.0}]
    answer = expected(bundle_of([{"pc4": " 7511 AB"}, {"pc4": "7599", **NEAR}, {"pc4": "1000"}], [HERE], places=places))
    assert [answer.by_person[c]["v0"].pair.metres for c in ("c0", "c1", "c2")] == [0, 8900, None]


# --- value --------------------------------------------------------------------------------------------------------


def test_the_logistic_table() -> None:
    assert logistic_micro(0) == 500_000
    assert logistic_micro(1520) == 820_538  # 1 / (1 + exp(-1.52)) = 0.8205385
    assert logistic_micro(12_000) == logistic_micro(99_999) == 999_994
    assert logistic_micro(-12_000) == 6


def test_the_scorecard_term_by_term() -> None:
    # 1520 base - 200 months unknown - 200 blockers unknown = 1120
    assert one_pair(SURE, {}).p_micro == logistic_micro(1120)
    person = {
        "months_on_benefit": 24,  # -400
        "skills": ["a", "b"],  # essential 2 of 3: 533 - 480; optional 1 of 2: 150
        "occupations_wanted": ["91"],  # +300
        "motivation": 5,  # +300
        "travel_max_km": 10.0,  # +100
        "needs_support": True,  # -400
        "blockers": ["debts", "health", "Debts"],  # -300
    }
    vacancy = {
        "contract": "bepaald",
        "expected_weeks": 25.9,  # -1000
        "skills_essential": ["a", "b", "c"],
        "skills_optional": ["a", "z"],
        "occupation": "9112",
    }
    z = 1520 - 400 - 1000 + 53 + 150 + 300 + 300 + 100 - 400 - 300
    assert one_pair(SURE | person, vacancy).p_micro == logistic_micro(z)
    assert one_pair(SURE | person, vacancy, {"trial_done": True}).p_micro == logistic_micro(z + 300)
    assert one_pair(SURE | person, vacancy, {"travel_km": 5.001}).p_micro == logistic_micro(z - 100)
    assert one_pair(SURE | person, vacancy, {"travel_km": 8.0}).p_micro == logistic_micro(z - 100)
    assert one_pair(SURE | person, vacancy, {"travel_km": 8.001}).p_micro == logistic_micro(z - 400)


def test_points_round_half_to_even_at_every_step() -> None:
    fact = {"p_durable": 0.500001, "p_start": 0.5}
    assert one_pair(SURE, {}, fact).points == 250_000  # 250000.5
    assert one_pair(SURE | {"p_alone": 0.1}, {}, fact).points == 200_000  # 200000.5
    assert one_pair(SURE | {"priority": 1.5}, {"lane": "training"}, fact).points == 187_500
    assert one_pair(SURE | {"hours_max": 11.99}, {"hours_max": 20.0}, fact).points == 249_792  # 249791.67
    assert one_pair(SURE | {"p_alone": 1.0}, {}, fact).points == 0
    assert one_pair(SURE, {}, fact | {"value": -3}).points == -3


LAW = {"age": 30, "lks_eligible": True, "unpaid": False}
NEW, OLD = date(2026, 7, 1), date(2026, 6, 30)


@pytest.mark.parametrize(
    ("day", "percent", "hours", "amount"),
    [
        # Vector A in the law model rounds the loonwaarde to cents first and finds 1261.975; the contract does not.
        pytest.param(NEW, 60, 36, "1261.98", id="A"),
        pytest.param(NEW, 60, 32, "1121.76", id="A'"),
        pytest.param(NEW, 60, 27, "946.49", id="A''"),  # 946.485 exactly, half up; the law model has 946.48125
        pytest.param(NEW, 20, 36, "2208.47", id="D"),  # the 70 % cap binds: 2208.4650
        pytest.param(NEW, 100, 36, "0.00", id="E"),
        pytest.param(OLD, 60, 36, "1197.75", id="before July 2026"),  # 969.84 x 1.235 = 1197.7524
    ],
)
def test_lks_by_loonwaarde(day: date, percent: int, hours: int, amount: str) -> None:
    found, basis = lks_month(day=day, loonwaarde_bp=percent * 100, hours=hours * 100, **LAW)  # type: ignore[arg-type]
    assert found == Decimal(amount)
    assert basis == ("none" if percent == 100 else "loonwaarde")


@pytest.mark.parametrize(
    ("change", "amount", "basis"),
    [
        ({}, "1577.48", "forfait"),  # half of 2523.96 x 1.25 = 1577.475
        ({"age": None}, "1577.48", "forfait"),
        ({"age": 17}, "623.10", "forfait"),  # 39.5 %: 623.1026
        ({"age": 15}, "473.24", "forfait"),  # 30 %: 473.2425
        ({"lks_eligible": None}, "0.00", "unknown"),
        ({"lks_eligible": None, "loonwaarde_bp": 6000}, "1261.98", "assumed"),
        ({"lks_eligible": False, "loonwaarde_bp": 6000}, "0.00", "none"),
        ({"unpaid": True}, "0.00", "none"),
        ({"hours": 0}, "0.00", "forfait"),
    ],
)
def test_lks_without_loonwaarde(change: dict[str, Any], amount: str, basis: str) -> None:
    case = {"day": NEW, "loonwaarde_bp": None, "hours": None, **LAW, **change}
    assert lks_month(**case) == (Decimal(amount), basis)


# --- the optimum --------------------------------------------------------------------------------------------------


def brute_force(points: dict[str, dict[str, int]], openings: dict[str, int]) -> int:
    """Every way to give every person a vacancy or nothing."""
    best = 0
    for choice in itertools.product(*[[None, *row] for row in points.values()]):
        taken = Counter(v for v in choice if v is not None)
        if all(count <= openings[v] for v, count in taken.items()):
            total = sum(row[v] for row, v in zip(points.values(), choice, strict=True) if v is not None)
            best = max(best, total)
    return best


@pytest.mark.parametrize("seed", range(60))
def test_the_optimum_and_both_prices_against_brute_force(seed: int) -> None:
    rng = random.Random(seed)
    openings = {f"v{j}": rng.choice([0, 1, 1, 2, 2**31 - 1]) for j in range(rng.randint(1, 4))}
    most = rng.choice([3, 1000])
    points = {
        f"c{i}": {v: rng.randint(-1, most) for v in openings if rng.random() < 0.7} for i in range(rng.randint(1, 6))
    }
    plan = solve(points, openings)
    assert plan.total == brute_force(points, openings)
    found = prices(points, openings, plan)
    assert found == prices_by_resolving(points, openings)
    assert upper_bound(points, openings, found[0]) == plan.total


@pytest.mark.parametrize("seed", [1, 2])
def test_chains_and_resolving_agree_on_a_whole_bundle(seed: int) -> None:
    answer = expected(random_bundle(seed, 25, 18))
    points = {c: {v: r.points for v, r in answer.eligible(c).items()} for c in answer.by_person}
    openings = {v: answer.openings(v) for v in answer.by_vacancy}
    assert (answer.price, answer.price_next) == prices_by_resolving(points, openings)


# --- rows ---------------------------------------------------------------------------------------------------------


def test_three_people_two_seats_worked_out_by_hand() -> None:
    values = {("c0", "v0"): 9, ("c0", "v1"): 7, ("c1", "v0"): 8, ("c2", "v0"): 5, ("c2", "v1"): 4, ("c2", "v2"): 6}
    facts = [{"candidate_id": c, "vacancy_id": v, "value": value} for (c, v), value in values.items()]
    answer = expected(
        bundle_of(
            [{**SURE} for _ in range(4)],
            [{}, {}, {"openings": 0}],
            '[pairing]\nsource = "pairs"\n',
            pairs=facts,
        )
    )
    assert answer.optimum == 15
    assert answer.seat_of == {"c0": "v1", "c1": "v0"}
    assert answer.price == {"v0": 8, "v1": 6, "v2": None}  # 7 is left without v0, 9 without v1
    assert answer.price_next == {"v0": 6, "v1": 4, "v2": 6}  # 9 + 8 + 4; 7 + 8 + 4; 7 + 8 + 6
    row = answer.assigned_row("c0", "v1")
    assert (row["rank"], row["vacancy_price"], row["alternatives"]) == (2, 6, ["v0"])
    row = answer.unassigned_row("c2")
    assert (row["reason"], row["n_eligible"]) == ("OUTCOMPETED", 3)
    assert (row["best_vacancy_id"], row["best_points"], row["shortfall"]) == ("v1", 4, 2)
    row = answer.unassigned_row("c3")
    assert (row["reason"], row["rule"], row["n_eligible"]) == ("NO_ELIGIBLE_VACANCY", None, 0)
    assert answer.vacancy_row("v2", 0)["n_eligible"] == 1


def test_why_somebody_has_no_work() -> None:
    people = [
        {**SURE, **HERE, "arm": "control"},
        {**SURE, **HERE, "p_alone": 1.0},
        {**SURE, **HERE, "shifts": []},
        {**SURE, "shifts": ["day"]},
        {**SURE, **HERE, "shifts": [], "skills": None, "travel_max_km": 0.0},
    ]
    jobs = [HERE | {"shifts": ["day"]}, NEAR | {"shifts": ["day"], "skills_essential": ["x"]}]
    answer = expected(bundle_of([HERE | SURE, *people], jobs))
    rows = [answer.unassigned_row(f"c{i}") for i in range(1, 6)]
    assert [row["reason"] for row in rows] == [
        "CONTROL_ARM",
        "NO_VALUE",
        "NO_ELIGIBLE_VACANCY",
        "MISSING_DATA",
        "NO_ELIGIBLE_VACANCY",
    ]
    assert [(row["rule"], row["rule_unknown"]) for row in rows] == [
        (None, False),
        ("SKILLS", True),  # one vacancy is fine, the other asks skills nobody wrote down
        ("SHIFTS", False),
        ("DISTANCE", True),
        ("SHIFTS", False),  # the far one never came past DISTANCE
    ]
    assert [row["missing"] for row in rows] == [[], ["SKILLS"], [], ["DISTANCE", "SKILLS"], []]


# --- whole bundles ------------------------------------------------------------------------------------------------


def own_outputs(answer: Expected) -> dict[str, Any]:
    """What an engine that agrees with the oracle would publish."""
    filled = Counter(answer.seat_of.values())
    return {
        "assignments": [answer.assigned_row(c, v) for c, v in answer.seat_of.items()],
        "unassigned": [answer.unassigned_row(c) for c in answer.by_person if c not in answer.seat_of],
        "vacancies_report": [answer.vacancy_row(v, filled[v]) for v in answer.by_vacancy],
        "rejected": [
            {"file": f"{file}.parquet", "row": row, "key": None, "column": column, "code": code, "severity": "error"}
            for (file, row), faults in answer.faults.items()
            for column, code in sorted(faults)[:1]
        ],
        "manifest": {
            "expected_durable": float(answer.expected_durable(answer.seat_of.items())),
            "solver": {
                "status": "OPTIMAL",
                "objective": answer.optimum,
                "upper_bound": answer.optimum,
                "gap": 0.0,
                "proof": "listed_pairs" if answer.policy.source == "pairs" else "all_pairs",
                "prices": "extreme",
            },
        },
    }


@pytest.mark.parametrize("seed", range(12))
def test_the_check_accepts_the_oracles_own_plan_and_sees_every_change(seed: int, tmp_path: Path) -> None:
    bundle = random_bundle(seed, 20, 25)
    answer = expected(bundle)
    assert check_outputs(answer, own_outputs(answer)) == []
    assert check_outputs(expected(bundle.write(tmp_path), bundle.run_date), own_outputs(answer)) == []
    for table in ("assignments", "unassigned", "vacancies_report", "rejected"):
        outputs = own_outputs(answer)
        if not outputs[table]:
            continue
        for column in outputs[table][0]:
            if column == "key":
                continue
            changed = [dict(row) for row in outputs[table]]
            old = changed[0][column]
            changed[0][column] = [*old, "x"] if isinstance(old, list) else "x" if isinstance(old, str) else 10**6
            if column == "lks_eur_month":
                changed[0][column] = old + Decimal("0.01")
            if column in ("p_durable", "travel_km"):
                changed[0][column] = (old or 0.0) + 1e-6
            assert check_outputs(answer, {**outputs, table: changed}), f"{table}.{column} changed unseen"
        assert check_outputs(answer, {**outputs, table: outputs[table][1:]}), f"{table} lost a row unseen"


def test_the_same_seed_gives_the_same_bundle() -> None:
    first, second = random_bundle(7, 15, 10), random_bundle(7, 15, 10)
    assert first.policy == second.policy
    assert {name: table.schema for name, table in first.tables.items()} == {
        name: table.schema for name, table in second.tables.items()
    }
    assert all(str(table) == str(second.tables[name]) for name, table in first.tables.items())


def test_the_bundles_meet_every_rule_reason_and_fault() -> None:
    failed: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    shares = []
    for seed in range(40):
        answer = expected(random_bundle(seed, 25, 30))
        records = [record for row in answer.by_person.values() for record in row.values()]
        shares.append(answer.n_eligible / max(1, len(records)))
        for record in records:
            failed.update(record.verdict.failed)
            unknown.update(record.verdict.failed_on_unknown + record.verdict.passed_on_unknown)
            if record.eligible:
                seen[record.lks_basis] += 1
        seen.update(answer.unassigned_row(c)["reason"] for c in answer.by_person)
        seen.update(code for faults in answer.faults.values() for _, code in faults)
    assert set(failed) == set(RULES)
    assert set(unknown) == set(RULES) - {"CONTROL_ARM", "CLOSED", "FORBIDDEN", "AGENCY", "EXCLUDED", "HOURS"}
    assert set(seen) == {
        *("none", "unknown", "loonwaarde", "assumed", "forfait"),
        *("CONTROL_ARM", "NO_ELIGIBLE_VACANCY", "MISSING_DATA", "NO_VALUE", "OUTCOMPETED"),
        *("MISSING_VALUE", "OUT_OF_RANGE", "NOT_FINITE", "UNKNOWN_CODE", "DUPLICATE_ID", "DANGLING_REFERENCE"),
        *("MIN_ABOVE_MAX", "NOT_INTEGER", "IN_TWO_FILES"),
    }
    assert 0.1 < sorted(shares)[len(shares) // 2] < 0.4
