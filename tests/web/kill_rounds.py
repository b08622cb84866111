"""Kills a server in the middle of what people send it, starts it again on the same folder, and judges what is there.

`python tests/web/kill_rounds.py --rounds 100 --seed 1` for many; tests/web/test_killed_server.py has a few.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

for place in (Path(__file__).parent, Path(__file__).parents[1] / "stories"):
    sys.path.insert(0, str(place))

from console_case import laid  # noqa: E402
from kill_ground import GONE, Ground, ground  # noqa: E402
from portal_people import LINK, Person  # noqa: E402

from troth.example.cast import STAFF_CUSTOMER  # noqa: E402


class Sender:
    """Somebody who sends one form, and the same again until it is answered."""

    def send(self) -> None:
        """Sends it once; no answer is not a fault, a wrong one is."""
        raise NotImplementedError

    def get_through(self) -> None:
        """Does what somebody does who has had no answer."""
        raise NotImplementedError

    def judge_what_is_there(self) -> None:
        """What we acknowledged is there once; what we did not, at most once."""
        raise NotImplementedError

    def judge_the_end(self) -> None:
        """What must have come of it is there, once."""
        raise NotImplementedError


class Asker(Sender):
    """Somebody who asks for something in the portal."""

    def __init__(self, ground: Ground, at: int, choice: str = "see") -> None:
        self.ground, self.choice = ground, choice
        email = f"asta{at:04d}@kill.example"
        self.person = Person(ground.served, ground.post, name=f"Asta Kill {at}", email=email)
        self.page = self.person.to_check(choice)
        self.number = ""  # what we told them their case is called

    def send(self) -> None:
        try:
            page = self.person.browser.send(self.page, "/ask/", words="Tak.")
        except GONE:
            return
        assert page.status == 200, page.text
        number, link = re.search(r"\d{4}-\d{4}", page.text), LINK.search(page.text)
        assert number, page.text
        assert link, page.text
        assert self.number in ("", number[0]), "the same form is the same case"
        self.number = self.person.number = number[0]
        self.person.link = link[0]

    def get_through(self) -> None:
        before = self.ground.count("requests_caserow"), self.number
        self.send()
        assert self.number
        assert self.ground.count("requests_caserow") - before[0] == 0 or not before[1]

    def judge_what_is_there(self) -> None:
        if self.number:
            assert len(self.rows()) == 1

    def judge_the_end(self) -> None:
        ((name,),) = self.rows()
        assert self.ground.count("mail_mailout WHERE \"case\" = ? AND once LIKE 'acknowledge%'", name) == 1
        sent = [mail for mail in self.ground.post.mails if self.person.email in str(mail["To"])]
        assert len({str(mail["Message-ID"]) for mail in sent}) == self.ground.count(
            "mail_mailout WHERE \"case\" = ? AND state = 'sent'", name
        )

    def rows(self) -> list[tuple[Any, ...]]:
        number = int(self.number.partition("-")[2])
        return self.ground.ask("SELECT name FROM requests_caserow WHERE number = ?", number)

    def happened(self, event: str) -> int:
        ((name,),) = self.rows()
        return self.ground.count('requests_caseevent WHERE "case" = ? AND name = ?', name, event)


class Coder(Sender):
    """Somebody at the door of their case with a code from the mail; or who waits for one."""

    def __init__(self, asker: Asker) -> None:
        self.asker, self.person = asker, asker.person
        self.typed, self.opened = self.person.code(), False

    def send(self) -> None:
        try:
            page = self.person.browser.send(self.person.door, "case", action="code", code=self.typed)
        except GONE:
            return
        self.opened = page.status == 200 and 'name="key"' in page.text
        assert self.opened or page.status == 422, page.text

    def get_through(self) -> None:
        if not self.opened:
            self.send()
        if not self.opened:  # it was taken before the answer was lost, and is good once: a fresh one opens
            self.typed = self.person.code()
            self.send()
        assert self.opened

    def judge_what_is_there(self) -> None:
        shown = self.asker.happened("identity_shown")
        assert shown <= 1
        assert shown or not self.opened

    def judge_the_end(self) -> None:
        for event in ("identity_shown", "identity_verified", "searched"):
            assert self.asker.happened(event) == 1, event


class Approver(Sender):
    """The second person, who approves an erasure that another has proposed."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.case = laid(ground.served)
        self.browser = ground.served.staff("approver")
        self.form = self.browser.get(self.case.path).form("approve")
        self.acknowledged = False
        self.name = self.case.path.strip("/").rpartition("/")[2]

    def send(self) -> None:
        try:
            page = self.browser.post(self.form.action, dict(self.form.fields))
        except GONE:
            return
        assert page.status in (302, 409), page.text
        self.acknowledged = True  # or told plainly that it cannot be done now

    def get_through(self) -> None:
        self.acknowledged = False
        self.send()
        assert self.acknowledged

    def judge_what_is_there(self) -> None:
        approved = self.happened("approved")
        assert approved <= 1
        assert approved or not self.acknowledged

    def judge_the_end(self) -> None:
        events = [name for (name,) in self.ground.ask(
            'SELECT name FROM requests_caseevent WHERE "case" = ? ORDER BY number', self.name
        )]  # fmt: skip
        once = ("proposed", "approved", "decided", "acted")
        assert [name for name in events if name in once] == [*once], events
        assert (
            self.ground.count("requests_casepaper WHERE \"case\" = ? AND kind = 'certificate'", self.name)
            == 2
        )
        with closing(sqlite3.connect(self.ground.served.folder / "crm.sqlite")) as crm:
            rows = crm.execute("SELECT count(*) FROM contact WHERE email = ?", (STAFF_CUSTOMER.email,))
            assert rows.fetchone() == (0,)

    def happened(self, event: str) -> int:
        return self.ground.count('requests_caseevent WHERE "case" = ? AND name = ?', self.name, event)


@contextmanager
def at_once(*acts: Callable[[], object]) -> Iterator[None]:
    """Everybody acts while the block runs; it ends when all have."""
    faults: list[BaseException] = []

    def guarded(act: Callable[[], object]) -> None:
        try:
            act()
        except BaseException as fault:  # noqa: BLE001  (told to whoever waits)
            faults.append(fault)

    hands = [threading.Thread(target=guarded, args=(act,)) for act in acts]
    for hand in hands:
        hand.start()
    yield
    for hand in hands:
        hand.join()
    if faults:
        raise faults[0]


# -- moments ---------------------------------------------------------------------------------------------------------------


def before_anything_is_written(ground: Ground, *acts: Callable[[], object]) -> None:
    """Killed while everybody's change waits to be written."""
    with ground.locked(), at_once(*acts):
        time.sleep(0.5)
        ground.kill()


def once_there(question: str, *values: object) -> Callable[..., None]:
    """Killed as soon as one more such row is written: perhaps before whoever asked for it has heard of it."""

    def moment(ground: Ground, *acts: Callable[[], object]) -> None:
        there = ground.count(question, *values)
        with at_once(*acts), closing(ground.state()) as state:
            end = time.monotonic() + 20
            while ground.count(question, *values, state=state) == there:
                assert time.monotonic() < end
            ground.kill()

    return moment


ASKED: Final = once_there("requests_caserow")
CODE_TAKEN: Final = once_there("requests_casecode WHERE used IS NOT NULL")
APPROVED: Final = once_there("requests_caseevent WHERE name = 'approved'")


def while_a_mail_is_taken(ground: Ground, *acts: Callable[[], object]) -> None:
    """Killed by the mail server, which has the mail by then."""
    killed = threading.Event()

    def kill() -> None:
        ground.kill()
        killed.set()

    ground.post.kill = kill
    with at_once(*acts):
        assert killed.wait(30)


def after(seconds: float) -> Callable[..., None]:
    """Killed anywhere."""

    def moment(ground: Ground, *acts: Callable[[], object]) -> None:
        with at_once(*acts):
            time.sleep(seconds)
            ground.kill()

    return moment


# -- judging ---------------------------------------------------------------------------------------------------------------


def judged(ground: Ground, *people: Sender) -> None:
    """After a kill: nothing is half, everybody gets through by sending the same again, and everything is there once."""
    ground.sound()
    for one in people:
        one.judge_what_is_there()
    ground.again()
    for one in people:
        one.get_through()
    ground.drained()
    ground.sound()
    for one in people:
        one.judge_what_is_there()
        one.judge_the_end()


def many(rounds: int, seed: int, folder: Path, database: str) -> dict[str, Any]:
    """So many kills at moments that the dice choose; what they came to."""
    dice, killed = random.Random(seed), 0
    with ground(folder, database) as one:
        everybody: list[Sender] = []
        for number in range(rounds):
            fresh: list[Sender] = [
                Asker(one, 3 * number + at, dice.choice(("see", "delete", "stop"))) for at in range(3)
            ]
            known = [each for each in everybody if isinstance(each, Asker) and each.choice == "see"]
            coders: list[Sender] = [Coder(dice.choice(known))] if known and dice.random() < 0.5 else []
            moment = dice.choice((after(dice.uniform(0, 0.6)), ASKED, before_anything_is_written))
            moment(one, *(each.send for each in (*fresh, *coders)))
            killed += 1
            judged(one, *fresh, *coders)
            everybody += fresh
            sys.stderr.write(f"\r{killed} of {rounds}, ready again after {one.ready[-1]:.1f} s ")
        one.again_after_an_orderly_end()
        for each in everybody:
            each.judge_what_is_there()
        one.served.troth("ledger", "verify")  # ends with 0 alone where the history is whole
        ready = sorted(one.ready)
        return {
            "killed": killed, "cases": one.count("requests_caserow"), "asked": len(everybody), "mails": len(one.post.mails),
            "ready_median": round(ready[len(ready) // 2], 2), "ready_longest": round(ready[-1], 2),
        }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="", help="our own state in this PostgreSQL")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = many(asked.rounds, asked.seed, Path(folder), asked.database)
    sys.stdout.write(json.dumps(told) + "\n")
    return 0 if told["cases"] == told["asked"] else 1


if __name__ == "__main__":
    sys.exit(main())
