"""Erases people: plan, refuse or approve, act, certify; and takes up what was cut off."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from troth.datamap.model import Ref
from troth.datamap.questions import Question
from troth.planning.costs import MANY, notes
from troth.planning.held import Held
from troth.planning.left import REFUSED
from troth.planning.person import Node, Person
from troth.planning.plan import Plan
from troth.planning.sought import Sought
from troth.planning.sqltext import Dialect
from troth.records.cabinet import kept
from troth.requests.attested import Attested
from troth.terms.errors import UsageError
from troth.workflows.hold_records import standing_bars
from troth.workflows.house import House
from troth.workflows.inquiry import Inquiry
from troth.workflows.restraint import CEILING, before

if TYPE_CHECKING:
    from troth.workflows.books import Books


@dataclass(frozen=True)
class Request:
    """What an operator asked: identifiers, whose data (scope), instructions of customers, and answers to questions."""

    identifiers: Sequence[str | Sought]
    scope: str | None = None
    instructed: Mapping[str, str] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()
    attested: Mapping[str, Attested] = field(default_factory=dict)  # what owners of systems kept by hand said
    gone: tuple[frozenset[Node], ...] = ()  # people of whom only the rows that refer to theirs are left
    left_to: Mapping[str, str] = field(default_factory=dict)  # customers whose rows stay, and why
    settled: Mapping[str, str] = field(default_factory=dict)  # of a copy: by question, what was said
    one: bool = False  # all identifiers were proven to be one person's


def refused(names: Sequence[str] | None, instructed: Mapping[str, str]) -> dict[str, str]:
    """Customers who said no, whose rows stay as they are; raises UsageError for one who has instructed us too."""
    if both := sorted(set(names or ()) & set(instructed)):
        raise UsageError(
            "a customer has either instructed us or said no", place=both[0], remedy="Say one of the two."
        )
    return dict.fromkeys(names or (), REFUSED)


def asked_again(context: Mapping[str, Any]) -> Request:
    """The question of an earlier run, without its people."""
    told, left_to = frozenset(context["accepted"]), context.get("left_to") or {}
    return Request((), context["scope"], context["instructed"], told, left_to=left_to)


def preview(house: House, request: Request, with_sql: bool = False) -> dict[str, Any]:
    """The plan as data: what would be done, why, and what a person must decide; nothing is changed and no state made."""
    from troth.workflows.sweep import remembered

    datamap = house.map()
    with house.opened(datamap) as stores, remembered(house, datamap) as held:
        inquiry = inquire(house, stores, request, held=held)
        plan = planned(house, inquiry, request)
        told = _told(plan, sum(store.statements() for store in stores.values()))
        if with_sql:
            told["sql"] = [
                {"system": step.ref.system, "statement": sql}
                for step in plan.steps
                for sql in stores[step.ref.system].render(step)
            ]
    return told


def propose(house: House, request: Request) -> dict[str, Any]:
    """The plan as data, proposed for somebody else to approve; a plan that is blocked or empty is not (`proposed`)."""
    from troth.workflows.propose import record
    from troth.workflows.sweep import remembered

    datamap = house.map()
    with house.opened(datamap) as stores, remembered(house, datamap) as held:
        plan = planned(house, inquire(house, stores, request, held=held), request)
        told = _told(plan, sum(store.statements() for store in stores.values()))
    if plan.steps and not plan.blocked:
        record(house, plan)
    return {**told, "proposed": bool(plan.steps and not plan.blocked)}


def erase(
    house: House, request: Request, pinned: str | None = None, kind: str = "erase", name: str = ""
) -> dict[str, Any]:
    """Erases, or says which questions stand before it (`blocked` is true and nothing was done).

    Under a `name` (a job's) it is done once however often it is asked for: what was cut off is taken up, what is done is told.
    """
    from troth.workflows.approve import approve
    from troth.workflows.books import Books
    from troth.workflows.durable import executor
    from troth.workflows.propose import second
    from troth.workflows.sweep import remembered
    from troth.workflows.turn import count, turn

    while True:
        if name and (told := taken_up(house, name)) is not None:
            return told
        began = count(house)
        with ExitStack() as held:
            datamap = house.map()
            with house.opened(datamap) as stores, remembered(house, datamap) as known:
                inquiry = inquire(house, stores, request, acting=True, held=known)
                plan = planned(house, inquiry, request)
                if pinned is not None and plan.hash != pinned:
                    raise MovedError(plan.hash)
                if plan.blocked or not plan.steps:
                    read = sum(store.statements() for store in stores.values())
                    return {**_empty(plan), "blocked": bool(plan.blocked), "statements": read}
                now = held.enter_context(turn(house, house.progress))
                if now != began:  # somebody acted while we looked: look again
                    continue
                with kept(house.home, begun=False):
                    books = Books(house.home, house.settings)
                    held.callback(books.close)
                    if kind == "erase":  # what was decided before is only done again
                        none_half_way(house, books)
                    by = second(house, datamap, books, plan, pinned) if kind == "erase" else None
                    approved = approve(house, books, inquiry, inquiry.identified.people, plan, kind, by, name)
            with kept(house.home, begun=True), executor(house, books) as run:
                outcome = run(approved.run)
        return _answer(outcome, [question_told(question) for question in plan.questions])


def taken_up(house: House, name: str) -> dict[str, Any] | None:
    """What became of the run of that name, taken up with every other that was cut off; None where there is none yet."""
    from troth.workflows.books import Books

    if not house.has_state():
        return None
    told = take_up(house)
    books = Books(house.home, house.settings)
    from troth.planning.models import Run  # only now is our own state open

    try:
        row = Run.objects.of(books.tenant).filter(name=name).first()
        if row is None:
            return None
        return told.get(name) or _answer({"state": row.state, **row.outcome}, [])
    finally:
        books.close()


def take_up(house: House) -> dict[str, dict[str, Any]]:
    """Takes up every run that was cut off, once no other process is at work; the answers by run. {} where there is none."""
    from troth.workflows.books import Books

    if not house.has_state():
        return {}
    books = Books(house.home, house.settings)
    from troth.planning.models import Run  # only now is our own state open

    try:
        waiting = Run.objects.of(books.tenant).exclude(state="done").exclude(kind="replay").exists()
    finally:
        books.close()
    return dict(_resumed(house, house.progress)) if waiting else {}


def resume(house: House) -> list[dict[str, Any]]:
    """Takes up every run that is not done; [] when there is none. Raises UsageError while another process is at work."""
    return [answer for _, answer in _resumed(house, None)] if house.has_state() else []


def _resumed(house: House, waiting: Callable[[str], None] | None) -> list[tuple[str, dict[str, Any]]]:
    """The same, each answer with the name of its run; `waiting` says that it waits for another process."""
    from troth.workflows.act import Acting
    from troth.workflows.books import Books
    from troth.workflows.durable import empty_log, executor
    from troth.workflows.postponed import ready
    from troth.workflows.retained import KIND, finish
    from troth.workflows.superseded import superseded
    from troth.workflows.turn import turn

    with turn(house, waiting), ExitStack() as held:
        books = Books(house.home, house.settings)
        held.callback(books.close)
        names = _cut_off(house, books)
        if not names:
            empty_log(house.home)
            return []
        answers: list[tuple[str, dict[str, Any]]] = []
        over = [name for name in names if superseded(house, books, Acting(house, books, name))]
        for look in ready(house, books, house.now()) if over else ():
            told = {**look, "state": "done" if look["state"] in ("erased", "clean") else look["state"]}
            answer = _answer({**told, "paths": look.get("certificates", [])}, look["questions"])
            answers.append((look["run"], {**answer, "blocked": look["state"] in ("blocked", "later")}))
        with kept(house.home, begun=True), executor(house, books) as run:
            for name in (name for name in names if name not in over):
                acting = Acting(house, books, name)
                if acting.row().kind == KIND:
                    answers.append((name, _answer(finish(house, books, name), [])))
                    continue
                asked = acting.context["questions"] if acting.row().context else []
                answers.append((name, _answer(run(name), [{**one, "blocking": False} for one in asked])))
    return answers


def _cut_off(house: House, books: Books) -> list[str]:
    """Runs that are not done, oldest first; raises UsageError if one of them was approved with another map."""
    from troth.datamap.mapwrite import map_hash
    from troth.planning.models import Run

    rows = list(
        Run.objects.of(books.tenant).exclude(state="done").exclude(kind="replay").order_by("started")
    )  # what was cut off on a restored backup, `restore-guard` does anew
    if rows and {row.map for row in rows} != {map_hash(house.map())}:
        raise UsageError(
            "the map has changed since this run was approved",
            place=str(house.map_path),
            remedy="Put back the map it was approved with (see your version control), then resume.",
        )
    return [row.name for row in rows]


def none_half_way(house: House, books: Books) -> None:
    """Raises HalfWayError where an earlier run is not done: its people would still count as owners of what they share."""
    from troth.planning.models import Run

    waiting = Run.objects.of(books.tenant).exclude(state="done").exclude(kind="replay").count()
    if waiting:
        raise HalfWayError(waiting, str(house.home))


class HalfWayError(UsageError):
    """An earlier run stands half-way, and must be done before anybody else is erased."""

    exit_code = 5

    def __init__(self, waiting: int, place: str) -> None:
        super().__init__(
            f"{waiting} earlier run{'s are' if waiting > 1 else ' is'} half-way, so nothing was begun here",
            place=place,
            remedy="Run `troth resume` first: what both people own would be left to nobody.",
        )


class MovedError(UsageError):
    """The plan is not the one that was approved: the map or the matched rows have moved since."""

    exit_code = 4

    def __init__(self, now: str) -> None:
        super().__init__(
            "the map or the matched rows have moved since that plan was made; nothing was done",
            remedy=f"Look at the new plan with --dry-run; its hash is {now}.",
        )


def inquire(
    house: House, stores: Mapping[str, Any], request: Request, acting: bool = False, held: Held = lambda _: (),
    holds: bool = True,
) -> Inquiry:  # fmt: skip
    """The question as the request asks it; `held` is what earlier erasures kept by law; `holds`: legal holds count."""
    datamap = house.map()
    lifted = {CEILING} if "ceiling" in house.lifted else set()  # a flag lifts it, and the ledger says so
    dialects = {
        name: cast(Dialect, house.kind(system.url, name).name) for name, system in datamap.systems.items()
    }
    accepted = request.accepted | lifted
    bars = standing_bars(house) if holds else ()
    return Inquiry(
        datamap, stores, dialects, house.now().date(), request.scope, request.instructed, accepted, house.progress, held, bars,
        request.attested, left_to=request.left_to, settled=request.settled, one=request.one, acting=acting,
    )  # fmt: skip


def planned(house: House, inquiry: Inquiry, request: Request) -> Plan:
    people = inquiry.who(request.identifiers)
    if request.gone:
        people = [*people, *(Person(nodes, frozenset(), frozenset()) for nodes in request.gone)]
        inquiry.recall(people)
    plan = inquiry.plan(people)
    beside = [] if inquiry.acting else _costs(inquiry, plan)
    asked = (*before(house, inquiry.datamap, plan, inquiry.acting), *plan.questions, *beside)
    return replace(plan, questions=asked)


def _costs(inquiry: Inquiry, plan: Plan) -> list[Question]:
    """What the databases will have to do, by their own estimate; small ones are not even asked."""
    estate = inquiry.estate
    large = [
        name
        for name, schema in estate.schemas.items()
        if any(t.estimate >= MANY for t in schema.tables.values())
    ]
    sizes = {
        Ref(name, dataset): size for name in large for dataset, size in inquiry.stores[name].sizes().items()
    }
    return list(notes(estate, plan.steps, sizes, inquiry.dialects)) if large else []


def _told(plan: Plan, statements: int) -> dict[str, Any]:
    return {
        "plan": plan.explain(),
        "hash": plan.hash,
        "statements": statements,
        "people": plan.people,
        "questions": [question_told(question) for question in plan.questions],
        "not_searched": [{"what": what, "reason": reason} for what, reason in plan.not_searched],
        "blocked": bool(plan.blocked),
    }


def _empty(plan: Plan) -> dict[str, Any]:
    return {
        "erased": 0, "anonymised": 0, "pseudonymised": 0, "minimised": 0, "kept": [], "certificates": [], **_SWEPT,
        "questions": [question_told(question) for question in plan.questions],
        "not_searched": [{"what": what, "reason": reason} for what, reason in plan.not_searched],
    }  # fmt: skip


_SWEPT: Mapping[str, Any] = {"searched": {}, "residue": [], "uncertain": [], "accounted": []}
"""What the sweep adds to the answer, and what stands there before it was made."""


def _answer(outcome: Mapping[str, Any], questions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "state": outcome["state"],
        "erased": outcome.get("erased", 0),
        "anonymised": outcome.get("anonymised", 0),
        "pseudonymised": outcome.get("pseudonymised", 0),
        "minimised": outcome.get("minimised", 0),
        "unlinked": outcome.get("unlinked", 0),
        "kept": outcome.get("kept", []),
        "left": outcome.get("left", {}),
        **{name: outcome.get("sweep", {}).get(name, empty) for name, empty in _SWEPT.items()},
        "statements": outcome.get("statements", 0),  # reading and acting, before and after a resume
        "certificates": outcome.get("paths", []),
        "questions": list(questions),
        "not_searched": outcome.get("not_searched", []),
        "not_swept": outcome.get("sweep", {}).get("not_searched", []),
        "blocked": False,
    }
    if outcome["state"] == "stopped":
        told["stopped"] = {name: outcome[name] for name in ("place", "message", "remedy")}
    return told


def question_told(question: Any) -> dict[str, Any]:
    return {
        "id": question.id, "place": question.place, "text": question.text, "remedy": question.remedy, "blocking": question.blocking,
    }  # fmt: skip


def batch_file(path: Path) -> list[str]:
    """Identifiers from a file, one a line; blank lines and lines that begin with # do not count."""
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError):
        raise UsageError(
            "the batch file cannot be read",
            place=str(path),
            remedy="Give a text file in UTF-8, one identifier a line.",
        ) from None
    found = [line for line in lines if line and not line.startswith("#")]
    if not found:
        raise UsageError(
            "the batch file names nobody", place=str(path), remedy="Write one identifier a line."
        )
    return found
