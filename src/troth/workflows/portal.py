"""What a person sees of their own case, and what they may do to it; nothing of anybody else, and no word of the engine's."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from troth.documents.words import in_both
from troth.law import identity as law
from troth.requests import commands as do
from troth.requests.commands import Refusal
from troth.requests.identity import PROVIDER
from troth.requests.life import PERSON, decide
from troth.terms.bilingual import Lang
from troth.workflows.case_identity import questions
from troth.workflows.case_papers import add_paper, paper, papers
from troth.workflows.cases import (
    DeclinedError,
    File,
    NoCaseError,
    at_desk,
    change,
    change_within,
    file_of,
    row_of,
)
from troth.workflows.grounds import ground_said
from troth.workflows.house import House
from troth.workflows.public_notice import facts

Told = dict[str, Any]
_FOR_THE_PERSON: Final = ("copy", "portable", "certificate", "letter")
_SAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Fetched:
    """A file that the person fetches, under a name that is safe in a header."""

    file: str
    data: bytes = field(repr=False)


def shown(house: House, name: str, language: Lang) -> Told:
    """The case as its person sees it."""
    with at_desk(house) as books:
        file = file_of(books, name)
        kept = papers(books, name, house.now())
    case, lying = file.case, [one for one in kept if _is_theirs(one)]
    asks = questions(house, name, "agent" if case.agent else "person") if case.closed is None else frozenset()
    sent = any(one["kind"] == "permission" for one in kept)
    return {
        "number": file.number, "state": case.state, "kinds": list(case.kinds), "received": case.received, "due": file.due,
        "extended": case.extended, "waiting": len(case.waiting),
        "refused": any(one.outcome != "granted" for one in case.decisions.values()),
        "decisions": [
            {
                "kind": kind, "outcome": one.outcome, "why": in_both(one.why).within(language),
                "ground": ground_said(one.grounds, case.received, case.regime).within(language),
            }
            for kind, one in case.decisions.items()
        ],
        "papers": [
            {"name": one["name"], "kind": one["kind"], "file": one.get("file", ""), "expires": one["expires"],
             "letter": one.get("letter", ""), "of": one.get("of", "")}
            for one in lying
        ],
        "complain_to": facts(house, language)["authority"][:1],
        "questions": [] if case.agent else _asked(house, asks, language),
        "permission": bool(case.agent and asks) and not sent,
        "agent_waits": case.closed is None and case.agent == "claimed" and _is_written_to(house, file),
        "open": case.closed is None, "regime": case.regime,
        "retractable": not isinstance(decide(case, do.Retract(), house.now(), PERSON), Refusal),
    }  # fmt: skip


def _is_theirs(paper: Told) -> bool:
    """Whether whoever follows the case may fetch it; the link by which a person confirms their agent is never the agent's."""
    return paper["kind"] in _FOR_THE_PERSON and paper.get("letter") != "agent_confirmation"


def _is_written_to(house: House, file: File) -> bool:
    """Whether the person for whom an agent asks has had a mail from us, to confirm it."""
    spared = file.asker.get("agent", {}).get("permit") == "power"
    return not spared and "person_confirms" in questions(house, file.case.name)


def of_person(house: House, name: str, language: Lang) -> list[tuple[str, str]]:
    """What the person for whom an agent asks may be asked, once they have said that the agent asks for them."""
    return _asked(house, questions(house, name) - {"person_confirms", PROVIDER}, language)


def _asked(house: House, asks: Collection[str], language: Lang) -> list[tuple[str, str]]:
    """Questions with their words; the code was asked for where the page was opened, and nobody signs in here."""
    return [
        (one, _words(house, one, language))
        for one in sorted(asks)
        if one not in ("email_code", "reauthentication")
    ]


def _words(house: House, question: str, language: Lang) -> str:
    one = law.questions()[question]
    text = one.da if language == "da" else one.en
    return text.replace("{provider}", house.provider.name) if house.provider else text


def fetch(house: House, name: str, which: str) -> Fetched:
    """A paper that lies there for the person; that it was fetched is entered. Raises NoCaseError for any other."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        now = house.now()
        known = {one["name"]: one for one in papers(books, name, now) if _is_theirs(one)}
        if which not in known:
            raise NoCaseError("there is no such paper, or its time is over")
        data = paper(books, name, which, now)
        change_within(books, now, name, do.Fetch(known[which]["kind"]), PERSON)
    return Fetched(_SAFE.sub("_", known[which].get("file", "")) or "file", data)


def add_words(house: House, name: str, words: str) -> None:
    """The person adds something to the case."""
    change(house, name, do.Note(), PERSON, words)


def add_permission(house: House, name: str, sent: Mapping[str, Any]) -> None:
    """The agent's paper, where one may be asked for, and one alone; raises DeclinedError else."""
    from django.db import transaction

    may = questions(house, name, "agent")
    with at_desk(house) as books, transaction.atomic():
        now = house.now()
        row_of(books, name, lock=True)
        if not may or any(one["kind"] == "permission" for one in papers(books, name, now)):
            raise DeclinedError(Refusal("no_agent"))
        add_paper(books, name, now, **sent)
        change_within(books, now, name, do.Note(), PERSON)


def retract(house: House, name: str) -> None:
    """The person takes the request back; raises DeclinedError where something was done already."""
    change(house, name, do.Retract(), PERSON)


def agent_of(house: House, name: str) -> Told:
    """Who says that they ask for the person, for the person to confirm."""
    with at_desk(house) as books:
        file = file_of(books, name)
    agent = file.asker.get("agent", {})
    return {"number": file.number, "agent": agent.get("name", ""), "kinds": list(file.case.kinds)}
