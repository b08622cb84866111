"""What stands where in JSON and XML: each path by its last name and its values, bounded in depth and number.

`contact.phones[].number` is a path; `@` begins an attribute of XML. Keys that are themselves values (a map keyed by
e-mail) are one path `*`. XML that declares an entity or a document type is not read: nothing is expanded or fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from xml.parsers import expat

from troth.datamap.categories import CATEGORIES
from troth.datamap.discovery.column import Values, values_of
from troth.datamap.discovery.combine import combined
from troth.datamap.discovery.evidence import evidence
from troth.datamap.discovery.wording import Words
from troth.datamap.lexicon import Verdict, classify_field
from troth.datamap.model import Atom

_DOCUMENTS: Final = 60
_DEPTH: Final = 12
_PATHS: Final = 400
_LEAVES: Final = 20_000
_KEYS_ARE_VALUES: Final = re.compile(
    r".+@.+\..+|\+?[\d ().-]{6,}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-.*|[0-9a-f]{16,}|\d{6}-?\d{4}|\d+"
)
_NOT_TOLD: Final = ("json", "free_text", "person_other")


class _RefusedError(Exception):
    """A document that would make the parser expand or fetch something."""


def documents_of(values: Values) -> list[Any]:
    """The documents that some of the cells hold, read; what cannot be read is left out."""
    whole = [cell for cell in values.cells if cell is not None]
    some = whole[:: max(1, len(whole) // _DOCUMENTS)][:_DOCUMENTS]
    return [document for cell in some if (document := _document(cell)) is not None]


def paths_of(documents: Sequence[Any], column: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """The paths that hold something personal, each with its category; and what was noticed about keys."""
    starred = _starred(documents)
    leaves: dict[str, list[Atom]] = {}
    left = _LEAVES
    for document in documents:
        for path, value in _walk(document, "", 0, starred):
            left -= 1
            if left < 0 or (path not in leaves and len(leaves) >= _PATHS):
                continue
            leaves.setdefault(path, []).append(value)
    found = dict(_classified(leaves, column))
    for path, keys in starred.items():
        inner = values_of(sorted(keys))
        best = evidence(inner, Words(inner.texts))
        if best and CATEGORIES[best[0].category].personal and best[0].confidence >= 0.6:
            found[f"{path}.*".lstrip(".")] = best[0].category
    noticed = "; some of its keys are values themselves" if starred else ""
    return tuple(sorted(found.items())), noticed


def _document(cell: Atom) -> Any:
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    try:
        return read_xml(text) if text.startswith("<") else json.loads(text)
    except (ValueError, RecursionError, expat.ExpatError, _RefusedError):
        return None


def read_xml(text: str) -> dict[str, Any]:
    """XML as nested dicts: an element that comes twice is a list, an attribute begins with `@`."""
    parser = expat.ParserCreate()
    root: dict[str, Any] = {}
    stack: list[dict[str, Any]] = [root]
    words: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        node: dict[str, Any] = {f"@{key}": value for key, value in attributes.items()}
        stack[-1].setdefault(name.rpartition(":")[2], []).append(node)
        stack.append(node)
        words.clear()

    def end(_name: str) -> None:
        node = stack.pop()
        text = "".join(words).strip()
        if text:
            node[""] = text
        words.clear()
        for key, inner in node.items():
            if isinstance(inner, list) and len(inner) == 1:
                node[key] = inner[0]

    def refuse(*_arguments: object) -> int:
        raise _RefusedError

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = words.append
    parser.EntityDeclHandler = refuse
    parser.StartDoctypeDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.Parse(text, True)
    return {name: nodes[0] for name, nodes in root.items()}


def _starred(documents: Sequence[Any]) -> dict[str, set[str]]:
    """Paths of objects whose keys are values: they look like identifiers, or hardly ever come back."""
    keys: dict[str, list[str]] = {}
    for document in documents:
        for path, names in _objects(document, "", 0):
            keys.setdefault(path, []).extend(names)
    return {
        path: set(names)
        for path, names in keys.items()
        if sum(1 for name in names if _KEYS_ARE_VALUES.fullmatch(name)) >= 0.8 * len(names)
        or (len(set(names)) > 50 and len(set(names)) > 0.7 * len(names))
    }


def _objects(node: Any, path: str, depth: int) -> Iterator[tuple[str, list[str]]]:
    if depth > _DEPTH:
        return
    if isinstance(node, dict):
        if node:
            yield path, [str(key) for key in node]
        for key, inner in node.items():
            yield from _objects(inner, f"{path}.{key}".lstrip("."), depth + 1)
    elif isinstance(node, list):
        for inner in node[:50]:
            yield from _objects(inner, f"{path}[]", depth + 1)


def _walk(node: Any, path: str, depth: int, starred: dict[str, set[str]]) -> Iterator[tuple[str, Atom]]:
    if depth > _DEPTH:
        return
    if isinstance(node, dict):
        for key, inner in node.items():
            name = "*" if path in starred else str(key)
            yield from _walk(inner, f"{path}.{name}".strip("."), depth + 1, starred)
    elif isinstance(node, list):
        for inner in node[:50]:
            yield from _walk(inner, f"{path}[]", depth + 1, starred)
    elif isinstance(node, str | int | float) and node != "":
        yield path, node


def _classified(leaves: dict[str, list[Atom]], column: str) -> Iterator[tuple[str, str]]:
    for path, cells in leaves.items():
        steps = [step.replace("[]", "").lstrip("@") for step in path.split(".")]
        names = [step for step in steps if step and step != "*"]
        last, around = (names[-1], names[-2]) if len(names) > 1 else (names[-1] if names else column, column)
        values = values_of(cells)
        words = Words(values.texts)
        kind = (
            "text"
            if values.shape in ("text", "none")
            else "decimal"
            if values.shape == "decimal"
            else values.shape
        )
        siblings = tuple(
            {
                other.rpartition(".")[2].replace("[]", "")
                for other in leaves
                if other.rpartition(".")[0] == path.rpartition(".")[0]
            }
        )
        named: Verdict = classify_field(around, last, kind, siblings=siblings)
        verdict = combined(named, evidence(values, words), values, words)
        told = verdict.category not in _NOT_TOLD or verdict.confidence >= 0.8
        if CATEGORIES[verdict.category].personal and verdict.confidence >= 0.5 and told:
            yield path, verdict.category
