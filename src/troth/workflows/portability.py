"""Writes what a person can take to another provider (GDPR Art. 20): data they provided or we observed, on consent or contract.

What a dataset is for and where it comes from stands in the map. Where it does not, nothing is written: that is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from troth.datamap.model import DataMap, Dataset, Ref
from troth.datamap.questions import Question
from troth.documents import portable_words as say
from troth.documents.portable import LeftOut, PortableWriter
from troth.documents.words import in_both
from troth.law import copies as law
from troth.planning.estate import Estate
from troth.requests.kinds import Regime
from troth.terms.bilingual import Both
from troth.workflows.copy_questions import LEAVE, THEIRS, answered
from troth.workflows.erase import Request, inquire, question_told
from troth.workflows.find import Group, Match, gather
from troth.workflows.house import House
from troth.workflows.information import Known, known
from troth.workflows.inquiry import Inquiry

KINDS: Final = {
    "port.Q001": "What are these rows for, and on which legal basis?",
    "port.Q002": "Where do the values of some columns come from?",
}


@dataclass(frozen=True)
class Chosen:
    """What of a dataset is in the copy: its columns; and what is left out of it."""

    columns: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


def export_portable(house: House, request: Request, folder: Path, regime: Regime = "eu") -> dict[str, Any]:
    """Writes the folder, or says which questions stand before it (`blocked`: nothing was written)."""
    from troth.workflows.export import controllers

    datamap = house.map()
    written, rule = known(house, datamap), law.portable(regime, house.now().date())
    with house.opened(datamap) as stores:
        inquiry = inquire(house, stores, request)
        inquiry.who(request.identifiers)
        asked = answered(map(question_told, inquiry.identified.questions), request.settled)
        asked += answered(controllers(inquiry, request), request.settled)
        groups = list(gather(inquiry))
        own = [question_told(one) for group in groups for one in _questions(inquiry, written, rule, group)]
        asked += answered(own, request.settled)
        if any(one["blocking"] for one in asked) or not groups:
            blocked = any(one["blocking"] for one in asked)
            empty = dict.fromkeys(("rows", "datasets", "files"), 0)
            return {
                "blocked": blocked,
                **empty,
                "folder": None,
                "questions": asked,
                "left_to": [] if blocked else [list(one) for one in inquiry.left_out()],
            }
        forbidden = hidden(regime, house)
        chosen = {id(group): _chosen(inquiry, written, rule, group, forbidden) for group in groups}
        left_out = [one for group in groups for one in chosen[id(group)].left_out]
        left_out += [LeftOut(place, (), in_both(why)) for place, why in inquiry.left_out()]
        held = set[str]()
        with PortableWriter(
            folder, issued=house.now(), controller=datamap.controller, left_out=left_out
        ) as writer:
            for group in groups:
                if columns := chosen[id(group)].columns:
                    house.progress(f"writing {group.ref}")
                    held |= _write(
                        writer, group, columns, forbidden_in(_dataset(inquiry, group.ref), forbidden)
                    )
            totals = writer.close()
    return {
        "blocked": False, **totals, "folder": str(folder), "questions": asked,
        "places": sorted({str(group.ref) for group in groups if chosen[id(group)].columns}),
        "withheld": sorted(held),
        "left_out": [{"place": one.place, "columns": list(one.columns), "why": one.why._asdict()} for one in left_out],
    }  # fmt: skip


def hidden(regime: Regime, house: House) -> Mapping[str, law.Withheld]:
    """By category, what the law forbids to show."""
    rules = law.withheld(regime, house.now().date())
    return {category: rule for rule in rules for category in rule.categories}


def _write(
    writer: PortableWriter, group: Group, columns: Sequence[str], forbidden: Mapping[str, str]
) -> set[str]:
    """Writes a dataset's rows; the categories of which there were values that the law forbids to show."""
    found = set()
    writer.dataset(group.ref.system, group.ref.dataset, columns)
    for match in group.matches:
        if match.relation == "owns":
            found |= {forbidden[name] for name in has_values(match, forbidden)}
            writer.row({name: match.row[name] for name in columns})
    return found


def has_values(match: Match, columns: Collection[str]) -> list[str]:
    """Those of the columns in which something stands."""
    return [name for name in columns if match.row.get(name) not in (None, "")]


def forbidden_in(dataset: Dataset, forbidden: Collection[str]) -> dict[str, str]:
    """The columns whose values the law forbids to show, and which category they hold of those it names."""
    return {
        column: category
        for column in dataset.fields
        for category in held_in(dataset, column)
        if category in forbidden
    }


def _questions(inquiry: Inquiry, written: Known, rule: law.Portable, group: Group) -> Iterator[Question]:
    """What must be written down before it can be said what of a dataset is portable."""
    if _is_others(group):
        return
    dataset, place = _dataset(inquiry, group.ref), str(group.ref)
    for gap in _gaps(written, rule, dataset, inquiry.estate):
        if gap:
            yield Question(
                id="port.Q002", place=f"{place}.{gap}", text=KINDS["port.Q002"], weight=90, blocking=True,
                remedy="Write `origin` in the map, for the dataset or for a field: provided, observed, derived, received.",
            )  # fmt: skip
        else:
            yield Question(
                id="port.Q001", place=place, text=KINDS["port.Q001"], weight=95, blocking=True,
                remedy="Write `purposes` for it in the map: names of the notice's purposes, whose promises name the basis.",
            )  # fmt: skip


def _gaps(written: Known, rule: law.Portable, dataset: Dataset, estate: Estate) -> Iterator[str]:
    """What nobody has written of a dataset: '' for its basis, else the columns whose origin is not known."""
    if rule.bases and not written.bases(dataset):
        yield ""
    elif rule.bases and not rule.bases & written.bases(dataset):
        return
    columns = [name for name in estate.table(dataset.ref).by_name if not dataset.origin_of(name)]
    if rule.origins and columns:
        yield ",".join(columns)


def unsaid(
    house: House, datamap: DataMap, estate: Estate, regime: Regime = "eu"
) -> tuple[int, tuple[str, ...]]:
    """How many datasets hold people's own rows, and where of one of them nobody has written what is portable."""
    written, rule = known(house, datamap), law.portable(regime, house.now().date())
    owned = {{"OWNED_BY": link.source, "OWNS": link.target}.get(link.means) for link in datamap.links}
    own = [dataset for ref, dataset in sorted(estate.datasets.items()) if dataset.subject or ref in owned]
    places = [
        f"{dataset.ref}.{gap}".rstrip(".") for dataset in own for gap in _gaps(written, rule, dataset, estate)
    ]
    return len(own), tuple(places)


def _chosen(
    inquiry: Inquiry, written: Known, rule: law.Portable, group: Group, forbidden: Mapping[str, law.Withheld]
) -> Chosen:
    place = str(group.ref)
    if _is_others(group):
        return Chosen((), (LeftOut(place, (), say.OTHERS),))
    dataset = _dataset(inquiry, group.ref)
    said = inquiry.settled.get(f"port.Q001@{place}")
    if said == LEAVE:
        return Chosen((), (LeftOut(place, (), say.NOT_WRITTEN),))
    if rule.bases and not rule.bases & written.bases(dataset) and said != THEIRS:
        return Chosen((), (LeftOut(place, (), say.OTHER_BASIS),))
    whys: dict[Both, list[str]] = {}
    columns = []
    for name in inquiry.estate.table(group.ref).by_name:
        why = _why_not(dataset, name, rule, group, forbidden, _origin_said(inquiry, place, name))
        if why is None:
            columns.append(name)
        else:
            whys.setdefault(why, []).append(name)
    return Chosen(tuple(columns), tuple(LeftOut(place, tuple(names), why) for why, names in whys.items()))


def _origin_said(inquiry: Inquiry, place: str, column: str) -> str:
    """What an officer said of columns of which nobody has written down where they come from."""
    for name, how in inquiry.settled.items():
        if name.startswith(f"port.Q002@{place}.") and column in name.removeprefix(
            f"port.Q002@{place}."
        ).split(","):
            return how
    return ""


def _why_not(
    dataset: Dataset,
    name: str,
    rule: law.Portable,
    group: Group,
    forbidden: Mapping[str, law.Withheld],
    said: str,
) -> Both | None:
    if name in group.hidden:
        return say.CONCERNS_OTHERS
    if said == LEAVE:
        return say.NOT_WRITTEN
    if rule.origins and said != THEIRS and dataset.origin_of(name) not in rule.origins:
        return say.DERIVED
    if category := forbidden_in(dataset, forbidden).get(name):
        return Both(forbidden[category].da, forbidden[category].en)
    return None


def held_in(dataset: Dataset, column: str) -> tuple[str, ...]:
    """The categories of what a column holds, those inside JSON and XML too."""
    field = dataset.fields.get(column)
    return (field.category, *(category for _, category in field.paths)) if field else ("unknown",)


def _is_others(group: Group) -> bool:
    return group.copy or group.relation != "owns"


def _dataset(inquiry: Inquiry, ref: Ref) -> Dataset:
    return inquiry.estate.datasets[ref]
