"""What each kind of job does; a kind that nobody here knows is left to a worker that does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from troth.workflows.house import House
from troth.workflows.jobs import Task, clear

Kind = Callable[[House, Task], None]


def _due(house: House, task: Task) -> None:
    from troth.workflows.due import due
    from troth.workflows.erase import take_up

    take_up(house)
    due(house)
    clear(task.tenant, house.now())


def _search(house: House, task: Task) -> None:
    from troth.workflows.case_acts import search

    search(house, task)


def _carry_out(house: House, task: Task) -> None:
    from troth.workflows.case_acts import carry_out

    carry_out(house, task)


KINDS: Final[Mapping[str, Kind]] = {"due": _due, "search": _search, "carry_out": _carry_out}
"""Each is called with the house and its task. It may be called again after a crash: it ends the task in the transaction of its
own effect (`task.done`), or its effect is the same when it is repeated."""
