"""The records of processing that a notice amounts to (GDPR Art. 30(1) and 30(2)), as tables in Danish and English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, cast

from troth.datamap.categories import CATEGORIES
from troth.law.content import eea
from troth.notice.model import BASES, SAFEGUARDS, Named, Notice, Promise, Retention
from troth.retention.rules import EVENTS, Event
from troth.terms.bilingual import Both

CONTROLLER: Final = (
    Both("Formål (b)", "Purposes (b)"),
    Both("Retsgrundlag", "Legal basis"),
    Both("Registrerede (c)", "Data subjects (c)"),
    Both("Personoplysninger (c)", "Personal data (c)"),
    Both("Modtagere (d)", "Recipients (d)"),
    Both("Tredjelande og grundlag (e)", "Third countries and safeguards (e)"),
    Both("Slettefrister (f)", "Time limits for erasure (f)"),
    Both("Sikkerhed (g)", "Security (g)"),
)
PROCESSOR: Final = (
    Both("Dataansvarlige (a)", "Controllers (a)"),
    Both("Behandlinger (b)", "Categories of processing (b)"),
    Both("Underdatabehandlere", "Sub-processors"),
    Both("Tredjelande og grundlag (c)", "Third countries and safeguards (c)"),
    Both("Sikkerhed (d)", "Security (d)"),
)
WHO: Final = (
    ("controller.name", Both("Navn", "Name")),
    ("controller.address", Both("Adresse", "Address")),
    ("controller.country", Both("Land", "Country")),
    ("controller.email", Both("Kontakt", "Contact")),
    ("representative", Both("Repræsentant", "Representative")),
    ("dpo.contact", Both("Databeskyttelsesrådgiver", "Data protection officer")),
)
NONE: Final = Both("ingen", "none")


@dataclass(frozen=True)
class Register:
    """One record: its title, who keeps it, and its table; an empty cell is something that the notice does not say."""

    title: Both
    who: tuple[tuple[Both, Both], ...]
    headings: tuple[Both, ...]
    rows: tuple[tuple[Both, ...], ...]


def of_controller(notice: Notice) -> Register:
    """The record of Art. 30(1): one row for each purpose."""
    title = Both(
        "Fortegnelse over behandlingsaktiviteter (art. 30, stk. 1)",
        "Record of processing activities (Art. 30(1))",
    )
    rows = tuple(_purpose(notice, one) for one in notice.purposes.values())
    return Register(title, (*_who(notice), *_joint(notice)), CONTROLLER, rows)


def of_processor(notice: Notice) -> Register:
    """The record of Art. 30(2): one row for each kind of processing that is done for customers."""
    title = Both("Fortegnelse som databehandler (art. 30, stk. 2)", "Record as a processor (Art. 30(2))")
    rows = []
    for one in notice.processing.values():
        recipients = [notice.recipients[name] for name in one.recipients if name in notice.recipients]
        rows.append(
            (
                Both(one.controllers, one.controllers), one.title, _listed(r.title for r in recipients), _transfers(recipients),
                _measures(notice),
            )
        )  # fmt: skip
    return Register(title, _who(notice), PROCESSOR, tuple(rows))


def _who(notice: Notice) -> tuple[tuple[Both, Both], ...]:
    found = []
    for name, title in WHO:
        fact = notice.facts.get(name)
        value = Both("", "") if fact is None else fact.value
        found.append(
            (
                title,
                Both(f"{NONE.da}: {fact.needless}", f"{NONE.en}: {fact.needless}")
                if fact and fact.needless
                else value,
            )
        )
    return tuple(found)


def _joint(notice: Notice) -> tuple[tuple[Both, Both], ...]:
    joint = [one.title for one in notice.recipients.values() if one.role == "joint"]
    return ((Both("Fælles dataansvarlige", "Joint controllers"), _listed(joint)),) if joint else ()


def _purpose(notice: Notice, purpose: Named) -> tuple[Both, ...]:
    promises = [one for one in notice.promises.values() if purpose.name in one.purposes]
    recipients = list(_named(notice, promises, "recipients"))
    categories = list(_named(notice, promises, "categories"))
    bases = list(dict.fromkeys(one.basis for one in promises if one.basis))
    return (
        purpose.title,
        _listed(_basis(name, purpose) for name in bases),
        _listed(notice.subjects[name].title for name in purpose.subjects if name in notice.subjects),
        _listed(_holding(one) for one in categories),
        _listed(one.title for one in recipients),
        _transfers(recipients),
        _listed(_limits(notice, purpose, categories)),
        _measures(notice),
    )


def _named(notice: Notice, promises: Iterable[Promise], what: str) -> Iterator[Named]:
    lists: dict[str, Named] = getattr(notice, what)
    yield from (lists[name] for name in dict.fromkeys(name for one in promises for name in one.listed(what)))


def _basis(name: str, purpose: Named) -> Both:
    article, da, en = BASES[name]
    interest = purpose.interest if name == "legitimate_interest" and all(purpose.interest) else Both("", "")
    told = Both(f": {interest.da}", f": {interest.en}") if interest.da else Both("", "")
    return Both(f"{da} (art. {article}){told.da}", f"{en} (Art. {article}){told.en}")


def _holding(category: Named) -> Both:
    """A kind of data, and what it holds in the data map."""
    kinds = [CATEGORIES[name] for name in category.fields if name in CATEGORIES]
    if not kinds:
        return category.title
    da, en = (
        ", ".join(dict.fromkeys(words))
        for words in ([_small(k.da) for k in kinds], [_small(k.en) for k in kinds])
    )
    return Both(f"{category.title.da} ({da})", f"{category.title.en} ({en})")


def _small(words: str) -> str:
    """Words in the middle of a sentence; IP stays IP."""
    return words if words[:2].isupper() and words[:2].isalpha() else words[:1].lower() + words[1:]


def _transfers(recipients: Iterable[Named]) -> Both:
    """Each recipient outside the EEA, and on which safeguard; `?` where the notice does not say it."""
    found = []
    for one in recipients:
        if abroad := sorted(set(one.countries) - eea()):
            article, da, en = SAFEGUARDS.get(one.safeguard, ("?", "?", "?"))
            where = ", ".join(abroad)
            found.append(
                Both(
                    f"{one.title.da}: {where}, {da} (art. {article})",
                    f"{one.title.en}: {where}, {en} (Art. {article})",
                )
            )
    return _listed(found) if found else NONE


def _limits(notice: Notice, purpose: Named, categories: Iterable[Named]) -> Iterator[Both]:
    """How long each kind of data is kept: as promised for the purpose, else as promised anywhere."""
    for category in categories:
        about = [one for one in notice.promises.values() if category.name in one.categories and one.retention]
        ours = [one for one in about if purpose.name in one.purposes] or about
        told = list(dict.fromkeys(kept(one.retention) for one in ours if one.retention))
        if told:
            yield Both(
                f"{category.title.da}: {'; '.join(t.da for t in told)}",
                f"{category.title.en}: {'; '.join(t.en for t in told)}",
            )


def kept(retention: Retention) -> Both:
    """How long, in words; `?` where the notice does not say it."""
    if retention.while_active:
        return Both("så længe kontoen er aktiv", "as long as the account is active")
    length = retention.keep.spoken() if retention.keep else Both("?", "?")
    da, en = EVENTS.get(cast(Event, retention.after), (retention.after or "?", retention.after or "?"))
    if retention.year_end:
        return Both(
            f"{length.da} fra regnskabsårets udgang, efter {da}",
            f"{length.en} from the end of the financial year, after {en}",
        )
    return Both(f"{length.da} efter {da}", f"{length.en} after {en}")


def _measures(notice: Notice) -> Both:
    fact = notice.facts.get("measures")
    return fact.value if fact is not None else Both("", "")


def _listed(texts: Iterable[Both]) -> Both:
    found = list(dict.fromkeys(texts))
    return Both("; ".join(one.da for one in found), "; ".join(one.en for one in found))
