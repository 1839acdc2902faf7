"""What ran: the manifest and the checksums beside it, as exact bytes, so that a change of one byte shows."""

import datetime as dt
import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Any

from matcher import __version__
from matcher.domain.policy import Policy
from matcher.domain.relaxed import LIMITS_RELAXED as RELAXED
from matcher.domain.relaxed import Relaxed
from matcher.errors import CertificateError, InputError
from matcher.model.solution import SolveResult

CONTRACT_VERSION = 1
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
_LIBRARIES = ("numpy", "pyarrow", "ortools", "numba", "pydantic")


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What a file was when it was read or written.

    Attributes
    ----------
    rows
        Rows of a table; None for a file that is not a table.
    """

    name: str
    bytes: int
    sha256: str
    rows: int | None


def versions() -> dict[str, str]:
    """Return the versions that can change a result: Python, this package, and the libraries it counts with."""
    found = {"python": platform.python_version(), "platform": f"{platform.system()}-{platform.machine()}".lower()}
    found["matcher"] = __version__
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "unknown"
    return found


def build_manifest(
    *,
    run_id: str,
    run_date: str,
    created_utc: str,
    policy: Policy,
    inputs: Sequence[FileRecord],
    outputs: Sequence[FileRecord],
    result: SolveResult,
    relaxed: Sequence[Relaxed],
    claims: Mapping[str, Any],
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """Put together everything that is claimed about a run.

    Parameters
    ----------
    run_date, created_utc
        ISO texts; the second one, with ``seconds``, is all that a clock ever adds to the outputs.
    relaxed
        Pins and limits that the plan does not keep as they were stated.
    claims
        What the method says about its result: counts, expected_durable, selection_by, warnings and whatever more it wants to say. The
        names of the contract's own sections are refused.
    seconds
        Wall time per phase.

    Raises
    ------
    ValueError
        A claim has the name of a section that is filled here.
    """
    own: dict[str, Any] = {
        "contract_version": CONTRACT_VERSION,
        "run_id": run_id,
        "run_date": run_date,
        "created_utc": created_utc,
        "versions": versions(),
        "policy": {"canonical": policy.canonical(), "sha256": policy.sha256()},
        "inputs": [asdict(record) for record in sorted(inputs, key=lambda record: record.name)],
        "outputs": [asdict(record) for record in sorted(outputs, key=lambda record: record.name)],
        "seed": policy.solve.seed,
        "solver": {
            "name": result.solver,
            "status": result.status.value,
            "objective": result.objective,
            "points_total": result.points_total,
            "penalties": result.penalties,
            "upper_bound": result.upper_bound,
            "gap": result.gap,
            "proof": result.proof.value,
            "prices": None if result.prices is None else result.prices.kind.value,
            "search_bound": result.search_bound,
            "relaxed": [one.facts() for one in relaxed],
            "rounds": result.rounds,
            "edges_stored": result.edges_stored,
            "seconds": {phase: round(value, 3) for phase, value in seconds.items()},
        },
    }
    if twice := sorted(own.keys() & claims.keys()):
        raise ValueError(f"These parts of the manifest are not for others to fill: {', '.join(twice)}.")
    return own | dict(claims)


def canonical_bytes(document: Mapping[str, Any]) -> bytes:
    """Return the one spelling of a document: sorted keys, two spaces, UTF-8, a newline at the end; NaN is refused."""
    text = json.dumps(document, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def parse_manifest(raw: bytes) -> dict[str, Any]:
    """Read a manifest back, and refuse any spelling but its own.

    Raises
    ------
    CertificateError
        Not JSON, or not byte for byte what `canonical_bytes` writes.
    InputError
        A contract version that this program does not know.
    """
    try:
        document = json.loads(raw.decode())
        same = isinstance(document, dict) and canonical_bytes(document) == raw
    except (ValueError, RecursionError):
        same = False
    if not same:
        raise CertificateError(f"{MANIFEST} is not as it was written.")
    version = document.get("contract_version")
    if version != CONTRACT_VERSION:
        raise InputError(f"{MANIFEST} follows contract version {version}; this program knows {CONTRACT_VERSION} only.")
    return dict(document)


def policy_of(manifest: Mapping[str, Any]) -> Policy:
    """Return the policy of a run, exactly as it was.

    Raises
    ------
    CertificateError
        The text does not fit its own hash, or is no policy of this version.
    """
    text = manifest["policy"]["canonical"]
    try:
        policy = Policy.model_validate_json(text)
    except ValueError:
        raise CertificateError(f"The policy in {MANIFEST} is not one that this version can read.") from None
    if policy.canonical() != text or policy.sha256() != manifest["policy"]["sha256"]:
        raise CertificateError(f"The policy in {MANIFEST} does not fit its own hash.")
    return policy


_SHAPE: Mapping[str, tuple[type, Mapping[str, type | tuple[type, ...]]]] = {
    "run_id": (str, {}),
    "run_date": (str, {}),
    "policy": (dict, {"canonical": str, "sha256": str}),
    "inputs": (list, {}),
    "outputs": (list, {}),
    "counts": (dict, {}),
    "expected_durable": (float, {}),
    "selection_by": (dict, {}),
    "warnings": (list, {}),
    "solver": (
        dict,
        {
            "status": str,
            "objective": int,
            "upper_bound": int,
            "gap": float,
            "proof": str,
            "prices": str,
            "seconds": dict,
        },
    ),
}


def require_shape(manifest: Mapping[str, Any]) -> None:
    """Refuse a manifest that lacks what every run says; raises `CertificateError` naming the key."""
    for key, (kind, inner) in _SHAPE.items():
        if not isinstance(manifest.get(key), kind):
            raise CertificateError(f"{MANIFEST} has no usable {key!r}.")
        for name, sort in inner.items():
            if not isinstance(manifest[key].get(name), sort):
                raise CertificateError(f"{MANIFEST} has no usable {f'{key}.{name}'!r}.")
    try:
        dt.date.fromisoformat(manifest["run_date"])
    except ValueError:
        raise CertificateError(f"{MANIFEST} has no usable 'run_date'.") from None


def relaxed_of(manifest: Mapping[str, Any]) -> tuple[Relaxed, ...]:
    """Return the pins and limits that a plan does not keep as they were stated; none in runs of before there were limits.

    Raises
    ------
    CertificateError
        They are not told as they should be, or no warning says that there are any.
    """
    try:
        relaxed = tuple(Relaxed.from_facts(one) for one in manifest["solver"].get("relaxed", []))
        told = [warning["code"] == RELAXED for warning in manifest["warnings"]]
    except (AttributeError, KeyError, TypeError):
        raise CertificateError(f"{MANIFEST} has no usable 'solver.relaxed'.") from None
    if sum(told) != bool(relaxed):
        raise CertificateError(f"{MANIFEST}: the warning {RELAXED} does not fit 'solver.relaxed'.")
    return relaxed


def records_of(manifest: Mapping[str, Any], role: str) -> tuple[FileRecord, ...]:
    """Return the files of a role, ``"inputs"`` or ``"outputs"``, as the manifest lists them."""
    return tuple(FileRecord(**record) for record in manifest[role])


def sums_bytes(sums: Mapping[str, str]) -> bytes:
    """Return checksums (name to hexadecimal SHA-256) in the format of ``sha256sum``, by name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())).encode()


def sha256(raw: bytes) -> str:
    """Return the SHA-256 of bytes, hexadecimal."""
    return hashlib.sha256(raw).hexdigest()


def run_digest(inputs: Iterable[FileRecord], policy: Policy, run_date: str) -> str:
    """Return eight hexadecimal digits that differ between runs on different input, policy or run date."""
    parts = [f"{record.name}:{record.sha256}" for record in sorted(inputs, key=lambda record: record.name)]
    return sha256("\n".join([run_date, policy.sha256(), *parts]).encode())[:8]
