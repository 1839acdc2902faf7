"""A plan that rests on cuts, through all doors: published with one file more, read back, checked, told and given by the library."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from matcher.domain.policy_file import parse_policy
from matcher.errors import CertificateError
from matcher.inputs import InputRequest
from matcher.io.run_folder import read_run
from matcher.library import match
from matcher.nightly import RunRequest, run, verify
from matcher.verdict.schemas import CUTS
from tests.oracle.bundles import Bundle
from tests.oracle.limit_bundles import random_limit_bundle


def bundle_in(folder: Path) -> Bundle:
    """Somebody's files; the plan rests on cuts where nothing is too small for them."""
    made = random_limit_bundle(30_009, 25, 15)
    folder.mkdir()
    for name, table in made.tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    (folder / "policy.toml").write_text(made.policy or "", encoding="utf-8")
    return made


def nothing_is_small(patch: pytest.MonkeyPatch) -> None:
    for module in ("search", "solve"):
        patch.setattr(f"matcher.solvers.limited.{module}.SMALL", 0)


def test_from_folder_to_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, folder = bundle_in(tmp_path / "in"), tmp_path / "in"
    request = RunRequest(inputs=InputRequest(bundle=folder, run_date=made.run_date), out=tmp_path / "out")
    plain = run(request)
    assert "cuts.parquet" not in {output["name"] for output in plain.manifest["outputs"]}
    nothing_is_small(monkeypatch)
    published = run(request)
    assert "cuts.parquet" in {output["name"] for output in published.manifest["outputs"]}
    again = read_run(published.folder)
    assert again.tables["cuts"].schema.equals(CUTS)
    verify(again, folder)
    told = {limit["kind"] for limit in published.manifest["limits"]}
    assert told
    assert "cut" not in told
    (published.folder / "cuts.parquet").unlink()
    with pytest.raises(CertificateError, match=r"cuts\.parquet is missing"):
        read_run(published.folder)


def test_from_tables_to_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    made = random_limit_bundle(30_009, 25, 15)
    policy = parse_policy(made.policy or "")
    plain = match(**made.tables, policy=policy, run_date=made.run_date)
    assert plain.cuts.schema.equals(CUTS)
    assert plain.cuts.num_rows == 0
    nothing_is_small(monkeypatch)
    result = match(**made.tables, policy=policy, run_date=made.run_date)
    assert result.cuts.num_rows > 0
    assert "cut" in result.limits["kind"].to_pylist()
    assert result.objective <= result.upper_bound <= plain.upper_bound
    for person in result.unassigned["candidate_id"].to_pylist():
        held = result.explain(person).no_proposal
        assert held is not None
        assert all(hold.kind != "cut" for hold in (held.held.limits if held.held else ()))
