"""How a MariaDB or MySQL server protects what it holds, as it says itself, and what a role of it may read: asked, never changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import pymysql

from troth.evidence.facts import Protection, Reach, Readable
from troth.stores.mysql import grants
from troth.stores.mysql.line import is_maria, number_of

_REFUSED: Final = (
    1045,
    3159,
)  # access denied, as for an account that requires TLS; insecure transport is prohibited
_SPACES: Final = """
    SELECT SUBSTRING_INDEX(s.NAME, '/', -1), COALESCE(e.ENCRYPTION_SCHEME, 0)
    FROM information_schema.INNODB_SYS_TABLESPACES s
    LEFT JOIN information_schema.INNODB_TABLESPACES_ENCRYPTION e ON e.SPACE = s.SPACE
    WHERE s.NAME LIKE %s"""
_SPACES_MYSQL: Final = """
    SELECT SUBSTRING_INDEX(NAME, '/', -1), ENCRYPTION = 'Y' FROM information_schema.INNODB_TABLESPACES WHERE NAME LIKE %s"""
_OTHERS: Final = """
    SELECT TABLE_NAME FROM information_schema.TABLES
    WHERE TABLE_SCHEMA = %s AND TABLE_TYPE = 'BASE TABLE' AND ENGINE NOT IN ('InnoDB', 'MEMORY')
      AND NOT (ENGINE = 'Aria' AND EXISTS (SELECT 1 FROM information_schema.GLOBAL_VARIABLES
                                           WHERE VARIABLE_NAME = 'ARIA_ENCRYPT_TABLES' AND VARIABLE_VALUE = 'ON'))"""
_OTHERS_MYSQL: Final = """
    SELECT TABLE_NAME FROM information_schema.TABLES
    WHERE TABLE_SCHEMA = %s AND TABLE_TYPE = 'BASE TABLE' AND ENGINE NOT IN ('InnoDB', 'MEMORY')"""
_CHANGED: Final = """
    SELECT JSON_VALUE(Priv, '$.password_last_changed') FROM mysql.global_priv
    WHERE CONCAT(User, '@', Host) = CURRENT_USER()"""
_CHANGED_MYSQL: Final = """
    SELECT UNIX_TIMESTAMP(password_last_changed) FROM mysql.user WHERE CONCAT(User, '@', Host) = CURRENT_USER()"""
_COLUMNS: Final = re.compile(r"([A-Z][A-Z ]*?)\s*\(((?:[^()`]|`(?:[^`]|``)*`)*)\)")
_ROLE: Final = re.compile(r"^GRANT `((?:[^`]|``)+)` TO ")
_WHERE: Final = re.compile(r" ON (?:TABLE )?(\S.*?) TO ", re.IGNORECASE)
_PART: Final = re.compile(r"`((?:[^`]|``)+)`")


def protection(
    line: pymysql.Connection[Any], database: str, plain: Callable[[], pymysql.Connection[Any]]
) -> Protection:
    """Of the server at the other end of `line`; `plain` opens the same connection without TLS. Raises pymysql.Error."""
    why = {}
    network = "UNIX socket" not in str(line.host_info)
    status = dict(
        _asked(line, "SHOW SESSION STATUS WHERE Variable_name IN ('Ssl_cipher', 'Ssl_server_not_before')")
    )
    refused = _refused(plain) if network else None
    if network and refused is None:
        why["tls"] = "the attempt failed for another reason"
    at_rest, tables, told = _at_rest(line, database)
    if told:
        why["at_rest"] = told
    keys = _keys(line, str(status.get("Ssl_server_not_before", "")))
    if not keys:
        why["keys"] = "this account may not see when its password was changed"
    return Protection(network, bool(status.get("Ssl_cipher")), refused, at_rest, tables, None, keys, why)


def _asked(
    line: pymysql.Connection[Any], sql: str, parameters: Sequence[object] = ()
) -> list[tuple[Any, ...]]:
    with line.cursor() as cursor:
        cursor.execute(sql, tuple(parameters))
        return [tuple(row) for row in cursor.fetchall()]


def _refused(plain: Callable[[], pymysql.Connection[Any]]) -> bool | None:
    """Whether the server refuses a connection for want of TLS; None where it failed for another reason."""
    try:
        plain().close()
    except pymysql.Error as fault:
        return True if number_of(fault) in _REFUSED else None
    except OSError:
        return None
    return False


def _at_rest(line: pymysql.Connection[Any], database: str) -> tuple[bool | None, tuple[str, ...], str]:
    """Whether the server encrypts every table's file; which it does not though it does others; why it cannot tell."""
    like = database.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%") + "/%"
    try:
        spaces = _asked(line, _SPACES if is_maria(line) else _SPACES_MYSQL, (like,))
    except pymysql.Error:
        return None, (), "this account may not see which files are encrypted (PROCESS)"
    plain = [str(name) for name, scheme in spaces if not scheme]
    if len(plain) == len(spaces):
        return None, (), "the server does not encrypt its files itself, and cannot tell whether the disk does"
    plain += [
        str(name) for (name,) in _asked(line, _OTHERS if is_maria(line) else _OTHERS_MYSQL, (database,))
    ]
    return not plain, tuple(sorted(plain)), ""


def _keys(line: pymysql.Connection[Any], not_before: str) -> dict[str, datetime]:
    """What can be dated: the certificate of this very connection, and this account's password where it may be seen."""
    found = {}
    with suppress(ValueError):
        found["certificate"] = datetime.strptime(not_before, "%b %d %H:%M:%S %Y %Z").replace(tzinfo=UTC)
    with suppress(pymysql.Error):
        for (changed,) in _asked(line, _CHANGED if is_maria(line) else _CHANGED_MYSQL):
            if changed and int(changed) > 0:
                found["password"] = datetime.fromtimestamp(int(changed), UTC)
    return found


# -- roles --------------------------------------------------------------------------------------------------------------


def reach(line: pymysql.Connection[Any], database: str, role: str, forbidden: Sequence[Readable]) -> Reach:
    """Which of the forbidden columns a role may read, by what SHOW GRANTS says of it and of the roles it holds.

    Nothing is attempted in its name: a session that takes on a role keeps what its own account may do.
    """
    lines, waiting, seen = [], [role], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            told = [str(row[0]) for row in _asked(line, f"SHOW GRANTS FOR `{name.replace('`', '``')}`")]
        except pymysql.Error:
            return Reach(False, "it has no such role, or this account may not see its grants")
        waiting += [found[1].replace("``", "`") for one in told if (found := _ROLE.match(one))]
        lines += told
    granted, single = grants.read(lines, database), set(_single(lines, database))
    reads = frozenset(
        one for one in forbidden if granted.may("SELECT", one.dataset) or (one.dataset, one.column) in single
    )
    return Reach(True, "", reads)


def _single(lines: Iterable[str], database: str) -> Iterable[tuple[str, str]]:
    """(table, column) of every SELECT that is granted on single columns."""
    for one in lines:
        place = _WHERE.search(one)
        parts = [part.replace("``", "`") for part in _PART.findall(place[1])] if place else []
        if len(parts) == 2 and parts[0] == database:
            for right, columns in _COLUMNS.findall(one[: place.start()] if place else ""):
                if right.removeprefix("GRANT").strip(" ,") == "SELECT":
                    for column in columns.split(","):
                        yield parts[1], column.strip().strip("`").replace("``", "`")
