"""Pages beside the cases: the map, the promises, retention, the ledger, figures, and the bundle for an authority."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache

from troth.documents.figures import GROUPS
from troth.documents.words import in_both
from troth.terms.errors import TrothError
from troth.web.console.desk_words import SAYS as DESK
from troth.web.console.desk_words import WHATS
from troth.web.console.words import REASONS, SAYS
from troth.web.portal.words import KINDS
from troth.web.portal.words import SAYS as PORTAL
from troth.web.site import errors
from troth.web.site.language import language_of
from troth.web.site.roles import STAFF, role_required
from troth.web.site.wiring import the_house
from troth.workflows import (
    backups,
    checking,
    checks,
    checks_status,
    desk,
    desk_proofs,
    holding,
    mapping,
    public_notice,
    rehearsing,
    retain,
    retainwhy,
)
from troth.workflows.staff import Role


@never_cache
@role_required(*STAFF)
def datamap(request: HttpRequest) -> HttpResponse:
    """The data map, drawn and told; an officer settles what is only a guess, and holds the map against the stores."""
    house, fault, findings = the_house(), "", None
    if request.method == "POST":
        if Role.OFFICER not in request.roles:  # type: ignore[attr-defined]  # reason: set by the Roles middleware
            return errors.refused(request)
        try:
            if request.POST.get("step") == "check":
                findings = mapping.check_map(house)
            else:
                by, chosen = request.user.get_username(), [request.POST.get("name", "")]
                refused = request.POST.get("step") == "refuse"
                desk_proofs.settle(house, by, () if refused else chosen, chosen if refused else ())
                return HttpResponseRedirect(reverse("console:map") + "#guesses")
        except TrothError as caught:
            fault = str(caught)
    try:
        told = desk_proofs.datamap(house)
    except TrothError as caught:  # somebody is writing in the map
        told, fault = {"drawing": ""}, str(caught)
    drawing = mark_safe(told["drawing"])  # noqa: S308  (made by documents/drawing.py, which escapes every name)
    more = {
        "drawing": drawing, "says": SAYS, "desk_says": DESK, "at": "map", "fault": fault, "findings": findings,
        "officer": Role.OFFICER in request.roles,  # type: ignore[attr-defined]  # reason: as above
    }  # fmt: skip
    return render(request, "console/map.html", {**told, **more}, status=422 if fault else 200)


@role_required(*STAFF)
def promises(request: HttpRequest) -> HttpResponse:
    """Every promise with its light; an officer has it tested now, or says that they have seen that it is broken."""
    house = desk.working(the_house(), request.user.get_username())
    fault = ""
    if request.method == "POST":
        if Role.OFFICER not in request.roles:  # type: ignore[attr-defined]  # reason: set by the Roles middleware
            return errors.refused(request)
        try:
            _prove(request, house)
            return HttpResponseRedirect(reverse("console:promises"))
        except TrothError as caught:
            fault = str(caught)
    try:
        status = checks_status.status(house)
    except TrothError as caught:
        return render(
            request,
            "console/promises.html",
            {"says": SAYS, "at": "promises", "fault": str(caught)},
            status=422,
        )
    lines = status["texts"].get(language_of(request), ())
    words = {name: line["words"] for line in lines for name in line["promises"]}
    rows = [
        {**one, "words": words.get(one["id"], ""), "waits": status["waits"].get(one["id"], ())}
        for one in status["promises"]
    ]
    order = list(status["lights"])
    rows.sort(key=lambda one: order.index(one["status"]))
    told = {
        "rows": rows, "lights": status["lights"].items(), "says": SAYS, "portal_says": PORTAL, "at": "promises", "fault": fault,
        "officer": Role.OFFICER in request.roles,  # type: ignore[attr-defined]  # reason: set by the Roles middleware
    }  # fmt: skip
    return render(request, "console/promises.html", told, status=422 if fault else 200)


def _prove(request: HttpRequest, house: object) -> None:
    promise = request.POST.get("promise", "")
    if request.POST.get("step") == "seen":
        public_notice.seen(house, promise)  # type: ignore[arg-type]  # reason: a house, as `working` gives it
    else:
        checks.check(house, [promise] if promise else [])  # type: ignore[arg-type]  # reason: as above


@role_required(*STAFF)
def keep(request: HttpRequest) -> HttpResponse:
    """What the rules of retention have due, the holds, the backups."""
    house, told, faults = the_house(), {}, []
    for name, work in (("rules", retain.preview), ("holds", holding.listing), ("backups", backups.listing)):
        try:
            told[name] = work(house)
        except TrothError as fault:
            faults.append(str(fault))
    mine = request.roles  # type: ignore[attr-defined]  # reason: set by the Roles middleware
    more = {
        "whats": WHATS,
        "officer": Role.OFFICER in mine,
        "acts": bool({Role.OFFICER, Role.APPROVER} & mine),
    }
    return render(
        request,
        "console/keep.html",
        {**told, **more, "faults": faults, "says": SAYS, "desk_says": DESK, "at": "keep"},
    )


@never_cache
@role_required(Role.OFFICER)
def why(request: HttpRequest) -> HttpResponse:
    """Why one row is still there, column by column; which row travels in the form, not in the address."""
    told, fault, row = None, "", request.POST.get("row", "")
    if request.method == "POST":
        try:
            told = retainwhy.why(the_house(), row)
            for one in told["because"]:
                one["said"] = REASONS[one["reason"]] if one["rule"] else in_both(one["reason"])
        except TrothError as caught:
            fault = str(caught)
    return render(
        request, "console/why.html", {"told": told, "fault": fault, "row": row, "says": SAYS, "at": "keep"}
    )


@role_required(*STAFF)
def ledger(request: HttpRequest) -> HttpResponse:
    """The ledger's latest signed state, computed again when somebody asks."""
    told, fault = None, ""
    try:
        told = checking.verify_ledger(the_house())
    except TrothError as caught:
        fault = str(caught)
    text = public_notice.checkpoint(the_house())
    return render(
        request,
        "console/ledger.html",
        {"told": told, "fault": fault, "checkpoint": text, "says": SAYS, "at": "ledger"},
    )


@role_required(*STAFF)
def metrics(request: HttpRequest) -> HttpResponse:
    """How many asked for what, and how long it took (11 CCR 7102)."""
    if "publish" in request.GET:
        name, data = desk_proofs.public_figures(the_house())
        page = HttpResponse(data, content_type="text/html; charset=utf-8")
        page["Content-Disposition"] = f'attachment; filename="{name}"'
        return page
    told = desk_proofs.figures(the_house())
    drawn = {name: mark_safe(told[name]) for name in ("weeks_drawn", "spread_drawn")}  # noqa: S308  (as above)
    return render(
        request,
        "console/metrics.html",
        {**told, **drawn, "says": SAYS, "kinds_said": KINDS, "groups_said": GROUPS, "at": "metrics"},
    )


@role_required(Role.OFFICER, Role.AUDITOR)
def rehearsal(request: HttpRequest) -> HttpResponse:
    """One button, one dated bundle; making it changes nothing, so whoever only reads may have it."""
    if "make" not in request.GET:
        return render(request, "console/rehearsal.html", {"says": SAYS, "at": "rehearsal"})
    name, file = rehearsing.rehearsal(the_house())
    return FileResponse(  # type: ignore[return-value]  # reason: what is streamed is a response as well
        file, as_attachment=True, filename=name, content_type="application/zip"
    )
