"""Proposes a data map from what stores declare and a few of their rows, adds what is new to one, and checks one for drift."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from troth.datamap.categories import CATEGORIES
from troth.datamap.check import check
from troth.datamap.inference import Guess, Inferred
from troth.datamap.mapdecide import decide
from troth.datamap.mapfile import loads
from troth.datamap.mapmerge import merge
from troth.datamap.mapwrite import dump, write
from troth.datamap.model import DataMap, Link, Ref
from troth.datamap.propose import Proposal, propose
from troth.datamap.schema import Schema
from troth.stores import Opened
from troth.terms.errors import StoreError, StoreUnreachableError, UsageError
from troth.workflows import looking
from troth.workflows.credentials import keep_password, split_password
from troth.workflows.house import House
from troth.workflows.looking import Announce, Looked, worth_looking
from troth.workflows.uncollected import uncollected

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Look:
    """How far the values may be looked at: `rows` of each table at most; none: names and types only."""

    rows: int = 1_000
    announce: Announce = lambda system, rows, tables: None


def make_map(house: House, urls: Sequence[str], look: Look | None = None) -> dict[str, Any]:
    """Reflects and samples the stores and writes the map; an existing file keeps its decisions and comments.

    Without addresses, the systems of the map are read again; without `look`, no value is read. Nothing is written unless
    every store could be read and both the map and the credentials can be written. Passwords go to `.troth/credentials`,
    never to the map, and sampled values nowhere.
    """
    existing = house.map() if house.map_path.exists() else None
    addresses: dict[str, str] = {}
    passwords: dict[str, str] = {}
    with ExitStack() as opened:
        stores: dict[str, Opened] = {}
        for name, url in _addresses(house, urls, existing).items():
            bare, password = split_password(url, name)
            addresses[name] = _relative(bare, house.map_path)
            _refuse_other(house, existing, name, addresses[name])
            stores[name] = opened.enter_context(closing(_opened(house, name, bare, password)))
            if password is not None and not house.address(name):
                passwords[name] = password
        schemas = {name: _reflected(house, store) for name, store in stores.items()}
        proposal, looked = _proposed(house, stores, schemas, addresses, existing, look)
    _refuse_unwritable(house.map_path.parent)
    stored = [str(keep_password(house.home, name, password)) for name, password in passwords.items()]
    if existing is None:
        write(house.map_path, dump(proposal.map))
    else:
        write(house.map_path, merge(house.map_path.read_text(encoding="utf-8-sig"), proposal.map, schemas))
    proposed = replace(proposal, map=replace(proposal.map, manual=existing.manual if existing else {}))
    return {
        **told(proposed, schemas),
        "sampled": looked.told() if look is not None else None,
        "not_sampled": [{"what": str(ref), "reason": reason} for ref, reason in looked.passed_over],
        "map": str(house.map_path),
        "credentials": sorted(set(stored)),
        "merged": existing is not None,
    }


@uncollected()
def _proposed(
    house: House,
    stores: Mapping[str, Opened],
    schemas: Mapping[str, Schema],
    addresses: Mapping[str, str],
    existing: DataMap | None,
    look: Look | None,
) -> tuple[Proposal, Looked]:
    """The proposal; with it the samples end."""
    looked = Looked()
    tables = worth_looking(schemas, existing)
    if look is not None:
        looked = looking.look(stores, tables, look.rows, house.progress, look.announce)
    found = looking.inferred(stores, schemas, looked, house.progress) if tables else Inferred()
    links = found.links
    if look is None and existing is not None:  # names alone overrule nothing that was looked at before
        links = tuple(guess for guess in links if not _is_mapped(existing, guess))
    house.progress("proposing the map")
    return propose(schemas, addresses, existing, looked.samples, links, found.inside), looked


def _is_mapped(existing: DataMap, guess: Guess) -> bool:
    dataset = existing.datasets.get(guess.source)
    return dataset is not None and all(name in dataset.fields for name in guess.columns)


def decide_map(
    house: House, accept: Sequence[str] = (), reject: Sequence[str] = (), above: float | None = None
) -> dict[str, Any]:
    """Writes decisions about guesses into the map; no store is opened. Raises UsageError for what the map does not have."""
    datamap = house.map()
    text = house.map_path.read_text(encoding="utf-8-sig")
    decided = decide(text, datamap, accept, reject, above)
    if decided.decisions:
        _refuse_unwritable(house.map_path.parent)
        write(house.map_path, decided.text)
    after = loads(decided.text, datamap.file)
    return {
        "accepted": [{"name": d.name, "as": d.what} for d in decided.decisions if not d.refused],
        "rejected": [{"name": d.name, "as": d.what} for d in decided.decisions if d.refused],
        "already": list(decided.already),
        "open": sum(not link.reviewed for link in after.links)
        + sum(not f.reviewed for dataset in after.datasets.values() for f in dataset.fields.values()),
        "map": str(house.map_path),
    }


def _addresses(house: House, urls: Sequence[str], existing: DataMap | None) -> dict[str, str]:
    """System name -> its full address; raises UsageError where there is none, or one name has two."""
    if not urls and existing is None:
        raise UsageError("no store was named", remedy="Write: troth map URL [URL…] -o troth.map.yaml")
    if not urls and existing is not None:
        return {s.name: house.address(s.name) or house.located(s.url) for s in existing.systems.values()}
    named: dict[str, str] = {}
    for position, text in enumerate(urls, start=1):
        if _NAME.fullmatch(text) and house.address(text):
            name, url = text, house.address(text)
        else:
            name, url = address_named(text, f"address {position}")
        if name in named:
            raise UsageError("two addresses have one name", place=name, remedy="Name them: NAME=URL.")
        named[name] = absolute(url)
    return named


def _opened(house: House, name: str, url: str, password: str | None) -> Opened:
    """A store; its password from the address, the environment, or an earlier `map`."""
    house.progress(f"opening {name}")
    if password is None:
        password = house.password(name)
    return house.kind(url, name).open(name, url, password=password)


def _reflected(house: House, store: Opened) -> Schema:
    """What one store declares."""
    house.progress(f"reading the structure of {store.system}")
    try:
        return store.reflect()
    except StoreError as fault:
        raise StoreUnreachableError(fault.message, place=fault.place, remedy="Nothing was written.") from None


def _refuse_other(house: House, existing: DataMap | None, name: str, url: str) -> None:
    """One name means one database: another address under it would mix two in one system."""
    if existing is not None and name in existing.manual:
        raise UsageError(
            f"the map knows {name} as a system kept by hand",
            place=str(house.map_path),
            remedy="Give this one a name of its own: NAME=URL. If a program reaches it now, take `manual` out of the map first.",
        )
    if existing is None or name not in existing.systems or house.address(name):
        return
    if house.located(existing.systems[name].url) != house.located(url):
        raise UsageError(
            f"the map knows {name} under another address",
            place=str(house.map_path),
            remedy="Give this one a name of its own: NAME=URL. If the database has moved, change its url in the map first.",
        )


def _refuse_unwritable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as fault:
        raise UsageError(
            f"the map cannot be written ({fault.strerror})",
            place=str(folder),
            remedy="Name another place with -o.",
        ) from None


def check_map(house: House) -> list[dict[str, Any]]:
    """Findings about the map against the stores as they are now; [] when the map covers everything."""
    datamap = house.map()
    with house.opened(datamap) as stores:
        schemas = {name: store.reflect() for name, store in stores.items()}
    return [
        {"id": f.id, "level": f.level, "place": f.place, "message": f.message, "hint": f.hint} for f in check(datamap, schemas)
    ]  # fmt: skip


def told(proposal: Proposal, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    """The proposal as data."""
    datamap = proposal.map
    return {
        "datasets": [
            {
                "system": ref.system,
                "dataset": ref.dataset,
                "subject": dataset.subject is not None,
                "fields": [
                    {
                        "name": f.name,
                        "category": f.category,
                        "confidence": f.confidence,
                        "reviewed": f.reviewed,
                        "reason": f.reason,
                        "paths": dict(f.paths),
                        "personal": f.category == "unknown" or CATEGORIES[f.category].personal,
                    }
                    for f in dataset.fields.values()
                ],
            }
            for ref, dataset in sorted(datamap.datasets.items())
        ],
        "manual": [
            {"system": one.name, "owner": one.owner, "holds": list(one.holds), "days": one.days}
            for one in datamap.manual.values()
        ],
        "links": [_link(link) for link in datamap.links],
        "questions": [
            {"id": q.id, "place": q.place, "text": q.text, "remedy": q.remedy, "blocking": q.blocking}
            for q in proposal.questions
        ],
        "not_mapped": [
            {"what": f"{name}.{table.name}", "reason": table.kind}
            for name, schema in sorted(schemas.items())
            for table in schema.tables.values()
            if Ref(name, table.name) not in datamap.datasets
        ],
    }


def _link(link: Link) -> dict[str, Any]:
    return {
        "name": link.address,
        "from": {"system": link.source.system, "dataset": link.source.dataset, "columns": list(link.columns)},
        "to": {
            "system": link.target.system,
            "dataset": link.target.dataset,
            "columns": list(link.target_columns),
        },
        "kind": link.means,
        "confidence": link.confidence,
        "declared": link.declared,
        "reviewed": link.reviewed,
        "reason": link.reason,
    }


def address_named(text: str, place: str) -> tuple[str, str]:
    """`NAME=URL`, or a name made from the database or file; a plain file path is a SQLite address.

    What cannot be read is never repeated in a fault: it could hold a password.
    """
    name, sign, url = text.partition("=")
    if not sign or not _NAME.fullmatch(name):
        name, url = "", text
    if "://" not in url:
        if ":" in url or "@" in url or not (Path(url).exists() or re.search(r"\.(sqlite3?|db3?)$", url)):
            raise UsageError(
                "this is neither an address nor a file",
                place=place if re.search("[:@=]", url) else url or place,
                remedy="Write postgresql://…, mysql://… or the path of a SQLite file.",
            )
        url = f"sqlite:///{url}"
    return name or _name_of(url), url


def _name_of(url: str) -> str:
    """A name that a map may use for a system, from the last part of its address."""
    last = unquote(
        re.split(r"[?#]", url.partition("://")[2].partition("/")[2])[0].rstrip("/").rpartition("/")[2]
    )
    stem = re.sub(r"\.(sqlite3?|db3?)$", "", last, flags=re.I).lower()
    for letter, ascii_letters in (("æ", "ae"), ("ø", "oe"), ("å", "aa")):
        stem = stem.replace(letter, ascii_letters)
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    found = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return found if found[:1].isalpha() else f"store_{found}".rstrip("_")


def absolute(url: str) -> str:
    if not url.startswith("sqlite:///"):
        return url
    return "sqlite:///" + str(Path(url.removeprefix("sqlite:///")).resolve())


def _relative(url: str, map_path: Path) -> str:
    """A SQLite file below the map's folder is named from there, so that both can move together."""
    if not url.startswith("sqlite:///"):
        return url
    path, beside = Path(url.removeprefix("sqlite:///")), map_path.resolve().parent
    return "sqlite:///" + str(path.relative_to(beside) if path.is_relative_to(beside) else path)
