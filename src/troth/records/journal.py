"""A second copy outside our own state: lines are only ever appended, and each is on the disk before we say so."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from troth.records.cabinet import folder
from troth.terms.errors import TamperedError

NAME = "journal.jsonl"


_BLOCK = 65_536


class Journal:
    """One file of JSON lines in a folder of its own."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.path = place / NAME

    def size(self) -> int:
        """Bytes of the whole lines written so far; 0 where there is none. What a crash cut off does not count."""
        try:
            with self.path.open("rb") as file:
                return _whole(file)
        except FileNotFoundError:
            return 0

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else appends, nor compares the copy with the state, meanwhile; waits for its turn."""
        folder(self.place)
        lock = os.open(self.place / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def append(self, lines: Iterable[str]) -> int:
        """Appends whole lines, one process after another, and waits for the disk; the file's size afterwards.

        A half line of a crash is ended first.
        """
        folder(self.place)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            data = "".join(f"{line}\n" for line in lines).encode()
            size = os.fstat(file).st_size
            if size and os.pread(file, 1, size - 1) != b"\n":
                data = b"\n" + data
            while data:
                data = data[os.write(file, data) :]
            os.fsync(file)
            return os.fstat(file).st_size
        finally:
            os.close(file)

    def read(self, since: int = 0) -> Iterator[dict[str, Any]]:
        """The lines from a byte on. A line that a crash cut off was never counted on, and is passed over."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            if since:
                file.seek(since - 1)
                if file.read(1) != b"\n":
                    raise TamperedError(
                        "the second copy is not the one that this state wrote to: their histories went two ways",
                        place=str(self.path),
                        remedy="Put back the copy, or the state, that was saved last; nothing was changed.",
                    )
            for raw in file:
                try:
                    told = json.loads(raw) if raw.strip() else None
                except ValueError:
                    told = None
                if isinstance(told, dict):
                    yield told


def _whole(file: IO[bytes]) -> int:
    """Where the last line ends."""
    at = file.seek(0, os.SEEK_END)
    while at:
        begin = max(0, at - _BLOCK)
        file.seek(begin)
        ended = file.read(at - begin).rfind(b"\n")
        if ended >= 0:
            return begin + ended + 1
        at = begin
    return 0
