"""Guarantees a copy of a person's data (GDPR Art. 15(3)) that is either whole or not there, whatever its size.

An export is written row by row into a hidden folder beside its place and renamed on `close`; only its owner can read
it. In memory are at most twenty rows.

    index.html   by what it is about, Danish and English     pages/   datasets of more than twenty rows, 500 a page
    data.json    all of it, `troth-export/1`                  files/   what was bytes
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Final

from troth.documents.export_index import Cover, Leaf, write_index
from troth.documents.export_pages import Parts, Row
from troth.documents.export_shape import DatasetInfo, FieldInfo
from troth.documents.folder import beside, put, refuse
from troth.documents.information import Information
from troth.documents.information import as_json as information_json
from troth.documents.values import Blob, Blobs, as_json, create, safe_name, typed
from troth.requests.kinds import Regime
from troth.terms.errors import TrothError

__all__ = ["FORMAT", "DatasetInfo", "ExportWriter", "FieldInfo"]

FORMAT: Final = "troth-export/1"
_OURS: Final = frozenset({"index.html", "data.json", "pages", "files"})
_MARK: Final = b'{"format": "troth-export/1"'


class ExportWriter:
    """Writes one export; a `with` block that fails leaves nothing behind."""

    def __init__(
        self,
        folder: Path,
        *,
        about: Sequence[tuple[str, str]],
        issued: datetime,
        controller: str,
        not_searched: Sequence[tuple[str, str]],
        questions: Sequence[Mapping[str, object]],
        information: Information | None = None,
        regime: Regime = "eu",
        left_to: Sequence[tuple[str, str]] = (),
    ) -> None:
        """`about` is (kind, masked), `not_searched` and `left_to` (a customer) are (what, reason); a question has id, place, text.

        `information` is what GDPR Art. 15(1) wants told besides; `regime` the law under which the copy is given.
        Raises UsageError where the folder holds anything but an earlier export, or cannot be made.
        """
        self._folder = folder.absolute()
        refuse(self._folder, _OURS, _MARK)
        self._root = beside(self._folder)
        self._cover = Cover(about, issued, controller, not_searched, questions, information, regime, left_to)
        (self._root / "pages").mkdir(mode=0o700)
        self._blobs = Blobs(self._root)
        self._parts = Parts(self._root)
        self._json = _Json(create(self._root / "data.json"), self._cover)
        self._stems: set[str] = set()
        self._info: DatasetInfo | None = None
        self._declared: frozenset[str] = frozenset()
        self._leaf: Leaf | None = None
        self._rows = self._datasets = self._found = 0
        self._closed = False

    def dataset(self, info: DatasetInfo) -> None:
        """Begin a dataset; the rows that follow are its."""
        self._end_dataset()
        self._info = info
        self._declared = frozenset(field.name for field in info.fields)
        self._leaf = Leaf(self._root, self._stem(info), info)
        self._json.begin(info)
        self._datasets += 1

    def row(
        self,
        key: Mapping[str, object],
        cells: Mapping[str, object],
        relation: str,
        held: Collection[str] = (),
    ) -> None:
        """Add a row; TrothError on a cell the dataset does not declare, so that nothing withheld slips in.

        `held` names columns that have a value which a law forbids to show.
        """
        info, leaf = self._info, self._leaf
        if info is None or leaf is None:
            raise TrothError("A row came before its dataset.")
        if not cells.keys() <= self._declared:
            extra = ", ".join(sorted(cells.keys() - self._declared))
            raise TrothError(
                "A cell is not among the dataset's fields.", place=f"{info.system}.{info.dataset}.{extra}"
            )
        keys = {name: typed(_key(value), _no_file) for name, value in key.items()}
        values = {name: self._typed(info, name, value) for name, value in cells.items()}
        self._json.row({"key": keys, "relation": relation, "cells": values})
        leaf.add(Row(keys, values, relation))
        leaf.held.update(held)
        self._rows += 1

    def close(self) -> Mapping[str, int]:
        """Finish the export and put it in its place; returns how many rows, datasets with rows or not, and files."""
        totals = {"rows": self._rows, "datasets": self._datasets, "files": self._blobs.count}
        if self._closed:
            return totals
        self._end_dataset()
        self._json.close(totals)
        with create(self._root / "index.html") as out:
            write_index(out, self._cover, self._parts, self._rows, self._found)
        refuse(self._folder, _OURS, _MARK)
        put(self._root, self._folder)
        self._closed = True
        return totals

    def abandon(self) -> None:
        """Remove all that was written; nothing once the export is closed."""
        if not self._closed:
            self._closed = True
            if self._leaf:
                self._leaf.close()
            self._parts.close()
            self._json.out.close()
            if self._root.exists():
                shutil.rmtree(self._root)

    def __enter__(self) -> ExportWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.close()
        finally:
            self.abandon()

    def _typed(self, info: DatasetInfo, name: str, value: object) -> object:
        if type(value) is str or value is None:
            return value

        def blob(content: bytes) -> Blob:
            return self._blobs.add(content, f"{info.dataset}.{name}")

        return typed(value, blob)

    def _end_dataset(self) -> None:
        if self._leaf:
            self._leaf.end(self._parts)
            self._json.end(self._leaf.rows, sorted(self._leaf.held))
            self._found += bool(self._leaf.rows)
            self._leaf = None

    def _stem(self, info: DatasetInfo) -> str:
        """`system.dataset` as a file name that no other dataset of this export has, on any file system."""
        plain = stem = f"{safe_name(info.system)}.{safe_name(info.dataset)}"
        again = 1
        while stem in self._stems:
            again += 1
            stem = f"{plain}~{again}"
        self._stems.add(stem)
        return stem


def _key(value: object) -> object:
    """Bytes in a key (a UUID, often) name a row: they are shown in hexadecimal, and are no file."""
    return bytes(value).hex() if isinstance(value, bytes | bytearray | memoryview) else value


def _no_file(content: bytes) -> Blob:
    raise TrothError(f"A key cannot hold a structure with {len(content)} bytes in it.")


class _Json:
    """`data.json`, written as it comes; valid once closed."""

    def __init__(self, out: IO[bytes], cover: Cover) -> None:
        self.out = out
        self._between = b""
        self._comma = b""
        start: dict[str, object] = {
            "format": FORMAT,
            "issued": cover.issued.isoformat(),
            "controller": cover.controller,
            "about": [{"kind": kind, "masked": masked} for kind, masked in cover.about],
            "not_searched": [{"what": what, "reason": reason} for what, reason in cover.not_searched],
            "open_questions": [dict(one) for one in cover.questions],
        }
        if cover.left_to:
            start["left_to_customers"] = [{"what": what, "reason": reason} for what, reason in cover.left_to]
        if cover.information is not None:
            start["information"] = information_json(cover.information)
        out.write(as_json(start)[:-1] + b', "datasets": [')

    def begin(self, info: DatasetInfo) -> None:
        fields = [{"name": f.name, "category": f.category, "dpv": f.dpv} for f in info.fields]
        start = {
            "system": info.system,
            "dataset": info.dataset,
            "relation": info.relation,
            "why": info.why,
            "hidden": list(info.hidden),
            "fields": fields,
        }
        self.out.write(self._between + b"\n" + as_json(start)[:-1] + b', "rows": [')
        self._between, self._comma = b",", b""

    def row(self, row: Mapping[str, object]) -> None:
        self.out.write(self._comma + b"\n" + as_json(row))
        self._comma = b","

    def end(self, rows: int, withheld: Sequence[str]) -> None:
        said = b', "withheld": ' + as_json(list(withheld)) if withheld else b""
        self.out.write(b'], "count": %d%b}' % (rows, said))

    def close(self, totals: Mapping[str, int]) -> None:
        self.out.write(b'\n], "totals": ' + as_json(totals) + b"}\n")
        self.out.close()
