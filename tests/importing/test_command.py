"""matcher import on the command line: exit codes, and what it shows."""

import json
from pathlib import Path

import pytest

from matcher.cli import main
from tests.importing.folders import folder


def run(*arguments: object, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main([str(one) for one in arguments])
    told = capsys.readouterr()
    return int(str(ended.value.code or 0)), told.out, told.err


def test_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder(tmp_path / "in", {"kandidaten.csv": "kandidaat_id;leeftijd;Naam\nk-1;30;Jan\nk-2;oud;Piet\n"})
    code, out, _ = run("import", path, tmp_path / "out", "--dry-run", capsys=capsys)
    assert code == 0 and "Nothing was written" in out and not (tmp_path / "out").exists()
    code, out, _ = run("import", path, tmp_path / "out", capsys=capsys)
    assert code == 0
    for word in ("NOT_A_NUMBER", "leeftijd", "Naam", "matcher validate", "Write a number"):
        assert word in out
    assert "Jan" not in out and "oud" not in out
    code, out, _ = run("import", path, tmp_path / "out", "--json", capsys=capsys)
    assert code == 0 and json.loads(out)["rows"] == {"candidates": 2, "vacancies": 1}


def test_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder(tmp_path / "in", {"data.csv": "a;b\n1;2\n"})
    code, out, err = run("import", path, tmp_path / "out", capsys=capsys)
    assert (code, out) == (3, "") and "data.csv is no table" in err
    assert run("import", tmp_path / "nowhere", tmp_path / "out", capsys=capsys)[0] == 3


def test_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder(tmp_path / "in", {})
    (tmp_path / "file").write_text("x")
    assert run("import", path, tmp_path / "file", capsys=capsys)[0] == 5
    assert run("import", path, tmp_path / "out", "--mapping", tmp_path / "none.toml", capsys=capsys)[0] == 5
