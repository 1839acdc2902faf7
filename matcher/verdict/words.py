"""The words of one language, and how it writes numbers and dates. The words themselves are data: `words_nl.toml`, `words_en.toml`."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from matcher.domain.shipped import shipped

Language = Literal["nl", "en"]
_MICRO = 1_000_000


class Words:
    """The catalogue of one language.

    Parameters
    ----------
    language
        "nl" or "en"; both hold the same keys.
    """

    def __init__(self, language: Language = "nl") -> None:
        self.language = language
        self._data: Mapping[str, Mapping[str, str]] = shipped(f"words_{language}")

    def name(self, section: str, key: str) -> str:
        """Return the words of a key that must exist."""
        return self._data[section][key]

    def name_or(self, section: str, key: str) -> str:
        """Return the words of a key of an open list, the key itself where there are none."""
        return self._data[section].get(key, key)

    def has(self, section: str, key: str) -> bool:
        """Whether a section holds a key."""
        return key in self._data[section]

    def phrase(self, key: str, **fields: Any) -> str:
        """Fill a phrase in: whole numbers are written the way of the language."""
        return self.fill("phrase", key, **fields)

    def fill(self, section: str, key: str, **fields: Any) -> str:
        """Fill in the words of any section."""
        return self._data[section][key].format(**{name: self._ready(value) for name, value in fields.items()})

    def limit(self, kind: str, name: str, who: str) -> str:
        """Name a limit of limits_report: its kind, its name, and whose it is."""
        key = kind if self.has("limit", kind) else f"{kind}_{name}"
        return self.fill("limit", key, name=name, id=who)

    def listed(self, words: Sequence[str]) -> str:
        """Join words the way of the language: "a, b and c"."""
        if len(words) < 2:
            return "".join(words)
        return f"{', '.join(words[:-1])} {self._data['number']['and']} {words[-1]}"

    def whole(self, value: int) -> str:
        """Write a whole number with marks for thousands."""
        return self._marks(f"{value:,}")

    def number(self, value: float) -> str:
        """Write a number with as many decimals as it has, at most two."""
        text = f"{value:,.2f}"
        return self._marks(text.rstrip("0").rstrip("."))

    def exact(self, value: float) -> str:
        """Write a number with as many decimals as it has, at most six."""
        text = f"{value:,.6f}".rstrip("0").rstrip(".")
        return self._marks(text).replace("-", "−")

    def decimal(self, value: float) -> str:
        """Write a number with one decimal."""
        return self._marks(f"{value:,.1f}")

    def few(self, value: float) -> str:
        """Write a small amount with two decimals; one that is not zero never reads as zero."""
        digits = 2 if value >= 0.005 else 6
        return self._marks(f"{value:.{digits}f}")

    def amount(self, value: Any) -> str:
        """Write money with cents."""
        return self._marks(f"{value:,.2f}")

    def times(self, micro: int) -> str:
        """Write a factor in millionths with as many decimals as it has, at most three."""
        return self._marks(f"{micro / _MICRO:.3f}".rstrip("0").rstrip("."))

    def percent(self, micro: int) -> str:
        """Write a chance in millionths as a percentage."""
        return f"{self._marks(f'{micro / 10_000:.1f}')} %"

    def share(self, share: float) -> str:
        """Write a share of one as a percentage; one that is not zero never reads as zero."""
        digits = 1 if share == 0 or share >= 0.001 else 6
        return self._marks(f"{100 * share:.{digits}f}") + " %"

    def change(self, micro: int) -> str:
        """Write percentage points, with a sign."""
        return self._marks(f"{micro / 10_000:+.1f}".replace("-", "−"))

    def growth(self, micro: int) -> str:
        """Write percentage points upwards, rounded up to a tenth: what is written is enough."""
        return self._marks(f"{-(-micro // 1_000) / 10:.1f}")

    def day(self, day: dt.date) -> str:
        """Write a date the way of the language."""
        return day.strftime(self._data["number"]["date"])

    def _ready(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            return value
        return self.whole(value)

    def _marks(self, text: str) -> str:
        swap = {",": self._data["number"]["thousands"], ".": self._data["number"]["decimal"]}
        return "".join(swap.get(sign, sign) for sign in text)
