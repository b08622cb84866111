"""What comes to the desk by letter, phone and mail is answered as well as what comes by the portal."""

from __future__ import annotations

import re

from http_visitor import Page, Visitor
from running_server import Served
from story_pages import all_posted, case_at, link_of, number_of, officer, opened, until, words
from story_post import Post

from troth.example.cast import BYSTANDER, HERO


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


def test_a_paper_letter_is_answered_on_paper(desk: Served) -> None:
    """No form, no mail address: verified by hand, searched, copied, and the letter lies there to print."""
    olga = officer(desk, "olga")
    case = typed_in(olga, "access", address="Skovløberstien 22\n4000 Roskilde", words="Hvad har I om mig?")
    until(olga, case, "acknowledgement")
    before = olga.get(case)
    assert "crm.contact" not in before.text, "nothing is searched before it is known who asks"
    step(olga, case, "verify", proven=BYSTANDER.email, how="Han viste sit pas i receptionen.")
    until(olga, case, "crm.contact")
    step(olga, case, "decide", kind="access", outcome="granted")
    page = until(olga, case, "copy.html")
    assert "post" in page.text, "a letter for the post is told apart"
    assert "copy.html" in olga.get("/console/").text, "and waits in the inbox to be printed"
    refused = olga.post(f"{case}act/", {**page.form("act").fields, "step": "close"})
    assert refused.status == 409, "a letter that nobody posted has reached nobody"
    assert all_posted(olga, case) == 3
    step(olga, case, "close")
    assert "acknowledgement.html" in olga.get(case).text


def test_a_refusal_says_why_and_where_to_complain(desk: Served, post: Post) -> None:
    olga = officer(desk, "olga")
    case = typed_in(olga, "question", email="peer@example.dk", name="Peer Ask", channel="phone")
    number = number_of(olga.get(case))
    post.wait("peer@example.dk", number)
    before = len(post.mails)
    nothing = olga.send(olga.get(case), "act", step="decide", kind="question", outcome="refused")
    assert nothing.status == 409, "a refusal without a reason is none"
    step(
        olga,
        case,
        "decide",
        kind="question",
        outcome="refused",
        ground="eu.unfounded",
        why="Fjerde gang i denne uge.",
    )
    said = post.wait("peer@example.dk", "Fjerde gang", before)
    assert "Datatilsynet" in said
    assert "domstol" in said


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


def test_an_agent_waits_for_the_person(desk: Served, post: Post) -> None:
    carla = desk.visitor("da")
    page = carla.send(carla.get("/da/"), "ask", choice="see")
    page = carla.send(page, "ask", home="DK")
    page = carla.send(page, "ask", name="Carla Fuldmagt", email="carla@example.dk", agent="yes")
    page = carla.send(
        page, "ask", person_name=HERO.company, person_email="mette.agent@example.dk", permit="confirm"
    )
    before = len(post.mails)
    sent = carla.send(page, "ask")
    number, link = number_of(sent), link_of(sent)
    asked = post.wait("mette.agent@example.dk", "Carla Fuldmagt", before)
    assert number in opened(carla, link, post, "carla@example.dk").text
    olga = officer(desk, "olga")
    assert "identity_verified" not in olga.get(case_at(olga, number)).text, (
        "her own code proves nothing of the person"
    )
    found = re.search(r"/da/confirm/[0-9a-f]+/", asked)
    assert found, asked
    mette = desk.visitor("da")
    page = mette.get(found[0])
    assert "Carla Fuldmagt" in page.text
    assert "gentle" not in page.text
    done = mette.send(page, "confirm", says="yes")
    assert "går vi videre" in done.text
    until(olga, case_at(olga, number), "searched")


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
