"""Systems without an adapter: each case asks their owners, reminds them, tells the officer, and takes their answer behind a link.

What the owner needs to find the person (name, identifiers, what is to be corrected) stands on the page behind the link, and every
view of it is entered; a mail says only that something is asked. First they are asked whether they hold anything; what is to be
done with it they are told once it has been decided. What the person said no to without having to show who they are is a task of its
own, with a link and an answer of its own: it waits for no proof.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import product
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
from troth.workflows.cases import (
    DeclinedError,
    File,
    NoCaseError,
    at_desk,
    change_within,
    file_of,
    load,
    viewed,
)
from troth.workflows.jobs import Task, ask
from troth.workflows.reading import here
from troth.workflows.resting import NAMED

if TYPE_CHECKING:
    from troth.workflows.books import Books
    from troth.workflows.house import House

Told = dict[str, Any]
MARGIN: Final = timedelta(days=7)
"""How long before the person must have an answer the owner's must be there."""
REMINDERS: Final = (0.5, 0.8)
"""When an owner who has not answered is reminded, as parts of their time; at its end the officer is told."""
STOP: Final = "manual_stop"
"""The mail that asks an owner to stop some use."""
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
    """The job `manual`: asks every owner who has not been asked what they hold or what they are to stop, and tells those who found
    something what has been decided."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        file, now = file_of(books, task.case), house.now()
        systems = house.map().manual
        for name, said in file.case.manual.items():
            if name in systems and said == "open":
                _ask(house, books, file, systems[name], now)
            elif said == "found" and not undecided(file.case):
                _tell(house, books, file, systems.get(name), name, now)
        for name in file.case.stopping if _lives(file.case, stop=True) else ():
            if name in systems:
                _ask(house, books, file, systems[name], now, stop=True)
        task.done(now)


def _ask(house: House, books: Books, file: File, system: System, now: datetime, stop: bool = False) -> None:
    if system.name in answer_links.asked(books, file.case.name, "stop" if stop else "manual"):
        return
    _write(house, books, file, system, STOP if stop else "manual", 1, now)
    _remind_later(house, books, file.case, system, now)


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
    stop = kind == STOP
    token = answer_links.link(books, now, file.case.name, "stop" if stop else "manual", system.name)
    since = _since(books, file.case, system.name, stop) or now
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
        for name, stop in product(file.case.waiting, (False, True)):
            since = _since(books, file.case, name, stop) if _lives(file.case, stop) else None
            if name in systems and since is not None:
                _remind(house, books, file, systems[name], since, now, stop)
        task.done(now)


def _lives(case: Case, stop: bool) -> bool:
    """Whether an owner is still waited for; for what was stopped, also after the person took the rest of their request back."""
    return case.closed is None or (stop and case.retracted)


def _since(books: Books, case: Case, system: str, stop: bool) -> datetime | None:
    """When the clock of an owner began that runs now: asked, or told what to do; None where it is for us to decide, or answered."""
    if stop:
        asked = answer_links.asked(books, case.name, "stop") if system in case.stopping else {}
        return asked[system].since if system in asked else None
    if case.manual.get(system) not in ("open", "found"):
        return None
    if case.manual[system] == "open":
        asked = answer_links.asked(books, case.name, "manual")
        return asked[system].since if system in asked else None
    return None if undecided(case) else case_mail.written(books, case.name, f"manual_act {system} 1")


def _remind(
    house: House, books: Books, file: File, system: System, since: datetime, now: datetime, stop: bool
) -> None:
    end = _end(house, due(house, file.case, system, since), since)
    if now < end:
        if passed := sum(now >= since + (end - since) * part for part in REMINDERS):
            looking = not stop and file.case.manual[system.name] == "open"
            again = STOP if stop else "manual_act"
            kind, number = ("manual_reminder", passed) if looking else (again, passed + 1)
            _write(house, books, file, system, kind, number, now)
        return
    what = "said that they stopped it" if stop else "answered"
    told = f"{system.name}: {system.owner} have not {what} by {end.date().isoformat()}"
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


def choices(case: Case, stop: bool = False) -> tuple[Said, ...]:
    """What an owner may answer now: that it is done only where it is known what to do."""
    return ("nothing", "found") if undecided(case) and not stop else ("nothing", "done", "found")


def page(house: House, token: str) -> Told:
    """What the owner's page shows; the view is entered. Raises NoCaseError for a link that is none, or whose case is over."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        asked = _asked(books, token)
        file, stop = _open(books, asked), asked.purpose == "stop"
        system = house.map().manual.get(asked.about)
        viewed(books, house.now(), asked.case, f"owner of {asked.about}"[:150], "manual system")
        asker = file.asker
        return {
            "case": file.number, "system": asked.about, "owner": system.owner if system else "",
            "says": Both(system.da, system.en) if system else Both("", ""),
            "due": due(house, file.case, system, _since(books, file.case, asked.about, stop) or asked.since) if system else None,
            "name": str(asker.get("name", "")), "identifiers": _identifiers(file, stop),
            "words": str(asker.get("words", "")) if "rectification" in file.case.kinds and not stop else "",
            "to_do": ("stop",) if stop else to_do(file.case), "waits": not stop and undecided(file.case),
            "choices": choices(file.case, stop), "said": (file.case.stops if stop else file.case.manual)[asked.about],
        }  # fmt: skip


def _asked(books: Books, token: str) -> answer_links.Asked:
    asked = answer_links.whose(books, token)
    if asked.purpose not in ("manual", "stop"):
        raise NoCaseError("there is no such link, or its case is over")
    return asked


def _identifiers(file: File, stop: bool) -> list[str]:
    """By what the owner knows the person: what was proven; of a no that needs no proof, also the address and number they wrote."""
    proven = [str(one) for one in file.asker.get("proven", ())]
    named = [str(file.asker[name]) for name in NAMED if file.asker.get(name)] if stop else []
    return list(dict.fromkeys([*proven, *named]))


def answer(
    house: House, token: str, said: Said, words: str = "", uploads: Sequence[Upload] = ()
) -> File:  # fmt: skip
    """Takes the owner's answer, their words and files sealed. Raises DeclinedError for one that cannot be given now."""
    with at_desk(house) as books:
        asked = _asked(books, token)
    system = house.map().manual.get(asked.about)
    return attest(
        house, asked.case, asked.about, said, (system.owner if system else asked.about)[:150], words, uploads,
        asked.purpose == "stop",
    )  # fmt: skip


def attest(
    house: House, case: str, system: str, said: Said, by: str, words: str = "", uploads: Sequence[Upload] = (), stop: bool = False
) -> File:  # fmt: skip
    """The same under the name of an officer, to whom the owner has said it; `stop`: of what they were to stop."""
    from django.db import transaction

    if len(uploads) > MOST_FILES or sum(len(one.data) for one in uploads) > MOST_BYTES:
        raise UsageError("these are too many files, or too large", remedy="Send fewer, or smaller ones.")
    with at_desk(house) as books, transaction.atomic():
        file, now = file_of(books, case), house.now()
        if said not in choices(file.case, stop):
            raise DeclinedError(do.Refusal("not_decided_yet", {"system": system}))
        change_within(books, now, case, do.AnswerManual(system, said, stop), by, words)
        for one in uploads:
            head = {"file": one.name, "type": one.type, "system": system}
            add_paper(books, case, now, kind=HANDED, head=head, data=one.data)
        if said == "found" and not stop and not undecided(file.case):
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
    file = file_of(books, asked.case)
    if not _lives(file.case, asked.purpose == "stop"):
        raise NoCaseError("there is no such link, or its case is over")
    return file


# -- what is shown -------------------------------------------------------------------------------------------------------


def answers(house: House, case: str) -> list[Told]:
    """Each system kept by hand with what its owner attested, by whom and on which day; for the case, its letters and certificate.

    One that was asked to stop some use (`stop`) as well as what it holds stands there twice.
    """
    file, systems = load(house, case), house.map().manual
    with at_desk(house) as books:
        since = {
            (stop, name): (answer_links.asked(books, case, purpose).get(name), _since(books, file.case, name, stop))
            for stop, purpose, said in (_LOOKED, _STOPPED)
            for name in said(file.case)
        }  # fmt: skip
    return [
        _answer(house, file, name, stop, asked, running, systems.get(name))
        for (stop, name), (asked, running) in sorted(since.items(), key=lambda one: (one[0][1], one[0][0]))
    ]


_Task = tuple[bool, answer_links.Purpose, Callable[[Case], Mapping[str, Said]]]
_LOOKED: Final[_Task] = (False, "manual", lambda case: case.manual)
_STOPPED: Final[_Task] = (True, "stop", lambda case: case.stops)


def _answer(
    house: House, file: File, name: str, stop: bool, asked: answer_links.Asked | None, running: datetime | None, system: System | None
) -> Told:  # fmt: skip
    last = attested(file.events, stop).get(name)
    until = due(house, file.case, system, running) if system and running else None
    return {
        "system": name, "stop": stop, "owner": system.owner if system else "", "says": Both(system.da, system.en) if system else None,
        "holds": list(system.holds) if system else [], "asked": asked.since if asked else None, "due": until,
        "said": (file.case.stops if stop else file.case.manual)[name], "by": last.by if last else "", "on": last.on if last else None,
        "choices": choices(file.case, stop), "late": bool(until and here(house.now(), house.settings).date() >= until),
    }  # fmt: skip


def words_of(datamap: DataMap, file: File) -> dict[str, tuple[Both, Both]]:
    """By system kept by hand, what it holds and what its owner says of it, in both languages; for the person's letters."""
    held, found = attested(file.events), {}
    stopped = attested(file.events, stop=True)
    for name in sorted({*file.case.manual, *file.case.stops}):
        system = datamap.manual.get(name)
        last = held.get(name) if name in file.case.manual else stopped.get(name)
        english = by_hand(system.owner if system else name, last)
        what = Both(system.da, system.en) if system else Both(name, name)
        found[name] = (what, Both(danish(english) or english, english))
    return found
