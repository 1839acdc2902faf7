"""Figures as Markdown tables: readable as they stand, and ready for the README."""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.instance import Instance
from benchmarks.peers import PEERS
from benchmarks.spawn import Figures, trouble

PHASES = ("start", "read", "validate", "pair", "solve", "report", "write", "check", "publish")
_MIB = 2**20
_TELLING_BYTES = 16 * _MIB


@dataclass(slots=True)
class Measured:
    """Everything measured of one instance.

    Attributes
    ----------
    run
        The whole run, from files to a published plan; None for an instance without files.
    plan
        From memory to a proven optimum; None where it was not measured.
    peers
        The same by others, by key.
    """

    instance: Instance
    run: Figures | None = None
    plan: Figures | None = None
    peers: dict[str, Figures] = field(default_factory=dict)

    @property
    def ours(self) -> Figures:
        """The whole run where there is one, else the plan."""
        found = self.run if self.run is not None else self.plan
        return found if found is not None else {"failed": "not measured"}


def phase_table(all_measured: Sequence[Measured]) -> str:
    """One row per instance: what our own run takes, phase by phase."""
    head = ["instance", "people", "vacancies", "eligible pairs", "stored", "rounds"]
    head += [*(f"{name} s" for name in PHASES), "wall s", "CPU s", "peak MiB", "value", "gap", "status"]
    return _table(head, [_phase_row(measured) for measured in all_measured], text=(0, len(head) - 1))


def _phase_row(measured: Measured) -> list[str]:
    figures = measured.ours
    if reason := trouble(figures):
        right = " (as it should be)" if measured.instance.refused and "refused" in figures else ""
        return [measured.instance.name, *[""] * 19, reason + right]
    phases = figures["phases"]
    status = f"{figures['status']}, {figures['proof']}, {figures['prices']}"
    return [
        measured.instance.name,
        *(_whole(figures.get(name)) for name in ("rows", "seats", "eligible", "edges_stored", "rounds")),
        *(_seconds(phases.get(name)) for name in PHASES),
        _wall(figures),
        _seconds(figures["cpu_s"]),
        _mib(figures["peak_bytes"]),
        _whole(figures["value"]),
        _gap(figures["gap"]),
        status,
    ]


def peer_table(measured: Measured) -> str:
    """One row per way to the same plan, ours first: cost, ratio to ours, and what is lost of the optimum."""
    ours = measured.plan or {"failed": "not measured"}
    head = [
        "",
        "way",
        "list s",
        "solve s",
        "total s",
        "x ours",
        "CPU s",
        "x ours",
        "peak MiB",
        "x ours",
        "added MiB",
        "x ours",
    ]
    head += ["value", "lost of optimum", "says of itself"]
    rows = [_peer_row("", "matcher", ours, ours)]
    for peer in PEERS:
        if peer.key in measured.peers:
            rows.append(_peer_row(f"({peer.key})", peer.name, measured.peers[peer.key], ours))
    return _table(head, rows, text=(0, 1, len(head) - 1))


def _peer_row(key: str, name: str, figures: Figures, ours: Figures) -> list[str]:
    if reason := trouble(figures):
        over = figures.get("over_s")
        least = f"> {over / ours['wall_s']:,.0f}" if over and not trouble(ours) else ""
        return [key, name, "", "", f"> {over:,.0f}" if over else "", least, *[""] * 8, reason]
    phases = figures["phases"]
    known = not trouble(ours)

    def ratio(part: str) -> str:
        if not known or figures is ours:
            return "1" if figures is ours else ""
        # Of next to nothing, any multiple is noise.
        told = part != "added_bytes" or ours[part] >= _TELLING_BYTES
        return f"{figures[part] / ours[part]:,.1f}" if told else ""

    lost = "" if not known else _share((ours["bound"] - figures["value"]) / max(1, abs(ours["bound"])))
    says = figures.get("says") or f"{figures['status']}, proven over {figures['proof'].replace('_', ' ')}"
    return [
        key,
        name,
        _seconds(phases.get("list", phases.get("pair"))),
        _seconds(phases["solve"]),
        _wall(figures),
        ratio("wall_s"),
        _seconds(figures["cpu_s"]),
        ratio("cpu_s"),
        _mib(figures["peak_bytes"]),
        ratio("peak_bytes"),
        _mib(figures["added_bytes"]),
        ratio("added_bytes"),
        _whole(round(figures["value"])),
        lost,
        says,
    ]


def growth_table(family: Sequence[Measured]) -> str:
    """Growth within a family and the exponent that fits: cost ~ people ** exponent. Empty below two sizes."""
    sizes = [measured for measured in family if measured.run and not trouble(measured.run)]
    if len({measured.ours["rows"] for measured in sizes}) < 2:
        return ""
    parts: dict[str, Callable[[Figures], float]] = {
        "eligible pairs": lambda run: run["eligible"],
        "pair + solve s": lambda run: run["phases"].get("pair", 0.0) + run["phases"].get("solve", 0.0),
        "wall s": lambda run: run["wall_s"],
        "CPU s": lambda run: run["cpu_s"],
        "peak MiB": lambda run: run["peak_bytes"] / _MIB,
    }
    head = ["people", *parts]
    rows = []
    for measured in sizes:
        costs = [part(measured.ours) for part in parts.values()]
        shown = [_whole(costs[0]), *(_seconds(cost) for cost in costs[1:4]), f"{costs[4]:,.0f}"]
        rows.append([_whole(measured.ours["rows"]), *shown])
    people = [measured.ours["rows"] for measured in sizes]
    fits = [exponent(people, [part(measured.ours) for measured in sizes]) for part in parts.values()]
    rows.append(["exponent", *(f"{fit:.2f}" for fit in fits)])
    return _table(head, rows, text=(0,))


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Fit ``cost = factor * size ** exponent`` by least squares of the logarithms; NaN where a cost is 0."""
    if min(costs) <= 0:
        return math.nan
    return statistics.linear_regression([math.log(size) for size in sizes], [math.log(cost) for cost in costs]).slope


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], text: Sequence[int]) -> str:
    """A Markdown table whose columns line up; the columns in ``text`` to the left, figures to the right."""
    widths = [max(3, len(name), *(len(row[at]) for row in rows)) for at, name in enumerate(head)]
    # One long reason would push everything off the screen.
    if len(head) - 1 in text:
        widths[-1] = 3

    def line(cells: Sequence[str]) -> str:
        sides = zip(cells, widths, range(len(cells)), strict=True)
        return "| " + " | ".join(c.ljust(w) if at in text else c.rjust(w) for c, w, at in sides) + " |"

    rule = ["-" * width if at in text else "-" * (width - 1) + ":" for at, width in enumerate(widths)]
    return "\n".join([line(head), line(rule), *(line(row) for row in rows)])


def _seconds(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def _wall(figures: Figures) -> str:
    shown = _seconds(figures["wall_s"])
    return f"{shown} (median {_seconds(figures['wall_median_s'])})" if len(figures["walls_s"]) > 1 else shown


def _whole(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _mib(value: int) -> str:
    return f"{value / _MIB:,.0f}"


def _gap(value: float) -> str:
    return "0" if value == 0 else f"{value:.1e}"


def _share(value: float) -> str:
    if value == 0:
        return "0"
    return f"{value:.1e}" if abs(value) < 1e-4 else f"{100 * value:.2f} %"
