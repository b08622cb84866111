"""What is rested, stopped and shown at the desk: an objection, a plain no, and a name that waits for a purpose."""

from __future__ import annotations

from http_visitor import Page, Visitor
from running_server import Served
from story_pages import case_at, link_of, number_of, officer, opened, words
from story_post import Post

from troth.example.cast import BYSTANDER


def typed_in(desk: Visitor, kind: str, **more: str) -> str:
    """A request that came by letter; the address of its case."""
    given = {
        "channel": "letter",
        "home": "DK",
        "language": "da",
        "name": BYSTANDER.name,
        "kind": kind,
        **more,
    }
    page = desk.send(desk.get("/console/type-in/"), "type-in", follow=True, **given)
    assert page.status == 200, words(page)
    return page.url


def step(desk: Visitor, case: str, name: str, **given: str) -> Page:
    page = desk.send(desk.get(case), "act", follow=True, step=name, **given)
    assert page.status == 200, words(page)[:400]
    return page


def test_an_objection_rests_at_once_and_is_weighed(desk: Served, post: Post) -> None:
    bo = desk.visitor("da")
    page = bo.send(bo.get("/da/"), "ask", choice="else")
    page = bo.send(page, "ask", home="DK")
    page = bo.send(page, "ask", kind="objection")
    page = bo.send(page, "ask", name=BYSTANDER.name, email=BYSTANDER.email, agent="no")
    page = bo.send(page, "ask", why="Jeg vil ikke profileres.")
    assert "ikke længere virker for dig" in page.text, "what it means is shown before it is sent"
    sent = bo.send(page, "ask")
    number, link = number_of(sent), link_of(sent)
    post.wait(BYSTANDER.email, number)
    assert number in opened(bo, link, post, BYSTANDER.email).text
    olga, before = officer(desk, "olga"), len(post.mails)
    case = case_at(olga, number)
    step(
        olga, case, "decide", kind="objection", outcome="refused", ground="eu.legal_claims", why="Sporene afslører svindel.",
        answer="Svindelkontrol", balancing="Hans ulempe er lille, de andre kunders fordel stor.",
    )  # fmt: skip
    said = post.wait(BYSTANDER.email, "Svindelkontrol", before)
    assert "Hans ulempe er lille" in said


def test_nobody_is_asked_who_they_are_to_say_no(desk: Served, post: Post) -> None:
    """ "Stop contacting me" is done at once, without a code."""
    bo = desk.visitor("en")
    page = bo.send(bo.get("/en/"), "ask", choice="stop")
    page = bo.send(page, "ask", home="DK")
    page = bo.send(page, "ask", name="Bo Nomore", email="bo.nomore@example.dk", agent="no")
    assert "need not show who you are" in page.text
    before = len(post.mails)
    number = number_of(bo.send(page, "ask"))
    post.wait("bo.nomore@example.dk", "no longer use your data", before)
    page = officer(desk, "olga").get(case_at(officer(desk, "olga"), number))
    assert page.text.count("✓") == 3


def test_a_purpose_comes_before_a_name(desk: Served) -> None:
    olga = officer(desk, "olga")
    case = typed_in(olga, "question", email="sofie.purpose@example.dk", name="Sofie Purpose")
    assert "sofie.purpose" not in olga.get(case).text.lower()
    assert olga.send(olga.get(case), "show", what="person", purpose="curiosity").status == 422
    shown = olga.send(olga.get(case), "show", what="person", purpose="identity")
    assert "sofie.purpose@example.dk" in shown.text
    vera = officer(desk, "vera", "auditor")
    assert vera.get(case).status == 200
    assert vera.post(f"{case}show/", {"what": "person", "purpose": "audit"}).status == 403
