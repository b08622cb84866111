"""Pairs of promises that cannot both be kept, found by their fields alone: the words of a text decide nothing here."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations

from troth.notice.findings import Finding, finding, same
from troth.notice.model import Notice, Promise
from troth.terms.bilingual import Both

_CLOSED = ("purposes", "recipients", "categories", "points")
_GROUNDLESS = "operations"
_NAMES = {
    "purposes": Both("formål", "purpose"),
    "recipients": Both("modtager", "recipient"),
    "categories": Both("oplysninger", "data"),
    "points": Both("sted", "point"),
    "acts": Both("handling", "act"),
}


def contradictions(notice: Notice) -> Iterator[Finding]:
    """Every pair that contradicts, and every promise that is made twice."""
    promises = tuple(notice.promises.values())
    closed = _closed_purposes(promises)
    for first, second in combinations(promises, 2):
        if same(first, second) and _says_something(first):
            yield finding("notice.N015", second.place, what=second.id, other=first.id)
        if why := _two_lengths(first, second):
            yield _pair(first, second, why)
    for first, second in permutations(promises, 2):
        for why in (
            _beyond_closed(first, second, closed),
            _ruled_out(first, second),
            _given_for_value(notice, first, second),
            _kept_without_ground(first, second),
        ):
            if why:
                yield _pair(first, second, why)


def _pair(first: Promise, second: Promise, why: Both) -> Finding:
    return finding("notice.N006", second.place, what=second.id, other=first.id, why=why)


def _says_something(one: Promise) -> bool:
    """Whether a promise's fields tell it from others; one that only has a kind is not a repetition of another."""
    return bool(one.control or one.purposes or one.categories or one.never)


def _meet(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether two lists overlap; none means everywhere."""
    return not first or not second or bool(set(first) & set(second))


def _two_lengths(first: Promise, second: Promise) -> Both | None:
    """Two different lengths for the same data at the same point; while the account is active is no length."""
    one, other = first.retention, second.retention
    shared = sorted(set(first.categories) & set(second.categories))
    if one is None or other is None or one.while_active or other.while_active or not shared:
        return None
    if not _meet(first.points, second.points) or not _meet(first.purposes, second.purposes):
        return None
    if (one.keep, one.after, one.year_end) == (other.keep, other.after, other.year_end):
        return None
    if one.keep and other.keep and one.after != other.after and not first.points and not second.points:
        return None  # the data of different events: each may have its own time
    what = ", ".join(shared)
    return Both(f"to tider for {what}", f"two lengths of time for {what}")


def _closed_purposes(promises: tuple[Promise, ...]) -> tuple[str, frozenset[str]]:
    """All purposes that closed lists name, for they are one list; and the first promise that closes it."""
    closing = [one for one in promises if "purposes" in one.only]
    names = frozenset(name for one in closing for name in one.purposes)
    return (closing[0].id if closing else ""), names


def _beyond_closed(first: Promise, second: Promise, closed: tuple[str, frozenset[str]]) -> Both | None:
    """A closed list, and a promise about the same that goes beyond it; consent opens a list of purposes."""
    for what in _CLOSED:
        if what not in first.only or what in second.only:
            continue
        if what == "purposes" and (second.basis == "consent" or first.id != closed[0]):
            continue
        if what != "categories" and not _same_matter(first, second, what):
            continue
        listed = set(first.listed(what)) | (closed[1] if what == "purposes" else set())
        beyond = sorted(set(second.listed(what)) - listed)
        if beyond and (what != "categories" or set(first.points) & set(second.points)):
            name = _NAMES[what]
            return Both(
                f"listen er lukket, og {name.da} {beyond[0]} står ikke på den",
                f"the list is closed, and the {name.en} {beyond[0]} is not on it",
            )
    return None


def _same_matter(first: Promise, second: Promise, what: str) -> bool:
    """Whether a closed list reaches another promise: they speak of the same data, or the list of everything."""
    points = what == "points" or _meet(first.points, second.points)
    return points and (not first.categories or bool(set(first.categories) & set(second.categories)))


def _ruled_out(first: Promise, second: Promise) -> Both | None:
    """What one promise rules out and another does, or offers a choice about."""
    for what, names in first.never.items():
        done = second.acts if what == "acts" else second.listed(what)
        met = sorted(set(names) & set(done))
        if met and first.id != second.id and _meet(first.points, second.points):
            name = _NAMES[what]
            return Both(f"{name.da} {met[0]} er udelukket", f"the {name.en} {met[0]} is ruled out")
    return None


def _given_for_value(notice: Notice, first: Promise, second: Promise) -> Both | None:
    """No sale is promised, yet a third party gets data: other valuable consideration is sale (Civ. Code 1798.140(ad))."""
    if "sale" not in first.never.get("acts", ()):
        return None
    for name in second.recipients:
        recipient = notice.recipients.get(name)
        if recipient is not None and recipient.role == "third_party" and second.basis != "consent":
            return Both(
                f"{name} er tredjemand: får de noget af værdi, er det salg",
                f"{name} is a third party: given for anything of value, that is sale",
            )
    return None


def _kept_without_ground(first: Promise, second: Promise) -> Both | None:
    """Erasure is promised, and data is kept for operations, which is none of the grounds of GDPR Art. 17(3)."""
    erases = first.kind == "R" and first.control is not None and first.control.name == "erase"
    if not erases or second.retention is None or _GROUNDLESS not in second.retention.reasons:
        return None
    if second.retention.keep is not None:
        return None  # a length of its own: kept until then, and erased on request
    return Both("drift er ingen grund efter art. 17, stk. 3", "operations is no ground of GDPR Art. 17(3)")
