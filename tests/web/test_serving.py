"""`troth serve`: what it needs before it begins, and how it behaves behind TLS at a name of its own."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from http_visitor import Page, Visitor
from oidc_provider import Provider, provider
from running_server import PASSWORD, Served, start, stop

from troth.main import make_house
from troth.terms.errors import UsageError
from troth.terms.settings import ROLES, from_environment
from troth.web.server import _listen, _refuse_in_the_clear, _refuse_links_to_nowhere
from troth.workflows.serving import build_example, mapped
from troth.workflows.staff import Role

NAME = "privacy.havgry.example"
LOGIN = "/console/account/login/"


# ------------------------------------------------------------------ before it begins


def test_an_empty_folder_is_told_what_to_do(tmp_path: Path) -> None:
    house = make_house(tmp_path / "troth.map.yaml", lambda _: None)
    with pytest.raises(UsageError) as told:
        mapped(house)
    assert "no data map" in told.value.message
    assert "troth map" in told.value.remedy
    assert "troth serve --example" in told.value.remedy
    assert not list(tmp_path.iterdir())


def test_the_example_goes_into_no_folder_of_others(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="left alone"):
        build_example(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_example_is_made_once(served: Served) -> None:
    before = (served.folder / "crm.sqlite").stat().st_mtime_ns
    assert build_example(served.folder) is False
    assert (served.folder / "crm.sqlite").stat().st_mtime_ns == before


def test_a_port_that_is_taken_is_named(served: Served) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        with pytest.raises(UsageError) as told:
            _listen("127.0.0.1", port)
        assert told.value.place == f"127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("mail", "address", "refused"),
    [
        ("smtps://us@mail.example", "", True),
        ("smtps://us@mail.example", "https://privacy.example", False),
        ("smtp://127.0.0.1:2525", "", False),
        ("folder:mails", "", False),
        ("", "", False),
    ],
)
def test_letters_that_leave_the_machine_say_where_we_are(
    mail: str, address: str, refused: bool, tmp_path: Path
) -> None:
    plain = make_house(tmp_path / "troth.map.yaml", lambda _: None)
    house = replace(plain, settings=replace(plain.settings, mail=mail, address=address))
    with pytest.raises(UsageError, match="lead nowhere") if refused else nullcontext():
        _refuse_links_to_nowhere(house)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "privacy.havgry.example"])
def test_other_machines_are_answered_behind_tls_alone(
    tmp_path: Path, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for address in ("", "http://privacy.havgry.example"):
        monkeypatch.setenv("TROTH_ADDRESS", address)
        house = make_house(tmp_path / "troth.map.yaml", lambda _: None)
        with pytest.raises(UsageError, match="in the clear"):
            _refuse_in_the_clear(house, host)
        _refuse_in_the_clear(house, "127.0.0.1")
    monkeypatch.setenv("TROTH_ADDRESS", "https://privacy.havgry.example")
    _refuse_in_the_clear(make_house(tmp_path / "troth.map.yaml", lambda _: None), host)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TROTH_ADDRESS", "privacy.havgry.example"), ("TROTH_ADDRESS", "https://x.example/path"), ("TROTH_ADDRESS", "ftp://x.example"),
        ("TROTH_ADDRESS", "https://user@x.example"), ("TROTH_SECURITY_CONTACT", "security@x.example"),
        ("TROTH_SECURITY_CONTACT", "mailto:a@x.example\r\nX: y"), ("TROTH_OIDC", "https://id.example"), ("TROTH_OIDC", "http://id.example"),
        ("TROTH_SECOND_FACTOR", "officer"), ("TROTH_SECOND_FACTOR", "officer,approver,boss"), ("TROTH_PROXY", "*"),
        ("TROTH_PROXY", "proxy"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_meant_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(UsageError) as told:
        from_environment({name: value})
    assert told.value.remedy


# ------------------------------------------------------------------ the tables of both


def test_commands_and_the_server_leave_each_others_tables_alone(served: Served) -> None:
    mark = served.folder / ".troth" / ".tables"
    names, before = mark.read_text().split("\n"), mark.stat().st_mtime_ns
    assert {
        "ledger/0001_initial",
        "account/0001_initial",
        "mfa/0001_initial",
        "sessions/0001_initial",
    } <= set(names)
    served.troth("notice", "versions")
    assert mark.stat().st_mtime_ns == before
    assert served.visitor().get("/readyz").status == 200


# ------------------------------------------------------------------ behind TLS


@pytest.fixture(scope="module")
def office() -> Iterator[Provider]:
    """The provider at which staff sign in."""
    with provider() as one:
        yield one


@pytest.fixture(scope="module")
def public(company: Callable[[], Path], office: Provider) -> Iterator[Served]:
    settings = {
        "TROTH_ADDRESS": f"https://{NAME}", "TROTH_PROXY": "127.0.0.1", "TROTH_SECURITY_CONTACT": "mailto:security@havgry.example",
        "TROTH_SECOND_FACTOR": "none", "TROTH_OIDC": office.base, "TROTH_OIDC_CLIENT": "troth", "TROTH_OIDC_SECRET": "qx7secret",
    }  # fmt: skip
    running = start(company(), "--workers", "0", **settings)
    yield running
    assert stop(running) == 0


def test_the_settings_name_the_roles_there_are() -> None:
    assert tuple(Role) == ROLES


def test_behind_tls_a_browser_is_told_to_come_no_other_way(public: Served) -> None:
    page = public.visitor().get("/en/", Host=NAME)
    assert page.status == 200
    assert re.fullmatch(r"max-age=\d{8,}", str(page.header("Strict-Transport-Security")))
    assert public.visitor().get("/en/", Host="other.example").status == 400
    assert public.visitor().get("/healthz").header("Strict-Transport-Security")


def test_without_tls_nothing_of_the_kind_is_said(served: Served) -> None:
    assert served.visitor().get("/en/").header("Strict-Transport-Security") is None


def test_behind_tls_cookies_are_secure_and_named_so(public: Served) -> None:
    page = public.visitor().get(LOGIN, Host=NAME)
    (given,) = [value for name, value in page.headers if name.lower() == "set-cookie"]
    assert given.startswith("__Secure-troth-form=")
    assert "secure" in given.lower().split("; ")


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_form_is_taken_from_the_public_address(public: Served, scheme: str) -> None:
    """Whether or not the proxy says that it was TLS."""
    browser, headers = public.visitor(), {"Host": NAME, "X-Forwarded-Proto": scheme}
    form = browser.get(LOGIN, **headers).form("account/login")
    for origin, taken in ((f"https://{NAME}", 200), ("https://evil.example", 403)):
        page = browser.post(
            LOGIN, {**form.fields, "login": "nobody", "password": "x"}, Origin=origin, **headers
        )
        assert page.status == taken, origin


def test_security_txt_says_whom_to_tell_and_until_when(public: Served) -> None:
    page = public.visitor().get("/.well-known/security.txt")
    told = dict(line.split(": ", 1) for line in page.text.splitlines())
    assert page.header("Content-Type") == "text/plain; charset=utf-8"
    assert told["Contact"] == "mailto:security@havgry.example"
    assert told["Canonical"] == f"https://{NAME}/.well-known/security.txt"
    left = datetime.fromisoformat(told["Expires"]) - datetime.now(UTC)
    assert 0 < left.days <= 365  # RFC 9116, 2.5.5


def test_a_provider_is_offered_and_only_its_origin_may_be_sent_to(public: Served, office: Provider) -> None:
    page = public.visitor().get(LOGIN)
    assert "127.0.0.1" in page.text
    policy = str(page.header("Content-Security-Policy"))
    assert f"form-action 'self' {office.base};" in policy + ";"
    assert "qx7secret" not in page.text
    assert public.visitor().get("/console/account/3rdparty/").status == 302


def through(browser: Visitor, office: Provider, process: str = "login") -> Page:
    """To the provider and back, as a browser goes; the page at the end."""
    address = f"/console/account/oidc/company/login/?process={process}"
    form = browser.get(address).form()
    there = browser.post(address, form.fields)
    assert there.status == 302
    assert str(there.header("Location")).startswith(f"{office.base}/authorize?")
    back = Visitor(office.base).get(str(there.header("Location"))).header("Location")
    return browser.get(str(back), follow=True)


def test_a_provider_opens_the_account_that_was_connected_and_makes_none(
    public: Served, office: Provider
) -> None:
    vera = public.sign_in("viola", "auditor")
    assert "company/login" not in vera.get("/console/").text
    office.sub = "a stranger to us"
    stranger = public.visitor()
    through(stranger, office)
    assert stranger.get("/console/").status == 302
    office.sub = "viola-at-work"
    asked = through(vera, office, "connect")
    done = vera.send(
        asked, "reauthenticate", follow=True, password=PASSWORD
    )  # who left the screen open is not enough
    assert "/3rdparty/" in done.url
    assert "/3rdparty/" in vera.get("/console/account/2fa/").text
    again = public.visitor()
    through(again, office)
    assert again.get("/console/").status == 200
    assert "viola" in again.get("/console/").text
    assert office.asked[-1]["code_challenge_method"] == "S256"
    names = {one["name"] for one in public.troth("staff", "list")["staff"]}  # type: ignore[attr-defined]
    assert "viola" in names
    assert not {name for name in names if "stranger" in name}


@pytest.mark.parametrize("lie", ["audience", "issuer"])
def test_a_word_for_somebody_else_or_of_somebody_else_opens_nothing(
    public: Served, office: Provider, lie: str
) -> None:
    office.sub = "viola-at-work"
    office.lies = {lie: "https://other.example"}
    try:
        browser = public.visitor()
        through(browser, office)
        assert browser.get("/console/").status == 302
    finally:
        office.lies = {}


def test_wrong_passwords_are_counted_by_the_address_that_the_proxy_names(public: Served) -> None:
    public.accounts(dict.fromkeys(("vera", "vibe"), ("auditor",)))

    def enters(name: str, address: str, password: str = PASSWORD) -> bool:
        browser = public.visitor()
        form = browser.get(LOGIN).form("account/login")
        page = browser.post(
            LOGIN,
            {**form.fields, "login": name, "password": password},
            Origin=f"https://{NAME}",
            X_Forwarded_For=address,
        )
        assert page.status in (200, 302, 429)
        return page.status == 302

    for name in ("vera", "vibe"):
        browser = public.visitor()
        form = browser.get(public.link_path(name), follow=True)
        fields = {**form.form("password").fields, "password1": PASSWORD, "password2": PASSWORD}
        assert browser.post(form.url, fields, Origin=f"https://{NAME}").status == 302
    assert enters("vera", "203.0.113.10")
    assert not any(enters(f"nobody-{n}", "203.0.113.9", "wrong lanterns over it") for n in range(10))
    assert not enters("vera", "203.0.113.9")  # not even with the right one, for a while
    assert enters("vera", "203.0.113.10")
    assert not any(enters("vibe", f"198.51.100.{n}", "wrong lanterns over it") for n in range(6))
    assert not enters("vibe", "203.0.113.10")  # whoever guesses from many addresses is counted by the account
