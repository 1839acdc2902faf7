"""Publishes a small run in a fresh process, again and again: everything is loaded once, and each publication is a fork.

A line on stdin is an output folder. The answer is the number of the new process, which waits for a second line; then comes its exit code.
Nothing but reading modules has happened in this process when it forks, so no library has threads yet.
"""

import os
import select
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from matcher.errors import MatcherError
from matcher.io.output_folder import hold_output
from matcher.io.publish import publish
from tests.io.test_publish import TABLES, seal

BEGIN = "/the/publication/begins"


class Two:
    """Folders of two agencies."""

    def make(self, scratch: Path) -> Iterable[tuple[str, bytes, int | None]]:
        for agency in ("one", "two"):
            (scratch / agency).write_bytes(b"temporary")
            yield f"agencies/{agency}/proposals.csv", b"a,b\n1,2\n", 1
            yield f"agencies/{agency}/manifest.json", b"{}\n", None

    def check(self, read: Callable[[str], bytes]) -> None:
        for agency in ("one", "two"):
            read(f"agencies/{agency}/proposals.csv")


def publication(out: Path) -> int:
    try:
        with hold_output(out) as output:
            output.check_writable()
            publish(output, "run-2", TABLES, seal=seal, more=Two(), pages={"report.html": b"<p>"})
    except MatcherError as error:
        print(str(error), file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"not told as it should be: {error}", file=sys.stderr)
        return 70
    return 0


def main() -> None:
    for line in sys.stdin:
        ready, go = os.pipe()
        if not (pid := os.fork()):
            poll = select.poll()
            poll.register(ready, select.POLLIN)
            poll.poll()
            code = publication(Path(line.strip()))
            sys.stderr.flush()
            os._exit(code)
        print(pid, flush=True)
        sys.stdin.readline()
        os.write(go, b"!")
        _, status = os.waitpid(pid, 0)
        os.close(ready)
        os.close(go)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
