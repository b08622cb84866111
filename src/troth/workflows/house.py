"""What a workflow needs from the world, handed over by the fuse box: settings, store kinds, the clock, a progress line."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from troth.datamap.manners import Manners, Said, UnreadableError, manners
from troth.datamap.mapfile import load
from troth.datamap.model import DataMap, System
from troth.records.cabinet import there
from troth.stores import Opened, Store
from troth.terms.errors import StoreError, StoreUnreachableError, UsageError
from troth.terms.settings import Settings

if TYPE_CHECKING:
    from troth.evidence.check import Check
    from troth.requests.provider import Provider

Progress = Callable[[str], None]


def _silent(_: str) -> None:
    return None


def _utc() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class House:
    """The wiring of one process."""

    settings: Settings
    stores: Mapping[str, Store]  # by scheme
    environment: Mapping[str, str]
    map_path: Path = Path("troth.map.yaml")
    progress: Progress = field(default=_silent)
    alone: tuple[str, str] | None = None  # the one system that there is, and its address: a restored backup
    said: Said = field(default_factory=dict)  # manners that the command line asks of every system
    lifted: frozenset[str] = frozenset()  # "quiet", "ceiling": what a named flag lifts for this run
    clock: Callable[[], datetime] = _utc
    sleep: Callable[[float], None] = time.sleep
    checks: Sequence[Check] = ()  # of plug-ins, beside our own
    provider: Provider | None = None  # who else can show who somebody is: a plug-in

    def now(self) -> datetime:
        return self.clock()

    def manners(self, system: System | None = None) -> Manners:
        """How a system is to be treated: our settings, then the map, then the command line; raises UsageError."""
        settings = {"batch": str(self.settings.batch_size)}
        try:
            return manners(settings, dict(system.manners) if system else {}, self.said)
        except UnreadableError as fault:
            raise UsageError("these manners cannot be read", remedy=f"{fault}.") from None

    def map(self) -> DataMap:
        datamap = load(self.map_path)
        return datamap if self.alone is None else datamap.only(self.alone[0])

    def only(self, system: str, url: str) -> House:
        """The same house with one system, at another address, where nobody else is yet: no hours and no ceiling."""
        return replace(self, alone=(system, url), lifted=frozenset({"quiet", "ceiling"}))

    @property
    def home(self) -> Path:
        """`TROTH_HOME`, else the `.troth/` found upwards from the map, else beside the map."""
        if self.settings.home is not None:
            return self.settings.home.resolve()
        beside = self.map_path.resolve().parent
        for folder in (beside, *beside.parents):
            if (folder / ".troth").is_dir():
                return folder / ".troth"
        return beside / ".troth"

    def has_state(self) -> bool:
        """Whether there is a state of ours already; nothing is made."""
        return there(self.home, self.settings.database)

    def kind(self, url: str, place: str = "") -> Store:
        """The store that knows an address; raises StoreUnreachableError for an unknown scheme."""
        scheme = url.partition(":")[0].partition("+")[0]
        if scheme not in self.stores:
            raise StoreUnreachableError(
                f"no store knows addresses that begin with {scheme!r}",
                place=place,
                remedy=f"Known: {', '.join(sorted(self.stores))}. `troth stores` says what each can do.",
            )
        return self.stores[scheme]

    def open(self, system: System, write: bool = False) -> Opened:
        """Opens a system with the password from the environment, pgpass or `.troth/credentials`.

        Only to read, its searches go to its replica, if it has one; raises StoreUnreachableError if that has not caught up.
        """
        primary = self._open(system, self.address(system.name) or system.url, write)
        replica = "" if self.alone else self._told("TROTH_READ_URL_", system.name) or system.read
        if write or not replica:
            return primary
        from troth.workflows.replica import Routed

        with ExitStack() as opened:
            opened.callback(primary.close)
            second = self._open(system, replica, write=False)
            opened.callback(second.close)
            routed = Routed(primary, second)
            opened.pop_all()
        return routed

    def _open(self, system: System, address: str, write: bool) -> Opened:
        from troth.workflows.credentials import split_password

        written = address in (system.url, system.read)  # in the map, which holds no password
        url, password = (address, None) if written else split_password(address, system.name)
        store, secret = self.kind(url, system.name), password or self.password(system.name)
        return store.open(
            system.name, self.located(url), password=secret, write=write, manners=self.manners(system)
        )

    def address(self, system: str) -> str:
        """The address that the environment gives a system, password included; '' where it gives none."""
        if self.alone is not None:
            return self.alone[1]
        told = self._told("TROTH_URL_", system)
        return told if "://" in told else ""

    def password(self, system: str) -> str | None:
        """The password that the environment gives a system alone, else the one that is stored; None: neither."""
        from troth.workflows.credentials import password_for

        told = self._told("TROTH_URL_", system)
        return told if told and "://" not in told else password_for(self.home, system)

    def scratch(self, system: str) -> str:
        """The address that the environment gives for restoring a system's backups, password included; '' where none."""
        return self._told("TROTH_SCRATCH_", system)

    def places(self, system: System) -> list[tuple[str, str | None]]:
        """Every address at which a system stands, its replica too, each with its password."""
        from troth.workflows.credentials import split_password

        read = self._told("TROTH_READ_URL_", system.name) or system.read
        found = [address for address in (self.address(system.name) or system.url, read) if address]
        split = [split_password(address, system.name) for address in found]
        return [(self.located(url), secret or self.password(system.name)) for url, secret in split]

    def _told(self, prefix: str, system: str) -> str:
        from troth.workflows.credentials import referred

        name = f"{prefix}{system.upper().replace('-', '_')}"
        return referred(self.environment.get(name, ""), name)

    def located(self, url: str) -> str:
        """A file's address read from the map's folder, so that a map and its files can move together."""
        if not url.startswith("sqlite:///"):
            return url
        path = Path(url.removeprefix("sqlite:///"))
        return "sqlite:///" + str(path if path.is_absolute() else self.map_path.resolve().parent / path)

    @contextmanager
    def opened(self, datamap: DataMap, write: bool = False) -> Iterator[dict[str, Opened]]:
        """Every system of the map, opened, and closed at the end; what a store refuses while we only read stops nothing half-way."""
        stores: dict[str, Opened] = {}
        try:
            for system in datamap.systems.values():
                self.progress(f"opening {system.name}")
                stores[system.name] = self.open(system, write=write)
            if not stores:
                raise UsageError(
                    "the map names no system", place=str(self.map_path), remedy="Run `troth map URL`."
                )
            yield stores
        except StoreError as fault:
            if write:
                raise
            raise StoreUnreachableError(
                fault.message,
                place=fault.place,
                remedy="Nothing was changed. Remove the cause and run it again.",
            ) from None
        finally:
            for store in stores.values():
                store.close()
