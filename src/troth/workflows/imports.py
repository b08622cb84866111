"""Before a file or table is imported, says how many of its rows are about erased people, and passes on the others.

Who they are is never said: neither a value nor a row's place leaves this module.
"""

from __future__ import annotations

import codecs
import csv
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from troth.datamap.reader import Everything, Select
from troth.datamap.schema import Table
from troth.planning.tombstone import Watch
from troth.records.cabinet import kept
from troth.terms.errors import UsageError
from troth.workflows.house import House
from troth.workflows.judging import Cells, Judge, plain_name
from troth.workflows.scanning import values_in
from troth.workflows.sweeping import unread

if TYPE_CHECKING:
    from troth.workflows.books import Books

_READABLE = "Give a CSV, JSON lines or Parquet file, or the address of a database."
AT_ONCE = 5_000
_WIDEST = 2**26  # characters of one cell
_DIGITS = re.compile(r"\+?\d[\d ]{7,}")
_TALK = 10_000  # rows between two words about how far we are


class Rows(Protocol):
    """Something with rows, and a way to write those that may pass."""

    def __iter__(self) -> Iterator[Cells]: ...

    def write(self, rows: Iterable[Cells], target: Path) -> None: ...


def import_guard(house: House, source: str, out: Path | None = None) -> dict[str, int]:
    """{"rows", "matched"} of a file or database; with `out`, the rows of a file that match nobody are written there.

    Raises UsageError for what cannot be read, StoreError for a database that refuses.
    """
    region = house.map().region if house.map_path.exists() else "DK"
    with ExitStack() as held:
        with kept(house.home, begun=False):
            watch = _watch(house, held)
        if "://" in source:
            if out is not None:
                raise UsageError(
                    "only the rows of a file can be passed on",
                    place="--out",
                    remedy="Import tables through a file.",
                )
            counts = [_count(house, rows, Judge(watch, region)) for rows in _tables(house, source, held)]
            return {name: sum(count[name] for count in counts) for name in ("rows", "matched")}
        rows = held.enter_context(opened(Path(source)))
        judge = Judge(watch, region)
        if out is None:
            return _count(house, rows, judge)
        if out.resolve() == Path(source).resolve():
            raise UsageError("that is the file itself", place=str(out), remedy="Name another file.")
        passing = _Passing(house, rows, judge)
        with _whole(out) as fresh:
            rows.write(passing, fresh)
        return {"rows": passing.rows, "matched": passing.matched}


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its place once it is written to its end: half an import looks like a clean one."""
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        yield fresh
        os.replace(fresh, target)
    finally:
        fresh.unlink(missing_ok=True)


def _watch(house: House, held: ExitStack) -> Watch:
    from troth.workflows.books import Books
    from troth.workflows.tombstones import watch

    if not house.has_state():
        raise UsageError(
            "there is no state of ours, so nobody can know who was erased", place=str(house.home),
            remedy="Run it beside the map whose people were erased, or set TROTH_HOME.",
        )  # fmt: skip
    books: Books = Books(house.home, house.settings)
    held.callback(books.close)
    return watch(books, at=house.now())


def _count(house: House, rows: Iterable[Cells], judge: Judge) -> dict[str, int]:
    passing = _Passing(house, rows, judge)
    for _ in passing:
        pass
    return {"rows": passing.rows, "matched": passing.matched}


class _Passing:
    """The rows that match nobody, counting all."""

    def __init__(self, house: House, source: Iterable[Cells], judge: Judge) -> None:
        self.house = house
        self.source = source
        self.judge = judge
        self.rows = 0
        self.matched = 0

    def __iter__(self) -> Iterator[Cells]:
        for row in self.source:
            self.rows += 1
            if self.rows % _TALK == 0:
                self.house.progress(f"reading the import: {self.rows:,} rows")
            if self.judge.matches(row):
                self.matched += 1
            else:
                yield row


# -- tables -------------------------------------------------------------------------------------------------------------


class _Table:
    """A table of a database, streamed."""

    def __init__(self, store: Any, table: Table) -> None:
        self.store = store
        self.columns = tuple(column.name for column in table.columns)
        self.select = Select(table.name, self.columns, Everything())

    def __iter__(self) -> Iterator[Cells]:
        for chunk in self.store.rows(self.select):
            for row in chunk:
                yield dict(zip(self.columns, row, strict=True))


def _tables(house: House, source: str, held: ExitStack) -> Iterator[_Table]:
    from troth.workflows.credentials import split_password

    url, password = split_password(source, "the import")
    store = held.enter_context(
        closing(
            house.kind(url, "the import").open("import", house.located(url), password=password, write=False)
        )
    )
    for table in store.reflect().tables.values():
        if not unread(table):
            yield _Table(store, table)


# -- files --------------------------------------------------------------------------------------------------------------


@contextmanager
def opened(path: Path) -> Iterator[Rows]:
    """The rows of a file, by its ending; raises UsageError where it cannot be read."""
    kinds: dict[str, Callable[[Path], Rows]] = {
        ".csv": _Csv,
        ".tsv": _Csv,
        ".jsonl": _Lines,
        ".ndjson": _Lines,
        ".parquet": _Parquet,
    }
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        raise UsageError("this is no file we can read", place=str(path), remedy=_READABLE)
    try:
        yield kind(path)
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise UsageError(
            f"the file cannot be read ({type(fault).__name__})", place=str(path), remedy=_READABLE
        ) from None


class _Csv:
    """Comma, semicolon or tab; UTF-8, UTF-16 with its mark, else Windows-1252."""

    def __init__(self, path: Path) -> None:
        self.path = path
        csv.field_size_limit(_WIDEST)
        with path.open("rb") as file:
            head = file.read(65_536)
        if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            self.encoding = "utf-16"
        elif b"\x00" in head:
            raise csv.Error("it is no text")
        else:
            self.encoding = self._bytewise(head)
        first = head.decode(self.encoding, "replace").splitlines()[:1] or [""]
        self.delimiter = max(",;\t|", key=first[0].count)
        with self._open() as opened:
            self.heads = next(csv.reader(opened, delimiter=self.delimiter), [])
        seen = Counter[str]()  # a heading that stands twice names two columns
        self.columns = [plain_name(head, seen) for head in self.heads]
        if any(next(values_in(head.encode()), None) or _DIGITS.fullmatch(head) for head in self.heads):
            raise UsageError(
                "its first line is no line of headings",
                place=str(path),
                remedy="Name the columns in a first line.",
            )

    @staticmethod
    def _bytewise(head: bytes) -> str:
        try:
            head.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            return "utf-8-sig" if fault.start > len(head) - 4 else "cp1252"
        return "utf-8-sig"

    def _open(self) -> IO[str]:
        return self.path.open(encoding=self.encoding, newline="")

    def __iter__(self) -> Iterator[Cells]:
        with self._open() as file:
            reader = csv.reader(file, delimiter=self.delimiter)
            next(reader, None)
            for cells in reader:
                if cells:
                    beyond = {f"\x00{at}": cell for at, cell in enumerate(cells[len(self.columns) :])}
                    yield dict(zip(self.columns, cells, strict=False)) | beyond

    def write(self, rows: Iterable[Cells], target: Path) -> None:
        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=self.delimiter)
            writer.writerow(self.heads)
            writer.writerows(list(row.values()) for row in rows)


class _Lines:
    """One JSON object a line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        next(iter(self), None)  # what cannot be read is said before anything is written

    def __iter__(self) -> Iterator[Cells]:
        with self.path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield self._object(line, number)

    def _object(self, line: str, number: int) -> Cells:
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            raise UsageError(
                "a line is no JSON object", place=f"{self.path}:{number}", remedy="One object a line."
            )
        return told

    def write(self, rows: Iterable[Cells], target: Path) -> None:
        with target.open("w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


class _Parquet:
    """By pyarrow, which is an extra: `troth[parquet]`."""

    def __init__(self, path: Path) -> None:
        try:
            import pyarrow.parquet as parquet
        except ImportError:
            raise UsageError(
                "reading Parquet needs pyarrow, which is not installed",
                place=str(path),
                remedy="Install troth[parquet].",
            ) from None
        self._parquet = parquet
        try:
            self._file = parquet.ParquetFile(path)
        except (ValueError, OSError) as fault:
            raise UsageError(
                f"the file cannot be read ({type(fault).__name__})", place=str(path), remedy=_READABLE
            ) from None

    def __iter__(self) -> Iterator[Cells]:
        for batch in self._file.iter_batches(batch_size=AT_ONCE):
            yield from batch.to_pylist()

    def write(self, rows: Iterable[Cells], target: Path) -> None:
        import pyarrow as pa

        with self._parquet.ParquetWriter(target, self._file.schema_arrow) as writer:
            waiting: list[Cells] = []
            for row in rows:
                waiting.append(row)
                if len(waiting) >= AT_ONCE:
                    writer.write_batch(pa.RecordBatch.from_pylist(waiting, schema=self._file.schema_arrow))
                    waiting = []
            if waiting:
                writer.write_batch(pa.RecordBatch.from_pylist(waiting, schema=self._file.schema_arrow))
