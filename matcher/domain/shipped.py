"""Reads the dated tables that ship with the package, numbers as exact decimals."""

import tomllib
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any


@cache
def shipped(name: str) -> dict[str, Any]:
    """Return the table ``name`` (for example ``"scorecard"``) as read from its TOML file."""
    text = (resources.files("matcher.data") / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)
