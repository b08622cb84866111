"""SQLite files."""

from __future__ import annotations

from contextlib import AbstractContextManager

from troth.datamap.manners import DEFAULTS, Manners
from troth.evidence.world import Origin, Twin
from troth.retention.restoring import Empty, Identity, Scratch
from troth.stores import Capability, Opened, Store


def _open(
    system: str, url: str, password: str | None = None, write: bool = False, manners: Manners = DEFAULTS
) -> Opened:
    from troth.stores.sqlite.store import SqliteStore

    return SqliteStore(system, url, write, manners)


def _twins(origin: Origin) -> AbstractContextManager[tuple[Twin, Twin]]:
    from troth.stores.sqlite.cloning import twins

    return twins(origin)


def _restoring(scratch: Scratch) -> AbstractContextManager[Empty]:
    from troth.stores.sqlite.restoring import restoring

    return restoring(scratch)


def _recognise(system: str, url: str, password: str | None) -> Identity:
    from troth.stores.sqlite.restoring import recognise

    return recognise(system, url, password)


STORE = Store(
    name="sqlite",
    schemes=("sqlite",),
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
        "limits on locks and statements": Capability("can", "the whole file is one lock: busy_timeout"),
        "read triggers": Capability("can"),
        "preflight against blindness": Capability(
            "can", "SQLite has no row-level security and no grants to hide rows"
        ),
        "large objects": Capability("can", "blobs live in their rows"),
        "physical absence": Capability(
            "can",
            "secure_delete, merged full-text indexes, VACUUM, a truncated WAL; copies of the file are the operator's",
        ),
        "history kept by the store": Capability("never", "SQLite keeps no history of its own"),
        "searching on a replica": Capability("never", "a file has none"),
        "replicas and backups": Capability(
            "can",
            "a copied file, then `troth restore-guard`; what is elsewhere stands dated on the certificate",
        ),
        "clones for the never-there proof": Capability("can", "its own backup interface"),
    },
)
