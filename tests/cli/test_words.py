"""The command line speaks Danish and English, chosen as the environment says; neither lacks a sentence."""

from __future__ import annotations

import string

import pytest
from terminal import ALMA, Terminal

from troth.cli.progress_words import PROGRESS
from troth.cli.words import WORDS, Words, clean
from troth.terms.settings import spoken


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", WORDS)
def test_every_sentence_has_both_languages_with_the_same_places(key: str) -> None:
    danish, english = WORDS[key]
    assert danish.strip()
    assert english.strip()
    assert places(danish) == places(english)


def test_numbers_and_plurals() -> None:
    assert Words("en").count("rows", 1) == "1 row"
    assert Words("en").count("rows", 12345) == "12,345 rows"
    assert Words("da").count("rows", 12345) == "12.345 rækker"
    assert Words("da").count("persons", 1) == "1 person"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "da_DK.UTF-8"}, "da"),
        ({"LANG": "da_DK.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB", "LC_MESSAGES": "da_DK"}, "da"),
        ({"LANG": "de_DE"}, "en"),
        ({"LANG": "C", "TROTH_LANGUAGE": "da"}, "da"),
        ({"LANG": "da_DK", "TROTH_LANGUAGE": "en"}, "en"),
        ({"LANG": "da_DK", "LC_ALL": ""}, "da"),
    ],
)
def test_the_language_is_the_setting_else_the_locale(environment: dict[str, str], language: str) -> None:
    assert spoken(environment) == language


@pytest.mark.parametrize(
    ("english", "danish"),
    [
        ("reading the structure of crm", "læser opbygningen af crm"),
        ("reading crm.orders: 5,000 of 20,000 rows", "læser crm.orders: 5,000 af 20,000 rækker"),
        ("batch 3 of 7", "del 3 af 7"),
        ("something nobody translated", "something nobody translated"),
    ],
)
def test_progress_is_told_in_danish_where_there_are_words(english: str, danish: str) -> None:
    assert Words("da").progress(english) == danish
    assert Words("en").progress(english) == english
    assert PROGRESS


def test_no_value_can_steer_the_terminal() -> None:
    assert clean("a\x1b[2Jb\nc\td\u202ee") == "a\ufffd[2Jb c d\ufffde"


@pytest.mark.process
def test_a_dane_reads_danish_and_json_stays_the_same(terminal: Terminal) -> None:
    danish = terminal("erase", ALMA, LANG="da_DK.UTF-8").out
    assert "Slet 2 rækker" in danish
    assert "personens egen række" in danish
    assert "Intet er gjort" in danish
    english = terminal("erase", ALMA, LANG="da_DK.UTF-8", TROTH_LANGUAGE="en").out
    assert "Erase 2 rows" in english
    assert terminal("find", ALMA, "--json", LANG="da_DK.UTF-8").json == terminal("find", ALMA, "--json").json
