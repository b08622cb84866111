"""How a PostgreSQL server protects what it holds, as it says itself, and what a role of it may read: asked and attempted, never changed."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

import psycopg
from cryptography import x509

from troth.evidence.facts import Isolation, Protection, Reach, Readable
from troth.stores.postgres.reflect import quote, split

_SSL_REQUEST: Final = struct.pack("!ii", 8, 80877103)  # PostgreSQL protocol 3.0, "SSLRequest"
_SECONDS: Final = 10
_MAY = """
    SELECT w.at, has_schema_privilege(%s, n.oid, 'USAGE') AND has_column_privilege(%s, c.oid, a.attnum, 'SELECT')
    FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[]) AS w(at, space, name, field)
    JOIN pg_namespace n ON n.nspname = w.space JOIN pg_class c ON c.relname = w.name AND c.relnamespace = n.oid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = w.field AND NOT a.attisdropped"""
_MUTE: Final = {
    "at_rest": "PostgreSQL does not encrypt its files, and cannot tell whether the disk does",
    "keys": "PostgreSQL does not keep when a password was changed",
}


def protection(db: psycopg.Connection[Any], plain: Callable[[], psycopg.Connection[Any]]) -> Protection:
    """Of the server at the other end of `db`; `plain` opens the same connection without encryption. Raises psycopg.Error."""
    if db.info.host.startswith("/"):
        return Protection(network=False, why=_MUTE)
    row = db.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
    refused = _refused(plain)
    why = dict(_MUTE) | ({"tls": "the attempt failed for another reason"} if refused is None else {})
    since = _certificate(db.info.hostaddr or db.info.host, db.info.port)
    return Protection(
        network=True, encrypted=bool(row and row[0]), refuses_plain=refused,
        keys={"certificate": since} if since is not None else {}, why=why,
    )  # fmt: skip


def _refused(plain: Callable[[], psycopg.Connection[Any]]) -> bool | None:
    """Whether the server refuses a connection for want of encryption; None where it failed for another reason."""
    try:
        plain().close()
    except psycopg.OperationalError as fault:
        return True if "pg_hba.conf" in str(fault) else None
    return False


def _certificate(host: str, port: int) -> datetime | None:
    """Since when the server's certificate has been valid; None where it offers none. Nothing is sent over that connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = (
        ssl.CERT_NONE
    )  # it is only looked at: whether it may be trusted, the connection itself decided
    with suppress(OSError, ValueError):
        with socket.create_connection((host, port), _SECONDS) as line:
            line.sendall(_SSL_REQUEST)
            if line.recv(1) != b"S":
                return None
            with context.wrap_socket(line) as wrapped:
                data = wrapped.getpeercert(binary_form=True)
        if data:
            return x509.load_der_x509_certificate(data).not_valid_before_utc
    return None


def reach(db: psycopg.Connection[Any], role: str, forbidden: Sequence[Readable]) -> Reach:
    """Which of the forbidden columns a role may read: by the server's word, and by trying where we may act as that role."""
    known = db.execute(
        "SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = %s", (role,)
    ).fetchone()
    if known is None:
        return Reach(False, "it has no such role")
    places = [split(one.dataset) for one in forbidden]
    bound = [
        list(range(len(forbidden))), [space for space, _ in places], [name for _, name in places],
        [one.column for one in forbidden],
    ]  # fmt: skip
    rows = db.execute(_MAY, (role, role, *bound)).fetchall()
    reads = frozenset(forbidden[at] for at, may in rows if may)
    tried, leaked = _tried(db, role, forbidden) if known[0] else (0, ())
    return Reach(True, "", reads, tried, leaked)


def _tried(
    db: psycopg.Connection[Any], role: str, forbidden: Sequence[Readable]
) -> tuple[int, tuple[str, ...]]:
    """Reads no row of each column in the role's name, in a transaction that is taken back; which were not refused."""
    leaked = []
    with db.transaction(force_rollback=True):
        db.execute(f"SET LOCAL ROLE {quote(role)}".encode())
        for one in forbidden:
            name = ".".join(map(quote, split(one.dataset)))
            try:
                with db.transaction():
                    db.execute(f"SELECT {quote(one.column)} FROM {name} LIMIT 0".encode())
            except psycopg.errors.InsufficientPrivilege:
                continue
            leaked.append(f"{one.dataset}.{one.column}")
    return len(forbidden), tuple(leaked)


def isolation(db: psycopg.Connection[Any], role: str, tenants: Mapping[str, str]) -> Isolation:
    """Whether a role, asked in its own name, is shown rows of more than one customer; row-level security does its work then."""
    known = db.execute(
        "SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = %s", (role,)
    ).fetchone()
    if known is None or not known[0]:
        return Isolation(
            False, "it has no such role" if known is None else "our own role may not act as that role"
        )
    mixed, refused = [], 0
    with db.transaction(force_rollback=True):
        db.execute(f"SET LOCAL ROLE {quote(role)}".encode())
        for dataset, column in tenants.items():
            name, cell = ".".join(map(quote, split(dataset))), quote(column)
            try:
                with db.transaction():
                    row = db.execute(
                        f"SELECT min({cell}::text) IS DISTINCT FROM max({cell}::text) FROM {name}".encode()
                    ).fetchone()
            except psycopg.errors.InsufficientPrivilege:
                refused += 1
                continue
            if row and row[0]:
                mixed.append(dataset)
    return Isolation(True, "", tuple(mixed), refused)
