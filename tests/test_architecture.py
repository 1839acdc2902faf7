"""The house keeps its shape: imports look down only, doors are nobody's room, and importing the package costs nothing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "matcher"
ROOMS = ("domain", "intake", "rules", "model", "pairing", "solvers", "verdict", "report", "io", "handover")
FOUNDATION = {"errors", "units", "progress", "stop", "data", "compiled", "room", "parquet", "__init__"}
MAY_USE = {
    "domain": set(),
    "intake": {"domain"},
    "rules": {"domain", "model"},
    "model": set(),
    "pairing": {"domain", "model"},
    "solvers": {"model"},
    "verdict": {"domain", "rules", "model"},
    "report": {"domain", "intake", "model", "verdict"},
    "io": {"domain", "model", "verdict"},
    "handover": {"domain", "intake", "rules", "model", "verdict"},
    "importing": {"domain", "intake"},
    "sample": set(),
}
HEAVY = ("numpy", "pandas", "pyarrow", "ortools", "numba", "pydantic", "rich", "jinja2")


def _room(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else path.stem


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "matcher":
            parts = node.module.split(".")[1:]
            found.update([parts[0]] if parts else [alias.name for alias in node.names])
        elif isinstance(node, ast.Import):
            found.update(alias.name.split(".")[1] for alias in node.names if alias.name.startswith("matcher."))
    return found


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_look_down(path: Path) -> None:
    room = _room(path)
    used = _imports(path) - {room}
    if room in MAY_USE:
        allowed = MAY_USE[room] | FOUNDATION
        assert used <= allowed | {"__version__"}, f"{room} may not use {sorted(used - allowed)}"
    elif room in FOUNDATION - {"__init__"}:
        assert used <= FOUNDATION


@pytest.mark.parametrize("path", [path for path in MODULES if _room(path) in ROOMS], ids=lambda path: path.stem)
def test_rooms_import_at_the_top(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = [
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not inner, f"deferred imports on lines {inner}: only doors may defer, for start-up time"


@pytest.mark.parametrize("statement", ["import matcher", "import matcher.cli"])
def test_importing_loads_nothing_heavy(statement: str) -> None:
    code = f"{statement}; import sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
