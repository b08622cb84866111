"""A second copy outside our own state: lines are only ever appended, and each is on the disk before we say so."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from troth.records.cabinet import folder
from troth.terms.errors import TamperedError

NAME = "journal.jsonl"


class Journal:
    """One file of JSON lines in a folder of its own."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.path = place / NAME

    def size(self) -> int:
        """Bytes written so far; 0 where there is none."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, lines: Iterable[str]) -> int:
        """Appends whole lines and waits for the disk; the file's size afterwards. A half line of a crash is ended first."""
        folder(self.place)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
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
