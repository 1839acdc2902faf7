"""What became of a run whose child is gone: the exit code, the words where the child had none, and the record on disk."""

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any

from matcher.errors import MatcherError
from matcher.guarded.parent import Watched
from matcher.guarded.records import record_name, write_record
from matcher.io.output_folder import hold_output, stands

NO_RESULT, INTERRUPTED, TERMINATED = 8, 130, 143
_TIDY_S = 1.0
MANIFEST = "manifest.json"  # as in matcher.io.manifest, which loads more than this process should


def note_start(run: Watched) -> None:
    """Leave a record from which can be seen that a run began, should nobody be left to say how it ended."""
    run.record = record_name(run.began)
    if run.out is not None:
        write_record(run.out, run.record, _facts(run, "running", None, None))


def settle(run: Watched, arguments: Sequence[str]) -> int:
    """Return the exit code; say what the child could not say any more, and write the record."""
    dead = run.ended is None or run.killed
    if dead:
        _tidy(run)
    published = run.published or (run.ready is not None and _is_published(run))
    code, facts = _end(run, published)
    if facts is not None or run.ended is None:
        _tell(run, facts, code, arguments, published=published)
    if run.out is not None:
        error = (run.ended or {}).get("error") if facts is None else {"code": facts["code"]}
        status = "published" if published else "nothing published"
        write_record(run.out, run.record or record_name(run.began), _facts(run, status, code, error))
    return code


def _end(run: Watched, published: bool) -> tuple[int, dict[str, Any] | None]:
    """The exit code, and what is to be said where the child did not say it."""
    if published and run.ready is not None:
        code = run.ready[1]
        silent = run.ended is not None or run.published
        return code, None if silent else {
            "code": "PUBLISHED",
            "message": f"{run.ready[0]} was published; the run died before it said so",
        }
    if run.limit == "memory":
        most = (run.memory_bytes or 0) >> 20
        return NO_RESULT, {
            "code": "MEMORY",
            "message": f"the run took more than {most:,} MiB (--memory-limit); nothing was published",
        }
    if run.limit == "time":
        return NO_RESULT, {
            "code": "TIME",
            "message": "pairing and search did not stop at their time limit and were ended; nothing was published",
            "hint": "--grace gives them longer; a run that hangs here every time is a defect of matcher.",
        }
    if run.ended is not None:
        return int(run.ended["exit_code"]), None
    if run.signal is not None:
        interrupted = run.signal == signal.SIGINT
        facts = {"code": "INTERRUPTED", "message": "interrupted; nothing was published"}
        return (
            (INTERRUPTED, facts)
            if interrupted
            else (TERMINATED, {"code": "TERMINATED", "message": "asked to end; nothing was published"})
        )
    return NO_RESULT, {"code": "CRASHED", "message": f"the run {_how(run.status)}; nothing was published", **_hint(run)}


def _how(status: int | None) -> str:
    if status is None or status >= 0:
        return f"ended with {status} and without a word"
    try:
        return f"died of signal {-status} ({signal.Signals(-status).name})"
    except ValueError:
        return f"died of signal {-status}"


def _hint(run: Watched) -> dict[str, str]:
    if run.status == -signal.SIGKILL:
        return {"hint": "Systems do this where memory runs out; matcher validate says how much a run needs."}
    return {"hint": "This is a defect of matcher or of a library it uses; earlier runs are as they were."}


def _tell(run: Watched, facts: dict[str, Any] | None, code: int, arguments: Sequence[str], *, published: bool) -> None:
    """Say what the child did not say any more, and tell operators what it ended with."""
    from matcher.console import wants_json  # noqa: PLC0415 - most runs have nothing to say here
    from matcher.journal import Journal  # noqa: PLC0415
    from matcher.last_words import last_words, tell_error  # noqa: PLC0415
    from matcher.telling import Telling  # noqa: PLC0415

    journal = None
    if run.telling is not None:
        passed = time.time() - run.began
        journal = Journal.of_the_dead(Telling.of_message(run.telling), run.phases, time.monotonic() - passed)
        if published and (manifest := _manifest(run)):
            journal.published(manifest)
    with contextlib.suppress(OSError, ValueError):
        if sys.stderr.isatty():
            sys.stderr.write("\x1b[?25h\n")  # a progress line that was killed has left the cursor hidden
        if facts is not None:
            tell_error(journal, facts, code, as_json=wants_json(arguments))
    if journal is not None:
        last_words(journal, code)


def _manifest(run: Watched) -> dict[str, Any]:
    """What the manifest of a plan says that became visible; nothing where it cannot be read."""
    if run.out is None or run.ready is None:
        return {}
    try:
        found = json.loads((run.out / run.ready[0] / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return {}
    return dict(found)


def _tidy(run: Watched) -> None:
    """Remove what a dead child left, unless another run is there already: that one does it too."""
    if run.out is not None and run.out.is_dir():
        with contextlib.suppress(MatcherError, OSError), hold_output(run.out, wait_s=_TIDY_S):
            pass


def _is_published(run: Watched) -> bool:
    """Whether the plan stands: where the child died while it became visible, only the disk knows."""
    if run.out is None or run.ready is None:
        return False
    try:
        return stands(run.out, run.ready[0])
    except OSError:
        return False


def _facts(run: Watched, status: str, code: int | None, error: Any) -> dict[str, Any]:
    ends = [moment for _, moment in run.phases[1:]] + [time.monotonic()]
    return {
        "run_id": run.ready[0] if run.ready else (run.telling or {}).get("run_id"),
        "job": (run.telling or {}).get("job"),
        "status": status,
        "exit_code": code,
        "began_utc": _utc(run.began),
        "ended_utc": None if code is None else _utc(time.time()),
        "phases": [
            {"name": name, "seconds": round(end - start, 3)}
            for (name, start), end in zip(run.phases, ends, strict=False)
        ],
        "error": error,
        "signal": signal.Signals(run.signal).name if run.signal is not None else None,
        "limit": run.limit,
        "time_limit_s": run.limit_s,
        "memory_limit_bytes": run.memory_bytes,
        "peak_memory_bytes": run.peak_bytes,
        "child_status": run.status,
        "pid": os.getpid(),
    }


def _utc(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
