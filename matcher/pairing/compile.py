"""How the functions that only kernels call are compiled."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit
from numba.core import options

_Function = TypeVar("_Function", bound=Callable[..., Any])

_KNOWN = getattr(options, "DefaultOptions", None)
_OPTIONS: dict[str, Any] = {"nogil": True, "_nrt": False} | {
    name: True for name in ("no_cpython_wrapper", "no_cfunc_wrapper") if hasattr(_KNOWN, name)
}
"""Some are not in numba's manual; those that only save time are left out where a version lacks them."""


def part(function: _Function) -> _Function:
    """Compile a function as a part of the kernels that call it; it allocates nothing.

    It has no entry from Python and no cache of its own, which halves the time to compile a kernel; the cache of a kernel
    (`matcher.compiled.bare_kernel`) follows its parts. ``py_func`` is the plain function.
    """
    compiled: Any = njit(**_OPTIONS)(function)
    return cast(_Function, compiled)


def inlined(function: _Function) -> _Function:
    """Compile a part into the body of its callers: a call costs as much as the many arrays it passes."""
    compiled: Any = njit(forceinline=True, **_OPTIONS)(function)
    return cast(_Function, compiled)
