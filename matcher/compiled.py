"""Compiled loops whose on-disk cache can never break or mislead a run.

`kernel` is numba's ``njit`` with three differences. A cache that cannot be used (truncated, flipped, read-only, no place for it) means
compiling again, never an error. What is read back is checked against a SHA-256, because a damaged machine code file would otherwise
run. And a cached kernel is only used while the constants and kernels it refers to in other modules are still the same.

The cache directory holds pickled code: it must be as trusted as this package. ``NUMBA_CACHE_DIR`` moves it.
"""
# mypy: allow-untyped-calls

import hashlib
import io
import pickle
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numba.core.caching import FunctionCache, IndexDataCacheFile
from numba.core.dispatcher import Dispatcher

_Function = TypeVar("_Function", bound=Callable[..., Any])

_DIGEST_BYTES = 32


def kernel(function: _Function) -> _Function:
    """Compile a function on its first call: arrays in, arrays out, without the interpreter lock.

    Kernels may call kernels. The result is a numba dispatcher; ``py_func`` is the plain function. With ``NUMBA_DISABLE_JIT=1`` it is the
    plain function itself.
    """
    return _cached(function, {"nogil": True})


def bare_kernel(function: _Function) -> _Function:
    """`kernel` for loops that allocate nothing: the arrays they are given are not counted while they run.

    Counting references costs more than the work itself where groups of arrays are passed around, and threads that share arrays
    wait for each other's counts.
    """
    return _cached(function, {"nogil": True, "_nrt": False})


def is_stored(compiled: Callable[..., Any]) -> bool:
    """Whether a kernel was compiled before on this machine, or needs no compiling; code of an older version counts too."""
    if not isinstance(compiled, Dispatcher):
        return True
    file = getattr(vars(compiled).get("_cache"), "_cache_file", None)
    return file is not None and Path(file._index_path).exists()


def _cached(function: _Function, options: dict[str, Any]) -> _Function:
    compiled: Any = njit(**options)(function)
    if isinstance(compiled, Dispatcher):
        # No writable place for a cache, or a numba whose inside looks different: compile in every process.
        with suppress(Exception):
            vars(compiled)["_cache"] = _TolerantCache(function)
    return cast(_Function, compiled)


class _TolerantCache(FunctionCache):
    """A function cache that fails by being empty."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        plain = self._cache_file
        self._cache_file = _CheckedFile(
            cache_path=plain._cache_path,
            filename_base=_base_of(plain),
            source_stamp=plain._source_stamp,
        )

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the stored overload, None where there is none that can be trusted."""
        try:
            return super().load_overload(sig, target_context)
        except Exception:
            with suppress(Exception):
                self.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Store an overload if that is possible."""
        with suppress(Exception):
            super().save_overload(sig, data)

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        # numba looks only at the kernel's own file; constants and kernels from other modules are compiled in all the same.
        return (*super()._index_key(sig, codegen), _fingerprint(self._py_func))


class _CheckedFile(IndexDataCacheFile):
    """Index and data files that end in the SHA-256 of their pickle; pickle ignores what follows its end."""

    def save(self, key: Any, data: Any) -> None:
        """Store an entry: the code under a name that holds its key, then the index.

        A crash or a full disk in between leaves a file that nothing points at, never an index that points at other code.
        """
        overloads = self._load_index()
        name = f"{self._index_name.removesuffix('.nbi')}.{hashlib.sha256(repr(key).encode()).hexdigest()[:32]}.nbc"
        self._save_data(name, data)
        overloads[key] = name
        self._save_index(overloads)

    def _dump(self, obj: Any) -> bytes:
        body: bytes = super()._dump(obj)
        return body + hashlib.sha256(body).digest()

    def _load_index(self) -> Any:
        with suppress(FileNotFoundError):
            stream = io.BytesIO(Path(self._index_path).read_bytes())
            pickle.load(stream)  # the version of numba stands before the pickle
            _require_digest(stream.read())
        return super()._load_index()

    def _load_data(self, name: str) -> Any:
        _require_digest(Path(self._data_path(name)).read_bytes())
        return super()._load_data(name)


def _require_digest(data: bytes) -> None:
    body, digest = data[:-_DIGEST_BYTES], data[-_DIGEST_BYTES:]
    if hashlib.sha256(body).digest() != digest:
        raise ValueError("A cached kernel is damaged.")


def _base_of(file: Any) -> str:
    return str(file._index_name).removesuffix(".nbi")


def _fingerprint(function: Callable[..., Any]) -> str:
    """Digest of a function's code and of every constant and kernel it refers to, however deep."""
    digest = hashlib.sha256()
    seen: set[CodeType] = set()

    def visit(code: CodeType, names: dict[str, Any]) -> None:
        if code in seen:
            return
        seen.add(code)
        digest.update(code.co_code)
        for value in code.co_consts:
            if isinstance(value, CodeType):
                visit(value, names)
            else:
                digest.update(repr(value).encode())
        for name in code.co_names:
            value = names.get(name)
            digest.update(name.encode())
            if isinstance(value, Dispatcher):
                digest.update(repr(sorted(value.targetoptions.items())).encode())
                visit(value.py_func.__code__, value.py_func.__globals__)
            elif isinstance(value, np.ndarray):
                digest.update(f"{value.dtype}{value.shape}".encode() + value.tobytes())
            elif isinstance(value, bool | int | float | str | tuple | np.generic):
                digest.update(repr(value).encode())

    visit(function.__code__, function.__globals__)
    return digest.hexdigest()
