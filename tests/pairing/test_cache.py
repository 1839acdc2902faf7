"""A changed layout of the groups of arrays is never read with old machine code."""

import importlib
import pkgutil
from types import ModuleType

import pytest
from numba.core.dispatcher import Dispatcher

from matcher import pairing
from matcher.compiled import _fingerprint

MODULES = [importlib.import_module(f"matcher.pairing.{one.name}") for one in pkgutil.iter_modules(pairing.__path__)]
NAMING = [module for module in MODULES if hasattr(module, "LAYOUT") and not module.__name__.endswith(".layout")]


def test_the_modules_with_kernels_name_the_layout() -> None:
    assert NAMING


@pytest.mark.parametrize("module", NAMING, ids=lambda module: module.__name__)
def test_another_order_of_fields_is_another_kernel(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
    kernels = [
        one for one in vars(module).values() if isinstance(one, Dispatcher) and one.__module__ == module.__name__
    ]
    named = [one for one in kernels if "LAYOUT" in one.py_func.__code__.co_names]
    before = [_fingerprint(one.py_func) for one in named]
    monkeypatch.setattr(module, "LAYOUT", 0)
    assert all(_fingerprint(one.py_func) != old for one, old in zip(named, before, strict=True))
