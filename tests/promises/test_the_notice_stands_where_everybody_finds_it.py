"""The version in force stands on the page in every language, with both links for California on each page; as a stranger finds it
(P107, P156).
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import troth.example
from troth.evidence.promised import lines
from troth.workflows import public_notice
from troth.workflows.checks import check, notice_of
from troth.workflows.checks_published import IN_FORCE, LINKS, PAGES
from troth.workflows.house import House
from troth.workflows.notice_versions import activate, publish
from troth.workflows.notices import placing

BEFORE, AFTER = datetime(2026, 11, 23, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC)
HOLDS = {"da": "1. januar 2027", "en": "1 January 2027"}


class Site:
    """A web server on loopback: what it shows by path, and how often it was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.asked = 0
        site = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked += 1
                body = site.pages.get(self.path)
                self.send_response(404 if body is None else 200)
                self.end_headers()
                self.wfile.write((body or "").encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def shows(self, house: House) -> None:
        """Every page as it should be."""
        notice = notice_of(house)
        for language in notice.texts:
            links = "".join(f'<a href="/{language}/{page}">x</a>' for page in LINKS)
            text = "".join(f"<p>{escape(line.words)}</p>\n" for line in lines(notice, language, placing))
            day = f'<p id="{IN_FORCE}">1 <b>{HOLDS[language]}</b></p><ul><li>{HOLDS[language]}</li></ul>'
            for page in PAGES:
                self.pages[f"/{language}/{page}"] = f"<html><body>{day}{text}{links}</body></html>"


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    thread = threading.Thread(target=found.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def served(company: House, site: Site) -> House:
    """The example company, whose pages are at an address; its notice holds."""
    folder, source = company.map_path.parent, Path(troth.example.__file__).parent
    shutil.copytree(source / "notice", folder / "notice")
    shutil.copy(source / "troth.retention.yaml", folder)
    settings = replace(company.settings, address=site.address)
    publish(replace(company, clock=lambda: BEFORE), folder / "notice", "2027-01-01", "en")
    house = replace(company, settings=settings, clock=lambda: AFTER)
    activate(house)
    site.shows(house)
    return house


def lights(house: House) -> dict[str, str]:
    return {one["id"]: one["status"] for one in check(house, ["P107", "P156"])["promises"]}


def why(house: House) -> str:
    told = check(house, ["P107", "P156"])["promises"]
    return "; ".join(one["reason"][1] for each in told for one in each["checks"] if one["verdict"] != "holds")


def test_what_stands_on_the_page_is_what_was_promised(served: House, site: Site) -> None:
    assert lights(served) == {"P107": "kept", "P156": "kept"}
    assert site.asked == len(site.pages) == 12, "each page once, however many promises ask"
    page = "/da/notice/"
    whole = site.pages[page]
    site.pages[page] = whole.replace("Det koster ikke noget.", "Det koster 100 kr.")
    assert whole != site.pages[page]
    assert lights(served) == {"P107": "broken", "P156": "kept"}
    assert "version 1 does not stand on the page: da" in why(served)
    site.pages[page] = whole
    assert lights(served)["P107"] == "kept"


def test_the_day_of_the_version_is_said_where_the_version_is(served: House, site: Site) -> None:
    """Below, in the list of versions, it stands whatever the page says above."""
    page = "/da/notice/"
    whole = site.pages[page]
    for instead in ("11. januar 2027", "1. januar 2028", "2. januar 2027", "januar 2027", ""):
        site.pages[page] = whole.replace(f"<b>{HOLDS['da']}</b>", f"<b>{instead}</b>")
        assert whole != site.pages[page]
        assert lights(served) == {"P107": "broken", "P156": "kept"}, instead
        assert "does not say from which day version 1 holds: da" in why(served)
    site.pages[page] = whole
    assert lights(served)["P107"] == "kept"


def test_a_page_without_its_links_or_shut_turns_it_red(served: House, site: Site) -> None:
    whole = dict(site.pages)
    site.pages["/en/contact/"] = "<html><body><a href='/en/limit/'>x</a></body></html>"
    assert lights(served) == {"P107": "kept", "P156": "broken"}
    assert "without both links: en/contact/" in why(served)
    del site.pages["/en/contact/"]
    assert lights(served) == {"P107": "broken", "P156": "broken"}
    assert "the page does not open: en/contact/" in why(served)
    site.pages.update(whole)
    assert lights(served) == {"P107": "kept", "P156": "kept"}


def test_what_cannot_be_reached_is_never_green(served: House, site: Site) -> None:
    nowhere = replace(served, settings=replace(served.settings, address=""))
    assert set(lights(nowhere).values()) == {"stale"}
    assert "no address" in why(nowhere)
    site.server.shutdown()
    site.server.server_close()
    assert set(lights(served).values()) == {"stale"}
    assert "does not answer" in why(served)


def test_a_text_that_was_changed_and_not_published_does_not_count(served: House, site: Site) -> None:
    text = served.map_path.parent / "notice" / "da.md"
    text.write_text(
        text.read_text(encoding="utf-8").replace("Det koster ikke noget.", "Det koster 100 kr."),
        encoding="utf-8",
    )
    site.shows(served)
    assert lights(served)["P107"] == "broken", "the page shows a draft that nobody has published"
    told = public_notice.page(served, "da")
    assert told is not None
    words = {line["words"] for line in told["lines"]}
    assert "Det koster ikke noget." in words, "our own page shows what holds"
    assert "Det koster 100 kr." not in words
