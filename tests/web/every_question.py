"""Draws the page of every request there can be, in a process of its own, and prints what each page asks beside what the law lets it ask."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from troth.law.requests import never_verified
from troth.main import make_house
from troth.web import server
from troth.workflows.serving import prepare

PLACES = {"eu": ("DK", ""), "california": ("US", "CA")}
DRAWN = re.compile(r'name="question" value="(\w+)"')
INPUT = re.compile(r'<(?:input|textarea|select)[^>]* name="([^"]+)"')


def every() -> Iterator[dict[str, Any]]:
    """Every kind under every law, asked in every way."""
    from troth.requests.kinds import KINDS
    from troth.workflows.asking import WRONG

    for kind, one in KINDS.items():
        for regime in sorted(one.regimes):
            told = {"kind": kind, "regime": regime, "what": ""}
            for signed_in, agent, doubt in itertools.product(
                (False, True), ("", "confirm"), ("", "another name")
            ):
                if not (signed_in and agent):  # the session would not be the person's
                    yield {**told, "signed_in": signed_in, "agent": agent, "doubt": doubt}
            for what, agent in itertools.product(WRONG if kind == "rectification" else (), ("", "confirm")):
                yield {**told, "signed_in": False, "agent": agent, "doubt": "", "what": what}


def drawn(house: Any, one: dict[str, Any]) -> dict[str, Any]:
    from troth.requests import commands as do
    from troth.workflows import asking, case_identity, cases
    from troth.workflows.asking import WRONG

    country, _ = PLACES[one["regime"]]
    today: date = house.now().date()
    asker = {"name": "A", "email": "a@portal.example", "corrected": sorted(WRONG.get(one["what"], ()))}
    if one["agent"]:
        asker["agent"] = {"name": "B", "email": "b@portal.example", "permit": one["agent"]}
    command = do.Open(
        (one["kind"],), one["regime"], country, "en", "portal", today, never_verified(one["regime"], today),
        agent=bool(one["agent"]), signed_in=one["signed_in"],
    )  # fmt: skip
    name = asking.open_case(house, command, asker, "person").name
    if one["doubt"] and cases.load(house, name).case.verifiable:
        cases.change(house, name, do.Doubt(one["doubt"]), "olga")
    page = _page(house, name)
    told = {
        "page": sorted(DRAWN.findall(page)), "inputs": sorted(set(INPUT.findall(page))),
        "person": sorted(case_identity.questions(house, name)), "agent_asks": sorted(case_identity.questions(house, name, "agent")),
    }  # fmt: skip
    if one["agent"] and cases.load(house, name).case.verifiable:
        case_identity.confirm(house, name, True)
        page = _confirmed(house, name)
        told |= {
            "confirmed": sorted(DRAWN.findall(page)),
            "confirmed_inputs": sorted(set(INPUT.findall(page))),
        }
        told["then"] = sorted(case_identity.questions(house, name))
    return told


def _request() -> Any:
    from django.test import RequestFactory

    request = RequestFactory().post("/en/case/x/")
    request.LANGUAGE_CODE = "en"  # type: ignore[attr-defined]
    return request


def _page(house: Any, name: str) -> str:
    from troth.web.portal import status

    return str(status._open(_request(), "en", "x", name).content.decode())


def _confirmed(house: Any, name: str) -> str:
    from troth.web.portal import confirm

    return str(confirm._page(_request(), "en", "x", name, "yes").content.decode())


@contextmanager
def at_one_desk(house: Any) -> Iterator[None]:
    """The books are opened once, and not a thousand times."""
    from troth.workflows import case_identity, cases, portal

    @contextmanager
    def same(_: Any) -> Iterator[Any]:
        yield books

    with cases.at_desk(house) as books:
        for module in (cases, case_identity, portal):
            module.at_desk = same  # type: ignore[attr-defined]
        yield


def main() -> None:
    house = make_house(Path("troth.map.yaml"), lambda _: None)
    server.furnish(house)
    prepare(house)
    datamap = house.map()
    type(house).map = lambda _: datamap  # type: ignore[method-assign]  # reason: it is read once, and not for each page
    with at_one_desk(house):
        print(json.dumps([{**one, **drawn(house, one)} for one in every()]))


if __name__ == "__main__":
    main()
