"""One measurement in a process of its own: ``python -m benchmarks.child JOB RESULT``, both JSON files."""

import json
import sys
import tempfile
import time
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.instance import Instance, Subject
from benchmarks.instances.bundles import TINY
from benchmarks.instances.lognormal import TINY_LISTED
from benchmarks.meter import PhaseClock, measured
from benchmarks.peers import PEERS, Peer
from benchmarks.peers.protocol import Answer, CannotRunError, Limits, TooSlowError
from benchmarks.plan import worth
from benchmarks.registry import INSTANCES
from benchmarks.store import folder_of, store
from matcher.errors import MatcherError
from matcher.inputs import InputRequest
from matcher.model.edges import Edges
from matcher.nightly import RunRequest, run
from matcher.pairing.source import RuleSource
from matcher.sample import RUN_DATE
from matcher.solvers import SolveParams, solve
from matcher.stop import Deadline

PHASES = ("read", "validate", "pair", "solve", "report", "write", "check", "publish")


def main() -> None:
    """Do the job and write down what it cost."""
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    instance, data = INSTANCES[job["instance"]], Path(job["data"])
    try:
        result = _do(job, instance, data)
    except TooSlowError:
        result = {"cannot": f"over {job['time_s']:,.0f} s", "over_s": job["time_s"]}
    except CannotRunError as error:
        result = {"cannot": str(error)}
    except ModuleNotFoundError as error:
        result = {"cannot": f"{error.name} is not installed: pip install '.[bench]'"}
    except MatcherError as error:
        # Its text may hold details of the input; the kind says enough.
        result = {"refused": type(error).__name__}
    Path(sys.argv[2]).write_text(json.dumps(result), encoding="utf-8")


def _do(job: dict[str, Any], instance: Instance, data: Path) -> dict[str, Any]:
    limits = Limits(job["memory_bytes"], job["time_s"])
    if job["what"] == "make":
        store(instance, data)
        return {}
    if job["what"] == "run":
        return _run(folder_of(instance, data), limits, start_s=time.time() - job["spawned"])
    subject = instance.open(folder_of(instance, data))
    small = TINY if instance.from_files else TINY_LISTED
    warm = small.open(folder_of(small, data))
    if job["what"] == "plan":
        _plan(warm, limits)
        return _plan(subject, limits)
    peer = next(peer for peer in PEERS if peer.key == job["what"])
    _ask(peer, warm, limits)
    return _ask(peer, subject, limits)


def _run(bundle: Path, limits: Limits, start_s: float) -> dict[str, Any]:
    """Files to published, verified plan; a process that has done nothing before, as every night."""
    watch = PhaseClock(PHASES)
    inputs = InputRequest(bundle=bundle, run_date=RUN_DATE, time_limit_s=Decimal(str(limits.time_s)))
    with tempfile.TemporaryDirectory(prefix="benchmark-") as out, measured() as span:
        manifest = run(RunRequest(inputs=inputs, out=Path(out)), watch=watch).manifest
        watch.stop()
    solver, counts = manifest["solver"], manifest["counts"]
    return {
        **asdict(span),
        "wall_s": span.wall_s + start_s,
        "phases": {"start": start_s, **watch.seconds},
        "parts": watch.parts,
        "rows": counts["people"],
        "seats": counts["vacancies"],
        "eligible": counts["eligible_pairs"],
        **{name: solver[name] for name in ("status", "proof", "prices", "gap", "rounds", "edges_stored")},
        "value": solver["objective"],
        "bound": solver["upper_bound"],
    }


def _plan(subject: Subject, limits: Limits) -> dict[str, Any]:
    """People and vacancies in memory to a proven optimum."""
    watch = PhaseClock(("pair", "solve"))
    with measured() as span:
        watch.phase("pair")
        stop = Deadline.after(limits.time_s)
        source = subject.source(0)
        watch.phase("solve")
        result = solve(source, subject.openings, SolveParams(), watch, stop)
        watch.stop()
    prices = result.prices
    return {
        **asdict(span),
        "phases": watch.seconds,
        "parts": watch.parts,
        "rows": subject.rows,
        "seats": int(subject.openings.size),
        "eligible": subject.pairs,
        "status": result.status.value,
        "proof": result.proof.value,
        "prices": None if prices is None else prices.kind.value,
        "gap": result.gap,
        "rounds": result.rounds,
        "edges_stored": result.edges_stored,
        "value": result.objective,
        "bound": result.upper_bound,
    }


def _ask(peer: Peer, subject: Subject, limits: Limits) -> dict[str, Any]:
    """List all pairs with our own kernels and let the peer solve, or let it do both."""
    watch, solver = PhaseClock(("list", "solve")), peer.solver()
    edges: Edges | None = None
    with measured() as span:
        if peer.by_rules:
            watch.phase("solve")
            answer = solver(subject.rules, limits)
        else:
            watch.phase("list")
            edges = _listed(subject)
            watch.phase("solve")
            answer = solver(edges, subject.openings, limits)
        watch.stop()
    return {
        **asdict(span),
        "phases": watch.seconds,
        "value": _value(answer, edges if edges is not None else _listed(subject), subject),
        "whole": answer.seat_of is not None,
        "says": answer.says,
        "edges_stored": None if edges is None else len(edges),
    }


def _listed(subject: Subject) -> Edges:
    """All pairs that are worth something."""
    source = subject.source(0)
    none = np.zeros(0, dtype=np.int64)
    nothing = np.zeros(source.rows, dtype=np.int64)
    # A source over rules holds back all but the best of each person unless it is asked to list.
    ask = source.listed if isinstance(source, RuleSource) else lambda *asked: source.offer(*asked).edges
    return ask(np.zeros(source.seats, dtype=np.int64), none, nothing)


def _value(answer: Answer, edges: Edges, subject: Subject) -> float:
    """Points of the answer: counted by us where it is a plan."""
    if answer.seat_of is None:
        if answer.value is None:
            raise CannotRunError("gave neither a plan nor a value")
        return answer.value
    return worth(answer.seat_of, edges, subject.openings)


if __name__ == "__main__":
    main()
