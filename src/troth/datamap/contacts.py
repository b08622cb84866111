"""Which rows name their owner: a second e-mail address, a telephone, a login; never the address of whoever a message went to.

A dataset is proposed as a *contact point* only where its name says so, one link says whose the row is, and every other
column is a flag or a date of the contact itself. Whatever is less plain is asked (`map.Q016`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from troth.datamap.model import Dataset, Link, Ref
from troth.datamap.questions import Question, question
from troth.datamap.words import concepts, tokens

_CONTACT: Final = frozenset({"email", "phone", "username"})
_NAMES: Final = frozenset({"email", "phone", "username"})
_POINT: Final = re.compile(r"(?:contact_?points?|kontaktpunkt(?:er|erne|et)?)$", re.IGNORECASE)
_OF_A_CONTACT: Final = frozenset(
    re.split(
        r"\s+",
        """type kind label primary main is has default verified confirmed valid active enabled preferred created updated modified
    added since at on by date time last seen login signed used ts timestamp flag nr number no id uuid code country area
    extension ext priority rank sort order position provider realm domain hash password salt
    primaer hoved aktiv bekraeftet oprettet aendret rettet dato tid sidst brugt landekode lokal standard er""",
    )
)
"""Words that speak of a contact itself; any other column may make the row a message, a visit or an order."""


def owner_link(dataset: Dataset, datasets: Mapping[Ref, Dataset], links: Iterable[Link]) -> Link | None:
    """The one link that says which person the row belongs to; None where there is none, or several."""
    found = [link for link in links if link.source == dataset.ref and link.means == "OWNED_BY"]
    plain = [link for link in found if link.condition is None and datasets[link.target].subject]
    return plain[0] if len(found) == len(plain) == 1 else None


def with_contacts(
    datasets: Mapping[Ref, Dataset], links: Iterable[Link], fresh: Iterable[Ref]
) -> dict[Ref, Dataset]:
    """The datasets, `identifies` proposed for those that are plainly contact points."""
    links, proposed = tuple(links), dict(datasets)
    for ref in fresh:
        columns = _identifying(datasets[ref])
        link = owner_link(datasets[ref], datasets, links)
        if columns and link is not None and not link.is_guess and _is_plain(datasets[ref], link):
            proposed[ref] = replace(datasets[ref], identifies=columns)
    return proposed


def doubts(
    datasets: Mapping[Ref, Dataset], links: Iterable[Link], fresh: Iterable[Ref], rows: Mapping[Ref, int]
) -> Iterable[Question]:
    """Datasets that may be contact points, by their name or by their columns but not by both."""
    links = tuple(links)
    for ref in fresh:
        dataset = datasets[ref]
        columns, link = _identifying(dataset), owner_link(dataset, datasets, links)
        if not columns or link is None or dataset.identifies:
            continue
        if _named(ref.dataset) or not _others(dataset, link):
            names = ", ".join(columns)
            yield question(
                "map.Q016", str(ref), f"Is {names} in {ref.dataset} always that of the {link.target.dataset} who owns the row?",
                f"Yes: write `identifies: [{names}]`. No (it may be whoever was written to): leave it.", rows.get(ref, 0),
            )  # fmt: skip


def _identifying(dataset: Dataset) -> tuple[str, ...]:
    """The columns that could name the owner: one of a kind, for two of a kind are two people's."""
    if dataset.subject:
        return ()
    kinds = Counter(field.category for field in dataset.fields.values())
    return tuple(f.name for f in dataset.fields.values() if f.category in _CONTACT and kinds[f.category] == 1)


def _is_plain(dataset: Dataset, link: Link) -> bool:
    return _named(dataset.ref.dataset) and not _others(dataset, link)


def _named(table: str) -> bool:
    """Whether the table is called after what a contact is: `customer_emails`, `logins`, `phone_number`."""
    name = table.rsplit(".", 1)[-1]
    words = [w for w in concepts(name) if w not in ("neutral", "number", "address", "s") and not w.isdigit()]
    if "actor_verb" in words:  # `sent_emails`
        return False
    return bool(_POINT.search(name)) or words[-2:] == ["user", "name"] or not _NAMES.isdisjoint(words[-1:])


def _others(dataset: Dataset, link: Link) -> list[str]:
    """Columns that are neither the contact, nor its key or owner, nor a flag or date of the contact itself."""
    known = {*dataset.key, *link.columns, *_identifying(dataset)}
    return [
        name
        for name, field in dataset.fields.items()
        if name not in known
        and (
            field.category not in ("status", "date", "key", "technical", "none", "credential", "unknown")
            or not _OF_A_CONTACT.issuperset(tokens(name))
        )
    ]
