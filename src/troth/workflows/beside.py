"""Everything around a case that somebody else must do, or that rests for its sake, as an officer sees it and acts on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final, cast

from troth.terms.errors import UsageError
from troth.workflows import customers, entitled, lifting, manual, recipients, resting
from troth.workflows.case_papers import papers
from troth.workflows.cases import NoCaseError, at_desk, file_of

if TYPE_CHECKING:
    from troth.workflows.house import House

Told = dict[str, Any]
Given = Mapping[str, str]


def around(house: House, name: str) -> Told:
    """Owners, recipients, customers, what rests, what was handed over, and entitlements that changed; nothing of the person."""
    with at_desk(house) as books:
        file = file_of(books, name)
        handed = [one for one in papers(books, name, house.now()) if one["kind"] == manual.HANDED]
        rests = resting.of_case(books, name)
    return {
        "name": name, "number": file.number, "manual": manual.answers(house, name),
        "recipients": recipients.listed(house, name), "customers": customers.listed(house, name), "asks": customers.asks(file.case),
        "handed": handed, "rests": rests, "changed": entitled.changed(file), "liftable": lifting.KINDS, "open": file.case.closed is None,
    }  # fmt: skip


def act(house: House, name: str, by: str, step: str, given: Given) -> None:
    """One step of an officer; raises DeclinedError where it cannot be taken now, UsageError for an unknown one."""
    if step not in _STEPS:
        raise UsageError("there is no such step", place=step)
    _STEPS[step](house, name, by, given)


def own_tasks(house: House, scopes: frozenset[str]) -> list[Told]:
    """What the administrator of these customers is asked, and nobody else's; each with its customer."""
    return [{"customer": scope, **one} for scope in sorted(scopes) for one in customers.tasks(house, scope)]


def own_task(house: House, scopes: frozenset[str], case: str, mark: str, by: str) -> Told:
    """One of them, with whom it is about; the view is entered. Raises NoCaseError for another customer's."""
    _refuse_others(house, scopes, case, mark)
    return customers.shown(house, case, mark, by)


def own_answer(
    house: House, scopes: frozenset[str], case: str, mark: str, by: str, said: Mapping[str, bool], words: str
) -> None:
    """Takes their instruction under their own name."""
    _refuse_others(house, scopes, case, mark)
    customers.instruct(house, case, mark, said, by, words)


def _refuse_others(house: House, scopes: frozenset[str], case: str, mark: str) -> None:
    if (case, mark) not in {(one["case"], one["mark"]) for one in own_tasks(house, scopes)}:
        raise NoCaseError("there is no such task")


def _attest(house: House, name: str, by: str, given: Given) -> None:
    if given.get("said") not in ("found", "done", "nothing"):
        raise UsageError("no answer was chosen")
    said: Any = given["said"]
    stop, words = given.get("stop") == "yes", given.get("words", "").strip()
    manual.attest(house, name, given.get("system", ""), cast(Any, said), by, words, stop=stop)


def _instruct(house: House, name: str, by: str, given: Given) -> None:
    said = {act: given[act] == "yes" for act in ("erase", "hand_over") if given.get(act) in ("yes", "no")}
    customers.instruct(house, name, given.get("mark", ""), said, by, given.get("words", ""))


def _lift(house: House, name: str, by: str, given: Given) -> None:
    try:
        on = date.fromisoformat(given.get("on", ""))
    except ValueError:
        raise UsageError("no day was chosen") from None
    lifting.announce(house, name, given.get("kind", ""), by, given.get("words", ""), on)


_STEPS: Final[Mapping[str, Callable[[House, str, str, Given], None]]] = {
    "attest": _attest,
    "instruct": _instruct,
    "hand_over": lambda house, name, by, given: cast(None, manual.hand_over(house, name, given.get("paper", ""), by)),
    "told": lambda house, name, by, given: recipients.told_by_hand(house, name, given.get("recipient", ""), by, given.get("words", "")),
    "impossible": lambda house, name, by, given: recipients.impossible(
        house, name, given.get("recipient", ""), by, given.get("words", "")
    ),
    "address": lambda house, name, by, given: customers.set_address(house, name, given.get("customer", ""), given.get("mail", ""), by),
    "lift": _lift,
}  # fmt: skip
