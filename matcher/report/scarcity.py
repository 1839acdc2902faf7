"""The section about what is scarce: the dearest vacancies, and the limits that stand in the way."""

from collections.abc import Mapping
from typing import Any

from matcher.model.limits import CUT
from matcher.report.facts import MICRO, Planned, Say
from matcher.report.market import vacancy_texts
from matcher.report.parts import Cell, Section, Table, bar, given, number
from matcher.report.plain import plain
from matcher.verdict.goals import step_of

MOST = 12
"""Vacancies and limits that are shown; the rest is counted."""


def scarce(plan: Planned, say: Say) -> Section:
    """Show the dearest vacancies, and the limits of which one unit more would bring most."""
    if not plan.proven.priced:
        return Section("scarce", say("scarce"), lines=[say("scarce_stopped")])
    tables = [table for table in (_dear_vacancies(plan, say), _dear_limits(plan, say)) if table is not None]
    return Section("scarce", say("scarce"), lines=[say("scarce_lead" if tables else "scarce_none")], tables=tables)


def _dear_vacancies(plan: Planned, say: Say) -> Table | None:
    rows = [(row, place) for place, row in enumerate(plan.tables["vacancies_report"].to_pylist()) if row["price"]]
    if not rows:
        return None
    ordered = sorted(rows, key=lambda item: (-item[0]["price"], item[0]["vacancy_id"]))
    titles = vacancy_texts(plan, ("title",))["title"]
    most = ordered[0][0]["price"]
    words = say.words
    head = [
        Cell(say("head_vacancy")),
        number(say("head_places")),
        number(say("head_fit")),
        number(say("head_price")),
        Cell(say("head_picture")),
    ]
    shown = [
        [
            given(titles[place] or row["vacancy_id"], small=row["vacancy_id"] if titles[place] else ""),
            number(words.whole(row["openings"])),
            number(words.whole(row["n_eligible"])),
            number(words.percent(row["price"]), strong=True),
            Cell(bar=bar((row["price"], "full"), whole=most)),
        ]
        for row, place in ordered[:MOST]
    ]
    rest = len(ordered) - len(shown)
    estimate = [say("price_estimate")] if plan.tables["limits_report"].num_rows else []
    notes = [say("price_note"), *estimate, *([say("price_rest", n=rest)] if rest else [])]
    return Table(say("dear_vacancies"), head, shown, note=" ".join(notes))


def _dear_limits(plan: Planned, say: Say) -> Table | None:
    """Limits of nothing are left out: whatever they forbid, their price has no upper end."""
    rows: list[tuple[float, Mapping[str, Any]]] = []
    # A soft goal that is missed has its own weight for a price, which says nothing new.
    missed = {(goal["name"], goal["sense"]) for goal in plan.claims["goals"] if goal["short_by"]}
    for row in plan.tables["limits_report"].to_pylist():
        units = 0 if row["kind"] in {CUT, "distinct"} else step_of(row)[1]
        gain = abs(row["one_more"] or 0.0) * units / MICRO
        known = row["kind"] == "quota" and (row["name"], row["sense"]) in missed
        if gain >= 0.005 and row["bound"] and not known:
            rows.append((gain, row))
    if not rows:
        return None
    ordered = sorted(rows, key=lambda item: (-item[0], item[1]["kind"], item[1]["name"], item[1]["id"]))
    most = ordered[0][0]
    words = say.words
    head = [
        Cell(say("head_limit")),
        number(say("head_bound")),
        number(say("head_used")),
        Cell(say("head_step")),
        number(say("head_gain")),
        Cell(say("head_picture")),
    ]
    shown = [
        [
            given(words.limit(row["kind"], plain(row["name"]), plain(row["id"])) if row["kind"] else ""),
            number(words.number(row["bound"])),
            number(words.number(row["used"])),
            Cell(say("step_more" if row["sense"] == "<=" else "step_less", unit=_unit(row, say))),
            number(words.few(gain), strong=True),
            Cell(bar=bar((gain, "full"), whole=most)),
        ]
        for gain, row in ordered[:MOST]
    ]
    rest = len(ordered) - len(shown)
    notes = [say("limits_note"), *([say("limits_rest", n=rest)] if rest else [])]
    return Table(say("dear_limits"), head, shown, note=" ".join(notes))


def _unit(row: Mapping[str, Any], say: Say) -> str:
    return say.words.name("limit_unit", step_of(row)[0])
