"""Every instance by name. To add one, add an entry to a file in `instances` or name a new file here."""

from difflib import get_close_matches
from types import MappingProxyType

from benchmarks.instance import Instance
from benchmarks.instances.bundles import BUNDLES, TINY
from benchmarks.instances.growth import GROWTH, GROWTH_BOTH
from benchmarks.instances.hard import HARD
from benchmarks.instances.lognormal import LOGNORMAL, TINY_LISTED

_ALL: tuple[Instance, ...] = (TINY, TINY_LISTED, *BUNDLES, *GROWTH, *GROWTH_BOTH, *HARD, *LOGNORMAL)

INSTANCES = MappingProxyType({instance.name: instance for instance in _ALL})
DEFAULT = ("pilot", "enschede", "twente")


def select(names: list[str]) -> list[Instance]:
    """Return the instances of these names, in the order asked; the name of a family stands for all of it.

    Raises
    ------
    ValueError
        Nothing is called so.
    """
    found: dict[str, Instance] = {}
    for name in names:
        meant = [instance for instance in _ALL if name in (instance.name, instance.family)]
        if not meant:
            known = [*INSTANCES, *families()]
            close = get_close_matches(name, known, n=1)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            raise ValueError(f"There is no instance '{name}'; there are {', '.join(known)}.{hint}")
        found.update({instance.name: instance for instance in meant})
    return list(found.values())


def families() -> list[str]:
    """Return the names of the families."""
    return list(dict.fromkeys(instance.family for instance in _ALL))
