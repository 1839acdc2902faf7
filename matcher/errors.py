"""What can go wrong, in words a user can act on. No message ever holds a personal value."""

from typing import Any, ClassVar

_LONGEST_NAME = 80


class MatcherError(Exception):
    """Base of every error this package raises on purpose.

    Attributes
    ----------
    code
        Stable short code, for programs.
    exit_code
        What the command line ends with.
    """

    code: ClassVar[str] = "ERROR"
    exit_code: ClassVar[int] = 70


class InputError(MatcherError):
    """The input cannot be used: a file is missing, unreadable, or a column does not fit its description."""

    code = "INPUT"
    exit_code = 3


class NotSupportedError(InputError):
    """The input or policy asks for something that this version does not do yet."""

    code = "NOT_SUPPORTED"


class PolicyError(MatcherError):
    """The policy cannot be read, or contradicts itself."""

    code = "POLICY"
    exit_code = 4


class PolicyNotSupportedError(PolicyError):
    """The policy asks for something that this version does not do yet."""

    code = "NOT_SUPPORTED"


class FileError(MatcherError):
    """A file or folder cannot be read or written."""

    code = "FILE"
    exit_code = 5


class LockedError(MatcherError):
    """Another run holds the output folder."""

    code = "LOCKED"
    exit_code = 6


class RunIdTakenError(LockedError):
    """The run id belongs to another run: made of other input, or removed since. Trying again does not help."""

    code = "RUN_ID_TAKEN"


class SolverError(MatcherError):
    """A solver ended without an answer that may be used."""

    code = "SOLVER"
    exit_code = 8


class InfeasibleError(SolverError):
    """No plan keeps every pin and every limit that may not be broken.

    Attributes
    ----------
    standoff
        Why: a `matcher.verdict.standoff.Standoff`; None where nobody looked.
    """

    code = "INFEASIBLE"

    def __init__(self, message: str, standoff: Any = None) -> None:
        super().__init__(message)
        self.standoff = standoff


class NoRoomError(MatcherError):
    """The problem needs more memory than there is; nothing was tried."""

    code = "MEMORY"
    exit_code = 8


class CertificateError(MatcherError):
    """A result failed an independent check; it must not be used."""

    code = "CERTIFICATE"
    exit_code = 8


def quoted(name: str) -> str:
    """Return a name as a message shows it: in quotes, one line, and cut where no person would read on."""
    return repr(name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}...")
