"""Before a file or table is imported, says how many of its rows are about erased people, and passes on the others.

Who they are is never said: neither a value nor a row's place leaves this module.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from troth.datamap.categories import CATEGORIES
from troth.datamap.discovery import fields
from troth.datamap.model import Atom
from troth.datamap.reader import Everything, Select
from troth.datamap.schema import Column, Table
from troth.planning.tombstone import DEAR, NAME, Watch
from troth.records.cabinet import kept
from troth.terms.canonical import canonical
from troth.terms.errors import UsageError
from troth.workflows.house import House
from troth.workflows.scanning import values_in
from troth.workflows.sweeping import raw, unread

if TYPE_CHECKING:
    from troth.workflows.books import Books

_READABLE = "Give a CSV, JSON lines or Parquet file, or the address of a database."
AT_ONCE = 5_000
_TALK = 10_000  # rows between two words about how far we are

Cells = Mapping[str, Atom]


class Rows(Protocol):
    """Something with rows, and a way to write those that may pass."""

    @property
    def columns(self) -> Sequence[str]: ...

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
            counts = [
                _count(house, rows, Judge(watch, rows.columns, region))
                for rows in _tables(house, source, held)
            ]
            return {name: sum(count[name] for count in counts) for name in ("rows", "matched")}
        rows = held.enter_context(opened(Path(source)))
        judge = Judge(watch, rows.columns, region)
        if out is None:
            return _count(house, rows, judge)
        if out.resolve() == Path(source).resolve():
            raise UsageError("that is the file itself", place=str(out), remedy="Name another file.")
        passing = _Passing(house, rows, judge)
        rows.write(passing, out)
        return {"rows": passing.rows, "matched": passing.matched}


def _watch(house: House, held: ExitStack) -> Watch:
    from troth.workflows.books import Books
    from troth.workflows.tombstones import watch

    if not (house.home / "state.sqlite").exists():
        raise UsageError(
            "there is no state of ours, so nobody can know who was erased", place=str(house.home),
            remedy="Run it beside the map whose people were erased, or set TROTH_HOME.",
        )  # fmt: skip
    books: Books = Books(house.home, house.settings)
    held.callback(books.close)
    return watch(books, at=house.now())


class Judge:
    """Whether a row is about somebody erased; what its columns are, their names tell."""

    def __init__(self, watch: Watch, columns: Sequence[str], region: str) -> None:
        self.watch = watch
        self.region = region
        table = Table("import", tuple(Column(name, "text", "text") for name in columns))
        verdicts = {name: verdict.category for name, verdict in fields(table, None, frozenset()).items()}
        self._named = [
            (name, category)
            for name, category in verdicts.items()
            if CATEGORIES[category].unique or category == NAME
        ]
        by_category = {category: name for name, category in reversed(verdicts.items())}
        self._parts = [by_category[part] for part in ("first_name", "last_name") if part in by_category]

    def matches(self, row: Cells) -> bool:
        values: list[tuple[str, Atom]] = [(category, row.get(name)) for name, category in self._named]
        if len(self._parts) == 2:
            values.append((NAME, " ".join(str(row.get(part) or "") for part in self._parts)))
        for cell in row.values():
            text = (
                json.dumps(cell, ensure_ascii=False, default=str) if isinstance(cell, dict | list) else cell
            )
            values += values_in(raw(text)) if isinstance(text, str | bytes | int) else ()
        plain = self._known([pair for pair in values if pair[0] != DEAR])
        numbers = self._known([pair for pair in values if pair[0] == DEAR])
        return "sure" in self.watch.judge(plain, None, numbers).values()

    def _known(self, values: Iterable[tuple[str, Atom]]) -> Iterator[tuple[str, str]]:
        for category, cell in values:
            if (value := canonical(CATEGORIES[category].kind, cell, self.region)) is not None:
                yield category, value


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
    """Comma, semicolon or tab; UTF-8, else Windows-1252."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            head = file.read(65_536)
        try:
            head.decode("utf-8-sig")
            self.encoding = "utf-8-sig"
        except UnicodeDecodeError as fault:
            self.encoding = "utf-8-sig" if fault.start > len(head) - 4 else "cp1252"
        first = head.decode(self.encoding, "replace").splitlines()[:1] or [""]
        self.delimiter = max(",;\t|", key=first[0].count)
        with self._open() as file:
            self.columns = next(csv.reader(file, delimiter=self.delimiter), [])

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
            writer.writerow(self.columns)
            writer.writerows(list(row.values()) for row in rows)


class _Lines:
    """One JSON object a line; its columns are those of the first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        first = next(iter(self), {})
        self.columns = list(first)

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
        self.columns = list(self._file.schema_arrow.names)

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
