"""Guarantees a copy in a form that other programs read (GDPR Art. 20): whole or not there, streamed, and nothing a spreadsheet runs.

data.json      all of it, `troth-portable/1`, values exact
tables/*.csv   one a dataset; a text that a spreadsheet would take for a formula begins with an apostrophe
files/         what was bytes
index.html     what is in it, and what was left out and why, Danish and English
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Final

from troth.documents import portable_words as say
from troth.documents.export_words import CONTROLLER, ISSUED, KEEP_SAFE
from troth.documents.folder import beside, put, refuse
from troth.documents.markup import (
    FOOT,
    both,
    code,
    either,
    facts,
    head,
    join,
    masthead,
    moment,
    p,
    table,
    tag,
)
from troth.documents.values import Blob, Blobs, as_json, create, packed, safe_name, typed
from troth.terms.bilingual import Both, number
from troth.terms.errors import TrothError

FORMAT: Final = "troth-portable/1"
_OURS: Final = frozenset({"index.html", "data.json", "tables", "files"})
_MARK: Final = b'{"format": "troth-portable/1"'
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_HARMLESS: Final = re.compile(r"[+-][0-9][0-9 ]*(?:[.,][0-9]+)?")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A dataset or some of its columns (() is all of them) that are not in the copy, and why."""

    place: str
    columns: tuple[str, ...]
    why: Both


class PortableWriter:
    """Writes one copy; a `with` block that fails leaves nothing behind."""

    def __init__(
        self, folder: Path, *, issued: datetime, controller: str, left_out: Sequence[LeftOut]
    ) -> None:
        """Raises UsageError where the folder holds anything but an earlier such copy, or cannot be made."""
        self._folder = folder.absolute()
        refuse(self._folder, _OURS, _MARK)
        self._root = beside(self._folder)
        (self._root / "tables").mkdir(mode=0o700)
        self._issued, self._controller, self._left_out = issued, controller, left_out
        self._blobs = Blobs(self._root)
        self._json = create(self._root / "data.json")
        start = {"format": FORMAT, "issued": issued.isoformat(), "controller": controller}
        self._json.write(as_json(start)[:-1] + b', "datasets": [')
        self._table: _Table | None = None
        self._held: list[tuple[str, str, int]] = []  # dataset, file, rows
        self._closed = False

    def dataset(self, system: str, dataset: str, columns: Sequence[str]) -> None:
        """Begin a dataset with these columns; the rows that follow are its."""
        self._end()
        taken = {file for _, file, _ in self._held}
        stem = f"{safe_name(system)}.{safe_name(dataset)}"
        file = next(name for n in range(1, len(taken) + 2) if (name := _numbered(stem, n)) not in taken)
        self._json.write((b"," if self._held else b"") + b"\n")
        start = {"system": system, "dataset": dataset, "table": f"tables/{file}", "columns": list(columns)}
        self._json.write(as_json(start)[:-1] + b', "rows": [')
        self._held.append((f"{system} · {dataset}", file, 0))
        self._table = _Table(create(self._root / "tables" / file), columns)

    def row(self, cells: Mapping[str, object]) -> None:
        """Add a row; TrothError unless it has the dataset's columns and no others."""
        table = self._table
        if table is None or set(cells) != set(table.columns):
            raise TrothError("A row has other columns than its dataset.")
        place, file, rows = self._held[-1]

        def blob(content: bytes) -> Blob:
            return self._blobs.add(content, place)

        values = {name: typed(cells[name], blob) for name in table.columns}
        self._json.write((b",\n" if rows else b"\n") + as_json(values))
        table.write(values)
        self._held[-1] = (place, file, rows + 1)

    def close(self) -> Mapping[str, int]:
        """Finish the copy and put it in its place; returns how many rows, datasets and files."""
        rows = sum(count for *_, count in self._held)
        totals = {"rows": rows, "datasets": len(self._held), "files": self._blobs.count}
        if self._closed:
            return totals
        self._end()
        left = [
            {"place": one.place, "columns": list(one.columns), "why": {"da": one.why.da, "en": one.why.en}}
            for one in self._left_out
        ]
        self._json.write(b'\n], "left_out": ' + as_json(left) + b', "totals": ' + as_json(totals) + b"}\n")
        self._json.close()
        with create(self._root / "index.html") as out:
            out.write(self._index().encode("utf-8"))
        refuse(self._folder, _OURS, _MARK)
        put(self._root, self._folder)
        self._closed = True
        return totals

    def __enter__(self) -> PortableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.close()
        finally:
            if not self._closed:
                self._abandon()

    def _abandon(self) -> None:
        self._closed = True
        if self._table is not None:
            self._table.out.close()
        self._json.close()
        if self._root.exists():
            shutil.rmtree(self._root)

    def _end(self) -> None:
        if self._table is not None:
            self._json.write(b'], "count": %d}' % self._held[-1][2])
            self._table.out.close()
            self._table = None

    def _index(self) -> str:
        us = say.US if self._controller == "us" else Both(self._controller, self._controller)
        known = (
            (both(ISSUED), both(Both(moment(self._issued, "da"), moment(self._issued, "en")))),
            (both(CONTROLLER), both(us)),
        )
        held = (
            (place, tag("a", f"tables/{file}", href=f"tables/{file}"), both(_count(rows)))
            for place, file, rows in self._held
        )
        left = (
            (one.place, join(map(code, one.columns), " ") or both(say.ALL), both(one.why))
            for one in self._left_out
        )
        columns = (either(say.DATASET), either(say.TABLE), either(say.ROWS, "n"))
        parts = [p(both(say.LEAD), class_="lead"), facts(known), p(both(KEEP_SAFE), class_="soft")]
        parts += [tag("h2", both(say.CONTAINS)), table(both(say.CONTAINS), columns, held, quiet=True)]
        parts += [tag("h2", both(say.LEFT_OUT))]
        missing = (either(say.DATASET), either(say.COLUMNS), either(say.WHY))
        parts.append(
            table(both(say.LEFT_OUT), missing, left, quiet=True) if self._left_out else p(both(say.NONE))
        )
        parts += [tag("h2", both(say.FORMS)), p(both(say.FORMS_TEXT))]
        title = f"{say.TITLE.da} · {say.TITLE.en}"
        return join((head(title, wide=True), masthead(say.ABOVE, say.TITLE), *parts, FOOT), "\n")


def _numbered(stem: str, n: int) -> str:
    return f"{stem}.csv" if n == 1 else f"{stem}~{n}.csv"


def _count(rows: int) -> Both:
    return Both(number(rows, "da"), number(rows, "en"))


class _Table:
    """One CSV file, written as rows come."""

    def __init__(self, out: IO[bytes], columns: Sequence[str]) -> None:
        self.out = out
        self.columns = tuple(columns)
        self._write([_safe(name) for name in self.columns])

    def write(self, values: Mapping[str, object]) -> None:
        self._write([_cell(values[name]) for name in self.columns])

    def _write(self, cells: Sequence[str]) -> None:
        line = io.StringIO()
        csv.writer(line).writerow(cells)
        self.out.write(line.getvalue().encode("utf-8", "replace"))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Blob):
        return value.file
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return _safe(as_json(packed(value)).decode())
    return _safe(value) if isinstance(value, str) else str(value)


def _safe(text: str) -> str:
    """A text that no spreadsheet runs; a telephone number or a negative one is none that could run."""
    return f"'{text}" if text.startswith(_FORMULA) and not _HARMLESS.fullmatch(text) else text
