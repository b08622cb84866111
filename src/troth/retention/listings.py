"""Reads what backup programs list of their backups; a listing that is not whole, or not of its kind, is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any, Final

from troth.retention.backups import PLAIN
from troth.terms.errors import UsageError

_WELL, _EMPTY = 0, 2  # pgBackRest's codes: fine, and reached but without a backup
_LONGEST = 300
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Listed:
    """One backup of a listing. `exact`: the moment is when it was begun, not when it was written down somewhere."""

    name: str
    place: str
    at: datetime
    exact: bool = False
    encrypted: str = ""
    seen: tuple[str, ...] = ()


def pgbackrest(text: str) -> list[Listed]:
    """`pgbackrest info --output=json`: every backup of every stanza. Raises UsageError."""
    found = []
    for stanza in _array(_json(text, "pgbackrest"), "pgbackrest"):
        _reached(stanza)
        ciphers = {repo["key"]: repo.get("cipher", "") for repo in stanza.get("repo", ())}
        for one in stanza["backup"]:
            repo = one.get("database", {}).get("repo-key")
            cipher = ciphers.get(repo) or stanza.get("cipher", "")
            found.append(
                Listed(
                    f"{_word(stanza['name'])}/{_word(one['label'])}", f"pgbackrest repo{int(repo or 1)}",
                    _begun(one["timestamp"]["start"]), True, _cipher(_word(cipher)),
                )
            )  # fmt: skip
    return found


def _reached(stanza: Mapping[str, Any]) -> None:
    """Raises UsageError where a repository could not be read: what it holds would look as if it were gone."""
    repositories = stanza.get("repo") or ()
    told = [one["status"]["code"] for one in repositories if "status" in one]
    if not told and "status" in stanza:
        told = [stanza["status"]["code"]]
    if any(code not in (_WELL, _EMPTY) for code in told):
        raise _unreadable("pgbackrest", "a repository in it could not be read")


def _begun(seconds: object) -> datetime:
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise TypeError("no count of seconds")
    return _sensible(datetime.fromtimestamp(seconds, UTC))


def _cipher(told: str) -> str:
    """`none` is no cipher; `mixed`, of repositories that differ, says nothing of this one."""
    return {"none": PLAIN, "mixed": ""}.get(told, told)


def restic(text: str) -> list[Listed]:
    """`restic snapshots --json`. Its repositories are always encrypted. Raises UsageError."""
    return [
        Listed(
            _word(one["id"]), f"restic {_word(one.get('hostname', ''))}".strip(), _moment(one["time"]),
            encrypted="restic (AES-256-CTR, Poly1305-AES)",
        )
        for one in _array(_json(text, "restic"), "restic")
    ]  # fmt: skip


def s3(text: str) -> list[Listed]:
    """`aws s3api list-objects-v2`: each object is a backup; how it is encrypted, a listing does not say. Raises UsageError."""
    told = _json(text, "s3")
    if not isinstance(told, dict) or told.get("IsTruncated") or told.get("NextToken"):
        raise _unreadable("s3", "it is not the whole listing")
    return [
        Listed(
            _word(one["Key"]),
            f"s3://{_word(told['Name'])}" if told.get("Name") else "s3",
            _moment(one["LastModified"]),
        )
        for one in told.get("Contents") or ()
        if not one["Key"].endswith("/")
    ]


def matching(listed: list[Listed], pattern: str) -> list[Listed]:
    """Those whose name fits a pattern with `*`."""
    return [one for one in listed if fnmatchcase(one.name, pattern)]


KINDS: Final[Mapping[str, Callable[[str], list[Listed]]]] = {
    "pgbackrest": pgbackrest,
    "restic": restic,
    "s3": s3,
}
"""Listings that are text; a folder is looked at itself."""


def parsed(kind: str, text: str) -> list[Listed]:
    """The backups of a listing. Raises UsageError without a word of its text: a listing may hold names."""
    try:
        found = KINDS[kind](text)
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, OSError, RecursionError):
        raise _unreadable(kind, "a part of it is not as this program writes it") from None
    if len({one.name for one in found}) != len(found):
        raise _unreadable(kind, "two backups in it have one name")
    return found


def _json(text: str, kind: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise _unreadable(kind, "it is no JSON") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """No name twice: which of the two counts, nobody could say."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _word(told: object) -> str:
    """A text of the listing, of a length that can be kept."""
    if not isinstance(told, str) or len(told) > _LONGEST:
        raise TypeError("no text")
    return told


def _array(told: Any, kind: str) -> list[Mapping[str, Any]]:
    if not isinstance(told, list):
        raise _unreadable(kind, "it is no list")
    return told


def _moment(text: str) -> datetime:
    """A moment with its offset; fractions beyond microseconds, as Go writes them, are cut."""
    head, dot, tail = text.partition(".")
    if dot:
        digits = tail[: len(tail) - len(tail.lstrip("0123456789"))]
        head = f"{head}.{digits[:6].ljust(6, '0')}{tail[len(digits) :]}"
    moment = datetime.fromisoformat(head)
    if moment.tzinfo is None:
        raise ValueError("no offset")
    return _sensible(moment.astimezone(UTC))


def _sensible(moment: datetime) -> datetime:
    """The moment, unless no backup can be that old: a clock that was never set."""
    if moment < _OLDEST:
        raise ValueError("before there was such a program")
    return moment


def _unreadable(kind: str, why: str) -> UsageError:
    return UsageError(
        f"this listing of {kind} cannot be read: {why}", place="LISTING",
        remedy="Nothing was registered. docs/backups.md says which command writes it.",
    )  # fmt: skip


# -- what a file's first bytes say -------------------------------------------------------------------------------------

_SEALED: Final[tuple[tuple[bytes, str], ...]] = (
    (b"age-encryption.org/v1\n", "age"),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", "age"),
    (b"-----BEGIN PGP MESSAGE-----", "gpg"),
    (b"Salted__", "openssl enc"),
)
_OPEN: Final[tuple[bytes, ...]] = (
    b"PGDMP", b"SQLite format 3\x00", b"-- MySQL dump", b"-- MariaDB dump", b"/*M!", b"--\n-- PostgreSQL database",
    b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\x00", b"BZh", b"PK\x03\x04", b"PAR1",
)  # fmt: skip
HEAD: Final = 64
"""How many first bytes are looked at."""


def encryption(head: bytes) -> str:
    """What the first bytes show: a cipher's program, `no` for what is known to be readable, '' for what is not known."""
    for mark, name in _SEALED:
        if head.startswith(mark):
            return name
    if _openpgp(head):
        return "gpg"
    return PLAIN if head.startswith(_OPEN) else ""


def _openpgp(head: bytes) -> bool:
    """Whether it begins with a session key that is sealed: for somebody (RFC 4880, 5.1), or under a passphrase (5.3)."""
    if len(head) < 6:
        return False
    tag, at = (
        (head[0] & 0x3F, _length_new(head))
        if head[0] & 0xC0 == 0xC0
        else (head[0] >> 2 & 0xF, _length_old(head))
    )
    versions = {1: (3, 6), 3: (4, 5, 6)}.get(tag, ())
    return bool(head[0] & 0x80) and at is not None and head[at] in versions


def _length_old(head: bytes) -> int | None:
    return {0: 2, 1: 3, 2: 5}.get(head[0] & 3)


def _length_new(head: bytes) -> int:
    return 2 if head[1] < 192 else 3 if head[1] < 255 else 6  # RFC 4880, 4.2.2
