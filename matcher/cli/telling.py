"""The options through which operators hear of a run."""
# ruff: noqa: PLC0415 - a door

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from matcher.cli.input_commands import FOLDER

if TYPE_CHECKING:
    from matcher.interrupts import Interrupts
    from matcher.journal import Journal

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _run_id(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Read the name of a run."""
    from matcher.io.output_folder import is_run_id

    if value is not None and not is_run_id(value):
        raise click.BadParameter(
            f"{value!r} is no name for a run. Use 1 to 100 letters, digits, dots, hyphens and underscores, no sign at either end."
        )
    return value


def told(command: _Command) -> _Command:
    """Add the options of a run that is left alone: its name, its log and its figures."""
    name = click.option(
        "--run-id",
        metavar="ID",
        callback=_run_id,
        help="Name of the run; asked for again with the same input, the run that stands there is the answer.",
    )
    log = click.option(
        "--log", metavar="FILE|-", help="Add lines of JSON to this file; -: to stderr, and nothing else there."
    )
    metrics = click.option(
        "--metrics", type=FOLDER, metavar="FILE", help="Write figures for Prometheus here, also on failure."
    )
    return name(log(metrics(command)))


def journal_for(
    interrupts: "Interrupts", *, out: Path, log: str | None, metrics: Path | None, run_id: str | None, as_json: bool
) -> "Journal":
    """Begin to tell of a run; raises `FileError`. How it ends is told by `matcher.last_words`."""
    from matcher.journal import Journal
    from matcher.telling import Telling

    where = str(out.absolute())
    journal = Journal(Telling(out=where, log=log, metrics=metrics, run_id=run_id, as_json=as_json))
    interrupts.journal = journal
    interrupts.line.telling(journal.telling)
    journal.begin()
    return journal
