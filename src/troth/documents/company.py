"""Guarantees that a letter names its sender as the notice does, and that what the notice leaves empty is never made up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from troth.notice.model import Notice
from troth.terms.bilingual import Lang
from troth.terms.errors import UsageError


@dataclass(frozen=True, slots=True)
class Company:
    """The sender of a letter, in the language of the letter; '' only where the notice says that there is none."""

    name: str
    address: str
    email: str
    phone: str = ""
    officer: str = ""
    officer_email: str = ""
    authority: str = ""
    authority_address: str = ""
    authority_site: str = ""
    california_email: str = ""
    california_authority: str = ""


NEEDED: Final = {
    "name": "controller.name",
    "address": "controller.address",
    "email": "controller.email",
    "authority": "authority.name",
    "authority_address": "authority.address",
    "authority_site": "authority.website",
}
"""What a sender under European law cannot be without (GDPR Art. 12(4), 13(1)(a), 15(1)(f))."""
TOLD: Final = {
    "phone": "controller.phone",
    "officer": "dpo.name",
    "officer_email": "dpo.contact",
    "california_email": "california.contact",
    "california_authority": "california.authority",
}


def company(notice: Notice, lang: Lang) -> Company:
    """The sender as the notice names it; raises UsageError for a fact that is empty and not said to be needless."""
    told = {name: _fact(notice, fact, lang, needed=True) for name, fact in NEEDED.items()}
    more = {name: _fact(notice, fact, lang, needed=False) for name, fact in TOLD.items()}
    return Company(**told, **more)


def _fact(notice: Notice, name: str, lang: Lang, needed: bool) -> str:
    fact = notice.facts.get(name)
    value = fact.value.within(lang) if fact is not None else ""
    empty = not value and (needed or (fact is not None and fact.is_empty))
    if empty:
        place = fact.place if fact is not None else notice.file
        remedy = f"Write `{name}` under `facts` in the notice, and publish it: no letter goes out without it."
        raise UsageError("the notice does not say who sends its letters", place=place, remedy=remedy)
    return value
