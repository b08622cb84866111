"""Cases of the company whose promises are tested: opened, and taken further by an officer."""

from __future__ import annotations

from typing import Any

from promise_world import ALMA, Kept

from troth.requests import commands as do
from troth.requests.commands import Command
from troth.workflows import asking, cases
from troth.workflows.cases import Opened

UNASKED = frozenset({"marketing_objection", "unsubscribe", "opt_out"})


def opened(kept: Kept, *kinds: str, **more: Any) -> Opened:
    house = kept.house()
    asked = {
        "regime": "eu", "country": "DK", "language": "da", "channel": "portal", "received": house.now().date(),
        "unverified": UNASKED, **more,
    }  # fmt: skip
    asker = {"name": "Alma Vind", "email": ALMA, "proven": [ALMA]}
    return asking.open_case(house, do.Open(kinds, **asked), asker, "person")


def act(kept: Kept, case: Opened, *commands: Command) -> None:
    for command in commands:
        cases.change(kept.house(), case.name, command, "olga")
