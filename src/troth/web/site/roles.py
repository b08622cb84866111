"""Nobody sees a page of the console without a role that the page names; a page that names none is seen by nobody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode

from troth.terms.settings import listed
from troth.web.site import errors
from troth.web.site.wiring import the_house
from troth.workflows.staff import READS_ONLY, Role, roles_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
STAFF = (Role.OFFICER, Role.APPROVER, Role.SUPPORT, Role.AUDITOR)
_CONSOLE, _ACCOUNT, _OPEN = "/console/", "/console/account/", "/console/language/"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def role_required(*roles: Role) -> Callable[[View[P]], View[P]]:
    """For a view of the console: who may see it. Whoever only reads may not send, whatever the view says."""
    allowed = frozenset(roles)

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            mine: frozenset[Role] = request.roles  # type: ignore[attr-defined]  # reason: set by Roles below
            if factor_missing(request):
                return render(request, "site/factor.html", status=403)
            acting = mine if request.method in _READING else mine - READS_ONLY
            if not acting & allowed:
                return errors.refused(request)
            return view(request, *args, **kwargs)

        guarded.roles = allowed  # type: ignore[attr-defined]  # reason: read by Roles below and by the tests' matrix
        return guarded

    return guard


def factor_missing(request: HttpRequest) -> bool:
    """Whether a role of this person needs a second factor and there is none yet."""
    from allauth.mfa.utils import is_mfa_enabled

    setting = the_house().settings.second_factor
    needs = frozenset() if setting == "none" else frozenset(listed(setting))
    mine: frozenset[Role] = request.roles  # type: ignore[attr-defined]  # reason: set by Roles below
    return bool(mine & needs) and not is_mfa_enabled(request.user)


class Roles:
    """Gives `request.roles`, and refuses what nobody said who may see."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.roles = _mine(request)  # type: ignore[attr-defined]  # reason: as above
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        path = request.path_info
        within = path.startswith(_CONSOLE) and not path.startswith((_ACCOUNT, _OPEN))
        return errors.refused(request) if within and not hasattr(view, "roles") else None


def _mine(request: HttpRequest) -> frozenset[Role]:
    if not request.path_info.startswith(_CONSOLE) or not request.user.is_authenticated:
        return frozenset()
    return roles_of(the_house(), str(request.user.pk))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and back to this one afterwards if it can be asked for again."""
    address = resolve_url("account_login")
    after = urlencode({"next": request.path}) if request.method in _READING else ""
    return HttpResponseRedirect(f"{address}?{after}" if after else address)
