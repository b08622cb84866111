"""Passwords live apart from the map: in the environment, in pgpass, or in `.troth/credentials`, which only its owner reads."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from troth.records.cabinet import folder
from troth.terms.errors import UsageError


def split_password(url: str) -> tuple[str, str | None]:
    """The address without its password, and the password."""
    parts = urlsplit(url)
    if parts.password is None:
        return url, None
    host = parts.netloc.rpartition("@")[2]
    user = parts.username or ""
    return urlunsplit(parts._replace(netloc=f"{user}@{host}" if user else host)), unquote(parts.password)


def password_for(home: Path, system: str) -> str | None:
    """The stored password of a system; raises UsageError if others may read the file."""
    path = home / "credentials"
    if not path.exists():
        return None
    if path.stat().st_mode & 0o077:
        raise UsageError("others may read the credentials", place=str(path), remedy=f"Run: chmod 600 {path}")
    found = json.loads(path.read_text()).get(system)
    return str(found) if found is not None else None


def keep_password(home: Path, system: str, password: str) -> Path:
    """Stores a password for a system, readable by its owner only; the whole file or nothing."""
    path = folder(home) / "credentials"
    known = json.loads(path.read_text()) if path.exists() else {}
    known[system] = password
    handle, name = tempfile.mkstemp(dir=home)
    with os.fdopen(handle, "w") as file:
        json.dump(known, file, indent=1, sort_keys=True)
    os.chmod(name, 0o600)
    os.replace(name, path)
    return path
