"""Whose data may only be stored, as retention sees it: no timer erases the rows of whoever has them restricted.

Erasing is processing too (GDPR Art. 4(2)), and restricted data are only stored, save with the person's consent (Art. 18(2)): they
may be the person's own evidence. Rows are known by the keyed digests of what rests, so it needs no case and no identifier of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, cast

from troth.datamap.categories import CATEGORIES
from troth.datamap.reader import Everything, Select
from troth.planning.barred import Bar
from troth.requests.resting import ARTICLE_18
from troth.terms.canonical import canonical
from troth.workflows.resting import mark
from troth.workflows.sweep import state

if TYPE_CHECKING:
    from troth.datamap.model import Key, Ref
    from troth.planning.estate import Estate
    from troth.planning.person import Node
    from troth.stores import Opened
    from troth.workflows.books import Books
    from troth.workflows.house import House

HOLD: Final = "restriction"
"""What stands in place of a legal hold's name."""
GROUND: Final = "eu.restriction"
_REASON: Final = "restricted at the person's request: it may only be stored"


def bars(house: House, estate: Estate, stores: Mapping[str, Opened]) -> tuple[Bar, ...]:
    """What keeps restricted people's rows as they are; () where nobody's are restricted. One statement for each dataset of people."""
    books = state(house)
    if books is None:
        return ()
    try:
        marks = _marks(books, house)
        if not marks:
            return ()
        house.progress("looking for people whose data is restricted")
        nodes = frozenset(
            node for ref in estate.datasets for node in _theirs(books, estate, stores, ref, marks)
        )
    finally:
        books.close()
    return (Bar(HOLD, GROUND, _REASON, nodes=nodes),) if nodes else ()


def stands(house: House) -> bool:
    """Whether anybody's data is restricted."""
    books = state(house)
    if books is None:
        return False
    try:
        return bool(_marks(books, house))
    finally:
        books.close()


def _marks(books: Books, house: House) -> frozenset[str]:
    """The digests of everybody whose data as a whole is restricted now, or to whom an objection to all of its uses is open."""
    from django.db.models import Q

    from troth.requests.models import Resting

    now = house.now()
    live = Resting.objects.of(books.tenant).filter(Q(until=None) | Q(until__gt=now), since__lte=now)
    found = live.filter(kind__in=ARTICLE_18, rest="processing", purpose="").values_list("mark", flat=True)
    return frozenset(found.iterator(5_000))


def _theirs(
    books: Books, estate: Estate, stores: Mapping[str, Opened], ref: Ref, marks: frozenset[str]
) -> Iterator[Node]:
    """The rows of a dataset of people that hold an identifier which rests."""
    points, key = estate.points(ref), estate.key(ref)
    if not points:
        return
    columns = tuple(dict.fromkeys((*key, *(name for name, _ in points))))
    kinds = [(columns.index(name), CATEGORIES[category].kind) for name, category in points]
    region = estate.map.region
    for chunk in stores[ref.system].rows(Select(ref.dataset, columns, Everything())):
        for row in chunk:
            forms = ((kind, canonical(kind, row[at], region)) for at, kind in kinds if row[at] is not None)
            if any(form is not None and mark(books, kind, form) in marks for kind, form in forms):
                yield ref, cast("Key", tuple(row[: len(key)]))
