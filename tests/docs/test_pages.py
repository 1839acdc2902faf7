"""Links lead somewhere, code runs, and the tutorial prints what it shows.

``python -m tests.docs.test_pages`` writes the real output back into the tutorial.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from matcher.domain.policy_file import parse_policy
from matcher.importing.mapping_file import parse_mapping
from tests.docs.pages import DOCS, ROOT, generator, written
from tests.test_readme import BLOCK, commands, run, same

TUTORIAL = DOCS / "tutorial.md"
LINK = re.compile(r"\]\(([^)\s]+)\)")
SAID_ELSEWHERE = {"make demo"}
CODE = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def heading_ids(text: str) -> set[str]:
    """Anchors of a page, as GitHub and MyST make them."""
    found = re.findall(r"(?m)^#{1,3} (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return {re.sub(r"[^\w\- ]", "", one.lower()).strip().replace(" ", "-") for one in found}


def test_every_relative_link_leads_somewhere() -> None:
    made = {DOCS / "reference" / name: text for name, text in generator().pages().items()}
    texts = {page: page.read_text(encoding="utf-8") for page in written()} | made
    broken = []
    for page, text in texts.items():
        for target in LINK.findall(text):
            if re.match(r"[a-z]+:", target):
                continue  # other people's pages are not asked
            path, _, anchor = target.partition("#")
            to = (page.parent / path).resolve() if path else page
            held = texts.get(to)
            if (held is None and not to.exists()) or (anchor and anchor not in heading_ids(held or "")):
                broken.append(f"{page.name}: {target}")
    assert not broken


def test_the_contents_name_every_page() -> None:
    listed = re.findall(r"(?m)^(?:howto/|reference/)?[a-z-]+$", (DOCS / "index.md").read_text(encoding="utf-8"))
    pages = {str(page.relative_to(DOCS).with_suffix("")) for page in written() if DOCS in page.parents}
    assert set(listed) == (pages - {"index"}) | {"reference/index"}


def test_the_library_page_runs() -> None:
    blocks = [
        code
        for kind, code in CODE.findall((DOCS / "howto" / "library.md").read_text(encoding="utf-8"))
        if kind == "python"
    ]
    assert len(blocks) >= 4
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(blocks)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_settings_in_the_pages_are_accepted() -> None:
    blocks = [
        code
        for kind, code in CODE.findall((DOCS / "howto" / "own-data.md").read_text(encoding="utf-8"))
        if kind == "toml"
    ]
    mapping, policy = blocks
    assert parse_mapping(mapping.encode(), "import.toml").files == {"export_juni.csv": "candidates"}
    assert parse_policy(policy).rules.DISTANCE.unknown == "pass"


@pytest.mark.skipif(
    Path(sys.prefix).resolve() != (ROOT / ".venv").resolve(), reason="speaks of the environment that make sets up"
)
def test_every_command_of_the_tutorial_prints_what_it_shows() -> None:
    if not (ROOT / "demo" / "out" / "latest").exists():
        run("make demo")
    for block in BLOCK.findall(TUTORIAL.read_text(encoding="utf-8")):
        for command, shown in commands(block):
            if command not in SAID_ELSEWHERE:
                assert same(run(command)) == same(shown), command


def rewrite() -> None:
    """Write the real output into the tutorial."""

    def fill(match: re.Match[str]) -> str:
        lines = []
        for command, shown in commands(match[1]):
            output = shown if command in SAID_ELSEWHERE else run(command).strip("\n") + "\n"
            lines.append(f"$ {command}\n{output if output.strip() else ''}")
        return "```console\n" + "".join(lines) + "```"

    TUTORIAL.write_text(BLOCK.sub(fill, TUTORIAL.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    rewrite()
