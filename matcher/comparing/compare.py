"""compare: what became of everybody between two runs, and the first cause that applies."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from matcher.comparing.bundles import Sides, answers_in, has_work, input_of, sides
from matcher.comparing.kinds import CHANGED, FAMILY, Cause, Kind, kind_of
from matcher.errors import CertificateError, InputError
from matcher.io.manifest import records_of
from matcher.io.run_folder import RunFiles

_DECLINED = frozenset({"declined_candidate", "declined_employer"})
_ACTS = frozenset({"candidates.parquet", "sensitive.parquet", "vacancies.parquet", "pairs.parquet", "places.parquet",
                   "employers.parquet", "agencies.parquet", "coaches.parquet", "resources.parquet", "previous.parquet"})  # fmt: skip
LIST = pa.schema([(name, pa.string()) for name in ("candidate_id", "kind", "from", "to", "cause", "family")])
"""Columns of the list of changes."""


@dataclass(frozen=True, slots=True)
class Whole:
    """What differs between two runs as a whole.

    Attributes
    ----------
    inputs
        Input files that came, went or changed, the policy not counted.
    policy
        Dotted keys of the policy that differ.
    versions
        Libraries, platform or this program, where they differ.
    figures
        Figure to its value in the first and in the second run.
    """

    runs: tuple[str, str]
    days: tuple[str, str]
    inputs: tuple[str, ...]
    policy: tuple[str, ...]
    versions: tuple[str, ...]
    figures: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two runs, compared.

    Attributes
    ----------
    totals
        People by kind; every kind is there.
    causes
        Changed people by cause, then by kind.
    changes
        One row per changed person, columns as in `LIST`, by kind and then by person.
    looked_inside
        Whether both inputs were given: else a change of the data cannot be told from one of its neighbours.
    """

    whole: Whole
    totals: Mapping[Kind, int]
    causes: Mapping[Cause, Mapping[Kind, int]]
    changes: pa.Table
    looked_inside: bool

    def document(self) -> dict[str, Any]:
        """Return all but the list as plain data, for JSON."""
        return {
            **asdict(self.whole),
            "looked_inside": self.looked_inside,
            "totals": {kind.value: count for kind, count in self.totals.items()},
            "causes": {
                cause.value: {"family": FAMILY[cause].value, **{kind.value: n for kind, n in kinds.items()}}
                for cause, kinds in self.causes.items()
            },
        }


@dataclass(frozen=True, slots=True)
class _Evidence:
    """All that causes are told from."""

    whole: Whole
    openings: tuple[Mapping[str, int], Mapping[str, int]]
    sides: Sides | None
    answers: Mapping[tuple[str, str], str]
    working: frozenset[str]


def compare(first: RunFiles, second: RunFiles, *, input1: Path | None = None, input2: Path | None = None) -> Difference:
    """Compare two published runs.

    Parameters
    ----------
    input1, input2
        The bundles they were made of. With the second one, answers of people and employers are known; with both, whose data changed.

    Raises
    ------
    CertificateError
        An input is not that of its run.
    InputError
        Only the first input is given.
    """
    if input1 is not None and input2 is None:
        raise InputError("The first input alone tells nothing. Give that of the second run too.")
    was, now = (_places(run) for run in (first, second))
    people = sorted(was.keys() | now.keys())
    kinds = {one: kind_of((one in was, one in now), was.get(one), now.get(one)) for one in people}
    changed = {one for one in people if kinds[one] in CHANGED}
    jobs = {job for one in changed for job in (was.get(one), now.get(one)) if job is not None}
    raw2 = None if input2 is None else input_of(second, input2)
    raw1 = None if input1 is None else input_of(first, input1)
    answers = {} if raw2 is None else answers_in(raw2, changed)
    evidence = _Evidence(
        whole=_whole(first, second),
        openings=(_openings(first), _openings(second)),
        sides=None if raw1 is None or raw2 is None else sides(raw1, raw2, changed, jobs),
        answers=answers,
        working=has_work(answers),
    )
    order = list(Kind)
    rows = [
        (one, kinds[one], was.get(one), now.get(one), _cause(one, kinds[one], was.get(one), now.get(one), evidence))
        for one in sorted(changed, key=lambda one: (order.index(kinds[one]), one))
    ]
    columns = zip(*((*row, FAMILY[row[4]]) for row in rows), strict=True) if rows else [[]] * len(LIST)
    counted = Counter((row[4], row[1]) for row in rows)
    totals = Counter(kinds.values())
    return Difference(
        whole=evidence.whole,
        totals={kind: totals[kind] for kind in Kind},
        causes={
            cause: {kind: counted[cause, kind] for kind in CHANGED}
            for cause in Cause
            if any(counted[cause, kind] for kind in CHANGED)
        },
        changes=pa.table([pa.array(list(column), type=pa.string()) for column in columns], schema=LIST),
        looked_inside=evidence.sides is not None,
    )


def _cause(person: str, kind: Kind, was: str | None, now: str | None, told: _Evidence) -> Cause:
    return (
        _answer(person, was, now, told)
        or _coming_and_going(kind)
        or _own_data(person, was, now, told)
        or _vacancy(was, now, told)
        or _around(told)
    )


def _answer(person: str, was: str | None, now: str | None, told: _Evidence) -> Cause | None:
    old = told.answers.get((person, was)) if was is not None else None
    if person in told.working and (now is None or told.answers.get((person, now)) in ("accepted", "started")):
        return Cause.WORK
    if old in _DECLINED:
        return Cause.DECLINED
    return Cause.ENDED if old == "ended" else None


def _coming_and_going(kind: Kind) -> Cause | None:
    if kind in (Kind.NEW_PLACED, Kind.NEW_WITHOUT):
        return Cause.PERSON_NEW
    return Cause.PERSON_GONE if kind in (Kind.GONE_PLACED, Kind.GONE_WITHOUT) else None


def _own_data(person: str, was: str | None, now: str | None, told: _Evidence) -> Cause | None:
    if told.sides is None:
        return None
    if told.sides.person_changed(person):
        return Cause.PERSON_CHANGED
    jobs = [job for job in (was, now) if job is not None]
    return Cause.PAIR_CHANGED if any(told.sides.pair_changed(person, job) for job in jobs) else None


def _vacancy(was: str | None, now: str | None, told: _Evidence) -> Cause | None:
    before, after = told.openings
    if was is not None:
        if was not in after:
            return Cause.VACANCY_GONE
        closing = None if told.sides is None else told.sides.closing(was)
        if closing is not None and closing < dt.date.fromisoformat(told.whole.days[1]):
            return Cause.VACANCY_CLOSED
        if _vacancy_changed(was, told):
            return Cause.VACANCY_CHANGED
    if now is not None:
        if now not in before:
            return Cause.VACANCY_NEW
        if _vacancy_changed(now, told):
            return Cause.VACANCY_CHANGED
    return None


def _vacancy_changed(job: str, told: _Evidence) -> bool:
    before, after = told.openings
    return before.get(job) != after.get(job) or (told.sides is not None and told.sides.vacancy_changed(job))


def _around(told: _Evidence) -> Cause:
    """What remains: nothing about the person or the vacancies changed, as far as can be told."""
    if told.whole.policy:
        return Cause.POLICY
    if told.whole.inputs:
        return Cause.COMPETITION if told.sides is not None else Cause.DATA_OR_COMPETITION
    if told.whole.versions:
        return Cause.VERSION
    return Cause.DAY if told.whole.days[0] != told.whole.days[1] else Cause.CHOICE


def _places(run: RunFiles) -> dict[str, str | None]:
    """The vacancy of everybody whom a run knows, None for none."""
    plan = run.tables["assignments"]
    found: dict[str, str | None] = dict.fromkeys(run.tables["unassigned"]["candidate_id"].to_pylist())
    return found | dict(zip(plan["candidate_id"].to_pylist(), plan["vacancy_id"].to_pylist(), strict=True))


def _openings(run: RunFiles) -> dict[str, int]:
    report = run.tables["vacancies_report"]
    return dict(zip(report["vacancy_id"].to_pylist(), report["openings"].to_pylist(), strict=True))


def _whole(first: RunFiles, second: RunFiles) -> Whole:
    one, two = first.manifest, second.manifest
    try:
        policies = [json.loads(manifest["policy"]["canonical"]) for manifest in (one, two)]
        files = [{file.name: file.sha256 for file in records_of(manifest, "inputs")} for manifest in (one, two)]
        return Whole(
            runs=(str(one["run_id"]), str(two["run_id"])),
            days=(str(one["run_date"]), str(two["run_date"])),
            inputs=tuple(name for name in _differing(files[0], files[1]) if name in _ACTS),
            policy=_differing(_flat(policies[0]), _flat(policies[1])),
            versions=_differing(one["versions"], two["versions"]),
            figures={
                "placed": (one["counts"]["assigned"], two["counts"]["assigned"]),
                "durable": (one["expected_durable"], two["expected_durable"]),
                "points": (one["solver"]["objective"], two["solver"]["objective"]),
            },
        )
    except (LookupError, TypeError, ValueError):
        raise CertificateError("A manifest lacks what every run says.") from None


def _differing(one: Mapping[str, Any], two: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(name for name in one.keys() | two.keys() if one.get(name) != two.get(name)))


def _flat(document: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """A policy by dotted key; how long a run may take and on how many threads does not count."""
    found: dict[str, Any] = {}
    for key, value in document.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            found |= _flat(value, f"{name}.")
        elif name not in ("solve.time_limit_s", "solve.threads", "run.run_date"):
            found[name] = value
    return found
