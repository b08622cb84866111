"""A plain text is held against the law: on the source notice exactly what its audit says, on other texts what they deserve."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from troth.law.content import BUILT_IN, Clause, changes, concepts, facts, items
from troth.notice.loading import LAWS
from troth.notice.prose import check, is_garbled, language_of, raw_lines

HERE = Path(__file__).parent / "prose"
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "notice"
TODAY = date(2026, 11, 23)
CONDITIONAL = {item.id for item in items() if item.when or item.defect}

# What the audit of the source notice says, in its order: missing, vague, said. Its rows are the items of content.toml.
GDPR = {
    "13(1)(a) controller": ("N101", "~"), "13(1)(a) EU rep": ("N102", "✘"), "13(1)(b)": ("N103", "✘"), "13(1)(c) purposes": ("N104", "✔"),
    "13(1)(c) legal basis": ("N105", "✘"), "13(1)(d)": ("N106", "~"), "13(1)(e)": ("N107", "~"), "13(1)(f)": ("N108", "✘"),
    "13(2)(a)": ("N109", "~"), "13(2)(b) access": ("N110", "✔"), "13(2)(b) rectification": ("N111", "✘"), "13(2)(b) erasure": ("N112", "✔"),
    "13(2)(b) restriction": ("N113", "✘"), "13(2)(b) objection": ("N114", "✔"), "13(2)(b) portability": ("N115", "✘"),
    "13(2)(c)": ("N116", "✔"), "13(2)(d)": ("N117", "✘"), "13(2)(e)": ("N118", "~"), "13(2)(f)": ("N119", "✘"), "13(3)": ("N120", "~"),
    "14(1)(d)": ("N121", "~"), "14(2)(f)": ("N122", "~"), "14(3)": ("N123", "✘"), "12(1)": ("N124", "✘"), "controller vs": ("N125", "✘"),
    "26(2)": ("N126", "✘"), "Cookies": ("N127", "✘"), "Version": ("N128", "✘"), "Consent by use": ("N129", "defect"),
}  # fmt: skip
CALIFORNIA = {
    "Right to know": ("N201", "✔"), "Delete": ("N202", "✔"), "Opt out of **sale**": ("N203", "✔"), "Opt out of **sharing**": ("N204", "✘"),
    "**Correct**": ("N205", "✘"), "**Limit": ("N206", "✘"), "Non-retaliation": ("N207", "✔"), "How to submit": ("N208", "~"),
    "Verification": ("N209", "✔"), "Authorised": ("N210", "~"), "Categories collected": ("N211", "✘"), "Sources": ("N212", "~"),
    "Sold/shared": ("N213", "~"), "Categories disclosed": ("N214", "~"), "Retention": ("N215", "✘"), "Signals": ("N216", "✘"),
    "Do-not-sell": ("N217", "✘"), "Contact": ("N218", "~"), "Date": ("N219", "✘"), "1798.83": ("N220", "✔"), "CalOPPA": ("N221", "✘"),
}  # fmt: skip
EXPECTED = {
    f"notice.{name}": "warning" if mark == "~" else "error"
    for name, mark in (*GDPR.values(), *CALIFORNIA.values())
    if mark != "✔"
}


def found(text: str, language: str = "", at: date = TODAY) -> dict[str, str]:
    spoken = language or language_of(text)
    told = check(raw_lines(text), spoken, "text", LAWS, at)
    assert len(told) == len({one.id for one in told})
    return {one.id: one.level for one in told}


def prose(name: str) -> str:
    return (HERE / f"{name}.md").read_text(encoding="utf-8")


def audited() -> Iterator[tuple[str, str]]:
    """Each row of the audit's tables 2.1 and 2.2: what it is about, and its mark."""
    text = (SHARED / "AUDIT.md").read_text(encoding="utf-8")
    for line in text[text.index("### 2.1") : text.index("### 2.3")].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and re.match(r"[✔✘~]|defect", cells[1]):
            yield cells[0], cells[1]


def test_the_source_notice_has_exactly_the_faults_of_its_audit() -> None:
    if not SHARED.is_dir():
        pytest.skip("the source notice lies outside the project and is not here")
    (source,) = SHARED.glob("000_*.txt")
    assert found(source.read_text(encoding="utf-8")) == EXPECTED


def test_the_expected_faults_are_the_rows_of_the_audit() -> None:
    if not SHARED.is_dir():
        pytest.skip("the audit lies outside the project and is not here")
    rows = list(audited())
    wanted = [*GDPR.items(), *CALIFORNIA.items()]
    assert len(rows) == len(wanted)
    for (told, mark), (begins, (_, ours)) in zip(rows, wanted, strict=True):
        assert told.startswith(begins)
        assert mark.startswith(ours)


@pytest.mark.parametrize("name", ["paraphrase.da", "paraphrase.en", "retold.da"])
def test_the_same_notice_in_other_words_has_the_same_faults(name: str) -> None:
    assert found(prose(name)) == EXPECTED


@pytest.mark.parametrize("name", ["complete.da", "complete.en"])
def test_a_complete_notice_has_none(name: str) -> None:
    assert found(prose(name)) == {}


@pytest.mark.parametrize("name", ["cars.da", "cars.en"])
def test_a_text_about_something_else_lacks_everything(name: str) -> None:
    assert found(prose(name)) == {item.id: "error" for item in items() if item.id not in CONDITIONAL}


@pytest.mark.parametrize("name", ["complete.da", "complete.en"])
def test_each_line_of_a_complete_notice_is_needed_by_some_item(name: str) -> None:
    """Whatever is taken away is missed: no item is satisfied by words that stand there for something else."""
    lines = prose(name).splitlines()
    missed = set()
    for at, line in enumerate(lines):
        if line.strip() and not line.startswith("#"):
            missed |= set(found("\n".join([*lines[:at], *lines[at + 1 :]]), name[-2:]))
    twice = {"N104", "N109", "N201", "N202", "N205", "N217", "N218"}  # said in two places of these texts
    apart = {
        "N124",
        "N129",
        "N125",
        "N126",
    }  # defects, and what is asked only because that very line brings it up
    assert {item.id for item in items()} - missed <= {f"notice.{name}" for name in twice | apart}


@pytest.mark.parametrize("language", ["da", "en"])
def test_californias_rights_are_not_everybodys(language: str) -> None:
    text = {
        "da": "Bor du i Californien, har du:\n- ret til indsigt\n- ret til sletning\n",
        "en": "If you live in California, you have:\n- the right of access\n- the right to have it erased\n",
    }[language]
    told = found(text, language)
    assert {"notice.N110", "notice.N112"} <= set(told)
    assert not {"notice.N201", "notice.N202"} & set(told)


@pytest.mark.parametrize(
    ("lead", "items_"),
    [
        (
            "Du har ret til:",
            "- at se de oplysninger, vi har\n- at få dem slettet\n- at få begrænset vores brug af dem\n",
        ),
        (
            "You have the right to:",
            "- have a copy of them\n- have them erased\n- restrict what we do with them\n",
        ),
    ],
)
def test_a_list_is_read_with_what_leads_into_it(lead: str, items_: str) -> None:
    language = "da" if lead.startswith("Du") else "en"
    assert not {"notice.N110", "notice.N112"} & set(found(f"{lead}\n{items_}", language))
    alone = set(found(f"{lead[:4]} er glad:\n{items_}", language))
    assert {"notice.N110", "notice.N112", "notice.N113"} <= alone


RIGHTS = {  # as other companies say it, one right a line
    "da": {
        "N110": "Du har altid krav på at få adgang til dine data hos os.",
        "N111": "Er noget unøjagtigt, har du ret til at få det opdateret.",
        "N112": "Retten til at blive glemt gælder også her.",
        "N113": "Du har ret til, at vi begrænser behandlingen.",
        "N114": "Du har ret til at protestere.",
        "N115": "Vi kan overføre dine oplysninger til en anden udbyder, hvis du vil.",
        "N117": "Er du utilfreds, kan du indgive en klage til tilsynsmyndigheden.",
    },
    "en": {
        "N110": "You are entitled to a copy of what we hold.",
        "N111": "You may ask us to have it amended where it is inaccurate.",
        "N112": "You have the right to be forgotten.",
        "N113": "You can ask us to restrict its use.",
        "N114": "You have the right to object.",
        "N115": "We give it to you in a machine-readable form.",
        "N117": "You may lodge a complaint with a data protection authority.",
    },
}


@pytest.mark.parametrize("language", RIGHTS)
def test_rights_are_recognised_in_other_words_and_one_by_one(language: str) -> None:
    for name, sentence in RIGHTS[language].items():
        missing = set(found(sentence, language))
        assert f"notice.{name}" not in missing, sentence
        others = {f"notice.{other}" for other in RIGHTS[language] if other != name}
        assert others <= missing, sentence


def test_a_law_that_did_not_hold_yet_asks_for_nothing() -> None:
    told = set(found(prose("cars.da"), at=date(2022, 6, 1)))
    assert "notice.N201" in told
    assert not told & {"notice.N204", "notice.N205", "notice.N206", "notice.N214"}


@pytest.mark.parametrize(
    ("sentence", "garbled"),
    [
        ("Vi holder kurser, messer, lodtrækninger, kurser eller fester.", True),
        ("V henter enhedens position.", True),
        ("I kan altid spørge, svare, skrive eller ringe.", False),
        ("We run courses, fairs, raffles and parties.", False),
        ("A camera looks after the ovens.", False),
        ("We run courses, fairs, courses and parties.", True),
    ],
)
def test_what_is_garbled(sentence: str, garbled: bool) -> None:
    assert is_garbled(sentence) is garbled


def test_every_item_has_its_law_its_day_and_words_that_exist() -> None:
    ids = [item.id for item in items()]
    assert len(ids) == len(set(ids)) == 50
    for item in items():
        assert item.law in LAWS
        assert item.mark in ("V", "K", "?")
        assert item.citation
        assert item.since < TODAY
        clauses: list[Clause] = [clause for part in item.parts for clause in part]
        for clause in (*clauses, *item.vague, *item.when, *item.unless):
            for name in (*clause.all, *clause.none):
                for language in ("da", "en"):
                    assert name == "@garbled" or name in concepts(language), (item.id, name)
    used = {
        n
        for i in items()
        for c in (*(x for p in i.parts for x in p), *i.vague, *i.when, *i.unless)
        for n in (*c.all, *c.none)
    }
    for language in ("da", "en"):
        assert set(concepts(language)) - set(BUILT_IN) - used == {"california"}


def test_the_laws_changes_and_facts_are_data() -> None:
    assert changes()["us_ca.ccpa"][-1] == date(2026, 1, 1)
    assert "controller.name" in facts("eu")
