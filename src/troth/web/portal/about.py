"""Pages that anybody may read: the notice with its lights, whom to ask, and what California wants to be one step away."""

from __future__ import annotations

import re

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from troth.terms.bilingual import Both, Lang
from troth.web.portal import words
from troth.web.portal.ask import SALT
from troth.web.portal.forms import Who
from troth.web.site.pages import secret_address
from troth.web.site.wiring import the_house
from troth.workflows import asking, notice_proof, public_notice
from troth.workflows.case_mail import HERE

_SIZE = re.compile(r"[1-9][0-9]{0,14}")
_LIVES = {"choice": "else", "home": "US-CA"}


@require_safe
def notice(request: HttpRequest, language: Lang) -> HttpResponse:
    """The notice, sentence by sentence, and how anybody checks it."""
    house = the_house()
    told = {
        "told": public_notice.page(house, language), "key": notice_proof.key(house), "address": house.settings.address or HERE,
        "says": words.SAYS,
    }  # fmt: skip
    return render(request, "portal/notice.html", told)


@require_safe
def signed(request: HttpRequest, language: Lang) -> HttpResponse:
    """What the page says, as a file with our signature; `since` is the size of the log in a file that somebody kept."""
    since = request.GET.get("since", "")
    data = notice_proof.notice_proof(the_house(), language, int(since) if _SIZE.fullmatch(since) else 0)
    if data is None:
        raise Http404
    answer = HttpResponse(data, content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="notice.json"'
    return answer


@require_safe
@secret_address
def back(request: HttpRequest, language: Lang) -> HttpResponse:
    """Where a provider of identity sends people back to: it leads into no case, and what the provider adds to the address is not read."""
    return render(request, "portal/back.html", {"says": words.SAYS})


@require_safe
def version(request: HttpRequest, language: Lang, number: int) -> HttpResponse:
    """A version of the notice as it was published, and what it changed."""
    told = public_notice.version(the_house(), number, language)
    if told is None:
        raise Http404
    return render(request, "portal/version.html", {"told": told, "says": words.SAYS})


@require_safe
def contact(request: HttpRequest, language: Lang) -> HttpResponse:
    """Whom to ask, and where to complain."""
    facts = public_notice.facts(the_house(), language)
    told = [(words.SAYS[name], name, lines) for name, lines in facts.items()]
    return render(request, "portal/contact.html", {"facts": told, "says": words.SAYS})


@require_safe
def california(request: HttpRequest, language: Lang) -> HttpResponse:
    """Your California privacy rights (Civ. Code 1798.83; 1798.130)."""
    kinds = [(kind, words.KINDS[kind]) for kind in asking.offered("california")]
    return _started(
        request, words.SAYS["california_title"], words.SAYS["california_says"], _LIVES, "which", kinds
    )


@require_safe
def opt_out(request: HttpRequest, language: Lang) -> HttpResponse:
    """Do not sell or share my personal information (Civ. Code 1798.135(a)(1))."""
    return _started(
        request, words.SAYS["opt_out_title"], words.SAYS["opt_out_says"], {**_LIVES, "kind": "opt_out"}, "who"
    )


@require_safe
def limit(request: HttpRequest, language: Lang) -> HttpResponse:
    """Limit the use of my sensitive personal information (Civ. Code 1798.135(a)(2))."""
    return _started(
        request, words.SAYS["limit_title"], words.SAYS["opt_out_says"], {**_LIVES, "kind": "limit"}, "who"
    )


def _started(
    request: HttpRequest, title: Both, text: Both, answers: dict[str, str], page: str, kinds: list[tuple[str, Both]] | None = None
) -> HttpResponse:  # fmt: skip
    """A page on which a request is already begun."""
    told = {
        "title": title, "text": text, "answers": signing.dumps(answers, salt=SALT), "page": page, "kinds": kinds,
        "form": Who(), "says": words.SAYS,
    }  # fmt: skip
    return render(request, "portal/california.html", told)
