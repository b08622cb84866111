"""What a rule may say of the rows that it leaves: anonymised only where nothing that stays is somebody's; pure, before the act.

Told from the map and the schema; what only the cells can show (hashes, keys, prose in other columns) `staying` hands on to be watched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from troth.datamap.strategies import is_coarse
from troth.planning.estate import Estate
from troth.planning.plan import Left
from troth.retention.columns import companions, watched
from troth.retention.effective import Effective, clearable, cuts, longer
from troth.retention.verdict import Reason
from troth.retention.watch import Part, Watched, part_of

Called = Literal["erased", "anonymised", "pseudonymised", "minimised"]
_OURS: Final[frozenset[Part]] = frozenset(("link", "identifier", "prose", "trait", "sensitive", "undecided"))
_NAMING: Final[frozenset[Part]] = frozenset(("identifier", "prose"))


def still_personal(estate: Estate, one: Effective, ones: Sequence[Effective]) -> list[Reason]:
    """Why what the rule leaves would be still personal though it says anonymised (GDPR recital 26); [] for a rule that erases."""
    if one.rule.outcome == "erase":
        return []
    return [*_left(estate, one), *_coarse(estate, one), *_copies(estate, one, ones)]


def called(estate: Estate, one: Effective, reasons: Sequence[Reason]) -> Called:
    """What is said of the rule's rows once it was applied; an officer's written decision says pseudonymised."""
    if one.rule.outcome == "erase":
        return "erased"
    if not reasons and not (one.columns and _rest(estate, one)):
        return "anonymised"
    return "pseudonymised" if estate.datasets[one.ref].anonymised else "minimised"


def left(word: Called) -> Left:
    """The same for the steps of a plan."""
    if word == "pseudonymised":
        return "pseudonymise"
    return "minimise" if word == "minimised" else ""


def staying(estate: Estate, one: Effective) -> list[Watched]:
    """The columns that stay as they are, to be watched; what a person has said to be nothing about anybody is only looked
    through for hashes and addresses, and what names this row alone for nothing."""
    gone, fields = _gone(estate, one), estate.datasets[one.ref].fields
    found = []
    for column in watched(estate, one.ref):
        if column.name in gone or column.part in ("row", *_OURS):
            continue
        said = column.name in fields and fields[column.name].category == "none"
        found.append(Watched(column.name, "sensitive") if said else column)
    return [] if one.columns else found


def _gone(estate: Estate, one: Effective) -> frozenset[str]:
    """The columns of which nothing is left."""
    fields = estate.datasets[one.ref].fields
    cleared = {name for name in clearable(estate, one) if not is_coarse(fields[name].strategy)}
    return frozenset(cleared.union(*(link.columns for link in cuts(estate, one))))


def _rest(estate: Estate, one: Effective) -> list[Watched]:
    gone = _gone(estate, one)
    return [column for column in watched(estate, one.ref) if column.name not in gone and column.part in _OURS]


def _left(estate: Estate, one: Effective) -> Iterator[Reason]:
    """Columns that stay: of a whole row all that say whose it is, of single columns those that cannot be emptied."""
    fields = estate.datasets[one.ref].fields
    emptied = clearable(estate, one)
    for column in _rest(estate, one):
        claimed = column.name in one.columns if one.columns else True
        if not claimed or column.name in emptied:
            continue
        if column.part == "link" or column.name in _ends(estate, one):
            yield Reason("key", (column.name,))
        elif column.part == "undecided":
            yield Reason("undecided", (column.name,))
        elif column.name in fields:
            yield Reason("prose" if column.part == "prose" else "identifier", (column.name,))


def _ends(estate: Estate, one: Effective) -> set[str]:
    return {column for link in estate.links_from[one.ref] for column in link.columns}


def _coarse(estate: Estate, one: Effective) -> Iterator[Reason]:
    """An identifier or a text of which something is left names somebody still."""
    fields = estate.datasets[one.ref].fields
    for name in clearable(estate, one):
        part = part_of(fields[name].category)
        if is_coarse(fields[name].strategy) and part in _NAMING:
            yield Reason("prose" if part == "prose" else "identifier", (name,))


def _copies(estate: Estate, one: Effective, ones: Sequence[Effective]) -> Iterator[Reason]:
    """Histories and rows that name these, with the same people in them, which no rule lets go as early."""
    for copy in companions(estate, one.ref):
        told = tuple(name for name in copy.personal if not one.columns or name in one.columns)
        if told and not any(
            other.ref == copy.ref and other.only is None and _covers(other, told) and not longer(other, one)
            for other in ones
        ):
            yield Reason("copy", told, {"dataset": str(copy.ref)})


def _covers(other: Effective, names: tuple[str, ...]) -> bool:
    return not other.columns or set(names) <= set(other.columns)
