"""Kills a server in the middle of what people send it, starts it again on the same folder, and judges what is there.

`python tests/web/kill_rounds.py --rounds 100 --seed 1` for many; tests/web/test_killed_server.py has a few.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import signal
import socket
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

for place in (Path(__file__).parent, Path(__file__).parents[1] / "stories"):
    sys.path.insert(0, str(place))

import psycopg  # noqa: E402
from console_case import laid  # noqa: E402
from portal_people import LINK, Person  # noqa: E402
from running_server import Served, start, stop  # noqa: E402
from story_post import Listening, Post  # noqa: E402

from troth.example.cast import STAFF_CUSTOMER  # noqa: E402

GONE = (OSError, http.client.HTTPException)
BACKGROUND = ("due", "mail_round", "digest")
HALVES = (
    'requests_caserow c WHERE c.events <> (SELECT count(*) FROM requests_caseevent e WHERE e."case" = c.name)',
    'requests_caserow c WHERE c.events <> (SELECT max(e.number) + 1 FROM requests_caseevent e WHERE e."case" = c.name)',
    'requests_caseevent e WHERE NOT EXISTS (SELECT 1 FROM requests_caserow c WHERE c.name = e."case")',
    'requests_caseevent e WHERE NOT EXISTS (SELECT 1 FROM ledger_entry l WHERE l."index" = e.entry AND l.run = e."case")',
    "requests_caserow c WHERE NOT EXISTS (SELECT 1 FROM ledger_wrappedkey k WHERE k.name = c.key)",
    "requests_caserow c WHERE NOT EXISTS (SELECT 1 FROM records_job j WHERE j.once = c.name || ' acknowledge')",
)
"""What there must be none of: a case without its events, an event without its entry, a case without its key or its first job."""


class FatalPost(Post):
    """A mail server at which the sender may be killed after it has handed a mail over, before it hears that it was taken."""

    def __init__(self) -> None:
        super().__init__()
        self.kill: Callable[[], None] | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        told = await super().handle_DATA(server, session, envelope)
        if self.kill is not None:
            kill, self.kill = self.kill, None
            kill()
        return told


@dataclass
class Ground:
    """A server that is killed and started again on its folder, at one port; and the mail it sends."""

    served: Served
    post: FatalPost
    port: int
    database: str = ""  # where our own state is in PostgreSQL
    ready: list[float] = field(default_factory=list)  # seconds from each start until it was ready
    worked: list[float] = field(default_factory=list)  # and of a core

    def kill(self) -> None:
        self.served.process.send_signal(signal.SIGKILL)
        self.served.process.wait()

    def again(self) -> None:
        """Starts it; waits until it says that it can work."""
        began = time.monotonic()
        fresh = start(
            self.served.folder.parent, "--port", str(self.port), **_settings(self.post, self.database)
        )
        self.served.process = fresh.process
        stranger = self.served.visitor()
        while stranger.get("/readyz").status != 200:
            time.sleep(0.02)
        self.ready.append(time.monotonic() - began)
        self.worked.append(self.processor())

    def again_after_an_orderly_end(self) -> None:
        assert stop(self.served) == 0
        self.again()

    def processor(self) -> float:
        """Seconds of a core that the server's process has used so far: what its neighbours do is not counted."""
        fields = (
            Path(f"/proc/{self.served.process.pid}/stat")
            .read_text(encoding="utf-8")
            .rpartition(")")[2]
            .split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        """What the server's process holds in memory now."""
        status = Path(f"/proc/{self.served.process.pid}/status").read_text(encoding="utf-8")
        return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024

    def state(self) -> Any:
        """A client of our own state, whether or not somebody serves it; each of its changes stands by itself."""
        if self.database:
            return psycopg.connect(self.database, autocommit=True, options="-c timezone=UTC")
        return sqlite3.connect(
            self.served.folder / ".troth" / "state.sqlite", timeout=30, isolation_level=None
        )

    def ask(self, question: str, *values: object, state: Any = None) -> list[tuple[Any, ...]]:
        """What stands there."""
        if state is None:
            with closing(self.state()) as own:
                return self.ask(question, *values, state=own)
        if self.database:
            question = question.replace("%", "%%").replace("?", "%s")
        return list(state.execute(question, values).fetchall())

    def count(self, question: str, *values: object, state: Any = None) -> int:
        ((number,),) = self.ask(f"SELECT count(*) FROM {question}", *values, state=state)
        return int(number)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody can end a change of our own state meanwhile."""
        with closing(self.state()) as state:
            state.execute("BEGIN" if self.database else "BEGIN IMMEDIATE")
            if self.database:
                state.execute("LOCK TABLE ledger_entry IN EXCLUSIVE MODE")
            yield
            state.execute("ROLLBACK")

    def drained(self) -> None:
        """Waits until every job that people's requests have asked for is done; none may fail."""
        marks = ", ".join("?" * len(BACKGROUND))
        open_ = f"records_job WHERE kind NOT IN ({marks}) AND (state = 'claimed' OR state = 'waiting' AND due <= ?)"
        end = time.monotonic() + 90
        while self.count(
            open_, *BACKGROUND, f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(time.time() + 120))}"
        ):
            assert time.monotonic() < end, self.ask(
                "SELECT kind, state, attempts, fault, due FROM records_job WHERE state <> 'done'"
            )
            time.sleep(0.05)
        assert self.ask("SELECT kind, fault FROM records_job WHERE state = 'failed'") == []

    def sound(self) -> None:
        """No half of anything: read as the dead server left it."""
        assert self.database or self.ask("PRAGMA integrity_check") == [("ok",)]
        for what in HALVES:
            assert self.count(what) == 0, what
        numbers = [number for (number,) in self.ask("SELECT number FROM requests_caserow ORDER BY number")]
        assert numbers == list(range(1, len(numbers) + 1))
        assert self.count("ledger_entry") == self.ask('SELECT max("index") + 1 FROM ledger_entry')[0][0]


def _settings(post: Post, database: str) -> dict[str, str]:
    return {
        **({"TROTH_DATABASE": database} if database else {}),
        "TROTH_SECOND_FACTOR": "none", "TROTH_MAIL": f"smtp://127.0.0.1:{post.port}",
        "TROTH_MAIL_FROM": "Havgry <privatliv@havgry.example>",
    }  # fmt: skip


@contextmanager
def ground(folder: Path, database: str = "") -> Iterator[Ground]:
    """The example company with its mail server; both are ended at the end."""
    post = FatalPost()
    listening = Listening(post)
    listening.start()
    post.port = listening.port
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    served = start(folder, "--example", "--port", str(port), **_settings(post, database))
    one = Ground(served, post, port, database)
    try:
        yield one
    finally:
        served.process.kill()
        served.process.wait()
        listening.stop()


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
