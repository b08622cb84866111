"""Shows one person: every row they own or may see, in every system, with the rules for what concerns others applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Atom, Key, Ref
from troth.planning.closure import Closure
from troth.planning.copies import Copies
from troth.planning.decisions import Decisions
from troth.planning.estate import Estate
from troth.planning.left import Left
from troth.planning.redact import Needles
from troth.terms.canonical import canonical
from troth.workflows.copy_questions import left_out
from troth.workflows.erase import Request, inquire, question_told
from troth.workflows.house import House
from troth.workflows.inquiry import Inquiry

AROUND = 60  # characters shown on each side of a copy in a row that is somebody else's


@dataclass(frozen=True, slots=True)
class Copied:
    """Which identifier, of which person (by place), stands in a column of somebody else's row."""

    column: str
    kind: str
    value: str = field(repr=False)
    person: int


@dataclass(frozen=True)
class Match:
    """One row as the person may see it; `hidden` names columns withheld because they concern others (Art. 15(4))."""

    ref: Ref
    key: dict[str, Atom]
    relation: str  # owns, accesses, or guess: theirs if a link that nobody has confirmed is right
    row: dict[str, Atom]
    hidden: tuple[str, ...] = ()
    copy: bool = False
    copied: tuple[Copied, ...] = ()


@dataclass(frozen=True)
class Group:
    """The rows of one dataset, streamed; `rows` counts them, rows that an on_get rule omits included."""

    ref: Ref
    rows: int
    relation: str
    matches: Iterator[Match]
    hidden: tuple[str, ...] = ()
    copy: bool = False


def find(house: House, request: Request) -> dict[str, Any]:
    """Matches, questions, and what was not searched; read-only, no state."""
    from troth.workflows.meant import candidates
    from troth.workflows.resting import restricted
    from troth.workflows.why import Whys

    datamap = house.map()
    with house.opened(datamap) as stores:
        inquiry = inquire(house, stores, request, holds=False)
        people = inquiry.who(request.identifiers)
        matches = [match for group in gather(inquiry) for match in group.matches]
        whys = Whys(inquiry)
        known = [f"{category}={value}" for person in people for category, value in person.identifiers]
        return {
            "restricted": restricted(house, [*(one for one in request.identifiers if isinstance(one, str)), *known]),
            "matches": [
                {
                    "system": m.ref.system, "dataset": m.ref.dataset, "key": m.key, "relation": m.relation, "row": m.row,
                    "hidden": list(m.hidden), "copy": m.copy, "guess": whys.is_guess(m), "why": whys.told(whys.of(m)),
                }
                for m in [*matches, *guesses(inquiry)]
            ],
            "people": sum(bool(person.rows) for person in people),
            **({"candidates": list(candidates(inquiry))} if request.one else {}),
            "questions": [question_told(q) for q in [*inquiry.identified.questions, *inquiry.found_copies.questions]],
            "not_searched": [{"what": what, "reason": reason} for what, reason in inquiry.not_searched()],
            "statements": sum(store.statements() for store in stores.values()),
        }  # fmt: skip


def gather(inquiry: Inquiry) -> Iterator[Group]:
    """By dataset, the rows of the people `inquiry.who` found; streamed, so that a large person fits in memory."""
    people = inquiry.identified.people
    closure = inquiry.whose(people)
    copies = inquiry.copies(closure, people, Decisions(unlink=inquiry.mentions(closure)))
    inquiry.closure, inquiry.found_copies = closure, copies
    left, doubtful = Left(closure, inquiry.left_to), left_out(closure, inquiry.settled)
    left.trace()
    for ref in sorted(closure.holdings):
        held = closure.holdings[ref]
        keys = [key for key in held.rows if held.own.get(key) or held.access.get(key)]
        others = left.among(ref, keys)
        inquiry.not_ours |= {(ref, customer) for customer in others.values()}
        if keys := [key for key in keys if key not in others and key not in doubtful.get(ref, ())]:
            relation = "owns" if any(held.own.get(key) for key in keys) else "accesses"
            hidden = tuple(
                sorted({column for rule in closure.estate.datasets[ref].on_get for column in rule.columns})
            )
            yield Group(ref, len(keys), relation, _rows(inquiry, closure, ref, keys), hidden)
    inquiry.not_ours |= set(copies.left)
    yield from _copied(inquiry, closure, copies)


def _rows(inquiry: Inquiry, closure: Closure, ref: Ref, keys: Sequence[Key]) -> Iterator[Match]:
    estate, held = closure.estate, closure.holdings[ref]
    key_names, names = estate.key(ref), tuple(estate.table(ref).by_name)
    width, rules = len(key_names), estate.datasets[ref].on_get
    edges = estate.edges_to[ref]
    for chunk in inquiry.full_rows(ref, keys):
        for row in chunk:
            key, cells = row[:width], dict(zip(names, row[width:], strict=True))
            hidden: set[str] = set()
            omitted = False
            for rule in rules:
                if any(edge.name == rule.link and closure.reached_over(edge, key) for edge in edges):
                    hidden |= set(rule.columns)
                    omitted = omitted or rule.whole_row
            if omitted:
                continue
            shown = {name: None if name in hidden else cell for name, cell in cells.items()}
            relation = "owns" if held.own.get(key) else "accesses"
            yield Match(ref, dict(zip(key_names, key, strict=True)), relation, shown, tuple(sorted(hidden)))


def guesses(inquiry: Inquiry) -> Iterator[Match]:
    """Rows that are the person's if a link that nobody has confirmed is right: of each only what ties it to them."""
    estate, identified = inquiry.estate, inquiry.identified
    for nodes in identified.guesses.values():
        for (ref, key), reason in nodes.items():
            spine = dict(zip(estate.spine(ref), identified.rows[ref][key], strict=False))
            shown = {name: spine[name] for name in reason.here[1]}
            hidden = tuple(
                name for name in estate.table(ref).by_name if name not in (*shown, *estate.key(ref))
            )
            yield Match(ref, dict(zip(estate.key(ref), key, strict=True)), "guess", shown, hidden)


def _copied(inquiry: Inquiry, closure: Closure, copies: Copies) -> Iterator[Group]:
    """Rows of others that hold a copy of the person's identifiers: that cell only, and of prose only what is around it."""
    for ref in sorted({*copies.exact, *copies.inside}):
        held = closure.holdings.get(ref)
        found: dict[Key, set[str]] = {}
        for source in (copies.exact.get(ref, {}), copies.inside.get(ref, {})):
            for key, columns in source.items():
                if held is None or not (held.own.get(key) or held.access.get(key)):
                    found.setdefault(key, set()).update(columns)
        if found:
            yield Group(
                ref,
                len(found),
                "accesses",
                _copy_rows(inquiry, closure.estate, ref, found, copies),
                copy=True,
            )


def _copy_rows(
    inquiry: Inquiry, estate: Estate, ref: Ref, found: dict[Key, set[str]], copies: Copies
) -> Iterator[Match]:
    from troth.planning.copies import prose_needles

    people = inquiry.identified.people
    needles = Needles(
        [n for at, p in enumerate(people) for n in prose_needles(at, p.identifiers, p.names)],
        inquiry.datamap.region,
    )
    names, width = tuple(estate.table(ref).by_name), len(estate.key(ref))
    for chunk in inquiry.full_rows(ref, list(found)):
        for row in chunk:
            key, cells = row[:width], dict(zip(names, row[width:], strict=True))
            shown = {
                name: excerpt(cells[name], needles)
                if name in copies.inside.get(ref, {}).get(key, ())
                else cells[name]
                for name in sorted(found[key])
            }
            hidden = tuple(name for name in names if name not in shown and name not in estate.key(ref))
            held = tuple(_held(inquiry, ref, shown, cells, needles))
            yield Match(
                ref, dict(zip(estate.key(ref), key, strict=True)), "accesses", shown, hidden, True, held
            )


def _held(
    inquiry: Inquiry, ref: Ref, columns: Iterable[str], cells: Mapping[str, Atom], needles: Needles
) -> Iterator[Copied]:
    """The identifiers that stand in these columns, in text or alone."""
    named = dict(inquiry.estate.identifiers(ref))
    theirs = {
        (CATEGORIES[category].kind, value): at
        for at, person in enumerate(inquiry.identified.people)
        for category, value in person.identifiers
    }
    for column in columns:
        kind = CATEGORIES[named[column]].kind if column in named else "text"
        value = canonical(kind, cells[column], inquiry.datamap.region) if column in named else None
        if value is not None and (kind, value) in theirs:
            yield Copied(column, kind, value, theirs[kind, value])
        else:
            for hit in needles.find_cell(cells[column]):
                yield Copied(column, hit.needle.kind, hit.needle.canonical, hit.needle.subject)


def excerpt(cell: Atom, needles: Needles) -> str:
    """The identifiers in a longer text, each with a little of what stands around it."""
    text = cell if isinstance(cell, str) else str(cell)
    pieces = []
    for hit in needles.find(text):
        start, end = max(0, hit.start - AROUND), min(len(text), hit.end + AROUND)
        pieces.append(("…" if start else "") + text[start:end] + ("…" if end < len(text) else ""))
    return " ".join(dict.fromkeys(pieces)) or text
