"""The files of this database's tables, indexes, TOAST, statistics and log, as the server names them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from troth.planning.filed import File, Filed, Part
from troth.stores.postgres.reflect import spell

_RELATIONS = """
    SELECT pg_relation_filepath(c.oid), n.nspname, c.relname, c.relkind::text, w.relname, wn.nspname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_index i ON i.indexrelid = c.oid
    JOIN pg_class b ON b.oid = coalesce(i.indrelid, c.oid)
    LEFT JOIN pg_class o ON o.reltoastrelid = b.oid
    JOIN pg_class w ON w.oid = coalesce(o.oid, b.oid)
    JOIN pg_namespace wn ON wn.oid = w.relnamespace
    WHERE pg_relation_filepath(c.oid) IS NOT NULL AND c.relkind IN ('r', 'm', 't', 'i') AND (
      wn.nspname !~ '^pg_' AND wn.nspname <> 'information_schema'
      OR wn.nspname = 'pg_catalog' AND w.relname IN ('pg_statistic', 'pg_statistic_ext_data', 'pg_largeobject'))"""
_FOLDER = "SELECT setting FROM pg_settings WHERE name = 'data_directory'"


def files(db: psycopg.Connection[Any]) -> Filed:
    """Every relation's file (its further segments end in .1, .2 …), and the log; raises psycopg.Error."""
    unseen = [
        "compressed TOAST values, values cut into chunks of 2 kB, and numbers stored in binary",
        "what lies under the file system (freed blocks, snapshots), and the server's own log",
    ]
    try:
        db.execute("CHECKPOINT")
    except psycopg.errors.InsufficientPrivilege:
        unseen.append(
            "pages that the server has not written yet: CHECKPOINT first (role pg_checkpoint), then look again"
        )
    folder = db.execute(_FOLDER).fetchone()
    if folder is None:
        unseen.append("this role may not see data_directory (pg_read_all_settings): name it with --files")
    found = []
    for path, schema, name, kind, owner, home in db.execute(_RELATIONS.encode()):
        part: Part = "toast" if schema == "pg_toast" else "index" if kind == "i" else "table"
        if home == "pg_catalog":
            part = "table" if name.startswith("pg_largeobject") else "statistics"
        found.append(File(path, part, "" if home == "pg_catalog" else spell(home, owner)))
    return Filed(Path(folder[0]) if folder else None, (*found, File("pg_wal", "log")), tuple(unseen))
