"""From the text of policy.toml to a `Policy`, with errors that name the key, its line and the nearest known one."""

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from matcher.domain.policy import Policy
from matcher.errors import PolicyError, PolicyNotSupportedError

MAX_BYTES = 1_000_000
NOT_YET = ("combine", "group")
"""Sections of the contract that this version refuses: ignoring them would break a promise somebody made."""
_LONGEST_KEY, _LONGEST_FAULT, _MOST_FAULTS = 120, 400, 20
"""Characters of a key and of what is wrong with it that a message shows, and how many faults."""
_LISTED = ("quota", "budget", "distinct")


def parse_policy(text: str, name: str = "policy.toml") -> Policy:
    """Read a policy.

    Parameters
    ----------
    text
        TOML.
    name
        What to call the file in messages.

    Raises
    ------
    PolicyError
        Not TOML, an unknown key (with the nearest known one), a wrong type or a value out of range.
    PolicyNotSupportedError
        A section that the contract knows and this version does not.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise PolicyError(f"{name} is larger than {MAX_BYTES:,} bytes; a policy is a short text.")
    try:
        raw = tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{name} is not valid TOML: {error}.") from None
    except (RecursionError, ValueError, ArithmeticError):
        raise PolicyError(f"{name} is not valid TOML: it nests too deeply or holds an impossible number.") from None
    return policy_from(raw, name, text)


def policy_from(raw: Mapping[str, Any], name: str = "policy", text: str = "") -> Policy:
    """Check a nested mapping and turn it into a `Policy`; ``text`` is where lines are looked up for messages.

    Raises
    ------
    PolicyError, PolicyNotSupportedError
        As `parse_policy`.
    """
    for section in NOT_YET:
        if section in raw:
            line = _line_of(text, (section,))
            raise PolicyNotSupportedError(
                f"{name}{line}: [{section}] is not supported yet. Remove it to run without it."
            )
    try:
        return Policy.model_validate(dict(raw))
    except ValidationError as error:
        raise PolicyError(_explain(error, text, name)) from None


def _explain(error: ValidationError, text: str, name: str) -> str:
    lines = []
    faults = error.errors(include_url=False, include_input=False)
    for fault in faults[:_MOST_FAULTS]:
        path = tuple(str(part) for part in fault["loc"])
        where = f"{name}{_line_of(text, path)}: {_called(path)}"
        if fault["type"] == "tuple_type" and path[-1] in _LISTED:
            lines.append(f"{where}: write it as [[{path[-1]}]], with double brackets: there may be several.")
        elif fault["type"] == "extra_forbidden":
            known = _known_keys(path[:-1])
            near = difflib.get_close_matches(path[-1][:_LONGEST_KEY], known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known)}."
            lines.append(f"{where}: unknown key; {hint}")
        else:
            lines.append(f"{where}: {_cut(fault['msg'].removeprefix('Value error, ').rstrip('.?'), _LONGEST_FAULT)}.")
    if len(faults) > _MOST_FAULTS:
        lines.append(f"{len(faults) - _MOST_FAULTS} more faults are like these.")
    return "\n".join(lines)


def _called(path: tuple[str, ...]) -> str:
    """Write a path as people do: quota[0].candidates."""
    text = "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in path)
    return _cut(text.removeprefix(".") or "policy", _LONGEST_KEY)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}..."


def _known_keys(path: tuple[str, ...]) -> list[str]:
    model: Any = Policy
    for part in path:
        if part.isdigit():  # which one of a list of sections
            continue
        field = getattr(model, "model_fields", {}).get(part)
        if field is None:
            return []
        model = field.annotation
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            model = next((arg for arg in get_args(model) if isinstance(arg, type) and issubclass(arg, BaseModel)), None)
    return list(getattr(model, "model_fields", {}))


_HEADER = re.compile(r"""^(\[\[?)\s*([\w\s."'-]+?)\s*\]\]?\s*(?:\#.*)?$""")
_KEY = re.compile(r"""^([\w\s."'-]+?)\s*=(?!=)""")


def _line_of(text: str, path: tuple[str, ...]) -> str:
    """Find the line of a key, as ', line N'; empty where the text writes it in a way this simple look misses."""
    section: tuple[str, ...] = ()
    seen: Counter[tuple[str, ...]] = Counter()
    best = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        # A key that is longer than this is no key of ours, and long runs of spaces take the patterns long.
        line = raw[:1_000].strip()
        if header := _HEADER.match(line):
            name = _parts(header.group(2))
            section = name
            if header.group(1) == "[[":
                section = (*name, str(seen[name]))
                seen[name] += 1
            if path[: len(section)] == section or path == name:
                best = best if path == name and best else f", line {number}"
        elif key := _KEY.match(line):
            full = (*section, *_parts(key.group(1)))
            if full == path[: len(full)]:
                return f", line {number}"
    return best


def _parts(key: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in key.split("."))
