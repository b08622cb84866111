"""What comes into a map and what goes: columns, datasets and systems, and whether people hear of it, are found, and get rid of it."""

from __future__ import annotations

from collections.abc import Iterator

from troth.datamap.model import Ref
from troth.evidence.review.change import Change, Spot, category, change, joined, names
from troth.evidence.review.charted import Cell, Charted, bare
from troth.terms.bilingual import Both

_LACKING = {
    "promise": Both("løfte", "promise"),
    "basis": Both("retsgrundlag", "basis"),
    "date": Both("slettefrist", "delete date"),
}
Dropped = frozenset[tuple[str, str]]
"""(table, column) that a migration of the change drops, in lower case; the column "" is the whole table."""


def columns(before: Charted, after: Charted, dropped: Dropped = frozenset()) -> Iterator[Change]:
    """Every change of what is held."""
    yield from _systems(before, after)
    for ref in after.datasets:
        if ref in before.datasets:
            yield from _fields(before, after, ref, dropped)
        else:
            yield from _added(before, after, ref, after.cells(ref))
            yield from _new(after, ref)
    for ref in before.datasets:
        if ref not in after.datasets and ref.system in after.map.systems:
            yield from _gone(before, after, ref, dropped)


def _systems(before: Charted, after: Charted) -> Iterator[Change]:
    for system in after.map.systems:
        refs = [ref for ref in after.datasets if ref.system == system and after.personal(ref)]
        if system not in before.map.systems and refs and not any(after.ruled(ref) for ref in refs):
            spot = after.spot()._replace(line=after.lines.of("systems", system))
            yield change("V016", spot, Ref(system, ""), where=system)
    for system in before.map.systems:
        if system not in after.map.systems and any(
            before.concerns(ref) for ref in before.datasets if ref.system == system
        ):
            yield change("V017", after.spot(), Ref(system, ""), where=system)


def _new(after: Charted, ref: Ref) -> Iterator[Change]:
    """A dataset that was not there: can its rows be anybody's, and are they searched?"""
    what = _held(after, ref)
    if what.en and ref not in after.owned:
        yield change("V011", after.spot(ref), ref, what=what)
    if what.en and (why := after.datasets[ref].unsearched) is not None:
        yield change("V015", after.spot(ref, "unsearched"), ref, reason=why)


def _held(side: Charted, ref: Ref) -> Both:
    """What a dataset holds of people, each category once."""
    return joined(
        [category(name) for name in dict.fromkeys(cell.category for cell in side.personal(ref).values())]
    )


def _gone(before: Charted, after: Charted, ref: Ref, dropped: Dropped) -> Iterator[Change]:
    if not before.concerns(ref):
        return
    what = _held(before, ref)
    what = what if what.en else Both("rækker om mennesker", "rows about people")
    reason = dict(after.map.unmapped).get(ref)
    if reason is not None:
        spot = after.spot()._replace(line=after.lines.of("systems", ref.system, "unmapped", ref.dataset))
        yield change("V014", spot, ref, what=what, reason=reason)
    else:
        yield change(
            "V083" if is_dropped(before, ref, "", dropped) else "V013", after.spot(ref), ref, what=what
        )


def is_dropped(before: Charted, ref: Ref, column: str, dropped: Dropped) -> bool:
    """Whether a migration drops it, whatever schema it names; where two datasets have that name, nobody can say which."""
    table = bare(ref.dataset)
    alone = [bare(other.dataset) for other in before.datasets].count(table) == 1
    return alone and (table, column.lower()) in dropped


# ------------------------------------------------------------------ columns


def _fields(before: Charted, after: Charted, ref: Ref, dropped: Dropped) -> Iterator[Change]:
    old, new = before.cells(ref), after.cells(ref)
    was, counts = before.personal(ref), after.personal(ref)
    fresh = {
        name: cell for name, cell in new.items() if name not in old or old[name].category != cell.category
    }
    yield from _added(before, after, ref, {name: cell for name, cell in fresh.items() if name not in was})
    for name, cell in fresh.items():
        if name in was:
            yield from _altered(after, ref, name, was[name], cell, name in counts)
    for name, cell in new.items():
        doubted = not cell.decided and (name not in fresh or name in was)
        if name in old and doubted and (old[name].decided or name in fresh):
            yield change("V005", after.spot(ref, "fields", cell.column), ref, name)
    for name, cell in was.items():
        if name not in new and (name == cell.column or cell.column in new):
            number = "V083" if is_dropped(before, ref, cell.column, dropped) else "V007"
            yield change(number, after.spot(ref, "fields"), ref, name, what=category(cell.category))


def _altered(after: Charted, ref: Ref, name: str, was: Cell, now: Cell, counts: bool) -> Iterator[Change]:
    """A personal column that is called something else now."""
    spot, before = after.spot(ref, "fields", now.column), category(was.category)
    if counts:
        yield change("V008", spot, ref, name, before=before, what=category(now.category))
        yield from _special(after, ref, name, now)
        return
    misnamed = list(_misnamed(after, ref, name, now))
    yield from misnamed
    if not misnamed:
        yield change("V006", spot, ref, name, before=before, category=category(now.category))


def _added(before: Charted, after: Charted, ref: Ref, fresh: dict[str, Cell]) -> Iterator[Change]:
    """What is new in a dataset: in one that is new itself, columns that lack the same are told together."""
    personal, whole = after.personal(ref), ref not in before.datasets
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in fresh:
        if name in personal:
            lacking = _lacking(after, ref, name, personal[name])
            groups.setdefault(lacking if whole else (*lacking, name), []).append(name)
    for found in groups.values():
        yield _told(after, ref, found, personal)
    for name, cell in fresh.items():
        if name in personal:
            yield from _special(after, ref, name, cell)
            for promise in after.ruling_out(ref.system, cell.category):
                spot, what = after.spot(ref, "fields", cell.column), category(cell.category)
                yield change("V018", spot, ref, name, promise.id, what=what, promises=promise.id)
        yield from _misnamed(after, ref, name, cell)
    undecided = [name for name, cell in fresh.items() if not cell.decided]
    for part in [undecided] if whole else [[name] for name in undecided]:
        if part:
            spot, column = _place(after, ref, part, fresh)
            yield change(
                "V005", spot, ref, column, **({} if column else {"where": f"{ref} ({', '.join(part)})"})
            )


def _told(after: Charted, ref: Ref, found: list[str], cells: dict[str, Cell]) -> Change:
    """One sentence about columns that lack the same, or nothing."""
    spot, column = _place(after, ref, found, cells)
    what = joined([category(name) for name in dict.fromkeys(cells[one].category for one in found)])
    where = f"{ref}.{column}" if column else f"{ref}: {', '.join(found)}"
    lacking = _lacking(after, ref, found[0], cells[found[0]])
    if lacking:
        words = joined([_LACKING[name] for name in lacking], "eller", "or")
        return change("V001", spot, ref, column, what=what, lacking=words, where=where)
    promised = {
        promise.id: None for one in found for promise in after.promises(ref.system, cells[one].category)
    }
    rules = dict.fromkeys(after.ruled(ref)[one].name for one in found)
    promise = next(iter(promised)) if len(promised) == 1 else ""
    return change(
        "V002",
        spot,
        ref,
        column,
        promise,
        what=what,
        where=where,
        promises=names(list(promised)),
        rule=names(list(rules)),
    )


def _place(after: Charted, ref: Ref, found: list[str], cells: dict[str, Cell]) -> tuple[Spot, str]:
    if len(found) == 1:
        return after.spot(ref, "fields", cells[found[0]].column), found[0]
    return after.spot(ref), ""


def _lacking(after: Charted, ref: Ref, name: str, cell: Cell) -> tuple[str, ...]:
    """What nobody has said of a column: why it is there (GDPR Art. 13(1)(c)), and for how long (Art. 13(2)(a))."""
    promises = after.promises(ref.system, cell.category)
    said = {
        "promise": bool(promises),
        "basis": any(promise.basis for promise in promises),
        "date": name in after.ruled(ref),
    }
    return tuple(what for what, is_said in said.items() if not is_said)


def _special(after: Charted, ref: Ref, name: str, cell: Cell) -> Iterator[Change]:
    if cell.category == "special":
        yield change("V003", after.spot(ref, "fields", cell.column), ref, name)


def _misnamed(after: Charted, ref: Ref, name: str, cell: Cell) -> Iterator[Change]:
    """A column decided as nobody's whose name says otherwise."""
    if cell.personal or name != cell.column or not cell.decided:
        return
    looks = after.looks(ref, name)
    if looks is not None:
        spot = after.spot(ref, "fields", name)
        yield change(
            "V004", spot, ref, name, category=category(cell.category), looks=category(looks.category)
        )
