"""import_folder: read, recognise, convert, put together, write."""

import hashlib
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from matcher.domain.schema import Kind
from matcher.errors import InputError
from matcher.importing.bundle_folder import POLICY, PROBLEMS, REPORT, find_place, write_bundle
from matcher.importing.catalogue import CATALOGUE, UNIQUE_KEY, arrow_type
from matcher.importing.cells import Cell
from matcher.importing.columns import Columns, match_columns
from matcher.importing.convert import Converted, convert
from matcher.importing.folder import MAPPING, FolderContents, read_file, read_folder
from matcher.importing.long_form import LongList, attach, read_long
from matcher.importing.mapping_file import NO_MAPPING, ImportMapping, parse_mapping
from matcher.importing.names import squash
from matcher.importing.recognise import Identity, recognise
from matcher.importing.report import (
    ROW_MEANS,
    ColumnUse,
    FileReport,
    ImportReport,
    NamedStep,
    Problem,
    UnusedColumn,
    WrittenFile,
    problems_bytes,
    report_bytes,
)
from matcher.importing.source_table import SourceTable
from matcher.importing.troubles import STEP_TEXT, Trouble
from matcher.intake.bsn import looks_like_bsn
