"""The change that is named really brings a place: solved again with that change alone, made by other hands.

``python -m tests.test_whatif BUNDLE [PEOPLE]`` does the same for many people of any bundle.
"""

import datetime as dt
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import matcher
from matcher.amend import AmendError, amended, usual_values, variants
from matcher.domain.arrow import arrow_type
from matcher.domain.raw import RawTables
from matcher.domain.schema import TABLES
from matcher.inputs import InputRequest, read_inputs
from matcher.library import MatchResult
from matcher.plan import reported_plan
from matcher.sample import write_sample
from matcher.verdict.changes import Change, ChangeKind, Edit, WhatIf, WhatIfState
from matcher.verdict.prospects import proposals
from matcher.verdict.wording import explanation_lines
from matcher.whatif import _person_case, solve_with, what_if

DAY = dt.date(2026, 11, 21)
Tables = Mapping[str, pa.Table]


def _match(tables: Tables, policy: Any = None) -> MatchResult:
    rest = {name: table for name, table in tables.items() if name not in {"candidates", "vacancies"}}
    return matcher.match(tables["candidates"], tables["vacancies"], policy=policy, run_date=DAY, **rest)


def _by_hand(tables: Tables, candidate_id: str, edits: Sequence[Edit]) -> Tables:
    """The change made row by row in plain Python, with the types of the contract."""
    rows = {name: table.to_pylist() for name, table in tables.items()}
    for edit in edits:
        key = {"candidate_id": candidate_id}
        if edit.vacancy_id is not None:
            key["vacancy_id"] = edit.vacancy_id
        mine = [row for row in rows.setdefault(edit.table, []) if all(row[name] == key[name] for name in key)]
        if not mine:
            mine = [dict(key)]
            rows[edit.table] += mine
        mine[0][edit.column] = [*(mine[0].get(edit.column) or []), edit.value] if edit.add else edit.value
    changed = {}
    for name in {edit.table for edit in edits}:
        names = list(dict.fromkeys(column for row in rows[name] for column in row))
        fields = [(column, arrow_type(TABLES[name].column(column))) for column in names]
        changed[name] = pa.Table.from_pylist(rows[name], schema=pa.schema(fields))
    return {**tables, **changed}


def check(tables: Tables, result: MatchResult, people: Sequence[str], policy: Any = None) -> Counter[str]:
    """Ask what would help each of these people, and hold every answer against a plan that is made and certified anew."""
    plan = reported_plan(result.report, RawTables(tables))
    seen: Counter[str] = Counter()
    for name in people:
        began = time.monotonic()
        answer = what_if(plan, name)
        seen["milliseconds"] += int(1000 * (time.monotonic() - began))
        seen[answer.state.value] += 1
        if answer.change is not None:
            seen[f"{answer.change.kind.value} {answer.change.column}"] += 1
            again = _match(_by_hand(tables, name, answer.change.edits), policy)
            rows = {row["candidate_id"]: row for row in again.assignments.to_pylist()}
            assert name in rows, answer
            assert again.status == "OPTIMAL"
            assert again.objective - result.objective == answer.plan_gain
            assert answer.plan_gain is not None
            assert answer.plan_gain > 0
        told = explanation_lines(result.explain(name), "nl", answer)
        assert all(line and "{" not in line for line in told)
    return seen


def components_sum(result: MatchResult, people: Sequence[str]) -> int:
    """Hold the parts of these people's proposals against z and the chance; return how many had parts."""
    seen = 0
    rows = {row["candidate_id"]: row for row in result.assignments.to_pylist()}
    for name in people:
        proposal = result.explain(name).proposal
        assert proposal is not None
        assert proposal.p_durable_micro == round(rows[name]["p_durable"] * 1_000_000)
        if proposal.parts:
            assert sum(part.milli for part in proposal.parts) == proposal.z
            assert sum(part.p_micro for part in proposal.parts) == proposal.p_durable_micro
            seen += 1
    return seen


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tables, MatchResult]:
    """400 people, 200 vacancies, and their plan."""
    folder = tmp_path_factory.mktemp("whatif") / "bundle"
    write_sample(folder, people=400, vacancies=200, seed=3)
    tables = read_inputs(InputRequest(bundle=folder)).bundle.raw.tables
    return tables, _match(tables)


def test_the_named_change_brings_a_place(small: tuple[Tables, MatchResult]) -> None:
    tables, result = small
    idle = result.unassigned.to_pylist()
    some = random.Random(5).sample([row["candidate_id"] for row in idle], 20)
    seen = check(tables, result, some)
    assert seen["confirmed"] >= 10
    assert seen["unconfirmed"] == 0


def test_components_sum_to_z_and_p(small: tuple[Tables, MatchResult]) -> None:
    _, result = small
    assert components_sum(result, result.assignments["candidate_id"].to_pylist()[:20]) >= 10


def test_where_no_change_is_named_none_helps(small: tuple[Tables, MatchResult]) -> None:
    tables, result = small
    plan = reported_plan(result.report, RawTables(tables))
    seen = 0
    hard = [row["candidate_id"] for row in result.unassigned.to_pylist() if row["reason"] == "NO_ELIGIBLE_VACANCY"]
    for name in hard:
        if what_if(plan, name).state is not WhatIfState.NO_CHANGE:
            continue
        person = list(plan.case.codebook.candidate_ids).index(name)
        asked = proposals(_person_case(plan, person), usual_pc4=usual_values(tables["candidates"], "pc4", 5))
        for proposal in asked[:3]:
            _, again = solve_with(plan, name, proposal.change)
            assert again.objective == result.objective
            seen += 1
        if seen >= 5:
            break
    assert seen >= 5


def test_a_pair_gets_what_was_asked(small: tuple[Tables, MatchResult]) -> None:
    tables, result = small
    plan = reported_plan(result.report, RawTables(tables))
    asked = []
    for name in result.unassigned["candidate_id"].to_pylist()[:20]:
        answer = what_if(plan, name)
        if answer.vacancy_id is not None:
            asked.append((name, answer.vacancy_id))
    draw = random.Random(2)
    vacancies, placed = plan.case.codebook.vacancy_ids, result.assignments["candidate_id"].to_pylist()
    asked += [(draw.choice(placed), draw.choice(vacancies)) for _ in range(60)]
    seen: Counter[tuple[str, bool]] = Counter()
    for name, vacancy in asked:
        answer = what_if(plan, name, vacancy)
        seen[answer.state.value, name in placed] += 1
        if answer.change is not None:
            assert answer.vacancy_id == vacancy
            again = _match(_by_hand(tables, name, answer.change.edits)).assignments
            got = dict(zip(again["candidate_id"].to_pylist(), again["vacancy_id"].to_pylist(), strict=True))
            assert got[name] == vacancy
    assert seen["confirmed", False] >= 5
    assert seen["confirmed", True] >= 1
    assert seen["no_change", True] >= 10


HOME = {"lat": 52.22, "lon": 6.89}
WORK = {"lat": 52.22, "lon": 6.89, "openings": 1}
FAIL = {"unknown": "fail"}
SINGLE = [
    (ChangeKind.LICENCE, {"licences": ["AM"]}, {"licences": ["B"]}, {}, "B"),
    (ChangeKind.CERTIFICATE, {"certificates": []}, {"certificates": ["Heftruck"]}, {}, "Heftruck"),
    (ChangeKind.SHIFT, {"shifts": ["day"]}, {"shifts": ["day", "night"]}, {}, "night"),
    (ChangeKind.CONTRACT, {"contracts": ["bepaald"]}, {"contract": "oproep"}, {}, "oproep"),
    (ChangeKind.HOURS_MORE, {"hours_max": 20.0}, {"hours_min": 24.0}, {}, 24.0),
    (ChangeKind.HOURS_MORE, {"hours_max": 20.0}, {"hours_min": 28.0}, {}, 28.0),
    (ChangeKind.HOURS_LESS, {"hours_min": 24.0}, {"hours_max": 20.0}, {}, 20.0),
    (
        ChangeKind.LANGUAGE,
        {"languages": [{"language": "nld", "level": "A2"}]},
        {"language_min": [{"language": "nld", "level": "B1"}]},
        {},
        ("nld", "B1"),
    ),
    (ChangeKind.TRAVEL_KM, {"travel_max_km": 10.0}, {"lat": 52.30}, {}, 15.0),
    (ChangeKind.TRAVEL_KM, {}, {"lat": 52.45}, {}, 35.0),
    (ChangeKind.TRAVEL_MIN, {"travel_max_min": 45.0}, {"lat": 52.32}, {}, 60.0),
    (
        ChangeKind.TRANSPORT,
        {"travel_max_min": 30.0, "transport": ["walk"]},
        {"lat": 52.255},
        {},
        "bike",
    ),
    (ChangeKind.START_EARLIER, {"available_from": dt.date(2026, 12, 15)}, {}, {}, dt.date(2026, 12, 5)),
    (ChangeKind.START_FAR_EARLIER, {"available_from": dt.date(2027, 5, 1)}, {}, {}, dt.date(2026, 12, 5)),
    (
        ChangeKind.STAY_LONGER,
        {"available_until": dt.date(2026, 12, 25)},
        {"start_date": dt.date(2027, 1, 4)},
        {},
        dt.date(2027, 1, 8),
    ),
    (
        ChangeKind.SKILL,
        {"skills": ["a"]},
        {"skills_essential": ["B", "c"]},
        {"SKILLS": {"skill_coverage_min": 0.5}},
        "b",
    ),
    (ChangeKind.LADDER, {"ladder_step": 3}, {}, {}, 4),
    (ChangeKind.EDUCATION, {"education_level": 2}, {"education_min": 3}, {"EDUCATION": {"enabled": True}}, 3),
]
FILLS = [
    ("skills", {}, {"skills_essential": ["a"]}, {}, ("a",)),
    ("licences", {}, {"licences": ["be"]}, {}, ("BE",)),
    ("certificates", {}, {"certificates": ["VCA", "Heftruck"], "start_date": dt.date(2027, 6, 1)}, {}, ("Heftruck",)),
    ("consent", {}, {"agency_id": "u"}, {}, True),
    ("age", {}, {"shifts": ["night"]}, {"YOUTH_NIGHT": FAIL}, 30),
    ("ladder_step", {}, {}, {"LANE": FAIL}, 4),
    ("contracts", {}, {"contract": "bbl"}, {"CONTRACT": FAIL}, ("bbl",)),
    ("available_from", {}, {}, {"AVAILABILITY": FAIL}, DAY),
    ("shifts", {}, {"shifts": ["day"]}, {"SHIFTS": FAIL}, ("day",)),
    ("languages", {}, {"language_min": [{"language": "eng", "level": "B1"}]}, {"LANGUAGE": FAIL}, (("eng", "B1"),)),
    (
        "languages",
        {"languages": [{"language": "eng", "level": None}]},
        {"language_min": [{"language": "eng", "level": "B1"}]},
        {"LANGUAGE": FAIL},
        (("eng", "B1"),),
    ),
    ("education_level", {}, {"education_min": 3}, {"EDUCATION": {**FAIL, "enabled": True}}, 3),
    ("limitations", {}, {"loads": ["tillen"]}, {"LOAD": FAIL}, ()),
    ("loonwaarde_pct", {}, {"loonwaarde_min_pct": 40.0}, {"LOONWAARDE": FAIL}, 40.0),
    ("lks_eligible", {"loonwaarde_pct": 60.0}, {"lks_accepted": True}, {"SUBSIDY": FAIL}, True),
]


def _frame(table: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    names = list(dict.fromkeys(name for row in rows for name in row))
    schema = pa.schema([(name, arrow_type(TABLES[table].column(name))) for name in names])
    return pa.Table.from_pylist([dict(row) for row in rows], schema=schema)


def _one(person: Mapping[str, Any], job: Mapping[str, Any], rules: Mapping[str, Any]) -> tuple[MatchResult, WhatIf]:
    tables = {
        "candidates": _frame("candidates", [{"candidate_id": "p", **HOME, **person}]),
        "vacancies": _frame("vacancies", [{"vacancy_id": "v", **WORK, **job}]),
    }
    policy = {"rules": rules} if rules else None
    result = _match(tables, policy)
    assert result.unassigned.num_rows == 1
    answer = result.what_if(" p ")
    if answer.change is not None:
        assert _match(_by_hand(tables, "p", answer.change.edits), policy).assignments.num_rows == 1
        assert result.what_if("p", "v").change == answer.change
    return result, answer


@pytest.mark.parametrize(("kind", "person", "job", "rules", "after"), SINGLE)
def test_one_step_is_named(kind: ChangeKind, person: Any, job: Any, rules: Any, after: Any) -> None:
    _, answer = _one(person, job, rules)
    assert answer.state is WhatIfState.CONFIRMED
    assert answer.change is not None
    assert (answer.change.kind, answer.change.after) == (kind, after)


@pytest.mark.parametrize(("column", "person", "job", "rules", "after"), FILLS)
def test_one_missing_field_is_named(column: str, person: Any, job: Any, rules: Any, after: Any) -> None:
    _, answer = _one(person, job, rules)
    assert answer.state is WhatIfState.CONFIRMED
    assert answer.change is not None
    assert (answer.change.kind, answer.change.column, answer.change.after) == (ChangeKind.FILL, column, after)


NEVER = [
    ({"age": 17}, {"shifts": ["night"]}, {}),
    ({"consent": False}, {"agency_id": "u"}, {}),
    ({"limitations": ["tillen"]}, {"loads": ["tillen"]}, {}),
    ({"loonwaarde_pct": 30.0}, {"loonwaarde_min_pct": 60.0}, {}),
    ({"hours_max": 8.0}, {"hours_min": 32.0}, {}),
    ({"licences": [], "shifts": ["day"]}, {"licences": ["B"], "shifts": ["night"]}, {}),
    ({}, {"closing_date": dt.date(2026, 1, 1)}, {}),
]


@pytest.mark.parametrize(("person", "job", "rules"), NEVER)
def test_some_things_are_never_proposed(person: Any, job: Any, rules: Any) -> None:
    """Not another age, not consent that was refused, not health; and two obstacles are not one change."""
    _, answer = _one(person, job, rules)
    assert answer.state is WhatIfState.NO_CHANGE
    assert answer.change is None


def test_people_of_the_control_arm_are_not_asked() -> None:
    result, answer = _one({"arm": "control"}, {}, {})
    assert answer.state is WhatIfState.CONTROL_ARM
    assert any("controlegroep" in line for line in explanation_lines(result.explain("p"), "nl", answer))


def test_an_unknown_home_is_tried_where_most_people_live() -> None:
    people = [{"candidate_id": f"q{i}", "pc4": "7511 AB", "licences": []} for i in range(3)]
    people += [{"candidate_id": "r", "pc4": "7545", "licences": []}, {"candidate_id": "p", "licences": ["B"]}]
    result = matcher.match(
        _frame("candidates", people),
        _frame("vacancies", [{"vacancy_id": "v", "openings": 1, "pc4": "7511", "licences": ["B"]}]),
        places=_frame("places", [{"pc4": "7511", **HOME}, {"pc4": "7545", "lat": 52.21, "lon": 6.85}]),
        run_date=DAY,
    )
    change = result.what_if("p").change
    assert change is not None
    assert (change.column, change.after) == ("pc4", "7511 AB")


def test_a_trial_placement_closes_a_small_gap() -> None:
    people = [
        {"candidate_id": "p", **HOME, "motivation": 3},
        {"candidate_id": "q", **HOME, "motivation": 4},
    ]
    result = matcher.match(
        _frame("candidates", people), _frame("vacancies", [{"vacancy_id": "v", **WORK}]), run_date=DAY
    )
    answer = result.what_if("p")
    assert answer.change is not None
    assert (answer.change.kind, answer.change.after, answer.vacancy_id) == (ChangeKind.TRIAL, "v", "v")
    assert result.what_if("q").state is WhatIfState.PLACED
    pair = result.explain_pair("p", "v")
    assert pair.contest is not None
    assert (pair.contest.place, pair.contest.of) == (2, 2)
    assert result.explain_vacancy("v").field.nowhere == 1


def test_nothing_is_promised_about_a_plan_that_is_not_proven(small: tuple[Tables, MatchResult]) -> None:
    tables, result = small
    plan = reported_plan(result.report, RawTables(tables))
    early = type(plan)(raw=plan.raw, case=plan.case, tables=plan.tables, status="FEASIBLE", objective=plan.objective)
    person = result.unassigned["candidate_id"][0].as_py()
    assert what_if(early, person).state in {WhatIfState.NOT_PROVEN, WhatIfState.CONTROL_ARM}


TYPES = [
    ("travel_max_km", pa.array([5, 10], pa.int32()), 15.0, 15),
    ("travel_max_km", pa.array([5, 10], pa.decimal128(8, 2)), 15.0, 15),
    ("travel_max_km", pa.nulls(2), 15.5, 15.5),
    ("travel_max_km", pa.array([5, 10], pa.int32()), 15.5, 15.5),
    ("licences", pa.array([["B"], []], pa.large_list(pa.large_string())), ["AM"], ["AM"]),
    ("licences", pa.array([["B"], ["C"]], pa.list_(pa.string(), 1)), ["AM", "B"], ["AM", "B"]),
    ("pc4", pa.array(["7511", None]).dictionary_encode(), "7545", "7545"),
    ("available_from", pa.array([None, None], pa.timestamp("ms")), DAY, DAY),
]


@pytest.mark.parametrize(("column", "held", "value", "after"), TYPES)
def test_a_cell_of_any_accepted_type_can_be_changed(column: str, held: pa.Array, value: Any, after: Any) -> None:
    people = pa.table({"candidate_id": pa.array(["a", " b "]), column: held, "note": ["x", "y"]})
    out = amended(RawTables({"candidates": people}), "b", [Edit("candidates", column, value)]).tables["candidates"]
    assert out[column].to_pylist() == [held[0].as_py(), after]
    assert out.drop_columns([column]).equals(people.drop_columns([column]))


def test_what_a_table_cannot_hold_is_refused() -> None:
    people = pa.table({"candidate_id": ["a"], "hours_max": ["many"]})
    with pytest.raises(AmendError):
        amended(RawTables({"candidates": people}), "a", [Edit("candidates", "hours_max", 20.0)])
    with pytest.raises(AmendError):
        amended(RawTables({"candidates": people}), "z", [])
    copies = variants(RawTables({"candidates": people}), "a", [[Edit("candidates", "hours_max", 20.0)], []])
    assert copies.ids == (None, "a~1")


def test_a_fact_about_a_pair_finds_its_row_or_gets_one() -> None:
    people = pa.table({"candidate_id": ["a", "b"]})
    edit = Edit("pairs", "trial_done", True, vacancy_id="v")
    fresh = amended(RawTables({"candidates": people}), "a", [edit]).tables["pairs"]
    assert fresh.to_pylist() == [{"candidate_id": "a", "vacancy_id": "v", "trial_done": True}]
    pairs = pa.table({"candidate_id": ["b", "a"], "vacancy_id": ["v", "w"], "travel_km": [1.0, 2.0]})
    more = amended(RawTables({"candidates": people, "pairs": pairs}), "a", [edit]).tables["pairs"]
    assert more.to_pylist()[:2] == [row | {"trial_done": None} for row in pairs.to_pylist()]
    assert more.to_pylist()[2] == {"candidate_id": "a", "vacancy_id": "v", "travel_km": None, "trial_done": True}
    same = amended(RawTables({"candidates": people, "pairs": pairs}), "b", [edit]).tables["pairs"]
    assert same["trial_done"].to_pylist() == [True, None]


def test_changes_have_an_order_of_costs() -> None:
    costs = [Change(kind, None, "x", None, None, ()).cost for kind in ChangeKind]
    assert costs == sorted(costs)
    assert costs[0] < costs[1] < Change(ChangeKind.CERTIFICATE, None, "x", None, None, ()).cost


def main() -> None:
    """Explain and change many people of a bundle on disk, and say what came out."""
    bundle, people = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200
    inputs = read_inputs(InputRequest(bundle=bundle, run_date=DAY))
    tables = inputs.bundle.raw.tables
    result = _match(tables, inputs.policy)
    placed, idle = (table["candidate_id"].to_pylist() for table in (result.assignments, result.unassigned))
    summed = random.Random(7).sample(placed, min(people, len(placed)))
    print(f"{components_sum(result, summed):8,} of {len(summed):,} proposals with parts that sum")
    chosen = random.Random(7).sample(idle, min(people, len(idle)))
    for key, count in sorted(check(tables, result, chosen, inputs.policy).items()):
        print(f"{count:8,} {key}")


if __name__ == "__main__":
    main()
