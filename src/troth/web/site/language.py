"""The language of a page: of its address, else of the session, else what the browser asks for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from troth.terms.bilingual import LANGUAGES, Lang

CHOSEN = "language"  # of a session


class Spoken:
    """Gives `request.LANGUAGE_CODE` (`da` or `en`) and says it in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = of_path(request.path_info) or wished(request.headers.get("Accept-Language", ""))
        use(request, language)
        try:
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language_of(request))
            return response
        finally:
            translation.deactivate()


def use(request: HttpRequest, language: Lang) -> None:
    """From here on the request speaks this language."""
    translation.activate(language)
    request.LANGUAGE_CODE = language


def language_of(request: HttpRequest) -> Lang:
    """What the request speaks."""
    return "da" if getattr(request, "LANGUAGE_CODE", "en") == "da" else "en"


def of_path(path: str) -> Lang | None:
    """`/da/…` and `/en/…` say their language."""
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return next((language for language in LANGUAGES if language == first), None)


def wished(accepted: str) -> Lang:
    """The first of ours in an Accept-Language header (RFC 9110, 12.5.4); English where it names none."""
    best: tuple[float, Lang] = (0.0, "en")
    for part in accepted[:500].split(","):
        tag, _, rest = part.strip().partition(";")
        language: Lang = "da" if tag.lower().split("-")[0] == "da" else "en"
        known = tag.lower().split("-")[0] in LANGUAGES
        if known and (weight := _weight(rest)) > best[0]:
            best = (weight, language)
    return best[1]


def _weight(rest: str) -> float:
    text = rest.strip().removeprefix("q=")
    try:
        return min(1.0, max(0.0, float(text))) if text else 1.0
    except ValueError:
        return 0.0
