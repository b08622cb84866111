"""Every case of the bundle for an authority, written one after the other: what is kept of them meanwhile is counts and a bounded list."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import IO, Any, Final

from troth.documents.rehearsal import MOST_LATE, Late
from troth.requests.deadlines import Due
from troth.requests.punctual import late
from troth.workflows.cases import File, at_desk, each
from troth.workflows.house import House
from troth.workflows.reading import here, reading

REQUESTS: Final = "requests.json"


@dataclass
class Requests:
    """The file as it was written, and what the first page says of it: how many asked, how many were late, and the first of these."""

    file: IO[bytes]
    asked: int = 0
    missed: int = 0
    late: list[Late] = field(default_factory=list)
    size: int = 0
    _seen: Any = field(default_factory=hashlib.sha256)

    @property
    def digest(self) -> str:
        return str(self._seen.hexdigest())

    def write(self, data: bytes) -> None:
        self.file.write(data)
        self._seen.update(data)
        self.size += len(data)


def requests(house: House, file: IO[bytes]) -> Requests:
    """Writes each case by its number: what was asked, each of its days, what was decided on which ground, and which clocks it missed."""
    from troth.requests.models import CaseRow

    told, now = Requests(file), house.now()
    today, clocks = here(now, house.settings).date(), reading(house.settings)
    with at_desk(house) as books:
        for one in each(books, CaseRow.objects.of(books.tenant)):
            _add(told, one, late(one.case, one.events, today, clocks))
    told.write(b"\n]\n" if told.asked else b"[]\n")
    return told


def _add(told: Requests, file: File, missed: tuple[Due, ...]) -> None:
    told.write(b",\n" if told.asked else b"[\n")
    told.write(json.dumps(_case(file, missed), ensure_ascii=False, indent=1, default=str).encode())
    told.asked += 1
    told.missed += bool(missed)
    told.late += [Late(file.number, one.clock.clock, one.day) for one in missed][: MOST_LATE - len(told.late)]


def _case(file: File, missed: tuple[Due, ...]) -> dict[str, Any]:
    case = file.case
    return {
        "number": file.number, "kinds": list(case.kinds), "regime": case.regime, "country": case.country, "channel": case.channel,
        "received": case.received, "acknowledged": case.acknowledged, "due": file.due, "extended": bool(case.extended),
        "delivered": case.delivered, "closed": case.closed, "retracted": case.retracted, "state": case.state, "agent": bool(case.agent),
        "decisions": {kind: {"outcome": one.outcome, "ground": one.ground} for kind, one in case.decisions.items()},
        "missed": [{"clock": one.clock.clock, "last_day": one.day} for one in missed],
    }  # fmt: skip
