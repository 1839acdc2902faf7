"""One canonical form for text: what two spellings must share to count as the same."""

import unicodedata


def tidy(text: str) -> str:
    """NFC and without surrounding white space: how a word is shown."""
    return unicodedata.normalize("NFC", text).strip()


def fold(text: str) -> str:
    """How a word is compared: tidied and case-folded. ``fold(fold(x)) == fold(x)``."""
    return unicodedata.normalize("NFC", tidy(text).casefold())
