"""Where a proof takes place: clones of every system, a home of their own for our state, and nothing that leads to the originals."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from troth.datamap.model import System
from troth.evidence.world import MARK, Origin, Twin
from troth.stores import Opened
from troth.terms.errors import StoreUnreachableError, UsageError
from troth.workflows.credentials import password_for, split_password
from troth.workflows.house import House
from troth.workflows.mapping import absolute, address_named


@dataclass(frozen=True)
class Stage(House):
    """A house whose every system is a clone: it knows no other address, so that nothing else can be opened."""

    twins: Mapping[str, Twin] = field(default_factory=dict)

    def open(self, system: System, write: bool = False) -> Opened:
        twin = self.twins[system.name]
        return self.kind(twin.url, system.name).open(
            system.name, twin.url, password=twin.password, write=write, manners=self.manners(system)
        )


@contextmanager
def staged(house: House, urls: Sequence[str], scratch: Sequence[str]) -> Iterator[tuple[Stage, Stage]]:
    """Two stages with identical clones of every system; clones and folder are gone at the end, whatever happens."""
    with ExitStack() as held:
        folder = held.enter_context(clean_folder(scratch))
        met: dict[str, Twin] = {}
        never: dict[str, Twin] = {}
        for origin in _origins(house, urls, scratch, folder):
            store = house.kind(origin.url, origin.system)
            if store.twins is None:
                raise UsageError(
                    f"{store.name} cannot be cloned",
                    place=origin.system,
                    remedy="`troth stores` says what can be.",
                )
            house.progress(f"cloning {origin.system}")
            met[origin.system], never[origin.system] = held.enter_context(store.twins(origin))
        settings = replace(
            house.settings, home=folder / "home", copy=None, rechecks="no", approval="", vacuum=False
        )
        lifted = frozenset({"quiet", "ceiling"})  # nobody else is on a clone
        made = Stage(
            settings,
            house.stores,
            {},
            house.map_path,
            house.progress,
            lifted=lifted,
            clock=house.clock,
            twins=met,
        )
        yield made, replace(made, twins=never)


def _origins(house: House, urls: Sequence[str], scratch: Sequence[str], folder: Path) -> list[Origin]:
    """Every system of the map with the address it was given; either all of them or none are given."""
    datamap = house.map()
    if not datamap.systems:
        raise UsageError("the map names no system", place=str(house.map_path), remedy="Run `troth map URL`.")
    given = _given(list(datamap.systems), urls)
    found = []
    for system in datamap.systems.values():
        address = given.get(system.name) or house.address(system.name)
        url, password = split_password(address, system.name) if address else (system.url, None)
        if not address:
            password = password_for(house.home, system.name)
        located = house.located(url)
        kinds = set(house.kind(located, system.name).schemes)
        place = next((one for one in scratch if one.partition(":")[0] in kinds and "://" in one), "")
        found.append(Origin(system.name, located, password, "" if "sqlite" in kinds else place, folder))
    return found


def _given(systems: Sequence[str], urls: Sequence[str]) -> dict[str, str]:
    """System -> address: by name, or in the map's order; raises UsageError if some are named and others are not."""
    if not urls:
        return {}
    given: dict[str, str] = {}
    for position, text in enumerate(urls, start=1):
        name, sign, _ = text.partition("=")
        told, url = address_named(text, f"address {position}")
        system = told if sign and name == told else next((s for s in systems if s not in given), told)
        if system not in systems or system in given:
            raise UsageError(
                "the map has no such system, or it was named twice",
                place=system,
                remedy=f"Its systems: {', '.join(systems)}.",
            )
        given[system] = absolute(url)
    if missing := [name for name in systems if name not in given]:
        raise UsageError(
            f"no address was given for {', '.join(missing)}",
            remedy="Name every system, NAME=URL, or none: staging and production are not mixed.",
        )
    return given


def _scratch_folder(scratch: Sequence[str]) -> Path:
    """Where the private folder is made: a folder that was named, else the machine's own place for such files."""
    named = [
        one.removeprefix("sqlite:///") for one in scratch if "://" not in one or one.startswith("sqlite:///")
    ]
    folder = Path(named[0]) if named else Path(tempfile.gettempdir())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise StoreUnreachableError(
            "nothing can be written here",
            place=str(folder),
            remedy="Name a folder that you may write: --scratch FOLDER.",
        )
    return folder


def clean_folder(scratch: Sequence[str]) -> AbstractContextManager[Path]:
    """A private folder for clones, where `scratch` says, else where this machine has such files; gone at the end."""
    return _folder(_scratch_folder(scratch))


@contextmanager
def _folder(beside: Path) -> Iterator[Path]:
    """A folder that only its owner may read; those of runs that were killed are removed first."""
    for old in beside.glob(f"{MARK}*"):
        if old.is_dir() and not old.is_symlink() and old.stat().st_uid == os.getuid() and _abandoned(old):
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=MARK, dir=beside))
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _abandoned(folder: Path) -> bool:
    """Whether nobody holds its lock: the lock dies with its process."""
    try:
        lock = os.open(folder / "lock", os.O_RDWR)
    except OSError:
        return False  # being made at this moment, or not one of ours
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
