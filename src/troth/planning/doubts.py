"""Every kind of question an erasure may raise, and those about who is meant: places and remedies, identifiers masked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Sized
from typing import TYPE_CHECKING

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Key, Link, Ref
from troth.datamap.questions import Question
from troth.planning.sought import Sought
from troth.terms.canonical import mask

if TYPE_CHECKING:
    from troth.planning.barred import Bar
    from troth.planning.plan import Step

KINDS = {
    "find.Q000": "No row of a person holds this identifier: was it misspelt?",
    "find.Q001": "The identifier names rows that may be different people: which one is meant?",
    "find.Q002": "One of the person's identifiers is shared with others: are they the same person?",
    "find.Q003": "A row holds one of the person's identifiers, but nothing else agrees: is it the same person?",
    "find.Q004": "The person is known to several customers, each a controller: whose data is meant?",
    "find.Q006": "Only a link that nobody has confirmed says that a row is the same person: is it right?",
    "find.Q005": "A row holds nearly the same e-mail address: is it the same person?",
    "hold.Q001": "Whom a legal hold is about is not clear any more: which person is meant?",
    "hold.Q003": "A legal hold keeps a place that is not there any more: where are its rows now?",
    "hold.Q002": "One person placed a legal hold on part of this: does a second one confirm it?",
    "plan.Q001": "Rows of things must refer to a row that would be erased, and cannot be unlinked: what now?",
    "plan.Q002": "A customer controls these rows: where is their instruction (GDPR Art. 28(3)(a))?",
    "plan.Q003": "Rows stay, and nobody has said what some of their columns hold: is it personal?",
    "plan.Q004": "Another person's row holds the same identifier: is it the same person?",
    "plan.Q005": "Rows not linked to the person mention the name: do they mean this person?",
    "plan.Q006": "No neutral value fits a column: what does an erased value look like?",
    "plan.Q007": "Mandatory references form a cycle: which one may be cut?",
    "plan.Q008": "A trigger runs when rows change: is what it does wanted?",
    "plan.Q009": "Not everything in a dataset can be seen: who grants it, or why is it not searched?",
    "plan.Q010": "A table that is not in the map refers to rows that would be erased: what is it?",
    "plan.Q011": "Rows are reached over a link that nobody has confirmed: is it right?",
    "plan.Q015": "Rows hold the same short customer number without a link: are they this customer's?",
    "plan.Q017": "Rows hold the person's address and may be another's, who lives there too: whose is it?",
    "plan.Q014": "A dataset holds personal data that no link explains: whose is it?",
    "plan.Q016": "The role that Troth comes with may not do all of this: which one may?",
    "plan.Q018": "A table knows no transactions: may its statements stand alone?",
    "plan.Q019": "The plan touches more rows or people than one run may: is it meant?",
    "plan.Q020": "A system is in its quiet hours: may it be written to now?",
    "plan.Q021": "A large table has no index on columns that are asked for: who makes it?",
    "plan.Q022": "Large tables are read whole to look for identifiers: is now a good time?",
    "plan.Q023": "Rows stay that are emptied and still personal: how do they become anonymous, or who decided?",
    "plan.Q012": "A row nobody owns is named by the person's identifier itself: does it go or stay?",
}
SHOWN = 4


def address(ref: Ref, key: Key) -> str:
    """How a row is named on the command line."""
    return f"{ref}={','.join(map(str, key))}"


def nobody(sought: Sought) -> Question:
    return Question(
        id="find.Q000",
        place="every dataset of people",
        text=f"{sought.masked()} names no row of a person",
        remedy="Check the spelling, or give another identifier: e-mail, phone, customer number, dataset=key.",
        weight=30,
    )


def ambiguous(sought: Sought, nodes: Collection[tuple[Ref, Key]], tenants: Collection[str] = ()) -> Question:
    """The rows that were meant, perhaps; one e-mail address under two customers is two controllers' data."""
    rows = [address(ref, key) for ref, key in nodes]
    more = f" (and {len(rows) - SHOWN} more)" if len(rows) > SHOWN else ""
    which = f"Say which one: {' or '.join(sorted(rows)[:SHOWN])}{more}"
    scopes = sorted(tenants)
    customers = f"{', '.join(scopes[:SHOWN])}{' …' if len(scopes) > SHOWN else ''}"
    return Question(
        id="find.Q001",
        place=_places(ref for ref, _ in nodes),
        text=f"{sought.masked()} names {len(rows)} rows that may be different people",
        remedy=f"Choose a customer with --scope: {customers}. Or say which row: {which.partition(': ')[2]}"
        if len(scopes) > 1
        else which,
        weight=100,
        blocking=True,
    )


def shared(identifier: tuple[str, str], hits: Mapping[Ref, Sized]) -> Question:
    category, value = identifier
    crowded = ", ".join(f"{len(found)} rows of {ref}" for ref, found in sorted(hits.items()))
    return Question(
        id="find.Q002",
        place=_places(hits),
        text=f"the {category} {mask(CATEGORIES[category].kind, value)} is shared: {crowded}",
        remedy="It was not followed. If the other rows are the same person, name them too, as dataset=key.",
        weight=60,
    )


def shared_by_link(link: Link, hits: Mapping[Ref, Sized]) -> Question:
    crowded = ", ".join(f"{len(found)} rows of {ref}" for ref, found in sorted(hits.items()))
    return Question(
        id="find.Q002",
        place=_places(hits),
        text=f"one {link.name} that says who is the same is shared: {crowded}",
        remedy="It was not followed. If the other rows are the same person, name them too, as dataset=key.",
        weight=60,
    )


def uncertain(identifier: tuple[str, str], node: tuple[Ref, Key], contradicts: bool = False) -> Question:
    category, value = identifier
    but = "its name or national id is another" if contradicts else "nothing else agrees"
    return Question(
        id="find.Q003",
        place=str(node[0]),
        text=f"a row holds the same {category} ({mask(CATEGORIES[category].kind, value)}) but {but}",
        remedy=f"If it is the same person, name it too: {address(*node)}",
        weight=60,
    )


def contradicted(link: Link, node: tuple[Ref, Key]) -> Question:
    return Question(
        id="find.Q003",
        place=str(node[0]),
        text=f"the link {link.address} says that a row is the same person, but its name or national id is another",
        remedy=f"If it is the same person, name it too: {address(*node)}",
        weight=60,
    )


def guessed(link: Link, nodes: Collection[tuple[Ref, Key]]) -> Question:
    """People who are one only by a link that nobody has confirmed (ENGINE, default to refusing)."""
    rows = "1 row is" if len(nodes) == 1 else f"{len(nodes)} rows are"
    return Question(
        id="find.Q006",
        place=_places(ref for ref, _ in nodes),
        text=f"{rows} the same person only by a link that nobody has confirmed: {link.address}",
        remedy=f"It was not followed. Right: troth map --accept '{link.address}'; wrong: --reject",
        weight=95,
        blocking=True,
    )


def alike(node: tuple[Ref, Key], email: str, why: str) -> Question:
    return Question(
        id="find.Q005",
        place=str(node[0]),
        text=f"an e-mail address there ({mask('email', email)}) is nearly the same: {why}; it was not followed",
        remedy=f"If it is the same person, name that row too: {address(*node)}",
        weight=55,
    )


def forbidden(system: str, rights: Collection[str], acting: bool) -> Question:
    """What the store would refuse at the first batch; a preview needs no right to write, and only says so."""
    return Question(
        id="plan.Q016",
        place=system,
        text=f"the plan needs rights that Troth has not been given here: {'; '.join(rights)}",
        remedy=f"Grant them (docs/grants.md), or let TROTH_URL_{system.upper()} name a role that has them.",
        weight=92,
        blocking=acting,
    )


def unfitting(ref: Ref, column: str) -> Question:
    return Question(
        id="plan.Q006",
        place=f"{ref}.{column}",
        text="no neutral value fits this column (NOT NULL, UNIQUE or CHECK forbids those tried)",
        remedy="Say in the map what an erased value looks like: {category: ..., erased: VALUE}",
        weight=90,
        blocking=True,
    )


def several_controllers(nodes: Iterable[tuple[Ref, Key]], tenants: Collection[str]) -> Question:
    return Question(
        id="find.Q004",
        place=_places(ref for ref, _ in nodes),
        text=f"the same person is known to {len(tenants)} customers, each a controller of their own",
        remedy=f"Choose one with --scope: {', '.join(sorted(tenants))}",
        weight=100,
        blocking=True,
    )


def instruction(ref: Ref, customer: str) -> Question:
    """Rows that a customer controls: a processor acts only on documented instructions."""
    return Question(
        id="plan.Q002",
        place=str(ref),
        text=f"rows here are controlled by customer {customer}; a processor acts only on their instruction (GDPR Art. 28(3)(a))",
        remedy=f"Record the instruction: --instruction {customer}=REFERENCE",
        weight=100,
        blocking=True,
    )


def unconfirmed(link: Link, text: str) -> Question:
    """What hangs on a link that was guessed and that nobody has confirmed."""
    return Question(
        id="plan.Q011",
        place=f"{link.source} ({link.name})",
        text=text,
        remedy=f"Right: troth map --accept '{link.address}'; wrong: --reject",
        weight=95,
        blocking=True,
    )


def by_hand(
    kind: str, ref: Ref, columns: Sequence[str], text: str, keys: Mapping[Key, set[int]], weight: int
) -> Question:
    """Rows that only a person can judge, the first five by their keys; `columns` is the dataset's key."""
    shown = "; ".join(",".join(map(str, key)) for key in sorted(keys, key=repr)[:5])
    return Question(
        id=kind,
        place=str(ref),
        text=f"{len(keys)} rows {text}",
        remedy=f"Read them and edit by hand what is about this person: {', '.join(columns)} {shown}",
        weight=weight,
        people=frozenset().union(*keys.values()),
    )


def _places(refs: Iterable[Ref]) -> str:
    return ", ".join(sorted({str(ref) for ref in refs}))


def hold_unclear(question: Question) -> Question:
    """Whom a legal hold is about is not clear any more, so nobody knows what it keeps."""
    return Question(
        id="hold.Q001", place=question.place, text=f"whom a legal hold is about is not clear: {question.text}",
        remedy=f"{question.remedy} Or place the hold anew with other identifiers, and lift this one.", weight=98, blocking=True,
    )  # fmt: skip


def hold_lost(hold: str, place: str) -> Question:
    """A legal hold names a place that is not there any more: what it kept may be somewhere else by now."""
    return Question(
        id="hold.Q003", place=place, text=f"legal hold {hold} keeps it, and it is not there any more",
        remedy="Put it back into map and store; or place the hold anew where its rows are now, and lift this one.",
        weight=98, blocking=True,
    )  # fmt: skip


def unconfirmed_holds(steps: Iterable[Step], bars: Iterable[Bar]) -> list[Question]:
    """Holds that one person placed and nobody confirmed, where they would keep something of this plan."""
    touched = {step.hold for step in steps if step.hold}
    return [
        Question(
            id="hold.Q002", place=bar.hold, text="a legal hold on part of this was placed, and no second person has confirmed it",
            remedy=f"Somebody else says: troth hold confirm {bar.hold}; or withdraw it: troth hold lift {bar.hold}.",
            weight=98, blocking=True,
        )
        for bar in bars
        if bar.pending and bar.hold in touched
    ]  # fmt: skip
