"""The manifest: everything that is claimed, in one exact spelling."""

from typing import Any

import pytest

from matcher.domain.policy import Policy
from matcher.domain.policy_file import parse_policy
from matcher.errors import CertificateError
from matcher.io.manifest import (
    FileRecord,
    build_manifest,
    canonical_bytes,
    parse_manifest,
    policy_of,
    records_of,
    require_shape,
    run_digest,
)
from matcher.model.solution import Proof, SolveResult, Status

FILES = (FileRecord("b.parquet", 10, "ab" * 32, 3), FileRecord("a.parquet", 20, "cd" * 32, None))
RESULT = SolveResult(
    status=Status.FEASIBLE,
    seat_of=None,
    prices=None,
    objective=9,
    upper_bound=10,
    proof=Proof.ALL_PAIRS,
    rounds=1,
    edges_stored=2,
    solver="flow",
)
CLAIMS: dict[str, Any] = {"counts": {}, "expected_durable": 0.5, "selection_by": {}, "warnings": []}


def manifest(policy: Policy | None = None, claims: dict[str, Any] | None = None) -> dict[str, Any]:
    return build_manifest(
        run_id="r",
        run_date="2026-11-21",
        created_utc="2026-11-21T02:00:00Z",
        policy=policy or Policy(),
        inputs=FILES,
        outputs=FILES,
        result=RESULT,
        relaxed=(),
        claims=CLAIMS if claims is None else claims,
        seconds={"solve": 1.23456},
    )


def test_it_says_everything_and_reads_back() -> None:
    made = manifest()
    assert parse_manifest(canonical_bytes(made)) == made
    assert made["solver"]["gap"] == pytest.approx(1 / 9)
    assert made["solver"]["seconds"] == {"solve": 1.235}
    assert made["solver"]["prices"] is None
    assert records_of(made, "inputs") == tuple(sorted(FILES, key=lambda file: file.name))
    assert {"python", "matcher", "numpy", "ortools"} <= made["versions"].keys()


def test_nobody_overwrites_its_own_parts() -> None:
    with pytest.raises(ValueError, match="run_id"):
        manifest(claims={**CLAIMS, "run_id": "other"})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[run]\nrun_date = 2026-11-21\n[solve]\ntime_limit_s = 0.1\ngap = 0.0005\n",
        "[rules.LANE.steps]\nregular = [3, 6]\n[rules.CERTIFICATE.obtainable_days]\nVOG = 3\n[wage]\nyouth_pct = {20 = 80.5}\n",
    ],
)
def test_the_policy_comes_back_exactly(text: str) -> None:
    policy = parse_policy(text)
    again = policy_of(parse_manifest(canonical_bytes(manifest(policy))))
    assert again == policy
    assert again.sha256() == policy.sha256()


@pytest.mark.parametrize(("key", "value"), [("canonical", "{}"), ("canonical", "x"), ("sha256", "00" * 32)])
def test_a_policy_that_does_not_fit_its_hash_is_refused(key: str, value: str) -> None:
    made = manifest()
    made["policy"][key] = value
    with pytest.raises(CertificateError, match="policy"):
        policy_of(made)


@pytest.mark.parametrize("key", ["run_id", "run_date", "policy", "inputs", "counts", "warnings", "solver"])
def test_a_missing_part_is_named(key: str) -> None:
    made = manifest()
    made["solver"]["prices"] = "extreme"
    require_shape(made)
    made[key] = None
    with pytest.raises(CertificateError, match=key):
        require_shape(made)


def test_an_impossible_day_is_refused() -> None:
    made = manifest()
    made["solver"]["prices"] = "extreme"
    with pytest.raises(CertificateError, match="run_date"):
        require_shape({**made, "run_date": "someday"})


def test_the_digest_depends_on_input_policy_and_day_only() -> None:
    policy, other = Policy(), parse_policy("[solve]\ngap = 0.1\n")
    digest = run_digest(FILES, policy, "2026-11-21")
    assert digest == run_digest(FILES[::-1], policy, "2026-11-21")
    assert len({digest, run_digest(FILES[:1], policy, "2026-11-21"), run_digest(FILES, other, "2026-11-21")}) == 3
    assert digest != run_digest(FILES, policy, "2026-11-22")
