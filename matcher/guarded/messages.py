"""What parent and child say to each other: one JSON object per line."""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

_MOST = 65_536


def send(fd: int, **message: Any) -> None:
    """Write one message; raises `OSError` where nobody reads any more."""
    rest = memoryview(json.dumps(message).encode() + b"\n")
    while rest:
        rest = rest[os.write(fd, rest) :]


class Incoming:
    """Messages from a pipe, whole ones only; whatever is not a message is left out."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._rest = b""
        self.ended = False

    def read(self) -> Iterator[Mapping[str, Any]]:
        """Give the messages of one read of the pipe; it waits where nothing is there, and sets ``ended`` at the end."""
        raw = os.read(self._fd, _MOST)
        self.ended = not raw
        *lines, self._rest = (self._rest + raw).split(b"\n")
        for line in lines:
            try:
                message = json.loads(line)
            except ValueError:
                continue
            if isinstance(message, dict):
                yield message

    def next(self) -> Mapping[str, Any] | None:
        """Wait for the next message; None at the end. For a talk in which only one message is ever on its way."""
        while not self.ended:
            for message in self.read():
                return message
        return None
