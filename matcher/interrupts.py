"""Signals that end a run: an exception until the point of no return, and nothing after it."""

import signal
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matcher.journal import Journal

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")


class TerminatedError(BaseException):
    """The process was asked to end (SIGTERM, or SIGHUP of a lost terminal). As KeyboardInterrupt, no ordinary handler may swallow it."""


class Interrupts:
    """Turns the first ending signal into KeyboardInterrupt or `TerminatedError`; later ones may not disturb the cleaning up.

    Attributes
    ----------
    journal
        What operators hear of the run that this process does; None where it does none.
    """

    def __init__(self) -> None:
        self.journal: Journal | None = None
        self._armed = True
        self._received: int | None = None

    def install(self) -> None:
        """Listen. A signal that the parent chose to ignore (``nohup``, a shell's background job) stays ignored."""
        for name in _ENDING:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._hear)

    def check(self) -> None:
        """Raise again what was received, in case something in between swallowed it."""
        if self._received is not None:
            self._raise(self._received)

    def disarm(self) -> None:
        """Pass the point of no return: raise for what came before it, ignore whatever comes after it."""
        self.check()
        self._armed = False

    def rest(self) -> None:
        """Ignore whatever still comes: what the command ends with is decided."""
        self._armed = False

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        if self._armed:
            self._armed = False
            self._received = number
            self._raise(number)

    @staticmethod
    def _raise(number: int) -> None:
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise TerminatedError
