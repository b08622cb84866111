"""MariaDB 10.6 and later, and MySQL 8."""

from __future__ import annotations

from contextlib import AbstractContextManager

from troth.datamap.manners import DEFAULTS, Manners
from troth.evidence.world import Origin, Twin
from troth.retention.restoring import Empty, Identity, Scratch
from troth.stores import Capability, Opened, Store


def _open(
    system: str, url: str, password: str | None = None, write: bool = False, manners: Manners = DEFAULTS
) -> Opened:
    from troth.stores.mysql.store import MysqlStore

    return MysqlStore(system, url, password, write, manners)


def _twins(origin: Origin) -> AbstractContextManager[tuple[Twin, Twin]]:
    from troth.stores.mysql.cloning import twins

    return twins(origin)


def _restoring(scratch: Scratch) -> AbstractContextManager[Empty]:
    from troth.stores.mysql.restoring import restoring

    return restoring(scratch)


def _recognise(system: str, url: str, password: str | None) -> Identity:
    from troth.stores.mysql.restoring import recognise

    return recognise(system, url, password)


STORE = Store(
    name="mysql",
    schemes=("mysql", "mariadb"),
    open=_open,
    twins=_twins,
    restoring=_restoring,
    recognise=_recognise,
    capabilities={
        "reflect declared keys": Capability(
            "can", "tested on MariaDB 10.11; MySQL 8 is written for and not tested: try it on a copy first"
        ),
        "search identifiers": Capability("can"),
        "search inside JSON and prose": Capability("can"),
        "composite and typed keys": Capability("can"),
        "erase and anonymise in sets": Capability("can"),
        "one transaction per batch": Capability(
            "can", "tables of MyISAM, Aria and MEMORY know none: each of their statements stands alone, and the plan says so"
        ),
        "limits on locks and statements": Capability(
            "can", "whole seconds for locks; MySQL 8 has no limit for statements that write"
        ),
        "read triggers": Capability("can", "plain bodies; cursors, loops and CALL are a question"),
        "preflight against blindness": Capability(
            "can", "missing grants, tables of other servers, keys of other databases, versioned history"
        ),
        "large objects": Capability("can", "blobs live in their rows"),
        "physical absence": Capability(
            "can", "touched tables are rebuilt (OPTIMIZE) up to 256 MB; larger ones, binlog, replicas and backups are the operator's"
        ),
        "history kept by the store": Capability(
            "cannot yet", "system-versioned history is named and blocks the plan; DELETE HISTORY is the operator's"
        ),
        "searching on a replica": Capability("cannot yet", "a `read` address is refused; nothing is searched half"),
        "replicas and backups": Capability("can", "mariadb-dump, restored, then `troth restore-guard`; certificates date the rest"),
        "clones for the never-there proof": Capability(
            "can", "mariadb-dump; needs rights on troth_twin_ databases; MySQL 8 is not tested"
        ),
    },
)  # fmt: skip
