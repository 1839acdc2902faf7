"""How a heading, a file name or a word in a closed list is compared."""

import re
import unicodedata

_WORD = re.compile(r"[a-z]+")


def squash(text: str) -> str:
    """Return a name without case, accents, spaces, hyphens, underscores and other signs: ``"Uren (min.)"`` is ``"urenmin"``."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a file name, without digits and signs: ``"Kandidaten 2026-11 (1)"`` is ``("kandidaten",)``."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return tuple(_WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign))))
