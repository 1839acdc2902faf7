"""The light process beside a run: it hears signals and limits at once, ends the run where it must, and tells what became of it."""

import contextlib
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from matcher.guarded.messages import Incoming, send
from matcher.interrupts import ENDING

_LEAVE_S = 3.0
"""A run that was asked to end may clean up for so long, then it is killed."""
_LAST_S = 2.0
"""A run that has said its last word, or nothing any more, may take so long to be gone."""
_LOOK_S = 0.05
"""How often memory is looked at where it is limited."""
_LIMIT_TIMES = 2
"""Pins and limits that cannot all be kept are looked into beyond the time limit, for less than as long again."""
_TIMED = {"pair": True, "bound": True, "report": False}
"""Phases with which the time that is limited begins, goes on and ends."""
_FLAGS = {
    "isolated": "-I",
    "ignore_environment": "-E",
    "no_user_site": "-s",
    "no_site": "-S",
    "dont_write_bytecode": "-B",
}


@dataclass(slots=True)
class Watched:
    """What is known about a run in a child.

    Attributes
    ----------
    signal
        The first signal that asked this process to end.
    limit
        ``"time"`` or ``"memory"`` where a limit was passed.
    ready
        The run that may become visible, and the exit code it then has: there is no way back from here.
    began
        When the command began, in seconds since 1970.
    telling
        What operators are to hear of it, and where, as `matcher.telling.Telling.message` wrote it.
    record
        Name of the record that was made of its beginning; empty before there is one.
    status
        How the child ended, as `os.waitstatus_to_exitcode` says; None while it lives.
    """

    pid: int
    out: Path | None = None
    grace_s: float = 0.0
    memory_bytes: int | None = None
    limit_s: float | None = None
    phases: list[tuple[str, float]] = field(default_factory=list)
    timed_since: float | None = None
    signal: int | None = None
    limit: str | None = None
    ready: tuple[str, int] | None = None
    published: bool = False
    ended: Mapping[str, Any] | None = None
    status: int | None = None
    killed: bool = False
    peak_bytes: int = 0
    began: float = field(default_factory=time.time)
    telling: Mapping[str, Any] | None = None
    record: str = ""


class Parent:
    """Watches one child until it is gone."""

    def __init__(self, arguments: Sequence[str], begun: Callable[[Watched], None]) -> None:
        self._begun = begun
        self._woken, wake = os.pipe()
        for fd in (self._woken, wake):
            os.set_blocking(fd, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self._signals: list[int] = []
        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._hear)
        hear, self._tell = os.pipe()
        self._from, tell = os.pipe()
        self.run = Watched(_spawned(arguments, hear, tell))
        self._heard = Incoming(self._from)
        self._kill_at: float | None = None
        for fd in (hear, tell):
            os.close(fd)
        with contextlib.suppress(OSError):
            send(self._tell, path=sys.path, pid=os.getpid())

    def watch(self) -> Watched:
        """Wait until the child is gone, and end it where it must be ended."""
        poll = select.poll()
        for fd in (self._from, self._woken):
            poll.register(fd, select.POLLIN)
        while not self._heard.ended:
            for fd, _ in poll.poll(self._patience_ms()):
                if fd == self._from:
                    for message in self._heard.read():
                        self._take(message)
                else:
                    with contextlib.suppress(BlockingIOError):
                        os.read(self._woken, 4096)
            self._obey()
            self._hold_limits()
            if self._kill_at is not None and time.monotonic() >= self._kill_at:
                self._kill()
        self.run.status = self._wait()
        return self.run

    def kill(self) -> None:
        """Leave no child behind, whatever happened here."""
        if self.run.status is None:
            self._kill()
            self.run.status = self._wait()

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        self._signals.append(number)

    def _patience_ms(self) -> int | None:
        """How long nothing has to be done, in milliseconds; None for ever."""
        moments = [] if self._kill_at is None else [self._kill_at]
        if (late := self._late_at()) is not None:
            moments.append(late)
        if self.run.memory_bytes is not None:
            moments.append(time.monotonic() + _LOOK_S)
        return max(0, int(1000 * (min(moments) - time.monotonic())) + 1) if moments else None

    def _take(self, message: Mapping[str, Any]) -> None:
        run, kind = self.run, message.get("kind")
        if kind == "begins":
            run.out = Path(os.fsdecode(bytes.fromhex(message["out"])))
            run.grace_s, run.memory_bytes = message["grace_s"], message["memory_bytes"]
        elif kind == "telling":
            run.telling = message
        elif kind == "limited":
            run.limit_s = message["seconds"]
        elif kind == "phase":
            now = time.monotonic()
            if not run.phases:
                self._begun(run)
            run.phases.append((message["name"], now))
            going = _TIMED.get(message["name"])
            if going is not None:
                run.timed_since = (run.timed_since or now) if going else None
        elif kind == "ready":
            self._answer(message["run_id"], message["exit_code"])
        elif kind == "published":
            run.published, run.ready = True, (message["run_id"], message["exit_code"])
        elif kind == "ended":
            run.ended = message
            self._kill_at = time.monotonic() + _LAST_S

    def _answer(self, run_id: str, exit_code: int) -> None:
        """The one place where it is decided whether a plan becomes visible."""
        self._obey()
        ended_by = self.run.signal
        if ended_by is None and self.run.limit is None:
            self.run.ready = (run_id, exit_code)
        with contextlib.suppress(OSError):
            send(self._tell, ended_by=ended_by or (signal.SIGTERM if self.run.limit else None))

    def _obey(self) -> None:
        """Pass the first signal on; the second one ends the child at once, unless its plan is becoming visible."""
        while self._signals:
            number = self._signals.pop(0)
            if self.run.ready or self.run.limit or self.run.ended:
                self._kill_at = self._kill_at or time.monotonic() + _LEAVE_S
            elif self.run.signal is None:
                self.run.signal = number
                self._kill_at = time.monotonic() + _LEAVE_S
                os.kill(self.run.pid, number)
            else:
                self._kill_at = time.monotonic()

    def _late_at(self) -> float | None:
        run = self.run
        if run.timed_since is None or run.limit_s is None or run.signal is not None or run.limit is not None:
            return None
        return run.timed_since + _LIMIT_TIMES * run.limit_s + run.grace_s

    def _hold_limits(self) -> None:
        run = self.run
        if run.ready or run.ended or run.signal is not None or run.limit is not None:
            return
        late = self._late_at()
        if late is not None and time.monotonic() >= late:
            run.limit = "time"
        elif run.memory_bytes is not None:
            run.peak_bytes = max(run.peak_bytes, _resident_bytes(run.pid))
            if run.peak_bytes > run.memory_bytes:
                run.limit = "memory"
        if run.limit is not None:
            self._kill()

    def _kill(self) -> None:
        self.run.killed = True
        self._kill_at = None
        # Not waited for yet, so its number cannot belong to another process.
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.run.pid, signal.SIGKILL)

    def _wait(self) -> int:
        """Wait for a child that has closed its pipe; one that does not end by itself is killed."""
        patience = time.monotonic() + _LAST_S
        while True:
            pid, status, usage = os.wait4(self.run.pid, os.WNOHANG)
            if pid:
                self.run.peak_bytes = max(self.run.peak_bytes, usage.ru_maxrss << 10)
                return os.waitstatus_to_exitcode(status)
            if not self.run.killed and time.monotonic() > patience:
                self._kill()
            time.sleep(0.001)


def guard(arguments: Sequence[str]) -> NoReturn:
    """Do what a command line asks in a child, and end this process with its exit code."""
    parent = None
    try:
        parent = Parent(arguments, _note_start)
        run = parent.watch()
    except BaseException:
        if parent is not None:
            parent.kill()
        raise
    for number in ENDING:
        # What is told from here on is the truth already, and no signal changes it any more.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_IGN)
    from matcher.guarded.ending import settle  # noqa: PLC0415 - start-up time

    code = settle(run, arguments)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _note_start(run: Watched) -> None:
    from matcher.guarded.ending import note_start  # noqa: PLC0415 - loaded while the child loads far more

    note_start(run)


def _spawned(arguments: Sequence[str], hear: int, tell: int) -> int:
    """Start a fresh interpreter that no signal can end before it is ready to end in order."""
    for fd in (hear, tell):
        os.set_inheritable(fd, True)
    flags = [flag for name, flag in _FLAGS.items() if getattr(sys.flags, name)]
    flags += ["-O"] * sys.flags.optimize + [f"-W{one}" for one in sys.warnoptions]
    flags += [f"-X{name}" if value is True else f"-X{name}={value}" for name, value in sys._xoptions.items()]
    script = str(Path(__file__).with_name("child.py"))
    command = [sys.executable, *flags, "-P", script, str(hear), str(tell), *arguments]
    with contextlib.suppress(OSError, ValueError, AttributeError):
        # What waits in a buffer here must not be written twice or in another order.
        sys.stdout.flush()
    return os.posix_spawn(
        sys.executable,
        command,
        os.environ,
        setsigmask=[number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN],
        setsigdef=[signal.SIGPIPE, signal.SIGXFSZ],
    )


def _resident_bytes(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:  # noqa: PTH123 - many times a second
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0
