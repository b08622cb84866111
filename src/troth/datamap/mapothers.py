"""Whoever else must act, as the map file writes it: systems kept by hand, recipients, customers; each fault with its line."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from troth.datamap.categories import CATEGORIES
from troth.datamap.mapnodes import Node, Pages
from troth.datamap.model import DataMap, Manual, Recipient, Ref
from troth.terms.nodes import meant

_ADDRESS: Final = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
_REFERENCE: Final = re.compile(r"env:(?!TROTH_)[A-Z][A-Z0-9_]*")
LONGEST: Final = 100  # letters of a recipient's name
UNTIL: Final = 14
"""Days that an owner has where the map does not say how many."""


def manual_in(pages: Pages, name: str, node: Node) -> Manual:
    """A system kept by hand: who answers for it, within how many days, and what it holds."""
    given = pages.keyed(
        node, f"the manual system {name}", ("owner", "mail", "holds", "says", "days"), required=("owner", "mail", "holds", "says")
    )  # fmt: skip
    holds = pages.names(given["holds"], "holds")
    for category, item in holds.items():
        if category not in CATEGORIES:
            pages.fault(item, f"holds has an unknown category {category!r}.", meant(category, CATEGORIES))
    if not holds:
        pages.fault(given["holds"], "holds names no category.", "Name what the system holds of people.")
    said = pages.keyed(given["says"], "says", ("da", "en"), required=("da", "en"))
    return Manual(
        name, pages.text(given["owner"], "owner"), mail_in(pages, given["mail"]), tuple(holds),
        pages.text(said["da"], "da"), pages.text(said["en"], "en"),
        pages.number(given["days"], "days", 1) if "days" in given else UNTIL,
    )  # fmt: skip


def mail_in(pages: Pages, node: Node) -> str:
    """An address, or the variable that holds one; the fault never quotes it."""
    text = pages.text(node, "mail")
    if not (_ADDRESS.fullmatch(text) or _REFERENCE.fullmatch(text)):
        pages.fault(
            node, "mail is no address.", "Write an e-mail address, or env:NAME for a variable that holds it."
        )
    return text


def recipients_in(
    pages: Pages, node: Node, systems: Collection[str], datasets: Collection[Ref]
) -> dict[str, Recipient]:
    """Recipients by the name that the person is told, each with the systems or datasets that it gets."""
    found: dict[str, Recipient] = {}
    known = {*systems, *map(str, datasets)}
    for name, (key, value) in pages.pairs(node, "recipients").items():
        given = pages.keyed(value, f"recipient {name}", ("mail", "gets"), required=("gets",))
        if len(name) > LONGEST:
            pages.fault(key, f"a recipient's name has more than {LONGEST} letters.", "Write a shorter one.")
        gets = pages.names(given["gets"], "gets")
        for one, item in gets.items():
            if one not in known:
                pages.fault(item, f"recipient {name} gets an unknown dataset {one!r}.", meant(one, known))
        if not gets:
            pages.fault(given["gets"], f"recipient {name} gets nothing.", "Name systems or datasets.")
        found[name] = Recipient(name, mail_in(pages, given["mail"]) if "mail" in given else "", tuple(gets))
    return found


def customers_in(pages: Pages, node: Node) -> dict[str, str]:
    """Whom to write to, by what the tenant column says of a customer."""
    return {name: mail_in(pages, value) for name, (_, value) in pages.pairs(node, "customers").items()}


def manual_tree(one: Manual) -> dict[str, object]:
    """A system kept by hand as its file writes it."""
    told = {
        "owner": one.owner, "mail": one.mail, "holds": list(one.holds),
        "says": {"da": one.da, "en": one.en}, "days": one.days,
    }  # fmt: skip
    return {"manual": told}


def others_tree(datamap: DataMap) -> dict[str, object]:
    """Recipients and customers, as the head of the file writes them."""
    tree: dict[str, object] = {}
    if datamap.recipients:
        tree["recipients"] = {
            name: {**({"mail": one.mail} if one.mail else {}), "gets": list(one.gets)}
            for name, one in sorted(datamap.recipients.items())
        }
    if datamap.customers:
        tree["customers"] = dict(sorted(datamap.customers.items()))
    return tree


def bare_manual(manual: Mapping[str, Manual]) -> dict[str, Manual]:
    """What is decided about systems kept by hand, without how their owners are asked."""
    return {name: Manual(name, "", "", one.holds, "", "", 1) for name, one in manual.items()}
