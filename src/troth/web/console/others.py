"""Who else must act on a case, for the officer; and for a customer's administrator their own tasks, and no other customer's."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from troth.terms.errors import TrothError
from troth.web.console.others_words import SAYS, STATES
from troth.web.console.words import SAYS as MENU
from troth.web.portal.words import KINDS
from troth.web.site.roles import role_required
from troth.web.site.wiring import the_house
from troth.workflows import beside
from troth.workflows.cases import DeclinedError, NoCaseError
from troth.workflows.staff import Role, scopes_of

_LONGEST = 5_000


@never_cache
@role_required(Role.OFFICER, Role.APPROVER)
@require_safe
def others(request: HttpRequest, name: str) -> HttpResponse:
    """Owners, recipients, customers, what rests, and what changed."""
    return _page(request, name)


@require_POST
@never_cache
@role_required(Role.OFFICER)
def act(request: HttpRequest, name: str) -> HttpResponse:
    """One step of the officer; what cannot be done now is said, and nothing is changed."""
    given = {key: value[:_LONGEST] for key, value in request.POST.items() if isinstance(value, str)}
    try:
        beside.act(the_house(), name, request.user.get_username(), given.get("step", ""), given)
    except NoCaseError:
        raise Http404 from None
    except DeclinedError as fault:
        return _page(request, name, 409, fault.refusal.id)
    except TrothError as fault:
        return _page(request, name, 422, fault.message)
    return HttpResponseRedirect(reverse("console:others", args=[name]))


def _page(request: HttpRequest, name: str, status: int = 200, declined: str = "") -> HttpResponse:
    try:
        told = beside.around(the_house(), name)
    except NoCaseError:
        raise Http404 from None
    told |= {
        "says": MENU, "words": SAYS, "states": STATES, "kinds": KINDS, "at": "inbox", "declined": declined,
        "officer": Role.OFFICER in request.roles,  # type: ignore[attr-defined]  # reason: set by site.roles.Roles
    }  # fmt: skip
    return render(request, "console/others.html", told, status=status)


@never_cache
@role_required(Role.ADMIN_TENANT)
@require_safe
def own_tasks(request: HttpRequest) -> HttpResponse:
    """What the administrator's own customers are asked."""
    told = beside.own_tasks(the_house(), scopes_of(the_house(), str(request.user.pk)))
    return render(request, "console/own_tasks.html", {"words": SAYS, "tasks": told})


@never_cache
@role_required(Role.ADMIN_TENANT)
def own_task(request: HttpRequest, name: str, mark: str) -> HttpResponse:
    """One of them: whom it is about, and their instruction."""
    house, by = the_house(), request.user.get_username()
    scopes, note, status = scopes_of(house, str(request.user.pk)), "", 200
    try:
        if request.method == "POST":
            acts = ("erase", "hand_over")
            said = {act: request.POST[act] == "yes" for act in acts if request.POST.get(act) in ("yes", "no")}
            note, status = _answered(scopes, name, mark, by, said, request.POST.get("words", "")[:_LONGEST])
        told: dict[str, Any] = beside.own_task(house, scopes, name, mark, by)
    except NoCaseError:
        raise Http404 from None
    told |= {
        "words": SAYS, "task": name, "mark": mark, "note": SAYS[note] if note else None,
        "asked": [(act, SAYS[f"may_{act}"], told["said"].get(act)) for act in told["asks"]],
    }  # fmt: skip
    return render(request, "console/own_task.html", told, status=status)


def _answered(
    scopes: frozenset[str], name: str, mark: str, by: str, said: dict[str, bool], words: str
) -> tuple[str, int]:
    try:
        beside.own_answer(the_house(), scopes, name, mark, by, said, words)
    except DeclinedError as fault:
        return ("choose", 422) if fault.refusal.id == "not_asked" else ("not_now", 409)
    return "thanks", 200
