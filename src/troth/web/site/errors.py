"""Refusals and faults as pages: both languages, no detail of what went wrong inside."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from troth.web.site.language import language_of
from troth.web.site.text import TEXTS


def page(request: HttpRequest, key: str, status: int, **values: object) -> HttpResponse:
    """One of the pages that say no: `key` names its sentences in site/text.py."""
    sentence = TEXTS[f"{key}_says"].within(language_of(request)).format_map(values)
    told = {"title": f"{key}_title", "sentence": sentence}
    return render(request, "site/refused.html", told, status=status)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, "missing", 404)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, "refused", 403)


def bad(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, "bad", 400)


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is missing, too old, or of another page."""
    return page(request, "stale", 403)


def broken(request: HttpRequest) -> HttpResponse:
    return page(request, "broken", 500)


class Explained:
    """Whoever loads the address of a form again, or keeps it as a bookmark, gets a page and not an empty one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            told = page(request, "missing", 405)
            told["Allow"] = response.get("Allow", "")
            return told
        return response
