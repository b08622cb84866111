"""The same mail handed over twice at the same moment is one mail, and cases that open together have numbers of their own."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from after_world import ALMA
from case_desk import Desk
from raw_mails import plain

from troth.workflows import desk_lists
from troth.workflows.mail_in import accept


def together(desk: Desk) -> None:
    house = desk.house
    accept(house, plain("Slet mine data", "Sletning", ALMA))
    raws = [
        plain("Slet mine data", "Sletning", ALMA, Message_ID=f"<{n // 2}@vind.example>") for n in range(8)
    ]
    with ThreadPoolExecutor(8) as hands:
        taken = list(hands.map(lambda raw: accept(house, raw), raws))
    assert Counter(one.how for one in taken) == {"opened": 4, "known": 4}
    assert {
        raw: len({one.case for one, it in zip(taken, raws, strict=True) if it == raw}) for raw in raws
    } == dict.fromkeys(raws, 1)
    assert len({one["number"] for one in desk_lists.inbox(house)}) == 5


def test_in_our_own_file(desk: Desk) -> None:
    together(desk)


@pytest.mark.postgres
def test_on_a_server(desk: Desk, postgres_server: object) -> None:
    url = str(postgres_server.url)  # type: ignore[attr-defined]
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("CREATE DATABASE mail_together")
    desk.company.settings["database"] = f"{url.rpartition('/')[0]}/mail_together"
    together(desk)
