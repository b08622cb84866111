"""A served company that is killed and begun again on the same folder, and what its state says of itself in between."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from running_server import Served, start, stop
from story_post import Listening, Post

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
