"""Legal holds: one person places or asks to lift, another confirms; whom they are about is typed in, and never shown again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from troth.terms.errors import TrothError, UsageError
from troth.web.console.desk_words import SAYS as DESK
from troth.web.console.desk_words import WHATS
from troth.web.console.words import SAYS
from troth.web.site.roles import role_required
from troth.web.site.wiring import the_house
from troth.workflows import desk, holding
from troth.workflows.staff import Role


@never_cache
@role_required(Role.OFFICER, Role.APPROVER)
def holds(request: HttpRequest) -> HttpResponse:
    """Every hold that is not over, what waits for a second person, and a form for a new one."""
    fault, questions, given = "", [], request.POST
    if request.method == "POST":
        try:
            questions = _step(request)
            if not questions:
                return HttpResponseRedirect(reverse("console:holds"))
        except TrothError as caught:
            fault = str(caught)
    house = the_house()
    told = {
        **holding.listing(house), "says": SAYS, "words": DESK, "whats": WHATS, "at": "keep", "fault": fault,
        "questions": questions, "given": given,
        "authorities": [(one, DESK[f"authority_{one}"]) for one in holding.AUTHORITIES],
        "grounds": [(one, DESK[f"ground_{one}"]) for one in holding.GROUNDS],
        "today": house.now().date().isoformat(),
    }  # fmt: skip
    return render(request, "console/holds.html", told, status=422 if fault or questions else 200)


def _step(request: HttpRequest) -> list[dict[str, Any]]:
    """What was asked; the questions that stand before a new hold."""
    given, house = request.POST, desk.working(the_house(), request.user.get_username())
    step, name = given.get("step", ""), given.get("hold", "")
    if step == "place":
        return _place(request)
    if step == "confirm":
        holding.confirm(house, name)
    elif step == "lift":
        holding.lift(house, name)
    elif step == "review":
        holding.review(house, name, holding.day(given.get("review", "")), given.get("note", "").strip())
    else:
        raise UsageError("there is no such step", place=step)
    return []


def _place(request: HttpRequest) -> list[dict[str, Any]]:
    house, given = desk.working(the_house(), request.user.get_username()), request.POST
    lines = {
        name: [one.strip() for one in given.get(name, "").splitlines() if one.strip()]
        for name in ("people", "on", "rows")
    }
    fields = {name: given.get(name, "").strip() for name in ("authority", "ground", "note", "review")}
    told = holding.place(house, holding.placed({**fields, **lines}, house.map()))
    return list(told["questions"]) if told["blocked"] else []
