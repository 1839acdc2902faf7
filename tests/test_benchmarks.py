"""The benchmarks run, and everybody who says to find the optimum finds the same one. Nothing here is timed."""

import ast
import json
import math
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.__main__ import main
from benchmarks.instances.lognormal import lognormal_pairs
from benchmarks.listed import ListedEdges
from benchmarks.peers import PEERS
from benchmarks.peers.protocol import CannotRunError, Limits
from benchmarks.plan import worth
from benchmarks.registry import INSTANCES, families, select
from benchmarks.spawn import together
from benchmarks.tables import PHASES, exponent
from matcher.model.edges import NO_GAIN
from matcher.progress import SILENT
from matcher.solvers import SolveParams, solve
from tests.solvers.models import ListedSource

EXACT = ("a", "b", "e")
TO_A_MILLIONTH = ("c", "d")
NEEDS_SCIPY = ("matching", "highs", "pdlp")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("benchmarks")


@pytest.fixture(scope="module")
def tiny(folder: Path) -> dict[str, Any]:
    return _measured(folder, "tiny", "--peers")["tiny"]


def _measured(folder: Path, *arguments: str) -> dict[str, Any]:
    found = folder / "figures.json"
    assert main([*arguments, "--json", str(found), "--data", str(folder / "data")]) == 0
    instances: dict[str, Any] = json.loads(found.read_text(encoding="utf-8"))["instances"]
    return instances


def test_a_whole_run_is_measured_phase_by_phase(tiny: dict[str, Any]) -> None:
    run = tiny["run"]
    assert set(run["phases"]) == set(PHASES)
    assert sum(run["phases"].values()) == pytest.approx(run["wall_s"], rel=0.2)
    assert run["status"] == "OPTIMAL" and run["gap"] == 0 and run["value"] == run["bound"] > 0
    assert (run["rows"], run["seats"]) == (60, 80) and run["eligible"] > 0
    assert run["peak_bytes"] > run["added_bytes"] >= 0


def test_every_way_to_the_optimum_finds_the_same(tiny: dict[str, Any]) -> None:
    assert tiny["plan"]["status"] == "OPTIMAL" and tiny["plan"]["proof"] == "all_pairs"
    assert tiny["plan"]["value"] == tiny["run"]["value"]
    assert list(tiny["peers"]) == [peer.key for peer in PEERS]
    for key, figures in tiny["peers"].items():
        if "is not installed" not in figures.get("cannot", ""):
            _agree(key, figures["value"], tiny["plan"]["value"])


def test_peers_agree_on_listed_pairs() -> None:
    edges, openings = lognormal_pairs(300, 40, 10)
    result = solve(ListedEdges(edges, openings.size), openings, SolveParams(), SILENT)
    assert result.status == "OPTIMAL"
    limits = Limits(memory_bytes=2**30, time_s=60.0)
    for peer in PEERS:
        if peer.by_rules or (peer.module in NEEDS_SCIPY and not find_spec("scipy")):
            continue
        answer = peer.solver()(edges, openings, limits)
        value = answer.value if answer.seat_of is None else worth(answer.seat_of, edges, openings)
        _agree(peer.key, value, result.objective)


def _agree(key: str, value: float, optimum: int) -> None:
    if key in EXACT:
        assert value == optimum, key
    elif key in TO_A_MILLIONTH:
        assert value == pytest.approx(optimum, rel=1e-5), key
    else:
        assert 0 < value <= optimum, key


def test_what_cannot_be_a_plan_is_no_figure() -> None:
    edges, openings = lognormal_pairs(300, 40, 10)
    everybody_first = np.zeros(300, dtype=np.int32)
    with pytest.raises(CannotRunError, match="overfills"):
        worth(everybody_first, edges, openings)
    with pytest.raises(CannotRunError, match="not eligible"):
        worth(everybody_first, edges, np.full(40, 300, dtype=np.int64))


def test_what_should_be_refused_is_refused(folder: Path) -> None:
    assert _measured(folder, "hard-int64")["hard-int64"]["plan"] == {"refused": "InputError"}


def test_an_unknown_name_brings_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["enscede"]) == 2
    assert "Did you mean 'enschede'?" in capsys.readouterr().err


def test_a_family_stands_for_its_instances() -> None:
    assert [one.name for one in select(["growth"])] == ["growth-1x", "growth-2x", "growth-4x", "growth-8x"]
    assert {"bundles", "growth", "hard", "lognormal"} <= set(families())
    assert {"pilot", "enschede", "twente", "region", "nation"} <= set(INSTANCES)


def test_the_listed_source_keeps_its_promises() -> None:
    edges, openings = lognormal_pairs(40, 12, 3)
    rng = np.random.default_rng(1)
    prices, none = rng.integers(0, 30_000, openings.size), np.zeros(0, dtype=np.int64)
    ours, theirs = ListedEdges(edges, openings.size), ListedSource(edges, openings.size)
    for floors in (np.full(40, NO_GAIN), np.zeros(40, dtype=np.int64), rng.integers(-9_000, 9_000, 40)):
        mine, right = ours.offer(prices, none, floors), theirs.offer(prices, none, floors)
        assert (mine.best == right.best).all() and (np.diff(edges.start) == 0).any()
        for column in ("start", "seat", "points"):
            assert (getattr(mine.edges, column) == getattr(right.edges, column)).all()


def test_the_lognormal_instance_has_room_for_only_some() -> None:
    edges, openings = lognormal_pairs(5_000, 100, 10)
    assert len(edges) == pytest.approx(50_000, rel=0.05)
    assert edges.points.max() <= 500_000 and edges.points.min() >= 0
    assert 2_000 < openings.sum() < 5_000 and openings.min() >= 1


def test_the_exponent_fits() -> None:
    sizes = [1_000, 2_000, 4_000, 8_000]
    assert exponent(sizes, [3.0 * size**1.5 for size in sizes]) == pytest.approx(1.5)
    assert math.isnan(exponent(sizes, [0.0, 1.0, 2.0, 3.0]))


def test_repeats_keep_the_smallest_and_the_median() -> None:
    costs = [
        {"wall_s": wall, "cpu_s": wall, "peak_bytes": 1, "added_bytes": 1, "phases": {"solve": wall}, "value": 7}
        for wall in (3.0, 1.0, 8.0)
    ]
    found = together(costs)
    assert (found["wall_s"], found["wall_median_s"], found["walls_s"]) == (1.0, 3.0, [3.0, 1.0, 8.0])
    assert (found["phases"], found["phases_median"], found["value"]) == ({"solve": 1.0}, {"solve": 3.0}, 7)


def test_nothing_in_the_package_knows_the_benchmarks() -> None:
    for path in (Path(__file__).parents[1] / "matcher").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.split(".")[0] in ("benchmarks", "scipy") for name in names), path
