"""A password reaches the database and nothing else: no map, state, ledger, log, message, traceback or list of processes."""

from __future__ import annotations

import os
import re
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
import pytest
from terminal import ALMA, CARL, Terminal

from troth.cli import run
from troth.cli.conceal import secrets_in
from troth.main import web
from troth.terms.errors import UsageError
from troth.workflows.credentials import split_password

CANARY = "p@ss/w#rd:hunter2-canary?x=1&y"
VALUES = (b"hunter2-canary", b"hunter2", quote(CANARY, safe="").encode())
TABLE = """
CREATE TABLE customer (id int PRIMARY KEY, full_name text, email text UNIQUE);
INSERT INTO customer VALUES (1, 'Alma Æblegren', 'alma@example.dk');
"""


def holders(folder: Path, values: tuple[bytes, ...]) -> set[str]:
    """Files below the folder that hold one of the values."""
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(value in path.read_bytes() for value in values)
    }


@pytest.fixture
def crm(new_live: Any) -> Iterator[tuple[str, str]]:
    """A PostgreSQL database that asks for a difficult password: (address with it, address without it)."""
    live = new_live("postgres")
    live.run(TABLE)
    parts = urlsplit(live.url)
    role = f"r_{parts.path[1:]}"
    with psycopg.connect(live.url, autocommit=True) as db:
        db.execute(f"CREATE ROLE {role} LOGIN SUPERUSER PASSWORD '{CANARY}'".encode())
    where = f"{parts.hostname}:{parts.port}{parts.path}"
    yield f"postgresql://{role}:{quote(CANARY, safe='')}@{where}", f"postgresql://{role}@{where}"
    with psycopg.connect(live.url, autocommit=True) as db:
        db.execute(f"DROP ROLE {role}".encode())


@pytest.mark.postgres
@pytest.mark.process
def test_a_password_stays_in_the_credentials_and_nowhere_else(tmp_path: Path, crm: tuple[str, str]) -> None:
    terminal = Terminal(tmp_path)
    said = ""
    for arguments, code in (
        (("map", f"crm={crm[0]}"), 0), (("find", ALMA), 0), (("erase", ALMA, "--yes", "--json"), 0),
        (("map", "--check"), 0), (("resume",), 0), (("ledger", "verify"), 0), (("map", "--json"), 0),
    ):  # fmt: skip
        told = terminal(*arguments, code=code)
        said += told.out + told.err
    credentials = tmp_path / ".troth" / "credentials"
    assert stat.S_IMODE(credentials.stat().st_mode) == 0o600
    assert holders(tmp_path, VALUES) == {
        ".troth/credentials"
    }  # the sweep can find it, and finds it only there
    assert (tmp_path / ".troth" / "workflows.sqlite").exists()
    assert not any(value in said.encode() for value in VALUES)
    assert crm[1] in (tmp_path / "troth.map.yaml").read_text()
    assert stat.S_IMODE((tmp_path / ".troth").stat().st_mode) == 0o700


@pytest.mark.postgres
@pytest.mark.process
def test_the_environment_wins_over_the_map(tmp_path: Path, crm: tuple[str, str]) -> None:
    terminal = Terminal(tmp_path)
    terminal("map", "crm", TROTH_URL_CRM=crm[0])  # a name alone, its address in the environment
    assert holders(tmp_path, VALUES) == set()
    path = tmp_path / "troth.map.yaml"
    path.write_text(path.read_text().replace(crm[1], "postgresql://nobody@127.0.0.1:1/nowhere"))
    assert "nothing listens" in terminal("find", ALMA, code=2).err
    assert terminal("find", ALMA, "--json", TROTH_URL_CRM=crm[0]).json["people"] == 1
    path.write_text(path.read_text().replace("  crm:", "  our-crm:"))
    assert terminal("find", ALMA, "--json", TROTH_URL_OUR_CRM=crm[0]).json["people"] == 1


@pytest.mark.postgres
@pytest.mark.process
def test_pgpass_is_read(tmp_path: Path, crm: tuple[str, str]) -> None:
    parts = urlsplit(crm[1])
    escaped = CANARY.replace("\\", "\\\\").replace(":", "\\:")
    passwords = tmp_path / "pgpass"
    passwords.write_text(f"{parts.hostname}:{parts.port}:*:{parts.username}:{escaped}\n")
    passwords.chmod(0o600)
    terminal = Terminal(tmp_path / "work", {"PGPASSFILE": str(passwords)})
    terminal.folder.mkdir()
    terminal("map", f"crm={crm[1]}")
    assert terminal("find", ALMA, "--json").json["people"] == 1
    assert not (terminal.folder / ".troth").exists()  # nothing to keep, no state needed
    wrong = terminal("find", ALMA, PGPASSFILE=os.devnull, code=2)
    assert "no password was given" in wrong.err
    assert "TROTH_URL_CRM" in wrong.err


@pytest.mark.postgres
@pytest.mark.process
def test_a_wrong_password_is_said_without_it(tmp_path: Path, crm: tuple[str, str]) -> None:
    wrong = crm[0].replace(quote(CANARY, safe=""), "hunter2-canary-wrong")
    told = Terminal(tmp_path)("map", f"crm={wrong}", "--json", code=2)
    assert told.json["error"]["message"] == "PostgreSQL did not let us in (wrong user or password)"
    assert "hunter2" not in told.out + told.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.process
@pytest.mark.skipif(
    not Path("/proc/self/cmdline").exists(), reason="no /proc: the system keeps no readable arguments"
)
def test_a_password_typed_on_the_command_line_leaves_the_list_of_processes(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        port = server.getsockname()[1]
        process = Terminal(tmp_path).start("map", f"postgresql://reader:hunter2-canary@127.0.0.1:{port}/crm")
        connection, _ = server.accept()  # by now the program is at work
        line = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        connection.close()
    process.communicate(timeout=60)
    assert b"postgresql://reader:**************@127.0.0.1" in line
    assert b"hunter2" not in line


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        (b"troth\0map\0postgresql://u:secret@h/db\0", [b"secret"]),
        (b"troth\0map\0postgresql://u:se:c@r/et@h/db\0-o\0x@y\0", [b"se:c@r/et"]),
        (b"troth\0map\0crm=postgresql://u@h/db?password=secret&x=1\0", [b"secret"]),
        (b"troth\0map\0sqlite:///shop.sqlite\0", []),
        (b"troth\0find\0alma@example.dk\0", []),
    ],
)
def test_what_is_hidden_of_the_arguments(line: bytes, hidden: list[bytes]) -> None:
    assert [line[first:last] for first, last in secrets_in(line)] == hidden


@pytest.mark.parametrize(
    ("url", "bare", "password"),
    [
        (
            "postgresql://u:p%40s%2Fs@h:5432/db?sslmode=require",
            "postgresql://u@h:5432/db?sslmode=require",
            "p@s/s",
        ),
        ("postgresql://u@h/db?password=p%40s&sslmode=require", "postgresql://u@h/db?sslmode=require", "p@s"),
        ("postgresql:///db?host=/run/pg&password=x", "postgresql:///db?host=%2Frun%2Fpg", "x"),
        ("postgresql://u:x@h1:1,h2:2/db", "postgresql://u@h1:1,h2:2/db", "x"),
        ("postgresql://h/db", "postgresql://h/db", None),
        ("postgresql://:x@h/db", "postgresql://h/db", "x"),
        ("sqlite:///a@b.sqlite", "sqlite:///a@b.sqlite", None),
    ],
)
def test_a_password_is_taken_out_of_an_address(url: str, bare: str, password: str | None) -> None:
    assert split_password(url) == (bare, password)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:hunter2/x@h/db", "postgresql://u:hunter2#x@h/db", "postgresql://[u:hunter2@h/db",
        "postgresql://u@h/db?sslpassword=hunter2", "postgresql://u@h/db?token=hunter2",
    ],
)  # fmt: skip
def test_an_address_that_would_keep_a_secret_is_refused_without_it(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        split_password(url, "crm")
    assert "hunter2" not in str(refused.value)
    assert refused.value.remedy


def _fails(*_: object) -> Any:
    raise ValueError("hunter2-canary alma@example.dk")


@pytest.mark.parametrize("arguments", [["find", ALMA], ["find", ALMA, "--json"]])
def test_an_unforeseen_fault_is_told_by_its_place_only(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["troth", *arguments])
    assert run(_fails, web) == 1
    told = capfd.readouterr()
    assert "an unforeseen ValueError (test_secrets.py:" in told.err
    assert "Please report it" in told.err
    for value in ("hunter2", "alma", "Traceback"):
        assert value not in told.out + told.err


_BROKEN = """
import sys
import troth.stores.sqlite.store as store
def fails(*_, **__):
    raise ValueError("hunter2-canary alma@example.dk")
store.SqliteStore.execute = fails
sys.argv = ["troth", "erase", "alma@example.dk", "--yes"]
from troth.main import main
main()
"""


@pytest.mark.process
def test_an_unforeseen_fault_in_the_middle_of_an_erasure_leaves_its_text_nowhere(terminal: Terminal) -> None:
    import subprocess

    done = subprocess.run(
        [sys.executable, "-c", _BROKEN],
        cwd=terminal.folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 5, done
    assert "troth resume" in done.stderr
    said = (done.stdout + done.stderr).encode()
    assert b"hunter2" not in said
    assert b"Traceback" not in said
    assert (terminal.folder / ".troth" / "workflows.sqlite").exists()
    assert holders(terminal.folder / ".troth", (b"hunter2", ALMA.encode())) == set()
    assert len(terminal("resume", "--json").json["runs"]) == 1


@pytest.mark.process
def test_our_own_state_and_the_map_hold_no_value_of_a_person(after: Terminal) -> None:
    names = tuple(text.encode() for text in (CARL, "Cedergren", "20 10 20 30", "20102030"))
    after.change("VACUUM")
    found = holders(after.folder, names)
    assert found == set()
    after.change(f"INSERT INTO customer (id, email) VALUES (77, '{CARL}')")
    assert "shop.sqlite" in holders(after.folder, names)  # the sweep can find what it looks for


@pytest.mark.process
def test_the_map_holds_no_sampled_value(terminal: Terminal, bare: Callable[..., Terminal]) -> None:
    text = (terminal.folder / "troth.map.yaml").read_text()
    cells = {
        str(cell)
        for table in ("customer", "orders", "note")
        for row in terminal.rows(f"SELECT * FROM {table}")
        for cell in row
    }
    words = set(re.findall(r"[^\s,\[\]{}:]+", text))
    assert {cell for cell in cells if len(cell) > 3} & words == set()
    assert "Alma" not in text
    assert "example.dk" not in text
