"""Every page in a real browser, in both languages and in the states that matter: nothing that axe finds, at any size, in any light."""

from __future__ import annotations

import re
import sqlite3
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cast_world import Cast
from every_route import Route
from http_visitor import Visitor
from one_time_code import code
from page_looks import faults
from running_server import PASSWORD
from story_browser import CHROMIUM, chromium, sent

TABLE: dict[str, str] = tomllib.loads(Path(__file__).with_name("looked_at.toml").read_text(encoding="utf-8"))
BAD = """() => {
  document.title = '';
  document.querySelector('.skip').remove();
  document.querySelector('main').innerHTML = `<h1>a</h1><h1>b</h1><img src="x"><p id="pale">pale</p><button id="small">x</button>
    <span class="light kept"></span><span class="light attested"></span><div id="wide">wide</div>`;
  const dressed = {pale: 'color: #888; background: #999', small: 'all: unset; width: 9px; height: 9px; border: 0', wide: 'width: 1000px'};
  for (const [name, style] of Object.entries(dressed)) document.getElementById(name).style.cssText = style;
  for (const one of document.querySelectorAll('.light')) one.style.cssText = 'border: 1px solid; background: none; border-radius: 0';
}"""
ON = "main form .actions button:not(.second)"
BOTH = pytest.mark.parametrize("language", ["da", "en"])
PDF = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
ACCOUNT = "/console/account/"
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}  # fmt: skip
_PART = {"<lang:language>": "(?:da|en)", "<int:number>": r"\d+", "<int:pk>": r"\d+"}

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium here"), pytest.mark.process,
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as made:
        yield made


@dataclass
class Walk:
    """One person at one browser: looks at each page they come to, and remembers what was wrong, where, and under which title."""

    page: Any
    language: str
    found: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    titles: dict[str, str] = field(default_factory=dict)

    def look(self, name: str, *, again: bool = False) -> None:
        """`again` for a page whose title is that of another by right: the same page, in another state."""
        self.found += faults(self.page, self.language)
        self.seen.add(urlsplit(self.page.url).path)
        title = self.page.title().strip()
        if not again and self.titles.setdefault(title, name) != name:
            self.found.append(f"{name} has the title of {self.titles[title]}: {title}")

    def go(self, path: str, name: str = "", status: int = 200, *, again: bool = False) -> None:
        answer = self.page.goto(path)
        assert answer.status == status, (path, answer.status)
        self.look(name or path, again=again)

    def press(self, selector: str, name: str, *, again: bool = False) -> None:
        sent(self.page, self.page.locator(selector).first)
        self.look(name, again=again)

    def fill(self, **given: str) -> None:
        for name, value in given.items():
            self.page.fill(f"main [name={name}]", value)

    def end(self, walk: str) -> None:
        """Nothing was wrong, and each address that the table gives to this walk was looked at."""
        self.page.context.close()
        mine = {route for route, one in TABLE.items() if one == walk}
        assert not self.found, "\n".join(self.found)
        assert {
            route for route in mine if not any(_pattern(route).fullmatch(path) for path in self.seen)
        } == set()


def _pattern(route: str) -> re.Pattern[str]:
    if "^" in route:
        return re.compile("/" + route.replace("^", "").rstrip("$"))
    parts = re.split(r"(<[^>]+>)", route)
    return re.compile(
        "/" + "".join(_PART.get(one, "[^/]+") if "<" in one else re.escape(one) for one in parts)
    )


Begin = Callable[..., Walk]


@pytest.fixture
def begin(browser: Any, cast: Cast) -> Begin:
    """(language, visitor) -> a walk with the session of somebody who has signed in, or of nobody."""

    def start(language: str, visitor: Visitor | None = None) -> Walk:
        base = cast.served.base.replace("127.0.0.1", "localhost")  # a passkey belongs to a name
        context = browser.new_context(base_url=base, extra_http_headers={"Accept-Language": language})
        context.set_default_timeout(10_000)
        for name, (value, path) in (visitor.cookies if visitor else {}).items():
            context.add_cookies([{"name": name, "value": value, "domain": "localhost", "path": path}])
        return Walk(context.new_page(), language)

    return start


def test_a_fault_is_found_where_there_is_one(begin: Begin) -> None:
    page = begin("da").page
    page.goto("/da/contact/")
    page.evaluate(BAD)
    found = "\n".join(faults(page, "en"))
    for fault in (
        "language is not en", "not one h1", "no title", "no way past", "under 24", "its focus", "wider than 320", "wider than the window",
        "color-contrast (wide)", "image-alt", "looks like light", "no edge",
    ):  # fmt: skip
        assert fault in found, (fault, found)
    page.context.close()


def test_the_table_names_every_address(all_routes: list[Route]) -> None:
    assert {one.route for one in all_routes} == set(TABLE)


@BOTH
def test_the_portal(cast: Cast, begin: Begin, language: str) -> None:
    walk = begin(language)
    for name in ("", "back/", "contact/", "california/", "opt-out/", "limit/", "notice/1/", "notice/2/"):
        walk.go(f"/{language}/{name}")
    walk.go(f"/{language}/nowhere/", "no such page", status=404)
    _asks(walk)
    _follows(walk, cast)
    _answers(walk, cast)
    walk.go(f"/{language}/notice/", "notice")
    assert walk.page.locator(".light.broken").count()
    with _changed_evidence(cast):
        walk.go(f"/{language}/notice/", "notice")
        assert walk.page.locator(".light.unknown").count()
    walk.end("portal")


def _asks(walk: Walk) -> None:
    """A request by an agent, with each page's summary of errors."""
    page = walk.page
    page.goto(f"/{walk.language}/")
    walk.press("button[value=else]", "where")
    walk.press(ON, "where, wrong")
    page.check("input[value=DK]")
    walk.press(ON, "which")
    page.check("input[value=rectification]")
    walk.press(ON, "who")
    walk.press(ON, "who, wrong")
    walk.fill(name="Carla Ager", email="carla@fuldmagt.example")
    page.check("input[name=agent][value=yes]")
    walk.press(ON, "agent")
    walk.fill(person_name="Tora Lind", person_email="tora@vindheim.example")
    page.check("input[value=written]")
    walk.press(ON, "details")
    page.check("input[value=phone]")
    walk.fill(wrong="45", right="46")
    walk.press(ON, "check")
    walk.press(ON, "check, wrong")
    page.set_input_files("input[type=file]", PDF)
    walk.press(ON, "sent")
    page.goto(f"/{walk.language}/")
    sent(page, page.locator("button[value=delete]"))
    page.check("input[value=DK]")
    sent(page, page.locator(ON))
    walk.fill(name="Tora Lind", email="tora@vindheim.example")
    page.check("input[name=agent][value=no]")
    walk.press(ON, "check", again=True)


def _follows(walk: Walk, cast: Cast) -> None:
    """The door of a case, its code, and a case in each state."""
    page = walk.page
    for name in (
        ("a_copy", "a_refused", "a_new") if walk.language == "da" else ("a_erased", "b_identity", "a_closed")
    ):
        page.goto(f"/{walk.language}/case/{cast.cases[name].link}/")
        if name == "a_copy":
            walk.look("door")
            walk.press("button[value=send]", "code")
            walk.press("button[value=code]", "code, wrong")
        else:
            sent(page, page.locator("button[value=send]"))
        walk.fill(code=cast.code(name))
        walk.press("button[value=code]", name)
    if walk.language == "da":
        walk.press("button[value=more]", "more, wrong")


def _answers(walk: Walk, cast: Cast) -> None:
    """Whoever is asked beside the company, and the person for whom an agent asks."""
    for name in ("owner", "recipient", "customer"):
        walk.go(f"/{walk.language}/task/{cast.links[name]}/", name)
    walk.go(f"/{walk.language}/opgave/{cast.links['owner']}/", "owner")
    walk.go(f"/{walk.language}/confirm/{cast.links['confirm']}/", "confirm")


@BOTH
def test_the_console(cast: Cast, begin: Begin, language: str) -> None:
    walk = begin(language, cast.served.staff("officer"))
    for name in (
        "",
        "type-in/",
        "promises/",
        "map/",
        "keep/",
        "holds/",
        "why/",
        "ledger/",
        "metrics/",
        "rehearsal/",
        "duty/",
        "cases/later/",
        "cases/nobody/",
    ):
        walk.go(f"/console/{name}")
    walk.go("/console/?number=2019-0001", "/console/", 404, again=True)
    page = walk.page
    page.goto("/console/type-in/")
    walk.press(ON, "type in, wrong")
    for name in cast.cases:
        walk.go(f"/console/case/{cast.cases[name].name}/", name)
    walk.go(f"/console/case/{cast.cases['b_copy'].name}/others/", "others")
    page.evaluate(
        "document.querySelector('main form[action$=\"/others/act/\"] input[name=step]').value = 'nonsense'"
    )
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    walk.press("main form[action$='/others/act/'] button", "others")
    page.goto(f"/console/case/{cast.cases['c_plan'].name}/")
    walk.press("button[value=person]", "c_plan")
    walk.press("button[value=matches]", "c_plan")
    page.goto(f"/console/case/{cast.cases['b_copy'].name}/")
    page.locator("details", has=page.locator("#n-words")).evaluate("one => one.open = true")
    walk.press("form:has(#n-words) button", "b_copy", again=True)
    page.evaluate("document.querySelector('form:has(input[value=note]) input[name=step]').value = 'nonsense'")
    page.locator("details", has=page.locator("#n-words")).evaluate("one => one.open = true")
    walk.press("form:has(#n-words) button", "b_copy")
    walk.end("console")


@BOTH
def test_the_tasks_of_a_customer(cast: Cast, begin: Begin, language: str) -> None:
    walk = begin(language, cast.served.staff("admin_tenant"))
    walk.go("/console/tasks/")
    walk.go(f"/console/tasks/{cast.cases['b_copy'].name}/{cast.marks['acme']}/")
    walk.end("tasks")


@BOTH
def test_the_pages_of_signing_in(cast: Cast, begin: Begin, language: str) -> None:
    name, walk = f"signs-in-{language}", begin(language)
    cast.served.accounts({name: ("auditor",)})
    _enters(walk, cast, name)
    keys = walk.page.context.new_cdp_session(walk.page)
    keys.send("WebAuthn.enable")
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    for path in ("2fa/", "2fa/webauthn/", "password/change/", "logout/"):
        walk.go(f"{ACCOUNT}{path}")
    _adds_factors(walk)
    _enters_with_a_factor(walk, name)
    walk.end("account")


def _enters(walk: Walk, cast: Cast, name: str) -> None:
    """The link, a password that is refused, one that is taken; a sign-in that fails, one that succeeds; the link again."""
    page, link = walk.page, cast.served.link_path(name)
    walk.go(link, "set")
    walk.fill(password1=PASSWORD, password2="another one")
    walk.press("main button", "set, wrong")
    walk.fill(password1=PASSWORD, password2=PASSWORD)
    walk.press("main button", "set, done")
    walk.go(link, "used")
    for path in ("forgotten/", "email/", "signup/"):
        walk.go(f"{ACCOUNT}{path}", "forgotten")
    walk.go(f"{ACCOUNT}inactive/")
    walk.go(f"{ACCOUNT}login/", "login")
    walk.fill(login=name, password="wrong lanterns over it")
    walk.press("main form button", "login, wrong")
    _signs_in(page, name)


def _signs_in(page: Any, name: str) -> None:
    page.goto(f"{ACCOUNT}login/")
    page.fill("main [name=login]", name)
    page.fill("main [name=password]", PASSWORD)
    sent(page, page.locator("main form button").first)
    page.wait_for_url(lambda url: "/login/" not in url)


def _adds_factors(walk: Walk) -> None:
    """A key and an app, with the password asked for again; what there is of them afterwards."""
    page = walk.page
    walk.go(f"{ACCOUNT}reauthenticate/", "again")
    walk.fill(password="wrong lanterns over it")
    walk.press("main form button", "again, wrong")
    walk.fill(password=PASSWORD)
    sent(page, page.locator("main form button").first)
    walk.go(f"{ACCOUNT}2fa/totp/activate/", "app")
    secret = page.get_attribute("[name=secret], #authenticator_secret", "value")
    walk.fill(code="000000")
    walk.press("main form button", "app, wrong")
    secret = page.get_attribute("[name=secret], #authenticator_secret", "value") or secret
    walk.fill(code=code(secret))
    walk.press("main form button", "codes")
    walk.go(f"{ACCOUNT}2fa/webauthn/add/", "key")
    page.check("[name=passwordless]")
    sent(page, page.locator("#mfa_webauthn_add"))
    for path in (
        "2fa/",
        "2fa/recovery-codes/",
        "2fa/recovery-codes/generate/",
        "2fa/totp/deactivate/",
        "2fa/webauthn/",
    ):
        walk.go(f"{ACCOUNT}{path}", f"{path} with", again=True)
    number = re.search(r"/keys/(\d+)/", page.content())
    assert number
    for path in ("edit", "remove"):
        walk.go(f"{ACCOUNT}2fa/webauthn/keys/{number[1]}/{path}/")
    walk.go(f"{ACCOUNT}2fa/reauthenticate/", again=True)
    walk.go(f"{ACCOUNT}2fa/webauthn/reauthenticate/", again=True)


def _enters_with_a_factor(walk: Walk, name: str) -> None:
    page = walk.page
    page.context.clear_cookies()
    _signs_in(page, name)
    page.wait_for_url(f"**{ACCOUNT}2fa/authenticate/**")
    walk.look("factor")
    walk.fill(code="000000")
    walk.press("main form button", "factor, wrong")


@contextmanager
def _changed_evidence(cast: Cast) -> Iterator[None]:
    with closing(sqlite3.connect(cast.desk.company.home / "state.sqlite", timeout=30)) as state:
        with state:
            state.execute("UPDATE evidence_record SET verdict = verdict || 'x'")
        try:
            yield
        finally:
            with state:
                state.execute("UPDATE evidence_record SET verdict = rtrim(verdict, 'x')")
