"""The page: true to its plan, closed to everything outside, and about nobody in particular."""

import base64
import hashlib
import re
import unicodedata
from dataclasses import replace

import pyarrow as pa
import pytest

from matcher.domain.relaxed import Relaxed
from matcher.domain.shipped import shipped
from matcher.model.solution import Status
from matcher.report import Planned, Proven, report_page
from tests.report.conftest import changed
from tests.report.tree import parsed
from tests.verdict.test_words import PACKAGE

ELEMENTS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "nav",
        "main",
        "section",
        "footer",
        "div",
        "p",
        "h1",
        "h2",
    ),
    *(
        "ul",
        "li",
        "a",
        "dl",
        "dt",
        "dd",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "strong",
        "small",
        "bdi",
    ),
    *("svg", "defs", "pattern", "rect", "path"),
}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_nothing_comes_in_and_nothing_runs(plan: Planned, language: str) -> None:
    raw = report_page(plan, language)  # type: ignore[arg-type]
    page = parsed(raw)
    assert {tag for tag, _ in page.elements} <= ELEMENTS
    names = {name for _, attrs in page.elements for name, _ in attrs}
    assert not {
        name for name in names if name.startswith("on") or name in {"style", "src", "srcset", "action", "xlink:href"}
    }
    ids = page.values("id")
    assert len(set(ids)) == len(ids)
    assert {href.removeprefix("#") for href in page.values("href")} <= set(ids)
    assert not re.search(rb"https?:|//|@import|url\((?!#hatch\))", raw)
    policy = next(text for text in page.values("content") if text.startswith("default-src"))
    style = raw.decode().split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert page.values("lang") == [language]
    assert len(raw) < 200_000


def test_the_same_plan_gives_the_same_bytes(plan: Planned) -> None:
    assert report_page(plan) == report_page(replace(plan))


def test_nobody_stands_on_it(plan: Planned) -> None:
    said = parsed(report_page(plan)).text
    assert not [who for who in plan.codebook.candidate_ids if who in said]


def test_it_says_what_the_plan_says(plan: Planned) -> None:
    page = parsed(report_page(plan, "en"))
    counts, said = plan.claims["counts"], page.text
    assert f"of {counts['people']:,} people get a proposal" in said
    assert f"({counts['filled']:,} of {counts['openings']:,})" in said
    assert f"{plan.claims['expected_durable']:,.1f}" in said
    assert f"People without a proposal: {counts['unassigned']:,}." in said
    assert f"Of these fitting: {plan.claims['funnel']['eligible']:,}." in said
    assert "lang in de bijstand" in said
    assert f"{plan.claims['goals'][1]['short_by']:g} people short" in said
    euros = sum(plan.tables["assignments"]["lks_eur_month"].to_pylist())
    assert f"{euros:,.2f}" in said
    kept = plan.tables["assignments"].num_rows - 1
    assert f"Keeps the same proposal {kept} " in said
    assert "Gets a proposal now 1 " in said


def test_a_proof_is_told_as_it_is(plan: Planned) -> None:
    def said(status: Status, bound: int) -> str:
        proven = Proven(status, plan.proven.proof, 10_000_000, bound, (bound - 10_000_000) / 10_000_000)
        return parsed(report_page(changed(plan, proven=proven), "en")).text

    assert "There is no better plan. That is proven." in said(Status.OPTIMAL, 10_000_000)
    within = said(Status.WITHIN_GAP, 10_002_000)
    assert "at most less than 0.1" in within
    assert "stopped before it was done" not in within
    early = said(Status.FEASIBLE, 12_500_000)
    assert "at most 25.0 % more. That equals 2.50 durable placements" in early.replace("\N{NO-BREAK SPACE}", " ")
    assert "stopped before it was done" in early
    # Prices of a search cut short say how sure the bound is, and nothing else.
    assert "Scarce vacancies" not in early


def test_a_search_that_went_to_its_end_was_not_stopped(plan: Planned) -> None:
    proven = Proven(Status.FEASIBLE, plan.proven.proof, 10_000_000, 10_500_000, 0.05, searched=True)
    said = parsed(report_page(changed(plan, proven=proven), "en")).text
    assert "nothing better found" in said
    assert "stopped" not in said


def test_what_gave_way_is_named_but_nobody_with_it(plan: Planned) -> None:
    limit = Relaxed(row=0, name="jongeren", kind="quota", id="", sense=">=", asked=140.0, kept=7.0)
    pin = Relaxed(row=None, name="must", kind="pin", id="k-somebody", sense=">=", asked=1.0, kept=0.0, vacancy_id="v-1")
    said = parsed(report_page(changed(plan, relaxed=(limit, pin)), "en")).text
    assert "140" in said.split("Please note")[2].split("Changed since")[0]
    assert "k-somebody" not in said


def test_without_a_plan_before_or_an_audit_the_page_says_so(plan: Planned) -> None:
    said = parsed(report_page(changed(plan, earlier=None, audit=None), "en")).text
    assert "Changed since the last plan" not in said
    assert "There is no audit.parquet" in said


def test_an_empty_plan_has_a_page(plan: Planned) -> None:
    tables = {name: table.slice(0, 0) for name, table in plan.tables.items() if name != "vacancies_report"}
    tables["vacancies_report"] = plan.tables["vacancies_report"]
    counts = {**plan.claims["counts"], "assigned": 0, "filled": 0, "people": 0, "openings": 0, "eligible_pairs": 0}
    claims = {**plan.claims, "counts": counts, "goals": [], "expected_durable": 0.0}
    nobody = changed(
        plan, tables=tables, claims=claims, vacancies=plan.vacancies.slice(0, 0), audit=plan.audit.slice(0, 0)
    )  # type: ignore[union-attr]
    parsed(report_page(nobody))


def test_audit_decides_nothing_but_its_own_tables(plan: Planned) -> None:
    assert plan.audit is not None
    size = plan.audit.num_rows
    odd = pa.table({"candidate_id": plan.audit["candidate_id"], "wave": ["only one"] * size})
    without = parsed(report_page(changed(plan, audit=None))).text.split("Wie er gekozen is")
    within = parsed(report_page(changed(plan, audit=odd))).text.split("Wie er gekozen is")
    assert within[0] == without[0]
    assert "only one" in within[-1]


def test_at_any_size_it_stays_small(plan: Planned) -> None:
    goal, size = plan.claims["goals"][0], len(plan.vacancies)
    limit = plan.tables["limits_report"].slice(0, 1).to_pylist()[0]
    limits = [
        {**limit, "id": "x" * 500, "name": f"{n} " + "y" * 500, "bound": 5.0, "one_more": 1e6 + n} for n in range(3000)
    ]
    claims = {
        **plan.claims,
        "goals": [{**goal, "name": f"{n} " + "doel " * 1000} for n in range(3000)],
        "warnings": [{"code": "X", "text": "woord " * 5000}] * 1000,
    }
    vacancies = plan.vacancies.set_column(
        plan.vacancies.column_names.index("sector"),
        "sector",
        pa.array([f"eigen {n} " + "z" * 5000 for n in range(size)]),
    )
    assert plan.audit is not None
    audit = {"candidate_id": plan.audit["candidate_id"]}
    audit |= {
        f"groep {n} " + "k" * 500: [f"{row % 12} " + "w" * 500 for row in range(plan.audit.num_rows)]
        for n in range(300)
    }
    tables = {**plan.tables, "limits_report": pa.Table.from_pylist(limits, schema=plan.tables["limits_report"].schema)}
    proven = replace(plan.proven, status=Status.WITHIN_GAP)
    raw = report_page(
        changed(plan, claims=claims, vacancies=vacancies, audit=pa.table(audit), tables=tables, proven=proven), "nl"
    )
    assert len(raw) < 500_000
    said = parsed(raw).text
    assert f"en nog {size - 12} andere" in said
    assert "en nog 2.960 andere" in said
    assert "Nog 2.988 grenzen hebben een prijs" in said


def test_no_invisible_character_is_ever_on_it(plan: Planned) -> None:
    for language in ("nl", "en"):
        said = report_page(plan, language).decode()  # type: ignore[arg-type]
        assert not {sign for sign in said if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co"} and sign != "\n"}


def test_every_word_of_the_page_is_used() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted((PACKAGE / "report").glob("*.py")))
    made = {f"{stem}_{name}" for stem, names in MADE.items() for name in names}
    for key in shipped("words_nl")["report"]:
        assert f'"{key}"' in code or key in made, key


MADE = {
    "change": ("kept", "moved", "new", "lost", "gone"),
    "basis": ("loonwaarde", "assumed", "forfait", "unknown"),
    "term": ("durable", "points", "bound", "price", "interval", "subsidy", "decide"),
    "means": ("durable", "points", "bound", "price", "interval", "subsidy", "decide"),
}
