"""Whoever asks gets from the first page to the last one with any choice, reads what will happen, and is asked nothing more."""

from __future__ import annotations

import re

import pytest
from portal_people import Person, somebody
from running_server import Served
from story_post import Post

from troth.requests.kinds import KINDS
from troth.workflows.asking import offered

DETAILS = {
    "rectification": {"what": "phone", "wrong": "kanarie-wrong", "right": "kanarie-right"},
    "objection": {"why": "kanarie-why"},
    "restriction": {"restrict": "kanarie-restrict"},
    "question": {"words": "kanarie-question"},
    "know_specific": {"period": "year"},
    "know_categories": {"period": "all"},
}
EU = [*("see", "delete", "stop"), *offered("eu")]
CALIFORNIA = [*("see", "delete", "stop"), *offered("california")]


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_choice_leads_to_the_last_page(portal: Served, post: Post, language: str) -> None:
    asked: set[str] = set()
    for home, choices in (("DK", EU), ("US-CA", CALIFORNIA)):
        for choice in choices:
            person = Person(portal, post, language)
            page = person.to_check(choice, home, **DETAILS.get(choice, {}))
            for one in person.pages:
                asked |= set(re.findall(r'<(?:input|textarea|select)[^>]* name="([^"]+)"', one.text))
            assert page.status == 200, (home, choice)
            assert 'value="check"' in page.text, (home, choice)
            for answer in DETAILS.get(choice, {}).values():
                assert answer in page.text or answer in ("phone", "year", "all"), choice
            says_when = re.search(r"(senest|by) \d+", page.text)
            free = "ikke vise, hvem du er" in page.text or "need not show who you are" in page.text
            assert says_when or free or choice in ("question", "shine"), (home, choice, page.text)
    assert asked == {
        "form", "answers", "page", "home", "kind", "name", "email", "agent",
        "what", "wrong", "right", "why", "restrict", "words", "period", "copy",
    }, "a name, an address, and what it is about"  # fmt: skip


@pytest.mark.parametrize("home", ["DK", "EU", "XX", "US-CA"])
def test_a_request_is_received_from_anywhere(portal: Served, post: Post, home: str) -> None:
    person = Person(portal, post, "da", email=f"anywhere-{home.lower()}@portal.example")
    page = person.ask("delete", home)
    assert person.number in page.text
    assert "@" not in person.link
    assert person.number in post.wait(person.email, person.number)
    assert page.header("Set-Cookie") is None


def test_whoever_has_all_deleted_may_have_a_copy_first(portal: Served, post: Post) -> None:
    person = Person(portal, post, "en", email="copy-first@portal.example")
    page = person.to_check("delete")
    assert "send me a copy first" in page.text
    assert "for 30 days" in page.text
    person.sent(page, copy="yes")
    assert "and to get a copy" in post.wait(person.email, person.number).lower()
    assert "send me a copy first" not in Person(portal, post).to_check("see").text
    plain = Person(portal, post, "en", email="copy-not@portal.example")
    plain.ask("delete")
    assert "and to get a copy" not in post.wait(plain.email, plain.number).lower()


def test_before_it_is_sent_it_says_what_stays_why_and_until_when(portal: Served, post: Post) -> None:
    danish = Person(portal, post, "da").to_check("delete").text
    assert "regnskabsmateriale opbevares i fem år" in danish
    assert "bogføringsloven" in danish
    assert "GDPR Art. 21(3) (i 10 år)" in danish
    assert re.search(r"Du får svar senest \d+\. \w+ \d{4}", danish)
    english = Person(portal, post).to_check("delete").text
    assert "five years" in english
    assert re.search(r"an answer by \d+ \w+ \d{4}", english)
    assert "Art. 21(3)" not in Person(portal, post).to_check("see").text


def test_what_is_never_verified_is_done_at_once_and_says_so(portal: Served, post: Post) -> None:
    for home, choice in (("DK", "stop"), ("US-CA", "opt_out"), ("US-CA", "limit"), ("DK", "withdrawal")):
        assert "need not show who you are" in Person(portal, post).to_check(choice, home).text, choice
    assert "need not show who you are" not in Person(portal, post).to_check("delete").text


def test_going_back_keeps_what_was_written(portal: Served, post: Post) -> None:
    person = Person(portal, post)
    page = person.to_check("rectification", **DETAILS["rectification"])
    back = person.next(page, back="yes")
    assert "kanarie-wrong" in back.text
    again = person.next(person.next(back, back="yes"), back="yes")  # which
    changed = person.next(again, kind="question")
    page = person.next(changed, name="A", email="a@portal.example", agent="no")
    page = person.next(page, words="kanarie-other")
    assert "kanarie-other" in page.text
    assert "kanarie-wrong" not in page.text, "what was said of another kind is not sent"


def test_a_page_that_is_not_filled_in_says_what_is_missing(portal: Served, post: Post) -> None:
    person = Person(portal, post, "da")
    page = person.next(person.begin("see"))
    assert page.status == 422
    assert page.title.startswith("Fejl:")
    assert 'role="alert"' in page.text
    assert 'href="#id_home_0"' in page.text
    page = person.next(person.next(person.begin("see"), home="DK"), name="", email="kanarie", agent="no")
    assert "navn@eksempel.dk" in page.text
    assert 'aria-invalid="true"' in page.text


def test_a_form_that_is_sent_twice_is_one_case(portal: Served, post: Post) -> None:
    person = Person(portal, post)
    last = person.to_check("delete")
    person.sent(last)
    first = person.number
    person.sent(last)
    assert person.number == first


def test_what_was_answered_cannot_be_changed_on_the_way(portal: Served, post: Post) -> None:
    person = Person(portal, post)
    page = person.to_check("delete")
    answers = page.form("/ask/").fields["answers"]
    for wrong in (answers[:-1] + ("A" if answers[-1] != "A" else "B"), "", "{}", answers.split(":")[0]):
        assert person.next(page, answers=wrong).status == 403, wrong
    assert person.next(person.begin("see"), choice="erasure").status == 400
    assert person.next(page, page="sent").status == 200  # no page of ours: the first one
    other = Person(portal, post)
    california = other.browser.get("/en/california/")
    assert other.next(california, kind="restriction").status == 422  # not under that law


def test_the_pages_of_california_begin_the_request(portal: Served, post: Post) -> None:
    for path, kind in (("opt-out", "Do not sell or share"), ("limit", "Limit the use")):
        person = Person(portal, post)
        page = person.browser.get(f"/en/{path}/")
        page = person.next(page, name="Signe Holt", email=person.email, agent="no")
        assert kind in page.text
        assert "need not show who you are" in page.text
        person.sent(page)
    person = Person(portal, post)
    page = person.browser.get("/da/california/")
    assert page.text.count('name="kind"') == len(offered("california"))
    page = person.next(page, kind="shine")
    assert 'name="email"' in page.text


def test_kinds_are_said_in_both_languages(portal: Served) -> None:
    from troth.web.portal.words import KINDS as SAID
    from troth.web.portal.words import SAYS

    assert set(SAID) == set(KINDS)
    for name, both in {**SAID, **SAYS}.items():
        assert both.da.strip(), name
        assert both.en.strip(), name
        assert set(re.findall(r"\{\w+\}", both.da)) == set(re.findall(r"\{\w+\}", both.en)), name


def test_a_stranger_is_answered_like_somebody_who_is_known(portal: Served, post: Post) -> None:
    """Word by word, but for what is each one's own."""
    from troth.example.cast import HERO

    def told(email: str) -> list[str]:
        person = Person(portal, post, name="Somebody", email=email)
        first = person.to_check("see")
        done = person.sent(first)
        page = person.browser.send(person.browser.get(person.link), "case", action="send")
        wrong = person.browser.send(page, "case", action="code", code="00000000")
        return [
            re.sub(r'value="[^"]*"|case/\w+|\d{4}-\d{4}', "", one.text.replace(email, ""))
            for one in (first, done, page, wrong)
        ]

    assert told(HERO.email) == told("nobody-knows@portal.example")


def test_too_many_requests_from_one_network_are_asked_to_wait(portal: Served) -> None:
    browser = somebody(portal)
    page = browser.get("/en/")
    said = [browser.send(page, "ask", choice="see").status for _ in range(62)]
    assert said[:60] == [200] * 60
    assert said[-1] == 429
