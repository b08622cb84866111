"""A request in a few pages: what, where, who, a little more, check and send. Nothing is looked up, so nobody learns who is known.

What was answered so far travels in the page itself, signed, and never in its address; nothing is kept before it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from troth.terms.bilingual import Both, Lang
from troth.terms.errors import UsageError
from troth.web.portal import uploads, words
from troth.web.portal.forms import DETAILS, Agent, More, Permission, Where, Which, Who, copy_first
from troth.web.site import errors
from troth.web.site.forms import OLDEST, anonymous_form
from troth.web.site.limits import limited
from troth.web.site.wiring import the_house
from troth.workflows import asking
from troth.workflows.asking import Asked

PURPOSE: Final = "ask"
SALT: Final = "troth.ask"
Answers = dict[str, str]


@require_POST
@never_cache
@limited("ask", most=60, seconds=600)
@anonymous_form(PURPOSE)
def ask(request: HttpRequest, language: Lang) -> HttpResponse:
    """Takes the answers of one page and gives the next one; `back` gives the one before."""
    try:
        answers = (
            cast(Answers, signing.loads(request.POST["answers"], salt=SALT, max_age=OLDEST))
            if "answers" in request.POST
            else {}
        )
    except signing.BadSignature:
        return errors.stale(request)
    if "choice" in request.POST:
        answers = {"choice": request.POST["choice"]}
    if answers.get("choice") not in (*asking.CHOICES, "else"):
        return errors.bad(request)
    pages = _pages(answers)
    at = request.POST.get("page", "")
    if at not in pages:
        return _page(request, language, answers, pages[0])
    if "back" in request.POST:
        return _page(request, language, answers, pages[max(0, pages.index(at) - 1)])
    form = _form(at, answers, request.POST, request.FILES if at == "check" else None)
    if not form.is_valid():
        return _page(request, language, answers, at, form)
    answers |= {name: str(value) for name, value in form.cleaned_data.items() if name != "permission"}
    if at == "check":
        return _send(request, language, answers, form)
    pages = _pages(answers)
    return _page(request, language, answers, pages[pages.index(at) + 1])


def _pages(answers: Mapping[str, str]) -> list[str]:
    """The pages of this request, in order, as far as the answers tell."""
    found = ["where"]
    if answers.get("choice") == "else":
        found.append("which")
    found.append("who")
    if answers.get("agent") == "yes":
        found.append("agent")
    if answers.get("kind") in DETAILS:
        found.append("details")
    return [*found, "check"]


def _form(page: str, answers: Mapping[str, str], data: Any = None, files: Any = None) -> forms.Form:
    """The form of a page; it holds what was answered before."""
    initial = dict(answers)
    if page == "where":
        return Where(data, initial=initial)
    if page == "which":
        return Which(data, initial=initial, kinds=asking.offered(_regime(answers)))
    if page == "details":
        return DETAILS[answers["kind"]](data, initial=initial)
    if page == "check":
        if answers.get("kind") == "question":
            return forms.Form(data)
        erases = answers["choice"] == "delete" or answers.get("kind") == "erasure"
        return _last(answers, data, files, initial, erases)
    return {"who": Who, "agent": Agent}[page](data, initial=initial)


def _last(answers: Mapping[str, str], data: Any, files: Any, initial: Any, erases: bool) -> forms.Form:
    """The last page: an agent's paper, what else there is to know, and whether a copy is wanted before all is deleted."""
    needs_paper = answers.get("agent") == "yes" and answers.get("permit") in ("written", "power")
    form: forms.Form = Permission(data, files) if needs_paper else More(data, initial=initial)
    if erases:
        form.fields["copy"] = copy_first(asking.COPY_DAYS)
        form.order_fields(["copy"])
    return form


def _regime(answers: Mapping[str, str]) -> Any:
    return asking.regime_of(*_home(answers))


def _home(answers: Mapping[str, str]) -> tuple[str, str]:
    country, _, state = answers.get("home", "DK").partition("-")
    return country, state


def _page(
    request: HttpRequest, language: Lang, answers: Answers, page: str, form: forms.Form | None = None
) -> HttpResponse:
    told: dict[str, Any] = {
        "page": page, "form": form or _form(page, answers), "says": words.SAYS, "answers": signing.dumps(answers, salt=SALT),
        "title": words.SAYS[f"{page}_title"], "first": page == "where",
    }  # fmt: skip
    if page == "check":
        try:
            told |= _preview(language, answers)
        except UsageError:
            return errors.bad(request)
    return render(
        request,
        f"portal/{'check' if page == 'check' else 'page'}.html",
        told,
        status=200 if form is None else 422,
    )


def _preview(language: Lang, answers: Answers) -> dict[str, Any]:
    """What somebody reads before they send."""
    told = asking.before_sending(the_house(), _asked(language, answers))
    return {
        "kinds": [words.KINDS[kind] for kind in told["kinds"]], "answer_by": told["answer_by"], "stays": told["stays"],
        "erasing": "erasure" in told["kinds"], "free": len(told["free"]) == len(told["kinds"]),
        "objecting": "objection" in told["kinds"], "given": answers,
        "wrote": [_said(language, name, answers[name]) for name in _details(answers) if answers.get(name)],
    }  # fmt: skip


def _details(answers: Mapping[str, str]) -> tuple[str, ...]:
    """The answers that belong to the kind that was chosen last; what was said of another kind is not sent."""
    form = DETAILS.get(answers.get("kind", "")) if answers["choice"] == "else" else None
    return tuple(form.base_fields) if form else ()


def _said(language: Lang, name: str, answer: str) -> tuple[Both, str]:
    """A question, and what was answered."""
    chosen = words.SAYS.get(f"{name}_{answer}") if name in ("what", "period") else None
    return words.SAYS["question_words" if name == "words" else name], chosen.within(
        language
    ) if chosen else answer


def _asked(language: Lang, answers: Answers) -> Asked:
    country, state = _home(answers)
    choice = answers["kind"] if answers["choice"] == "else" else answers["choice"]
    asker: dict[str, Any] = {
        name: answers[name] for name in ("name", "email", *_details(answers), "words") if answers.get(name)
    }
    if answers.get("agent") == "yes":
        asker["agent"] = {"name": answers["name"], "email": answers["email"], "permit": answers["permit"]}
        asker |= {"name": answers["person_name"], "email": answers["person_email"]}
    return Asked(choice, language, country, state, copy=answers.get("copy") == "yes", asker=asker)


def _send(request: HttpRequest, language: Lang, answers: Answers, form: forms.Form) -> HttpResponse:
    papers = []
    if upload := form.cleaned_data.get("permission"):
        paper = uploads.paper(upload)
        if paper is None:
            form.add_error("permission", words.SAYS["permission_says"].within(language))
            return _page(request, language, answers, "check", form)
        papers.append(paper)
    opened = asking.ask(the_house(), _asked(language, answers), papers=papers, once=request.form_id)  # type: ignore[attr-defined]
    return render(request, "portal/sent.html", {"opened": opened, "says": words.SAYS})
