"""Two runs of nearly the same input: everybody is counted once, and what was done to the input is what is named."""

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from matcher.cli import main
from matcher.comparing import Difference, compare
from matcher.comparing.kinds import CHANGED, FAMILY, Cause, Family, Kind, kind_of
from matcher.errors import CertificateError, InputError
from matcher.inputs import InputRequest
from matcher.io.run_folder import read_run
from matcher.nightly import RunRequest, run
from matcher.sample import write_sample
from tests.problems import RUN_DATE


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``bundle`` and a run of it under ``run``."""
    folder = tmp_path_factory.mktemp("compared")
    write_sample(folder / "bundle", people=90, vacancies=40)
    (folder / "run").symlink_to(_run(folder / "bundle", folder / "out"))
    return folder


def _run(bundle: Path, out: Path, day: dt.date = RUN_DATE) -> Path:
    inputs = InputRequest(bundle=bundle, run_date=day)
    return run(RunRequest(inputs=inputs, out=out, agencies=False, page=None)).folder


def _plan(base: Path) -> list[tuple[str, str]]:
    table = pq.read_table(base / "run" / "assignments.parquet")
    return list(zip(table["candidate_id"].to_pylist(), table["vacancy_id"].to_pylist(), strict=True))


def _without(path: Path, column: str, *ids: str) -> None:
    table = pq.read_table(path)
    pq.write_table(table.filter(pc.invert(pc.is_in(table[column], value_set=pa.array(ids)))), path)


def _changed(
    base: Path, tmp_path: Path, change: Callable[[Path], None], *, look: bool = True, day: dt.date = RUN_DATE
) -> Difference:
    """The difference that a change of the bundle makes; held to its own sums."""
    bundle = shutil.copytree(base / "bundle", tmp_path / "bundle")
    change(bundle)
    second = _run(bundle, tmp_path / "out", day)
    inputs = {"input1": base / "bundle", "input2": bundle} if look else {}
    found = compare(read_run(base / "run"), read_run(second), **inputs)
    _held_to_its_sums(found, base / "run", second)
    return found


def _held_to_its_sums(found: Difference, first: Path, second: Path) -> None:
    people, places = [], []
    for folder in (first, second):
        plan, rest = (pq.read_table(folder / f"{name}.parquet") for name in ("assignments", "unassigned"))
        places.append(dict(zip(plan["candidate_id"].to_pylist(), plan["vacancy_id"].to_pylist(), strict=True)))
        people.append({*places[-1], *rest["candidate_id"].to_pylist()})
    assert sum(found.totals.values()) == len(people[0] | people[1])
    rows = found.changes.to_pylist()
    meant = {
        one
        for one in people[0] | people[1]
        if (one in people[0]) != (one in people[1]) or places[0].get(one) != places[1].get(one)
    }
    assert {row["candidate_id"] for row in rows} == meant
    for row in rows:
        one = row["candidate_id"]
        assert (row["from"], row["to"]) == (places[0].get(one), places[1].get(one))
        assert row["kind"] == kind_of((one in people[0], one in people[1]), row["from"], row["to"])
    for kind in CHANGED:
        assert found.totals[kind] == sum(counts[kind] for counts in found.causes.values())


def _row(found: Difference, person: str) -> dict[str, Any]:
    return next(row for row in found.changes.to_pylist() if row["candidate_id"] == person)


def test_the_same_input_changes_nothing(base: Path, tmp_path: Path) -> None:
    found = _changed(base, tmp_path, lambda bundle: None)
    assert not found.changes.num_rows and not found.causes
    assert not (found.whole.inputs or found.whole.policy or found.whole.versions)
    assert found.totals[Kind.SAME] == len(_plan(base))


def test_who_went_and_what_that_moved(base: Path, tmp_path: Path) -> None:
    person = _plan(base)[0][0]
    found = _changed(base, tmp_path, lambda bundle: _without(bundle / "candidates.parquet", "candidate_id", person))
    assert (_row(found, person)["kind"], _row(found, person)["cause"]) == ("gone_placed", "person_gone")
    assert found.whole.inputs == ("candidates.parquet",)
    others = {row["cause"] for row in found.changes.to_pylist() if row["candidate_id"] != person}
    assert others <= {"competition"}


def test_a_vacancy_that_went(base: Path, tmp_path: Path) -> None:
    person, job = _plan(base)[0]
    found = _changed(base, tmp_path, lambda bundle: _without(bundle / "vacancies.parquet", "vacancy_id", job))
    assert _row(found, person)["cause"] == "vacancy_gone"
    people = {one for one, place in _plan(base) if place == job}
    assert {row["candidate_id"] for row in found.changes.to_pylist() if row["cause"] == "vacancy_gone"} == people


def test_a_person_who_changed_and_the_same_seen_from_outside(base: Path, tmp_path: Path) -> None:
    person = _plan(base)[0][0]

    def later(bundle: Path) -> None:
        table = pq.read_table(bundle / "candidates.parquet")
        mine = pc.equal(table["candidate_id"], person)
        day = pa.scalar(dt.date(2099, 1, 1), table.schema.field("available_from").type)
        at = table.column_names.index("available_from")
        pq.write_table(
            table.set_column(at, "available_from", pc.if_else(mine, day, table["available_from"])),
            bundle / "candidates.parquet",
        )

    found = _changed(base, tmp_path / "in", later)
    assert (_row(found, person)["kind"], _row(found, person)["cause"]) == ("lost", "person_changed")
    blind = _changed(base, tmp_path / "out", later, look=False)
    assert _row(blind, person)["cause"] == "data_or_competition" and not blind.looked_inside


def test_a_decline_and_a_start(base: Path, tmp_path: Path) -> None:
    (person, job), (other, its), *_ = _plan(base)
    away = next(place for _, place in _plan(base) if place not in (job, its))
    told = {"candidate_id": [person, other], "vacancy_id": [job, away], "status": ["declined_employer", "started"]}
    found = _changed(base, tmp_path, lambda bundle: pq.write_table(pa.table(told), bundle / "previous.parquet"))
    assert _row(found, person)["cause"] == "declined"
    assert (_row(found, other)["to"], _row(found, other)["cause"]) == (away, "work")
    assert {FAMILY[Cause(row["cause"])] for row in found.changes.to_pylist()} <= {Family.ANSWER, Family.COMPETITION}


def test_a_policy_names_its_keys(base: Path, tmp_path: Path) -> None:
    def stricter(bundle: Path) -> None:
        text = "[rules.DISTANCE]\ndefault_km = 3\n[rules.SKILLS]\nskill_coverage_min = 1.0\n"
        (bundle / "policy.toml").write_text(text, encoding="utf-8")

    found = _changed(base, tmp_path, stricter)
    assert found.whole.policy == ("rules.DISTANCE.default_km", "rules.SKILLS.skill_coverage_min")
    assert found.changes.num_rows and set(found.causes) == {Cause.POLICY}


def test_a_day_later(base: Path, tmp_path: Path) -> None:
    found = _changed(base, tmp_path, lambda bundle: None, day=RUN_DATE + dt.timedelta(days=60))
    assert set(found.causes) <= {Cause.VACANCY_CLOSED, Cause.DAY}
    assert found.changes.num_rows


def test_an_input_of_another_run_is_refused(base: Path, tmp_path: Path) -> None:
    first = read_run(base / "run")
    write_sample(tmp_path / "other", people=20, vacancies=10)
    with pytest.raises(CertificateError, match="is not the input of"):
        compare(first, first, input1=base / "bundle", input2=tmp_path / "other")
    with pytest.raises(InputError, match="alone tells nothing"):
        compare(first, first, input1=base / "bundle")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_command_tells_all_of_it(base: Path, tmp_path: Path, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = shutil.copytree(base / "bundle", tmp_path / "bundle")
    people = [person for person, _ in _plan(base)[:3]]
    _without(bundle / "candidates.parquet", "candidate_id", *people)
    second = _run(bundle, tmp_path / "out")

    def said(*more: str) -> str:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(
                [
                    "diff",
                    str(base / "run"),
                    str(second),
                    "--input1",
                    str(base / "bundle"),
                    "--input2",
                    str(bundle),
                    "--lang",
                    lang,
                    *more,
                ]
            )
        assert ended.value.code == 0
        return capsys.readouterr().out

    plain = said()
    assert ("weg, had een plek" if lang == "nl" else "gone, had a place") in plain
    assert not any(person in plain for person in people), "nobody is named unless asked"
    shown = said("--list", "--limit", "2", "--csv", str(tmp_path / "list.csv"))
    assert sum(person in shown for person in people) <= 2
    assert all(person in (tmp_path / "list.csv").read_text("utf-8-sig") for person in people)
    told = json.loads(said("--json", "--list"))
    assert told["totals"]["gone_placed"] == 3 and told["causes"]["person_gone"]["family"] == "data"
    assert {row["candidate_id"] for row in told["changes"]} >= set(people)
