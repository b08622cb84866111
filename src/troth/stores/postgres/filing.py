"""The files of this database's tables, indexes, TOAST, statistics and log, as the server names them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from troth.planning.filed import File, Filed, Part
from troth.stores.postgres.reflect import spell

_RELATIONS = """
    SELECT pg_relation_filepath(c.oid) AS path, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind,
           coalesce(o.relnamespace::regnamespace::text, tn.nspname) AS of_schema, coalesce(o.relname, t.relname) AS of_name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_index i ON i.indexrelid = c.oid
    LEFT JOIN pg_class b ON b.oid = coalesce(i.indrelid, c.oid)
    LEFT JOIN pg_class o ON o.reltoastrelid = b.oid
    LEFT JOIN pg_class t ON t.oid = i.indrelid
    LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
    WHERE pg_relation_filepath(c.oid) IS NOT NULL AND c.relkind IN ('r', 'm', 't', 'i')
      AND (n.nspname !~ '^pg_(?!toast)' AND n.nspname <> 'information_schema' AND coalesce(o.relnamespace, 0) <> 'pg_catalog'::regnamespace
           OR c.oid IN ('pg_statistic'::regclass, 'pg_largeobject'::regclass))"""
_FOLDER = "SELECT setting FROM pg_settings WHERE name = 'data_directory'"


def files(db: psycopg.Connection[Any]) -> Filed:
    """Every relation's file (its further segments end in .1, .2 …), and the log; raises psycopg.Error."""
    unseen = [
        "compressed TOAST values, values cut into chunks of 2 kB, and numbers stored in binary",
        "tablespaces other than pg_default, and what lies under the file system (freed blocks, snapshots)",
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
    for path, schema, name, kind, of_schema, of_name in db.execute(_RELATIONS.encode()):
        part: Part = "statistics" if schema == "pg_catalog" else _PARTS.get(kind, "table")
        toast = schema == "pg_toast"
        owner = (
            spell(of_schema, of_name)
            if of_name
            else ""
            if toast or schema == "pg_catalog"
            else spell(schema, name)
        )
        found.append(File(path, "toast" if toast else part, owner))
    return Filed(Path(folder[0]) if folder else None, (*found, File("pg_wal", "log")), tuple(unseen))


_PARTS: dict[str, Part] = {"i": "index", "t": "toast"}
