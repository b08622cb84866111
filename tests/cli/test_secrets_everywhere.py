"""A canary password, however it is handed over, reaches the database and nothing else, on every server, also when things fail."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
import pytest
from terminal import ALMA, Terminal
from test_secrets import CANARY, TABLE, VALUES, holders

from live import Live
from troth.main import take_secrets

pytestmark = pytest.mark.process
SERVERS = (
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param("mysql", marks=pytest.mark.mysql),
)


class Shop:
    """A database behind an account with the canary for a password."""

    def __init__(self, live: Live) -> None:
        self.live, parts = live, urlsplit(live.url)
        self.role = f"r_{parts.path[-8:]}"
        self.where = f"{parts.hostname}:{parts.port}{parts.path}"
        self.scheme = parts.scheme
        live.run(TABLE.replace("email text UNIQUE", "email varchar(80) UNIQUE"))
        if live.kind == "postgres":
            with psycopg.connect(live.url, autocommit=True) as db:
                db.execute(f"CREATE ROLE {self.role} LOGIN SUPERUSER PASSWORD '{CANARY}'".encode())
        else:
            live.run(f"CREATE USER '{self.role}'@'%' IDENTIFIED BY '{CANARY}'")
            live.run(f"GRANT ALL ON *.* TO '{self.role}'@'%'")

    @property
    def full(self) -> str:
        return f"{self.scheme}://{self.role}:{quote(CANARY, safe='')}@{self.where}"

    @property
    def bare(self) -> str:
        return f"{self.scheme}://{self.role}@{self.where}"

    def drop(self) -> None:
        host = "" if self.live.kind == "postgres" else "@'%'"
        name = self.role if self.live.kind == "postgres" else f"'{self.role}'"
        self.live.run(f"DROP {'ROLE' if not host else 'USER'} {name}{host}")


@pytest.fixture(params=SERVERS)
def shop(request: pytest.FixtureRequest, new_live: Callable[..., Live]) -> Iterator[Shop]:
    made = Shop(new_live(request.param))
    yield made
    made.drop()


def ways(shop: Shop, folder: Path, outside: Path) -> dict[str, dict[str, str]]:
    """Every way to hand over the password -> what the environment says then."""
    outside.mkdir()
    (outside / "address").write_text(shop.full + "\n")
    (outside / "password").write_text(CANARY)
    parts = urlsplit(shop.bare)
    escaped = CANARY.replace("\\", "\\\\").replace(":", "\\:")
    (outside / "pgpass").write_text(f"{parts.hostname}:{parts.port}:*:{shop.role}:{escaped}\n")
    (outside / ".my.cnf").write_text(f"[client]\npassword={CANARY!r}\n")
    for name in ("pgpass", ".my.cnf"):
        (outside / name).chmod(0o600)
    own = {"PGPASSFILE": str(outside / "pgpass")} if shop.live.kind == "postgres" else {"HOME": str(outside)}
    return {
        "address": {"TROTH_URL_CRM": shop.full},
        "address in a file": {"TROTH_URL_CRM": f"file:{outside / 'address'}"},
        "password in a file": {"TROTH_URL_CRM": f"file:{outside / 'password'}"},
        "the driver's own file": own,
    }


def watched(process: Any, seen: list[bytes]) -> None:
    """Collects what the list of processes shows of it and its children, until it has ended; its own environment is its owner's.

    A child that is a fork, and not yet another program, still shows its parent's environment, byte for byte.
    """
    own = Path(f"/proc/{process.pid}")
    while process.poll() is None:
        with suppress(OSError):
            shown, theirs = [(own / "cmdline").read_bytes()], (own / "environ").read_bytes()
            for task in (own / "task").iterdir():
                for child in (task / "children").read_text().split():
                    told, environment = (
                        Path(f"/proc/{child}/{name}").read_bytes() for name in ("cmdline", "environ")
                    )
                    shown.append(told if environment == theirs else told + environment)
            seen += shown
        time.sleep(0.005)


def test_however_it_is_handed_over_it_stays_nowhere(shop: Shop, tmp_path: Path) -> None:
    seen: list[bytes] = []
    for at, (way, environment) in enumerate(ways(shop, tmp_path, tmp_path / "outside").items()):
        folder = tmp_path / f"work{at}"
        folder.mkdir()
        terminal = Terminal(folder, environment)
        shop.live.run(
            f"DELETE FROM customer; INSERT INTO customer VALUES ({at + 1}, 'Alma Æblegren', '{ALMA}')"
        )
        said = ""
        mapped = "crm" if way.startswith("address") else f"crm={shop.bare}"
        for arguments in (
            ("map", mapped), ("erase", ALMA, "--propose", "--json"), ("erase", ALMA, "--yes"),
        ):  # fmt: skip
            process = terminal.start(*arguments)
            watcher = threading.Thread(target=watched, args=(process, seen))
            watcher.start()
            out, err = process.communicate(timeout=120)
            watcher.join()
            assert process.returncode == 0, (way, arguments, out, err)
            said += out + err
        assert holders(folder, VALUES) == set(), way
        assert not any(value in said.encode() for value in VALUES), way
    assert seen
    assert not any(value in shown for shown in seen for value in VALUES)
    assert holders(tmp_path / "outside", VALUES) >= {"address", "password", "pgpass", ".my.cnf"}, (
        "the sweep can find it"
    )


def test_a_server_that_is_gone_or_says_no_is_told_without_it(shop: Shop, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal("map", "crm", TROTH_URL_CRM=shop.full)
    port = urlsplit(shop.full).port
    for address in (
        shop.full.replace(f":{port}/", ":1/"), shop.full.replace(shop.role, "nobody_r"), shop.full + "_absent", f"{shop.full}?unknown=1",
        quote(CANARY, safe=""), CANARY, f"ftp://{shop.role}:{CANARY.replace('/', '')}@h/d",
    ):  # fmt: skip
        told = terminal("erase", ALMA, "--yes", "--json", code=None, TROTH_URL_CRM=address)
        if address not in (CANARY,):
            assert told.code == 2, told
        assert not any(value in (told.out + told.err).encode() for value in VALUES), told
        assert "Traceback" not in told.err
    assert holders(tmp_path, VALUES) == set()


def test_a_reference_that_cannot_be_read_is_said_by_its_variable(tmp_path: Path, shop: Shop) -> None:
    terminal = Terminal(tmp_path)
    terminal("map", "crm", TROTH_URL_CRM=shop.full)
    (tmp_path / "two").write_text(f"{CANARY}\n{CANARY}\n")
    (tmp_path / "none").write_text("")
    for name in ("two", "none", "absent"):
        told = terminal("find", ALMA, code=2, TROTH_URL_CRM=f"file:{tmp_path / name}")
        assert "TROTH_URL_CRM" in told.err
        assert b"hunter2" not in (told.out + told.err).encode()


def test_what_a_library_starts_sees_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TROTH_URL_CRM", "TROTH_READ_URL_CRM"):
        monkeypatch.setenv(name, "postgresql://u:hunter2@h/d")
    command = [sys.executable, "-c", "import os; print(sorted(name for name in os.environ if 'URL' in name))"]
    before = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "TROTH_URL_CRM" in before
    assert set(take_secrets(os.environ)) >= {"TROTH_URL_CRM", "TROTH_READ_URL_CRM"}
    assert "TROTH" not in subprocess.run(command, capture_output=True, text=True, check=True).stdout
