"""Rows that a customer controls: the customer's administrator is asked for an instruction, and we act on nothing else (GDPR Art. 28(3)(a)).

They say of each thing that the person asks whether we may do it for them. What they said is the instruction under which the rows are
erased or copied. Which customers there are stands sealed in the case; a digest tells one from another.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from troth.documents import task_mails
from troth.records.cabinet import alone_within
from troth.requests import commands as do
from troth.requests.case import Case
from troth.requests.commands import Refusal
from troth.requests.kinds import KINDS
from troth.requests.life import SYSTEM
from troth.terms.errors import UsageError
from troth.workflows import answer_links, case_mail
from troth.workflows.case_acts import latest
from troth.workflows.case_jobs import next_day
from troth.workflows.cases import (
    DeclinedError,
    File,
    NoCaseError,
    amend,
    at_desk,
    change_within,
    file_of,
    row_of,
    viewed,
)
from troth.workflows.jobs import Task, ask
from troth.workflows.reading import here

if TYPE_CHECKING:
    from troth.workflows.books import Books
    from troth.workflows.house import House

Told = dict[str, Any]
Act = Literal["erase", "hand_over"]
ACTS: Final[Mapping[str, Act]] = {"erase": "erase", "copy": "hand_over", "portable": "hand_over"}
"""What a customer may instruct, by the act that answers the person."""
DAYS: Final = 14
"""Within which a customer is asked to answer; earlier where the person must have an answer earlier."""


# -- asking --------------------------------------------------------------------------------------------------------------


def pass_on(house: House, task: Task) -> None:
    """The job `customers`: writes to every customer whose rows were found and whose address is known."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        row_of(books, task.case, lock=True)
        file, now = file_of(books, task.case), house.now()
        known = house.map().customers
        known_to = {mark: dict(one) for mark, one in file.asker.get("customers", {}).items()}
        for name in found(books, house, task.case) if asks(file.case) else ():
            mark = mark_of(books, name)
            told = known_to.setdefault(mark, {"name": name, "mail": "", "passed": "", "said": {}})
            to = told["mail"] or known.get(name, "")
            if to and not told["passed"]:
                _write(house, books, file, mark, name, to)
                told["passed"] = _today(house).isoformat()
                _look_later(house, books, file, mark, _today(house), now)
        if known_to != file.asker.get("customers", {}):
            amend(books, task.case, {"customers": known_to})
            ask(books, "forwarded", task.case, now)
        task.done(now)


def _look_later(house: House, books: Books, file: File, mark: str, since: date, now: datetime) -> None:
    end = datetime.combine(due(house, file.case, since), here(now, house.settings).timetz())
    once = f"{file.case.name} customer_silent {mark} {end.date().isoformat()}"
    ask(books, "customer_silent", file.case.name, end, once)


def overdue(house: House, task: Task) -> None:
    """The job `customer_silent`: of customers whose time is over without a word the rows are left, and the rest goes on."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        row_of(books, task.case, lock=True)
        file, now, today = file_of(books, task.case), house.now(), _today(house)
        known_to = dict(file.asker.get("customers", {}))
        for mark, told in known_to.items() if file.case.closed is None else ():
            if told["passed"] and not told["said"] and not told.get("silent"):
                since = date.fromisoformat(told["passed"])
                if today < due(house, file.case, since):  # more time was taken meanwhile
                    _look_later(house, books, file, mark, since, now)
                    continue
                known_to[mark] = {**told, "silent": today.isoformat()}
                note = f"{told['name']} was asked and has not answered: their rows are left as they are"
                change_within(books, now, task.case, do.Note(), SYSTEM, note)
        if known_to != file.asker.get("customers", {}):
            amend(books, task.case, {"customers": known_to})
            ask(books, "carry_out", task.case, now)
        task.done(now)


def tell_person(house: House, task: Task) -> None:
    """The job `forwarded`: the person learns to which customers their request went, once for each that is new."""
    from django.db import transaction

    from troth.workflows.letters_out import write

    with at_desk(house) as books, transaction.atomic():
        asker = file_of(books, task.case, lock=True).asker
        passed = [one for one in asker.get("customers", {}).values() if one["passed"]]
        if passed:
            names = ", ".join(sorted(one["name"] for one in passed))
            last = max(one["passed"] for one in passed)
            told = {"customer": names, "on": last, "ours": []}
            amend(books, task.case, {"facts": {**asker.get("facts", {}), "forwarded": told}})
            write(house, books, task.case, "forwarded", f"forwarded {len(passed)}", automatic=False)
        task.done(house.now())


def _write(house: House, books: Books, file: File, mark: str, name: str, to: str) -> None:
    now = house.now()
    token = answer_links.link(books, now, file.case.name, "customer", mark)
    told = task_mails.text(
        "customer", case=file.number, who=name, us=house.map().controller, due=due(house, file.case, _today(house)),
        link=case_mail.page(house, answer_links.PATH, token),
    )  # fmt: skip
    case_mail.write(house, books, file.case.name, f"customer {mark}", to, told)


def found(books: Books, house: House, case: str) -> tuple[str, ...]:
    """The customers whose rows the search found, by name."""
    findings = latest(books, house, case, "findings")
    return tuple(findings[1].get("customers", ())) if findings else ()


def mark_of(books: Books, customer: str) -> str:
    """What tells a customer from another without naming them."""
    return hmac.new(books.tombstone_key, f"customer {customer}".encode(), hashlib.sha256).hexdigest()[:32]


def asks(case: Case) -> tuple[Act, ...]:
    """What customers are asked for in a case, in the order of its kinds."""
    acts = (ACTS.get(KINDS[kind].act) for kind in case.kinds)
    return tuple(dict.fromkeys(act for act in acts if act is not None))


def due(house: House, case: Case, since: date) -> date:
    """The day by which a customer is asked to answer."""
    theirs, ours = since + timedelta(days=DAYS), next_day(case, house.settings)
    return max(theirs if ours is None else min(theirs, ours - timedelta(days=3)), since + timedelta(days=1))


def _today(house: House) -> date:
    """The day where we are."""
    return here(house.now(), house.settings).date()


def set_address(house: House, case: str, customer: str, mail: str, by: str) -> None:
    """An officer says where a customer is written to, and they are."""
    from django.db import transaction

    from troth.mail.message import address

    with at_desk(house) as books, transaction.atomic():
        file, mark = file_of(books, case, lock=True), mark_of(books, customer)
        told = {**_known(books, file, mark), "mail": address(mail)}
        amend(books, case, {"customers": {**file.asker["customers"], mark: told}})
        change_within(books, house.now(), case, do.Note(), by, f"address of {customer} entered")
        ask(books, "customers", case, house.now())


# -- answers -------------------------------------------------------------------------------------------------------------


def page(house: House, token: str) -> Told:
    """What the customer's page shows; the view is entered. Raises NoCaseError for a link that is none, or whose case is over."""
    with at_desk(house) as books:
        asked = answer_links.whose(books, token, "customer")
    return shown(house, asked.case, asked.about, "link")


def shown(house: House, case: str, mark: str, by: str) -> Told:
    """The same for a customer's own administrator who is signed in as `by`."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        file = file_of(books, case)
        told = _known(books, file, mark)
        if file.case.closed is not None:
            raise NoCaseError("there is no such link, or its case is over")
        viewed(books, house.now(), case, by[:150], "customer instructs")
        since = date.fromisoformat(told["passed"]) if told["passed"] else _today(house)
        return {
            "case": file.number, "customer": told["name"], "us": house.map().controller, "asks": asks(file.case),
            "kinds": file.case.kinds, "due": due(house, file.case, since),
            "said": {**told["said"], **dict.fromkeys(told.get("late", ()), True)},
            "name": str(file.asker.get("name", "")), "identifiers": [str(one) for one in file.asker.get("proven", ())],
        }  # fmt: skip


def answer(house: House, token: str, said: Mapping[str, bool], words: str = "") -> None:
    """Takes the customer's instruction: of each thing asked, whether we may do it for them."""
    with at_desk(house) as books:
        asked = answer_links.whose(books, token, "customer")
    instruct(house, asked.case, asked.about, said, "", words)


def instruct(house: House, case: str, mark: str, said: Mapping[str, bool], by: str, words: str = "") -> None:
    """The same under the name of their administrator, or of an officer to whom they said it; what waited for it goes on.

    A yes to what is done or refused by then changes nothing that was told of it: it stands apart, for an officer to see.
    Raises DeclinedError for what cannot be said now, NoCaseError where the case is over.
    """
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        row_of(books, case, lock=True)
        file, now = file_of(books, case), house.now()
        told = _known(books, file, mark)
        if file.case.closed is not None:
            raise NoCaseError("there is no such task, or its case is over")
        if set(said) != set(asks(file.case)):
            raise DeclinedError(Refusal("not_asked", {"kind": ", ".join(sorted(said))}))
        _refuse_under_way(books, case)
        late = _late(file.case, told["said"], said)
        amend(
            books,
            case,
            _instructed(file, mark, {**told, "by": by or told["name"]}, said, late, _today(house)),
        )
        verdict = ", ".join(f"{act}: {'yes' if may else 'no'}" for act, may in said.items())
        after = f" ({', '.join(late)}: after it was settled, their rows are as they were)" if late else ""
        note = f"instruction of {told['name']}: {verdict}{after}. {words.strip()}".strip()
        change_within(books, now, case, do.Note(), (by or f"customer {mark[:8]}")[:150], note)
        ask(books, "carry_out", case, now)


def _refuse_under_way(books: Books, case: str) -> None:
    """What is being carried out was begun with what customers had said by then; none begins before this transaction ends."""
    from troth.records.models import Job

    alone_within("jobs")
    if Job.objects.of(books.tenant).filter(case=case, kind="carry_out", state="claimed").exists():
        raise DeclinedError(Refusal("under_way"))


def _late(case: Case, before: Mapping[str, bool], said: Mapping[str, bool]) -> tuple[Act, ...]:
    """Acts to which a yes comes after something of that kind was done or refused without it.

    Raises DeclinedError for a no once all of it was done with their yes.
    """
    found: list[Act] = []
    for act in asks(case):
        kinds = {kind for kind in case.kinds if ACTS.get(KINDS[kind].act) == act}
        settled = kinds & (case.done | case.refused)
        if said[act] and not before.get(act) and settled:
            found.append(act)
        if not said[act] and before.get(act) and kinds == settled:
            raise DeclinedError(Refusal("already_done", {"kind": min(kinds)}))
    return tuple(found)


def _instructed(
    file: File, mark: str, told: Told, said: Mapping[str, bool], late: tuple[Act, ...], today: date
) -> Told:
    """What is known of the customers once this one has said so: under what their rows are erased and copied, what came too late."""
    counts = {act: may for act, may in said.items() if act not in late}
    kept = {act: may for act, may in told["said"].items() if act in late}
    answered = {
        **told, "said": {**kept, **counts}, "on": today.isoformat(), "silent": told.get("silent", "") if late else "",
        "late": {act: on for act, on in told.get("late", {}).items() if said[act]} | dict.fromkeys(late, today.isoformat()),
    }  # fmt: skip
    change: Told = {"customers": {**file.asker["customers"], mark: answered}}
    for act, name in (("erase", "instructed"), ("hand_over", "instructed_copy")):
        known = file.asker.get(name, {})
        others = {key: value for key, value in known.items() if key != told["name"]}
        since = known.get(told["name"], f"case {file.number}, {today.isoformat()}")
        change[name] = {**others, **({told["name"]: since} if counts.get(act) else {})}
    return change


def _known(books: Books, file: File, mark: str) -> Told:
    told = file.asker.get("customers", {}).get(mark)
    if told is None:
        raise UsageError("no rows of this customer were found in this case")
    return dict(told)


# -- what is shown -------------------------------------------------------------------------------------------------------


def listed(house: House, case: str) -> list[Told]:
    """Each customer of a case: name, when it was passed on, what they said; `late` where an officer must act.

    `belated`: to what they said yes once it was settled without them, so that their rows are as they were.
    """
    with at_desk(house) as books:
        file = file_of(books, case)
    today, told = _today(house), []
    for mark, one in file.asker.get("customers", {}).items():
        passed = date.fromisoformat(one["passed"]) if one["passed"] else None
        until = due(house, file.case, passed) if passed else None
        told.append(
            {
                "mark": mark, "customer": one["name"], "passed": passed, "due": until, "said": one["said"],
                "on": date.fromisoformat(one["on"]) if one.get("on") else None,
                "silent": bool(one.get("silent")) and not one["said"] and not one.get("late"),
                "late": not one["said"] and not one.get("late") and (until is None or today >= until),
                "belated": tuple(one.get("late", ())),
            }
        )  # fmt: skip
    return told


def tasks(house: House, customer: str) -> list[Told]:
    """What one customer's administrator is asked: their own cases and no other's, the newest last, nothing of a person."""
    found_ = []
    with at_desk(house) as books:
        mark = mark_of(books, customer)
        for one in answer_links.asked_anywhere(books, "customer", mark):
            file = file_of(books, one.case)
            told = _known(books, file, mark)
            found_.append(
                {
                    "case": one.case, "mark": mark, "number": file.number, "since": one.since, "said": told["said"] or told.get("late", {}),
                    "due": due(house, file.case, here(one.since, house.settings).date()), "open": file.case.closed is None,
                }
            )  # fmt: skip
    return found_
