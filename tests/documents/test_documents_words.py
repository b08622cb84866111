"""Every fixed sentence of the engine has its Danish; no other sentence gets any."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from troth.documents.markup import Html, both, code, day, moment, tag, text, when
from troth.documents.words import danish, kind, sentence, sentence_both
from troth.terms.bilingual import Both, number

FIXED = """owned by nobody else
restricted at the person's request: it may only be stored
the customer's own row
accounting: amounts and dates stay, the person goes
others own it too: what concerns the erased person goes
referred to an erased row of public.customers
now refers to nobody in customers
holds a copy of the person's identifiers
not needed by the ground it is kept for
still referred to by orders
what concerns the erased person goes
kept because a law says so
cuts a cycle of references
not in the map
bytes are not looked into
freed cells were overwritten with zeros (secure_delete)
the file was rewritten without free pages (VACUUM)
the write-ahead log was emptied (wal_checkpoint TRUNCATE)
copies and backups of the file made before still hold the rows
dead rows of 12 tables were removed (VACUUM)
the write-ahead log holds the rows until its segments are overwritten
archived write-ahead log made before holds the rows
backups and dumps made before hold the rows until they expire""".splitlines()


@pytest.mark.parametrize("english", FIXED)
def test_a_fixed_sentence_has_its_danish(english: str) -> None:
    translated = danish(english)
    assert translated
    assert translated != english
    for name in ("customer", "public.customers", "orders", "12"):
        if f" {name}" in english and "'s own" not in english:
            assert name in translated


def test_another_sentence_is_not_guessed_at() -> None:
    assert danish("owned by nobody") is None
    assert danish("the map says so") is None
    assert sentence("a <b> reason", "da") == '<span lang="en">a &lt;b&gt; reason</span>'
    assert sentence("a <b> reason", "en") == "a &lt;b&gt; reason"
    assert sentence_both("a <b> reason") == '<span lang="en">a &lt;b&gt; reason</span>'
    assert sentence_both("the <b>'s own row").count("&lt;b&gt;") == 2


def test_a_kind_is_named_as_people_name_it() -> None:
    assert kind("email") == Both("E-mailadresse", "E-mail address")
    assert kind("name") == Both("Navn", "Name")
    assert kind("shoe_size") == Both("shoe_size", "shoe_size")


def test_numbers_and_dates_are_set_as_each_language_sets_them() -> None:
    at = datetime(2026, 11, 2, 8, 5, tzinfo=UTC)
    assert (number(1234567, "da"), number(1234567, "en")) == ("1.234.567", "1,234,567")
    assert (day(at, "da"), day(date(2031, 5, 31), "en")) == ("2. november 2026", "31 May 2031")
    assert (moment(at, "da"), moment(at, "en")) == (
        "2. november 2026 kl. 08.05 UTC",
        "2 November 2026, 08:05 UTC",
    )
    assert when("some day", "en") == "some day"
    assert when("2031-12-31", "da") == '<time datetime="2031-12-31">31. december 2031</time>'


def test_only_what_was_built_as_markup_is_markup() -> None:
    assert tag("p", "<i>", Html("<b></b>"), title='"&') == '<p title="&quot;&amp;">&lt;i&gt;<b></b></p>'
    assert tag("p", str(Html("<b>"))) == "<p>&lt;b&gt;</p>", "a copy of markup is text again"
    assert code("a" + Html("<b>")) == "<code>a&lt;b&gt;</code>"
    assert text("a\x00\x1b[31m\ud800\n") == "a␀␛[31m\ufffd\n"
    assert (
        both(Both("<", ">")) == '<span class="da" lang="da">&lt;</span><span class="en" lang="en">&gt;</span>'
    )
