"""What the notice's page says, as a file that we signed: a stranger checks it offline, and holds it against an earlier one.

It says of each sentence which light it has, what tested it, and the number of the ledger's entry; of each entry its hash, and the way
from there to the root that we signed. What an entry says stays in the house: its time and its outcome could tell of somebody's case.
So a stranger knows what we said and to which entries we are bound, and not that these say it too: whoever may see the ledger sees that.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import rfc8785

from troth.ledger import note, tlog
from troth.ledger.checkpoint import Checkpoint, read_checkpoint
from troth.ledger.lines import read_base64
from troth.terms.bilingual import Lang
from troth.terms.errors import TamperedError, UsageError
from troth.workflows.house import House
from troth.workflows.public_notice import page

Told = dict[str, Any]
FORMAT: Final = "troth-notice/1"
MOST: Final = 32 << 20
"""Bytes of a file that a stranger's machine is asked to read."""


def notice_proof(house: House, language: Lang, since: int = 0) -> bytes | None:
    """The file, with the way from a tree of `since` leaves to that of today; None where there is no notice, or nothing was signed."""
    from troth.workflows.books import Books, Rows

    shown = page(house, language)
    if shown is None or not shown["checkpoint"]:
        return None
    books = Books(house.home, house.settings)
    try:
        checkpoint = read_checkpoint(shown["checkpoint"].encode(), [books.signer.verifier])[0]
        rows = Rows(books.tenant)
        statement = {
            "format": FORMAT, "company": house.map().controller, "made": house.now().isoformat(), "language": language,
            "version": str(shown["version"]), "lines": [_line(line) for line in shown["lines"]],
            "entries": _entries(_cited(shown["lines"], checkpoint.size), checkpoint.size, rows),
            "checkpoint": shown["checkpoint"],
        }  # fmt: skip
        told: Told = {"statement": statement, "note": note.sign(_text(statement), books.signer).decode()}
        if 0 < since <= checkpoint.size:
            told["grown"] = {
                "from": since,
                "proof": _spelled(tlog.consistency_proof(since, checkpoint.size, rows)),
            }
        return json.dumps(told, ensure_ascii=False, indent=1).encode()
    finally:
        books.close()


def key(house: House) -> str:
    """The public key in the one line in which it is pinned; '' before there is one."""
    path = house.home / "troth.pub"
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def _text(statement: Mapping[str, Any]) -> str:
    """What is signed; no checkpoint reads like it, since its second line is no number."""
    return f"{FORMAT}\n{hashlib.sha256(rfc8785.dumps(statement)).hexdigest()}\n{statement['made']}\n"


def _line(line: Mapping[str, Any]) -> Told:
    promises = [
        {
            "id": one["id"], "light": one["light"], "control": one["control"],
            "checks": [
                {
                    "tests": check["tests"], "entry": check["entry"],
                    "collected": _day(check["collected"]), "expires": _day(check["expires"]),
                }
                for check in one["checks"]
            ],
        }
        for one in line["promises"]
    ]  # fmt: skip
    return {"words": line["words"], "light": line["light"], "promises": promises}


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


def _cited(lines: Iterable[Mapping[str, Any]], size: int) -> list[int]:
    """The entries that the lines speak of, as far as the checkpoint reaches."""
    found = {
        check["entry"]
        for line in lines
        for one in line["promises"]
        for check in one["checks"]
        if check["entry"] is not None
    }
    return sorted(index for index in found if 0 <= index < size)


def _entries(indexes: Sequence[int], size: int, rows: tlog.HashReader) -> dict[str, Told]:
    """Each entry's hash and its way to the root; the tree's hashes are fetched together, however many entries there are."""
    wanted = _Wanted()
    for index in indexes:
        tlog.inclusion_proof(index, size, wanted)
    places = sorted(wanted.seen | {tlog.stored_index(0, index) for index in indexes})
    known = _Known(dict(zip(places, rows.read(places), strict=True)))
    return {
        str(index): {
            "hash": base64.b64encode(known.held[tlog.stored_index(0, index)]).decode(),
            "proof": _spelled(tlog.inclusion_proof(index, size, known)),
        }
        for index in indexes
    }


class _Wanted:
    """Notes which hashes are asked for."""

    def __init__(self) -> None:
        self.seen: set[int] = set()

    def read(self, indexes: Sequence[int]) -> Sequence[bytes]:
        self.seen.update(indexes)
        return [bytes(tlog.HASH_SIZE)] * len(indexes)


class _Known:
    """Gives the hashes that were fetched."""

    def __init__(self, held: dict[int, bytes]) -> None:
        self.held = held

    def read(self, indexes: Sequence[int]) -> Sequence[bytes]:
        return [self.held[index] for index in indexes]


def _spelled(hashes: Iterable[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in hashes]


# -- what a stranger can know of it --------------------------------------------------------------------------------------


def is_notice_proof(path: Path) -> bool:
    """Whether a file says that it is one of these."""
    if not path.is_file() or path.stat().st_size > MOST:
        return False
    try:
        return bool(json.loads(path.read_bytes())["statement"]["format"] == FORMAT)
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def verify_notice_proof(path: Path, key: str | None, since: Path | None = None) -> Told:
    """Whether every entry stands in the tree that was signed, the statement is the one that was signed, and nothing older was rewritten.

    `signer` is None without a key. Opens no connection and needs no state. Raises TamperedError or UsageError.
    """
    from troth.workflows.certify import pinned_key

    keys = [pinned_key(key)] if key else []
    told = _told(path)
    try:
        statement, signer, checkpoint = _checked(told, keys)
        grown = None if since is None else _grown(told, checkpoint, _checked(_told(since), keys)[2])
        lights = Counter(
            {one["id"]: one["light"] for line in statement["lines"] for one in line["promises"]}.values()
        )
        return {
            "company": statement["company"], "made": statement["made"], "version": statement["version"], "lights": dict(lights),
            "entries": len(statement["entries"]), "of": checkpoint.size, "grown": grown, "signer": signer,
        }  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise TamperedError("a part of it is missing", place=path.name) from None


def _told(path: Path) -> Told:
    if not is_notice_proof(path):
        raise UsageError(
            "this is no signed notice", place=path.name, remedy="Fetch it from the notice's page."
        )
    found: Told = json.loads(path.read_bytes())
    return found


def _checked(told: Mapping[str, Any], keys: Sequence[note.Verifier]) -> tuple[Told, str | None, Checkpoint]:
    """Statement, signer and checkpoint, each held against the next."""
    statement: Told = told["statement"]
    signed = note.read_note(str(told["note"]).encode(), keys)
    if signed.text != _text(statement):
        raise TamperedError("another statement was signed")
    checkpoint, signers = read_checkpoint(str(statement["checkpoint"]).encode(), keys)
    if keys and not (signed.verified and signers):
        raise TamperedError(
            "another key signed it than the one you gave",
            remedy="Ask the company which of its keys is the right one.",
        )
    for name, entry in statement["entries"].items():
        proof = [read_base64(one, "proof") for one in entry["proof"]]
        tlog.verify_inclusion(
            read_base64(entry["hash"], "hash"), int(name), checkpoint.size, proof, checkpoint.root
        )
    for line in statement["lines"]:
        _cites(line, statement["entries"])
    return statement, signed.verified[0] if signed.verified else None, checkpoint


def _cites(line: Mapping[str, Any], entries: Mapping[str, Any]) -> None:
    """A sentence that is called kept names entries that are there. Raises TamperedError."""
    for one in line["promises"]:
        tested = [check for check in one["checks"] if check["entry"] is not None]
        if one["light"] == "kept" and (
            not tested or any(str(check["entry"]) not in entries for check in tested)
        ):
            raise TamperedError("it is called kept, and names no entry of the log", place=str(one["id"])[:20])


def _grown(told: Mapping[str, Any], now: Checkpoint, before: Checkpoint) -> int:
    """How many entries came since an earlier file of the same log. Raises TamperedError where an older one was rewritten."""
    if (now.origin, now.size) == (before.origin, before.size) and now.root == before.root:
        return 0
    if now.origin != before.origin or now.size <= before.size:
        raise TamperedError("the earlier file is of another log, or of a later day")
    if told.get("grown", {}).get("from") != before.size:
        raise UsageError(
            "it does not lead from the earlier file to this one", place="--since",
            remedy=f"Fetch it with ?since={before.size} at the end of its address.",
        )  # fmt: skip
    proof = [read_base64(one, "proof") for one in told["grown"]["proof"]]
    tlog.verify_consistency(before.size, now.size, before.root, now.root, proof)
    return now.size - before.size
