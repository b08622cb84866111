"""A provider of identity is told no secret of the person: the address to which it sends them back opens no case."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from portal_people import Person
from running_server import Served, start, stop
from story_post import Post

PLUG_IN = """
import json, os
from pathlib import Path

class Outside:
    name, needs = "Lighthouse ID", frozenset({"country"})
    place = Path(os.environ["OUTSIDE"])

    def begin(self, reference, back, given):
        with (self.place / "told").open("a") as told:
            told.write(json.dumps([reference, back, given]) + chr(10))
        return "https://id.example/" + reference

    def verdict(self, reference):
        said = self.place / "says"
        return said.read_text() if said.exists() else "open"
"""


@dataclass
class Away:
    served: Served
    place: Path

    def told(self) -> list[Any]:
        return [json.loads(line) for line in (self.place / "told").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def away(post: Post, company: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Away]:
    """The company with a provider installed, as anybody would install one."""
    place = tmp_path_factory.mktemp("outside")
    (place / "outside_id.py").write_text(f"{PLUG_IN}\nprovider = Outside()\n", encoding="utf-8")
    about = place / "outside_id-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: outside-id\nVersion: 1.0\n", encoding="utf-8"
    )
    (about / "entry_points.txt").write_text(
        "[troth.identity]\noutside = outside_id:provider\n", encoding="utf-8"
    )
    running = start(
        company(), TROTH_SECOND_FACTOR="none", TROTH_MAIL=f"smtp://127.0.0.1:{post.port}",
        TROTH_MAIL_FROM="Havgry <privatliv@havgry.example>", PYTHONPATH=str(place), OUTSIDE=str(place),
    )  # fmt: skip
    yield Away(running, place)
    stop(running)


def test_the_way_back_opens_no_case(away: Away, post: Post) -> None:
    person = Person(away.served, post, name="Liv Fyr", email="liv@fyr.example")
    person.ask("see", home="US-CA")
    page = person.enter()
    while 'value="provider"' not in page.text:
        page = person.browser.send(page, "case", action="skip")
    page = person.browser.send(page, "case", action="provider")
    assert re.search(r'href="https://id\.example/[\w-]+" rel="noreferrer"', page.text)
    assert page.header("Referrer-Policy") == "no-referrer"

    ((reference, back, given),) = away.told()
    secret = person.link.strip("/").split("/")[-1]
    assert secret in person.link
    assert len(secret) > 20, "the sweep knows what to look for"
    for word in (secret, person.number, person.email, person.name):
        assert word not in json.dumps([reference, back, given])
    assert given == {"country": "US"}

    returned = away.served.visitor().get(
        f"{back.removeprefix(away.served.base)}?state={reference}&code=kanarie"
    )
    assert returned.status == 200
    assert returned.header("Set-Cookie") is None
    assert returned.header("Referrer-Policy") == "no-referrer"
    for word in (secret, reference, "kanarie", "<form", "/case/"):
        assert word not in returned.text

    (away.place / "says").write_text("shown", encoding="utf-8")
    assert 'value="provider"' not in person.enter().text


@pytest.mark.parametrize(
    ("language", "says"), [("da", "linket i vores mail"), ("en", "the link in our mail")]
)
def test_the_page_says_where_to_go_on(served: Served, language: str, says: str) -> None:
    page = served.visitor(language).get(f"/{language}/back/")
    assert page.status == 200
    assert says in page.text
