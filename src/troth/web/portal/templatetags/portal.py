"""Sentences of the portal that hold a date or a law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import template
from django.template import Context
from django.utils.formats import date_format
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from troth.terms.bilingual import Lang
from troth.web.portal.words import SAYS
from troth.web.site.language import language_of

register = template.Library()


@register.filter
def day(value: date) -> str:
    """A day as people write it: 23. november 2026, 23 November 2026."""
    return date_format(value, "j. F Y" if _danish() else "j F Y")


def _danish() -> bool:
    from django.utils.translation import get_language

    return get_language() == "da"


@register.simple_tag(takes_context=True)
def stays_sentence(context: Context, stays: Sequence[Mapping[str, Any]]) -> SafeString:
    """What will be kept, why and for how long, in one sentence."""
    language = language_of(context["request"])
    what = "; ".join(_stay(one, language) for one in stays)
    return conditional_escape(SAYS["stays_some"].within(language).format(what=what))


def _stay(one: Mapping[str, Any], language: Lang) -> str:
    """One thing that stays: a rule's own words say for how long, of anything else the map's years do."""
    if words := one[language].rstrip("."):
        return f"{words[:1].lower()}{words[1:]} ({one['citation']})"
    until = SAYS["stays_years"].within(language).format(years=one["years"]) if one["years"] else ""
    return SAYS["stays_by"].within(language).format(law=one["citation"], until=until)


@register.simple_tag(takes_context=True)
def answer_sentence(context: Context, answer_by: date) -> SafeString:
    """When we answer."""
    return conditional_escape(
        SAYS["answer_by"].within(language_of(context["request"])).format(day=day(answer_by))
    )


@register.simple_tag(takes_context=True)
def light_word(context: Context, light: str) -> SafeString:
    """What a light means."""
    return conditional_escape(SAYS[f"light_{light}"].within(language_of(context["request"])))
