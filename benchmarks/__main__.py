"""``python -m benchmarks [INSTANCE ...] [--peers]``: measures, and prints one table."""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.instance import Instance
from benchmarks.instances.bundles import TINY
from benchmarks.instances.lognormal import TINY_LISTED
from benchmarks.machine import free_bytes, load, machine_line
from benchmarks.peers import PEERS, Peer
from benchmarks.peers.protocol import Limits
from benchmarks.registry import DEFAULT, INSTANCES, families, select
from benchmarks.spawn import Figures, Workshop, trouble
from benchmarks.store import is_stored
from benchmarks.tables import Measured, growth_table, peer_table, phase_table

_GIB = 2**30


def main(arguments: list[str] | None = None) -> int:
    """Measure what is asked and print it; returns 1 where an instance did not end as it should."""
    options = _parser().parse_args(arguments)
    if options.list:
        print("\n".join(f"{instance.name:18} {instance.about}" for instance in INSTANCES.values()))
        return 0
    try:
        chosen = select(options.instances or list(DEFAULT))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    memory = int(options.memory * _GIB) if options.memory else free_bytes() * 4 // 5
    workshop = Workshop(options.data.resolve(), Limits(memory, options.time_limit))
    load_before = load()
    _prepare(workshop, [TINY, TINY_LISTED, *chosen])
    _say("warming up")
    for warm in (TINY, TINY_LISTED):
        workshop.measure(warm.name, "run" if warm.from_files else "plan")
    asked = [peer for peer in PEERS if peer.key in options.peer] if options.peer else PEERS if options.peers else ()
    measured = [_measure(workshop, instance, asked, options.repeat) for instance in chosen]
    about = {"machine": machine_line(), "load_before": load_before, "load_after": load(), "repeat": options.repeat}
    print(_page(measured, about))
    if options.json:
        options.json.write_text(json.dumps({**about, "instances": _plain(measured)}, indent=2) + "\n", encoding="utf-8")
    return 0 if all(_as_expected(one) for one in measured) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "instances",
        metavar="INSTANCE",
        nargs="*",
        help=f"names or families ({', '.join(families())}); default: {', '.join(DEFAULT)}",
    )
    parser.add_argument("--peers", action="store_true", help="also what others would use, on the same instances")
    parser.add_argument(
        "--peer", action="append", choices=[peer.key for peer in PEERS], help="only this one of them; may be repeated"
    )
    parser.add_argument("--repeat", type=int, default=1, metavar="N", help="measure N times: smallest and median")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures")
    parser.add_argument(
        "--data", type=Path, default=Path(".benchmarks"), metavar="DIR", help="where instances are kept"
    )
    parser.add_argument(
        "--memory", type=float, metavar="GIB", help="most memory of one measurement; default 80 %% of free"
    )
    parser.add_argument("--time-limit", type=float, default=600.0, metavar="SECONDS", help="of one measurement")
    parser.add_argument("--list", action="store_true", help="name the instances and stop")
    return parser


def _prepare(workshop: Workshop, instances: Iterable[Instance]) -> None:
    for instance in instances:
        if not is_stored(instance, workshop.data):
            _say(f"making {instance.name}")
            if reason := trouble(workshop.measure(instance.name, "make")):
                raise SystemExit(f"{instance.name} could not be made ({reason}).")


def _measure(workshop: Workshop, instance: Instance, peers: Sequence[Peer], times: int) -> Measured:
    measured = Measured(instance)
    if instance.from_files:
        _say(f"{instance.name}: whole run")
        measured.run = workshop.repeat(instance.name, "run", times)
    if peers or not instance.from_files:
        _say(f"{instance.name}: plan")
        measured.plan = workshop.repeat(instance.name, "plan", times)
    for peer in () if instance.refused else peers:
        if peer.only is None or instance.name in peer.only:
            _say(f"{instance.name}: ({peer.key}) {peer.name}")
            measured.peers[peer.key] = _ask(workshop, instance, peer, times, measured.ours)
    return measured


def _ask(workshop: Workshop, instance: Instance, peer: Peer, times: int, ours: Figures) -> Figures:
    """Ask a peer, unless its memory is known beforehand to be too much."""
    wanted = int(ours.get("eligible") or 0) * peer.bytes_per_pair
    if wanted > workshop.limits.memory_bytes:
        limit = workshop.limits.memory_bytes / _GIB
        return {"cannot": f"needs about {wanted / _GIB:,.1f} GiB, over {limit:,.1f} GiB"}
    return workshop.repeat(instance.name, peer.key, times)


def _as_expected(measured: Measured) -> bool:
    if measured.instance.refused:
        return "refused" in measured.ours
    return not trouble(measured.ours)


def _page(measured: list[Measured], about: dict[str, object]) -> str:
    parts = [
        f"Machine: {about['machine']}. Load average before {about['load_before']:.1f}, after {about['load_after']:.1f}.",
        phase_table(measured),
    ]
    for family in families():
        growth = growth_table([one for one in measured if one.instance.family == family])
        if growth and family.startswith("growth"):
            parts.append(f"**{family}**\n\n{growth}")
    parts += [f"**{one.instance.name}**: {one.instance.about}\n\n{peer_table(one)}" for one in measured if one.peers]
    return "\n\n".join(parts)


def _plain(measured: list[Measured]) -> dict[str, object]:
    return {
        one.instance.name: {
            "about": one.instance.about,
            "family": one.instance.family,
            "run": one.run,
            "plan": one.plan,
            "peers": one.peers,
        }
        for one in measured
    }


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
