"""A plain mail is understood by the words that say so, and what is not said clearly is left to a person."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_table import CASES, Written, score, table

from troth.requests.kinds import KINDS
from troth.requests.language import language_of
from troth.requests.understanding import MOST_WORDS, understand

TABLES = ("worked_with", "held_out", "unseen")
ALL = [mail for name in TABLES for mail in table(name)]


def test_the_tables_have_both_languages_every_kind_and_hard_mails() -> None:
    assert len(ALL) >= 160
    for name in TABLES:
        mails = table(name)
        assert {mail.language for mail in mails} == {"da", "en"}
        assert frozenset().union(*(mail.kinds for mail in mails)) >= KINDS.keys() - {
            "know_categories",
            "know_specific",
            "limit",
            "shine",
        }
        assert sum(not mail.kinds for mail in mails) >= 12


@pytest.mark.parametrize("mail", table("worked_with"), ids=lambda mail: mail.headline or "-")
def test_what_was_worked_with_is_understood(mail: Written) -> None:
    found = mail.understood()
    assert frozenset(found.kinds) == mail.kinds
    assert found.regime == mail.regime or not mail.regime
    assert found.unclear or mail.kinds


def test_most_of_what_is_understood_needs_no_officer() -> None:
    asked = [mail for mail in ALL if mail.kinds]
    assert sum(mail.understood().unclear for mail in asked) / len(asked) < 0.1


def test_what_is_perhaps_asked_beside_it_is_for_an_officer() -> None:
    """A copy was understood, and what comes after it was not: nobody may overlook the second half."""
    found = understand(
        "Begge dele", "Jeg vil gerne have en kopi af mine data. Bagefter fjerner I hele molevitten."
    )
    assert (found.kinds, found.perhaps, found.unclear) == (("access",), {"erasure"}, True)
    assert not understand("", "Slet ikke noget. Jeg vil bare have en kopi af mine data.").unclear


@pytest.mark.parametrize(("name", "precision", "recall"), [("held_out", 0.95, 0.97), ("unseen", 0.93, 0.75)])
def test_what_the_patterns_were_not_fitted_to_is_understood_too(
    name: str, precision: float, recall: float
) -> None:
    """`held_out` was written before the patterns, `unseen` after them; neither was looked at to better them."""
    found = score(name)
    print(
        f"\n{name}: {found.right} of {found.mails}, precision {found.precision:.3f}, recall {found.recall:.3f}"
    )
    print("\n".join(found.wrong))
    assert found.precision >= precision
    assert found.recall >= recall
    told = " ".join((CASES.parents[2] / "docs" / "mail.md").read_text(encoding="utf-8").split())
    row = f"| {found.mails} | {found.recall * 100:.1f} % | {found.precision * 100:.1f} % | {found.right} |"
    assert f"`{name}.txt`" in told
    assert row in told


def test_nobody_is_erased_who_did_not_ask_for_it() -> None:
    """The one mistake that would hurt: in no table is a mail taken for an erasure that is none."""
    assert [
        mail.headline for mail in ALL if "erasure" in mail.understood().kinds and "erasure" not in mail.kinds
    ] == []


@pytest.mark.parametrize("mail", ALL, ids=lambda mail: mail.headline or "-")
def test_the_language_is_told(mail: Written) -> None:
    other = "en" if mail.language == "da" else "da"
    short = len(f"{mail.headline} {mail.text}".split()) < 4
    assert short or language_of(f"{mail.headline}\n{mail.text}", other) == mail.language


def test_the_words_that_say_so_are_shown_by_place_only() -> None:
    text = "Hej.\n\nI bedes slette alle mine data. Tak."
    (sign, *_) = understand("", text).signs
    assert (sign.kind, sign.part) == ("erasure", "text")
    assert text[sign.start : sign.end] == "slette alle mine data"
    assert not hasattr(sign, "__dict__")
    assert {type(getattr(sign, name)) for name in ("start", "end")} == {int}


def test_yes_and_no_is_for_an_officer() -> None:
    found = understand("Delete my account", "Sorry, I was angry. Do not delete my account.")
    assert found.denied == {"erasure"}
    assert found.unclear


def test_a_right_that_the_named_law_does_not_know_is_for_an_officer() -> None:
    found = understand("GDPR", "Under the GDPR I want you to limit the use of my sensitive data.")
    assert found.kinds == ("limit",)
    assert (found.regime, found.unclear) == ("eu", True)


def test_two_laws_named_are_none() -> None:
    assert understand("GDPR and CCPA", "Please delete my data.").regime is None


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("I live in Sweden.", "SE"),
        ("Jeg bor i Norge.", "NO"),
        ("I live in California.", "US"),
        ("Sweden or Norway", ""),
    ],
)
def test_where_somebody_lives_is_a_hint(text: str, country: str) -> None:
    assert understand("", f"{text} Please delete my data.").country == country


def test_an_agent_is_seen() -> None:
    assert understand("", "I act on behalf of my client. Please delete her data.").agent
    assert not understand("", "Please delete my data.").agent


@pytest.mark.parametrize(
    "piece",
    [
        "slet mine data ",
        "my my my data all you have me ",
        "not newsletter ",
        "delete my data. ",
        "a" * 9_000 + " ",
        ".",
    ],
)
def test_a_long_mail_costs_no_more_than_its_first_words(piece: str) -> None:
    began = time.perf_counter()
    understand(piece * (300_000 // len(piece)), piece * (300_000 // len(piece)))
    assert time.perf_counter() - began < 20  # about a second on one core; quadratic would be hours


def test_what_stands_beyond_the_bound_is_not_understood() -> None:
    assert not understand("", "word " * (MOST_WORDS + 1) + ". Slet mine data.").kinds


@given(st.text(max_size=300), st.text(max_size=2_000))
@settings(max_examples=200, deadline=None)
def test_whatever_is_written_is_understood_or_left_to_an_officer(headline: str, text: str) -> None:
    found = understand(headline, text)
    assert set(found.kinds) <= KINDS.keys()
    whole = {"headline": headline, "text": text}
    assert all(0 <= sign.start < sign.end <= len(whole[sign.part]) for sign in found.signs)


@given(
    st.sampled_from([mail for mail in ALL if mail.kinds]),
    st.sampled_from(["\n\n", "\n\nMvh\n"]),
    st.text("> x\n", max_size=40),
)
@settings(max_examples=60, deadline=None)
def test_a_tail_that_says_nothing_changes_nothing(mail: Written, joint: str, tail: str) -> None:
    longer = Written(mail.language, mail.kinds, mail.regime, mail.headline, f"{mail.text}{joint}{tail}")
    assert longer.understood().kinds == mail.understood().kinds
