"""Each letter has the parts its law demands, in both languages, says what it was told, and is refused where a part is missing."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import troth.documents.letter
import troth.example
from troth.documents.company import Company, company
from troth.documents.letter import Addressee, Letter, Link, needs, written
from troth.documents.letter_pages import headline, page, pdf, plain
from troth.documents.letter_texts import RESTRICTIONS, letters, outline, part, words
from troth.law.letters import demands
from troth.notice.loading import load
from troth.requests.kinds import KINDS
from troth.terms.bilingual import Both
from troth.terms.errors import LetterError, TrothError, UsageError

US = Company(
    "Nordlys & Sønner ApS", "Lyngvej 3, 8000 Aarhus C", "privat@nordlys.example", "+45 00 00 00 00", "Olga Rimfaks",
    "dpo@nordlys.example", "Datatilsynet", "Carl Jacobsens Vej 35, 2500 Valby", "www.datatilsynet.dk", "ca@nordlys.example",
    "an agency of California",
)  # fmt: skip
PAGE = Link("https://nordlys.example/sag/abc")
SAID: dict[str, Any] = {
    "received": date(2026, 11, 2), "due": date(2026, 12, 2), "latest": date(2027, 2, 2), "first": date(2026, 11, 30),
    "until": date(2026, 12, 9), "expires": date(2026, 12, 24), "certificate_until": date(2028, 11, 24),
    "since": date(2026, 11, 3), "on": date(2026, 11, 20),
    "ask_again": date(2027, 11, 4), "erased_on": date(2026, 11, 21), "backups_until": date(2027, 1, 31),
    "remembered_until": date(2031, 11, 21), "first_day": date(2025, 1, 1), "last_day": date(2025, 12, 31),
    "asked": ("erasure", "withdrawal"), "resting": ("erasure",), "also": ("unsubscribe",), "unclear": True, "identity": True,
    "resting_ends": True, "status": PAGE, "answer_at": PAGE, "download": PAGE, "certificate": PAGE, "confirm": PAGE,
    "customer_contact": Link("mailto:privat@kunde.example"), "customer": "Kunde & Co",
    "left_refused": "Nej & Co", "left_silent": "Tavs & Co", "agent": "Carla Fuldmagt",
    "questions": ("email_code", "billing_address"), "doubt": ("Navnet passer ikke <her>.",),
    "reasons": ("Vi skal lede i et gammelt arkiv.",), "what_helps": ("Log ind, og prøv igen.",),
    "balancing": ("Din interesse vejer mindre.",), "answer": ("Vi deler ikke dit navn.", "Med nogen."),
    "categories": (Both("Navn", "Name"), Both("Adresse", "Address")), "sources": (Both("Dig selv", "Yourself"),),
    "automated": (), "disclosed_categories": (), "searched": ("crm", "billing"), "consequences": ("Du kan ikke logge ind.",),
    "restricted": ("crm.note",), "restricted_because": ("accuracy",), "stopped": (Both("Nyhedsbrev", "Newsletter"),),
    "continued": (Both("Svindel", "Fraud"),), "still_used_for": (Both("Levering", "Delivery"),), "lists": ("Nyt fra Nordlys",),
    "contains": (Both("Konto", "Account"),), "ours": (), "sensitive": (Both("CPR-nummer", "Civil registration number"),),
    "acts": ("erasure",),
    "purposes": ({"what": Both("Levering", "Delivery"), "basis": "6(1)(b)"},),
    "recipients": ({"who": "Klippeø Hosting", "role": Both("databehandler", "processor"), "where": "DK"},),
    "transfers": (), "disclosed": (), "sold": (),
    "retention": ({"what": "crm.note", "until": Both("5 år", "5 years")},),
    "withheld": ({"what": "crm.note", "why": "andres navne"},), "unsearched": ({"what": "arkiv", "why": "papir"},),
    "kept": ({"what": "billing.invoice", "fields": "total", "why": "regnskab", "law": "bogføringsloven § 12",
              "until": date(2031, 12, 31)},),
    "done": ({"what": "crm.contact", "rows": 1203, "how": Both("slettet", "erased")},),
    "told": ({"who": "Klippeø Hosting", "when": date(2026, 11, 21)},), "not_told": (),
    "grounds": ({"why": "En tvist verserer.", "law": "artikel 17, stk. 3, litra e"},),
    "corrected": ({"what": Both("Adresse", "Address"), "where": "crm"},),
    "not_corrected": ({"what": "dato", "why": "den er rigtig", "law": "artikel 16"},),
    "sold_meanwhile": (), "left_out": ({"what": "score", "why": Both("beregnet", "derived")},),
    "about": ({"what": "E-mail", "value": "alice@kjaer.example"},),
    "third_parties": ({"who": "Måge Medier", "address": "Havnen 1, Aarhus", "line": "annoncer"},),
}  # fmt: skip
LETTERS = tuple(letters())
TITLES = [pytest.param(kind, regime, id=f"{kind}-{regime}") for kind, regime in LETTERS]

# What the law demands of an answer, read from the facts sheet: GDPR Art. 12(3), 12(4), 15, 17, 18(3), 19, 21; 11 CCR 7021-7026.
REMEDIES = {"complaint", "court"}
DEMANDED: Mapping[tuple[str, str], set[str]] = {
    ("acknowledgement", "eu"): {"received", "answer_by"},
    ("acknowledgement", "california"): {"received", "process", "answer_by"},
    ("identity", "eu"): {"who_asks", "questions", "used_only"},
    ("identity", "california"): {"questions", "used_only", "no_fee", "clock_runs"},
    ("more_time", "eu"): {"new_date", "reasons", "complaint"},
    ("more_time", "california"): {"new_date", "reasons"},
    ("copy", "eu"): {
        "confirmed", "ready", "purposes", "categories", "recipients", "transfers", "retention", "rights", "complaint", "source",
        "automated",
    },
    ("copy", "california"): {"categories", "sources", "purposes", "disclosed", "sold", "sensitive", "period"},
    ("categories", "california"): {"categories", "sources", "purposes", "disclosed", "sold", "period"},
    ("nothing_found", "eu"): {"nothing", "searched", "unsearched", *REMEDIES},
    ("nothing_found", "california"): {"nothing", "searched", "unsearched"},
    ("partial", "eu"): {"done", "kept", "kept_use", *REMEDIES},
    ("partial", "california"): {"done", "kept", "kept_use"},
    ("refusal", "eu"): {"refused", "grounds", *REMEDIES},
    ("refusal", "california"): {"refused", "grounds", "disagree"},
    ("erased", "eu"): {"erased", "certificate", "unsearched", "complaint"},
    ("restricted", "eu"): {"restricted", "only_stored", "before_lifting"},
    ("lifting", "eu"): {"lifted", "reasons", *REMEDIES},
    ("objection_rejected", "eu"): {"rejected", "compelling", "balancing", *REMEDIES},
    ("withdrawn", "eu"): {"withdrawn", "earlier_use", "as_easy"},
    ("opted_out", "california"): {"opted_out", "sold_meanwhile", "ask_again"},
    ("unsubscribed", "eu"): {"unsubscribed", "absolute"},
    ("portable", "eu"): {"ready", "formats", "contains", "left_out", "to_another"},
    ("forwarded", "eu"): {"forwarded", "on_instruction"},
    ("recipients", "eu"): {"told_whom", "not_told"},
    ("recipient_notice", "eu"): {"notice_what", "notice_about", "notice_do"},
    ("disclosures", "california"): {"year", "disclosed_categories", "third_parties"},
}  # fmt: skip


def letter(kind: str, regime: Any, lang: Any = "da", *, whole: bool = False, **changed: Any) -> Letter:
    """A letter with the facts it needs; `whole`: those of its optional parts too."""
    chosen: set[str] = set()
    for place in outline(kind, regime):
        if place.needed or whole:
            chosen |= needs(kind, regime).get(place.either[0], frozenset())
    told = {name: SAID[name] for name in chosen} | changed
    facts = {name: value for name, value in told.items() if value is not None}
    to = Addressee("Alice Kjær", ("Åvej 1", "8000 Aarhus C"))
    return Letter(kind, regime, lang, "T-7Q2K", date(2026, 11, 23), US, facts, to)


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize(("kind", "regime"), TITLES)
def test_it_has_every_part_its_law_demands(kind: str, regime: Any, lang: str) -> None:
    said = {one.name for one in written(letter(kind, regime, lang))}
    assert DEMANDED.get((kind, regime), set()) <= said
    assert "contact" in said


def test_the_table_speaks_of_letters_that_there_are() -> None:
    assert DEMANDED.keys() <= set(LETTERS)


def test_what_the_law_demands_stands_in_every_letter_that_it_demands_it_of() -> None:
    """Not only where its facts happen to be told: a demanded part is a needed one."""
    day = date(2026, 11, 23)
    for one in (
        one for one in demands() if one.holds_from <= day and (one.holds_to is None or day <= one.holds_to)
    ):
        for kind in one.letters:
            assert (kind, one.regime) in LETTERS, one.id
            needed = [place.either for place in outline(kind, one.regime) if place.needed]  # type: ignore[arg-type]
            assert any(set(either) <= one.parts for either in needed), (one.id, kind, sorted(one.parts))


def test_a_demand_that_the_outline_forgot_stops_the_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    short = [place for place in outline("refusal", "eu") if place.either != ("court",)]
    monkeypatch.setattr(troth.documents.letter, "outline", lambda kind, regime: tuple(short))
    with pytest.raises(LetterError, match=r"the law demands: court.*79"):
        page(letter("refusal", "eu"))


@pytest.mark.parametrize(("kind", "regime"), TITLES)
def test_without_any_one_fact_of_a_needed_part_nothing_is_written(kind: str, regime: Any) -> None:
    one = letter(kind, regime)
    for place in outline(kind, regime):
        for name in needs(kind, regime).get(place.either[0], ()) if place.needed else ():
            for nothing in (None, "  ", ()):
                if nothing == () and part(place.either[0], regime, "da").may_be_none:
                    continue
                facts = {key: value for key, value in one.facts.items() if key != name}
                broken = replace(one, facts=facts if nothing is None else {**facts, name: nothing})
                with pytest.raises(LetterError, match="must have"):
                    plain(broken)


def test_the_missing_part_is_named() -> None:
    with pytest.raises(LetterError, match=r"refusal \(eu, da\): .*must have: grounds.*grounds"):
        page(letter("refusal", "eu", grounds=None))
    with pytest.raises(LetterError, match="must have: complaint"):
        page(replace(letter("refusal", "eu"), company=replace(US, authority_address="")))
    with pytest.raises(LetterError, match=r"must have: certificate.*certificate_until"):
        page(letter("partial", "eu", certificate=PAGE))
    with pytest.raises(LetterError, match="no such letter"):
        page(Letter("restricted", "california", "da", "T-1", date(2026, 1, 1), US, {}))
    with pytest.raises(LetterError, match="no part that tells this"):
        page(letter("answered", "eu", grounds=SAID["grounds"]))
    with pytest.raises(LetterError, match="two things"):
        page(letter("acknowledgement", "eu", unclear=True))


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize(("kind", "regime"), TITLES)
def test_page_and_text_say_all_they_were_told(kind: str, regime: Any, lang: Any, read: Any) -> None:
    one = letter(kind, regime, lang, whole=True)
    if "unclear" in one.facts and "asked" in one.facts:
        one = letter(kind, regime, lang, whole=True, unclear=None)
    html, text = page(one), plain(one)
    shown = " ".join(read(html, letter=lang).texts[lang].split())
    assert "Alice Kjær" in text
    assert "Åvej 1" in shown
    assert "T-7Q2K" in text
    assert "T-7Q2K" in shown
    assert "{" not in text + shown
    for section in written(one):
        assert section.heading in shown
        assert section.heading.upper() in text
    for told in _leaves(one, lang):
        assert told in shown, told
        assert told in text, told
    assert headline(one).endswith("[T-7Q2K]")
    assert "Alice" not in headline(one)


def _leaves(one: Letter, lang: str) -> list[str]:
    """Every word that the letter was told, as a reader sees it."""
    found = []
    lists = {section.items: section.words for section in written(one) if section.words}
    for name, fact in one.facts.items():
        if name in lists:
            found += [words(lists[name], lang)[value] for value in fact]  # type: ignore[index, union-attr, arg-type]
            continue
        values = fact if type(fact) is tuple else (fact,)
        for value in (v for row in values for v in (row.values() if isinstance(row, dict) else (row,))):
            if isinstance(value, Both):
                found.append(value.within(lang))
            elif isinstance(value, Link):
                found.append(value.address)
            elif isinstance(value, str):
                found.append(value)
            elif isinstance(value, date):
                found.append(str(value.year))
    return found


def test_both_languages_are_made_alike() -> None:
    for kind, regime in LETTERS:
        for place in outline(kind, regime):
            for name in place.either:
                danish, english = (part(name, regime, lang) for lang in ("da", "en"))  # type: ignore[arg-type]
                assert danish.facts == english.facts, (kind, name)
                shapes = [
                    {one.name: bool(getattr(p, one.name)) for one in fields(p)} for p in (danish, english)
                ]
                assert shapes[0] == shapes[1], (kind, name)
                assert list(danish.columns) == list(english.columns)
                assert not danish.may_be_none or danish.none
                assert not danish.link or danish.button
    assert tuple(words("restrictions", "da")) == RESTRICTIONS
    for name in ("kinds", "resting", "resting_done", "questions", "restrictions", "acts"):
        assert words(name, "da").keys() == words(name, "en").keys()


def test_every_kind_of_request_has_words() -> None:
    assert words("kinds", "da").keys() == KINDS.keys()
    at_once = {name for name, kind in KINDS.items() if kind.at_once}
    assert words("resting", "da").keys() == at_once
    with pytest.raises(LetterError, match="no letter has words"):
        page(letter("refusal", "eu", asked=("fly",)))


def test_danish_says_du() -> None:
    for kind, regime in LETTERS:
        text = plain(letter(kind, regime, "da", whole=True, unclear=None))
        assert not re.search(r"(?<![.!?:] )(?<!\n)\b(De|Dem|Deres)\b(?! fik| sælger| har)", text), text


@pytest.mark.parametrize(
    "secret",
    [
        "010199-1234 er nummeret",
        "nr. 7101991234",
        "mail alice@kjaer.example",
        "4111 1111 1111 1111",
        "SSN 078-05-1120",
    ],
)
def test_a_letter_repeats_nothing_a_person_is_known_by(secret: str) -> None:
    for changed in ({"answer": (secret,)}, {"answer": (Both("ingenting", secret),)}):
        with pytest.raises(LetterError, match="does not repeat") as fault:
            plain(letter("answered", "eu", **changed))
        assert secret not in str(fault.value)
    with pytest.raises(LetterError, match="does not repeat"):
        plain(letter("refusal", "eu", grounds=({"why": secret, "law": "artikel 17"},)))


def test_a_recipient_may_be_told_by_which_address_it_knows_the_person() -> None:
    assert "alice@kjaer.example" in plain(letter("recipient_notice", "eu"))
    with pytest.raises(LetterError, match="does not repeat"):
        plain(letter("recipient_notice", "eu", about=({"what": "CPR", "value": "010199-1234"},)))


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "http://nordlys.example/", "https://", "//evil.example", "https://me@evil.example/",
     "mailto:a@b.example?subject=x", "data:text/html,x", "https://[::1"],
)  # fmt: skip
def test_a_letter_leads_nowhere_unsafe(address: str) -> None:
    with pytest.raises(LetterError, match="not safe"):
        page(letter("agent_confirmation", "eu", confirm=Link(address)))


def test_words_never_become_markup(read: Callable[..., Any]) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=y>"
    one = letter("refusal", "eu", grounds=({"why": hostile, "law": hostile},), what_helps=(hostile,))
    one = replace(one, case=hostile, addressee=Addressee(hostile, (hostile,)), signed=hostile)
    html = page(one)
    assert "<script" not in html
    assert "<img" not in html
    assert read(html, letter="da").texts["da"].count(hostile) == 9


EXAMPLE = Path(troth.example.__file__).parent / "notice"


def test_the_sender_is_named_as_the_notice_names_it() -> None:
    notice = load(EXAMPLE)
    us = company(notice, "da")
    assert (us.name, us.authority) == ("Havgry Software ApS", "Datatilsynet")
    assert us.california_authority == "", "the notice does not name any"
    text = plain(replace(letter("refusal", "eu"), company=us))
    for fact in ("controller.email", "authority.address", "authority.website", "dpo.contact"):
        assert notice.fact(fact, "da") in text


@pytest.mark.parametrize("fact", ["controller.address", "authority.website", "dpo.contact"])
def test_an_empty_fact_of_the_notice_is_never_made_up(fact: str) -> None:
    notice = load(EXAMPLE)
    empty = replace(notice.facts[fact], value=Both("", ""))
    with pytest.raises(UsageError, match=re.escape(f"Write `{fact}`")) as fault:
        company(replace(notice, facts={**notice.facts, fact: empty}), "da")
    assert "notice.yaml:" in str(fault.value)


def test_there_need_not_be_an_officer() -> None:
    notice = load(EXAMPLE)
    none = replace(notice.facts["dpo.contact"], value=Both("", ""), needless="small")
    us = company(replace(notice, facts={**notice.facts, "dpo.contact": none, "dpo.name": none}), "en")
    assert "officer" not in plain(replace(letter("refusal", "eu", "en"), company=us))


def test_a_letter_prints_as_a_tagged_pdf() -> None:
    made = pdf(page(letter("refusal", "eu")))
    assert made.startswith(b"%PDF-1.7")
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    opened = b"".join(zlib.decompress(one) if one[:1] == b"x" else one for one in streams)
    assert b"pdfuaid" in opened
    assert b"/StructTreeRoot" in opened
    assert b"(da)" in opened


def test_a_document_fetches_nothing() -> None:
    with pytest.raises(TrothError, match="outside itself"):
        pdf('<!DOCTYPE html><html lang="da"><title>x</title><img src="https://evil.example/x.png">')


def test_usage_errors_are_what_an_officer_can_mend() -> None:
    assert issubclass(LetterError, UsageError)


def test_what_the_law_demands_is_demanded_of_each_letter_as_it_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Even where an outline forgot it: the refusal without its court remedy names the article."""
    whole = outline("refusal", "eu")
    monkeypatch.setattr(
        "troth.documents.letter.outline",
        lambda kind, regime: [one for one in whole if "court" not in one.either],
    )
    with pytest.raises(LetterError, match=r"law demands.*") as refused:
        page(letter("refusal", "eu"))
    assert "court" in str(refused.value)
    assert "79" in str(refused.value)
