"""The documented grants of MariaDB suffice on a real server, and fewer do not."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from doc_pages import blocks, page, sections
from test_docs_grants import MAP, SHOP

import mariadb_server
from demo_run import troth
from mariadb_server import MariaServer

pytestmark = [pytest.mark.mysql, pytest.mark.process]


@pytest.fixture
def shop(maria_url: str) -> Iterator[str]:
    """A database with two customers; the accounts made for it are dropped at the end."""
    with mariadb_server.connect(maria_url) as db:
        mariadb_server.execute(db, SHOP.replace(" text", " varchar(80)"))
        yield maria_url
        mariadb_server.execute(db, "DROP USER IF EXISTS troth_read@'%', troth_write@'%'")


def account(url: str, heading: str, folder: Path, server: MariaServer) -> str:
    """Runs the page's statements; the new account's address, and a map beside it in `folder`."""
    (statements,) = blocks(sections(page("grants.md"))[heading], "sql")
    (name,) = re.findall(r"CREATE USER (\w+)", statements)
    password, database = secrets.token_hex(12), urlsplit(url).path.strip("/")
    server.run(statements.replace(" shop.*", f" {database}.*"))
    server.run(f"ALTER USER {name}@'%' IDENTIFIED BY '{password}'")
    place = f"127.0.0.1:{server.port}/{database}"
    (folder / "troth.map.yaml").write_text(MAP.format(url=f"mysql://{name}@{place}"))
    return f"mysql://{name}:{password}@{place}"


def emails(url: str) -> list[str]:
    with mariadb_server.connect(url) as db, db.cursor() as cursor:
        cursor.execute("SELECT email FROM customer ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_the_reading_account_can_do_all_that_reads_and_nothing_that_writes(
    shop: str, tmp_path: Path, maria_server: MariaServer
) -> None:
    address = account(shop, "MariaDB and MySQL: reading", tmp_path, maria_server)

    def run(*arguments: str) -> int:
        return troth(*arguments, cwd=tmp_path, TROTH_URL_SHOP=address).returncode

    assert troth("map", f"shop={address}", "-o", "proposed.yaml", cwd=tmp_path).returncode == 0
    assert run("map", "--check") == 0
    assert run("find", "alma@example.dk") == 0
    assert run("export", "alma@example.dk", "-o", "copy") == 0
    assert run("erase", "alma@example.dk", "--dry-run") == 0
    assert not (tmp_path / ".troth" / "state.sqlite").exists()
    assert run("erase", "alma@example.dk", "--yes") != 0
    assert emails(shop) == ["alma@example.dk", "bjarke@example.dk"]


def test_the_writing_account_can_erase_and_no_password_is_told(
    shop: str, tmp_path: Path, maria_server: MariaServer
) -> None:
    address = account(shop, "MariaDB and MySQL: erasing", tmp_path, maria_server)
    ran = troth("erase", "alma@example.dk", "--yes", "--json", cwd=tmp_path, TROTH_URL_SHOP=address)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert emails(shop) == ["bjarke@example.dk"]
    certificate = json.loads(Path(json.loads(ran.stdout)["certificates"][0]).read_text(encoding="utf-8"))
    assert "OPTIMIZE" in json.dumps(certificate["absence"])
    password = urlsplit(address).password or ""
    told = [
        ran.stdout,
        ran.stderr,
        *(p.read_bytes().decode("latin1") for p in tmp_path.rglob("*") if p.is_file()),
    ]
    assert [text[:40] for text in told if password in text] == []


@pytest.mark.parametrize("right", ["SELECT", "TRIGGER"])
def test_what_cannot_be_seen_stops_everything(
    right: str, shop: str, tmp_path: Path, maria_server: MariaServer
) -> None:
    address = account(shop, "MariaDB and MySQL: erasing", tmp_path, maria_server)
    database = urlsplit(shop).path.strip("/")
    maria_server.run(f"REVOKE {right} ON {database}.* FROM troth_write@'%'")
    maria_server.run(f"GRANT {right} ON {database}.customer TO troth_write@'%'")
    ran = troth("erase", "alma@example.dk", "--yes", "--json", cwd=tmp_path, TROTH_URL_SHOP=address)
    assert ran.returncode in (2, 4)
    assert emails(shop) == ["alma@example.dk", "bjarke@example.dk"]
