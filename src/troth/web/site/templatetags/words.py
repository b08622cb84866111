"""`{% say "key" name=value %}`: a sentence in the language of the page; `{% letter_name file %}`: what a letter says above its text;
`{% form_token "purpose" %}`: what a form of no account needs."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from troth.documents.letter_texts import title
from troth.terms.bilingual import Both
from troth.web.site.forms import FIELD, token
from troth.web.site.language import language_of
from troth.web.site.text import TEXTS

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: Context, what: str | Both, **values: Any) -> SafeString:
    """A sentence by its key in site/text.py, or one that a view hands over; unknown keys are a fault, not a gap."""
    both = what if isinstance(what, Both) else TEXTS[what]
    sentence = both.within(language_of(context["request"]))
    return conditional_escape(sentence.format_map(values) if values else sentence)


@register.simple_tag(takes_context=True)
def letter_name(context: Context, file: str) -> SafeString:
    """A letter by its headline, with the name of its file; any other paper by its file alone."""
    try:
        headline = title(file.removesuffix(".html"), language_of(context["request"]))
    except KeyError:
        return conditional_escape(file)
    return format_html("{} <small>({})</small>", headline, file)


@register.simple_tag
def form_token(purpose: str) -> SafeString:
    """The hidden field that `anonymous_form(purpose)` asks for."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, token(purpose))
