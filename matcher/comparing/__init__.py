"""Two runs side by side: for whom something changed, and why."""

from matcher.comparing.compare import Difference, compare

__all__ = ["Difference", "compare"]
