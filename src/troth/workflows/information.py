"""Joins the map, the notice and the retention rules into what a copy must tell besides the data (GDPR Art. 15(1), (2)).

What nobody has written down is a gap with its remedy; nothing is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import DataMap, Dataset
from troth.documents import information_words as say
from troth.documents.information import Gap, Information, Recipient
from troth.law.content import eea
from troth.notice.length import Length
from troth.notice.loading import load as load_notice
from troth.notice.model import BASES, SAFEGUARDS, Named, Notice, Promise
from troth.retention.effective import law_on
from troth.retention.rulefile import load as load_rules
from troth.retention.rules import EVENTS, Rule, Rules
from troth.terms.bilingual import Both
from troth.terms.errors import UsageError
from troth.workflows.house import House
from troth.workflows.retain import path_of

_TELLS_NOTHING = frozenset({"key", "none", "unknown", "technical", "status"})
"""Categories that say nothing about a person by themselves."""
_SOLD = frozenset({"sale", "sharing"})


@dataclass(frozen=True)
class Known:
    """What a company has written down; None where there is no such file."""

    datamap: DataMap
    notice: Notice | None
    rules: Rules | None
    at: date

    def bases(self, dataset: Dataset) -> frozenset[str]:
        """The legal bases on which a dataset is used: those of its purposes; raises UsageError for an unknown purpose."""
        return frozenset(
            base for purpose in self.purposes([dataset]) for base in self.of_purpose(purpose.name)
        )

    def of_purpose(self, name: str) -> tuple[str, ...]:
        """The legal bases that the notice's promises name for a purpose."""
        promises = self.notice.promises.values() if self.notice else ()
        return tuple(dict.fromkeys(one.basis for one in promises if name in one.purposes and one.basis))

    def purposes(self, datasets: Iterable[Dataset]) -> tuple[Named, ...]:
        """The notice's purposes that datasets serve, each once; () without a notice."""
        if self.notice is None:
            return ()
        found: dict[str, Named] = {}
        for dataset in datasets:
            for name in dataset.purposes:
                if name not in self.notice.purposes:
                    raise UsageError(
                        f"the notice has no purpose {name!r}",
                        place=f"{self.datamap.file}: {dataset.ref}",
                        remedy=f"Name one of {self.notice.file} under `purposes`.",
                    )
                found[name] = self.notice.purposes[name]
        return tuple(found.values())


def known(house: House, datamap: DataMap) -> Known:
    """What is written down beside the map; raises UsageError where it cannot be read."""
    from troth.workflows.checks import folder_of

    folder, rules = folder_of(house), path_of(house)
    return Known(
        datamap,
        load_notice(folder) if folder.is_dir() else None,
        load_rules(rules, datamap) if rules.is_file() else None,
        house.now().date(),
    )


def information(written: Known, places: Collection[str]) -> Information:
    """What is told about the datasets in which a person was found, by their names."""
    datasets = [one for ref, one in sorted(written.datamap.datasets.items()) if str(ref) in places]
    purposes = written.purposes(datasets)
    promises = list(_promises(written.notice, purposes, datasets))
    gaps = [*_gaps(written, datasets, purposes)]
    fact = written.notice.facts.get("authority.name") if written.notice else None
    return Information(
        tuple((Both(*one.title), _basis(written, one)) for one in purposes),
        tuple(_categories(datasets)),
        tuple(_recipients(written.notice, promises)),
        tuple(_retention(written, datasets)),
        tuple(dict.fromkeys(_sources(datasets))),
        tuple(Both(*one.title) for one in promises if "automated_decision" in one.acts),
        tuple(_disclosed(written.notice, promises)),
        tuple(_disclosed(written.notice, [one for one in promises if _SOLD & set(one.acts)])),
        Both(*fact.value) if fact else Both("", ""),
        tuple(gaps),
    )


def _promises(
    notice: Notice | None, purposes: Iterable[Named], datasets: Sequence[Dataset]
) -> Iterator[Promise]:
    """The notice's promises about these purposes that speak of no data, or of such as these datasets hold."""
    if notice is None:
        return
    served = {one.name for one in purposes}
    held = {field.category for dataset in datasets for field in dataset.fields.values()}
    for promise in notice.promises.values():
        kinds = [notice.categories[name] for name in promise.categories if name in notice.categories]
        about = not kinds or any(not kind.fields or held & set(kind.fields) for kind in kinds)
        if about and served & set(promise.purposes):
            yield promise


def _basis(written: Known, purpose: Named) -> Both:
    told = []
    for name in written.of_purpose(purpose.name):
        article, da, en = BASES[name]
        interest = purpose.interest if name == "legitimate_interest" else ("", "")
        why = [f": {words}" if words else "" for words in interest]
        told.append(Both(f"{da} ({danish_article(article)}){why[0]}", f"{en} (Article {article}){why[1]}"))
    return Both("; ".join(one.da for one in told), "; ".join(one.en for one in told))


def danish_article(article: str) -> str:
    """`6(1)(b)` as Danes cite it: artikel 6, stk. 1, litra b; the definitions of Article 4 are numbers, and no paragraphs."""
    number, *parts = re.findall(r"\w+", article)
    counted = "nr." if number == "4" else "stk."
    named = [f", {counted if part.isdigit() else 'litra'} {part}" for part in parts]
    return f"artikel {number}{''.join(named)}"


def _categories(datasets: Iterable[Dataset]) -> Iterator[Both]:
    names = {field.category for dataset in datasets for field in dataset.fields.values()} - _TELLS_NOTHING
    titles = (Both(one.da, one.en) for name, one in CATEGORIES.items() if name in names)
    yield from dict.fromkeys(titles)


def _recipients(notice: Notice | None, promises: Iterable[Promise]) -> Iterator[Recipient]:
    """Each by name: who asks may know them, and not only their kind (CJEU C-154/21)."""
    if notice is None:
        return
    for name in dict.fromkeys(name for one in promises for name in one.recipients):
        one = notice.recipients[name]
        abroad = ", ".join(sorted(set(one.countries) - eea()))
        article, da, en = SAFEGUARDS.get(one.safeguard, ("", "", ""))
        safeguard = (
            Both(f"{da} (artikel {article})", f"{en} (Article {article})") if article else Both("", "")
        )
        role = say.ROLES.get(one.role, Both(one.role, one.role))
        yield Recipient(Both(*one.title), role, ", ".join(one.countries), abroad, safeguard)


def _disclosed(notice: Notice | None, promises: Iterable[Promise]) -> Iterator[tuple[Both, Both]]:
    """Which kinds of data each recipient gets (Civ. Code 1798.110(c), 1798.115(a))."""
    if notice is None:
        return
    found: dict[str, dict[str, None]] = {}
    for one in promises:
        for recipient in one.recipients:
            found.setdefault(recipient, {}).update(dict.fromkeys(one.categories))
    for recipient, categories in found.items():
        titles = [notice.categories[name].title for name in categories]
        what = Both(", ".join(one.da for one in titles), ", ".join(one.en for one in titles))
        yield what, Both(*notice.recipients[recipient].title)


def _retention(written: Known, datasets: Iterable[Dataset]) -> Iterator[tuple[Both, Both]]:
    for dataset in datasets:
        told = [one for rule in _rules(written, dataset) if (one := _length(rule, written.at))]
        if told:
            words = Both("; ".join(one.da for one in told), "; ".join(one.en for one in told))
            yield Both(str(dataset.ref), str(dataset.ref)), words


def _rules(written: Known, dataset: Dataset) -> Iterator[Rule]:
    """The rules about a dataset, by its name or by what it holds."""
    held = {field.category for field in dataset.fields.values()}
    for rule in written.rules.rules if written.rules else ():
        if dataset.ref in rule.datasets or held & set(rule.categories):
            yield rule


def _length(rule: Rule, at: date) -> Both | None:
    """How long a rule keeps, in words; None where no law says it on the day."""
    law = law_on(rule, at)
    if law is not None:
        length, cited = Length(months=12 * law.years), f" ({law.citation})"
    elif rule.keep is not None:
        length = Length(12 * rule.keep.years + rule.keep.months, rule.keep.days * 86_400)
        cited = ""
    else:
        return None
    event = Both(*EVENTS[rule.event])
    return say.AFTER.fill(length=length.spoken(), event=event, law=cited)


def _sources(datasets: Iterable[Dataset]) -> Iterator[Both]:
    for dataset in datasets:
        for name in dataset.fields:
            if origin := dataset.origin_of(name):
                yield say.ORIGINS[origin].fill(source=dataset.source)


def _gaps(written: Known, datasets: Sequence[Dataset], purposes: Sequence[Named]) -> Iterator[Gap]:
    for point in ("purposes", "recipients", "automated", "sold") if written.notice is None else ():
        yield Gap(point, "notice", "Write the notice beside the map; docs/notice.md shows one.")
    for one in purposes:
        if not written.of_purpose(one.name):
            yield Gap("purposes", one.place, "Give a promise with this purpose its `basis`.")
    for dataset in datasets:
        place = str(dataset.ref)
        if not dataset.purposes:
            yield Gap("purposes", place, "Write `purposes` in the map: names of the notice's purposes.")
            yield Gap("recipients", place, "Write `purposes` in the map: the notice says who receives it.")
        if not _is_timed(written, dataset):
            yield Gap("retention", place, "Give it a rule in troth.retention.yaml.")
        if not all(map(dataset.origin_of, dataset.fields)):
            yield Gap("sources", place, "Write `origin` in the map.")
    if written.notice is None:
        return
    for point, acts in (("automated", {"automated_decision"}), ("sold", _SOLD)):
        if not _speaks_of(written.notice, acts):
            yield Gap(point, written.notice.file, "Promise that there is none, or say which there is.")


def _is_timed(written: Known, dataset: Dataset) -> bool:
    """Whether rules say how long it is kept; what holds nothing about a person but references goes with what it refers to."""
    lengths = [_length(rule, written.at) for rule in _rules(written, dataset)]
    if not lengths:
        return not any(CATEGORIES[field.category].personal for field in dataset.fields.values())
    return None not in lengths


def _speaks_of(notice: Notice, acts: Collection[str]) -> bool:
    """Whether the notice says that it does one of these acts, or that it never does any of them."""
    promises = notice.promises.values()
    ruled_out = {act for one in promises for act in one.never.get("acts", ())}
    return set(acts) <= ruled_out or any(set(acts) & set(one.acts) for one in promises)
