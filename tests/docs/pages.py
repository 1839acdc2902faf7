"""The pages of the documentation, and the generator beside them."""

import importlib.util
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def written() -> list[Path]:
    """Pages that people write; the reference is made."""
    made = (DOCS / "reference", DOCS / "_build")
    pages = [page for page in sorted(DOCS.rglob("*.md")) if not any(folder in page.parents for folder in made)]
    return [*pages, *(ROOT / name for name in ("README.md", "CHANGELOG.md") if (ROOT / name).exists())]


def generator() -> ModuleType:
    """docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
