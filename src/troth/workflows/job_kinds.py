"""What each kind of job does; a kind that nobody here knows is left to a worker that does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final

from troth.workflows.house import House
from troth.workflows.jobs import Task, clear

Kind = Callable[[House, Task], None]


def _job(place: str) -> Kind:
    """The function that `module:name` in this room names, loaded when the first such job comes."""
    module, _, name = place.partition(":")

    def run(house: House, task: Task) -> None:
        getattr(import_module(f"troth.workflows.{module}"), name)(house, task)

    return run


def _due(house: House, task: Task) -> None:
    from troth.workflows.due import due
    from troth.workflows.erase import take_up

    take_up(house)
    due(house)
    clear(task.tenant, house.now())


def _mail_round(house: House, _: Task) -> None:
    from troth.workflows.mail_round import mail_round

    mail_round(house)


KINDS: Final[Mapping[str, Kind]] = {
    "due": _due,
    "mail_round": _mail_round,
    "mail": _job("mail_out:send_waiting"),
    "acknowledge": _job("letters_out:acknowledge"),
    "identity": _job("letters_out:identity"),
    "provider": _job("case_provider:settle_job"),
    "code": _job("case_identity:code_job"),
    "stop": _job("resting:stop"),
    "lift": _job("lifting:lift"),
    "manual": _job("manual:ask_owners"),
    "manual_reminder": _job("manual:remind"),
    "customers": _job("customers:pass_on"),
    "customer_silent": _job("customers:overdue"),
    "forwarded": _job("customers:tell_person"),
    "entitled": _job("entitled:compare"),
    "recipients": _job("recipients:tell"),
    "recipient_reminder": _job("recipients:remind"),
    "search": _job("case_acts:search"),
    "carry_out": _job("case_acts:carry_out"),
    "more_time": _job("letters_out:more_time"),
    "answer": _job("letters_out:answer"),
    "copy_ready": _job("letters_out:copy_ready"),
    "digest": _job("digest:digest"),
    "first_day": _job("first_day:first_day"),
}
"""Each is called with the house and its task. It may be called again after a crash: it ends the task in the transaction of its
own effect (`task.done`), or its effect is the same when it is repeated."""
