"""Runs command lines in one process that has loaded everything; a line of JSON in, a line of JSON out."""

import contextlib
import io
import json
import os
import resource
import sys
import time

from matcher.cli import run_here
from matcher.interrupts import Interrupts

KINDS = {"FSIZE": resource.RLIMIT_FSIZE, "NOFILE": resource.RLIMIT_NOFILE}


def main() -> None:
    out = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        order = json.loads(line)
        before = {name: resource.getrlimit(KINDS[name]) for name in order.get("limits", {})}
        for name, most in order.get("limits", {}).items():
            resource.setrlimit(KINDS[name], (most, before[name][1]))
        said, began = io.StringIO(), time.monotonic()
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            code = run_here(order["arguments"], Interrupts())
        for name, limits in before.items():
            resource.setrlimit(KINDS[name], limits)
        print(
            json.dumps({"code": code, "err": said.getvalue(), "seconds": time.monotonic() - began}),
            file=out,
            flush=True,
        )


if __name__ == "__main__":
    main()
