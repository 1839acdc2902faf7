"""What a run starts from: the bundle, the policy and the day, with the order in which they win from each other."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from matcher.domain.policy import Policy, SolvePolicy
from matcher.domain.policy_file import parse_policy
from matcher.errors import CertificateError, FileError, InputError, PolicyError
from matcher.io.bundle import Bundle, decode_policy, read_bundle, read_regular
from matcher.io.manifest import FileRecord, records_of, sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRequest:
    """Where to find what a run starts from.

    Attributes
    ----------
    policy
        A policy file that replaces the bundle's own.
    run_date
        Wins over the day in the policy; without either it is today.
    time_limit_s, threads
        Win over ``[solve]`` of the policy.
    decided
        The policy of an earlier run with what its manifest says of the file it came from; wins over every file and option.
    """

    bundle: Path
    policy: Path | None = None
    run_date: dt.date | None = None
    time_limit_s: Decimal | None = None
    threads: int | None = None
    decided: tuple[Policy, tuple[FileRecord, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """A bundle as read, and everything decided about it."""

    bundle: Bundle
    policy: Policy
    run_date: dt.date
    files: tuple[FileRecord, ...]

    @property
    def stranger_warnings(self) -> list[dict[str, str]]:
        """A headline per Parquet file that nobody reads."""
        return [
            {"code": "UNKNOWN_FILE", "text": f"{name} is not part of a bundle and was not read.", "file": name}
            for name in self.bundle.strangers
        ]


def read_inputs(request: InputRequest) -> Inputs:
    """Read a bundle and settle its policy and day.

    Raises
    ------
    FileError, InputError, PolicyError
        As `read_bundle` and `parse_policy`; a policy file that is asked for must exist.
    """
    bundle = read_bundle(request.bundle)
    files = [FileRecord(file.name, file.bytes, file.sha256, file.rows) for file in bundle.files]
    if request.decided is not None:
        policy, records = request.decided
        files = [file for file in files if file.rows is not None] + list(records)
    elif request.policy is not None:
        policy, record = _policy_file(request.policy)
        # The bundle's own policy was not used, so it is no input of this run.
        files = [file for file in files if file.rows is not None] + [record]
    elif bundle.policy_text is not None:
        policy = parse_policy(bundle.policy_text)
    else:
        policy = Policy()
    day = request.run_date or policy.run.run_date or dt.date.today()
    settled = policy if request.decided else _with_options(policy, request)
    return Inputs(bundle, settled, day, tuple(files))


def _policy_file(path: Path) -> tuple[Policy, FileRecord]:
    try:
        data = read_regular(path)
        if data is None:
            raise FileError(f"{path} does not exist. Give an existing policy file, or leave --policy out.")
        text = decode_policy(data, path.name)
    except InputError as error:
        raise PolicyError(str(error)) from None
    # The name says its role, not where it lay: that may tell something about the machine.
    return parse_policy(text, path.name), FileRecord("policy.toml", len(data), sha256(data), None)


def _with_options(policy: Policy, request: InputRequest) -> Policy:
    solve = policy.solve.model_dump()
    if request.time_limit_s is not None:
        solve["time_limit_s"] = request.time_limit_s
    if request.threads is not None:
        solve["threads"] = request.threads
    return policy.model_copy(update={"solve": SolvePolicy.model_validate(solve)})


def unchanged(before: Inputs, request: InputRequest) -> Inputs:
    """Read everything again, and refuse it where a byte differs from the first time.

    Raises
    ------
    InputError
        A file was changed, removed or added meanwhile.
    """
    again = read_inputs(request)
    if again.files != before.files:
        now = {file.name: file for file in again.files}
        was = {file.name: file for file in before.files}
        names = sorted(name for name in now.keys() | was.keys() if now.get(name) != was.get(name))
        raise InputError(f"The input changed while it was used: {', '.join(names)}. Run again when it is complete.")
    # A day taken from the clock may have passed midnight; the run belongs to the day it began.
    return replace(again, run_date=before.run_date)


def require_same_input(manifest: Mapping[str, Any], inputs: Inputs) -> None:
    """Refuse tables that a run was not made of; raises `CertificateError` naming the files."""
    # The policy is the manifest's own copy: the run may have used a file from elsewhere.
    meant = {file.name: file.sha256 for file in records_of(manifest, "inputs") if file.rows is not None}
    found = {file.name: file.sha256 for file in inputs.files if file.rows is not None}
    if meant != found:
        names = sorted(name for name in meant.keys() | found.keys() if meant.get(name) != found.get(name))
        raise CertificateError(f"This is not the input of the run; different are: {', '.join(names)}.")
