"""The file of retention rules, read as strictly as the map: every fault has its line and its remedy."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast
from zoneinfo import ZoneInfo

from troth.datamap.categories import CATEGORIES
from troth.datamap.condition import Condition, parse
from troth.datamap.mapnodes import Node, Pages, as_date, compose, meant
from troth.datamap.model import DataMap, Ref
from troth.law.rules import CALENDAR_YEAR, is_known, newest
from troth.retention.clock import Period, period
from troth.retention.rules import (
    EVENTS,
    OUTCOMES,
    REASONS,
    TICKS,
    Agreement,
    Event,
    Outcome,
    Place,
    Reason,
    Rule,
    Rules,
)
from troth.terms.errors import MapError

FORMAT: Final = 1
NAME: Final = "troth.retention.yaml"
ROOT_KEYS: Final = ("retention", "zone", "financial_year_end", "rules")
RULE_KEYS: Final = (
    "datasets", "categories", "columns", "clock", "keep", "law", "reason", "outcome", "when", "while_active", "instruction", "agreements",
)  # fmt: skip
CLOCK_KEYS: Final = ("event", "column", "epoch")
AGREEMENT_KEYS: Final = ("keep", "reference")
_RULE_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_YEAR_END: Final = re.compile(r"([01][0-9])-([0-3][0-9])")
_LENGTH: Final = "Write a real length of time: 90d, 6m or 2y. A reasonable period is none."


def load(path: Path, datamap: DataMap) -> Rules:
    """The rules in the file; raises MapError with `file:line` and a remedy for whatever is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        remedy = f"Write {NAME} beside the map; docs/retention.md shows one."
        raise MapError("there are no retention rules here.", place=str(path), remedy=remedy) from None
    except (OSError, UnicodeDecodeError):
        raise MapError(
            "the retention rules cannot be read.", place=str(path), remedy="They are YAML in UTF-8."
        ) from None
    return loads(text, datamap, str(path))


def loads(text: str, datamap: DataMap, file: str = NAME) -> Rules:
    """The rules in the text, held against the map; `file` names it in faults."""
    pages = Pages(file)
    top = pages.keyed(
        compose(text, file), "the retention file", ROOT_KEYS, required=("retention", "zone", "rules")
    )
    if pages.atom(top["retention"], "retention") != FORMAT:
        pages.fault(top["retention"], f"this file's format is not {FORMAT}.", "Begin with `retention: 1`.")
    year_end = _year_end(pages, top["financial_year_end"]) if "financial_year_end" in top else CALENDAR_YEAR
    reading = _Reading(pages, datamap, year_end)
    found = [
        reading.rule(name, key, node) for name, (key, node) in pages.pairs(top["rules"], "rules").items()
    ]
    if not found:
        pages.fault(top["rules"], "the file holds no rule.", "Write one; docs/retention.md shows how.")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Rules(file, _zone(pages, top["zone"]), year_end, tuple(found), digest)


def _zone(pages: Pages, node: Node) -> str:
    name = pages.text(node, "zone")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        pages.fault(node, f"{name!r} is no time zone.", "Write a place's clocks: Europe/Copenhagen.")
    return name


def _year_end(pages: Pages, node: Node) -> tuple[int, int]:
    text = pages.text(node, "financial_year_end")
    found = _YEAR_END.fullmatch(text)
    if found is None or as_date(f"2024-{text}") is None:
        pages.fault(node, f"{text!r} is no day of the year.", "Write 12-31.")
    return int(found[1]), int(found[2])


class _Reading:
    """Reads one rule after the other, against one map."""

    def __init__(self, pages: Pages, datamap: DataMap, year_end: tuple[int, int]) -> None:
        self.pages = pages
        self.map = datamap
        self.year_end = year_end

    def rule(self, name: str, key: Node, node: Node) -> Rule:
        pages = self.pages
        if not _RULE_NAME.fullmatch(name):
            pages.fault(
                key,
                f"{name!r} is no name for a rule.",
                "Use lower-case letters, digits, - and _, at most 63.",
            )
        given = pages.keyed(node, f"rule {name}", RULE_KEYS, required=("clock", "reason", "outcome"))
        if ("datasets" in given) is ("categories" in given):
            pages.fault(node, f"rule {name} must say either datasets or categories.", "Say one of the two.")
        refs = self._datasets(given["datasets"]) if "datasets" in given else ()
        categories = self._categories(given["categories"]) if "categories" in given else ()
        outcome = cast(Outcome, self.pages.one_of(given["outcome"], "outcome", OUTCOMES))
        event, clock, epoch = self._clock(given["clock"], refs)
        reason = cast(Reason, self.pages.one_of(given["reason"], "reason", REASONS))
        law = self._law(given, node, reason, event)
        return Rule(
            name, pages.place(key), refs, categories, event, clock, reason, outcome,
            None if law else self._keep(given, node), law, epoch,
            columns=self._columns(given["columns"], refs, outcome) if "columns" in given else (),
            when=self._when(given["when"], refs) if "when" in given else None,
            while_active=self._place(given["while_active"], refs, "while_active") if "while_active" in given else None,
            instruction=pages.text(given["instruction"], "instruction") if "instruction" in given else "",
            agreements=self._agreements(given["agreements"], refs, bool(law)) if "agreements" in given else {},
        )  # fmt: skip

    def _datasets(self, node: Node) -> tuple[Ref, ...]:
        known = {str(ref): ref for ref in self.map.datasets}
        found = []
        for name, item in self.pages.names(node, "datasets").items():
            if name not in known:
                self.pages.fault(item, f"the map has no dataset {name!r}.", meant(name, known))
            found.append(known[name])
        if not found:
            self.pages.fault(node, "the rule covers nothing.", "Name a dataset: crm.customer.")
        return tuple(found)

    def _categories(self, node: Node) -> tuple[str, ...]:
        names = self.pages.names(node, "categories")
        for name, item in names.items():
            if name not in CATEGORIES or not CATEGORIES[name].personal:
                known = [one for one, category in CATEGORIES.items() if category.personal]
                self.pages.fault(item, f"{name!r} is no category of personal data.", meant(name, known))
        if not names:
            self.pages.fault(node, "the rule covers nothing.", "Name a category.")
        return tuple(names)

    def _clock(self, node: Node, refs: tuple[Ref, ...]) -> tuple[Event, Place, int]:
        given = self.pages.keyed(node, "the clock", CLOCK_KEYS, required=("event", "column"))
        event = cast(Event, self.pages.one_of(given["event"], "event", EVENTS))
        epoch = TICKS[self.pages.one_of(given["epoch"], "epoch", TICKS)] if "epoch" in given else 0
        return event, self._place(given["column"], refs, "the clock's column"), epoch

    def _place(self, node: Node, refs: tuple[Ref, ...], what: str) -> Place:
        """A column, or `dataset.column` of the same system; whether it can be read is checked against the stores."""
        dataset, _, column = self.pages.text(node, what).rpartition(".")
        for ref in refs:
            there = Ref(ref.system, dataset) if dataset else ref
            if there not in self.map.datasets:
                known = [other.dataset for other in self.map.datasets if other.system == ref.system]
                self.pages.fault(node, f"{ref.system} has no dataset {dataset!r}.", meant(dataset, known))
            if column not in self.map.datasets[there].fields:
                fields = self.map.datasets[there].fields
                self.pages.fault(node, f"{there} has no column {column!r}.", meant(column, fields))
            links = [one for one in self.map.links_from.get(ref, ()) if one.target == there]
            if dataset and len(links) != 1:
                found = "no link" if not links else f"{len(links)} links"
                self.pages.fault(
                    node,
                    f"{ref} has {found} to {there}, so its rows do not say whose clock it is.",
                    "Name a dataset that exactly one link of the map leads to.",
                )
            if dataset and (links[0].condition is not None or links[0].is_guess):
                self.pages.fault(
                    node,
                    f"the link from {ref} to {there} has a condition or is a guess.",
                    "A clock needs a link that holds for every row: confirm it in the map.",
                )
        return Place(column, dataset)

    def _keep(self, given: Mapping[str, Node], node: Node) -> Period:
        if "keep" not in given:
            self.pages.fault(node, "the rule does not say how long.", f"Add `keep:`. {_LENGTH}")
        return self._length(given["keep"])

    def _length(self, node: Node) -> Period:
        text = self.pages.text(node, "keep")
        found = period(text)
        if found is None:
            self.pages.fault(node, f"{text!r} is no length of time.", _LENGTH)
        return found

    def _law(self, given: Mapping[str, Node], node: Node, reason: Reason, event: Event) -> str:
        """The id of the law whose years hold; "" where the rule has its own length."""
        if (reason == "legal_obligation") is not ("law" in given):
            self.pages.fault(
                given["reason"],
                "a legal obligation names its law, and no other reason does.",
                "Write `law: dk.bookkeeping`, or another reason.",
            )
        if "law" not in given:
            return ""
        name = self.pages.text(given["law"], "law")
        try:
            law = newest(name)
        except KeyError:
            known = "It is a ground, and says no years." if is_known(name) else ""
            self.pages.fault(
                given["law"], f"no law {name!r} says how long. {known}".rstrip(), "Write dk.bookkeeping."
            )
        if "keep" in given:
            self.pages.fault(given["keep"], "the law says how long.", "Take `keep` out.")
        if law.from_end_of_financial_year is not (event == "financial_year_end"):
            self.pages.fault(
                given["clock"],
                "the law counts from another event.",
                "Write `event: financial_year_end` for a law that counts from the year's end, and only then.",
            )
        return name

    def _columns(self, node: Node, refs: tuple[Ref, ...], outcome: Outcome) -> tuple[str, ...]:
        names = self.pages.names(node, "columns")
        if outcome != "anonymise" or not refs or not names:
            self.pages.fault(
                node,
                "columns belong to a rule that anonymises datasets.",
                "Take them out: a row goes as a whole.",
            )
        for name, item in names.items():
            for ref in refs:
                field_ = self.map.datasets[ref].fields.get(name)
                if field_ is None or not CATEGORIES[field_.category].personal:
                    known = [
                        f.name
                        for f in self.map.datasets[ref].fields.values()
                        if CATEGORIES[f.category].personal
                    ]
                    self.pages.fault(item, f"{name!r} is no personal column of {ref}.", meant(name, known))
        return tuple(names)

    def _when(self, node: Node, refs: tuple[Ref, ...]) -> Condition:
        condition = parse(self.pages.text(node, "when"), self.pages.place(node))
        for ref in refs:
            fields = self.map.datasets[ref].fields
            for name in condition.columns:
                if name not in fields:
                    self.pages.fault(
                        node, f"when names an unknown column {name!r} of {ref}.", meant(name, fields)
                    )
        return condition

    def _agreements(self, node: Node, refs: tuple[Ref, ...], by_law: bool) -> dict[str, Agreement]:
        found: dict[str, Agreement] = {}
        if by_law:
            self.pages.fault(node, "no agreement is shorter or longer than a law.", "Take `agreements` out.")
        for ref in refs:
            if self.map.datasets[ref].tenant is None:
                self.pages.fault(
                    node, f"the rows of {ref} are no customer's.", "Write its `tenant` in the map."
                )
        for tenant, (_, value) in self.pages.pairs(node, "agreements").items():
            given = self.pages.keyed(
                value, f"the agreement with {tenant}", AGREEMENT_KEYS, required=AGREEMENT_KEYS
            )
            reference = self.pages.text(given["reference"], "reference")
            found[tenant] = Agreement(self._length(given["keep"]), reference)
        return found
