"""`{% say "key" name=value %}`: a sentence in the language of the page; `{% form_token "purpose" %}`: what a form of no account needs."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

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


@register.simple_tag
def form_token(purpose: str) -> SafeString:
    """The hidden field that `anonymous_form(purpose)` asks for."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, token(purpose))
