"""Servers that protect what they hold: certificates made for the test, connections with TLS only, files encrypted at rest."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import mariadb_server
from mariadb_server import MariaServer
from postgres_server import PostgresServer


def certificate(folder: Path, since: datetime, owner: tuple[int, int] | None = None) -> tuple[Path, Path]:
    """A certificate and its key for 127.0.0.1, valid since a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(since).not_valid_after(since + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    files = folder / "server.crt", folder / "server.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    for file in files:
        if owner:
            os.chown(file, *owner)
    files[0].chmod(0o644)
    files[1].chmod(0o600)
    return files


ONLY_TLS = "hostssl all tls_only 127.0.0.1/32 scram-sha-256\nhostnossl all tls_only 127.0.0.1/32 reject\n"


@contextmanager
def postgres_tls(server: PostgresServer, since: datetime) -> Iterator[Path]:
    """The session's server with TLS, and a role `tls_only` that it lets in by TLS only; yields its pg_hba.conf."""
    data = server.folder / "data"
    owner = data.stat()
    certificate(data, since, (owner.st_uid, owner.st_gid))
    hba = data / "pg_hba.conf"
    before = hba.read_text()
    with psycopg.connect(server.url, autocommit=True) as db:
        db.execute("CREATE ROLE tls_only LOGIN SUPERUSER PASSWORD 'only'")
        db.execute("ALTER SYSTEM SET ssl = on")
        hba.write_text(ONLY_TLS + before)
        db.execute("SELECT pg_reload_conf()")
    try:
        yield hba
    finally:
        hba.write_text(before)
        with psycopg.connect(server.url, autocommit=True) as db:
            db.execute("ALTER SYSTEM RESET ssl")
            db.execute("SELECT pg_reload_conf()")
            db.execute("DROP ROLE tls_only")


@contextmanager
def maria_secured(since: datetime) -> Iterator[MariaServer]:
    """A server of its own with TLS and encrypted files; raises CannotStartError where it cannot be started."""
    with tempfile.TemporaryDirectory(prefix="troth-tls-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        whom = mariadb_server.account("mysql")
        cert, key = certificate(folder, since, whom)
        keys = folder / "keys"
        keys.write_text(f"1;{'a7' * 32}\n")
        options = {
            "ssl-cert": str(cert), "ssl-key": str(key), "plugin-load-add": "file_key_management",
            "file-key-management-filename": str(keys), "innodb-encrypt-tables": "ON",
        }  # fmt: skip
        before = dict(mariadb_server.OPTIONS)
        mariadb_server.OPTIONS.update(options)
        try:
            server = mariadb_server.start()
        finally:
            mariadb_server.OPTIONS.clear()
            mariadb_server.OPTIONS.update(before)
        try:
            yield server
        finally:
            server.stop()
