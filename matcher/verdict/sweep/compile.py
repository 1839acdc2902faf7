"""How the functions that only kernels call are compiled."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit
from numba.core import options

_Function = TypeVar("_Function", bound=Callable[..., Any])

_KNOWN = getattr(options, "DefaultOptions", None)
_WITHOUT_ENTRIES: dict[str, Any] = {
    name: True for name in ("no_cpython_wrapper", "no_cfunc_wrapper") if hasattr(_KNOWN, name)
}
"""Options of numba that its manual does not name; left out where a version lacks them."""


def part(function: _Function) -> _Function:
    """Compile a function as a part of the kernels that call it: no entry from Python, no cache of its own, half the time."""
    compiled: Any = njit(nogil=True, **_WITHOUT_ENTRIES)(function)
    return cast(_Function, compiled)
