"""How the functions that only kernels call are compiled."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

_Function = TypeVar("_Function", bound=Callable[..., Any])


def part(function: _Function) -> _Function:
    """Compile a function as a part of the kernels that call it.

    It has no entry from Python and no cache of its own, which saves half of the time to compile a kernel; the kernel's cache
    (`matcher.compiled.kernel`) follows it. ``py_func`` is the plain function.
    """
    compiled: Any = njit(nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)
    return cast(_Function, compiled)
