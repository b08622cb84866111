"""A session is short: it ends half an hour after the last page and ten hours after the sign-in, and a poll does not prolong it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from troth.terms.bilingual import LANGUAGES
from troth.web.site.language import CHOSEN, use
from troth.web.site.wiring import the_house

LONGEST: Final = timedelta(hours=10)
_TOUCH: Final = timedelta(minutes=1)
_SINCE, _SEEN = "since", "seen"


class Ended:
    """Ends what is too old, keeps what is in use, and speaks the session's language; in the console only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/console/") and not request.session.is_empty():
            self._look(request)
        return self.get_response(request)

    def _look(self, request: HttpRequest) -> None:
        session, now = request.session, the_house().now()
        if request.user.is_authenticated:
            since = _time(session.get(_SINCE))
            if since is None:
                session[_SINCE] = session[_SEEN] = now.isoformat()
            elif now - since > LONGEST:
                logout(request)
            elif now - (_time(session.get(_SEEN)) or since) > _TOUCH and _is_a_page(request):
                session[_SEEN] = now.isoformat()
        if (language := request.session.get(CHOSEN)) in LANGUAGES:
            use(request, language)


def _is_a_page(request: HttpRequest) -> bool:
    """Asked for by a person, not by a script that looks whether anything is new."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def _time(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
