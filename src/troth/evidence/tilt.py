"""A notice in the Transparency Information Language (TILT): what it says, and one finding for each fact that it lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from troth.evidence.ropa import kept
from troth.law.content import eea, items
from troth.notice.findings import Finding, finding
from troth.notice.model import BASES, Named, Notice, Promise
from troth.notice.prose import Reading, bound_lines, judge
from troth.notice.text import PLACED

FACTS: Final = (
    "controller.name", "controller.address", "controller.country_code", "controller.contact", "controller.email",
    "dpo.name", "dpo.address", "dpo.contact", "authority.name", "authority.address", "authority.country_code",
    "authority.contact", "notice.url",
)  # fmt: skip
"""Facts that TILT has a required place for."""
RIGHTS: Final[Mapping[str, tuple[str, ...]]] = {
    "accessAndDataPortability": ("notice.N110", "notice.N115"),
    "rightToInformation": ("notice.N110",),
    "rightToRectificationOrDeletion": ("notice.N111", "notice.N112"),
    "rightToDataPortability": ("notice.N115",),
    "rightToWithdrawConsent": ("notice.N116",),
    "rightToComplain": ("notice.N117",),
}
"""The rights in TILT's order, and the content rules by which the text is seen to grant them."""
Node = dict[str, Any]


def missing(notice: Notice) -> Iterator[Finding]:
    """One finding for each fact that TILT needs and the notice does not give."""
    for name in FACTS:
        fact = notice.facts.get(name)
        if fact is None or fact.is_empty:
            yield finding("notice.N007", fact.place if fact else f"{notice.file}:1", what=name)


class Tilt:
    """One notice in one of its languages."""

    def __init__(self, notice: Notice, language: str, number: int, active: bool, at: datetime) -> None:
        self.notice, self.language, self.number, self.at, self.active = notice, language, number, at, active
        self.lines = {one.line: one.text for one in notice.texts[language].sentences}
        self.reading = Reading(bound_lines(notice.texts[language], self.fact), language)
        self.items = {item.id: item for item in items()}

    def fact(self, name: str) -> str:
        if name == "effective":
            return self.notice.effective.isoformat() if self.notice.effective else ""
        return self.notice.version if name == "version" else self.notice.fact(name, self.language)

    def document(self) -> Node:
        """The whole; what the notice does not say is an empty text."""
        return {
            "meta": self._meta(),
            "controller": {
                "name": self.fact("controller.name"), "address": self.fact("controller.address"),
                "country": self.fact("controller.country_code"),
                "representative": self._person("controller.contact", "controller.email", "controller.phone"),
            },
            "dataProtectionOfficer": {
                **self._person("dpo.name", "dpo.contact", "dpo.phone"),
                "address": self.fact("dpo.address"), "country": self.fact("controller.country_code"),
            },
            "dataDisclosed": [self._disclosed(one) for one in self.notice.categories.values()],
            "thirdCountryTransfers": list(self._transfers()),
            "sources": [],
            **{name: self._right(found) for name, found in RIGHTS.items() if name != "rightToComplain"},
            "rightToComplain": {
                **self._right(RIGHTS["rightToComplain"]),
                "supervisoryAuthority": {
                    **self._person("authority.name", "authority.contact", "authority.phone"),
                    "address": self.fact("authority.address"), "country": self.fact("authority.country_code"),
                },
            },
            "automatedDecisionMaking": self._automated(),
            "changesOfPurpose": [],
        }  # fmt: skip

    def _meta(self) -> Node:
        notice, moment = self.notice, self.at.replace(tzinfo=None, microsecond=0).isoformat()
        return {
            "_id": str(uuid5(NAMESPACE_URL, f"{notice.id}:{notice.digest}")), "name": self.fact("controller.name"),
            "created": moment, "modified": moment, "version": max(1, self.number), "language": self.language,
            "status": "active" if self.active else "inactive", "url": self.fact("notice.url"), "_hash": notice.digest,
        }  # fmt: skip

    def _person(self, name: str, email: str, phone: str) -> Node:
        told = {"name": self.fact(name), "email": self.fact(email)}
        return {**told, "phone": self.fact(phone)} if self.fact(phone) else told

    def _disclosed(self, category: Named) -> Node:
        promises = [one for one in self.notice.promises.values() if category.name in one.categories]
        purposes = [self.notice.purposes[name] for name in _all(promises, "purposes")]
        bases = list(dict.fromkeys(one.basis for one in promises if one.basis))
        interests = [one.interest.within(self.language) for one in purposes if all(one.interest)]
        said = category.title.within(self.language)
        return {
            "_id": category.name, "category": said,
            "purposes": [{"purpose": one.name, "description": one.title.within(self.language)} for one in purposes],
            "legalBases": [{"reference": f"GDPR-{_article(one)}", "description": BASES[one][1 + (self.language == "en")]} for one in bases],
            "legitimateInterests": [{"exists": True, "reasoning": one} for one in interests],
            "recipients": [{"category": self.notice.recipients[name].title.within(self.language)} for name in _all(promises, "recipients")],
            "storage": [self._storage(promises)],
            "nonDisclosure": {
                "legalRequirement": "legal_obligation" in bases, "contractualRegulation": "contract" in bases,
                "obligationToProvide": "legal_obligation" in bases, "consequences": self._sentence("notice.N118"),
            },
        }  # fmt: skip

    def _storage(self, promises: Iterable[Promise]) -> Node:
        found = [one.retention for one in promises if one.retention]
        temporal = [
            {"description": kept(one).within(self.language), "ttl": one.keep.told()}
            for one in found
            if one.keep
        ]
        otherwise = [kept(one).within(self.language) for one in found if not one.keep]
        return {
            "temporal": temporal,
            "purposeConditional": otherwise,
            "legalBasisConditional": [],
            "aggregationFunction": "max",
        }

    def _transfers(self) -> Iterator[Node]:
        for one in self.notice.recipients.values():
            enforceable = one.safeguard in ("adequacy", "clauses", "rules")
            for country in sorted(set(one.countries) - eea()):
                yield {
                    "country": country,
                    "adequacyDecision": {"available": one.safeguard == "adequacy", "description": ""},
                    "appropriateGuarantees": {"available": one.safeguard in ("clauses", "rules"), "description": ""},
                    "presenceOfEnforceableRightsAndEffectiveRemedies": {"available": enforceable, "description": ""},
                    "standardDataProtectionClause": {"available": one.safeguard == "clauses", "description": ""},
                }  # fmt: skip

    def _right(self, names: Iterable[str]) -> Node:
        """Granted where the text says so, in its own words."""
        told = [self._sentence(name) for name in names]
        return {
            "available": all(told), "description": " ".join(dict.fromkeys(told)).strip(), "url": self.fact("notice.url"),
            "email": self.fact("controller.email"), "identificationEvidences": [],
        }  # fmt: skip

    def _automated(self) -> Node:
        acts = {act for one in self.notice.promises.values() for act in one.acts}
        return {
            "inUse": bool(acts & {"profiling", "automated_decision"}), "logicInvolved": self.fact("automated.logic"),
            "scopeAndIntendedEffects": self.fact("automated.effects"),
        }  # fmt: skip

    def _sentence(self, name: str) -> str:
        """The sentence by which the text says what a content rule asks for; '' where it does not."""
        verdict, line = judge(self.items[name], self.reading)
        return PLACED.sub(lambda found: self.fact(found[1]), self.lines[line]) if verdict == "said" else ""


def _all(promises: Iterable[Promise], what: str) -> list[str]:
    return list(dict.fromkeys(name for one in promises for name in one.listed(what)))


def _article(basis: str) -> str:
    return BASES[basis][0].replace("(", "-").replace(")", "")
