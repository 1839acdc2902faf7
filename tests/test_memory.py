"""Memory is predicted from sizes and told apart from what there is; what cannot fit is refused before anything is tried."""

import resource
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import memory
from matcher.domain.policy import Policy
from matcher.domain.raw import RawTables
from matcher.errors import NoRoomError
from matcher.memory import Forecast, forecast, require_room
from matcher.pairing.memory import Sizes, predicted_bytes
from matcher.pipeline import match_tables
from matcher.room import available_bytes, resident_bytes
from tests.problems import RUN_DATE, random_problem

MIB = 1 << 20
sizes = st.integers(1, 2_000_000)


def tables(people: int, vacancies: int) -> RawTables:
    """Tables of so many rows, with one column of numbers."""
    return RawTables({"candidates": column(people), "vacancies": column(vacancies)})


def column(rows: int) -> pa.Table:
    return pa.table({"id": pa.nulls(rows, pa.int64())})


@given(sizes, sizes, sizes, sizes, st.integers(1, 64), st.integers(0, 5), st.integers(1, 1000))
def test_pairing_never_takes_less_for_more(
    people: int, vacancies: int, works: int, encoded: int, threads: int, which: int, more: int
) -> None:
    less = Sizes(people=people, vacancies=vacancies, works=works, encoded=encoded)
    grown = [people, vacancies, works, encoded, threads]
    grown[which % 5] += more
    larger = Sizes(people=grown[0], vacancies=grown[1], works=grown[2], encoded=grown[3])
    assert predicted_bytes(less, threads=threads) <= predicted_bytes(larger, threads=grown[4])


@pytest.mark.parametrize("problem", [None, random_problem(3, 30, 20)], ids=["read", "encoded"])
def test_a_run_never_takes_less_for_more_rows(problem: object) -> None:
    told = [forecast(tables(*shape), threads=1).whole for shape in ((10, 10), (10, 9000), (9000, 9000))]
    assert told == sorted(set(told))
    assert forecast(tables(9000, 9000), threads=1).whole <= forecast(tables(9000, 9000), threads=8).whole


def test_what_is_ahead_shrinks_as_a_run_goes_on() -> None:
    problem = random_problem(1, 3000, 2000, facts=0.0)
    before, after = forecast(tables(3000, 2000), threads=1), forecast(tables(3000, 2000), problem, threads=1)
    for told in (before, after):
        assert 0 < told.ahead < told.whole
    assert before.whole - before.ahead <= after.whole - after.ahead


def test_compiling_first_takes_more(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = tables(10, 10)
    warm, cold = Forecast(0, 0), Forecast(0, 0)
    with monkeypatch.context() as patch:
        patch.setattr(memory, "is_stored", lambda _: True)
        warm = forecast(raw, threads=1)
        patch.setattr(memory, "is_stored", lambda _: False)
        cold = forecast(raw, threads=1)
    assert 200 * MIB < cold.ahead - warm.ahead == cold.whole - warm.whole < 500 * MIB


@pytest.mark.parametrize(("there", "refused"), [(None, False), (1 << 40, False), (MIB, True), (0, True)])
def test_only_what_cannot_fit_is_refused(monkeypatch: pytest.MonkeyPatch, there: int | None, *, refused: bool) -> None:
    monkeypatch.setattr(memory, "available_bytes", lambda: there)
    if not refused:
        require_room(tables(10, 10))
        return
    with pytest.raises(NoRoomError, match=r"^10 people and 2,000 vacancies need about \d+ MiB .* Hint: ") as caught:
        require_room(tables(10, 2000))
    assert caught.value.exit_code == 8
    assert f"{(there or 0) >> 20} MiB are available" in str(caught.value)


def test_an_estimate_that_just_misses_is_not_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = forecast(tables(10, 10)).ahead
    monkeypatch.setattr(memory, "available_bytes", lambda: int(ahead * 0.85))
    require_room(tables(10, 10))
    monkeypatch.setattr(memory, "available_bytes", lambda: int(ahead * 0.75))
    with pytest.raises(NoRoomError):
        require_room(tables(10, 10))


def test_the_method_refuses_before_it_reads_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available_bytes", lambda: MIB)
    with pytest.raises(NoRoomError):
        match_tables(RawTables({}), Policy(), run_date=RUN_DATE)


def system(root: Path, files: Mapping[str, str]) -> Path:
    """A folder that looks like the top of a file system."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")
    return root


MEMINFO = "MemTotal:       8000 kB\nMemFree:  10 kB\nMemAvailable:    4000 kB\nSwapFree:        1000 kB\nHugePages_Total:  0\n"
OWN = "sys/fs/cgroup/jobs.slice/night"


@pytest.mark.parametrize(
    ("files", "there"),
    [
        ({}, None),
        ({"proc/meminfo": MEMINFO}, 5000 << 10),
        ({"proc/meminfo": "MemTotal: 8000 kB\n"}, None),
        ({"proc/meminfo": "MemAvailable: many\nSwapFree: 0 kB\n"}, None),
        # A group without a limit says nothing; the limit of one above it counts.
        ({"proc/meminfo": MEMINFO, f"{OWN}/memory.max": "max\n", f"{OWN}/memory.current": "5\n"}, 5000 << 10),
        ({f"{OWN}/memory.max": "1000\n", f"{OWN}/memory.current": "300\n"}, 700),
        ({f"{OWN}/memory.max": "1000\n", f"{OWN}/memory.current": "1300\n"}, 0),
        ({f"{OWN}/memory.max": "1000\n"}, None),
        (
            {
                f"{OWN}/memory.max": "1000\n",
                f"{OWN}/memory.current": "900\n",
                f"{OWN}/memory.stat": "anon 500\ninactive_file 200\nactive_file 100\nslab_reclaimable 50\n",
            },
            450,
        ),
        (
            {
                f"{OWN}/memory.max": "1000\n",
                f"{OWN}/memory.current": "300\n",
                "sys/fs/cgroup/jobs.slice/memory.max": "800\n",
                "sys/fs/cgroup/jobs.slice/memory.current": "600\n",
            },
            200,
        ),
        ({"sys/fs/cgroup/memory.max": "1000\n", "sys/fs/cgroup/memory.current": "400\n"}, 600),
    ],
)
def test_what_there_is(tmp_path: Path, files: dict[str, str], there: int | None) -> None:
    root = system(tmp_path, {"proc/self/cgroup": "4:memory:/old\n0::/jobs.slice/night\n", **files})
    assert available_bytes(root) == there


@pytest.mark.parametrize("own", ["", "0::/\n", "0::/../other\n", "4:memory:/jobs.slice/night\n", "nonsense\n"])
def test_a_group_that_is_not_seen_leaves_the_top(tmp_path: Path, own: str) -> None:
    top = {"sys/fs/cgroup/memory.max": "1000\n", "sys/fs/cgroup/memory.current": "400\n"}
    other = {"sys/fs/other/memory.max": "1\n", "sys/fs/other/memory.current": "1\n"}
    assert available_bytes(system(tmp_path, {"proc/self/cgroup": own, **top, **other})) == 600


def test_a_limit_on_addresses_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = resource.getpagesize()
    root = system(tmp_path, {"proc/self/statm": "100 30 3 1 0 20 0\n"})
    monkeypatch.setattr(resource, "getrlimit", lambda _: (150 * page, resource.RLIM_INFINITY))
    assert available_bytes(root) == 50 * page
    monkeypatch.setattr(resource, "getrlimit", lambda _: (90 * page, resource.RLIM_INFINITY))
    assert available_bytes(root) == 0
    assert resident_bytes(root) == 30 * page
    assert resident_bytes(tmp_path / "none") == 0


def test_pairs_under_limits_are_only_listed_where_they_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available_bytes", lambda: 1000 * MIB)
    memory.require_room_for_pairs(1_000_000)
    with pytest.raises(NoRoomError, match=r"100,000,000 eligible pairs .* 1,000 MiB are available"):
        memory.require_room_for_pairs(100_000_000)
