"""Connections to MariaDB and MySQL: one known session, and errors that never quote a value."""

from __future__ import annotations

import configparser
import math
import os
import re
import ssl
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pymysql
from pymysql.constants import ER, FIELD_TYPE
from pymysql.converters import conversions

from troth.datamap.manners import DEFAULTS, Manners
from troth.stores.faults import Cause, refusal
from troth.terms.errors import StoreError, StoreUnreachableError

SQL_MODE = "STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO"
"""What we write is refused rather than bent to fit; a key of 0 is 0; zero dates that are there stay readable."""
_TRANSIENT = frozenset(
    (
        1020, 1021, 1040, 1041, 1053, 1077, 1114, 1129, 1152, 1158, 1159, 1160, 1161, 1180, 1203, 1205, 1206, 1213, 1226,
        1317, 1614, 1637, 1927, 1969, 2002, 2003, 2006, 2013, 2014, 2055, 3024, 3100, 3572, 4031,
    )
)  # fmt: skip
"""Locks, deadlocks, full disks, limits, lost connections, time run out: what may be tried again."""
_CAUSES: Mapping[Cause, frozenset[int]] = {
    "lock": frozenset((1205, 3572)),
    "deadlock": frozenset((1020, 1213)),
    "time": frozenset((1969, 3024)),
    "lost": frozenset(
        (1053, 1077, 1152, 1158, 1159, 1160, 1161, 1927, 2002, 2003, 2006, 2013, 2014, 2055, 4031)
    ),
    "full": frozenset((1021, 1114)),
}
_NAMES = {number: name for name, number in vars(ER).items() if isinstance(number, int)}
_NAMED = re.compile(r"CONSTRAINT `((?:[^`]|``)+)`|for key '([^']+)'|Column '([^']+)' cannot be null")
_OPTIONS = ("unix_socket", "ssl", "ssl_ca", "ssl_cert", "ssl_key", "read_default_file")


def connect(
    system: str, url: str, password: str | None, write: bool, manners: Manners = DEFAULTS
) -> pymysql.Connection[Any]:
    """An autocommitting session, read-only unless `write`; raises StoreUnreachableError, never with a password."""
    try:
        db = pymysql.connect(**_arguments(system, url, password))
    except (pymysql.Error, OSError, ValueError) as fault:
        raise _unreachable(system, _why(fault)) from None
    try:
        _begin(db, write, manners)
    except pymysql.Error as fault:
        db.close()
        raise _unreachable(system, f"the session could not be set up: {_code(fault)}") from None
    return db


def plainly(system: str, url: str, password: str | None) -> pymysql.Connection[Any]:
    """The same connection without TLS, as whoever listens on the wire would like it; raises pymysql.Error where it is refused."""
    told = _arguments(system, url, password)
    told.pop("ssl", None)
    return pymysql.connect(**told, ssl_disabled=True)


def _unreachable(system: str, why: str) -> StoreUnreachableError:
    return StoreUnreachableError(
        f"MariaDB or MySQL did not let us in ({why})",
        place=system,
        remedy="Check host, database, user and password; a password goes into "
        f"TROTH_URL_{system.upper()}, ~/.my.cnf ([client]) or .troth/credentials.",
    )


def _begin(db: pymysql.Connection[Any], write: bool, manners: Manners) -> None:
    """Sets all that the meaning of our statements hangs on; whatever the server's own defaults are."""
    maria = is_maria(db)
    lock = str(max(1, math.ceil(manners.lock_timeout)))
    settings = {
        "sql_mode": f"'{SQL_MODE}'",
        "time_zone": "'+00:00'",
        "foreign_key_checks": "1",
        "unique_checks": "1",
        "sql_safe_updates": "0",
        "sql_select_limit": "DEFAULT",
        "innodb_lock_wait_timeout": lock,
        "lock_wait_timeout": lock,
        "net_write_timeout": "600",  # a reader may pause between two chunks
        "tmp_table_size": str(64 << 20),  # key sets stay in memory
        "max_heap_table_size": str(64 << 20),
        "group_concat_max_len": "1048576",
    }
    if maria:
        seconds = manners.statement_timeout if write else manners.read_timeout
        settings |= {"max_statement_time": str(seconds), "max_recursive_iterations": "4294967295"}
        settings |= {
            "in_predicate_conversion_threshold": "0"
        }  # a long list stays a list: no subquery for each row
        settings |= {"join_cache_level": "2"}  # hashed joins would pass by the index of a key
    else:
        longest = str(round(manners.read_timeout * 1000))
        settings |= {"max_execution_time": longest, "cte_max_recursion_depth": "4294967295"}
    with db.cursor() as cursor:
        cursor.execute("SET SESSION " + ", ".join(f"{name} = {value}" for name, value in settings.items()))
        cursor.execute("SELECT @@SESSION.binlog_format, @@GLOBAL.log_bin")
        (form, logged) = cursor.fetchone() or ("", 0)
        if not (logged and str(form).upper() == "STATEMENT"):  # else InnoDB refuses to write under it
            cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
        cursor.execute(f"SET SESSION TRANSACTION {'READ WRITE' if write else 'READ ONLY'}")


def is_maria(db: pymysql.Connection[Any]) -> bool:
    told = db.get_server_info()  # type: ignore[no-untyped-call]  # the driver's stubs leave it open
    return "mariadb" in str(told).lower()


def _arguments(system: str, url: str, password: str | None) -> dict[str, Any]:
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    if set(asked) - {*_OPTIONS, "password"}:
        raise _unreachable(system, f"the address has an option we do not know; known: {', '.join(_OPTIONS)}")
    file = _defaults(system, asked.get("read_default_file"))
    host = parts.hostname or file.get("host") or "localhost"
    socket = asked.get("unix_socket") or (None if parts.hostname else file.get("socket"))
    told: dict[str, Any] = {
        "host": unquote(host),
        "port": parts.port or int(file.get("port") or 3306),
        "user": unquote(parts.username or "") or file.get("user") or None,
        "password": password or unquote(parts.password or "") or asked.get("password") or file.get("password") or "",
        "database": unquote(parts.path.removeprefix("/")) or file.get("database") or None,
        "unix_socket": socket,
        "charset": "utf8mb4",
        "autocommit": True,
        "connect_timeout": 10,
        "conv": _DECODERS,
        "program_name": "troth",
    }  # fmt: skip
    if not told["database"]:
        raise _unreachable(system, "the address names no database")
    return told | _tls(asked)


def _tls(asked: dict[str, str]) -> dict[str, Any]:
    """`ssl=true` verifies by the system's authorities, `ssl_ca` by a file; without either the driver uses no TLS."""
    if asked.get("ssl", "").lower() not in ("1", "true", "yes", "required") and "ssl_ca" not in asked:
        return {}
    context = ssl.create_default_context(cafile=asked.get("ssl_ca"))
    if "ssl_cert" in asked:
        context.load_cert_chain(asked["ssl_cert"], asked.get("ssl_key"))
    return {"ssl": context}


def _defaults(system: str, name: str | None) -> dict[str, str]:
    """[client] of ~/.my.cnf, or of the file the address names; a password that others may read is refused."""
    path = Path(name).expanduser() if name else Path(os.environ.get("HOME", "~")).expanduser() / ".my.cnf"
    if not path.is_file():
        return {}
    reader = configparser.RawConfigParser(allow_no_value=True, strict=False, inline_comment_prefixes=("#",))
    try:
        text = path.read_text(encoding="utf-8")
        reader.read_string("\n".join(line for line in text.splitlines() if not line.lstrip().startswith("!")))
    except (OSError, UnicodeError, configparser.Error):
        raise _unreachable(system, f"{path} cannot be read") from None
    found: dict[str, str] = {}
    for group in ("client", "client-mariadb", "mysql", "mariadb"):
        if reader.has_section(group):
            found |= {k: v.strip("'\"") for k, v in reader.items(group) if isinstance(v, str)}
    if "password" in found and path.stat().st_mode & 0o077:
        raise _unreachable(system, f"others may read the password in {path}; run chmod 600 on it")
    return found


# -- values as they come -------------------------------------------------------------------------------------------------

_DECODERS: dict[Any, Any] = {
    kind: decoder for kind, decoder in conversions.items() if kind not in (FIELD_TYPE.TIME, FIELD_TYPE.BIT)
}
"""The driver's own, but a TIME stays text (it may be longer than a day) and bits are asked for as numbers."""


# -- errors ---------------------------------------------------------------------------------------------------------------


def number_of(fault: Exception) -> int:
    """The server's or the driver's number; 2013 (lost) where there is none."""
    first = fault.args[0] if fault.args else 0
    return first if isinstance(first, int) and first else 2013


def transient(fault: Exception) -> bool:
    """Whether the same may succeed when tried again."""
    return number_of(fault) in _TRANSIENT or isinstance(fault, pymysql.err.InterfaceError | OSError)


@contextmanager
def guarded(place: str, known: Collection[str] = (), remedy: str = "") -> Iterator[None]:
    """Messages of the server may quote values: only the condition, and a name that the schema knows, pass through."""
    try:
        yield
    except (pymysql.Error, OSError) as fault:
        raise refusal(
            f"MariaDB or MySQL refused: {_code(fault)}{_constraint(fault, known)}",
            place=place,
            permanent=not transient(fault),
            remedy=remedy,
            cause=next((cause for cause, numbers in _CAUSES.items() if number_of(fault) in numbers), ""),
        ) from None
    except UnicodeError:
        raise StoreError(
            "MariaDB and MySQL cannot hold such a text", place=place, permanent=True, remedy=remedy
        ) from None


def _code(fault: Exception) -> str:
    number = number_of(fault)
    return f"{_NAMES.get(number, type(fault).__name__)} ({number})"


def _constraint(fault: Exception, known: Collection[str]) -> str:
    """The constraint's or column's name, if the schema has one of that name: a trigger may say anything."""
    for found in _NAMED.finditer(str(fault.args[1]) if len(fault.args) > 1 else ""):
        name = next(part for part in found.groups() if part).replace("``", "`")
        for one in (name, name.rpartition(".")[2]):
            if one in known:
                return f" (constraint {one})"
    return ""


def _why(fault: Exception) -> str:
    if isinstance(fault, ssl.SSLError):
        return "TLS could not be agreed on"
    said = {
        1044: "this user may not use that database",
        1045: "wrong user or password",
        1049: "no such database",
        1130: "this host may not connect",
        1698: "wrong user or password",
        2002: "nothing listens at that address",
        2003: "nothing listens at that address, or the host is unknown",
        2005: "unknown host",
    }
    if isinstance(fault, ValueError | UnicodeError):
        return "the address cannot be read"
    return said.get(number_of(fault), _code(fault))
