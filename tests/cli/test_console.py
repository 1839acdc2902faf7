"""What a terminal gets to see."""

import io
import json
import sys

import pytest

from matcher.console import Console, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("k-000017", "k-000017"),
        ("Zoë 7 é 漢 😀", "Zoë 7 é 漢 😀"),
        ("1\u202f000\u00a0x", "1\u202f000\u00a0x"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\rc\td", "a\\nb\\rc\\td"),
        ("\u202eevil", "\\u202eevil"),
        ("\x9b31m", "\\x9b31m"),
        ("\ud800", "\\ud800"),
    ],
)
def test_nothing_in_a_text_can_steer_a_terminal(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_ids_are_escaped_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console()
    evil = "v-1\x1b[2J\n[bold]"
    console.lines([evil])
    console.table("t", ("id",), [(evil,)])
    console.facts(evil, [("id", "v-1\x1b[2J")])
    console.note(evil)
    console.error({"message": evil})
    said = capsys.readouterr()
    assert "\x1b" not in said.out + said.err
    assert "[bold]" in said.out
    assert "\n[bold]" not in said.err


def test_json_is_one_plain_document(capsys: pytest.CaptureFixture[str]) -> None:
    Console(as_json=True).document({"id": "\x9b\u202e é"})
    out = capsys.readouterr().out
    assert json.loads(out) == {"id": "\x9b\u202e é"}
    assert out.isascii()


def test_an_encoding_without_the_letter_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, encoding="ascii"))
    Console().lines(["Zoë"])
    sys.stdout.flush()
    assert buffer.getvalue() == b"Zo\\xeb\n"


def test_a_log_has_one_line_per_phase(capsys: pytest.CaptureFixture[str]) -> None:
    with Console().progress() as watch:
        watch.phase("read")
        watch.phase("pairs", 5351)
        watch.step(10)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" s  ")[1] for line in lines] == ["read", "pairs (5,351)"]


@pytest.mark.parametrize("console", [Console(quiet=True), Console(as_json=True)])
def test_silence_when_asked_for(console: Console, capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress() as watch:
        watch.phase("read")
    console.note("hello")
    assert capsys.readouterr().err == ""


def test_a_terminal_sees_phases_move(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)
    with Console().progress() as watch:
        watch.phase("read")
        watch.phase("scan", 100)
        watch.step(50)
    assert "scan" in terminal.getvalue()
