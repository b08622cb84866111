"""The portal's front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from troth.terms.bilingual import Lang
from troth.web.portal.words import SAYS
from troth.web.site.wiring import the_house
from troth.workflows import public_notice


@require_safe
def home(request: HttpRequest, language: Lang) -> HttpResponse:
    """What would you like?"""
    company = public_notice.facts(the_house(), language)["company"]
    return render(request, "portal/home.html", {"says": SAYS, "company": company})
