"""Workers: the same task over many shards, on as many threads as there are, with results in the order of the shards."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, TypeVar

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")
_Tool = TypeVar("_Tool")


class Crew:
    """Threads that share the work; use it as a context, which waits for them at its end."""

    def __init__(self, threads: int) -> None:
        self.size = threads or processors()
        self._pool = ThreadPoolExecutor(self.size, thread_name_prefix="verdict") if self.size > 1 else None

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(self, work: Callable[[_Task], _Result], tasks: Iterable[_Task]) -> Iterator[_Result]:
        """Results in the order of the tasks, whoever works on them."""
        return map(work, tasks) if self._pool is None else self._pool.map(work, tasks)


class Tools:
    """One set of tools per worker, handed out and taken back."""

    def __init__(self, tools: Iterable[Any]) -> None:
        self._free: SimpleQueue[Any] = SimpleQueue()
        for tool in tools:
            self._free.put(tool)

    def lend(self, work: Callable[[Any, _Task], _Result]) -> Callable[[_Task], _Result]:
        """The same work for a worker who still needs tools."""

        def with_tool(task: _Task) -> _Result:
            tool = self._free.get()
            try:
                return work(tool, task)
            finally:
                self._free.put(tool)

        return with_tool


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
