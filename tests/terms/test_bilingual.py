"""Both languages are filled in with what each of them says."""

from __future__ import annotations

from troth.terms.bilingual import Both

ROWS = Both("{n} rækker i {place}", "{n} rows of {place}")


def test_each_language_has_its_sentence() -> None:
    assert ROWS.within("da") == "{n} rækker i {place}"
    assert ROWS.within("en") == "{n} rows of {place}"


def test_numbers_and_sentences_within_are_set_as_each_language_sets_them() -> None:
    assert ROWS.fill(n=12_345, place=Both("kartoteket", "the register")) == Both(
        "12.345 rækker i kartoteket", "12,345 rows of the register"
    )
    assert ROWS.fill(n=1, place="{n}") == Both("1 rækker i {n}", "1 rows of {n}")
