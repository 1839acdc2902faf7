"""Text of the input stays text: whatever stands in it, the page has the same elements as with harmless text.

MATCHER_PAYLOADS=500 tries that many.
"""

import os
import random
import unicodedata
from collections.abc import Mapping

import pyarrow as pa
import pytest

from matcher.report import Earlier, Planned, report_page
from matcher.report.plain import plain
from tests.report.conftest import changed
from tests.report.tree import parsed

OWN = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "</svg><svg onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>*{display:none}</style>",
    "<meta http-equiv=refresh content='0;url=//x'>",
    "<!-- <p> -->",
    "<![CDATA[<p>]]>",
    "&lt;script&gt;&#60;b&#62;&#x3c;i&#x3e;",
    "{{ 7*7 }} {% raw %} {# x #}",
    "${7*7} #{7*7} %s {0} {n} {name.__class__}",
    "\x1b[31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07",
    "\u202egnp.exe \u2066hidden\u2069 \u200f\u200e",
    "a\u0000b\u0007c\u0008d\u007fe\u0085f\u2028g\u2029h",
    "zero\u200bwidth\ufeff\u2060 \U000e0041\U000e0042",
    "Z" + "\u0301" * 200,
    "שלום עולם العربية",
    "\ud7ff\ue000\uffff\U0010ffff",
    "=cmd|' /C calc'!A0",
    "`id` $(id) ; rm -rf / | cat",
    "../../../etc/passwd\\..\\x",
    "x" * 100_000,
    " \t\r\n\v\f ",
    "\u202e",
]


def payloads() -> list[str]:
    """Our own, and mixtures of them up to the number that is asked for."""
    wanted = int(os.environ.get("MATCHER_PAYLOADS", "60"))
    rng = random.Random(20261121)
    pieces = [piece for one in OWN for piece in one.split() if len(piece) < 200]
    mixed = ["".join(rng.choices([*pieces, " ", "<", ">", '"', "'", "&"], k=rng.randint(1, 12))) for _ in range(wanted)]
    return [*OWN, *mixed][:wanted]


def poisoned(plan: Planned, text: str) -> Planned:
    """The plan with a text in every place where text of the input can reach the page."""
    size = plan.vacancies.num_rows
    vacancies = plan.vacancies
    for name in ("title", "sector", "pc4"):
        at = vacancies.column_names.index(name)
        vacancies = vacancies.set_column(at, name, pa.array([text] * size, pa.string()))
    limits = [
        {**row, "name": text if row["kind"] == "quota" else row["name"], "id": text}
        for row in plan.tables["limits_report"].to_pylist()
    ]
    assert plan.audit is not None
    column = text if text != "candidate_id" else "x"
    audit = pa.table({"candidate_id": plan.audit["candidate_id"], column: [text] * plan.audit.num_rows})
    warnings = [
        {"code": "NEW", "text": text},
        {"code": "UNKNOWN_FILE", "text": text, "file": text},
        {"code": "RULE_REMOVES_MOST", "text": text, "figures": {"rule": text, "removed": 1, "could": 2}},
    ]
    return changed(
        plan,
        run_id=text,
        vacancies=vacancies,
        audit=audit,
        tables={
            **plan.tables,
            "limits_report": pa.Table.from_pylist(limits, schema=plan.tables["limits_report"].schema),
        },
        claims={
            **plan.claims,
            "goals": [{**goal, "name": text} for goal in plan.claims["goals"]],
            "warnings": warnings,
        },
        earlier=Earlier(text, plan.tables["assignments"]),
    )


@pytest.fixture(scope="module")
def harmless(plan: Planned) -> list[tuple[str, tuple[str, ...]]]:
    return parsed(report_page(poisoned(plan, "gewoon"))).shape


@pytest.mark.parametrize("text", payloads(), ids=ascii)
def test_text_stays_text(plan: Planned, harmless: list[tuple[str, tuple[str, ...]]], text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    page = parsed(report_page(poisoned(plan, text)))
    if text.strip():
        assert page.shape == harmless
    signs = "".join(page.texts) + "".join(value or "" for _, attrs in page.elements for _, value in attrs)
    assert not {sign for sign in signs if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn"} and sign != "\n"}


PLAIN: Mapping[str, str] = {
    "a\tb\r\nc": "a b c",
    "  x  ": "x",
    "\u202eabc": "\N{REPLACEMENT CHARACTER}abc",
    "co\u00adop": "coop",
    "e\u0301": "é",
    "a\u00a0b\u3000c": "a b c",
    "x" * 100: "x" * 79 + "…",
}


@pytest.mark.parametrize(("text", "shown"), PLAIN.items(), ids=ascii)
def test_plain(text: str, shown: str) -> None:
    assert plain(text) == shown
    assert plain(shown) == shown


def test_marks_cannot_pile_up() -> None:
    assert len(plain("Z" + "\u0301" * 50)) <= 4
