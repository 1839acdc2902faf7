"""From what agencies send back to the previous.parquet of the next night: every answer is used, or refused by file, row and column."""

from matcher.recording.recorder import RecordRequest, record
from matcher.recording.report import RecordReport

__all__ = ["RecordReport", "RecordRequest", "record"]
