"""The page of faults has every row once, and every test that it names is there."""

import ast
import re

import pytest

from tests.docs.pages import DOCS, ROOT

PAGE = DOCS / "faults.md"
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
FAULTS = 88


def rows() -> dict[int, str]:
    """What makes each fault happen, by number."""
    found = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert [int(number) for number, *_ in found] == list(range(1, FAULTS + 1))
    return {int(number): tests for number, _, _, tests in found}


def functions(path: str) -> set[str]:
    """The functions of a module of tests."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("number", range(1, FAULTS + 1))
def test_every_fault_has_a_test_or_a_reason(number: int) -> None:
    told = rows()[number]
    tests = TEST.findall(told)
    assert tests or re.search(r"(^|; )- no \w+", told), told
    for path, name in tests:
        assert (ROOT / path).is_file(), path
        assert name in functions(path), f"{path}::{name}"
    assert told.count("::") == len(tests), "a test that is not written as one"
