"""Whose rows they are and who finds them: links, subjects, rules of a person's copy, and what is asked before an erasure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from troth.datamap.meanings import identity
from troth.datamap.model import Link, Ref, Rule
from troth.evidence.review.change import Change, change, names
from troth.evidence.review.charted import Charted
from troth.terms.bilingual import Both

_GIVES: Final = {"OWNED_BY": 2, "OWNS": 2, "SAME_AS": 2, "ACCESSED_BY": 1, "ACCESSES": 1, "MENTIONS": 0}
_NOTHING: Final = Both("intet", "nothing")
_NOBODY: Final = Both("ingen", "nothing")
_ALONE: Final = Both("en alene", "one person alone")
_SECOND: Final = Both("en anden skal godkende", "a second person approves")


def people(before: Charted, after: Charted) -> Iterator[Change]:
    """Every change of who can be found, and what of them is shown and taken along."""
    for ref in after.datasets:
        if ref in before.datasets:
            yield from _reach(before, after, ref)
            yield from _tenant(before, after, ref)
            yield from _rules(before, after, ref)
    yield from _links(before, after)
    yield from _asked(before, after)
    yield from _moved(before, after)


def _reach(before: Charted, after: Charted, ref: Ref) -> Iterator[Change]:
    held = before.concerns(ref)
    was, now = before.findable(ref), after.findable(ref)
    if was and not now and before.datasets[ref].subject and after.datasets[ref].unsearched is None:
        yield change("V010", after.spot(ref), ref)
    elif after.datasets[ref].unsearched is None:
        for name in sorted(was - now):
            yield change("V009", after.spot(ref, "fields", name), ref, name)
    if held and ref in before.owned and ref not in after.owned:
        yield change("V012", after.spot(ref), ref)
    old, new = before.datasets[ref].unsearched, after.datasets[ref].unsearched
    if old is None and new is not None and (held or after.concerns(ref)):
        yield change("V015", after.spot(ref, "unsearched"), ref, reason=new)
    back = ref in after.owned and ref not in before.owned
    if (
        (old is not None and new is None)
        or (back and (held or after.concerns(ref)))
        or (now and not was and new is None)
    ):
        what = names(sorted(now)) if now else Both("rækker om mennesker", "rows about people")
        yield change("V019", after.spot(ref), ref, what=what)


def _tenant(before: Charted, after: Charted, ref: Ref) -> Iterator[Change]:
    old, new = before.datasets[ref].tenant, after.datasets[ref].tenant
    if old != new:
        told = [Both(name, name) if name else _NOBODY for name in (old, new)]
        yield change("V022", after.spot(ref, "tenant"), ref, before=told[0], after=told[1])


# ------------------------------------------------------------------ links


def _links(before: Charted, after: Charted) -> Iterator[Change]:
    """Links that give less, or more; those that came or went with their whole dataset are told of with it."""
    old, new = _kept(before, after), _kept(after, before)
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key, ()), new.get(key, ())
        passes = max(_total(was)[0], _total(now)[0]) > 0  # a mention passes nothing, nor does its absence
        if not passes or sorted(map(_weight, was)) == sorted(map(_weight, now)):
            continue
        weaker = _total(now) <= _total(was)  # as much, but to other rows than before: some may be lost
        ref, link = key[0], (now or was)[0]
        spot = after.spot(ref, "links", *_number(after, link))
        yield change(
            "V020" if weaker else "V021", spot, ref, ", ".join(link.columns),
            where=str(ref), link=link.address, before=_said(was), after=_said(now),
        )  # fmt: skip


_Key = tuple[Ref, tuple[str, ...], Ref, tuple[str, ...]]


def _kept(side: Charted, other: Charted) -> dict[_Key, tuple[Link, ...]]:
    """The links of a side whose ends both sides have, by what they join."""
    found: dict[_Key, list[Link]] = {}
    for link in side.map.links:
        if link.source in other.datasets and link.target in other.datasets:
            found.setdefault(identity(link), []).append(link)
    return {key: tuple(links) for key, links in found.items()}


def _weight(link: Link) -> tuple[int, str]:
    """How much a link gives, and to which rows; a guess gives nothing until somebody confirms it."""
    return (0 if link.is_guess else _GIVES[link.means]), (link.condition.text if link.condition else "")


def _total(links: tuple[Link, ...]) -> tuple[int, bool]:
    """The most that links give together, and whether to every row."""
    weights = [_weight(link) for link in links]
    most = max((given for given, _ in weights), default=0)
    return most, any(given == most and not when for given, when in weights)


def _said(links: tuple[Link, ...]) -> Both:
    parts = [
        f"{link.means}{'?' if link.is_guess else ''}"
        + (f" [{link.condition.text}]" if link.condition else "")
        for link in links
    ]
    return names(parts) if parts else _NOTHING


def _number(side: Charted, link: Link) -> tuple[str, ...]:
    own = side.map.links_from.get(link.source, ())
    return (str(own.index(link)),) if link in own else ()


# ------------------------------------------------------------------ what is shown, taken along and asked


def _rules(before: Charted, after: Charted, ref: Ref) -> Iterator[Change]:
    old, new = before.datasets[ref], after.datasets[ref]
    for name, was, now, hides in (
        ("on_get", old.on_get, new.on_get, True),
        ("on_erase", old.on_erase, new.on_erase, False),
    ):
        spot = after.spot(ref, name)
        for rule in now:
            if rule not in was:
                yield change("V023" if hides else "V025", spot, ref, what=_rule(rule))
        for rule in was:
            if rule not in now:
                yield change("V025" if hides else "V024", spot, ref, what=_rule(rule))


def _rule(rule: Rule) -> Both:
    if rule.whole_row:
        return Both(f"hele rækken over {rule.link}", f"the whole row over {rule.link}")
    columns = ", ".join(rule.columns)
    return Both(f"{columns} over {rule.link}", f"{columns} over {rule.link}")


def _asked(before: Charted, after: Charted) -> Iterator[Change]:
    """What belongs to the whole map: who approves, and how many a shared identifier may name unasked."""
    if not (before.map.systems and after.map.systems):
        return
    old, new = before.map, after.map
    for name, was, now in (
        ("controller", old.controller, new.controller),
        ("region", old.region, new.region),
    ):
        if was != now:
            spot = after.spot()._replace(line=after.lines.of(name))
            yield change("V028", spot, what=f"{name}: {was} → {now}")
    if old.approval != new.approval:
        spot = after.spot()._replace(line=after.lines.of("approval"))
        words = [_SECOND if side.approval else _ALONE for side in (old, new)]
        what = Both(f"{words[0].da} → {words[1].da}", f"{words[0].en} → {words[1].en}")
        yield change("V027" if new.approval else "V026", spot, what=what)
    if old.shared_by != new.shared_by:
        spot = after.spot()._replace(line=after.lines.of("shared_by"))
        arrow = f"{old.shared_by} → {new.shared_by}"
        what = Both(
            f"et kendetegn må tilhøre så mange: {arrow}", f"an identifier may be that many people's: {arrow}"
        )
        yield change("V026" if new.shared_by > old.shared_by else "V027", spot, what=what)


def _moved(before: Charted, after: Charted) -> Iterator[Change]:
    """Systems at another address; its path and its options say nothing about where the data lies."""
    for name, system in after.map.systems.items():
        was = before.map.systems.get(name)
        if was is not None and (old := _host(was.url)) != (new := _host(system.url)):
            spot = after.spot()._replace(line=after.lines.of("systems", name, "url"))
            yield change("V029", spot, Ref(name, ""), where=name, before=old, after=new)


def _host(url: str) -> str:
    """`postgresql://db.example:5432`: no name of a user, no path."""
    parts = urlsplit(url)
    return f"{parts.scheme.partition('+')[0]}://{parts.netloc.rpartition('@')[2]}"
