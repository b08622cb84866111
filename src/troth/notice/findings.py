"""What is wrong with a notice that is bound to its promises: each finding has an id, a place, and a hint in both languages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Final, NamedTuple

from troth.law.content import abbreviations, absolute, changes, eea, facts
from troth.law.dpv import terms
from troth.notice.kinds import FINDINGS
from troth.notice.model import Fact, Level, Notice, Promise, Text
from troth.notice.text import PLACED, is_one_sentence
from troth.terms.bilingual import Both


class Finding(NamedTuple):
    """One fault: `language` is that of the text it stands in, '' where it stands in none."""

    id: str
    level: Level
    law: str
    language: str
    file: str
    line: int
    message: Both
    hint: Both


@dataclass(frozen=True)
class Known:
    """What the notice is held against beside the law: names of the data map, and events that start a clock."""

    fields: Collection[str]
    systems: Collection[str] | None  # None: there is no map here
    events: Collection[str]


def finding(name: str, place: str, language: str = "", **values: str | Both) -> Finding:
    """A finding of a kind, its sentences filled in; `place` is file:line."""
    kind = FINDINGS[name]
    file, _, line = place.rpartition(":")
    said = [
        Both(*(words.format(**_spoken(values, at)) for at, words in enumerate(both)))
        for both in (kind.message, kind.hint)
    ]
    return Finding(name, kind.level, kind.law, language, file, int(line), said[0], said[1])


def _spoken(values: Mapping[str, str | Both], at: int) -> dict[str, str]:
    return {name: value[at] if isinstance(value, Both) else value for name, value in values.items()}


def check(notice: Notice, known: Known, at: date) -> tuple[Finding, ...]:
    """Every finding about the notice as data, errors first, then by place."""
    from troth.notice.contradictions import contradictions

    found = [
        *(one for text in notice.texts.values() for one in _unbound(notice, text)),
        *_parity(notice),
        *_facts(notice),
        *_purposes(notice),
        *_kept(notice, known),
        *_recipients(notice),
        *_unknown(notice, known),
        *_terms(notice),
        *_unused(notice),
        *_stale(notice, at),
        *contradictions(notice),
    ]
    return ordered(found)


def ordered(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, then by place and id; none twice."""
    return tuple(sorted(set(found), key=lambda f: (f.level != "error", f.file, f.line, f.id, f.message)))


def _unbound(notice: Notice, text: Text) -> Iterator[Finding]:
    """Sentences without a binding, bound to nothing known, or absolute without a deadline; facts that are not there."""
    for one in text.sentences:
        place = f"{text.file}:{one.line}"
        if one.promises is None:
            yield finding("notice.N001", place, text.language)
        if one.heading and one.promises:
            yield finding("notice.N021", place, text.language)
        if not one.heading and not is_one_sentence(one.text, abbreviations(text.language)):
            yield finding("notice.N020", place, text.language)
        for name in one.promises or ():
            if name not in notice.promises:
                yield finding("notice.N002", place, text.language, what=name)
        for name in dict.fromkeys(PLACED.findall(one.text)):
            if name not in notice.facts and name not in ("effective", "version"):
                yield finding("notice.N008", place, text.language, what=name)
        if word := absolute(text.language).search(one.text):
            for name in one.promises or ():
                promise = notice.promises.get(name)
                if promise is not None and (promise.control is None or promise.control.deadline is None):
                    yield finding("notice.N005", place, text.language, word=word[0], what=name)


def _parity(notice: Notice) -> Iterator[Finding]:
    """Promises without a sentence, and languages that bind differently."""
    made = {
        language: {name for one in text.sentences for name in one.promises or ()}
        for language, text in notice.texts.items()
    }
    for promise in notice.promises.values():
        for language in notice.languages:
            if promise.id not in made[language]:
                yield finding("notice.N003", promise.place, language, what=promise.id)
    everywhere = set.intersection(*made.values())
    first, *others = (_bindings(text, everywhere) for text in notice.texts.values())
    for text, other in zip(list(notice.texts.values())[1:], others, strict=True):
        for (_, here), (line, there) in zip(first, other, strict=False):
            if here != there:
                told = {"what": " ".join(sorted(there)), "other": " ".join(sorted(here))}
                yield finding("notice.N004", f"{text.file}:{line}", text.language, **told)
                break
        else:
            if len(first) != len(other):
                longer, of = (
                    (first, next(iter(notice.texts.values()))) if len(first) > len(other) else (other, text)
                )
                line, there = longer[min(len(first), len(other))]
                told = {"what": " ".join(sorted(there)), "other": "-"}
                yield finding("notice.N004", f"{of.file}:{line}", of.language, **told)


def _bindings(text: Text, everywhere: Collection[str]) -> list[tuple[int, frozenset[str]]]:
    """Which promises each sentence makes, of those that every language makes."""
    bound = ((one.line, frozenset(one.promises or ()) & frozenset(everywhere)) for one in text.sentences)
    return [(line, names) for line, names in bound if names]


def _facts(notice: Notice) -> Iterator[Finding]:
    """Facts that the law asks for, those that stand there empty, and a day or number that a text places."""
    head = f"{notice.file}:1"
    placed = {
        name for text in notice.texts.values() for one in text.sentences for name in PLACED.findall(one.text)
    }
    for name, value in (("effective", notice.effective), ("version", notice.version)):
        if name in placed and not value:
            yield finding("notice.N007", head, what=name)
    for name in (name for law in notice.laws for name in facts(law)):
        if name not in notice.facts:
            yield finding("notice.N007", head, what=name)
    for fact in notice.facts.values():
        if fact.is_empty:
            yield finding("notice.N007", fact.place, what=fact.name)
        elif fact.needless:
            yield from _needless(notice, fact)
    for one in notice.recipients.values():
        if not one.countries:
            yield finding("notice.N007", one.place, what=f"recipients.{one.name}.countries")
    for one in notice.processing.values():
        if not one.controllers:
            yield finding("notice.N007", one.place, what=f"processing.{one.name}.controllers")


def _needless(notice: Notice, fact: Fact) -> Iterator[Finding]:
    """A text that places a fact of which there is none."""
    for text in notice.texts.values():
        for one in text.sentences:
            if fact.name in PLACED.findall(one.text):
                yield finding("notice.N007", f"{text.file}:{one.line}", text.language, what=fact.name)


def _purposes(notice: Notice) -> Iterator[Finding]:
    """A legal basis for each purpose, and which interest where it is a legitimate one (Art. 13(1)(c), (d))."""
    for purpose in notice.purposes.values():
        bases = {p.basis for p in notice.promises.values() if purpose.name in p.purposes and p.basis}
        if not bases:
            yield finding("notice.N009", purpose.place, what=purpose.name)
        if "legitimate_interest" in bases and not all(purpose.interest):
            yield finding("notice.N010", purpose.place, what=purpose.name)


def _kept(notice: Notice, known: Known) -> Iterator[Finding]:
    """How long each kind of data is kept (Art. 13(2)(a)); a period that is no length of time."""
    for category in notice.categories.values():
        if not any(category.name in p.categories and p.retention for p in notice.promises.values()):
            yield finding("notice.N011", category.place, what=category.name)
    for promise in notice.promises.values():
        kept = promise.retention
        if kept is None or kept.while_active:
            continue
        why: Both | None = None
        if kept.keep is None:
            why = (
                Both(f"der er ingen regel {kept.rule}", f"there is no rule {kept.rule}") if kept.rule
                else Both("»rimelig tid«", "“a reasonable period”")
            )  # fmt: skip
        elif kept.after and kept.after not in known.events:
            why = Both(f"{kept.after} er ingen hændelse", f"{kept.after} is no event")
        elif not kept.after:
            why = Both("det siges ikke, hvornår det begynder", "it does not say from when")
        if why is not None:
            yield finding("notice.N012", promise.place, what=promise.id, why=why)


def _recipients(notice: Notice) -> Iterator[Finding]:
    """Each recipient's role, and the safeguard of a transfer out of the EEA (Art. 13(1)(e), (f))."""
    for one in notice.recipients.values():
        if not one.role:
            yield finding("notice.N016", one.place, what=one.name)
        if set(one.countries) - eea() and not one.safeguard:
            yield finding("notice.N013", one.place, what=one.name)


def _unknown(notice: Notice, known: Known) -> Iterator[Finding]:
    """Names that neither the notice's own lists nor the data map have."""
    asked: list[tuple[Iterable[str], str, Callable[[str], bool], str]] = []
    for category in notice.categories.values():
        asked.append((category.fields, category.place, lambda name: name in known.fields, category.name))
    for point in notice.points.values():
        asked.append(
            (
                point.systems,
                point.place,
                lambda name: known.systems is None or name in known.systems,
                point.name,
            )
        )
    for purpose in notice.purposes.values():
        asked.append((purpose.subjects, purpose.place, lambda name: name in notice.subjects, purpose.name))
    for one in notice.processing.values():
        asked.append((one.recipients, one.place, lambda name: name in notice.recipients, one.name))
    for names, place, is_known, what in asked:
        for name in names:
            if not is_known(name):
                yield finding("notice.N017", place, what=what, other=name)


def _terms(notice: Notice) -> Iterator[Finding]:
    """Terms of the Data Privacy Vocabulary that are not on our list of those that exist."""
    for named in (
        notice.subjects,
        notice.purposes,
        notice.categories,
        notice.recipients,
        notice.points,
        notice.processing,
    ):
        for one in named.values():
            if one.dpv and one.dpv not in terms():
                yield finding("notice.N019", one.place, what=one.name, other=one.dpv)


def _unused(notice: Notice) -> Iterator[Finding]:
    """What the lists name and no promise does."""
    promises = notice.promises.values()
    for what in ("purposes", "categories", "recipients", "points"):
        used = {name for p in promises for name in (*p.listed(what), *p.never.get(what, ()))}
        used |= (
            {name for one in notice.processing.values() for name in one.recipients}
            if what == "recipients"
            else set()
        )
        for name, one in getattr(notice, what).items():
            if name not in used:
                yield finding("notice.N018", one.place, what=f"{what}.{name}")


def _stale(notice: Notice, at: date) -> Iterator[Finding]:
    """A promise that speaks of a law as it no longer is."""
    for promise in notice.promises.values():
        newer = [day for day in changes().get(promise.law, ()) if promise.as_of and promise.as_of < day <= at]
        if newer and promise.as_of:
            told = {"then": promise.as_of.isoformat(), "since": max(newer).isoformat()}
            yield finding("notice.N014", promise.place, what=promise.id, **told)


_PROMISED: Final = tuple(one.name for one in fields(Promise) if one.name not in ("id", "title", "place"))


def same(first: Promise, second: Promise) -> bool:
    """Whether two promises promise the same: everything but their id, title and place."""
    return all(getattr(first, name) == getattr(second, name) for name in _PROMISED)
