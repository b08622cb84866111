"""Whom a change is told to: people's own addresses and those that name their owner, once each; not a customer's people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from notice_bakery import workshop

from live import KINDS, STORES, Live
from troth.terms.settings import Settings
from troth.workflows.credentials import split_password
from troth.workflows.house import House
from troth.workflows.notice_outbox import write
from troth.workflows.notice_versions import activate, publish

TABLES = """
CREATE TABLE member (id INTEGER PRIMARY KEY, email VARCHAR(80), second VARCHAR(80), firm INTEGER);
CREATE TABLE contact_point (id INTEGER PRIMARY KEY, member INTEGER, email VARCHAR(80));
CREATE TABLE letter (id INTEGER PRIMARY KEY, member INTEGER, sent_to VARCHAR(80));
INSERT INTO member VALUES (0, 'nobody@vindheim.example', NULL, NULL);
INSERT INTO member VALUES (1, 'Alma@Vindheim.example', 'alma@second.example', NULL);
INSERT INTO member VALUES (2, 'their@vindheim.example', NULL, 7);
INSERT INTO member VALUES (3, 'no address', NULL, NULL);
INSERT INTO member VALUES (4, NULL, NULL, NULL);
INSERT INTO contact_point VALUES (1, 1, 'alma@third.example');
INSERT INTO contact_point VALUES (2, 1, 'alma@vindheim.example');
INSERT INTO letter VALUES (1, 1, 'stranger@vindheim.example');
"""
MAP = """
troth: 1
systems:
  crm:
    url: {url}
    datasets:
      member:
        subject: member
        key: [id]
        nobody: {{id: 0}}
{tenant}        fields: {{id: key, email: email, second: email, firm: key}}
      contact_point:
        key: [id]
        identifies: [email]
        fields: {{id: key, member: key, email: email}}
        links: [{{columns: [member], to: "member [id]", means: OWNED_BY}}]
      letter:
        key: [id]
        fields: {{id: key, member: key, sent_to: email}}
        links: [{{columns: [member], to: "member [id]", means: OWNED_BY}}]
"""


ALMAS = ["alma@second.example", "alma@vindheim.example"]
THIRD, THEIRS = "alma@third.example", "their@vindheim.example"


@pytest.mark.parametrize("tenant", ["        tenant: firm\n", ""], ids=["customers", "none"])
@pytest.mark.parametrize("kind", KINDS)
def test_whom_a_change_is_told_to(
    kind: str, tenant: str, new_live: Callable[..., Live], tmp_path: Path
) -> None:
    live = new_live(kind, "crm")
    live.run(TABLES)
    (tmp_path / "troth.map.yaml").write_text(
        MAP.format(url=split_password(live.url)[0], tenant=tenant), encoding="utf-8"
    )
    stores = {scheme: store for store in STORES.values() for scheme in store.schemes}
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    house = House(
        Settings(), stores, {"TROTH_URL_CRM": live.url}, tmp_path / "troth.map.yaml", clock=lambda: now
    )
    publish(house, workshop(tmp_path / "notice"), "2026-03-01", "en")
    activate(house)
    told = publish(house, workshop(tmp_path / "notice", keep="P3Y"), "2026-04-01", "en")
    write(house, "", tmp_path / "to.csv")
    there = sorted((tmp_path / "to.csv").read_text(encoding="utf-8").split())
    if (
        tenant
    ):  # whose a contact point is cannot be said without its owner's row, which a customer may control
        assert told["outbox"] == {"waiting": 2, "unreachable": 2, "theirs": 1}
        assert there == [*ALMAS, "email"]
    else:
        assert told["outbox"] == {"waiting": 4, "unreachable": 2, "theirs": 0}
        assert there == sorted([*ALMAS, THIRD, THEIRS, "email"])
