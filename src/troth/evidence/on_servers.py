"""Checks of how servers protect what they hold, as the servers themselves tell it; what they cannot tell only a person can attest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from troth.datamap.model import Ref
from troth.evidence.check import NO_DEADLINE, Answer, Check, Control, Promise, fails, holds, unknown
from troth.evidence.facts import Protection, Readable, World
from troth.evidence.on_map import DAY, first
from troth.evidence.parameters import days as limit
from troth.evidence.whys import danish
from troth.terms.bilingual import Both
from troth.terms.errors import UsageError


def _systems(world: World, control: Control) -> list[str]:
    """The systems a control names; all of the map where it names none. Raises UsageError for one that is not there."""
    named = [str(one) for one in control.parameters.get("systems") or world.map.systems]
    if missing := [name for name in named if name not in world.map.systems]:
        raise UsageError(
            f"the map has no system {missing[0][:60]!r}", place="control", remedy="Correct `systems`."
        )
    return named


def _each(
    world: World,
    control: Control,
    about: str,
    state: Callable[[Protection], bool | None],
    words: tuple[Both, Both],
) -> Answer:
    """One question to every system: fails where one says no, unknown where one cannot tell."""
    bad, mute, why = [], [], ""
    systems = _systems(world, control)
    for name in systems:
        protection = world.protection(name)
        said = state(protection)
        if said is False:
            bad.append(name)
        elif said is None:
            mute.append(name)
            why = why or protection.why.get(about, "")
    good, ill = words
    local = not any(world.protection(name).network for name in systems)
    if about == "tls" and local:
        return holds(
            "intet system nås over et netværk", "no system is reached over a network", systems=len(systems)
        )
    if bad:
        return fails(
            f"{ill.da}: {first(bad)}", f"{ill.en}: {first(bad)}", systems=len(systems), failing=len(bad)
        )
    if mute:
        return unknown(
            f"{first(mute)} kan ikke svare på det{f' ({danish(why)})' if why else ''}: lad et menneske stå inde for det",
            f"{first(mute)} cannot tell{f' ({why})' if why else ''}: let a person attest it",
            systems=len(systems), mute=len(mute),
        )  # fmt: skip
    return holds(good.da, good.en, systems=len(systems))


def encrypted(world: World, promise: Promise, control: Control) -> Answer:
    """Whether our own connection to every store is encrypted, as the server sees it."""
    return _each(
        world, control, "tls", lambda one: one.encrypted if one.network else True,
        (Both("hver forbindelse over et netværk er krypteret", "every connection over a network is encrypted"),
         Both("forbindelsen er ikke krypteret", "the connection is not encrypted")),
    )  # fmt: skip


def plain_refused(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a connection without encryption, attempted, is refused."""
    return _each(
        world, control, "tls", lambda one: one.refuses_plain if one.network else True,
        (Both("forbindelser uden kryptering afvises", "connections without encryption are refused"),
         Both("en forbindelse uden kryptering blev modtaget", "a connection without encryption was accepted")),
    )  # fmt: skip


def at_rest(world: World, promise: Promise, control: Control) -> Answer:
    """Whether every table's file is encrypted by the server."""
    plain = [
        f"{name}.{table}"
        for name in _systems(world, control)
        for table in world.protection(name).plain_tables
    ]
    if plain:
        return fails(
            f"ukrypterede tabeller på en server, der krypterer: {first(plain)}",
            f"unencrypted tables on a server that encrypts: {first(plain)}",
            tables=len(plain),
        )
    return _each(
        world, control, "at_rest", lambda one: one.at_rest,
        (Both("serveren krypterer hver tabels filer", "the server encrypts the files of every table"),
         Both("serverens filer er ikke krypteret", "the server's files are not encrypted")),
    )  # fmt: skip


def rotated(world: World, promise: Promise, control: Control) -> Answer:
    """Whether every key that a server can date is younger than promised."""
    allowed = limit(control)
    if allowed is None:
        return NO_DEADLINE
    dated, old, mute = 0, [], []
    for name in _systems(world, control):
        protection = world.protection(name)
        for key, since in protection.keys.items():
            dated += 1
            if world.at - since > timedelta(days=allowed):
                old.append(f"{name} {key}")
        if not protection.keys and protection.network:
            mute.append(name)
    if old:
        return fails(
            f"ældre end {allowed} dage: {first(old)}",
            f"older than {allowed} days: {first(old)}",
            old=len(old),
        )
    if mute or not dated:
        where = first(mute or _systems(world, control))
        return unknown(
            f"{where} fortæller ikke, hvor gamle nøglerne er: lad et menneske stå inde for det",
            f"how old the keys are is not told by {where}: let a person attest it",
            dated=dated,
        )
    return holds(
        f"{dated} nøgler, alle yngre end {allowed} dage",
        f"{dated} keys, all younger than {allowed} days",
        dated=dated,
    )


# -- who may read what ----------------------------------------------------------------------------------------------------


def _allowed(world: World, control: Control) -> frozenset[Ref]:
    """The datasets that a purpose's role may read: those the control names, else those whose purpose in the map it is."""
    if named := control.parameters.get("datasets"):
        return frozenset(Ref(*str(one).split(".", 1)) for one in named)
    purpose = str(control.parameters.get("purpose", ""))
    return frozenset(ref for ref, one in world.map.datasets.items() if one.purpose == purpose and purpose)


def _forbidden(world: World, system: str, allowed: Iterable[Ref]) -> list[Readable]:
    """Every personal column of a system outside the datasets that are allowed."""
    kept, tables = frozenset(allowed), world.schemas[system].tables
    outside = {
        ref.dataset: set(world.estate.personal(ref))
        for ref in world.map.datasets
        if ref.system == system and ref not in kept and ref.dataset in tables
    }
    for table in tables.values():  # a view shows what it reads under the same name
        if table.reads and table.name not in outside and Ref(system, table.name) not in kept:
            hidden = {name for source in table.reads for name in outside.get(source, ())}
            outside[table.name] = hidden & table.by_name.keys()
    return [Readable(name, column) for name in sorted(outside) for column in sorted(outside[name])]


def privileges(world: World, promise: Promise, control: Control) -> Answer:
    """Whether the role of a purpose can read what it is for, and is refused every other personal column."""
    role = str(control.parameters.get("role") or control.parameters.get("purpose") or "")
    if not role:
        raise UsageError(
            "the control names no role and no purpose", place=promise.id, remedy="Write `role` or `purpose`."
        )
    allowed = _allowed(world, control)
    opened, leaked, mute, tried, forbidden = [], [], [], 0, 0
    why = ""
    for system in _systems(world, control):
        if world.protection(system).others_read:
            opened.append(system)
        outside = _forbidden(world, system, allowed)
        reach = world.reach(system, role, outside)
        if not reach.known:
            mute.append(system)
            why = why or reach.why
            continue
        forbidden, tried = forbidden + len(outside), tried + reach.tried
        leaked += [f"{system}.{one.dataset}.{one.column}" for one in outside if one in reach.reads]
        leaked += [f"{system}.{place}" for place in reach.leaked]
    if opened:
        return fails(
            f"enhver kan læse filen: {first(opened)}",
            f"everyone may read the file: {first(opened)}",
            files=len(opened),
        )
    if leaked:
        return fails(
            f"{role} kan læse mere, end den er til: {first(leaked)}", f"{role} can read what it is not for: {first(leaked)}",
            columns=len(set(leaked)),
        )  # fmt: skip
    if mute:
        return unknown(
            f"{first(mute)} kan ikke svare på det ({danish(why)})",
            f"{first(mute)} cannot tell ({why})",
            mute=len(mute),
        )
    return holds(
        f"{role} nægtes adgang til {forbidden} kolonner med personoplysninger", f"{role} is refused {forbidden} personal columns",
        columns=forbidden, tried=tried,
    )  # fmt: skip


def isolated(world: World, promise: Promise, control: Control) -> Answer:
    """Whether one customer's role, asked in its own name, is shown rows of that customer alone."""
    role = str(control.parameters.get("role") or "")
    mixed, mute, why, asked = [], [], "", 0
    for system in _systems(world, control):
        tenants = {
            ref.dataset: one.tenant
            for ref, one in sorted(world.map.datasets.items())
            if ref.system == system and one.tenant and ref.dataset in world.schemas[system].tables
        }
        if not tenants:
            continue
        told = world.isolation(system, role, tenants)
        asked += len(tenants)
        if not told.known:
            mute.append(system)
            why = why or told.why
        mixed += [f"{system}.{name}" for name in told.mixed]
    if mixed:
        return fails(
            f"{role} ser flere kunders rækker: {first(mixed)}", f"{role} sees rows of several customers: {first(mixed)}",
            datasets=len(mixed),
        )  # fmt: skip
    if mute:
        return unknown(
            f"{first(mute)} kan ikke svare på det ({danish(why)})",
            f"{first(mute)} cannot tell ({why})",
            mute=len(mute),
        )
    if not asked:
        return unknown(
            "kortet siger ikke, hvilke rækker der tilhører kunder (`tenant`)",
            "the map does not say which rows are customers' (`tenant`)",
        )
    return holds(
        f"{role} ser kun én kundes rækker i {asked} datasæt", f"{role} sees one customer's rows alone, in {asked} datasets",
        datasets=asked,
    )  # fmt: skip


CHECKS: Final = (
    Check("tenant-isolation.alone", "tenant-isolation", "live", "negative", DAY,
          Both("Læsning af alle kunders rækker forsøges i én kundes rolle; den må kun se sine egne.",
               "Reading every customer's rows is attempted in one customer's role; it must see its own alone."), isolated),
    Check("tls.encrypted", "tls", "live", "positive", DAY,
          Both("Serveren spørges, om denne forbindelse er krypteret.",
               "The server is asked whether this very connection is encrypted."), encrypted),
    Check("tls.plain-refused", "tls", "live", "negative", DAY,
          Both("En forbindelse uden kryptering forsøges og skal afvises.",
               "A connection without encryption is attempted, and must be refused."), plain_refused),
    Check("encryption-at-rest.tables", "encryption-at-rest", "live", "positive", DAY,
          Both("Serveren spørges, om hver tabels filer er krypteret; hvad disken gør, kan den ikke sige.",
               "The server is asked whether the files of every table are encrypted; what the disk does it cannot tell."), at_rest),
    Check("key-rotation.young", "key-rotation", "live", "positive", DAY,
          Both("Serverens certifikat og adgangskode er skiftet inden for fristen, hvor den kan sige hvornår.",
               "The server's certificate and password were changed in time, where it can tell when."), rotated),
    Check("database-privileges.refused", "database-privileges", "live", "negative", DAY,
          Both("Læsning af hver kolonne, som formålets rolle ikke må læse, forsøges i dens navn.",
               "Every column that the purpose's role must not read is attempted in its name."), privileges),
)  # fmt: skip
