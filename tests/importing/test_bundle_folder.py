"""The bundle is there as a whole, for its owner only, or not at all; what others put there is never lost."""

import errno
import json
import os
import stat
from pathlib import Path

import pytest

from matcher.errors import FileError, InputError
from matcher.importing import bundle_folder, import_folder
from tests.importing.folders import folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return folder(tmp_path / "in", {})


def names(path: Path) -> set[str]:
    return {entry.name for entry in path.iterdir()}


BUNDLE = {"candidates.parquet", "vacancies.parquet", "import_report.json", "import_problems.csv"}


def test_only_its_owner_can_read_it(source: Path, tmp_path: Path) -> None:
    report = import_folder(source, tmp_path / "deep" / "out")
    assert names(tmp_path / "deep" / "out") == BUNDLE
    assert names(tmp_path / "deep") == {"out"}
    assert stat.S_IMODE((tmp_path / "deep" / "out").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "deep" / "out").iterdir()} == {0o600}
    assert {file.name for file in report.written} == BUNDLE - {"import_report.json"}
    assert json.loads((tmp_path / "deep" / "out" / "import_report.json").read_text())["made_by"] == "matcher import"


def test_a_dry_run_writes_nothing(source: Path, tmp_path: Path) -> None:
    report = import_folder(source, tmp_path / "out", dry_run=True)
    assert report.rows == {"candidates": 1, "vacancies": 1} and report.written == ()
    assert names(tmp_path) == {"in"}


def test_an_earlier_import_is_replaced_and_the_policy_beside_it_kept(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    import_folder(source, out)
    (out / "policy.toml").write_text("[night]\n")
    (source / "koppels.csv").write_text("kandidaat_id;vacature_id;pin\nk-1;v-1;must\n")
    import_folder(source, out)
    assert names(out) == {*BUNDLE, "pairs.parquet", "policy.toml"}
    assert (out / "policy.toml").read_text() == "[night]\n"
    assert names(tmp_path) == {"in", "out"}


@pytest.mark.parametrize("what", ["stranger", "changed", "other"])
def test_what_others_put_there_is_never_lost(source: Path, tmp_path: Path, what: str) -> None:
    out = tmp_path / "out"
    if what == "other":
        out.mkdir()
    else:
        import_folder(source, out)
    (out / ("pairs.parquet" if what == "stranger" else "candidates.parquet")).write_bytes(b"mine")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(InputError):
        import_folder(source, out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_places_that_cannot_be_used(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for target, error in ((tmp_path / "file", FileError), (tmp_path / "link", FileError), (source, InputError)):
        with pytest.raises(error):
            import_folder(source, target)
    with pytest.raises(InputError):
        import_folder(tmp_path / "nowhere", tmp_path / "out")


@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_a_full_disk_leaves_everything_as_it_was(
    source: Path, tmp_path: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    import_folder(source, out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    if call == "fsync":
        monkeypatch.setattr(bundle_folder.os, "fsync", full)
    else:
        real = Path.rename
        monkeypatch.setattr(
            Path, "rename", lambda self, to: full() if to == out and "-old" not in self.name else real(self, to)
        )
    with pytest.raises(FileError):
        import_folder(source, out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert names(tmp_path) == {"in", "out"}


def test_a_pipe_does_not_hang(source: Path, tmp_path: Path) -> None:
    os.mkfifo(source / "koppels.csv")
    with pytest.raises(InputError, match="not a regular file"):
        import_folder(source, tmp_path / "out")


def test_headings_cannot_be_formulas_in_the_list_of_problems(tmp_path: Path) -> None:
    path = folder(tmp_path / "in", {"kandidaten.csv": 'kandidaat_id;"=leeftijd"\nk-1;veel\n'})
    import_folder(path, tmp_path / "out")
    assert ";'=leeftijd;age;" in (tmp_path / "out" / "import_problems.csv").read_text(encoding="utf-8-sig")
