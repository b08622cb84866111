"""What an anonymised cell becomes, and an officer's decision about rows that stay, as the map file writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from troth.datamap.mapnodes import Node, Pages, as_date
from troth.datamap.model import Dataset, Decision, Strategy
from troth.datamap.strategies import Word, is_accounting, readable

_REMEDY: Final[Mapping[str, str]] = {
    "generalise": "Write month, quarter, year, decade, region, `2 digits` or `bands of 10`.",
    "noise": "Write month, quarter, year, decade or `bands of 10`: the value stays within it.",
    "truncate": "Write how many characters stay, 1 to 99.",
    "token": "Write `token: row`: a value unique to its row.",
}


def erased_in(pages: Pages, node: Node) -> tuple[str | None, Strategy | None]:
    """The value an anonymised cell holds, or how it is made; `{constant: null}` is NULL and nothing else."""
    if not pages.is_mapping(node):
        return (None if pages.atom(node, "erased") is None else pages.text(node, "erased")), None
    given = pages.keyed(node, "erased", ("constant", "generalise", "truncate", "noise", "token"))
    if len(given) != 1:
        pages.fault(node, "erased says one thing at a time.", "Write, say, {generalise: year}.")
    ((word, value),) = given.items()
    if word == "constant":
        if pages.atom(value, word) is None:
            return None, Strategy("null", "")
        return pages.text(value, word), None
    by = str(pages.atom(value, word))
    if not readable(word, by):
        pages.fault(value, f"{word} cannot be done by {by!r}.", _REMEDY[word])
    return None, Strategy(cast(Word, word), by)


def refuse_moved_sums(pages: Pages, nodes: Mapping[str, Node], dataset: Dataset) -> None:
    """Sums that the law needs stay to the cent: an amount of accounting is never made coarser or noisy."""
    if not is_accounting(dataset):
        return
    kept = {column for keep in dataset.keep for column in keep.columns}
    for name, field in dataset.fields.items():
        if field.strategy is None:
            continue
        if field.category == "amount":
            pages.fault(
                nodes[name], f"{name} is an amount of accounting, and its sums must stay to the cent.",
                "Take `erased` out, or give it another category.",
            )  # fmt: skip
        if name in kept and field.strategy.word == "noise":
            pages.fault(
                nodes[name],
                f"a keep rule needs {name} as it is: noise would make it untrue.",
                "Generalise it.",
            )


def decision_in(pages: Pages, node: Node) -> Decision:
    """What an officer decided in writing about rows that stay and are still personal: who, when, and why."""
    given = pages.keyed(node, "anonymised", ("decision", "by", "on"), required=("decision", "by", "on"))
    words = {name: pages.text(given[name], name).strip() for name in given}
    day = as_date(words["on"])
    if day is None:
        pages.fault(given["on"], "on is no date.", "Write the day of the decision: 2026-11-23.")
    for name in ("decision", "by"):
        if not words[name]:
            pages.fault(given[name], f"{name} says nothing.", "Write it out: an auditor reads it.")
    return Decision(words["decision"], words["by"], day)
