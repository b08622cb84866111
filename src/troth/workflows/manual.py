"""Systems without an adapter: each case asks their owners, reminds them, tells the officer, and takes their answer behind a link.

What the owner needs to find the person (name, identifiers, what is to be corrected) stands on the page behind the link, and every
view of it is entered; a mail says only that something is asked. First they are asked whether they hold anything; what is to be
done with it they are told once it has been decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from troth.datamap.model import DataMap
from troth.datamap.model import Manual as System
from troth.documents import task_mails
from troth.documents.words import danish
from troth.requests import commands as do
from troth.requests.attested import attested, by_hand
from troth.requests.case import Case
from troth.requests.case import Manual as Said
from troth.requests.kinds import KINDS
from troth.requests.life import SYSTEM
from troth.terms.bilingual import Both
from troth.terms.errors import UsageError
from troth.workflows import answer_links, case_mail
from troth.workflows.case_jobs import next_day
from troth.workflows.case_papers import add_paper, papers
from troth.workflows.cases import DeclinedError, File, at_desk, change_within, file_of, load, viewed
from troth.workflows.jobs import Task, ask
from troth.workflows.reading import here

if TYPE_CHECKING:
    from troth.workflows.books import Books
    from troth.workflows.house import House

Told = dict[str, Any]
MARGIN: Final = timedelta(days=7)
"""How long before the person must have an answer the owner's must be there."""
REMINDERS: Final = (0.5, 0.8)
"""When an owner who has not answered is reminded, as parts of their time; at its end the officer is told."""
HANDED: Final = "handed"
"""The kind of paper that an owner hands over: an officer looks at it before the person gets it."""
MOST_FILES: Final = 10
MOST_BYTES: Final = 10_000_000
_TASKS: Final[Mapping[str, str]] = {
    "copy": "copy", "portable": "copy", "tell": "copy", "correct": "correct", "erase": "erase", "restrict": "restrict",
    "weigh": "restrict", "stop": "stop",
}  # fmt: skip
"""What an act means for the owner of a system."""
_LOOKING: Final = frozenset({"copy"})
"""What is done by looking: it waits for no decision."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that an owner hands over."""

    name: str
    type: str
    data: bytes = field(repr=False)


# -- asking --------------------------------------------------------------------------------------------------------------


def ask_owners(house: House, task: Task) -> None:
    """The job `manual`: asks every owner who has not been asked, and tells those who found something what has been decided."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        file, now = file_of(books, task.case), house.now()
        systems = house.map().manual
        for name, said in file.case.manual.items():
            if name in systems and said == "open":
                _ask(house, books, file, systems[name], now)
            elif said == "found" and not undecided(file.case):
                _tell(house, books, file, systems.get(name), name, now)
        task.done(now)


def _ask(house: House, books: Books, file: File, system: System, now: datetime) -> None:
    case = file.case
    if system.name in answer_links.asked(books, case.name, "manual"):
        return
    _write(house, books, file, system, "manual_stop" if case.only_to_stop else "manual", 1, now)
    _remind_later(house, books, case, system, now)


def _tell(house: House, books: Books, file: File, system: System | None, name: str, now: datetime) -> None:
    """What is to be done with what was found; where everything was refused, nothing is."""
    if not to_do(file.case):
        change_within(books, now, file.case.name, do.AnswerManual(name, "done"), SYSTEM)
    elif system is not None and _write(house, books, file, system, "manual_act", 1, now):
        _remind_later(house, books, file.case, system, now)


def _write(
    house: House, books: Books, file: File, system: System, kind: str, number: int, now: datetime
) -> bool:
    """The mail to the owner, to whom the link belongs; its text names the system and the day, and nobody."""
    token = answer_links.link(books, now, file.case.name, "manual", system.name)
    since = _since(books, file.case, system.name) or now
    told = task_mails.text(
        kind, case=file.number, who=system.owner, what=system.name, says=Both(system.da, system.en),
        due=due(house, file.case, system, since), link=case_mail.page(house, answer_links.PATH, token),
    )  # fmt: skip
    return case_mail.write(house, books, file.case.name, f"{kind} {system.name} {number}", system.mail, told)


def _remind_later(house: House, books: Books, case: Case, system: System, since: datetime) -> None:
    end = _end(house, due(house, case, system, since), since)
    for at in (*(since + (end - since) * part for part in REMINDERS), end):
        once = f"{case.name} manual_reminder {system.name} {at.isoformat()}"
        ask(books, "manual_reminder", case.name, at, once)


def remind(house: House, task: Task) -> None:
    """The job `manual_reminder`: reminds owners whose time runs out, each time once, and notes for the officer when it has."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        file, now = file_of(books, task.case), house.now()
        systems = house.map().manual
        for name in file.case.waiting if file.case.closed is None else ():
            if name in systems and (since := _since(books, file.case, name)) is not None:
                _remind(house, books, file, systems[name], since, now)
        task.done(now)


def _since(books: Books, case: Case, system: str) -> datetime | None:
    """When the clock of an owner began that runs now: asked, or told what to do; None where it is for us to decide."""
    if case.manual[system] == "open":
        asked = answer_links.asked(books, case.name, "manual")
        return asked[system].since if system in asked else None
    return None if undecided(case) else case_mail.written(books, case.name, f"manual_act {system} 1")


def _remind(house: House, books: Books, file: File, system: System, since: datetime, now: datetime) -> None:
    end, said = _end(house, due(house, file.case, system, since), since), file.case.manual[system.name]
    if now < end:
        if passed := sum(now >= since + (end - since) * part for part in REMINDERS):
            kind, number = ("manual_reminder", passed) if said == "open" else ("manual_act", passed + 1)
            _write(house, books, file, system, kind, number, now)
        return
    told = f"{system.name}: {system.owner} have not answered by {end.date().isoformat()}"
    if told not in file.notes.values():
        change_within(books, now, file.case.name, do.Note(), SYSTEM, told)


def due(house: House, case: Case, system: System, since: datetime) -> date:
    """The day by which the owner answers: theirs by the map, and a while before the person must have an answer; never past."""
    asked, theirs = here(since, house.settings).date(), next_day(case, house.settings)
    own = asked + timedelta(days=system.days)
    last = own if theirs is None else min(own, theirs - MARGIN)
    return max(last, asked + timedelta(days=1))


def _end(house: House, day: date, like: datetime) -> datetime:
    return datetime.combine(day, here(like, house.settings).timetz())


# -- what is asked -------------------------------------------------------------------------------------------------------


def undecided(case: Case) -> bool:
    """Whether something is not decided yet that an owner would have to do."""
    return any(_TASKS[KINDS[kind].act] not in _LOOKING for kind in case.undecided)


def to_do(case: Case) -> tuple[str, ...]:
    """What an owner who holds something is to do now, in the order of the kinds; nothing that is not decided, or was refused."""
    found = []
    for kind in case.kinds:
        act, decision = _TASKS[KINDS[kind].act], case.decisions.get(kind)
        granted = decision is not None and decision.outcome != "refused"
        waits = act == "erase" and case.copies_first  # what they hold is copied first
        if not waits and (granted or (act in _LOOKING and decision is None)):
            found.append(act)
    return tuple(dict.fromkeys(found))


def choices(case: Case) -> tuple[Said, ...]:
    """What an owner may answer now: that it is done only where it is known what to do."""
    return ("nothing", "found") if undecided(case) else ("nothing", "done", "found")


def page(house: House, token: str) -> Told:
    """What the owner's page shows; the view is entered. Raises NoCaseError for a link that is none, or whose case is over."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        asked = answer_links.whose(books, token, "manual")
        file = _open(books, asked)
        system = house.map().manual.get(asked.about)
        viewed(books, house.now(), asked.case, f"owner of {asked.about}"[:150], "manual system")
        asker = file.asker
        return {
            "case": file.number, "system": asked.about, "owner": system.owner if system else "",
            "says": Both(system.da, system.en) if system else Both("", ""),
            "due": due(house, file.case, system, _since(books, file.case, asked.about) or asked.since) if system else None,
            "name": str(asker.get("name", "")), "identifiers": _identifiers(file),
            "words": str(asker.get("words", "")) if "rectification" in file.case.kinds else "",
            "to_do": to_do(file.case), "waits": undecided(file.case), "choices": choices(file.case),
            "said": file.case.manual[asked.about],
        }  # fmt: skip


def _identifiers(file: File) -> list[str]:
    """By what the owner knows the person: what was proven; where nobody may be asked for proof, the address they wrote."""
    proven = [str(one) for one in file.asker.get("proven", ())]
    return proven or [str(file.asker["email"])] * (file.case.only_to_stop and bool(file.asker.get("email")))


def answer(
    house: House, token: str, said: Said, words: str = "", uploads: Sequence[Upload] = ()
) -> File:  # fmt: skip
    """Takes the owner's answer, their words and files sealed. Raises DeclinedError for one that cannot be given now."""
    with at_desk(house) as books:
        asked = answer_links.whose(books, token, "manual")
    system = house.map().manual.get(asked.about)
    return attest(
        house, asked.case, asked.about, said, (system.owner if system else asked.about)[:150], words, uploads
    )


def attest(
    house: House, case: str, system: str, said: Said, by: str, words: str = "", uploads: Sequence[Upload] = ()
) -> File:
    """The same under the name of an officer, to whom the owner has said it."""
    from django.db import transaction

    if len(uploads) > MOST_FILES or sum(len(one.data) for one in uploads) > MOST_BYTES:
        raise UsageError("these are too many files, or too large", remedy="Send fewer, or smaller ones.")
    with at_desk(house) as books, transaction.atomic():
        file, now = file_of(books, case), house.now()
        if said not in choices(file.case):
            raise DeclinedError(do.Refusal("not_decided_yet", {"system": system}))
        change_within(books, now, case, do.AnswerManual(system, said), by, words)
        for one in uploads:
            head = {"file": one.name, "type": one.type, "system": system}
            add_paper(books, case, now, kind=HANDED, head=head, data=one.data)
        if said == "found" and not undecided(file.case):
            ask(books, "manual", case, now)
        return file_of(books, case)


def hand_over(house: House, case: str, paper: str, by: str) -> str:
    """An officer has looked at what an owner handed over, and the person may fetch it; the name of the paper to fetch."""
    from django.db import transaction

    from troth.workflows.case_papers import COPY_DAYS
    from troth.workflows.case_papers import paper as read

    with at_desk(house) as books, transaction.atomic():
        now = house.now()
        found = [one for one in papers(books, case, now) if (one["name"], one["kind"]) == (paper, HANDED)]
        if not found:
            raise UsageError("nobody handed over such a paper in this case")
        data, until = read(books, case, paper, now), now + timedelta(days=COPY_DAYS)
        head = {"of": HANDED, **{name: found[0][name] for name in ("file", "type", "system")}}
        change_within(books, now, case, do.Note(), by, f"handed over: {found[0]['system']}")
        return add_paper(books, case, now, kind="copy", head=head, data=data, expires=until)


def _open(books: Books, asked: answer_links.Asked) -> File:
    """The case of a link; one that is over has no page any more."""
    from troth.workflows.cases import NoCaseError

    file = file_of(books, asked.case)
    if file.case.closed is not None:
        raise NoCaseError("there is no such link, or its case is over")
    return file


# -- what is shown -------------------------------------------------------------------------------------------------------


def answers(house: House, case: str) -> list[Told]:
    """Each system kept by hand with what its owner attested, by whom and on which day; for the case, its letters and certificate."""
    file, systems = load(house, case), house.map().manual
    with at_desk(house) as books:
        asked = answer_links.asked(books, case, "manual")
        clocks = {name: _since(books, file.case, name) for name in file.case.waiting}
    last, found = attested(file.events), []
    by = {event.data["system"]: event.by for event in file.events if event.name == "manual_answered"}
    for name, said in sorted(file.case.manual.items()):
        system, since = systems.get(name), asked[name].since if name in asked else None
        running = clocks.get(name)
        until = due(house, file.case, system, running) if system and running else None
        found.append(
            {
                "system": name, "owner": system.owner if system else "", "says": Both(system.da, system.en) if system else None,
                "holds": list(system.holds) if system else [], "asked": since, "due": until, "said": said, "by": by.get(name, ""),
                "on": last[name].on if name in last else None,
                "late": bool(until and here(house.now(), house.settings).date() >= until),
            }
        )  # fmt: skip
    return found


def words_of(datamap: DataMap, file: File) -> dict[str, tuple[Both, Both]]:
    """By system kept by hand, what it holds and what its owner says of it, in both languages; for the person's letters."""
    last, found = attested(file.events), {}
    for name in sorted(file.case.manual):
        system = datamap.manual.get(name)
        english = by_hand(system.owner if system else name, last.get(name))
        what = Both(system.da, system.en) if system else Both(name, name)
        found[name] = (what, Both(danish(english) or english, english))
    return found
