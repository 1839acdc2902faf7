"""The process that does the work of a run; `matcher.guarded.parent` starts this file.

It takes two pipes as its first arguments (to hear the parent, to tell it), and the command line after them.
"""
# ruff: noqa: PLC0415 - where to import from is known only once the parent has said so

import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from pathlib import Path

    from matcher.telling import Telling

_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


def _main() -> NoReturn:
    hear, tell, arguments = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    for fd in (hear, tell):
        os.set_inheritable(fd, False)
    # The same places to import from as the parent, which may have been started in any way, and none of this file's own.
    hello = _first_line(hear)
    sys.path[:] = hello["path"]
    from matcher.cli import run_here
    from matcher.guarded.messages import send
    from matcher.interrupts import ENDING, Interrupts

    interrupts = Interrupts(_Line(hear, tell))
    interrupts.install()
    # Nothing could interrupt the start; from here on a signal ends in order.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    _die_with(hello["pid"])
    _leave_no_core()
    code = run_here(arguments, interrupts)
    with contextlib.suppress(OSError):
        send(tell, kind="ended", exit_code=code, error=interrupts.line.error)
    # Whatever native libraries do when an interpreter ends, they may no longer do to this run.
    os._exit(code)


class _Line:
    """The way to the parent; see `matcher.interrupts.Line`."""

    def __init__(self, hear: int, tell: int) -> None:
        from matcher.guarded.messages import Incoming

        self._heard = Incoming(hear)
        self._tell = tell
        self.error: Mapping[str, Any] | None = None

    def begins(self, out: "Path", grace_s: float, memory_bytes: int | None) -> None:
        if memory_bytes is not None:
            import resource

            # Linux enforces no limit of this kind; it is kept where the forecast of memory finds it, and the parent holds it.
            resource.setrlimit(resource.RLIMIT_RSS, (memory_bytes, memory_bytes))
        self._say(kind="begins", out=os.fsencode(out.absolute()).hex(), grace_s=grace_s, memory_bytes=memory_bytes)

    def telling(self, where: "Telling") -> None:
        self._say(kind="telling", **where.message())

    def limited(self, seconds: float) -> None:
        self._say(kind="limited", seconds=seconds)

    def phase(self, name: str) -> None:
        self._say(kind="phase", name=name)

    def may_publish(self, run_id: str, exit_code: int) -> int | None:
        self._say(kind="ready", run_id=run_id, exit_code=exit_code)
        answer = self._heard.next()
        if answer is None:
            return int(signal.SIGTERM)  # the parent is gone: nobody could tell that a plan was published
        return answer.get("ended_by")

    def published(self, run_id: str, exit_code: int) -> None:
        self._say(kind="published", run_id=run_id, exit_code=exit_code)

    def failed(self, facts: Mapping[str, Any]) -> None:
        self.error = {key: facts[key] for key in ("code", "incident") if key in facts}

    def _say(self, **message: Any) -> None:
        from matcher.guarded.messages import send

        # Where the parent is gone nothing is to be told, and nothing will be published.
        with contextlib.suppress(OSError):
            send(self._tell, **message)


def _first_line(fd: int) -> dict[str, Any]:
    import json

    line = b""
    while not line.endswith(b"\n"):
        if not (one := os.read(fd, 1)):
            os._exit(143)
        line += one
    return dict(json.loads(line))


def _die_with(parent: int) -> None:
    """Have the system end this process when its parent dies, however that happens."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PARENT_DEATH_SIGNAL, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(143)


def _leave_no_core() -> None:
    """A memory image of this process would hold everything about everybody."""
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _main()
