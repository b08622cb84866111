"""What a MariaDB or MySQL database holds, blind spots included; the number of statements is fixed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pymysql
from pymysql.cursors import DictCursor

from troth.datamap.schema import (
    Alike,
    Check,
    Column,
    Event,
    Family,
    ForeignKey,
    Schema,
    Table,
    TableKind,
    Trigger,
)
from troth.stores.mysql import grants
from troth.stores.mysql.catalogue import CHECKS, ENGINES, FACTS, GRANTS, QUERIES
from troth.stores.mysql.line import is_maria

_FAMILIES: Mapping[str, Family] = {
    "tinyint": "integer", "smallint": "integer", "mediumint": "integer", "int": "integer", "bigint": "integer",
    "year": "integer", "bit": "integer",
    "decimal": "decimal", "float": "decimal", "double": "decimal",
    "char": "text", "varchar": "text", "tinytext": "text", "text": "text", "mediumtext": "text", "longtext": "text",
    "date": "date", "datetime": "timestamp", "timestamp": "timestamp", "json": "json",
    "binary": "blob", "varbinary": "blob", "tinyblob": "blob", "blob": "blob", "mediumblob": "blob", "longblob": "blob",
    "uuid": "uuid", "inet4": "inet", "inet6": "inet", "enum": "enum", "set": "enum", "xmltype": "xml",
}  # fmt: skip
_ELSEWHERE = {"FEDERATED", "CONNECT", "SPIDER", "S3", "MRG_MYISAM", "SPHINX", "OQGRAPH", "BLACKHOLE"}
_LABEL = re.compile(r"'((?:[^']|'')*)'")
_JSON_CHECK = re.compile(r"^\(*\s*json_valid\(\s*`((?:[^`]|``)+)`\s*\)\s*\)*$", re.IGNORECASE)


@dataclass(frozen=True)
class Reflected:
    """The schema, and what only this store needs: text columns' character sets, columns that stamp themselves, sizes."""

    schema: Schema
    collations: Mapping[tuple[str, str], tuple[str, str]]  # (table, column) -> (character set, collation)
    stamps: Mapping[str, tuple[str, ...]]  # columns with ON UPDATE CURRENT_TIMESTAMP
    bytes: Mapping[str, int]
    rowwise: frozenset[str]  # tables whose engine knows no transaction
    versioned: frozenset[str]
    granted: grants.Grants
    names: frozenset[str]  # of constraints, indexes and columns: what an error may name


def reflect(connection: pymysql.Connection[Any], system: str, database: str) -> Reflected:
    """Every table and view of the database; raises pymysql.Error."""
    maria = is_maria(connection)
    with connection.cursor(DictCursor) as cursor:

        def ask(sql: str, *parameters: str) -> list[Any]:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())

        rows = {name: ask(sql, database) for name, sql in QUERIES.items()}
        rows["checks"] = ask(CHECKS[maria], database)
        rows["engines"] = ask(ENGINES)
        facts = {str(row["Variable_name"]): str(row["Value"]) for row in ask(FACTS)}
        told = [str(next(iter(row.values()))) for row in _granted(ask, maria)]
    return _Catalogue(rows, database, grants.read(told, database), facts).reflected(system)


def _granted(ask: Any, maria: bool) -> list[Any]:
    """MySQL tells a role's grants only when asked for them by name."""
    if maria:
        return list(ask(GRANTS))
    roles = str(next(iter(ask("SELECT CURRENT_ROLE()")[0].values())))
    return list(ask(GRANTS if roles == "NONE" else f"SHOW GRANTS FOR CURRENT_USER() USING {roles}"))


class _Catalogue:
    """The rows of the catalogue by table."""

    def __init__(
        self, rows: Mapping[str, Sequence[Any]], database: str, granted: grants.Grants, facts: dict[str, str]
    ) -> None:
        self.rows = rows
        self.database = database
        self.granted = granted
        self.facts = facts
        self.tables = [row for row in rows["tables"] if row["type"] not in ("SEQUENCE", "TEMPORARY")]
        self.of = {name: _grouped(rows[name]) for name in rows if rows[name] and "owner" in rows[name][0]}
        self.safe = {row["engine"] for row in rows["engines"] if row["transactions"] == "YES"}
        self.actions = {(row["owner"], row["name"]): row for row in rows["actions"]}
        self.listed = {row["name"] for row in self.tables}

    def _of(self, what: str, table: str) -> list[Any]:
        return self.of.get(what, {}).get(table, [])

    def reflected(self, system: str) -> Reflected:
        tables = {row["name"]: self.table(row) for row in self.tables}
        versioned = frozenset(row["name"] for row in self.tables if row["type"] == "SYSTEM VERSIONED")
        rowwise = frozenset(row["name"] for row in self.tables if self._alone(row))
        facts = self.facts | self._facts(rowwise)
        every = [row for rows in self.of.get("columns", {}).values() for row in rows]
        return Reflected(
            Schema(system, tables, tuple(self._unsearched(tables)), facts),
            {(c["owner"], c["name"]): (c["charset"], c["collation"]) for c in every if c["charset"]},
            {
                name: tuple(c["name"] for c in columns if "on update" in c["extra"].lower())
                for name, columns in self.of.get("columns", {}).items()
            },
            {row["name"]: int(row["bytes"] or 0) for row in self.tables},
            rowwise,
            versioned,
            self.granted,
            frozenset(
                str(row[part])
                for what, part in (("indexes", "name"), ("keys", "name"), ("checks", "name"), ("columns", "name"))
                for row in self.rows[what]
            ),
        )  # fmt: skip

    def _facts(self, rowwise: Iterable[str]) -> dict[str, str]:
        """Tables, one a line: not ours to change; and counts of what acts by itself."""
        fixed = [
            row["name"]
            for row in self.tables
            if "VIEW" not in row["type"]
            and not all(self.granted.may(right, row["name"]) for right in ("UPDATE", "DELETE"))
        ]
        found = {"unwritable": "\n".join(fixed), "rowwise": "\n".join(sorted(rowwise))}
        found |= {what: str(len(self.rows[what])) for what in ("events", "routines") if self.rows[what]}
        return {fact: told for fact, told in found.items() if told}

    def _unsearched(self, tables: Mapping[str, Table]) -> Iterator[tuple[str, str]]:
        for row in self.tables:
            table = tables[row["name"]]
            if table.kind == "foreign":
                yield table.name, f"its rows live elsewhere (engine {row['engine']})"
            elif table.blind and "SELECT" in table.blind[0]:
                yield table.name, table.blind[0]
            if row["type"] == "SYSTEM VERSIONED":
                yield (
                    f"{table.name} FOR SYSTEM_TIME ALL",
                    "rows as they were before, kept by system versioning: not searched",
                )
        if not self.granted.sees_all:
            yield (
                "other tables",
                "this account has no SELECT on the whole database: there may be tables it cannot see",
            )
        for what in ("events", "routines"):
            if count := len(self.rows[what]):
                yield what, f"{count} stored {what}: what they copy, and when, is not read"
        if others := len(self.rows["databases"]):
            yield "other databases", f"{others} other database{'s' if others > 1 else ''} of the same server"

    def table(self, row: Any) -> Table:
        name = row["name"]
        known = {
            found[1]
            for check in self._of("checks", name)
            if (found := _JSON_CHECK.match(check["expression"]))
        }
        columns = tuple(_column(one, one["name"] in known) for one in self._of("columns", name))
        uniques, indexes = self._indexes(name)
        filled = {column.name for column in columns if not column.nullable}
        keys = [names for primary, names in uniques if primary or filled.issuperset(names)]
        return Table(
            name=name,
            columns=columns,
            key=keys[0] if keys else (),
            foreign_keys=tuple(self._foreign_keys(name)),
            uniques=tuple(dict.fromkeys(names for _, names in uniques)),
            checks=tuple(
                Check(one["name"], _unescaped(one["expression"]))
                for one in self._of("checks", name)
                if not _JSON_CHECK.match(one["expression"])
            ),
            triggers=tuple(map(_trigger, self._of("triggers", name))),
            indexes=indexes,
            kind=self._kind(row),
            partitions=tuple(str(one["name"]) for one in self._of("partitions", name)),
            reads=self._reads(name),
            estimate=int(row["estimate"] or 0),
            comment="" if row["type"].endswith("VIEW") else row["comment"] or "",
            blind=tuple(self._blind(row)),
            rowwise=f"its engine ({row['engine']}) knows no transactions" if self._alone(row) else "",
        )

    def _alone(self, row: Any) -> bool:
        return bool(row["engine"]) and row["engine"] not in self.safe

    def _kind(self, row: Any) -> TableKind:
        if row["type"].endswith("VIEW"):
            return "view"
        return "foreign" if (row["engine"] or "").upper() in _ELSEWHERE else "table"

    def _indexes(self, name: str) -> tuple[list[tuple[bool, tuple[str, ...]]], tuple[tuple[str, ...], ...]]:
        """(is the primary key, columns) of each unique index on whole columns; and what each index leads with."""
        uniques, indexes = [], []
        for label, parts in groupby(self._of("indexes", name), lambda row: row["name"]):
            rows = list(parts)
            if rows[0]["type"] not in ("BTREE", "HASH"):
                continue
            plain = [row["column_name"] for row in rows if row["column_name"] and row["part"] is None]
            if not rows[0]["loose"] and len(plain) == len(rows):
                uniques.append((label == "PRIMARY", tuple(plain)))
            leading = rows[0]["column_name"] if rows[0]["type"] == "BTREE" else None
            if leading:
                indexes.append(tuple(plain) if plain[:1] == [leading] else (leading,))
        return uniques, tuple(dict.fromkeys(indexes))

    def _foreign_keys(self, name: str) -> Iterator[ForeignKey]:
        for label, parts in groupby(self._of("keys", name), lambda row: row["name"]):
            rows = list(parts)
            target = rows[0]["target"]
            if rows[0]["target_schema"] != self.database or target not in self.listed:
                continue
            action = self.actions.get((name, label), {})
            yield ForeignKey(
                label,
                tuple(row["column_name"] for row in rows),
                target,
                tuple(row["target_column"] for row in rows),
                action.get("on_delete") or "RESTRICT",
                action.get("on_update") or "RESTRICT",
            )

    def _reads(self, name: str) -> tuple[str, ...]:
        """The tables a view is made from; all that its text mentions, if it cannot be parsed."""
        rows = self._of("views", name)
        if not rows:
            return ()
        mentioned = {
            found.replace("``", "`") for found in re.findall(r"`((?:[^`]|``)+)`", rows[0]["body"] or "")
        }
        return tuple(sorted((mentioned & self.listed) - {name}))

    def _blind(self, row: Any) -> Iterator[str]:
        name, columns = row["name"], self._of("columns", row["name"])
        hidden = [one["name"] for one in columns if "select" not in one["privileges"].lower()]
        if columns and len(hidden) == len(columns):
            yield "no SELECT on the table"
        elif hidden:
            yield f"no SELECT on the columns {', '.join(hidden)}"
        elif not self.granted.may("SELECT", name):
            yield "SELECT on single columns only: there may be others"
        if row["type"].endswith("VIEW"):
            return
        if not self.granted.may("TRIGGER", name):
            yield "no TRIGGER right: whether something copies its rows cannot be seen"
        engine = (row["engine"] or "").upper()
        if engine in _ELSEWHERE:
            yield f"its rows live elsewhere (engine {row['engine']})"
        if engine == "ARCHIVE":
            yield "its engine (ARCHIVE) can neither change nor delete rows"
        if not engine:
            yield "the server cannot open it"
        if row["type"] == "SYSTEM VERSIONED":
            yield "what is changed or deleted stays in its history until DELETE HISTORY (system versioning)"
        for one in self.rows["strangers"]:
            if one["target"] == name:
                yield f"rows of {one['schema_name']}.{one['owner']}, another database, refer to it (ON DELETE {one['on_delete']})"


def _column(row: Any, holds_json: bool) -> Column:
    extra, native, generation = row["extra"].upper(), row["native"], row["generation"] or ""
    family = _FAMILIES.get(row["type"].lower(), "other")
    if holds_json and family == "text":
        family = "json"
    elif native.lower() in ("tinyint(1)", "bit(1)"):
        family = "boolean"
    made = bool(generation) or bool(
        re.search(r"\b(VIRTUAL|STORED|PERSISTENT) GENERATED|\bROW (START|END)", extra)
    )
    labels = tuple(label.replace("''", "'") for label in _LABEL.findall(native)) if family == "enum" else ()
    default = row["expression"]
    return Column(
        name=row["name"],
        native=native,
        family=family,
        nullable=row["nullable"] == "YES",
        default=None if made or default in (None, "NULL") else str(default),
        generated=made,
        identity="AUTO_INCREMENT" in extra,
        length=int(row["length"]) if row["length"] and row["type"].lower() in ("char", "varchar") else None,
        choices=("", *labels) if row["type"].lower() == "set" else labels,
        comment=row["comment"] or "",
        alike=_alike(row["collation"] or "") if family == "text" else "",
    )


def _alike(collation: str) -> Alike:
    """What a collation does not tell apart; those of a country keep their own letters apart (å is no a in Danish)."""
    if not collation or collation == "binary":
        return ""
    if collation.endswith(("_bin", "_cs")):
        return "" if "_nopad_" in collation or "_0900_" in collation else "blanks"
    return (
        "accents"
        if re.search("_general_|_unicode_|_uca1400_ai|_0900_ai|_swedish_", collation)
        else "case blanks"
    )


def _trigger(row: Any) -> Trigger:
    """One whose quotes mean names (ANSI_QUOTES) is in a language of its own."""
    events: dict[str, Event] = {"INSERT": "insert", "UPDATE": "update", "DELETE": "delete"}
    odd = {"ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "PIPES_AS_CONCAT"} & set(str(row["mode"]).split(","))
    return Trigger(
        row["name"], frozenset({events[row["event"]]}), row["timing"], row["body"], "ansi" if odd else "sql"
    )


def _unescaped(expression: str) -> str:
    """MySQL 8 tells a check with its quotes escaped and a character set before each text; MariaDB as it is."""
    return re.sub(r"_\w+\\'(.*?)\\'", r"'\1'", expression)


def _grouped(rows: Iterable[Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row["owner"]].append(row)
    return groups
