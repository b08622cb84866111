"""A case's letters: seen in a page that can run nothing, saved as a PDF to print; each look is entered with its purpose."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from troth.terms.errors import UsageError
from troth.web.site import errors
from troth.web.site.roles import role_required
from troth.web.site.wiring import the_house
from troth.workflows import desk, desk_letters
from troth.workflows.cases import NoCaseError
from troth.workflows.staff import Role

_READS = (Role.OFFICER, Role.APPROVER)
_CLOSED: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


@require_POST
@never_cache
@role_required(*_READS)
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """The letter as the person sees it."""
    try:
        head, data = _read(request, name)
    except UsageError:
        return errors.bad(request)
    if head.get("kind") != "letter":
        raise Http404
    response = HttpResponse(data, content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = _CLOSED
    return response


@require_POST
@never_cache
@role_required(*_READS)
def printed(request: HttpRequest, name: str) -> HttpResponse:
    """The letter as a PDF."""
    try:
        head, data = _read(request, name)
        made = desk_letters.printed(head, data)
    except NoCaseError:
        raise Http404 from None
    except UsageError:
        return errors.bad(request)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="letter.pdf"'
    return response


def _read(request: HttpRequest, name: str) -> tuple[dict[str, Any], bytes]:
    given = request.POST
    try:
        return desk.read_paper(
            the_house(), name, given.get("paper", ""), request.user.get_username(), given.get("purpose", "")
        )
    except NoCaseError:
        raise Http404 from None
