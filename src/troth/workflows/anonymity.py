"""Judges what stands in a dataset: erased, anonymous, or still personal and why; reads only, keeps nothing, shows no value."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from troth.datamap.condition import Condition, parse
from troth.datamap.model import DataMap, Ref
from troth.datamap.reader import Everything, Row, Select
from troth.planning.estate import Estate
from troth.retention import attack
from troth.retention.columns import companions, telling, watched
from troth.retention.groups import Groups
from troth.retention.inverting import Tried, invert
from troth.retention.shapes import disguises
from troth.retention.verdict import Reason, Risk, Verdict, concluded
from troth.retention.watch import Copies, Watch, Watched
from troth.stores import Opened
from troth.terms.errors import UsageError
from troth.workflows.house import House

KNOWN = 100_000
"""Identifiers that stand elsewhere, whose hashes are tried before any other."""


def anonymity(house: House, name: str, when: str = "") -> dict[str, Any]:
    """The verdict on a dataset's rows (those that fulfil `when`) as data: word, reasons, measured risks, what was tried."""
    datamap = house.map()
    ref = _named(datamap, name)
    condition = parse(when, "--when") if when else None
    with house.opened(datamap) as stores:
        estate = Estate(datamap, {system: store.reflect() for system, store in stores.items()})
        _refuse_unknown(estate, ref, condition)
        judge = _Judge(house, estate, stores, ref, condition)
        verdict, tried = judge.verdict()
    decision = datamap.datasets[ref].anonymised if verdict.word == "still personal" else None
    return {
        "dataset": str(ref),
        "when": when,
        "verdict": verdict.word,
        "called": "pseudonymised" if decision else verdict.word,
        "decision": {"decision": decision.text, "by": decision.by, "on": decision.on.isoformat()}
        if decision
        else None,
        "rows": verdict.rows,
        "proved": verdict.proved,
        "reasons": [reason.told() for reason in verdict.reasons],
        "risks": [risk.told() for risk in verdict.risks],
        "tried": tried,
    }


def _named(datamap: DataMap, name: str) -> Ref:
    found = [ref for ref in datamap.datasets if name in (str(ref), ref.dataset)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"{name} is the name of several datasets", remedy=f"Say {' or '.join(map(str, sorted(found)))}."
        )
    near = difflib.get_close_matches(name, [str(ref) for ref in datamap.datasets], n=1, cutoff=0.4)
    raise UsageError(
        f"there is no dataset {name} in the map", place=datamap.file,
        remedy=f"Did you mean {near[0]}?" if near else "`troth map` lists them.",
    )  # fmt: skip


def _refuse_unknown(estate: Estate, ref: Ref, condition: Condition | None) -> None:
    if ref.dataset not in estate.schemas[ref.system].tables:
        raise UsageError("the store has no such table", place=str(ref), remedy="Run `troth map --check`.")
    table = estate.table(ref)
    if table.blind:
        raise UsageError(
            f"we may not see all of it: {'; '.join(table.blind)}", place=str(ref),
            remedy="Grant what is missing (docs/grants.md).",
        )  # fmt: skip
    for column in condition.columns if condition else ():
        if column not in table.by_name:
            raise UsageError(
                f"{ref} has no column {column}", place="--when", remedy="Name a column of the table."
            )


class _Judge:
    """One look at one dataset."""

    def __init__(
        self,
        house: House,
        estate: Estate,
        stores: Mapping[str, Opened],
        ref: Ref,
        condition: Condition | None,
    ) -> None:
        self.house, self.estate, self.stores, self.ref, self.condition = house, estate, stores, ref, condition
        self.watch = Watch(watched(estate, ref), house.settings.anonymity_group)
        self.beside = [(one, Groups()) for one in companions(estate, ref)]

    def verdict(self) -> tuple[Verdict, list[dict[str, Any]]]:
        self._look()
        tried = [(column, self._try(column)) for column in self.watch.columns if column.of_hashes]
        reasons = [*self.watch.reasons(), *(_of(column, one) for column, one in tried), *self._copies()]
        reasons += self._elsewhere({column for reason in reasons for column in reason.columns})
        risks: list[Risk] | None = None
        if self.watch.rows and not reasons:
            if self.watch.rows < attack.FEWEST:
                reasons.append(Reason("few", (), {"rows": self.watch.rows, "least": attack.FEWEST}))
            elif attack.installed():
                risks = self._attacks()
        most = self.house.settings.anonymity_risk / 100
        return concluded(self.watch.rows, reasons, risks, most), [
            _tried(column, one) for column, one in tried
        ]

    def _look(self) -> None:
        names = tuple(column.name for column in self.watch.columns)
        at = [[names.index(name) for name in one.own] for one, _ in self.beside]
        for chunk in self._rows(self.ref, names):
            if self.condition is not None:
                chunk = [row for row in chunk if self.condition.holds(dict(zip(names, row, strict=True)))]
            self.watch.see(chunk)
            for (_, keys), places in zip(self.beside, at, strict=True):
                for row in chunk:
                    keys.add(tuple(row[place] for place in places))

    def _rows(self, ref: Ref, names: tuple[str, ...]) -> Iterator[list[Row]]:
        rows = 0
        for chunk in self.stores[ref.system].rows(Select(ref.dataset, names, Everything())):
            rows += len(chunk)
            self.house.progress(f"reading {ref}: {rows:,} rows")
            yield [tuple(row) for row in chunk]

    def _try(self, column: Watched) -> Tried:
        self.house.progress(f"trying to invert the hashes of {column.name}")
        return invert(column.hashes, self.house.settings.anonymity_seconds, self._known())

    def _known(self) -> Iterator[bytes]:
        """Identifiers that stand anywhere else: a hash of one of them links to its owner."""
        return islice(self._spelled(), KNOWN)

    def _elsewhere(self, refused: Collection[str]) -> list[Reason]:
        """Columns with values that name people in another dataset, also backwards or in base64 (at most KNOWN are compared)."""
        open_ = [one for one in self.watch.columns if one.telling and one.name not in refused]
        hits = dict.fromkeys((one.name for one in open_), 0)
        for spelled in islice(self._spelled(), KNOWN) if open_ and self.watch.rows else ():
            for form in disguises(spelled.decode()):
                for column in open_:
                    hits[column.name] += form in column.groups
        return [Reason("known", (name,), {"values": found}) for name, found in hits.items() if found]

    def _spelled(self) -> Iterator[bytes]:
        for ref in sorted(self.estate.datasets):
            names = tuple(
                dict.fromkeys(
                    (
                        *(name for name, _ in self.estate.identifiers(ref)),
                        *self.estate.datasets[ref].columns_of("full_name"),
                    )
                )
            )
            if ref == self.ref or not names:
                continue
            for chunk in self._rows(ref, names):
                for text in {str(cell) for row in chunk for cell in row if cell is not None}:
                    yield from {text.encode(), text.strip().lower().encode()}

    def _copies(self) -> list[Reason]:
        found: list[Reason] = []
        for one, keys in self.beside:
            neutral = {name: telling(self.estate, one.ref, name) for name in one.personal}
            tells = {name: _teller(values) for name, values in neutral.items()}
            copies = Copies(str(one.ref), keys, one.personal, tells)
            width = len(one.theirs)
            for chunk in self._rows(one.ref, (*one.theirs, *one.personal)):
                copies.see((row[:width], row[width:]) for row in chunk)
            found += copies.reasons()
        return found

    def _attacks(self) -> list[Risk]:
        self.house.progress("attacking: singling out, linking, inferring")
        parts = ("trait", "status", "attribute", "sensitive", "key")
        at = [
            n
            for n, column in enumerate(self.watch.columns)
            if column.part in parts and column.telling and not (column.of_chance or column.of_tokens)
        ]
        names = [self.watch.columns[n].name for n in at]
        return attack.attack(names, [tuple(row[n] for n in at) for row in self.watch.sample])


def _teller(neutral: Iterable[object]) -> Any:
    nothing = {None, "", *neutral}
    return lambda cell: repr(cell) not in nothing if isinstance(cell, list | dict) else cell not in nothing


def _of(column: Watched, tried: Tried) -> Reason:
    where = (column.name,)
    if tried.inverted:
        return Reason("hash", where, {"kind": tried.kind, "made_by": tried.made_by, "tried": tried.values})
    return Reason(
        "hash_open",
        where,
        {"tried": tried.values, "share": round(tried.share, 6), "per_second": tried.per_second},
    )


def _tried(column: Watched, tried: Tried) -> dict[str, Any]:
    return {
        "column": column.name, "hashes": len(column.hashes), "inverted": tried.inverted, "kind": tried.kind,
        "made_by": tried.made_by, "values": tried.values, "per_second": tried.per_second, "share": round(tried.share, 6),
    }  # fmt: skip
