"""A sample has the shape it promises: files, types, exact margins, and the same bytes every time."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from matcher.sample import SCENARIOS, SampleSummary, write_sample
from matcher.sample.scenario import LANES
from matcher.sample.schema import tables

PLAIN_FILES = {"candidates", "sensitive", "audit", "vacancies", "pairs", "places", "employers", "agencies"}


def read(directory: Path, name: str) -> pa.Table:
    return pq.read_table(directory / f"{name}.parquet")


def rows(directory: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(directory, name).to_pylist()
    return found


@pytest.fixture(scope="module")
def enschede(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("enschede")
    write_sample(directory)
    return directory


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("limited")
    write_sample(directory, limits=True)
    return directory


@pytest.mark.parametrize("limits", [False, True])
def test_same_arguments_same_bytes(tmp_path: Path, limits: bool) -> None:
    for name in ("one", "two"):
        write_sample(tmp_path / name, seed=7, people=500, vacancies=300, limits=limits)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == sorted(f"{name}.parquet" for name in tables(limits))
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_another_seed_is_another_sample(tmp_path: Path) -> None:
    for seed in (1, 2):
        write_sample(tmp_path / str(seed), seed=seed, people=200, vacancies=100)
    assert not read(tmp_path / "1", "candidates").equals(read(tmp_path / "2", "candidates"))


@pytest.mark.parametrize("limits", [False, True])
@pytest.mark.parametrize("people", [0, 1, 7])
@pytest.mark.parametrize("vacancies", [0, 1, 7])
def test_small_and_empty_sizes(tmp_path: Path, people: int, vacancies: int, limits: bool) -> None:
    summary = write_sample(tmp_path, people=people, vacancies=vacancies, limits=limits)
    assert (summary.rows["candidates"], summary.rows["vacancies"]) == (people, vacancies)
    for name, schema in tables(limits).items():
        assert read(tmp_path, name).schema.equals(schema), name


def test_summary_counts_what_was_written(tmp_path: Path) -> None:
    summary = write_sample(tmp_path, scenario="twente", people=300, vacancies=400)
    assert isinstance(summary, SampleSummary)
    assert dict(summary.rows) == {name: read(tmp_path, name).num_rows for name in PLAIN_FILES}
    assert sum(summary.openings.values()) == pc.sum(read(tmp_path, "vacancies")["openings"]).as_py()


def test_scenarios_have_their_binding_sizes() -> None:
    sizes = {name: (scenario.people, scenario.vacancies) for name, scenario in SCENARIOS.items()}
    assert sizes == {
        "pilot": (300, 2_000),
        "enschede": (5_351, 2_000),
        "twente": (11_000, 10_000),
        "region": (50_000, 40_000),
        "nation": (410_000, 387_000),
    }


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_scenario_writes_at_a_smaller_size(tmp_path: Path, scenario: str) -> None:
    summary = write_sample(tmp_path, scenario=scenario, people=400, vacancies=350, limits=True)
    assert summary.rows["candidates"] == 400
    regions = set(pc.unique(read(tmp_path, "candidates")["region"]).to_pylist()) - {None}
    assert (len(regions) > 20) == (scenario == "nation")


def test_ladder_is_that_of_enschede_in_2010(enschede: Path) -> None:
    steps = Counter(read(enschede, "candidates")["ladder_step"].to_pylist())
    assert steps == {6: 13, 5: 188, 4: 1_015, 3: 1_821, 2: 1_563, 1: 751}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("limits", [False, True])
def test_enschede_has_room_for_its_goals(tmp_path: Path, seed: int, limits: bool) -> None:
    write_sample(tmp_path, seed=seed, limits=limits)
    openings: Counter[str] = Counter()
    growth = 0
    for row in rows(tmp_path, "vacancies"):
        openings[row["lane"] or "regular"] += row["openings"]
        growth += row["openings"] if row["growth_sector"] else 0
    least = {"regular": 1_200, "supported": 600, "training": 1_400, "activation": 1_800}
    assert all(openings[lane] >= least[lane] for lane in LANES), openings
    assert growth >= 800
    young = [row for row in rows(tmp_path, "candidates") if row["age"] is not None and row["age"] < 27]
    assert len(young) >= 900
    assert sum(row["preferred"] for row in rows(tmp_path, "employers")) == 30


def test_enschede_is_as_incomplete_as_real_files(enschede: Path) -> None:
    candidates = read(enschede, "candidates")
    missing = {name: candidates[name].null_count / candidates.num_rows for name in candidates.column_names}
    assert 0.38 <= missing["education_level"] <= 0.45
    assert missing["loonwaarde_pct"] > 0.8
    assert 0.10 < missing["skills"] < 0.40
    assert missing["ladder_step"] == 0.0
    assert 0.02 < missing["pc4"] < 0.10


def test_pilot_has_two_arms_of_150(tmp_path: Path) -> None:
    write_sample(tmp_path, scenario="pilot")
    assert Counter(read(tmp_path, "candidates")["arm"].to_pylist()) == {"treatment": 150, "control": 150}
    assert read(tmp_path, "employers").num_rows > 100


def test_without_limits_nothing_of_limits_is_there(enschede: Path) -> None:
    assert {path.stem for path in enschede.iterdir()} == PLAIN_FILES
    assert not {"uses", "coach_id"} & set(read(enschede, "candidates").column_names)
    later = {"uses", "job_id", "support_hours"}
    assert not later & set(read(enschede, "vacancies").column_names)
    assert "uses" not in read(enschede, "pairs").column_names
    assert set(pc.unique(read(enschede, "pairs")["pin"]).to_pylist()) == {None, "forbid"}
    assert not {"max_placements", "max_supported"} & set(read(enschede, "employers").column_names)
    assert "max_placements" not in read(enschede, "agencies").column_names


def test_with_limits_all_of_them_are_used(limited: Path) -> None:
    assert {path.stem for path in limited.iterdir()} == PLAIN_FILES | {"coaches", "resources"}
    for name, columns in (
        ("candidates", ("coach_id", "uses")),
        ("vacancies", ("uses", "job_id", "support_hours")),
        ("pairs", ("uses",)),
        ("employers", ("max_placements", "max_supported")),
        ("agencies", ("max_placements",)),
    ):
        table = read(limited, name)
        for column in columns:
            assert 0 < table.num_rows - table[column].null_count < table.num_rows, (name, column)
    coaches = set(read(limited, "coaches")["coach_id"].to_pylist())
    assert set(read(limited, "candidates")["coach_id"].to_pylist()) - {None} <= coaches
    resources = set(read(limited, "resources")["resource_id"].to_pylist())
    for name in ("candidates", "vacancies", "pairs"):
        used = {use["resource_id"] for row in read(limited, name)["uses"].to_pylist() for use in row or ()}
        assert used <= resources


def test_social_return_has_a_minimum_that_vacancies_under_contract_can_reach(limited: Path, tmp_path: Path) -> None:
    wanted = {row["resource_id"]: row for row in rows(limited, "resources")}["sroi-eur"]
    assert (wanted["minimum"], wanted["capacity"]) == (1_000_000, None)  # 5 % of 2,000 x 10,000 euros
    brought = 0
    for row in rows(limited, "vacancies"):
        own = sum(use["amount"] for use in row["uses"] or () if use["resource_id"] == "sroi-eur")
        assert (own > 0) == (row["sroi_contract_id"] is not None)
        brought += own * row["openings"]
    assert brought > 3 * wanted["minimum"]
    write_sample(tmp_path, people=400, vacancies=300, limits=True)
    assert {row["minimum"] for row in rows(tmp_path, "resources")} == {None}


def test_twins_are_one_job_offered_by_others(limited: Path) -> None:
    jobs: dict[str, list[dict[str, Any]]] = {}
    for row in rows(limited, "vacancies"):
        if row["job_id"] is not None:
            jobs.setdefault(row["job_id"], []).append(row)
    assert len(jobs) > 20
    for first, second in jobs.values():
        assert first["agency_id"] != second["agency_id"]
        own = {"vacancy_id": None, "agency_id": None}
        assert first | own == second | own


def test_references_lead_somewhere(limited: Path) -> None:
    people = set(read(limited, "candidates")["candidate_id"].to_pylist())
    jobs = set(read(limited, "vacancies")["vacancy_id"].to_pylist())
    places = set(read(limited, "places")["pc4"].to_pylist())
    pairs = [(row["candidate_id"], row["vacancy_id"]) for row in rows(limited, "pairs")]
    assert len(pairs) == len(set(pairs)) > 1_000
    assert {who for who, _ in pairs} <= people
    assert {what for _, what in pairs} <= jobs
    for name in ("sensitive", "audit"):
        assert set(read(limited, name)["candidate_id"].to_pylist()) <= people
    for name in ("candidates", "vacancies"):
        assert set(read(limited, name)["pc4"].to_pylist()) - {None} <= places
    agencies = set(read(limited, "agencies")["agency_id"].to_pylist())
    asked = {agency for row in rows(limited, "candidates") for agency in row["share_agencies"] or ()}
    assert asked <= agencies
    assert set(read(limited, "vacancies")["agency_id"].to_pylist()) - {None} <= agencies
    assert set(read(limited, "vacancies")["employer_id"].to_pylist()) - {None} <= set(
        read(limited, "employers")["employer_id"].to_pylist()
    )


def test_lists_hold_nothing_twice(enschede: Path) -> None:
    for name in ("candidates", "vacancies", "sensitive"):
        table = read(enschede, name)
        for field in table.schema:
            if pa.types.is_list(field.type):
                for items in table[field.name].to_pylist():
                    keys = [item["language"] if isinstance(item, dict) else item for item in items or ()]
                    assert len(keys) == len(set(keys)) and None not in keys, (name, field.name, items)


def test_numbers_make_sense(enschede: Path) -> None:
    for row in rows(enschede, "candidates"):
        if row["hours_min"] is not None and row["hours_max"] is not None:
            assert row["hours_min"] <= row["hours_max"]
        if row["ladder_potential"] is not None:
            assert row["ladder_step"] <= row["ladder_potential"] <= 6
        if row["available_from"] is not None and row["available_until"] is not None:
            assert row["available_from"] < row["available_until"]
        if row["age"] is not None and row["months_on_benefit"] is not None and row["age"] >= 18:
            assert row["months_on_benefit"] <= 12 * (row["age"] - 17)
    for row in rows(enschede, "vacancies"):
        if row["hours_min"] is not None and row["hours_max"] is not None:
            assert row["hours_min"] <= row["hours_max"] <= 40
        assert row["hourly_wage"] is None or row["hourly_wage"] >= 14.99
        assert not set(row["skills_essential"] or ()) & set(row["skills_optional"] or ())


def test_health_stands_apart_and_nothing_looks_like_a_bsn(limited: Path) -> None:
    assert not {"limitations", "blockers"} & set(read(limited, "candidates").column_names)
    for name in tables(limits=True):
        table = read(limited, name)
        for field in table.schema:
            assert "bsn" not in field.name.lower()
            if pa.types.is_string(field.type):
                texts = table[field.name].drop_null()
                assert not pc.any(pc.match_substring_regex(texts, r"^\D*\d{8,9}\D*$")).as_py(), (name, field.name)


def test_dates_lie_around_the_run_date(tmp_path: Path) -> None:
    write_sample(tmp_path, people=500, vacancies=500, run_date=date(2027, 5, 3))
    starts = [day for day in read(tmp_path, "vacancies")["start_date"].to_pylist() if day is not None]
    assert min(starts) < date(2027, 5, 3) < max(starts)
    assert all(abs((day - date(2027, 5, 3)).days) < 200 for day in starts)


def test_blocks_do_not_repeat_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.sample.contents.BLOCK", 100)
    summary = write_sample(tmp_path, people=250, vacancies=350, limits=True)
    file = pq.ParquetFile(tmp_path / "candidates.parquet")
    assert (file.metadata.num_row_groups, summary.rows["candidates"]) == (3, 250)
    first, second = (file.read_row_group(group)["skills"] for group in (0, 1))
    assert first.to_pylist() != second.to_pylist()
    assert read(tmp_path, "vacancies")["vacancy_id"].to_pylist() == [f"v-{row:06d}" for row in range(350)]


def test_unknown_scenario_says_which_was_meant(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Did you mean 'enschede'"):
        write_sample(tmp_path, scenario="enschde")


@pytest.mark.parametrize("bad", [{"people": -1}, {"vacancies": -5}, {"seed": -1}])
def test_negative_numbers_are_refused(tmp_path: Path, bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        write_sample(tmp_path, **bad)  # type: ignore[arg-type]


def test_an_earlier_sample_is_replaced_and_a_real_bundle_is_not(tmp_path: Path) -> None:
    write_sample(tmp_path, people=10, vacancies=10, limits=True)
    write_sample(tmp_path, people=10, vacancies=10)
    assert {path.stem for path in tmp_path.iterdir()} == PLAIN_FILES
    pq.write_table(pa.table({"candidate_id": ["real"]}), tmp_path / "previous.parquet")
    with pytest.raises(ValueError, match=r"previous\.parquet"):
        write_sample(tmp_path, people=10, vacancies=10)
    assert read(tmp_path, "candidates").num_rows == 10
