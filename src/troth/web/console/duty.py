"""Where one is reminded and who stands in while one is away: everybody says it of themselves alone."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from troth.terms.bilingual import Both
from troth.terms.errors import UsageError
from troth.web.console.words import SAYS
from troth.web.site.roles import role_required
from troth.web.site.wiring import the_house
from troth.workflows import duty as duties
from troth.workflows.staff import Role, open_names

WORDS = {
    "title": Both("Påmindelser og fravær", "Reminders and absence"),
    "says": Both(
        "Hver dag får du en mail med numrene på dem af dine sager, der snart skal besvares. Er du væk, får din stedfortræder den.",
        "Every day you get a mail with the numbers of your cases that are due soon. While you are away your deputy gets it.",
    ),
    "mail": Both("Send mine påmindelser til", "Send my reminders to"),
    "mail_hint": Both("Tomt: de går til kontorets fælles adresse.", "Empty: they go to the office's common address."),
    "since": Both("Væk fra og med", "Away from"),
    "until": Both("Væk til og med", "Away until, that day included"),
    "deputy": Both("Stedfortræder (navn ved login)", "Deputy (sign-in name)"),
    "deputy_hint": Both(
        "For sager, der ikke selv nævner en. Er I begge væk, går påmindelsen til kontoret.",
        "For cases that name none themselves. If both of you are away, the reminder goes to the office.",
    ),
    "kept": Both("Det er gemt.", "It is kept."),
}  # fmt: skip
FAULTS = {
    "since": Both("Skriv både den første og den sidste dag, eller ingen af dem.", "Write both the first and the last day, or neither."),
    "until": Both(
        "Skriv en sidste dag, der ikke er før den første og ikke er passeret.",
        "Write a last day that is not before the first and has not passed.",
    ),
    "deputy": Both("Ingen anden medarbejder har det navn.", "Nobody else on the staff has this name."),
    "": Both("Skriv en e-mailadresse, som navn@eksempel.dk.", "Write an e-mail address, such as name@example.com."),
}  # fmt: skip


@never_cache
@role_required(Role.OFFICER, Role.APPROVER)
def duty(request: HttpRequest) -> HttpResponse:
    """What the signed-in person said of themselves, and a form to say it anew."""
    house, who, fault = the_house(), request.user.get_username(), None
    if request.method == "POST":
        try:
            given = request.POST
            duties.say(
                house, who, open_names(house), given.get("mail", ""), _day(given.get("since", ""), "since"),
                _day(given.get("until", ""), "until"), given.get("deputy", ""),
            )  # fmt: skip
            return HttpResponseRedirect(f"{reverse('console:duty')}?kept")
        except UsageError as caught:
            fault = FAULTS.get(caught.place, FAULTS[""])
    said = {name: str(value or "") for name, value in duties.said(house, who).items()}
    told = {
        "says": SAYS, "words": WORDS, "given": request.POST if fault else said, "fault": fault,
        "kept": "kept" in request.GET, "at": "duty",
    }  # fmt: skip
    return render(request, "console/duty.html", told, status=422 if fault else 200)


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError("this is no day", place=name) from None
