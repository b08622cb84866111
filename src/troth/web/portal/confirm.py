"""The person for whom an agent asks says whether they do; opening the page alone says nothing (scanners fetch links).

Whoever said yes here reads mail at the person's address. What else the law wants shown is asked on the same page, of the person and
never of the agent, for half an hour: what opens it travels in the page's own forms, signed for this one case.
"""

from __future__ import annotations

from typing import Any, Final

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from troth.terms.bilingual import Lang
from troth.web.portal import words
from troth.web.portal.status import OPEN_FOR
from troth.web.site import errors
from troth.web.site.forms import anonymous_form
from troth.web.site.limits import limited
from troth.web.site.pages import secret_address
from troth.web.site.wiring import the_house
from troth.workflows import case_identity, portal
from troth.workflows.cases import DeclinedError

PURPOSE: Final = "confirm"
_SALT: Final = "troth.confirm"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@secret_address
@limited(PURPOSE, most=20, seconds=600)
@anonymous_form(PURPOSE)
def confirm(request: HttpRequest, language: Lang, link: str) -> HttpResponse:
    """The person says whether an agent asks for them, and answers what may be asked of them."""
    name = case_identity.by_confirm_link(the_house(), link)
    if name is None:
        raise Http404
    if request.method != "POST":
        return _page(request, language, link, name)
    try:
        return _said(request, language, link, name)
    except DeclinedError:
        return errors.page(request, "missing", 404)


def _said(request: HttpRequest, language: Lang, link: str, name: str) -> HttpResponse:
    house, action, question = the_house(), request.POST.get("action", ""), request.POST.get("question", "")
    if action in ("answer", "skip") and _may(request, name):
        if action == "skip":
            case_identity.skip(house, name, question)
            return _page(request, language, link, name, "yes")
        right = case_identity.answer(house, name, question, request.POST.get("answer", ""))
        return _page(request, language, link, name, "yes", "thanks" if right else "no_match")
    says = request.POST.get("says", "")
    if says not in ("yes", "no"):
        return errors.bad(request)
    case_identity.confirm(house, name, says == "yes")
    return _page(request, language, link, name, says, "confirmed" if says == "yes" else "denied")


def _page(
    request: HttpRequest, language: Lang, link: str, name: str, answered: str = "", said: str = ""
) -> HttpResponse:
    told: dict[str, Any] = portal.agent_of(the_house(), name)
    told |= {
        "link": link, "says": words.SAYS, "asked": [words.KINDS[kind] for kind in told["kinds"]], "answered": answered,
        "said": words.SAYS[said] if said else None, "back_to": "portal:confirm", "purpose": PURPOSE,
        "questions": portal.of_person(the_house(), name, language) if answered == "yes" else [],
        "key": signing.dumps(name, salt=_SALT) if answered == "yes" else "",
    }  # fmt: skip
    return render(request, "portal/confirm.html", told)


def _may(request: HttpRequest, name: str) -> bool:
    """Whether the form was made by a page on which the person had said yes."""
    try:
        return bool(signing.loads(request.POST.get("key", ""), salt=_SALT, max_age=OPEN_FOR) == name)
    except signing.BadSignature:
        return False
