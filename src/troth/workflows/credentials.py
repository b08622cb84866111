"""Passwords live apart from the map: in the environment, in pgpass, or in `.troth/credentials`, which only its owner reads."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from troth.datamap.mapnodes import holds_secret
from troth.records.cabinet import folder
from troth.terms.errors import UsageError

ENCODE = "Write special characters of a password as %40 (@), %2F (/), %23 (#), %3A (:)."


def split_password(url: str, name: str = "") -> tuple[str, str | None]:
    """The address without its password, and the password; raises UsageError where another secret would stay in it."""
    try:
        parts = urlsplit(url)
        _ = (
            parts.port if "," not in parts.netloc else None
        )  # PostgreSQL allows several hosts, each with its port
    except ValueError:
        raise UsageError("this address cannot be read", place=name or "the address", remedy=ENCODE) from None
    password = None if parts.password is None else unquote(parts.password)
    if parts.password is not None:
        host, user = parts.netloc.rpartition("@")[2], parts.netloc.partition(":")[0]
        parts = parts._replace(netloc=f"{user}@{host}" if user else host)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    if any(key == "password" for key, _ in asked):
        password = next(value for key, value in asked if key == "password")
        parts = parts._replace(query=urlencode([(key, value) for key, value in asked if key != "password"]))
    tail = f"{'?' if parts.query else ''}{parts.query}{'#' if parts.fragment else ''}{parts.fragment}"
    bare = url if password is None else f"{parts.scheme}://{parts.netloc}{parts.path}{tail}"
    if (
        parts.netloc and "@" in parts.path + tail and "@" not in parts.netloc
    ):  # an unquoted slash cut a password in two
        raise UsageError("this address cannot be read", place=name or "the address", remedy=ENCODE)
    if holds_secret(bare) and "://" in bare:
        raise UsageError(
            "the address carries a secret among its options",
            place=name or "the address",
            remedy="Only `password` is taken out of an address; set the others where the driver reads them.",
        )
    return bare, password


def referred(text: str, name: str) -> str:
    """What a variable says; of `file:PATH` what the file says, its last line end left out. Raises UsageError, never with it."""
    if not text.startswith("file:"):
        return text
    path = Path(text.removeprefix("file:"))
    try:
        held = path.read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeDecodeError):
        held = ""
    if not held or "\n" in held:
        raise UsageError(
            "the file that this variable refers to cannot be read as one line",
            place=name,
            remedy="Write file:PATH; the file holds the address, or the password alone, in UTF-8.",
        )
    return held


def password_for(home: Path, system: str) -> str | None:
    """The stored password of a system; raises UsageError if others may read the file, or it cannot be read."""
    found = _read(home / "credentials").get(system)
    return str(found) if found is not None else None


def keep_password(home: Path, system: str, password: str) -> Path:
    """Stores a password for a system, readable by its owner only; the whole file or nothing."""
    path = folder(home) / "credentials"
    known = _read(path)
    known[system] = password
    handle, name = tempfile.mkstemp(dir=home)
    with os.fdopen(handle, "w") as file:
        json.dump(known, file, indent=1, sort_keys=True)
    os.chmod(name, 0o600)
    os.replace(name, path)
    return path


def _read(path: Path) -> dict[str, object]:
    if not path.exists():
        return {}
    if path.stat().st_mode & 0o077:
        raise UsageError("others may read the credentials", place=str(path), remedy=f"Run: chmod 600 {path}")
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = None
    if not isinstance(known, dict):
        raise UsageError(
            "the credentials cannot be read",
            place=str(path),
            remedy="It holds one JSON object, system name to password; or remove it and run `troth map URL` again.",
        )
    return known
