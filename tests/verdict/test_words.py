"""Two catalogues with the same keys, complete, and with the same blanks to fill in."""

import string

import pytest

from matcher.domain.codes import LANES, Reason, Rule
from matcher.domain.shipped import shipped
from matcher.domain.wage import Basis
from matcher.rules.scorecard import TERMS

LANGUAGES = ("nl", "en")


def _blanks(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name is not None})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words(language: str) -> None:
    words = shipped(f"words_{language}")
    assert list(words["reason"]) == [reason.value for reason in Reason]
    assert list(words["rule"]) == [rule.value for rule in Rule]
    assert list(words["unknown"]) == [rule.value for rule in Rule]
    assert list(words["term"]) == list(TERMS)
    assert list(words["lane"]) == list(LANES)
    assert list(words["subsidy"]) == [basis.value for basis in Basis]
    assert all(text.strip() == text != "" for section in words.values() for text in section.values())


def test_both_languages_have_the_same_keys_and_blanks() -> None:
    dutch, english = (shipped(f"words_{language}") for language in LANGUAGES)
    assert list(dutch) == list(english)
    for section, words in dutch.items():
        assert list(words) == list(english[section]), section
        for key, text in words.items():
            assert _blanks(text) == _blanks(english[section][key]), (section, key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short(language: str) -> None:
    """B1: at most twenty words in a sentence."""
    words = shipped(f"words_{language}")
    for section in ("reason", "rule", "unknown", "subsidy", "phrase"):
        for key, text in words[section].items():
            longest = max(len(sentence.split()) for sentence in text.split(". "))
            assert longest <= 20, (section, key)
