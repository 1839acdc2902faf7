"""How `matcher validate` shows what it found, in Dutch or English; the same facts as its JSON."""

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from matcher.summary import warning_text
from matcher.verdict.words import Language, Words

if TYPE_CHECKING:
    from matcher.console import Console

_SHOWN = 10
_SHOWN_REJECTED = 20


class QualityView:
    """Shows an inspection on a console.

    Parameters
    ----------
    out
        Where to print.
    language
        "nl" or "en"; codes and names of files and columns are the same in both.
    """

    def __init__(self, out: "Console", language: Language = "nl") -> None:
        self._out = out
        self._words = Words(language)

    def show(self, facts: Mapping[str, Any]) -> None:
        """Show everything that `matcher.inspection.inspect` returns."""
        self._table(
            self._say("bundle", day=self._words.day(dt.date.fromisoformat(facts["run_date"]))),
            ("file", "rows", "accepted"),
            [(one["file"], one["rows"], one["accepted"]) for one in facts["tables"]],
        )
        if facts["rejected"]:
            self._rejected(facts["rejected"])
        self._funnel(facts["funnel"], facts["quality"])
        if facts["quality"]:
            self._quality(facts["quality"])
        self._headlines(facts)

    def _rejected(self, rejected: Sequence[Mapping[str, Any]]) -> None:
        self._out.raw("")
        self._table(
            self._say("rejected"),
            ("file", "column", "fault", "severity", "lines", "first_rows"),
            [
                (
                    one["file"],
                    one["column"],
                    f"{self._words.name('fault', one['code'])} ({one['code']})",
                    self._words.name("severity", one["severity"]),
                    one["lines"],
                    ", ".join(map(str, one["rows"])),
                )
                for one in rejected[:_SHOWN_REJECTED]
            ],
        )

    def _funnel(self, funnel: Mapping[str, Any], quality: Mapping[str, Any] | None) -> None:
        """Show what every rule takes away, and beside it the same as if every unknown passed."""
        left = funnel["pairs"]
        rows: list[tuple[Any, ...]] = [(self._say("all_pairs"), None, None, left, left, None)]
        for place, (code, removed) in enumerate(funnel["removed"].items()):
            left -= removed
            rule = quality["rules"][place] if quality else {}
            more = (rule.get("left_if_known"), rule.get("resting"))
            rows.append((self._rule(code), removed, funnel["removed_unknown"][code], left, *more))
        headings = ("rule", "removed", "removed_unknown", "left", "left_if_known", "resting")
        width = len(headings) if quality else 4
        self._out.raw("")
        self._table(self._say("funnel"), headings[:width], [row[:width] for row in rows])

    def _quality(self, quality: Mapping[str, Any]) -> None:
        """Show what the data lack and what filling it would open."""
        columns = quality["columns"]
        self._out.raw("")
        self._table(
            self._say("columns"),
            ("column", "known", "of", "share", "empty_cell"),
            [
                (f"{one['table']}.{one['column']}", one["known"], one["rows"], self._share(one), self._empty(one))
                for one in columns
            ],
        )
        opening = [(one, one["opens"]) for one in columns if one["opens"] and one["opens"]["pairs"]]
        opening.sort(key=lambda one: (-one[1]["people_first"], -one[1]["people_more"], -one[1]["pairs"]))
        self._out.raw("")
        self._table(
            self._say("opens"),
            ("column", "empty", "people_first", "people_more", "pairs_more"),
            [
                (
                    f"{one['table']}.{one['column']}",
                    one["rows"] - one["known"],
                    opens["people_first"],
                    opens["people_more"],
                    opens["pairs"],
                )
                for one, opens in opening
            ],
        )
        people, pairs = quality["people"], quality["pairs"]
        self._facts(
            "data",
            {
                "with_vacancy": self._say(
                    "with_vacancy_of", eligible=people["eligible"], all=people["all"], if_known=people["if_known"]
                ),
                "eligible_pairs": self._say(
                    "eligible_pairs_of", eligible=pairs["eligible"], if_known=pairs["if_known"]
                ),
                "twins": self._twins(quality["employer_twins"]),
                "postcodes": self._postcodes(quality["postcodes_without_place"]),
                "skills": self._skills(quality["skills"]),
            },
        )

    def _headlines(self, facts: Mapping[str, Any]) -> None:
        funnel = facts["funnel"]
        warnings = "\n".join(warning_text(one, self._words.language) for one in facts["warnings"])
        self._facts(
            "short",
            {
                "in_reach": self._say("pairs", n=funnel["in_reach"]),
                "eligible": self._say("pairs", n=funnel["eligible"]),
                "without": self._words.whole(facts["people_without_eligible"]),
                "without_gaps": self._words.whole(facts["people_missing_data"]),
                "memory": self._memory(facts),
                "warnings": warnings or self._say("none"),
            },
        )

    def _memory(self, facts: Mapping[str, Any]) -> str:
        """Tell what a run will take, and what it could have."""
        needed, there = facts["memory_bytes"], facts["memory_available_bytes"]
        if there is None:
            return self._say("memory_alone", needed=needed >> 20)
        return self._say("memory_of", needed=needed >> 20, available=there >> 20)

    def _share(self, one: Mapping[str, Any]) -> str:
        if not one["rows"]:
            return ""
        # Nearly all is not all, and hardly any is not none.
        share = 100 * one["known"] / one["rows"]
        partly = 0 < one["known"] < one["rows"]
        return f"{self._words.decimal(min(max(share, 0.1), 99.9)) if partly else f'{share:.0f}'} %"

    def _empty(self, column: Mapping[str, Any]) -> str:
        """Tell what an empty cell does; neighbours of one kind share their words."""
        told = []
        for (does, weight), effects in groupby(column["empty"], key=lambda one: (one["does"], one["weight"])):
            names = ", ".join(self._rule(one["on"]) if weight is None else self._term(one["on"]) for one in effects)
            told.append(self._words.fill("empty", does, names=names, weight=self._signed(weight or 0)))
        return "; ".join(told)

    def _twins(self, groups: Sequence[Mapping[str, Any]]) -> str:
        lines = [
            f"{', '.join(one['employer_ids'])}: {self._say('same_name' if one['same_name'] else 'letter_apart')}"
            for one in groups[:_SHOWN]
        ]
        return "\n".join([*lines, *self._rest(len(groups))]) or self._say("none")

    def _postcodes(self, lost: Sequence[Mapping[str, Any]]) -> str:
        lines = [
            self._say("postcode", pc4=one["pc4"], people=one["people"], vacancies=one["vacancies"])
            for one in lost[:_SHOWN]
        ]
        return "\n".join([*lines, *self._rest(len(lost))]) or self._say("none")

    def _skills(self, skills: Mapping[str, Any]) -> str:
        lines = [self._say("skills_of", held=skills["held"], asked=skills["asked"], both=skills["both"])]
        for kind, whose in (("unasked", "skill_held"), ("unheld", "skill_asked")):
            found = skills[kind]
            lines.append(self._say(kind, n=found["number"]))
            most = found["most"][: _SHOWN // 2]
            lines += [f"  {self._say(whose, skill=one['skill'], n=one['count'])}" for one in most]
        return "\n".join(lines)

    def _rest(self, number: int) -> list[str]:
        return [self._say("rest", n=number - _SHOWN)] if number > _SHOWN else []

    def _rule(self, code: str) -> str:
        return f"{self._words.name('rule_name', code)} ({code})"

    def _term(self, name: str) -> str:
        return f"{self._words.name('term', name)} ({name})"

    def _signed(self, weight: int) -> str:
        sign = "−" if weight < 0 else "+" if weight else ""
        return f"{sign}{self._words.whole(abs(weight))}"

    def _say(self, key: str, **fields: Any) -> str:
        return self._words.fill("validate", key, **fields)

    def _table(self, title: str, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        named = [self._words.name("heading", key) for key in headings]
        self._out.table(title, named, rows, whole=self._words.whole)

    def _facts(self, title: str, rows: Mapping[str, str]) -> None:
        self._out.raw("")
        self._out.facts(self._say(title), [(self._say(key), value) for key, value in rows.items()])
