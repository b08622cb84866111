"""Writes one person's copy (GDPR Art. 15): a folder to read and a file for machines, streamed row by row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Ref
from troth.documents.export import DatasetInfo, ExportWriter, FieldInfo
from troth.law.rules import cited
from troth.requests.kinds import REGIMES, Regime
from troth.terms.canonical import mask
from troth.terms.errors import UsageError
from troth.workflows.copy_questions import LEAVE, answered, named
from troth.workflows.erase import Request, inquire, question_told
from troth.workflows.find import Group, gather
from troth.workflows.house import House
from troth.workflows.information import information, known
from troth.workflows.inquiry import Inquiry
from troth.workflows.portability import forbidden_in, has_values, hidden


def export(house: House, request: Request, folder: Path, regime: Regime = "eu") -> dict[str, Any]:
    """Writes the folder, or says which questions stand before it (`blocked`: nothing was written).

    `gaps` is what the law wants told besides the data and nobody has written down; `withheld` are categories of which
    values are held that the law forbids to show.
    """
    datamap = house.map()
    written = known(house, datamap)
    with house.opened(datamap) as stores:
        inquiry = inquire(house, stores, request)
        people = inquiry.who(request.identifiers)
        questions = answered(map(question_told, inquiry.identified.questions), request.settled)
        refusals = [*questions, *answered(controllers(inquiry, request), request.settled)]
        blocked = any(q["blocking"] for q in refusals)
        groups = [] if blocked else list(gather(inquiry))
        if blocked or not (groups or any(person.rows for person in people)):
            return {
                "blocked": blocked,
                "rows": 0,
                "datasets": 0,
                "files": 0,
                "folder": None,
                "questions": refusals,
                "places": [],
                "gaps": [],
                "withheld": [],
                "left_to": [] if blocked else [list(one) for one in inquiry.left_out()],
            }
        questions += [
            one for one in refusals if request.settled.get(named(one)) == LEAVE and one not in questions
        ]
        about = [
            (category, mask(CATEGORIES[category].kind, value))
            for p in people
            for category, value in sorted(p.identifiers)
        ]
        told = information(written, {str(group.ref) for group in groups})
        forbidden, held = hidden(regime, house), set[str]()
        with ExportWriter(
            folder, about=about, issued=house.now(), controller=datamap.controller,
            not_searched=inquiry.not_searched(), left_to=inquiry.left_out(),
            questions=[_for_the_person(question) for question in questions],
            information=told if regime == "eu" else None, regime=regime,
        ) as writer:  # fmt: skip
            for group in groups:
                house.progress(f"writing {group.ref}")
                writer.dataset(_info(inquiry, group))
                held |= _write(writer, group, forbidden_in(inquiry.estate.datasets[group.ref], forbidden))
            totals = writer.close()
        return {
            "blocked": False,
            **totals,
            "datasets": len({group.ref for group in groups}),
            "folder": str(folder),
            "questions": questions,
            "places": sorted({str(group.ref) for group in groups}),
            "gaps": [{"point": gap.point, "place": gap.place, "remedy": gap.remedy} for gap in told.gaps],
            "withheld": sorted(held),
            "left_to": [list(one) for one in inquiry.left_out()],
        }


def _write(writer: ExportWriter, group: Group, forbidden: Mapping[str, str]) -> set[str]:
    """Writes a dataset's rows; the categories of which there were values that the law forbids to show."""
    found = set()
    for match in group.matches:
        held = has_values(match, forbidden)
        found |= {forbidden[name] for name in held}
        key = {name: None if name in forbidden else value for name, value in match.key.items()}
        cells = {name: None if name in forbidden else value for name, value in match.row.items()}
        writer.row(key, cells, match.relation, held)
    return found


def regime_of(name: str) -> Regime:
    """The law of this name; raises UsageError for one that there is not."""
    for regime in REGIMES:
        if regime == name:
            return regime
    raise UsageError(
        f"no copy is made under the law {name!r}", place="--law", remedy=f"Known: {', '.join(REGIMES)}."
    )


def _for_the_person(question: Mapping[str, Any]) -> dict[str, str]:
    """A question without its remedy, which names rows of others."""
    return {name: question[name] for name in ("id", "place", "text")}


def _info(inquiry: Inquiry, group: Group) -> DatasetInfo:
    dataset = inquiry.estate.datasets[group.ref]
    names = inquiry.estate.table(group.ref).by_name
    fields = tuple(
        FieldInfo(name, dataset.fields[name].category if name in dataset.fields else "unknown")
        for name in names
    )
    return DatasetInfo(
        group.ref.system, group.ref.dataset, "owns" if group.relation == "owns" else "accesses", fields,
        _why(inquiry, group.ref, group.copy), group.rows, group.hidden,
    )  # fmt: skip


def _restricted(inquiry: Inquiry, ref: Ref) -> str:
    """What marks a dataset of which a legal hold keeps rows shown here: they are read for its purpose only (Art. 18(2))."""
    barred, held = inquiry.barred, inquiry.closure.holdings.get(ref)
    if barred is None or held is None or not barred.any(ref):
        return ""
    pending = {bar.hold for bar in inquiry.bars if bar.pending}
    grounds = {
        f"{keep.reason} ({cited(keep.law)})"
        for key in held.rows
        if held.own.get(key) or held.access.get(key)
        for keep in barred.keeps(ref, key)
        if keep.hold not in pending
    }
    return f"restricted: {'; '.join(sorted(grounds))}" if grounds else ""


def _why(inquiry: Inquiry, ref: Ref, copy: bool) -> str:
    if restricted := _restricted(inquiry, ref):
        return restricted
    dataset = inquiry.estate.datasets[ref]
    for keep in dataset.keep:
        if keep.active:
            return f"{keep.reason or 'kept because a law says so'} ({cited(keep.law)})"
    if copy:
        return "somebody else's row that mentions you: only what mentions you is shown"
    if dataset.on_erase_default == "anonymise":
        return dataset.purpose or "accounting record"
    return dataset.purpose or "the data map names no purpose yet"


def controllers(inquiry: Inquiry, request: Request) -> list[dict[str, Any]]:
    """Rows that a customer controls, or that only a guess makes theirs, are not ours to hand out (GDPR Art. 15(4), 28(3)(a))."""
    from troth.planning.decide import Decide

    closure = inquiry.whose(inquiry.identified.people)
    decide = Decide(closure, inquiry.at, request.instructed, left_to=request.left_to)
    for ref, held in closure.holdings.items():
        decide.ask_controller(ref, {key for key in held.rows if held.own.get(key) or held.access.get(key)})
    decide.ask_unreviewed()
    return [question_told(question) for question in decide.out.questions]
