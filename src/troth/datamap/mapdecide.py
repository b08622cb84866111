"""A person's yes or no to what a map only guesses, written into its file by exact edits; nothing else of it changes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from troth.datamap.mapedit import Edits
from troth.datamap.mapfile import loads
from troth.datamap.mapnodes import Node
from troth.datamap.mapwrite import CERTAIN, DATASET_KEYS, map_hash, refused_tree, render_flow
from troth.datamap.model import DataMap, Field, Link, Ref, Refused
from troth.terms.errors import MapError, UsageError

_NEAR: Final = 3


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing decided: its address as the command line calls it, and what became of it."""

    name: str
    what: str  # the meaning or category that is now certain; of what was refused, what it had been guessed to be
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """The file's new text and what was decided; `already` was so before."""

    text: str
    decisions: tuple[Decision, ...]
    already: tuple[str, ...]


def decide(
    text: str,
    datamap: DataMap,
    accept: Sequence[str] = (),
    reject: Sequence[str] = (),
    above: float | None = None,
) -> Decided:
    """The text with every named guess confirmed or refused, and those confirmed that are at least as sure as `above`.

    A name is `system.dataset.column`, or `system.dataset.column>system.dataset.column` (commas for several columns), or
    `system.dataset` where the guess is that its rows are people.
    Raises UsageError for a name that nothing has, with the nearest ones, and for what cannot be decided like this.
    """
    deciding = _Deciding(text, datamap)
    for name in reject:
        deciding.reject(name)
    for name in accept:
        deciding.accept(name)
    if above is not None:
        deciding.accept_above(above)
    return deciding.written()


def address(ref: Ref, columns: Iterable[str]) -> str:
    """`system.dataset.column`, columns joined by commas."""
    return f"{ref}.{','.join(columns)}"


class _Deciding:
    def __init__(self, text: str, datamap: DataMap) -> None:
        self.map = datamap
        self.edits = Edits(text, datamap.file)
        self.decisions: dict[str, Decision] = {}
        self.already: list[str] = []
        self._links: dict[str, list[Link]] = {}
        self._fields: dict[str, tuple[Ref, Field]] = {}
        self._refused: dict[str, list[Refused]] = {}
        self._gone: dict[Ref, list[Link]] = {}
        self._settled: set[int] = set()
        self._people = {
            str(ref): ref for ref, dataset in datamap.datasets.items() if dataset.subject is not None
        }
        for link in datamap.links:
            for name in {link.address, link.short}:
                self._links.setdefault(name, []).append(link)
        for ref, dataset in datamap.datasets.items():
            for field in dataset.fields.values():
                self._fields[address(ref, [field.name])] = (ref, field)
        for one in datamap.refused:
            here = address(one.source, one.columns)
            for name in (here, f"{here}>{address(one.target, one.target_columns)}"):
                self._refused.setdefault(name, []).append(one)

    # -------------------------------------------------------------- what is named

    def accept(self, name: str) -> None:
        if name in self._people:
            self._confirm_people(name, self._people[name])
            return
        links = self._one(name)
        field = self._fields.get(name)
        guesses = [link for link in links if not link.reviewed]
        if not links and name in self._refused:
            raise UsageError(
                "the map refuses this link",
                place=name,
                remedy="Take it out of `refused`, then run `troth map`.",
            )
        if not links and field is None:
            self._unknown(name, {*self._links, *self._fields, *self._people})
        for link in guesses:
            self._confirm(link)
        if field is not None and not field[1].reviewed:
            self._confirm_field(name, *field)
        elif not guesses:
            self.already.append(name)

    def reject(self, name: str) -> None:
        if name in self._people:
            self._refuse_people(name, self._people[name])
            return
        links = self._one(name)
        if not links and name in self._refused:
            self.already.append(name)
            return
        if not links and name in self._fields:
            raise UsageError(
                "no link leaves this column; only a link can be refused", place=name,
                remedy="Write what the column holds under `fields` in the map.",
            )  # fmt: skip
        if not links:
            self._unknown(name, self._links)
        for link in links:
            if link.declared:
                raise UsageError(
                    "the store itself declares this link", place=name,
                    remedy="Write `means: MENTIONS` in the map if it does not say whose the row is.",
                )  # fmt: skip
            self._gone.setdefault(link.source, []).append(link)
            self._settled.add(id(link))
            self.decisions[link.address] = Decision(link.address, link.means, refused=True)

    def accept_above(self, least: float) -> None:
        for link in self.map.links:
            if not link.reviewed and link.confidence >= least:
                self._confirm(link)
        for name, (ref, field) in self._fields.items():
            if not field.reviewed and field.category != "unknown" and field.confidence >= least:
                self._confirm_field(name, ref, field)

    def _one(self, name: str) -> list[Link]:
        """The links of a name; raises where it means several."""
        links = self._links.get(name, [])
        names = sorted({link.address for link in links})
        if len(names) > 1:
            remedy = "Name one: " + ", ".join(f"'{each}'" for each in names[:_NEAR])
            raise UsageError(f"{len(names)} links leave this column", place=name, remedy=remedy)
        return links

    def _unknown(self, name: str, known: Iterable[str]) -> None:
        near = difflib.get_close_matches(name, sorted(known), n=_NEAR, cutoff=0.5)
        remedy = (
            f"Nearest: {', '.join(near)}." if near else "`troth map --json` lists every link with its name."
        )
        raise UsageError("the map has no such link or column", place=name, remedy=remedy)

    # -------------------------------------------------------------- what is written

    def _confirm(self, link: Link) -> None:
        if id(link) in self._settled:
            return
        self._settled.add(id(link))
        for node in self._nodes(link):
            self.edits.replace(self.edits.pages.pairs(node, "a link")["means"][1], render_flow(link.means))
        self.decisions[link.address] = Decision(link.address, link.means)

    def _confirm_field(self, name: str, ref: Ref, field: Field) -> None:
        if name in self.decisions:
            return
        if field.category == "unknown":
            remedy = "Write its category under `fields` in the map."
            raise UsageError("nobody guessed what this column holds", place=name, remedy=remedy)
        dataset = self.edits.dataset(ref)
        fields = self.edits.inner(dataset, "fields") if dataset else None
        if fields is not None:
            node = fields.pairs[field.name][1]
            if self.edits.pages.is_mapping(node):
                node = self.edits.pages.pairs(node, name)["category"][1]
            self.edits.replace(node, render_flow(field.category))
        self.decisions[name] = Decision(name, field.category)

    def _confirm_people(self, name: str, ref: Ref) -> None:
        dataset, spot = self.map.datasets[ref], self.edits.dataset(ref)
        if dataset.subject_confidence >= CERTAIN or spot is None or dataset.subject is None:
            self.already.append(name)
            return
        self.edits.replace(spot.pairs["subject"][1], render_flow(dataset.subject))
        self.decisions[name] = Decision(name, dataset.subject)

    def _refuse_people(self, name: str, ref: Ref) -> None:
        dataset, spot = self.map.datasets[ref], self.edits.dataset(ref)
        if dataset.subject_confidence >= CERTAIN or spot is None or dataset.subject is None:
            remedy = "Take `subject` out of the map if they are not."
            raise UsageError("it is decided that its rows are people", place=name, remedy=remedy)
        self.edits.drop(spot, "subject")
        self.decisions[name] = Decision(name, dataset.subject, refused=True)

    def _nodes(self, link: Link) -> list[Node]:
        """Where the file says this link, and whether under this condition."""
        spot = self.edits.dataset(link.source)
        if spot is None:
            return []
        wanted = link.condition.text if link.condition else None
        found = []
        for node, ends in self.edits.links(link.source, spot):
            when = self.edits.pages.pairs(node, "a link").get("when")
            said = self.edits.pages.text(when[1], "when") if when else None
            if ends == (link.columns, link.target, link.target_columns) and said == wanted:
                found.append(node)
        return found

    def written(self) -> Decided:
        """The new text; raises MapError where the map would then not be what was decided."""
        for ref, links in self._gone.items():
            if spot := self.edits.dataset(ref):
                nodes = [node for link in links for node in self._nodes(link)]
                refused = [refused_tree(one) for one in sorted(set(map(_refused, links)))]
                self.edits.exchange(spot, "links", nodes, [], DATASET_KEYS)
                self.edits.exchange(spot, "refused", [], refused, DATASET_KEYS)
        text = self.edits.applied()
        if map_hash(loads(text, self.map.file)) != map_hash(self._expected()):
            raise MapError(
                "the decisions cannot be written into this file",
                place=self.map.file,
                remedy="Write them by hand.",
            )
        return Decided(text, tuple(self.decisions.values()), tuple(self.already))

    def _expected(self) -> DataMap:
        yes = {name for name, decision in self.decisions.items() if not decision.refused}
        no = {name for name, decision in self.decisions.items() if decision.refused}
        gone = [link for links in self._gone.values() for link in links]
        links = tuple(
            replace(link, reviewed=True) if link.address in yes else link
            for link in self.map.links
            if all(link is not other for other in gone)
        )
        datasets = {
            ref: replace(
                dataset,
                subject=None if str(ref) in no else dataset.subject,
                subject_confidence=1.0 if str(ref) in yes else dataset.subject_confidence,
                fields={
                    name: replace(field, reviewed=True) if address(ref, [name]) in yes else field
                    for name, field in dataset.fields.items()
                },
            )
            for ref, dataset in self.map.datasets.items()
        }
        refused = tuple({*self.map.refused, *map(_refused, gone)})
        return replace(self.map, links=links, datasets=datasets, refused=refused)


def _refused(link: Link) -> Refused:
    return Refused(link.source, link.columns, link.target, link.target_columns)
