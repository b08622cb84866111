"""Letters of a case: written from its facts, put into it, and posted; by mail where there is an address, else for an officer to print."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from troth.documents.company import company
from troth.documents.letter import Addressee, Letter
from troth.documents.letter_pages import headline, page, plain
from troth.requests import commands as do
from troth.requests.identity import may_ask
from troth.requests.kinds import KINDS
from troth.requests.life import SYSTEM
from troth.terms.bilingual import Both
from troth.workflows.case_acts import latest
from troth.workflows.case_identity import confirm_link
from troth.workflows.case_mail import HERE
from troth.workflows.case_papers import add_paper, papers
from troth.workflows.cases import File, at_desk, change_within, file_of, link_within
from troth.workflows.house import House
from troth.workflows.jobs import Task
from troth.workflows.letter_facts import Facts, asks
from troth.workflows.mail_out import Posted, post
from troth.workflows.reading import here
from troth.workflows.recipients import told_within
from troth.workflows.shown_notice import shown_within

if TYPE_CHECKING:
    from troth.workflows.books import Books

Told = dict[str, Any]
_BY_HAND: Final = ("post", "held")
_COPIES: Final = frozenset({"copy", "portable"})
_CODE: Final = Both("Din kode: {code}", "Your code: {code}")
_CODE_SAYS: Final = Both(
    "Din kode til sag {number} er {code}. Den gælder i {minutes} minutter og kun én gang. Har du ikke bedt om den, så slet denne mail.",
    "Your code for case {number} is {code}. It is good for {minutes} minutes, and once. If you did not ask for it, delete this mail.",
)


def address_of(house: House, file: File, what: str, link: str) -> str:
    """The address of a page of the portal in the language of the case."""
    return f"{house.settings.address or HERE}/{file.case.language}/{what}/{link}/"


def letter(house: House, books: Books, name: str, kind: str) -> Letter:
    """A letter of the case, with every part that its law demands; raises LetterError naming what is missing."""
    file = file_of(books, name)
    case, notice = file.case, shown_within(books, house)
    findings, plan = latest(books, house, name, "findings"), latest(books, house, name, "plan")
    facts = Facts(
        house, file, notice, house.map(), findings[1] if findings else {}, plan[1] if plan else {},
        address_of(house, file, "case", link_within(books, name)),
        address_of(house, file, "confirm", confirm_link(books, name)) if case.agent else "",
        told_within(books, name),
        copied={one["of"]: one for one in papers(books, name, house.now()) if one["kind"] == "copy"},
    )  # fmt: skip
    told = facts.of(kind)
    if kind == "identity":
        told["questions"] = tuple(sorted(may_ask(asks(house, file), case.points)))
    return Letter(
        kind,
        case.regime,
        case.language,
        file.number,
        here(house.now(), house.settings).date(),
        company(notice, case.language),
        told,
        _addressee(file, kind),
    )


def _addressee(file: File, kind: str) -> Addressee:
    """The person; an agent who asks for somebody gets the letters of the case, the person only what is theirs to confirm."""
    agent = file.asker.get("agent") or {}
    if agent and kind != "agent_confirmation":
        return Addressee(str(agent.get("name", "")))
    lines = tuple(line for line in str(file.asker.get("address", "")).splitlines() if line.strip())
    return Addressee(str(file.asker.get("name", "")), lines)


def write(house: House, books: Books, name: str, kind: str, once: str, automatic: bool = True) -> None:
    """Writes a letter, lays it into the case, and posts it, within the caller's transaction and a single time under `once`."""
    file = file_of(books, name)
    made = letter(house, books, name, kind)
    html = page(made)
    agent = file.asker.get("agent") or {}
    to = str(agent.get("email", "")) if agent and kind != "agent_confirmation" else ""
    posted = post(
        house,
        books,
        name,
        Posted(headline(made), plain(made), html, language=made.lang, automatic=automatic, to=to),
        once,
    )
    means = {"": "post", "held": "held"}.get(posted, "mail")
    head = {"file": f"{kind}.html", "type": "text/html", "letter": kind, "means": means}
    add_paper(books, name, house.now(), kind="letter", head=head, data=html.encode())
    change_within(books, house.now(), name, do.Write(kind, means), SYSTEM)


def post_code(house: House, books: Books, name: str, code: str, once: str) -> None:
    """Sends a code to whoever follows the case, within the caller's transaction; it lies in no paper of the case."""
    from troth.workflows.case_identity import MINUTES

    file = file_of(books, name)
    lang = file.case.language
    agent = file.asker.get("agent") or {}
    text = _CODE_SAYS.within(lang).format(number=file.number, code=code, minutes=MINUTES)
    head = _CODE.within(lang).format(code=code)
    post(
        house,
        books,
        name,
        Posted(head, text, language=lang, automatic=False, to=str(agent.get("email", ""))),
        once,
    )


# -- jobs ----------------------------------------------------------------------------------------------------------------


def acknowledge(house: House, task: Task) -> None:
    """The person learns that it came in; an agent's person is asked whether they sent them."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        file = file_of(books, task.case)
        if not file.case.begun:
            write(house, books, task.case, "acknowledgement", "acknowledgement")
            if _asks_person(house, file):
                write(house, books, task.case, "agent_confirmation", "agent_confirmation")
            count(house, books, task.case)
        task.done(house.now())


def _asks_person(house: House, file: File) -> bool:
    """Whether the person for whom an agent asks has anything to show, even if the paper that the agent named is good."""
    permit = (file.asker.get("agent") or {}).get("permit", "confirm")
    given = {"written": {"agent_permission"}, "power": {"power_of_attorney"}}.get(permit, set())
    return bool(file.case.agent) and bool(may_ask(asks(house, file), given))


def identity(house: House, task: Task) -> None:
    """The person is asked for what the law allows, and the clock stands where it may; nothing where nothing may be asked."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        file = file_of(books, task.case)
        if not file.case.known and not file.case.unclear and may_ask(asks(house, file), file.case.points):
            write(house, books, task.case, "identity", f"identity {task.name}")
            change_within(books, house.now(), task.case, do.AskIdentity(), SYSTEM)
        task.done(house.now())


def more_time(house: House, task: Task) -> None:
    """The person is told that it takes longer, and why."""
    _one(house, task, "more_time")


def _one(house: House, task: Task, kind: str) -> None:
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        write(house, books, task.case, kind, kind, automatic=False)
        task.done(house.now())


def answer(house: House, task: Task) -> None:
    """Everything was decided and done, everywhere: the person is told, kind by kind."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        file = file_of(books, task.case)
        if file.case.delivered is None and file.case.complete:
            for kind in answers(file):
                if kind in _COPIES and kind in written(file):
                    continue  # it went before the erasure
                write(house, books, task.case, kind, f"answer {kind}", automatic=False)
            count(house, books, task.case)
        task.done(house.now())


def copy_ready(house: House, task: Task) -> None:
    """The person learns where their copy lies, and until when: before anything of theirs is erased."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        file = file_of(books, task.case)
        for kind in file.case.copies_first:
            letter = _GRANTED[kind]
            if kind in file.case.done and letter not in written(file):
                write(house, books, task.case, letter, f"answer {letter}", automatic=False)
        offer(house, books, task.case)
        task.done(house.now())


def offer(house: House, books: Books, name: str) -> None:
    """Enters which copies the person can fetch now, once the letter that says so is on its way to them."""
    file, now = file_of(books, name), house.now()
    kept = papers(books, name, now)
    lying = {one.get("letter") for one in kept if waits(one)}
    ends = {one["of"]: one["expires"] for one in kept if one["kind"] == "copy"}
    for kind in file.case.copies_first:
        letter = _GRANTED[kind]
        if kind in file.case.done and kind in ends and letter in written(file) - lying:
            until = here(ends[kind] - timedelta(days=1), house.settings).date()
            change_within(books, now, name, do.Offer(kind, until), SYSTEM)


def written(file: File) -> set[str]:
    """The letters that were written in a case."""
    return {event.data["letter"] for event in file.events if event.name == "written"}


def count(house: House, books: Books, name: str) -> None:
    """A case is acknowledged once that letter has gone, answered once every letter of its answer has; one only written has not."""
    file, now = file_of(books, name), house.now()
    if file.case.closed is not None:
        return
    gone = written(file) - {one["letter"] for one in papers(books, name, now) if waits(one)}
    if file.case.acknowledged is None and "acknowledgement" in gone:
        change_within(books, now, name, do.Acknowledge(), SYSTEM)
    whole = file.case.complete and not file.case.unclear
    if file.case.delivered is None and whole and set(answers(file)) <= gone:
        change_within(books, now, name, do.Deliver(), SYSTEM)


def waits(head: Told) -> bool:
    """Whether somebody must still print this letter, or let it go."""
    return head["kind"] == "letter" and head.get("means") in _BY_HAND and not head.get("posted")


def answers(file: File) -> list[str]:
    """The letters that answer a case: one for each kind that was decided by itself, one for what was simply stopped."""
    case = file.case
    found: list[str] = []
    for kind, decision in case.decisions.items():
        if KINDS[kind].act == "stop":
            continue
        if decision.outcome == "refused":
            found.append("objection_rejected" if kind == "objection" else "refusal")
        elif case.found is False and KINDS[kind].act in ("copy", "portable", "erase", "correct"):
            found.append("nothing_found")
        elif kind == "erasure":
            found.append("partial" if decision.outcome == "partly" else "erased")
        else:
            found.append(_GRANTED[kind])
    stopped = [_STOPPED[kind] for kind in case.decisions if KINDS[kind].act == "stop"]
    return list(dict.fromkeys(found)) or list(dict.fromkeys(stopped))


_GRANTED: Final = {
    "access": "copy", "know_specific": "copy", "know_categories": "categories", "portability": "portable", "rectification": "rectified",
    "restriction": "restricted", "objection": "objection_upheld", "shine": "disclosures", "question": "answered",
}  # fmt: skip
_STOPPED: Final = {
    "withdrawal": "withdrawn", "unsubscribe": "unsubscribed", "marketing_objection": "unsubscribed", "opt_out": "opted_out",
    "limit": "limited",
}  # fmt: skip
