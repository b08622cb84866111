"""A notice in the words of the Data Privacy Vocabulary, as JSON-LD: only terms that exist, and nothing that the notice does not say."""

from __future__ import annotations

from typing import Any, Final

from troth.datamap.categories import CATEGORIES
from troth.law.content import eea
from troth.law.dpv import namespaces, terms
from troth.notice.model import BASES, Named, Notice, Promise
from troth.terms.bilingual import Both

ROLES: Final = {
    "processor": "dpv:DataProcessor", "controller": "dpv:DataController", "joint": "dpv:JointDataControllers",
    "third_party": "dpv:ThirdParty", "authority": "dpv:Authority",
}  # fmt: skip
Node = dict[str, Any]


def document(notice: Notice) -> Node:
    """The notice as one JSON-LD document; its parts are named by fragments of the notice's id."""
    return {
        "@context": namespaces(),
        "@id": f"urn:notice:{notice.id}:{notice.digest}",
        "@type": "dpv:PrivacyNotice",
        "dct:title": _said(Both(notice.id, notice.id)),
        **({"dct:valid": notice.effective.isoformat()} if notice.effective else {}),
        "dpv:hasDataController": _controller(notice),
        "dpv:hasProcess": [_process(notice, one) for one in notice.purposes.values()],
    }


def _controller(notice: Notice) -> Node:
    told: Node = {"@id": _id(notice, "controller"), "@type": "dpv:DataController"}
    for term, fact in (
        ("dpv:hasName", "controller.name"),
        ("dpv:hasAddress", "controller.address"),
        ("dpv:hasContact", "controller.email"),
    ):
        if value := notice.fact(fact):
            told[term] = value
    if officer := notice.fact("dpo.contact"):
        told["dpv:hasDataProtectionOfficer"] = {
            "@type": "dpv:DataProtectionOfficer",
            "dpv:hasContact": officer,
        }
    if representative := notice.fact("representative"):
        told["dpv:hasRepresentative"] = {"@type": "dpv:Representative", "dpv:hasContact": representative}
    return told


def _process(notice: Notice, purpose: Named) -> Node:
    promises = [one for one in notice.promises.values() if purpose.name in one.purposes]
    told: Node = {
        "@id": _id(notice, f"process-{purpose.name}"),
        "@type": "dpv:Process",
        "dct:title": _said(purpose.title),
        "dpv:hasPurpose": _term(notice, "purpose", purpose, "dpv:Purpose"),
    }
    subjects = [notice.subjects[name] for name in purpose.subjects if name in notice.subjects]
    lists = {
        "dpv:hasDataSubject": [_term(notice, "subject", one, "dpv:DataSubject") for one in subjects],
        "dpv:hasPersonalData": [_data(notice, notice.categories[n]) for n in _all(promises, "categories")],
        "dpv:hasRecipient": [_recipient(notice, notice.recipients[n]) for n in _all(promises, "recipients")],
        "dpv:hasLegalBasis": [{"@id": f"eu-gdpr:A{_article(one)}"} for one in dict.fromkeys(p.basis for p in promises if p.basis)],
        "dpv:hasStorageCondition": [_storage(one) for one in promises if one.retention and one.retention.keep],
    }  # fmt: skip
    told |= {term: found for term, found in lists.items() if found}
    if notice.fact("measures"):
        measures = {
            "@type": "dpv:TechnicalOrganisationalMeasure",
            "dct:description": _said(notice.facts["measures"].value),
        }
        told["dpv:hasTechnicalOrganisationalMeasure"] = measures
    return told


def _article(basis: str) -> str:
    return BASES[basis][0].replace("(", "-").replace(")", "")


def _all(promises: list[Promise], what: str) -> list[str]:
    return list(dict.fromkeys(name for one in promises for name in one.listed(what)))


def _term(notice: Notice, kind: str, named: Named, otherwise: str) -> Node:
    """A thing of the notice, of the vocabulary's own kind where it names one that exists."""
    type_ = named.dpv if named.dpv in terms() else otherwise
    return {"@id": _id(notice, f"{kind}-{named.name}"), "@type": type_, "dct:title": _said(named.title)}


def _data(notice: Notice, category: Named) -> Node:
    """A kind of data with the terms of what it holds in the data map."""
    held = [CATEGORIES[name].dpv for name in category.fields if name in CATEGORIES]
    types = list(dict.fromkeys(term for term in held if term in terms("data")))
    return {**_term(notice, "data", category, "dpv:PersonalData"), **({"@type": types} if types else {})}


def _recipient(notice: Notice, recipient: Named) -> Node:
    told = _term(notice, "recipient", recipient, ROLES.get(recipient.role, "dpv:Recipient"))
    if recipient.countries:
        told["dpv:hasCountry"] = list(recipient.countries)
    if abroad := sorted(set(recipient.countries) - eea()):
        told["dpv:hasThirdCountry"] = abroad
    return told


def _storage(promise: Promise) -> Node:
    kept = promise.retention
    assert kept is not None
    assert kept.keep is not None
    return {
        "@type": "dpv:StorageDuration",
        "dpv:hasDuration": kept.keep.told(),
        "dct:description": f"after {kept.after}" if kept.after else "",
    }


def _id(notice: Notice, name: str) -> str:
    return f"urn:notice:{notice.id}#{name}"


def _said(words: Both) -> list[Node]:
    return [{"@value": words.da, "@language": "da"}, {"@value": words.en, "@language": "en"}]
