"""A drill with a recipe is made by `troth due`: restored on a server that is not production, tried, entered, and gone."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import after_world
import pytest
from after_world import ALMA, Clocked, Company

import mariadb_server
import postgres_server as postgres
from live import Live
from troth.evidence.world import MARK
from troth.records.cabinet import only
from troth.terms.errors import StoreUnreachableError, UsageError
from troth.workflows.backup_facts import facts
from troth.workflows.backups import Said, add, read
from troth.workflows.books import Books
from troth.workflows.drill import drill
from troth.workflows.due import due
from troth.workflows.scheduled import forget, say

SAID = Said(("crm",), "", "", ("role:dba",), "60d", True)
HOUR = timedelta(hours=1)


@pytest.fixture
def small(new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return Company(new_live("sqlite", "crm"), tmp_path / "company")


@pytest.fixture(scope="session")
def scratch_servers() -> Iterator[dict[str, Any]]:
    """Servers that hold nothing else, begun when first asked for."""
    begun: dict[str, Any] = {}
    yield begun
    for server in begun.values():
        server.stop()


def scratch_of(kind: str, begun: dict[str, Any]) -> str:
    if kind == "sqlite":
        return ""
    if kind not in begun:
        begun[kind] = postgres.start() if kind == "postgres" else mariadb_server.start()
    return str(begun[kind].url if kind == "postgres" else begun[kind].url_of(""))


def house_of(company: Company, scratch: str) -> Clocked:
    plain = company.house()
    told = {**plain.environment, **({"TROTH_SCRATCH_CRM": scratch} if scratch else {})}
    return Clocked(plain.settings, plain.stores, told, plain.map_path, clock=company.clock)


def backed(company: Company, vault: Path, tools: Path = Path()) -> Path:
    """A dump by the store's own program, in a folder that the register has read."""
    vault.mkdir(exist_ok=True)
    archive = after_world.backup(company.live, vault, tools)
    stamp = company.clock[0].timestamp()
    os.utime(archive, (stamp, stamp))
    read(company.house(), "folder", str(vault), SAID, "1h")
    return archive


def left_on(kind: str, begun: dict[str, Any]) -> list[str]:
    """Databases of ours that still stand on a scratch server."""
    if kind == "sqlite":
        return []
    if kind == "postgres":
        import psycopg

        with psycopg.connect(begun[kind].url) as db:
            return [name for (name,) in db.execute("SELECT datname FROM pg_database") if MARK in name]
    with mariadb_server.connect(begun[kind].url_of("")) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW DATABASES")
        return [name for (name,) in cursor.fetchall() if MARK in name]


def test_the_newest_backup_is_restored_tried_and_gone(
    company: Company, request: pytest.FixtureRequest, tmp_path: Path, scratch_servers: dict[str, Any]
) -> None:
    kind = company.live.kind
    tools = request.getfixturevalue("postgres_server").binaries if kind == "postgres" else Path()
    scratch = scratch_of(kind, scratch_servers)
    vault = tmp_path / "vault"
    backed(company, vault, tools)
    say(company.house(), "crm", f"{vault}/*", (), HOUR)
    company.later(hours=2)
    company.erase(ALMA)
    company.later(hours=1)
    before = company.names()
    house = house_of(company, scratch)
    (told,) = due(house)["drills"]
    assert told["passed"], told
    assert (told["verdict"], told["replayed"], told["why"]) == ("passed", 1, "")
    assert company.names() == before
    assert left_on(kind, scratch_servers) == []
    last = facts(house).drills["crm"]
    assert (last.passed, last.at) == (True, company.clock[0])
    assert "drills" not in due(house), "once"
    company.later(days=91)
    (told,) = due(house)["drills"]
    assert told["passed"], "due again"


def test_a_scratch_server_that_is_production_is_refused_by_what_it_is(
    company: Company, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    kind = company.live.kind
    if kind == "sqlite":
        pytest.skip("a file has no server")
    tools = request.getfixturevalue("postgres_server").binaries if kind == "postgres" else Path()
    vault = tmp_path / "vault"
    backed(company, vault, tools)
    say(company.house(), "crm", f"{vault}/*", (), HOUR)
    parts = urlsplit(company.live.url)
    account, _, port = parts.netloc.rpartition("@")[0], "", parts.port
    other = urlunsplit(
        parts._replace(netloc=f"{account}@localhost:{port}", path="/postgres" if kind == "postgres" else "/")
    )
    before = company.names()
    company.later(hours=1)
    house = house_of(company, other)
    (told,) = due(house)["drills"]
    assert (told["passed"], told["verdict"]) == (False, "not made")
    assert "the scratch server is the one that crm stands on" in told["why"]
    assert company.names() == before
    assert "drills" not in due(house), "not every ten minutes"
    company.later(days=1)
    assert due(house)["drills"][0]["verdict"] == "not made"
    assert facts(house).passed == {}


def test_production_itself_is_no_restored_backup(company: Company, tmp_path: Path) -> None:
    url = company.live.url
    if company.live.kind == "sqlite":
        (tmp_path / "link.sqlite").symlink_to(company.live.path)
        url = f"sqlite:///{tmp_path / 'link.sqlite'}"
    else:
        url = url.replace("127.0.0.1", "localhost")
    with pytest.raises(UsageError, match="this is crm itself"):
        drill(company.house(), f"crm={url}", company.clock[0].isoformat())


def not_made(company: Company) -> str:
    """Why the one drill that was due could not be made."""
    company.later(days=1)
    (told,) = due(company.house())["drills"]
    assert told["verdict"] == "not made"
    return str(told["why"])


def test_what_cannot_be_restored_stays_reported_with_its_reason(small: Company, tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    archive = backed(small, vault)
    say(small.house(), "crm", f"{vault}/other-*", (), HOUR)
    assert "no backup of it is registered" in not_made(small)
    say(small.house(), "crm", f"{vault}/*", (), HOUR)
    whole = archive.read_bytes()
    archive.write_bytes(b"age-encryption.org/v1\n" + whole)
    assert "encrypted (age)" in not_made(small)
    archive.write_bytes(whole[: len(whole) // 2])
    assert "ackup" in not_made(small)
    archive.unlink()
    assert "cannot be read" in not_made(small)
    os.link(small.live.path, archive)
    assert "the system itself" in not_made(small)
    before = small.names()
    archive.unlink()
    archive.write_bytes(whole)
    small.later(days=1)
    assert due(small.house())["drills"][0]["passed"]
    assert small.names() == before


def test_a_drill_ends_when_its_time_is_over_and_leaves_nothing(small: Company, tmp_path: Path) -> None:
    vault, place = tmp_path / "vault", tmp_path / "place"
    place.mkdir()
    backed(small, vault)
    say(small.house(), "crm", f"{vault}/*", (), timedelta(0))
    small.later(days=1)
    (told,) = due(house_of(small, str(place)))["drills"]
    assert "took longer" in told["why"]
    assert list(place.iterdir()) == []
    say(small.house(), "crm", f"{vault}/*", (), HOUR)
    small.later(days=1)
    assert due(house_of(small, str(place)))["drills"][0]["passed"]
    assert list(place.iterdir()) == []


def test_where_a_system_does_not_answer_nobody_can_tell(small: Company, tmp_path: Path) -> None:
    archive = backed(small, tmp_path / "vault")
    small.live.path.rename(tmp_path / "away")
    with pytest.raises(StoreUnreachableError):
        drill(small.house(), f"crm=sqlite:///{archive}", small.clock[0].isoformat())


def test_a_server_that_is_not_named_or_of_another_kind_restores_nothing(
    company: Company, tmp_path: Path
) -> None:
    if company.live.kind == "sqlite":
        pytest.skip("a file has no server")
    company.due()
    say(company.house(), "crm", "/nothing/*", (), HOUR)
    add(company.house(), "x", company.clock[0].isoformat(), replace(SAID, place="/nothing"))
    company.later(days=1)
    assert "nobody said on which server" in due(company.house())["drills"][0]["why"]
    company.later(days=1)
    other = "mysql" if company.live.kind == "postgres" else "postgresql"
    assert (
        "nobody said on which server"
        in due(house_of(company, f"{other}://a@127.0.0.1:1/x"))["drills"][0]["why"]
    )


def program(folder: Path, body: str) -> str:
    path = folder / "restore"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(stat.S_IRWXU)
    return str(path)


def test_a_command_restores_and_is_told_where_and_what(small: Company, tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    backed(small, vault)
    script = program(
        tmp_path,
        'env | grep -q TROTH_URL && exit 3; test "$DRILL_BACKUP" = crm.sqlite.backup || exit 4; '
        'cp "$DRILL_PLACE/$DRILL_BACKUP" "${DRILL_URL#sqlite:///}"',
    )
    say(small.house(), "crm", "", [script], HOUR)
    small.later(days=1)
    (told,) = due(small.house())["drills"]
    assert told["passed"], told


def test_a_command_that_fails_or_does_not_end_is_ended(small: Company, tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    backed(small, vault)
    say(small.house(), "crm", "", [program(tmp_path, "echo alma@vindheim.example; exit 7")], HOUR)
    assert "exit code 7" in not_made(small)
    mark = tmp_path / "still"
    sleeping = program(tmp_path, f"(sleep 5; touch {mark}) & sleep 60")
    say(small.house(), "crm", "", [sleeping], timedelta(seconds=1))
    assert "took longer than the recipe allows" in not_made(small)
    say(small.house(), "crm", "", [program(tmp_path, "exit 0")], HOUR)
    assert not_made(small)
    assert not mark.exists()


def test_a_recipe_is_checked_forgotten_and_outlives_an_old_state(small: Company, tmp_path: Path) -> None:
    small.due()
    for system, dump, command in (("shop", "/x/*", ()), ("crm", "", ()), ("crm", "/x/*", ("/bin/true",)),
                                  ("crm", "x/*", ()), ("crm", "", ("/no/such",))):  # fmt: skip
        with pytest.raises(UsageError):
            say(small.house(), system, dump, command, HOUR)
    small.erase(ALMA)
    saved = small.folder / "saved"
    shutil.copytree(small.home, saved)
    say(small.house(), "crm", f"{tmp_path}/none-*", (), HOUR)
    shutil.rmtree(small.home)
    shutil.copytree(saved, small.home)
    assert "no backup of it" in not_made(small)
    forget(small.house(), "crm")
    with pytest.raises(UsageError):
        forget(small.house(), "crm")
    small.later(days=1)
    assert "drills" not in small.due()


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        (b"USE `crm`;\n", True),
        (b"/*!40000 DROP DATABASE IF EXISTS `crm`*/;\n", True),
        (b"CREATE DATABASE /*!32312 IF NOT EXISTS*/ `crm`;\n", True),
        (b"\\! touch x\n", True),
        (b"/*M!999999\\- enable the sandbox mode */\n", False),
        (b"INSERT INTO t VALUES ('\\nUSE crm;');\n", False),
        (b"-- USE crm\n", False),
    ],
)
def test_a_dump_that_leaves_its_database_is_seen_before_it_is_run(
    tmp_path: Path, line: bytes, refused: bool
) -> None:
    from troth.stores.mysql.restoring import _elsewhere

    dump = tmp_path / "x.sql"
    dump.write_bytes(b"-- MariaDB dump\n" + line)
    assert _elsewhere(dump) is refused


def test_a_process_that_answers_others_leaves_the_drill_to_one_of_its_own(
    small: Company, tmp_path: Path
) -> None:
    """A drill has a state of its own; a thread that turned this process to it would write people's requests into it."""
    vault = tmp_path / "vault"
    backed(small, vault)
    say(small.house(), "crm", f"{vault}/*", (), HOUR)
    plain = small.house()
    environment = {**os.environ, "TROTH_HOME": str(plain.home), **plain.environment}
    house = Clocked(plain.settings, plain.stores, environment, plain.map_path, clock=small.clock)
    with only(house.home, house.settings.database):
        with pytest.raises(RuntimeError, match="a process of its own"):
            Books(tmp_path / "another", house.settings)
        (told,) = due(house)["drills"]
    assert told["passed"], told
    assert facts(house).drills["crm"].passed
    Books(tmp_path / "another", house.settings).close()
