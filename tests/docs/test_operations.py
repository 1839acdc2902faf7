"""The files for operators are what their readers expect, and every command line in them is one that matcher understands."""

import ast
import configparser
import re
import runpy
import shlex
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from matcher.cli.app import EXIT_CODES, app
from matcher.journal import Journal
from matcher.metrics_file import samples
from matcher.telling import Telling
from tests.docs.pages import DOCS, ROOT

FILES = ROOT / "examples" / "operations"
PAGE = (DOCS / "operations.md").read_text(encoding="utf-8")
NOT_RETRIED = {2, 3, 4, 70}
MANIFEST = {
    "run_id": "a",
    "created_utc": "2026-11-21T00:00:00Z",
    "counts": {
        "people": 1,
        "openings": 1,
        "assigned": 1,
        "vacancies": 1,
        "eligible_pairs": 1,
        "unassigned_by_reason": {"X": 1},
    },
    "solver": {"status": "OPTIMAL", "objective": 1, "gap": 0.0, "upper_bound": 1},
    "expected_durable": 0.5,
    "outputs": [],
    "warnings": [],
}


def understood(line: str) -> list[str]:
    """Let the command line parse one of its own; gives its words."""
    plain = re.sub(r"\$\([^)]*\)|\$\{[^}]*\}|\$\w+", "x1", line.replace('"$@"', ""))
    words = shlex.split(re.split(r" (?:>|2>|\|\||&(?!&))", plain)[0])
    words = words[next(place for place, word in enumerate(words) if Path(word).name == "matcher") + 1 :]
    name, *arguments = words
    app.commands[name].make_context(name, arguments)
    return words


def commands_of(text: str) -> list[str]:
    """Lines of a text that begin with matcher, or call it."""
    joined = re.sub(r"\\\n\s*", " ", text)
    return [line for line in joined.splitlines() if re.match(r"\s*(?:ExecStart=)?(?:/\S+/)?matcher [a-z]", line)]


def unit(name: str) -> configparser.ConfigParser:
    """A unit of systemd: sections and keys, case kept, nothing interpolated."""
    parser = configparser.ConfigParser(interpolation=None, comment_prefixes=("#", ";"), delimiters=("=",))
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read_string((FILES / name).read_text(encoding="utf-8"))
    return parser


def test_every_file_is_on_the_page() -> None:
    named = set(re.findall(r"`([\w-]+\.\w+)`", PAGE.split("## One name")[0]))
    assert {path.name for path in FILES.iterdir()} == named


@pytest.mark.parametrize("name", ["matcher", "matcher-purge"])
def test_units_of_systemd(name: str) -> None:
    service, timer = unit(f"{name}.service"), unit(f"{name}.timer")
    assert service["Service"]["Type"] == "oneshot"
    words = understood(service["Service"]["ExecStart"])
    assert words[0] == ("run" if name == "matcher" else "purge")
    assert timer["Timer"]["Unit"] == f"{name}.service"
    assert re.fullmatch(r"(?:[A-Z][a-z]{2} )?\*-\*-\* \d\d:\d\d:\d\d \w+/\w+", timer["Timer"]["OnCalendar"])
    assert timer["Install"]["WantedBy"] == "timers.target"
    # Every place that is written to is one that the service may write to.
    writable = service["Service"]["ReadWritePaths"].split()
    own = {"/var/log/matcher" if "LogsDirectory" in service["Service"] else "", "/var/cache/matcher"}
    for option in ("--out", "--log", "--metrics"):
        if option in words:
            path = words[words.index(option) + 1]
            assert any(path.startswith(folder) for folder in {*writable, *own} - {""}), path


def test_systemd_tries_again_what_that_may_solve() -> None:
    service = unit("matcher.service")["Service"]
    assert service["SuccessExitStatus"] == "7"
    assert {int(code) for code in service["RestartPreventExitStatus"].split()} == NOT_RETRIED
    assert service["KillMode"] == "mixed"


@pytest.mark.skipif(
    subprocess.run(["which", "systemd-analyze"], capture_output=True, check=False).returncode != 0, reason="no systemd"
)
@pytest.mark.parametrize("name", ["matcher.timer", "matcher-purge.timer"])
def test_systemd_knows_the_time(name: str) -> None:
    when = unit(name)["Timer"]["OnCalendar"]
    assert subprocess.run(["systemd-analyze", "calendar", when], capture_output=True, check=False).returncode == 0


def test_lines_of_cron() -> None:
    lines = (FILES / "matcher.cron").read_text(encoding="utf-8").splitlines()
    jobs = [line for line in lines if line and not line.startswith("#") and not re.match(r"[A-Z_]+=", line)]
    assert len(jobs) == 3
    runs = []
    for line in jobs:
        *times, user, command = line.split(maxsplit=6)
        for field, most in zip(times, (59, 23, 31, 12, 7), strict=True):
            assert field == "*" or 0 <= int(field) <= most
        assert user == "matcher"
        assert not re.search(r"(?<!\\)%", command)  # cron takes a bare one for the end of the line
        words = understood(command.rpartition(";")[2])
        runs.append(words)
    assert runs[0] == runs[1]
    assert [words[0] for words in runs] == ["run", "run", "purge"]
    assert (FILES / "matcher.cron").read_text(encoding="utf-8").endswith("\n")


def test_the_script_of_a_night() -> None:
    path = FILES / "night.sh"
    assert path.stat().st_mode & 0o111
    assert subprocess.run(["sh", "-n", str(path)], capture_output=True, check=False).returncode == 0
    named = []
    for line in commands_of(path.read_text(encoding="utf-8")):
        name = shlex.split(line, posix=False)[1]
        named.append(name)
        if name in app.commands:
            understood(line)
    assert named == ["record", "run", "verify", "purge"]


FAKE = """#!/bin/sh
echo "$1 $*" >> "$LOG"
case $1 in
    run)
        case $CODE in
            0 | 7) mkdir -p "$4/$6" && ln -sfn "$6" "$4/latest" ;;
        esac
        exit "$CODE" ;;
esac
"""


def test_a_night_can_be_called_again(tmp_path: Path) -> None:
    (tmp_path / "matcher").write_text(FAKE)
    (tmp_path / "matcher").chmod(0o755)
    (tmp_path / "returned").mkdir()
    (tmp_path / "returned" / "a b.xlsx").write_text("x")
    (tmp_path / "bundle").mkdir()

    def night(name: str, code: int) -> tuple[int, list[str]]:
        (tmp_path / "log").write_text("")
        env = {
            "PATH": f"{tmp_path}:/usr/bin:/bin",
            "MATCHER_ROOT": str(tmp_path),
            "MATCHER_NIGHT": name,
            "LOG": str(tmp_path / "log"),
            "CODE": str(code),
        }
        done = subprocess.run(["sh", str(FILES / "night.sh")], env=env, capture_output=True, text=True, check=False)
        return done.returncode, [line.split()[0] for line in (tmp_path / "log").read_text().splitlines()]

    assert night("n1", 5) == (5, ["run"])
    assert night("n1", 0) == (0, ["run", "verify", "purge"])
    assert night("n2", 6) == (6, ["record", "run"])
    assert night("n2", 7) == (7, ["record", "run", "verify", "purge"])
    assert night("n2", 0) == (0, ["run", "verify", "purge"])
    assert "--previous-run" in (tmp_path / "log").read_text()


class Airflow:
    """As much of Airflow as the example uses."""

    class AirflowFailException(Exception):
        pass

    class Node:
        def __rshift__(self, other: object) -> object:
            return other

    def __init__(self) -> None:
        self.tasks: dict[str, Callable[..., Any]] = {}
        self.settings: dict[str, Any] = {}

    def dag(self, **settings: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        self.settings = settings
        return lambda function: function

    def task(self, function: Any = None, **_: Any) -> Any:
        def keep(one: Callable[..., Any]) -> Callable[..., Any]:
            self.tasks[one.__name__] = one
            return lambda *_, **__: Airflow.Node()

        return keep if function is None else keep(function)


@pytest.fixture
def airflow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Airflow]:
    stub = Airflow()
    pendulum = types.SimpleNamespace(datetime=lambda *_, **__: None, DateTime=object)
    decorators = types.SimpleNamespace(dag=stub.dag, task=stub.task)
    exceptions = types.SimpleNamespace(AirflowFailException=Airflow.AirflowFailException)
    for name, module in (
        ("pendulum", pendulum),
        ("airflow", types.SimpleNamespace()),
        ("airflow.decorators", decorators),
        ("airflow.exceptions", exceptions),
    ):
        monkeypatch.setitem(sys.modules, name, module)  # type: ignore[arg-type]
    return stub


def test_the_dag_runs_what_matcher_understands(airflow: Airflow, monkeypatch: pytest.MonkeyPatch) -> None:
    path = FILES / "airflow_dag.py"
    ast.parse(path.read_text(encoding="utf-8"))
    runpy.run_path(str(path))
    assert airflow.settings["max_active_runs"] == 1
    called: list[list[str]] = []
    code = [0]

    def run(command: list[str], check: bool) -> Any:
        called.append(command)
        return types.SimpleNamespace(returncode=code[0])

    monkeypatch.setattr(subprocess, "run", run)
    day = types.SimpleNamespace(in_timezone=lambda _: types.SimpleNamespace(to_date_string=lambda: "2026-11-22"))
    assert airflow.tasks["plan"](day) == "nacht-2026-11-22"
    airflow.tasks["verify"]("nacht-2026-11-22")
    airflow.tasks["purge"]()
    assert [command[1] for command in called] == ["run", "verify", "purge"]
    assert len({understood(shlex.join(command))[0] for command in called}) == 3
    for code[0] in (7, 2, 3, 4, 5, 6, 8, 70, 130, 143):
        if code[0] == 7:
            airflow.tasks["plan"](day)
            continue
        with pytest.raises(Airflow.AirflowFailException if code[0] in NOT_RETRIED else RuntimeError):
            airflow.tasks["plan"](day)


def test_the_job_of_kubernetes() -> None:
    (job,) = yaml.safe_load_all((FILES / "cronjob.yaml").read_text(encoding="utf-8"))
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "CronJob")
    spec = job["spec"]
    assert re.fullmatch(r"(?:(?:\*|\d+) ){4}(?:\*|\d+)", spec["schedule"])
    assert spec["concurrencyPolicy"] == "Forbid"
    inner = spec["jobTemplate"]["spec"]
    pod = inner["template"]["spec"]
    assert pod["restartPolicy"] == "Never"  # as podFailurePolicy asks
    (container,) = pod["containers"]
    rule = inner["podFailurePolicy"]["rules"][0]
    assert rule["onExitCodes"]["containerName"] == container["name"]
    assert set(rule["onExitCodes"]["values"]) == NOT_RETRIED
    (script,) = container["args"]
    (line,) = commands_of(script)
    words = understood(line)
    assert {"--run-id", "--log"} <= set(words)
    assert container["env"][0]["name"] == "JOB_NAME"
    mounted = {one["name"]: one["mountPath"] for one in container["volumeMounts"]}
    assert set(mounted) == {one["name"] for one in pod["volumes"]}
    assert all(any(path.startswith(folder) for folder in mounted.values()) for path in words if path.startswith("/"))
    assert container["securityContext"]["readOnlyRootFilesystem"]


@pytest.mark.parametrize(("code", "then"), [(0, 0), (7, 0), (3, 3), (8, 8), (143, 143)])
def test_the_script_in_the_pod_passes_codes_on(tmp_path: Path, code: int, then: int) -> None:
    (job,) = yaml.safe_load_all((FILES / "cronjob.yaml").read_text(encoding="utf-8"))
    (container,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    (tmp_path / "matcher").write_text(f"#!/bin/sh\nexit {code}\n")
    (tmp_path / "matcher").chmod(0o755)
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin", "JOB_NAME": "matcher-1"}
    done = subprocess.run([*container["command"], container["args"][0]], env=env, capture_output=True, check=False)
    assert done.returncode == then


def figures() -> set[str]:
    """Names of all figures that a run may write."""
    facts = {"exit": 0, "seconds": 1.0, "rejected": 0, "run_id": "a"}
    return {one[0] for one in samples(facts, MANIFEST, {"read": 1.0}, now=1.0, published=None)}


def test_alerts_speak_of_figures_that_are_there() -> None:
    rules = yaml.safe_load((FILES / "alerts.yml").read_text(encoding="utf-8"))
    found = [rule for group in rules["groups"] for rule in group["rules"]]
    assert len(found) >= 6
    for rule in found:
        asked = set(re.findall(r"matcher_\w+", rule["expr"]))
        assert asked and asked <= figures(), rule["alert"]
        assert rule["labels"]["severity"] in {"info", "warning", "critical"}
        assert rule["annotations"]["summary"]


def test_logrotate_turns_the_log_that_is_written() -> None:
    text = (FILES / "matcher.logrotate").read_text(encoding="utf-8")
    pattern, body = re.fullmatch(r"(?:#[^\n]*\n)*(\S+) \{\n(.*)\}\n", text, re.DOTALL).groups()  # type: ignore[union-attr]
    assert "create 0640" in body
    words = understood(unit("matcher.service")["Service"]["ExecStart"])
    assert Path(words[words.index("--log") + 1]).match(pattern)


def test_the_page_lists_figures_events_and_codes_as_they_are(tmp_path: Path) -> None:
    assert set(re.findall(r"(?m)^\| `(matcher_\w+)` \|", PAGE)) == figures()
    source = (ROOT / "matcher" / "journal.py").read_text(encoding="utf-8")
    events = set(re.findall(r'"(?:info|warning|error)", "([a-z_]+)"', source)) | {"run_ended"}
    assert set(re.findall(r"(?m)^\| ((?:run|phase|plan|metrics)_[a-z_]+) \|", PAGE)) == events
    codes = set(re.findall(r"(?m)^  (\d+)", EXIT_CODES))
    assert set(re.findall(r"(?m)^\| (\d+) \|", PAGE)) == codes


def test_the_last_lines_on_the_page_are_like_real_ones() -> None:
    shown = re.findall(r"(?m)^matcher-run (.+)$", PAGE)
    journal = Journal(Telling(out="o"))
    journal.published(MANIFEST)
    good, failed = journal.end(0), Journal(Telling(out="o")).end(3)
    assert good is not None and failed is not None
    assert [part.split("=")[0] for part in shown[0].split()] == list(good)
    assert [part.split("=")[0] for part in shown[1].split()] == list(failed)


def test_commands_on_the_page_are_understood() -> None:
    lines = [line for block in re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL) for line in commands_of(block)]
    assert len(lines) >= 3
    for line in lines:
        understood(line)
