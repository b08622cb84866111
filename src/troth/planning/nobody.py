"""The row that stands for nobody must be nobody: a person who sits at its key would vanish from every search."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from troth.datamap.model import Atom, Ref
from troth.datamap.reader import ByValues, Row, Select
from troth.planning.closure import Ask, Asking
from troth.planning.estate import Estate
from troth.planning.neutral import candidates
from troth.terms.errors import MapError


def check(estate: Estate) -> Asking:
    """Reads the row at every pseudo-subject's key; raises MapError where it says something about somebody."""
    asks = [ask for ref in sorted(estate.datasets) if (ask := _ask(estate, ref)) is not None]
    answers: list[Iterable[Sequence[Row]]] = (yield asks) if asks else []
    for (ref, select), answer in zip(asks, answers, strict=True):
        for row in (row for chunk in answer for row in chunk):
            telling = _telling(estate, ref, dict(zip(select.columns, row, strict=True)))
            if telling:
                raise MapError(
                    f"the row that `nobody` names is somebody: it says something in {', '.join(telling)}",
                    place=str(ref),
                    remedy="Choose another key for `nobody` in the map, one that no person will ever have.",
                )


def accepted(estate: Estate, ref: Ref, refused: Collection[str]) -> None:
    """Raises MapError where a CHECK refuses what the map itself says of nobody: no other value can be tried there."""
    if said := sorted({*(estate.datasets[ref].nobody or {})} & {*refused}):
        raise MapError(
            f"the store refuses the row that `nobody` names: a CHECK on {', '.join(said)} does not accept its value",
            place=str(ref),
            remedy="Choose a value in the map that the CHECK accepts and no person will ever have.",
        )


def _ask(estate: Estate, ref: Ref) -> Ask | None:
    nobody, key = estate.datasets[ref].nobody, estate.key(ref)
    if nobody is None or estate.datasets[ref].unsearched or not set(key) <= set(nobody):
        return None
    columns = tuple(dict.fromkeys((*key, *_speaking(estate, ref))))
    return ref, Select(ref.dataset, columns, ByValues(key, [tuple(nobody[name] for name in key)]))


def _speaking(estate: Estate, ref: Ref) -> tuple[str, ...]:
    """Personal columns that a pseudo-subject leaves empty or neutral: no key, no link, nothing the store fills in."""
    links = {column for link in estate.links_from[ref] for column in link.columns}
    by_name, fixed = estate.table(ref).by_name, {*estate.key(ref), *(estate.datasets[ref].nobody or {})}
    return tuple(
        name
        for name in estate.personal(ref)
        if name not in links | fixed and not by_name[name].generated and by_name[name].default is None
    )


def _telling(estate: Estate, ref: Ref, cells: Mapping[str, Atom]) -> list[str]:
    """The columns whose cell is neither empty nor one of the neutral values we would have written."""
    table, found = estate.table(ref), []
    for name in _speaking(estate, ref):
        field = estate.datasets[ref].fields[name]
        neutral = candidates(table, table.by_name[name], field.category, field.erased_value, once=True)
        allowed = {_plain(new.constant) for new in neutral}
        if cells[name] is not None and _plain(cells[name]) not in allowed:
            found.append(name)
    return found


def _plain(value: Atom) -> str:
    text = str(value).strip().removesuffix("+00:00")
    return text.removesuffix(" 00:00:00") or "''"
