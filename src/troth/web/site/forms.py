"""A form is taken only from a page of ours, for the purpose it was made for and while it is young: with no cookie at all.

Two things are asked of each: that the browser says it comes from us (Sec-Fetch-Site, else Origin), and a signed token in
the form that names purpose and time. A view without this decorator stays under Django's own check, which needs the console's cookie.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from troth.web.site import errors
from troth.web.site.wiring import the_house

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
FIELD: Final = "form"
OLDEST: Final = timedelta(hours=20)  # WCAG 2.2.1: whoever writes slowly loses nothing
_SAFE: Final = frozenset({"GET", "HEAD"})
_SALT: Final = "troth.form."


def token(purpose: str) -> str:
    """A fresh token for a form; the same one sent twice is the same form (`form_id`)."""
    return TimestampSigner(salt=_SALT + purpose).sign(secrets.token_urlsafe(12))


def anonymous_form(purpose: str, oldest: timedelta = OLDEST) -> Callable[[View[P]], View[P]]:
    """For a view that takes a form from whoever has no account; anything but GET needs the token, and sets `request.form_id`."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method not in _SAFE:
                form_id = read(request, purpose, oldest)
                if form_id is None:
                    return errors.stale(request)
                request.form_id = form_id  # type: ignore[attr-defined]  # reason: for the view, to take a form once
            return view(request, *args, **kwargs)

        guarded.purpose = purpose  # type: ignore[attr-defined]  # reason: read by the tests' sweep over all addresses
        return csrf_exempt(guarded)

    return guard


def read(request: HttpRequest, purpose: str, oldest: timedelta = OLDEST) -> str | None:
    """The form's id if it comes from a page of ours and its token holds, else None."""
    if request.method != "POST" or not comes_from_us(request):
        return None
    try:
        return TimestampSigner(salt=_SALT + purpose).unsign(request.POST.get(FIELD, ""), max_age=oldest)
    except (BadSignature, ValueError):
        return None


def comes_from_us(request: HttpRequest) -> bool:
    """What the browser itself says of where a form stood; a browser that says nothing is not believed."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    ours = {f"{request.scheme}://{request.get_host()}", the_house().settings.address} - {""}
    if site is not None:
        return site == "same-origin" and (origin in (None, "null") or origin in ours)
    return origin in ours
