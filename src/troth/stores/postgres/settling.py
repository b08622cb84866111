"""After the act: small tables are rewritten, the others vacuumed, the planner's statistics made anew; what stays is said.

A plain VACUUM frees a dead row's place and leaves its bytes there, in tables and indexes, until something overwrites them:
only what was rewritten is called absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
from psycopg import errors

from troth.planning.executor import Absence, Todo

PATIENCE = "2s"  # for the lock of a rewriting: who comes after us waits as long
WORK = "60s"  # that a rewriting may take; then it is undone and left to the operator
STATISTICS = ("pg_catalog.pg_statistic", "pg_catalog.pg_statistic_ext_data")
_REFUSALS = (
    errors.LockNotAvailable,
    errors.QueryCanceled,
    errors.InsufficientPrivilege,
    errors.DiskFull,
    errors.ObjectInUse,
    errors.DeadlockDetected,
)
_MEASURED = """
    SELECT t.name,
      coalesce((SELECT sum(pg_total_relation_size(p.relid)) FROM pg_partition_tree(to_regclass(t.name)) p),
               pg_total_relation_size(to_regclass(t.name)))::bigint,
      coalesce((SELECT sum(pg_stat_get_dead_tuples(p.relid)) FROM pg_partition_tree(to_regclass(t.name)) p),
               pg_stat_get_dead_tuples(to_regclass(t.name)))::bigint
    FROM unnest(%s::text[]) AS t(name) WHERE to_regclass(t.name) IS NOT NULL"""
_SETTINGS = """
    SELECT name, setting FROM pg_settings WHERE name IN (
      'archive_mode', 'log_statement', 'log_min_duration_statement', 'max_wal_size', 'wal_keep_size', 'max_slot_wal_keep_size')
    UNION ALL SELECT 'slots', count(*)::text FROM pg_replication_slots
    UNION ALL SELECT 'replicas', count(*)::text FROM pg_stat_replication"""


class Settler:
    """Settles some tables (as SQL spells them -> their dataset) over one connection; `sent` counts statements."""

    def __init__(
        self, db: psycopg.Connection[Any], system: str, tables: Mapping[str, str], most: int
    ) -> None:
        self._db, self._system, self._tables, self._most = db, system, tables, most
        self._warned = 0
        self.sent = 0

    def settle(self) -> Absence:
        """Rewrites what is small, vacuums everything; raises psycopg.Error where the server cannot go on."""
        sizes = {name: size for name, (size, _) in self._measured().items()}
        self._db.add_notice_handler(self._notice)
        try:
            rewritten = [name for name, size in sizes.items() if size <= self._most and self._rewritten(name)]
            analysed = self._quietly(f"ANALYZE {', '.join(sizes)}") if sizes else True
            fresh = analysed and self._statistics()
            vacuumed = self._quietly(f"VACUUM (TRUNCATE off) {', '.join(sizes)}") if sizes else True
        finally:
            self._db.remove_notice_handler(self._notice)
        stuck = {name: dead for name, (_, dead) in self._measured().items() if dead}
        done = []
        if clean := [name for name in rewritten if name not in stuck]:
            done.append(
                f"{len(clean)} tables were rewritten without the dead rows, their indexes too (VACUUM FULL)"
            )
        if vacuumed and sizes:
            done.append(f"dead rows of {len(sizes)} tables were removed (VACUUM)")
        if fresh:
            done.append("the planner's statistics were made anew, without the old values (ANALYZE)")
        rest = {name: size for name, size in sizes.items() if name not in rewritten}
        told = [*self._unfinished(rest, stuck, vacuumed, fresh), *self._elsewhere()]
        return Absence(self._system, tuple(done), tuple(told))

    # -- doing --------------------------------------------------------------------------------------------------------

    def _run(self, sql: str, parameters: tuple[object, ...] = ()) -> psycopg.Cursor[Any]:
        self.sent += 1
        return self._db.execute(sql.encode(), parameters or None)

    def _measured(self) -> dict[str, tuple[int, int]]:
        """Bytes with indexes and TOAST, and dead rows that the last VACUUM had to leave, by table."""
        rows = self._run(_MEASURED, (list(self._tables),)).fetchall() if self._tables else []
        return {name: (size, dead) for name, size, dead in rows}

    def _notice(self, told: errors.Diagnostic) -> None:
        """The server only warns when the role may not touch a table."""
        self._warned += told.severity_nonlocalized == "WARNING"

    def _quietly(self, sql: str) -> bool:
        """Runs it; whether it was done to every table that it names."""
        before = self._warned
        self._run(sql)
        return self._warned == before

    def _rewritten(self, name: str) -> bool:
        """Whether the table was rewritten; its lock is not waited for longer than others should wait for us."""
        self._run(f"SET lock_timeout = '{PATIENCE}'")
        self._run(f"SET statement_timeout = '{WORK}'")
        try:
            return self._quietly(f"VACUUM (FULL) {name}")
        except _REFUSALS:
            return False
        finally:
            if not self._db.broken:
                self._run("RESET lock_timeout")
                self._run("RESET statement_timeout")

    def _statistics(self) -> bool:
        """The catalogue of sampled values without its own dead rows: most common values are whole cells."""
        sizes = self._run(
            "SELECT t.name, pg_total_relation_size(to_regclass(t.name)) FROM unnest(%s::text[]) AS t(name) "
            "WHERE to_regclass(t.name) IS NOT NULL",
            (list(STATISTICS),),
        ).fetchall()
        done = [
            size <= self._most and self._rewritten(name) for name, size in sizes
        ]  # one refused, the next is tried
        return all(done)

    # -- saying -------------------------------------------------------------------------------------------------------

    def _unfinished(
        self, rest: Mapping[str, int], stuck: Mapping[str, int], vacuumed: bool, fresh: bool
    ) -> Iterator[Todo]:
        if not vacuumed:
            yield Todo(
                "this role may not VACUUM every touched table: dead rows stay there",
                "their owner must run VACUUM (FULL), or MAINTAIN is granted (PostgreSQL 17)",
            )
        for name, size in rest.items():
            yield Todo(
                f"{self._tables[name]} ({_mb(size)} MB) was not rewritten: freed bytes stay in its files and its "
                "indexes' until new rows overwrite them",
                f"VACUUM (FULL) {name}, which stops its readers and needs as much free disk; or pg_repack while it is in use",
            )
        for name, dead in stuck.items():
            yield Todo(
                f"{dead} dead rows stayed in {self._tables[name]}: an older transaction may still see them",
                f"end it (pg_stat_activity, pg_prepared_xacts, pg_replication_slots), then VACUUM (FULL) {name}",
            )
        if not fresh:
            yield Todo(
                "the planner's statistics (pg_statistic) may hold values of erased rows",
                "ANALYZE the touched tables, then VACUUM (FULL) pg_statistic as the database's owner",
            )

    def _elsewhere(self) -> Iterator[Todo]:
        """What lies outside the tables' files, as the server's own settings tell it."""
        known = dict(self._run(_SETTINGS).fetchall())
        megabytes = int(known.get("max_wal_size", "0")) + max(int(known.get("wal_keep_size", "0")), 0)
        yield Todo(
            "the write-ahead log holds the rows until its segments are overwritten",
            f"CHECKPOINT and SELECT pg_switch_wal(); new writes of about {megabytes} MB overwrite the segments",
        )
        if known.get("archive_mode", "off") != "off":
            yield Todo(
                "archived write-ahead log made before holds the rows",
                "take a base backup, then remove what is older (pg_archivecleanup)",
            )
        if slots := int(known["slots"]):
            most = known.get("max_slot_wal_keep_size", "-1")
            bound = "without bound" if most == "-1" else f"up to {most} MB"
            yield Todo(
                f"{slots} replication slots keep write-ahead log with the rows ({bound})",
                "see that what reads them catches up, and drop those that nothing reads (pg_replication_slots)",
            )
        if replicas := int(known["replicas"]):
            yield Todo(
                f"{replicas} replicas follow this server: files rewritten here are rewritten there as they catch up",
                "see that they have caught up (pg_stat_replication); logical ones settle by themselves only what they own",
            )
        if (
            known.get("log_statement", "none") in ("all", "mod")
            or int(known.get("log_min_duration_statement", "-1")) >= 0
        ):
            yield Todo(
                "the server's log may hold statements with the keys of erased rows",
                "rotate it and remove the old ones",
            )
        yield Todo(
            "backups and dumps made before hold the rows until they expire",
            "let them expire, and erase again in whatever is restored from them",
        )
        yield Todo(
            "blocks that the file system freed hold the rows until they are overwritten",
            "remove its snapshots; on solid-state disks run fstrim, or rely on encryption of the disk",
        )


def _mb(size: int) -> int:
    return -(-size // (1 << 20))
