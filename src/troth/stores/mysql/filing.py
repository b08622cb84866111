"""The files of this database's tables and of the server's logs, as MariaDB names and spells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from troth.planning.filed import File, Filed, Part
from troth.stores.mysql.reflect import Reflected

_VARIABLES = (
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('datadir', 'innodb_undo_directory', 'log_bin_basename', 'general_log_file',"
    " 'slow_query_log_file', 'relay_log_basename')"
)
_TABLE = {".ibd": "table", ".MYD": "table", ".MYI": "index", ".MAD": "table", ".MAI": "index"}
_EVERYBODYS: tuple[tuple[str, Part], ...] = (
    ("ibdata*", "undo"),
    ("undo*", "undo"),
    ("ib_logfile*", "log"),
    ("aria_log.*", "log"),
    ("mysql/column_stats.MAD", "statistics"),
    ("mysql/column_stats.ibd", "statistics"),
)


def files(known: Reflected, run: Callable[[str], Any]) -> Filed:
    """The files of this database under the data directory, if we may look into it, with the undo, redo and binary logs."""
    told = {str(row[0]): str(row[1]) for row in run(_VARIABLES).fetchall()}
    (database,) = run("SELECT DATABASE()").fetchone()
    folder = Path(told.get("datadir", ""))
    unseen = (
        "compressed or encrypted pages, values cut across pages, and numbers stored in binary",
        "pages that the server has not written yet: wait some minutes, or look after a clean shutdown",
        "words of full-text indexes one by one: only whole values are looked for",
    )
    names = {spelled(name): name for name in known.schema.tables}
    return Filed(folder, tuple(_listed(folder, spelled(str(database)), names, told)), unseen)


def _listed(folder: Path, database: str, names: Mapping[str, str], told: Mapping[str, str]) -> Iterator[File]:
    for path in sorted((folder / database).glob("*")):
        base = path.name.partition(".")[0].partition("#P#")[0].partition("#p#")[0]
        if path.suffix in _TABLE:
            part: Part = (
                "index" if path.name.startswith("FTS_") or _TABLE[path.suffix] == "index" else "table"
            )
            yield File(f"{database}/{path.name}", part, names.get(base, ""))
    for pattern, part in _EVERYBODYS:
        yield from (File(str(path.relative_to(folder)), part) for path in sorted(folder.glob(pattern)))
    for name in ("log_bin_basename", "relay_log_basename", "general_log_file", "slow_query_log_file"):
        if given := told.get(name):
            base_path = folder / given
            pattern = f"{base_path.name}.[0-9]*" if name.endswith("basename") else base_path.name
            yield from (File(str(path), "log") for path in sorted(base_path.parent.glob(pattern)))


def spelled(name: str) -> str:
    """A table's name as its file has it: whatever is no ASCII letter, digit or underscore as `@` and its number."""
    return "".join(c if c.isascii() and (c.isalnum() or c == "_") else f"@{ord(c):04x}" for c in name)
