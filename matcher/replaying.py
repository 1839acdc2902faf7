"""Doing a published run again from its input, and saying what comes out differently."""

import datetime as dt
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from matcher.differing import Difference, differences
from matcher.errors import CertificateError, FileError, InputError
from matcher.inputs import InputRequest, read_inputs, require_same_input
from matcher.io.manifest import MANIFEST, policy_of, records_of, require_shape, versions
from matcher.io.run_folder import RunFiles, read_run
from matcher.nightly import RunRequest, run
from matcher.progress import SILENT, Observer
from matcher.verdict.words import Language

_PRICES = "vacancies_report.parquet"


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of doing a run again.

    Attributes
    ----------
    files
        How many files were compared, the manifest among them.
    differences
        What is not the same; empty where every byte is, but for the times in the manifest.
    other_versions
        Name to (then, now), of what the run was made with and this is not; only where that was allowed.
    stopped_early
        The run was ended by its time limit: what it had found by then depends on the machine.
    """

    run_id: str
    files: int
    differences: tuple[Difference, ...]
    other_versions: Mapping[str, tuple[str, str]]
    stopped_early: bool


def replay(
    published: RunFiles,
    bundle: Path,
    *,
    previous_run: Path | None = None,
    other_versions: bool = False,
    watch: Observer = SILENT,
) -> Replay:
    """Do a published run again, with the policy, day, seed, prices and options that it had, and compare every file.

    It is done in a private folder for temporary files, which takes the room of one run and is removed.

    Parameters
    ----------
    previous_run
        The run whose prices it started from; looked for beside the run where None.
    other_versions
        Go on where this program or a library is of another version than the run was made with.

    Raises
    ------
    CertificateError
        This is not the input of the run.
    InputError
        It was made with other versions, and that is not allowed.
    FileError
        The run whose prices it started from is not there (any more).
    """
    manifest = published.manifest
    require_shape(manifest)
    moved = _moved(manifest)
    if moved and not other_versions:
        told = ", ".join(f"{name} {then} (this is {now})" for name, (then, now) in moved.items())
        raise InputError(f"The run was made with {told}. Replay it with that, or with --other-versions.")
    watch.phase("compare input")
    inputs = _inputs(manifest, bundle)
    require_same_input(manifest, read_inputs(inputs))
    earlier = _earlier(published, previous_run)
    with tempfile.TemporaryDirectory(prefix="matcher-replay-") as folder:
        request = RunRequest(
            inputs=inputs,
            out=Path(folder).resolve() / "out",
            previous_run=earlier,
            run_id=str(manifest["run_id"]),
            **_options(manifest),
        )
        again = run(request, watch=watch)
        watch.phase("compare")
        found = tuple(differences(published, read_run(again.folder)))
    stopped = manifest["solver"]["status"] == "FEASIBLE"
    return Replay(str(manifest["run_id"]), len(manifest["outputs"]) + 1, found, moved, stopped)


def _moved(manifest: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Versions that are not those of the run: what it was made with, and what there is now."""
    then, now = manifest.get("versions"), versions()
    if not isinstance(then, dict):
        raise CertificateError(f"{MANIFEST} has no usable 'versions'.")
    names = [name for name in sorted(then.keys() | now.keys()) if then.get(name) != now.get(name)]
    return {name: (str(then.get(name, "none")), now.get(name, "none")) for name in names}


def _inputs(manifest: Mapping[str, Any], bundle: Path) -> InputRequest:
    files = tuple(record for record in records_of(manifest, "inputs") if record.rows is None)
    day = dt.date.fromisoformat(manifest["run_date"])
    return InputRequest(bundle=bundle, run_date=day, decided=(policy_of(manifest), files))


def _options(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """How the run was asked for."""
    found = manifest.get("options")
    names = {"agencies", "relax", "strict"}
    if (
        not isinstance(found, dict)
        or found.keys() != names | {"page"}
        or not all(isinstance(found[name], bool) for name in names)
        or found["page"] not in (None, *get_args(Language))
    ):
        raise CertificateError(f"{MANIFEST} has no usable 'options'.")
    return found


def _earlier(published: RunFiles, given: Path | None) -> Path | None:
    """Find the run whose prices a run started from, and make sure that it is that one."""
    told = published.manifest.get("previous_run")
    if told is None:
        if given is not None:
            raise InputError("The run started from no other run's prices. Leave --previous-run out.")
        return None
    folder = published.folder.parent / str(told["run_id"]) if given is None else given
    try:
        found = read_run(folder)
    except FileError as error:
        raise FileError(
            f"The run started from the prices of {told['run_id']}, which --previous-run has to name. {error}"
        ) from None
    prices = next((file.sha256 for file in records_of(found.manifest, "outputs") if file.name == _PRICES), None)
    if (found.manifest["run_id"], prices) != (told["run_id"], told["vacancies_report_sha256"]):
        raise CertificateError(f"{folder} is not run {told['run_id']} as it was when this run started from its prices.")
    return found.folder
