"""What servers say of their own protection turns promises red and green: TLS, files at rest, keys, and who may read what."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from promise_world import Kept, tenanted
from secured_servers import maria_secured, postgres_tls

from live import Live
from mariadb_server import MariaServer, connect
from postgres_server import PostgresServer

CONTROLS = {
    "P1": "{name: tls}",
    "P2": "{name: encryption-at-rest}",
    "P3": "{name: key-rotation, parameters: {max_days: 90}}",
    "P4": "{name: database-privileges, parameters: {purpose: deliver, role: deliver_role}}",
}
SINCE = datetime.now(UTC) - timedelta(days=30)


def verdicts(kept: Kept, promise: str) -> dict[str, str]:
    return {one["name"]: one["verdict"] for one in kept.check(promise)[promise]["checks"]}


def company(live: Live, url: str, folder: Path) -> Kept:
    """Its clock is today's: certificates and passwords are as old as they are."""
    return Kept(live, folder / "company", CONTROLS, clock=[datetime.now(UTC)], url=url)


# -- PostgreSQL -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def hba(postgres_server: PostgresServer) -> Iterator[Path]:
    with postgres_tls(postgres_server, SINCE) as path:
        _until(lambda: _encrypts(postgres_server))
        yield path


def _until(ready: Callable[[], Any]) -> None:
    latest = time.monotonic() + 10
    while not ready():
        assert time.monotonic() < latest
        time.sleep(0.05)


def _encrypts(server: PostgresServer) -> bool:
    try:
        psycopg.connect(_tls(server.url), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _tls(url: str, mode: str = "require") -> str:
    return f"postgresql://tls_only:only@{url.partition('@')[2]}?sslmode={mode}"


def test_postgres_tls(
    postgres_server: PostgresServer, hba: Path, new_live: Callable[..., Live], tmp_path: Path
) -> None:
    live = new_live("postgres", "crm")
    kept = company(live, _tls(live.url), tmp_path)
    assert verdicts(kept, "P1") == {"tls.encrypted": "holds", "tls.plain-refused": "holds"}
    assert verdicts(kept, "P3") == {"key-rotation.young": "holds"}
    kept.clock[0] += timedelta(days=61)  # the certificate is ninety-one days old
    assert verdicts(kept, "P3") == {"key-rotation.young": "fails"}
    assert "certificate" in kept.why("P3")
    before = hba.read_text()
    hba.write_text(
        before.replace(
            "hostnossl all tls_only 127.0.0.1/32 reject", "hostnossl all tls_only 127.0.0.1/32 trust"
        )
    )
    with psycopg.connect(postgres_server.url, autocommit=True) as db:
        db.execute("SELECT pg_reload_conf()")
    _until(lambda: kept.check("P1")["P1"]["status"] == "broken")
    assert verdicts(kept, "P1") == {"tls.encrypted": "holds", "tls.plain-refused": "fails"}
    assert "without encryption was accepted: crm" in kept.why("P1")
    hba.write_text(before)
    with psycopg.connect(postgres_server.url, autocommit=True) as db:
        db.execute("SELECT pg_reload_conf()")
    _until(lambda: kept.check("P1")["P1"]["status"] == "kept")


def test_postgres_without_tls_is_broken_and_its_disk_is_not_asked(
    new_live: Callable[..., Live], tmp_path: Path
) -> None:
    live = new_live("postgres", "crm")
    kept = company(live, live.url, tmp_path)
    assert verdicts(kept, "P1") == {"tls.encrypted": "fails", "tls.plain-refused": "fails"}
    told = kept.check("P2", "P3")
    assert [one["status"] for one in told.values()] == ["stale", "stale"]
    assert "cannot tell" in kept.why("P2")


def test_postgres_privileges(
    postgres_server: PostgresServer, new_live: Callable[..., Live], tmp_path: Path
) -> None:
    live = new_live("postgres", "crm")
    kept = company(live, live.url, tmp_path)
    assert verdicts(kept, "P4") == {"database-privileges.refused": "unknown"}
    assert "no such role" in kept.why("P4")
    live.run(
        "CREATE ROLE deliver_role; GRANT USAGE ON SCHEMA public TO deliver_role; GRANT SELECT ON person, orders TO deliver_role"
    )
    try:
        assert verdicts(kept, "P4") == {"database-privileges.refused": "holds"}
        assert kept.check("P4")["P4"]["checks"][0]["facts"]["tried"] == 1
        live.run("GRANT SELECT (body) ON note TO deliver_role")
        assert verdicts(kept, "P4") == {"database-privileges.refused": "fails"}
        assert "crm.note.body" in kept.why("P4")
        live.run("REVOKE SELECT (body) ON note FROM deliver_role")
        assert verdicts(kept, "P4") == {"database-privileges.refused": "holds"}
        live.run("CREATE VIEW notes AS SELECT id, body FROM note; GRANT SELECT ON notes TO deliver_role")
        assert "crm.notes.body" in kept.why("P4")
        live.run("DROP VIEW notes")
        assert verdicts(kept, "P4") == {"database-privileges.refused": "holds"}
    finally:
        live.run("DROP OWNED BY deliver_role; DROP ROLE deliver_role")


def test_postgres_tenants(new_live: Callable[..., Live], tmp_path: Path) -> None:
    live = new_live("postgres", "crm")
    kept = company(live, live.url, tmp_path)
    kept.bind({"P1": "{name: tenant-isolation, parameters: {role: vindheim_role}}"})
    assert "does not say which rows" in kept.why("P1")
    tenanted(kept)
    live.run("UPDATE person SET org = 'another' WHERE id = 2")
    assert "no such role" in kept.why("P1")
    live.run("CREATE ROLE vindheim_role; GRANT USAGE ON SCHEMA public TO vindheim_role")
    try:
        assert verdicts(kept, "P1") == {"tenant-isolation.alone": "holds"}, "it may not read them at all"
        live.run("GRANT SELECT ON person TO vindheim_role")
        assert verdicts(kept, "P1") == {"tenant-isolation.alone": "fails"}
        assert "sees rows of several customers: crm.person" in kept.why("P1")
        live.run("ALTER TABLE person ENABLE ROW LEVEL SECURITY")
        live.run("CREATE POLICY own ON person TO vindheim_role USING (org = 'vindheim')")
        assert verdicts(kept, "P1") == {"tenant-isolation.alone": "holds"}
        live.run("CREATE POLICY all_of_it ON person TO vindheim_role USING (true)")
        assert verdicts(kept, "P1") == {"tenant-isolation.alone": "fails"}
    finally:
        live.run("DROP OWNED BY vindheim_role; DROP ROLE vindheim_role")


# -- MariaDB --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def secured(maria_server: MariaServer) -> Iterator[MariaServer]:
    """Started only where the plain server could be."""
    with maria_secured(SINCE) as server:
        yield server


def test_mariadb_tls_files_and_keys(secured: MariaServer, tmp_path: Path) -> None:
    url = secured.create()
    live = Live("mysql", url)
    ca = f"?ssl_ca={secured_ca(secured)}"
    try:
        kept = company(live, f"{url}{ca}", tmp_path)
        assert verdicts(kept, "P1") == {"tls.encrypted": "holds", "tls.plain-refused": "fails"}
        secured.run("SET GLOBAL require_secure_transport = ON")
        try:
            assert verdicts(kept, "P1") == {"tls.encrypted": "holds", "tls.plain-refused": "holds"}
        finally:
            _plain_again(secured, kept)
        assert verdicts(kept, "P2") == {"encryption-at-rest.tables": "holds"}
        live.run("CREATE TABLE diary (id INTEGER PRIMARY KEY) ENCRYPTED=NO")
        assert verdicts(kept, "P2") == {"encryption-at-rest.tables": "fails"}
        assert "crm.diary" in kept.why("P2")
        live.run("DROP TABLE diary")
        assert verdicts(kept, "P2") == {"encryption-at-rest.tables": "holds"}
        assert verdicts(kept, "P3") == {"key-rotation.young": "holds"}
        kept.clock[0] += timedelta(days=61)
        assert verdicts(kept, "P3") == {"key-rotation.young": "fails"}
    finally:
        live.close()


def secured_ca(server: MariaServer) -> str:
    """The server's own certificate is the authority that it is checked against."""
    with connect(server.url_of("")) as db, db.cursor() as cursor:
        cursor.execute("SELECT @@ssl_cert")
        return str((cursor.fetchone() or ("",))[0])


def _plain_again(server: MariaServer, kept: Kept) -> None:
    import pymysql

    ca = kept.url.partition("ssl_ca=")[2]
    with pymysql.connect(
        host="127.0.0.1", port=server.port, user="troth", password=server.password, ssl={"ca": ca, "check_hostname": False}
    ) as db, db.cursor() as cursor:  # fmt: skip
        cursor.execute("SET GLOBAL require_secure_transport = OFF")


def test_mariadb_privileges(maria_server: MariaServer, new_live: Callable[..., Live], tmp_path: Path) -> None:
    live = new_live("mysql", "crm")
    kept = company(live, live.url, tmp_path)
    assert verdicts(kept, "P4") == {"database-privileges.refused": "unknown"}
    live.run("CREATE ROLE deliver_role")
    try:
        live.run("GRANT SELECT ON person TO deliver_role; GRANT SELECT ON orders TO deliver_role")
        assert verdicts(kept, "P4") == {"database-privileges.refused": "holds"}
        live.run("GRANT SELECT (id, body) ON note TO deliver_role")
        assert verdicts(kept, "P4") == {"database-privileges.refused": "fails"}
        assert "crm.note.body" in kept.why("P4")
        live.run("REVOKE SELECT (id, body) ON note FROM deliver_role")
        assert verdicts(kept, "P4") == {"database-privileges.refused": "holds"}
    finally:
        live.run("DROP ROLE deliver_role")


def test_mariadb_without_encryption_cannot_tell_of_its_disk(
    maria_server: MariaServer, new_live: Callable[..., Live], tmp_path: Path
) -> None:
    live = new_live("mysql", "crm")
    kept = company(live, live.url, tmp_path)
    assert verdicts(kept, "P1") == {"tls.encrypted": "fails", "tls.plain-refused": "fails"}
    assert verdicts(kept, "P2") == {"encryption-at-rest.tables": "unknown"}
    assert "cannot tell whether the disk does" in kept.why("P2")


# -- SQLite ---------------------------------------------------------------------------------------------------------------


def test_a_file_says_what_it_can(new_live: Callable[..., Live], tmp_path: Path) -> None:
    live = new_live("sqlite", "crm")
    kept = company(live, live.url, tmp_path)
    live.path.chmod(0o600)
    assert verdicts(kept, "P1") == {"tls.encrypted": "holds", "tls.plain-refused": "holds"}
    assert "no system is reached over a network" in str(kept.check("P1"))
    assert verdicts(kept, "P2") == {"encryption-at-rest.tables": "unknown"}
    assert verdicts(kept, "P4") == {"database-privileges.refused": "unknown"}
    live.path.chmod(0o644)
    live.path.parent.chmod(0o755)
    assert verdicts(kept, "P4") == {"database-privileges.refused": "fails"}
    live.path.chmod(0o600)
    assert verdicts(kept, "P4") == {"database-privileges.refused": "unknown"}
