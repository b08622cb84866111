"""Compares the example's files before and after with nothing of the engine: every cell, read with sqlite3 alone."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from troth.example import HERO
from troth.example.checks import Key, Snapshot, difference, mentions, rows_of, snapshot

_BOOKS = (
    "SELECT 'invoices ' || currency, count(*), sum(net), sum(vat), sum(total) FROM invoice GROUP BY currency",
    "SELECT 'invoice lines', count(*), sum(quantity), sum(quantity * unit_price), 0 FROM invoice_line",
    "SELECT 'payments', count(*), sum(amount), 0, 0 FROM payment",
)
_NOBODY = {("billing", "customer", ("NOBODY",)), ("support", "requester", (0,))}


@dataclass(frozen=True)
class Before:
    """The five files before the erasure: every row, which of them are hers, and the sums in the books."""

    rows: Snapshot = field(repr=False)
    hers: frozenset[Key]
    alone: frozenset[Key]  # meetings that nobody but she attended
    books: tuple[tuple[Any, ...], ...]


@dataclass
class Verdict:
    """What the comparison showed; `unexplained` must be empty."""

    rows: int = 0
    untouched: int = 0
    hers: Mapping[str, int] = field(default_factory=dict)
    quoted: list[str] = field(default_factory=list)  # rows of others that held a copy of her identifiers
    alone: list[str] = field(default_factory=list)
    nobody: list[str] = field(default_factory=list)
    left: list[tuple[str, int, str]] = field(default_factory=list)  # place, cells, why
    books: tuple[tuple[Any, ...], ...] = ()
    unexplained: list[str] = field(default_factory=list)


def look(folder: Path) -> Before:
    """Reads everything as it is."""
    return Before(snapshot(folder), rows_of(folder, HERO), _alone(folder), books(folder))


def books(folder: Path) -> tuple[tuple[Any, ...], ...]:
    """What a bookkeeper adds up, in hundredths of each currency."""
    with closing(sqlite3.connect(folder / "billing.sqlite")) as db:
        return tuple(row for asked in _BOOKS for row in db.execute(asked))


def _alone(folder: Path) -> frozenset[Key]:
    """The meetings of which she is the only guest."""
    asked = (
        "SELECT meeting_id FROM meeting_contact GROUP BY meeting_id HAVING count(*) = 1"
        " AND max(contact_id) = (SELECT contact_id FROM contact WHERE email = ?)"
    )
    with closing(sqlite3.connect(folder / "crm.sqlite")) as db:
        return frozenset(("crm", "meeting", (key,)) for (key,) in db.execute(asked, (HERO.email,)))


def compare(folder: Path, before: Before, certificate: Path | None) -> Verdict:
    """Every difference, each with its reason or among the unexplained."""
    after = snapshot(folder)
    change = difference(before.rows, after)
    verdict = Verdict(rows=len(before.rows), untouched=len(before.rows) - len(change.gone | change.changed))
    verdict.hers = _hers(before, after, change.gone, change.changed)
    for key in sorted(change.added, key=repr):
        (verdict.nobody if key in _NOBODY else verdict.unexplained).append(_name(key))
    for key in sorted((change.gone | change.changed) - before.hers, key=repr):
        if key in change.gone and key in before.alone:
            verdict.alone.append(_name(key))
        elif key in change.changed and _only_copies(before.rows[key], after[key]):
            verdict.quoted.append(_name(key))
        else:
            verdict.unexplained.append(_name(key))
    _left(folder, certificate, verdict)
    verdict.books = books(folder)
    if verdict.books != before.books:
        verdict.unexplained.append("the books do not add up as before")
    return verdict


def _hers(before: Before, after: Snapshot, gone: frozenset[Key], changed: frozenset[Key]) -> dict[str, int]:
    count = Counter(
        "gone" if key in gone else "changed" if key in changed else "as they were" for key in before.hers
    )
    return dict(count)


def _only_copies(old: Iterable[object], new: Iterable[object]) -> bool:
    """Whether each cell that changed held an identifier of hers, and holds none now."""
    pairs = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    return all(_names_her(a) and not _names_her(b) for a, b in pairs)


def _names_her(cell: object) -> bool:
    text = str(cell).casefold()
    return any(needle.casefold() in text for needle in HERO.needles)


def _left(folder: Path, certificate: Path | None, verdict: Verdict) -> None:
    """Cells that still hold an identifier of hers: kept by a law or asked about on her certificate, else unexplained."""
    told = json.loads(certificate.read_text(encoding="utf-8")) if certificate else {}
    body = told.get("certificate", told)
    kept = {
        (act["system"], act["dataset"], column): act
        for act in body.get("acts", ())
        if act["action"] == "keep"
        for column in act["columns"]
    }
    asked = {question["place"]: question["id"] for question in body.get("open_questions", ())}
    for file, table, column, cells in mentions(folder, HERO.needles):
        place = f"{file}.{table}.{column}"
        act, question = kept.get((file, table, column)), asked.get(f"{file}.{table}")
        if act is not None:
            verdict.left.append((place, cells, f"kept: {act['law']}, the last until {_last(body, act)}"))
        elif question is not None:
            verdict.left.append((place, cells, f"open question {question}: a person must read it"))
        else:
            verdict.unexplained.append(f"{place}: {cells} cells still name her")


def _last(body: Mapping[str, Any], act: Mapping[str, Any]) -> str:
    """The latest day until which anything is kept in the dataset."""
    ends = [
        str(other["until"])
        for other in body["acts"]
        if other["action"] == "keep" and other["dataset"] == act["dataset"] and other["until"]
    ]
    return max(ends, default="no date")


def _name(key: Key) -> str:
    file, table, values = key
    return f"{file}.{table} {','.join(str(value) for value in values)}"
