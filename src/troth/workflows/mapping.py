"""Proposes a data map from what stores declare, adds what is new to an existing one, and checks one for drift."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from troth.datamap.check import check
from troth.datamap.mapmerge import merge
from troth.datamap.mapwrite import dump, write
from troth.datamap.model import Link
from troth.datamap.propose import Proposal, propose
from troth.datamap.schema import Schema
from troth.terms.errors import UsageError
from troth.workflows.credentials import keep_password, split_password
from troth.workflows.house import House


def make_map(house: House, urls: Sequence[str]) -> dict[str, Any]:
    """Reflects the stores and writes the map; an existing file keeps its decisions and comments.

    Nothing is written unless every store could be read. Passwords go to `.troth/credentials`, never to the map.
    """
    named = dict(_named(url) for url in urls)
    if len(named) < len(urls):
        raise UsageError("two addresses have one name", remedy="Name them: NAME=URL.")
    schemas: dict[str, Schema] = {}
    addresses: dict[str, str] = {}
    passwords: dict[str, str] = {}
    for name, url in named.items():
        bare, password = split_password(_absolute(url))
        store = house.kind(bare, name).open(name, bare, password=password)
        try:
            house.progress(f"reading the structure of {name}")
            schemas[name] = store.reflect()
        finally:
            store.close()
        addresses[name] = _relative(bare, house.map_path)
        if password is not None:
            passwords[name] = password
    existing = house.map() if house.map_path.exists() else None
    proposal = propose(schemas, addresses, existing)
    if existing is None:
        write(house.map_path, dump(proposal.map))
    else:
        write(house.map_path, merge(house.map_path.read_text(), proposal.map, schemas))
    stored = [str(keep_password(house.home, name, password)) for name, password in passwords.items()]
    return {
        **told(proposal, schemas),
        "map": str(house.map_path),
        "credentials": sorted(set(stored)),
        "merged": existing is not None,
    }


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
                    {"name": f.name, "category": f.category, "confidence": f.confidence}
                    for f in dataset.fields.values()
                ],
            }
            for ref, dataset in sorted(datamap.datasets.items())
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
            if all(ref != (name, table.name) for ref in datamap.datasets)
        ],
    }


def _link(link: Link) -> dict[str, Any]:
    return {
        "from": {"system": link.source.system, "dataset": link.source.dataset, "columns": list(link.columns)},
        "to": {
            "system": link.target.system,
            "dataset": link.target.dataset,
            "columns": list(link.target_columns),
        },
        "kind": link.means,
        "confidence": link.confidence,
        "declared": link.declared,
        "reason": link.reason,
    }


def _named(text: str) -> tuple[str, str]:
    """`NAME=URL`, or a name made from the database or file; a plain file path is a SQLite address."""
    name, sign, url = text.partition("=")
    if not sign or not re.fullmatch(r"[A-Za-z][\w-]*", name):
        name, url = "", text
    if "://" not in url and not url.startswith("sqlite:"):
        if not Path(url).exists() and not re.search(r"\.(sqlite3?|db3?)$", url):
            raise UsageError(
                "this is neither an address nor a file",
                place=url,
                remedy="Write postgresql://… or the path of a SQLite file.",
            )
        url = f"sqlite:///{url}"
    if not name:
        last = re.split(r"[?#]", url)[0].rstrip("/").rpartition("/")[2]
        name = (
            re.sub(r"\W+", "_", re.sub(r"\.(sqlite3?|db3?)$", "", last, flags=re.I)).strip("_").lower()
            or "store"
        )
    return name, url


def _absolute(url: str) -> str:
    if not url.startswith("sqlite:///"):
        return url
    return "sqlite:///" + str(Path(url.removeprefix("sqlite:///")).resolve())


def _relative(url: str, map_path: Path) -> str:
    """A SQLite file below the map's folder is named from there, so that both can move together."""
    if not url.startswith("sqlite:///"):
        return url
    path, beside = Path(url.removeprefix("sqlite:///")), map_path.resolve().parent
    return "sqlite:///" + str(path.relative_to(beside) if path.is_relative_to(beside) else path)
