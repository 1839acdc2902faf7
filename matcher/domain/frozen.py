"""Columns that nothing can change once they are made."""

from dataclasses import fields

import numpy as np


def freeze(owner: object) -> None:
    """Make every array of a frozen dataclass read-only, also those that stand in a tuple."""
    for field in fields(owner):  # type: ignore[arg-type]
        value = getattr(owner, field.name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, np.ndarray):
                one.setflags(write=False)
