"""What may be planted where: every table of the estate, mapped or not, and every way in which its rows can name another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from troth.datamap.condition import Condition
from troth.datamap.discovery.judge import fields as by_name
from troth.datamap.meanings import about_people
from troth.datamap.model import Field, Ref
from troth.datamap.schema import Table
from troth.planning.estate import Estate

_OWNING = ("OWNED_BY", "OWNS", "UNKNOWN", "SAME_AS")


@dataclass(frozen=True, slots=True)
class Arrow:
    """Rows of `source` name a row of `target`; UNKNOWN is a declared key of which the map says nothing."""

    source: Ref
    columns: tuple[str, ...]
    target: Ref
    target_columns: tuple[str, ...]
    means: Literal["OWNED_BY", "OWNS", "ACCESSED_BY", "ACCESSES", "MENTIONS", "SAME_AS", "UNKNOWN"]
    condition: Condition | None = None

    @property
    def owning(self) -> bool:
        """Whether a row planted over it is the stranger's own, or should be for all the map knows."""
        return self.means in _OWNING


class Ground:
    """The estate as the one who plants sees it."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.tables: dict[Ref, Table] = {
            Ref(system, table.name): table
            for system, schema in estate.schemas.items()
            for table in schema.tables.values()
            if table.kind == "table"
        }
        self.spared = dict(estate.map.unmapped) | {
            ref: dataset.unsearched for ref, dataset in estate.datasets.items() if dataset.unsearched
        }

    @cached_property
    def arrows(self) -> tuple[Arrow, ...]:
        """The map's links, and the declared keys that are not among them."""
        found = [
            Arrow(link.source, link.columns, link.target, link.target_columns, link.means, link.condition)
            for link in self.estate.map.links
            if link.source in self.tables and link.target in self.tables
        ]
        known = {(arrow.source, arrow.columns, arrow.target) for arrow in found}
        for ref, table in self.tables.items():
            for foreign in table.foreign_keys:
                target = Ref(ref.system, foreign.target)
                if target in self.tables and (ref, foreign.columns, target) not in known:
                    found.append(Arrow(ref, foreign.columns, target, foreign.target_columns, "UNKNOWN"))
        return tuple(found)

    @cached_property
    def leaving(self) -> Mapping[Ref, tuple[Arrow, ...]]:
        return {ref: tuple(a for a in self.arrows if a.source == ref) for ref in self.tables}

    @cached_property
    def subjects(self) -> tuple[Ref, ...]:
        return tuple(
            sorted(
                ref for ref, dataset in self.estate.datasets.items() if dataset.subject and ref in self.tables
            )
        )

    @cached_property
    def reached(self) -> frozenset[Ref]:
        """Datasets that can hold a row of the stranger's, or that is theirs to see, or that names theirs."""
        found = set(self.subjects)
        frontier = list(found)
        while frontier:
            ref = frontier.pop()
            for arrow in self.arrows:
                if arrow.means in ("OWNS", "ACCESSES"):
                    other = arrow.target if arrow.source == ref else None
                elif arrow.means == "UNKNOWN" or arrow.means in ("OWNED_BY", "ACCESSED_BY"):
                    other = arrow.source if arrow.target == ref else None
                else:
                    continue
                if other is not None and other not in found:
                    found.add(other)
                    frontier.append(other)
        named = {a.source for a in self.arrows if a.means == "MENTIONS" and a.target in found}
        return frozenset(ref for ref in found | named if ref not in self.spared)

    @cached_property
    def order(self) -> tuple[Ref, ...]:
        """Every reached dataset after those its rows name, as far as circles allow."""
        done: list[Ref] = []
        waiting = sorted(self.reached)
        while waiting:
            ready = [ref for ref in waiting if not self._waits(ref, set(waiting))] or waiting[:1]
            done += ready
            waiting = [ref for ref in waiting if ref not in ready]
        return tuple(done)

    def _waits(self, ref: Ref, waiting: set[Ref]) -> bool:
        return any(a.target in waiting and a.target != ref for a in self.leaving[ref])

    def key(self, ref: Ref) -> tuple[str, ...]:
        """What tells a row of it from another; () where nothing does."""
        if ref in self.estate.datasets:
            return () if self.estate.keyless(ref) else self.estate.key(ref)
        return self.tables[ref].key

    def fields(self, ref: Ref) -> Mapping[str, Field]:
        """Each column with its category: as the map says, else as its name does."""
        if ref not in self._fields:
            linked = frozenset(name for arrow in self.leaving[ref] for name in arrow.columns)
            guessed = {
                name: Field(name, verdict.category, reviewed=False)
                for name, verdict in by_name(self.tables[ref], None, linked).items()
            }
            dataset = self.estate.datasets.get(ref)
            self._fields[ref] = guessed | {
                name: field for name, field in (dataset.fields if dataset else {}).items() if name in guessed
            }
        return self._fields[ref]

    @cached_property
    def _fields(self) -> dict[Ref, Mapping[str, Field]]:
        return {}

    @cached_property
    def strays(self) -> tuple[Ref, ...]:
        """Datasets that speak of people though nothing says whose their rows are, and tables nobody mapped that seem to."""
        found = []
        for ref, table in self.tables.items():
            if ref in self.reached or ref in self.spared:
                continue
            if ref in self.estate.datasets:
                speaks = bool(about_people(self.estate.datasets[ref]))
            else:
                telling = {field.category for field in self.fields(ref).values()}
                speaks = bool(
                    telling & {"email", "phone", "national_id", "full_name", "last_name", "username"}
                )
            if speaks and table.columns:
                found.append(ref)
        return tuple(sorted(found))
