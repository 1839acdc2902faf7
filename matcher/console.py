"""The only code that prints: data on stdout, talk on stderr, and nothing that a terminal could take for a command.

Rich is loaded when something is to be shown, so that asking for help stays quick.
"""

import contextlib
import json
import os
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from matcher.progress import SILENT, Observer

if TYPE_CHECKING:
    from rich.console import Console as RichConsole
    from rich.progress import Progress
    from rich.table import Table
    from rich.text import Text

_WIDE = 10_000
_INDENT = "  "


def visible(text: str) -> str:
    """Return text with everything that does not print (control characters, escapes, bidi marks, lone surrogates) written out."""
    if text.isprintable():
        return text
    return "".join(one if _prints(one) else one.encode("unicode_escape").decode("ascii") for one in text)


def _prints(character: str) -> bool:
    # Other spaces than the plain one (numbers are written with them) are harmless.
    return character.isprintable() or unicodedata.category(character) == "Zs"


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether a command line asks for JSON, also where it cannot be understood otherwise."""
    own = list(arguments)
    return "--json" in (own[: own.index("--")] if "--" in own else own)


class Console:
    """Where a command says what it has to say.

    Parameters
    ----------
    as_json
        One JSON document on stdout and JSON errors on stderr, no talk.
    color
        False: never. None: on a terminal, unless NO_COLOR is set; FORCE_COLOR asks for it elsewhere too.
    quiet
        No progress.
    """

    def __init__(self, *, as_json: bool = False, color: bool | None = None, quiet: bool = False) -> None:
        self.as_json = as_json
        self._color = color
        self._quiet = quiet
        for stream in (sys.stdout, sys.stderr):
            # An id that the terminal's encoding lacks must not end a run.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")

    def document(self, data: Any) -> None:
        """Print one JSON document."""
        self.raw(json.dumps(data, indent=2, sort_keys=False, default=str, allow_nan=False))

    def raw(self, text: str) -> None:
        """Print text as it is; for text that we made ourselves."""
        print(text)

    def lines(self, lines: Sequence[str]) -> None:
        """Print lines."""
        for line in lines:
            print(visible(line))

    def facts(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        """Print names with their values under a title."""
        from rich.table import Table  # noqa: PLC0415 - start-up time
        from rich.text import Text  # noqa: PLC0415

        grid = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
        grid.add_column(style="bold", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in rows:
            grid.add_row(Text(visible(name)), Text("\n".join(visible(line) for line in value.splitlines())))
        self._show(Text(visible(title), style="bold"), grid)

    def table(
        self,
        title: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
        whole: Callable[[int], str] = "{:,}".format,
    ) -> None:
        """Print a table; columns of whole numbers stand right, and ``whole`` writes them."""
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        grid = Table(title=Text(visible(title), style="bold"), title_justify="left", box=None, padding=(0, 2, 0, 0))
        for place, name in enumerate(columns):
            cells = [row[place] for row in rows if row[place] is not None]
            numeric = bool(cells) and all(isinstance(cell, int) for cell in cells)
            grid.add_column(Text(name, style="bold"), justify="right" if numeric else "left", overflow="fold")
        for row in rows:
            grid.add_row(*(Text(_cell(cell, whole)) for cell in row))
        self._show(grid)

    def note(self, text: str) -> None:
        """Say something on stderr, unless a program is listening."""
        if not self.as_json and not self._quiet:
            say(_indented(text))

    def error(self, facts: Mapping[str, Any], **more: Any) -> None:
        """Say on stderr why a command ends.

        Parameters
        ----------
        facts
            At least ``message``, and ``hint`` where there is one.
        more
            What a program gets in the same line.
        """
        if self.as_json:
            say(json.dumps({"error": facts, **more}, default=str))
            return
        say(f"matcher: {_indented(str(facts['message']))}")
        if facts.get("hint"):
            say(f"Hint: {_indented(str(facts['hint']))}")

    @contextlib.contextmanager
    def progress(self) -> Iterator[Observer]:
        """Show the phases of what happens inside: a moving line on a terminal, one line per phase in a log."""
        if self._quiet:
            yield SILENT
        elif _is_terminal(sys.stderr):
            bar = _progress(self._rich(sys.stderr))
            with bar:
                yield _Bars(bar)
        elif self.as_json:
            yield SILENT
        else:
            yield _Log()

    def _show(self, *parts: "Text | Table") -> None:
        out = self._rich(sys.stdout)
        with out.capture() as held:
            for part in parts:
                out.print(part)
        # Cells are filled up with spaces; at the end of a line nobody wants them.
        print("\n".join(line.rstrip() for line in held.get().splitlines()))

    def _rich(self, stream: TextIO) -> "RichConsole":
        from rich.console import Console as Rich  # noqa: PLC0415

        class Quiet(Rich):
            def on_broken_pipe(self) -> None:
                # Rich would end the program with 1 here.
                raise BrokenPipeError

        colorless = self._color is False or bool(os.environ.get("NO_COLOR"))
        forced = bool(os.environ.get("FORCE_COLOR")) and not colorless
        return Quiet(
            file=stream,
            color_system=None if colorless else "auto",
            force_terminal=True if forced else None,
            width=None if _is_terminal(stream) else _WIDE,
            highlight=False,
            markup=False,
            emoji=False,
        )


class _Log:
    """One line per phase, with the seconds since the start; durations come from a clock that never jumps."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def phase(self, name: str, total: int | None = None) -> None:
        size = "" if total is None else f" ({total:,})"
        with contextlib.suppress(OSError):
            say(f"{time.monotonic() - self._began:7.1f} s  {name}{size}")

    def step(self, done: int) -> None:
        """Nothing: a log is for phases."""


class _Bars:
    """The current phase as a moving line; earlier ones stay above it with their duration."""

    def __init__(self, bar: "Progress") -> None:
        self._bar = bar
        self._task: Any = None

    def phase(self, name: str, total: int | None = None) -> None:
        if self._task is not None:
            task = next(task for task in self._bar.tasks if task.id == self._task)
            self._bar.update(self._task, total=task.total or 1, completed=task.total or 1)
        self._task = self._bar.add_task(name, total=total)

    def step(self, done: int) -> None:
        if self._task is not None:
            self._bar.update(self._task, completed=done)


def _progress(console: "RichConsole") -> "Progress":
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text  # noqa: PLC0415

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed and (task.total or 0) > 1 else "")

    return Progress(
        TextColumn("{task.description:<10}", markup=False),
        BarColumn(bar_width=24),
        Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(compact=True),
        console=console,
        transient=True,
    )


def _cell(cell: Any, whole: Callable[[int], str]) -> str:
    if cell is None:
        return ""
    return whole(cell) if isinstance(cell, int) and not isinstance(cell, bool) else visible(str(cell))


def _indented(text: str) -> str:
    """Later lines stand in, so that no text can pass for a message of its own."""
    return f"\n{_INDENT}".join(visible(line) for line in text.split("\n"))


def _is_terminal(stream: TextIO) -> bool:
    return hasattr(stream, "isatty") and stream.isatty() and os.environ.get("TERM") != "dumb"


def say(line: str) -> None:
    """Print a line on stderr, at once; for text that we made ourselves."""
    print(line, file=sys.stderr, flush=True)
