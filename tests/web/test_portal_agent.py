"""Whoever asks for somebody else shows that they may, and the person for whom they ask says so themselves, on a page of their own."""

from __future__ import annotations

import re

import pytest
from http_visitor import Page
from portal_people import PDF, Person, somebody
from running_server import Served
from story_post import Post, text

PERSON = "tora-person@portal.example"
CONFIRM = re.compile(r"/(?:da|en)/confirm/[0-9a-f]{48}/")


def agent_for(email: str, permit: str) -> dict[str, str]:
    return {"person_name": "Tora Lind", "person_email": email, "permit": permit}


def confirm_link(post: Post, email: str) -> str:
    post.wait(email, "/confirm/")
    for mail in post.mails:
        if email in str(mail["To"]) and (found := CONFIRM.search(text(mail))):
            return found[0]
    raise AssertionError(email)


@pytest.fixture
def carla(portal: Served, post: Post) -> Person:
    return Person(portal, post, name="Carla Agent", email="carla-agent@portal.example")


def test_the_person_confirms_and_the_case_goes_on(carla: Person, portal: Served, post: Post) -> None:
    page = carla.to_check("delete", agent=agent_for(PERSON, "confirm"))
    assert "Tora Lind" in page.text
    carla.sent(page)
    waiting = carla.enter()
    assert "We have written to the person you ask for" in waiting.text
    assert PERSON not in waiting.text
    tora = somebody(portal)
    link = confirm_link(post, PERSON)
    opened = tora.get(link)
    assert "Carla Agent" in opened.text
    assert opened.header("Referrer-Policy") == "no-referrer"
    assert "We have written to the person" in carla.browser.send(waiting, "case", action="look").text, (
        "opening it says nothing"
    )
    assert tora.send(opened, "confirm", says="perhaps").status == 400
    done = tora.send(opened, "confirm", says="yes")
    assert "We will go on with the case" in done.text
    assert "We have written to the person" not in carla.browser.send(waiting, "case", action="look").text
    stranger = somebody(portal)
    for wrong in (link[:-2] + ("0" if link[-2] != "0" else "1") + "/", link[:20] + "/"):
        assert stranger.get(wrong).status == 404


def test_the_person_says_no_and_nothing_is_done(carla: Person, portal: Served, post: Post) -> None:
    email = "nej-person@portal.example"
    carla.sent(carla.to_check("see", agent=agent_for(email, "confirm")))
    tora, link = somebody(portal), confirm_link(post, email)
    page = tora.send(tora.get(link), "confirm", says="no")
    assert "nothing was done" in page.text
    assert tora.get(link).status == 404
    assert "Closed" in carla.enter().text


def test_in_california_the_person_answers_what_is_asked_and_the_agent_is_asked_none_of_it(
    carla: Person, portal: Served, post: Post
) -> None:
    email = "cal-person@portal.example"
    page = carla.to_check("know_categories", "US-CA", agent_for(email, "confirm"), period="all")
    carla.sent(page)
    opened = carla.enter()
    assert 'name="question"' not in opened.text
    assert 'value="permission"' in opened.text, "a signed permission may be asked of an agent"
    tora = somebody(portal)
    yes = tora.send(tora.get(confirm_link(post, email)), "confirm", says="yes")
    assert re.findall(r'name="question" value="(\w+)"', yes.text) == ["billing_address"]
    wrong = tora.send(
        yes, "confirm", action="answer", question="billing_address", answer="Kanarievej 1, 8000 Aarhus"
    )
    assert "did not fit" in wrong.text
    forged = tora.send(wrong, "confirm", action="answer", key="kanarie", answer="x")
    assert forged.status == 400
    skipped = tora.send(wrong, "confirm", action="skip")
    assert re.findall(r'name="question" value="(\w+)"', skipped.text) == ["card_digits"]
    mine = opened.form("case").fields["key"]  # the agent's key opens nothing on the person's page
    assert tora.send(skipped, "confirm", action="skip", key=mine).status == 400


def upload(carla: Person, page: Page, name: str, kind: str, data: bytes) -> Page:
    return carla.browser.upload(page, "/ask/", (name, kind, data))


def test_only_a_paper_of_a_kind_we_can_show_is_taken(carla: Person) -> None:
    page = carla.to_check("delete", agent=agent_for("papir-person@portal.example", "written"))
    assert 'type="file"' in page.text
    assert upload(carla, page, "permission.pdf", "application/pdf", b"").status == 422
    for name, kind, data in (
        ("permission.pdf", "application/pdf", b"MZ\x90\x00 kanarie"),
        ("permission.pdf", "application/pdf", b"PK\x03\x04 kanarie"),
        ("permission.png", "image/png", b"<svg onload=kanarie()>"),
        ("../../x.html", "application/pdf", b"<html>kanarie"),
        ("large.pdf", "application/pdf", b"%PDF-" + b"0" * (5 * 1024 * 1024)),
    ):
        answer = upload(carla, page, name, kind, data)
        assert answer.status == 422, name
        assert "5 MB at most" in answer.text
    done = upload(carla, page, '"><script>kanarie.pdf', "text/html", PDF)
    assert done.status == 200
    assert "kanarie" not in done.text
    assert re.search(r"\d{4}-\d{4}", done.text)


def test_a_paper_can_be_sent_later_and_once(carla: Person, portal: Served, post: Post) -> None:
    page = carla.to_check("opt_out", "US-CA", agent_for("senere-person@portal.example", "confirm"))
    carla.sent(page)
    opened = carla.enter()
    refused = carla.browser.upload(opened, "case", ("a.exe", "application/pdf", b"MZ"), action="permission")
    assert refused.status == 422
    taken = carla.browser.upload(refused, "case", ("a.pdf", "application/pdf", PDF), action="permission")
    assert "will read it" in taken.text
    assert 'value="permission"' not in taken.text
    again = carla.browser.upload(refused, "case", ("a.pdf", "application/pdf", PDF), action="permission")
    assert "cannot be done now" in again.text


def test_nobody_for_whom_an_agent_opts_out_is_asked_anything(portal: Served, post: Post) -> None:
    """11 CCR 7026(j): the agent's permission, and nothing of the person."""
    carla, email = (
        Person(portal, post, name="Carla Agent", email="carla-opt@portal.example"),
        "ro-person@portal.example",
    )
    page = carla.to_check("opt_out", "US-CA", agent_for(email, "written"))
    done = upload(carla, page, "a.pdf", "application/pdf", PDF)
    number = re.search(r"\d{4}-\d{4}", done.text)
    assert number
    post.wait(carla.email, number[0])
    assert not [mail for mail in post.mails if email in str(mail["To"])]
