"""PostgreSQL 13 and later."""

from __future__ import annotations

from contextlib import AbstractContextManager

from troth.datamap.manners import DEFAULTS, Manners
from troth.evidence.world import Origin, Twin
from troth.retention.restoring import Empty, Identity, Scratch
from troth.stores import Capability, Opened, Store


def _open(
    system: str, url: str, password: str | None = None, write: bool = False, manners: Manners = DEFAULTS
) -> Opened:
    from troth.stores.postgres.store import PostgresStore

    return PostgresStore(system, url, password, write, manners)


def _twins(origin: Origin) -> AbstractContextManager[tuple[Twin, Twin]]:
    from troth.stores.postgres.cloning import twins

    return twins(origin)


def _restoring(scratch: Scratch) -> AbstractContextManager[Empty]:
    from troth.stores.postgres.restoring import restoring

    return restoring(scratch)


def _recognise(system: str, url: str, password: str | None) -> Identity:
    from troth.stores.postgres.restoring import recognise

    return recognise(system, url, password)


STORE = Store(
    name="postgres",
    schemes=("postgresql", "postgres"),
    open=_open,
    twins=_twins,
    restoring=_restoring,
    recognise=_recognise,
    capabilities={
        "reflect declared keys": Capability("can"),
        "search identifiers": Capability("can"),
        "search inside JSON and prose": Capability("can"),
        "composite and typed keys": Capability("can"),
        "erase and anonymise in sets": Capability("can"),
        "one transaction per batch": Capability("can"),
        "limits on locks and statements": Capability(
            "can", "lock_timeout and statement_timeout of the session"
        ),
        "read triggers": Capability("can", "SQL and PL/pgSQL bodies; any other language is a question"),
        "preflight against blindness": Capability(
            "can", "row-level security, missing grants, foreign tables are named"
        ),
        "large objects": Capability(
            "cannot yet", "objects in pg_largeobject are counted and listed as not searched"
        ),
        "physical absence": Capability(
            "can",
            "small tables are rewritten, larger ones vacuumed, which leaves bytes; WAL, replicas and backups are the operator's",
        ),
        "history kept by the store": Capability(
            "never", "PostgreSQL keeps no row history of its own; history tables are datasets"
        ),
        "searching on a replica": Capability(
            "can",
            "a standby that has replayed all that the primary had written; PostgreSQL's own replication alone",
        ),
        "replicas and backups": Capability(
            "can",
            "pg_dump, restored, then `troth restore-guard`; what is elsewhere stands dated on the certificate",
        ),
        "clones for the never-there proof": Capability(
            "can", "a template where nobody is connected, else pg_dump; needs CREATEDB"
        ),
    },
)
