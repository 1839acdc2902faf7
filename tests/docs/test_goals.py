"""The policies of examples/ run, and the page about them says what they ask.

``python -m tests.docs.test_goals`` runs them in full, which takes minutes, and writes the output into docs/goals.md.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from matcher import __version__
from matcher.domain.policy_file import parse_policy
from tests.docs.pages import DOCS, ROOT
from tests.docs.test_pages import CODE
from tests.test_readme import BLOCK, commands

PAGE = DOCS / "goals.md"
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))
SCENARIO = {"timing-pilot": "pilot"}
ENDINGS = {0, 7}
"""A plan that is not proven within the gap, because time ran out or the bound cannot reach it, is still a plan."""


def matcher(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line of this checkout."""
    env = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "matcher", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def shown() -> dict[str, str]:
    """Output by command, as the page has it."""
    return {
        command: text for block in BLOCK.findall(PAGE.read_text(encoding="utf-8")) for command, text in commands(block)
    }


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_on_a_small_sample(path: Path, tmp_path: Path) -> None:
    scenario = SCENARIO.get(path.stem, "enschede")
    bundle, out = str(tmp_path / "bundle"), str(tmp_path / "out")
    made = matcher("sample", bundle, "--scenario", scenario, "--limits", "--people", "400", "--vacancies", "300")
    assert made.returncode == 0, made.stderr
    done = matcher("run", bundle, "--out", out, "--policy", str(path), "--time-limit", "120", "--quiet")
    assert done.returncode in ENDINGS, done.stderr
    policy = parse_policy(path.read_text(encoding="utf-8"))
    for goal in policy.quota:
        assert re.search(rf"(?m)^{re.escape(goal.name)} +minstens", done.stdout), goal.name
    assert ("kans op duurzaam werk" in done.stdout) == (policy.durable_share is not None)
    checked = matcher("verify", f"{out}/latest", "--input", bundle, "--quiet")
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_page_shows_what_an_example_asks(path: Path) -> None:
    """Figures are not made again here; names and numbers that are asked must be those of the policy."""
    table = next(text for command, text in shown().items() if f"examples/{path.name}" in command)
    policy = parse_policy(path.read_text(encoding="utf-8"))
    for goal in policy.quota:
        assert re.search(rf"(?m)^{re.escape(goal.name)} +at least {goal.min:,}, soft", table), goal.name
    for budget in policy.budget:
        assert re.search(rf"(?m)^budget {re.escape(budget.name)} +at most {budget.max:,}", table), budget.name
    for distinct in policy.distinct:
        assert re.search(rf"(?m)^the number of different values of {distinct.column} +at most {distinct.max}", table)
    assert f"matcher {__version__}" in PAGE.read_text(encoding="utf-8")


def test_every_example_can_be_found() -> None:
    assert len(EXAMPLES) == 3
    for path in EXAMPLES:
        told = re.findall(r"#   matcher (.+)", path.read_text(encoding="utf-8"))
        assert [line.split()[0] for line in told] == ["sample", "run"]
        assert f"examples/{path.name}" in told[1]
        ours = {command.split("--time-limit")[0].split(" ", 1)[1].strip() for command in shown()}
        assert set(map(str.strip, told)) <= ours


def test_the_settings_of_the_page_about_limits_are_accepted() -> None:
    text = (DOCS / "howto" / "limits.md").read_text(encoding="utf-8")
    policy = parse_policy("\n".join(code for kind, code in CODE.findall(text) if kind == "toml"))
    assert (len(policy.quota), len(policy.budget), len(policy.distinct)) == (3, 2, 1)
    assert policy.durable_share is not None


def rewrite() -> None:
    """Run every command of the page and write what it prints."""

    def output(command: str) -> str:
        done = matcher(*shlex.split(command)[1:])
        assert done.returncode in ENDINGS, done.stderr
        return done.stdout.strip("\n") + "\n"

    def fill(match: re.Match[str]) -> str:
        return "```console\n" + "".join(f"$ {command}\n{output(command)}" for command, _ in commands(match[1])) + "```"

    PAGE.write_text(BLOCK.sub(fill, PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    rewrite()
