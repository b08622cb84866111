"""Every column of a table gets one verdict from its name, its type, its values and what stands beside it.

Values win over a weak name; where a strong name and the values contradict each other, the verdict is uncertain, so
that a person is asked. An empty column rests on its name. No reason holds a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from troth.datamap.categories import CATEGORIES
from troth.datamap.discovery.column import Values, columns_of, values_of
from troth.datamap.discovery.combine import combined
from troth.datamap.discovery.evidence import evidence
from troth.datamap.discovery.finding import Finding
from troth.datamap.discovery.fit import fits
from troth.datamap.discovery.scene import Scene
from troth.datamap.discovery.structure import documents_of, paths_of
from troth.datamap.discovery.wording import Words
from troth.datamap.lexicon import Verdict, classify_field, says_something
from troth.datamap.reader import Sample
from troth.datamap.schema import Column, Table

_NUMBERS = ("national_id", "phone", "payment_card", "bank_account")
_IDENTIFYING = ("email", "phone", "national_id", "payment_card", "bank_account")


def fields(table: Table, sample: Sample | None, linked: AbstractSet[str]) -> Mapping[str, Verdict]:
    """A verdict for every column of the table; without a sample its names and types alone speak."""
    siblings = tuple(column.name for column in table.columns)
    named = {
        column.name: classify_field(
            table.name,
            column.name,
            column.family,
            column.comment,
            column.name in table.key,
            column.name in linked,
            siblings,
        )
        for column in table.columns
    }
    if sample is None or not sample.rows:
        return named
    values = columns_of(sample.columns, sample.rows)
    words = {name: Words(found.texts) for name, found in values.items()}
    read = {name: evidence(found, words[name]) for name, found in values.items()}
    scene = Scene(table, named, values, read, words)
    return {
        column.name: _verdict(column, named[column.name], scene, words.get(column.name), linked)
        for column in table.columns
    }


def _verdict(
    column: Column, named: Verdict, scene: Scene, words: Words | None, linked: AbstractSet[str]
) -> Verdict:
    values = scene.values.get(column.name)
    if values is None or words is None or values.shape == "none":
        return named
    findings = scene.findings(column.name)
    if column.name in scene.table.key or column.name in linked:
        if named.category in _NUMBERS and fits(named.category, values, words) < 0.5:
            named = Verdict("key", 0.75, f"{named.reason}, but its values are no such numbers")
        return _of_key(named, findings, column.name in scene.table.key)
    if values.shape == "boolean" or (column.family == "boolean" and values.shape == "integer"):
        return named
    if values.shape == "structure" or (findings and findings[0].category == "json"):
        documents = documents_of(values)
        if documents or column.family in ("json", "xml", "array"):
            return _structured(column, named, values, documents)
        findings = [finding for finding in findings if finding.category != "json"]
    if column.family == "enum":
        return named
    if named.category == "free_text" and (scene.of_things or scene.is_lookup) and _labels(values, words):
        named = Verdict("product", 0.7, f"{named.reason}, but short, in a table of things")
    if named.category == "date" and not says_something(column.name):
        named = Verdict("date", 0.6, named.reason)
    return combined(named, findings, values, words)


def _of_key(named: Verdict, findings: list[Finding], is_key: bool) -> Verdict:
    """A key stays a key unless its values are a person's identifiers; a link's values may speak of somebody too."""
    best = findings[0] if findings else None
    if best is None or named.category != "key":
        return named
    if best.category in _IDENTIFYING and best.confidence >= 0.9:
        return Verdict(best.category, 0.9, f"{best.reason}; a key, and an identifier of a person")
    if not is_key and CATEGORIES[best.category].personal and best.confidence >= 0.85:
        return Verdict(best.category, 0.82, f"{best.reason}; a link whose values speak")
    return named


def _labels(values: Values, words: Words) -> bool:
    """Whether texts are what things are called: a few words, no sentence, nobody's name."""
    mentions = max(values.share(name) for name in ("has_email", "has_phone", "has_cpr"))
    people = words.any_of("given") + words.any_of("talk")
    return words.length <= 4 and words.prose < 0.05 and not mentions and people < 0.05


def _structured(column: Column, named: Verdict, values: Values, documents: list[Any]) -> Verdict:
    """JSON and XML by their paths; a list of plain values as a column of them."""
    if column.family == "array" or (documents and all(map(_is_flat, documents))):
        cells = [cell for cell in values.cells if isinstance(cell, list | tuple)]
        cells = cells or [document for document in documents if isinstance(document, list)]
        inner = values_of([part for cell in cells for part in cell])
        words = Words(inner.texts)
        return combined(named, evidence(inner, words), inner, words) if inner.texts else named
    paths, noticed = paths_of(documents, column.name)
    if not paths:
        return Verdict("json", 0.9, "structured content")
    held = ", ".join(sorted({category for _, category in paths}))
    return Verdict("json", 0.96, f"structured content that holds {held}{noticed}", paths)


def _is_flat(document: object) -> bool:
    return isinstance(document, list) and not any(isinstance(part, dict | list) for part in document)
