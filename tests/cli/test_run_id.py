"""A run that has a name: asked for twice it is made once, and the name of one run never becomes that of another."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from matcher import nightly
from matcher.io.output_folder import is_run_id
from tests.cli.conftest import DAY, Outcome

Run = Callable[..., Outcome]


def everything(out: Path) -> dict[str, bytes | str]:
    """What stands in an output folder."""
    found: dict[str, bytes | str] = {}
    for path in sorted(out.rglob("*")):
        name = str(path.relative_to(out))
        found[name] = str(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else "folder"
    return found


def asked(bundle: Path, out: Path, *more: str) -> list[str | Path]:
    return ["run", bundle, "--out", out, "--run-date", DAY, "--run-id", "nacht-1", "--quiet", *more]


def test_the_second_time_is_no_work_and_the_same_answer(
    matcher: Run, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    first = matcher(*asked(bundle, out, "--json"))
    assert first.code == 0
    assert first.json()["manifest"]["run_id"] == "nacht-1" == str((out / "latest").readlink())
    before = everything(out)
    monkeypatch.setattr(nightly, "match_tables", None)  # nothing may be worked out
    second = matcher(*asked(bundle, out, "--json"))
    assert (second.code, second.json()) == (0, first.json())
    words = matcher(*asked(bundle, out)[:-1])
    assert (words.code, "published before" in words.err) == (0, True)
    assert everything(out) == before


def test_a_plan_that_stopped_early_ends_with_7_both_times(matcher: Run, bundle: Path, tmp_path: Path) -> None:
    for _ in range(2):
        assert matcher(*asked(bundle, tmp_path / "out", "--time-limit", "0")).code == 7


@pytest.mark.parametrize(
    ("more", "what"),
    [
        (["--run-date", "2026-11-22"], "run date"),
        (["--time-limit", "60"], "policy"),
        (["--no-agencies"], "options"),
        (["--lang", "en"], "options"),
    ],
)
def test_another_run_of_that_name_is_refused(
    matcher: Run, bundle: Path, tmp_path: Path, more: list[str], what: str
) -> None:
    assert matcher(*asked(bundle, tmp_path / "out")).code == 0
    before = everything(tmp_path / "out")
    done = matcher(*asked(bundle, tmp_path / "out", *more, "--json"))
    assert (done.code, done.out) == (6, "")
    error = json.loads(done.err)["error"]
    assert error["code"] == "RUN_ID_TAKEN"
    assert f"with other {what}." in error["message"]
    assert everything(tmp_path / "out") == before


def test_other_input_of_that_name_is_refused(matcher: Run, bundle: Path, tmp_path: Path) -> None:
    assert matcher(*asked(bundle, tmp_path / "out")).code == 0
    people = pq.read_table(bundle / "candidates.parquet")
    pq.write_table(people.slice(1), bundle / "candidates.parquet")
    done = matcher(*asked(bundle, tmp_path / "out"))
    assert (done.code, "with other inputs." in done.err) == (6, True)


def test_prices_to_start_from_are_no_input(matcher: Run, bundle: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert matcher("run", bundle, "--out", out, "--run-date", DAY, "--quiet").code == 0
    for _ in range(2):  # the second time, latest is the run itself
        assert matcher(*asked(bundle, out, "--previous-run", str(out / "latest"))).code == 0


def test_what_is_not_as_it_was_published_is_no_answer(matcher: Run, bundle: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert matcher(*asked(bundle, out)).code == 0
    (out / "nacht-1" / "assignments.parquet").write_bytes(b"PAR1")
    done = matcher(*asked(bundle, out))
    assert (done.code, "assignments.parquet was changed" in done.err) == (8, True)
    shutil.rmtree(out / "nacht-1")
    (out / "nacht-1").mkdir()
    assert matcher(*asked(bundle, out)).code == 6
    (out / "nacht-1").rmdir()
    (out / "nacht-1").symlink_to(tmp_path)
    assert matcher(*asked(bundle, out)).code == 6


def test_latest_stays_where_it_points(matcher: Run, bundle: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert matcher(*asked(bundle, out)).code == 0
    assert matcher("run", bundle, "--out", out, "--run-date", DAY, "--run-id", "nacht-2", "--quiet").code == 0
    assert matcher(*asked(bundle, out)).code == 0
    assert str((out / "latest").readlink()) == "nacht-2"


def test_a_run_that_was_killed_before_latest_was_turned_is_made_again(
    matcher: Run, bundle: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert matcher(*asked(bundle, out)).code == 0
    (out / "latest").rename(out / ".swap-0123456789abcdef")  # what a kill between the two steps of the swap leaves
    done = matcher(*asked(bundle, out))
    assert (done.code, "result=published" in done.err) == (0, True)
    assert str((out / "latest").readlink()) == "nacht-1"


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "latest",
        "Latest",
        "purged",
        ".x",
        "-x",
        "a b",
        "a\nb",
        "a\x1b[31m",
        "é",
        "x" * 101,
        "a.",
        "x\n",
    ],
)
def test_other_names_are_refused(matcher: Run, bundle: Path, tmp_path: Path, name: str) -> None:
    assert not is_run_id(name)
    done = matcher("run", bundle, "--out", tmp_path / "out", "--run-id", name)
    assert (done.code, done.out) == (2, "")
    assert "\x1b" not in done.err
    assert not (tmp_path / "out").exists()


def test_names_that_schedulers_make_are_accepted() -> None:
    for name in ("2026-11-21", "scheduled__2026-11-21T000000", "matcher-28934512", "a", "x" * 100, "nacht_1.2"):
        assert is_run_id(name)
