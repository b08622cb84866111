"""The map file as marked nodes: whatever is wrong is said with its file and line."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import yaml

from troth.datamap.model import Ref
from troth.terms import nodes
from troth.terms.nodes import Node as Node
from troth.terms.nodes import Pages as Pages
from troth.terms.nodes import as_date as as_date
from troth.terms.nodes import meant as meant

_NAME: Final = r'(?:"(?:[^"]|"")*"|[^\s.\[\]",()]+)'
_COLUMN: Final = r'(?:\s*"(?:[^"]|"")*"\s*|[^\[\]",]+)'
_TARGET: Final = re.compile(rf"(?:({_NAME})\.)?({_NAME})\s*\[({_COLUMN}(?:,{_COLUMN})*)\]")
GUESS: Final = 0.5  # how sure a guess is that says no number
_GUESS: Final = re.compile(r"(.*)\?(?:\s+([01](?:\.[0-9]{1,3})?))?")
_SECRET: Final = re.compile(r"(?i)pass|pwd|secret|token|api_?key")


def compose(text: str, file: str) -> yaml.MappingNode:
    """The map's root mapping; raises MapError where the text is not YAML or no mapping."""
    return nodes.compose(text, file, "a data map", "Start with `troth: 1`.")


def guessable(pages: Pages, node: Node, what: str) -> tuple[str, float | None]:
    """A value and None, or of a guess (`email?`, `email? 0.75`) how sure it is: GUESS where it says no number."""
    text = pages.text(node, what)
    if (found := _GUESS.fullmatch(text)) is None:
        return text, None
    return found[1].rstrip(), float(found[2]) if found[2] else GUESS


def target_of(text: str, system: str) -> tuple[Ref, tuple[str, ...]] | None:
    """The dataset and columns that `employee [id]` or `billing."odd name" [no, line]` names, or None."""
    match = _TARGET.fullmatch(text.strip())
    if match is None:
        return None
    ref = Ref(_bare(match[1]) if match[1] else system, _bare(match[2]))
    return ref, tuple(_bare(column) for column in re.findall(_COLUMN, match[3]))


def _bare(name: str) -> str:
    name = name.strip()
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def holds_secret(url: str) -> bool:
    """Whether an address carries a password or a token; one that cannot be read is taken to carry one."""
    try:
        parts = urlsplit(url)
        named = any(_SECRET.search(name) for name, _ in parse_qsl(parts.query))
        return bool(parts.password) or named or (not parts.scheme and bool(_SECRET.search(url)))
    except ValueError:
        return True


def column_in(pages: Pages, node: Node, what: str, fields: Collection[str]) -> str:
    """A column's name, one of `fields`."""
    name = pages.text(node, what)
    if name not in fields:
        pages.fault(node, f"{what} names an unknown column {name!r}.", meant(name, fields))
    return name


def columns_in(
    pages: Pages, node: Node, what: str, fields: Collection[str], besides: Collection[str] = ()
) -> tuple[str, ...]:
    """Names of columns, each one of `fields` or of `besides`."""
    names = pages.names(node, what)
    for name, item in names.items():
        if name not in fields and name not in besides:
            pages.fault(item, f"{what} names an unknown column {name!r}.", meant(name, fields))
    return tuple(names)
