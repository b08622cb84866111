"""A data map as YAML that reads well in a pull request, and its hash: equal decisions, equal hash."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from troth.datamap.mapnodes import GUESS, holds_secret
from troth.datamap.mapothers import bare_manual, manual_tree, others_tree
from troth.datamap.model import Atom, DataMap, Dataset, Field, Keep, Link, Ref, Refused, Rule, Until
from troth.terms.errors import MapError

FORMAT: Final = 1
DATASET_KEYS: Final = (
    "subject", "key", "nobody", "fields", "links", "on_get", "on_erase", "erase", "keep", "tenant",
    "unsearched", "identifies", "purpose", "purposes", "origin", "anonymised", "entitlements", "refused",
)  # fmt: skip
CERTAIN: Final = 0.8  # below this a guess carries a question mark until a person has confirmed it
_WIDTH: Final = 110
_BARE_NAME: Final = re.compile(r"[^\s.\[\]\",()]+")
_BARE_COLUMN: Final = re.compile(r"[^\s\[\]\",](?:[^\[\]\",]*[^\s\[\]\",])?")
_PLAIN: Final = re.compile(
    r"\d\d-\d\d|[^\W\d](?:[\w .;()/?+@=%&'\"<>-]|:(?=[^\s,\]}]))*"
)  # inside [...] or {...}
_PLAIN_LINE: Final = re.compile(r"[^\W\d](?:[\w .;()/?+@=%&'\"<>,\[\]-]|:(?=\S))*")  # on its own line
_NOT_TEXT: Final = re.compile(r"(?i)(?:~|null|true|false|yes|no|on|off|y|n)")
_HEADER: Final = "# The data map. A question mark is a guess to confirm or correct; no mark: confirmed, or surer than 0.8.\n"


@dataclass(frozen=True, slots=True)
class Flow:
    """A mapping or sequence to be written on one line, if it fits."""

    value: object


@dataclass(frozen=True, slots=True)
class Noted:
    """A scalar with a comment after it."""

    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Doubted:
    """A guess: a value nobody confirmed, how sure it is, and why in a comment."""

    value: str
    confidence: float
    note: str = ""

    @property
    def text(self) -> str:
        """`email?`, or `email? 0.75` where a number is known."""
        sure = min(0.99, max(0.01, round(self.confidence, 2)))
        return f"{self.value}?" + (f" {sure:.2f}" if sure != GUESS else "")


def dump(datamap: DataMap) -> str:
    """The map as YAML text: systems and datasets by name, fields in table order."""
    return _HEADER + render(map_tree(datamap), 0)


def write(path: Path, text: str) -> None:
    """Replaces the file's text at once: a reader sees the old text or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def map_hash(datamap: DataMap) -> str:
    """SHA-256 (hex) over the canonical JSON (RFC 8785) of every decision; comments and order do not count.

    Manners, replicas, approval and whom to write to say how and not what is done: an approved run goes on when they change.
    """
    import rfc8785

    bare = {name: replace(system, read="", manners=()) for name, system in datamap.systems.items()}
    decided = replace(
        datamap, systems=bare, approval="", manual=bare_manual(datamap.manual), recipients={}, customers={}
    )
    return hashlib.sha256(rfc8785.dumps(_canonical(map_tree(decided)))).hexdigest()


# ------------------------------------------------------------------ the tree


def map_tree(datamap: DataMap) -> dict[str, object]:
    """The whole map as nested mappings in the order of the file."""
    systems = {}
    for name in sorted({*datamap.systems, *datamap.manual}):
        one = datamap.manual.get(name)
        systems[name] = system_tree(datamap, name) if one is None else manual_tree(one)
    return {
        "troth": FORMAT,
        "controller": datamap.controller,
        "region": datamap.region,
        "shared_by": datamap.shared_by,
        **({"approval": datamap.approval} if datamap.approval else {}),
        **others_tree(datamap),
        "systems": systems,
    }


def system_tree(datamap: DataMap, name: str) -> dict[str, object]:
    """One system with its datasets; raises MapError rather than write a password."""
    refs = sorted(ref for ref in datamap.datasets if ref.system == name)
    unmapped = {ref.dataset: reason for ref, reason in sorted(datamap.unmapped) if ref.system == name}
    system = datamap.systems[name]
    if holds_secret(system.url) or holds_secret(system.read):
        raise MapError(f"the url of {name} holds a password.", remedy="Hand over the address without it.")
    manners = {word: text.split("; ") if "; " in text else text for word, text in system.manners}
    return {
        "url": system.url,
        **({"read": system.read} if system.read else {}),
        **({"manners": manners} if manners else {}),
        "datasets": {ref.dataset: dataset_tree(datamap, ref) for ref in refs},
        **({"unmapped": unmapped} if unmapped else {}),
    }


def dataset_tree(datamap: DataMap, ref: Ref) -> dict[str, object]:
    """One dataset and the links that start in it."""
    dataset = datamap.datasets[ref]
    links = sorted(datamap.links_from.get(ref, ()), key=_link_order)
    tree: dict[str, object] = {}
    if dataset.subject is not None:
        tree["subject"] = dataset.subject + ("?" if dataset.subject_confidence < CERTAIN else "")
    tree["key"] = Flow(list(dataset.key))
    if dataset.nobody is not None:
        tree["nobody"] = Flow(dict(dataset.nobody))
    tree["fields"] = {field.name: field_tree(field) for field in dataset.fields.values()}
    if links:
        tree["links"] = [link_tree(link) for link in links]
    for rules, name, columns, whole_row in (
        (dataset.on_get, "on_get", "hide", "omit_row"),
        (dataset.on_erase, "on_erase", "clear", "delete_row"),
    ):
        if rules:
            tree[name] = [Flow(_rule_tree(rule, columns, whole_row)) for rule in rules]
    tree |= _rest(dataset)
    refused = [refused_tree(one) for one in sorted(datamap.refused) if one.source == ref]
    return tree | ({"refused": refused} if refused else {})


def _rest(dataset: Dataset) -> dict[str, object]:
    tree: dict[str, object] = {}
    if dataset.on_erase_default != "erase":
        tree["erase"] = dataset.on_erase_default
    if dataset.keep:
        tree["keep"] = [_keep_tree(keep) for keep in dataset.keep]
    if dataset.tenant is not None:
        tree["tenant"] = dataset.tenant
    if dataset.unsearched is not None:
        tree["unsearched"] = dataset.unsearched
    if dataset.identifies:
        tree["identifies"] = Flow(list(dataset.identifies))
    if dataset.purpose is not None:
        tree["purpose"] = dataset.purpose
    if dataset.purposes:
        tree["purposes"] = Flow(list(dataset.purposes))
    if dataset.origin:
        tree["origin"] = Flow({dataset.origin: dataset.source}) if dataset.source else dataset.origin
    if (officer := dataset.anonymised) is not None:
        tree["anonymised"] = {"decision": officer.text, "by": officer.by, "on": officer.on}
    if dataset.entitlements:
        tree["entitlements"] = Flow(list(dataset.entitlements))
    return tree


def field_tree(field: Field) -> object:
    """`category`, `category?` while it is a guess, or a mapping when more is decided than the category."""
    category = field.category if field.reviewed else Doubted(field.category, field.confidence, field.reason)
    if field.erased_value is None and field.strategy is None and not field.paths and not field.origin:
        return category
    tree: dict[str, object] = {"category": category}
    if field.erased_value is not None:
        tree["erased"] = field.erased_value
    elif (how := field.strategy) is not None:
        tree["erased"] = {"constant": None} if how.word == "null" else {how.word: how.by}
    if field.paths:
        tree["paths"] = dict(field.paths)
    if field.origin:
        tree["origin"] = field.origin
    return Flow(tree)


def link_tree(link: Link) -> dict[str, object]:
    """One link as its mapping."""
    means = Noted(link.means, link.reason) if link.reason else link.means
    tree: dict[str, object] = {
        "columns": Flow(list(link.columns)),
        "to": target_text(link),
        "means": means if link.reviewed else Doubted(link.means, link.confidence, link.reason),
    }
    if link.declared:
        tree["declared"] = True
    if link.condition is not None:
        tree["when"] = link.condition.text
    return tree


def refused_tree(refused: Refused) -> dict[str, object]:
    """One link that a person refused."""
    return {"columns": Flow(list(refused.columns)), "to": target_text(refused)}


def target_text(link: Link | Refused) -> str:
    """`employee [id]`, or `billing.customer [customer_no]` for another system; odd names in double quotes."""
    system = "" if link.target.system == link.source.system else f"{link.target.system}."
    columns = ", ".join(_name(column, _BARE_COLUMN) for column in link.target_columns)
    return f"{system}{_name(link.target.dataset, _BARE_NAME)} [{columns}]"


def _name(name: str, bare: re.Pattern[str]) -> str:
    return name if bare.fullmatch(name) else '"' + name.replace('"', '""') + '"'


def _link_order(link: Link) -> tuple[object, ...]:
    return (link.columns, link.target, link.target_columns, link.condition.text if link.condition else "")


def _rule_tree(rule: Rule, columns: str, whole_row: str) -> dict[str, object]:
    tree: dict[str, object] = {"link": rule.link}
    if rule.columns:
        tree[columns] = list(rule.columns)
    if rule.whole_row:
        tree[whole_row] = True
    return tree


def _keep_tree(keep: Keep) -> dict[str, object]:
    tree: dict[str, object] = {"law": keep.law}
    if keep.reason:
        tree["reason"] = keep.reason
    tree["columns"] = Flow(list(keep.columns))
    if keep.until is not None:
        tree["until"] = _until_tree(keep.until)
    tree["active"] = keep.active
    return tree


def _until_tree(until: Until) -> object:
    if until.on is not None:
        return until.on
    tree: dict[str, object] = {"start": until.start, "years": until.years}
    if until.financial_year_end is not None:
        tree["financial_year_end"] = "{:02d}-{:02d}".format(*until.financial_year_end)
    return Flow(tree)


def _canonical(value: object) -> Any:
    """JSON for the hash: atoms carry their type, so that 0 and "0" differ and no number is too large."""
    if isinstance(value, Doubted):
        return f"{value.value}?"
    if isinstance(value, Flow | Noted):
        return _canonical(value.value)
    if isinstance(value, Mapping):
        ordered = {str(key): _canonical(item) for key, item in value.items()}
        for name in ("links", "on_get", "on_erase", "keep", "refused"):
            if isinstance(items := ordered.get(name), list):
                ordered[name] = sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
        return ordered
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    if value is None or isinstance(value, str | bool):
        return value
    return (
        {"number" if isinstance(value, int) else "date": str(value)}
        if isinstance(value, int | date)
        else str(value)
    )


# ------------------------------------------------------------------ the text


def render(tree: Mapping[str, object], indent: int) -> str:
    """A block mapping as lines, each ended, at the indent."""
    return "".join(f"{line}\n" for line in _mapping(tree, " " * indent))


def render_items(items: list[object], indent: int) -> str:
    """A block sequence as lines, each ended, at the indent."""
    return "".join(f"{line}\n" for line in _sequence(items, " " * indent))


def render_flow(value: object) -> str:
    """Any value on one line."""
    if isinstance(value, Doubted):
        return render_flow(value.text)
    if isinstance(value, Flow | Noted):
        return render_flow(value.value)
    if isinstance(value, Mapping):
        return (
            "{" + ", ".join(f"{scalar(str(k), flow=True)}: {render_flow(v)}" for k, v in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(render_flow(item) for item in value) + "]"
    return scalar(value, flow=True)


def _mapping(tree: Mapping[str, object], pad: str) -> Iterator[str]:
    for key, value in tree.items():
        yield from _entry(f"{pad}{scalar(key)}:", value, pad)


def _entry(head: str, value: object, pad: str) -> Iterator[str]:
    if isinstance(value, Flow):
        line = f"{head} {render_flow(value)}"
        if len(line) <= _WIDTH or not value.value:
            yield line
            return
        value = value.value
    if isinstance(value, Doubted):
        note = f"  # {one_line(value.note)}" if value.note else ""
        yield f"{head} {scalar(value.text)}{note}"
    elif isinstance(value, Noted):
        yield f"{head} {scalar(value.value)}  # {one_line(value.note)}"
    elif isinstance(value, Mapping) and value:
        yield head
        yield from _mapping(value, f"{pad}  ")
    elif isinstance(value, list) and value:
        yield head
        yield from _sequence(value, f"{pad}  ")
    else:
        yield f"{head} {render_flow(value) if isinstance(value, Mapping | list) else scalar(value)}"


def _sequence(items: list[object], pad: str) -> Iterator[str]:
    for item in items:
        if isinstance(item, Mapping):
            for position, line in enumerate(_mapping(item, f"{pad}  ")):
                yield f"{pad}- {line[len(pad) + 2 :]}" if position == 0 else line
        else:
            yield f"{pad}- {render_flow(item)}"


def one_line(note: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in note).split())


def scalar(value: Atom, flow: bool = False) -> str:
    """One scalar as YAML that reads back as the same value; `flow`: inside a flow collection."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | date):
        return str(value)
    text = str(value)
    plain = _PLAIN if flow else _PLAIN_LINE
    if plain.fullmatch(text) and not _NOT_TEXT.fullmatch(text) and not text.endswith(" "):
        return text
    if text.isprintable() and "'" not in text:
        return f"'{text}'"
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable() or character == " ":
        return character
    return f"\\U{ord(character):08x}" if ord(character) > 0xFFFF else f"\\u{ord(character):04x}"
