"""A case at the desk of the served company, with everything personal in it made of canaries."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from http_visitor import Form, Page, Visitor, forms
from running_server import Served

from troth.example.cast import STAFF_CUSTOMER

NAME, STREET, WORDS = "Kanarie Navnesen", "Kanariegade 7", "kanarie-ord om min sag"
CANARIES = (NAME, STREET, WORDS, STAFF_CUSTOMER.email, *STAFF_CUSTOMER.needles)
"""What only somebody who said what for may read."""


@dataclass(frozen=True)
class Laid:
    """The address of a case, its letter's name, and the number it is called by."""

    path: str
    letter: str
    number: str


def form_of(page: Page, **given: str) -> Form:
    """The form that carries these values already."""
    found = [form for form in forms(page.text) if given.items() <= form.fields.items()]
    assert found, (given, re.sub(r"<[^>]+>", " ", page.text)[-1500:])
    return found[0]


def step(officer: Visitor, path: str, name: str, **given: str) -> Page:
    form = form_of(officer.get(path), step=name)
    return officer.post(form.action, {**form.fields, **given}, follow=True)


def until(browser: Visitor, path: str, says: str) -> Page:
    end = time.monotonic() + 60
    while says not in (page := browser.get(path)).text:
        assert time.monotonic() < end, re.sub(r"<[^>]+>", " ", page.text)[-1500:]
        time.sleep(0.1)
    return page


def laid(served: Served) -> Laid:
    """An erasure that came by letter, shown by hand to be a person's of the company, searched, and its plan proposed."""
    olga = served.staff("officer")
    typed = {
        "kind": "erasure", "channel": "letter", "home": "DK", "language": "da", "name": NAME, "address": STREET, "words": WORDS,
    }  # fmt: skip
    path = olga.send(olga.get("/console/type-in/"), "type-in", follow=True, **typed).url
    page = until(olga, path, "acknowledgement.html")
    step(olga, path, "verify", proven=STAFF_CUSTOMER.email, how="pas")
    until(olga, path, "crm.contact")
    page = step(olga, path, "propose")
    assert page.status == 200
    letter, number = (
        re.search(r'name="paper" value="([0-9a-f-]+)" formaction', page.text),
        re.search(r"\d{4}-\d{4}", page.text),
    )
    assert letter
    assert number
    return Laid(path, letter[1], number[0])
