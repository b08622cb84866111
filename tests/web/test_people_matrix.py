"""Each of the cast tries the objects of the others: they get what people.toml says, and nothing tells whether there is such an object."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cast_world import Cast
from every_route import Route
from http_visitor import Page, Visitor
from running_server import ROLES, start, stop

TABLE: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("people.toml").read_text(encoding="utf-8")
)
NOBODY = "00000000-0000-4000-8000-000000000000"
CONSOLE = [route for route in TABLE if route.startswith("console/case/")]
POSTED = [
    route
    for route in CONSOLE
    if route not in ("console/case/<slug:name>/", "console/case/<slug:name>/others/")
]
LINKS = ("case", "confirm", "task", "opgave")


@dataclass
class People:
    cast: Cast
    visitors: dict[str, Visitor]
    keys: dict[str, str]
    letter: str
    certificate: str

    def ask(self, who: str, route: str, name: str, **more: str) -> Page:
        """What somebody gets at a case's address of the console, asked with the form that opens it."""
        browser, path = self.visitors[who], "/" + route.replace("<slug:name>", name)
        if route not in POSTED:
            return browser.get(path)
        home = browser.get("/console/tasks/" if who == "admin_tenant" else "/console/")
        token = home.form("language").fields if home.status == 200 else {"csrfmiddlewaretoken": "a" * 64}
        told = {"purpose": "answer", "what": "person", "step": "nonsense", "paper": self.letter, **more}
        return browser.post(path, {**token, **told})


@pytest.fixture(scope="module")
def people(cast: Cast) -> Iterator[People]:
    served = cast.served
    other = start(served.folder.parent, "--workers", "0", TROTH_SECOND_FACTOR="none", TROTH_TENANT="mallory")
    visitors = {role: served.staff(role) for role in ROLES}
    visitors |= {"stranger": other.sign_in("mallory", "officer"), "nobody": served.visitor()}
    visitors |= {name: served.visitor() for name in ("alma", "bo", "agent")}
    keys = {
        who: cast.enter(case, visitors[who]).form("case").fields["key"]
        for who, case in (("alma", "a_erased"), ("bo", "b_copy"), ("agent", "a_agent"))
    }
    letter = cast.desk.papers(cast.cases["b_copy"], "letter")[0]["name"]
    certificate = cast.desk.papers(cast.cases["a_erased"], "certificate")[0]["name"]
    yield People(cast, visitors, keys, letter, certificate)
    stop(other)


def plain(page: Page) -> str:
    """A page without what differs at each look: its tokens, and the link that was asked for."""
    text = re.sub(r'(name="(?:csrfmiddlewaretoken|form|key)" value=")[^"]*', r"\1", page.text)
    return re.sub(r"/(da|en)/(?:case|confirm|task|opgave)/[^/\"]+/", r"/\1/…/", text)


def test_the_table_names_every_address_of_an_object(all_routes: list[Route]) -> None:
    assert set(TABLE) == {
        one.route for one in all_routes if re.search(r"[<(]", one.route.replace("<lang:language>", ""))
    }


@pytest.mark.parametrize("route", CONSOLE)
def test_a_case_is_for_the_roles_of_its_tenant(people: People, route: str) -> None:
    case = people.cast.cases["b_copy"].name
    assert set(TABLE[route]) == {*ROLES, "stranger", "nobody"}
    assert {who: people.ask(who, route, case).status for who in TABLE[route]} == TABLE[route]


@pytest.mark.parametrize("route", CONSOLE)
def test_a_case_of_another_tenant_is_answered_as_one_that_there_is_not(people: People, route: str) -> None:
    case = people.cast.cases["b_copy"].name
    there, nowhere = (people.ask("stranger", route, name) for name in (case, NOBODY))
    assert there.status == nowhere.status == 404
    assert plain(there) == plain(nowhere)
    assert people.cast.cases["b_copy"].number not in there.text


@pytest.mark.parametrize(
    "route", [one for one in POSTED if one.rpartition("<slug:name>/")[2] in ("fetch/", "letter/", "print/")]
)
def test_a_paper_is_read_through_its_own_case_alone(people: People, route: str) -> None:
    others, nothing = (
        people.ask("officer", route, people.cast.cases["a_copy"].name, paper=paper)
        for paper in (people.letter, NOBODY)
    )
    assert others.status == nothing.status == 404
    assert plain(others) == plain(nothing)


def test_a_customers_administrator_sees_their_own_tasks_alone(people: People) -> None:
    route, cast = "console/tasks/<slug:name>/<slug:mark>/", people.cast
    case, theirs, others = cast.cases["b_copy"].name, cast.marks["acme"], cast.marks["borg"]
    assert people.visitors["admin_tenant"].get(f"/console/tasks/{case}/{theirs}/").status == 200
    told = {who: people.visitors[who].get(f"/console/tasks/{case}/{others}/") for who in TABLE[route]}
    assert {who: page.status for who, page in told.items()} == TABLE[route]
    nothing = people.visitors["admin_tenant"].get(f"/console/tasks/{case}/{'0' * 32}/")
    assert plain(told["admin_tenant"]) == plain(nothing)
    assert f"/{others}/" not in people.visitors["admin_tenant"].get("/console/tasks/").text
    own = people.visitors["admin_tenant"].get(f"/console/tasks/{case}/{theirs}/").form(theirs)
    sent = people.visitors["admin_tenant"].post(
        f"/console/tasks/{case}/{others}/", {**own.fields, "hand_over": "yes"}
    )
    assert sent.status == 404


# ------------------------------------------------------------------ people without an account


def fetch(people: People, who: str, case: str, paper: str) -> Page:
    """Somebody asks for a paper at the link of a case, with what a code opened for them."""
    browser, path = people.visitors[who], f"/en/case/{people.cast.cases[case].link}/"
    form = browser.get(path).form("case").fields["form"] if who != "stranger" else ""
    return browser.post(
        path, {"form": form, "key": people.keys.get(who, ""), "action": "fetch", "paper": paper}
    )


def seen(page: Page) -> str:
    if page.status == 404:
        return "missing"
    if page.header("Content-Disposition"):
        return "case"
    return "door" if page.form("case").fields.keys() == {"form"} else "?"


def test_a_link_and_the_key_of_another_case_open_nothing(people: People) -> None:
    route = TABLE["<lang:language>/case/<slug:link>/"]
    told = {who: fetch(people, who, "a_erased", people.certificate) for who in route if who != "stranger"}
    assert {who: seen(page) for who, page in told.items()} | {"stranger": "missing"} == route
    assert len({plain(told[who]) for who in ("bo", "agent", "nobody")}) == 1
    for who in ("bo", "agent", "nobody"):
        assert people.cast.cases["a_erased"].number not in told[who].text


@pytest.mark.parametrize("who", ["bo", "agent"])
def test_a_paper_of_another_person_is_not_fetched_through_ones_own_case(people: People, who: str) -> None:
    own = {"bo": "b_copy", "agent": "a_agent"}[who]
    others, nothing = (fetch(people, who, own, paper) for paper in (people.certificate, NOBODY))
    assert (others.status, others.header("Content-Disposition")) == (200, None)
    assert plain(others) == plain(nothing)


@pytest.mark.parametrize("action", ["answer", "more", "retract", "permission", "provider", "skip"])
def test_nothing_is_done_to_a_case_with_the_key_of_another(people: People, action: str) -> None:
    cast, bo = people.cast, people.visitors["bo"]
    path = f"/en/case/{cast.cases['a_copy'].link}/"
    before = cast.desk.load(cast.cases["a_copy"]).events
    form = bo.get(path).form("case").fields["form"]
    told = bo.post(
        path, {"form": form, "key": people.keys["bo"], "action": action, "words": "kanarie", "answer": "yes"}
    )
    assert seen(told) == "door"
    assert cast.desk.load(cast.cases["a_copy"]).events == before


@pytest.mark.parametrize("kind", LINKS)
def test_a_link_opens_what_it_was_made_for_and_nothing_else(people: People, kind: str) -> None:
    """The link of one thing at the address of another, a name, a number, somebody else's tenant: all are as if there were nothing."""
    cast, nobody = people.cast, people.visitors["nobody"]
    links = {
        "case": cast.cases["a_erased"].link, "confirm": cast.links["confirm"], "task": cast.links["owner"], "opgave": cast.links["owner"],
    }  # fmt: skip
    assert nobody.get(f"/en/{kind}/{links[kind]}/").status == 200
    wrong = {links[one] for one in LINKS} - {links[kind]}
    wrong |= {
        cast.cases["a_erased"].name,
        cast.cases["a_erased"].number,
        "a" * 32,
        links[kind][:-1],
        links[kind].upper(),
    }
    told = [nobody.get(f"/en/{kind}/{quote(one)}/") for one in sorted(wrong)]
    told.append(people.visitors["stranger"].get(f"/en/{kind}/{links[kind]}/"))
    assert [page.status for page in told] == [404] * len(told)
    assert len({plain(page) for page in told}) == 1
    for path in (f"/en/{kind}/{links[kind]}/", f"/en/{kind}/{'a' * 32}/"):
        page = nobody.get(path)
        assert "no-store" in str(page.header("Cache-Control")), path
        assert page.header("Set-Cookie") is None, path
    assert nobody.get(f"/en/{kind}/{links[kind]}/").header("Referrer-Policy") == "no-referrer"


@pytest.mark.parametrize("part", ["remove", "edit"])
def test_a_passkey_is_named_by_a_number_that_tells_nothing(people: People, part: str) -> None:
    for who, status in TABLE[f"console/account/2fa/webauthn/keys/<int:pk>/{part}/"].items():
        told = [
            people.visitors[who].get(f"/console/account/2fa/webauthn/keys/{number}/{part}/").status
            for number in (1, 999_999)
        ]
        assert told[0] == told[1], who
        assert told[0] in (status, 404), who
