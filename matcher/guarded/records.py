"""How runs ended: one small JSON file per run beside the runs, also where nothing was published. It names nobody."""

import contextlib
import json
import os
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matcher.io.output_folder import NEW_FILE, entries, open_folder, open_output

RECORDS = ".records"
RECORD_VERSION = 1
_KEPT = 400
"""About a year of nights; older ones are removed."""


def record_name(began: float) -> str:
    """Return a name for the record of a run, from the moment at which it began (seconds since 1970); names sort by that."""
    return f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(began))}-{secrets.token_hex(4)}.json"


def write_record(out: Path, name: str, facts: Mapping[str, Any]) -> bool:
    """Write how a run stands into OUT/.records, all of it or nothing, in the place of what was written before.

    Returns
    -------
    Whether it could be written: that never disturbs what it tells about.
    """
    text = json.dumps({"record_version": RECORD_VERSION, **facts}, indent=2) + "\n"
    try:
        _write(out, name, text.encode())
    except OSError:
        return False
    return True


def _write(out: Path, name: str, raw: bytes) -> None:
    with contextlib.ExitStack() as stack:
        folder = open_output(out)
        stack.callback(os.close, folder)
        with contextlib.suppress(FileExistsError):
            os.mkdir(RECORDS, 0o700, dir_fd=folder)
        fd = open_folder(RECORDS, folder)
        stack.callback(os.close, fd)
        draft = f".{name}"
        try:
            file = os.open(draft, NEW_FILE, 0o600, dir_fd=fd)
            try:
                os.write(file, raw)
                os.fsync(file)
            finally:
                os.close(file)
            os.rename(draft, name, src_dir_fd=fd, dst_dir_fd=fd)
            os.fsync(fd)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(draft, dir_fd=fd)
            raise
        _forget(fd, name)


def _forget(fd: int, newest: str) -> None:
    """Keep the newest; what is not finished and not of now belongs to a process that died."""
    names = sorted(entries(fd))
    finished = [name for name in names if not name.startswith(".")]
    drafts = [name for name in names if name.startswith(".") and name[1:9] < newest[:8]]
    for name in finished[:-_KEPT] + drafts:
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=fd)
