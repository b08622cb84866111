"""The console's inbox, and a request that came by another way."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from troth.terms.errors import TrothError, UsageError
from troth.web.console.desk_words import SAYS as DESK
from troth.web.console.desk_words import STATES
from troth.web.console.duty import WORDS as DUTY
from troth.web.console.words import SAYS
from troth.web.portal.words import KINDS
from troth.web.site import errors, forms
from troth.web.site.language import language_of
from troth.web.site.roles import STAFF, role_required
from troth.web.site.wiring import the_house
from troth.workflows import asking, desk, desk_lists
from troth.workflows.asking import Asked
from troth.workflows.reading import here
from troth.workflows.staff import Role

_CHANNELS = ("phone", "letter", "visit", "mail")


@role_required(*STAFF, Role.ADMIN_TENANT)
def home(request: HttpRequest) -> HttpResponse:
    """The cases, by deadline, or the one whose number is asked for; a customer's administrator goes on to their own tasks."""
    if not request.roles & set(STAFF):  # type: ignore[attr-defined]  # reason: set by site.roles.Roles
        return HttpResponseRedirect(reverse("console:own_tasks"))
    wanted = request.GET.get("number", "")
    if wanted and (name := desk_lists.named(the_house(), wanted)):
        return HttpResponseRedirect(reverse("console:case", args=[name]))
    told = desk.board(the_house())
    sections = [(SAYS[name], name, told[name]) for name in ("overdue", "soon", "later", "closed")]
    more = {
        "says": SAYS, "words": DESK, "kinds": KINDS, "states": STATES, "sections": sections, "told": told, "at": "inbox",
        "officer": Role.OFFICER in request.roles,  # type: ignore[attr-defined]  # reason: as above
        "duty": {Role.OFFICER, Role.APPROVER} & set(request.roles) and DUTY["title"],  # type: ignore[attr-defined]
        "wanted": wanted,
    }  # fmt: skip
    return render(request, "console/home.html", more, status=404 if wanted else 200)


@role_required(*STAFF)
def cases(request: HttpRequest, section: str) -> HttpResponse:
    """One list of the inbox with all that is in it, a part at a time."""
    try:
        part = desk_lists.part(the_house(), section, request.GET.get("after", ""))
    except UsageError:
        raise Http404 from None
    title = DESK["nobody"] if section == "nobody" else SAYS[section]
    told = {
        "says": SAYS,
        "kinds": KINDS,
        "states": STATES,
        "title": title,
        "key": section,
        "part": part,
        "at": "inbox",
    }
    return render(request, "console/cases.html", told)


@role_required(Role.OFFICER)
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """A job that gave up is tried again, under the officer's name; one that did not give up is left as it is."""
    with suppress(UsageError):  # somebody else was quicker
        desk.try_again(the_house(), request.POST.get("job", ""), request.user.get_username())
    return HttpResponseRedirect(reverse("console:home"))


@role_required(Role.OFFICER, Role.SUPPORT)
def type_in(request: HttpRequest) -> HttpResponse:
    """A request that came by phone, letter or visit, with the day on which it reached us."""
    given = request.POST
    wrong: list[str] = []
    if request.method == "POST":
        form_id, wrong = forms.read(request, "type_in"), _missing(given)
        if form_id is None:
            return errors.stale(request)
        try:
            if not wrong:
                opened = asking.ask(the_house(), _asked(request), request.user.get_username(), once=form_id)
                return HttpResponseRedirect(reverse("console:case", args=[opened.name]))
        except (TrothError, ValueError, KeyError):
            wrong = ["k-access", "received", "home"]
    told = {
        "says": SAYS, "kinds": KINDS, "given": given, "wrong": [(one, _FIELDS[one]) for one in wrong], "at": "inbox",
        "channels": [(name, SAYS[name]) for name in _CHANNELS], "today": here(the_house().now(), the_house().settings).date().isoformat(),
    }  # fmt: skip
    return render(request, "console/type_in.html", told, status=422 if request.method == "POST" else 200)


_FIELDS = {"k-access": SAYS["asks"], "name": SAYS["name"], "received": SAYS["received"], "home": SAYS["home"]}


def _missing(given: Mapping[str, str]) -> list[str]:
    """What must be there and is not, by the field's id."""
    return [
        at
        for at, name in (("k-access", "kind"), ("received", "received"), ("name", "name"))
        if not given.get(name, "").strip()
    ]


def _asked(request: HttpRequest) -> Asked:
    given = request.POST
    country, _, state = given["home"].partition("-")
    asker = {
        name: given[name].strip()
        for name in ("name", "email", "address", "words")
        if given.get(name, "").strip()
    }
    if given["channel"] not in _CHANNELS or not asker.get("name"):
        raise ValueError
    return Asked(
        given["kind"], asking.language_of(given.get("language", language_of(request))), country, state, given["channel"],  # type: ignore[arg-type]
        date.fromisoformat(given["received"]), asker, "elsewhere" in given,
    )  # fmt: skip
