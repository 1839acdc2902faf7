"""How long work tells what it is doing, without knowing who listens."""

from typing import Protocol


class Observer(Protocol):
    """Hears the phases of a run. Implementations must be cheap and must not raise."""

    def phase(self, name: str, total: int | None = None) -> None:
        """A phase begins; `total` units of work are expected, None where nobody knows."""
        ...

    def step(self, done: int) -> None:
        """`done` units of the current phase are finished."""
        ...


class _Silent:
    def phase(self, name: str, total: int | None = None) -> None:
        """Ignore."""

    def step(self, done: int) -> None:
        """Ignore."""


SILENT: Observer = _Silent()
"""An observer that listens to nothing."""
