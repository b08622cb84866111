"""What the letters of a case tell: from the case, the plan that was done, the notice and the map; nothing is made up.

A fact that is not known is not given, and a letter that the law does not allow without it is then refused, by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import DataMap
from troth.documents.information import letter_facts
from troth.documents.letter import Fact, Link, Row, needs
from troth.documents.words import in_both
from troth.evidence.ropa import kept as kept_for
from troth.law.content import eea
from troth.law.requests import wait_months
from troth.notice.model import BASES, SAFEGUARDS, Named, Notice
from troth.planning.left import REFUSED, SILENT
from troth.requests.deadlines import Due, dues, extension, kept_until, months_after
from troth.terms.bilingual import Both
from troth.workflows import stays
from troth.workflows.case_acts import left_to
from troth.workflows.case_identity import of
from troth.workflows.cases import File
from troth.workflows.grounds import ground_said
from troth.workflows.house import House
from troth.workflows.information import danish_article, information, known
from troth.workflows.manual import words_of
from troth.workflows.reading import here, reading

_HOW: Final[Mapping[str, Both]] = {
    "erase": Both("slettet", "erased"),
    "anonymise": Both("gjort anonymt", "made anonymous"),
    "pseudonymise": Both("pseudonymiseret: stadig om dig", "pseudonymised: still about you"),
    "minimise": Both(
        "tømt for noget: resten er stadig om dig", "emptied in part: the rest is still about you"
    ),
    "unlink": Both("henvisningen til dig fjernet", "its reference to you removed"),
    "redact": Both("det, der nævner dig, fjernet", "what mentions you removed"),
}
_ROLES: Final[Mapping[str, Both]] = {
    "processor": Both("databehandler", "processor"),
    "controller": Both("selvstændig dataansvarlig", "controller"),
    "joint": Both("fælles dataansvarlig", "joint controller"),
    "third_party": Both("tredjepart", "third party"),
    "authority": Both("myndighed", "authority"),
}
_LEFT: Final[Mapping[str, str]] = {"left_refused": REFUSED, "left_silent": SILENT}
_OTHERS: Final = Both("det handler om andre", "it is about others")
_YOURSELF: Final = Both("dig selv", "yourself")
_CONSENTED: Final = Both("alt, hvad du havde sagt ja til", "everything you had said yes to")
_NEWSLETTERS: Final = Both("nyhedsbreve og reklame", "newsletters and advertising")


@dataclass(frozen=True)
class Facts:
    """Every fact that a letter of one case may tell, each worked out when it is asked for."""

    house: House
    file: File
    notice: Notice
    datamap: DataMap
    findings: Mapping[str, Any] = field(repr=False)
    plan: Mapping[str, Any] = field(repr=False)
    status: str = field(repr=False)  # the address of the status page
    confirm: str = field(repr=False, default="")
    told: tuple[tuple[str, date], ...] = ()  # recipients that were told, and when
    copied: Mapping[str, Mapping[str, Any]] = field(
        default_factory=dict
    )  # by kind: what stands on the head of its copy
    copy_until: date | None = None  # the last whole day on which every copy of the case can be fetched

    def of(self, kind: str) -> dict[str, Fact]:
        """The facts of a letter, by name; what an officer said for it stands before what is worked out."""
        said = self.file.asker.get("facts", {}).get(kind, {})
        wanted = frozenset[str]().union(*needs(kind, self.file.case.regime).values())
        found: dict[str, Fact] = {}
        for name in wanted:
            worked_out = self._left(kind, _LEFT[name]) if name in _LEFT else self._told(name)
            value = self._read(said[name], name) if name in said else worked_out
            if value is not None:
                found[name] = value
        return found

    def _read(self, said: Any, name: str) -> Fact:
        """What an officer wrote, as it was sealed: days come back as what they were, a law by its name."""
        if isinstance(said, list):
            return tuple(self._read(one, name) for one in said)  # type: ignore[return-value]  # reason: a list of rows or of values, as it was given
        if isinstance(said, dict):
            return {key: self._read(one, key) for key, one in said.items()}  # type: ignore[return-value]  # reason: a row, as above
        if name == "law":
            return ground_said((str(said),), self.file.case.received, self.file.case.regime)
        try:
            return date.fromisoformat(said)
        except (TypeError, ValueError):
            return said  # type: ignore[no-any-return]

    def _told(self, name: str) -> Fact | None:
        if name in self.of_the_person:
            return self.of_the_person[name]
        made = _FACTS.get(name)
        return None if made is None else made(self)

    def _left(self, letter: str, why: str) -> Fact | None:
        """The customers to whom what this letter is about was left."""
        act = "erase" if letter == "partial" else "hand_over"
        return (
            ", ".join(sorted(one for one, said in left_to(self.file.asker, act).items() if said == why))
            or None
        )

    @cached_property
    def of_the_person(self) -> Mapping[str, Fact]:
        """What is written down about the very datasets in which the person was found; a point with a gap is not among it."""
        places = {f"{one['system']}.{one['dataset']}" for one in self.findings.get("groups", ())}
        if not places:
            return {}
        return letter_facts(information(known(self.house, self.datamap), places), self.file.case.regime)

    @cached_property
    def today(self) -> date:
        return here(self.house.now(), self.house.settings).date()

    @cached_property
    def due(self) -> date:
        """The last day on which an answer is in time."""
        return _last(dues(self.file.case, reading(self.house.settings)))

    @cached_property
    def latest(self) -> date:
        longer = extension(self.file.case, reading(self.house.settings))
        return longer.until if longer else self.due

    @cached_property
    def first(self) -> date:
        """When the answer would have been due without more time."""
        from dataclasses import replace

        return _last(dues(replace(self.file.case, extended=""), reading(self.house.settings)))

    @cached_property
    def fetched_until(self) -> date:
        return kept_until(self.file.case.regime, self.today, self.house.settings.case_months)

    def ask_again(self) -> date | None:
        """The first day on which somebody who said no may be asked again."""
        months = wait_months(self.file.case.regime, self.file.case.kinds, self.today)
        return None if months is None else months_after(self.today, months)

    # -- what was found and done -------------------------------------------------------------------------------------

    def done(self) -> tuple[Row, ...]:
        steps = [one for one in self.plan.get("plan", ()) if one["action"] in _HOW]
        return tuple(
            {"what": f"{one['system']}.{one['dataset']}", "rows": one["rows"], "how": _HOW[one["action"]]}
            for one in steps
        )

    def kept(self) -> tuple[Row, ...] | None:
        regime = self.file.case.regime
        return tuple(stays.told(one, regime) for one in stays.staying(self.plan.get("plan", ()))) or None

    def refused(self) -> tuple[Row, ...] | None:
        """Each ground in words, with its article."""
        found: tuple[Row, ...] = tuple(
            {"why": one.why, "law": ground_said(one.grounds, self.file.case.received, self.file.case.regime)}
            for one in self.file.case.decisions.values()
            if one.outcome == "refused"
        )
        return found or None

    def unsearched(self) -> tuple[Row, ...]:
        by_hand = words_of(self.datamap, self.file)
        told = [(one["what"], in_both(one["reason"])) for one in self.findings.get("not_searched", ())]
        rows = [(what, why) for what, why in told if what not in by_hand] + list(by_hand.values())
        return tuple({"what": what, "why": why} for what, why in rows)

    def withheld(self) -> tuple[Row, ...] | None:
        hidden = [(one, name) for one in self.findings.get("groups", ()) for name in one.get("hidden", ())]
        found: tuple[Row, ...] = tuple(
            {"what": f"{one['system']}.{one['dataset']}.{name}", "why": _OTHERS} for one, name in hidden
        )
        return found or None

    def sensitive(self) -> tuple[Both, ...] | None:
        """What the copy holds back because a law forbids to show it; a portable one tells it too."""
        heads = [one["withheld"] for one in self.copied.values() if "withheld" in one]
        names = {name for one in heads for name in one}
        return (
            tuple(Both(CATEGORIES[name].da, CATEGORIES[name].en) for name in sorted(names)) if heads else None
        )

    def moved(self, what: str) -> Any:
        return self.copied.get("portability", {}).get(what)

    def contains(self) -> tuple[str, ...] | None:
        return tuple(self.moved("places") or ()) or None

    def left_out(self) -> tuple[Row, ...] | None:
        told = self.moved("left_out")
        return None if told is None else tuple(
            {"what": " ".join((one["place"], ", ".join(one["columns"]))).strip(), "why": Both(**one["why"])} for one in told
        )  # fmt: skip

    # -- what the notice says ----------------------------------------------------------------------------------------

    @cached_property
    def held(self) -> tuple[Named, ...]:
        """The notice's categories of which something was found; all of them where the notice does not say of which fields."""
        found = {(one["system"], one["dataset"]) for one in self.findings.get("groups", ())}
        kinds = {
            field.category for ref, dataset in self.datamap.datasets.items() if tuple(ref) in found for field in dataset.fields.values()
        }  # fmt: skip
        return tuple(
            one for one in self.notice.categories.values() if not one.fields or kinds & set(one.fields)
        )

    def categories(self) -> tuple[Both, ...]:
        return tuple(one.title for one in self.held)

    def purposes(self) -> tuple[Row, ...]:
        pairs = {
            (purpose, one.basis) for one in self.notice.promises.values() for purpose in one.purposes if one.basis
        }  # fmt: skip
        return tuple(
            {"what": self.notice.purposes[purpose].title, "basis": _basis(basis, self.file.case.regime)}
            for purpose, basis in sorted(pairs)
        )

    def by_basis(self, *bases: str) -> tuple[Both, ...]:
        """Purposes that stand on one of these bases."""
        names = {
            purpose for one in self.notice.promises.values() if one.basis in bases for purpose in one.purposes
        }
        return tuple(one.title for name, one in self.notice.purposes.items() if name in names)

    def recipients(self) -> tuple[Row, ...]:
        return tuple(
            {"who": one.title, "role": _ROLES[one.role], "where": ", ".join(one.countries)}
            for one in self.notice.recipients.values()
            if one.role in _ROLES
        )

    def transfers(self) -> tuple[Row, ...]:
        outside = ((one, sorted(set(one.countries) - eea())) for one in self.notice.recipients.values())
        return tuple(
            {"who": one.title, "where": ", ".join(where), "safeguard": _safeguard(one.safeguard)}
            for one, where in outside
            if where
        )

    def retention(self) -> tuple[Row, ...]:
        return tuple(
            {"what": one.title, "until": kept_for(one.retention)}
            for one in self.notice.promises.values()
            if one.retention is not None
        )

    def sources(self) -> tuple[Both, ...]:
        return (_YOURSELF, *(one.title for one in self.notice.points.values()))

    def acts(self, *names: str) -> Iterator[Both]:
        return (one.title for one in self.notice.promises.values() if set(names) & set(one.acts))

    def sold(self) -> tuple[Row, ...]:
        return tuple({"what": title, "who": ""} for title in self.acts("sale", "sharing"))

    def others_told(self) -> tuple[Row, ...] | None:
        found: tuple[Row, ...] = tuple({"who": who, "when": when} for who, when in self.told)
        return found or None

    def disclosed(self) -> tuple[Row, ...]:
        found = []
        for category in self.held:
            names = {
                name
                for one in self.notice.promises.values()
                if category.name in one.categories
                for name in one.recipients
            }
            found += [
                {"what": category.title, "who": self.notice.recipients[name].title} for name in sorted(names)
            ]
        return tuple(found)


def _basis(name: str, regime: str) -> Both:
    article, da, en = BASES[name]
    cited_en = f"{en} (Article {article})"
    return Both(f"{da} ({danish_article(article)})", cited_en) if regime == "eu" else Both(da, en)


def _safeguard(name: str) -> Both:
    if name not in SAFEGUARDS:
        return Both("ikke oplyst", "not given")
    article, da, en = SAFEGUARDS[name]
    return Both(f"{da} ({danish_article(article)})", f"{en} (Article {article})")


def _last(clocks: Sequence[Due]) -> date:
    """The last day of an answer; where the law wants no answer but an act (11 CCR 7026(f)), the day by which it is done."""
    answers = [one.day for one in clocks if one.clock.clock not in ("confirm", "act")]
    return max(answers or [one.day for one in clocks if one.clock.clock == "act"])


_ALSO: Final = (
    "objection",
    "restriction",
    "marketing_objection",
    "withdrawal",
    "unsubscribe",
    "opt_out",
    "limit",
)
_FACTS: Final[Mapping[str, Callable[[Facts], Fact | None]]] = {
    "received": lambda f: f.file.case.received,
    "due": lambda f: f.due,
    "latest": lambda f: f.latest,
    "first": lambda f: f.first,
    "reasons": lambda f: (f.file.case.extended,) if f.file.case.extended else None,
    "asked": lambda f: f.file.case.kinds or None,
    "unclear": lambda f: True if f.file.case.unclear and not f.file.case.kinds else None,
    "identity": lambda f: True if f.file.case.verifiable and not f.file.case.known else None,
    "resting": lambda f: f.file.case.resting or None,
    "resting_ends": lambda f: True if f.file.case.resting else None,
    "status": lambda f: Link(f.status),
    "answer_at": lambda f: Link(f.status),
    "download": lambda f: Link(f.status),
    "certificate": lambda f: Link(f.status),
    "confirm": lambda f: Link(f.confirm) if f.confirm else None,
    "agent": lambda f: str(f.file.asker.get("agent", {}).get("name", "")) or None,
    "until": lambda f: f.today + timedelta(days=f.house.settings.identity_days),
    "expires": lambda f: f.copy_until,
    "certificate_until": lambda f: f.fetched_until,
    "doubt": lambda f: (f.file.case.doubt,) if f.file.case.doubt else None,
    "on": lambda f: f.today,
    "since": lambda f: f.file.case.received,
    "erased_on": lambda f: f.today,
    "backups_until": lambda f: f.today + timedelta(days=f.house.settings.remains_days) if f.house.settings.remains_days else None,
    "remembered_until": lambda f: f.today + timedelta(days=f.house.settings.tombstone_days),
    "ask_again": Facts.ask_again,
    "done": Facts.done,
    "kept": Facts.kept,
    "unsearched": Facts.unsearched,
    "withheld": Facts.withheld,
    "sensitive": Facts.sensitive,
    "contains": Facts.contains,
    "left_out": Facts.left_out,
    "searched": lambda f: tuple(f.datamap.systems),
    "also": lambda f: tuple(kind for kind in f.file.case.done if kind in _ALSO) or None,
    "told": Facts.others_told,
    "not_told": lambda f: (),
    "grounds": Facts.refused,
    "categories": Facts.categories,
    "purposes": Facts.purposes,
    "recipients": Facts.recipients,
    "transfers": Facts.transfers,
    "retention": Facts.retention,
    "sources": Facts.sources,
    "automated": lambda f: tuple(f.acts("automated_decision")),
    "disclosed": Facts.disclosed,
    "sold": Facts.sold,
    "sold_meanwhile": lambda f: () if f.of_the_person.get("sold", f.sold()) == () else None,
    "stopped": lambda f: f.by_basis("consent") or (_CONSENTED,),
    "still_used_for": lambda f: f.by_basis("contract", "legal_obligation") or None,
    "lists": lambda f: (_NEWSLETTERS,),
}  # fmt: skip


def asks(house: House, file: File) -> Any:
    """The situation of a case, for the questions of its letter."""
    return of(house, file.case, file.asker)
