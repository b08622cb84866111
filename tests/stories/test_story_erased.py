"""Alma asks to be deleted in five systems at once; what bookkeeping law keeps stays, and she is told before, meanwhile and after."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from running_server import Served
from story_asker import Asker
from story_browser import opened_letter, tab, words
from story_company import verified
from story_post import Post
from story_staff import staff

from troth.documents.letter_texts import title
from troth.example.cast import HERO
from troth.web.portal.words import OUTCOMES, STATES

LAW = "bogføringsloven"
pytestmark = pytest.mark.process


def held(desk: Served, system: str, sql: str) -> int:
    with closing(sqlite3.connect(desk.folder / f"{system}.sqlite")) as store:
        return int(store.execute(sql).fetchone()[0])


def test_what_a_law_keeps_stays_and_is_said(desk: Served, post: Post, browser: Any) -> None:
    alma = Asker(tab(browser, desk, "da"), post, "da", HERO.name, HERO.email)
    alma.begins("delete")
    alma.tells_who()
    assert LAW in words(alma.page), "what stays is said before it is sent"
    alma.sends()
    alma.opens()
    olga, per = (staff(browser, desk, name, "da") for name in ("olga", "per"))
    olga.takes(alma.number)
    olga.sees("crm.contact")
    assert LAW in olga.proposes()
    per.takes(alma.number)
    per.approves()
    per.sees(f"certificate-{alma.number}.json")
    olga.comes_back()
    olga.decides("objection", "granted", answer="reklame")
    olga.done_by_hand("objection")
    olga.sees(STATES["delivered"].da)

    assert held(desk, "crm", f"SELECT count(*) FROM contact WHERE email = '{HERO.email}'") == 0
    assert held(desk, "billing", f"SELECT count(*) FROM invoice WHERE billing_name = '{HERO.name}'") > 0
    mail = alma.told(title("partial", "da"))
    alma.opens()
    said = alma.reads("delivered")
    assert OUTCOMES["partly"].da in said
    letter = opened_letter(browser, alma.fetches("partial*.html"))
    for place in (mail, letter, said):
        assert LAW in place
        assert "Datatilsynet" in place, "a partial answer says where to complain"
    told = verified(desk, alma.fetches("certificate*.json"))
    assert told["consistent"], told
    assert told["signer"], told
