"""The packaged tables of facts, read as text rows; every table names its source in its first lines."""

import csv
from importlib.resources import files

Row = dict[str, str]


def read_facts(name: str) -> list[Row]:
    """Rows of ``data/<name>.csv``, in file order; lines that start with # are comments."""
    text = files("matcher.sample").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def words(cell: str) -> list[str]:
    """The words of a list cell."""
    return cell.split()


def chances(cell: str) -> dict[str, float]:
    """The ``word:chance`` items of a cell."""
    return {word: float(share) for word, share in (item.split(":") for item in cell.split())}
