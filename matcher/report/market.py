"""The sections about places: why pairs fall away, what is filled and where."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa

from matcher.domain.codes import REACH_RULES
from matcher.intake import cells
from matcher.intake.text import fold
from matcher.report.facts import Planned, Say
from matcher.report.parts import Cell, Key, Section, Table, bar, given, number
from matcher.report.plain import plain

MOST = 12
"""Sectors and areas that are shown; the rest is added up."""
_SECTORS = (1, 5, 10, 35, 36, 41, 45, 49, 55, 58, 64, 68, 69, 77, 84, 85, 86, 90, 94, 97, 99, 100)
"""First divisions of the sections of SBI 2008, A to U; SBI 2025 draws the same lines but for 58 to 63 and 77 to 82."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTU"


def funnel(plan: Planned, say: Say) -> Section:
    """Show what is left of all pairs, rule by rule."""
    found = plan.claims["funnel"]
    reach = {rule.value for rule in REACH_RULES}
    lines = [
        say("funnel_pairs", pairs=found["pairs"]),
        say("funnel_reach", in_reach=found["in_reach"]),
        say("funnel_eligible", eligible=found["eligible"], share=say.share(_share(found["eligible"], found["pairs"]))),
    ]
    tables = []
    for key, whole, inside in (("funnel_far", found["pairs"], True), ("funnel_rules", found["in_reach"], False)):
        removed = [(rule, n) for rule, n in found["removed"].items() if n and (rule in reach) is inside]
        if removed:
            ordered = sorted(removed, key=lambda item: -item[1])
            tables.append(_removed(say(key), ordered, found["removed_unknown"], whole, say))
    keys = [Key("full", say("key_known")), Key("part", say("key_unknown"))] if tables else []
    return Section("funnel", say("funnel"), lines=lines, keys=keys, tables=tables)


def _removed(
    caption: str, removed: Sequence[tuple[str, int]], unknown: Mapping[str, int], whole: int, say: Say
) -> Table:
    words = say.words
    head = [
        Cell(say("head_rule")),
        number(say("head_removed")),
        number(say("head_share")),
        number(say("head_unknown")),
        Cell(say("head_picture")),
    ]
    most = removed[0][1]
    rows = [
        [
            Cell(words.name("rule", rule).capitalize()),
            number(words.whole(n)),
            number(say.share(_share(n, whole))),
            number(words.whole(unknown[rule])),
            Cell(bar=bar((n - unknown[rule], "full"), (unknown[rule], "part"), whole=most)),
        ]
        for rule, n in removed
    ]
    return Table(caption, head, rows)


def filled(plan: Planned, say: Say) -> Section | None:
    """Show filled and empty places by sector and by postcode area; None where there are no places."""
    report = plan.tables["vacancies_report"]
    openings, taken = (np.asarray(report[name].to_numpy()) for name in ("openings", "filled"))
    if not openings.sum():
        return None
    texts = vacancy_texts(plan, ("sector", "pc4"))
    sectors = [_sector(text, say) for text in texts["sector"]]
    areas = [_area(text, say) for text in texts["pc4"]]
    places = (openings.tolist(), taken.tolist())
    tables = [
        _by(say("by_sector"), say("head_sector"), _added_up(sectors, *places, say), say),
        _by(say("by_area"), say("head_area"), _added_up(areas, *places, say), say),
    ]
    keys = [Key("full", say("key_filled")), Key("part", say("key_empty"))]
    return Section("filled", say("filled_title"), lines=[say("filled_lead")], keys=keys, tables=tables)


def _added_up(
    names: Sequence[str], openings: Sequence[int], taken: Sequence[int], say: Say
) -> list[tuple[str, int, int]]:
    """Name, places and filled places of the largest, and of all others together."""
    total: dict[str, list[int]] = {}
    for name, places, full in zip(names, openings, taken, strict=True):
        one = total.setdefault(name, [0, 0])
        one[0] += places
        one[1] += full
    every = [(name, places, full) for name, (places, full) in total.items() if places]
    ordered = sorted(every, key=lambda one: (-one[1], one[0]))
    rows, rest = ordered[:MOST], ordered[MOST:]
    if rest:
        rows.append((say("others", n=len(rest)), sum(one[1] for one in rest), sum(one[2] for one in rest)))
    return rows


def _by(caption: str, heading: str, rows: Sequence[tuple[str, int, int]], say: Say) -> Table:
    most = max(places for _, places, _ in rows)
    words = say.words
    head = [
        Cell(heading),
        number(say("head_places")),
        number(say("head_filled")),
        number(say("head_empty")),
        number(say("head_filled_share")),
        Cell(say("head_picture")),
    ]
    return Table(
        caption,
        head,
        [
            [
                given(name),
                number(words.whole(places)),
                number(words.whole(full)),
                number(words.whole(places - full)),
                number(words.share(full / places)),
                Cell(bar=bar((full, "full"), (places - full, "part"), whole=most)),
            ]
            for name, places, full in rows
        ],
    )


def _sector(text: str | None, say: Say) -> str:
    """The name of an SBI section, from a code of at least two digits; else the text itself."""
    if text is None:
        return say("unknown")
    if digits := re.match(r"\s*(\d{2})", text):
        division = int(digits.group(1))
        for letter, (first, after) in zip(_LETTERS, pairwise(_SECTORS), strict=True):
            if first <= division < after:
                return say.words.name("sector", letter)
    return fold(plain(text)) or say("unknown")


def _area(text: str | None, say: Say) -> str:
    if text and (digits := re.match(r"[1-9]\d(?=\d\d)", text)):
        return say("area", low=f"{digits.group()}00", high=f"{digits.group()}99")
    return say("unknown")


def vacancy_texts(plan: Planned, names: Sequence[str]) -> dict[str, list[str | None]]:
    """Return text columns of vacancies.parquet in the order of the problem's vacancies; None where there is nothing to read."""
    out: dict[str, list[str | None]] = {name: [None] * len(plan.codebook.vacancy_ids) for name in names}
    ids = _texts(plan.vacancies, "vacancy_id", ids=True)
    number_of = {word: place for place, word in enumerate(plan.codebook.vacancy_ids)}
    places = [number_of.get(word) if word is not None else None for word in ids]
    for name in names:
        for place, text in zip(places, _texts(plan.vacancies, name), strict=True):
            if place is not None:
                out[name][place] = text
    return out


def _texts(table: pa.Table, name: str, *, ids: bool = False) -> list[str | None]:
    if name not in table.column_names:
        return [None] * table.num_rows
    try:
        return cells.words(table.column(name), ids=ids).texts()
    except cells.WrongTypeError:
        return [None] * table.num_rows


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
