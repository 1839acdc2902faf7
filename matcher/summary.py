"""A run on one screen: what a manager asks first, from the manifest alone, in Dutch or English."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from matcher.domain.relaxed import Relaxed
from matcher.model.solution import Status
from matcher.verdict.goals import step_of
from matcher.verdict.wording_headline import warning_text
from matcher.verdict.wording_stability import earlier_told
from matcher.verdict.wording_standoff import relaxed_text
from matcher.verdict.words import Language, Words

__all__ = ["summary", "warning_text"]

_LIMITS_SHOWN = 5


def summary(manifest: Mapping[str, Any], folder: Path, language: Language = "nl") -> tuple[str, list[tuple[str, str]]]:
    """Return a title, and names with values, about a published run."""
    words = Words(language)
    counts, solver = manifest["counts"], manifest["solver"]

    def say(key: str, **fields: str) -> str:
        return words.fill("summary", key, **fields)

    share = counts["assigned"] / counts["people"] if counts["people"] else 0.0
    rows = [
        (say("people"), words.whole(counts["people"])),
        (
            say("openings"),
            f"{words.whole(counts['openings'])} {say('in_vacancies', n=words.whole(counts['vacancies']))}",
        ),
        (say("placed"), f"{words.whole(counts['assigned'])} ({words.share(share)} {say('of_people')})"),
        (say("durable"), f"{words.decimal(manifest['expected_durable'])} {say('durable_more')}"),
        (
            say("quality"),
            f"{solver['status']}: {_quality(solver, manifest.get('stability'), counts['eligible_pairs'], words)}",
        ),
        (
            say("points"),
            f"{words.whole(solver['objective'])} "
            f"({say('bound', bound=words.whole(solver['upper_bound']), gap=words.share(solver['gap']))})",
        ),
        *_penalties(solver, words),
        *_relaxed_rows(solver, language),
        *_limit_rows(manifest, words),
        *_earlier_rows(manifest, words),
        (say("reasons"), _reasons(counts["unassigned_by_reason"], words) or say("none")),
    ]
    if rejected := _rows(manifest, "rejected.parquet"):
        rows.append((say("rejected"), f"{words.whole(rejected)}, {say('see', file='rejected.parquet')}"))
    warnings = "\n".join(warning_text(warning, language) for warning in manifest["warnings"])
    rows += [
        (say("warnings"), warnings or say("none")),
        (say("took"), say("seconds", n=words.decimal(sum(solver["seconds"].values())))),
        (say("files"), str(folder)),
    ]
    return say("title", run_id=manifest["run_id"]), rows


def _relaxed_rows(solver: Mapping[str, Any], language: Language) -> Iterator[tuple[str, str]]:
    """What was asked and is not kept."""
    if lines := [relaxed_text(Relaxed.from_facts(one), language) for one in solver.get("relaxed", ())]:
        yield Words(language).fill("summary", "relaxed"), "\n".join(lines)


def _earlier_rows(manifest: Mapping[str, Any], words: Words) -> Iterator[tuple[str, str]]:
    """Whether earlier proposals stay, and what that costs."""
    if told := earlier_told(manifest.get("stability"), words):
        yield words.name("summary", "earlier"), told


def _limit_rows(manifest: Mapping[str, Any], words: Words) -> Iterator[tuple[str, str]]:
    """The limits of which one unit more would bring most."""
    # A soft goal that is missed has its weight for a price, which was known beforehand. A limit of nothing at all has any price that keeps
    # everybody out: it says nothing about one more.
    missed = {(goal["name"], goal["sense"]) for goal in manifest.get("goals", ()) if goal["short_by"]}
    limits = [
        limit
        for limit in manifest.get("limits", ())
        if step_of(limit)[1]
        and (limit["bound"] or limit["sense"] == ">=" or limit["kind"] == "quota")
        and not (limit["kind"] == "quota" and (limit["name"], limit["sense"]) in missed)
    ]
    if limits:
        ordered = sorted(limits, key=lambda limit: -limit["placements_per_unit"] * step_of(limit)[1])
        lines = [_limit(limit, words) for limit in ordered[:_LIMITS_SHOWN]]
        if rest := len(limits) - len(lines):
            see = words.fill("summary", "see", file="limits_report.parquet")
            lines.append(words.fill("summary", "limits_rest", n=words.whole(rest), see=see))
        yield words.fill("summary", "limits"), "\n".join(lines)


def _limit(limit: Mapping[str, Any], words: Words) -> str:
    name = words.limit(limit["kind"], limit["name"], limit["id"])
    key, units = step_of(limit)
    gain = words.few(limit["placements_per_unit"] * units)
    more = "limit_more" if limit["sense"] == "<=" else "limit_less"
    return words.fill("summary", more, limit=name, unit=words.name("limit_unit", key), n=gain)


def _penalties(solver: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    """What the goals that were not reached cost; nothing to say where none was missed."""
    if not solver.get("penalties"):
        return []
    told = words.fill("summary", "penalties_more", points=solver["points_total"], lost=solver["penalties"])
    return [(words.name("summary", "penalties"), told)]


def _quality(solver: Mapping[str, Any], stability: Mapping[str, Any] | None, eligible: int, words: Words) -> str:
    """How good the plan is; where there was nothing to choose from, that is all there is to say."""
    if not eligible and solver["status"] in {Status.OPTIMAL, Status.WITHIN_GAP}:
        return words.fill("summary", "impossible")
    first = solver["objective"] if stability is None else stability["objective"]
    if solver["status"] == Status.FEASIBLE and solver.get("search_bound") == first:
        return words.fill("summary", "searched", n=eligible)
    return f"{words.name('status', solver['status'])}, {words.fill('proof', solver['proof'], n=eligible)}"


def _reasons(by_reason: Mapping[str, int], words: Words) -> str:
    """How many people per reason, the most frequent first."""
    ordered = sorted(by_reason.items(), key=lambda item: (-item[1], item[0]))
    return "\n".join(f"{words.whole(n)} {words.name('reason_short', reason)} ({reason})" for reason, n in ordered if n)


def _rows(manifest: Mapping[str, Any], name: str) -> int:
    return next((file["rows"] or 0 for file in manifest["outputs"] if file["name"] == name), 0)
