"""How `matcher validate` shows what it found; the same facts as its JSON."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matcher.console import Console

_SHOWN = 10


def show_funnel(out: "Console", facts: Mapping[str, Any]) -> None:
    """Show what every rule takes away, and beside it the same as if every unknown passed."""
    funnel, quality = facts["funnel"], facts["quality"]
    left = funnel["pairs"]
    rows: list[tuple[Any, ...]] = [("all pairs", None, None, left, left, None)]
    for place, (code, removed) in enumerate(funnel["removed"].items()):
        left -= removed
        more = (
            (quality["rules"][place]["left_if_known"], quality["rules"][place]["resting"]) if quality else (None, None)
        )
        rows.append((code, removed, funnel["removed_unknown"][code], left, *more))
    headings = ("rule", "removed", "of which on unknown", "left", "left if every unknown passed", "eligible on unknown")
    width = len(headings) if quality else 4
    out.raw("")
    out.table("Funnel: the first rule that fails", headings[:width], [row[:width] for row in rows])


def show_quality(out: "Console", quality: Mapping[str, Any]) -> None:
    """Show what the data lack and what filling it would open."""
    out.raw("")
    out.table(
        "Columns that decide, over accepted rows",
        ("column", "known", "of", "share", "an empty cell"),
        [
            (f"{one['table']}.{one['column']}", one["known"], one["rows"], _share(one), ", ".join(one["unknown"]))
            for one in quality["columns"]
        ],
    )
    out.raw("")
    opening = [one for one in quality["columns"] if one["opens"] and one["opens"]["pairs"]]
    opening.sort(key=lambda one: (-one["opens"]["people_first"], -one["opens"]["people_more"], -one["opens"]["pairs"]))
    out.table(
        "What filling a column would open at most",
        ("column", "empty", "people with a first vacancy", "people with one more", "pairs more"),
        [
            (
                f"{one['table']}.{one['column']}",
                one["rows"] - one["known"],
                one["opens"]["people_first"],
                one["opens"]["people_more"],
                one["opens"]["pairs"],
            )
            for one in opening
        ],
    )
    people, pairs = quality["people"], quality["pairs"]
    out.raw("")
    out.facts(
        "Data in short",
        [
            (
                "people with a vacancy",
                f"{people['eligible']:,} of {people['all']:,}; if every unknown passed {people['if_known']:,}",
            ),
            ("eligible pairs", f"{pairs['eligible']:,}; if every unknown passed {pairs['if_known']:,}"),
            ("employers twice", _twins(quality["employer_twins"])),
            ("postcodes without a place", _postcodes(quality["postcodes_without_place"])),
            ("skills", _skills(quality["skills"])),
        ],
    )


def _share(one: Mapping[str, Any]) -> str:
    if not one["rows"]:
        return ""
    # Nearly all is not all, and hardly any is not none.
    share = 100 * one["known"] / one["rows"]
    return f"{min(max(share, 0.1), 99.9):.1f} %" if 0 < one["known"] < one["rows"] else f"{share:.0f} %"


def _twins(groups: list[dict[str, Any]]) -> str:
    if not groups:
        return "none found"
    lines = [
        f"{', '.join(one['employer_ids'])}: {'same name' if one['same_name'] else 'a letter apart'}"
        for one in groups[:_SHOWN]
    ]
    return "\n".join([*lines, *_rest(len(groups))])


def _postcodes(lost: list[dict[str, Any]]) -> str:
    if not lost:
        return "none"
    lines = [f"{one['pc4']}: {one['people']:,} people, {one['vacancies']:,} vacancies" for one in lost[:_SHOWN]]
    return "\n".join([*lines, *_rest(len(lost))])


def _skills(skills: Mapping[str, Any]) -> str:
    lines = [f"{skills['held']:,} held, {skills['asked']:,} asked, {skills['both']:,} both"]
    for kind, told, whose in (
        ("unasked", "held and never asked", "people"),
        ("unheld", "asked and held by nobody", "vacancies"),
    ):
        found = skills[kind]
        lines.append(f"{told}: {found['number']:,}")
        lines += [f"  {one['skill']} ({one['count']:,} {whose})" for one in found["most"][: _SHOWN // 2]]
    return "\n".join(lines)


def _rest(number: int) -> list[str]:
    return [f"and {number - _SHOWN:,} more; --json and --write give all"] if number > _SHOWN else []
