"""Whoever is asked beside us answers behind a link: no account, no cookie, no script; to open the page answers nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from troth.terms.bilingual import Both, Lang
from troth.terms.errors import UsageError
from troth.web.portal import task_words as words
from troth.web.site.forms import anonymous_form
from troth.web.site.limits import limited
from troth.web.site.pages import secret_address
from troth.web.site.wiring import the_house
from troth.workflows import customers, manual, recipients
from troth.workflows.answer_links import purpose_of
from troth.workflows.cases import DeclinedError, NoCaseError

LONGEST: Final = 5_000
_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}")
_NAME: Final = re.compile(r"[^\w. -]+")
Pages = Mapping[str, tuple[Callable[..., HttpResponse], Callable[..., tuple[str, int]]]]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@secret_address
@limited("task", most=60, seconds=600)
@anonymous_form("task")
def task(request: HttpRequest, language: Lang, link: str) -> HttpResponse:
    """The page of one task; a link that is none, or whose case is over, is no page."""
    said, status = "", 200
    try:
        show, take = _PAGES[purpose_of(the_house(), link)]
        if request.method == "POST":
            said, status = _taken(request, link, take)
        return show(request, language, link, words.SAYS[said] if said else None, status)
    except NoCaseError:
        raise Http404 from None


def _taken(
    request: HttpRequest, link: str, take: Callable[[HttpRequest, str], tuple[str, int]]
) -> tuple[str, int]:
    """What is said of an answer that was sent, and the status of the page that says it."""
    try:
        return take(request, link)
    except DeclinedError:
        return "not_now", 409
    except NoCaseError:
        raise
    except UsageError:
        return "too_large", 422


def _show(request: HttpRequest, template: str, told: Mapping[str, Any], status: int) -> HttpResponse:
    return render(request, f"portal/{template}.html", {**told, "says": words.SAYS}, status=status)


# -- owners of systems kept by hand --------------------------------------------------------------------------------------


def _manual(request: HttpRequest, language: Lang, link: str, said: Both | None, status: int) -> HttpResponse:
    told = manual.page(the_house(), link)
    answered = words.SAID.get(told["said"])
    told |= {
        "link": link, "note": said, "where": told["says"], "tasks": [words.ACTS[act] for act in told["to_do"]],
        "options": [(one, words.SAID[one]) for one in told["choices"]], "answered": answered.within(language) if answered else "",
    }  # fmt: skip
    return _show(request, "task_manual", told, status)


def _answer_manual(request: HttpRequest, link: str) -> tuple[str, int]:
    said = request.POST.get("said", "")
    if said not in words.SAID:
        return "choose", 422
    uploads = [
        manual.Upload(_named(one.name), _typed(one.content_type), one.read())
        for one in request.FILES.getlist("files")
    ]
    manual.answer(
        the_house(), link, cast(Any, said), request.POST.get("words", "")[:LONGEST].strip(), uploads
    )
    return "thanks", 200


def _named(name: str | None) -> str:
    """A file's name without a path, or anything that a header or a shell would take for more."""
    bare = (name or "").replace("\\", "/").rpartition("/")[2]
    return _NAME.sub("_", bare).strip(" .")[:100] or "file"


def _typed(kind: str | None) -> str:
    return kind if kind and _TYPE.fullmatch(kind) else "application/octet-stream"


# -- recipients ----------------------------------------------------------------------------------------------------------


def _recipient(
    request: HttpRequest, language: Lang, link: str, said: Both | None, status: int
) -> HttpResponse:
    told = recipients.page(the_house(), link)
    done = ", ".join(words.DONE[act].within(language) for act in told["acts"])
    return _show(request, "task_recipient", {**told, "link": link, "note": said, "done": done}, status)


def _confirm(request: HttpRequest, link: str) -> tuple[str, int]:
    recipients.acknowledge(the_house(), link, request.POST.get("acts", "").split())
    return "", 200


# -- customers -----------------------------------------------------------------------------------------------------------


def _customer(
    request: HttpRequest, language: Lang, link: str, said: Both | None, status: int
) -> HttpResponse:
    told = customers.page(the_house(), link)
    asked = [(act, words.MAY[act], told["said"].get(act)) for act in told["asks"]]
    return _show(request, "task_customer", {**told, "link": link, "note": said, "asked": asked}, status)


def _instruct(request: HttpRequest, link: str) -> tuple[str, int]:
    said = {act: request.POST[act] for act in words.MAY if act in request.POST}
    if not said or set(said.values()) - {"yes", "no"}:
        return "choose", 422
    instructed = {act: one == "yes" for act, one in said.items()}
    customers.answer(the_house(), link, instructed, request.POST.get("words", "")[:LONGEST].strip())
    return "thanks", 200


_PAGES: Final[Pages] = {
    "manual": (_manual, _answer_manual),
    "stop": (_manual, _answer_manual),
    "recipient": (_recipient, _confirm),
    "customer": (_customer, _instruct),
}
