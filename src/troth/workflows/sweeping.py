"""Looks for people in every dataset of every system, mapped or not, in one pass; what was not looked into is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Atom, DataMap, Dataset, Ref
from troth.datamap.reader import LONGEST_CELL, TOO_LONG, ByIdentifiers, ByValues, Probe, Reader, Select
from troth.datamap.schema import Schema, Table
from troth.planning.estate import Estate
from troth.planning.held import KeptRows
from troth.planning.residue import EVERYWHERE, Tally
from troth.planning.sweep import Found, Search, kind_of
from troth.planning.written import Wanted
from troth.terms.canonical import Kind, canonical
from troth.terms.errors import StoreError

SAVED_EVERY = 16_000_000  # bytes after which an erasure's sweep notes how far it has come
_SURE = ("email", "phone", "national_id")
_DISTINCT = re.compile(
    r"(?=.*\d.*\d.*\d)(?=.*[^\W\d]).{5,}|\d{10,}|.{16,}"
)  # no ordinary text holds it by accident
UNREAD = {
    "view": "a view: what it shows stands in the tables it reads",
    "foreign": "a foreign table: its rows live in another system",
}


@dataclass
class Sweep:
    """One sweep over opened stores. `kept` names rows that may still hold something, `outside` rows we may not touch."""

    datamap: DataMap
    stores: Mapping[str, Reader]
    wanted: Sequence[Wanted]
    progress: Callable[[str], None] = lambda _: None
    kept: Callable[[Ref], Iterable[KeptRows]] = lambda _: ()
    outside: Callable[[Dataset, str], str] = lambda _dataset, _tenant: ""
    tally: Tally = field(default_factory=Tally)

    def run(self, save: Callable[[Tally], None] = lambda _: None) -> Tally:
        """Sweeps what `tally` does not call done yet; `save` is called now and then, between two datasets."""
        schemas = {name: store.reflect() for name, store in self.stores.items()}
        self._estate = Estate(self.datamap, schemas)
        self._search = Search([one for one in self.wanted if distinct(one)], self.datamap.region)
        self._weak = [one for one in self.wanted if not distinct(one)]
        self._weak += self._search.unsearchable
        if self._weak:
            self.tally.skip(
                EVERYWHERE,
                "names of one word and short numbers were looked for only in columns of their own kind",
            )
        tables = [
            (Ref(name, table.name), table)
            for name in sorted(schemas)
            for table in schemas[name].tables.values()
        ]
        self._note_blind_spots(schemas, tables)
        self._measure(tables)
        saved = self.tally.bytes
        for ref, table in tables:
            if ref not in self.tally.done:
                if not self._skipped(ref, table):
                    self._dataset(ref, table)
                self.tally.done.add(ref)
                self._past += self._sizes.get(ref, 0)
                if self.tally.bytes - saved >= SAVED_EVERY:
                    saved = self.tally.bytes
                    save(self.tally)
        return self.tally

    # -- what is not looked into ------------------------------------------------------------------------------------

    def _note_blind_spots(self, schemas: Mapping[str, Schema], tables: Sequence[tuple[Ref, Table]]) -> None:
        self._unread = {
            (Ref(s, name), why): None for s, schema in schemas.items() for name, why in schema.unsearched
        }
        self.tally.skipped |= self._unread
        for ref, table in tables:
            for reason in table.blind if not self._skipped(ref, table) else ():
                self.tally.skip(ref, reason)
            blobs = [column.name for column in table.columns if column.family == "blob"]
            if blobs and not unread(table):
                told = "searched as bytes; what is packed or encrypted in it was not opened"
                self.tally.skip(ref, f"{', '.join(blobs)}: {told}")

    def _skipped(self, ref: Ref, table: Table) -> bool:
        dataset = self.datamap.datasets.get(ref)
        known = any(place == ref for place, _ in self._unread)
        reason = unread(table) or (dataset.unsearched if dataset else None)
        if reason and not known:
            self.tally.skip(ref, reason)
        return known or bool(reason)

    def _measure(self, tables: Sequence[tuple[Ref, Table]]) -> None:
        """How many bytes lie ahead, by each store's own estimate."""
        there = {name: store.sizes() for name, store in self.stores.items()}
        self._sizes = {
            ref: there[ref.system].get(ref.dataset, 0)
            for ref, table in tables
            if not self._skipped(ref, table)
        }
        self._total = sum(self._sizes.values())
        self._past = sum(size for ref, size in self._sizes.items() if ref in self.tally.done)

    # -- one dataset ------------------------------------------------------------------------------------------------

    def _dataset(self, ref: Ref, table: Table) -> None:
        tally, dataset = Tally(), self.datamap.datasets.get(ref)
        too_long = 0
        try:
            for block in self.stores[ref.system].blocks(ref.dataset):
                data = block.data
                tally.rows += len(block)
                tally.bytes += len(data)
                too_long += data.count(TOO_LONG)
                for row in self._search.rows(block):
                    tenant = (
                        row.cells.get(dataset.tenant or "", b"").decode("utf-8", "replace") if dataset else ""
                    )
                    tally.add(ref, row.found, self.outside(dataset, tenant) if dataset and tenant else "")
                at = self._past + min(tally.bytes, self._sizes.get(ref, 0))
                self.progress(f"sweeping {ref}: {at // 1_000_000:,} of about {self._total // 1_000_000:,} MB")
            self._short(ref, table, tally)
            for rows in self.kept(ref) if tally.counts else ():
                self._account(ref, rows, tally)
            tally.datasets = 1
        except StoreError as fault:
            if not fault.permanent:
                raise
            tally.skip(ref, f"it could not be read to its end: {fault.message}")
        if too_long:
            tally.skip(ref, f"{too_long:,} values of more than {LONGEST_CELL // 1_000_000} MB were left out")
        self.tally.merge(tally)

    def _short(self, ref: Ref, table: Table, tally: Tally) -> None:
        """Identifiers that text may hold by accident: only whole cells of columns of their kind, by the store's own search."""
        dataset = self.datamap.datasets.get(ref)
        kinds = {one.category for one in self._weak}
        fields = {name: field.category for name, field in dataset.fields.items()} if dataset else {}
        columns = tuple(
            name for name, category in fields.items() if category in kinds and name in table.by_name
        )
        if not columns:
            return
        probes = tuple(Probe(name, CATEGORIES[fields[name]].kind) for name in columns)
        values: dict[Kind, set[str]] = {}
        for one in self._weak:
            values.setdefault(one.kind, set()).add(one.canonical)
        where = ByIdentifiers(
            probes, tuple((kind, tuple(sorted(those))) for kind, those in sorted(values.items()))
        )
        for chunk in self.stores[ref.system].rows(Select(ref.dataset, columns, where)):
            for row in chunk:
                tally.add(
                    ref,
                    {name: self._alike(fields[name], cell) for name, cell in zip(columns, row, strict=True)},
                )

    def _alike(self, category: str, cell: Atom) -> list[Found]:
        """Whose short identifier of this kind the cell is."""
        region = self.datamap.region
        return [
            Found(one.person, kind_of(one), one.kind == "name")
            for one in self._weak
            if one.category == category and canonical(one.kind, cell, region) == one.canonical
        ]

    def _account(self, ref: Ref, kept: KeptRows, tally: Tally) -> None:
        """What stands in kept rows, in the columns the law needs, is not residue."""
        key, table = self._estate.key(ref), self._estate.table(ref)
        columns = tuple(dict.fromkeys((*key, *(name for name in kept.columns if name in table.by_name))))
        select = Select(ref.dataset, columns, ByValues(key, [row[: len(key)] for row in kept.rows]))
        fields = {name: field.category for name, field in self.datamap.datasets[ref].fields.items()}
        for chunk in self.stores[ref.system].rows(select):
            for row in chunk:
                cells = dict(zip(columns, row, strict=True))
                found = {
                    name: {*self._search.cell(raw(cell)), *self._alike(fields.get(name, ""), cell)}
                    for name, cell in cells.items()
                }
                tally.account(ref, found, f"kept: {kept.told}")


def unread(table: Table) -> str:
    """Why a table has no rows of its own to be read; "" where it has."""
    return UNREAD.get(table.kind, "")


def distinct(one: Wanted) -> bool:
    """Whether the identifier may be looked for in any text: what somebody typed without a kind always may."""
    return one.category in (*_SURE, "", "full_name") or bool(_DISTINCT.fullmatch(one.canonical))


def raw(cell: Atom) -> bytes:
    """A cell as a sweep sees it."""
    if cell is None:
        return b""
    if isinstance(cell, bytes):
        return cell
    if isinstance(cell, tuple | list):
        return b"{" + b",".join(map(raw, cell)) + b"}"
    return str(cell).encode("utf-8", "surrogatepass")
