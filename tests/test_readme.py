"""README is true word for word: its commands run and print what it shows.

``python tests/test_readme.py`` writes the real output back into README.md.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
SAID_ELSEWHERE = {"make test"}
VOLATILE = [
    (re.compile(r"\d{4}-\d\d-\d\d-\d{6}-[0-9a-f]{8}"), "RUN"),
    (re.compile(r"((?:Took|Duur) +)[\d.,]+ s"), r"\1TIME"),
    (re.compile(r"(?m)[ \t]+$"), ""),
]


def commands(block: str) -> list[tuple[str, str]]:
    """(command, output) of a console block."""
    parts = re.split(r"(?m)^\$ ", block)[1:]
    return [(part.split("\n", 1)[0], part.split("\n", 1)[1]) for part in parts]


def run(command: str) -> str:
    """Standard output of a command, run from the checkout as a newcomer would."""
    env = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "PIP_NO_INPUT": "1"}
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):  # a make inside make would say where it is
        env.pop(name, None)
    done = subprocess.run(command, shell=True, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stderr[-2000:]}"
    return done.stdout


def same(text: str) -> str:
    for pattern, word in VOLATILE:
        text = pattern.sub(word, text)
    return text.strip("\n")


@pytest.mark.skipif(
    Path(sys.prefix).resolve() != (ROOT / ".venv").resolve(),
    reason="README speaks of the environment that make sets up",
)
def test_every_command_prints_what_the_readme_shows() -> None:
    for block in BLOCK.findall(README.read_text(encoding="utf-8")):
        for command, shown in commands(block):
            if command not in SAID_ELSEWHERE:
                assert same(run(command)) == same(shown), command


def test_the_library_example_runs() -> None:
    text = README.read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    shown = re.search(r"```text\n(OPTIMAL.*?)```", text, re.DOTALL)
    assert code and shown
    done = subprocess.run([sys.executable, "-c", code[1]], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == shown[1]


def test_every_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README.read_text(encoding="utf-8")):
        assert (ROOT / target).exists(), target


def rewrite() -> None:
    """Write the real output into the console blocks."""
    text = README.read_text(encoding="utf-8")

    def fill(match: re.Match[str]) -> str:
        lines = []
        for command, shown in commands(match[1]):
            output = shown if command in SAID_ELSEWHERE else run(command).strip("\n") + "\n"
            lines.append(f"$ {command}\n{output if output.strip() else ''}")
        return "```console\n" + "".join(lines) + "```"

    README.write_text(BLOCK.sub(fill, text), encoding="utf-8")


if __name__ == "__main__":
    rewrite()
