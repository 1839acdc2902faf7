"""Signals that end a run: an exception until the point of no return, and nothing after it."""

import signal
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from matcher.progress import Observer

if TYPE_CHECKING:
    from matcher.journal import Journal
    from matcher.telling import Telling

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class TerminatedError(BaseException):
    """The process was asked to end (SIGTERM, or SIGHUP of a lost terminal). As KeyboardInterrupt, no ordinary handler may swallow it."""


class Line(Protocol):
    """The line to a process that guards this one.

    Attributes
    ----------
    error
        What was told about the end of the command, without words: its code.
    """

    error: Mapping[str, Any] | None

    def begins(self, out: Path, grace_s: float, memory_bytes: int | None) -> None:
        """A run begins, under these limits."""
        ...

    def telling(self, where: "Telling") -> None:
        """What operators are to hear of the run, and where."""
        ...

    def limited(self, seconds: float) -> None:
        """The policy is known, and with it the time for pairing and search."""
        ...

    def phase(self, name: str) -> None:
        """A phase of the run begins."""
        ...

    def may_publish(self, run_id: str, exit_code: int) -> int | None:
        """Ask whether a plan may become visible; the number of a signal where it may not."""
        ...

    def published(self, run_id: str, exit_code: int) -> None:
        """The plan is visible."""
        ...

    def failed(self, facts: Mapping[str, Any]) -> None:
        """The command ends with an error."""
        ...


class NoLine:
    """Nobody guards this process."""

    error: Mapping[str, Any] | None = None

    def begins(self, out: Path, grace_s: float, memory_bytes: int | None) -> None:
        """Tell nobody."""

    def telling(self, where: "Telling") -> None:
        """Tell nobody."""

    def limited(self, seconds: float) -> None:
        """Tell nobody."""

    def phase(self, name: str) -> None:
        """Tell nobody."""

    def may_publish(self, run_id: str, exit_code: int) -> int | None:
        """Nobody objects."""
        return None

    def published(self, run_id: str, exit_code: int) -> None:
        """Tell nobody."""

    def failed(self, facts: Mapping[str, Any]) -> None:
        """Tell nobody."""


class _Overheard:
    def __init__(self, watch: Observer, line: Line) -> None:
        self._watch, self._line = watch, line

    def phase(self, name: str, total: int | None = None) -> None:
        """Tell both."""
        self._line.phase(name)
        self._watch.phase(name, total)

    def step(self, done: int) -> None:
        """Tell who watches only."""
        self._watch.step(done)


class Interrupts:
    """Turns the first ending signal into KeyboardInterrupt or `TerminatedError`; later ones may not disturb the cleaning up.

    Attributes
    ----------
    line
        To the process that guards this one.
    begun
        Whether a run has begun: a command that makes something, and ends with 0 only when it did.
    published
        What the command ends with once its plan is visible, whatever happens after that; None before.
    journal
        What operators hear of the run that this process does; None where it does none.
    """

    def __init__(self, line: Line | None = None) -> None:
        self.line = line or NoLine()
        self.begun = False
        self.published: int | None = None
        self.journal: Journal | None = None
        self._armed = True
        self._received: int | None = None

    def install(self) -> None:
        """Listen. A signal that the parent chose to ignore (``nohup``, a shell's background job) stays ignored."""
        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._hear)

    def begin(self, out: Path, grace_s: float, memory_bytes: int | None) -> None:
        """A run begins, under these limits."""
        self.begun = True
        self.line.begins(out, grace_s, memory_bytes)

    def overheard(self, watch: Observer) -> Observer:
        """Return an observer that tells the guarding process of phases too."""
        return _Overheard(watch, self.line)

    def check(self) -> None:
        """Raise again what was received, in case something in between swallowed it."""
        if self._received is not None:
            self._raise(self._received)

    def commit(self, run_id: str, exit_code: int) -> None:
        """Pass the point of no return: raise for what came before it, ignore whatever comes after it.

        Parameters
        ----------
        run_id, exit_code
            The run that becomes visible next, and what the command then ends with.
        """
        self.check()
        self._armed = False
        self.check()  # a signal may have come between the two lines above
        if (number := self.line.may_publish(run_id, exit_code)) is not None:
            self._raise(number)

    def done(self, run_id: str, exit_code: int) -> None:
        """The plan is visible: from now on nothing changes what the command ends with."""
        self.published = exit_code
        self.line.published(run_id, exit_code)

    def rest(self) -> None:
        """Ignore whatever still comes: what the command ends with is decided."""
        self._armed = False

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        if self._armed:
            self._armed = False
            self._received = number
            self._raise(number)

    @staticmethod
    def _raise(number: int) -> NoReturn:
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise TerminatedError
