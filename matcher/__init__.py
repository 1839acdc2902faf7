"""matcher assigns job seekers to vacancies in bulk, proves how good the plan is, and explains it.

>>> import matcher
>>> result = matcher.match(candidates, vacancies)
>>> result.assignments, result.gap

Importing this package does no work: everything below is loaded at first use.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = [
    "CertificateError",
    "FileError",
    "InputError",
    "LockedError",
    "MatchResult",
    "MatcherError",
    "NotSupportedError",
    "Policy",
    "PolicyError",
    "SolverError",
    "__version__",
    "match",
]

if TYPE_CHECKING:
    from matcher.domain.policy import Policy
    from matcher.errors import (
        CertificateError,
        FileError,
        InputError,
        LockedError,
        MatcherError,
        NotSupportedError,
        PolicyError,
        SolverError,
    )
    from matcher.library import MatchResult, match

_HOME = {"match": "matcher.library", "MatchResult": "matcher.library", "Policy": "matcher.domain.policy"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'matcher' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - a door: start-up time

    return getattr(import_module(_HOME.get(name, "matcher.errors")), name)


def __dir__() -> list[str]:
    return sorted(__all__)
