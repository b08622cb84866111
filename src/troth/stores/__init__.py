"""Adapters to other people's data, one folder and one entry point each; a store never imports another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from troth.datamap.reader import Reader
from troth.evidence.world import Twins
from troth.planning.executor import Executor
from troth.retention.restoring import Recognise, Restoring

Can = Literal["can", "could", "cannot yet", "never"]


@dataclass(frozen=True, slots=True)
class Capability:
    """Whether a store can do something, and why not."""

    state: Can
    reason: str = ""


@runtime_checkable
class Opened(Reader, Executor, Protocol):
    """An open store: it reads and, unless opened read-only, acts."""


@dataclass(frozen=True)
class Store:
    """What an entry point in the group `troth.stores` must offer."""

    name: str
    schemes: tuple[str, ...]
    open: Callable[..., Opened]  # (system, url, password=None, write=False, manners=DEFAULTS)
    capabilities: Mapping[str, Capability]
    twins: Twins | None = None  # None: it cannot be cloned, and so not be proved
    restoring: Restoring | None = None  # None: no drill restores a backup of it by itself
    recognise: Recognise | None = None


CAPABILITIES: tuple[str, ...] = (
    "reflect declared keys",
    "search identifiers",
    "search inside JSON and prose",
    "composite and typed keys",
    "erase and anonymise in sets",
    "one transaction per batch",
    "limits on locks and statements",
    "read triggers",
    "preflight against blindness",
    "large objects",
    "physical absence",
    "history kept by the store",
    "searching on a replica",
    "replicas and backups",
    "clones for the never-there proof",
)
"""Every store says how it stands to each of these; `troth stores` prints the table."""
