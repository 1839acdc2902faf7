"""From a folder of CSV, Excel, JSON and Parquet files, as people keep them, to a bundle that the engine reads.

Every cell is carried over exactly, translated by a rule that the report names, or refused with its row and column.
"""

from matcher.importing.importer import import_folder
from matcher.importing.report import FileReport, ImportReport, Problem

__all__ = ["FileReport", "ImportReport", "Problem", "import_folder"]
