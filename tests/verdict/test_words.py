"""Two catalogues with the same keys, complete, and with the same blanks to fill in."""

import ast
import datetime as dt
import re
import string
from pathlib import Path

import pytest

from matcher.domain.codes import CONTRACTS, LANES, SHIFTS, TRANSPORT, Fault, Reason, Rule
from matcher.domain.meanings import WARNINGS
from matcher.domain.schema import Kind
from matcher.domain.shipped import shipped
from matcher.domain.wage import Basis
from matcher.intake.rejections import ERROR, WARNING
from matcher.model.solution import Proof, Status
from matcher.rules.scorecard import TERMS
from matcher.summary import summary, warning_text
from matcher.verdict.changes import Change, ChangeKind, WhatIf, WhatIfState
from matcher.verdict.explain_pair import Outcome, Standing
from matcher.verdict.fills import _FIELDS
from matcher.verdict.metrics import GROUPS, LONG_BENEFIT_LAGS
from matcher.verdict.quality import Empty
from matcher.verdict.unplaced import Unplaced
from matcher.verdict.wording_change import change_text, what_if_lines
from matcher.verdict.words import Words

PACKAGE = Path(__file__).parents[2] / "matcher"
LANGUAGES = ("nl", "en")
SPOKEN = (
    "reason",
    "rule",
    "unknown",
    "subsidy",
    "phrase",
    "change",
    "what_if",
    "vacancy",
    "pair",
    "warning",
    "validate",
    "report",
)
SOURCES = [
    *sorted((PACKAGE / "verdict").glob("*.py")),
    PACKAGE / "summary.py",
    PACKAGE / "goal_table.py",
    PACKAGE / "cli" / "quality_view.py",
]


def _blanks(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name is not None})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words(language: str) -> None:
    words = shipped(f"words_{language}")
    for section in ("reason", "reason_short"):
        assert list(words[section]) == [reason.value for reason in Reason]
    for section in ("rule", "unknown", "rule_name"):
        assert list(words[section]) == [rule.value for rule in Rule]
    assert list(words["term"]) == list(TERMS)
    assert list(words["lane"]) == list(LANES)
    assert list(words["subsidy"]) == [basis.value for basis in Basis]
    assert list(words["outcome"]) == [outcome.value for outcome in Outcome]
    assert list(words["unplaced"]) == [side.value for side in Unplaced]
    assert list(words["change"]) == [kind.value for kind in ChangeKind]
    assert list(words["group"]) == [f"{dimension} {group}" for dimension, groups in GROUPS.items() for group in groups]
    assert set(GROUPS) <= set(words["group_by"])
    assert set(words["field"]) == {*_FIELDS, "lat"}
    assert list(words["shift"]) == list(SHIFTS)
    assert list(words["contract"]) == list(CONTRACTS)
    assert list(words["transport"]) == list(TRANSPORT)
    assert list(words["status"]) == [status.value for status in Status]
    assert list(words["fault"]) == [fault.value for fault in Fault]
    assert list(words["severity"]) == [ERROR, WARNING]
    assert list(words["kind"]) == [kind.value for kind in Kind]
    assert list(words["empty"]) == [empty.value for empty in Empty]
    assert list(words["proof"]) == [proof.value for proof in Proof]
    assert {standing.value for standing in Standing} <= set(words["pair"])
    asked = {*WhatIfState} - {WhatIfState.PLACED, WhatIfState.CONTROL_ARM}
    assert {state.value for state in asked} <= set(words["what_if"])
    assert list(shipped("changes")["cost"])[:-2] == [kind.value for kind in ChangeKind]
    assert all(text.strip() == text != "" for section in words.values() for text in section.values())


def test_both_languages_have_the_same_keys_and_blanks() -> None:
    dutch, english = (shipped(f"words_{language}") for language in LANGUAGES)
    assert list(dutch) == list(english)
    for section, words in dutch.items():
        assert list(words) == list(english[section]), section
        for key, text in words.items():
            if section != "number":
                assert _blanks(text) == _blanks(english[section][key]), (section, key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short(language: str) -> None:
    """B1: at most twenty words in a sentence."""
    words = shipped(f"words_{language}")
    for section in SPOKEN:
        for key, text in words[section].items():
            longest = max(len(sentence.split()) for sentence in text.split(". "))
            assert longest <= 20, (section, key)


def _asked_of(path: Path) -> set[tuple[str, str, frozenset[str]]]:
    """Section, key and blanks of every phrase that a module names in so many words."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        texts: list[list[str]] = []
        for argument in node.args:
            choices = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
            texts.append([one.value for one in choices if isinstance(one, ast.Constant) and isinstance(one.value, str)])
        given = frozenset(word.arg for word in node.keywords if word.arg is not None)
        if node.func.attr == "phrase" and texts and texts[0]:
            found |= {("phrase", key, given) for key in texts[0]}
        elif node.func.attr == "_say" and texts and texts[0]:
            found |= {("validate", key, given) for key in texts[0]}
        elif node.func.attr in {"fill", "name"} and len(texts) == 2 and texts[0] and texts[1]:
            found |= {(texts[0][0], key, given) for key in texts[1]}
    return found


def test_every_phrase_that_the_code_names_exists_and_gets_its_blanks() -> None:
    asked = set().union(*(_asked_of(path) for path in SOURCES))
    assert len(asked) > 60
    words = shipped("words_nl")
    for section, key, given in asked:
        assert key in words[section], (section, key)
        assert set(_blanks(words[section][key])) <= given, (section, key)


def test_every_phrase_is_used() -> None:
    """A phrase that nobody says is a phrase that nobody keeps true."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    spoken = {
        "phrase": 0,
        "vacancy": 0,
        "pair": 0,
        "what_if": 0,
        "summary": 0,
        "number": 0,
        "validate": 0,
        "heading": 0,
        "goals": 0,
        "standoff": 0,
    }
    named = {f'"{one.value}"' for kind in (Standing, WhatIfState) for one in kind}
    for section in spoken:
        for key in shipped("words_nl")[section]:
            used = any(mark in code for mark in (f'"{key}"', f"'{key}'")) or f'"{key}"' in named
            assert used, (section, key)


def test_every_warning_has_words() -> None:
    """Every code that the package can put into a manifest."""
    found = {LONG_BENEFIT_LAGS, *WARNINGS}
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name in {"cli", "importing"}:
            continue
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'Headline\(\s*"([A-Z_]+)"', text))
        found |= set(re.findall(r'"code": "([A-Z]+_[A-Z_]+)"', text))
    assert found >= {"WML_STALE", "DISTANCE_OFF", "COLUMN_UNUSABLE", "UNKNOWN_FILE"}
    for language in LANGUAGES:
        assert found <= set(shipped(f"words_{language}")["warning"])


def test_warnings_are_told_in_both_languages() -> None:
    exact: dict[str, object] = {
        "code": "DISTANCE_OFF",
        "text": "DISTANCE is off: only 3 of 99 candidates have a place.",
    }
    assert warning_text(exact) == "DISTANCE_OFF: DISTANCE is off: only 3 of 99 candidates have a place."
    assert warning_text(exact, "nl") == warning_text(exact)  # figures are missing: an older manifest
    exact["figures"] = {"file": "candidates.parquet", "placed": 3, "rows": 1099}
    assert "maar 3 van de 1.099 rijen van candidates.parquet" in warning_text(exact, "nl")
    assert "only 3 of 1,099 rows of candidates.parquet" in warning_text(exact)
    broken = {"file": "candidates.parquet", "column": "hours_min", "found": "string", "expected": "decimal"}
    column = {"code": "COLUMN_UNUSABLE", "text": "x", "figures": broken}
    assert warning_text(column, "nl").startswith(
        "COLUMN_UNUSABLE: candidates.parquet: kolom hours_min is van het type string"
    )
    assert "Nodig is: getal." in warning_text(column, "nl")
    assert "Expected is: number." in warning_text(column)
    figures = {"people": 1500, "assigned": 3, "rate": 0.002, "overall_rate": 0.5}
    lags = warning_text({"code": LONG_BENEFIT_LAGS, "figures": figures}, "nl")
    assert "0,2 %" in lags
    assert "50,0 %" in lags
    assert "1.500" in lags
    stranger = {"code": "UNKNOWN_FILE", "text": "x.parquet is not part of a bundle.", "file": "x.parquet"}
    assert warning_text(stranger, "nl").endswith("x.parquet.")
    assert warning_text({"code": "NEW", "text": "Something."}, "nl") == "NEW: Something."
    assert warning_text({"code": "NEW"}) == "NEW"


@pytest.mark.parametrize(
    ("status", "eligible", "said"),
    [
        ("OPTIMAL", 0, "OPTIMAL: er is geen combinatie mogelijk"),
        ("WITHIN_GAP", 0, "WITHIN_GAP: er is geen combinatie mogelijk"),
        ("OPTIMAL", 3, "OPTIMAL: bewezen de beste, over alle 3 mogelijke combinaties"),
    ],
)
def test_nothing_to_choose_from_is_no_proof_to_boast_of(status: str, eligible: int, said: str) -> None:
    counts = dict.fromkeys(("people", "openings", "vacancies", "assigned"), 0)
    solver = {"status": status, "proof": "all_pairs", "objective": 0, "upper_bound": 0, "gap": 0.0, "seconds": {}}
    warning = {"code": "RULE_REMOVES_MOST", "text": "x", "figures": {"rule": "SKILLS", "removed": 1950, "could": 2000}}
    manifest = {
        "run_id": "r",
        "counts": {**counts, "eligible_pairs": eligible, "unassigned_by_reason": {}},
        "solver": solver,
        "expected_durable": 0.0,
        "warnings": [warning],
        "outputs": [],
    }
    rows = dict(summary(manifest, Path(), "nl")[1])
    assert rows["Kwaliteit"] == said
    assert "1.950 van de 2.000 combinaties weg: SKILLS (vaardigheden)." in rows["Waarschuwingen"]


CHANGES = [
    (ChangeKind.FILL, "skills", None, ("heftruck", "tillen"), "heftruck en tillen"),
    (ChangeKind.FILL, "limitations", None, (), "geen"),
    (ChangeKind.FILL, "consent", None, True, "ja"),
    (ChangeKind.FILL, "languages", None, (("nld", "B1"),), "Nederlands B1"),
    (ChangeKind.FILL, "lat", None, (52.22, 6.89), "52,22 en 6,89"),
    (ChangeKind.FILL, "licences", None, ("A2", "A1"), "A2 en A1"),
    (ChangeKind.TRAVEL_KM, "travel_max_km", 12.5, 17.5, "17,5 kilometer in plaats van 12,5"),
    (ChangeKind.START_EARLIER, "available_from", dt.date(2027, 1, 5), dt.date(2026, 12, 30), "30-12-2026"),
    (ChangeKind.LANGUAGE, "languages", ("zza", "A1"), ("zza", "A2"), "zza A2 in plaats van zza A1"),
    (ChangeKind.SHIFT, "shifts", None, "night", "in de nacht"),
    (ChangeKind.CONTRACT, "contracts", None, "oproep", "oproepwerk"),
    (ChangeKind.TRANSPORT, "transport", None, "public_transport", "het openbaar vervoer"),
]


@pytest.mark.parametrize(("kind", "column", "before", "after", "said"), CHANGES)
def test_changes_are_told(kind: ChangeKind, column: str, before: object, after: object, said: str) -> None:
    change = Change(kind, None, column, before, after, ())
    assert said in change_text(change, Words("nl"))
    assert "{" not in change_text(change, Words("en"))


def test_what_if_says_no_more_than_is_known() -> None:
    words = Words("en")
    assert list(what_if_lines(WhatIf(WhatIfState.PLACED), words)) == []
    assert list(what_if_lines(WhatIf(WhatIfState.CONTROL_ARM), words)) == []
    assert list(what_if_lines(WhatIf(WhatIfState.NO_CHANGE, tried=12), words)) == [
        "No single change brings a place now.",
        "Changes looked at: 12.",
    ]
    assert list(what_if_lines(WhatIf(WhatIfState.NO_CHANGE), words, here=True)) == [
        "No single change gives a place at this vacancy.",
        "There was nothing to try.",
        "The explanation of the person alone says whether a change helps at another vacancy.",
    ]
    assert "at this vacancy for certain" in next(
        iter(what_if_lines(WhatIf(WhatIfState.UNCONFIRMED, tried=1), words, here=True))
    )
    assert "too early" in next(iter(what_if_lines(WhatIf(WhatIfState.NOT_PROVEN), words)))
