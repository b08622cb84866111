"""A person follows their case: the link alone shows nothing, a fresh code opens the page for half an hour, without a cookie.

What opens it travels in the page's own forms, signed for this one case; it never stands in an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.core import signing
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from troth.documents.letter_texts import title
from troth.terms.bilingual import Lang
from troth.terms.errors import UsageError
from troth.web.portal import uploads, words
from troth.web.portal.forms import Added, Code, Permission
from troth.web.site.forms import anonymous_form
from troth.web.site.limits import limited
from troth.web.site.pages import secret_address
from troth.web.site.wiring import the_house
from troth.workflows import case_identity, case_provider, portal
from troth.workflows.cases import by_link

PURPOSE: Final = "case"
_SALT: Final = "troth.case"
OPEN_FOR: Final = timedelta(minutes=30)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@secret_address
@limited("case", most=60, seconds=600)
@anonymous_form(PURPOSE)
def case(request: HttpRequest, language: Lang, link: str) -> HttpResponse:
    """The page of one case; what is done on it is named by the button that was pressed."""
    name = by_link(the_house(), link)
    if name is None:
        raise Http404
    if request.method != "POST":
        return _door(request, link)
    action = request.POST.get("action", "")
    if action == "send":
        case_identity.wish(the_house(), name)
        return _code(request, link, Code())
    if action == "code":
        form = Code(request.POST)
        if form.is_valid() and case_identity.check_code(the_house(), name, form.cleaned_data["code"]):
            return _open(request, language, link, name)
        if form.is_valid():
            form.add_error("code", words.SAYS["code_wrong"].within(language))
        return _code(request, link, form, 422)
    if not _may(request, name):
        return _door(request, link)
    return _act(request, language, link, name, action)


def _act(request: HttpRequest, language: Lang, link: str, name: str, action: str) -> HttpResponse:
    """What whoever has opened the page does on it."""
    house = the_house()
    try:
        if action == "fetch":
            return _file(portal.fetch(house, name, request.POST.get("paper", "")))
        if action == "more":
            form = Added(request.POST)
            if not form.is_valid():
                return _open(request, language, link, name, form=form)
            portal.add_words(house, name, form.cleaned_data["words"])
            return _open(request, language, link, name, said="noted")
        if action == "permission":
            return _permission(request, language, link, name)
        if action == "retract":
            portal.retract(house, name)
            return _open(request, language, link, name, said="retracted")
        if action == "answer":
            right = case_identity.answer(
                house, name, request.POST.get("question", ""), request.POST.get("answer", "")
            )
            return _open(request, language, link, name, said="thanks" if right else "no_match")
        if action == "provider":
            back = request.build_absolute_uri(reverse("portal:back", args=[language]))  # others are told it
            there = case_provider.begin(house, name, back)
            return render(request, "portal/provider.html", {"there": there, "link": link, "says": words.SAYS})
        if action == "skip":
            case_identity.skip(house, name, request.POST.get("question", ""))
        return _open(request, language, link, name)
    except UsageError:
        return _open(request, language, link, name, said="not_now")


def _permission(request: HttpRequest, language: Lang, link: str, name: str) -> HttpResponse:
    """An agent sends the paper that was not sent with the request."""
    form = Permission(request.POST, request.FILES)
    sent = uploads.paper(form.cleaned_data["permission"]) if form.is_valid() else None
    if sent is None:
        form.add_error("permission", words.SAYS["permission_says"].within(language))
        return _open(request, language, link, name, form=form)
    portal.add_permission(the_house(), name, sent)
    return _open(request, language, link, name, said="permission_read")


def _door(request: HttpRequest, link: str) -> HttpResponse:
    return render(request, "portal/door.html", {"link": link, "says": words.SAYS})


def _code(request: HttpRequest, link: str, form: Code, status: int = 200) -> HttpResponse:
    told = {"link": link, "form": form, "says": words.SAYS, "minutes": case_identity.MINUTES}
    return render(request, "portal/code.html", told, status=status)


def _open(
    request: HttpRequest, language: Lang, link: str, name: str, said: str = "", form: Form | None = None
) -> HttpResponse:
    case_provider.settle(the_house(), name)
    told: dict[str, Any] = portal.shown(the_house(), name, language)
    for one in told["papers"]:
        one["title"] = _titled(one, language)
    told |= {
        "link": link, "says": words.SAYS, "back_to": "portal:case", "purpose": PURPOSE, "key": signing.dumps(name, salt=_SALT),
        "form": form, "paper_form": form if isinstance(form, Permission) else Permission(),
        "more_form": form if isinstance(form, Added) else Added(),
        "state_said": words.SAYS["state_agent"] if told["agent_waits"] else words.STATES[told["state"]],
        "said": words.SAYS[said] if said else None,
        "asked": [words.KINDS[kind] for kind in told["kinds"]],
        "decided": [(words.KINDS[one["kind"]], words.OUTCOMES[one["outcome"]], one) for one in told["decisions"]],
    }  # fmt: skip
    return render(request, "portal/case.html", told, status=422 if form else 200)


def _titled(paper: Mapping[str, Any], language: Lang) -> str:
    """What a paper is called on the page; what an owner handed over keeps the name of its file alone."""
    if paper["kind"] == "letter":
        return title(paper["letter"], language)
    if paper["kind"] == "certificate":
        key = "paper_proof" if paper["file"].endswith(".json") else "paper_certificate"
    else:
        key = f"paper_{'portability' if paper['of'] == 'portability' else 'copy'}"
    return words.SAYS[key].within(language) if paper["of"] or paper["kind"] == "certificate" else ""


def _may(request: HttpRequest, name: str) -> bool:
    """Whether the form was made by a page of this case that a code had opened."""
    try:
        return bool(signing.loads(request.POST.get("key", ""), salt=_SALT, max_age=OPEN_FOR) == name)
    except signing.BadSignature:
        return False


def _file(told: portal.Fetched) -> HttpResponse:
    """A file to save: never shown in the browser, under a name of ours."""
    response = HttpResponse(told.data, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{told.file}"'
    return response
