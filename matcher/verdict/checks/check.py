"""One check, and what happens when it fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.errors import CertificateError


@dataclass(frozen=True, slots=True)
class Check:
    """A check that held.

    Attributes
    ----------
    name
        What was checked.
    file, column
        Where the checked figures stand; the column is empty where the whole file was looked at.
    rows
        How many figures were looked at.
    """

    name: str
    file: str
    column: str
    rows: int


def require(name: str, file: str, column: str, holds: NDArray[np.bool_] | Sequence[bool]) -> Check:
    """Return the check, or refuse.

    Parameters
    ----------
    holds
        One truth per row of the file.

    Raises
    ------
    CertificateError
        A row does not hold. The message gives counts and the place of the first row, never a value of a person.
    """
    truth = np.asarray(holds, dtype=np.bool_)
    wrong = np.flatnonzero(~truth)
    if wrong.size:
        where = f"{file}.{column}" if column else file
        raise CertificateError(
            f"{where}: {name} fails in {wrong.size} of {truth.size} rows; the first is row {wrong[0] + 1}."
        )
    return Check(name, file, column, truth.size)


def require_equal(
    file: str, column: str, published: Sequence[Any], derived: Sequence[Any], name: str = "value"
) -> Check:
    """Demand that a published column is what was derived, row by row and exactly; null equals only null."""
    if len(published) != len(derived):
        raise CertificateError(f"{file}.{column}: {name} fails: {len(published)} rows, expected {len(derived)}.")
    return require(name, file, column, [a == b for a, b in zip(published, derived, strict=True)])


def require_claim(name: str, claimed: Any, derived: Any) -> Check:
    """Demand that a figure of the manifest is what was derived: of the same kind, and exactly equal."""
    same_kind = isinstance(claimed, bool) == isinstance(derived, bool) and isinstance(claimed, type(derived))
    if not (same_kind and claimed == derived):
        raise CertificateError(f"manifest.{name}: claimed and derived differ.")
    return Check("claim", "manifest", name, 1)
