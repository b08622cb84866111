"""Words by their keys, and days as people write them, for the console's pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import template
from django.template import Context
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from troth.documents.words import place, sentence
from troth.terms.bilingual import Both
from troth.web.console.words import SAYS
from troth.web.site.language import language_of
from troth.workflows.grounds import citation_said, ground_said

register = template.Library()


@register.filter
def day_or_dash(value: date | None) -> str:
    """2026-11-23, or a dash."""
    return date_format(value, "Y-m-d") if value else "–"


@register.filter
def split_words(text: str) -> list[str]:
    return text.split()


@register.simple_tag(takes_context=True)
def word_of(context: Context, words: Mapping[str, Both], key: str) -> SafeString:
    """The word for a key in the page's language; the key itself where there is none."""
    both = words.get(key)
    return conditional_escape(both.within(language_of(context["request"])) if both else key)


@register.simple_tag(takes_context=True)
def words_of(context: Context, words: Mapping[str, Both], keys: Iterable[str]) -> SafeString:
    """The words for several keys."""
    return conditional_escape("; ".join(str(word_of(context, words, key)) for key in keys))


@register.simple_tag(takes_context=True)
def manual_word(context: Context, said: str) -> SafeString:
    """What the owner of a system kept by hand said."""
    return word_of(context, SAYS, f"manual_{said}")


@register.simple_tag(takes_context=True)
def extend_says(context: Context, last: date) -> SafeString:
    """By when the person must be told."""
    return conditional_escape(
        SAYS["extend_says"].within(language_of(context["request"])).format(day=date_format(last, "Y-m-d"))
    )


@register.simple_tag(takes_context=True)
def light_said(context: Context, words: Mapping[str, Both], light: str) -> SafeString:
    """What a light means."""
    return word_of(context, words, f"light_{light}")


@register.simple_tag(takes_context=True)
def reason_said(context: Context, reason: tuple[str, str]) -> SafeString:
    """Why a check said what it said: its Danish or its English words."""
    return conditional_escape(reason[language_of(context["request"]) == "en"])


@register.simple_tag(takes_context=True)
def declined_said(context: Context, why: Both | str) -> SafeString:
    """That the case cannot take this step, and why: in our words, or in those of a fault."""
    language = language_of(context["request"])
    told = why.within(language) if isinstance(why, Both) else why
    return conditional_escape(SAYS["refused_step"].within(language).format(why=told))


@register.simple_tag(takes_context=True)
def sentence_said(context: Context, english: str) -> SafeString:
    """A sentence of the engine in the page's language; one that has no Danish is marked as English."""
    return mark_safe(str(sentence(english, language_of(context["request"]))))  # noqa: S308  # reason: escaped by documents.markup


@register.simple_tag(takes_context=True)
def grounds_said(context: Context, names: Iterable[str], case: Any) -> SafeString:
    """The grounds of a decision as people read them."""
    return conditional_escape(
        ground_said(names, case.received, case.regime).within(language_of(context["request"]))
    )


@register.simple_tag(takes_context=True)
def place_said(context: Context, english: str) -> SafeString:
    """Where something is; a name is the same in both languages."""
    return conditional_escape(place(english).within(language_of(context["request"])))


@register.simple_tag(takes_context=True)
def citation(context: Context, source: str) -> SafeString:
    """A source of law as people cite it."""
    return conditional_escape(citation_said(source).within(language_of(context["request"])))


@register.simple_tag
def value_said(value: object) -> SafeString:
    """What somebody told of themselves: words, or several, each on its line."""
    return format_html_join(mark_safe("<br>"), "{}", ((one,) for one in _lines(value)))


def _lines(value: object) -> list[str]:
    if isinstance(value, Mapping):
        return [line for one in value.values() for line in _lines(one)]
    if isinstance(value, (list, tuple)):
        return [line for one in value for line in _lines(one)]
    return str(value).splitlines() or ["–"]


@register.simple_tag(takes_context=True)
def event_said(
    context: Context, words: Mapping[str, Both], kinds: Mapping[str, Both], data: Mapping[str, object]
) -> SafeString:
    """Of what kind an event is, or how a letter went; nothing that somebody typed."""
    kind, means = data.get("kind"), data.get("means")
    told = [str(word_of(context, kinds, str(kind)))] if kind else []
    told += [str(word_of(context, words, str(means)))] if means else []
    return format_html(": {}", ", ".join(told)) if told else mark_safe("")
