"""Names for folders that are safe on every disk and in every archive, and never the raw id."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping

_LONGEST = 40
_HASH = 8
_NO_LETTERS = re.compile(r"[^a-z0-9]+")
SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,120}")
"""What the name of every folder and file that is handed over looks like."""


def slug(text: str) -> str:
    """Letters, digits and single dashes that remind of a text; at most 40 characters, and nothing where no letter is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return _NO_LETTERS.sub("-", plain).strip("-")[:_LONGEST].strip("-")


def folder_names(agencies: Mapping[str, str | None]) -> dict[str, str]:
    """Name the folder of every agency.

    Parameters
    ----------
    agencies
        Agency id to display name, None where it has none: then the id itself is slugged.

    Returns
    -------
    Agency id to ``slug-xxxxxxxx``, x being the first digits of the SHA-256 of the id; all 64 where two agencies would share a name.
    """
    length = _HASH
    while True:
        names = {key: _name(key, name, length) for key, name in sorted(agencies.items())}
        if len(set(names.values())) == len(names) or length == 64:
            return names
        length = 64


def _name(key: str, name: str | None, length: int) -> str:
    # Lone surrogates and the like must not stop a run; no two ids share these bytes.
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:length]
    return f"{slug(name or '') or slug(key) or 'bureau'}-{digest}"
