"""What the console shows and does: cases by deadline, one case on one page, and every look at a person's data entered with its purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from troth.law.requests import never_verified, refusals
from troth.law.rules import grounds
from troth.requests import commands as do
from troth.requests.case import Case
from troth.requests.commands import Refusal
from troth.requests.deadlines import dues, extension, may_ask_again
from troth.requests.kinds import KINDS
from troth.requests.life import decide
from troth.terms.bilingual import Both
from troth.terms.errors import UsageError
from troth.workflows import case_acts, copy_questions, duty, jobs, jobs_desk
from troth.workflows.asking import offered, regime_of
from troth.workflows.case_acts import latest
from troth.workflows.case_identity import questions, shown
from troth.workflows.case_papers import paper, papers
from troth.workflows.cases import (
    DeclinedError,
    File,
    amend,
    at_desk,
    change,
    change_within,
    file_of,
    row_of,
    viewed,
)
from troth.workflows.checks_status import tampered
from troth.workflows.desk_letters import let_go, posted, printing, unsent
from troth.workflows.desk_lists import FIRST, SECTIONS, others, part_within
from troth.workflows.desk_words import say
from troth.workflows.house import House
from troth.workflows.meant import meant
from troth.workflows.propose import required
from troth.workflows.reading import here, reading

Told = dict[str, Any]
PURPOSES: Final = ("answer", "identity", "objection", "complaint", "audit")
"""For what somebody may look at a person's data; one of them is chosen, and entered, before anything is shown."""


def board(house: House) -> Told:
    """The inbox: each list of cases with how many there are, what others have not done, letters to print, failed jobs,
    and what is wrong with the evidence of the promises."""
    with at_desk(house) as books:
        lists = {section: part_within(books, house, section) for section in SECTIONS}
    beside = {**others(house), "jobs": failing(house), "printing": printing(house)}
    return {**lists, **beside, "tampered": tampered(house)}


def failing(house: House) -> Told:
    """Jobs that gave up and wait for a person, those that wait longest first, and how many there are in all.

    Their fault names a type and a place, never a value.
    """
    from troth.records.models import Job

    with at_desk(house) as books:
        rows = Job.objects.of(books.tenant).filter(state="failed")
        shown = [
            {"name": row.name, "kind": row.kind, "case": row.case, "fault": row.fault, "ended": row.ended}
            for row in rows.order_by("id")[:FIRST]
        ]
        return {"total": rows.count(), "shown": shown}


def case(house: House, name: str) -> Told:
    """One case on one page, without what is personal: that is asked for by `person`."""
    with at_desk(house) as books:
        file = file_of(books, name)
        findings, plan = latest(books, house, name, "findings"), latest(books, house, name, "plan")
        lying = papers(books, name, house.now())
        before_copy = copy_questions.standing(books, house, file)
    one = file.case
    clocks = [
        {
            "law": due.clock.citation,
            "says": Both(due.clock.da, due.clock.en),
            "day": due.day,
            "met": due.met,
            "stands": due.stands,
            "kinds": due.kinds,
        }
        for due in dues(one, reading(house.settings))
    ]
    longer = extension(one, reading(house.settings))
    return {
        "name": name, "number": file.number, "case": one, "due": file.due, "events": _events(file), "clocks": clocks,
        "longer": longer if longer and here(house.now(), house.settings).date() <= longer.last else None, "papers": lying,
        "findings": findings[1] if findings else None, "plan": plan[1] if plan else None, "plan_at": plan[0]["at"] if plan else None,
        "may": may(house, file), "asks": sorted(questions(house, name)) if one.closed is None else [],
        "grounds": _grounds(file, earlier(house, name)),
        "jobs": _jobs(house, name), "running": bool(one.approved_by) and "erasure" not in one.done,
        "offered": offered(one.regime), "agent": one.agent,
        "second": required(house, house.map()), "asked": _asked(plan[1] if plan else {}), "asked_copy": before_copy,
        "unsent": unsent(house, name), "batches": case_acts.batches(house, file),
        "away": _away(house, file), "suggested": suggested(one, lying),
    }  # fmt: skip


def suggested(case: Case, lying: Sequence[Told]) -> Told:
    """What a mail that nobody understood for certain seems to ask, for an officer to confirm at once; {} where there is no guess."""
    if not case.unclear:
        return {}
    mail: Told = next((one for one in lying if one["kind"] == "mail"), {})
    guessed = {*case.kinds, *mail.get("perhaps", ())} - set(mail.get("denied", ()))
    kinds = [kind for kind in offered(case.regime) if kind in guessed]
    return {"kinds": kinds, "home": "US-CA" if case.regime == "california" else case.country} if kinds else {}


def _away(house: House, file: File) -> Told | None:
    """That whoever looks after the case is away today, until when, and who is reminded instead."""
    with at_desk(house) as books:
        found = duty.away(books).get(file.case.assignee)
    if found is None or not found.on(here(house.now(), house.settings).date()):
        return None
    return {"until": found.until, "deputy": file.case.deputy or found.deputy or "–"}


def _asked(plan: Told) -> list[Told]:
    """What stands before the plan: each question under the name that answers it at its own place; none where looking is no answer."""
    from troth.workflows.inquiry import ACCEPTABLE

    return [
        {**one, "name": f"{one['id']}@{one['place']}" if one["id"] in ACCEPTABLE else ""}
        for one in plan.get("questions", ())
        if one["blocking"]
    ]


def _events(file: File) -> list[Told]:
    return [
        {
            "name": event.name,
            "at": event.at,
            "by": event.by,
            "data": dict(event.data),
            "note": at in file.notes,
        }
        for at, event in enumerate(file.events)
    ]


def earlier(house: House, name: str) -> list[tuple[str, date]]:
    """What the same sender asked before: each kind with the day it came in."""
    from troth.requests.models import CaseRow

    with at_desk(house) as books:
        row = row_of(books, name)
        if not row.mark:  # nobody knows who sent it
            return []
        theirs = CaseRow.objects.of(books.tenant).filter(mark=row.mark, received__lte=row.received)
        before = theirs.exclude(name=name).order_by("id").values_list("kinds", "received")
        return [(kind, received) for kinds, received in before for kind in kinds]


def _grounds(file: File, before: Sequence[tuple[str, date]]) -> list[tuple[str, Both, str]]:
    """On what a request may be refused, in whole or in part: id, words, article. That it is too often, only where it is."""
    one, found = file.case, {}
    for kind in one.kinds:
        again = may_ask_again(one.regime, kind, one.received, before)
        for each in refusals(one.regime, kind, one.received):
            if each.used_up and again:
                continue
            found[each.id] = (each.id, Both(each.da, each.en), each.citation)
    if one.regime == "eu":
        for ground in grounds().values():
            found[ground.id] = (ground.id, Both(ground.da, ground.en), ground.article)
    return list(found.values())


def _jobs(house: House, name: str) -> list[Told]:
    from troth.records.models import Job

    with at_desk(house) as books:
        rows = Job.objects.of(books.tenant).filter(case=name).exclude(state="done").order_by("id")
        return [
            {
                "name": row.name,
                "kind": row.kind,
                "state": row.state,
                "attempts": row.attempts,
                "fault": row.fault,
            }
            for row in rows
        ]


def may(house: House, file: File) -> frozenset[str]:
    """The steps that the case can take now: what a page offers is asked of the same rules that decide."""
    one, now = file.case, house.now()
    last = date.max
    tries: Mapping[str, do.Command] = {
        "doubt": do.Doubt("x"), "extend": do.Extend("x", last), "propose": do.Propose("x"),
        "approve": do.Approve(one.plan, alone=True), "deliver": do.Deliver(), "close": do.Close(), "retract": do.Retract(),
        "confirm_agent": do.ConfirmAgent(), "verify": do.ShowIdentity(frozenset({"by_hand"}), True), "note": do.Note(),
        "assign": do.Assign("x"), "understand": do.Understand(one.kinds or ("question",), one.regime, one.country, one.unverified),
    }  # fmt: skip
    found = {
        name
        for name, command in tries.items()
        if (told := decide(one, command, now, "x")) and not isinstance(told, Refusal)
    }
    found |= {
        f"decide {kind}"
        for kind in one.undecided
        if KINDS[kind].act not in ("stop", "erase") or "erasure" not in one.kinds
    }
    found |= {
        f"act {kind}"
        for kind in one.outstanding
        if KINDS[kind].act in ("correct", "restrict", "weigh", "tell")
    }
    return frozenset(found)


def person(house: House, name: str, by: str, purpose: str) -> Told:
    """Who asks, in which words, and what was noted: entered with its purpose first. Raises UsageError for no purpose of ours."""
    from django.db import transaction

    if purpose not in PURPOSES:
        raise UsageError("say for what", place="purpose")
    with at_desk(house) as books:
        with transaction.atomic():
            viewed(books, house.now(), name, by, purpose)
        file = file_of(books, name)
    return {"asker": dict(file.asker), "notes": dict(file.notes)}


def matches(house: House, name: str, by: str, purpose: str) -> Told:
    """Every row that is the person's, with its reasons; entered with its purpose first."""
    from troth.workflows.find import find

    person(house, name, by, purpose)
    with at_desk(house) as books:
        request = case_acts.request_of(file_of(books, name))
    return (
        find(house, request) if request.identifiers else {"matches": [], "questions": [], "not_searched": []}
    )


def read_paper(house: House, name: str, which: str, by: str, purpose: str) -> tuple[Told, bytes]:
    """A paper of a case for an officer, entered with its purpose."""
    from django.db import transaction

    if purpose not in PURPOSES:
        raise UsageError("say for what", place="purpose")
    with at_desk(house) as books:
        with transaction.atomic():
            viewed(books, house.now(), name, by, purpose)
        head = next((one for one in papers(books, name, house.now()) if one["name"] == which), {})
        return head, paper(books, name, which, house.now())


# -- what an officer does ------------------------------------------------------------------------------------------------


def act(
    house: House, name: str, by: str, step: str, given: Mapping[str, str], accepted: Sequence[str] = ()
) -> None:
    """One step of an officer on a case; raises DeclinedError where it cannot take it now, UsageError for an unknown one."""
    if step in _STEPS:
        _STEPS[step](house, name, by, given)
    elif step == "propose":
        case_acts.propose(house, name, by, accepted)
    elif step == "approve":
        case_acts.approve(house, name, by)
    elif step == "meant":
        meant(house, name, by, accepted, given.get("why", ""))
    else:
        raise UsageError("there is no such step", place=step)


def _understand(house: House, name: str, by: str, given: Mapping[str, str]) -> None:
    country, _, state = given.get("home", "DK").partition("-")
    regime = regime_of(country, state)
    kinds = tuple(kind for kind in KINDS if given.get(f"kind-{kind}"))
    received = _file(house, name).case.received
    change(house, name, do.Understand(kinds, regime, country, never_verified(regime, received)), by)


def _verify(house: House, name: str, by: str, given: Mapping[str, str]) -> None:
    """By hand: an officer says which identifiers are proven to be the person's, and how."""
    from django.db import transaction

    proven = [one.strip() for one in given.get("proven", "").replace("\n", ",").split(",") if one.strip()]
    if not proven or not given.get("how", "").strip():
        raise DeclinedError(Refusal("no_reason"))
    with at_desk(house) as books, transaction.atomic():
        known = file_of(books, name, lock=True).asker.get("proven", ())
        amend(books, name, {"proven": sorted({*known, *proven})})
        change_within(
            books, house.now(), name, do.ShowIdentity(frozenset({"by_hand"}), True), by, given["how"].strip()
        )


def _extend(house: House, name: str, by: str, given: Mapping[str, str]) -> None:
    longer = extension(_file(house, name).case, reading(house.settings))
    if longer is None:
        raise DeclinedError(Refusal("extended_once"))
    change(house, name, do.Extend(given.get("why", ""), longer.last), by)


def _decide(house: House, name: str, by: str, given: Mapping[str, str]) -> None:
    outcome: Any = given.get("outcome", "")
    if outcome not in ("granted", "partly", "refused"):
        raise DeclinedError(Refusal("no_reason"))
    kind, ground = given.get("kind", ""), given.get("ground", "")
    if ground and ground not in {known for known, _, _ in _grounds(_file(house, name), earlier(house, name))}:
        raise UsageError("the law has no such ground here", place="ground", remedy="Choose one of the list.")
    say(house, name, kind, given)
    decision = do.Decide(kind, outcome, (ground,) if ground else (), given.get("why", ""))
    change(house, name, decision, by, given.get("balancing", ""))


def _file(house: House, name: str) -> File:
    with at_desk(house) as books:
        return file_of(books, name)


def _confirm_agent(house: House, name: str, by: str, given: Mapping[str, str]) -> None:
    """The officer has read the agent's paper and says which one it is."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        point = "power_of_attorney" if given.get("paper") == "power" else "agent_permission"
        shown(house, books, name, {point}, by)
        if file_of(books, name).case.agent == "claimed":
            change_within(books, house.now(), name, do.ConfirmAgent(), by)


def _again(house: House, name: str, by: str, given: Mapping[str, str]) -> None:
    """A job of this case that gave up is tried again."""
    job = given.get("job", "")
    if job not in {one["name"] for one in _jobs(house, name)}:
        raise UsageError("this case has no such job", place="job")
    try_again(house, job, by)


def try_again(house: House, job: str, by: str) -> None:
    """A job that gave up is tried again, under the officer's name; raises UsageError where it has not."""
    jobs_desk.retry(working(house, by), job)
    jobs.nudge()


def _close(house: House, name: str, by: str, given: Mapping[str, str]) -> None:
    """A letter that was printed nowhere and let go by nobody has not reached the person."""
    if any(one["case"] == name for one in printing(house)):
        raise DeclinedError(Refusal("letters_wait"))
    change(house, name, do.Close(), by)


_STEPS: Final[Mapping[str, Any]] = {
    "understand": _understand,
    "verify": _verify,
    "extend": _extend,
    "decide": _decide,
    "confirm_agent": _confirm_agent,
    "again": _again,
    "settle": copy_questions.settle,
    "doubt": lambda house, name, by, given: change(house, name, do.Doubt(given.get("why", "")), by),
    "fail": lambda house, name, by, given: change(house, name, do.FailIdentity(), by),
    "act": lambda house, name, by, given: change(house, name, do.Act(given.get("kind", "")), by),
    "assign": lambda house, name, by, given: change(
        house, name, do.Assign(given.get("to", ""), given.get("deputy", "")), by
    ),
    "note": lambda house, name, by, given: change(house, name, do.Note(), by, given.get("words", "")),
    "close": _close,
    "posted": lambda house, name, by, given: posted(house, name, given.get("paper", ""), by),
    "let_go": lambda house, name, by, given: let_go(house, name, given.get("letter", ""), by),
}


def working(house: House, by: str) -> House:
    """The house with this operator at work."""
    return replace(house, settings=replace(house.settings, operator=by))
