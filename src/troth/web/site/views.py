"""The few pages that belong to neither door: the way to a language, security.txt, and who to ask for a password."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from troth.terms.bilingual import LANGUAGES
from troth.web.site.language import CHOSEN, language_of
from troth.web.site.wiring import the_house

_VALID = timedelta(days=90)


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """To the portal, in the language that the browser asks for."""
    response = HttpResponseRedirect(reverse("portal:home", args=[language_of(request)]))
    response["Vary"] = "Accept-Language"
    return response


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness (RFC 9116); there is no such page until a contact is set."""
    settings = the_house().settings
    if not settings.security_contact:
        raise Http404
    until = datetime.combine(the_house().now().date() + _VALID, time(), UTC)
    told = [f"Contact: {settings.security_contact}", f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}"]
    told.append(f"Preferred-Languages: {', '.join(LANGUAGES)}")
    if settings.address:
        told.append(f"Canonical: {settings.address}/.well-known/security.txt")
    return HttpResponse("\n".join(told) + "\n", content_type="text/plain; charset=utf-8")


@require_POST
def console_language(request: HttpRequest) -> HttpResponse:
    """The console in the other language, for this session."""
    if (language := request.POST.get("language")) in LANGUAGES:
        request.session[CHOSEN] = language
    return HttpResponseRedirect(reverse("console:home"))


@require_safe
def forgotten(request: HttpRequest) -> HttpResponse:
    """No account is made and no password sent from here: whoever gives out the roles does it."""
    return render(request, "site/forgotten.html")
