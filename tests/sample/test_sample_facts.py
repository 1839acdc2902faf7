"""The packaged facts are whole, and the sample's margins are those of the public tables."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matcher.sample import find_scenario, write_sample
from matcher.sample.draws import exact_counts, stream, subset
from matcher.sample.facts import read_facts
from matcher.sample.geography import packaged_places
from matcher.sample.jobs import OFFICE_VACANCIES, OPEN_VACANCIES
from matcher.sample.occupations import packaged_catalogue, section_of

# Public tables that nobody in this project wrote, beside the project where somebody put them.
SHARED = Path(__file__).parents[2].parent / "shared" / "data"


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"no public tables here: {name}")
    return path


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("nation")
    write_sample(directory, scenario="nation", people=20_000, vacancies=20_000)
    return directory


def test_sixty_occupations_with_codes_of_their_own() -> None:
    catalogue = packaged_catalogue()
    assert len(set(catalogue.isco)) == len(set(catalogue.title)) == 60
    assert all(len(code) == 4 and code.isdigit() for code in catalogue.isco)
    assert set(catalogue.section) == set(OPEN_VACANCIES) | set(OFFICE_VACANCIES)
    for essential, optional in zip(catalogue.essential, catalogue.optional, strict=True):
        assert (essential >= 0).sum() >= 3
        assert not set(essential[essential >= 0]) & set(optional)


def test_thirty_five_regions_with_codes_of_their_own() -> None:
    places = packaged_places(find_scenario("nation"))
    assert len(places.region_names) == len(read_facts("regions")) == 35
    assert len(set(places.pc4)) == len(places.pc4)
    assert all(len(code) == 4 and code[0] != "0" for code in places.pc4)
    assert places.lat.min() > 50.7 and places.lat.max() < 53.6
    assert places.lon.min() > 3.3 and places.lon.max() < 7.3


def test_people_of_a_town_live_in_it_and_work_lies_around_it() -> None:
    places = packaged_places(find_scenario("enschede"))
    assert set(places.region_names) == {"Twente"}
    homes = {code for code, weight in zip(places.pc4, places.home, strict=True) if weight > 0}
    assert homes == {row["pc4"] for row in read_facts("twente") if row["town"] == "Enschede"}
    assert (places.work > 0).all()


def test_exact_counts_add_up_and_keep_whole_shares() -> None:
    assert exact_counts(5_351, (751, 1_563, 1_821, 1_015, 188, 13)).tolist() == [751, 1_563, 1_821, 1_015, 188, 13]
    for total in (0, 1, 2, 10, 999):
        counts = exact_counts(total, (0.1, 0.0, 0.7, 0.2))
        assert counts.sum() == total and counts[1] == 0


def test_subset_keeps_what_it_may_and_no_more() -> None:
    pool = np.array([[3, 5, -1, 9], [1, -1, -1, -1], [2, 4, 6, 8]])
    kept = subset(stream(1, "jobs"), pool, np.array([2, 3, 0]))
    assert (kept >= 0).sum(axis=1).tolist() == [2, 1, 0]
    assert all(set(row[row >= 0]) <= set(source) for row, source in zip(kept, pool, strict=True))


def test_people_have_the_ages_and_spells_of_the_tables(nation: Path) -> None:
    candidates = pq.read_table(nation / "candidates.parquet", columns=["age", "months_on_benefit"])
    age, months = (np.array(candidates[name].drop_null()) for name in ("age", "months_on_benefit"))
    assert abs((age < 27).mean() - 38_330 / 400_460) < 0.01
    assert abs((age >= 45).mean() - 227_610 / 400_460) < 0.02
    assert abs((months < 24).mean() - 111_460 / 400_460) < 0.03


def test_known_loonwaarde_lies_as_in_the_benchmark(nation: Path) -> None:
    known = np.array(pq.read_table(nation / "candidates.parquet")["loonwaarde_pct"].drop_null())
    assert known.min() >= 20 and known.max() <= 100
    assert 0.40 < ((known >= 50) & (known <= 75)).mean() < 0.60


def test_sections_of_paid_work_follow_open_vacancies(nation: Path) -> None:
    table = pq.read_table(shared("cbs-arbeidsmarkt/vacatures_sbi.parquet")).to_pylist()
    published = {
        row["omschrijving"][0]: row["openstaand_x1000"]
        for row in table
        if row["periode"] == "2023KW03" and row["omschrijving"][1] == " "
    }
    assert {section: published[section] for section in OPEN_VACANCIES} == OPEN_VACANCIES
    count: dict[str, int] = defaultdict(int)
    for row in pq.read_table(nation / "vacancies.parquet", columns=["lane", "sector"]).to_pylist():
        if row["sector"] is not None and row["lane"] in (None, "regular", "supported"):
            count[section_of(row["sector"])] += 1
    covered, total = sum(OPEN_VACANCIES.values()), sum(count[section] for section in OPEN_VACANCIES)
    for section, share in OPEN_VACANCIES.items():
        assert abs(count[section] / total - share / covered) < 0.015, section


def test_hours_and_wages_fit_those_of_the_sections(nation: Path) -> None:
    table = pq.read_table(shared("cbs-arbeidsmarkt/banen_uren_loon.parquet")).to_pylist()
    newest = max(row["periode"] for row in table)
    published = {
        row["sbi_omschrijving"][0]: row
        for row in table
        if row["periode"] == newest and row["kenmerk_omschrijving"] == "Totaal" and row["sbi_omschrijving"][1] == " "
    }
    hours: dict[str, list[float]] = defaultdict(list)
    wages: dict[str, list[float]] = defaultdict(list)
    for row in pq.read_table(nation / "vacancies.parquet").to_pylist():
        if row["sector"] is None or row["lane"] != "regular" or row["hours_max"] is None:
            continue
        section = section_of(row["sector"])
        least = row["hours_max"] if row["hours_min"] is None else row["hours_min"]
        hours[section].append((least + row["hours_max"]) / 2)
        if row["hourly_wage"] is not None:
            wages[section].append(row["hourly_wage"])
    for section, seen in hours.items():
        if len(seen) >= 100:
            assert abs(np.mean(seen) - published[section]["uren_per_week_excl_overwerk"]) < 4.0, section
            # Pay at the bottom of the labour market, in wages of four years later.
            assert np.mean(wages[section]) < 1.15 * published[section]["uurloon"], section


def test_twente_has_its_share_of_the_country(nation: Path) -> None:
    regions = shared("nl-geo/arbeidsmarktregios.csv").read_text(encoding="utf-8").splitlines()
    people = {line.split(",")[1]: int(line.split(",")[3]) for line in regions[1:]}
    seen = pq.read_table(nation / "candidates.parquet")["region"].drop_null().to_pylist()
    assert abs(seen.count("Twente") / len(seen) - people["Twente"] / sum(people.values())) < 0.01


def test_esco_gives_uris_for_codes_and_words(tmp_path: Path) -> None:
    write_sample(tmp_path, people=300, vacancies=200, esco=shared("esco"))
    for column, of in (("skills", "candidates"), ("skills_essential", "vacancies")):
        lists = pq.read_table(tmp_path / f"{of}.parquet")[column].to_pylist()
        codes = {code for codes in lists for code in codes or ()}
        assert len(codes) > 100 and all(code.startswith("http://data.europa.eu/esco/skill/") for code in codes)
    occupations = pq.read_table(tmp_path / "vacancies.parquet")["occupation"].drop_null().to_pylist()
    assert all(code.startswith("http://data.europa.eu/esco/occupation/") for code in occupations)


def test_real_places_replace_the_packaged_ones(tmp_path: Path) -> None:
    table = shared("nl-geo/pc4.parquet")
    write_sample(tmp_path, people=300, vacancies=300, places=table)
    real = {
        f"{row['pc4']:04d}": (row["lat"], row["lon"])
        for row in pq.read_table(table).to_pylist()
        if row["arbeidsmarktregio"] == "Twente"
    }
    written = {row["pc4"]: (row["lat"], row["lon"]) for row in pq.read_table(tmp_path / "places.parquet").to_pylist()}
    assert written.items() <= real.items()
    assert len(written) > 40


def test_places_without_regions_are_told_apart_by_distance(tmp_path: Path) -> None:
    table = pa.table({"pc4": ["7511", "7551", "3011"], "lat": [52.22, 52.26, 51.92], "lon": [6.90, 6.79, 4.48]})
    pq.write_table(table, tmp_path / "own.parquet")
    write_sample(tmp_path / "out", people=50, vacancies=50, places=tmp_path / "own.parquet")
    assert pq.read_table(tmp_path / "out" / "places.parquet")["pc4"].to_pylist() == ["7511", "7551"]


def test_tables_that_do_not_fit_are_refused_with_what_they_lack(tmp_path: Path) -> None:
    pq.write_table(pa.table({"pc4": ["7511"], "lat": [52.2]}), tmp_path / "bad.parquet")
    with pytest.raises(ValueError, match="no column lon"):
        write_sample(tmp_path / "out", places=tmp_path / "bad.parquet")
    pq.write_table(pa.table({"pc4": ["1011"], "lat": [52.37], "lon": [4.90]}), tmp_path / "far.parquet")
    with pytest.raises(ValueError, match="no inhabited area in Twente"):
        write_sample(tmp_path / "out", places=tmp_path / "far.parquet")
    with pytest.raises(ValueError, match=r"no occupations\.parquet"):
        write_sample(tmp_path / "out", esco=tmp_path)
    assert not (tmp_path / "out").exists()
