"""What the next version of a notice changes for people: a difference of promises, and whether they must be told of it first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from troth.notice.length import Length
from troth.notice.model import LISTS, Control, Named, Notice, Promise, Retention
from troth.terms.bilingual import Both

MATERIAL: Final = frozenset(
    {
        "removed", "weakened", "new_collection", "new_recipient", "new_purpose", "new_category", "new_transfer", "longer_retention",
        "other_basis",
    }
)  # fmt: skip
"""Kinds of change that people are told of before they hold (GDPR Art. 13(3), 14(4); Art. 5(1)(a))."""
NEW: Final = {
    "purposes": ("new_purpose", Both("nyt formål: {name}", "new purpose: {name}")),
    "recipients": ("new_recipient", Both("ny slags modtager: {name}", "new kind of recipient: {name}")),
    "categories": ("new_category", Both("nye oplysninger: {name}", "new data: {name}")),
    "points": ("new_collection", Both("nyt sted, der indsamler: {name}", "new point of collection: {name}")),
}
_COLLECTING: Final = ("S", "D")


class Change(NamedTuple):
    """One change of one promise; `promise` is '' where it is one of the lists."""

    promise: str
    kind: str
    why: Both

    @property
    def material(self) -> bool:
        return self.kind in MATERIAL


def diff(old: Notice, new: Notice) -> tuple[Change, ...]:
    """Every change, the material ones first."""
    found: list[Change] = []
    for name in old.promises.keys() - new.promises.keys():
        found.append(Change(name, "removed", Both("løftet er væk", "the promise is gone")))
    for name, promise in new.promises.items():
        before = old.promises.get(name)
        if before is None:
            found.extend(_added(promise))
        else:
            found.extend(list(_between(before, promise)) or _worded(old, new, name))
    found.extend(_lists(old, new))
    return tuple(sorted(set(found), key=lambda c: (not c.material, _number(c.promise), c.kind, c.why)))


def _number(name: str) -> tuple[str, int]:
    digits = name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return name[: len(name) - len(digits)], int(digits) if digits.isdigit() else 0


def _added(new: Promise) -> Iterator[Change]:
    """A promise more is good news, unless it tells of something that is newly done with people's data."""
    if new.kind in _COLLECTING and (new.categories or new.recipients or new.purposes):
        why = Both("nyt: oplysninger indsamles eller bruges", "new: data is collected or used")
        yield Change(new.id, "new_collection", why)
    else:
        yield Change(new.id, "added", Both("et løfte mere", "one promise more"))


def _between(old: Promise, new: Promise) -> Iterator[Change]:
    for what in LISTS:
        kind, words = NEW[what]
        before, after = old.listed(what), new.listed(what)
        fresh, gone = set(after) - set(before), set(before) - set(after)
        if what == "points" and not (before and after):  # none means everywhere
            fresh, gone = ({"*"} if before else set()), ({"*"} if after else set())
        for name in sorted(fresh):
            yield Change(new.id, kind, words.fill(name=name))
        for name in sorted(gone):
            yield Change(new.id, "narrowed", Both(f"ikke længere: {name}", f"no longer: {name}"))
    if old.basis != new.basis:
        bases = f"{old.basis or '-'} → {new.basis or '-'}"
        yield Change(new.id, "other_basis", Both(f"retsgrundlag: {bases}", f"legal basis: {bases}"))
    yield from _kept(new.id, old.retention, new.retention)
    yield from _loosened(old, new)
    yield from _controlled(new.id, old.control, new.control)


def _kept(name: str, old: Retention | None, new: Retention | None) -> Iterator[Change]:
    """Longer, or no longer said at all, or from another event: what was promised may now be kept longer."""
    if old == new:
        return
    before, after = _told(old), _told(new)
    why = Both(f"opbevaring: {before.da} → {after.da}", f"kept: {before.en} → {after.en}")
    if old is None:
        yield Change(name, "strengthened", why)
    elif new is None or _is_longer(old, new):
        yield Change(name, "longer_retention", why)
    elif before != after:
        yield Change(name, "shorter_retention", why)
    reasons = (set(one.reasons) if one else set() for one in (old, new))
    were, are = reasons
    for reason in sorted(are - were):
        yield Change(
            name,
            "weakened",
            Both(f"opbevares nu også på grund af: {reason}", f"kept now for this reason too: {reason}"),
        )
    for reason in sorted(were - are):
        yield Change(
            name,
            "narrowed",
            Both(f"opbevares ikke mere på grund af: {reason}", f"kept no more for this reason: {reason}"),
        )


def _is_longer(old: Retention, new: Retention) -> bool:
    if old.while_active or new.while_active:
        return old.while_active != new.while_active
    if old.keep is None or new.keep is None:
        return new.keep is None
    if (old.after, old.year_end) != (new.after, new.year_end):
        return True  # which event comes later, nobody can say here
    return new.keep.weight > old.keep.weight


def _told(kept: Retention | None) -> Both:
    if kept is None:
        return Both("-", "-")
    if kept.while_active:
        return Both("så længe kontoen er aktiv", "as long as the account is active")
    length = kept.keep.spoken() if kept.keep else Both("?", "?")
    return Both(f"{length.da} efter {kept.after or '?'}", f"{length.en} after {kept.after or '?'}")


def _loosened(old: Promise, new: Promise) -> Iterator[Change]:
    """Closed lists that open, what is no longer ruled out, acts that are now done."""
    for what in sorted(set(old.only) ^ set(new.only)):
        opened = what in old.only
        words = Both(f"listen over {what} er ikke længere lukket", f"the list of {what} is closed no more")
        shut = Both(f"listen over {what} er nu lukket", f"the list of {what} is closed now")
        yield Change(new.id, "weakened" if opened else "strengthened", words if opened else shut)
    for what in sorted(old.never.keys() | new.never.keys()):
        before, after = set(old.never.get(what, ())), set(new.never.get(what, ()))
        for name in sorted(before - after):
            yield Change(
                new.id, "weakened", Both(f"ikke længere udelukket: {name}", f"no longer ruled out: {name}")
            )
        for name in sorted(after - before):
            yield Change(new.id, "strengthened", Both(f"nu udelukket: {name}", f"ruled out now: {name}"))
    for name in sorted(set(new.acts) - set(old.acts)):
        yield Change(new.id, "weakened", Both(f"gøres nu: {name}", f"done now: {name}"))
    for name in sorted(set(old.acts) - set(new.acts)):
        yield Change(new.id, "narrowed", Both(f"gøres ikke mere: {name}", f"done no more: {name}"))
    if (old.law, old.as_of) != (new.law, new.as_of):
        law = f"{old.law or '-'} {old.as_of or ''} → {new.law or '-'} {new.as_of or ''}"
        yield Change(new.id, "changed", Both(f"lov: {law}", f"law: {law}"))
    if old.kind != new.kind:
        weaker = old.kind in ("C", "R", "L") and new.kind in _COLLECTING
        why = Both(f"var {old.kind}, er {new.kind}", f"was {old.kind}, is {new.kind}")
        yield Change(new.id, "weakened" if weaker else "changed", why)


def _controlled(name: str, old: Control | None, new: Control | None) -> Iterator[Change]:
    """Another control, a control less, or one that acts later."""
    if old == new:
        return
    if old is None:
        yield Change(name, "strengthened", Both("en kontrol er kommet til", "a control has been added"))
        return
    if new is None:
        yield Change(
            name,
            "weakened",
            Both("ingen kontrol holder løftet mere", "no control keeps the promise any more"),
        )
        return
    if old.name != new.name:
        yield Change(
            name,
            "weakened",
            Both(f"kontrollen var {old.name}, er {new.name}", f"the control was {old.name}, is {new.name}"),
        )
    elif old.parameters != new.parameters:
        yield Change(
            name, "weakened", Both("kontrollen måler noget andet", "the control measures something else")
        )
    if old.deadline != new.deadline:
        yield _deadline(name, old.deadline, new.deadline)


def _deadline(name: str, old: Length | None, new: Length | None) -> Change:
    before, after = (one.spoken() if one else Both("-", "-") for one in (old, new))
    later = new is None or (old is not None and new.weight > old.weight)
    return Change(
        name,
        "weakened" if later else "strengthened",
        Both(f"frist: {before.da} → {after.da}", f"deadline: {before.en} → {after.en}"),
    )


def _worded(old: Notice, new: Notice, name: str) -> Iterator[Change]:
    """A promise whose fields stand and whose words changed in some language: a person judges whether they mean the same."""
    for language in new.languages:
        before, after = _words(old, language, name), _words(new, language, name)
        if before and after and before != after:
            yield Change(name, "worded", Both(f"andre ord ({language})", f"other words ({language})"))


def _words(notice: Notice, language: str, name: str) -> tuple[str, ...]:
    text = notice.texts.get(language)
    return tuple(one.text for one in text.sentences if name in (one.promises or ())) if text else ()


def _lists(old: Notice, new: Notice) -> Iterator[Change]:
    """What the names of the lists stand for: where a recipient is, what a kind of data holds, whom a purpose concerns."""
    for name, one in new.recipients.items():
        if name in old.recipients:
            yield from _recipient(old.recipients[name], one)
    for name, one in new.categories.items():
        if name in old.categories:
            more = Both(f"{name} omfatter nu {{what}}", f"{name} holds {{what}} now")
            less = Both(f"{name} omfatter ikke mere {{what}}", f"{name} holds {{what}} no more")
            yield from _more(old.categories[name].fields, one.fields, "new_category", more, less)
    for name, one in new.purposes.items():
        if name in old.purposes:
            before = old.purposes[name]
            more = Both(f"{name} angår nu også {{what}}", f"{name} concerns {{what}} now too")
            less = Both(f"{name} angår ikke mere {{what}}", f"{name} concerns {{what}} no more")
            yield from _more(before.subjects, one.subjects, "new_collection", more, less)
            if before.interest != one.interest or before.title != one.title:
                why = Both(f"formålet {name} er skrevet om", f"the purpose {name} is written anew")
                yield Change("", "new_purpose", why)


def _recipient(old: Named, new: Named) -> Iterator[Change]:
    """Where a recipient is, on which safeguard, and what it is to people."""
    name = new.name
    more = Both(f"{name} er nu også i {{what}}", f"{name} is in {{what}} now too")
    less = Both(f"{name} er ikke mere i {{what}}", f"{name} is in {{what}} no more")
    yield from _more(old.countries, new.countries, "new_transfer", more, less)
    if old.safeguard != new.safeguard:
        words = f"{old.safeguard or '-'} → {new.safeguard or '-'}"
        why = Both(f"{name}, overførselsgrundlag: {words}", f"{name}, safeguard: {words}")
        yield Change("", "new_transfer", why)
    if old.role != new.role:
        words = f"{old.role or '-'} → {new.role or '-'}"
        yield Change("", "new_recipient", Both(f"{name}, rolle: {words}", f"{name}, role: {words}"))


def _more(old: Collection[str], new: Collection[str], kind: str, more: Both, less: Both) -> Iterator[Change]:
    """What a list holds now that it did not, and what it holds no more."""
    for name in sorted(set(new) - set(old)):
        yield Change("", kind, more.fill(what=name))
    for name in sorted(set(old) - set(new)):
        yield Change("", "narrowed", less.fill(what=name))
