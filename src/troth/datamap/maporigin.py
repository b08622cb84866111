"""What a dataset is for and where its data comes from, as the map file writes them (GDPR Art. 15(1)(a), (g), 20(1))."""

from __future__ import annotations

from typing import Final, cast, get_args

from troth.datamap.mapnodes import Node, Pages
from troth.datamap.model import Origin

ORIGINS: Final[tuple[Origin, ...]] = tuple(word for word in get_args(Origin) if word)


def origin_in(pages: Pages, node: Node) -> tuple[Origin, str]:
    """The word, and of what was received from whom: `provided`, or `{received: your employer}`."""
    if not pages.is_mapping(node):
        origin = field_origin(pages, node)
        if origin == "received":
            pages.fault(node, "received says from whom.", "Write {received: your employer}.")
        return origin, ""
    given = pages.keyed(node, "origin", ("received",), required=("received",))
    return "received", pages.text(given["received"], "received")


def field_origin(pages: Pages, node: Node) -> Origin:
    """One of the words; a fault where it is none."""
    return cast(Origin, pages.one_of(node, "origin", ORIGINS))


def purposes_in(pages: Pages, node: Node) -> tuple[str, ...]:
    """Names of the notice's purposes, once each."""
    found = tuple(pages.text(one, "purposes") for one in pages.items(node, "purposes"))
    if len(set(found)) < len(found):
        pages.fault(node, "a purpose is named twice.", "Name it once.")
    return found
