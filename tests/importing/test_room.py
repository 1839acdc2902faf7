"""The room takes nothing but the contract, two helpers of intake, bounded Parquet, and the errors."""

import ast
from pathlib import Path

ROOM = Path(__file__).parents[2] / "matcher" / "importing"


def test_what_importing_may_use() -> None:
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("matcher"):
                allowed = (
                    "matcher.importing",
                    "matcher.domain",
                    "matcher.intake.text",
                    "matcher.intake.bsn",
                    "matcher.errors",
                    "matcher.parquet",
                )
                assert node.module.startswith(allowed), f"{path.name} uses {node.module}"
