"""What a SQLite file (library 3.37 or later) holds, blind spots included, in a fixed number of statements."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict, namedtuple
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, takewhile
from typing import Any, Literal, NamedTuple

from troth.datamap.schema import Column, Family, ForeignKey, Schema, Table, TableKind
from troth.stores.sqlite.declaration import Declaration, declaration, module, tables_read, tokens, trigger

ROW_IDS = ("rowid", "_rowid_", "oid")
_INDEXES_TEXT = {"fts3", "fts4", "fts5"}
_HAS_ROW_ID = _INDEXES_TEXT | {"rtree", "rtree_i32", "geopoly"}
_PROBED_AT_ONCE = 400  # SQLite joins at most 500 SELECTs

_TABLES = """
    SELECT l.name, l.type, l.wr AS keyed, coalesce(m.sql, '') AS sql
    FROM pragma_table_list l LEFT JOIN sqlite_master m ON m.name = l.name AND m.type IN ('table', 'view')
    WHERE l.schema = 'main' AND l.name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY m.rowid"""
_COLUMNS = """
    SELECT m.name AS owner, x.name, x.type, x."notnull" AS filled, x.dflt_value AS expression, x.pk,
           x.hidden
    FROM sqlite_master m, pragma_table_xinfo(m.name, 'main') x
    WHERE m.type = ? AND m.name NOT IN (SELECT value FROM json_each(?)) ORDER BY m.rowid, x.cid"""
_FOREIGN_KEYS = """
    SELECT m.name AS owner, x.id, x."table" AS target, x."from" AS source, x."to" AS goal,
           x.on_delete, x.on_update
    FROM sqlite_master m, pragma_foreign_key_list(m.name, 'main') x
    WHERE m.type = 'table' AND m.name NOT IN (SELECT value FROM json_each(?))
    ORDER BY m.rowid, x.id DESC, x.seq"""
_INDEXES = """
    SELECT m.name AS owner, x.name, x."unique" AS is_unique, x.origin, x.partial, i.cid,
           i.name AS column_name, coalesce(s.sql, '') AS sql
    FROM sqlite_master m, pragma_index_list(m.name, 'main') x, pragma_index_xinfo(x.name, 'main') i
    LEFT JOIN sqlite_master s ON s.name = x.name AND s.type = 'index'
    WHERE m.type = 'table' AND i.key AND m.name NOT IN (SELECT value FROM json_each(?))
    ORDER BY m.rowid, x.origin <> 'pk', x.seq DESC, i.seqno"""
_TRIGGERS = "SELECT tbl_name AS owner, name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid"
_PRAGMAS = (
    "journal_mode", "secure_delete", "page_count", "page_size", "freelist_count", "auto_vacuum", "encoding",
    "foreign_keys", "recursive_triggers",
)  # fmt: skip
_FAMILIES: tuple[tuple[str, Family], ...] = (
    ("ENUM", "text"), ("POINT", "other"), ("GEOM", "other"), ("BOOL", "boolean"),
    ("JSON", "json"), ("UUID", "uuid"), ("GUID", "uuid"), ("UNIQUEIDENTIFIER", "uuid"),
    ("TIMESTAMP", "timestamp"), ("DATETIME", "timestamp"), ("DATE", "date"),
    ("INET", "inet"), ("CIDR", "inet"), ("XML", "xml"), ("INTERVAL", "other"),
    ("INT", "integer"), ("SERIAL", "integer"),
    ("CHAR", "text"), ("CLOB", "text"), ("TEXT", "text"),
    ("BLOB", "blob"), ("BINARY", "blob"), ("IMAGE", "blob"),
    ("REAL", "decimal"), ("FLOA", "decimal"), ("DOUB", "decimal"), ("DEC", "decimal"), ("NUM", "decimal"),
    ("MONEY", "decimal"), ("TIME", "other"),
)  # fmt: skip


class _Entry(NamedTuple):
    """One table or view, with its own text and what was read from it."""

    name: str
    type: str
    keyed: bool  # WITHOUT ROWID
    sql: str


def reflect(connection: sqlite3.Connection, system: str) -> Schema:
    """Every table, view and virtual table of the main database; raises sqlite3.Error."""
    catalogue = _Catalogue(connection)
    tables = {entry.name: catalogue.table(entry) for entry in catalogue.listed}
    return Schema(
        system=system,
        tables=tables,
        unsearched=tuple(catalogue.unsearched()),
        facts=catalogue.facts(),
        loose=True,
    )


class _Catalogue:
    """The answers of the pragma functions, by table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        available = {row.name.lower() for row in self._ask("SELECT name FROM pragma_module_list")}
        found = [_Entry(row.name, row.type, bool(row.keyed), row.sql) for row in self._ask(_TABLES)]
        self.modules = {entry.name: module(entry.sql) for entry in found if entry.type == "virtual"}
        self.closed = {name: it.name for name, it in self.modules.items() if it.name not in available}
        self.listed = [entry for entry in found if entry.type != "shadow" and entry.name not in self.closed]
        self.entries = {entry.name.lower(): entry for entry in self.listed}
        self.names = {entry.name.lower(): entry.name for entry in self.listed}
        self.broken: dict[str, str] = {}
        self.dangling: list[str] = []
        skip = json.dumps(list(self.closed))
        self.columns = _grouped(self._ask(_COLUMNS, "table", skip) + self._view_columns())
        self.foreign_keys = _grouped(self._ask(_FOREIGN_KEYS, skip))
        self.indexes = {
            owner: [list(rows) for _, rows in groupby(of, lambda row: row.name)]
            for owner, of in _grouped(self._ask(_INDEXES, skip)).items()
        }
        self.triggers = _grouped(self._ask(_TRIGGERS))
        self.pragmas = {name: str(self._ask(f"PRAGMA {name}")[0][0]) for name in _PRAGMAS}
        self.rows, self.holes = self._probe()

    def _ask(self, sql: str, *parameters: str) -> list[Any]:
        cursor = self.connection.cursor()
        cursor.row_factory = None
        cursor.execute(sql, parameters)
        row = namedtuple("row", [column[0] for column in cursor.description or ()])  # type: ignore[misc]
        return list(map(row._make, cursor.fetchall()))

    def _view_columns(self) -> list[Any]:
        """All views in one statement; one by one only where one of them is broken."""
        try:
            return self._ask(_COLUMNS, "view", "[]")
        except sqlite3.Error:
            views = {entry.name for entry in self.listed if entry.type == "view"}
        rows = []
        for view in sorted(views):
            try:
                rows += self._ask(_COLUMNS, "view", json.dumps(list(views - {view})))
            except sqlite3.Error as error:
                self.broken[view] = str(error)
        return rows

    def _probe(self) -> tuple[dict[str, int], set[str]]:
        """A bound on each table's rows, and the tables whose primary key holds a NULL (it may)."""
        probes = []
        for entry in self.listed:
            row_id = self.row_id(entry)
            if entry.type == "table" and row_id:
                table, text = quote(entry.name), entry.name.replace("'", "''")
                unsure = [name for name in self.primary(entry) if not self._filled(entry, name)]
                tests = [f"EXISTS (SELECT 1 FROM {table} WHERE {quote(name)} IS NULL)" for name in unsure]
                bound = f"(SELECT max({row_id}) FROM {table})"
                probes.append(
                    f"SELECT '{text}' AS owner, {bound} AS bound, {' OR '.join(tests) or 0} AS holes"
                )
        most = int(self.pragmas["page_count"]) * int(self.pragmas["page_size"]) // 4
        rows: dict[str, int] = {}
        holes: set[str] = set()
        for start in range(0, len(probes), _PROBED_AT_ONCE):
            for row in self._ask(" UNION ALL ".join(probes[start : start + _PROBED_AT_ONCE])):
                rows[row.owner] = min(max(row.bound or 0, 0), most)
                holes |= {row.owner} if row.holes else set()
        if self._ask("SELECT name FROM sqlite_master WHERE name = 'sqlite_stat1'"):
            counted = self._ask(
                "SELECT tbl AS owner, max(CAST(stat AS INTEGER)) AS n FROM sqlite_stat1 GROUP BY tbl"
            )
            rows |= {row.owner: row.n for row in counted}
        return rows, holes

    def row_id(self, entry: _Entry) -> str | None:
        """The name under which the hidden row id can be read, if there is one."""
        hidden = entry.type == "view" or entry.keyed
        if hidden or (entry.type == "virtual" and self.modules[entry.name].name not in _HAS_ROW_ID):
            return None
        taken = {column.name.lower() for column in self.columns[entry.name]}
        return next((name for name in ROW_IDS if name not in taken), None)

    def primary(self, entry: _Entry) -> tuple[str, ...]:
        columns = sorted(
            (column for column in self.columns[entry.name] if column.pk), key=lambda column: column.pk
        )
        return tuple(column.name for column in columns)

    def _alias(self, entry: _Entry) -> str | None:
        """The column that is the row id itself: INTEGER PRIMARY KEY."""
        keys = [column for column in self.columns[entry.name] if column.pk]
        indexed = any(rows[0].origin == "pk" for rows in self.indexes.get(entry.name, ()))
        if entry.type == "table" and len(keys) == 1 and not indexed and not entry.keyed:
            return str(keys[0].name) if keys[0].type.upper() == "INTEGER" else None
        return None

    def _filled(self, entry: _Entry, name: str) -> bool:
        return name == self._alias(entry) or any(
            column.filled for column in self.columns[entry.name] if column.name == name
        )

    def facts(self) -> dict[str, str]:
        """Settings; `table:NAME` of those without row id; references to what does not exist, one a line."""
        facts = {"version": sqlite3.sqlite_version} | self.pragmas
        facts |= {f"table:{entry.name}": "without rowid" for entry in self.listed if entry.keyed}
        return facts | ({"dangling_references": "\n".join(self.dangling)} if self.dangling else {})

    def unsearched(self) -> Iterator[tuple[str, str]]:
        for name, kind in self.closed.items():
            yield name, f"a virtual table of the module {kind}, which this SQLite does not have"

    def table(self, entry: _Entry) -> Table:
        told = declaration(entry.sql) if entry.type == "table" else None
        shown = [row for row in self.columns[entry.name] if row.hidden != 1]
        columns = tuple(self._column(entry, row, told) for row in shown)
        uniques = tuple(dict.fromkeys(self._uniques(entry)))
        kinds: dict[str, TableKind] = {"view": "view", "virtual": "virtual"}
        return Table(
            name=entry.name,
            columns=columns,
            key=self._key(entry, uniques),
            foreign_keys=tuple(self._references(entry, told)),
            uniques=uniques,
            distinct=tuple(dict.fromkeys(self._distinct(entry))),
            checks=told.checks if told else (),
            triggers=tuple(trigger(row.name, row.sql) for row in self.triggers[entry.name]),
            indexes=tuple(dict.fromkeys(self._indexes(entry))),
            kind=kinds.get(entry.type, "table"),
            reads=self._reads(entry),
            estimate=self.rows.get(entry.name, 0),
            blind=tuple(self._blind(entry, unread=entry.type == "table" and told is None)),
        )

    def _column(self, entry: _Entry, row: Any, told: Declaration | None) -> Column:
        collation = told.collations.get(row.name.lower(), "") if told else ""
        alias = row.name == self._alias(entry)
        sized = re.search(r"CHAR\w*\s*\(\s*(\d+)", row.type.upper())
        return Column(
            name=row.name,
            native=row.type,
            family=_family(row.type),
            nullable=not (row.filled or alias),
            default=row.expression,
            generated=row.hidden in (2, 3),
            identity=alias,
            length=int(sized.group(1)) if sized else None,
            alike=_ALIKE.get(collation, ""),
        )

    def _key(self, entry: _Entry, uniques: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
        if entry.name not in self.holes and (primary := self.primary(entry)):
            return primary
        for names in uniques:
            if all(self._filled(entry, name) for name in names):
                return names
        row_id = self.row_id(entry)
        return (row_id,) if row_id else ()

    def _uniques(self, entry: _Entry) -> Iterator[tuple[str, ...]]:
        if alias := self._alias(entry):
            yield (alias,)
        for rows in self.indexes.get(entry.name, ()):
            if rows[0].is_unique and not rows[0].partial and all(row.cid >= 0 for row in rows):
                yield tuple(row.column_name for row in rows)

    def _distinct(self, entry: _Entry) -> Iterator[str]:
        """Columns in which rows must differ under some condition, or after some function."""
        for rows in self.indexes.get(entry.name, ()):
            if rows[0].is_unique and (rows[0].partial or any(row.cid < 0 for row in rows)):
                words = tokens(rows[0].sql)
                named = takewhile(lambda token: token.word != "WHERE" or token.depth, words)
                found = {token.name.lower() for token in named if token.depth}
                yield from (c.name for c in self.columns[entry.name] if c.name.lower() in found)

    def _indexes(self, entry: _Entry) -> Iterator[tuple[str, ...]]:
        if alias := self._alias(entry):
            yield (alias,)
        for rows in self.indexes.get(entry.name, ()):
            names = tuple(row.column_name for row in takewhile(lambda row: row.cid >= 0, rows))
            whole = not rows[0].partial or re.search(r"(?i)\bWHERE\s+\S+\s+IS\s+NOT\s+NULL\s*$", rows[0].sql)
            if names and whole:
                yield names

    def _references(self, entry: _Entry, told: Declaration | None) -> Iterator[ForeignKey]:
        declared = [list(rows) for _, rows in groupby(self.foreign_keys[entry.name], lambda row: row.id)]
        clauses = (
            list(told.references)
            if told and len(told.references) == len(declared)
            else [None] * len(declared)
        )
        for rows, clause in zip(declared, clauses, strict=True):
            first = rows[0]
            target = self.entries.get(first.target.lower())
            columns = tuple(row.source for row in rows)
            names = (
                {column.name.lower(): column.name for column in self.columns[target.name]} if target else {}
            )
            goals = [names.get((row.goal or "").lower()) for row in rows]
            if target and first.goal is None:
                goals = list(self.primary(target))
            if target is None or None in goals or len(goals) != len(columns):
                self.dangling.append(f"{entry.name} ({', '.join(columns)}) -> {first.target}")
                continue
            name, deferrable = (clause.name, clause.deferrable) if clause else ("", False)
            yield ForeignKey(
                name,
                columns,
                target.name,
                tuple(map(str, goals)),
                first.on_delete,
                first.on_update,
                deferrable,
            )

    def _reads(self, entry: _Entry) -> tuple[str, ...]:
        if entry.type == "view":
            return tables_read(entry.sql, self.names)
        if entry.type != "virtual":
            return ()
        it = self.modules[entry.name]
        source = it.arguments[0] if it.name == "fts5vocab" else it.options.get("content", "")
        return (self.names[source.lower()],) if source.lower() in self.names else ()

    def _blind(self, entry: _Entry, unread: bool) -> Iterator[str]:
        if unread:
            yield "its declaration could not be read: CHECK constraints are unknown"
        if entry.name in self.broken:
            yield f"the view does not open: {self.broken[entry.name]}"
        if entry.type == "virtual" and self.modules[entry.name].options.get("content") == "":
            yield "a full-text index without content: its words cannot be read back"


def _grouped(rows: Iterable[Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.owner].append(row)
    return groups


_ALIKE: Mapping[str, Literal["ascii", "blanks"]] = {"nocase": "ascii", "rtrim": "blanks"}


def _family(declared: str) -> Family:
    """By the words of the declared type; SQLite keeps anything anywhere, so unknown means text."""
    bare = re.sub(r"\(.*", "", declared.upper())
    return next((family for word, family in _FAMILIES if word in bare), "text")


def quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
