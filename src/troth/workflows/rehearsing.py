"""The bundle that an authority asks for first: the same state and moment give the same bytes, and a stranger can check them offline.

`index.json` lists every other file with its SHA-256, `index.note` is a signed note over that list. Nobody's data are in it: cases are
told by number, holds without the words of whoever asked for them, staff by how many they are.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final

from troth.documents import rehearsal_words as say
from troth.documents.fault_words import fault_said
from troth.documents.rehearsal import Missing, Piece, Rehearsal, as_json, cover
from troth.documents.rehearsal_words import NOT_KEPT, UNMADE
from troth.ledger import note
from troth.ledger.checkpoint import read_checkpoint
from troth.terms.bilingual import Both
from troth.terms.errors import TamperedError, TrothError, UsageError
from troth.workflows.checks_places import named
from troth.workflows.house import House
from troth.workflows.rehearsal_parts import SHOWS, WORK, texts
from troth.workflows.rehearsal_requests import REQUESTS, Requests, requests

Told = dict[str, Any]
FORMAT: Final = "troth-rehearsal/1"
COVER, INDEX, NOTE = "index.html", "index.json", "index.note"
MOST: Final = 512 << 20
"""Bytes of one file that a stranger's machine is asked to read."""
MOST_HELD: Final = 16 << 20
"""Bytes of the list, and of the note over it, that are held in memory."""
PIECE: Final = 1 << 20
_FILE_MODE: Final = 0o600 << 16


def rehearsal(house: House) -> tuple[str, IO[bytes]]:
    """The bundle: its name with the day, and a zip to read; nothing of our own state is changed by making it, nor held by it in memory."""
    with TemporaryFile() as cases:
        made, asked, missing = _parts(house, cases)
        bundle = _bundle(house, made, asked, missing)
        page = cover(bundle).encode()
        listed = {**as_json(bundle), "cover": hashlib.sha256(page).hexdigest()}
        index = json.dumps(listed, ensure_ascii=False, indent=1, sort_keys=True).encode()
        files = {COVER: page, INDEX: index, **made}
        if signed := _signed(house, index, bundle.at):
            files[NOTE] = signed
        packed = TemporaryFile()  # noqa: SIM115  (whoever asked reads and closes it)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(_entry(name, bundle.at), data)
            if asked:
                _pack(archive, _entry(REQUESTS, bundle.at), asked)
    packed.seek(0)
    return f"rehearsal-{bundle.at.date().isoformat()}.zip", packed


def _pack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, asked: Requests) -> None:
    entry.file_size = asked.size
    asked.file.seek(0)
    with archive.open(entry, "w") as place:
        shutil.copyfileobj(asked.file, place, PIECE)


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    """A file of the zip, dated by the bundle and not by when it was packed."""
    entry = zipfile.ZipInfo(name, at.timetuple()[:6])
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, _FILE_MODE
    return entry


def _signed(house: House, index: bytes, at: datetime) -> bytes:
    """A note over the list's digest by the ledger's key; b'' before there is a ledger."""
    from troth.workflows.books import Books

    if not house.has_state():
        return b""
    books = Books(house.home, house.settings)
    try:
        return note.sign(_text(index, at.isoformat()), books.signer)
    finally:
        books.close()


def _text(index: bytes, made: str) -> str:
    """What is signed; no checkpoint reads like it, since its second line is no number."""
    return f"{FORMAT}\n{hashlib.sha256(index).hexdigest()}\n{made}\n"


def _parts(house: House, cases: IO[bytes]) -> tuple[dict[str, bytes], Requests | None, dict[str, str]]:
    """Each part as a file, that of the cases apart, or why it could not be made."""
    made: dict[str, bytes] = {}
    missing: dict[str, str] = {}
    asked: Requests | None = None
    folders = [f"{house.map_path.parent}/", f"{house.home}/"]
    try:
        asked = requests(house, cases)
    except TrothError as fault:
        missing[REQUESTS] = named(fault.message, folders)
    for name, work in WORK.items():
        try:
            made[name] = work(house)
        except TrothError as fault:
            missing[name] = named(fault.message, folders)
    return {**made, **texts(house)}, asked, missing


def _bundle(
    house: House, made: Mapping[str, bytes], asked: Requests | None, missing: Mapping[str, str]
) -> Rehearsal:
    """The bundle as its first page tells it; what is never kept here is said as well."""
    pieces = [_piece(name, hashlib.sha256(data).hexdigest(), len(data)) for name, data in made.items()]
    if asked:
        pieces.append(_piece(REQUESTS, asked.digest, asked.size))
    lacking = [
        Missing(SHOWS[name][0], UNMADE.fill(why=fault_said(why))) for name, why in sorted(missing.items())
    ]
    lacking += [Missing(name, why) for name, why in NOT_KEPT.items()]
    checkpoint = str(json.loads(made["ledger.json"])["checkpoint"]) if "ledger.json" in made else ""
    return Rehearsal(
        house.map().controller,
        house.now(),
        checkpoint,
        tuple(pieces),
        tuple(lacking),
        tuple(_sums(made, asked)),
        tuple(asked.late) if asked else (),
    )


def _piece(name: str, digest: str, size: int) -> Piece:
    part, holds = SHOWS[name] if name in SHOWS else SHOWS[Path(name).parts[0]]
    return Piece(part, name, digest, size, holds)


def _sums(made: Mapping[str, bytes], asked: Requests | None) -> Iterator[tuple[Both, int]]:
    """What an officer looks at first: how many asked, how many of them were late, what is wrong with backups."""
    if asked:
        yield from ((say.ASKED, asked.asked), (say.LATE, asked.missed))
    if "backups.json" in made:
        yield say.OVER, len(json.loads(made["backups.json"])["findings"])


# -- what a stranger can know of it --------------------------------------------------------------------------------------


_UNREADABLE: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, LookupError, ValueError, TypeError, AttributeError,
)  # fmt: skip
"""What damaged bytes come to in the library: RuntimeError is an encrypted file, a packing unknown to it, a list nested without end."""


def is_bundle(path: Path) -> bool:
    return zipfile.is_zipfile(path)


def verify_bundle(path: Path, key: str | None) -> Told:
    """Whether every file is the one that was listed, and the list the one that was signed; `signer` is None without a key.

    Opens no connection and needs no state. Raises TamperedError, UsageError for what is no bundle of ours.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _verified(archive, key)
    except _UNREADABLE:
        raise TamperedError("it is no whole bundle", place=path.name) from None


def _verified(archive: zipfile.ZipFile, key: str | None) -> Told:
    index = _read(archive, INDEX)
    listed = json.loads(index)
    if listed["format"] != FORMAT:
        raise UsageError("this is no bundle of ours", place=INDEX)
    digests = {one["file"]: one["sha256"] for one in listed["files"]} | {COVER: listed["cover"]}
    names = archive.namelist()
    if len(names) != len(set(names)) or set(names) - {INDEX, NOTE} != digests.keys():
        raise TamperedError("a file was added, or is missing", place=INDEX)
    for name, digest in sorted(digests.items()):
        if _digest(archive, name) != digest:
            raise TamperedError("this file is not the one that was listed", place=name)
    signer = _signer(archive, index, listed, key) if NOTE in names else None
    if key and signer is None:
        raise TamperedError("nobody signed the list", place=NOTE)
    return {
        "made": listed["made"],
        "company": listed["company"],
        "files": len(digests),
        "missing": len(listed["missing"]),
        "signer": signer,
    }


def _signer(archive: zipfile.ZipFile, index: bytes, listed: Mapping[str, Any], key: str | None) -> str | None:
    """Who of the pinned signed the list, and the checkpoint in it."""
    from troth.workflows.certify import pinned_key

    keys = [pinned_key(key)] if key else []
    found = note.read_note(_read(archive, NOTE), keys)
    if found.text != _text(index, listed["made"]):
        raise TamperedError("another list was signed", place=NOTE)
    if keys and not found.verified:
        raise TamperedError("another key signed it than the one you gave", place=NOTE)
    if listed["checkpoint"] and not read_checkpoint(listed["checkpoint"].encode(), keys)[1] and keys:
        raise TamperedError("another key signed the checkpoint in it", place=INDEX)
    return found.verified[0] if found.verified else None


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    seen = hashlib.sha256()
    with _opened(archive, name, MOST) as file:
        while piece := file.read(PIECE):
            seen.update(piece)
    return seen.hexdigest()


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with _opened(archive, name, MOST_HELD) as file:
        return file.read()


def _opened(archive: zipfile.ZipFile, name: str, most: int) -> IO[bytes]:
    """A file of the zip, packed as we pack or as it is; nothing is unpacked beyond the size it says. Raises TamperedError."""
    entry = archive.getinfo(name)
    if entry.file_size > most:
        raise TamperedError("this file is larger than any of ours", place=name)
    if entry.compress_type not in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        raise TamperedError("this file is packed in a way that none of ours is", place=name)
    return archive.open(entry)
