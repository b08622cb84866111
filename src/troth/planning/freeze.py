"""Batches as bytes and back, exactly: what is frozen before the first write is what a resumed run reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from typing import Any
from uuid import UUID

from troth.datamap.model import Atom, Ref
from troth.datamap.reader import Aged, Cell, Row
from troth.planning.plan import Batch, New, Span, Step

_PLAIN = {int: "i", str: "s", type(None): "n", bool: "b", float: "f"}
_CODED: dict[type, tuple[str, Callable[[Any], str]]] = {
    bytes: ("x", bytes.hex),
    UUID: ("u", str),
    Decimal: ("d", str),
    datetime: ("t", datetime.isoformat),
    date: ("a", date.isoformat),
    time: ("h", time.isoformat),
}
_NETWORKS = {
    c.__name__: c for c in (IPv4Address, IPv6Address, IPv4Interface, IPv6Interface, IPv4Network, IPv6Network)
}
_DECODE: dict[str, Callable[[str], Atom]] = {
    "x": bytes.fromhex,
    "u": UUID,
    "d": Decimal,
    "t": datetime.fromisoformat,
    "a": date.fromisoformat,
    "h": time.fromisoformat,
}

ASKED = ("instructed", "left_to", "scope", "accepted")
"""What of a run's question is kept, so that it can be asked again."""


def freeze(batch: Batch) -> bytes:
    """The batch as UTF-8 JSON, rows by column; types survive. Raises TypeError for a value no key can hold."""
    steps = [
        {
            "ref": step.ref, "action": step.action, "key": step.key, "witness": step.witness, "columns": step.columns,
            "values": [[value.how, _encode(value.constant)] for value in step.values], "reason": step.reason,
            "law": step.law, "until": step.until.isoformat() if step.until else None, "identity": step.identity,
            "people": step.people, "left": step.left, "rows": _columns(step.rows),
            **({"span": _spanned(step.span)} if step.span else {}),
        }
        for step in batch.steps
    ]  # fmt: skip
    return json.dumps(
        {"number": batch.number, "system": batch.system, "steps": steps}, separators=(",", ":")
    ).encode()


def thaw(data: bytes) -> Batch:
    """The batch that `freeze` was given."""
    told = json.loads(data)
    steps = tuple(
        Step(
            Ref(*step["ref"]), step["action"], tuple(step["key"]), tuple(step["witness"]), _rows(step["rows"]),
            tuple(step["columns"]), tuple(New(how, _decode(value)) for how, value in step["values"]), step["reason"],
            step["law"], date.fromisoformat(step["until"]) if step["until"] else None, step["identity"],
            tuple((person, rows) for person, rows in step["people"]), left=step.get("left", ""),
            span=_span(step["span"]) if "span" in step else None,
        )
        for step in told["steps"]
    )  # fmt: skip
    return Batch(told["number"], told["system"], steps)


def freeze_rows(rows: Sequence[Row]) -> bytes:
    """Rows alone, by column."""
    return json.dumps(_columns(rows), separators=(",", ":")).encode()


def thaw_rows(data: bytes) -> list[Row]:
    """The rows that `freeze_rows` was given."""
    return _rows(json.loads(data))


def _spanned(span: Span) -> dict[str, Any]:
    """A span whose clock stands in its own rows."""
    due = span.due
    return {
        "rows": span.rows, "clock": due.clock.column, "since": due.since.isoformat(), "before": due.before.isoformat(),
        "zone": due.zone, "key": due.key, "epoch": due.epoch, "active": due.active.column if due.active else None,
        "unlike": [[name, [_encode(value) for value in values]] for name, values in due.unlike],
        "ends": [None if end is None else [_encode(part) for part in end] for end in (due.after, due.upto)],
    }  # fmt: skip


def _span(told: dict[str, Any]) -> Span:
    after, upto = (None if end is None else tuple(map(_decode, end)) for end in told["ends"])
    return Span(
        Aged(
            Cell(told["clock"]), date.fromisoformat(told["since"]), date.fromisoformat(told["before"]), told["zone"],
            tuple(told["key"]), told["epoch"], Cell(told["active"]) if told["active"] else None,
            tuple((name, tuple(map(_decode, values))) for name, values in told["unlike"]), after=after, upto=upto,
        ),
        told["rows"],
    )  # fmt: skip


def _columns(rows: Sequence[Row]) -> dict[str, Any]:
    columns = []
    for cells in zip(*rows, strict=True):
        kinds = set(map(type, cells))
        if kinds <= _PLAIN.keys():
            columns.append(["".join(sorted(_PLAIN[kind] for kind in kinds)), cells])
        elif kinds == {datetime}:  # the clocks of a page of due rows: one tag for all
            columns.append(["t", [cell.isoformat() for cell in cells]])
        else:
            columns.append(["*", [_encode(cell) for cell in cells]])
    return {"n": len(rows), "c": columns}


def _rows(told: dict[str, Any]) -> list[Row]:
    if not told["c"]:
        return [() for _ in range(told["n"])]
    columns = [_thawed(tag, cells) for tag, cells in told["c"]]
    return list(zip(*columns, strict=True))


def _thawed(tag: str, cells: list[Any]) -> list[Atom]:
    if tag == "t":
        return list(map(datetime.fromisoformat, cells))
    return cells if tag != "*" else [_decode(cell) for cell in cells]


def _encode(value: Atom) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, tuple):
        return ["l", [_encode(part) for part in value]]
    if type(value).__name__ in _NETWORKS:
        return ["ip", type(value).__name__, str(value)]
    for kind, (tag, write) in _CODED.items():
        if type(value) is kind:
            return [tag, write(value)]
    raise TypeError(f"no key can hold a {type(value).__name__}")


def _decode(told: Any) -> Atom:
    if not isinstance(told, list):
        return told
    if told[0] == "l":
        return tuple(_decode(part) for part in told[1])
    if told[0] == "ip":
        return _NETWORKS[told[1]](told[2])
    return _DECODE[told[0]](told[1])
