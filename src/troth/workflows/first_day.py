"""The first morning of the invented company: a published notice, one invented person sent through, and requests that were begun.

Every step goes the way a person's would: by the portal's and the desk's own functions, on the company's own databases.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from troth.example.requests import APPROVER, OFFICER, WISHES, Wish
from troth.requests.life import PERSON
from troth.workflows.apart import apart
from troth.workflows.asking import Asked, ask
from troth.workflows.cases import DeclinedError, at_desk, load
from troth.workflows.desk import act
from troth.workflows.house import House
from troth.workflows.jobs import Task
from troth.workflows.jobs import ask as ask_for
from troth.workflows.reading import here

MAIL, SENDER = "folder:mails", "Havgry Software <privatliv@havgry.example>"
ROLES: Final = {OFFICER: "officer", APPROVER: "approver"}
ONCE: Final = "first day"
SOON, ROUNDS = timedelta(seconds=1), 60
"""How often it comes back, and how many times at the most: what cannot go on by then is left to whoever sits down."""
_MARKS: Final = {
    "verify": "identity_verified",
    "propose": "proposed",
    "approve": "approved",
    "decide": "decided",
}
"""By which event of a case one sees that a step was taken."""


def example_house(house: House, host: str, port: int) -> House:
    """The house of somebody who tries: letters lie in a folder, a password signs in; what the environment says goes before."""
    said, told = house.settings, house.environment
    if not told.get("TROTH_SECOND_FACTOR"):
        said = replace(said, second_factor="none")
    if not told.get("TROTH_APPROVAL"):
        said = replace(said, approval="second_person")
    if not (told.get("TROTH_MAIL") or told.get("TROTH_ADDRESS")) and port:
        name = f"[{host}]" if ":" in host else host
        said = replace(said, mail=MAIL, mail_from=SENDER, address=f"http://{name}:{port}")
    return replace(house, settings=said)


def begin(house: House) -> list[str]:
    """Makes the accounts that never were and, where nobody has asked yet, asks for the morning's work.

    Returns whose owners have set no password. Whatever kept an earlier start from it, the next one does it.
    """
    from troth.workflows.staff import add

    with at_desk(house):
        from django.contrib.auth import get_user_model
        from django.db import transaction

        from troth.requests.models import CaseRow

        mine = get_user_model().objects.filter(username__in=ROLES)
        known = set(mine.values_list("username", flat=True))
    for name, role in ROLES.items():
        if name not in known:
            add(house, name, [role])
    with at_desk(house) as books, transaction.atomic():
        if not CaseRow.objects.of(books.tenant).exists():
            ask_for(books, "first_day", "", house.now(), once=f"{ONCE} 0")
        return sorted(
            one.get_username() for one in mine.filter(is_active=True) if not one.has_usable_password()
        )


def first_day(house: House, task: Task) -> None:
    """Takes each request one step further, until none can go on; then one invented person is sent through, and all is checked."""
    from django.db import transaction

    from troth.records.models import Job
    from troth.workflows.checks import check

    with at_desk(house) as books:
        mine = Job.objects.of(books.tenant).filter(kind="first_day").order_by("id")
        rounds, morning = mine.count(), here(mine[0].due, house.settings).date()
    if [_further(house, morning, number, wish) for number, wish in enumerate(WISHES)].count(True):
        with at_desk(house) as books, transaction.atomic():
            if rounds < ROUNDS:
                ask_for(books, "first_day", "", house.now() + SOON, once=f"{ONCE} {rounds}")
                task.done(house.now())
                return
    _published(house)
    apart(house, ("canary", "--staging"))  # files are cloned beside themselves: nothing but clones is written
    check(house)


def _further(house: House, morning: date, number: int, wish: Wish) -> bool:
    """Whether there is something to come back for: a step was taken, or waits for work that is under way."""
    case = ask(
        house,
        _asked(morning, wish),
        PERSON if wish.channel == "portal" else OFFICER,
        once=f"{ONCE} {number}",
    ).name
    file = load(house, case)
    taken = {event.name for event in file.events}
    left = [step for step in wish.steps if _MARKS[step[1]] not in taken]
    if not left:
        return False
    by, step, given = left[0]
    try:
        act(house, case, by, step, given)
    except DeclinedError:
        return True  # it is not its turn yet
    return _MARKS[step] in {event.name for event in load(house, case).events}


def _asked(morning: date, wish: Wish) -> Asked:
    person = wish.person
    asker: dict[str, Any] = {"name": person.name, "email": person.email}
    if wish.words:
        asker["words"] = wish.words
    if wish.channel == "letter":
        asker["address"] = person.address
    received = morning - timedelta(days=wish.days)
    language: Any = wish.language
    channel: Any = wish.channel
    return Asked(wish.choice, language, person.country, "", channel, received, asker)


def _published(house: House) -> None:
    from troth.workflows.checks import folder_of, notice_of
    from troth.workflows.notice_versions import publish, versions

    if not versions(house)["versions"]:
        effective = notice_of(house).effective
        publish(house, Path(folder_of(house)), f"{effective}", "en")
