"""A desk on which cases of a small company are opened and worked off, with a clock that the test sets."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import Any

from after_world import ALMA, Clocked, Company

from troth.ledger.sealed import open_sealed
from troth.requests import commands as do
from troth.requests.commands import Command
from troth.workflows import asking, case_acts, case_papers, cases
from troth.workflows.cases import File, Opened
from troth.workflows.jobrun import Worker

OLGA, PER = "olga", "per"
FREE = frozenset({"withdrawal", "unsubscribe", "marketing_objection", "opt_out", "limit"})
WORDS = "slet venligst alt om mig, kanarie-words"


@dataclass
class Desk:
    """Everything a test does at the desk."""

    company: Company

    @property
    def house(self) -> Clocked:
        return self.company.house()

    def open(self, *kinds: str, who: str = ALMA, **more: Any) -> Opened:
        asked = {
            "regime": "eu", "country": "DK", "language": "da", "channel": "portal",
            "received": self.house.now().date(), "unverified": FREE, **more,
        }  # fmt: skip
        asker = {"name": "Alma Vind", "email": who, "words": WORDS, "proven": [who]}
        return asking.open_case(self.house, do.Open(kinds, **asked), asker, "person")

    def do(self, case: Opened, *commands: Command, by: str = OLGA) -> File:
        for command in commands:
            file = cases.change(self.house, case.name, command, by)
        return file

    def known(self, *kinds: str, **more: Any) -> Opened:
        """A case in which it is known who asks."""
        case = self.open(*kinds, **more)
        self.do(case, do.Acknowledge())
        if cases.load(self.house, case.name).case.verifiable:
            self.do(case, do.ShowIdentity(frozenset({"email_code"}), True))
        return case

    def work(self) -> int:
        return Worker(self.house, threading.Event()).off()

    def load(self, case: Opened) -> File:
        return cases.load(self.house, case.name)

    def papers(self, case: Opened, kind: str) -> list[dict[str, Any]]:
        with cases.at_desk(self.house) as books:
            return [
                one for one in case_papers.papers(books, case.name, self.house.now()) if one["kind"] == kind
            ]

    def paper(self, case: Opened, kind: str) -> bytes:
        with cases.at_desk(self.house) as books:
            name = self.papers(case, kind)[-1]["name"]
            return case_papers.paper(books, case.name, name, self.house.now())

    def mails(self, case: Opened, begins: str = "") -> list[dict[str, Any]]:
        """The letters of a case in the outbox whose name begins so."""
        from troth.mail.models import MailOut

        with cases.at_desk(self.house) as books:
            rows = (
                MailOut.objects.of(books.tenant)
                .filter(case=case.name, once__startswith=begins)
                .order_by("id")
            )
            key = books.key(cases.row_of(books, case.name).key)
            return [
                {"once": row.once, "state": row.state, **json.loads(open_sealed(key, bytes(row.sealed), f"letter {row.name}".encode()))}
                for row in rows
            ]  # fmt: skip

    def findings(self, case: Opened) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.paper(case, "findings"))
        return told

    def erased(self, case: Opened, by: str = OLGA, approver: str = PER) -> File:
        case_acts.propose(self.house, case.name, by)
        case_acts.approve(self.house, case.name, approver)
        self.work()
        return self.load(case)
