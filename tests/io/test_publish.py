"""Publishing: all or nothing, in one step, and any later change is noticed and named."""

import contextlib
import errno
import os
import stat
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from matcher.errors import CertificateError, FileError, InputError, LockedError
from matcher.io import manifest as manifest_module
from matcher.io import publish as publish_module
from matcher.io.manifest import FileRecord
from matcher.io.output_folder import hold_output
from matcher.io.publish import publish
from matcher.io.run_folder import read_run

TABLES = {
    "assignments": pa.table({"candidate_id": ["a", "b"], "alternatives": [["v1"], None]}),
    "unassigned": pa.table({"candidate_id": pa.array([], pa.string())}),
}


def seal(tables: Mapping[str, pa.Table], outputs: Sequence[FileRecord]) -> dict[str, Any]:
    return {
        "contract_version": 1,
        "counts": {name: table.num_rows for name, table in tables.items()},
        "outputs": [
            {"name": file.name, "bytes": file.bytes, "sha256": file.sha256, "rows": file.rows} for file in outputs
        ],
    }


def publish_one(out: Path, run_id: str = "run-1", **more: Any) -> Path:
    with hold_output(out) as output:
        return publish(output, output.free_run_id(run_id), TABLES, **{"seal": seal, **more})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def everything(out: Path) -> dict[str, bytes | str]:
    """Every name under a folder with its content, links with their target; the lock does not count."""
    found: dict[str, bytes | str] = {}
    for path in sorted(out.rglob("*")):
        name = str(path.relative_to(out))
        if path.is_symlink():
            found[name] = str(path.readlink())
        elif path.is_file() and name != ".lock":
            found[name] = path.read_bytes()
        elif path.is_dir():
            found[name] = "folder"
    return found


def test_a_run_is_published_and_reads_back(tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    folder = publish_one(out)
    assert folder == out / "run-1"
    assert str((out / "latest").readlink()) == "run-1"
    for way in (folder, out / "latest"):
        run = read_run(way)
        assert run.folder == folder
        assert run.manifest["counts"] == {"assignments": 2, "unassigned": 0}
        assert run.tables["assignments"].equals(TABLES["assignments"])
    assert names(out) == [".lock", "latest", "run-1"]
    assert names(folder) == ["SHA256SUMS", "assignments.parquet", "manifest.json", "unassigned.parquet"]


def test_a_page_is_published_with_the_tables(tmp_path: Path) -> None:
    folder = publish_one(tmp_path / "out", pages={"report.html": b"<p>x"})
    listed = {file["name"]: file for file in read_run(folder).manifest["outputs"]}
    assert listed["report.html"]["bytes"] == 4
    assert listed["report.html"]["rows"] is None
    assert stat.S_IMODE((folder / "report.html").stat().st_mode) == 0o600
    (folder / "report.html").write_bytes(b"<p>y")
    with pytest.raises(CertificateError, match=r"report\.html was changed"):
        read_run(folder)


def test_a_page_that_comes_back_different_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = publish_module.read_bytes
    monkeypatch.setattr(publish_module, "read_bytes", lambda name, fd: real(name, fd) + b"!" * (name == "report.html"))
    with pytest.raises(CertificateError, match=r"report\.html came back"):
        publish_one(tmp_path / "out", pages={"report.html": b"<p>x"})
    assert names(tmp_path / "out") == [".lock"]


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        folder = publish_one(tmp_path / "out")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_sha256sum_agrees(tmp_path: Path) -> None:
    folder = publish_one(tmp_path / "out")
    command = ["sha256sum", "--strict", "-c", "SHA256SUMS"]
    assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0
    with (folder / "manifest.json").open("r+b") as file:
        file.seek(20)
        file.write(b"!")
    assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode != 0


def test_equal_tables_are_equal_bytes(tmp_path: Path) -> None:
    one, two = publish_one(tmp_path / "one"), publish_one(tmp_path / "two")
    assert everything(one) == everything(two)


@pytest.mark.parametrize("name", ["SHA256SUMS", "assignments.parquet", "manifest.json", "unassigned.parquet"])
def test_any_flipped_byte_is_noticed_and_named(tmp_path: Path, name: str) -> None:
    folder = publish_one(tmp_path / "out")
    good = (folder / name).read_bytes()
    for at in range(len(good)):
        for flip in (1, 32, 128):
            bad = bytearray(good)
            bad[at] ^= flip
            (folder / name).write_bytes(bad)
            with pytest.raises(CertificateError, match=name):
                read_run(folder)
    (folder / name).write_bytes(good)
    read_run(folder)


def test_a_flip_is_blamed_on_the_right_file(tmp_path: Path) -> None:
    folder = publish_one(tmp_path / "out")
    (folder / "assignments.parquet").write_bytes(b"PAR1")
    with pytest.raises(CertificateError) as caught:
        read_run(folder)
    assert str(caught.value) == "The run is not as it was published: assignments.parquet was changed."


def test_removed_and_added_files_are_named(tmp_path: Path) -> None:
    folder = publish_one(tmp_path / "out")
    (folder / "unassigned.parquet").unlink()
    (folder / "extra.txt").write_text("x")
    with pytest.raises(CertificateError, match=r"unassigned.parquet is missing; extra.txt was added"):
        read_run(folder)


def test_a_link_in_a_run_is_refused(tmp_path: Path) -> None:
    folder = publish_one(tmp_path / "out")
    elsewhere = tmp_path / "elsewhere.parquet"
    (folder / "assignments.parquet").rename(elsewhere)
    (folder / "assignments.parquet").symlink_to(elsewhere)
    with pytest.raises(CertificateError, match=r"assignments.parquet was changed"):
        read_run(folder)


def test_what_is_not_a_run_says_so(tmp_path: Path) -> None:
    publish_one(tmp_path / "out")
    with pytest.raises(FileError, match="latest"):
        read_run(tmp_path / "out")
    with pytest.raises(FileError, match="no such file"):
        read_run(tmp_path / "nowhere")


def failing_seal(tables: Mapping[str, pa.Table], outputs: Sequence[FileRecord]) -> dict[str, Any]:
    raise CertificateError("The sum is wrong.")


def test_a_failed_check_leaves_everything_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish_one(out)
    before = everything(out)
    with pytest.raises(CertificateError, match="sum is wrong"):
        publish_one(out, "run-2", seal=failing_seal)
    assert everything(out) == before


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_right_before_the_swap_publishes_nothing(tmp_path: Path, stop: type[BaseException]) -> None:
    out = tmp_path / "out"
    publish_one(out)
    before = everything(out)

    def interrupt() -> None:
        raise stop

    with pytest.raises(stop):
        publish_one(out, "run-2", before_swap=interrupt)
    assert everything(out) == before


def calls_of(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Count how often a publication calls a function of the operating system."""
    calls = 0
    original = getattr(os, name)

    def count(*arguments: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        return original(*arguments, **more)

    publish_one(tmp_path / "counted")
    with monkeypatch.context() as patch:
        patch.setattr(os, name, count)
        publish_one(tmp_path / "counted", "run-2")
    return calls


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("name", ["open", "write", "fsync", "rename", "replace", "symlink", "mkdir"])
def test_every_failing_call_is_a_clean_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: int
) -> None:
    out = tmp_path / "out"
    publish_one(out)
    before = everything(out)
    total = calls_of(name, tmp_path, monkeypatch)
    assert total > 0
    original = getattr(os, name)
    for number in range(1, total + 1):
        seen = 0

        def fail(*arguments: Any, nth: int = number, **more: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen == nth:
                raise OSError(code, os.strerror(code))
            return original(*arguments, **more)

        with monkeypatch.context() as patch:
            patch.setattr(os, name, fail)
            with contextlib.suppress(FileError):
                publish_one(out, "run-2")
                pytest.fail(f"call {number} of {name} failed and nobody noticed")
        assert everything(out) == before, (name, number)


def test_what_the_disk_changed_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = publish_module.read_bytes

    def flip(name: str, fd: int) -> bytes:
        raw = original(name, fd)
        return bytes([raw[0] ^ 1]) + raw[1:]

    monkeypatch.setattr(publish_module, "read_bytes", flip)
    with pytest.raises(CertificateError, match="came back from the disk different"):
        publish_one(tmp_path / "out")
    assert everything(tmp_path / "out") == {}


def test_a_taken_name_gets_a_number(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert [publish_one(out).name for _ in range(3)] == ["run-1", "run-1-2", "run-1-3"]
    assert str((out / "latest").readlink()) == "run-1-3"


HOLD = """
import sys
from pathlib import Path
from matcher.io.output_folder import hold_output

with hold_output(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_held_lock_is_refused_at_once_and_dies_with_its_holder(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "out")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        with pytest.raises(LockedError) as caught, hold_output(tmp_path / "out"):
            pass
        assert caught.value.exit_code == 6
        child.kill()
    with hold_output(tmp_path / "out"):
        pass


def test_dead_stages_are_removed_and_links_not_followed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish_one(out)
    keep = tmp_path / "keep"
    keep.mkdir()
    (keep / "file").write_text("mine")
    (out / ".stage-dead-0123456789abcdef").mkdir()
    (out / ".stage-dead-0123456789abcdef" / "half.parquet").write_bytes(b"PAR1")
    (out / ".stage-link-0123456789abcdef").symlink_to(keep)
    (out / ".latest-0123456789abcdef").symlink_to("run-1")
    (out / ".stage-of-somebody-else").mkdir()
    with hold_output(out):
        pass
    assert names(out) == [".lock", ".stage-of-somebody-else", "latest", "run-1"]
    assert (keep / "file").read_text() == "mine"


def test_links_and_files_are_refused_as_output(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (tmp_path / "link").symlink_to(real)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    for name in ("link", "dangling", "file"):
        with pytest.raises(FileError) as caught, hold_output(tmp_path / name):
            pass
        assert caught.value.exit_code == 5
    assert list(real.iterdir()) == []
    assert not (tmp_path / "nowhere").exists()


def test_a_link_as_lock_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "target").write_text("mine")
    (out / ".lock").symlink_to(tmp_path / "target")
    with pytest.raises(FileError), hold_output(out):
        pass
    assert (tmp_path / "target").read_text() == "mine"


def test_latest_that_no_run_made_is_not_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "latest").mkdir(parents=True)
    with hold_output(out) as output, pytest.raises(FileError, match="not a link"):
        output.check_writable()
    with pytest.raises(FileError):
        publish_one(out)
    assert everything(out) == {"latest": "folder"}


def test_the_folder_swapped_for_a_link_meanwhile_changes_nothing(tmp_path: Path) -> None:
    out, moved, trap = tmp_path / "out", tmp_path / "moved", tmp_path / "trap"
    trap.mkdir()
    with hold_output(out) as output:
        out.rename(moved)
        out.symlink_to(trap)
        publish(output, "run-1", TABLES, seal=seal)
    assert list(trap.iterdir()) == []
    assert str((moved / "latest").readlink()) == "run-1"


def test_manifest_has_one_spelling() -> None:
    good = manifest_module.canonical_bytes({"contract_version": 1, "a": [1.5, None, "é"]})
    assert manifest_module.parse_manifest(good) == {"contract_version": 1, "a": [1.5, None, "é"]}
    for bad in (
        good[:-1],
        good.replace(b"1.5", b"1.50"),
        good.replace(b"null", b"NaN"),
        b"[]",
        b"",
        b"\xff",
        b"[" * 99_999,
    ):
        with pytest.raises(CertificateError):
            manifest_module.parse_manifest(bad)
    with pytest.raises(ValueError, match="JSON"):
        manifest_module.canonical_bytes({"a": float("nan")})


def test_another_contract_version_is_refused_by_name(tmp_path: Path) -> None:
    def newer(tables: Mapping[str, pa.Table], outputs: Sequence[FileRecord]) -> dict[str, Any]:
        return {**seal(tables, outputs), "contract_version": 2}

    with pytest.raises(InputError, match="contract version 2"):
        read_run(publish_one(tmp_path / "out", seal=newer))
