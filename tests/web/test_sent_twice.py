"""A form that is sent again is taken once; with other answers it asks for something else."""

from __future__ import annotations

import re

from http_visitor import Page
from portal_people import Person
from running_server import Served
from story_post import Post


def numbered(page: Page) -> str:
    found = re.search(r"\d{4}-\d{4}", page.text)
    assert found, page.text
    return found[0]


def test_a_request_in_the_portal(portal: Served, post: Post) -> None:
    dora = Person(portal, post, name="Dora Twice", email="dora@twice.example")
    page = dora.to_check("see")
    first = numbered(dora.next(page, words="All of it, please."))
    assert numbered(dora.next(page, words="All of it, please.")) == first
    assert numbered(dora.next(page, words="I went back, and mean last year only.")) != first


def test_a_request_that_an_officer_types_in(served: Served) -> None:
    olga = served.staff("officer")
    form = olga.get("/console/type-in/")
    typed = {"kind": "access", "channel": "phone", "home": "DK", "language": "da", "name": "Ditte Dobbelt"}
    first = olga.send(form, "type-in", **typed).header("Location")
    assert first
    assert olga.send(form, "type-in", **typed).header("Location") == first
    other = olga.send(form, "type-in", **{**typed, "name": "Dan Dobbelt"}).header("Location")
    assert other not in (first, None)
    without = {name: value for name, value in form.form("type-in").fields.items() if name != "form"}
    assert olga.post("/console/type-in/", {**without, **typed}).status == 403
