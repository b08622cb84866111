"""The records of processing that a notice amounts to (GDPR Art. 30(1) and 30(2)), as tables in Danish and English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, cast

from troth.datamap.categories import CATEGORIES
from troth.law.content import eea
from troth.notice.length import Length
from troth.notice.model import BASES, SAFEGUARDS, Named, Notice, Promise, Retention, Said
from troth.retention.rules import EVENTS, Event

CONTROLLER: Final = (
    Said("Formål (b)", "Purposes (b)"),
    Said("Retsgrundlag", "Legal basis"),
    Said("Registrerede (c)", "Data subjects (c)"),
    Said("Personoplysninger (c)", "Personal data (c)"),
    Said("Modtagere (d)", "Recipients (d)"),
    Said("Tredjelande og grundlag (e)", "Third countries and safeguards (e)"),
    Said("Slettefrister (f)", "Time limits for erasure (f)"),
    Said("Sikkerhed (g)", "Security (g)"),
)
PROCESSOR: Final = (
    Said("Dataansvarlige (a)", "Controllers (a)"),
    Said("Behandlinger (b)", "Categories of processing (b)"),
    Said("Underdatabehandlere", "Sub-processors"),
    Said("Tredjelande og grundlag (c)", "Third countries and safeguards (c)"),
    Said("Sikkerhed (d)", "Security (d)"),
)
WHO: Final = (
    ("controller.name", Said("Navn", "Name")),
    ("controller.address", Said("Adresse", "Address")),
    ("controller.country", Said("Land", "Country")),
    ("controller.email", Said("Kontakt", "Contact")),
    ("representative", Said("Repræsentant", "Representative")),
    ("dpo.contact", Said("Databeskyttelsesrådgiver", "Data protection officer")),
)
NONE: Final = Said("ingen", "none")
UNITS: Final = (
    ("år", "år", "year"), ("måned", "måneder", "month"), ("dag", "dage", "day"), ("time", "timer", "hour"),
    ("minut", "minutter", "minute"), ("sekund", "sekunder", "second"),
)  # fmt: skip


@dataclass(frozen=True)
class Register:
    """One record: its title, who keeps it, and its table; an empty cell is something that the notice does not say."""

    title: Said
    who: tuple[tuple[Said, Said], ...]
    headings: tuple[Said, ...]
    rows: tuple[tuple[Said, ...], ...]


def of_controller(notice: Notice) -> Register:
    """The record of Art. 30(1): one row for each purpose."""
    title = Said(
        "Fortegnelse over behandlingsaktiviteter (art. 30, stk. 1)",
        "Record of processing activities (Art. 30(1))",
    )
    rows = tuple(_purpose(notice, one) for one in notice.purposes.values())
    return Register(title, (*_who(notice), *_joint(notice)), CONTROLLER, rows)


def of_processor(notice: Notice) -> Register:
    """The record of Art. 30(2): one row for each kind of processing that is done for customers."""
    title = Said("Fortegnelse som databehandler (art. 30, stk. 2)", "Record as a processor (Art. 30(2))")
    rows = []
    for one in notice.processing.values():
        recipients = [notice.recipients[name] for name in one.recipients if name in notice.recipients]
        rows.append(
            (
                Said(one.controllers, one.controllers), one.title, _listed(r.title for r in recipients), _transfers(recipients),
                _measures(notice),
            )
        )  # fmt: skip
    return Register(title, _who(notice), PROCESSOR, tuple(rows))


def _who(notice: Notice) -> tuple[tuple[Said, Said], ...]:
    found = []
    for name, title in WHO:
        fact = notice.facts.get(name)
        value = Said("", "") if fact is None else fact.value
        found.append(
            (
                title,
                Said(f"{NONE.da}: {fact.needless}", f"{NONE.en}: {fact.needless}")
                if fact and fact.needless
                else value,
            )
        )
    return tuple(found)


def _joint(notice: Notice) -> tuple[tuple[Said, Said], ...]:
    joint = [one.title for one in notice.recipients.values() if one.role == "joint"]
    return ((Said("Fælles dataansvarlige", "Joint controllers"), _listed(joint)),) if joint else ()


def _purpose(notice: Notice, purpose: Named) -> tuple[Said, ...]:
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


def _basis(name: str, purpose: Named) -> Said:
    article, da, en = BASES[name]
    interest = purpose.interest if name == "legitimate_interest" and all(purpose.interest) else Said("", "")
    told = Said(f": {interest.da}", f": {interest.en}") if interest.da else Said("", "")
    return Said(f"{da} (art. {article}){told.da}", f"{en} (Art. {article}){told.en}")


def _holding(category: Named) -> Said:
    """A kind of data, and what it holds in the data map."""
    kinds = [CATEGORIES[name] for name in category.fields if name in CATEGORIES]
    if not kinds:
        return category.title
    da, en = (
        ", ".join(dict.fromkeys(words))
        for words in ([_small(k.da) for k in kinds], [_small(k.en) for k in kinds])
    )
    return Said(f"{category.title.da} ({da})", f"{category.title.en} ({en})")


def _small(words: str) -> str:
    """Words in the middle of a sentence; IP stays IP."""
    return words if words[:2].isupper() and words[:2].isalpha() else words[:1].lower() + words[1:]


def _transfers(recipients: Iterable[Named]) -> Said:
    """Each recipient outside the EEA, and on which safeguard; `?` where the notice does not say it."""
    found = []
    for one in recipients:
        if abroad := sorted(set(one.countries) - eea()):
            article, da, en = SAFEGUARDS.get(one.safeguard, ("?", "?", "?"))
            where = ", ".join(abroad)
            found.append(
                Said(
                    f"{one.title.da}: {where}, {da} (art. {article})",
                    f"{one.title.en}: {where}, {en} (Art. {article})",
                )
            )
    return _listed(found) if found else NONE


def _limits(notice: Notice, purpose: Named, categories: Iterable[Named]) -> Iterator[Said]:
    """How long each kind of data is kept: as promised for the purpose, else as promised anywhere."""
    for category in categories:
        about = [one for one in notice.promises.values() if category.name in one.categories and one.retention]
        ours = [one for one in about if purpose.name in one.purposes] or about
        told = list(dict.fromkeys(kept(one.retention) for one in ours if one.retention))
        if told:
            yield Said(
                f"{category.title.da}: {'; '.join(t.da for t in told)}",
                f"{category.title.en}: {'; '.join(t.en for t in told)}",
            )


def kept(retention: Retention) -> Said:
    """How long, in words; `?` where the notice does not say it."""
    if retention.while_active:
        return Said("så længe kontoen er aktiv", "as long as the account is active")
    length = spoken(retention.keep) if retention.keep else Said("?", "?")
    da, en = EVENTS.get(cast(Event, retention.after), (retention.after or "?", retention.after or "?"))
    if retention.year_end:
        return Said(
            f"{length.da} fra regnskabsårets udgang, efter {da}",
            f"{length.en} from the end of the financial year, after {en}",
        )
    return Said(f"{length.da} efter {da}", f"{length.en} after {en}")


def spoken(length: Length) -> Said:
    """A length in words: 2 years, 6 months, 90 days; at once."""
    years, months = divmod(length.months, 12)
    days, rest = divmod(length.seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    found = [(n, *UNITS[at]) for at, n in enumerate((years, months, days, hours, rest // 60, rest % 60)) if n]
    if not found:
        return Said("straks", "at once")
    da = ", ".join(f"{n} {one if n == 1 else many}" for n, one, many, _ in found)
    return Said(da, ", ".join(f"{n} {en}{'' if n == 1 else 's'}" for n, _, _, en in found))


def _measures(notice: Notice) -> Said:
    fact = notice.facts.get("measures")
    return fact.value if fact is not None else Said("", "")


def _listed(texts: Iterable[Said]) -> Said:
    found = list(dict.fromkeys(texts))
    return Said("; ".join(one.da for one in found), "; ".join(one.en for one in found))
