"""The small bundle of the command line's tests, and faults planted in the child of a run."""

from tests.cli.conftest import bundle, made

__all__ = ["bundle", "made"]
