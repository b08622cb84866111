"""Alma asks to be deleted, and is: by forms alone, with real mail, a second person, and a certificate that verifies."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from http_visitor import Page, Visitor
from running_server import Served
from story_pages import case_at, link_of, number_of, officer, opened, until
from story_post import Post

from troth.example.cast import HERO


def asked(browser: Visitor) -> Page:
    page = browser.send(browser.get("/da/"), "ask", choice="delete")
    page = browser.send(page, "ask", home="DK")
    page = browser.send(page, "ask", name=HERO.name, email=HERO.email, agent="no")
    assert "bogføringsloven" in page.text, "what stays is said before it is sent"
    assert re.search(r"Du får svar senest \d+\. \w+ \d{4}", page.text)
    return browser.send(page, "ask", words="Slet mig, tak.")


def test_alma_is_erased(desk: Served, post: Post, tmp_path: Path) -> None:
    alma = desk.visitor("da")
    sent = asked(alma)
    number, link = number_of(sent), link_of(sent)
    assert "set-cookie" not in {name.lower() for name, _ in sent.headers}
    post.wait(HERO.email, number)
    before = len(post.mails)
    page = opened(alma, link, post, HERO.email)
    assert number in page.text

    olga, per = officer(desk, "olga"), officer(desk, "per", "approver")
    inbox, case = olga.get("/console/"), case_at(olga, number)
    assert HERO.email not in inbox.text
    until(olga, case, "crm.contact")
    proposed = olga.send(olga.get(case), "act", step="propose", follow=True)
    if 'name="accept"' in proposed.text:
        names = re.findall(r'name="accept" value="([^"]+)"', proposed.text)
        proposed = olga.send(proposed, "act", step="propose", accept=names, follow=True)
    assert proposed.status == 200, proposed.text
    assert "olga" in proposed.text
    refused = olga.send(proposed, "approve")
    assert refused.status == 409, "who proposes does not approve"
    done = per.send(per.get(case), "approve", follow=True)
    assert done.status == 200, done.text
    until(per, case, "certificate")
    with closing(sqlite3.connect(desk.folder / "crm.sqlite")) as crm:
        assert crm.execute("SELECT count(*) FROM contact WHERE email = ?", (HERO.email,)).fetchone() == (0,)

    for kind in ("objection",):
        page = olga.get(case)
        if f'value="{kind}"' in page.text:
            olga.send(page, "act", step="decide", kind=kind, outcome="granted", answer="reklame", follow=True)
            olga.send(olga.get(case), "act", step="act", kind=kind, follow=True)
    words = post.wait(HERO.email, "bogføringsloven", before)
    assert "Datatilsynet" in words, "a partial answer says where to complain"
    page = opened(alma, link, post, HERO.email)
    found = re.findall(r'name="paper" value="([0-9a-f-]+)"', page.text)
    certificate = next(
        got.body
        for paper in found
        if (got := alma.send(page, "case", action="fetch", paper=paper)).body.lstrip().startswith(b"{")
    )
    path = tmp_path / "certificate.json"
    path.write_bytes(certificate)
    told = desk.troth(
        "verify", str(path), "--key", str((desk.folder / ".troth" / "troth.pub").read_text().strip())
    )
    assert told["consistent"], json.dumps(told)
    assert told["signer"], json.dumps(told)
