"""The command line: arguments in, exit code out. No decision about matching is taken here.

Exit codes: 0 done; 2 usage; 3 input invalid; 4 policy invalid; 5 cannot read or write; 6 another run holds the output; 7 stopped early,
best plan so far published and marked; 8 no publishable result; 70 internal error; 130, 143 interrupted, nothing published. Never 1.
"""
# ruff: noqa: PLC0415 - a door: asking for help must not load what computing needs

import os
import sys
from collections.abc import Sequence
from typing import Any

from matcher.interrupts import Interrupts, TerminatedError

COMPLETE = "_MATCHER_COMPLETE"
"""The variable through which a shell asks for completions."""
USAGE, FILE, NO_RESULT, INTERNAL, INTERRUPTED, TERMINATED = 2, 5, 8, 70, 130, 143


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with a documented exit code, whatever happens.

    Parameters
    ----------
    arguments
        A command line to run here, in this process. None: that of the process, where `run` is done in a child that can be ended.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None and _is_run(given):
        _guard(given)
    sys.exit(run_here(given, Interrupts()))


def run_here(given: Sequence[str], interrupts: Interrupts) -> int:
    """Run a command in this process; say what there is to say and return the exit code."""
    try:
        _open_missing_streams()
        interrupts.install()
        code = run_command(given, interrupts)
        code = _flushed(code)
    except BaseException as error:
        code = _told(error, given, interrupts) if interrupts.published is None else interrupts.published
    _last_words(interrupts, code)
    _forget_output()
    return code


def _is_run(arguments: Sequence[str]) -> bool:
    """Whether this is the command that computes a plan, and not a question about it."""
    asked = COMPLETE in os.environ or any(one in {"--help", "-h"} for one in arguments)
    return list(arguments[:1]) == ["run"] and not asked and bool(sys.executable)


def _guard(given: Sequence[str]) -> None:
    """Do the work in a child, and end with what became of it."""
    try:
        _open_missing_streams()
        from matcher.guarded.parent import guard

        guard(given)
    except BaseException as error:
        code = _told(error, given, Interrupts())
    _forget_output()
    sys.exit(code)


def run_command(arguments: Sequence[str], interrupts: Interrupts) -> int:
    """Run a command; its errors come out as exceptions."""
    import click

    from matcher.cli.app import app

    if asked := os.environ.get(COMPLETE):
        from click.shell_completion import shell_complete

        return USAGE if shell_complete(app, {}, "matcher", COMPLETE, asked) else 0
    try:
        # Not app.main(): that has exit codes of its own, 1 among them.
        with app.make_context("matcher", list(arguments), obj=interrupts) as context:
            answer = app.invoke(context)
    except click.exceptions.Exit as done:
        return done.exit_code
    return answer if isinstance(answer, int) else 0


def _last_words(interrupts: Interrupts, code: int) -> None:
    """Tell operators what a run ended with."""
    interrupts.rest()
    if interrupts.journal is not None:
        from matcher.last_words import last_words

        last_words(interrupts.journal, code)


def _told(error: BaseException, arguments: Sequence[str], interrupts: Interrupts) -> int:
    """Say why the command ends, if anybody is still listening, and return the exit code."""
    interrupts.rest()
    if isinstance(error, SystemExit):
        # Only libraries raise this here; 1 is not a code of ours.
        return error.code if isinstance(error.code, int) and error.code != 1 else (0 if error.code is None else USAGE)
    code, facts = _facts(error)
    if isinstance(error, BrokenPipeError) and interrupts.begun:
        code, facts = FILE, {"code": "FILE", "message": "nobody reads the progress any more; nothing was published"}
    if facts is not None:
        interrupts.line.failed(facts)
        try:
            from matcher.console import wants_json
            from matcher.last_words import tell_error

            tell_error(interrupts.journal, facts, code, as_json=wants_json(arguments))
        except (OSError, ValueError, MemoryError):
            pass
        if code == INTERNAL and os.environ.get("MATCHER_DEBUG") == "1":
            import traceback

            traceback.print_exception(error)
    return code


def _facts(error: BaseException) -> tuple[int, dict[str, Any] | None]:
    """Return the exit code of an error, and what to say about it: never a value from the input."""
    from matcher.errors import MatcherError

    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED, {"code": "INTERRUPTED", "message": "interrupted; nothing was published"}
    if isinstance(error, TerminatedError):
        return TERMINATED, {"code": "TERMINATED", "message": "asked to end; nothing was published"}
    if isinstance(error, BrokenPipeError):
        return 0, None  # the reader has seen enough
    if isinstance(error, MatcherError):
        return error.exit_code, {"code": error.code, "message": str(error), **_standoff(error)}
    if isinstance(error, MemoryError):
        return NO_RESULT, {"code": "MEMORY", "message": "there is not enough memory; nothing was published"}
    if isinstance(error, OSError):
        reason = os.strerror(error.errno).lower() if error.errno else type(error).__name__
        return FILE, {"code": "FILE", "message": f"cannot read or write: {reason}"}
    return _click_facts(error) or _incident(error)


def _standoff(error: Exception) -> dict[str, Any]:
    """Why there is no plan, as data."""
    import dataclasses

    found = getattr(error, "standoff", None)
    return {} if found is None else {"standoff": dataclasses.asdict(found)}


def _click_facts(error: BaseException) -> tuple[int, dict[str, Any]] | None:
    import click

    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return USAGE, {"code": "USAGE", "message": "a command is missing", "hint": "matcher --help lists them."}
    if isinstance(error, click.UsageError):
        path = error.ctx.command_path if error.ctx else "matcher"
        return USAGE, {"code": "USAGE", "message": error.format_message(), "hint": f"{path} --help says more."}
    if isinstance(error, click.Abort):
        return INTERRUPTED, {"code": "INTERRUPTED", "message": "interrupted; nothing was published"}
    if isinstance(error, click.ClickException):
        return USAGE, {"code": "USAGE", "message": error.format_message()}
    return None


def _incident(error: BaseException) -> tuple[int, dict[str, Any]]:
    """An error nobody foresaw. Its own text may hold values from the input, so only where it happened is told."""
    import traceback
    import uuid
    from pathlib import Path

    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "matcher" in Path(frame.filename).parts]
    where = f"{Path(frames[-1].filename).stem}:{frames[-1].lineno}" if frames else "outside"
    incident = uuid.uuid4().hex[:8]
    kind = type(error).__name__
    message = f"internal error {incident} ({kind} at {where}); nothing was published"
    hint = "This is a defect of matcher. MATCHER_DEBUG=1 shows the details, which may hold personal data."
    return INTERNAL, {"code": "INTERNAL", "message": message, "hint": hint, "incident": incident}


def _open_missing_streams() -> None:
    """Give streams that the caller closed a place to go, so that no file of ours ever gets their number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r+" if number else "r"))  # noqa: PTH123, SIM115


def _flushed(code: int) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _forget_output() -> None:
    """Keep the interpreter from failing over output that nobody can receive any more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, stream.fileno())
            os.close(null)
