"""A person follows their case: nothing but a fresh code opens it, nothing of anybody else is behind it, and each act on it is entered."""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import closing

import pytest
from portal_people import Person, somebody
from running_server import Served
from story_pages import case_at
from story_post import Post

from troth.example.cast import HERO


@pytest.fixture(scope="module")
def signe(portal: Served, post: Post) -> Person:
    person = Person(portal, post, email="signe-case@portal.example")
    person.ask("delete")
    return person


def test_the_link_alone_shows_nothing(signe: Person) -> None:
    page = signe.browser.get(signe.link)
    assert page.status == 200
    assert signe.number not in page.text
    assert signe.name not in page.text
    assert page.header("Referrer-Policy") == "no-referrer"
    assert "no-store" in str(page.header("Cache-Control"))
    for action in ("look", "fetch", "more", "retract", "answer", "skip", "permission", ""):
        page = signe.browser.send(
            page, "case", action=action, key="kanarie", words="kanarie", paper="kanarie"
        )
        assert signe.number not in page.text, action
        assert 'value="send"' in page.text, action


def test_a_code_opens_the_page_and_is_good_once(signe: Person) -> None:
    code = signe.code()
    assert signe.number not in signe.door.text
    wrong = signe.browser.send(signe.door, "case", action="code", code="12 34")
    assert wrong.status == 422
    assert "does not fit" in wrong.text
    page = signe.browser.send(wrong, "case", action="code", code=f"{code[:4]} {code[4:]}")
    assert page.title == f"Case {signe.number}"
    assert page.header("Set-Cookie") is None
    again = signe.browser.send(signe.door, "case", action="code", code=code)
    assert again.status == 422


def test_what_opens_one_case_opens_no_other(signe: Person, portal: Served, post: Post) -> None:
    other = Person(portal, post, email="tue-case@portal.example")
    other.ask("delete")
    mine, theirs = signe.enter(), other.enter()
    key = mine.form("case").fields["key"]
    for action in ("look", "more", "retract", "fetch"):
        page = other.browser.send(
            other.browser.get(other.link), "case", action=action, key=key, words="kanarie"
        )
        assert other.number not in page.text, action
    paper = re.findall(r'name="paper" value="([^"]+)"', theirs.text)
    assert paper
    page = signe.browser.send(mine, "case", action="fetch", paper=paper[0])
    assert "attachment" not in str(page.header("Content-Disposition"))
    assert "cannot be done now" in page.text
    form = other.browser.get("/en/").form("ask").fields["form"]  # a token made for another purpose
    assert signe.browser.send(mine, "case", action="look", form=form).status == 403
    assert signe.browser.send(mine, "case", Origin="x", action="look", form="").status == 403
    assert somebody(portal).get("/en/case/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/").status == 404


def test_words_are_added_and_a_letter_is_fetched_under_a_safe_name(signe: Person, portal: Served) -> None:
    page = signe.enter()
    empty = signe.browser.send(page, "case", action="more", words=" ")
    assert empty.status == 422
    said = signe.browser.send(page, "case", action="more", words="kanarie <b>ord</b>")
    assert "It is now in the case" in said.text
    paper = re.findall(r'name="paper" value="([^"]+)"', said.text)
    file = signe.browser.send(said, "case", action="fetch", paper=paper[0])
    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._-]+"', str(file.header("Content-Disposition")))
    assert file.header("Content-Type") == "application/octet-stream"
    with closing(sqlite3.connect(portal.folder / ".troth" / "state.sqlite")) as state:
        state.execute("PRAGMA wal_checkpoint(FULL)")
    kept = (portal.folder / ".troth" / "state.sqlite").read_bytes()
    assert b"request_fetched" in kept
    for canary in (b"kanarie", signe.email.encode(), b"Signe"):
        assert canary not in kept, canary


def test_a_request_is_taken_back(portal: Served, post: Post) -> None:
    person = Person(portal, post, "da", email="fortryder@portal.example")
    person.ask("see")
    page = person.enter()
    done = person.browser.send(page, "case", action="retract")
    assert "Sagen er lukket, som du bad om" in done.text
    assert "Afsluttet" in done.text
    assert 'value="retract"' not in done.text
    again = person.browser.send(done, "case", action="retract")
    assert "kan ikke lade sig gøre nu" in again.text


def test_no_field_breaks_out_of_a_page_a_header_or_a_mail(portal: Served, post: Post) -> None:
    nasty = "=cmd|'/C x'!A1 <script>kanarie()</script>\r\nBcc: kanarie@evil.example\r\n\r\n{{ 7*7 }}"
    person = Person(portal, post, name=nasty, email="nasty@portal.example")
    page = person.to_check("rectification", what="name", wrong=nasty, right=nasty)
    assert "<script>kanarie" not in page.text
    person.sent(page, words=nasty)
    before = len(post.mails)
    opened = person.enter()
    assert "<script>kanarie" not in opened.text
    post.wait(person.email, person.number)
    for mail in post.mails[before:]:
        if person.email in str(mail["To"]):
            assert mail["Bcc"] is None
            html = mail.get_body(("html",))
            assert html is None or "<script>kanarie" not in html.get_content()
    bad = Person(portal, post, email="a@portal.example\r\nBcc: kanarie@evil.example")
    page = bad.begin("see")
    page = bad.next(page, home="DK")
    assert bad.next(page, name="A", email=bad.email, agent="no").status == 422
    assert not [mail for mail in post.mails if "evil.example" in f"{mail['To']}{mail['Cc']}{mail['Bcc']}"]
    for target in (f"/en/case/{'x' * 400}/", "/en/case/%0d%0aSet-Cookie:%20a=b/", "/en/confirm/..%2f..%2f/"):
        answer = person.browser.get(target)
        assert answer.status == 404
        assert answer.header("Set-Cookie") is None


def test_alma_gets_her_copy_and_a_refusal_names_where_to_complain(portal: Served, post: Post) -> None:
    alma = Person(portal, post, "da", name=HERO.name, email=HERO.email)
    alma.ask("see")
    alma.enter()
    olga = portal.staff("officer")
    path = case_at(olga, alma.number)
    end = time.monotonic() + 30
    while 'value="access"' not in (case := olga.get(path)).text or "crm.contact" not in case.text:
        assert time.monotonic() < end, case.text
        time.sleep(0.2)
    olga.send(case, "act", step="decide", kind="access", outcome="granted", follow=True)
    before = len(post.mails)
    olga.send(olga.get(path), "act", step="act", kind="access", follow=True)
    post.wait(HERO.email, alma.number, before)
    page = alma.enter()
    assert "kan hentes til" in page.text
    copies = [
        got for paper in re.findall(r'name="paper" value="([^"]+)"', page.text)
        if (b"kan hentes" not in (got := alma.browser.send(page, "case", action="fetch", paper=paper)).body
        and HERO.email.encode() in got.body) or got.body[:2] == b"PK"
    ]  # fmt: skip
    assert copies
    assert "Imødekommet" in page.text


def test_a_refusal_names_its_ground_and_where_to_complain(portal: Served, post: Post) -> None:
    person = Person(portal, post, "da", email="afslag@portal.example")
    person.ask("question", words="Hvor gamle er mine oplysninger?")
    olga = portal.staff("officer")
    path = case_at(olga, person.number)
    page = olga.send(
        olga.get(path), "act", step="decide", kind="question", outcome="refused", ground="eu.legal_claims",
        why="Det er en forretningshemmelighed.", follow=True,
    )  # fmt: skip
    assert page.status == 200, page.text
    page = person.enter()
    assert "Afslået" in page.text
    assert "GDPR artikel 17, stk. 3, litra e" in page.text
    assert "Det er en forretningshemmelighed." in page.text
    assert 'href="/da/contact/#authority"' in page.text
    contact = person.browser.get("/da/contact/")
    assert 'id="authority"' in contact.text
    assert "Datatilsynet" in contact.text


def test_each_version_of_the_notice_can_be_read(portal: Served) -> None:
    browser = somebody(portal)
    assert browser.get("/en/notice/1/").status == 404
    portal.troth("notice", "publish", "notice", "--effective", "2027-01-01")
    assert '/en/notice/1/"' in browser.get("/en/notice/").text
    for language, says in (("en", "This was the first version"), ("da", "Det var den første udgave")):
        page = browser.get(f"/{language}/notice/1/")
        assert says in page.text
        assert "Havgry" in page.text
    assert browser.get("/en/notice/2/").status == 404
    assert browser.get("/en/notice/-1/").status == 404
