"""A person who gets a certificate reads in their language what was done, what was not, and how to check it."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

import pytest

from troth.documents import certificate_words, export_words, outcome_words
from troth.documents.certificate import page
from troth.terms.bilingual import Both

FACTS = [
    "Nordlys & Sons", "0190f3a2-7d1c-7b52-9c38-2f6f1a4f7f11", "0190f3a1-11aa-7c11-8a10-77aa10b0c0d0", "a•••@e•••.dk",
    "crm · customers", "mail", "phone_no", "legacy_mailer", "lake", "the store said <no>",
    "crm · notes", "remark", "billing · invoices", "bill_to", "crm · deals", "contact_id",
    "billing · orders", "total", "bogføringsloven § 12", "billing · cases", "claim", "GDPR Art. 17(3)(e)", "a dispute",
    "map.Q004", "crm.notes.body", "Does this prose speak of people?",
    "sqlite-crm", "troth verify", "--key", "Datatilsynet",
    "bGVhZg==", "c2FsdDI=", "c2FsdDE=", "Y29tbWl0MQ==", "example.com/ledger+848d8327+AUx1",
    "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=", "sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=",
]  # fmt: skip
OWN_WORDS = {
    "da": ["1.203", "22. november 2026 kl. 18.00 UTC", "31. december 2031", "E-mailadresse", "står ikke i datakortet",
           "personens egen række (customer)", "henviste til en slettet række i customers", "filen er skrevet om",
           "kopier og sikkerhedskopier", "juridisk rådgivning", "2 steder er ikke gennemsøgt", "1 spørgsmål"],
    "en": ["1,203", "22 November 2026, 18:00 UTC", "31 December 2031", "E-mail address", "not in the map",
           "the customer's own row", "referred to an erased row of customers", "the file was rewritten",
           "copies and backups", "not legal advice", "2 places were not searched", "1 question"],
}  # fmt: skip


@pytest.mark.parametrize("lang", ["da", "en"])
def test_each_language_tells_every_fact(certificate: dict[str, Any], read: Any, lang: str) -> None:
    told = " ".join(read(page(certificate)).texts[lang].split())
    assert [fact for fact in FACTS + OWN_WORDS[lang] if fact not in told] == []
    other = "en" if lang == "da" else "da"
    assert OWN_WORDS[other][1] not in told


def test_both_languages_are_sections_with_a_link_each(certificate: dict[str, Any], read: Any) -> None:
    html = read(page(certificate))
    assert [section["lang"] for section in html.all("section")] == ["da", "en"]
    assert [(a["href"], a["lang"]) for a in html.all("a")] == [("#da", "da"), ("#en", "en")]
    assert {"da", "en"} <= {attributes.get("id") for _, attributes in html.tags}


def test_the_only_style_is_the_one_the_policy_names(certificate: dict[str, Any], read: Any) -> None:
    html = page(certificate)
    style = html.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = next(meta["content"] for meta in read(html).all("meta") if "http-equiv" in meta)
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{digest}'" in policy


def strings(value: Any) -> Any:
    """Every text of a certificate, wherever it stands, replaced by markup that must not come alive."""
    if isinstance(value, dict):
        return {
            key: inner if key in {"action", "rows", "found"} else strings(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [strings(inner) for inner in value]
    return '"><script>alert(1)</script><b onclick=x \x00\ud800' if isinstance(value, str) else value


def test_no_text_of_a_certificate_becomes_markup(certificate: dict[str, Any], read: Any) -> None:
    html = read(page(strings(certificate)))
    assert "alert(1)" in html.texts["en"]
    assert "\x00" not in html.html
    html.html.encode("utf-8")


def test_an_untranslated_sentence_is_shown_and_marked_as_english(
    certificate: dict[str, Any], read: Any
) -> None:
    html = page(certificate)
    assert '<span lang="en">the store said &lt;no&gt;</span>' in html
    assert '<span lang="en">not in the map</span>' not in html


def test_what_is_open_comes_before_what_was_done(certificate: dict[str, Any], read: Any) -> None:
    certificate["verified"]["remaining"] = 2
    told = read(page(certificate)).texts["en"]
    assert "still found 2 rows" in told
    assert told.index("Not everything is settled") < told.index("rows erased") < told.index("Where we looked")


def test_with_nothing_open_nothing_warns(certificate: dict[str, Any], read: Any) -> None:
    certificate |= {"not_searched": [], "open_questions": [], "outcome": "erased"}
    html = read(page(certificate))
    assert "Not everything is settled" not in html.texts["en"]
    assert "No place that we know of was left out" in html.texts["en"]
    assert "Intet sted, som vi kender til" in html.texts["da"]


def test_what_did_not_happen_is_said_too(certificate: dict[str, Any], read: Any) -> None:
    certificate |= {"acts": [], "searched": [], "absence": [], "verified": None, "proof": None}
    told = read(page(certificate)).texts["en"]
    for words in ("No rows were erased", "Nothing was kept", "No place was searched", "Nothing is stated about backups",
                  "No search was made after the erasure", "is not signed"):  # fmt: skip
        assert words in told


def test_what_remains_has_its_day_and_how_it_ends(certificate: dict[str, Any], read: Any) -> None:
    told = read(page(certificate)).texts
    for lang, words in (
        ("en", ("22 December 2026", "By", "How it ends", "erase again in whatever is restored")),
        ("da", ("22. december 2026", "Senest", "Sådan ender det", "slet igen i det, der gendannes")),
    ):
        assert [text for text in words if text not in told[lang]] == []
    certificate["absence"][0]["operator"][0]["by"] = None
    told = read(page(certificate)).texts
    assert "open: no day is set" in told["en"]
    assert "åbent: ingen dag er sat" in told["da"]


def test_what_is_kept_to_recognise_the_person_is_said_with_its_end(
    certificate: dict[str, Any], read: Any
) -> None:
    told = read(page(certificate)).texts
    assert "keyed digests of what named you" in told["en"]
    assert "22 November 2031" in told["en"]
    assert "22. november 2031" in told["da"]
    del certificate["recognised"]
    assert "keyed digests" not in read(page(certificate)).texts["en"]


def test_an_outcome_or_action_without_a_word_is_shown_by_its_own_name(
    certificate: dict[str, Any], read: Any
) -> None:
    certificate["outcome"] = "stopped"
    certificate["acts"].append(certificate["acts"][0] | {"action": "refresh", "rows": 9})
    told = " ".join(read(page(certificate)).texts["en"].split())
    assert "Outcome: stopped" in told
    assert "Other changes" in told
    assert "refresh" in told


def test_the_controller_without_a_name_is_the_issuer(certificate: dict[str, Any], read: Any) -> None:
    certificate["controller"] = "us"
    html = read(page(certificate))
    assert "Issued by the organisation that issued this certificate" in html.texts["en"]
    assert not re.search(r"\bus\b(?! first|:)", html.texts["da"])


def sentences() -> list[str]:
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, Both):
            found.extend(value)
        elif isinstance(value, tuple):
            for inner in value:
                walk(inner)
        elif hasattr(value, "values"):
            walk(tuple(value.values()))

    for module in (certificate_words, export_words, outcome_words):
        walk(tuple(value for name, value in vars(module).items() if name.isupper()))
    return found


def test_no_sentence_of_ours_ever_says_complete() -> None:
    assert len(sentences()) > 200
    forbidden = re.compile(
        r"complete|everything (was|is) (erased|gone)|fuldstændig|komplet|alt er slettet", re.IGNORECASE
    )
    assert [words for words in sentences() if forbidden.search(words)] == []


def test_both_languages_of_a_sentence_have_the_same_gaps() -> None:
    said = sentences()
    for danish, english in zip(said[::2], said[1::2], strict=True):
        assert danish.strip()
        assert english.strip()
        assert set(re.findall(r"{\w+}", danish)) == set(re.findall(r"{\w+}", english)), danish


def test_it_names_the_authority_that_the_notice_named_and_no_other(
    certificate: dict[str, Any], read: Any
) -> None:
    def said(**named: dict[str, str]) -> dict[str, str]:
        texts: dict[str, str] = read(page({**certificate, "complaint": named})).texts
        return texts

    irish = said(eu={"da": "det irske tilsyn", "en": "the Irish authority"})
    assert "klage til det irske tilsyn, eller til tilsynsmyndigheden" in irish["da"]
    assert "complain to the Irish authority, or to the supervisory" in irish["en"]
    agency = {"da": "Californiens tilsyn", "en": "the Californian agency"}
    both = said(eu={"da": "det irske tilsyn", "en": "the Irish authority"}, california=agency)
    assert "Bor du i Californien, kan du klage til Californiens tilsyn." in both["da"]
    assert "If you live in California, you may complain to the Californian agency." in both["en"]
    for told in (said(), read(page({k: v for k, v in certificate.items() if k != "complaint"})).texts):
        assert "Datatilsynet" not in "".join(told.values())
        assert "the supervisory authority of the EU country where you live or work" in told["en"]
