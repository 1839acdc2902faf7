"""The reference pages leave nothing out, and the codes in them are the codes of the program."""

import ast
import re
from pathlib import Path

import pytest

from matcher.cli.app import app
from matcher.domain.codes import Fault, Reason, Rule
from matcher.domain.meanings import FAULTS, REASONS, WARNINGS
from matcher.domain.schema import TABLES
from matcher.schema_view import policy_keys
from matcher.verdict.schemas import MEANINGS, OUTPUTS, SOMETIMES
from tests.docs.pages import ROOT, generator


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return dict(generator().pages())


def section(page: str, title: str) -> str:
    """The text under one heading of the second level."""
    return page.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_every_column_is_there_with_its_meaning(pages: dict[str, str]) -> None:
    for table in TABLES.values():
        text = section(pages["columns.md"], table.file)
        for column in table.columns:
            line = next(line for line in text.splitlines() if line.startswith(f"| `{column.name}` |"))
            assert column.meaning in line


def test_every_rule_term_and_policy_key_is_there(pages: dict[str, str]) -> None:
    for rule in Rule:
        assert "Passes when" in section(pages["rules.md"], rule.value)
    for name in ("base", "contract", "trial_done"):
        assert section(pages["scorecard.md"], name)
    for key, default, _ in policy_keys():
        assert f"| `{key}` | {f'`{default}`' if default else ''} |" in pages["policy.md"]


def test_every_code_has_a_meaning(pages: dict[str, str]) -> None:
    assert set(FAULTS) == set(Fault)
    assert set(REASONS) == set(Reason)
    for code in (*Fault, *Reason, *WARNINGS):
        assert f"| `{getattr(code, 'value', code)}` |" in pages["codes.md"]


def test_every_warning_of_the_program_is_known() -> None:
    """Headlines are Headline(CODE, text, ...), Notices or plain dicts; each code that stands in one has a meaning."""
    found = set()
    for path in (ROOT / "matcher").rglob("*.py"):
        if "importing" in path.parts:
            continue  # its own report names its codes
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in [*ast.walk(tree), *(ast.Module([one], []) for one in tree.body)]:
            match node:
                case ast.Call(func=ast.Name(id="Headline"), args=[ast.Constant(value=str(code)), *_]):
                    found.add(code)
                case ast.Module(body=[ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(code)))]):
                    found.update({code} & {name})
                case ast.Dict(
                    keys=[ast.Constant("code"), ast.Constant("text"), *_], values=[ast.Constant(str(code)), *_]
                ):
                    found.add(code)
    assert {code for code in found if code.isupper()} == set(WARNINGS)


def test_every_command_output_and_exit_code_is_there(pages: dict[str, str]) -> None:
    for name in app.commands:
        assert "Usage: matcher" in section(pages["commands.md"], name)
    for name in (*OUTPUTS, *SOMETIMES, "rejected", "data_quality"):
        assert "| column | type |" in section(pages["outputs.md"], f"{name}.parquet")
    for code in (0, 2, 3, 4, 5, 6, 7, 8, 70, 130, 143):
        assert re.search(rf"(?m)^\| {code} \| \w", pages["exit-codes.md"])


def test_columns_that_need_words_have_them(pages: dict[str, str]) -> None:
    for name, told in MEANINGS.items():
        assert list(told) == {**OUTPUTS, **SOMETIMES}[name].names
        for column, meaning in told.items():
            assert f"| `{column}` |" in section(pages["outputs.md"], f"{name}.parquet")
            assert meaning in section(pages["outputs.md"], f"{name}.parquet")


def test_pages_are_written_once(tmp_path: Path) -> None:
    module = generator()
    module.write(tmp_path / "reference")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "reference").iterdir()}
    assert len(before) == len(module.PAGES)
    module.write(tmp_path / "reference")
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "reference").iterdir()}
