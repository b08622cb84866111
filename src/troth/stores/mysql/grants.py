"""What SHOW GRANTS says this session may do, table by table; what cannot be read counts as not granted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_GRANT = re.compile(r"^GRANT (?P<what>.+?) ON (?:TABLE )?(?P<where>\S.*?) TO ", re.IGNORECASE)
_REVOKE = re.compile(r"^REVOKE (?P<what>.+?) ON (?P<where>\S.*?) FROM ", re.IGNORECASE)
_PLACE = re.compile(r"^(?P<db>\*|`(?:[^`]|``)+`)\.(?P<table>\*|`(?:[^`]|``)+`)$")
_COLUMNS = re.compile(r"\([^)]*\)")


@dataclass
class Grants:
    """Privileges on one database: those on all of it, and those on single tables."""

    whole: set[str] = field(default_factory=set)
    tables: dict[str, set[str]] = field(default_factory=dict)

    def may(self, what: str, table: str) -> bool:
        """Whether the privilege covers the whole table (single columns do not count)."""
        wanted = {what, "ALL PRIVILEGES", "ALL"}
        return bool(wanted & (self.whole | self.tables.get(table, set())))

    @property
    def sees_all(self) -> bool:
        """Whether no table of the database can be hidden from us."""
        return bool({"SELECT", "ALL PRIVILEGES", "ALL"} & self.whole)


def read(lines: Iterable[str], database: str) -> Grants:
    """The grants that concern `database`."""
    found, lost = Grants(), set[str]()
    for line in lines:
        for pattern, held in ((_GRANT, True), (_REVOKE, False)):
            match = pattern.match(line)
            place = _PLACE.match(match["where"]) if match else None
            if match is None or place is None or not _meant(place["db"], database):
                continue
            rights = _rights(match["what"])
            if not held:
                lost |= rights
            elif place["table"] == "*":
                found.whole |= rights
            else:
                found.tables.setdefault(_bare(place["table"]), set()).update(rights)
    if lost:  # a partial revoke takes from what is granted everywhere: nothing is certain any more
        found.whole -= lost | {"ALL PRIVILEGES", "ALL"}
    return found


def _rights(text: str) -> set[str]:
    """The privileges of a list; one on columns only (`SELECT (id)`) is none on the table."""
    parts = _COLUMNS.sub("()", text).split(",")
    return {part.strip().upper() for part in parts if "()" not in part}


def _meant(spelled: str, database: str) -> bool:
    """Whether a database's place in a grant means ours: `_` and `%` are wildcards there unless escaped."""
    if spelled == "*":
        return True
    pattern = ""
    for part in re.findall(r"\\.|.", _bare(spelled)):
        pattern += {"%": ".*", "_": "."}.get(part, re.escape(part[-1]))
    return re.fullmatch(pattern, database) is not None


def _bare(name: str) -> str:
    return name[1:-1].replace("``", "`") if name.startswith("`") else name
