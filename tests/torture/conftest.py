"""The small bundle of the command line's tests, and the pilot where the long form is asked for."""

import os
from pathlib import Path

import pytest

from matcher.sample import write_sample
from tests.cli.conftest import made

__all__ = ["made"]


@pytest.fixture(scope="session")
def victim(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle that runs are killed over: a small one, or the pilot with ``MATCHER_VICTIM=pilot``."""
    if os.environ.get("MATCHER_VICTIM") != "pilot":
        return made / "bundle"
    folder = tmp_path_factory.mktemp("victim") / "pilot"
    write_sample(folder, scenario="pilot")
    return folder
