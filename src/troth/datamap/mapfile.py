"""The map file: read strictly, so that every fault has its line and its remedy."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from troth.datamap.categories import CATEGORIES
from troth.datamap.condition import Condition, parse
from troth.datamap.contacts import owner_link
from troth.datamap.maperased import decision_in, erased_in, refuse_moved_sums
from troth.datamap.mapkeep import approval_in, keeps, manners_in
from troth.datamap.mapmerge import merge
from troth.datamap.mapnodes import (
    GUESS,
    Node,
    Pages,
    column_in,
    columns_in,
    compose,
    guessable,
    holds_secret,
    meant,
    target_of,
)
from troth.datamap.maporigin import field_origin, origin_in, purposes_in
from troth.datamap.mapothers import customers_in, manual_in, recipients_in
from troth.datamap.mapwrite import DATASET_KEYS, FORMAT, dump, map_hash, write
from troth.datamap.model import (
    MEANINGS,
    Atom,
    DataMap,
    Dataset,
    ErasureMode,
    Field,
    Link,
    Manual,
    Origin,
    Ref,
    Refused,
    Rule,
    System,
)
from troth.terms.errors import MapError

__all__ = ["FORMAT", "dump", "load", "loads", "map_hash", "merge", "write"]

ROOT_KEYS: Final = (
    "troth",
    "controller",
    "region",
    "shared_by",
    "approval",
    "recipients",
    "customers",
    "systems",
)
_SYSTEM_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_REGION: Final = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
FIELD_KEYS: Final = ("category", "erased", "paths", "origin")
_HIDDEN_KEYS: Final = frozenset({"rowid"})  # a key that is no column: SQLite's own row number


def load(path: Path) -> DataMap:
    """The map in the file; raises MapError with `file:line` and a remedy for whatever is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise MapError(
            "there is no data map here.", place=str(path), remedy="Make one: troth map URL -o troth.map.yaml"
        ) from None
    except OSError as fault:
        raise MapError(
            f"the data map cannot be read: {fault.strerror}.",
            place=str(path),
            remedy="Name the map's file with --map.",
        ) from None
    except UnicodeDecodeError:
        raise MapError(
            "the data map cannot be read: it is no text.", place=str(path), remedy="A map is YAML in UTF-8."
        ) from None
    return loads(text, str(path))


def loads(text: str, file: str = "map") -> DataMap:
    """The map in the text; `file` names it in faults."""
    pages = Pages(file)
    root = compose(text, file)
    top = pages.keyed(root, "the map", ROOT_KEYS, required=("troth", "systems"))
    if pages.atom(top["troth"], "troth") != FORMAT:
        pages.fault(
            top["troth"],
            f"this map's format is not {FORMAT}.",
            "Use the Troth that wrote it.",
        )
    region = pages.text(top["region"], "region") if "region" in top else "DK"
    if not _REGION.fullmatch(region):
        pages.fault(top["region"], f"{region!r} is no region.", "Write DK, or US-CA for a part of one.")
    draft = _Draft(pages)
    for name, (key, node) in pages.pairs(top["systems"], "systems").items():
        draft.system(name, key, node)
    return DataMap(
        systems=draft.systems,
        datasets=draft.datasets,
        links=tuple(draft.all_links()),
        controller=pages.text(top["controller"], "controller") if "controller" in top else "us",
        region=region,
        shared_by=pages.number(top["shared_by"], "shared_by", 1) if "shared_by" in top else 1,
        file=file,
        unmapped=tuple(draft.unmapped),
        refused=tuple(draft.refused),
        approval=approval_in(pages, top["approval"]) if "approval" in top else "",
        manual=draft.manual,
        recipients=recipients_in(pages, top["recipients"], {*draft.systems, *draft.manual}, draft.datasets)
        if "recipients" in top
        else {},
        customers=customers_in(pages, top["customers"]) if "customers" in top else {},
    )


class _Draft:
    """Collects systems, datasets and links; links and rules are read once every dataset is known."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.systems: dict[str, System] = {}
        self.manual: dict[str, Manual] = {}
        self.datasets: dict[Ref, Dataset] = {}
        self.unmapped: list[tuple[Ref, str]] = []
        self.refused: list[Refused] = []
        self._waiting: dict[Ref, Mapping[str, Node]] = {}

    def system(self, name: str, key: Node, node: Node) -> None:
        pages, what = self.pages, f"system {name}"
        if not _SYSTEM_NAME.fullmatch(name):
            pages.fault(key, f"{name!r} is no name for a system.", "Use letters, digits, - and _.")
        if pages.is_mapping(node) and "manual" in pages.pairs(node, what):
            self.manual[name] = manual_in(pages, name, pages.keyed(node, what, ("manual",))["manual"])
            return
        given = pages.keyed(node, what, ("url", "read", "manners", "datasets", "unmapped"), required=("url",))
        url = _url(pages, given["url"], name)
        read = _url(pages, given["read"], name) if "read" in given else ""
        manners = manners_in(pages, given["manners"]) if "manners" in given else ()
        names: list[str] = []
        for dataset, (_, value) in (
            pages.pairs(given["datasets"], "datasets").items() if "datasets" in given else ()
        ):
            names.append(dataset)
            self._dataset(Ref(name, dataset), value)
        for dataset, (key, value) in (
            pages.pairs(given["unmapped"], "unmapped").items() if "unmapped" in given else ()
        ):
            if dataset in names:
                pages.fault(key, f"{dataset!r} is a dataset and unmapped at once.", "Keep one of the two.")
            self.unmapped.append((Ref(name, dataset), pages.text(value, "the reason")))
        self.systems[name] = System(name, url, tuple(names), read, manners)

    def _pairs(self, given: Mapping[str, Node], name: str) -> Iterable[tuple[str, tuple[Node, Node]]]:
        return self.pages.pairs(given[name], name).items() if name in given else ()

    def _dataset(self, ref: Ref, node: Node) -> None:
        pages = self.pages
        given = pages.keyed(node, f"dataset {ref}", DATASET_KEYS, required=("key",))
        fields = {name: _field(pages, name, value) for name, (_, value) in self._pairs(given, "fields")}
        subject, doubt = guessable(pages, given["subject"], "subject") if "subject" in given else (None, None)
        origin, source = origin_in(pages, given["origin"]) if "origin" in given else ("", "")
        self.datasets[ref] = Dataset(
            ref,
            key=columns_in(pages, given["key"], "key", fields, _HIDDEN_KEYS),
            fields=fields,
            subject=subject,
            subject_confidence=1.0 if doubt is None else min(doubt, GUESS),
            nobody=_nobody(pages, given["nobody"], fields) if "nobody" in given else None,
            on_erase_default=_mode(pages, given["erase"]) if "erase" in given else "erase",
            keep=keeps(pages, given["keep"], fields) if "keep" in given else (),
            tenant=column_in(pages, given["tenant"], "tenant", fields) if "tenant" in given else None,
            unsearched=pages.text(given["unsearched"], "unsearched") if "unsearched" in given else None,
            identifies=columns_in(pages, given["identifies"], "identifies", fields)
            if "identifies" in given
            else (),
            purpose=pages.text(given["purpose"], "purpose") if "purpose" in given else None,
            anonymised=decision_in(pages, given["anonymised"]) if "anonymised" in given else None,
            entitlements=columns_in(pages, given["entitlements"], "entitlements", fields)
            if "entitlements" in given
            else (),
            purposes=purposes_in(pages, given["purposes"]) if "purposes" in given else (),
            origin=origin,
            source=source,
        )
        nodes = {name: value for name, (_, value) in self._pairs(given, "fields")}
        refuse_moved_sums(pages, nodes, self.datasets[ref])
        self._waiting[ref] = given

    def all_links(self) -> Iterable[Link]:
        """Every link, checked against both ends; then the rules, which need the links."""
        found: list[Link] = []
        for ref, given in self._waiting.items():
            own: list[tuple[Node, Link]] = []
            for node in self.pages.items(given["links"], f"links of {ref}") if "links" in given else ():
                link = self._link(ref, node)
                for earlier_node, earlier in own:
                    _refuse_contradiction(self.pages, node, link, earlier_node, earlier)
                own.append((node, link))
                found.append(link)
        known: dict[Ref, set[str]] = {}
        for link in found:
            known.setdefault(link.source, set()).add(link.name)
            known.setdefault(link.target, set()).add(link.foreign_name)
        for ref, given in self._waiting.items():
            for node in self.pages.items(given["refused"], "refused") if "refused" in given else ():
                self.refused.append(self._refused(ref, node))
            if "identifies" in given:
                owner = owner_link(self.datasets[ref], self.datasets, found)
                _refuse_unowned(self.pages, given["identifies"], self.datasets[ref], owner)
            if "on_get" in given or "on_erase" in given:
                self._rules(ref, given, known.get(ref, set()))
        return found

    def _link(self, source: Ref, node: Node) -> Link:
        pages, what, fields = self.pages, f"a link of {source}", self.datasets[source].fields
        given = pages.keyed(
            node, what, ("columns", "to", "means", "declared", "when"), required=("columns", "to", "means")
        )
        columns = columns_in(pages, given["columns"], "the link", fields)
        target, target_columns = self._target(source, given["to"])
        if len(columns) != len(target_columns) or not columns:
            pages.fault(given["to"], f"{what} names {len(columns)} here and {len(target_columns)} there.")
        means, doubt = guessable(pages, given["means"], "means")
        if means not in MEANINGS:
            pages.fault(given["means"], f"unknown meaning {means!r}.", meant(means, MEANINGS))
        if means == "SAME_AS":
            _refuse_things(pages, given["means"], self.datasets, source, target)
        return Link(
            source, columns, target, target_columns, means,
            condition=_condition(pages, given["when"], fields) if "when" in given else None,
            declared=pages.truth(given["declared"], "declared") if "declared" in given else False,
            reviewed=doubt is None,
            confidence=1.0 if doubt is None else doubt,
        )  # fmt: skip

    def _refused(self, source: Ref, node: Node) -> Refused:
        given = self.pages.keyed(
            node, f"a refused link of {source}", ("columns", "to"), required=("columns", "to")
        )
        columns = columns_in(self.pages, given["columns"], "the refused link", self.datasets[source].fields)
        return Refused(source, columns, *self._target(source, given["to"]))

    def _target(self, source: Ref, node: Node) -> tuple[Ref, tuple[str, ...]]:
        text = self.pages.text(node, "to")
        target = target_of(text, source.system)
        if target is None:
            self.pages.fault(node, f"{text!r} names no dataset and columns.", "Write: dataset [id].")
        ref, columns = target
        if ref not in self.datasets:
            remedy = meant(
                ref.dataset, [other.dataset for other in self.datasets if other.system == ref.system]
            )
            self.pages.fault(node, f"the link leads to an unknown dataset {str(ref)!r}.", remedy)
        for column in columns:
            if column not in self.datasets[ref].fields and column not in _HIDDEN_KEYS:
                remedy = meant(column, self.datasets[ref].fields)
                self.pages.fault(node, f"the link leads to an unknown column {column!r} of {ref}.", remedy)
        return ref, columns

    def _rules(self, ref: Ref, given: Mapping[str, Node], links: Collection[str]) -> None:
        rules: dict[str, tuple[Rule, ...]] = {}
        dataset = self.datasets[ref]
        for name, columns, whole_row in (("on_get", "hide", "omit_row"), ("on_erase", "clear", "delete_row")):
            nodes = self.pages.items(given[name], name) if name in given else []
            read = [
                _rule(self.pages, node, links, self.datasets[ref].fields, columns, whole_row)
                for node in nodes
            ]
            rules[name] = tuple(read)
        dataset = self.datasets[ref]
        self.datasets[ref] = replace(dataset, on_get=rules["on_get"], on_erase=rules["on_erase"])


def _url(pages: Pages, node: Node, system: str) -> str:
    url = pages.text(node, "url")
    if holds_secret(url):
        remedy = f"Put it in TROTH_URL_{system.upper().replace('-', '_')} and write the address without it."
        pages.fault(node, f"the url of {system} holds a password.", remedy)
    if "://" not in url:
        pages.fault(node, "the url has no scheme.", "Write it as in postgresql://host/database.")
    return url


def _field(pages: Pages, name: str, node: Node) -> Field:
    erased, how, paths = None, None, {}
    origin: Origin = ""
    if pages.is_mapping(node):
        given = pages.keyed(node, f"field {name}", FIELD_KEYS, required=("category",))
        origin = field_origin(pages, given["origin"]) if "origin" in given else ""
        node = given["category"]
        erased, how = erased_in(pages, given["erased"]) if "erased" in given else (None, None)
        for path, (_, value) in (pages.pairs(given["paths"], "paths") if "paths" in given else {}).items():
            paths[path] = _category(pages, pages.text(value, f"path {path}"), f"path {path}", value)
    category, doubt = guessable(pages, node, f"field {name}")
    _category(pages, category, f"field {name}", node)
    sure = 1.0 if doubt is None else doubt
    inner = tuple(paths.items())
    return Field(name, category, sure, doubt is None, erased, strategy=how, paths=inner, origin=origin)


def _category(pages: Pages, category: str, what: str, node: Node) -> str:
    if category not in CATEGORIES:
        pages.fault(node, f"{what} has an unknown category {category!r}.", meant(category, CATEGORIES))
    return category


def _nobody(pages: Pages, node: Node, fields: Collection[str]) -> dict[str, Atom]:
    found: dict[str, Atom] = {}
    for name, (key, value) in pages.pairs(node, "nobody").items():
        if name not in fields:
            pages.fault(key, f"nobody names an unknown column {name!r}.", meant(name, fields))
        found[name] = pages.atom(value, f"nobody's {name}")
    return found


def _mode(pages: Pages, node: Node) -> ErasureMode:
    text = pages.text(node, "erase")
    modes: dict[str, ErasureMode] = {"erase": "erase", "anonymise": "anonymise"}
    if text not in modes:
        pages.fault(node, f"unknown way to erase {text!r}.", "Known: anonymise, erase.")
    return modes[text]


def _condition(pages: Pages, node: Node, fields: Collection[str]) -> Condition:
    condition = parse(pages.text(node, "when"), pages.place(node))
    for name in condition.columns:
        if name not in fields:
            pages.fault(node, f"when names an unknown column {name!r}.", meant(name, fields))
    return condition


def _rule(
    pages: Pages, node: Node, links: Collection[str], fields: Collection[str], columns: str, whole_row: str
) -> Rule:
    given = pages.keyed(node, "a rule", ("link", columns, whole_row), required=("link",))
    link = pages.text(given["link"], "link")
    if link not in links:
        pages.fault(given["link"], f"the rule names an unknown link {link!r}.", meant(link, links))
    named = columns_in(pages, given[columns], columns, fields) if columns in given else ()
    whole = pages.truth(given[whole_row], whole_row) if whole_row in given else False
    if whole is bool(named):
        pages.fault(node, f"a rule says either {columns} or {whole_row}.", "Say one of the two.")
    return Rule(link, named, whole)


def _refuse_things(pages: Pages, node: Node, datasets: Mapping[Ref, Dataset], *ends: Ref) -> None:
    """Only people are the same as somebody."""
    for ref in ends:
        if datasets[ref].subject is None:
            pages.fault(
                node, f"SAME_AS ties people, and {ref} has no `subject`.", "Write MENTIONS, or its `subject`."
            )


def _refuse_unowned(pages: Pages, node: Node, dataset: Dataset, owner: Link | None) -> None:
    """A row names its owner by columns that name people, and by one link that says who that is."""
    for name in dataset.identifies:
        if not CATEGORIES[dataset.fields[name].category].unique:
            pages.fault(
                node, f"identifies names {name}, which names nobody.", "Give it a category such as email."
            )
    if dataset.subject or owner is None:
        remedy = "Write one link that is OWNED_BY a dataset with a `subject`, without a condition."
        pages.fault(node, f"nothing says whom a row of {dataset.ref} identifies.", remedy)


def _refuse_contradiction(pages: Pages, node: Node, link: Link, earlier_node: Node, earlier: Link) -> None:
    if (link.columns, link.target, link.target_columns) != (
        earlier.columns,
        earlier.target,
        earlier.target_columns,
    ):
        return
    line = earlier_node.start_mark.line + 1
    overlap = link.condition == earlier.condition or None in (link.condition, earlier.condition)
    if overlap and link.means != earlier.means:
        pages.fault(node, f"{link.name} means {link.means}, and {earlier.means} on line {line}.", "Keep one.")
    if link.condition == earlier.condition:
        pages.fault(node, f"the link over {link.name} is written twice (first on line {line}).", "Keep one.")
