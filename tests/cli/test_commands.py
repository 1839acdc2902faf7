"""Every command from end to end: what it prints, what it ends with, and what it leaves behind."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matcher import inspection
from tests.cli.conftest import DAY, Outcome

Run = Callable[..., Outcome]
COMMANDS = ("sample", "validate", "schema", "run", "verify", "explain", "replay", "purge", "doctor", "completion")


def first_of(plan: Path, table: str) -> str:
    return str(pq.read_table(plan / f"{table}.parquet")["candidate_id"][0])


def test_help_lists_every_command_and_exit_code(matcher: Run) -> None:
    done = matcher("--help")
    assert done.code == 0
    for word in (*COMMANDS, "130", "143", "70"):
        assert word in done.out
    assert "\n  1 " not in done.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(matcher: Run, command: str) -> None:
    done = matcher(command, "--help")
    assert done.code == 0
    assert "Example:" in done.out
    assert f"matcher {command}" in done.out


def test_version(matcher: Run) -> None:
    assert matcher("--version").out.startswith("matcher")


def test_sample(matcher: Run, tmp_path: Path) -> None:
    done = matcher("sample", tmp_path / "new", "--people", "20", "--vacancies", "10", "--json")
    assert done.code == 0
    assert done.json()["rows"]["candidates"] == 20
    assert (tmp_path / "new" / "vacancies.parquet").is_file()
    words = matcher("sample", tmp_path / "new", "--people", "20", "--vacancies", "10")
    assert "candidates.parquet" in words.out


def test_validate_says_what_every_rule_takes(matcher: Run, made: Path) -> None:
    before = sorted((made / "bundle").iterdir())
    done = matcher("validate", made / "bundle", "--run-date", DAY, "--json")
    facts = done.json()
    funnel = facts["funnel"]
    assert done.code == 0
    assert facts["run_date"] == DAY
    assert funnel["pairs"] == 150 * 60 == funnel["eligible"] + sum(funnel["removed"].values())
    assert {"file": "candidates.parquet", "rows": 150, "accepted": 150} in facts["tables"]
    words = matcher("validate", made / "bundle", "--run-date", DAY)
    assert "DISTANCE" in words.out
    assert "pair" in words.err
    assert matcher("validate", made / "bundle", "--quiet").err == ""
    assert sorted((made / "bundle").iterdir()) == before


def test_validate_counts_what_is_rejected(matcher: Run, bundle: Path) -> None:
    people = pq.read_table(bundle / "candidates.parquet")
    pq.write_table(pa.concat_tables([people, people.slice(3, 1)]), bundle / "candidates.parquet")
    facts = matcher("validate", bundle, "--json").json()
    twice = [one for one in facts["rejected"] if one["code"] == "DUPLICATE_ID"]
    assert [(one["file"].removesuffix(".parquet"), one["lines"], one["rows"]) for one in twice] == [
        ("candidates", 2, [4, 151])
    ]
    assert "staat er vaker in (DUPLICATE_ID)" in matcher("validate", bundle).out
    assert "stands in it more than once (DUPLICATE_ID)" in matcher("validate", bundle, "--lang", "en").out
    assert matcher("validate", bundle, "--strict").code == 3


def test_validate_says_what_gaps_cost(matcher: Run, made: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in (made / "bundle").iterdir()}
    facts = matcher("validate", made / "bundle", "--run-date", DAY, "--json").json()
    quality = facts["quality"]
    assert quality["pairs"]["eligible"] == facts["funnel"]["eligible"]
    assert [one["removed"] for one in quality["rules"]] == list(facts["funnel"]["removed"].values())
    people = quality["people"]
    assert people["if_known"] - people["eligible"] == facts["people_missing_data"]
    words = matcher("validate", made / "bundle", "--run-date", DAY, "--lang", "en")
    assert "fails skills (SKILLS)" in words.out
    assert "What filling a column would open at most" in words.out
    dutch = matcher("validate", made / "bundle", "--run-date", DAY)
    assert "telt als niet in orde: vaardigheden (SKILLS)" in dutch.out
    assert "Wat het invullen van een kolom hoogstens oplevert" in dutch.out
    assert len(dutch.out.splitlines()) == len(words.out.splitlines())
    assert {"does": "fails", "on": "SKILLS", "weight": None} in quality["columns"][1]["empty"]
    again = matcher("validate", made / "bundle", "--run-date", DAY, "--json", "--lang", "en").json()
    assert again == facts | {"memory_available_bytes": again["memory_available_bytes"]}
    quick = matcher("validate", made / "bundle", "--quick", "--json").json()
    assert quick["quality"] is None
    assert "invullen" not in matcher("validate", made / "bundle", "--quick").out
    assert {path: path.read_bytes() for path in (made / "bundle").iterdir()} == before


def test_validate_says_what_memory_a_run_takes(matcher: Run, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = matcher("validate", made / "bundle", "--quick", "--json").json()
    assert 100 << 20 < facts["memory_bytes"] < 1 << 30 < facts["memory_available_bytes"]
    for language, title, told in (
        ("en", "memory of a run", r"\d{3} MiB of [\d,]+ MiB available"),
        ("nl", "geheugen voor een run", r"\d{3} MiB van [\d.]+ MiB beschikbaar"),
    ):
        words = matcher("validate", made / "bundle", "--quick", "--lang", language).out
        assert re.search(f"{title} +{told}", words)
    monkeypatch.setattr(inspection, "available_bytes", lambda: None)
    assert re.search(
        r"memory of a run +\d{3} MiB\n", matcher("validate", made / "bundle", "--quick", "--lang", "en").out
    )
    assert matcher("validate", made / "bundle", "--quick", "--json").json()["memory_available_bytes"] is None


def test_validate_writes_only_where_asked(matcher: Run, made: Path, tmp_path: Path) -> None:
    for target, path in ((tmp_path / "new", tmp_path / "new" / "data_quality.parquet"), (tmp_path / "q.parquet",) * 2):
        for _ in range(2):
            assert matcher("validate", made / "bundle", "--run-date", DAY, "--write", target).code == 0
        table = pq.read_table(path)
        assert {"column", "rule", "employer"} <= set(table["topic"].to_pylist())
        assert "candidates.skills" in table["name"].to_pylist()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["new", "q.parquet"]
    assert matcher("validate", made / "bundle", "--write", made / "bundle").code == 5
    assert matcher("validate", made / "bundle", "--write", tmp_path / "pairs.parquet").code == 5
    assert matcher("validate", made / "bundle", "--write", tmp_path, "--quick").code == 2
    assert not (made / "bundle" / "data_quality.parquet").exists()


def test_run_publishes_and_says_so(matcher: Run, made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = matcher("run", made / "bundle", "--out", out, "--run-date", DAY, "--json", "--quiet")
    facts = done.json()
    folder = Path(facts["folder"])
    assert (done.code, json.loads(done.err)["run"]["run_id"]) == (0, facts["manifest"]["run_id"])
    assert folder.parent == out
    assert (out / "latest").resolve() == folder.resolve()
    assert json.loads((folder / "manifest.json").read_text()) == facts["manifest"]
    manifest = facts["manifest"]
    assert manifest["contract_version"] == 1
    assert manifest["run_id"] == folder.name
    assert manifest["run_id"].startswith(f"{DAY}-")
    assert manifest["solver"]["status"] == "OPTIMAL"
    assert manifest["solver"]["gap"] == 0
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {file["name"] for file in manifest["outputs"]} == files - {"manifest.json", "SHA256SUMS"}
    assert {"read", "validate", "pair", "solve", "report", "write", "check"} <= manifest["solver"]["seconds"].keys()
    subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize(("language", "word"), [("en", "proven best possible"), ("nl", "bewezen de beste")])
def test_run_has_a_summary_people_like(matcher: Run, made: Path, tmp_path: Path, language: str, word: str) -> None:
    done = matcher("run", made / "bundle", "--out", tmp_path / "out", "--run-date", DAY, "--lang", language)
    assert done.code == 0
    assert word in done.out
    assert "NO_ELIGIBLE_VACANCY" in done.out
    assert "solve" in done.err
    assert all(line == line.rstrip() for line in done.out.splitlines())


def test_equal_input_gives_equal_bytes(matcher: Run, made: Path, tmp_path: Path) -> None:
    more = ("--out", tmp_path / "out", "--run-date", DAY, "--threads", "1", "--quiet")
    assert matcher("run", made / "bundle", *more).code == 0
    for path in (made / "out" / "latest").glob("*.parquet"):
        assert (tmp_path / "out" / "latest" / path.name).read_bytes() == path.read_bytes(), path.name


def test_policy_and_day_win_in_the_right_order(matcher: Run, bundle: Path, tmp_path: Path) -> None:
    (bundle / "policy.toml").write_text("[run]\nrun_date = 2026-12-01\n[solve]\nthreads = 1\n")
    other = tmp_path / "other.toml"
    other.write_text("[run]\nrun_date = 2026-12-02\n")

    def manifest(*more: str | Path) -> dict[str, object]:
        done = matcher("run", bundle, "--out", tmp_path / "out", "--json", "--quiet", *more)
        assert done.code == 0
        return dict(done.json()["manifest"])

    own = manifest()
    assert own["run_date"] == "2026-12-01"
    assert '"threads":1' in str(own["policy"])
    given = manifest("--policy", other)
    assert given["run_date"] == "2026-12-02"
    assert '"threads":0' in str(given["policy"])
    assert manifest("--policy", other, "--run-date", DAY, "--threads", "2")["run_date"] == DAY
    # Another policy than the bundle's own does not stand in the way of a check.
    assert matcher("verify", tmp_path / "out" / "latest", "--input", bundle).code == 0


def test_run_writes_a_report(matcher: Run, made: Path, tmp_path: Path) -> None:
    bundle, out = made / "bundle", tmp_path / "out"
    dutch = (made / "out" / "latest" / "report.html").read_text(encoding="utf-8")
    assert '<html lang="nl">' in dutch
    common = ("run", bundle, "--out", out, "--run-date", DAY, "--quiet", "--json")
    done = matcher(*common, "--lang", "en", "--previous-run", made / "out" / "latest")
    folder = Path(done.json()["folder"])
    english = (folder / "report.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in english
    assert "Changed since the last plan" in english
    assert folder.name in english
    bare = matcher(*common, "--no-report")
    assert not (Path(bare.json()["folder"]) / "report.html").exists()
    first = json.loads((made / "out" / "latest" / "manifest.json").read_text())
    manifests = (first, bare.json()["manifest"])
    tables = [{file["name"]: file["sha256"] for file in manifest["outputs"]} for manifest in manifests]
    assert tables[0].keys() - tables[1].keys() == {"report.html"}
    assert tables[1].items() <= tables[0].items()
    assert matcher("verify", folder, "--input", bundle).code == 0


def test_verify(matcher: Run, made: Path) -> None:
    done = matcher("verify", made / "out" / "latest", "--input", made / "bundle", "--json")
    assert done.code == 0
    assert done.json()["verified"] is True
    assert done.json()["figures"] > 1000
    assert "Verified" in matcher("verify", made / "out" / "latest", "--input", made / "bundle").out


@pytest.mark.parametrize(
    "name",
    [
        "SHA256SUMS",
        "assignments.parquet",
        "limits_report.parquet",
        "manifest.json",
        "rejected.parquet",
        "report.html",
        "unassigned.parquet",
        "vacancies_report.parquet",
    ],
)
def test_verify_names_the_file_that_changed(matcher: Run, made: Path, plan: Path, name: str) -> None:
    raw = bytearray((plan / name).read_bytes())
    raw[len(raw) // 2] ^= 4
    (plan / name).write_bytes(raw)
    done = matcher("verify", plan, "--input", made / "bundle")
    assert done.code == 8
    assert name in done.err


def test_verify_notices_another_input(matcher: Run, made: Path, bundle: Path) -> None:
    pq.write_table(pq.read_table(bundle / "pairs.parquet").slice(1), bundle / "pairs.parquet")
    done = matcher("verify", made / "out" / "latest", "--input", bundle)
    assert done.code == 8
    assert "pairs.parquet" in done.err


def test_verify_notices_a_forgery_whose_hashes_are_right(matcher: Run, made: Path, plan: Path) -> None:
    from matcher.io.manifest import canonical_bytes, sha256, sums_bytes  # noqa: PLC0415

    manifest = json.loads((plan / "manifest.json").read_text())
    manifest["expected_durable"] += 1.0
    raw = canonical_bytes(manifest)
    (plan / "manifest.json").write_bytes(raw)
    sums = {file["name"]: file["sha256"] for file in manifest["outputs"]}
    (plan / "SHA256SUMS").write_bytes(sums_bytes({**sums, "manifest.json": sha256(raw)}))
    assert matcher("verify", plan, "--input", made / "bundle").code == 8
    del manifest["solver"]
    raw = canonical_bytes(manifest)
    (plan / "manifest.json").write_bytes(raw)
    (plan / "SHA256SUMS").write_bytes(sums_bytes({**sums, "manifest.json": sha256(raw)}))
    done = matcher("verify", plan, "--input", made / "bundle")
    assert (done.code, "'solver'" in done.err) == (8, True)


@pytest.mark.parametrize("table", ["assignments", "unassigned"])
def test_explain(matcher: Run, made: Path, plan: Path, table: str) -> None:
    person = first_of(plan, table)
    english = matcher("explain", made / "out" / "latest", person, "--input", made / "bundle", "--lang", "en")
    dutch = matcher("explain", made / "out" / "latest", person, "--input", made / "bundle")
    assert (english.code, dutch.code) == (0, 0)
    assert person in english.out
    assert english.out != dutch.out
    facts = matcher("explain", made / "out" / "latest", person, "--input", made / "bundle", "--json").json()
    assert facts["candidate_id"] == person
    assert (facts["proposal"] is None) == (table == "unassigned")


def test_explain_suggests_ids(matcher: Run, made: Path, plan: Path) -> None:
    person = first_of(plan, "assignments")
    done = matcher("explain", made / "out" / "latest", f"{person}x", "--input", made / "bundle")
    assert done.code == 3
    assert person in done.err


def test_schema(matcher: Run) -> None:
    assert matcher("schema", "--json").json()["properties"].keys() >= {"candidates", "vacancies", "pairs", "policy"}
    assert next(iter(matcher("schema", "candidates", "--json").json()["properties"])) == "candidate_id"
    assert "loonwaarde_pct" in matcher("schema", "candidates").out
    assert "candidates.parquet" in matcher("schema").out
    assert matcher("schema", "policy", "--json").json()["additionalProperties"] is False
    assert "rules.DISTANCE.default_km" in matcher("schema", "policy").out
    assert matcher("schema", "nothing").code == 2


@pytest.mark.parametrize("form", ["parquet", "xlsx"])
def test_schema_writes_a_template(matcher: Run, tmp_path: Path, form: str) -> None:
    done = matcher("schema", "--template", tmp_path / "new", "--format", form, "--json")
    assert done.code == 0
    assert sorted(done.json()["files"]) == sorted(path.name for path in (tmp_path / "new").iterdir())
    assert matcher("schema", "--template", tmp_path / "new", "--format", form).code == 3
    assert "fill it" in matcher("schema", "--template", tmp_path / "other", "--format", form).out
    assert matcher("schema", "candidates", "--template", tmp_path / "third").code == 2
    (tmp_path / "file").write_text("")
    assert matcher("schema", "--template", tmp_path / "file", "--format", form).code == 5


def test_doctor(matcher: Run) -> None:
    done = matcher("doctor", "--json")
    facts = done.json()
    assert done.code == 0
    assert facts["healthy"] is True
    assert "tiny plan" in {one["name"] for one in facts["findings"]}
    assert "known optimum" in matcher("doctor").out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(matcher: Run, shell: str) -> None:
    assert "_MATCHER_COMPLETE" in matcher("completion", shell).out
