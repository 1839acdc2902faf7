"""A run that was asked for under a name and stands there already: the same answer, without doing anything twice."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from matcher.errors import FileError, InputError, RunIdTakenError
from matcher.inputs import Inputs
from matcher.io.output_folder import OutputFolder, entries, is_run_id
from matcher.io.run_folder import RunFiles, read_run
from matcher.io.tombstones import tombstone_of
from matcher.model.solution import Status

STOPPED_EARLY = 7


def published_before(output: OutputFolder, run_id: str, inputs: Inputs, options: Mapping[str, Any]) -> RunFiles | None:
    """Return the run of this name where it was made of the same input, policy, day and options; None where the name is free.

    Prices that a run may start from are no part of the comparison: they save time, and ``OUT/latest`` is another run by the second time.
    ``latest`` stays where it points.

    Raises
    ------
    RunIdTakenError
        The name is that of another run, of a run that was purged, or of something that is no run.
    CertificateError
        A run of that name is there, but not as it was published.
    """
    if not is_run_id(run_id):
        raise InputError(
            "A run id has 1 to 100 letters, digits, dots, hyphens and underscores, and no sign at either end."
        )
    if run_id not in entries(output.fd):
        if tombstone_of(output.path / run_id) is not None:
            raise RunIdTakenError(f"Run {run_id} was purged from {output.path}. Choose another run id.")
        return None
    try:
        held = read_run(output.path / run_id)
    except FileError:
        raise RunIdTakenError(f"{output.path / run_id} is there and is no run. Choose another run id.") from None
    if held.folder.parent != output.path.resolve():
        raise RunIdTakenError(f"{output.path / run_id} is a link. Choose another run id.")
    asked = {
        "inputs": sorted((asdict(file) for file in inputs.files), key=lambda file: str(file["name"])),
        "policy": inputs.policy.sha256(),
        "run date": inputs.run_date.isoformat(),
        "options": dict(options),
    }
    found = {
        "inputs": held.manifest["inputs"],
        "policy": held.manifest["policy"]["sha256"],
        "run date": held.manifest["run_date"],
        "options": held.manifest.get("options"),
    }
    if other := [name for name in asked if asked[name] != found[name]]:
        raise RunIdTakenError(
            f"Run {run_id} was published before with other {', '.join(other)}. Choose another run id, or give what it was made of."
        )
    return held


def exit_code_of(manifest: Mapping[str, Any]) -> int:
    """Return what the run with this manifest ended with."""
    solver = manifest["solver"]
    stopped = solver["status"] == Status.FEASIBLE and solver.get("search_bound") != solver["objective"]
    return STOPPED_EARLY if stopped else 0
