"""What is done for a case on the company's databases: searched, planned, approved, erased, copied; each act under the officer's name.

Only identifiers that the person has proven to be theirs are looked for: whoever asks with their own address and somebody else's
customer number gets nothing of the other. What was merely claimed is for an officer to look at.
"""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

from troth.documents.words import in_both
from troth.planning.left import GROUND, REFUSED, SILENT
from troth.records.cabinet import folder
from troth.requests import commands as do
from troth.requests.attested import attested
from troth.requests.life import SYSTEM
from troth.requests.retaliation import snapshot
from troth.terms.bilingual import Lang
from troth.terms.errors import UsageError
from troth.workflows import entitled, stays
from troth.workflows.case_papers import COPY_DAYS, add_paper, paper, papers
from troth.workflows.cases import File, at_desk, change, change_within, file_of, load, row_of
from troth.workflows.copies_out import lapsed
from troth.workflows.copy_questions import put, settled_in
from troth.workflows.erase import MovedError, Request
from troth.workflows.house import House
from troth.workflows.jobs import Task, ask

if TYPE_CHECKING:
    from troth.datamap.model import Atom
    from troth.workflows.books import Books
    from troth.workflows.inquiry import Inquiry

Told = dict[str, Any]


def left_to(asker: Mapping[str, Any], act: str) -> dict[str, str]:
    """The customers whose rows stay as they are in a case, and why: they said no to this act, or did not answer in time."""
    found = {}
    for one in asker.get("customers", {}).values():
        if one["said"].get(act) is False:
            found[one["name"]] = REFUSED
        elif act not in one["said"] and one.get("silent"):
            found[one["name"]] = SILENT
    return found


def request_of(file: File, accepted: Sequence[str] = (), copying: bool = False) -> Request:
    """The engine's question for a case: the identifiers that were proven, what customers instructed, what an officer accepted."""
    asker = file.asker
    return Request(
        (*asker.get("proven", ()), *asker.get("rows", ())), instructed=dict(asker.get("instructed_copy" if copying else "instructed", {})),
        accepted=frozenset(accepted), attested=attested(file.events), left_to=left_to(asker, "hand_over" if copying else "erase"),
        settled=settled_in(asker) if copying else {}, one=True, regime=file.case.regime,
    )  # fmt: skip


def search(house: House, task: Task) -> None:
    """Looks everywhere for the person, once; the findings lie sealed in the case as counts, questions and what was not searched."""
    from django.db import transaction

    from troth.workflows.resting import extend

    file = load(house, task.case)
    if file.case.closed is not None:  # taken back meanwhile: nobody is looked for
        with at_desk(house), transaction.atomic():
            task.done(house.now())
        return
    known: set[tuple[str, str]] = set()
    entitlements: list[tuple[str, Atom]] = []

    def beside(inquiry: Inquiry) -> None:
        known.update(*(person.identifiers - person.shared for person in inquiry.identified.people))
        entitlements.extend(entitled.held(inquiry))

    told = overview(house, replace(request_of(file), left_to={}), beside)
    with at_desk(house) as books, transaction.atomic():
        now, file = house.now(), file_of(books, task.case)
        extend(books, file.case, known, file.asker, now)
        entitled.remember(books, task.case, now, snapshot(entitled.key_of(books, task.case), entitlements))
        add_paper(books, task.case, now, kind="findings", head={}, data=json.dumps(told).encode())
        change_within(books, now, task.case, do.Searched(bool(told["rows"]), _manual(house)), SYSTEM)
        if told.get("customers"):
            ask(books, "customers", task.case, now)
        task.done(now)


def carry_out(house: House, task: Task) -> None:
    """Does what was granted and is not done yet, kind by kind, and makes a copy again that ran out before the person was told of it.

    What a person does by hand is left to them.
    """
    from django.db import transaction

    with at_desk(house) as books:
        file = file_of(books, task.case)
        again = lapsed(house, books, file)
    for kind in (*file.case.outstanding, *again):
        if kind in _ACTS:
            _ACTS[kind](house, task.case, kind)
    with at_desk(house), transaction.atomic():
        task.done(house.now())


def _manual(house: House) -> tuple[str, ...]:
    """Systems without an adapter, whose owners must be asked."""
    return tuple(sorted(house.map().manual))


def overview(house: House, request: Request, beside: Callable[[Inquiry], None] = lambda _: None) -> Told:
    """How many rows of the person each dataset holds, why they are theirs, and what a person must decide; no row's value.

    What must not be written down is for `beside`, which is given the whole inquiry.
    """
    from troth.workflows.erase import inquire, question_told
    from troth.workflows.find import gather

    datamap = house.map()
    if not request.identifiers:
        return {"rows": 0, "groups": [], "people": 0, "questions": [], "not_searched": []}
    with house.opened(datamap) as stores:
        inquiry = inquire(house, stores, request, holds=False)
        people = inquiry.who(request.identifiers)
        groups = [
            {"system": one.ref.system, "dataset": one.ref.dataset, "rows": one.rows, "relation": one.relation,
             "copy": one.copy, "hidden": list(one.hidden)}
            for one in gather(inquiry)
        ]  # fmt: skip
        beside(inquiry)
        questions = [*inquiry.identified.questions, *inquiry.found_copies.questions]
        return {
            "rows": sum(one["rows"] for one in groups), "groups": groups,
            "people": sum(bool(person.rows) for person in people), "customers": customers_of(inquiry),
            "questions": [question_told(one) for one in questions],
            "not_searched": [{"what": what, "reason": reason} for what, reason in inquiry.not_searched()],
        }  # fmt: skip


def customers_of(inquiry: Inquiry) -> list[str]:
    """The customers who control rows of the person or rows that hold a copy of what names them, by what the tenant column says."""
    found = set(inquiry.found_copies.customers)
    for ref, held in inquiry.closure.holdings.items():
        tenant = inquiry.estate.datasets[ref].tenant
        theirs = (key for key in held.rows if held.own.get(key) or held.access.get(key)) if tenant else ()
        found |= {str(held.value(key, (tenant,))[0]) for key in theirs if tenant}
    return sorted(found - {"None"})


def latest(books: Books, house: House, name: str, kind: str) -> tuple[Told, Told] | None:
    """The youngest paper of a kind: what stands on its head, and what it says; None where there is none."""
    found = [one for one in papers(books, name, house.now()) if one["kind"] == kind]
    if not found:
        return None
    return found[-1], json.loads(paper(books, name, found[-1]["name"], house.now()))


# -- erasing -------------------------------------------------------------------------------------------------------------


def propose(house: House, name: str, by: str, accepted: Sequence[str] = ()) -> Told:
    """Makes the plan and, where nothing stands before it, proposes it under the officer's name; the plan as data."""
    from django.db import transaction

    from troth.workflows.erase import propose as proposed

    file = load(house, name)
    if not file.case.known or file.case.agent == "claimed":
        change(house, name, do.Propose("none"), by)  # says why not
    told = proposed(_as(house, by), request_of(file, accepted))
    with at_desk(house) as books, transaction.atomic():
        head = {"hash": told["hash"], "accepted": sorted(accepted)}
        add_paper(books, name, house.now(), kind="plan", head=head, data=json.dumps(told).encode())
        if told["proposed"]:
            change_within(books, house.now(), name, do.Propose(told["hash"]), by)
    return told


def approve(house: House, name: str, by: str) -> File:
    """Approves the plan that was proposed, and with it decides the erasure: granted, or partly where a law keeps something.

    Approved again (a form sent twice) it stays as it was decided, by whom it was.
    """
    from django.db import transaction

    from troth.workflows.propose import required

    alone = not required(house, house.map())
    with at_desk(house) as books:
        with transaction.atomic():
            row_of(books, name, lock=True)
            case = file_of(books, name).case
            found = latest(books, house, name, "plan")
            if found is None or found[0]["hash"] != case.plan:
                raise UsageError("nobody has proposed a plan for this case", remedy="Propose one first.")
            change_within(books, house.now(), name, do.Approve(case.plan, alone), by)
            if not case.approved_by:
                change_within(books, house.now(), name, _verdict(found[1], case.language), by)
        return file_of(books, name)


def _verdict(told: Told, lang: Lang) -> do.Decide:
    """What approving a plan decides: partly where something stays; where a customer lets us do nothing at all, no."""
    left, grounds = stays.staying(told["plan"]), stays.grounds(told)
    if left and all(step["action"] == "leave" for step in told["plan"]):
        said = "; ".join(sorted({in_both(step["reason"]).within(lang) for step in left}))
        return do.Decide("erasure", "refused", grounds, said)
    said = ", ".join(sorted({stays.why(step) for step in left}))
    return do.Decide("erasure", "partly" if left else "granted", grounds, said)


def erase_now(house: House, name: str, kind: str = "erasure") -> None:
    """Does what was approved and nothing else; a plan that has moved meanwhile is put before a person again."""
    from django.db import transaction

    from troth.workflows.erase import erase

    file = load(house, name)
    case = file.case
    if kind in case.done or not case.approved_by or case.copies_first:
        return
    with at_desk(house) as books:
        found = latest(books, house, name, "plan")
    accepted = found[0]["accepted"] if found else ()
    try:
        by = _as(house, case.approved_by)
        told = erase(by, request_of(file, accepted), pinned=case.plan, name=_run(file))
    except MovedError:
        change(house, name, do.Replan(), SYSTEM)
        return
    if told["blocked"]:
        change(house, name, do.Replan(), SYSTEM)
        return
    if told.get("stopped"):
        raise UsageError(told["stopped"]["message"], place=told["stopped"]["place"], remedy="troth resume")
    with at_desk(house) as books, transaction.atomic():
        for path in map(Path, told["certificates"]):
            for shape in (path.with_suffix(".html"), path):  # to read, and to verify
                head = {"file": f"certificate-{file.number}{shape.suffix}"}
                add_paper(books, name, house.now(), kind="certificate", head=head, data=shape.read_bytes())
        change_within(books, house.now(), name, do.Act(kind), SYSTEM)


def batches(house: House, file: File) -> tuple[int, int] | None:
    """How many transactions of the erasure are done, and of how many; None before they are frozen."""
    from troth.planning.models import FrozenBatch

    if not file.case.approved_by:
        return None
    with at_desk(house) as books:
        rows = FrozenBatch.objects.of(books.tenant).filter(run=_run(file))
        total = rows.count()
        return (rows.filter(state="done").count(), total) if total else None


def _run(file: File) -> str:
    """The run of this approval: the same however often its job is begun, and another once somebody has approved anew."""
    approved = max(at for at, event in enumerate(file.events) if event.name == "approved")
    return str(uuid5(UUID(file.case.name), f"approved {approved}"))


# -- copying -------------------------------------------------------------------------------------------------------------


def copy_now(house: House, name: str, kind: str) -> None:
    """Writes the person's copy and puts it, sealed, where only they fetch it, for as long as it may lie there."""
    from django.db import transaction

    from troth.workflows.export import export
    from troth.workflows.portability import export_portable

    with at_desk(house) as books:
        file = file_of(books, name)
        if _stands(house, books, file, kind):
            return
    write = export_portable if kind == "portability" else export
    place = Path(mkdtemp(prefix="copy-", dir=folder(house.home)))
    try:
        told = write(house, request_of(file, copying=True), place / "copy", file.case.regime)
        if told["blocked"]:
            put(house, name, told["questions"])
            raise UsageError("a person must decide before this copy can be made", remedy="Open the case.")
        data = _zipped(place / "copy") if told["folder"] else b""
    finally:
        shutil.rmtree(place)
    with at_desk(house) as books, transaction.atomic():
        row_of(books, name, lock=True)
        file = file_of(books, name)
        if not _stands(house, books, file, kind):  # another worker may have laid it there meanwhile
            _lay(house, books, file, kind, told, data)


def _stands(house: House, books: Books, file: File, kind: str) -> bool:
    """Whether a copy was made, and need not be made again."""
    return kind in file.case.done and kind not in lapsed(house, books, file)


def _lay(house: House, books: Books, file: File, kind: str, told: Told, data: bytes) -> None:
    """Lays a copy into its case; where there is none, it is said whether a customer controls what there was."""
    name, now, again = file.case.name, house.now(), kind in file.case.done
    if data:
        head = {"file": f"copy-{file.number}.zip", "type": "application/zip", "of": kind}
        head |= {fact: told[fact] for fact in ("places", "withheld", "left_out", "left_to") if fact in told}
        add_paper(
            books, name, now, kind="copy", head=head, data=data, expires=now + timedelta(days=COPY_DAYS)
        )
    elif told["left_to"] and not again:
        change_within(books, now, name, _withheld(kind, told["left_to"], file.case.language), SYSTEM)
        return
    change_within(books, now, name, do.Act(kind, empty=not data, again=again), SYSTEM)
    if again:
        ask(books, "answer", name, now)


def _withheld(kind: str, left: Sequence[Sequence[str]], lang: Lang) -> do.Decide:
    """What is decided where a customer controls all there is and does not let us hand it over: no."""
    why = "; ".join(sorted({in_both(reason).within(lang) for _, reason in left}))
    return do.Decide(kind, "refused", (GROUND,), why)


def _zipped(place: Path) -> bytes:
    """The folder as a zip whose names are only ever ours."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(place.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(place).as_posix())
    return made.getvalue()


_ACTS: Final[Mapping[str, Callable[[House, str, str], None]]] = {
    "erasure": erase_now,
    "access": copy_now,
    "know_specific": copy_now,
    "portability": copy_now,
}
"""Kinds that the program carries out by itself, once they are granted."""


def _as(house: House, by: str) -> House:
    """The house with this operator at work."""
    return replace(house, settings=replace(house.settings, operator=by))
