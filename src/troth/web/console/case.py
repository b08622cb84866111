"""One case on one page: what may be done now is offered, everything else is not; a person's data is shown for a purpose that is entered."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from troth.terms.errors import TrothError, UsageError
from troth.web.console.desk_words import REFUSALS, STATES, WHATS
from troth.web.console.desk_words import SAYS as DESK
from troth.web.console.words import SAYS
from troth.web.portal.words import KINDS, OUTCOMES
from troth.web.site import errors
from troth.web.site.roles import STAFF, role_required
from troth.web.site.wiring import the_house
from troth.workflows import desk
from troth.workflows.cases import DeclinedError, NoCaseError
from troth.workflows.staff import Role

_READS = (Role.OFFICER, Role.APPROVER)


@never_cache
@role_required(*STAFF)
def case(request: HttpRequest, name: str) -> HttpResponse:
    """The page; nothing personal is on it before somebody says what for."""
    return _page(request, name)


def _page(request: HttpRequest, name: str, status: int = 200, **more: Any) -> HttpResponse:
    try:
        told = desk.case(the_house(), name)
    except NoCaseError:
        raise Http404 from None
    told["own_plan"] = told["second"] and told["case"].proposed_by == request.user.get_username()
    told |= {
        "says": SAYS, "words": DESK, "kinds": KINDS, "states": STATES, "outcomes": OUTCOMES, "whats": WHATS, "at": "inbox",
        "purposes": [(purpose, SAYS[purpose]) for purpose in desk.PURPOSES], "officer": Role.OFFICER in request.roles,  # type: ignore[attr-defined]
        "approver": bool({Role.OFFICER, Role.APPROVER} & set(request.roles)), **more,  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "console/case.html", told, status=status)


@require_POST
@never_cache
@role_required(*_READS)
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Who asks, or the rows that are theirs: entered with its purpose, and shown once."""
    what, purpose, by = (
        request.POST.get("what", ""),
        request.POST.get("purpose", ""),
        request.user.get_username(),
    )
    try:
        if what == "matches":
            return _page(request, name, matches=desk.matches(the_house(), name, by, purpose))
        return _page(request, name, shown=desk.person(the_house(), name, by, purpose))
    except UsageError as fault:
        return _page(request, name, 422, declined=fault.message)


@require_POST
@role_required(Role.OFFICER)
def act(request: HttpRequest, name: str) -> HttpResponse:
    """One step of an officer; a step that the case cannot take now is said, and nothing is changed."""
    return _step(request, name, request.POST.get("step", ""))


@require_POST
@role_required(*_READS)
def approve(request: HttpRequest, name: str) -> HttpResponse:
    """Somebody approves what another has proposed."""
    return _step(request, name, "approve")


def _step(request: HttpRequest, name: str, step: str) -> HttpResponse:
    by = request.user.get_username()
    given = {key: value for key, value in request.POST.items() if isinstance(value, str)}
    try:
        desk.act(desk.working(the_house(), by), name, by, step, given, request.POST.getlist("accept"))
    except NoCaseError:
        raise Http404 from None
    except DeclinedError as fault:
        return _page(request, name, 409, declined=REFUSALS.get(fault.refusal.id, fault.refusal.id))
    except TrothError as fault:
        return _page(request, name, 422, declined=str(fault))
    return HttpResponseRedirect(reverse("console:case", args=[name]))


@require_POST
@never_cache
@role_required(*_READS)
def fetch(request: HttpRequest, name: str) -> HttpResponse:
    """A paper of the case, to save; who fetched it, and what for, is entered."""
    try:
        head, data = desk.read_paper(
            the_house(), name, request.POST.get("paper", ""), request.user.get_username(), request.POST.get("purpose", "")
        )  # fmt: skip
    except NoCaseError:
        raise Http404 from None
    except UsageError:
        return errors.bad(request)
    response = HttpResponse(data, content_type="application/octet-stream")
    safe = "".join(
        c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in str(head.get("file", "file"))
    )
    response["Content-Disposition"] = f'attachment; filename="{safe}"'
    return response
