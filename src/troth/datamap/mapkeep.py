"""Keep rules, manners and approval as the map file writes them, each fault with its line."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final, Literal

import yaml

from troth.datamap.manners import READ, UnreadableError
from troth.datamap.mapnodes import Node, Pages, as_date, column_in, columns_in
from troth.datamap.model import Keep, Until

_YEAR_END: Final = re.compile(r"([01][0-9])-([0-3][0-9])")


def keeps(pages: Pages, node: Node, fields: Collection[str]) -> tuple[Keep, ...]:
    return tuple(_keep(pages, item, fields) for item in pages.items(node, "keep"))


def _keep(pages: Pages, node: Node, fields: Collection[str]) -> Keep:
    given = pages.keyed(node, "a keep rule", ("law", "reason", "columns", "until", "active"))
    columns = columns_in(pages, given["columns"], "the keep rule", fields) if "columns" in given else ()
    if not columns:
        pages.fault(node, "a keep rule names no columns.", "Name the columns its law needs.")
    return Keep(
        law=pages.text(given["law"], "law") if "law" in given else "",
        columns=columns,
        until=_until(pages, given["until"], fields) if "until" in given else None,
        reason=pages.text(given["reason"], "reason") if "reason" in given else "",
        active=pages.truth(given["active"], "active") if "active" in given else False,
    )


def _until(pages: Pages, node: Node, fields: Collection[str]) -> Until:
    if not pages.is_mapping(node):
        day = as_date(pages.text(node, "until"))
        if day is None:
            pages.fault(node, "until is no date.", "Write 2031-12-31, or {start: a_date_column, years: 5}.")
        return Until(on=day)
    given = pages.keyed(node, "until", ("start", "years", "financial_year_end"), required=("start", "years"))
    year_end = None
    if "financial_year_end" in given:
        text = pages.text(given["financial_year_end"], "financial_year_end")
        match = _YEAR_END.fullmatch(text)
        if match is None or as_date(f"2024-{text}") is None:
            pages.fault(given["financial_year_end"], f"{text!r} is no day of the year.", "Write 12-31.")
        year_end = (int(match[1]), int(match[2]))
    start = column_in(pages, given["start"], "until", fields)
    return Until(start=start, years=pages.number(given["years"], "years", 0), financial_year_end=year_end)


def manners_in(pages: Pages, node: Node) -> tuple[tuple[str, str], ...]:
    """The words of a system's manners as they stand there, each of them readable; several quiet hours joined."""
    found: list[tuple[str, str]] = []
    for name, value in pages.keyed(node, "manners", READ).items():
        parts = (
            pages.items(value, name) if isinstance(value, yaml.SequenceNode) and name == "quiet" else [value]
        )
        text = "; ".join(str(pages.atom(part, name)) for part in parts)
        try:
            READ[name](name, text)
        except UnreadableError as fault:
            pages.fault(value, f"{text!r} is no {name}.", f"{str(fault).capitalize()}.")
        found.append((name, text))
    return tuple(found)


def approval_in(pages: Pages, node: Node) -> Literal["second_person"]:
    """Who must approve a plan besides whoever proposed it."""
    if pages.text(node, "approval") != "second_person":
        pages.fault(node, "approval names nobody we know.", "Write second_person, or take the line out.")
    return "second_person"
