"""Whether earlier proposals stay, and what that costs, in words."""

from collections.abc import Mapping
from typing import Any

from matcher.verdict.words import Words


def earlier_told(found: Mapping[str, Any] | None, words: Words) -> str:
    """Say what the section `stability` of a manifest says; nothing where there is none."""
    if found is None:
        return ""
    key = "earlier_some" if found["changes"] else "earlier_all"
    least = max(0, found["changes_lower_bound"])
    told = words.fill("summary", key, kept=found["kept"], proposed=found["proposed"], least=least)
    if lost := found["points_given_up"]:
        told += words.fill("summary", "earlier_cost", points=lost, share=words.share(lost / max(1, found["objective"])))
    return told
